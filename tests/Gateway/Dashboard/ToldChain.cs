using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>A node over HTTP that shows every order in one state, for a gateway whose store is of no use.</summary>
internal sealed class ToldChain : IAsyncDisposable
{
    private static readonly string Windows = Hex.Encode(AbiSignature.Selector("windows()")), Orders = Hex.Encode(AbiSignature.Selector("orders(bytes32)"));

    private readonly WebApplication _node;

    public ToldChain()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _node = builder.Build();
        _node.Urls.Add("http://127.0.0.1:0");
        _node.MapPost("/", async (HttpContext http) =>
        {
            JsonNode asked = (await JsonNode.ParseAsync(http.Request.Body))!;
            JsonObject said = new() { ["jsonrpc"] = "2.0", ["id"] = asked["id"]!.DeepClone(), ["result"] = Answer((string)asked["method"]!, asked["params"]!) };
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(said.ToJsonString());
        });
    }

    /// <summary>The chain's time.</summary>
    public required Func<DateTimeOffset> Now { get; init; }

    /// <summary>Since when every order is open.</summary>
    public DateTimeOffset OpenSince { get; init; } = Samples.Morning;

    /// <summary>Starts to answer; a cooperative whose store is at the discard port and whose chain is here.</summary>
    public async Task<Membership> StartAsync()
    {
        await _node.StartAsync();
        Membership nowhere = GatewayWorld.Unreachable();
        return nowhere with { Info = nowhere.Info with { RpcUrl = new Uri(_node.Urls.First()) } };
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private JsonNode? Answer(string method, JsonNode parameters) => method switch
    {
        "eth_chainId" => "0x7a69",
        "eth_getBlockByNumber" => new JsonObject
        {
            ["number"] = "0x10", ["hash"] = Samples.Hash(1).ToString(), ["parentHash"] = Samples.Hash(2).ToString(),
            ["timestamp"] = $"0x{Now().ToUnixTimeSeconds():x}", ["baseFeePerGas"] = "0x1",
        },
        "eth_call" => Read((string)(parameters[0]!["data"] ?? parameters[0]!["input"])!),
        _ => "0x",
    };

    private string Read(string data) =>
        data.StartsWith(Windows, StringComparison.OrdinalIgnoreCase) ? Words(86_400, 86_400, 86_400, 86_400, 86_400)
        : data.StartsWith(Orders, StringComparison.OrdinalIgnoreCase) ? Words(1, (ulong)OrderState.Open, 0, (ulong)OpenSince.ToUnixTimeSeconds())
        : Words(0);

    private static string Words(params ReadOnlySpan<ulong> values)
    {
        AbiWriter writer = new();
        foreach (ulong value in values)
            writer.Unsigned(value);
        return Hex.Encode(writer.ToArray());
    }
}
