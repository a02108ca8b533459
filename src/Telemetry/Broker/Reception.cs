using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace PantryChain.Telemetry.Broker;

/// <summary>Where connections come in: the gateway's own door on this machine, and the household's, with TLS where a certificate is named.</summary>
/// <remarks>MQTTnet's listener takes everybody; this one gives each connection a place, a deadline and a guard before MQTTnet reads a byte.</remarks>
internal sealed class Reception : IMqttServerAdapter
{
    private const int Backlog = 64, Buffer = 1_024, BufferMost = 16_384;

    private readonly BrokerLimits _limits;
    private readonly PostOffice _post;
    private readonly TimeProvider _real;
    private readonly TcpListener _inside = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private TcpListener? _outside;
    private SslServerAuthenticationOptions? _tls;

    /// <summary>Opens the gateway's own door at a free port of this machine.</summary>
    public Reception(BrokerLimits limits, PostOffice post, TimeProvider real)
    {
        (_limits, _post, _real, Admission) = (limits, post, real, new Admission(limits));
        _inside.Start(Backlog);
    }

    /// <summary>Who is there.</summary>
    public Admission Admission { get; }

    /// <summary>The gateway's own door.</summary>
    public int InsidePort => ((IPEndPoint)_inside.LocalEndpoint).Port;

    /// <summary>The household's door; null while it is shut.</summary>
    public IPEndPoint? Outside => (IPEndPoint?)_outside?.LocalEndpoint;

    /// <inheritdoc />
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>Opens the household's door.</summary>
    /// <param name="at">Address and port.</param>
    /// <param name="certificate">For TLS, or null.</param>
    /// <exception cref="SocketException">It cannot be opened, for example because the port is in use.</exception>
    public void Open(IPEndPoint at, X509Certificate2? certificate)
    {
        TcpListener outside = new(at);
        outside.Start(Backlog);
        _tls = certificate is null ? null : new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        _outside = outside;
        _ = Task.Run(() => AcceptAsync(outside, isInside: false)); // in nobody's context
    }

    /// <summary>Shuts the household's door; who is in stays.</summary>
    public void Shut()
    {
        _outside?.Dispose();
        _outside = null;
    }

    /// <inheritdoc />
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _ = Task.Run(() => AcceptAsync(_inside, isInside: true));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync()
    {
        Shut();
        _inside.Dispose();
        return _stop.CancelAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Shut();
        _inside.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener door, bool isInside)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await door.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(socket, isInside);
            }
            catch (SocketException error) when (error.SocketErrorCode
                is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), _real, CancellationToken.None); // the machine is short of something; the door stays open
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return; // the door was shut
            }
        }
    }

    private async Task ServeAsync(Socket socket, bool isInside)
    {
        using (socket)
        {
            if (socket.RemoteEndPoint is not IPEndPoint from)
                return;
            Visitor visitor = new(from.Address, isInside);
            if (!isInside && !Admission.TryEnter(visitor.Holder))
            {
                _post.Counts.Add(BrokerRefusal.Crowded);
                return;
            }
            try
            {
                await TalkAsync(socket, visitor);
            }
            catch (Exception error) when (error
                is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException or MqttCommunicationException)
            {
                // a connection that ended as connections do
            }
            finally
            {
                if (!isInside)
                    Admission.Leave(visitor.Holder, visitor.IsSeated);
            }
        }
    }

    private async Task TalkAsync(Socket socket, Visitor visitor)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true); // a client of MQTT 3.1.1 may want no keep alive of its own
        CancellationTokenSource deadline = new(_limits.ConnectWithin, _real);
        Stream? stream = visitor.IsInside ? new NetworkStream(socket) : await SecureAsync(new NetworkStream(socket), deadline.Token);
        if (stream is null)
        {
            deadline.Dispose();
            return;
        }
        await using (stream)
        {
            GuardedChannel guard = new(new MqttTcpChannel(stream, socket.LocalEndPoint, socket.RemoteEndPoint, null), _limits.StrangersPacket);
            MqttChannelAdapter wire = new(guard, new MqttPacketFormatterAdapter(new MqttBufferWriter(Buffer, BufferMost)), MqttNetNullLogger.Instance);
            using ClientChannel channel = new(wire, guard, visitor, _post, _limits, _real, deadline);
            try
            {
                if (ClientHandler is { } handler)
                    await handler(channel);
            }
            finally
            {
                if (channel.Session is { } session)
                {
                    if (channel.Will is { } will)
                        _post.Publish(session, will);
                    _post.Leave(session, channel);
                }
            }
        }
    }

    /// <summary>TLS where a certificate is named; null when the other side does not agree in time.</summary>
    private async Task<Stream?> SecureAsync(NetworkStream plain, CancellationToken deadline)
    {
        if (_tls is not { } tls)
            return plain;
        SslStream secure = new(plain);
        try
        {
            await secure.AuthenticateAsServerAsync(tls, deadline);
            return secure;
        }
        catch (Exception error) when (error is AuthenticationException or IOException or OperationCanceledException)
        {
            _post.Counts.Add(deadline.IsCancellationRequested ? BrokerRefusal.SlowConnect : BrokerRefusal.Tls);
            await secure.DisposeAsync();
            return null;
        }
    }
}
