using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>Station 7 over real books: a household that uses a quarter of a pack of milk and of rice every twelve hours, and may be restarted.</summary>
internal sealed class DecidingWorld : IDisposable
{
    public static readonly AccountAddress Dairy = Samples.Address(5);

    private readonly TempDataFolder _temp = new();
    private readonly Dictionary<Gtin, double> _levels;
    private SqliteFile _file = null!;
    private Journal _journal = null!;
    private byte _mandates;

    /// <param name="change">Another configuration.</param>
    /// <param name="packs">What stands of each product at first.</param>
    public DecidingWorld(Func<GatewayOptions, GatewayOptions>? change = null, double packs = 400)
    {
        _levels = new() { [Samples.Milk] = packs * 1063, [Samples.Rice] = packs * 4000 };
        Household = GatewayFile.Check(change?.Invoke(Samples.Options) ?? Samples.Options, "gateway.json");
        Start();
        foreach (Gtin gtin in new[] { Samples.Milk, Samples.Rice })
            _journal.Append(new ThingObservation(Time.Now, Household.DayOf(Time.Now), SlotOf(gtin), gtin, ThingEventKind.Snapshot, Mass.Zero, Mass.FromGrams(_levels[gtin]), 0));
    }

    public SetTime Time { get; } = new(Samples.Morning);

    public Household Household { get; set; }

    public DataFolder Folder => _temp.Folder;

    public ReorderDesk Desk { get; private set; } = null!;

    public Decider Decider { get; private set; } = null!;

    public Situations Situations { get; private set; } = null!;

    public WishBook Wishes { get; private set; } = null!;

    public OrderBook Orders { get; private set; } = null!;

    public Learner Learner { get; private set; } = null!;

    public ShelfBoard Board { get; private set; } = null!;

    public StockBook Stocks { get; private set; } = null!;

    public InboxBook Inbox { get; private set; } = null!;

    public CountDesk Counts { get; private set; } = null!;

    public AskDesk Asks { get; private set; } = null!;

    public Circumstances Known { get; private set; } = null!;

    public MandateBook Mandates { get; private set; } = null!;

    public Journal Journal => _journal;

    public SqliteFile File => _file;

    public ReorderState State(Gtin gtin) => Desk[gtin].State;

    /// <summary>Everything anew from the files, as after a kill.</summary>
    public void Restart()
    {
        _file.Dispose();
        Start();
    }

    /// <summary>Days of ordinary life; nobody decides meanwhile.</summary>
    public void Live(int days)
    {
        for (int i = 0; i < 2 * days; i++, Time.Now += TimeSpan.FromHours(12))
        {
            foreach (Gtin gtin in new[] { Samples.Milk, Samples.Rice })
                Use(gtin, Household.FindProduct(gtin)!.Product.Pack.Grams / 4);
        }
        Learner.Learn();
    }

    public void Use(Gtin gtin, double grams) => Book(gtin, ThingEventKind.Used, -grams);

    /// <summary>Packs of which <paramref name="unseen"/> grams went before the shelf had settled, so that nobody saw them come.</summary>
    public void Restock(Gtin gtin, double packs, double unseen = 0) => Book(gtin, ThingEventKind.Restocked, packs * Household.FindProduct(gtin)!.Product.Pack.Grams - unseen);

    public double Left(Gtin gtin) => _levels[gtin];

    /// <summary>The shelf reads as it is booked, or differs by <paramref name="more"/> grams.</summary>
    public void Read(Gtin gtin, double more = 0, bool stable = true, SlotHealth health = SlotHealth.Ok, double wandered = 0) => Board.Show(new StockReading(
        SlotOf(gtin), Time.Now, Mass.FromGrams(_levels[gtin] + more), Mass.FromGrams(1), stable, health) { Wandered = Mass.FromGrams(wandered) });

    private void Book(Gtin gtin, ThingEventKind kind, double grams)
    {
        _levels[gtin] += grams;
        uint cycle = Learner.CyclesAfter(gtin, grams < 0 ? Mass.FromGrams(-grams) : Mass.Zero);
        ThingEvent kept = _journal.Append(new ThingObservation(
            Time.Now, Household.DayOf(Time.Now), SlotOf(gtin), gtin, kind, Mass.FromGrams(grams), Mass.FromGrams(_levels[gtin]), cycle));
        Stocks.Accept([kept], SlotOf(gtin), Mass.Zero);
        Learner.Learn();
    }

