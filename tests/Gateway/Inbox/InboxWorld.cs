using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Inbox;

/// <summary>A fridge (slot 1: milk and rice mixed on one cell) and a cupboard (slot 2: rice alone) with real books on a real file; dies and starts again on demand.</summary>
internal sealed class InboxWorld : IDisposable
{
    public static readonly SlotId Fridge = new(1), Cupboard = new(2);

    private readonly TempDataFolder _temp = new();
    private SqliteFile _file = null!;
    private int _commits, _killBefore;
    private ShelfKeeper _keeper = null!;
    private SlotFuser _fuser = null!;
    private Observer _observer = null!;

    public InboxWorld()
    {
        GatewayOptions options = Samples.Options;
        Household = GatewayFile.Check(options with { Slots = [options.Slots[0] with { MoreGtins = [Samples.Rice.ToString()] }, options.Slots[1]] }, "gateway.json");
        Start();
        Open(Fridge, 0);
        Open(Cupboard, 4000);
    }

    public Household Household { get; }

    public SetTime Time { get; } = new(Samples.Morning);

    public Journal Journal { get; private set; } = null!;

    public InboxBook Inbox { get; private set; } = null!;

    public InboxDesk Desk { get; private set; } = null!;

    public StockBook Stocks { get; private set; } = null!;

    public Learner Learner { get; private set; } = null!;

    public ShelfBoard Board { get; private set; } = null!;

    public bool WasKilled { get; private set; }

    /// <summary>What the cells truly carry.</summary>
    public Dictionary<SlotId, double> Truth { get; } = [];

    /// <summary>The process dies before its <paramref name="write"/>th durable write from now on, once.</summary>
    public void KillBefore(int write)
    {
        (_commits, _killBefore, WasKilled) = (-1, write, false); // the commit that arms the hook is none of the gateway's
        _file.Write((writer, _) => SQLitePCL.raw.sqlite3_commit_hook(writer.Handle, _ =>
        {
            WasKilled |= ++_commits == _killBefore;
            return _commits == _killBefore ? 1 : 0;
        }, null));
    }

    /// <summary>Does something, and when the process dies over it, starts again and does it once more.</summary>
    public void Lively(Action act)
    {
        try
        {
            act();
        }
        catch (Exception) when (WasKilled)
        {
            Restart();
            act();
        }
    }

    public void Restart()
    {
        _file.Dispose();
        Start();
    }

    /// <summary>The scale tells a step, certain or not; the process may die over it, then the scale tells it again from the level it restores.</summary>
    public IReadOnlyList<ThingEvent> Step(SlotId slot, double grams, TagEvidence? tags = null, bool doubtful = false)
    {
        ulong before = Journal.Last;
        Truth[slot] += grams;
        Lively(() =>
        {
            double delta = Truth[slot] - Stocks.LevelOf(slot)!.Value.Grams; // what the scale would find
            if (Math.Abs(delta) < 0.01)
                return;
            StockStep step = new(slot, Time.Now, delta < 0 ? StepKind.Used : StepKind.Restocked, Mass.FromGrams(delta), Mass.FromGrams(Truth[slot]), Mass.FromGrams(1));
            _keeper.Keep(_fuser.Explain(step, tags ?? TagEvidence.None) with { IsDoubtful = doubtful });
            Learner.Learn();
        });
        Show(slot);
        return Journal.Read(before + 1);
    }

    /// <summary>Everything adds up: products and rest to what the cell carries, in memory as on disk.</summary>
    public void ShouldAddUp(string when = "")
    {
        _killBefore = int.MinValue; // looking is no write of the gateway
        foreach ((SlotId slot, double grams) in Truth)
            Stocks.LevelOf(slot)!.Value.Grams.Should().BeApproximately(grams, 0.01, $"slot {slot} {when}");
        StockBook fresh = new(_file, Journal, Household);
        foreach (SlotId slot in Truth.Keys)
        {
            fresh.LevelOf(slot).Should().Be(Stocks.LevelOf(slot), when);
            fresh.RestOf(slot).Should().Be(Stocks.RestOf(slot), when);
        }
    }

    public double StockOf(Gtin gtin) => Board.StockOf(Household, gtin)!.Value.Grams;

    /// <summary>What a failing cell journals.</summary>
    public ThingObservation Fault(SlotId slot) => _observer.Fault(slot, Stocks.LevelOf(slot)!.Value, Time.Now);

    public IReadOnlyList<ThingEvent> Events(ThingEventKind kind) => [.. Journal.Read(1).Where(seen => seen.Kind == kind)];

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private void Open(SlotId slot, double grams)
    {
        StockReading reading = new(slot, Time.Now, Mass.FromGrams(grams), Mass.FromGrams(1), Stable: true, SlotHealth.Ok);
        _keeper.Open(reading);
        Truth[slot] = grams;
        Show(slot);
    }

    private void Show(SlotId slot) => Board.Show(new StockReading(slot, Time.Now, Mass.FromGrams(Truth[slot]), Mass.FromGrams(1), Stable: true, SlotHealth.Ok));

    private void Start()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        Journal = new Journal(_file);
        Stocks = new StockBook(_file, Journal, Household);
        Inbox = new InboxBook(_file);
        Learner = new Learner(Journal, Household, new AnswerBook(_file));
        Board = new ShelfBoard(Household, Time, Stocks, Inbox);
        _observer = new Observer(Household, Learner, Stocks);
        _fuser = new SlotFuser(Household, Learner, Stocks, Inbox);
        _keeper = new ShelfKeeper(Journal, Stocks, Inbox, _observer, Household, Time);
        Desk = new InboxDesk(Inbox, Stocks, _keeper, _fuser, Journal, Learner, Household, Time, NullLogger<InboxDesk>.Instance);
        foreach (SlotId slot in Truth.Keys)
            Show(slot);
    }
}
