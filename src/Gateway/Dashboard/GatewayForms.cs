using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the pages' forms do (protocol, "The gateway's pages"); scripts send the same.</summary>
internal static class GatewayForms
{
    /// <summary>Maps all forms.</summary>
    public static void MapForms(this WebApplication app)
    {
        app.MapPost("/login", LogInAsync);
        app.MapPost("/logout", LogOutAsync);
        app.MapPost("/proposals/{id}/approve", (HttpContext http, string id, Door door, TimeProvider time, [FromServices] ReorderDesk? desk) => AnswerAsync(http, id, ReorderTrigger.Approve, door, desk, time));
        app.MapPost("/proposals/{id}/decline", (HttpContext http, string id, Door door, TimeProvider time, [FromServices] ReorderDesk? desk) => AnswerAsync(http, id, ReorderTrigger.Decline, door, desk, time));
        app.MapPost("/orders/{order}/cancel", CancelAsync);
        app.MapPost("/products/{gtin}/mandate", GiveMandateAsync);
        app.MapPost("/products/{gtin}/mode", SetModeAsync);
        app.MapPost("/products/{gtin}/pause", (HttpContext http, string gtin, Door door, TimeProvider time, [FromServices] ReorderDesk? desk) => HoldAsync(http, gtin, ReorderTrigger.Pause, door, desk, time));
        app.MapPost("/products/{gtin}/resume", (HttpContext http, string gtin, Door door, TimeProvider time, [FromServices] ReorderDesk? desk) => HoldAsync(http, gtin, ReorderTrigger.Resume, door, desk, time));
    }

    private static async Task<IResult> LogInAsync(HttpContext http, Door door)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        (P256Key? key, IResult? refusal) = await door.UnlockAsync(http, form["pin"]);
        using (key)
        {
            if (key is null)
                return refusal!;
            door.LogIn(http);
            return Back("/");
        }
    }

    private static async Task<IResult> LogOutAsync(HttpContext http, Door door)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        door.LogOut(http);
        return Back("/");
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, string id, ReorderTrigger answer, Door door, ReorderDesk? desk, TimeProvider time)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (desk is null || !ProposalId.TryParse(id, out Gtin gtin, out uint number) || desk.Find(gtin) is not { } process || number == 0 || number > process.Number)
            return Refusal.NotFound(http);
        bool taken = desk.TryAdvance(new ReorderStep(gtin, number, answer, time.GetUtcNow()));
        return taken || (answer == ReorderTrigger.Approve && desk.WasApproved(gtin, number)) ? Back("/") : Refusal.TooLate(http);
    }

    private static async Task<IResult> CancelAsync(HttpContext http, string order, Door door, PantryView view, TimeProvider time, [FromServices] ReorderDesk? desk)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (desk is null || !Hash32.TryParse(order, out Hash32 id) || view.Find(new OrderId(id)) is not { } found)
            return Refusal.NotFound(http);
        if (found.Vetoed)
            return Back("/");
        if (found.VetoUntil is null && found.Order.State != OrderState.None)
            return Refusal.TooLate(http);
        ReorderStep veto = new(found.Order.Terms.Gtin, found.Order.Number, ReorderTrigger.Veto, time.GetUtcNow(), Order: found.Order.Id);
        return desk.TryAdvance(veto) ? Back("/") : Refusal.TooLate(http);
    }

    private static async Task<IResult> GiveMandateAsync(
        HttpContext http, string gtin, Door door, Household household, [FromServices] MandateDesk? mandates, [FromServices] OrderDrain? drain, [FromServices] Circumstances? circumstances)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (mandates is null || !Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        if (MandateForm.Read(form, product, circumstances!, out string? wrong) is not { } wish)
            return Refusal.Of(http, 400, "bad_value", words => words.BadValue(wrong!), words => words.BadValueHint);
        (P256Key? key, IResult? locked) = await door.UnlockAsync(http, form["pin"]);
        using (key)
        {
            if (key is null)
                return locked!;
            try
            {
                if (await mandates.TryGiveAsync(wish, key, http.RequestAborted) is { } reason)
                    return Refusal.Of(http, 409, "no_seller", words => words.NoMandateNow(reason), words => words.TryLater);
            }
            catch (EvmException)
            {
                return Refusal.Of(http, 503, "chain_unreachable", words => words.ChainUnreachable, words => words.TryLater);
            }
        }
        drain!.Wake();
        return Back($"/products/{product}");
    }

    private static async Task<IResult> SetModeAsync(HttpContext http, string gtin, Door door, [FromServices] MandateBook? mandates, [FromServices] OrderDrain? drain)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (mandates is null || !Gtin.TryParse(gtin, out Gtin product) || mandates.NewestOf(product) is not { } mandate)
            return Refusal.NotFound(http);
        if (MandateForm.ModeOf(form["mode"]) is not { } mode)
            return Refusal.Of(http, 400, "bad_value", words => words.BadValue("mode"), words => words.BadValueHint);
        mandates.Wish(mandate.Id, mode);
        drain!.Wake();
        return Back($"/products/{product}");
    }

    private static async Task<IResult> HoldAsync(HttpContext http, string gtin, ReorderTrigger trigger, Door door, ReorderDesk? desk, TimeProvider time)
    {
        if (await ReadAsync(http) is not { } form)
            return BadForm(http);
        if (door.Refuse(http, form) is { } refusal)
            return refusal;
        if (desk is null || !Gtin.TryParse(gtin, out Gtin product) || desk.Find(product) is not { } process)
            return Refusal.NotFound(http);
        desk.TryAdvance(new ReorderStep(product, process.Number, trigger, time.GetUtcNow()));
        return Back($"/products/{product}");
    }

    /// <summary>The form, or null for anything that is none.</summary>
    private static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
            return null;
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static IResult BadForm(HttpContext http) => Refusal.Of(http, 400, "no_form", words => words.NoForm, words => words.BadValueHint);

    private static SeeOther Back(string path) => new SeeOther(path);

    /// <summary>303, so that reloading the page never sends the form again (RFC 9110 §15.4.4).</summary>
    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}

