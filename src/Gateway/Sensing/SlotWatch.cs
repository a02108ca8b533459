using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Deliveries;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Sensing;

/// <summary>Looks after the cells now and then: puts up what ails a slot and journals a fault, at most one a slot and day.</summary>
/// <remarks>Belongs to the sensing thread alone.</remarks>
internal sealed class SlotWatch(ShelfStation shelf, SlotBench bench, Observer observer, ShelfBoard board, SensorBoard sensors, ClimateBoard climate, Journal journal, Household household, TimeProvider time, ILogger<SlotWatch> log, Arrivals? arrivals = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500), Grace = TimeSpan.FromSeconds(3), KeepTemperatures = TimeSpan.FromMinutes(10); // bus time

    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<SlotId, HouseholdDay> _told = [];
    private readonly HashSet<SlotId> _ailing = [], _doubted = [];
    private readonly SlotDrift _drift = new();
    private long _looked = time.GetTimestamp();
    private long _keptTemperatures = time.GetTimestamp();

    /// <summary>Looks at all slots when it is time to.</summary>
    public void Look()
    {
        if (time.GetElapsedTime(_looked) < Interval)
            return;
        _looked = time.GetTimestamp();
        foreach (ShelfSlot slot in household.Slots)
        {
            Look(slot.Slot);
            Feel(slot.Slot);
            if (arrivals is not null)
                shelf.Expect(slot.Slot, slot.Products.Any(product => arrivals.Awaits(product.Gtin, time.GetUtcNow())));
        }
        board.Count(shelf.Together);
        if (time.GetElapsedTime(_keptTemperatures) >= KeepTemperatures)
        {
            _keptTemperatures = time.GetTimestamp();
            shelf.KeepTemperatures();
        }
        sensors.Show(shelf.Report(), [.. household.Slots.Select(slot => new SlotTrend(slot.Slot, _drift.Follow(board[slot.Slot], bench.Tap.LastStepOf(slot.Slot)?.At), _doubted.Contains(slot.Slot) ? null : climate.BesideCell(slot.Slot)))]);
    }

    /// <summary>A temperature that no room has is the thermometer's: it corrects nothing and is not shown.</summary>
    private void Feel(SlotId slot)
    {
        if (climate.BesideCell(slot) is not { } celsius || shelf.Feel(slot, celsius))
        {
            _doubted.Remove(slot);
            return;
        }
        if (!_doubted.Add(slot))
            return;
        board.CountTemperature();
        log.LogWarning("Slot {Slot}: its thermometer leapt to {Celsius} °C, which no room does. It is left out until it moves like air again; check its plug and wire", slot, celsius);
    }

    private void Look(SlotId slot)
    {
        SlotHealth health = shelf.HealthOf(slot);
        if (health == SlotHealth.Ok && shelf.IsImpossible(slot))
            health = SlotHealth.Implausible;
        if (health is SlotHealth.Ok or SlotHealth.Noisy or SlotHealth.Drifting)
        {
            if (_ailing.Remove(slot))
                log.LogInformation("Slot {Slot}: its cell answers again", slot);
            return;
        }
        if (time.GetElapsedTime(_started) < Grace)
            return; // converters need their settling time after a start
        if (health != SlotHealth.Implausible)
            board.Ail(slot, health); // an impossible level is shown with its reading
        else if (!_ailing.Contains(slot))
            board.CountImpossible();
        HouseholdDay today = household.DayOf(time.GetUtcNow());
        if (!_ailing.Add(slot) || (_told.TryGetValue(slot, out HouseholdDay told) && told == today))
            return;
        _told[slot] = today;
        // A restart goes on from the newest journaled level, so a fault may not journal one that was never weighed or that a hand leans on.
        if (shelf.BookedLevelOf(slot) is { } level)
            journal.Append(observer.Fault(slot, level, time.GetUtcNow()));
        if (health == SlotHealth.Implausible)
            log.LogWarning("Slot {Slot}: it says what no stock weighs, so nothing is booked. Put its container back, or tare or calibrate it again", slot);
        else
            log.LogWarning("Slot {Slot}: its cell is {Health}. Check its wiring; './pantry gateway doctor' shows the counters", slot, health);
    }
}
