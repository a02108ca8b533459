using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Orders;
using PantryChain.Store.Relay;

namespace PantryChain.Store.Tests;

/// <summary>The store's own purse and queue: nobody waits for another's garbage, nobody burns the gas of all, nothing that may succeed is given up.</summary>
public sealed class QueueSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task Garbage_at_the_head_of_the_queue_holds_up_its_sender_and_nobody_else()
    {
        await using TestHousehold attacker = await TestHousehold.JoinAsync(world, "queue-garbage"), household = await TestHousehold.JoinAsync(world, "queue-honest");
        await world.Chain.CallAsync("evm_setAutomine", [false]);
        try
        {
            string first = await PostAsync(household, Approve(household, nonce: 0));
            await Wait.UntilAsync(async () => await TestOrders.StatusAsync(household, first) == "sent", "something is in flight");
            List<string> garbage = [];
            for (int i = 0; i < 20; i++)
                garbage.Add(await PostAsync(attacker, Garbage(attacker, (uint)i), "claim"));
            string second = await PostAsync(household, Approve(household, nonce: 1));
            await household.SendAsync(household.Seal(uses: 1, urgent: true));

            await Wait.UntilAsync(async () => await TestOrders.StatusAsync(household, second) == "sent", "the next household's call is on its way");
            await Wait.UntilAsync(async () => await world.QueryAsync<long>("select count(*) from transactions where lane = 'anchors' and status = 'sent'") == 1, "the anchor is on its way");
            (await TestOrders.StatusAsync(attacker, garbage[0])).Should().Be("queued", "it may still need what is in flight");
            await world.Chain.CallAsync("evm_mine", []);
            foreach (string id in garbage)
                await Wait.UntilAsync(async () => await TestOrders.StatusAsync(attacker, id) == "refused", "garbage is refused in the end");
        }
        finally
        {
            await world.Chain.CallAsync("evm_setAutomine", [true]);
            await world.Chain.CallAsync("evm_mine", []);
        }
    }

    [Fact]
    public async Task A_call_that_needs_what_is_in_flight_is_judged_again_and_mined()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "queue-again");
        await world.Chain.CallAsync("evm_setAutomine", [false]);
        string late = await PostAsync(household, Approve(household, nonce: 1)), early;
        try
        {
            early = await PostAsync(household, Approve(household, nonce: 0));
        }
        finally
        {
            await world.Chain.CallAsync("evm_setAutomine", [true]);
            await world.Chain.CallAsync("evm_mine", []);
        }

        await Wait.UntilAsync(async () => await TestOrders.StatusAsync(household, early) == "mined", "the first is mined");
        await Wait.UntilAsync(async () => await TestOrders.StatusAsync(household, late) is "mined" or "refused", "the other is decided");
    }

    [Fact]
    public async Task A_households_gas_ends_for_the_day_and_its_no_is_brought_all_the_same()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "queue-gas");
        await world.RestartAsync(options => options with { RelayGasPerDay = 1_000_000 });
        try
        {
            ulong nonce = 0;
            HttpResponseMessage refused;
            while ((refused = await TestOrders.PostAsync(household, TestOrders.NewId(), "execute", Approve(household, nonce++))).IsSuccessStatusCode)
                nonce.Should().BeLessThan(60, "the gas must end some time");

            ((int)refused.StatusCode).Should().Be(429);
            (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().Should().Be("gas_budget_spent");
            refused.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.FromHours(23)).And.BeLessOrEqualTo(TimeSpan.FromHours(24));
            Mandate mandate = new(
                household.Account, TestHousehold.Milk, 1, Bamtol.FromWon(1), Bamtol.FromWon(1), 1, 0, 0, new BasisPoints(0), Hash32.Zero, world.Clock.GetUtcNow().AddDays(9), 1);
            using HttpResponseMessage revoke = await TestOrders.PostAsync(household, TestOrders.NewId(), "execute", world.Service<MemberAccounts>().Execute(
                household.Member, household.Account, world.Service<OrderEscrow>().RevokeMandate(mandate), nonce, world.Clock.GetUtcNow().AddDays(1)));
            revoke.IsSuccessStatusCode.Should().BeTrue(await revoke.Content.ReadAsStringAsync());
            refused.Dispose();
            await world.Clock.SkipAsync(TimeSpan.FromHours(25));
            using HttpResponseMessage nextDay = await TestOrders.PostAsync(household, TestOrders.NewId(), "execute", Approve(household, nonce));
            nextDay.IsSuccessStatusCode.Should().BeTrue(await nextDay.Content.ReadAsStringAsync());
        }
        finally
        {
            await world.RestartAsync(options => options with { RelayGasPerDay = 30_000_000 });
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("0x00000001")]
    public void Only_what_takes_back_is_a_no(string data)
    {
        RelayBudget.IsNo("execute", Hex.Decode(data.Length == 0 ? "0x" : data)).Should().BeFalse();
        RelayBudget.IsNo("trigger", Hex.Decode(data.Length == 0 ? "0x" : data)).Should().BeFalse();
        RelayBudget.IsNo("cancel", Hex.Decode(data.Length == 0 ? "0x" : data)).Should().BeTrue();
    }

    [Fact]
    public async Task A_refund_that_was_refused_is_tried_again_after_a_wait()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "queue-refund");
        OrderTerms terms = await TestOrders.OpenAsync(world, household);
        OrderId order = world.Service<OrderEscrow>().IdOf(terms);
        // A refusal as it would stand there after a pause of the token.
        Hash32 refusal = Keccak256.Hash($"refused refund of {order}");
        await world.QueryAsync<int>(
            """
            with t as (insert into transactions (id, wallet, purpose, data, status, reason, queued_at, finished_at) values (@refusal, 'relayer', 'refund', '', 'refused', 'paused', @now, @later) returning id)
            insert into desk_actions select @order, 'refund', id, @now from t returning 1
            """, new { refusal, order, now = world.Clock.GetUtcNow(), later = world.Clock.GetUtcNow() + TimeSpan.FromDays(4) + TimeSpan.FromMinutes(5) });

        await world.Clock.SkipAsync(TimeSpan.FromDays(4) + TimeSpan.FromMinutes(6));
        await world.Service<TimeoutKeeper>().SweepAsync(world.Clock.GetUtcNow(), CancellationToken.None);
        long early = await world.QueryAsync<long>("select count(*) from desk_actions where order_id = @order", new { order });
        await world.Clock.SkipAsync(TimeSpan.FromMinutes(10));

        early.Should().Be(1, "it was refused a minute ago");
        await TestOrders.StateAsync(household, order, "refunded");
    }

    [Fact]
    public void The_wait_doubles_up_to_six_hours()
    {
        Enumerable.Range(1, 6).Select(refused => TimeoutKeeper.WaitAfter(refused).TotalMinutes).Should().Equal(10, 20, 40, 80, 160, 320);
        TimeoutKeeper.WaitAfter(7).Should().Be(TimeSpan.FromHours(6));
        TimeoutKeeper.WaitAfter(5_000).Should().Be(TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task At_the_cap_publishing_goes_on_with_an_unchanged_total()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "queue-cap");
        await TestOrders.BookSaleAsync(world, household.Account); // 29 Bamnamu of margin: more than two days of use earn
        await household.SendAsync(household.Seal(uses: 2, urgent: true));
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == household.Head.Height), "something to reward");
        await NextEpochAsync();
        Bamnamu published = await world.Service<RewardDistributor>().PublishedAsync(CancellationToken.None);
        published.Should().NotBe(default(Bamnamu));
        await world.RestartAsync(options => options with { Rewards = options.Rewards with { CapTokens = (long)(published.Units / Bamnamu.FromTokens(1).Units) } });
        await household.SendAsync(household.Seal(uses: 2, urgent: true));
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == household.Head.Height), "more to reward");

        long epoch = await NextEpochAsync();

        (await world.Service<RewardDistributor>().PublishedAsync(CancellationToken.None)).Should().Be(published);
        (await world.Service<RewardDistributor>().LatestAsync(CancellationToken.None))!.Epoch.Should().Be((uint)epoch);
        (await TestOrders.LeavesAsync(household))!.Value.GetProperty("epoch").GetInt64().Should().Be(epoch, "standing does not freeze");
    }

    [Fact]
    public async Task An_epoch_that_the_chain_refuses_is_taken_back_and_counted_by_the_next()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "queue-refused");
        await household.SendAsync(household.Seal(uses: 3, urgent: true));
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == household.Head.Height), "anchored");
        string token = world.Contracts.Bamnamu.ToString(), code = Hex.Encode(await world.Service<IEvmClient>().CodeAsync(world.Contracts.Bamnamu, CancellationToken.None));
        await world.Chain.CallAsync("anvil_setCode", [token, "0x60003560e01c6370a0823114601357600080fd5b60206000f3"]); // refuses to mint, whatever for; tells every balance as nothing
        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select count(*) from epochs join transactions on id = transaction_id where status = 'refused'") == 1, "refused");
        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select count(*) from epoch_households where epoch = (select max(number) from epochs)") == 0, "taken back");
        await world.Chain.CallAsync("anvil_setCode", [token, code]);

        (await world.CausesAsync()).Should().Contain("epoch_refused");
        long next = await NextEpochAsync();

        (await world.QueryAsync<long>("select uses from mass_balance where epoch = @next and account = @Account", new { next, household.Account })).Should().Be(3);
        (await world.CausesAsync()).Should().NotContain("epoch_refused");
    }

    [Theory]
    [InlineData("100000000000000000000000000000")] // 10^29
    [InlineData("340282366920938463463374607431768211455")] // 2^128 - 1
    [InlineData("340282366920938463463374607431768211456")]
    [InlineData("1000000000000000000000000000000000000000000")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("1e5")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("१२३")]
    public async Task An_impossible_amount_is_refused_with_a_sentence_at_every_door(string amount)
    {
        string account = world.Contracts.Bamtol.ToString();
        foreach ((string action, object body) in new (string, object)[]
        {
            ("deposits", new { reference = "impossible", account, amount }), ("redemptions", new { reference = "impossible", amount }),
        })
        {
            using HttpResponseMessage response = await TestOrders.SendToDeskAsync(world, action, body);
            JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            ((int)response.StatusCode).Should().Be(400, $"{action}: {problem}");
            problem.GetProperty("code").GetString().Should().NotBeNullOrEmpty();
            problem.GetProperty("detail").GetString().Should().NotBeNullOrEmpty();
        }
        using HttpResponseMessage list = await world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/desk/api/orders") { Headers = { Authorization = new("Bearer", world.ClerkToken) } });
        list.IsSuccessStatusCode.Should().BeTrue();
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    [InlineData("-1")]
    public async Task A_number_of_nothing_is_not_found_rather_than_a_fault(string number)
    {
        foreach (string action in new[] { $"redemptions/{number}/payout", $"quarantine/{number}/acknowledge" })
        {
            using HttpResponseMessage response = await TestOrders.SendToDeskAsync(world, action, null);
            ((int)response.StatusCode).Should().BeInRange(400, 499);
        }
    }

    private EvmCall Approve(TestHousehold household, ulong nonce) => world.Service<MemberAccounts>().Execute(
        household.Member, household.Account, world.Service<BamtolToken>().ApproveEscrow(Bamtol.FromWon(1_000_000)), nonce, world.Clock.GetUtcNow().AddDays(1));

    private EvmCall Garbage(TestHousehold household, uint salt) => new(world.Contracts.Rewards, new AbiWriter()
        .Unsigned(salt).Address(household.Account).Unsigned(1).Word(Keccak256.Hash($"{salt}")).Words([]).ToCall("claim(uint32,(address,uint128,bytes32),bytes32[])"));

    private static async Task<string> PostAsync(TestHousehold household, EvmCall call, string kind = "execute")
    {
        string id = TestOrders.NewId();
        using HttpResponseMessage response = await TestOrders.PostAsync(household, id, kind, call);
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
        return id;
    }

    private async Task<long> NextEpochAsync()
    {
        const string Newest = "select coalesce(max(number), 0) from epochs where published_at is not null";
        long before = await world.QueryAsync<long>(Newest);
        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await Wait.UntilAsync(async () => await world.QueryAsync<long>(Newest) > before, "the next epoch");
        return await world.QueryAsync<long>(Newest);
    }
}
