using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>An EVM node over JSON-RPC 2.0 on HTTP.</summary>
/// <remarks>
/// Thread safe. Each call ends within <paramref name="timeout"/> of real time and reads at most the client's
/// <see cref="HttpClient.MaxResponseContentBufferSize"/>. Source: ethereum.github.io/execution-apis.
/// </remarks>
/// <param name="http">The client; its base address is the node.</param>
/// <param name="reasons">The custom errors that a refusal may carry.</param>
/// <param name="timeout">Longest wait for one answer, in real time.</param>
public sealed class JsonRpcClient(HttpClient http, RevertReasons reasons, TimeSpan timeout) : IEvmClient
{
    private const int Reverted = 3; // execution-apis: "execution reverted" with the data beside it

    private long _id;

    /// <inheritdoc />
    public async Task<ulong> ChainIdAsync(CancellationToken cancellation) => Number(await AskAsync("eth_chainId", cancellation));

    /// <inheritdoc />
    public Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation) => BlockAsync("latest", cancellation);

    /// <inheritdoc />
    public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => BlockAsync(Quantity(number), cancellation);

    /// <inheritdoc />
    public async Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation) =>
        Number(await AskAsync("eth_getTransactionCount", cancellation, account.ToString(), pending ? "pending" : "latest"));

    /// <inheritdoc />
    public async Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) =>
        Big(await AskAsync("eth_getBalance", cancellation, account.ToString(), "latest"));

    /// <inheritdoc />
    public async Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) =>
        Bytes(await AskAsync("eth_getCode", cancellation, address.ToString(), "latest"));

    /// <inheritdoc />
    public async Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation) =>
        Bytes(await AskAsync("eth_call", cancellation, Json(call), "latest"));

    /// <inheritdoc />
    public async Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) =>
        Number(await AskAsync("eth_estimateGas", cancellation, Json(call), "pending"));

    /// <inheritdoc />
    public async Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation)
    {
        JsonObject query = new()
        {
            ["fromBlock"] = Quantity(filter.FromBlock),
            ["toBlock"] = filter.ToBlock is { } last ? Quantity(last) : "latest",
            ["topics"] = new JsonArray([.. filter.Topics.Select(any => any is null ? null : (JsonNode)Texts(any))]),
        };
        if (filter.Addresses.Count > 0)
            query["address"] = Texts(filter.Addresses);
        return Logs(await AskAsync("eth_getLogs", cancellation, query));
    }

    /// <inheritdoc />
    public async Task SendAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            await AskAsync("eth_sendRawTransaction", cancellation, Hex.Encode(transaction.Raw.Span));
        }
        catch (EvmRefusedException error) when (IsKnown(error))
        {
            // Sent before: the node keeps one copy, and the caller waits for its receipt either way.
        }
    }

    /// <inheritdoc />
    public async Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation)
    {
        JsonElement receipt = await AskAsync("eth_getTransactionReceipt", cancellation, transaction.ToString());
        if (receipt.ValueKind == JsonValueKind.Null)
            return null;
        AccountAddress? created = receipt.TryGetProperty("contractAddress", out JsonElement address) && address.ValueKind == JsonValueKind.String
            ? AccountAddress.Parse(address.GetString()!) : null;
        return new TransactionReceipt(
            transaction, Number(receipt.GetProperty("blockNumber")), Number(receipt.GetProperty("status")) == 1,
            Number(receipt.GetProperty("gasUsed")), created, Logs(receipt.GetProperty("logs")));
    }

    private async Task<EvmBlock> BlockAsync(string number, CancellationToken cancellation)
    {
        JsonElement block = await AskAsync("eth_getBlockByNumber", cancellation, number, false);
        if (block.ValueKind != JsonValueKind.Object)
            throw new EvmRefusedException(0, $"The chain at {http.BaseAddress} has no block {number}.");
        BigInteger fee = block.TryGetProperty("baseFeePerGas", out JsonElement text) ? Big(text) : BigInteger.Zero;
        return new EvmBlock(Number(block.GetProperty("number")), DateTimeOffset.FromUnixTimeSeconds(checked((long)Number(block.GetProperty("timestamp")))), fee);
    }

    private async Task<JsonElement> AskAsync(string method, CancellationToken cancellation, params JsonNode?[] parameters)
    {
        JsonObject request = new()
        {
            ["jsonrpc"] = "2.0", ["id"] = Interlocked.Increment(ref _id), ["method"] = method, ["params"] = new JsonArray(parameters),
        };
        JsonElement answer = await PostAsync(method, request, cancellation);
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("result", out JsonElement result))
            return result;
        throw Refusal(method, answer);
    }

    private async Task<JsonElement> PostAsync(string method, JsonObject request, CancellationToken cancellation)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(timeout);
        try
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync((Uri?)null, request, bounded.Token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<JsonElement>(bounded.Token);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException or NotSupportedException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new EvmUnavailableException($"The chain at {http.BaseAddress} did not answer {method} ({error.Message}). Is it running? It is asked again.", error);
        }
    }

    private EvmException Refusal(string method, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("error", out JsonElement error))
            return new EvmUnavailableException($"The chain at {http.BaseAddress} answered {method} with something that is no JSON-RPC.");
        string message = error.TryGetProperty("message", out JsonElement text) ? text.ToString() : error.ToString();
        int code = error.TryGetProperty("code", out JsonElement number) && number.TryGetInt32(out int value) ? value : 0;
        bool reverted = code == Reverted || message.Contains("revert", StringComparison.OrdinalIgnoreCase);
        if (!reverted)
            return new EvmRefusedException(code, $"The chain refused {method}: {message}.");
        return reasons.Explain(error.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.String ? Bytes(data) : []);
    }

    /// <summary>The words of geth, Besu and anvil for a transaction that waits or is mined already.</summary>
    private static bool IsKnown(EvmRefusedException error) =>
        error.Message.Contains("already known", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("known transaction", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("already imported", StringComparison.OrdinalIgnoreCase);

    private static JsonObject Json(EvmCall call)
    {
        JsonObject json = new() { ["data"] = Hex.Encode(call.Data.Span) };
        if (call.To is { } to)
            json["to"] = to.ToString();
        if (call.From is { } from)
            json["from"] = from.ToString();
        return json;
    }

    private static List<EvmLog> Logs(JsonElement array) => [.. array.EnumerateArray().Select(log => new EvmLog(
        AccountAddress.Parse(log.GetProperty("address").GetString()!),
        [.. log.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))],
        Bytes(log.GetProperty("data")),
        Number(log.GetProperty("blockNumber")),
        Hash32.Parse(log.GetProperty("transactionHash").GetString()!),
        checked((uint)Number(log.GetProperty("logIndex")))))];

    private static JsonArray Texts<T>(IEnumerable<T> values) where T : struct => new([.. values.Select(value => (JsonNode)value.ToString()!)]);

    private static string Quantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    private static byte[] Bytes(JsonElement text) => Hex.Decode(text.GetString());

    private static ulong Number(JsonElement text) => checked((ulong)Big(text));

    private static BigInteger Big(JsonElement text) =>
        BigInteger.Parse("0" + (text.GetString() ?? throw new FormatException("The chain left a number out."))[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