    /// <summary>What lies on a product's slot.</summary>
    public void Put(Gtin gtin, double packs) => Board.Show(new StockReading(
        SlotOf(gtin), Time.Now, Mass.FromGrams(packs * Household.FindProduct(gtin)!.Product.Pack.Grams), Mass.FromGrams(1), Stable: true, SlotHealth.Ok));

    public void Give(Gtin gtin, MandateMode mode = MandateMode.Approve, uint most = 2)
    {
        byte number = ++_mandates;
        IReadOnlyList<AccountAddress> sellers = [Dairy];
        Mandate terms = new(Samples.Address(1), gtin, most, Bamtol.FromWon(3_600), Bamtol.FromWon(72_000), 30, 0, 1, default, new SellerList(sellers).Root, Time.Now.AddDays(900), number);
        Hash32 call = Samples.Hash((byte)(50 + number));
        Mandates.Give(
            new GivenMandate(TypedMessages.Mandate(terms), terms, sellers, mode, Time.Now, call, RelayStatus.Kept, null),
            [new Relay(call, RelayKind.Execute, Samples.Address(1), [1], Samples.Hash(51))]);
        new RelayBook(_file).Note(call, RelayStatus.Mined, null);
    }

    /// <summary>What store and chain say: every product at 2,950 won unless it is absent, 100,000 won in the account.</summary>
    public void Hear(SupplyTerms? supply = null, Gtin absent = default, uint last = 0) => Known.Update(
        [.. Household.Products.Select(product => product.Product.Gtin).Where(gtin => gtin != absent).Select(gtin =>
            new StoreOffer(gtin, Dairy, "Dairy", Bamtol.FromWon(2_950), default, LeadTime.Usual) { Supply = supply ?? SupplyTerms.Always })],
        new Standing(new StandingLeaf(Samples.Address(1), 1, 20_500, Samples.Hash(3)), [], 1, default), Bamtol.FromWon(100_000), default,
        Mandates.All().ToDictionary(mandate => mandate.Id, _ => new MandateOnChain(true, false, last, 0, default)));

    /// <summary>An order of ours that was opened and arrived.</summary>
    public void Deliver(byte number, DateTimeOffset opened, DateTimeOffset arrived)
    {
        PlacedOrder placed = OrderSamples.Placed(number);
        placed = placed with { Terms = placed.Terms with { Seller = Dairy }, PlacedAt = opened };
        Orders.Place(placed, OrderSamples.Trigger(placed));
        Orders.Note(placed.Id, OrderState.Open, opened);
        _file.Write((writer, transaction) => OrderBook.Arrive(writer, transaction, placed.Id, 1000UL + number, placed.Terms.Quantity, arrived));
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private static SlotId SlotOf(Gtin gtin) => new(gtin == Samples.Milk ? (ushort)1 : (ushort)2);

    private void Start()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _journal = new Journal(_file);
        Learner = new Learner(_journal, Household, new AnswerBook(_file));
        (Stocks, Inbox) = (new StockBook(_file, _journal, Household), new InboxBook(_file));
        Board = new ShelfBoard(Household, Time, Stocks, Inbox);
        Counts = new CountDesk(Board, Stocks, Inbox, _journal, Learner, Household, Time);
        _ = new RelayBook(_file);
        (Mandates, Orders, Wishes, Known) = (new MandateBook(_file), new OrderBook(_file), new WishBook(_file), new Circumstances(Household, Time));
        Desk = new StepBook(_file).Desk(Household.Products.Select(product => product.Product.Gtin));
        HolidayDesk holidays = new(_temp.Folder, Household, NullLogger<HolidayDesk>.Instance);
        Situations = new Situations(Desk, Learner, Board, Mandates, Orders, new LeadBook(Orders, Household), Known, Wishes, holidays, Household, Time);
        Asks = new AskDesk(Desk, new ReorderPolicy(), Situations, Time);
        Decider = new Decider(Desk, new ReorderPolicy(), Situations, Mandates, Orders, Household, Time);
    }
}
