using System.Globalization;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Clock;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Display;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Levels;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Why the gateway is not well; the words stand in <see cref="TroubleWords"/>, the names in <c>/health</c> are these in snake case.</summary>
internal enum TroubleCause
{
    /// <summary>A slot cannot be trusted.</summary>
    SlotUnwell,

    /// <summary>A fridge or freezer has been too warm for too long.</summary>
    FridgeWarm,

    /// <summary>How warm a place is cannot be known.</summary>
    ClimateLost,

    /// <summary>The disk refuses what must be kept.</summary>
    DiskRefuses,

    /// <summary>A part of this program fails again and again.</summary>
    WorkFailing,

    /// <summary>Levels over time are not written.</summary>
    LevelsFailing,

    /// <summary>The clock leapt.</summary>
    ClockDoubted,

    /// <summary>The clock here and the store's differ by hours.</summary>
    ClockApart,

    /// <summary>The battery-backed clock is missing, lost its time, differs or does not answer.</summary>
    BatteryClockUnwell,

    /// <summary>Lamp and buzzer cannot be driven.</summary>
    AttentionUnwell,

    /// <summary>The status display does not answer.</summary>
    DisplayUnwell,

    /// <summary>No connection to the home broker.</summary>
    HomeLost,

    /// <summary>Another client takes the gateway's place at the home broker.</summary>
    HomeTakenOver,

    /// <summary>The home broker inside the gateway is shut to the household, or forgets what it keeps.</summary>
    HomeBrokerUnwell,

    /// <summary>No connection to the cooperative's broker.</summary>
    CooperativeLost,

    /// <summary>Another client takes the gateway's place at the cooperative's broker.</summary>
    CooperativeTakenOver,

    /// <summary>Store or chain fail whenever they are asked.</summary>
    OrdersFailing,

    /// <summary>Store and chain were not heard for a day.</summary>
    CooperativeSilent,

    /// <summary>Sealed blocks are not accepted.</summary>
    BlocksWaiting,

    /// <summary>The store rejects the newest block.</summary>
    BlocksRejected,

    /// <summary>The cooperative takes nothing more from this device.</summary>
    DeviceStopped,

    /// <summary>Store and chain disagree about an order.</summary>
    ViewsDiffer,

    /// <summary>A node is silent, behind or says something else than the others; or the store names another chain than at joining.</summary>
    ChainDoubted,

    /// <summary>A signed call is held up on its way to the chain.</summary>
    CallsHeld,

    /// <summary>Somebody else signed an order with this device's key.</summary>
    NotSignedHere,

    /// <summary>The store has a block with this device's signature that was not sealed here.</summary>
    BlockNotSignedHere,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Cause">What.</param>
/// <param name="Detail">Which one of several: slot numbers, an order, a reason code; empty for none.</param>
internal readonly record struct Trouble(TroubleCause Cause, string Detail = "")
{
    /// <summary>The place that it is about, or null.</summary>
    public PlaceTrouble? Place { get; init; }
}

/// <summary>What is wrong with a place's air or its sensor.</summary>
/// <param name="Place">The place.</param>
/// <param name="Health">Of its sensor.</param>
/// <param name="Warm">How warm it has been, in steps that are worth telling; null for a sensor that is lost.</param>
internal sealed record PlaceTrouble(ClimatePlace Place, ClimateHealth Health, WarmSpell? Warm);

/// <summary>What is wrong with the gateway now, for <c>/health</c> and the first page alike.</summary>
/// <remarks>Public only because Razor components are. Thread safe; every call looks anew.</remarks>
public sealed class Troubles
{
    private static readonly TimeSpan Silent = TimeSpan.FromHours(24), Unaccepted = TimeSpan.FromHours(6); // household time
    private static readonly TimeSpan Fought = TimeSpan.FromMinutes(10);                                  // real time
    private static readonly TimeSpan ShortestReal = TimeSpan.FromMinutes(1);                             // a rehearsal's day lasts seconds, a restart of its store does not

