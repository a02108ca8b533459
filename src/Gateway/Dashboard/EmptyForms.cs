using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What a member does about an empty shelf: says that it is used up, orders (protocol, "The gateway's pages").</summary>
internal static class EmptyForms
{
    /// <summary>Maps them.</summary>
    public static void MapEmpty(this WebApplication app, RouteGroupBuilder forms)
    {
        forms.MapPost("/products/{gtin}/used-up", UseUp);
        forms.MapPost("/products/{gtin}/order", Order);
        app.MapGet("/parts/empty", IResult (HttpContext http, PantryView view, Door door) =>
            new RazorComponentResult<EmptyPart>(new { View = view, Form = door.FormOf(http) }));
    }

    private static IResult UseUp(HttpContext http, string gtin, Household household, InboxDesk desk)
    {
        if (!Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        return desk.UseUp(product) switch
        {
            DeskAnswer.Done => new SeeOther($"/products/{product}"),
            DeskAnswer.TooLate => Refusal.Of(http, 409, "not_empty", words => words.Empty.NotEmpty, words => words.Empty.NotEmptyHint, $"/products/{product}"),
            _ => Refusal.NotFound(http),
        };
    }

    private static IResult Order(HttpContext http, string gtin, Household household, PantryView view, [FromServices] AskDesk? desk, [FromServices] OrderDrain? drain)
    {
        if (desk is null || !Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        uint? number = null;
        if (http.Request.Form["number"].ToString() is { Length: > 0 } text)
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
