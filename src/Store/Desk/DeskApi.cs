using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Orders;
using PantryChain.Store.Treasury;

namespace PantryChain.Store.Desk;

/// <summary>The desk's actions for scripts: <c>POST /desk/api/...</c> with the clerk's token.</summary>
internal static class DeskApi
{
    /// <summary>Maps invitations, deposits, redemptions and the steps of an order; <c>GET /desk/api/orders</c> lists what there is to do.</summary>
    public static void MapDeskApi(this RouteGroupBuilder api)
    {
        api.MapPost("invitations", InviteAsync);
        api.MapPost("deposits", DepositAsync);
        api.MapPost("redemptions", RedeemAsync);
        api.MapPost("redemptions/{number:long}/payout", PayOutAsync);
        api.MapPost("sales/withdraw", (Bookings bookings, CancellationToken stop) => bookings.WithdrawSalesAsync(stop));
        api.MapGet("orders", ListAsync);
        api.MapPost("orders/{order}/tags", (string order, TagBody body, DeliveryDesk desk, OrderBook orders, CancellationToken stop) => BindAsync(order, body, desk, orders, stop));
        api.MapPost("orders/{order}/tags/undo", (string order, TagBody body, DeliveryDesk desk, OrderBook orders, CancellationToken stop) => UnbindAsync(order, body, desk, orders, stop));
        api.MapPost("orders/{order}/handover", HandOverAsync);
        api.MapPost("orders/{order}/accept", (string order, SellerDesk desk, OrderBook orders, CancellationToken stop) => ActAsync(order, SellerAction.Accept, desk, orders, stop));
        api.MapPost("orders/{order}/accept-anyway", (string order, SellerDesk desk, OrderBook orders, CancellationToken stop) => ActAsync(order, SellerAction.AcceptAnyway, desk, orders, stop));
        api.MapPost("orders/{order}/ship", (string order, SellerDesk desk, OrderBook orders, CancellationToken stop) => ActAsync(order, SellerAction.Ship, desk, orders, stop));
        api.MapPost("orders/{order}/deliver", (string order, SellerDesk desk, OrderBook orders, CancellationToken stop) => ActAsync(order, SellerAction.Deliver, desk, orders, stop));
        api.MapPost("orders/{order}/cancel", (string order, SellerDesk desk, OrderBook orders, CancellationToken stop) => ActAsync(order, SellerAction.Cancel, desk, orders, stop));
    }

    private static async Task<InvitationAnswer> InviteAsync(InvitationBody body, Invitations invitations, CancellationToken stop)
    {
        int days = body.Days ?? (int)Invitations.DefaultValidity.TotalDays;
        if (days is < 1 or > 365)
            throw Refusal.Malformed("'days' is 1 to 365.");
        (string code, DateTimeOffset expiresAt) = await invitations.CreateAsync(body.Note ?? "", TimeSpan.FromDays(days), stop);
        return new InvitationAnswer(code, expiresAt);
    }

    private static async Task<BookingAnswer> DepositAsync(DepositBody body, Bookings bookings, CancellationToken stop) =>
        BookingAnswer.Of(await bookings.DepositAsync(body.Reference, ReadAccount(body.Account), ReadAmount(body.Amount), body.Again ?? false, stop));

    private static async Task<BookingAnswer> RedeemAsync(RedemptionBody body, Bookings bookings, CancellationToken stop) =>
        BookingAnswer.Of(await bookings.RedeemAsync(body.Reference, ReadAmount(body.Amount), stop));

    private static async Task<BookingAnswer> PayOutAsync(long number, Bookings bookings, CancellationToken stop) => BookingAnswer.Of(await bookings.PayOutAsync(number, stop));

    private static async Task<IReadOnlyList<DeskOrder>> ListAsync(OrderBook orders, DeliveryDesk deliveries, PriceList prices, OrderWindowsCache windows, CancellationToken stop)
    {
        Ledger.Contracts.OrderWindows limits = await windows.GetAsync(stop);
        IReadOnlyList<OrderRecord> all = await orders.ListAsync(mostFinal: 100, stop);
        IReadOnlyDictionary<OrderId, DeliveryPapers> papers = await deliveries.PapersAsync([.. all.Select(order => order.Id)], stop);
        IReadOnlyDictionary<OrderId, PriceVerdict> verdicts = await prices.JudgeOpenAsync(all, stop);
        return [.. all.Select(order => DeskOrder.Of(order, papers[order.Id], limits) with
        {
            ListPrice = verdicts.GetValueOrDefault(order.Id)?.Listed?.Hundredths.ToString(System.Globalization.CultureInfo.InvariantCulture),
            PriceFault = verdicts.GetValueOrDefault(order.Id)?.Code,
        })];
    }

    private static async Task<DeliveryPapersAnswer> BindAsync(string order, TagBody body, DeliveryDesk desk, OrderBook orders, CancellationToken stop)
    {
        OrderId id = OrderEndpoints.ReadId(order);
        await desk.BindTagAsync(id, body.Tag, stop);
        return await PapersAsync(id, desk, orders, stop);
    }

    private static async Task<DeliveryPapersAnswer> UnbindAsync(string order, TagBody body, DeliveryDesk desk, OrderBook orders, CancellationToken stop)
    {
        OrderId id = OrderEndpoints.ReadId(order);
        await desk.TakeTagOffAsync(id, body.Tag, stop);
        return await PapersAsync(id, desk, orders, stop);
    }

