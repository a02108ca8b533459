using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Health;

namespace PantryChain.Store.Tests;

/// <summary>What <c>/health</c> tells whom.</summary>
public sealed class StoreHealthSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task Anybody_hears_words_and_only_the_clerk_hears_figures()
    {
        JsonElement anybody = await world.HealthAsync(clerk: false), clerk = await world.HealthAsync();
        using HttpRequestMessage guess = new(HttpMethod.Get, "/health") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", new string('0', 64)) } };
        using HttpResponseMessage guessed = await world.Http.SendAsync(guess);

        anybody.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo("status", "at", "database", "chain", "broker", "block", "causes");
        (await guessed.Content.ReadAsStringAsync()).Should().NotContain("counts");
        clerk.GetProperty("counts").GetProperty("households").GetInt64().Should().BeGreaterOrEqualTo(0);
        clerk.GetProperty("follower").GetProperty("behind").GetInt64().Should().BeGreaterOrEqualTo(0);
    }

    [Fact]
    public async Task A_follower_that_is_left_behind_is_said()
    {
        await world.RestartAsync(options => options with { Chain = options.Chain with { LagBlocks = 5 } });
        await Wait.UntilAsync(async () => (await world.CausesAsync()).Length == 0, "well");
        await using NpgsqlConnection holder = await world.Database.OpenConnectionAsync();
        await using NpgsqlTransaction held = await holder.BeginTransactionAsync();
        await holder.ExecuteAsync("lock table followers in access exclusive mode"); // its pass hangs, as on a sick disk
        await world.Chain.CallAsync("anvil_mine", ["0x10"]);

        await Wait.UntilAsync(async () => (await world.CausesAsync()).Contains("follower_lags"), "said");
        await held.RollbackAsync();
        await Wait.UntilAsync(async () => (await world.CausesAsync()).Length == 0, "well again");
    }

    [Fact]
    public async Task A_book_that_differs_from_the_chain_is_said()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "differs");
        OrderId order = world.Service<OrderEscrow>().IdOf(await TestOrders.OpenAsync(world, household));
        HealthWatch watch = world.Service<HealthWatch>();
        await watch.CompareAsync(CancellationToken.None);
        watch.Differing.Should().BeEmpty();

        await world.QueryAsync<int>("update orders set state = 2 where id = @order returning 1", new { order });
        await watch.CompareAsync(CancellationToken.None); // it may be on its way
        watch.Differing.Should().BeEmpty();
        await world.Chain.CallAsync("anvil_mine", ["0x2"]);
        await Wait.UntilAsync(async () => { await watch.CompareAsync(CancellationToken.None); return watch.Differing.Length == 1; }, "it is not");

        (await world.CausesAsync()).Should().Contain("view_differs");
        await world.QueryAsync<int>("update orders set state = 1 where id = @order returning 1", new { order });
        await watch.CompareAsync(CancellationToken.None);
        (await world.CausesAsync()).Should().NotContain("view_differs");
    }

    [Fact]
    public async Task Blocks_of_another_time_than_the_stores_clock_make_it_doubted()
    {
        world.Clock.Drift(TimeSpan.FromHours(2));
        await world.Chain.CallAsync("evm_mine", []);
        await Wait.UntilAsync(async () => (await world.CausesAsync()).Contains("clock_doubted"), "said");

        await world.Chain.CallAsync("evm_increaseTime", [7200]);
        await world.Chain.CallAsync("evm_mine", []);
        await Wait.UntilAsync(async () => !(await world.CausesAsync()).Contains("clock_doubted"), "agreed again");
    }

    [Fact]
    public async Task Rejected_blocks_are_said()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "rejected");
        await world.QueryAsync<int>("insert into rejections values (@Device, 1, 'gap', @now) returning 1", new { household.Device.Device, now = world.Clock.GetUtcNow() });

        (await world.CausesAsync()).Should().Contain("blocks_rejected");
        await household.SendAsync(household.Seal(uses: 1)); // cures it
        (await world.CausesAsync()).Should().NotContain("blocks_rejected");
    }

    [Fact]
    public async Task A_rejection_of_a_height_that_never_comes_ends_with_the_next_accepted_block()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "rejected-far");
        await world.QueryAsync<int>("insert into rejections values (@Device, 4611686018427387904, 'gap', @now) returning 1", new { household.Device.Device, now = world.Clock.GetUtcNow() });

        await household.SendAsync(household.Seal(uses: 1));

        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select count(*) from rejections where device = @Device", new { household.Device.Device }) == 0, "the rejection is over");
    }

    [Fact]
    public async Task Transactions_that_wait_too_long_and_a_wallet_without_gas_are_said()
    {
        string wallet = world.Service<Sending.Wallets>().Relayer.Address.ToString();
        string balance = (await world.Chain.CallAsync("eth_getBalance", [wallet, "latest"])).GetString()!;
        await world.Chain.CallAsync("anvil_setBalance", [wallet, "0x1"]);
        try
        {
            await Wait.UntilAsync(async () => (await world.CausesAsync()).Contains("wallet_empty"), "said");
        }
        finally
        {
            await world.Chain.CallAsync("anvil_setBalance", [wallet, balance]);
        }
        await world.Chain.CallAsync("evm_setAutomine", [false]);
        await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "stuck", account = world.Contracts.Bamtol.ToString(), amount = "1" });
        await world.QueryAsync<int>("update transactions set queued_at = queued_at - interval '1 hour' where purpose = 'deposit stuck' returning 1");

        (await world.CausesAsync()).Should().Contain("transactions_stuck");
        await world.Chain.CallAsync("evm_setAutomine", [true]);
        await world.Chain.CallAsync("evm_mine", []);
        await Wait.UntilAsync(async () => !(await world.CausesAsync()).Contains("transactions_stuck"), "mined");
    }
}
