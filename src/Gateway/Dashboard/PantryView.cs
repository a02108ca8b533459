using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Dashboard;

/// <summary>One slot as the pages show it.</summary>
internal sealed record SlotView(ShelfSlot Slot, StockReading Reading, DateTimeOffset? StaleSince)
{
    /// <summary>Drift and temperature.</summary>
    public required SlotTrend Sensors { get; init; }

    /// <summary>Its converter, or null until it was looked at.</summary>
    public ConverterReport? Converter { get; init; }

    /// <summary>The tag reader under it, or null.</summary>
    public ReaderReport? Reader { get; init; }

    /// <summary>What is booked of each product; of a slot's only product, all that is no rest.</summary>
    public IReadOnlyList<(Product Product, Mass Level)> Levels { get; init; } = [];
}

/// <summary>One product as the pages show it; without a cooperative there is neither process nor advice.</summary>
internal sealed record ProductView(
    ShelfProduct Product, ConsumptionPattern? Pattern, DaysLeft Days, double Packs, ReorderProcess? Process, ReorderAdvice? Advice, MandateMode? Mode, GivenMandate? Mandate,
    StoreOffer? Offer, double? ReorderPoint, bool CanRevoke, bool Undecided);

/// <summary>One order as the pages show it.</summary>
internal sealed record OrderView(PlacedOrder Order, ShelfProduct? Product, IReadOnlyList<(OrderState State, DateTimeOffset At)> History, DateTimeOffset? VetoUntil, bool Vetoed);

/// <summary>What stations know, put side by side for pages and scripts.</summary>
/// <remarks>Public only because Razor components are; everything in it is this host's own. Thread safe; every call looks anew.</remarks>
public sealed class PantryView
{
    private const int MostOrders = 20;

    private readonly Household _household;
    private readonly ShelfBoard _board;
    private readonly SensorBoard _sensors;
    private readonly Learner _learner;
    private readonly TimeProvider _time;
    private readonly StockBook _stocks;
    private readonly InboxBook _inbox;
    private readonly ReorderPolicy? _policy;
    private readonly ReorderDesk? _desk;
    private readonly Decider? _decider;
    private readonly MandateBook? _mandates;
    private readonly OrderBook? _orders;
    private readonly Circumstances? _circumstances;
    private readonly Membership? _membership;

    /// <summary>Over the stations that the host has; without a cooperative only the shelves are there.</summary>
    internal PantryView(IServiceProvider stations)
    {
        _household = stations.GetRequiredService<Household>();
        _board = stations.GetRequiredService<ShelfBoard>();
        _sensors = stations.GetRequiredService<SensorBoard>();
        _learner = stations.GetRequiredService<Learner>();
        _time = stations.GetRequiredService<TimeProvider>();
        _stocks = stations.GetRequiredService<StockBook>();
        _inbox = stations.GetRequiredService<InboxBook>();
        _policy = stations.GetService<ReorderPolicy>();
        _desk = stations.GetService<ReorderDesk>();
        _decider = stations.GetService<Decider>();
        _mandates = stations.GetService<MandateBook>();
        _orders = stations.GetService<OrderBook>();
        _circumstances = stations.GetService<Circumstances>();
        _membership = stations.GetService<Membership>();
    }

    /// <summary>Household time.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>True once the gateway belongs to a cooperative.</summary>
    internal bool HasJoined => _membership is not null;

    /// <summary>All slots by number.</summary>
    internal IReadOnlyList<SlotView> Slots() =>
        [.. _board.Readings.Select(View)];

    /// <summary>All products in the order of the configuration.</summary>
    internal IReadOnlyList<ProductView> Products() => [.. _household.Products.Select(product => Of(product))];

    /// <summary>One product, or null when the household does not keep it.</summary>
    internal ProductView? Find(Gtin gtin) => _household.FindProduct(gtin) is { } product ? Of(product) : null;

    /// <summary>The newest orders, newest first.</summary>
    internal IReadOnlyList<OrderView> Orders() => _orders is null ? [] : [.. _orders.Newest(MostOrders).Select(View)];

    /// <summary>One order, or null.</summary>
    internal OrderView? Find(OrderId order) => _orders?.Find(order) is { } found ? View(found) : null;

    /// <summary>Proposals that wait for the member.</summary>
    internal IReadOnlyList<ReorderProcess> Proposals() => _desk is null ? [] : [.. _desk.Processes.Where(process => process.State == ReorderState.Proposed)];

    /// <summary>What the account holds and how the household stands, or null before store and chain were heard.</summary>
    internal (Circumstances Known, DateTimeOffset At)? Purse() => _circumstances is { At: { } at } ? (_circumstances, at) : null;

    private ProductView Of(ShelfProduct product)
    {
        Gtin gtin = product.Product.Gtin;
        ConsumptionPattern? pattern = _learner.PatternOf(gtin, Now);
        double packs = Math.Max(0.0, _board.StockOf(_household, gtin)?.Grams ?? 0.0) / product.Product.Pack.Grams;
        GivenMandate? mandate = _mandates?.NewestOf(gtin);
        StoreOffer? offer = _circumstances?.OfferFor(gtin, mandate?.Sellers ?? _circumstances.SellersOf(gtin));
        double? point = pattern is { PacksPerDay: > 0.0 } known ? _policy?.ReorderPoint(known, offer?.Lead ?? LeadTime.Usual) : null;
        return new ProductView(
            product, pattern, DaysLeft.Of(pattern, packs), packs, _desk?[gtin], _decider?.Advise(gtin), _decider?.ModeOf(gtin), mandate, offer, point,
            _mandates?.RevocableOf(gtin).Count > 0, _inbox.Doubts(gtin));
    }

    private SlotView View(StockReading reading)
    {
        ShelfSlot slot = _household.FindSlot(reading.Slot)!;
        Mass alone = reading.Level - _stocks.RestOf(slot.Slot);
        bool several = slot.Products.Count > 1;
        return new SlotView(slot, reading, _board.StaleSince(reading.Slot))
        {
            Sensors = _sensors.Of(reading.Slot), Converter = _sensors.ConverterOf(reading.Slot), Reader = _sensors.ReaderOf(reading.Slot),
            Levels = [.. slot.Products.Select(product => (product, several ? _stocks.LevelOf(slot.Slot, product.Gtin) : alone))],
        };
    }

    private OrderView View(PlacedOrder order)
    {
        IReadOnlyList<(OrderState State, DateTimeOffset At)> history = _orders!.History(order.Id);
        DateTimeOffset? veto = order.State == OrderState.Open ? order.StateAt.AddSeconds(_membership!.Info.VetoSeconds) : null;
        return new OrderView(
            order, _household.FindProduct(order.Terms.Gtin), history, veto > Now ? veto : null, _desk!.IsVetoed(order.Terms.Gtin, order.Number));
    }
}