/// <summary>Reads the mandate form; empty fields take the page's defaults.</summary>
internal static class MandateForm
{
    /// <summary>Defaults that suit one product: two packs an order at a fifth above today's price, five such orders a month, three packs seen first, a year.</summary>
    public static MandateWish DefaultsFor(Gtin gtin, Bamtol? price)
    {
        ulong won = price is { } known ? (ulong)((known.Hundredths * 12 / 10 + 99) / 100) : 10_000;
        return new MandateWish(gtin, MandateMode.Auto, 2, Bamtol.FromWon(won), Bamtol.FromWon(won * 2 * 5), 30, 3, 1, new BasisPoints(0), 365);
    }

    /// <summary>The wish, or null with the name of the field that is wrong.</summary>
    public static MandateWish? Read(IFormCollection form, Gtin gtin, Circumstances circumstances, out string? wrong)
    {
        MandateWish usual = DefaultsFor(gtin, circumstances.OfferFor(gtin, circumstances.SellersOf(gtin))?.UnitPrice);
        wrong = null;
        MandateMode? mode = form["mode"].ToString() is { Length: > 0 } text ? ModeOf(text) : usual.Mode;
        ulong quantity = Number(form, "maxQuantity", usual.MaxQuantity, 1, 1000, ref wrong);
        ulong price = Number(form, "maxUnitPriceWon", Won(usual.MaxUnitPrice), 1, 100_000_000, ref wrong);
        ulong budget = Number(form, "budgetWon", Won(usual.BudgetPerPeriod), 1, 1_000_000_000, ref wrong);
        ulong period = Number(form, "periodDays", usual.PeriodDays, 1, 366, ref wrong);
        ulong cycles = Number(form, "minCycles", usual.MinCycles, 0, 1000, ref wrong);
        ulong tier = Number(form, "minTier", usual.MinTier, 0, 255, ref wrong);
        ulong share = Number(form, "maxBamnamuBps", usual.MaxBamnamu.Value, 0, 10_000, ref wrong);
        ulong days = Number(form, "validDays", (ulong)usual.ValidDays, 1, 3660, ref wrong);
        wrong = mode is null ? "mode" : wrong;
        return wrong is not null ? null : new MandateWish(
            gtin, mode!.Value, (uint)quantity, Bamtol.FromWon(price), Bamtol.FromWon(budget), (ushort)period, (uint)cycles, (byte)tier, new BasisPoints((ushort)share), (int)days);
    }

    /// <summary>The mode of that name in any case, or null.</summary>
    public static MandateMode? ModeOf(string? name) => name?.ToUpperInvariant() switch
    {
        "SHADOW" => MandateMode.Shadow,
        "APPROVE" => MandateMode.Approve,
        "AUTO" => MandateMode.Auto,
        _ => null,
    };

    private static ulong Number(IFormCollection form, string name, ulong usual, ulong least, ulong most, ref string? wrong)
    {
        string text = form[name].ToString().Replace(",", "", StringComparison.Ordinal).Trim();
        if (text.Length == 0)
            return usual;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= least && value <= most)
            return value;
        wrong ??= name;
        return usual;
    }

    private static ulong Won(Bamtol amount) => (ulong)(amount.Hundredths / 100);
}
