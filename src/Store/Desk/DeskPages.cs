using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Orders;
using PantryChain.Store.Sending;
using PantryChain.Store.Treasury;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Desk;

/// <summary>The public front page and the clerk's pages; each form answers 303 back to a page.</summary>
internal static class DeskPages
{
    /// <summary>Maps what anybody may see: the front page, and the way in and out.</summary>
    public static void MapFront(this WebApplication app)
    {
        app.MapGet("/", async (DeskBoard board, StoreFolder folder, CancellationToken stop) => Page<FrontPage>(
            (nameof(FrontPage.NameKo), folder.Options.NameKo), (nameof(FrontPage.NameEn), folder.Options.Name), (nameof(FrontPage.Offers), await board.OffersAsync(stop))));
        app.MapGet("/desk/login", () => Page<LoginPage>());
        app.MapPost("/desk/login", LogInAsync);
        app.MapPost("/desk/logout", async (HttpContext context) =>
        {
            await context.LogOutAsync();
            return new SeeOther("/");
        });
    }

    /// <summary>Maps the clerk's pages, forms and the live connection below <c>/desk</c>.</summary>
    public static void MapDeskPages(this RouteGroupBuilder desk)
    {
        desk.MapLive("/live", isKnown: _ => true, http => // delivery codes are among its parts
            http.RequestServices.GetRequiredService<ClerkSessions>().IsLiveAsync(http.User.SessionOf(), http.RequestAborted));
        desk.MapGet("", async (DeskBoard board, TimeProvider clock, CancellationToken stop) =>
            Page<OrdersPage>((nameof(OrdersPage.Board), await board.OrdersAsync(stop)), (nameof(OrdersPage.Now), clock.GetUtcNow())));
        desk.MapGet("/catalogue", async (DeskBoard board, CancellationToken stop) => Page<CataloguePage>((nameof(CataloguePage.Offers), await board.OffersAsync(stop))));
        desk.MapGet("/households", (MemberBoard board, CancellationToken stop) => HouseholdsAsync(board, null, stop));
        desk.MapGet("/treasury", async (MemberBoard board, CancellationToken stop) => Page<TreasuryPage>((nameof(TreasuryPage.Treasury), await board.TreasuryAsync(stop))));
        MapForms(desk);
    }

    private static void MapForms(RouteGroupBuilder desk)
    {
        desk.MapPost("/orders/{order}/{action}", async (string order, string action, SellerDesk desk, CancellationToken stop) =>
        {
            await desk.ActAsync(OrderEndpoints.ReadId(order), ReadAction(action), stop);
            return new SeeOther("/desk");
        });
        MapDeliveryForms(desk);
        desk.MapPost("/catalogue/{gtin}", async (string gtin, HttpRequest request, OfferBook offers, Wallets wallets, CancellationToken stop) =>
        {
            if (!Gtin.TryParse(gtin, out Gtin product))
                throw Refusal.Malformed($"'{gtin}' is not a product number.");
            await offers.ChangePriceAsync(product, wallets.Seller.Address, await ReadWonAsync(request, "priceWon"), stop);
            return new SeeOther("/desk/catalogue");
        });
        desk.MapPost("/catalogue/{gtin}/supply", async (string gtin, HttpRequest request, OfferBook offers, Wallets wallets, CancellationToken stop) =>
        {
            if (!Gtin.TryParse(gtin, out Gtin product))
                throw Refusal.Malformed($"'{gtin}' is not a product number.");
            await offers.ChangeSupplyAsync(product, wallets.Seller.Address, ReadSupply(await ReadFormAsync(request)), stop);
            return new SeeOther("/desk/catalogue");
        });
        desk.MapPost("/invitations", async (HttpRequest request, Invitations invitations, MemberBoard board, CancellationToken stop) =>
        {
            string note = (await ReadFormAsync(request))["note"].ToString();
            (string code, _) = await invitations.CreateAsync(note, Invitations.DefaultValidity, stop);
            return await HouseholdsAsync(board, code, stop); // not a redirect: the code is shown this once and stands in no address
        });
        desk.MapPost("/deposits", DepositAsync);
        desk.MapPost("/redemptions", async (HttpRequest request, Bookings bookings, CancellationToken stop) =>
        {
            string reference = (await ReadFormAsync(request))["reference"].ToString().Trim();
            await bookings.RedeemAsync(reference, await ReadWonAsync(request, "amountWon"), stop);
            return new SeeOther("/desk/treasury");
        });
        desk.MapPost("/redemptions/{number:long}/payout", async (long number, Bookings bookings, CancellationToken stop) =>
        {
            await bookings.PayOutAsync(number, stop);
            return new SeeOther("/desk/treasury");
        });
        desk.MapPost("/sales/withdraw", async (Bookings bookings, CancellationToken stop) =>
        {
            await bookings.WithdrawSalesAsync(stop);
            return new SeeOther("/desk/treasury");
        });
    }

