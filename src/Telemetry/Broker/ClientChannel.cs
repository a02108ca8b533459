using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Home;

namespace PantryChain.Telemetry.Broker;

/// <summary>One client between the wire and MQTTnet's server: deadlines, bounds, and all that the server would keep without one.</summary>
/// <remarks>
/// Subscriptions and acknowledgements of what was delivered never reach the server: they are the <see cref="PostOffice"/>'s. What the server answers is counted, so that
/// a client which sends and does not read is not read further.
/// </remarks>
internal sealed class ClientChannel : IMqttChannelAdapter
{
    private readonly MqttChannelAdapter _wire;
    private readonly GuardedChannel _guard;
    private readonly PostOffice _post;
    private readonly BrokerLimits _limits;
    private readonly TimeProvider _real;
    private readonly CancellationTokenSource _connectDeadline;
    private readonly CancellationTokenSource _ended = new();
    private readonly Signal _mail = new(), _answered = new();
    private Task _delivering = Task.CompletedTask;
    private TimeSpan _silence = Timeout.InfiniteTimeSpan;
    private bool _present, _goodbye;
    private int _unanswered;

    /// <summary>A connection whose first packet is awaited.</summary>
    /// <param name="wire">MQTTnet's reader and writer over <paramref name="guard"/>.</param>
    /// <param name="guard">The bytes.</param>
    /// <param name="visitor">Whose connection it is.</param>
    /// <param name="post">Who gets what.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="real">Real time.</param>
    /// <param name="connectDeadline">Cancelled when CONNECT has taken too long; owned from here on.</param>
    public ClientChannel(MqttChannelAdapter wire, GuardedChannel guard, Visitor visitor, PostOffice post, BrokerLimits limits, TimeProvider real,
        CancellationTokenSource connectDeadline)
    {
        (_wire, _guard, Visitor, _post, _limits, _real, _connectDeadline) = (wire, guard, visitor, post, limits, real, connectDeadline);
    }

    /// <summary>Whose connection it is.</summary>
    public Visitor Visitor { get; }

    /// <summary>What the client asked for, as it asked; null before CONNECT.</summary>
    public ConnectWords? Asked { get; private set; }

    /// <summary>Its session; null before it was let in.</summary>
    public BrokerSession? Session { get; private set; }

    /// <summary>Largest packet that the client takes.</summary>
    public long LargestPacket => Asked?.LargestPacket ?? long.MaxValue;

    /// <inheritdoc />
    public long BytesReceived => _wire.BytesReceived;

    /// <inheritdoc />
    public long BytesSent => _wire.BytesSent;

    /// <inheritdoc />
    public X509Certificate2 ClientCertificate => _wire.ClientCertificate;

    /// <inheritdoc />
    public EndPoint RemoteEndPoint => _wire.RemoteEndPoint;

    /// <inheritdoc />
    public EndPoint LocalEndPoint => _wire.LocalEndPoint;

    /// <inheritdoc />
    public bool IsSecureConnection => _wire.IsSecureConnection;

    /// <inheritdoc />
    public MqttPacketFormatterAdapter PacketFormatterAdapter => _wire.PacketFormatterAdapter;

    /// <summary>Lets the client in: from here on its packets may be larger.</summary>
    public void Seat(BrokerSession session, bool present) =>
        (Session, _present, _guard.Most, _guard.HasProperties) = (session, present, _limits.Packet, PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500);

    /// <summary>What is to be published now that the connection has ended; null for nothing. MQTTnet's server forgets it when another connection takes the place.</summary>
    public MqttApplicationMessage? Will => _goodbye ? null : Asked?.Will;

    /// <summary>There may be something to deliver.</summary>
    public void Wake() => _mail.Set();

    /// <summary>Closes the connection at once.</summary>
    public void Close()
    {
        try
        {
            _ended.Cancel();
            _guard.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // it has ended by itself
        }
    }

    /// <inheritdoc />
    public Task ConnectAsync(CancellationToken cancellationToken) => _wire.ConnectAsync(cancellationToken);

    /// <inheritdoc />
    public Task DisconnectAsync(CancellationToken cancellationToken) => _wire.DisconnectAsync(cancellationToken);

    /// <inheritdoc />
    public void ResetStatistics() => _wire.ResetStatistics();

