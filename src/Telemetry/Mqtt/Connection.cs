using System.Buffers;
using System.Net.Sockets;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>Why a connection ended or was never made.</summary>
/// <param name="Kind">What it speaks of.</param>
/// <param name="Words">The cause and the next step.</param>
internal sealed record Ending(MqttLossKind Kind, string Words);

/// <summary>One connection to a broker, from CONNECT to its end: one client of MQTTnet.</summary>
/// <remarks>Publishing is for one caller; what arrives is told on MQTTnet's own task, one message after the other.</remarks>
internal sealed class Connection : IAsyncDisposable
{
    private static readonly MqttClientFactory Factory = new();

    private readonly MqttOptions _options;
    private readonly IMqttClient _client = Factory.CreateMqttClient();
    private readonly TaskCompletionSource<Ending> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _largest = uint.MaxValue;

    public Connection(MqttOptions options, Action<MqttMessage> received)
    {
        _options = options;
        _client.ApplicationMessageReceivedAsync += async arrived =>
        {
            await Task.WhenAny(_greeted.Task, _ended.Task);
            arrived.AutoAcknowledge = _greeted.Task.IsCompleted; // else the broker keeps it for the next connection
            if (arrived.AutoAcknowledge)
                received(Read(arrived.ApplicationMessage));
        };
        _client.DisconnectedAsync += lost =>
        {
            _ended.TrySetResult(Explain(lost));
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes with the cause when the connection has ended.</summary>
    public Task<Ending> Ended => _ended.Task;

    /// <summary>True when the broker gave our place to another client of the same id.</summary>
    public bool TakenOver { get; private set; }

    /// <summary>Most messages that may be sent and not acknowledged: ours or the broker's, whichever is fewer.</summary>
    public int Window { get; private set; }

    /// <summary>Connects; null when the broker has taken us, else why not.</summary>
    public async Task<Ending?> OpenAsync(CancellationToken stop)
    {
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(MqttLink.AnswerWithin);
            MqttClientOptions settings = BrokerSettings.Of(_options);
            MqttClientConnectResult taken = await _client.ConnectAsync(settings, patience.Token);
            return (int)taken.ResultCode >= MqttWords.FirstFailure ? Refused((int)taken.ResultCode) : Agree(taken, settings);
        }
        catch (Exception error)
        {
            if (stop.IsCancellationRequested) // MQTTnet wraps our cancellation in an error of its own
                return new Ending(MqttLossKind.Away, MqttWords.Lost(_options));
            return _ended.Task.IsCompleted && await _ended.Task is { Kind: not MqttLossKind.Away } refused ? refused
                : error is OperationCanceledException or MqttCommunicationTimedOutException ? await SilentAsync(stop)
                : MqttWords.OfError(error, _options);
        }
    }

    /// <summary>Subscribes at QoS 1 to all of them in one packet; what the broker refuses, in words.</summary>
    public async Task<IReadOnlyList<string>> SubscribeAsync(IReadOnlyList<(string Filter, bool AsPublished)> filters, CancellationToken stop)
    {
        if (filters.Count == 0)
            return [];
        MqttClientSubscribeOptionsBuilder asked = new();
        foreach ((string filter, bool asPublished) in filters)
            asked.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce, noLocal: false, asPublished);
        MqttClientSubscribeResult answer = await _client.SubscribeAsync(asked.Build(), stop);
        return [.. answer.Items.Where(item => (int)item.ResultCode >= MqttWords.FirstFailure)
            .Select(item => $"Subscription to {item.TopicFilter.Topic}: {MqttWords.OfReason((int)item.ResultCode, _options)}")];
    }

    /// <summary>Sends a message at QoS 1; null once the broker has it, else why it never will.</summary>
    /// <exception cref="MqttCommunicationException">The connection was lost first.</exception>
    /// <exception cref="OperationCanceledException">The connection was lost first.</exception>
    public async Task<string?> PublishAsync(MqttMessage message)
    {
        if (_largest != uint.MaxValue && SizeOf(message) > _largest)
            return MqttWords.TooLarge(message.Topic, _largest);
        MqttClientPublishResult answer = await _client.PublishAsync(Written(message));
        return (int)answer.ReasonCode < MqttWords.FirstFailure ? null : MqttWords.OfPublish((int)answer.ReasonCode, message.Topic, _options);
    }

    /// <summary>Hands on what has arrived and what will: what is retained comes while we still subscribe, and nobody may hear it before they know of the connection.</summary>
    public void Greet() => _greeted.TrySetResult();

    /// <summary>Gives the connection up for a cause that the client cannot see. No DISCONNECT is sent, so the broker speaks the will.</summary>
    public void End(Ending cause) => _ended.TrySetResult(cause);

