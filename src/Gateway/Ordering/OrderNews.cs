using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Ordering;

/// <summary>What the store says about orders on the cooperative's broker: hints to look, for the chain alone says where an order stands.</summary>
/// <remarks>
/// A word about an order that is not in the book is counted and forgotten, for whoever speaks there may name as many as it likes. The first in an hour makes the gateway look all
/// the same: an order that somebody else made with this device's key is heard of in no other way so soon.
/// </remarks>
internal sealed class OrderNews
{
    private static readonly TimeSpan BetweenUnknown = TimeSpan.FromHours(1); // household time

    private readonly Topics _topics;
    private readonly OrderBook _orders;
    private readonly OrderViews _views;
    private readonly DeliveryRound _deliveries;
    private readonly Refusals _refusals;
    private readonly TimeProvider _time;
    private readonly ILogger<OrderNews> _log;
    private Action _heard = () => { };
    private DateTimeOffset? _unknownAt; // on the link's thread

    /// <summary>Puts itself on the cooperative's link, which the host starts.</summary>
    public OrderNews(CooperativeLink link, OrderBook orders, OrderViews views, DeliveryRound deliveries, Refusals refusals, TimeProvider time, ILogger<OrderNews> log)
    {
        (_topics, _orders, _views, _deliveries, _refusals, _time, _log) = (link.Topics, orders, views, deliveries, refusals, time, log);
        link.Mqtt.Subscribe(link.Topics.AnyOrder, Hear);
    }

    /// <summary>Has <paramref name="handler"/> called after each word; it must return at once. Only while the program is put together.</summary>
    public void WhenHeard(Action handler) => _heard += handler;

    /// <summary>Takes one word; from the link's thread.</summary>
    internal void Hear(MqttMessage message)
    {
        if (!_topics.TryParseOrder(message.Topic, out OrderId order) || !WireCodec.TryDecode(message.Payload.Span, out OrderNotice? notice, out string? why))
            _refusals.Refuse(_topics.AnyOrder, $"{message.Topic} is no word about an order");
        else if (notice.Order != order)
            _refusals.Refuse(_topics.AnyOrder, $"{message.Topic} is about order {notice.Order}");
        else if (_orders.Find(order) is null)
            HearUnknown(message.Topic);
        else
        {
            _log.LogDebug("Order {Order} is {State}{Why}", notice.Order, notice.State, why);
            _views.Told(notice.Order, notice.State);
            _deliveries.Expect(order);
            _heard();
        }
    }

    private void HearUnknown(string topic)
    {
        _refusals.Refuse(_topics.AnyOrder, $"{topic} is about an order that this gateway does not know");
        DateTimeOffset now = _time.GetUtcNow();
        if (now - _unknownAt < BetweenUnknown)
            return;
        _unknownAt = now;
        _heard();
    }
}
