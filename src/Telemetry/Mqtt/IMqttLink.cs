namespace PantryChain.Telemetry.Mqtt;

/// <summary>A lasting link to one MQTT 5 broker that comes back by itself.</summary>
/// <remarks>
/// Presence, when asked for, is the link's own work: the will and a clean stop say <c>offline</c>, every connection begins with <c>online</c>. Thread safe.
/// </remarks>
public interface IMqttLink : IAsyncDisposable
{
    /// <summary>True between a broker's acceptance and the loss of the connection.</summary>
    bool IsConnected { get; }

    /// <summary>How many times a broker has accepted us, 0 before the first; grows by one with every new connection.</summary>
    long Connections { get; }

    /// <summary>Has <paramref name="handler"/> called after each acceptance, when subscriptions are restored and before the first message of the connection is handed on; one handler at a time, so it must return at once.</summary>
    void WhenConnected(Action handler);

    /// <summary>Has <paramref name="handler"/> called with the cause in words when a connection is lost or refused; on the link's own thread, so it must return at once.</summary>
    void WhenLost(Action<string> handler);

    /// <summary>Why the newest connection was lost, or none was made; null while that never happened. It stays when the broker is back.</summary>
    MqttLoss? Loss { get; }

    /// <summary>Starts connecting; returns at once. Subscribe before, so that nothing is missed.</summary>
    void Start();

    /// <summary>
    /// Publishes at QoS 1; completes when the broker has acknowledged it, over as many connections as that takes. Messages are sent in the order of the calls
    /// and may arrive twice. They wait in memory while there is no connection: whoever publishes a lot limits what is outstanding.
    /// </summary>
    /// <exception cref="MqttRefusedException">The broker refused this message for good, for example by its ACL.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the link was stopped; the message may still have arrived.</exception>
    Task PublishAsync(MqttMessage message, CancellationToken cancellation = default);

    /// <summary>
    /// Publishes at QoS 1 on one connection or not at all: true when the broker has acknowledged it, false when that connection is not the current one or
    /// was lost before. For senders that send again in an order of their own after a loss. Messages are sent in the order of the calls.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="connection">Number of the connection, as <see cref="Connections"/> gave it.</param>
    /// <exception cref="MqttRefusedException">The broker refused this message for good, for example by its ACL.</exception>
    Task<bool> PublishOnceAsync(MqttMessage message, long connection);

    /// <summary>Subscribes at QoS 1 now and after every reconnection. Handlers run one after the other on the link's own thread: hand work on and return.</summary>
    /// <param name="filter">A topic filter, wildcards allowed.</param>
    /// <param name="handler">Called with each matching message; what it throws is logged and counted, nothing more.</param>
    /// <param name="asPublished">True for the sender's own retain flag (MQTT 5, "retain as published"); false for that of the broker, which is set only on what it had kept.</param>
    void Subscribe(string filter, Action<MqttMessage> handler, bool asPublished = false);

    /// <summary>Completes once connected.</summary>
    Task WaitConnectedAsync(CancellationToken cancellation);

    /// <summary>Says <c>offline</c>, disconnects cleanly and ends the link's thread; what is not acknowledged by then is cancelled.</summary>
    Task StopAsync(CancellationToken cancellation);
}

/// <summary>A message as published or received.</summary>
/// <param name="Topic">The topic, without wildcards.</param>
/// <param name="Payload">The bytes; must not change until published.</param>
/// <param name="Retain">When publishing: the broker keeps it. When received: it was kept, not just published.</param>
/// <param name="Schema">User property <c>schema</c>, for example <c>pantrychain.event/1</c>, or null.</param>
/// <param name="ContentType">User property <c>content-type</c>, or null.</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retain = false, string? Schema = null, string? ContentType = null)
{
    /// <summary>The response topic that the sender names (MQTT 5, section 3.3.2.3.5), or null.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Correlation data (section 3.3.2.3.6), which an answer carries back; empty for none.</summary>
    public ReadOnlyMemory<byte> Correlation { get; init; }
}

/// <summary>The broker refused one message for good.</summary>
public sealed class MqttRefusedException(string message) : Exception(message);

/// <summary>What a lost or refused connection speaks of.</summary>
public enum MqttLossKind : byte
{
    /// <summary>The broker does not answer, restarts or is busy: it comes back by itself.</summary>
    Away,

    /// <summary>It does not take the login.</summary>
    NotAuthorised,

    /// <summary>Another client takes our place under the same name; told so, or from one short connection after the other.</summary>
    TakenOver,

    /// <summary>TLS fails: certificate, name or dates.</summary>
    Tls,

    /// <summary>It is no MQTT 5 broker, or does not allow what we need.</summary>
    Unfit,
}

/// <summary>A lost or refused connection.</summary>
/// <param name="Kind">What it speaks of.</param>
/// <param name="Words">The cause and the next step, in English, as logged.</param>
/// <param name="At">Real time.</param>
public sealed record MqttLoss(MqttLossKind Kind, string Words, DateTimeOffset At);
