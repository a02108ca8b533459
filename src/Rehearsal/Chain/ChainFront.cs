using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;

namespace PantryChain.Rehearsal.Chain;

/// <summary>The rehearsal chain's only door: JSON-RPC 2.0 over HTTP on loopback, with the methods that a public node offers and none that would change the past.</summary>
/// <remarks>Pages of other sites get nothing: requests that carry an <c>Origin</c> or another host's name are refused.</remarks>
internal sealed class ChainFront : IAsyncDisposable
{
    private const int MethodNotFound = -32601, InvalidParameters = -32602, InvalidRequest = -32600, ParseError = -32700;
    private const int LargestRequest = 2_000_000; // a contract's creation code is at most 48 KiB (EIP-3860), as hex text, in a batch of some
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private static readonly FrozenSet<string> Reads = new[]
    {
        "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_feeHistory", "eth_gasPrice", "eth_getBalance", "eth_getBlockByHash",
        "eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getCode", "eth_getLogs", "eth_getStorageAt", "eth_getTransactionByHash",
        "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_maxPriorityFeePerGas", "eth_syncing", "net_version", "web3_clientVersion",
    }.ToFrozenSet();

    private readonly ChainKeeper _keeper;
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _wanted = new(0);

    /// <summary>A front on a port of 127.0.0.1.</summary>
    public ChainFront(ChainKeeper keeper, int port, Action<ILoggingBuilder> logging)
    {
        _keeper = keeper;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        logging(builder.Logging);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = LargestRequest);
        _app = builder.Build();
        _app.MapPost("/", AnswerAsync);
        _app.MapGet("/", () => "The rehearsal chain. It speaks JSON-RPC 2.0 by POST; nothing on it has value.\n");
    }

    /// <summary>Serves and mines until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await _app.StartAsync(stop);
        try
        {
            await MineAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // asked to end
        }
        await _app.StopAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _wanted.Dispose();
    }

    /// <summary>One block a tick, and one at once when a transaction came in: several that come together share it.</summary>
    private async Task MineAsync(CancellationToken stop)
    {
        while (true)
        {
            await _wanted.WaitAsync(Tick, stop);
            while (_wanted.CurrentCount > 0)
                await _wanted.WaitAsync(stop);
            await _keeper.MineAsync(stop);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Host.Host is not ("127.0.0.1" or "localhost") || context.Request.Headers.Origin.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        object answer;
        try
        {
            using JsonDocument request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            answer = request.RootElement.ValueKind == JsonValueKind.Array
                ? await EachAsync(request.RootElement, context.RequestAborted)
                : await OneAsync(request.RootElement, context.RequestAborted);
        }
        catch (JsonException)
        {
            answer = Error(default, ParseError, "The request is not JSON.");
        }
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    private async Task<List<object>> EachAsync(JsonElement batch, CancellationToken cancellation)
    {
        List<object> answers = [];
        foreach (JsonElement request in batch.EnumerateArray())
            answers.Add(await OneAsync(request, cancellation));
        return answers;
    }

    private async Task<object> OneAsync(JsonElement request, CancellationToken cancellation)
    {
        if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("method", out JsonElement name) || name.ValueKind != JsonValueKind.String)
            return Error(default, InvalidRequest, "An object with 'method' is expected.");
        JsonElement? id = request.TryGetProperty("id", out JsonElement given) ? given.Clone() : null;
        JsonElement parameters = request.TryGetProperty("params", out JsonElement list) ? list : JsonSerializer.SerializeToElement(Array.Empty<object>());
        string method = name.GetString()!;
        if (Reads.Contains(method))
            return Answer(id, await _keeper.ReadAsync(method, parameters, cancellation));
        if (method != "eth_sendRawTransaction")
            return Error(id, MethodNotFound, $"The rehearsal chain does not offer {method}.");
        return TryReadRaw(parameters, out byte[] raw)
            ? Answer(id, await SendAsync(raw))
            : Error(id, InvalidParameters, "One raw transaction as 0x text is expected.");
    }

    // Not cancelled with its request: once journaled, a transaction is on its way.
    private async Task<JsonElement> SendAsync(byte[] raw)
    {
        JsonElement answer = await _keeper.SendAsync(raw, CancellationToken.None);
        _wanted.Release();
        return answer;
    }

    private static bool TryReadRaw(JsonElement parameters, out byte[] raw)
    {
        raw = [];
        if (parameters.ValueKind != JsonValueKind.Array || parameters.GetArrayLength() != 1 || parameters[0].ValueKind != JsonValueKind.String)
            return false;
        try
        {
            raw = Hex.Decode(parameters[0].GetString());
            return raw.Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static object Answer(JsonElement? id, JsonElement answer) => answer.TryGetProperty("error", out JsonElement error)
        ? new { jsonrpc = "2.0", id, error }
        : new { jsonrpc = "2.0", id, result = answer.GetProperty("result") };

    private static object Error(JsonElement? id, int code, string message) => new { jsonrpc = "2.0", id, error = new { code, message } };
}
