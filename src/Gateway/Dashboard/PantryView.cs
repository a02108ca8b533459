using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Dashboard;

/// <summary>One slot as the pages show it.</summary>
internal sealed record SlotView(ShelfSlot Slot, StockReading Reading, DateTimeOffset? StaleSince)
{
    /// <summary>Its level when it last stood still and could be trusted; null for one that nobody ever weighed. Shown while <see cref="Reading"/> cannot be.</summary>
    public SettledLevel? Settled { get; init; }

    /// <summary>Drift and temperature.</summary>
    public required SlotTrend Sensors { get; init; }

    /// <summary>Its converter, or null until it was looked at.</summary>
    public ConverterReport? Converter { get; init; }

    /// <summary>The tag reader under it, or null.</summary>
    public ReaderReport? Reader { get; init; }

    /// <summary>What its bar calls full: four packs or as many as there are; of several products two packs of each.</summary>
    public Mass Full
    {
        get
        {
            double settled = Settled?.Level.Grams ?? 0.0, pack = Slot.Product.Pack.Grams;
            return Slot.Products.Count > 1
                ? Mass.FromGrams(Math.Max(settled, Slot.Products.Sum(product => 2 * product.Pack.Grams)))
                : Mass.FromGrams(pack * Math.Max(4.0, Math.Ceiling(settled / pack)));
        }
    }

    /// <summary>What is booked of each product; of a slot's only product, all that is no rest.</summary>
    public IReadOnlyList<(Product Product, Mass Level)> Levels { get; init; } = [];
}

/// <summary>One product as the pages show it; without a cooperative there is neither process nor advice.</summary>
internal sealed record ProductView(
    ShelfProduct Product, ConsumptionPattern? Pattern, DaysLeft Days, double Packs, ReorderProcess? Process, ReorderAdvice? Advice, MandateMode? Mode, GivenMandate? Mandate,
    StoreOffer? Offer, double? ReorderPoint, bool CanRevoke, bool Undecided)
{
    /// <summary>What is worth a look; the household's own alarms stand with every product.</summary>
    public IReadOnlyList<PatternAlarm> Alarms { get; init; } = [];

    /// <summary>How long a pack lasts by the member's word, or null while the question is open.</summary>
    public PackAnswer? Answer { get; init; }

    /// <summary>True while the one question about a new product is worth asking: no pack was used up and nobody answered.</summary>
    public bool AsksLength => Answer is null && (Pattern?.Cycles ?? 0) == 0;

    /// <summary>Why it asks first although the member wished automatic orders.</summary>
    public ReorderCaution Caution { get; init; }

    /// <summary>Not null while nothing is left of it.</summary>
    public EmptyShelf? Empty { get; init; }

    /// <summary>What the member's own order would be, or what stands in its way; null for a product that was never mandated while something is left of it, and without a cooperative.</summary>
    public ReorderAdvice? Asked { get; init; }

    /// <summary>Most packs an order that a mandate should allow, so that one stays in reserve.</summary>
    public uint QuantityToAllow { get; init; } = 2;

    /// <summary>True while more is used during an order's life than the mandate lets one order bring.</summary>
    public bool AllowsTooLittle { get; init; }

    /// <summary>What resuming would do, for a product that is paused.</summary>
    public ReorderPreview? Preview { get; init; }

    /// <summary>A slot of the product that settled below zero, or null: nothing is ordered by it.</summary>
    public SlotId? BelowZero { get; init; }

    /// <summary>What may be ordered instead, by the configuration, and whether the member allows it.</summary>
    public IReadOnlyList<(ShelfProduct Product, bool Allowed, bool HasMandate)> Substitutes { get; init; } = [];

    /// <summary>How long the seller takes, and from how many deliveries here that was learnt.</summary>
    public (LeadTime Lead, uint Seen)? Lead { get; init; }
}

/// <summary>One order as the pages show it.</summary>
internal sealed record OrderView(PlacedOrder Order, ShelfProduct? Product, IReadOnlyList<(OrderState State, DateTimeOffset At)> History, DateTimeOffset? VetoUntil, bool Vetoed)
{
    /// <summary>What the shelf waits for, of an order that the seller took and that has not ended.</summary>
    public OrderDelivery? Delivery { get; init; }
}