    private readonly ShelfBoard _board;
    private readonly ClimateBoard? _climate;
    private readonly DiskState _disk;
    private readonly Setbacks? _setbacks;
    private readonly LevelDrain _levels;
    private readonly Learner? _learner;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;
    private readonly HomeStation? _home;
    private readonly EmbeddedBroker? _broker;
    private readonly CooperativeLink? _cooperative;
    private readonly Circumstances? _circumstances;
    private readonly OrderDrain? _orders;
    private readonly BlockBook? _blocks;
    private readonly BlockDrain? _drain;
    private readonly OrderViews? _views;
    private readonly ChainNodes? _chain;
    private readonly RelayDesk? _relays;
    private readonly KeyWatch? _keys;
    private readonly Membership? _membership;
    private readonly AttentionPost? _attention;
    private readonly ClockWatch? _clock;
    private readonly StoreClock? _storeClock;
    private readonly DisplayPost? _display;

    /// <summary>Over the stations that the host has.</summary>
    internal Troubles(IServiceProvider stations)
    {
        _board = stations.GetRequiredService<ShelfBoard>();
        _climate = stations.GetService<ClimateBoard>();
        _disk = stations.GetRequiredService<DiskState>();
        _setbacks = stations.GetService<Setbacks>();
        _levels = stations.GetRequiredService<LevelDrain>();
        _learner = stations.GetService<Learner>();
        _time = stations.GetRequiredService<TimeProvider>();
        _home = stations.GetService<HomeStation>();
        _broker = stations.GetService<EmbeddedBroker>();
        _cooperative = stations.GetService<CooperativeLink>();
        _circumstances = stations.GetService<Circumstances>();
        _orders = stations.GetService<OrderDrain>();
        _blocks = stations.GetService<BlockBook>();
        _drain = stations.GetService<BlockDrain>();
        _views = stations.GetService<OrderViews>();
        _chain = stations.GetService<ChainNodes>();
        _relays = stations.GetService<RelayDesk>();
        _keys = stations.GetService<KeyWatch>();
        _membership = stations.GetService<Membership>();
        _attention = stations.GetService<AttentionPost>();
        _clock = stations.GetService<ClockWatch>();
        _storeClock = stations.GetService<StoreClock>();
        _display = stations.GetService<DisplayPost>();
        _started = _time.GetUtcNow();
    }

    /// <summary>Lamp and buzzer, or null for a household without.</summary>
    internal AttentionState? Attention => _attention?.State;

    /// <summary>The status display, or null for a household without.</summary>
    internal DisplayState? Display => _display?.State;

    /// <summary>All that is wrong, the shelf first; empty when nothing is.</summary>
    internal IReadOnlyList<Trouble> Now() => [.. AtHome(), .. AtTheCooperative(), .. OnTheWay()];

    private IEnumerable<Trouble> AtHome()
    {
        string slots = string.Join(", ", _board.Readings.Where(reading => reading.Health is not (SlotHealth.Ok or SlotHealth.Noisy)).Select(reading => reading.Slot));
        if (slots.Length > 0)
            yield return new Trouble(TroubleCause.SlotUnwell, slots);
        foreach (PlaceReport place in _climate?.Places ?? [])
        {
            if (place is { IsWarm: true, Open: { } spell })
                yield return new Trouble(TroubleCause.FridgeWarm, place.Place.Name) { Place = new PlaceTrouble(place.Place, place.Health, InSteps(spell)) };
            if (place.IsLost)
                yield return new Trouble(TroubleCause.ClimateLost, place.Place.Name) { Place = new PlaceTrouble(place.Place, place.Health, null) };
        }
        if (_disk.IsRefusing)
            yield return new Trouble(TroubleCause.DiskRefuses);
        string failing = string.Join(", ", (_setbacks?.Failing ?? []).Concat(_drain is { IsFailing: true } ? ["blocks"] : []));
        if (failing.Length > 0)
            yield return new Trouble(TroubleCause.WorkFailing, failing);
        if (_levels.IsFailing)
            yield return new Trouble(TroubleCause.LevelsFailing);
        if (_learner?.AlarmsAt(_time.GetUtcNow()).Any(alarm => alarm.Kind == PatternAlarmKind.ClockLeapt) == true)
            yield return new Trouble(TroubleCause.ClockDoubted);
        if (_storeClock?.Apart is { } apart)
            yield return new Trouble(TroubleCause.ClockApart, Math.Round(apart.TotalHours).ToString(CultureInfo.InvariantCulture));
        if (_clock?.State is { } clock and not (ClockState.Ok or ClockState.Unknown))
            yield return new Trouble(TroubleCause.BatteryClockUnwell, clock.ToString());
        if (_attention?.Failure is { } dark)
            yield return new Trouble(TroubleCause.AttentionUnwell, dark);
        if (_display?.Failure is { } blank)
            yield return new Trouble(TroubleCause.DisplayUnwell, blank);
        if (_home is not null && AtBroker(_home.IsConnected, _home.Loss, TroubleCause.HomeLost, TroubleCause.HomeTakenOver) is { } home)
            yield return home;
        if (_broker?.Trouble is { } shut)
            yield return new Trouble(TroubleCause.HomeBrokerUnwell, shut.Fault.ToString());
    }

