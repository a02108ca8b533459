using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Deliveries;

/// <summary>A milk slot with an order that was shipped, real books on a real file, and a seller whose papers the test writes; dies and starts again on demand.</summary>
internal sealed class DeliveryWorld : IDisposable
{
    public const double PackGrams = 1063;

    public static readonly SlotId Fridge = new(1);

    private readonly TempDataFolder _temp = new();
    private readonly List<CommitmentMessage> _tags = [];
    private SqliteFile _file = null!;
    private InboxBook _inbox = null!;
    private Learner _learner = null!;
    private ReorderDesk _reorder = null!;
    private DeliveryCode? _code;
    private DateTimeOffset? _handedOver;
    private double _grams = 500;
    private uint _number;

    /// <param name="reader">True when a tag reader lies under the slot.</param>
    /// <param name="quantity">Packs of the order.</param>
    public DeliveryWorld(bool reader = true, uint quantity = 1)
    {
        GatewayOptions options = Samples.Options;
        options = options with { Cells = new CellOptions(), Slots = [options.Slots[0] with { DataLine = 1 }, options.Slots[1] with { DataLine = 2 }] };
        Household = GatewayFile.Check(options, "gateway.json") with { Readers = reader ? [new ShelfReader(Fridge, ReaderKind.Pn532, null, "reader")] : [] };
        Start();
        Keeper.Open(new StockReading(Fridge, Time.Now, Mass.FromGrams(_grams), Mass.FromGrams(1), Stable: true, SlotHealth.Ok));
        Order = Place(quantity, Time.Now.AddDays(-2));
        Time.Now += TimeSpan.FromMinutes(1); // readers have told what lies there
    }

    public Household Household { get; }

    public SetTime Time { get; } = new(Samples.Morning);

    public PlacedOrder Order { get; private set; }

    public Journal Journal { get; private set; } = null!;

    public OrderBook Orders { get; private set; } = null!;

    public RiseBook Rises { get; private set; } = null!;

    public PaperBook Papers { get; private set; } = null!;

    public SightingBook Sightings { get; private set; } = null!;

    public DeliveryDesk Desk { get; private set; } = null!;

    public InboxDesk Inbox { get; private set; } = null!;

    public StockBook Stocks { get; private set; } = null!;

    public ShelfKeeper Keeper { get; private set; } = null!;

    public Setbacks Setbacks { get; private set; } = null!;

    public TagDesk Tags { get; private set; } = null!;

    /// <summary>Packs for which the gateway would sign.</summary>
    public uint Counted => Orders.Arrived(Order.Id).Packs;

    /// <summary>What the shelf holds as it is booked.</summary>
    public double Stock => Stocks.LevelOf(Fridge, Samples.Milk).Grams;

    public Rise Rise => Rises.Of(Order.Id)[^1];

    /// <summary>The order ends and the next one is shipped.</summary>
    public PlacedOrder Place(uint quantity, DateTimeOffset? placedAt = null)
    {
        _number++;
        PlacedOrder order = OrderSamples.Placed((byte)_number, quantity) with { PlacedAt = placedAt ?? Time.Now };
        _reorder.Advance(OrderSamples.Decide(_number));
        Orders.Place(order, OrderSamples.Trigger(order));
        _reorder.Advance(new ReorderStep(Samples.Milk, _number, ReorderTrigger.Shipped, Time.Now, Order: order.Id));
        Orders.Note(order.Id, OrderState.Shipped, Time.Now);
        return Order = Orders.Find(order.Id)!;
    }

    public void End(OrderState state = OrderState.Settled)
    {
        _reorder.Advance(new ReorderStep(Samples.Milk, _number, state == OrderState.Settled ? ReorderTrigger.Settled : ReorderTrigger.Refunded, Time.Now, Order: Order.Id));
        Orders.Note(Order.Id, state, Time.Now);
        (_code, _handedOver) = (null, null);
        _tags.Clear();
    }

    /// <summary>Somebody puts mass on the shelf; it settles at once.</summary>
    public void Put(double grams)
    {
        _grams += grams;
        StockStep step = new(Fridge, Time.Now, grams < 0 ? StepKind.Used : StepKind.Restocked, Mass.FromGrams(grams), Mass.FromGrams(_grams), Mass.FromGrams(1));
        FusedCandidate certain = new(FusedCause.Products, [new FusedPart(Samples.Milk, Mass.FromGrams(grams), (int)Math.Round(grams / PackGrams))], 1);
        Keeper.Keep(new FusedStep(step, [certain], TagEvidence.None, IsCertain: true));
        _learner.Learn();
    }

    /// <summary>A tag comes to the fridge's reader.</summary>
    public void See(string serial, byte uid = 1, Gtin? gtin = null) =>
        Tags.Notice(new TagChange(Fridge, new TagUid([4, uid, 2, 3, 4, 5, 6]), new Sgtin(gtin ?? Samples.Milk, serial), true, 0));

