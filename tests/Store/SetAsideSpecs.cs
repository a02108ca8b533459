using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Store.Tests;

/// <summary>Logs that cannot be read, logs that are nobody's here, and everything behind them.</summary>
public sealed class SetAsideSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private const string MandateTuple = "(address,uint64,uint32,uint128,uint128,uint16,uint32,uint8,uint16,bytes32,uint64,uint64)";

    [Fact]
    public async Task A_mandate_for_product_number_1_stops_nobody()
    {
        await using TestHousehold attacker = await TestHousehold.JoinAsync(world, "poison");
        byte[] mandate = new AbiWriter().Address(attacker.Account).Unsigned(1).Unsigned(1).Unsigned(0).Unsigned(0).Unsigned(1).Unsigned(0).Unsigned(0).Unsigned(0)
            .Word(Hash32.Zero).Unsigned(ulong.MaxValue).Unsigned(0).ToCall($"setMandate({MandateTuple})");
        await TestOrders.RelayAsync(attacker, "execute", world.Service<MemberAccounts>().Execute(
            attacker.Member, attacker.Account, new EvmCall(world.Contracts.Escrow, mandate), 0, world.Clock.GetUtcNow().AddDays(1)));

        await using TestHousehold household = await TestHousehold.JoinAsync(world, "behind-poison");
        await TestOrders.OpenAsync(world, household);

        (await world.QueryAsync<long>("select count(*) from quarantined_logs where follower = 'escrow' and acknowledged_at is null and data = @mandate", new { mandate })).Should().Be(0, "the node was not even asked for it");
    }

    [Theory]
    [InlineData("a wrong check digit", 0)]
    [InlineData("data that ends too early", 1)]
    [InlineData("amounts beyond all money", 2)]
    [InlineData("no product at all", 3)]
    [InlineData("a quantity that is too wide", 4)]
    [InlineData("terms of another order", 5)]
    public async Task A_log_that_cannot_be_read_is_set_aside_with_its_bytes_and_those_behind_it_are_read(string what, int kind)
    {
        long before = await OpenCountAsync();
        byte[] data = Bad(kind);
        Hash32 order = Keccak256.Hash(what);
        Hash32 transaction = await EscrowForger.WriteAsync(world, Opened(order), data);
        await using TestHousehold household = await TestHousehold.JoinAsync(world, $"behind-{kind}");
        await TestOrders.OpenAsync(world, household);

        (await OpenCountAsync()).Should().Be(before + 1, what);
        JsonElement kept = (await ApiAsync(HttpMethod.Get, "quarantine")).EnumerateArray().First(log => log.GetProperty("transaction").GetString() == transaction.ToString());
        kept.GetProperty("data").GetString().Should().Be(Hex.Encode(data));
        kept.GetProperty("topics").GetString().Should().Be(Hex.Encode(Opened(order).SelectMany(topic => topic.ToArray()).ToArray()));
        kept.GetProperty("reason").GetString().Should().NotBeNullOrWhiteSpace();
        (await world.CausesAsync()).Should().Contain("logs_set_aside").And.NotContain("follower_lags");
        await AcknowledgeAllAsync();
        (await world.CausesAsync()).Should().NotContain("logs_set_aside");
        (await world.QueryAsync<long>("select count(*) from quarantined_logs where transaction = @transaction", new { transaction })).Should().Be(1, "it is kept");
    }

    [Fact]
    public async Task A_step_of_an_order_that_nobody_opened_here_changes_nothing()
    {
        Hash32 order = Keccak256.Hash("nobody's");
        await EscrowForger.WriteAsync(world, [EscrowEvent.OrderTopics[1], order], []);
        await EscrowForger.WriteAsync(world, Opened(order, device: Keccak256.Hash("a stranger's device")), new AbiWriter().Unsigned(TestHousehold.Milk.Value)
            .Word(Keccak256.Hash("a stranger's device")).Word(Hash32.Zero).Address(AccountAddress.Parse("0x00000000000000000000000000000000005e11e1"))
            .Unsigned(1).Unsigned(1).Unsigned(0).Unsigned(1).Word(Hash32.Zero).Unsigned(9).ToArray());
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "beside-strangers");
        await TestOrders.OpenAsync(world, household);

        (await world.QueryAsync<long>("select count(*) from order_log where order_id = @order", new { order })).Should().Be(0);
        (await world.QueryAsync<long>("select count(*) from orders where id = @order", new { order })).Should().Be(0);
    }

    [Fact]
    public async Task Whatever_is_written_in_the_escrows_name_the_follower_reaches_the_head()
    {
        Random random = new(20260314);
        for (int i = 0; i < 24; i++)
        {
            byte[] data = new byte[random.Next(0, 400)];
            random.NextBytes(data);
            if (i % 2 == 0)
                for (int at = 0; at + 32 <= data.Length; at += 32)
                    data.AsSpan(at, random.Next(16, 32)).Clear(); // small numbers, as the ABI writes them
            Hash32[] topics = [EscrowEvent.OrderTopics[i % EscrowEvent.OrderTopics.Count], Keccak256.Hash($"{i}"), Hash32.Zero, world.Service<Sending.Wallets>().Seller.Address.ToWord()];
            await EscrowForger.WriteAsync(world, topics, data);
        }
        ulong newest = (await world.Service<IEvmClient>().LatestBlockAsync(CancellationToken.None)).Number;

        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select next_block from followers where name = 'escrow'") > (long)newest, "everything is read");
        using HttpResponseMessage desk = await world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/desk/api/orders") { Headers = { Authorization = new("Bearer", world.ClerkToken) } });
        desk.IsSuccessStatusCode.Should().BeTrue("what was booked can be shown");
        await AcknowledgeAllAsync();
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for_and_no_log_is_blamed_for_it()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "patient-follower");
        OrderTerms terms = await TestOrders.OpenAsync(world, household);
        OrderId order = world.Service<OrderEscrow>().IdOf(terms);
        long before = await OpenCountAsync();
        EvmCall cancel = world.Service<OrderEscrow>().Cancel(household.Device, terms, world.Clock.GetUtcNow().AddHours(1));

        world.Postgres.Kill();
        await world.Postgres.WaitForExitAsync();
        await world.BringAsync(cancel);
        await world.Postgres.RestartAsync();

        await Wait.UntilAsync(async () =>
        {
            using HttpResponseMessage response = await household.Http.GetAsync($"/api/v1/orders/{order}");
            return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("\"cancelled\"", StringComparison.Ordinal);
        }, "cancelled");
        (await OpenCountAsync()).Should().Be(before);
    }

    [Theory]
    [InlineData("en", "Mark as seen", "Next step")]
    [InlineData("ko", "확인했음", "할 일")]
    public async Task The_desk_shows_what_was_set_aside_and_a_clerk_marks_it_as_seen(string language, string button, string next)
    {
        await EscrowForger.WriteAsync(world, Opened(Keccak256.Hash(language)), Bad(0));
        await Wait.UntilAsync(async () => (await world.CausesAsync()).Contains("logs_set_aside"), "set aside");
        using HttpClientHandler handler = new() { AllowAutoRedirect = false };
        using HttpClient clerk = new(handler) { BaseAddress = world.Http.BaseAddress };
        clerk.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        using FormUrlEncodedContent login = new([new("password", Hosting.SecretFile.Read(world.Folder.Key("clerk.password")))]);
        (await clerk.PostAsync(new Uri("/desk/login", UriKind.Relative), login)).Dispose();

        string page = System.Net.WebUtility.HtmlDecode(await clerk.GetStringAsync(new Uri("/desk/health", UriKind.Relative)));
        string number = System.Text.RegularExpressions.Regex.Match(page, "/desk/quarantine/([0-9]+)/acknowledge").Groups[1].Value;
        using HttpResponseMessage seen = await clerk.PostAsync(new Uri($"/desk/quarantine/{number}/acknowledge", UriKind.Relative), null);
        using HttpResponseMessage unknown = await clerk.PostAsync(new Uri("/desk/quarantine/999999/acknowledge", UriKind.Relative), null);

        page.Should().Contain(button).And.Contain(next).And.Contain("FormatException");
        ((int)seen.StatusCode).Should().Be(303);
        ((int)unknown.StatusCode).Should().Be(404);
        await AcknowledgeAllAsync();
    }

    // An order to the store's own seller, so that it is this cooperative's business.
    private Hash32[] Opened(Hash32 order, Hash32? device = null) =>
        [EscrowEvent.OrderTopics[0], order, Hash32.Zero, device is null ? world.Service<Sending.Wallets>().Seller.Address.ToWord() : Hash32.Zero];

    private byte[] Bad(int kind)
    {
        AccountAddress seller = world.Service<Sending.Wallets>().Seller.Address;
        ulong gtin = kind switch { 0 => 1, 3 => 0, _ => TestHousehold.Milk.Value };
        UInt128 quantity = kind == 4 ? (UInt128)uint.MaxValue + 1 : 1, bamtol = kind == 2 ? UInt128.MaxValue : 1;
        byte[] data = new AbiWriter().Unsigned(gtin).Word(Hash32.Zero).Word(Hash32.Zero).Address(seller).Unsigned(quantity).Unsigned(bamtol).Unsigned(0).Unsigned(1)
            .Word(Hash32.Zero).Unsigned(9).ToArray();
        return kind == 1 ? data[..100] : data;
    }

    private Task<long> OpenCountAsync() => world.QueryAsync<long>("select count(*) from quarantined_logs where acknowledged_at is null and orphaned_at is null");

    private async Task AcknowledgeAllAsync()
    {
        foreach (JsonElement log in (await ApiAsync(HttpMethod.Get, "quarantine")).EnumerateArray())
            await ApiAsync(HttpMethod.Post, $"quarantine/{log.GetProperty("number").GetInt64()}/acknowledge");
    }

    private async Task<JsonElement> ApiAsync(HttpMethod method, string path)
    {
        using HttpRequestMessage request = new(method, $"/desk/api/{path}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken) } };
        using HttpResponseMessage response = await world.Http.SendAsync(request);
        response.IsSuccessStatusCode.Should().BeTrue();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
