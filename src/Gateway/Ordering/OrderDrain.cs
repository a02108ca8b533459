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
/// <remarks>Woken by decisions, by the store's words about blocks and orders, and by a clock that is slow while nothing is under way.</remarks>
internal sealed class OrderDrain : Drain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);                                               // real time
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(400), LongestRest = TimeSpan.FromMinutes(5); // real time
    private static readonly TimeSpan Usual = TimeSpan.FromHours(4);                                                        // household time
    private static readonly TimeSpan Stale = TimeSpan.FromHours(6);                                                        // household time

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

    /// <inheritdoc />
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        if (_circumstances.At is not { } at || _time.GetUtcNow() - at > Stale)
            await _outlook.RefreshAsync(stop);
        await _claimer.ClaimAsync(stop);
        bool soon = await PlaceAsync(stop);
        soon |= await _relays.MoveAsync(stop);
        TimeSpan? counts = await _deliveries.PassAsync(stop);
        foreach (PlacedOrder order in _orders.UnderWay())
            soon |= await _follower.FollowAsync(order, stop);
        _decider.ReviewAll();
        return soon ? Soon : Rest(counts);
    }

    private async Task<bool> PlaceAsync(CancellationToken stop)
    {
        bool waiting = false;
        foreach (ReorderProcess process in _desk.Processes.Where(process => process.State == ReorderState.Ordering))
        {
            bool vetoed = _desk.IsVetoed(process.Gtin, process.Number);
            if (_orders.Of(process.Gtin, process.Number) is not null)
                continue;
            string? refusal = vetoed ? "called off before it was signed" : await _placer.TryPlaceAsync(process, IsAutomatic(process), stop);
            if (refusal is not null)
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