    /// <summary>The next packet that is the server's business; null when the connection has ended.</summary>
    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            while (true)
            {
                while (Volatile.Read(ref _unanswered) >= _limits.Unanswered)
                    await _answered.WaitAsync(stop.Token);
                MqttPacket? packet = Asked is null ? await ReadConnectAsync(stop.Token) : await ReadAsync(stop.Token);
                if (packet is null || !await IsOursAsync(packet, stop.Token))
                    return packet;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception error)
        {
            if (!ConnectionLoss.Is(error))
                _post.Counts.Add(_guard.IsOversized ? BrokerRefusal.Oversized : BrokerRefusal.Malformed);
            return null;
        }
    }

    /// <summary>Sends an answer of the server.</summary>
    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket answer && Asked is { } asked)
            asked.Complete(answer, _limits, Session, _present);
        await WriteAsync(packet, cancellationToken);
        if (packet is MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } && Session is { } session)
        {
            _delivering = DeliverAsync(session);
            if (session.Channel != this) // two came at once with one id, and the server kept the other
                Close();
        }
        else if (packet is MqttPubAckPacket or MqttPubRecPacket or MqttPubRelPacket or MqttPubCompPacket or MqttPingRespPacket)
        {
            Interlocked.Decrement(ref _unanswered);
            _answered.Set();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Close();
        _wire.Dispose();
        _connectDeadline.Dispose();
        _ = EndAsync();
    }

    private async Task EndAsync()
    {
        await _delivering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _mail.Dispose();
        _answered.Dispose();
        _ended.Dispose();
    }

    private async Task<MqttPacket?> ReadConnectAsync(CancellationToken stop)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stop, _connectDeadline.Token);
        MqttPacket? packet = await _wire.ReceivePacketAsync(deadline.Token);
        if (packet is not MqttConnectPacket connect)
        {
            if (_connectDeadline.IsCancellationRequested)
                _post.Counts.Add(BrokerRefusal.SlowConnect);
            return null;
        }
        Asked = ConnectWords.Take(connect, PacketFormatterAdapter.ProtocolVersion, _limits);
        _silence = 1.5 * Asked.KeepAlive; // MQTT 5 section 3.1.2.10
        return connect;
    }

    private async Task<MqttPacket?> ReadAsync(CancellationToken stop)
    {
        if (_silence == TimeSpan.Zero)
            return await _wire.ReceivePacketAsync(stop);
        using CancellationTokenSource patience = new(_silence, _real);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        MqttPacket? packet = await _wire.ReceivePacketAsync(deadline.Token);
        if (packet is null && patience.IsCancellationRequested && !stop.IsCancellationRequested)
            _post.Counts.Add(BrokerRefusal.Silent);
        return packet;
    }

    /// <summary>Does what is not the server's business; true when nothing is left of the packet.</summary>
    /// <exception cref="MqttProtocolViolationException">A client may not send this.</exception>
    private async Task<bool> IsOursAsync(MqttPacket packet, CancellationToken stop)
    {
        if (Session is not { } session)
            return false;
        PacketRules.Check(packet, _limits);
        switch (packet)
        {
            case MqttPubAckPacket taken:
                _post.Acknowledge(session, this, taken.PacketIdentifier);
                return true;
            case MqttSubscribePacket asked:
                List<MqttSubscribeReasonCode> granted = [.. asked.TopicFilters.Select((filter, at) => _post.Subscribe(session, filter, at))];
                await WriteAsync(new MqttSubAckPacket { PacketIdentifier = asked.PacketIdentifier, ReasonCodes = granted }, stop);
                return true;
            case MqttUnsubscribePacket asked:
                List<MqttUnsubscribeReasonCode> gone =
                    [.. asked.TopicFilters.Select(filter => _post.Unsubscribe(session, filter) ? MqttUnsubscribeReasonCode.Success
                        : MqttUnsubscribeReasonCode.NoSubscriptionExisted)];
                await WriteAsync(new MqttUnsubAckPacket { PacketIdentifier = asked.PacketIdentifier, ReasonCodes = gone }, stop);
                return true;
            case MqttPublishPacket { QualityOfServiceLevel: MqttQualityOfServiceLevel.ExactlyOnce } when PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500:
                throw new MqttProtocolViolationException("QoS 2 was not offered."); // CONNACK said so; MQTT 3.1.1 has no way to say it
            case MqttDisconnectPacket bye:
                _goodbye = bye.ReasonCode == MqttDisconnectReasonCode.NormalDisconnection;
                return false;
            case MqttConnectPacket:
                throw new MqttProtocolViolationException("A second CONNECT.");
            case MqttPublishPacket { QualityOfServiceLevel: > MqttQualityOfServiceLevel.AtMostOnce } or MqttPubRecPacket or MqttPubRelPacket or MqttPingReqPacket:
                Interlocked.Increment(ref _unanswered);
                return false;
            default:
                return false;
        }
    }

    private async Task DeliverAsync(BrokerSession session)
    {
        try
        {
            while (!_ended.IsCancellationRequested)
            {
                if (_post.Next(session, this) is { } next)
                    await WriteAsync(next, _ended.Token);
                else
                    await _mail.WaitAsync(_ended.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException or MqttCommunicationException)
        {
            Close();
        }
    }

    private async Task WriteAsync(MqttPacket packet, CancellationToken stop)
    {
        using CancellationTokenSource patience = new(_limits.TakeWithin, _real);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            await _wire.SendPacketAsync(packet, deadline.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            _post.Counts.Add(BrokerRefusal.SlowReader);
            Close(); // half a packet may be on the wire
            throw;
        }
    }
}
