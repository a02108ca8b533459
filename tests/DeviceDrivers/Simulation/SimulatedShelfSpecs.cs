using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

/// <summary>Stations 1 and 2 on a simulated household, from clock edges to booked steps.</summary>
public sealed class SimulatedShelfSpecs : IDisposable
{
    private const double Speed = 28_800; // 20 household days a minute, the default rehearsal

    private readonly TempFolder _folder = new();
    private readonly SteppedBusClock _bus = new();
    private readonly List<StockStep> _steps = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_booked_in_twenty_days_is_what_the_household_used_and_bought(ulong seed)
    {
        WorldPlan plan = Worlds.Plan(seed, Worlds.Milk(1), Worlds.Milk(2, opening: 3, packsPerDay: 0.1, usesPerDay: 1), Worlds.Milk(3, opening: 1, packsPerDay: 0.9, usesPerDay: 7));
        DeliveryLog log = Write(plan);
        log.Append(new Delivery(Worlds.Origin.AddDays(9.3), new SlotId(1), 3, "outside"));
        log.Append(new Delivery(Worlds.Origin.AddDays(11.7), new SlotId(3), 4, "delivery"));

        Scale[] scales = Live(20, Scales(plan));

        SimulatedHousehold truth = Open();
        DateTimeOffset end = Worlds.Origin.AddDays(20);
        foreach (SlotPlan slot in plan.Slots)
        {
            SlotStock stock = truth.StockAt(slot.Slot, end);
            double used = Booked(slot.Slot, StepKind.Used), restocked = Booked(slot.Slot, StepKind.Restocked), delivered = slot.Pack.Grams * stock.DeliveredPacks;
            (used + restocked).Should().BeApproximately(delivered - stock.Used.Grams, 20, "nothing is lost or doubled on slot {0}", slot.Slot);
            // A use within the hour of a delivery is one step with it: an hour is shorter than the scale needs to settle at this speed.
            restocked.Should().BeApproximately(delivered, stock.DeliveredPacks * 200, "slot {0}", slot.Slot);
            scales.Single(scale => scale.Slot == slot.Slot).BookedLevel!.Value.Grams.Should().BeApproximately(stock.Level.Grams, 15, "slot {0}", slot.Slot);
        }
    }

    [Fact]
    public void A_gateway_that_was_off_for_two_days_books_what_happened_meanwhile()
    {
        WorldPlan plan = Worlds.Plan(4);
        Write(plan);
        Scale before = Live(5, Scales(plan))[0];
        _bus.Advance(TimeSpan.FromDays(2) / Speed);
        Scale after = Scales(plan)[0];
        after.Restore(before.BookedLevel!.Value);

        Live(3, [after], fromDay: 7);

        SlotStock stock = Open().StockAt(new SlotId(1), Worlds.Origin.AddDays(10));
        Booked(new SlotId(1), StepKind.Used).Should().BeApproximately(-stock.Used.Grams, 25);
    }

    [Fact]
    public void Between_touches_the_cells_are_read_at_the_lower_duty()
    {
        WorldPlan plan = Worlds.Plan(1, Worlds.Milk(packsPerDay: 0));
        Write(plan);

        LoadCellSensors sensors = Sense(10, Scales(plan));

        // 30 s of bus time: 2 s alert at 80 a second, then one frame per 100 ms.
        sensors.Tallies.Single().Single(tally => tally.Cause == "samples").Count.Should().BeInRange(400, 500);
    }

    public void Dispose() => _folder.Dispose();

    private string World => _folder.Inside("world.json");

    private string Deliveries => _folder.Inside("deliveries.jsonl");

    private SimulatedHousehold Open() => SimulatedHousehold.Open(World, Deliveries);

    private DeliveryLog Write(WorldPlan plan)
    {
        plan.Write(World);
        return new DeliveryLog(Deliveries);
    }

    private static Scale[] Scales(WorldPlan plan) =>
        [.. plan.Slots.Select(slot => new Scale(slot.Slot, SimulatedShelf.CalibrationOf(slot), ScaleSettings.Rehearsal))];

    private double Booked(SlotId slot, StepKind kind) => _steps.Where(step => step.Slot == slot && step.Kind == kind).Sum(step => step.Delta.Grams);

    private Scale[] Live(double days, Scale[] scales, double fromDay = 0)
    {
        Sense(fromDay + days, scales);
        return scales;
    }

    /// <summary>The gateway's loop, on bus time that jumps over its pauses.</summary>
    private LoadCellSensors Sense(double untilDay, Scale[] scales)
    {
        BusTimeProvider household = new(_bus, Worlds.Origin, Speed);
        SimulatedShelf shelf = SimulatedShelf.Open(World, Deliveries, household, clock: _bus);
        LoadCellSensors sensors = new LoadCellSensors(new SamplingDuty()).Add(shelf.OpenDriver(), shelf.Slots);
        while (household.GetUtcNow() < Worlds.Origin.AddDays(untilDay))
        {
            if (!sensors.TrySample(out SensorSample sample))
            {
                _bus.Advance(sensors.Pause);
                continue;
            }
            Scale scale = scales.Single(one => one.Slot == sample.Slot);
            if (scale.TryWeigh(sample, household.GetUtcNow(), out StockReading reading, out StockStep? step) && !reading.Stable)
                sensors.Alert(sample.Slot);
            if (step is { } booked)
                _steps.Add(booked);
        }
        return sensors;
    }
}
