using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>A cooperative's store and node that answer politely, know nothing, and note every request with its real time.</summary>
internal sealed class Cooperation : IAsyncDisposable
{
    private static readonly string Epochs = Hex.Encode(new AbiWriter().ToCall("epochs(uint32)"));

    private readonly ConcurrentQueue<string> _asked = new();
    private readonly WebApplication _app;

    private Cooperation()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Use((context, next) =>
        {
            if (StoreTime is { } told)
                context.Response.Headers[StoreClock.Header] = told().ToString("O");
            return next(context);
        });
        _app.MapGet("/api/v1/catalogue", () => Note("catalogue", Results.Json(Array.Empty<object>())));
        _app.MapGet("/api/v1/leaves", () => Note("leaves", Results.Problem(statusCode: StatusCodes.Status404NotFound, extensions: new Dictionary<string, object?> { ["code"] = "no_epoch" })));
        _app.MapGet("/api/v1/blocks/head", () => Note("head", Head is { } head ? Results.Json(new { height = head.Height, hash = head.Hash.ToString() })
            : Results.Problem(statusCode: StatusCodes.Status404NotFound, extensions: new Dictionary<string, object?> { ["code"] = "no_block" })));
        _app.MapPost("/", async Task<IResult> (HttpContext http) => await AnswerAsync(http)); // without the type it would bind as a handler that answers nothing
        _app.MapFallback((HttpContext http) => Note($"{http.Request.Method} {http.Request.Path}", Results.NotFound()));
    }

    /// <summary>Household time, by which the node stamps its newest block.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => Samples.Morning;

    /// <summary>What time the store says it is; null while it says none.</summary>
    public Func<DateTimeOffset>? StoreTime { get; set; }

    /// <summary>The newest block that the store has of the device, or null for none.</summary>
    public (ulong Height, Hash32 Hash)? Head { get; set; }

    /// <summary>What the node waits for before it answers a method.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The root that the node shows for every epoch of rewards.</summary>
    public Hash32 EpochRoot { get; set; }

    /// <summary>All requests so far.</summary>
    public int Requests => _asked.Count;

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public static async Task<Cooperation> StartAsync()
    {
        Cooperation cooperation = new();
        await cooperation._app.StartAsync();
        return cooperation;
    }

    /// <summary>A membership there.</summary>
    /// <param name="brokerPort">Its broker's port.</param>
    public Membership Member(int brokerPort = 9)
    {
        Membership nowhere = GatewayWorld.Unreachable();
        Uri here = new(_app.Urls.First());
        return nowhere with { Store = here, Info = nowhere.Info with { RpcUrl = here, Broker = new BrokerAddress("127.0.0.1", brokerPort, false) } };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext http)
    {
        using JsonDocument request = await JsonDocument.ParseAsync(http.Request.Body);
        string method = request.RootElement.GetProperty("method").GetString()!;
        await Before(method);
        object result = method switch
        {
            "eth_chainId" => "0x7a69",
            "eth_getBlockByNumber" => new { number = "0x1", timestamp = $"0x{Now().ToUnixTimeSeconds():x}", hash = Samples.Hash(1).ToString(), parentHash = Samples.Hash(2).ToString() },
            "eth_getLogs" => Array.Empty<object>(),
            "eth_call" when request.RootElement.GetProperty("params")[0].TryGetProperty("data", out JsonElement data) && data.GetString()!.StartsWith(Epochs, StringComparison.Ordinal) =>
                Hex.Encode([.. EpochRoot.ToArray(), .. new byte[32 * 7]]),
            _ => Hex.Encode(new byte[32 * 8]),
        };
        return Note(method, Results.Json(new { jsonrpc = "2.0", id = request.RootElement.GetProperty("id").GetInt64(), result }));
    }

    private IResult Note(string what, IResult answer)
    {
        _asked.Enqueue(what);
        return answer;
    }
}