    private IEnumerable<Trouble> AtTheCooperative()
    {
        if (_cooperative is not null && AtBroker(_cooperative.Mqtt.IsConnected, _cooperative.Mqtt.Loss, TroubleCause.CooperativeLost, TroubleCause.CooperativeTakenOver) is { } broker)
            yield return broker;
        if (_orders is { IsFailing: true } or { Trouble: not null })
            yield return new Trouble(TroubleCause.OrdersFailing);
        if (_circumstances is not null && Lasts(_circumstances.At ?? _started, Silent))
            yield return new Trouble(TroubleCause.CooperativeSilent);
        if (_drain is not null && _blocks!.SealedAbove(_drain.State.Accepted) is { } waiting && Lasts(waiting, Unaccepted))
            yield return new Trouble(TroubleCause.BlocksWaiting);
        if (_drain is { Stopped: var why and not DeviceStop.None })
            yield return new Trouble(TroubleCause.DeviceStopped, why.ToString());
        else if (_drain?.State.Rejected is { } rejected)
            yield return new Trouble(TroubleCause.BlocksRejected, rejected.Reason);
        foreach ((OrderId order, DateTimeOffset since) in _views?.Differing() ?? [])
        {
            if (Lasts(since, Silent))
                yield return new Trouble(TroubleCause.ViewsDiffer, order.ToString());
        }
    }

    private IEnumerable<Trouble> OnTheWay()
    {
        string nodes = string.Join(", ", _chain?.Troubles().Select(said => said.Node) ?? []);
        if (nodes.Length > 0 || _membership?.Doubt is not null)
            yield return new Trouble(TroubleCause.ChainDoubted, nodes);
        string kinds = string.Join(", ", (_relays?.Troubles() ?? []).Select(said => RelayDesk.NameOf(said.Call.Kind)).Distinct());
        if (kinds.Length > 0)
            yield return new Trouble(TroubleCause.CallsHeld, kinds);
        foreach (PlacedOrder order in _keys?.Orders ?? [])
            yield return new Trouble(TroubleCause.NotSignedHere, order.Id.ToString());
        if (_keys?.Block is { } height)
            yield return new Trouble(TroubleCause.BlockNotSignedHere, height.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A place that is fought for is lost and won in turns: that is said between the turns, too.</summary>
    internal static Trouble? AtBroker(bool connected, MqttLoss? loss, TroubleCause lost, TroubleCause takenOver) =>
        loss is { Kind: MqttLossKind.TakenOver } && TimeProvider.System.GetUtcNow() - loss.At < Fought ? new Trouble(takenOver)
        : connected ? null : new Trouble(lost, (loss?.Kind ?? MqttLossKind.Away).ToString());

    /// <summary>Open pages fetch it again when it changes: every ten minutes is enough, and two hours are exact.</summary>
    private static WarmSpell InSteps(WarmSpell spell) => spell with
    {
        Above = TimeSpan.FromMinutes(Math.Floor(spell.Above.TotalMinutes / 10) * 10), Unseen = TimeSpan.FromMinutes(Math.Floor(spell.Unseen.TotalMinutes / 10) * 10), Highest = Math.Round(spell.Highest, 1),
    };

    private bool Lasts(DateTimeOffset since, TimeSpan most)
    {
        TimeSpan elapsed = _time.GetUtcNow() - since;
        return elapsed > most && (_time is HouseholdTime household ? household.ToReal(elapsed) : elapsed) > ShortestReal;
    }
}
