using System.Net;
using System.Text;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Evm;

public sealed class JsonRpcClientSpecs
{
    private static readonly byte[] Selector = AbiSignature.Selector("EscrowTooEarly(bytes32,uint64)");

    public static TheoryData<string> Nonsense =>
    [
        "", "null", "[]", "1", "\"text\"", "{}", "<html>busy</html>", """{"result": 7}""", """{"result": {}}""", """{"result": [1]}""", """{"result": "0x"}""",
        """{"result": "0xzz"}""", """{"result": "7"}""", """{"result": true}""", """{"error": 3}""", """{"error": null}""",
        """{"result": "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}""",
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task An_answer_that_makes_no_sense_counts_as_none(string body)
    {
        JsonRpcClient client = Answering(body);

        await client.Awaiting(c => c.NonceAsync(default, pending: true, default)).Should().ThrowAsync<EvmUnavailableException>();
        await client.Awaiting(c => c.LatestBlockAsync(default)).Should().ThrowAsync<EvmUnavailableException>();
        await client.Awaiting(c => c.LogsAsync(new LogFilter(0, null, [], []), default)).Should().ThrowAsync<EvmUnavailableException>();
    }

    [Fact]
    public async Task A_status_of_failure_counts_as_no_answer() =>
        await Answering("""{"result": "0x1"}""", HttpStatusCode.ServiceUnavailable).Awaiting(c => c.ChainIdAsync(default)).Should().ThrowAsync<EvmUnavailableException>();

    [Fact]
    public async Task A_revert_is_named_from_its_data()
    {
        JsonRpcClient client = Answering(Error(3, "execution reverted", Hex.Encode(Selector)));

        (await client.Awaiting(c => c.CallAsync(new EvmCall(default(AccountAddress), default), default)).Should().ThrowAsync<EvmRevertedException>())
            .Which.Error.Should().Be("EscrowTooEarly");
    }

    [Fact]
    public async Task A_refusal_says_what_kind_it_is()
    {
        EvmRefusedException low = await RefusalAsync("nonce too low");
        EvmRefusedException second = await RefusalAsync("replacement transaction underpriced");
        EvmRefusedException cheap = await RefusalAsync("transaction underpriced");

        low.Should().Match<EvmRefusedException>(e => e.IsNonceTooLow && !e.IsReplacementUnderpriced && e.Code == -32003);
        second.Should().Match<EvmRefusedException>(e => e.IsReplacementUnderpriced && !e.IsNonceTooLow);
        cheap.Should().Match<EvmRefusedException>(e => !e.IsReplacementUnderpriced, "it never came in and must not be waited for in silence");

        static async Task<EvmRefusedException> RefusalAsync(string message) =>
            (await Answering(Error(-32003, message)).Awaiting(Send).Should().ThrowAsync<EvmRefusedException>()).Which;
    }

    [Theory]
    [InlineData("already known")] // geth
    [InlineData("transaction already imported")] // anvil
    [InlineData("Known transaction")] // Besu
    public async Task A_transaction_that_the_node_has_is_no_error(string message) =>
        await Answering(Error(-32000, message)).Awaiting(Send).Should().NotThrowAsync();

    [Fact]
    public async Task A_receipt_that_is_not_there_yet_is_null() =>
        (await Answering("""{"result": null}""").ReceiptAsync(default, default)).Should().BeNull();

    [Fact]
    public async Task An_answer_that_never_ends_is_given_up_within_what_a_gateway_can_bear()
    {
        using EndlessStream endless = new();
        using HttpClient http = new(new Flood(endless)) { BaseAddress = new Uri("http://chain/") };
        JsonRpcClient client = new(http, RevertReasons.BuiltIn, TimeSpan.FromMinutes(5), JsonRpcClient.GatewayAnswer);

        await client.Awaiting(c => c.ChainIdAsync(default)).Should().ThrowAsync<EvmUnavailableException>();

        endless.Told.Should().BeInRange(JsonRpcClient.GatewayAnswer, JsonRpcClient.GatewayAnswer + (1 << 18), "the gateway's whole heap is 64 MiB");
    }

    private static string Error(int code, string message, string data = "") => JsonSerializer.Serialize(new { error = new { code, message, data } });

    private static Task Send(JsonRpcClient client) => client.SendAsync(new SignedTransaction(default, 0, default, default), default);

    private static JsonRpcClient Answering(string body, HttpStatusCode status = HttpStatusCode.OK) => new(
        new HttpClient(new Answer(body, status)) { BaseAddress = new Uri("http://chain/") }, new RevertReasons(["EscrowTooEarly(bytes32,uint64)"]), TimeSpan.FromSeconds(5));

    private sealed class Answer(string body, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }

    private sealed class Flood(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
    }

    /// <summary>Zeros without end, counted.</summary>
    private sealed class EndlessStream : Stream
    {
        public long Told { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Told; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'0');
            Told += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'0');
            Told += count;
            return count;
        }
    }
}