    /// <summary>Sends DISCONNECT, so that the broker drops the will.</summary>
    public Task CloseAsync(CancellationToken stop) => _client.DisconnectAsync(new MqttClientDisconnectOptions(), stop);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private Ending? Agree(MqttClientConnectResult taken, MqttClientOptions settings)
    {
        if (taken.MaximumQoS == MqttQualityOfServiceLevel.AtMostOnce || !taken.RetainAvailable)
            return new Ending(MqttLossKind.Unfit, MqttWords.TooLittle(_options));
        if (taken.ServerKeepAlive > 0 && taken.ServerKeepAlive < _options.KeepAlive.TotalSeconds)
            settings.KeepAlivePeriod = TimeSpan.FromSeconds(taken.ServerKeepAlive); // the client's pings go by its own options
        Window = taken.ReceiveMaximum is > 0 and ushort most ? Math.Min(_options.Window, most) : _options.Window; // MQTTnet says 0 where the broker says nothing
        _largest = taken.MaximumPacketSize is > 0 and uint largest ? largest : uint.MaxValue;
        return null;
    }

    private Ending Refused(int reason) => new(MqttWords.KindOfReason(reason), MqttWords.OfReason(reason, _options));

    private Ending Explain(MqttClientDisconnectedEventArgs lost)
    {
        TakenOver |= (int)lost.Reason == MqttWords.SessionTakenOver;
        if (lost.ConnectResult is { } answer && (int)answer.ResultCode >= MqttWords.FirstFailure)
            return Refused((int)answer.ResultCode);
        if ((int)lost.Reason > MqttWords.FirstFailure) // 0x80 is MQTTnet's word for "no word"
            return Refused((int)lost.Reason);
        return lost.Exception is null ? new Ending(MqttLossKind.Away, MqttWords.Lost(_options)) : MqttWords.OfError(lost.Exception, _options);
    }

    /// <summary>Tells a network that does not answer from something that takes connections and is no broker.</summary>
    private async Task<Ending> SilentAsync(CancellationToken stop)
    {
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            using TcpClient probe = new();
            await probe.ConnectAsync(_options.Host, _options.Port, patience.Token);
            return new Ending(MqttLossKind.Unfit, MqttWords.NoBroker(_options));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return MqttWords.OfError(error is SocketException ? error : new SocketException((int)SocketError.TimedOut), _options);
        }
    }

    /// <summary>Bytes of the PUBLISH at most (MQTT 5, section 3.3).</summary>
    private static long SizeOf(MqttMessage message)
    {
        const int Heads = 5 + 2 + 2 + 4; // fixed header, topic length, packet id, length of the properties
        return Heads + Utf8(message.Topic) + message.Payload.Length + Pair("schema", message.Schema) + Pair("content-type", message.ContentType)
            + (message.ReplyTo is { } topic ? 3 + Utf8(topic) : 0) + (message.Correlation.IsEmpty ? 0 : 3 + message.Correlation.Length);

        static long Pair(string name, string? value) => value is null ? 0 : 5 + Utf8(name) + Utf8(value);
        static long Utf8(string text) => Encoding.UTF8.GetByteCount(text);
    }

    private static MqttApplicationMessage Written(MqttMessage message)
    {
        MqttApplicationMessage written = new()
        {
            Topic = message.Topic, Payload = new ReadOnlySequence<byte>(message.Payload), Retain = message.Retain, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            ResponseTopic = message.ReplyTo, CorrelationData = message.Correlation.IsEmpty ? null : message.Correlation.ToArray(),
        };
        if (message.Schema is not null || message.ContentType is not null)
            written.UserProperties = Properties(message);
        return written;
    }

    private static List<MqttUserProperty> Properties(MqttMessage message)
    {
        List<MqttUserProperty> properties = new(2);
        if (message.Schema is not null)
            properties.Add(new MqttUserProperty("schema", Encoding.UTF8.GetBytes(message.Schema).AsMemory()));
        if (message.ContentType is not null)
            properties.Add(new MqttUserProperty("content-type", Encoding.UTF8.GetBytes(message.ContentType).AsMemory()));
        return properties;
    }

    private static MqttMessage Read(MqttApplicationMessage message) =>
        new(message.Topic, message.Payload.ToArray(), message.Retain, PropertyOf(message, "schema"), PropertyOf(message, "content-type"))
        {
            ReplyTo = message.ResponseTopic, Correlation = message.CorrelationData ?? [],
        };

    private static string? PropertyOf(MqttApplicationMessage message, string name) => message.UserProperties?.FindLast(property => property.Name == name)?.ReadValueAsString();
}
