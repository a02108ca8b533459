using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Tests.Chain;

public sealed class ChainKeeperSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("keeper-").FullName;
    private readonly int _port = LoopbackPort.Free();
    private readonly HttpClient _http = new();
    private readonly RelayerKey _payer = new(Hex.Decode(AnvilPart.Keys[0]));
    private ChildProcess? _keeper;

    public async Task InitializeAsync()
    {
        HouseholdTime clock = new(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero), TimeProvider.System.GetUtcNow(), 28_800, TimeProvider.System);
        clock.Write(Path.Combine(_folder, "clock.json"));
        await StartKeeperAsync();
    }

    [Fact]
    public async Task Kills_of_anvil_and_keeper_in_mid_traffic_lose_nothing_double_nothing_and_change_no_block()
    {
        Random random = new(20260501);
        List<Hash32> sent = [];
        Dictionary<long, string> seen = [];

        for (uint nonce = 0; nonce < 90; nonce++)
        {
            if (nonce % 30 == 17)
                await (random.Next(2) == 0 ? KillAnvilAsync() : KillKeeperAsync());
            sent.Add(await PayAsync(nonce));
            if (nonce % 10 == 0)
                await RememberAsync(seen);
        }
        await _keeper!.StopAsync(TimeSpan.FromSeconds(10));
        await StartKeeperAsync();

        BigInteger paid = 0;
        foreach (Hash32 hash in sent)
        {
            JsonElement receipt = await ReceiptAsync(hash);
            receipt.GetProperty("status").GetString().Should().Be("0x1");
            paid++;
        }
        (await CallAsync("eth_getBalance", Payee(), "latest")).GetString().Should().Be("0x" + (paid * 1000).ToString("x", CultureInfo.InvariantCulture).TrimStart('0'));
        (await CallAsync("eth_getTransactionCount", _payer.Address.ToString(), "latest")).GetString().Should().Be("0x5a"); // 90
        Dictionary<long, string> after = [];
        await RememberAsync(after);
        seen.Should().NotBeEmpty();
        seen.Should().OnlyContain(block => after[block.Key] == block.Value);
    }

    [Fact]
    public async Task Stamps_are_household_time_and_strictly_increase()
    {
        await Until(async () => await NumberAsync() > 12);

        long[] stamps = await Task.WhenAll(Enumerable.Range(1, 10).Select(async number =>
            Parse((await CallAsync("eth_getBlockByNumber", Quantity(number), false)).GetProperty("timestamp"))));

        stamps.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        stamps[^1].Should().BeGreaterThan(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() + 3600);
    }

    [Theory]
    [InlineData("anvil_setBalance")]
    [InlineData("evm_mine")]
    [InlineData("eth_sendTransaction")]
    [InlineData("debug_traceTransaction")]
    public async Task Methods_that_would_change_the_past_are_not_offered(string method)
    {
        JsonElement answer = await AskAsync(method, []);

        answer.GetProperty("error").GetProperty("code").GetInt32().Should().Be(-32601);
    }

    [Fact]
    public async Task A_transaction_handed_in_twice_is_one_transaction()
    {
        Hash32 first = await PayAsync(0);
        Hash32 second = await PayAsync(0);
        await ReceiptAsync(first);

        second.Should().Be(first);
        (await CallAsync("eth_getBalance", Payee(), "latest")).GetString().Should().Be("0x3e8"); // 1000
    }

    [Fact]
    public async Task Requests_from_another_sites_page_are_refused()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Url) { Content = JsonContent.Create(new { jsonrpc = "2.0", id = 1, method = "eth_chainId" }) };
        request.Headers.Add("Origin", "https://elsewhere.example");

        using HttpResponseMessage response = await _http.SendAsync(request);

        response.StatusCode.Should().Be(System.Net.HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("{\"method\":7}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0xzz\"]}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x00\"]}")]
    public async Task Garbage_is_answered_with_an_error_and_the_chain_goes_on(string garbage)
    {
        using HttpResponseMessage response = await _http.PostAsync(Url, new StringContent(garbage, System.Text.Encoding.UTF8, "application/json"));
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        long before = await NumberAsync();

        JsonElement first = answer.ValueKind == JsonValueKind.Array ? answer[0] : answer;
        first.TryGetProperty("error", out _).Should().BeTrue();
        await Until(async () => await NumberAsync() > before);
    }

    public async Task DisposeAsync()
    {
        _keeper!.Kill();
        await _keeper.WaitAsync();
        _http.Dispose();
        _payer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Uri Url => new($"http://127.0.0.1:{_port}/");

    private static string Payee() => "0x00000000000000000000000000000000000c0ffe";

    private async Task StartKeeperAsync()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "PantryChain.Rehearsal.dll");
        _keeper = await ChildProcess.StartAsync(Tool.Dotnet,
            [program, "chain", "--data", Path.Combine(_folder, "chain"), "--port", $"{_port}", "--clock", Path.Combine(_folder, "clock.json")], Path.Combine(_folder, "keeper.log"));
        await Until(async () => _keeper.IsRunning ? await NumberAsync() >= 0 : throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(_folder, "keeper.log"))));
    }

    /// <summary>Kills anvil, whom the keeper replaces by itself.</summary>
    private async Task KillAnvilAsync()
    {
        using Process anvil = Process.GetProcessById(Anvils().Single());
        anvil.Kill();
        await anvil.WaitForExitAsync();
    }

    /// <summary>Kills the keeper and starts it again once its anvil has followed it.</summary>
    private async Task KillKeeperAsync()
    {
        int[] anvils = Anvils();
        _keeper!.Kill();
        await _keeper.WaitAsync();
        foreach (int anvil in anvils)
            await Until(() => Task.FromResult(!Directory.Exists($"/proc/{anvil}")));
        await StartKeeperAsync();
    }

    private int[] Anvils() => [.. Process.GetProcessesByName("anvil").Where(IsOurs).Select(process => process.Id)];

    private bool IsOurs(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[1].Split(' ')[2] == $"{_keeper!.Id}";
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Sends 1000 wei, again and again until the chain has said yes, as any client does.</summary>
    private async Task<Hash32> PayAsync(uint nonce)
    {
        SignedTransaction transaction = new Eip1559Transaction(31337, nonce, 0, 100_000_000_000, 21_000, AccountAddress.Parse(Payee()), 1000, ReadOnlyMemory<byte>.Empty).Sign(_payer);
        await Until(async () =>
        {
            JsonElement answer = await AskAsync("eth_sendRawTransaction", [Hex.Encode(transaction.Raw.Span)]);
            return answer.TryGetProperty("result", out JsonElement hash) && Hash32.Parse(hash.GetString()!) == transaction.Hash;
        });
        return transaction.Hash;
    }

    private async Task<JsonElement> ReceiptAsync(Hash32 hash)
    {
        JsonElement receipt = default;
        await Until(async () => (receipt = await CallAsync("eth_getTransactionReceipt", hash.ToString())).ValueKind == JsonValueKind.Object);
        return receipt;
    }

    private async Task RememberAsync(Dictionary<long, string> hashes)
    {
        long newest = await NumberAsync();
        for (long number = 0; number <= newest; number++)
            hashes[number] = (await CallAsync("eth_getBlockByNumber", Quantity(number), false)).GetProperty("hash").GetString()!;
    }

    private async Task<long> NumberAsync() => Parse(await CallAsync("eth_blockNumber"));

    private async Task<JsonElement> CallAsync(string method, params object[] parameters) => (await AskAsync(method, parameters)).GetProperty("result");

    private async Task<JsonElement> AskAsync(string method, object[] parameters)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(Url, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string Quantity(long number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    private static long Parse(JsonElement quantity) => long.Parse(quantity.GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static async Task Until(Func<Task<bool>> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await condition())
                    return;
            }
            catch (HttpRequestException) when (waited.Elapsed < Patience)
            {
                // the keeper is on its way back
            }
            waited.Elapsed.Should().BeLessThan(Patience);
            await Task.Delay(20);
        }
    }
}
