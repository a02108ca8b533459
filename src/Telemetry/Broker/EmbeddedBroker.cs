using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Protocol;
using MQTTnet.Server;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Broker;

/// <summary>The family's MQTT broker inside the gateway, for households that have none: MQTTnet's server behind a guard, with users, bounds and a memory of its own.</summary>
/// <remarks>Whatever happens at the household's door, the gateway's own link works and the walk goes on. Thread safe.</remarks>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(10);

    private readonly BrokerOptions _options;
    private readonly BrokerUsers _users;
    private readonly string _file;
    private readonly TimeProvider _real;
    private readonly ILogger<EmbeddedBroker> _log;
    private readonly PostOffice _post;
    private readonly Reception _reception;
    private readonly Doorkeeper _doorkeeper;
    private readonly MqttServer _server;
    private readonly CancellationTokenSource _stop = new();
    private SqliteFile? _sqlite;
    private BrokerStore? _store;
    private Task _keeping = Task.CompletedTask;
    private long _unsaved;
    private bool _disposed;

    /// <summary>A broker that <see cref="StartAsync"/> starts; the gateway's own door is open from here on.</summary>
    /// <param name="options">Where it listens.</param>
    /// <param name="users">Whom it lets in.</param>
    /// <param name="file">Where retained messages and sessions are kept.</param>
    /// <param name="real">Real time, in which brokers live.</param>
    /// <param name="log">For what somebody must put right.</param>
    public EmbeddedBroker(BrokerOptions options, BrokerUsers users, string file, TimeProvider real, ILogger<EmbeddedBroker> log)
    {
        (_options, _users, _file, _real, _log) = (options, users, file, real, log);
        _post = new PostOffice(options.Limits, real);
        _reception = new Reception(options.Limits, _post, real);
        OwnPassword = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _doorkeeper = new Doorkeeper(options, users, _post, _reception.Admission, OwnPassword, real);
        MqttServerOptions settings = new() { DefaultCommunicationTimeout = options.Limits.ConnectWithin + options.Limits.TakeWithin, WriterBufferSize = 1_024 };
        settings.KeepAliveOptions.MonitorInterval = TimeSpan.FromMinutes(1); // ours are the channel's; this one sees none
        _server = new MqttServer(settings, [_reception], MqttNetNullLogger.Instance);
        _server.ValidatingConnectionAsync += _doorkeeper.JudgeAsync;
        _server.InterceptingPublishAsync += Take;
    }

    /// <summary>User name of the gateway's own link; no user of the file can have it.</summary>
    public static string OwnUser => Doorkeeper.OwnUser;

    /// <summary>Password of the gateway's own link, made for this life alone.</summary>
    public string OwnPassword { get; }

    /// <summary>Port of the gateway's own door, on this machine.</summary>
    public int OwnPort => _reception.InsidePort;

    /// <summary>The household's door; null while it is shut, which <see cref="Trouble"/> explains.</summary>
    public IPEndPoint? Listens => _reception.Outside;

    /// <summary>What somebody must put right, with the next step; null while all is well.</summary>
    public BrokerTrouble? Trouble => DoorTrouble ?? StoreTrouble ?? (_users.Trouble is { } users ? new BrokerTrouble(BrokerFault.Users, users) : null);

    /// <summary>Changes that are not in the file yet.</summary>
    public int Unwritten => _post.Unwritten;

    private BrokerTrouble? DoorTrouble { get; set; }

    private BrokerTrouble? StoreTrouble { get; set; }

    /// <summary>Reads what was kept, and opens the household's door or says why not.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Remember();
        await _server.StartAsync();
        TryOpen();
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
    }

    /// <summary>Ends all connections and writes what is not written yet.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await _keeping.WaitAsync(cancellation);
        await CloseAsync();
        Save();
    }

    /// <summary>How it is.</summary>
    public BrokerReport Report()
    {
        (int sessions, int retained, long waiting) = _post.Figures;
        return new BrokerReport(Listens?.ToString(), Trouble?.Words, _reception.Admission.Clients, sessions, retained, waiting, Interlocked.Read(ref _unsaved),
            Enum.GetValues<BrokerRefusal>().Where(why => _post.Counts[why] > 0).ToDictionary(why => why, why => _post.Counts[why]));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _stop.CancelAsync();
        await _keeping;
        await CloseAsync();
        _server.Dispose();
        _doorkeeper.Dispose();
        _sqlite?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Ends at once and writes nothing, as a killed process does; for tests of what survives that.</summary>
    internal async Task KillAsync()
    {
        _post.TakeChanges();
        _store = null;
        await DisposeAsync();
    }

    private Task CloseAsync() => _server.StopAsync(new MqttServerStopOptions { DefaultClientDisconnectOptions = { ReasonCode = MqttDisconnectReasonCode.ServerShuttingDown } });

    private Task Take(InterceptingPublishEventArgs published)
    {
        published.ProcessPublish = false; // delivered, retained and kept by us
        if (SessionOf(published.SessionItems) is not { } sender)
        {
            published.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            return Task.CompletedTask;
        }
        (published.Response.ReasonCode, published.CloseConnection) = _post.Publish(sender, published.ApplicationMessage);
        return Task.CompletedTask;
    }

    private static BrokerSession? SessionOf(IDictionary items) => items[Doorkeeper.SessionItem] as BrokerSession;

    private void Remember()
    {
        try
        {
            _store = BrokerStore.Open(_file, out _sqlite);
            _post.Restore(_store.Read(), _doorkeeper.RightsOf);
        }
        catch (Exception error) when (error is StorageException or SqliteException or System.Text.Json.JsonException)
        {
            _store = null;
            StoreTrouble = new BrokerTrouble(BrokerFault.Memory, $"The home broker forgets retained messages and sessions when it stops: {error.Message}");
            _log.LogError("{Trouble}", StoreTrouble.Words);
        }
    }

    private void TryOpen()
    {
        BrokerTrouble? trouble = WhyShut();
        X509Certificate2? certificate = null;
        try
        {
            if (trouble is null)
            {
                certificate = _options.CertificateFile is { } file ? ServerCertificate.Read(file, _options.KeyFile) : null;
                _reception.Open(new IPEndPoint(_options.Address, _options.Port), certificate);
            }
        }
        catch (SocketException error)
        {
            certificate?.Dispose();
            trouble = error.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new BrokerTrouble(BrokerFault.PortInUse,
                    $"Port {_options.Port} is in use, so nobody but the gateway reaches the home broker. Stop the other program "
                    + "(often Debian's mosquitto: 'systemctl disable --now mosquitto'), choose another home.port, or name that broker in gateway.json: \"home\": { \"host\": \"127.0.0.1\" }.")
                : new BrokerTrouble(BrokerFault.Address,
                    $"The home broker cannot listen at {_options.Address}:{_options.Port} ({error.Message}). Correct home.address and home.port in gateway.json.");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            trouble = new BrokerTrouble(
                BrokerFault.Certificate, $"The home broker's certificate cannot be used ({error.Message.TrimEnd('.')}). Correct home.certificateFile and home.keyFile in gateway.json.");
        }
        if (trouble is not null && trouble != DoorTrouble)
            _log.LogError("{Trouble} It is tried again by itself.", trouble.Words);
        else if (trouble is null)
            _log.LogInformation("The home broker listens at {Where}{Tls}", Listens, certificate is null ? "" : " by TLS");
        DoorTrouble = trouble;
    }

    private BrokerTrouble? WhyShut() => IPAddress.IsLoopback(_options.Address) ? null
        : _options.Anonymous is not null ? new BrokerTrouble(BrokerFault.Anonymous,
            "The home broker does not leave this machine while everybody comes in without a password. Take \"anonymous\" out of gateway.json, or set home.address to 127.0.0.1.")
        : _users.All.Count == 0 ? new BrokerTrouble(BrokerFault.NoUser,
            "The home broker does not leave this machine without a password. Make a user with './pantry gateway home-user add NAME', or set home.address to 127.0.0.1.")
        : null;

    private async Task KeepAsync()
    {
        using PeriodicTimer timer = new(_options.Limits.SaveEvery, _real);
        long triedAt = _real.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _post.Sweep();
                foreach (ClientChannel closed in _post.Review(_doorkeeper.RightsOf))
                    closed.Close();
                Save();
                if (Listens is not null && WhyShut() is { } shut) // the last user went
                {
                    _reception.Shut();
                    DoorTrouble = shut;
                    _log.LogError("{Trouble}", shut.Words);
                }
                if (Listens is null && _real.GetElapsedTime(triedAt) >= TryAgain)
                {
                    triedAt = _real.GetTimestamp();
                    TryOpen();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    /// <summary>Writes what changed since the last time.</summary>
    internal void Save()
    {
        PendingChanges changes = _post.TakeChanges(); // without a file they are forgotten: nobody would ever take them
        if (_store is not { } store || (changes.Count == 0 && !changes.IsWhole))
            return;
        try
        {
            store.Write(changes);
        }
        catch (Exception error) when (error is SqliteException or ObjectDisposedException)
        {
            _post.GiveBack(changes);
            if (Interlocked.Increment(ref _unsaved) == 1)
                _log.LogError("The home broker cannot write {File} ({Why}). Free some space; it is tried again by itself, and nothing else waits for it.", _file, error.Message);
        }
    }
}
