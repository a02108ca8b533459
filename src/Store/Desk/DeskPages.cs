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
    /// <summary>Maps pages, forms and the live connection.</summary>
    public static void MapDeskPages(this WebApplication app)
    {
        app.MapGet("/", async (DeskBoard board, StoreFolder folder, CancellationToken stop) => Page<FrontPage>(
            (nameof(FrontPage.NameKo), folder.Options.NameKo), (nameof(FrontPage.NameEn), folder.Options.Name), (nameof(FrontPage.Offers), await board.OffersAsync(stop))));
        app.MapGet("/desk/login", () => Page<LoginPage>());
        app.MapPost("/desk/login", LogInAsync);
        app.MapPost("/desk/logout", async (HttpContext context, ClerkSession session, CancellationToken stop) =>
        {
            await session.LogOutAsync(context, stop);
            return new SeeOther("/");
        });
        app.MapLive("/desk/live", isKnown: _ => true, http => http.RequestServices.GetRequiredService<ClerkSession>().IsLoggedInAsync(http)); // delivery codes are among its parts
        app.MapGet("/desk", async (DeskBoard board, TimeProvider clock, CancellationToken stop) =>
            Page<OrdersPage>((nameof(OrdersPage.Board), await board.OrdersAsync(stop)), (nameof(OrdersPage.Now), clock.GetUtcNow())));
        app.MapGet("/desk/catalogue", async (DeskBoard board, CancellationToken stop) => Page<CataloguePage>((nameof(CataloguePage.Offers), await board.OffersAsync(stop))));
        app.MapGet("/desk/households", (MemberBoard board, CancellationToken stop) => HouseholdsAsync(board, null, stop));
        app.MapGet("/desk/treasury", async (MemberBoard board, CancellationToken stop) => Page<TreasuryPage>((nameof(TreasuryPage.Treasury), await board.TreasuryAsync(stop))));
        MapForms(app);
    }

    private static void MapForms(WebApplication app)
    {
        app.MapPost("/desk/orders/{order}/{action}", async (string order, string action, SellerDesk desk, CancellationToken stop) =>
        {
            await desk.ActAsync(OrderEndpoints.ReadId(order), ReadAction(action), stop);
            return new SeeOther("/desk");
        });
        MapDeliveryForms(app);
        app.MapPost("/desk/catalogue/{gtin}", async (string gtin, HttpRequest request, OfferBook offers, Wallets wallets, CancellationToken stop) =>
        {
            if (!Gtin.TryParse(gtin, out Gtin product))
                throw Refusal.Malformed($"'{gtin}' is not a product number.");
            await offers.ChangePriceAsync(product, wallets.Seller.Address, await ReadWonAsync(request, "priceWon"), stop);
            return new SeeOther("/desk/catalogue");
        });
        app.MapPost("/desk/catalogue/{gtin}/supply", async (string gtin, HttpRequest request, OfferBook offers, Wallets wallets, CancellationToken stop) =>
        {
            if (!Gtin.TryParse(gtin, out Gtin product))
                throw Refusal.Malformed($"'{gtin}' is not a product number.");
            await offers.ChangeSupplyAsync(product, wallets.Seller.Address, ReadSupply(await ReadFormAsync(request)), stop);
            return new SeeOther("/desk/catalogue");
        });
        app.MapPost("/desk/invitations", async (HttpRequest request, Invitations invitations, MemberBoard board, CancellationToken stop) =>
        {
            string note = (await ReadFormAsync(request))["note"].ToString();
            (string code, _) = await invitations.CreateAsync(note, Invitations.DefaultValidity, stop);
            return await HouseholdsAsync(board, code, stop); // not a redirect: the code is shown this once and stands in no address
        });
        app.MapPost("/desk/deposits", DepositAsync);
        app.MapPost("/desk/redemptions", async (HttpRequest request, Bookings bookings, CancellationToken stop) =>
        {
            string reference = (await ReadFormAsync(request))["reference"].ToString().Trim();
            await bookings.RedeemAsync(reference, await ReadWonAsync(request, "amountWon"), stop);
            return new SeeOther("/desk/treasury");
        });
        app.MapPost("/desk/redemptions/{number:long}/payout", async (long number, Bookings bookings, CancellationToken stop) =>
        {
            await bookings.PayOutAsync(number, stop);
            return new SeeOther("/desk/treasury");
        });
        app.MapPost("/desk/sales/withdraw", async (Bookings bookings, CancellationToken stop) =>
        {
            await bookings.WithdrawSalesAsync(stop);
            return new SeeOther("/desk/treasury");
        });
    }

    private static void MapDeliveryForms(WebApplication app)
    {
        app.MapGet("/desk/orders/{order}/slip", async (string order, DeskBoard board, CancellationToken stop) =>
            Page<SlipPage>((nameof(SlipPage.Order), await board.OrderAsync(OrderEndpoints.ReadId(order), stop))));
        app.MapPost("/desk/orders/{order}/tags", async (string order, HttpRequest request, DeliveryDesk desk, CancellationToken stop) =>
        {
            await desk.BindTagAsync(OrderEndpoints.ReadId(order), (await ReadFormAsync(request))["tag"], stop);
            return new SeeOther("/desk");
        });
        app.MapPost("/desk/orders/{order}/tags/undo", async (string order, HttpRequest request, DeliveryDesk desk, CancellationToken stop) =>
        {
            await desk.TakeTagOffAsync(OrderEndpoints.ReadId(order), (await ReadFormAsync(request))["tag"], stop);
            return new SeeOther("/desk");
        });
        app.MapPost("/desk/orders/{order}/handover", async (string order, DeliveryDesk desk, CancellationToken stop) =>
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

    private static async Task<IResult> LogInAsync(HttpContext context, ClerkSession session, CancellationToken stop)
    {
        string password = (await ReadFormAsync(context.Request))["password"].ToString();
        return await session.TryLogInAsync(context, password.Trim(), stop)
            ? new SeeOther("/desk")
            : new RazorComponentResult<LoginPage>(new Dictionary<string, object?> { [nameof(LoginPage.Failed)] = true }) { StatusCode = StatusCodes.Status401Unauthorized };
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
