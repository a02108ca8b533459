using System.Diagnostics;
using System.Numerics;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.Parts;
using PantryChain.Rehearsal.Scripts;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>Everything of a rehearsal that runs: brokers, database, chain, store, gateway and the recorder, each a process of its own but the last.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly RunFolder _folder;
    private readonly HouseholdPlan _plan;
    private readonly Ports _ports;
    private readonly Action<string> _tell;
    private readonly Supervisor _supervisor;
    private readonly ILoggerFactory _logs;

    private readonly double _speed;
    private readonly bool _isBrokerInside;

    private Stage(RunFolder folder, HouseholdPlan plan, Ports ports, double speed, bool isBrokerInside, Action<string> tell)
    {
        (_folder, _plan, _ports, _speed, _isBrokerInside, _tell, _supervisor) = (folder, plan, ports, speed, isBrokerInside, tell, new Supervisor(tell));
        _logs = LoggerFactory.Create(_ => { }); // the recorder's link tells by what it hears
        Store = new StoreDoor(ports.Store, folder.ClerkToken);
        Gateway = new GatewayDoor(ports.Gateway, folder.GatewayToken, folder.Pin);
    }

    /// <summary>Household time.</summary>
    public HouseholdTime Clock { get; private set; } = null!;

    /// <summary>The clerk's door.</summary>
    public StoreDoor Store { get; }

    /// <summary>The member's door.</summary>
    public GatewayDoor Gateway { get; }

    /// <summary>The listener at the home broker.</summary>
    public Recorder Recorder { get; private set; } = null!;

    /// <summary>What store and chain hold.</summary>
    public Ledgers Ledgers { get; private set; } = null!;

    /// <summary>Fails when a part cannot be kept alive.</summary>
    public Task Failed => _supervisor.Failed;

    /// <summary>All processes by name, for those who kill them and those who measure them.</summary>
    public IReadOnlyList<Part> Parts => _supervisor.Parts;

    /// <summary>Brings everything up, in the order in which one needs the other; on any failure takes down what runs.</summary>
    /// <exception cref="PartException">Something does not start; the text says what and why.</exception>
    public static async Task<Stage> RaiseAsync(RunFolder folder, RunRecord record, HouseholdPlan plan, Ports ports, UpOptions options, Action<string> tell, CancellationToken cancellation)
    {
        Stage stage = new(folder, plan, ports, options.ClockSpeed, record.IsBrokerInside, tell);
        try
        {
            await stage.RaiseAsync(cancellation);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Recorder is not null)
            await Recorder.DisposeAsync();
        await _supervisor.DisposeAsync();
        Store.Dispose();
        Gateway.Dispose();
        _logs.Dispose();
    }

    private async Task RaiseAsync(CancellationToken cancellation)
    {
        if (!File.Exists(_folder.World))
            _plan.World.Write(_folder.World);
        PostgresPart postgres = new(_folder.Postgres, _ports.Postgres) { LogFile = _folder.Log("postgres") };
        await Task.WhenAll(
            _isBrokerInside ? Task.CompletedTask : _supervisor.StartAsync(Broker("home", _ports.Home, await BrokerFiles.HomeAsync(_folder, cancellation)), cancellation),
            _supervisor.StartAsync(Broker("cooperative", _ports.Cooperative, await BrokerFiles.CooperativeAsync(_folder, cancellation)), cancellation),
            _supervisor.StartAsync(postgres, cancellation));
        Ledgers = new Ledgers(postgres.ConnectionString, ChainUrl);
        HostFiles.Write(_folder, _plan, _ports, postgres.ConnectionString, _isBrokerInside);
        if (!File.Exists(Membership))
            await FoundAsync(cancellation);
        if (_isBrokerInside && !File.Exists(_folder.Inside("gateway/keys/home-users.json")))
            await BrokerFiles.HomeInsideAsync(_folder, cancellation);

        Clock = RunClock.Start(_folder, _plan, _speed);
        Recorder = new Recorder(_folder.Recorder, _ports.Home, BrokerFiles.Recorder, BrokerFiles.PasswordOf(_folder, BrokerFiles.Recorder), _logs);
        await _supervisor.StartAsync(ChainHost(), cancellation);
        await Task.WhenAll(_supervisor.StartAsync(StoreHost(), cancellation), _supervisor.StartAsync(GatewayHost(), cancellation), Recorder.StartAsync(cancellation));
    }

    /// <summary>Founds the cooperative and lets the gateway join it, before day 0; does only what is missing.</summary>
    private async Task FoundAsync(CancellationToken cancellation)
    {
        _tell("The cooperative is founded: keys, contracts on the rehearsal chain, catalogue.");
        RunClock.StandBy(_folder, _plan, _speed);
        await using HostPart chain = ChainHost();
        await chain.StartAsync(cancellation);
        await FundAsync("relayer", cancellation);
        await FundAsync("seller", cancellation);
        await HostPart.RunToEndAsync("Store", ["init", "--data", _folder.Store, "--clock", _folder.Clock], _folder.Log("store-init"), cancellation);
        await using HostPart store = StoreHost();
        await Task.WhenAll(
            store.StartAsync(cancellation),
            HostPart.RunToEndAsync("Gateway", ["init", "--data", _folder.Gateway, "--pin-file", _folder.Pin], _folder.Log("gateway-init"), cancellation));
        await JoinAsync(cancellation);
        await store.StopAsync();
        await chain.StopAsync();
    }

    private string Membership => _folder.Inside("gateway/keys/membership.json");

    private HostPart ChainHost() => Host("chain", "Rehearsal", ["chain", "--data", _folder.Chain, "--port", $"{_ports.Chain}", "--clock", _folder.Clock], _folder.Chain, _ports.Chain, "/");

    private HostPart StoreHost() => Host("store", "Store", ["run", "--data", _folder.Store, "--clock", _folder.Clock], _folder.Store, _ports.Store, "/api/v1/cooperative");

    private HostPart GatewayHost() => Host("gateway", "Gateway", ["run", "--data", _folder.Gateway, "--clock", _folder.Clock], _folder.Gateway, _ports.Gateway, "/");

    private Uri ChainUrl => new($"http://127.0.0.1:{_ports.Chain}/");

    private MosquittoPart Broker(string name, int port, BrokerAccess access) => new(_folder.Broker(name), port, access, name + " broker") { LogFile = _folder.Log(name + "-broker") };

    private HostPart Host(string name, string project, string[] words, string folder, int port, string probe) =>
        new(name, project, words, folder, port, probe) { LogFile = _folder.Log(name) };

    /// <summary>Makes a wallet's key, as an operator would, and sends it money for gas from one of the rehearsal chain's funded accounts.</summary>
    private async Task FundAsync(string wallet, CancellationToken cancellation)
    {
        string file = Path.Combine(_folder.Store, "keys", wallet + ".key");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!File.Exists(file))
        {
            using RelayerKey fresh = RelayerKey.Create();
            fresh.Save(file);
        }
        using RelayerKey key = RelayerKey.Load(file);
        using RelayerKey rich = new(Hex.Decode(AnvilPart.Keys[0]));
        using HttpClient http = new() { BaseAddress = ChainUrl };
        JsonRpcClient chain = new(http, RevertReasons.BuiltIn, TimeSpan.FromSeconds(10));
        if (await chain.BalanceAsync(key.Address, cancellation) > 0)
            return;
        BigInteger ether = BigInteger.Pow(10, 18);
        ulong nonce = await chain.NonceAsync(rich.Address, pending: true, cancellation);
        Eip1559Transaction gift = new(31337, nonce, 0, 100_000_000_000, 21_000, key.Address, 1_000 * ether, ReadOnlyMemory<byte>.Empty);
        await chain.SendAsync(gift.Sign(rich), cancellation);
        for (Stopwatch waited = Stopwatch.StartNew(); await chain.BalanceAsync(key.Address, cancellation) == 0; await Task.Delay(50, cancellation))
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(20))
                throw new PartException($"The rehearsal chain did not pay the {wallet}. See {_folder.Log("chain")}.");
        }
    }

    private async Task JoinAsync(CancellationToken cancellation)
    {
        string invitation = await Store.InviteAsync(cancellation);
        await HostPart.RunToEndAsync(
            "Gateway", ["join", Store.Address.ToString(), "--invitation", invitation, "--pin-file", _folder.Pin, "--data", _folder.Gateway, "--clock", _folder.Clock],
            _folder.Log("gateway-init"), cancellation);
        _tell("The gateway joined the cooperative.");
    }
}