    private static void MapDeliveryForms(RouteGroupBuilder desk)
    {
        desk.MapGet("/orders/{order}/slip", async (string order, DeskBoard board, CancellationToken stop) =>
            Page<SlipPage>((nameof(SlipPage.Order), await board.OrderAsync(OrderEndpoints.ReadId(order), stop))));
        desk.MapPost("/orders/{order}/tags", async (string order, HttpRequest request, DeliveryDesk desk, CancellationToken stop) =>
        {
            await desk.BindTagAsync(OrderEndpoints.ReadId(order), (await ReadFormAsync(request))["tag"], stop);
            return new SeeOther("/desk");
        });
        desk.MapPost("/orders/{order}/tags/undo", async (string order, HttpRequest request, DeliveryDesk desk, CancellationToken stop) =>
        {
            await desk.TakeTagOffAsync(OrderEndpoints.ReadId(order), (await ReadFormAsync(request))["tag"], stop);
            return new SeeOther("/desk");
        });
        desk.MapPost("/orders/{order}/handover", async (string order, DeliveryDesk desk, CancellationToken stop) =>
        {
            await desk.HandOverAsync(OrderEndpoints.ReadId(order), null, stop);
            return new SeeOther("/desk");
        });
    }

    /// <summary>Books a deposit; the same amount for the same household a second time today is asked about once.</summary>
    private static async Task<IResult> DepositAsync(HttpRequest request, Bookings bookings, MemberBoard board, CancellationToken stop)
    {
        IFormCollection form = await ReadFormAsync(request);
        if (!AccountAddress.TryParse(form["account"], out AccountAddress account))
            throw Refusal.Malformed("Choose a household.");
        string reference = form["reference"].ToString().Trim();
        Bamtol amount = await ReadWonAsync(request, "amountWon");
        try
        {
            await bookings.DepositAsync(reference, account, amount, form["again"] == "true", stop);
            return new SeeOther("/desk/treasury");
        }
        catch (Refusal refusal) when (refusal.Code == "booked_today")
        {
            DepositQuestion asked = new(account.ToString(), amount, reference, await bookings.TodayUnderAsync(account, amount, stop) ?? "–");
            return new RazorComponentResult<TreasuryPage>(new Dictionary<string, object?> { [nameof(TreasuryPage.Treasury)] = await board.TreasuryAsync(stop), [nameof(TreasuryPage.Asked)] = asked })
            {
                StatusCode = StatusCodes.Status409Conflict,
            };
        }
    }

    /// <summary>Logs in with the clerk's password.</summary>
    /// <exception cref="Refusal">There were too many wrong ones from that address, or from all together.</exception>
    private static async Task<IResult> LogInAsync(HttpContext context, ClerkKeys keys, ClerkSessions sessions, LoginThrottle throttle, CancellationToken stop)
    {
        string password = (await ReadFormAsync(context.Request))["password"].ToString();
        if (throttle.Take(context.Connection.RemoteIpAddress) is { Ticks: > 0 } wait)
            throw new Refusal(429, "too_many_tries", "Too many wrong passwords.", $"Wait {Math.Ceiling(wait.TotalSeconds):0} seconds, then try again. On the store's own machine it goes at once.");
        if (!keys.IsPassword(password.Trim()))
            return new RazorComponentResult<LoginPage>(new Dictionary<string, object?> { [nameof(LoginPage.Failed)] = true }) { StatusCode = StatusCodes.Status401Unauthorized };
        throttle.Success(context.Connection.RemoteIpAddress);
        await context.LogInAsync(await sessions.StartAsync(stop));
        return new SeeOther("/desk");
    }

    private static async Task<IResult> HouseholdsAsync(MemberBoard board, string? code, CancellationToken stop) => Page<HouseholdsPage>(
        (nameof(HouseholdsPage.Households), await board.HouseholdsAsync(stop)), (nameof(HouseholdsPage.Invitations), await board.InvitationsAsync(stop)),
        (nameof(HouseholdsPage.Code), code));

    private static RazorComponentResult<TPage> Page<TPage>(params (string Name, object? Value)[] parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent => new(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value));

    private static SellerAction ReadAction(string text) => text switch
    {
        "accept" => SellerAction.Accept,
        "accept-anyway" => SellerAction.AcceptAnyway,
        "ship" => SellerAction.Ship,
        "deliver" => SellerAction.Deliver,
        "cancel" => SellerAction.Cancel,
        _ => throw Refusal.NotFound("not_found", "There is no such action.", "Go back to the desk."),
    };

    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request) =>
        await Forms.TryReadAsync(request.HttpContext) ?? throw Refusal.Malformed("This is no form: application/x-www-form-urlencoded with whole fields of UTF-8 text, without U+0000, is expected.");

    private static OfferSupply ReadSupply(IFormCollection form)
    {
        string cutOff = form["cutOff"].ToString(), life = form["shelfLifeDays"].ToString();
        try
        {
            return OfferSupply.Parse(
                [.. form["deliveryDays"].OfType<string>()], cutOff.Length == 0 ? null : TimeOnly.Parse(cutOff, CultureInfo.InvariantCulture),
                [.. form["seasonMonths"].OfType<string>().Select(month => int.Parse(month, NumberStyles.None, CultureInfo.InvariantCulture))],
                life.Length == 0 ? null : int.Parse(life, NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new Refusal(400, "supply_wrong", error.Message, "Choose weekdays and months, a time such as 14:00 or none, and 1 to 3650 days or none.");
        }
    }

    private static async Task<Bamtol> ReadWonAsync(HttpRequest request, string field) =>
        ulong.TryParse((await ReadFormAsync(request))[field], NumberStyles.None, CultureInfo.InvariantCulture, out ulong won) && won is > 0 and <= 100_000_000
            ? Bamtol.FromWon(won)
            : throw new Refusal(400, "amount_wrong", "This is not an amount.", "Give whole won from 1 to 100,000,000.");
}
