using System.Collections.Concurrent;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Rewards;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

public sealed partial class OrderFlowSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private static readonly Bamtol Price = Bamtol.FromWon(2_900);

    [Fact]
    public async Task An_order_goes_from_open_to_settled_and_the_seller_is_paid()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "buyer");
        ConcurrentQueue<OrderState> told = await ListenAsync(household);
        OrderTerms terms = await OpenAsync(household);
        OrderId order = world.Service<OrderEscrow>().IdOf(terms);

        JsonElement early = await DeskAsync($"orders/{order}/accept", 409);
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));
        await DeskUntilAsync($"orders/{order}/accept");
        await StateAsync(household, order, "accepted");
        await DeskAsync($"orders/{order}/ship", 200);
        await StateAsync(household, order, "shipped");
        DeliveryProof proof = world.Service<OrderEscrow>().SignDelivery(household.Device, terms, terms.Quantity, world.Clock.GetUtcNow().AddDays(1));
        await RelayAsync(household, "deliver", world.Service<OrderEscrow>().Confirm(terms, proof));
        JsonElement settled = await StateAsync(household, order, "settled");

        early.GetProperty("code").GetString().Should().Be("too_early");
        settled.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("state").GetString()).Should().Equal("open", "accepted", "shipped", "settled");
        await Wait.UntilAsync(() => Task.FromResult(told.Distinct().SequenceEqual([OrderState.Open, OrderState.Accepted, OrderState.Shipped, OrderState.Settled])), "every state told over the broker");
        (await world.Service<OrderEscrow>().CreditsAsync(terms.Seller, CancellationToken.None)).Cash.Should().Be(Price);
        await DeskAsync("sales/withdraw", 200);
        await Wait.UntilAsync(async () => await world.Service<BamtolToken>().BalanceAsync(terms.Seller, CancellationToken.None) == Price, "sales withdrawn");
        JsonElement redeemed = await DeskAsync("redemptions", 200, new { reference = "bank 7", amount = "290000" });
        await Wait.UntilAsync(async () => await world.Service<BamtolToken>().BalanceAsync(terms.Seller, CancellationToken.None) == default, "tokens burned");
        await DeskUntilAsync($"redemptions/{redeemed.GetProperty("number").GetInt64()}/payout");
        await Wait.UntilAsync(async () => await world.Service<BamtolToken>().ReserveAsync(CancellationToken.None) == await world.Service<BamtolToken>().SupplyAsync(CancellationToken.None), "payout recorded");
    }

    [Fact]
    public async Task Asking_twice_for_an_action_is_asking_once()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "buyer2");
        OrderId order = world.Service<OrderEscrow>().IdOf(await OpenAsync(household));
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));

        await DeskUntilAsync($"orders/{order}/accept");
        await DeskAsync($"orders/{order}/accept", 200);
        await StateAsync(household, order, "accepted");

        (await world.QueryAsync<long>("select count(*) from desk_actions where order_id = @order", new { order })).Should().Be(1);
        (await DeskAsync($"orders/{order}/deliver", 409)).GetProperty("code").GetString().Should().Be("wrong_state");
    }

    [Fact]
    public async Task An_order_that_nobody_accepts_is_refunded_by_time()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "buyer3");
        OrderTerms terms = await OpenAsync(household);
        OrderId order = world.Service<OrderEscrow>().IdOf(terms);

        await world.Clock.SkipAsync(TimeSpan.FromDays(4) + TimeSpan.FromMinutes(1));

        await StateAsync(household, order, "refunded");
        (await world.Service<BamtolToken>().BalanceAsync(household.Account, CancellationToken.None)).Should().Be(Bamtol.FromWon(10_000));
    }

    [Fact]
    public async Task Orders_are_followed_from_where_a_stopped_store_left_off()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "buyer4");
        OrderId order = world.Service<OrderEscrow>().IdOf(await OpenAsync(household));
        long before = await world.QueryAsync<long>("select count(*) from order_events where order_id = @order", new { order });

        await world.StopAsync();
        await world.StartAsync();
        await world.QueryAsync<int>("update followers set next_block = 0 where name = 'escrow' returning 1");
        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select next_block from followers where name = 'escrow'") > 1, "the log is read again");

        (await world.QueryAsync<long>("select count(*) from order_events where order_id = @order", new { order })).Should().Be(before);
    }

    [Fact]
    public async Task A_deposit_is_minted_once_per_reference()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "saver");
        object deposit = new { reference = "bank 1", account = household.Account.ToString(), amount = "500000" };

        await DeskAsync("deposits", 200, deposit);
        await DeskAsync("deposits", 200, deposit);
        JsonElement other = await DeskAsync("deposits", 409, new { reference = "bank 1", account = household.Account.ToString(), amount = "1" });
        await Wait.UntilAsync(async () => await world.Service<BamtolToken>().BalanceAsync(household.Account, CancellationToken.None) != default, "minted");

        (await world.Service<BamtolToken>().BalanceAsync(household.Account, CancellationToken.None)).Should().Be(Bamtol.FromWon(5_000));
        other.GetProperty("code").GetString().Should().Be("reference_used");
    }

    [Fact]
    public async Task An_auditor_recomputes_an_epoch_bit_for_bit_and_a_household_sees_only_its_own_leaves()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "auditee"), neighbour = await TestHousehold.JoinAsync(world, "neighbour");
        await household.SendAsync(household.Seal(uses: 2, urgent: true));
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == 1), "block anchored");

        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        JsonElement leaves = await Wait.ForAsync(async () => await LeavesAsync(household) is { } found && found.GetProperty("points").GetUInt32() == 10 ? (object)found : null, "the day's reward") is JsonElement own ? own : default;

        uint number = leaves.GetProperty("epoch").GetUInt32();
        RewardEpoch audited = (await world.Service<EpochBook>().RecomputeAsync(number, CancellationToken.None))!;
        PublishedEpoch onChain = (await world.Service<RewardDistributor>().EpochAsync(number, CancellationToken.None))!;
        audited.Root.Should().Be(onChain.Root);
        audited.Root.ToString().Should().Be(leaves.GetProperty("root").GetString());
        leaves.GetProperty("reward").GetProperty("cumulative").GetString().Should().Be("0", "nothing was bought yet");
        leaves.GetProperty("waiting").GetString().Should().Be(Bamnamu.FromTokens(10).Units.ToString(System.Globalization.CultureInfo.InvariantCulture));
        StandingLeaf standing = StandingOf(household, leaves);
        (await world.Service<RewardDistributor>().HasStandingAsync(standing, Proof(leaves, "standing"), CancellationToken.None)).Should().BeTrue();
        (await LeavesAsync(neighbour))!.Value.GetProperty("points").GetUInt32().Should().Be(0);
        (await world.QueryAsync<long>("select uses from mass_balance where epoch = @number and account = @Account", new { number = (long)number, household.Account })).Should().Be(2);
    }

    [Fact]
    public async Task Whoever_turns_the_clock_forward_earns_for_no_day_that_has_not_come()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "hasty");
        for (uint day = 0; day < 6; day++)
            await household.SendAsync(household.Seal(uses: 1, urgent: true, daysAhead: 30 * day));
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == 6), "blocks anchored");

        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await Wait.UntilAsync(async () => await LeavesAsync(household) is { } found && found.GetProperty("points").GetUInt32() > 0, "the day's reward");

        (await LeavesAsync(household))!.Value.GetProperty("points").GetUInt32().Should().BeLessThanOrEqualTo(20, "today, and a day that time zones may be ahead");
    }

    private Task<OrderTerms> OpenAsync(TestHousehold household) => TestOrders.OpenAsync(world, household);

    private static StandingLeaf StandingOf(TestHousehold household, JsonElement leaves) => TestOrders.StandingOf(household, leaves);

    private static List<Hash32> Proof(JsonElement leaves, string kind) => TestOrders.Proof(leaves, kind);

    private static Task<JsonElement?> LeavesAsync(TestHousehold household) => TestOrders.LeavesAsync(household);

    private static Task RelayAsync(TestHousehold household, string kind, EvmCall call) => TestOrders.RelayAsync(household, kind, call);

    private static Task<JsonElement> StateAsync(TestHousehold household, OrderId order, string state) => TestOrders.StateAsync(household, order, state);

    private static async Task<ConcurrentQueue<OrderState>> ListenAsync(TestHousehold household)
    {
        ConcurrentQueue<OrderState> told = new();
        (await household.LinkAsync()).Subscribe(household.Topics.AnyOrder, message =>
        {
            if (WireCodec.TryDecode(message.Payload.Span, out OrderNotice? notice, out _))
                told.Enqueue(notice.State);
        });
        return told;
    }

    private Task<JsonElement> DeskAsync(string action, int status, object? body = null) => TestOrders.DeskAsync(world, action, status, body);

    private Task DeskUntilAsync(string action) => TestOrders.DeskUntilAsync(world, action);

    private Task<HttpResponseMessage> SendToDeskAsync(string action, object? body) => TestOrders.SendToDeskAsync(world, action, body);
}
