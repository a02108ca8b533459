using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Hosting;
using PantryChain.Store.Orders;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Desk;

/// <summary>Gathers what the desk shows of orders and offers.</summary>
internal sealed class DeskBoard(
    NpgsqlDataSource database, OrderBook orders, DeliveryDesk deliveries, OrderWindowsCache windows, OfferBook offers, PriceList prices, ChainHead head)
{
    private const int MostClosed = 30;

    /// <summary>All orders with what can be done now.</summary>
    public async Task<OrderBoardView> OrdersAsync(CancellationToken stop)
    {
        OrderView[] views = await ViewsAsync(await orders.ListAsync(MostClosed, stop), stop);
        return new OrderBoardView([.. views.Where(view => view.IsLive)], [.. views.Where(view => !view.IsLive)]);
    }

    /// <summary>One order.</summary>
    /// <exception cref="Refusal">It is not known.</exception>
    public async Task<OrderView> OrderAsync(OrderId id, CancellationToken stop) =>
        (await ViewsAsync([await orders.FindAsync(id, stop) ?? throw Refusal.NotFound("order_unknown", "This order is not known.", "Look it up on the desk.")], stop))[0];

    private async Task<OrderView[]> ViewsAsync(IReadOnlyList<OrderRecord> all, CancellationToken stop)
    {
        OrderWindows limits = await windows.GetAsync(stop);
        IReadOnlyDictionary<OrderId, DeliveryPapers> papers = await deliveries.PapersAsync([.. all.Select(order => order.Id)], stop);
        Dictionary<Gtin, OfferView> products = (await OffersAsync(stop)).DistinctBy(offer => offer.Gtin).ToDictionary(offer => Gtin.Parse(offer.Gtin));
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        byte[][] ids = [.. all.Select(order => order.Id.Value.ToArray())];
        ILookup<OrderId, (short State, DateTimeOffset At)> steps = (await connection.QueryAsync<(OrderId Id, short State, DateTimeOffset At)>(
            "select order_id, state, at from order_events where order_id = any(@ids)", new { ids })).ToLookup(row => row.Id, row => (row.State, row.At));
        Dictionary<OrderId, (string Status, string? Reason)> actions = (await connection.QueryAsync<(OrderId Id, string Status, string? Reason)>(
            """
            select distinct on (order_id) order_id, status, reason from desk_actions join transactions on transactions.id = transaction_id
            where order_id = any(@ids) order by order_id, ordinal desc
            """, new { ids })).ToDictionary(row => row.Id, row => (row.Status, row.Reason));
        IReadOnlyDictionary<OrderId, PriceVerdict> verdicts = await prices.JudgeOpenAsync(all, stop);
        return [.. all.Select(order => View(order, limits, products.GetValueOrDefault(order.Terms.Gtin), steps[order.Id], actions.GetValueOrDefault(order.Id)) with
        {
            Gtin = order.Terms.Gtin, Tags = [.. papers[order.Id].Tags.Select(tag => tag.Tag)], Code = papers[order.Id].Code?.Code, HandedOverAt = papers[order.Id].HandedOverAt,
            IsOddlyPriced = verdicts.GetValueOrDefault(order.Id)?.Code is not null, Listed = verdicts.GetValueOrDefault(order.Id)?.Listed,
        })];
    }

    /// <summary>All offers.</summary>
    public async Task<IReadOnlyList<OfferView>> OffersAsync(CancellationToken stop) => [.. (await offers.ListAsync(stop)).Select(listed => new OfferView(
        listed.Offer.Product.Gtin.ToString(), listed.Offer.Product.NameKo, listed.Offer.Product.NameEn, listed.Offer.Product.Pack, listed.Offer.UnitPrice,
        listed.LeadDays.MaxBy(day => day.Value).Key)
        {
            DeliveryDays = listed.Supply.DeliveryDays, CutOff = listed.Supply.CutOff, SeasonMonths = listed.Supply.SeasonMonths, ShelfLifeDays = listed.Supply.ShelfLifeDays,
        })];

    private OrderView View(OrderRecord order, OrderWindows limits, OfferView? product, IEnumerable<(short State, DateTimeOffset At)> steps, (string? Status, string? Reason) action)
    {
        DateTimeOffset acceptable = SellerDesk.AcceptableFrom(order, limits);
        string? next = order.State switch
        {
            OrderState.Open => head.Newest is { } newest && newest.At >= acceptable ? "accept" : null,
            OrderState.Accepted => "ship",
            OrderState.Shipped => order.RecordedAt is null ? "deliver" : null,
            _ => null,
        };
        string unknown = order.Terms.Gtin.ToString();
        return new OrderView(
            order.Id.ToString(), product?.NameKo ?? unknown, product?.NameEn ?? unknown, order.Gateway?.Value ?? "–", order.Terms.Quantity, order.Terms.Cash, order.Terms.Reward,
            order.State, steps.ToDictionary(step => (OrderState)step.State, step => step.At), order.TimesOutAt(limits), acceptable, next,
            action.Status is "queued" or "sent", action.Status == "refused" ? action.Reason : null);
    }
}
