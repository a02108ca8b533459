using PantryChain.Domain.Ordering;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Drains;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Ordering;

/// <summary>The network half of stations 7 to 10: asks what decisions need, places decided orders, brings signed calls, follows orders until they end.</summary>
/// <remarks>
/// Decisions, the store's words about blocks and orders, and a clock wake it. Only the clock and the store's words make it look at store and chain: what happens on
/// the shelves does not, so that nobody can read it from when the gateway asks (<see cref="Discretion"/>).
/// </remarks>
internal sealed class OrderDrain : Drain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);                                               // real time
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(100), LongestRest = TimeSpan.FromMinutes(5); // real time
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(30);                                            // real time

    private readonly ReorderDesk _desk;
    private readonly Decider _decider;
    private readonly OrderBook _orders;
    private readonly OrderPlacer _placer;
    private readonly OrderFollower _follower;
    private readonly RelayDesk _relays;
    private readonly Outlook _outlook;
    private readonly Departures _departures;
    private readonly OrderViews _views;
    private readonly DeliveryRound _deliveries;
    private readonly KeyWatch _keys;
    private readonly TimeProvider _time;
    private readonly Topics _topics;
    private readonly Refusals _refusals;
    private readonly ILogger<OrderDrain> _log;
    private Exception? _trouble;
    private TimeSpan _pause;
    private long _lookAgain;
    private DateTimeOffset _nextLook, _nextDue;
    private int _heard;

    /// <summary>Puts the drain on the cooperative's link and on the desk.</summary>
    public OrderDrain(
        ReorderDesk desk, Decider decider, OrderBook orders, OrderPlacer placer, OrderFollower follower, RelayDesk relays, Outlook outlook, Departures departures, OrderViews views,
        DeliveryRound deliveries, KeyWatch keys, DeliveryDesk answers, SightingBook sightings, BlockDrain blocks, CooperativeLink link, Refusals refusals, TimeProvider time, ILogger<OrderDrain> log)
        : base(log)
    {
        (_desk, _decider, _orders, _placer, _follower) = (desk, decider, orders, placer, follower);
        (_relays, _outlook, _departures, _views, _time, _topics, _refusals, _log) = (relays, outlook, departures, views, time, link.Topics, refusals, log);
        (_deliveries, _keys) = (deliveries, keys);
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

    /// <summary>The household's no and its orders first: they need nothing of the store, so neither its silence nor anything that it says can hold them up.</summary>
    /// <remarks>Each part, and each order and call in it, stumbles for itself: what one of them trips over must not keep a veto from being signed and brought.</remarks>
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        bool looking = _time.GetUtcNow() >= _nextLook;
        int heard = Volatile.Read(ref _heard);
        _nextDue = DateTimeOffset.MaxValue;
        _follower.DropUnwanted();
        bool soon = await FollowAsync(looking || heard > 0, stop);
        TimeSpan? calls = await _relays.MoveAsync(stop);
        TimeSpan? counts = await TryAsync(() => _deliveries.PassAsync(stop), null, stop);
        bool signed = _relays.HasUntouched; // a call waits for another
        if (_time.GetTimestamp() >= _lookAgain)
        {
            if (looking || heard > 0)
                soon |= await TryAsync(() => _keys.LookAsync(stop), false, stop);
            soon |= await LookAsync(looking, stop);
        }
        if (_trouble is null)
            Interlocked.Add(ref _heard, -heard);
        TimeSpan rest = _trouble is null ? Rest(counts) : _pause;
        rest = calls is { } wait && wait < rest ? wait : rest;
        return (soon || signed) && Soon < rest ? Soon : rest;
    }

    private Task<bool> FollowAsync(bool all, CancellationToken stop) =>
        _follower.FollowAllAsync([.. _orders.Watched(_time.GetUtcNow()).Where(order => IsDue(order) | all)], Stumbled, stop);

    private async Task<T> TryAsync<T>(Func<Task<T>> part, T otherwise, CancellationToken stop)
    {
        try
        {
            return await part();
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            Stumbled(error);
            return otherwise;
        }
    }

    /// <summary>Asks what decisions need and places what was decided; while somebody does not answer it is tried ever more slowly.</summary>
    private async Task<bool> LookAsync(bool looking, CancellationToken stop)
    {
        try
        {
            if (looking)
                await _outlook.RefreshAsync(stop);
            if (looking)
                _nextLook = _time.GetUtcNow() + _departures.UntilNextLook();
            bool soon = await PlaceAsync(stop);
            _decider.ReviewAll();
            if (_trouble is not null)
                _log.LogInformation("{Drain}: works again", Name);
            (_trouble, _pause) = (null, TimeSpan.Zero);
            return soon;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
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
            if (_orders.Of(process.Gtin, process.Number) is not null || !IsTime(_departures.DueOf(process)))
                continue;
            if (await _placer.TryPlaceAsync(process, IsAutomatic(process), stop) is { } refusal)
                _desk.TryAdvance(new ReorderStep(process.Gtin, process.Number, ReorderTrigger.OrderRefused, _time.GetUtcNow(), Note: refusal));
            waiting = true;
        }
        return waiting;
    }

    private bool IsAutomatic(ReorderProcess process) => _desk.WasDecided(process.Gtin, process.Number);

    /// <summary>True when this gateway itself has something to see or to do about an order now.</summary>
    private bool IsDue(PlacedOrder order) =>
        order.State == OrderState.None || order is { IsForeign: true, IsFinal: false } || _desk.IsVetoed(order.Terms.Gtin, order.Number) || (_follower.ReleaseAt(order) is { } at && IsTime(at));

    private bool IsTime(DateTimeOffset due)
    {
        if (due <= _time.GetUtcNow())
            return true;
        _nextDue = due < _nextDue ? due : _nextDue;
        return false;
    }

    /// <summary>Until the next look or the next thing that waits for its moment, but no busier than the network bears and no lazier than a member who waits.</summary>
    private TimeSpan Rest(TimeSpan? counts)
    {
        TimeSpan rest = (_nextDue < _nextLook ? _nextDue : _nextLook) - _time.GetUtcNow();
        rest = counts is { } left && left < rest ? left : rest;
        rest = rest > TimeSpan.Zero && _time is HouseholdTime household ? household.ToReal(rest) : rest;
        return rest < ShortestRest ? ShortestRest : rest > LongestRest ? LongestRest : rest;
    }

    /// <summary>A word about an order is a hint to look; the chain alone says where it stands.</summary>
    private void Hear(MqttMessage message)
    {
        if (!_topics.TryParseOrder(message.Topic, out Domain.Identity.OrderId order) || !WireCodec.TryDecode(message.Payload.Span, out OrderNotice? notice, out string? why))
            _refusals.Refuse(_topics.AnyOrder, "it is no word about an order");
        else if (notice.Order != order)
            _refusals.Refuse(_topics.AnyOrder, $"it is about order {notice.Order}");
        else
        {
            _log.LogDebug("Order {Order} is {State}{Why}", notice.Order, notice.State, why);
            _views.Told(notice.Order, notice.State);
            Interlocked.Increment(ref _heard);
            _deliveries.Expect(order);
            Wake();
        }
    }
}
