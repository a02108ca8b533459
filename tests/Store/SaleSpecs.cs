using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Rewards;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Tests;

/// <summary>Which settled orders carry margin, and what a household gets for them.</summary>
public sealed class SaleSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private const uint Epoch = 900_000; // far from those that the store closes by itself
    private static readonly Bamtol Price = Bamtol.FromWon(2_900);
    private static readonly RewardRules Rules = new();
    private static int _orders;

    [Fact]
    public async Task Whoever_buys_from_himself_or_from_his_own_other_account_earns_no_margin()
    {
        await using Ledger ledger = await Ledger.OpenAsync(world);
        await using TestHousehold other = await TestHousehold.JoinAsync(world, "other-self");
        AccountAddress buyer = Address("buyer who lists himself");
        await ledger.SettleAsync(buyer, seller: Address("a wallet of his own"), paid: Bamtol.FromWon(1_000_000));
        await ledger.SettleAsync(buyer, seller: other.Account, paid: Price);

        (await ledger.CountAsync(Epoch))[buyer].Margin.Should().Be(default(Bamtol));

        (await ledger.WhysAsync(buyer)).Should().Equal("foreign_seller", "foreign_seller");
    }

    [Fact]
    public async Task An_own_sale_carries_margin_only_at_a_price_that_the_cooperative_asked()
    {
        await using Ledger ledger = await Ledger.OpenAsync(world);
        AccountAddress honest = Address("honest"), dear = Address("dear"), cheap = Address("cheap"), nothing = Address("nothing"), unknown = Address("unknown");
        await ledger.SettleAsync(honest, quantity: 2, paid: Bamtol.FromWon(5_800));
        await ledger.SettleAsync(dear, paid: Bamtol.FromWon(1_000_000));
        await ledger.SettleAsync(cheap, quantity: 2, paid: Price);
        await ledger.SettleAsync(nothing, quantity: 0, paid: Price);
        await ledger.SettleAsync(unknown, gtin: Gtin.Restricted(77), paid: Price);

        Dictionary<AccountAddress, SaleSum> sums = await ledger.CountAsync(Epoch);

        sums[honest].Margin.Should().Be(Bamtol.FromWon(580), "ten percent");
        (await ledger.WhysAsync(honest)).Should().Equal("own_sale");
        new[] { dear, cheap, nothing, unknown }.Select(account => sums[account].Margin).Should().AllBeEquivalentTo(default(Bamtol));
        (await ledger.WhysAsync(dear)).Concat(await ledger.WhysAsync(cheap)).Concat(await ledger.WhysAsync(nothing)).Concat(await ledger.WhysAsync(unknown))
            .Should().Equal("other_price", "other_price", "nothing_sold", "not_offered");
    }

    [Fact]
    public async Task A_price_counts_from_when_it_was_asked_until_a_day_after_it_changed()
    {
        await using Ledger ledger = await Ledger.OpenAsync(world);
        DateTimeOffset now = world.Clock.GetUtcNow();
        AccountAddress before = Address("before"), signed = Address("signed before"), late = Address("late"), early = Address("too early"), renewed = Address("renewed");
        await ledger.AskAsync(Bamtol.FromWon(3_300), now.AddDays(10));
        await ledger.SettleAsync(before, paid: Price, placedAt: now.AddDays(9));
        await ledger.SettleAsync(early, paid: Bamtol.FromWon(3_300), placedAt: now.AddDays(9));
        await ledger.SettleAsync(signed, paid: Price, placedAt: now.AddDays(10).AddHours(23));
        await ledger.SettleAsync(late, paid: Price, placedAt: now.AddDays(11).AddHours(1));
        await ledger.SettleAsync(renewed, paid: Bamtol.FromWon(3_300), placedAt: now.AddDays(30));

        Dictionary<AccountAddress, SaleSum> sums = await ledger.CountAsync(Epoch);

        new[] { before, signed, renewed }.Select(account => sums[account].Margin.Hundredths > 0).Should().AllBeEquivalentTo(true);
        new[] { early, late }.Select(account => sums[account].Margin).Should().AllBeEquivalentTo(default(Bamtol));
    }

    [Fact]
    public async Task A_part_paid_in_Bamnamu_counts_at_the_rate_by_which_the_escrow_took_it()
    {
        await using Ledger ledger = await Ledger.OpenAsync(world);
        AccountAddress right = Address("right part"), wrong = Address("wrong part");
        await ledger.SettleAsync(right, paid: Bamtol.FromWon(2_800), reward: Bamnamu.FromTokens(10)); // 10 won each
        await ledger.SettleAsync(wrong, paid: Bamtol.FromWon(2_800), reward: Bamnamu.FromTokens(9));

        Dictionary<AccountAddress, SaleSum> sums = await ledger.CountAsync(Epoch);

        sums[right].Margin.Should().Be(Bamtol.FromWon(290));
        sums[wrong].Margin.Should().Be(default(Bamtol));
    }

    [Fact]
    public async Task An_order_counts_once_and_not_before_or_without_its_settlement()
    {
        await using Ledger ledger = await Ledger.OpenAsync(world);
        AccountAddress buyer = Address("counted once"), other = Address("never settled");
        await ledger.SettleAsync(buyer, paid: Price);
        foreach (OrderState state in new[] { OrderState.Open, OrderState.Accepted, OrderState.Shipped, OrderState.Cancelled, OrderState.Refunded })
            await ledger.SettleAsync(other, paid: Price, state: state);

        Dictionary<AccountAddress, SaleSum> first = await ledger.CountAsync(Epoch), second = await ledger.CountAsync(Epoch + 1);

        first[buyer].Margin.Should().Be(Bamtol.FromWon(290));
        second.Should().NotContainKey(buyer);
        first.Should().NotContainKey(other);
    }

    [Fact]
    public async Task An_order_that_the_chain_gave_up_is_taken_back_and_counts_again_once_it_settles_again()
    {
        await using Ledger ledger = await Ledger.OpenAsync(world);
        AccountAddress buyer = Address("orphaned");
        OrderId order = await ledger.SettleAsync(buyer, paid: Price);
        MarginSum counted = Rules.MarginOf(Bamtol.FromWon(290), Bamtol.FromWon(10));
        await ledger.CountAsync(Epoch);

        await ledger.MoveAsync(order, OrderState.Shipped);
        SaleSum gone = (await ledger.CountAsync(Epoch + 1))[buyer];
        Dictionary<AccountAddress, SaleSum> quiet = await ledger.CountAsync(Epoch + 2);
        await ledger.MoveAsync(order, OrderState.Settled);
        SaleSum again = (await ledger.CountAsync(Epoch + 3))[buyer];

        (gone.Margin, gone.TakenBack).Should().Be((default(Bamtol), counted));
        quiet.Should().NotContainKey(buyer);
        (again.Margin, again.TakenBack).Should().Be((Bamtol.FromWon(290), default(MarginSum)));
    }

    [Fact]
    public async Task A_household_without_a_settled_order_earns_nothing_and_its_first_one_at_the_cooperative_pays_the_first_tier()
    {
        await using TestHousehold honest = await TestHousehold.JoinAsync(world, "first-order"), farmer = await TestHousehold.JoinAsync(world, "farmer");
        for (int day = 0; day < 3; day++)
        {
            foreach (TestHousehold household in new[] { honest, farmer })
            {
                await household.SendAsync(household.Seal(uses: 3, urgent: true));
                await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == household.Head.Height), "block anchored");
            }
            await world.Clock.SkipAsync(TimeSpan.FromDays(1));
            await EpochAsync(honest);
        }
        JsonElement before = await LeavesAsync(honest);
        await using (NpgsqlConnection connection = await world.Database.OpenConnectionAsync())
        {
            await Ledger.InsertAsync(connection, honest.Account, world.Service<Wallets>().Seller.Address, TestHousehold.Milk, 1, Price, default, world.Clock.GetUtcNow(), OrderState.Settled);
            await Ledger.InsertAsync(connection, farmer.Account, Address("farmer's own"), TestHousehold.Milk, 1, Bamtol.FromWon(1_000_000), default, world.Clock.GetUtcNow(), OrderState.Settled);
        }

        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await EpochAsync(honest);
        JsonElement after = await LeavesAsync(honest), farmed = await LeavesAsync(farmer);

        (Cumulative(before), Tier(before)).Should().Be(("0", 0));
        before.GetProperty("waiting").GetString().Should().Be(Rules.Bootstrap.Units.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (Cumulative(after), Tier(after)).Should().Be((Rules.Bootstrap.Units.ToString(System.Globalization.CultureInfo.InvariantCulture), 1));
        (Cumulative(farmed), Tier(farmed)).Should().Be(("0", 0));
    }

    [Fact]
    public async Task A_tier_outlives_waiting_and_the_claim_of_everything_that_earned_it()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "quiet");
        for (int day = 0; day < 3; day++)
        {
            await household.SendAsync(household.Seal(uses: 1, urgent: true));
            await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == household.Head.Height), "block anchored");
            await world.Clock.SkipAsync(TimeSpan.FromDays(1));
            await EpochAsync(household);
        }
        await using (NpgsqlConnection connection = await world.Database.OpenConnectionAsync())
            await Ledger.InsertAsync(connection, household.Account, world.Service<Wallets>().Seller.Address, TestHousehold.Milk, 1, Price, default, world.Clock.GetUtcNow(), OrderState.Settled);
        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await EpochAsync(household);
        JsonElement earned = await LeavesAsync(household);
        await world.Clock.SkipAsync(TimeSpan.FromDays(31));
        await EpochAsync(household);
        JsonElement waited = await LeavesAsync(household);

        await RelayClaimAsync(household, earned);
        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await EpochAsync(household);
        JsonElement claimed = await LeavesAsync(household);

        (Tier(earned), Tier(waited), Tier(claimed)).Should().Be((1, 1, 1));
        (claimed.GetProperty("held").GetString(), claimed.GetProperty("owned").GetString()).Should().Be(("0", Cumulative(earned)));
        uint number = claimed.GetProperty("epoch").GetUInt32();
        (await world.Service<EpochBook>().RecomputeAsync(number, CancellationToken.None))!.Root.ToString().Should().Be(claimed.GetProperty("root").GetString(), "balances are inputs that are kept");
    }

    [Fact]
    public async Task An_epoch_that_was_closed_under_the_first_rules_is_recomputed_by_them()
    {
        const string kept =
            """
            {"rules":{"marginShareBps":5000,"pointsPerUseDay":10,"pointsPerConfirmation":5,"pointsPerDeviation":5,"mostPointsPerEpoch":40,"perPoint":"1000000000000000000",
             "bootstrap":"50000000000000000000","tiers":["50000000000000000000","500000000000000000000","5000000000000000000000"],"warmUpSeconds":1296000,"warmUpShareBps":1000,
             "emissionPerEpoch":"100000000000000000000000","epochSeconds":86400},
             "households":[{"account":"0x0000000000000000000000000000000000001eef","cumulative":"45000000000000000000","bootstrapUsed":"45000000000000000000","marginLeft":"3000000000000000000",
             "useDays":1,"confirmations":0,"deviations":0,"settledMargin":"0","deviceWeightBps":10000,"claimedAt":-1400000,"dealtWith":"0","locked":"0"}]}
            """;
        await using NpgsqlConnection connection = await world.Database.OpenConnectionAsync();
        Hash32 transaction = Keccak256.Hash("an old publication");
        await connection.ExecuteAsync(
            "insert into transactions (id, wallet, purpose, data, status, queued_at) values (@transaction, 'test', 'an old publication', '\\x00', 'refused', @now)", new { transaction, now = world.Clock.GetUtcNow() });
        await connection.ExecuteAsync(
            "insert into epochs values (7, @zero, 0, @secret, 1000, @kept::jsonb, @transaction, @now)",
            new { zero = Hash32.Zero, secret = Keccak256.Hash("secret"), kept, transaction, now = world.Clock.GetUtcNow() });

        HouseholdReward reward = (await world.Service<EpochBook>().RecomputeAsync(7, CancellationToken.None))!.Households.Single();

        reward.After.Cumulative.Should().Be(Bamnamu.FromTokens(53), "five of bootstrap without any order, and the three that were left of the margin share");
        reward.Standing.Tier.Should().Be(1);
    }

    private async Task EpochAsync(TestHousehold household)
    {
        uint ended = Rules.EpochAt(world.Clock.GetUtcNow()) - 1;
        await Wait.UntilAsync(async () => await world.QueryAsync<bool>("select exists (select 1 from epochs where number >= @ended and number < 800000 and published_at is not null)", new { ended = (long)ended }), $"epoch {ended} for {household.Gateway}");
    }

    private async Task RelayClaimAsync(TestHousehold household, JsonElement leaves)
    {
        JsonElement reward = leaves.GetProperty("reward");
        RewardLeaf leaf = new(household.Account, new Bamnamu(UInt128.Parse(Cumulative(leaves), System.Globalization.CultureInfo.InvariantCulture)), Hash32.Parse(reward.GetProperty("salt").GetString()!));
        EvmCall call = world.Service<RewardDistributor>().Claim(
            leaves.GetProperty("epoch").GetUInt32(), leaf, [.. reward.GetProperty("proof").EnumerateArray().Select(hash => Hash32.Parse(hash.GetString()!))]);
        string id = Keccak256.Hash($"claim of {household.Gateway}").ToString();
        using HttpResponseMessage response = await household.Http.PostAsJsonAsync("/api/v1/relay", new { id, kind = "claim", to = call.To.ToString(), data = Hex.Encode(call.Data.Span) });
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
        await Wait.UntilAsync(async () => (await household.Http.GetFromJsonAsync<JsonElement>($"/api/v1/relay/{id}")).GetProperty("status").GetString() == "mined", "claim mined");
    }

    private static async Task<JsonElement> LeavesAsync(TestHousehold household) => await household.Http.GetFromJsonAsync<JsonElement>("/api/v1/leaves");

    private static string Cumulative(JsonElement leaves) => leaves.GetProperty("reward").GetProperty("cumulative").GetString()!;

    private static int Tier(JsonElement leaves) => leaves.GetProperty("standing").GetProperty("tier").GetInt32();

    private static AccountAddress Address(string name) => new(Keccak256.Hash(name).ToArray().AsSpan(12));

    /// <summary>Orders as the follower would have booked them, in a transaction that nobody ever sees.</summary>
    private sealed class Ledger(StoreWorld world, NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<Ledger> OpenAsync(StoreWorld world)
        {
            NpgsqlConnection connection = await world.Database.OpenConnectionAsync();
            return new Ledger(world, connection, await connection.BeginTransactionAsync());
        }

        public Task<OrderId> SettleAsync(
            AccountAddress account, Bamtol paid, AccountAddress? seller = null, uint quantity = 1, Gtin? gtin = null, Bamnamu reward = default, DateTimeOffset? placedAt = null,
            OrderState state = OrderState.Settled) =>
            InsertAsync(connection, account, seller ?? world.Service<Wallets>().Seller.Address, gtin ?? TestHousehold.Milk, quantity, paid, reward, placedAt ?? world.Clock.GetUtcNow(), state);

        public static async Task<OrderId> InsertAsync(
            NpgsqlConnection connection, AccountAddress account, AccountAddress seller, Gtin gtin, uint quantity, Bamtol paid, Bamnamu reward, DateTimeOffset at, OrderState state)
        {
            OrderId id = new(Keccak256.Hash($"order {Interlocked.Increment(ref _orders)}"));
            await connection.ExecuteAsync(
                """
                insert into orders (id, account, device, mandate, gtin, seller, quantity, bamtol, bamnamu, cycle, evidence, deadline, state, placed_at, changed_at)
                values (@id, @account, @some, @some, @gtin, @seller, @quantity, @paid, @reward, 1, @some, extract(epoch from @at), @state, @at, @at)
                """,
                new { id, account, some = Hash32.Zero, gtin, seller, quantity = (long)quantity, paid, reward, at, state = (short)state });
            return id;
        }

        public Task<int> MoveAsync(OrderId order, OrderState state) => connection.ExecuteAsync("update orders set state = @state where id = @order", new { state = (short)state, order });

        public Task<int> AskAsync(Bamtol price, DateTimeOffset at) => connection.ExecuteAsync(
            "insert into price_changes (gtin, seller, unit_price, changed_at) values (@Milk, @seller, @price, @at)",
            new { TestHousehold.Milk, seller = world.Service<Wallets>().Seller.Address, price, at });

        public Task<Dictionary<AccountAddress, SaleSum>> CountAsync(uint epoch) => world.Service<SaleBook>().CountAsync(connection, epoch, Rules);

        public async Task<IReadOnlyList<string>> WhysAsync(AccountAddress account) =>
            (await connection.QueryAsync<string>("select why from epoch_orders where account = @account order by order_id", new { account })).AsList();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
