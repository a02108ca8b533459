using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>A handler and what it asked for.</summary>
/// <param name="Filter">A topic filter.</param>
/// <param name="Handler">Called with each matching message.</param>
/// <param name="AsPublished">True for the sender's own retain flag.</param>
internal sealed record Subscription(string Filter, Action<MqttMessage> Handler, bool AsPublished);

/// <summary>Everybody who hears of a link's connections, losses and messages. One handler runs at a time. Thread safe.</summary>
internal sealed class Listeners(ILogger log)
{
    private readonly Lock _changing = new(), _calling = new();
    private ImmutableList<Subscription> _subscriptions = [];
    private ImmutableList<Action> _whenConnected = [];
    private ImmutableList<Action<string>> _whenLost = [];

    /// <summary>All subscriptions so far, the oldest first.</summary>
    public ImmutableList<Subscription> Subscriptions => _subscriptions;

    /// <summary>One more who hears messages.</summary>
    public void Add(Subscription subscription)
    {
        lock (_changing)
            _subscriptions = _subscriptions.Add(subscription);
    }

    /// <summary>One more who hears of every connection.</summary>
    public void AddConnected(Action handler)
    {
        lock (_changing)
            _whenConnected = _whenConnected.Add(handler);
    }

    /// <summary>One more who hears the cause of every loss.</summary>
    public void AddLost(Action<string> handler)
    {
        lock (_changing)
            _whenLost = _whenLost.Add(handler);
    }

    /// <summary>Tells of a connection.</summary>
    public void Connected() => _whenConnected.ForEach(Call);

    /// <summary>Tells of a loss.</summary>
    public void Lost(string cause) => _whenLost.ForEach(handler => Call(() => handler(cause)));

    /// <summary>Hands a message to all whose filter it matches.</summary>
    public void Receive(MqttMessage message)
    {
        foreach ((string filter, Action<MqttMessage> handler, _) in _subscriptions)
        {
            if (TopicFilter.Matches(filter, message.Topic))
                Call(() => handler(message));
        }
    }

    // What a handler throws would leave its message without an acknowledgement, and it would come again for ever.
    private void Call(Action handler)
    {
        try
        {
            lock (_calling)
                handler();
        }
        catch (Exception error)
        {
            log.LogError(error, "A handler of the MQTT link failed");
        }
    }
}
