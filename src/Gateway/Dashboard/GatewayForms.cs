using Microsoft.AspNetCore.Mvc;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Evm;
using PantryChain.Reorder.Machine;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the pages' forms do (protocol, "The gateway's pages"); scripts send the same.</summary>
internal static class GatewayForms
{
    /// <summary>Maps all forms.</summary>
    public static void MapForms(this WebApplication app, RouteGroupBuilder forms)
    {
        app.MapPost("/login", LogInAsync);
        forms.MapPost("/logout", async (HttpContext http) =>
        {
            await http.LogOutAsync();
            return new SeeOther("/");
        });
        forms.MapPost("/proposals/{id}/approve", (HttpContext http, string id, TimeProvider time, [FromServices] ReorderDesk? desk) => Answer(http, id, ReorderTrigger.Approve, desk, time));
        forms.MapPost("/proposals/{id}/decline", (HttpContext http, string id, TimeProvider time, [FromServices] ReorderDesk? desk) => Answer(http, id, ReorderTrigger.Decline, desk, time));
        forms.MapPost("/proposals/{id}/cancel", (HttpContext http, string id, TimeProvider time, [FromServices] ReorderDesk? desk) => Answer(http, id, ReorderTrigger.Veto, desk, time));
        forms.MapPost("/orders/{order}/cancel", Cancel);
        forms.MapPost("/products/{gtin}/mandate", GiveMandateAsync);
        forms.MapPost("/products/{gtin}/mandate/revoke", RevokeMandateAsync);
        forms.MapPost("/products/{gtin}/mode", SetMode);
        forms.MapPost("/products/{gtin}/pause", (HttpContext http, string gtin, TimeProvider time, [FromServices] ReorderDesk? desk) => Hold(http, gtin, ReorderTrigger.Pause, desk, time));
        forms.MapPost("/products/{gtin}/resume", (HttpContext http, string gtin, TimeProvider time, [FromServices] ReorderDesk? desk) => Hold(http, gtin, ReorderTrigger.Resume, desk, time));
    }

    private static async Task<IResult> LogInAsync(HttpContext http, Door door)
    {
        if (await Forms.TryReadAsync(http) is not { } form)
            return BadForm(http);
        return await door.WithKeyAsync(http, async _ =>
        {
            await door.LogInAsync(http, Pin.TryParse(form["pin"], out Pin pin) ? pin : default);
            return new SeeOther(SeeOther.IsOwnPath(form["back"]) ? form["back"].ToString() : "/");
        });
    }

    private static IResult Answer(HttpContext http, string id, ReorderTrigger answer, ReorderDesk? desk, TimeProvider time)
    {
        if (desk is null || !ProposalId.TryParse(id, out Gtin gtin, out uint number) || desk.Find(gtin) is not { } process || number == 0 || number > process.Number)
            return Refusal.NotFound(http);
        bool said = answer == ReorderTrigger.Veto && desk.IsVetoed(gtin, number);
        bool taken = said || desk.TryAdvance(new ReorderStep(gtin, number, answer, time.GetUtcNow()));
        return taken || (answer == ReorderTrigger.Approve && desk.WasApproved(gtin, number)) ? new SeeOther("/") : Refusal.TooLate(http);
    }

    private static IResult Cancel(HttpContext http, string order, PantryView view, TimeProvider time, [FromServices] ReorderDesk? desk)
    {
        if (desk is null || !Hash32.TryParse(order, out Hash32 id) || view.Find(new OrderId(id)) is not { } found)
            return Refusal.NotFound(http);
        if (found.Vetoed)
            return new SeeOther("/");
        if (found.VetoUntil is null && found.Order.State != OrderState.None)
            return Refusal.TooLate(http);
        ReorderStep veto = new(found.Order.Terms.Gtin, found.Order.Number, ReorderTrigger.Veto, time.GetUtcNow(), Order: found.Order.Id);
        return desk.TryAdvance(veto) ? new SeeOther("/") : Refusal.TooLate(http);
    }

    private static async Task<IResult> GiveMandateAsync(
        HttpContext http, string gtin, Door door, Household household, [FromServices] MandateDesk? mandates, [FromServices] OrderDrain? drain, [FromServices] Circumstances? circumstances, PantryView view)
    {
        IFormCollection form = http.Request.Form;
        if (mandates is null || !Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        if (MandateForm.Read(form, product, circumstances!, view.Find(product)?.QuantityToAllow ?? 2, out string? wrong) is not { } wish)
            return Refusal.Of(http, 400, "bad_value", words => words.BadValue(wrong!), words => words.BadValueHint);
        return await door.WithKeyAsync(http, async key =>
        {
            if (await mandates.TryGiveAsync(wish, key, http.RequestAborted) is { } reason)
                return Refusal.Of(http, 409, "no_seller", words => words.NoMandateNow(reason), words => words.TryLater);
            drain!.Wake();
            return new SeeOther($"/products/{product}");
        });
    }

    private static async Task<IResult> RevokeMandateAsync(
        HttpContext http, string gtin, Door door, [FromServices] MandateDesk? mandates, [FromServices] MandateBook? book, [FromServices] MandateFinder? finder, [FromServices] Decider? decider,
        [FromServices] OrderDrain? drain)
    {
        if (mandates is null || !Gtin.TryParse(gtin, out Gtin product) || (book!.NewestOf(product) is null && finder!.Of(product).Count == 0))
            return Refusal.NotFound(http);
        return await door.WithKeyAsync(http, async key =>
        {
            try
            {
                await mandates.RevokeAsync(product, key, CancellationToken.None); // a page that is left takes no no back
            }
            catch (EvmException)
            {
                return Refusal.Of(http, 503, "chain_unreachable", words => words.ChainUnreachable, words => words.PauseMeanwhile);
            }
            decider!.Review(product); // a proposal goes now, not when the network answers
            drain!.Wake();
            return new SeeOther($"/products/{product}");
        });
    }

    private static IResult SetMode(HttpContext http, string gtin, [FromServices] MandateBook? mandates, [FromServices] OrderDrain? drain)
    {
        if (mandates is null || !Gtin.TryParse(gtin, out Gtin product) || mandates.NewestOf(product) is not { } mandate)
            return Refusal.NotFound(http);
        if (MandateForm.ModeOf(http.Request.Form["mode"]) is not { } mode)
            return Refusal.Of(http, 400, "bad_value", words => words.BadValue("mode"), words => words.BadValueHint);
        if (mandate.Revoked is not null)
            return Refusal.TooLate(http);
        mandates.Wish(mandate.Id, mode);
        drain!.Wake();
        return new SeeOther($"/products/{product}");
    }

    private static IResult Hold(HttpContext http, string gtin, ReorderTrigger trigger, ReorderDesk? desk, TimeProvider time)
    {
        IFormCollection form = http.Request.Form;
        if (desk is null || !Gtin.TryParse(gtin, out Gtin product) || desk.Find(product) is not { } process)
            return Refusal.NotFound(http);
        desk.TryAdvance(new ReorderStep(product, process.Number, trigger, time.GetUtcNow()));
        return new SeeOther($"/products/{product}");
    }

    /// <summary>The refusal of what is no form.</summary>
    internal static IResult BadForm(HttpContext http) => Refusal.Of(http, 400, "no_form", words => words.NoForm, words => words.BadValueHint);
}
