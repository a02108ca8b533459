using System.Net;
using System.Numerics;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Fuzz.Doors;

/// <summary>What a node answers; it may be anybody's, and lie.</summary>
internal static class NodeDoors
{
    private static readonly CancellationToken Never = CancellationToken.None;

    public static IReadOnlyList<Door> All { get; } =
    [
        Node("number", dice => $"\"0x{dice.Bits():x}\"", client => client.NonceAsync(Nouns.Somebody, pending: true, Never)),
        Node("amount", dice => $"\"0x{dice.Bits():x}{dice.Bits():x16}\"", client => client.BalanceAsync(Nouns.Somebody, Never)),
        Node("bytes", dice => $"\"{Hex.Encode(dice.Bytes(dice.Length(300)))}\"", client => client.CallAsync(new EvmCall(Nouns.Somebody, default), Never)),
        Node("block", dice => $$"""{"number":"0x{{dice.Next(1_000_000):x}}","timestamp":"0x{{dice.Between(1, int.MaxValue):x}}","baseFeePerGas":"0x7","hash":"{{Nouns.Hash(dice)}}","parentHash":"{{Nouns.Hash(dice)}}"}""", client => client.LatestBlockAsync(Never)),
        Node("receipt", dice => $$"""{"blockNumber":"0x{{dice.Next(1_000_000):x}}","blockHash":"{{Nouns.Hash(dice)}}","status":"0x{{dice.Next(2)}}","gasUsed":"0x5208","contractAddress":{{(dice.OneIn(2) ? "null" : $"\"{Nouns.Address(dice)}\"")}},"logs":[{{Log(dice)}}]}""",
            client => client.ReceiptAsync(default, Never)),
        Node("logs", dice => $"[{Log(dice)},{Log(dice)}]", client => client.LogsAsync(new LogFilter(0, null, [], []), Never)),
        new("JSON-RPC refusal", Shape.Json, ValidRefusal, bytes => Asked(bytes, client => client.EstimateGasAsync(new EvmCall(null, default), Never)))
        {
            Refusals = [typeof(EvmException)], MayRefuseValid = true,
        },
        new("contracts' answers", Shape.Words, dice => [.. Enumerable.Range(0, 8).SelectMany(_ => AbiWord.Of((UInt128)(ulong)dice.Next(5)).ToArray())], ReadContracts) { Refusals = [typeof(EvmException)] },
    ];

    private static Door Node<T>(string what, Func<Dice, string> result, Func<JsonRpcClient, Task<T>> ask) =>
        new($"JSON-RPC {what}", Shape.Json, dice => System.Text.Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"result":{{result(dice)}}}"""), bytes => Asked(bytes, ask)) { Refusals = [typeof(EvmException)] };

    private static string Log(Dice dice) =>
        $$"""{"address":"{{Nouns.Address(dice)}}","topics":["{{Nouns.Hash(dice)}}","{{Nouns.Hash(dice)}}"],"data":"{{Hex.Encode(dice.Bytes(dice.Of(0, 32, 64)))}}","blockNumber":"0x{{dice.Next(9999):x}}","blockHash":"{{Nouns.Hash(dice)}}","transactionHash":"{{Nouns.Hash(dice)}}","logIndex":"0x{{dice.Next(9)}}","removed":false}""";

    private static byte[] ValidRefusal(Dice dice) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        jsonrpc = "2.0", id = 1,
        error = new { code = dice.Of(3, -32000, -32602), message = dice.Of("execution reverted", "nonce too low", "BlockOutOfRangeError"), data = Hex.Encode(dice.Bytes(dice.Of(0, 4, 36))) },
    });

    private static bool Asked<T>(byte[] answer, Func<JsonRpcClient, Task<T>> ask)
    {
        using HttpClient http = new(new Canned(answer)) { BaseAddress = new Uri("http://node.invalid/") };
        ask(new JsonRpcClient(http, ContractArtifact.Reasons, TimeSpan.FromMinutes(1))).GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Every typed question about a contract, answered with the same words.</summary>
    private static bool ReadContracts(byte[] words)
    {
        AnsweringNode node = new(words);
        OrderEscrow escrow = new(node, Nouns.Contracts);
        RewardDistributor rewards = new(node, Nouns.Contracts);
        Task[] questions =
        [
            escrow.OrderAsync(default, Never), escrow.MandateAsync(default, Never), escrow.LastOrderAsync(default, default, Never), escrow.CreditsAsync(default, Never), escrow.WindowsAsync(Never),
            rewards.LatestAsync(Never), rewards.EpochAsync(1, Never), rewards.DealtWithAsync(default, Never), new DeviceRegistry(node, Nouns.Contracts).DeviceAsync(default, Never),
            new MemberAccounts(node, Nouns.Contracts).AddressOfAsync(default, Never), new BamtolToken(node, Nouns.Contracts).BalanceAsync(default, Never),
            new CotAnchor(node, Nouns.Contracts).IsAnchoredAsync(default, Never),
        ];
        foreach (Task question in questions)
        {
            if (question.Exception?.InnerException is { } error and not EvmException)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }
        return true;
    }

    /// <summary>Answers every call with the same bytes.</summary>
    private sealed class AnsweringNode(byte[] answer) : IEvmClient
    {
        public Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation) => CallAsync(call, cancellation);

        public Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation) => Task.FromResult(answer);

        public Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) => Task.FromResult(answer);

        public Task<ulong> ChainIdAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation) => throw new NotSupportedException();

        public Task SendAsync(SignedTransaction transaction, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) => throw new NotSupportedException();
    }
}

/// <summary>Answers every request with the same body.</summary>
internal sealed class Canned(byte[] body, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
{
    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ByteArrayContent content = new(body);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        return Task.FromResult(new HttpResponseMessage(status) { Content = content });
    }
}
