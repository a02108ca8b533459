using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;
using PantryChain.Store.Founding;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

/// <summary>A cooperative of one test class: real PostgreSQL, mosquitto and anvil, a founded store that can be stopped and started.</summary>
public sealed class StoreWorld : IAsyncLifetime
{
    private static readonly UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("pantry-store-").FullName;
    private WebApplication? _app;
    private string _anchor = "";

    internal PostgresPart Postgres { get; private set; } = null!;

    internal MosquittoPart Broker { get; private set; } = null!;

    internal AnvilPart Chain { get; private set; } = null!;

    internal TestClock Clock { get; private set; } = null!;

    internal StoreFolder Folder { get; set; } = null!;

    internal ContractSet Contracts => Service<ContractSet>();

    internal NpgsqlDataSource Database => Service<NpgsqlDataSource>();

    internal HttpClient Http { get; private set; } = new();

    internal string PasswordFile => Path.Combine(_folder, "broker", "passwords");

    public async Task InitializeAsync()
    {
        File.SetUnixFileMode(_folder, Everybody); // PostgreSQL runs as another user and must get through
        Postgres = new PostgresPart(Path.Combine(_folder, "postgres"));
        Chain = new AnvilPart(Path.Combine(_folder, "chain"));
        Directory.CreateDirectory(Path.Combine(_folder, "broker"));
        Broker = new MosquittoPart(Path.Combine(_folder, "broker"), access: new BrokerAccess(PasswordFile, Path.Combine(_folder, "broker", "acl")) { UserIsClient = true });
        await Task.WhenAll(Postgres.StartAsync(), Chain.StartAsync());
        Clock = new TestClock(Chain);
        Folder = WriteFolder(Path.Combine(_folder, "store"));
        await new Founder(Folder, Clock, TextWriter.Null).RunAsync(CancellationToken.None);
        await Broker.StartAsync();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        await Broker.DisposeAsync();
        await Chain.DisposeAsync();
        await Postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal string RootFolder => _folder;

    internal async Task StartAsync()
    {
        _app = await StoreHost.BuildAsync(Folder, Clock, CancellationToken.None);
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        _anchor = Contracts.Anchor.ToString();
    }

    /// <summary>Stops the store and starts it with other options; <c>store.json</c> stays as it is.</summary>
    internal async Task RestartAsync(Func<StoreOptions, StoreOptions> change)
    {
        await StopAsync();
        Folder = Folder with { Options = change(Folder.Options) };
        await StartAsync();
    }

    /// <summary>What <c>/health</c> tells the clerk, or anybody.</summary>
    internal async Task<JsonElement> HealthAsync(bool clerk = true)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/health");
        if (clerk)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ClerkToken);
        using HttpResponseMessage response = await Http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The codes of what is wrong.</summary>
    internal async Task<string[]> CausesAsync() => [.. (await HealthAsync(clerk: false)).GetProperty("causes").EnumerateArray().Select(cause => cause.GetString()!)];

    internal async Task StopAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = null;
    }

    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    internal async Task<T> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql, parameters);
    }

    /// <summary>How many batches the anchor contract knows, and whether it knows these roots; also while the store is stopped.</summary>
    internal async Task<(ulong Batches, bool AllAnchored)> AnchoredAsync(IEnumerable<Hash32> roots)
    {
        await using EvmConnection chain = EvmConnection.Create(Folder);
        AccountAddress anchor = AccountAddress.Parse(_anchor);
        bool all = true;
        foreach (Hash32 root in roots)
            all &= new AbiReader(await chain.Client.CallAsync(new EvmCall(anchor, new AbiWriter().Word(root).ToCall("isAnchored(bytes32)")), CancellationToken.None)).Bool();
        return (new AbiReader(await chain.Client.CallAsync(new EvmCall(anchor, new AbiWriter().ToCall("batches()")), CancellationToken.None)).Unsigned64(), all);
    }

    internal string ClerkToken => SecretFile.Read(Folder.Key("clerk.token"));

    private StoreFolder WriteFolder(string path)
    {
        Directory.CreateDirectory(Path.Combine(path, "keys"));
        foreach ((string name, string secret) in new[] { ("relayer", AnvilPart.Keys[0]), ("seller", AnvilPart.Keys[1]) })
        {
            using RelayerKey key = new(Hex.Decode(secret));
            key.Save(Path.Combine(path, "keys", name + ".key"));
        }
        File.WriteAllText(Path.Combine(path, "catalogue.json"), JsonSerializer.Serialize(new[]
        {
            new
            {
                gtin = "8801115114031", nameKo = "우유", nameEn = "Milk", packMg = 1_030_000, classId = "milk", priceWon = 2_900, maxBamnamuBps = 0,
                leadDays = new Dictionary<string, double> { ["1"] = 0.2, ["2"] = 0.8 },
            },
        }));
        File.WriteAllText(Path.Combine(_folder, "broker", "acl"), CooperativeBroker.Access);
        File.WriteAllText(Path.Combine(path, "store.json"), JsonSerializer.Serialize(new
        {
            listen = $"http://127.0.0.1:{LoopbackPort.Free()}",
            database = Postgres.ConnectionString,
            joinTriesPerMinute = 1000, // a class of tests joins more households in a minute than an address does
            chain = new { rpcUrl = Chain.Url.ToString() },
            broker = new { port = Broker.Port, passwordFile = PasswordFile, pidFile = Broker.PidFile },
        }));
        return StoreFolder.Open(path);
    }
}
