using System.Runtime.InteropServices;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>What happens on a <see cref="Connection"/>; called on the thread that drives it.</summary>
internal interface IConnectionEvents
{
    void Accepted();

    void Acknowledged(int id, int reason);

    void Received(MqttMessage message);

    void SubscriptionRefused(int id, int reason);
}

/// <summary>One connection to a broker, from CONNECT to its end: one native client, freed as a whole. Used by one thread only.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private static readonly int Initialised = Native.Initialise();

    private readonly MqttOptions _options;
    private readonly IConnectionEvents _events;
    private readonly Dictionary<(string? Schema, string? ContentType), nint> _properties = [];
    private readonly nint _client;
    private GCHandle _self;
    private string? _cause;
    private MqttLossKind _kind;

    public Connection(MqttOptions options, IConnectionEvents events)
    {
        (_options, _events) = (options, events);
        _self = GCHandle.Alloc(this);
        _client = Native.New(options.ClientId, options.SessionExpiry == TimeSpan.Zero, GCHandle.ToIntPtr(_self));
        if (Initialised != MqttWords.Success || _client == 0)
        {
            Dispose();
            throw new InvalidOperationException(MqttWords.OfError(1, 0, options));
        }
    }

    /// <summary>True while there is a socket.</summary>
    public bool IsOpen => _cause is null && Native.Socket(_client) >= 0;

    /// <summary>Why the connection ended, in words; null while nothing is known.</summary>
    public string? Cause => _cause;

    /// <summary>What <see cref="Cause"/> speaks of.</summary>
    public MqttLossKind Kind => _kind;

    /// <summary>True when the broker gave our place to another client of the same id.</summary>
    public bool TakenOver { get; private set; }

    /// <summary>Connects and sends CONNECT; blocks until the network answers.</summary>
    public void Open()
    {
        Configure();
        nint properties = 0;
        try
        {
            if (_options.SessionExpiry > TimeSpan.Zero)
                _ = Native.AddProperty(&properties, Native.PropertySessionExpiry, (uint)_options.SessionExpiry.TotalSeconds);
            int code = Native.Connect(_client, _options.Host, _options.Port, (int)_options.KeepAlive.TotalSeconds, null, properties);
            Note(code, Marshal.GetLastPInvokeError());
        }
        finally
        {
            Native.FreeProperties(&properties);
        }
    }

    /// <summary>Waits for the socket or for <paramref name="wakeup"/>, then reads and writes what is ready.</summary>
    public void Step(Wakeup wakeup, int milliseconds)
    {
        (bool readable, bool writable) = wakeup.Wait(Native.Socket(_client), Native.WantsWrite(_client), milliseconds);
        if (readable)
            Note(Native.LoopRead(_client, 1), 0);
        if (writable && IsOpen)
            Note(Native.LoopWrite(_client, 1), 0);
    }

    /// <summary>Sends a PINGREQ when it is time, and notices a broker that fell silent; to be called about once a second.</summary>
    public void KeepAlive() => Note(Native.LoopMisc(_client), 0);

    /// <summary>Sends a message at QoS 1.</summary>
    /// <param name="message">The message.</param>
    /// <param name="id">Its packet id on this connection.</param>
    /// <returns>Null, or why it can never be sent. A lost connection is no such reason.</returns>
    public string? Publish(MqttMessage message, out int id)
    {
        int packet = 0;
        int code;
        nint marked = message.Correlation.IsEmpty && message.ReplyTo is null ? 0 : Marked(message);
        fixed (byte* payload = message.Payload.Span)
            code = Native.Publish(_client, &packet, message.Topic, message.Payload.Length, payload, 1, message.Retain, marked == 0 ? PropertiesOf(message) : marked);
        Native.FreeProperties(&marked);
        id = packet;
        if (code is MqttWords.Success or MqttWords.NoConnection or MqttWords.ConnectionLost or MqttWords.Errno)
        {
            Note(code, 0);
            return null;
        }
        return $"{message.Topic}: {MqttWords.OfError(code, 0, _options)}";
    }

    /// <summary>Subscribes at QoS 1; the packet id comes back in <see cref="IConnectionEvents.SubscriptionRefused"/>.</summary>
    public int Subscribe(string filter, bool asPublished)
    {
        int packet = 0;
        Note(Native.Subscribe(_client, &packet, filter, 1, asPublished ? Native.SubscribeAsPublished : 0, 0), 0);
        return packet;
    }

    /// <summary>Sends DISCONNECT, so that the broker drops the will.</summary>
    public void Close() => _ = Native.Disconnect(_client, 0, 0);

    public void Dispose()
    {
        if (_client != 0)
            Native.Destroy(_client);
        foreach (nint list in _properties.Values)
        {
            nint first = list;
            Native.FreeProperties(&first);
        }
        _properties.Clear();
        if (_self.IsAllocated)
            _self.Free();
    }

    private void Configure()
    {
        _ = Native.SetOption(_client, Native.OptProtocolVersion, Native.ProtocolV5);
        _ = Native.SetOption(_client, Native.OptSendMaximum, _options.Window);
        Native.OnConnect(_client, &OnConnect);
        Native.OnDisconnect(_client, &OnDisconnect);
        Native.OnPublish(_client, &OnPublish);
        Native.OnSubscribe(_client, &OnSubscribe);
        Native.OnMessage(_client, &OnMessage);
        if (_options.Username is not null)
            Require(Native.SetCredentials(_client, _options.Username, _options.Password));
        if (_options.StatusTopic is not null)
        {
            ReadOnlySpan<byte> offline = Presence.Offline;
            fixed (byte* payload = offline)
                Require(Native.SetWill(_client, _options.StatusTopic, offline.Length, payload, 1, retain: true, 0));
        }
        if (_options.Tls is { } tls)
            ConfigureTls(tls);
    }

    private void ConfigureTls(MqttTls tls)
    {
        if (tls.CaFile is null)
            Require(Native.SetOption(_client, Native.OptTlsUseOsCertificates, 1));
        if (tls.CaFile is not null || tls.CertificateFile is not null)
            Require(Native.SetTls(_client, tls.CaFile, null, tls.CertificateFile, tls.KeyFile, 0));
        Require(Native.SetTlsOptions(_client, Native.SslVerifyPeer, "tlsv1.2", null)); // the lowest version that is allowed
    }

    private void Require(int code)
    {
        if (code != MqttWords.Success)
            throw new InvalidOperationException(MqttWords.OfError(code, Marshal.GetLastPInvokeError(), _options));
    }

    private void Note(int code, int errno)
    {
        if (code != MqttWords.Success)
            End(MqttWords.KindOfError(code), MqttWords.OfError(code, errno, _options));
    }

    private void End(MqttLossKind kind, string cause)
    {
        if (_cause is null)
            (_cause, _kind) = (cause, kind);
    }

    // The list is handed to the library once per pair and copied there for every message (mosquitto_property_copy_all).
    private nint PropertiesOf(MqttMessage message)
    {
        if (message.Schema is null && message.ContentType is null)
            return 0;
        ref nint list = ref CollectionsMarshal.GetValueRefOrAddDefault(_properties, (message.Schema, message.ContentType), out bool known)!;
        if (known)
            return list;
        return list = Built(message);
    }

    /// <summary>The same with response topic and correlation data; such a list is for one message, and whoever asked frees it.</summary>
    private static nint Marked(MqttMessage message)
    {
        nint built = Built(message);
        if (message.ReplyTo is { } topic)
            _ = Native.AddProperty(&built, Native.PropertyResponseTopic, topic);
        if (message.Correlation.IsEmpty)
            return built;
        fixed (byte* data = message.Correlation.Span)
            _ = Native.AddProperty(&built, Native.PropertyCorrelationData, data, (ushort)message.Correlation.Length);
        return built;
    }

    private static nint Built(MqttMessage message)
    {
        nint built = 0;
        if (message.Schema is not null)
            _ = Native.AddProperty(&built, Native.PropertyUser, "schema", message.Schema);
        if (message.ContentType is not null)
            _ = Native.AddProperty(&built, Native.PropertyUser, "content-type", message.ContentType);
        return built;
    }

    private static Connection Of(nint user) => (Connection)GCHandle.FromIntPtr(user).Target!;

    [UnmanagedCallersOnly]
    private static void OnConnect(nint client, nint user, int reason, int flags, nint properties)
    {
        Connection self = Of(user);
        if (reason >= MqttWords.FirstFailure)
            self.End(MqttWords.KindOfReason(reason), MqttWords.OfReason(reason, self._options));
        else
            self._events.Accepted();
    }

    [UnmanagedCallersOnly]
    private static void OnDisconnect(nint client, nint user, int reason, nint properties)
    {
        // Below 0x80 the number is one of the library's own codes, from there on one of MQTT's.
        Connection self = Of(user);
        self.TakenOver |= reason == MqttWords.SessionTakenOver;
        if (reason >= MqttWords.FirstFailure)
            self.End(MqttWords.KindOfReason(reason), MqttWords.OfReason(reason, self._options));
        else
            self.Note(reason == MqttWords.Success ? MqttWords.ConnectionLost : reason, 0);
    }

    [UnmanagedCallersOnly]
    private static void OnPublish(nint client, nint user, int id, int reason, nint properties) => Of(user)._events.Acknowledged(id, reason);

    [UnmanagedCallersOnly]
    private static void OnSubscribe(nint client, nint user, int id, int count, int* granted, nint properties)
    {
        if (count > 0 && granted[0] >= MqttWords.FirstFailure)
            Of(user)._events.SubscriptionRefused(id, granted[0]);
    }

    [UnmanagedCallersOnly]
    private static void OnMessage(nint client, nint user, Native.Message* message, nint properties)
    {
        string topic = Marshal.PtrToStringUTF8((nint)message->Topic) ?? "";
        byte[] payload = new ReadOnlySpan<byte>(message->Payload, message->Length).ToArray();
        (string? schema, string? contentType) = properties == 0 ? default : UserProperties(properties);
        Of(user)._events.Received(new MqttMessage(topic, payload, message->Retain != 0, schema, contentType)
        {
            ReplyTo = properties == 0 ? null : ReplyTo(properties), Correlation = properties == 0 ? default : Correlation(properties),
        });
    }

    private static string? ReplyTo(nint list)
    {
        byte* value;
        if (Native.ReadProperty(list, Native.PropertyResponseTopic, &value, false) == 0)
            return null;
        string? topic = Marshal.PtrToStringUTF8((nint)value);
        NativeMemory.Free(value);
        return topic;
    }

    private static byte[] Correlation(nint list)
    {
        byte* value;
        ushort length;
        if (Native.ReadProperty(list, Native.PropertyCorrelationData, &value, &length, false) == 0)
            return [];
        byte[] data = new ReadOnlySpan<byte>(value, length).ToArray();
        NativeMemory.Free(value);
        return data;
    }

    private static (string? Schema, string? ContentType) UserProperties(nint list)
    {
        string? schema = null, contentType = null;
        byte* name, value;
        for (nint at = Native.ReadProperty(list, Native.PropertyUser, &name, &value, false); at != 0;
            at = Native.ReadProperty(at, Native.PropertyUser, &name, &value, true))
        {
            string? text = Marshal.PtrToStringUTF8((nint)value);
            ReadOnlySpan<byte> key = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            if (key.SequenceEqual("schema"u8))
                schema = text;
            else if (key.SequenceEqual("content-type"u8))
                contentType = text;
            NativeMemory.Free(name);
            NativeMemory.Free(value);
        }
        return (schema, contentType);
    }
}