    public void See(TagUid uid) => Tags.Notice(new TagChange(Fridge, uid, null, true, 0));

    public void Leave(string serial, byte uid = 1) => Tags.Notice(new TagChange(Fridge, new TagUid([4, uid, 2, 3, 4, 5, 6]), new Sgtin(Samples.Milk, serial), false, 0));

    /// <summary>The clerk binds a tag, and the gateway hears of it.</summary>
    public string? Bind(string serial) => Bind(PackTag.Of(new Sgtin(Samples.Milk, serial)));

    public string? Bind(PackTag tag, OrderId? order = null)
    {
        DeliveryCommitment commitment = DeliveryCommitment.To(order ?? Order.Id, tag.Text);
        _tags.Add(new CommitmentMessage(commitment.Salt.ToString(), commitment.Hash.ToString()));
        return Hear();
    }

    public DeliveryCode DrawCode()
    {
        _code = DeliveryCode.Draw();
        Hear();
        return _code.Value;
    }

    public string? HandOver(DateTimeOffset at)
    {
        _handedOver = at;
        return Hear();
    }

    public string? Hear()
    {
        CommitmentMessage? code = null;
        if (_code is { } drawn && DeliveryCommitment.Of(Order.Id, Samples.Hash(77), drawn.Text) is var commitment)
            code = new CommitmentMessage(commitment.Salt.ToString(), commitment.Hash.ToString());
        return Papers.Hear(Order, new DeliveryMessage([.. _tags], code, _handedOver), Time.Now);
    }

    public void Pass(TimeSpan time)
    {
        for (DateTimeOffset until = Time.Now + time; Time.Now < until; Time.Now += TimeSpan.FromMinutes(5))
        {
            Settle();
            Inbox.AnswerDue();
        }
        Settle();
    }

    /// <summary>Books what counts by now, of every order.</summary>
    public void Settle()
    {
        foreach (PlacedOrder order in Orders.UnderWay())
            Desk.Settle(order);
    }

    /// <summary>What an older program, which checked less, may have left in <c>gateway.db</c>.</summary>
    public void KeepAsBefore(string sql) => _file.Write((writer, transaction) => Storage.Sql.Run(writer, transaction, sql));

    public void Restart()
    {
        _file.Dispose();
        Start();
    }

    public IReadOnlyList<ThingEvent> Events(ThingEventKind kind) => [.. Journal.Read(1).Where(seen => seen.Kind == kind)];

    /// <summary>Keeps a step that nobody could tell: milk, most likely.</summary>
    public long Ask(double grams)
    {
        _grams += grams;
        StockStep step = new(Fridge, Time.Now, StepKind.Restocked, Mass.FromGrams(grams), Mass.FromGrams(_grams), Mass.FromGrams(1));
        FusedCandidate milk = new(FusedCause.Products, [new FusedPart(Samples.Milk, Mass.FromGrams(grams), 1)], 0.7);
        Keeper.Keep(new FusedStep(step, [milk, new FusedCandidate(FusedCause.Foreign, [], 0.3)], TagEvidence.None, IsCertain: false));
        return _inbox.Open[0].Id;
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private void Start()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        Journal = new Journal(_file);
        Stocks = new StockBook(_file, Journal, Household);
        _inbox = new InboxBook(_file);
        _learner = new Learner(Journal, Household, new AnswerBook(_file));
        _ = new RelayBook(_file);
        Orders = new OrderBook(_file);
        (Rises, Papers, Sightings) = (new RiseBook(_file), new PaperBook(_file), new SightingBook(_file));
        _reorder = new StepBook(_file).Desk([Samples.Milk, Samples.Rice]);
        Setbacks = new Setbacks(Time, NullLogger<Setbacks>.Instance);
        DeliveryJudge judge = new(Sightings, Papers, Household, Setbacks);
        Arrivals arrivals = new(_reorder, Orders, Rises, judge, Household, TimeSpan.FromHours(24));
        Observer observer = new(Household, _learner, Stocks, arrivals);
        Keeper = new ShelfKeeper(Journal, Stocks, _inbox, observer, Household, Time, Rises);
        Desk = new DeliveryDesk(Orders, Rises, Papers, judge, arrivals, Keeper, Time);
        SlotFuser fuser = new(Household, _learner, Stocks, _inbox, arrivals);
        Inbox = new InboxDesk(_inbox, Stocks, Keeper, fuser, Journal, _learner, Household, Time, NullLogger<InboxDesk>.Instance);
        Tags = new TagDesk(new TagBook(_file), Household, Time, NullLogger<TagDesk>.Instance, Sightings, Desk);
    }
}
