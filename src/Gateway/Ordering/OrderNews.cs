using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Ordering;

/// <summary>What the store says about orders on the cooperative's broker: hints to look, for the chain alone says where an order stands.</summary>
internal sealed class OrderNews
{
    private readonly Topics _topics;
    private readonly OrderViews _views;
    private readonly OrderBook _orders;
    private readonly DeliveryRound _deliveries;
    private readonly Refusals _refusals;
    private readonly ILogger<OrderNews> _log;
    private Action _heard = () => { };

    /// <summary>Puts itself on the cooperative's link, which the host starts.</summary>
    public OrderNews(CooperativeLink link, OrderBook orders, OrderViews views, DeliveryRound deliveries, Refusals refusals, ILogger<OrderNews> log)
    {
        (_topics, _orders, _views, _deliveries, _refusals, _log) = (link.Topics, orders, views, deliveries, refusals, log);
        link.Mqtt.Subscribe(link.Topics.AnyOrder, Hear);
    }

    /// <summary>Has <paramref name="handler"/> called after each word; it must return at once. Only while the program is put together.</summary>
    public void WhenHeard(Action handler) => _heard += handler;

    private void Hear(MqttMessage message)
    {
        if (!_topics.TryParseOrder(message.Topic, out OrderId order) || !WireCodec.TryDecode(message.Payload.Span, out OrderNotice? notice, out string? why))
            _refusals.Refuse(message.Topic, "it is no word about an order");
        else if (notice.Order != order)
            _refusals.Refuse(message.Topic, $"it is about order {notice.Order}");
        else
        {
            _log.LogDebug("Order {Order} is {State}{Why}", notice.Order, notice.State, why);
            if (_orders.Find(order) is not null) // the store may name as many as it likes: nothing is kept of those that are none of this gateway's
                _views.Told(order, notice.State);
            _deliveries.Expect(order);
            _heard();
        }
    }
}