/// <summary>What is known about an order's delivery.</summary>
/// <param name="Seen">Packs that count.</param>
/// <param name="By">What vouched for the newest of them.</param>
/// <param name="Papers">What the seller said in advance.</param>
/// <param name="Rises">Packs that came of which the member may say whose they are.</param>
internal sealed record OrderDelivery(uint Seen, Voucher By, DeliveryPapers Papers, IReadOnlyList<RiseView> Rises);

/// <summary>Packs that came while an order was on its way.</summary>
/// <param name="Rise">The rise.</param>
/// <param name="Product">Its product, or null when the household keeps it no more.</param>
/// <param name="By">What vouches for it, or nothing.</param>
/// <param name="CountsAt">When it will count, or null.</param>
/// <param name="HandedOverAt">The courier's record, or null.</param>
internal sealed record RiseView(Rise Rise, ShelfProduct? Product, Voucher By, DateTimeOffset? CountsAt, DateTimeOffset? HandedOverAt);

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
    private readonly DeliveryDesk? _deliveries;
    private readonly RiseBook? _rises;
    private readonly PaperBook? _papers;
    private readonly Membership? _membership;
    private readonly Situations? _situations;
    private readonly AnswerBook _answers;
    private readonly WishBook _wishes;
    private readonly HolidayDesk _holidays;
    private readonly CallFiles? _calls;
    private readonly MandateFinder? _finder;
    private readonly ChainNodes? _chain;
    private readonly CallCheck? _check;
    private readonly RewardClaimer? _claimer;
    private readonly DeviceDesk? _device;
    private readonly Discretion? _discretion;
    private readonly CountDesk _counts;
    private readonly AskDesk? _ask;

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
        (_deliveries, _rises, _papers) = (stations.GetService<DeliveryDesk>(), stations.GetService<RiseBook>(), stations.GetService<PaperBook>());
        _membership = stations.GetService<Membership>();
        _situations = stations.GetService<Situations>();
        _answers = stations.GetRequiredService<AnswerBook>();
        _wishes = stations.GetRequiredService<WishBook>();
        _holidays = stations.GetRequiredService<HolidayDesk>();
        _calls = stations.GetService<CallFiles>();
        _finder = stations.GetService<MandateFinder>();
        _chain = stations.GetService<ChainNodes>();
        _check = stations.GetService<CallCheck>();
        _claimer = stations.GetService<RewardClaimer>();
        _device = stations.GetService<DeviceDesk>();
        _discretion = stations.GetService<Discretion>();
        (_counts, _ask) = (stations.GetRequiredService<CountDesk>(), stations.GetService<AskDesk>());
    }

    /// <summary>Household time.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>True once the gateway belongs to a cooperative.</summary>
    internal bool HasJoined => _membership is not null;

    /// <summary>All slots by number.</summary>
    internal IReadOnlyList<SlotView> Slots() =>
        [.. _board.Readings.Select(View)];

    /// <summary>All products in the order of the configuration.</summary>
    internal IReadOnlyList<ProductView> Products()
    {
        IReadOnlyDictionary<Gtin, ReorderAdvice>? advice = _decider?.AdviseAll();
        IReadOnlyList<PatternAlarm> alarms = _learner.AlarmsAt(Now);
        return [.. _household.Products.Select(product => Of(product, advice?[product.Product.Gtin], alarms))];
    }

    /// <summary>One product, or null when the household does not keep it.</summary>
    internal ProductView? Find(Gtin gtin) => 
        _household.FindProduct(gtin) is { } product ? Of(product, _decider?.AdviseAll()[gtin], _learner.AlarmsAt(Now)) : null;

    /// <summary>A product's name in the reader's language.</summary>
    internal string NameOf(Gtin gtin, bool korean) =>
        _household.FindProduct(gtin) is not { } known ? gtin.ToString() : korean ? known.Product.NameKo : known.Product.NameEn;

    /// <summary>The absence that the member told, or null while somebody is at home.</summary>
    internal Absence? Away => _wishes.AwayAt(Now);

    /// <summary>What is wrong with the household's holiday file, or null.</summary>
    internal HolidayProblem? HolidayProblem => _holidays.Problem;

    /// <summary>The newest orders, newest first.</summary>
    internal IReadOnlyList<OrderView> Orders() => _orders is null ? [] : [.. _orders.Newest(MostOrders).Select(View)];

    /// <summary>One order, or null.</summary>
    internal OrderView? Find(OrderId order) => _orders?.Find(order) is { } found ? View(found) : null;

    /// <summary>Packs that came while an order was on its way, of which the member may say whose they are.</summary>
    internal IReadOnlyList<RiseView> Rises() => _deliveries is null ? [] : [.. _deliveries.Questions().Select(asked => new RiseView(
        asked.Rise, _household.FindProduct(asked.Order.Terms.Gtin), asked.Verdict?.By ?? Voucher.None, asked.Verdict?.CountsAt, _papers!.Of(asked.Order.Id).HandedOverAt))];

    /// <summary>Proposals that wait for the member.</summary>
    internal IReadOnlyList<ReorderProcess> Proposals() => _desk is null ? [] : [.. _desk.Processes.Where(process => process.State == ReorderState.Proposed)];

    /// <summary>What was decided or approved and is not signed yet.</summary>
    internal IReadOnlyList<ReorderProcess> Deciding() =>
        _desk is null ? [] : [.. _desk.Processes.Where(process => process.State == ReorderState.Ordering && _orders!.Of(process.Gtin, process.Number) is null)];

    /// <summary>How long a decided order may wait before it is signed.</summary>
    internal TimeSpan LongestWait => _discretion?.Most ?? TimeSpan.Zero;

    /// <summary>All signed calls that may still be brought.</summary>
    internal IReadOnlyList<CallFile> SignedCalls() => _calls?.UnderWay() ?? [];

    /// <summary>The signed calls about an order or mandate that may still be brought.</summary>
    internal IReadOnlyList<CallFile> CallsAbout(Hash32 subject) => _calls?.About(subject) ?? [];

    /// <summary>Mandates that were taken back and that the chain still has, as far as is known.</summary>
    internal IReadOnlyList<GivenMandate> Ending(Gtin gtin) => _mandates?.Ending(gtin) ?? [];

    /// <summary>Mandates that stand on chain and that this gateway did not give.</summary>
    internal IReadOnlyList<Mandate> UnknownMandates(Gtin gtin) => _finder?.Of(gtin) ?? [];

    /// <summary>What is wrong with the sight of the chain, by node.</summary>
    internal IReadOnlyList<(string Node, string Trouble)> ChainTroubles() => _chain?.Troubles() ?? [];

    /// <summary>Where this device's own end stands; null before the member asked for it.</summary>
    internal Relay? DeviceEnding => _device?.Ending;

    /// <summary>The device's id, under which its end is signed.</summary>
    internal Hash32 Device => _device!.Subject;

    /// <summary>What the account holds and how the household stands, or null before store and chain were heard.</summary>
    internal (Circumstances Known, DateTimeOffset At)? Purse() => _circumstances is { At: { } at } ? (_circumstances, at) : null;

    /// <summary>Rewards that the member could claim, when the chain was looked at last.</summary>
    internal Bamnamu Claimable => _claimer?.Offer ?? default;

    /// <summary>True while a claim is on its way.</summary>
    internal bool IsClaiming => _claimer?.IsUnderWay ?? false;

    private ProductView Of(ShelfProduct product, ReorderAdvice? advice, IReadOnlyList<PatternAlarm> alarms)
    {
        Gtin gtin = product.Product.Gtin;
        ConsumptionPattern? pattern = _learner.PatternOf(gtin, Now);
        double packs = Math.Max(0.0, _board.StockOf(_household, gtin)?.Grams ?? 0.0) / product.Product.Pack.Grams;
        GivenMandate? mandate = _mandates?.NewestOf(gtin);
        StoreOffer? offer = _circumstances?.OfferFor(gtin, mandate?.Sellers ?? _circumstances.SellersOf(gtin));
        (LeadTime Lead, uint Seen)? lead = offer is null ? null : _situations?.LeadOf(offer);
        ReorderSituation? now = _situations?.Of(gtin);
        EmptyShelf? empty = _counts.Of(gtin);
        ReorderAdvice? asked = empty is not null || mandate is not null ? _ask?.Of(gtin) : null;
        double? point = pattern is { PacksPerDay: > 0.0 } && now is { } known ? _policy?.ReorderPoint(known) : null;
        return new ProductView(
            product, pattern, DaysLeft.Of(pattern, packs), packs, _desk?[gtin], advice, _decider?.ModeOf(gtin), mandate, offer, point,
            _mandates?.RevocableOf(gtin).Count > 0 || _finder?.Of(gtin).Count > 0, _inbox.Doubts(gtin))
        {
            Alarms = [.. alarms.Where(alarm => alarm.Gtin == gtin || alarm.Gtin.IsNone)], Answer = _answers.Of(gtin), Caution = _decider?.CautionOf(gtin) ?? ReorderCaution.None,
            Preview = _desk?[gtin].Paused == true ? _decider?.PreviewOf(gtin) : null, Substitutes = SubstitutesOf(product), Lead = lead,
            Empty = empty is { CanSay: true } gone && _desk?[gtin].UnderWay == false && asked is { } stopped && NeedsCount(stopped.Blocks) ? gone with { CanUseUp = true } : empty,
            Asked = asked,
            QuantityToAllow = now is { } here ? _policy!.QuantityToAllow(here) : 2, AllowsTooLittle = now is { Mandate: not null } there && _policy!.AllowsTooLittle(there),
            BelowZero = _household.Slots.Where(slot => slot.Holds(gtin)).Select(slot => _board[slot.Slot]).Where(IsBelowZero).Select(reading => (SlotId?)reading.Slot).FirstOrDefault(),
        };
    }

    /// <summary>True while only a pack that counts as used up is missing for an order: the member's word would help.</summary>
    private static bool NeedsCount(ReorderBlocks blocks) =>
        blocks.Contains(ReorderBlock.NothingUsedSinceLastOrder) || blocks.Contains(ReorderBlock.TooFewCycles);

    private static bool IsBelowZero(StockReading reading) => reading.Health == SlotHealth.Uncalibrated && reading.Level < Mass.Zero;

    private List<(ShelfProduct, bool, bool)> SubstitutesOf(ShelfProduct product) =>
        [.. product.Stock.Substitutes.Select(_household.FindProduct).OfType<ShelfProduct>()
            .Select(known => (known, _wishes.Allows(product.Product.Gtin, known.Product.Gtin), _mandates?.ActiveOf(known.Product.Gtin) is not null))];

    private SlotView View(StockReading reading)
    {
        ShelfSlot slot = _household.FindSlot(reading.Slot)!;
        Mass alone = (_board.SettledOf(slot.Slot)?.Level ?? Mass.Zero) - _stocks.RestOf(slot.Slot); // a hand on the shelf is no stock
        bool several = slot.Products.Count > 1;
        return new SlotView(slot, reading, _board.StaleSince(reading.Slot))
        {
            Settled = _board.SettledOf(slot.Slot), Sensors = _sensors.Of(reading.Slot), Converter = _sensors.ConverterOf(reading.Slot), Reader = _sensors.ReaderOf(reading.Slot),
            Levels = [.. slot.Products.Select(product => (product, several ? _stocks.LevelOf(slot.Slot, product.Gtin) : alone))],
        };
    }

    private OrderView View(PlacedOrder order)
    {
        IReadOnlyList<(OrderState State, DateTimeOffset At)> history = _orders!.History(order.Id);
        DateTimeOffset? veto = order.State == OrderState.Open ? order.StateAt + (_check?.Windows?.Veto ?? TimeSpan.FromSeconds(_membership!.Info.VetoSeconds)) : null;
        return new OrderView(
            order, _household.FindProduct(order.Terms.Gtin), history, veto > Now ? veto : null, _desk!.IsVetoed(order.Terms.Gtin, order.Number))
        {
            Delivery = order.State is OrderState.Accepted or OrderState.Shipped ? DeliveryOf(order) : null,
        };
    }

    private OrderDelivery DeliveryOf(PlacedOrder order)
    {
        Rise? newest = _rises!.Of(order.Id).LastOrDefault(rise => rise.State == RiseState.Arrived);
        return new OrderDelivery(
            _orders!.Arrived(order.Id).Packs, newest?.By ?? Voucher.None, _papers!.Of(order.Id), [.. Rises().Where(view => view.Rise.Order == order.Id)]);
    }
}
