using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Ordering;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What a member does about an empty shelf: says that it is used up, orders (protocol, "The gateway's pages").</summary>
internal static class EmptyForms
{
    /// <summary>Maps them.</summary>
    public static void MapEmpty(this WebApplication app)
    {
        app.MapPost("/products/{gtin}/used-up", UseUpAsync);
        app.MapPost("/products/{gtin}/order", OrderAsync);
        app.MapGet("/parts/empty", IResult (HttpContext http, PantryView view, Door door) =>
            new RazorComponentResult<EmptyPart>(new { View = view, Form = door.SessionOf(http) is { } session ? Sessions.FormToken(session) : null }));
    }

    private static async Task<IResult> UseUpAsync(HttpContext http, string gtin, Door door, Household household, InboxDesk desk)
    {
        if (await Forms.TryReadAsync(http) is not { } form)
            return GatewayForms.BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (!Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        return desk.UseUp(product) switch
        {
            DeskAnswer.Done => new SeeOther($"/products/{product}"),
            DeskAnswer.TooLate => Refusal.Of(http, 409, "not_empty", words => words.Empty.NotEmpty, words => words.Empty.NotEmptyHint, $"/products/{product}"),
            _ => Refusal.NotFound(http),
        };
    }

    private static async Task<IResult> OrderAsync(HttpContext http, string gtin, Door door, Household household, PantryView view, [FromServices] AskDesk? desk, [FromServices] OrderDrain? drain)
    {
        if (await Forms.TryReadAsync(http) is not { } form)
            return GatewayForms.BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (desk is null || !Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        uint? number = null;
        if (form["number"].ToString() is { Length: > 0 } text)
        {
            if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint said))
                return Refusal.Of(http, 400, "bad_value", words => words.BadValue("number"), words => words.BadValueHint);
            number = said;
        }
        switch (desk.Order(product, number, out ReorderBlocks blocks))
        {
            case AskAnswer.Done:
                drain!.Wake();
                return new SeeOther($"/products/{product}");
            case AskAnswer.Blocked:
                bool canUseUp = view.Find(product)?.Empty is { CanUseUp: true };
                return Refusal.Of(http, 409, "cannot_order", words => words.Empty.CannotOrder, words => $"{words.Block(blocks[0])} {words.Empty.Way(blocks[0], canUseUp)}", $"/products/{product}");
            default:
                return Refusal.TooLate(http);
        }
    }
}
