using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Store.Tests;

/// <summary>How a node says that a stretch of <c>eth_getLogs</c> is too long.</summary>
public enum RangeRefusal
{
    /// <summary>-32005, as Infura and geth say it.</summary>
    TooManyResults,

    /// <summary>-32600, as Alchemy says it.</summary>
    InvalidRequest,

    /// <summary>-32602, as Besu says it.</summary>
    InvalidParameters,

    /// <summary>Status 413 with a page.</summary>
    PayloadTooLarge,

    /// <summary>Status 400 with an error of JSON-RPC.</summary>
    BadRequest,

    /// <summary>Status 504 of a proxy that waited too long.</summary>
    GatewayTimeout,
}

/// <summary>A node's public face before the chain: it counts, limits stretches of the log, and may be away.</summary>
internal sealed class NodeProxy(Uri chain) : IAsyncDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = chain };
    private WebApplication? _app;

    public Uri Url { get; } = new($"http://127.0.0.1:{LoopbackPort.Free()}/");

    /// <summary>Longest stretch that is answered; 0 refuses single blocks too.</summary>
    public ulong LongestStretch { get; set; } = ulong.MaxValue;

    public RangeRefusal Refusal { get; set; }

    /// <summary>Longest stretch that was answered, and how many topics it asked for.</summary>
    public ulong Answered { get; private set; }

    public int Topics { get; private set; }

    public int Refused { get; private set; }

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url.ToString());
        _app = builder.Build();
        _app.MapPost("/", AnswerAsync);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        using StreamReader reader = new(request.Body);
        string body = await reader.ReadToEndAsync();
        JsonNode call = JsonNode.Parse(body)!;
        if (call["method"]!.GetValue<string>() == "eth_getLogs" && IsTooLong(call["params"]![0]!))
            return Refuse(call["id"]!.GetValue<long>());
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync((Uri?)null, content);
        return Results.Text(await response.Content.ReadAsStringAsync(), "application/json", statusCode: (int)response.StatusCode);
    }

    private bool IsTooLong(JsonNode filter)
    {
        ulong stretch = Number(filter["toBlock"]!) + 1 - Number(filter["fromBlock"]!);
        if (stretch > LongestStretch)
            return true;
        Answered = Math.Max(Answered, stretch);
        Topics = filter["topics"]![0]!.AsArray().Count;
        return false;
    }

    private IResult Refuse(long id)
    {
        Refused++;
        return Refusal switch
        {
            RangeRefusal.TooManyResults => Error(id, -32005, "query returned more than 10000 results"),
            RangeRefusal.InvalidRequest => Error(id, -32600, "eth_getLogs requests with up to a 10 block range are allowed"),
            RangeRefusal.InvalidParameters => Error(id, -32602, "Requested range exceeds maximum RPC range limit"),
            RangeRefusal.BadRequest => Error(id, -32000, "block range is too wide", StatusCodes.Status400BadRequest),
            RangeRefusal.PayloadTooLarge => Results.Text("<h1>Request Entity Too Large</h1>", "text/html", statusCode: StatusCodes.Status413PayloadTooLarge),
            _ => Results.Text("<h1>Gateway Timeout</h1>", "text/html", statusCode: StatusCodes.Status504GatewayTimeout),
        };
    }

    private static IResult Error(long id, int code, string message, int status = StatusCodes.Status200OK) =>
        Results.Text(JsonSerializer.Serialize(new { jsonrpc = "2.0", id, error = new { code, message } }), "application/json", statusCode: status);

    private static ulong Number(JsonNode quantity) => Convert.ToUInt64(quantity.GetValue<string>(), 16);
}
