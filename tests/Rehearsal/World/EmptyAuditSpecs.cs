using System.Text.Json;
using Dapper;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.Scripts;
using PantryChain.Rehearsal.World;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Tests.World;

/// <summary>Four packs of milk, used up by about day 12, and nobody brings more: what the audit says depends on what stood on the page.</summary>
public sealed class EmptyAuditSpecs : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly HouseholdPlan _plan = DefaultHousehold.Plan(1, new DateOnly(2026, 5, 1));
    private readonly Offers _offers = new();
    private readonly SqliteFile _file;
    private readonly SimulatedHousehold _truth;
    private readonly DateTimeOffset _out, _end;

    public EmptyAuditSpecs()
    {
        _plan.World.Write(_temp.Inside("world.json"));
        _file = SqliteFile.Open(_temp.Inside("gateway.db"));
        _file.Write((db, transaction) => db.Execute(
            """
            CREATE TABLE orders(gtin INTEGER NOT NULL, number INTEGER NOT NULL, automatic INTEGER NOT NULL) STRICT;
            CREATE TABLE reorder_steps(id INTEGER PRIMARY KEY, gtin INTEGER NOT NULL, number INTEGER NOT NULL, trigger INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
            """, transaction: transaction));
        _truth = SimulatedHousehold.Open(_temp.Inside("world.json"), _temp.Inside("deliveries.jsonl"));
        _out = _plan.Origin;
        while (_truth.LevelAt(new SlotId(1), _out) is var level && level.Grams > Milk.Slot.Pack.Grams * EmptyAudit.EmptyBelow)
            _out += TimeSpan.FromMinutes(1);
        _end = _out.AddDays(6);
    }

    private Shelved Milk => _plan.Shelves[0];

    [Fact]
    public void A_product_that_was_never_ordered_without_asking_has_a_name_and_no_figures()
    {
        Step(ReorderTrigger.Propose, 1, _out.AddDays(-2));
        Step(ReorderTrigger.Approve, 1, _out.AddDays(-1));
        Order(1, automatic: false);

        Audit().Should().Be(new EmptyAudit.Result(Milk.NameEn, Milk.Gtin.ToString()));
    }

    [Fact]
    public void Only_the_time_since_the_first_automatic_order_counts_and_an_order_under_way_was_told()
    {
        Step(ReorderTrigger.Decide, 1, _out.AddDays(-6));
        Order(1, automatic: true);

        EmptyAudit.Result found = Audit();

        found.EmptyShare.Should().BeApproximately(0.5, 0.002, "it is out for six days of twelve");
        found.MeanPacks.Should().BeApproximately(MeanPacks(_out.AddDays(-6)), 0.01);
        (found.ToldBefore, found.EmptySpells, found.LongestUntoldDays, found.Since).Should().Be((1, 1, 0, _out.AddDays(-6)));
    }

    [Fact]
    public void A_spell_that_began_with_nothing_on_the_page_was_not_told_however_soon_it_was_said_afterwards()
    {
        Step(ReorderTrigger.Decide, 1, _out.AddDays(-6));
        Order(1, automatic: true);
        Step(ReorderTrigger.OrderRefused, 1, _out.AddDays(-5));
        Step(ReorderTrigger.Propose, 2, _out.AddDays(2.5));

        EmptyAudit.Result found = Audit();

        (found.ToldBefore, found.EmptySpells).Should().Be((0, 1));
        found.LongestUntoldDays.Should().BeApproximately(2.5, 0.02);
    }

    [Theory]
    [InlineData("""{"emptySince":"2026-05-13T00:00:00Z","canUseUp":false,"ask":{"number":2,"quantity":1,"blocks":[]}}""", 1)]
    [InlineData("""{"emptySince":"2026-05-13T00:00:00Z","canUseUp":true,"ask":{"number":2,"quantity":0,"blocks":["NothingUsedSinceLastOrder"]}}""", 1)]
    [InlineData("""{"emptySince":"2026-05-13T00:00:00Z","canUseUp":false,"ask":{"number":2,"quantity":0,"blocks":["StandingTooLow"]}}""", 6)]
    [InlineData("""{"emptySince":null,"canUseUp":true,"ask":{"number":2,"quantity":1,"blocks":[]}}""", 6)]
    public void An_act_that_the_page_offers_over_an_empty_shelf_ends_the_time_in_which_nothing_was_said_and_was_not_told_before(string product, double untold)
    {
        Step(ReorderTrigger.Decide, 1, _out.AddDays(-6));
        Order(1, automatic: true);
        Step(ReorderTrigger.OrderRefused, 1, _out.AddDays(-5));
        string row = $$"""{"gtin":"{{Milk.Gtin}}",""" + product[1..];
        _offers.Note(new GatewayState(JsonDocument.Parse($$"""{"products":[{{row}}]}""").RootElement), _out.AddDays(1));

        EmptyAudit.Result found = Audit();

        found.ToldBefore.Should().Be(0);
        found.LongestUntoldDays.Should().BeApproximately(untold, 0.02);
    }

    [Fact]
    public void A_pack_that_came_ends_a_spell_and_the_next_one_counts_for_itself()
    {
        Step(ReorderTrigger.Decide, 1, _out.AddDays(-1));
        Order(1, automatic: true);
        new DeliveryLog(_temp.Inside("deliveries.jsonl")).Append(new Delivery(_out.AddDays(0.5), new SlotId(1), 1, "delivery"));
        Step(ReorderTrigger.Settled, 1, _out.AddDays(0.6));
        _truth.Refresh();

        EmptyAudit.Result found = Audit();

        (found.ToldBefore, found.EmptySpells).Should().Be((0.5, 2));
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private EmptyAudit.Result Audit() => new EmptyAudit(_temp.Inside("gateway.db"), _truth, _offers).Run(_plan.Shelves, _end)[0];

    private double MeanPacks(DateTimeOffset since)
    {
        List<double> packs = [];
        for (DateTimeOffset at = since; at < _end; at += TimeSpan.FromMinutes(3))
            packs.Add(_truth.LevelAt(new SlotId(1), at).Grams / Milk.Slot.Pack.Grams);
        return packs.Average();
    }

    private void Step(ReorderTrigger trigger, int number, DateTimeOffset at) => _file.Write((db, transaction) => db.Execute(
        "INSERT INTO reorder_steps(gtin, number, trigger, at) VALUES (@gtin, @number, @trigger, @at)",
        new { gtin = (long)Milk.Gtin.Value, number, trigger = (long)trigger, at = at.ToUnixTimeMilliseconds() }, transaction));

    private void Order(int number, bool automatic) => _file.Write((db, transaction) => db.Execute(
        "INSERT INTO orders(gtin, number, automatic) VALUES (@gtin, @number, @automatic)", new { gtin = (long)Milk.Gtin.Value, number, automatic = automatic ? 1 : 0 }, transaction));
}