    private static async Task<DeliveryPapersAnswer> HandOverAsync(string order, HandOverBody body, DeliveryDesk desk, OrderBook orders, CancellationToken stop)
    {
        OrderId id = OrderEndpoints.ReadId(order);
        await desk.HandOverAsync(id, body.At, stop);
        return await PapersAsync(id, desk, orders, stop);
    }

    private static async Task<DeliveryPapersAnswer> PapersAsync(OrderId id, DeliveryDesk desk, OrderBook orders, CancellationToken stop)
    {
        DeliveryPapers papers = (await desk.PapersAsync([id], stop))[id];
        return new DeliveryPapersAnswer(id.ToString(), OrderEndpoints.Text((await orders.FindAsync(id, stop))!.State), [.. papers.Tags.Select(tag => tag.Tag)], papers.Code?.Code, papers.HandedOverAt);
    }

    private static async Task<DeskActionAnswer> ActAsync(string order, SellerAction action, SellerDesk desk, OrderBook orders, CancellationToken stop)
    {
        OrderId id = OrderEndpoints.ReadId(order);
        await desk.ActAsync(id, action, stop);
        return new DeskActionAnswer(id.ToString(), OrderEndpoints.Text((await orders.FindAsync(id, stop))!.State));
    }

    private static AccountAddress ReadAccount(string? text) =>
        AccountAddress.TryParse(text, out AccountAddress account) && !account.IsZero ? account : throw Refusal.Malformed($"'{text}' is not an account: 0x and 40 hexadecimal digits are expected.");

    private static Bamtol ReadAmount(string? text) =>
        UInt128.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out UInt128 hundredths)
            ? new Bamtol(hundredths)
            : throw Refusal.Malformed($"'{text}' is not an amount: hundredths of a won as decimal text are expected.");
}

/// <summary>Body of <c>POST /desk/api/invitations</c>.</summary>
internal sealed record InvitationBody(string? Note, int? Days);

/// <summary>The new invitation; the code is not shown again.</summary>
internal sealed record InvitationAnswer(string Code, DateTimeOffset ExpiresAt);

/// <summary>Body of <c>POST /desk/api/deposits</c>: hundredths of a won as decimal text; <c>again</c> when as much was booked for the account today already and this is another entry.</summary>
internal sealed record DepositBody(string Reference, string Account, string Amount, bool? Again = null);

/// <summary>Body of <c>POST /desk/api/redemptions</c>.</summary>
internal sealed record RedemptionBody(string Reference, string Amount);

/// <summary>A booking and where its transaction stands.</summary>
internal sealed record BookingAnswer(long Number, string Kind, string Reference, string Account, string Amount, string Status, string? Transaction)
{
    /// <summary>From the booking.</summary>
    public static BookingAnswer Of(BookingRow row) => new(
        row.Number, row.Kind, row.Reference, row.Account.ToString(), row.Amount.Hundredths.ToString(System.Globalization.CultureInfo.InvariantCulture), row.Status, row.Hash?.ToString());
}

/// <summary>An action is on its way; the state is the order's present one.</summary>
internal sealed record DeskActionAnswer(string Order, string State);

/// <summary>Body of <c>POST /desk/api/orders/{order}/tags</c>: a Digital Link, an EPC or a tag's own number.</summary>
internal sealed record TagBody(string? Tag);

/// <summary>Body of <c>POST /desk/api/orders/{order}/handover</c>; without a time it was just now.</summary>
internal sealed record HandOverBody(DateTimeOffset? At);

/// <summary>What goes along with an order's delivery, in clear: for the desk alone.</summary>
internal sealed record DeliveryPapersAnswer(string Order, string State, IReadOnlyList<string> Tags, string? Code, DateTimeOffset? HandedOverAt);

/// <summary>An order as scripts of the desk see it.</summary>
internal sealed record DeskOrder(
    string Order, string? Gateway, string Gtin, uint Quantity, string Bamtol, string Bamnamu, string State, DateTimeOffset PlacedAt, DateTimeOffset AcceptableFrom,
    DateTimeOffset ChangedAt, DateTimeOffset? TimesOutAt, IReadOnlyList<string> Tags, string? Code, DateTimeOffset? HandedOverAt)
{
    /// <summary>Of an open order: what the catalogue asked for the whole of it, in hundredths of a won; null when it has no such offer.</summary>
    public string? ListPrice { get; init; }

    /// <summary>Of an open order: the code with which <c>accept</c> refuses its price, or null when it pays what was asked.</summary>
    public string? PriceFault { get; init; }

    /// <summary>From the order.</summary>
    public static DeskOrder Of(OrderRecord order, DeliveryPapers papers, Ledger.Contracts.OrderWindows windows) => new(
        order.Id.ToString(), order.Gateway?.Value, order.Terms.Gtin.ToString(), order.Terms.Quantity,
        order.Terms.Cash.Hundredths.ToString(System.Globalization.CultureInfo.InvariantCulture), order.Terms.Reward.Units.ToString(System.Globalization.CultureInfo.InvariantCulture),
        OrderEndpoints.Text(order.State), order.PlacedAt, SellerDesk.AcceptableFrom(order, windows), order.ChangedAt, order.TimesOutAt(windows),
        [.. papers.Tags.Select(tag => tag.Tag)], papers.Code?.Code, papers.HandedOverAt);
}
