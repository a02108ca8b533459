using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>An EVM node over JSON-RPC 2.0 on HTTP.</summary>
/// <remarks>
/// Thread safe. Each call ends within <paramref name="timeout"/> of real time and reads at most <paramref name="mostBytes"/>; an answer of an
/// unexpected shape, or a longer one, counts as none. Source: ethereum.github.io/execution-apis.
/// </remarks>
/// <param name="http">The client; its base address is the node.</param>
/// <param name="reasons">The custom errors that a refusal may carry.</param>
/// <param name="timeout">Longest wait for one answer, in real time.</param>
/// <param name="mostBytes">Most bytes read of one answer; a longer one is given up.</param>
public sealed class JsonRpcClient(HttpClient http, RevertReasons reasons, TimeSpan timeout, int mostBytes = JsonRpcClient.StoreAnswer) : IEvmClient
{
    /// <summary>Most bytes of an answer that a gateway reads: its whole heap is 64 MiB and it asks several nodes, of which one may be hostile.</summary>
    /// <remarks>The largest it needs are a contract's code (24 KiB, EIP-170) and the logs of its own account.</remarks>
    public const int GatewayAnswer = 1 << 20;

    /// <summary>Most bytes of an answer that a store reads: logs of a few thousand full blocks.</summary>
    public const int StoreAnswer = 64 << 20;

    private const int Reverted = 3; // execution-apis: "execution reverted" with the data beside it
    private const int MostOvertaken = 5;
    private const int LongestReason = 300; // of a node's own words; what is recognised in them stands at their beginning

    private long _id;

    /// <inheritdoc />
    public Task<ulong> ChainIdAsync(CancellationToken cancellation) => AskAsync("eth_chainId", JsonRpcValues.Number, cancellation);

    /// <inheritdoc />
    public Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation) => BlockAsync("latest", cancellation);

    /// <inheritdoc />
    public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => BlockAsync(JsonRpcValues.Quantity(number), cancellation);

    /// <inheritdoc />
    public Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation) =>
        AskAsync("eth_getBlockByNumber", JsonRpcValues.Block, cancellation, JsonRpcValues.Quantity(number), false);

    /// <inheritdoc />
    public Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation) =>
        AskAsync("eth_getTransactionCount", JsonRpcValues.Number, cancellation, account.ToString(), pending ? "pending" : "latest");

    /// <inheritdoc />
    public Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) =>
        AskAsync("eth_getBalance", JsonRpcValues.Big, cancellation, account.ToString(), "latest");

    /// <inheritdoc />
    public Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) =>
        AskAsync("eth_getCode", JsonRpcValues.Bytes, cancellation, address.ToString(), "latest");

    /// <inheritdoc />
    public Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation) =>
        AskAsync("eth_call", JsonRpcValues.Bytes, cancellation, JsonRpcValues.Json(call), "latest");

    /// <inheritdoc />
    public Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation) =>
        AskAsync("eth_call", JsonRpcValues.Bytes, cancellation, JsonRpcValues.Json(call), JsonRpcValues.Quantity(block));

    /// <inheritdoc />
    public Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) =>
        AskAsync("eth_estimateGas", JsonRpcValues.Number, cancellation, JsonRpcValues.Json(call), "pending");

    /// <inheritdoc />
    public Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation) =>
        AskAsync("eth_getLogs", JsonRpcValues.Logs, cancellation, JsonRpcValues.Json(filter));

    /// <inheritdoc />
    public async Task SendAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            await AskAsync("eth_sendRawTransaction", answer => answer, cancellation, Hex.Encode(transaction.Raw.Span));
        }
        catch (EvmRefusedException error) when (IsKnown(error))
        {
            // Sent before: the node keeps one copy, and the caller waits for its receipt either way.
        }
    }

    /// <inheritdoc />
    public Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) =>
        AskAsync("eth_getTransactionReceipt", answer => JsonRpcValues.Receipt(transaction, answer), cancellation, transaction.ToString());

    private async Task<EvmBlock> BlockAsync(string number, CancellationToken cancellation) =>
        await AskAsync("eth_getBlockByNumber", JsonRpcValues.Block, cancellation, number, false)
        ?? throw new EvmRefusedException(0, $"The chain at {http.BaseAddress} has no block {number}.");

    private async Task<T> AskAsync<T>(string method, Func<JsonElement, T> read, CancellationToken cancellation, params JsonNode?[] parameters)
    {
        JsonObject request = new()
        {
            ["jsonrpc"] = "2.0", ["id"] = Interlocked.Increment(ref _id), ["method"] = method, ["params"] = new JsonArray(parameters),
        };
        try
        {
            JsonElement answer = await PostAsync(method, request, cancellation);
            for (int again = 0; again < MostOvertaken && IsOvertaken(answer); again++)
                answer = await PostAsync(method, request, cancellation);
            if (answer.TryGetProperty("result", out JsonElement result))
                return read(result);
            throw Refusal(method, answer.GetProperty("error"));
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw new EvmUnavailableException($"The chain at {http.BaseAddress} answered {method} with something unexpected ({Foreign.Clean(error.Message)}).", error);
        }
    }

    /// <summary>A node that keeps no past states looked "latest" up just before a new block came: nothing is wrong, the next answer is about the new one.</summary>
    private static bool IsOvertaken(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("message", out JsonElement message) && message.GetRawText().Contains("BlockOutOfRange", StringComparison.Ordinal); // raw: half a surrogate pair has no text

    private async Task<JsonElement> PostAsync(string method, JsonObject request, CancellationToken cancellation)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(timeout);
        try
        {
            using HttpRequestMessage message = new(HttpMethod.Post, (Uri?)null) { Content = JsonContent.Create(request) };
            using HttpResponseMessage response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, bounded.Token);
            if (response.StatusCode != HttpStatusCode.BadRequest) // some nodes answer an error of JSON-RPC with this status
                response.EnsureSuccessStatusCode();
            await response.Content.LoadIntoBufferAsync(mostBytes, bounded.Token);
            return await response.Content.ReadFromJsonAsync<JsonElement>(bounded.Token);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException or NotSupportedException or InvalidOperationException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new EvmUnavailableException($"The chain at {http.BaseAddress} did not answer {method} ({Foreign.Clean(error.Message)}). Is it running? It is asked again.", error)
            {
                Silence = SilenceOf(error),
            };
        }
    }

    /// <summary>What a missing answer may mean: nobody there, too many questions, or one question too heavy.</summary>
    private static EvmSilence SilenceOf(Exception error) => error switch
    {
        HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => EvmSilence.Throttled,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => EvmSilence.Away,
        _ => EvmSilence.Overburdened,
    };

    private EvmException Refusal(string method, JsonElement error)
    {
        string message = error.TryGetProperty("message", out JsonElement text) ? text.ToString() : error.ToString();
        message = message[..Math.Min(message.Length, LongestReason)];
        int code = error.TryGetProperty("code", out JsonElement number) && number.TryGetInt32(out int value) ? value : 0;
        bool reverted = code == Reverted || message.Contains("revert", StringComparison.OrdinalIgnoreCase);
        if (!reverted)
            return new EvmRefusedException(code, $"The chain refused {method}: {Foreign.Clean(message)}.");
        return reasons.Explain(error.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.String ? JsonRpcValues.Bytes(data) : []);
    }

    /// <summary>The words of geth, Besu and anvil for a transaction that waits or is mined already.</summary>
    private static bool IsKnown(EvmRefusedException error) =>
        error.Message.Contains("already known", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("known transaction", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("already imported", StringComparison.OrdinalIgnoreCase);
}
