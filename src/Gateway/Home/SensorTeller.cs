using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>Tells the home broker how converters and readers are and whether the device's key is in other hands, and announces their counters to Home Assistant.</summary>
internal sealed class SensorTeller(Household household, ShelfBoard board, SensorBoard sensors, SlotNames names, TimeProvider time, Ordering.KeyWatch? keys = null, ExtraParts? parts = null)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Dictionary<SlotId, (SlotHealth Health, string? Problem, string? Reader)> _told = [];
    private readonly Refreshes<SlotId> _slots = new(time);
    private readonly Refreshes<string> _gateway = new(time);
    private List<ShelfDevice> _announced = [];
    private (int Orders, ulong? Block) _foreign;
    private (string? Attention, string? Clock, string? Display) _extras;

    /// <summary>Runs until cancelled: news at once, counters once a minute.</summary>
    public async Task RunAsync(StateDrain states, HomeAssistant assistant, CancellationToken stop)
    {
        using PeriodicTimer timer = new(Pace);
        do
        {
            Announce(assistant);
            foreach ((string place, ClimateState state) in parts?.Climate?.Due() ?? [])
                states.Show(place, state);
            (IReadOnlyList<(SlotId Slot, SlotDiagnostics Diagnostics)> slots, GatewayDiagnostics? all) = Due();
            foreach ((SlotId slot, SlotDiagnostics diagnostics) in slots)
                states.Show(slot, diagnostics);
            if (all is not null)
                states.Show(all);
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>What has to be told now: every slot with news or a minute of silence, and all sensors together after any of those or a minute.</summary>
    internal (IReadOnlyList<(SlotId Slot, SlotDiagnostics Diagnostics)> Slots, GatewayDiagnostics? All) Due()
    {
        List<(SlotId, SlotDiagnostics)> slots = [];
        (int Orders, ulong? Block) foreign = (keys?.Orders.Count ?? 0, keys?.Block);
        (string? Attention, string? Clock, string? Display) extras = parts?.Now ?? default;
        bool anyNews = foreign != _foreign || extras != _extras;
        (_foreign, _extras) = (foreign, extras);
        foreach (StockReading reading in board.Readings)
        {
            if (Of(reading) is not { } diagnostics)
                continue; // no driver was open yet: there is nothing to tell, and it stays news
            bool news = IsNews(reading);
            anyNews |= news;
            if (_slots.IsDue(reading.Slot, news))
                slots.Add((reading.Slot, diagnostics));
        }
        bool due = (sensors.Converters.Count > 0 || keys is not null || parts is { Any: true }) && _gateway.IsDue("", anyNews);
        return (slots, !due ? null : new GatewayDiagnostics(time.GetUtcNow(), [.. sensors.Converters.Select(Of)], [.. sensors.Readers.Select(Of)], Counts(sensors.Tags))
        {
            ForeignOrders = foreign.Orders, ForeignBlock = foreign.Block, Attention = extras.Attention, BatteryClock = extras.Clock, Display = extras.Display,
        });
    }

    /// <summary>The causes are known once a driver was open; a converter that appears later brings its own.</summary>
    private void Announce(HomeAssistant assistant)
    {
        List<ShelfDevice> devices = [];
        foreach (ShelfSlot slot in household.Slots)
        {
            ConverterReport? converter = sensors.ConverterOf(slot.Slot);
            string kind = household.Converters.First(known => known.Cells.Any(cell => cell.Slot == slot.Slot)).Word;
            devices.Add(new ShelfDevice(slot.Slot, names.Of(slot).En, $"{kind} load cell")
            {
                Causes = Causes(converter?.Tallies), CanOrder = keys is not null, HasThermometer = slot.Thermometer is not null || household.PlaceOf(slot.Slot) is not null,
                ReaderCauses = household.Readers.Any(reader => reader.Slot == slot.Slot) ? Causes(sensors.ReaderOf(slot.Slot)?.Tallies) : null,
            });
        }
        bool same = devices.Count == _announced.Count && devices.Zip(_announced).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.Causes.Count == pair.Second.Causes.Count && pair.First.ReaderCauses?.Count == pair.Second.ReaderCauses?.Count);
        if (same)
            return;
        assistant.Announce(_announced = devices, parts?.Climate?.Devices ?? []);
    }

    private bool IsNews(in StockReading reading)
    {
        (SlotHealth, string?, string?) now = (reading.Health, sensors.ConverterOf(reading.Slot)?.Failure, sensors.ReaderOf(reading.Slot)?.Failure);
        if (_told.TryGetValue(reading.Slot, out (SlotHealth, string?, string?) told) && told == now)
            return false;
        _told[reading.Slot] = now;
        return true;
    }

    private SlotDiagnostics? Of(in StockReading reading)
    {
        if (sensors.ConverterOf(reading.Slot) is not { } converter)
            return null;
        SlotTrend slot = sensors.Of(reading.Slot);
        SensorState? reader = sensors.ReaderOf(reading.Slot) is { } report ? Of(report) : null;
        return new SlotDiagnostics(time.GetUtcNow(), reading.Health, reading.Sigma, slot.Drift, slot.Celsius, Of(converter), reader);
    }

    private static SensorState Of(ConverterReport report) =>
        new(report.Name, report.Kind, report.Slots, report.Failure, Counts(report.Tallies), SensorCauses.Faults(report.Tallies));

    private static SensorState Of(ReaderReport report) =>
        new(report.Slot.ToString(), report.Kind, [report.Slot], report.Failure, Counts(report.Tallies), SensorCauses.Faults(report.Tallies));

    private static Dictionary<string, long> Counts(IReadOnlyList<Tally> tallies) => tallies.ToDictionary(tally => tally.Cause, tally => tally.Count);

    private static IReadOnlyList<string> Causes(IReadOnlyList<Tally>? tallies) => tallies is null ? [] : [.. tallies.Select(tally => tally.Cause)];
}
