using Dapper;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.World;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Tests.World;

public sealed class ShelfAuditSpecs : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly HouseholdPlan _plan = DefaultHousehold.Plan(1, new DateOnly(2026, 5, 1));
    private readonly SqliteFile _file;
    private readonly Journal _journal;
    private readonly DateTimeOffset _now;

    public ShelfAuditSpecs()
    {
        _plan.World.Write(_temp.Inside("world.json"));
        _file = SqliteFile.Open(_temp.Inside("gateway.db"));
        _journal = new Journal(_file);
        _file.Write((db, transaction) => db.Execute("CREATE TABLE inbox(id INTEGER PRIMARY KEY, slot INTEGER NOT NULL) STRICT", transaction: transaction));
        _now = _plan.Origin.AddDays(5);
        Append(ThingEventKind.Snapshot, Mass.Zero, Truth().LevelAt(Milk, _plan.Origin));
        Append(ThingEventKind.Used, -Truth().StockAt(Milk, _now).Used, Truth().LevelAt(Milk, _now));
    }

    private static SlotId Milk => new(1);

    [Fact]
    public void Bookings_that_are_true_are_no_finding()
    {
        Append(ThingEventKind.TagSeen, Mass.Zero, Mass.Zero);

        ShelfAudit.Result result = Audit();

        (result.Findings.Count, result.TagEvents, result.Questions).Should().Be((0, 1, 0));
    }

    [Fact]
    public void A_hand_that_was_booked_as_a_pack_and_taken_back_is_found_twice()
    {
        Append(ThingEventKind.Restocked, Mass.FromGrams(800), Mass.FromGrams(800));
        Append(ThingEventKind.Used, Mass.FromGrams(-800), Mass.Zero);

        Audit().Findings.Should().HaveCount(2).And.Contain(text => text.StartsWith("Slot 1: 800 g are booked as added, 0 g were", StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_used_and_never_booked_is_found()
    {
        Append(ThingEventKind.Corrected, Mass.FromGrams(3_000), Mass.FromGrams(3_000));

        Audit().Findings.Should().ContainSingle().Which.Should().Contain("by its bookings");
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private SimulatedHousehold Truth() => SimulatedHousehold.Open(_temp.Inside("world.json"), _temp.Inside("deliveries.jsonl"));

    private ShelfAudit.Result Audit() => new ShelfAudit(_temp.Inside("gateway.db"), Truth()).Run(_now);

    private void Append(ThingEventKind kind, Mass delta, Mass level) =>
        _journal.Append(new ThingObservation(_now, HouseholdDay.At(_now, _plan.Zone), Milk, _plan.Shelves[0].Gtin, kind, delta, level, 0));
}
