using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>Station 3's network half at home: events in order, states as they are, Home Assistant, requests; all over the family's own broker.</summary>
internal sealed class HomeStation(
    IMqttLink link, EventDrain events, StateDrain states, HomeAssistant assistant, RequestDesk requests, Household household, ShelfBoard board, SensorTeller sensors, Learner learner, TagPairing pairing,
    ILogger<HomeStation> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200); // as fast as StateDrain tells
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ushort, (StockReading Reading, long At)> _shown = [];

    /// <summary>True while the home broker is there.</summary>
    public bool IsConnected => link.IsConnected;

    /// <summary>Why the home broker was lost or refused us last; it stays when the broker is back.</summary>
    public MqttLoss? Loss => link.Loss;

    /// <summary>Everything up to this journal number is acknowledged by the home broker.</summary>
    public ulong Told => events.Told;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        link.Start();
        try
        {
            await Task.WhenAll(events.RunAsync(stoppingToken), states.RunAsync(stoppingToken), assistant.RunAsync(stoppingToken), requests.RunAsync(stoppingToken), ShowAsync(stoppingToken), sensors.RunAsync(states, assistant, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("Home: stopped");
        }
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await link.StopAsync(cancellationToken);
    }

    private async Task ShowAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Pace);
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (StockReading reading in board.Readings.Where(IsWorthTelling))
            {
                _shown[reading.Slot.Value] = (reading, Environment.TickCount64);
                states.Show(reading.Slot, StateOf(reading));
                states.ShowOnline(reading.Slot, reading.Health is SlotHealth.Ok or SlotHealth.Noisy or SlotHealth.Drifting);
            }
            foreach (PairingState state in pairing.States())
                states.ShowPairing(state.Slot, new PairingNotice(state.Outcome.ToString().ToLowerInvariant(), state.SecondsLeft, state.Gtin, state.Uid, state.Note));
        }
    }

    /// <summary>News are a changed level, a hand, an ailment; the same again only once a minute.</summary>
    private bool IsWorthTelling(StockReading reading)
    {
        if (reading.At == default && reading.Health == SlotHealth.Stale)
            return false;
        if (!_shown.TryGetValue(reading.Slot.Value, out (StockReading Reading, long At) shown))
            return true;
        bool moved = Math.Abs(reading.Level.Milligrams - shown.Reading.Level.Milligrams) > Math.Max(1000, 3 * reading.Sigma.Milligrams);
        return reading.Stable != shown.Reading.Stable || reading.Health != shown.Reading.Health || (moved && reading.Stable)
            || Environment.TickCount64 - shown.At >= Refresh.TotalMilliseconds;
    }

    private SlotState StateOf(in StockReading reading)
    {
        ShelfSlot slot = household.FindSlot(reading.Slot)!;
        Gtin product = slot.Products.Count > 1 ? default : slot.Product.Gtin; // what a shared slot weighs is neither product's stock
        if (board.SettledOf(reading.Slot) is not { } settled)
            return new SlotState(null, Mass.Zero, reading.Stable, null, null, null, product, null, reading.Health);
        if (product == default)
            return new SlotState(settled.Level, settled.Sigma, reading.Stable, null, null, null, product, settled.At, reading.Health);
        double packs = Math.Max(0.0, settled.Level.Grams / slot.Product.Pack.Grams);
        ConsumptionPattern? pattern = learner.PatternOf(product, settled.At);
        DaysLeft days = DaysLeft.Of(pattern, packs);
        return new SlotState(settled.Level, settled.Sigma, reading.Stable, packs, days.Likely, days.Low, product, settled.At, reading.Health);
    }
}
