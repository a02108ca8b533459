using PantryChain.Domain.Ordering;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Drains;
using PantryChain.Ledger.Evm;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Ordering;

/// <summary>The network half of stations 7 to 10: asks what decisions need, places decided orders, brings signed calls, follows orders until they end.</summary>
/// <remarks>Woken by decisions, by the store's words about blocks and orders, and by a clock that is slow while nothing is under way.</remarks>
internal sealed class OrderDrain : Drain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);                                               // real time
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(400), LongestRest = TimeSpan.FromMinutes(5); // real time
    private static readonly TimeSpan Usual = TimeSpan.FromHours(4);                                                        // household time
    private static readonly TimeSpan Stale = TimeSpan.FromHours(6);                                                        // household time
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(30);                                            // real time

    private readonly ReorderDesk _desk;
    private readonly Decider _decider;
    private readonly OrderBook _orders;
    private readonly OrderPlacer _placer;
    private readonly OrderFollower _follower;
    private readonly RelayDesk _relays;
    private readonly Outlook _outlook;
    private readonly RewardClaimer _claimer;
    private readonly Circumstances _circumstances;
    private readonly DeliveryRound _deliveries;
    private readonly TimeProvider _time;
    private readonly Topics _topics;
    private readonly Refusals _refusals;
    private readonly ILogger<OrderDrain> _log;
    private Exception? _trouble;
    private TimeSpan _pause;
    private long _lookAgain;

    /// <summary>Puts the drain on the cooperative's link and on the desk.</summary>
    public OrderDrain(
        ReorderDesk desk, Decider decider, OrderBook orders, OrderPlacer placer, OrderFollower follower, RelayDesk relays, Outlook outlook, RewardClaimer claimer, Circumstances circumstances,
        DeliveryRound deliveries, DeliveryDesk answers, SightingBook sightings, BlockDrain blocks, CooperativeLink link, Refusals refusals, TimeProvider time, ILogger<OrderDrain> log)
        : base(log)
    {
        (_desk, _decider, _orders, _placer, _follower) = (desk, decider, orders, placer, follower);
        (_relays, _outlook, _claimer, _circumstances, _time, _topics, _refusals, _log) = (relays, outlook, claimer, circumstances, time, link.Topics, refusals, log);
        _deliveries = deliveries;
        desk.WhenAdvanced(_ => Wake());
        answers.WhenChanged(Wake);
        sightings.WhenNew(Wake);
        blocks.WhenHeard(Wake);
        link.Mqtt.Subscribe(link.Topics.AnyOrder, Hear);
    }

    /// <inheritdoc />
    protected override string Name => "Orders";

    /// <summary>What the store or the chain could not be asked when last tried, or null; for pages and <c>/health</c>.</summary>
    public string? Trouble => _trouble?.Message;

    /// <summary>The household's no and its orders first: they need neither catalogue nor standing, so a store that is silent cannot hold them up.</summary>
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        _follower.DropUnwanted();
        TimeSpan? calls = await _relays.MoveAsync(stop);
        TimeSpan? counts = await _deliveries.PassAsync(stop);
        TimeSpan rest = calls is { } wait && wait < Rest(counts) ? wait : Rest(counts);
        bool soon = await FollowAsync(stop);
        if (_relays.HasUntouched)
            rest = Soon; // the follower signed something just now
        if (_time.GetTimestamp() >= _lookAgain)
            soon |= await LookAsync(stop);
        TimeSpan trouble = _trouble is null ? rest : TimeSpan.FromTicks(Math.Min(rest.Ticks, _pause.Ticks));
        return soon && Soon < trouble ? Soon : trouble;
    }

    private async Task<bool> FollowAsync(CancellationToken stop)
    {
        bool soon = false;
        try
        {
            foreach (PlacedOrder order in _orders.Watched(_time.GetUtcNow()))
                soon |= await _follower.FollowAsync(order, stop);
        }
        catch (EvmException error)
        {
            Stumbled(error);
        }
        return soon;
    }

    /// <summary>Asks what decisions need and places what was decided; while somebody does not answer it is tried ever more slowly.</summary>
    private async Task<bool> LookAsync(CancellationToken stop)
    {
        try
        {
            if (_circumstances.At is not { } at || _time.GetUtcNow() - at > Stale)
                await _outlook.RefreshAsync(stop);
            await _claimer.ClaimAsync(stop);
            bool soon = await PlaceAsync(stop);
            _decider.ReviewAll();
            if (_trouble is not null)
                _log.LogInformation("{Drain}: works again", Name);
            (_trouble, _pause) = (null, TimeSpan.Zero);
            return soon;
        }
        catch (Exception error) when (error is HttpRequestException or StoreRefusal or EvmException)
        {
            Stumbled(error);
            return false;
        }
    }

    private void Stumbled(Exception error)
    {
        if (_trouble is null)
            _log.LogWarning("{Drain}: {Error} Nothing is lost; it tries again", Name, error.Message);
        _pause = _pause == TimeSpan.Zero ? ShortestRest : _pause * 2 < LongestTrouble ? _pause * 2 : LongestTrouble;
        (_trouble, _lookAgain) = (error, _time.GetTimestamp() + (long)(_pause.TotalSeconds * _time.TimestampFrequency));
    }

    private async Task<bool> PlaceAsync(CancellationToken stop)
    {
        bool waiting = false;
        foreach (ReorderProcess process in _desk.Processes.Where(process => process.State == ReorderState.Ordering))
        {
            if (_orders.Of(process.Gtin, process.Number) is not null)
                continue;
            if (await _placer.TryPlaceAsync(process, IsAutomatic(process), stop) is { } refusal)
                _desk.TryAdvance(new ReorderStep(process.Gtin, process.Number, ReorderTrigger.OrderRefused, _time.GetUtcNow(), Note: refusal));
            waiting = true;
        }
        return waiting;
    }

    private bool IsAutomatic(ReorderProcess process) => _desk.WasDecided(process.Gtin, process.Number);

    /// <summary>A sixth of a household day, but no busier than the network bears and no lazier than a member who waits.</summary>
    private TimeSpan Rest(TimeSpan? until)
    {
        TimeSpan rest = until is { } left && left < Usual ? left : Usual;
        rest = _time is HouseholdTime household ? household.ToReal(rest) : rest;
        return rest < ShortestRest ? ShortestRest : rest > LongestRest ? LongestRest : rest;
    }

    /// <summary>A word about an order is a hint to look; the chain alone says where it stands.</summary>
    private void Hear(MqttMessage message)
    {
        if (!_topics.TryParseOrder(message.Topic, out Domain.Identity.OrderId order) || !WireCodec.TryDecode(message.Payload.Span, out OrderNotice? notice, out string? why))
            _refusals.Refuse(message.Topic, "it is no word about an order");
        else if (notice.Order != order)
            _refusals.Refuse(message.Topic, $"it is about order {notice.Order}");
        else
        {
            _log.LogDebug("Order {Order} is {State}{Why}", notice.Order, notice.State, why);
            _deliveries.Expect(order);
            Wake();
        }
    }
}
