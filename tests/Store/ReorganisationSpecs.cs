using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Tests;

/// <summary>Blocks that were read, and are gone: on a real chain that drops them.</summary>
public sealed class ReorganisationSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_deposit_whose_block_is_gone_is_minted_again_by_the_same_bytes()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "reorg-a");
        await DepositAsync(household, "bank reorg 1", "500000");
        await Wait.UntilAsync(async () => await BalanceAsync(household) == Bamtol.FromWon(5_000), "minted");
        (string Status, Hash32 Hash, long Block, Hash32 BlockHash) before = await DepositRowAsync("bank reorg 1");

        await world.Chain.CallAsync("evm_setAutomine", [false]);
        await world.ReorganiseAsync(2);
        (await BalanceAsync(household)).Should().Be(default(Bamtol), "the block is gone");
        await world.Chain.CallAsync("evm_setAutomine", [true]);

        await Wait.UntilAsync(async () => await BalanceAsync(household) == Bamtol.FromWon(5_000), "minted again");
        await Wait.UntilAsync(async () => (await DepositRowAsync("bank reorg 1")) is { Status: "mined" } row && row.BlockHash != before.BlockHash, "booked in its new block");
        (await DepositRowAsync("bank reorg 1")).Hash.Should().Be(before.Hash);
        (await world.Service<BamtolToken>().SupplyAsync(CancellationToken.None)).Should().Be(await world.Service<BamtolToken>().ReserveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_reorganisation_while_the_store_was_stopped_is_noticed_at_the_start()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "reorg-b");
        await DepositAsync(household, "bank reorg 2", "700000");
        await Wait.UntilAsync(async () => await BalanceAsync(household) == Bamtol.FromWon(7_000), "minted");
        await Wait.UntilAsync(async () => (await DepositRowAsync("bank reorg 2")).Status == "mined", "booked");

        await world.StopAsync();
        await world.ReorganiseAsync(2);
        await world.StartAsync();

        await Wait.UntilAsync(async () => await BalanceAsync(household) == Bamtol.FromWon(7_000), "minted again");
    }

    [Fact]
    public async Task What_was_booked_from_blocks_that_are_gone_is_undone_and_a_settled_order_among_it_earns_nothing()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "reorg-c");
        OrderTerms terms = await TestOrders.ShipAsync(world, household);
        OrderEscrow escrow = world.Service<OrderEscrow>();
        OrderId order = escrow.IdOf(terms);
        DeliveryProof proof = escrow.SignDelivery(household.Device, terms, terms.Quantity, world.Clock.GetUtcNow().AddDays(1));
        await world.BringAsync(escrow.Confirm(terms, proof)); // by somebody who does not send it again
        await TestOrders.StateAsync(household, order, "settled");
        long settledIn = await world.QueryAsync<long>("select block_number from order_events where order_id = @order and state = 4", new { order });
        ulong newest = (await world.Service<IEvmClient>().LatestBlockAsync(CancellationToken.None)).Number;

        await world.ReorganiseAsync((int)(newest - (ulong)settledIn + 1));

        JsonElement back = await TestOrders.StateAsync(household, order, "shipped");
        back.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("state").GetString()).Should().Equal("open", "accepted", "shipped");
        (await world.QueryAsync<long>("select count(*) from order_log where order_id = @order and orphaned_at is not null", new { order })).Should().Be(1);
        long epoch = await NextEpochAsync(household);
        (await world.QueryAsync<long>("select delivered_packs from mass_balance where epoch = @epoch and account = @Account", new { epoch, household.Account })).Should().Be(0);
        (await world.QueryAsync<long?>("select max(epoch) from epoch_orders where order_id = @order and taken_back is null", new { order })).Should().BeNull();
        (await world.CausesAsync()).Should().NotContain(["follower_lags", "view_differs"]);
    }

    [Fact]
    public async Task Another_event_at_the_same_place_of_the_new_chain_is_booked()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "reorg-d");
        OrderTerms terms = await TestOrders.ShipAsync(world, household);
        OrderEscrow escrow = world.Service<OrderEscrow>();
        OrderId order = escrow.IdOf(terms);
        DeliveryProof proof = escrow.SignDelivery(household.Device, terms, terms.Quantity, world.Clock.GetUtcNow().AddDays(1));
        await world.BringAsync(escrow.Confirm(terms, proof));
        await TestOrders.StateAsync(household, order, "settled");
        (long Block, int Index) place = await world.QueryAsync<(long, int)>("select block_number, log_index from order_events where order_id = @order and state = 4", new { order });

        await world.ReorganiseAsync(1);
        await TestOrders.StateAsync(household, order, "shipped");
        await world.Chain.CallAsync("anvil_rollback", [1]); // the place is free again
        await world.BringAsync(escrow.Confirm(terms, proof));

        await TestOrders.StateAsync(household, order, "settled");
        (await world.QueryAsync<(long, int)>("select block_number, log_index from order_events where order_id = @order and state = 4", new { order })).Should().Be(place);
        (await world.QueryAsync<long>("select count(*) from order_log where order_id = @order and state = 4", new { order })).Should().Be(2, "both are kept, one of them marked");
    }

    [Fact]
    public async Task An_anchor_whose_block_is_gone_is_anchored_again_before_anybody_is_told_that_it_is()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "reorg-e");
        SealedBlock block = household.Seal(uses: 1, urgent: true);
        await household.SendAsync(block);
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == block.Block.Height), "anchored");
        Hash32 root = await world.QueryAsync<Hash32>("select root from batches join blocks on batch = number where hash = @Hash", new { block.Hash });
        await world.Chain.CallAsync("evm_setAutomine", [false]);

        await world.ReorganiseAsync(2);
        await Wait.UntilAsync(async () => (await household.Http.GetAsync($"/api/v1/blocks/{block.Hash}/proof")).StatusCode == System.Net.HttpStatusCode.NotFound, "not anchored any more");
        await world.Chain.CallAsync("evm_setAutomine", [true]);

        await Wait.UntilAsync(() => world.Service<CotAnchor>().IsAnchoredAsync(root, CancellationToken.None), "anchored again");
        await Wait.UntilAsync(async () => (await household.Http.GetAsync($"/api/v1/blocks/{block.Hash}/proof")).IsSuccessStatusCode, "and said");
    }

    [Fact]
    public async Task With_confirmations_a_call_counts_as_mined_only_under_so_many_blocks()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "reorg-f");
        await world.RestartAsync(options => options with { Chain = options.Chain with { Confirmations = 4 } });
        try
        {
            household.Http.BaseAddress.Should().Be(world.Http.BaseAddress);
            string id = TestOrders.NewId();
            EvmCall call = world.Service<MemberAccounts>().Execute(
                household.Member, household.Account, world.Service<BamtolToken>().ApproveEscrow(Bamtol.FromWon(1)), 0, world.Clock.GetUtcNow().AddDays(1));
            (await TestOrders.PostAsync(household, id, "execute", call)).Dispose();
            await Wait.UntilAsync(async () => await world.Service<BamtolToken>().EscrowAllowanceAsync(household.Account, CancellationToken.None) == Bamtol.FromWon(1), "in a block");
            await world.Chain.CallAsync("anvil_mine", ["0x3"]);
            ulong seen = (await world.Service<IEvmClient>().LatestBlockAsync(CancellationToken.None)).Number;
            await Wait.UntilAsync(() => Task.FromResult(world.Service<ChainHead>().Newest?.Number >= seen), "the store has seen three of four");

            string early = await TestOrders.StatusAsync(household, id);
            await world.ReorganiseAsync(4);
            await world.Chain.CallAsync("anvil_mine", ["0x1"]);
            await Wait.UntilAsync(async () => await world.Service<BamtolToken>().EscrowAllowanceAsync(household.Account, CancellationToken.None) == Bamtol.FromWon(1), "in another block");
            string still = await TestOrders.StatusAsync(household, id);
            await world.Chain.CallAsync("anvil_mine", ["0x4"]);

            (early, still).Should().Be(("sent", "sent"));
            await Wait.UntilAsync(async () => await TestOrders.StatusAsync(household, id) == "mined", "final");
        }
        finally
        {
            await world.RestartAsync(options => options with { Chain = options.Chain with { Confirmations = 0 } });
        }
    }

    private Task<JsonElement> DepositAsync(TestHousehold household, string reference, string amount) =>
        TestOrders.DeskAsync(world, "deposits", 200, new { reference, account = household.Account.ToString(), amount });

    private Task<Bamtol> BalanceAsync(TestHousehold household) => world.Service<BamtolToken>().BalanceAsync(household.Account, CancellationToken.None);

    private Task<(string Status, Hash32 Hash, long Block, Hash32 BlockHash)> DepositRowAsync(string reference) => world.QueryAsync<(string, Hash32, long, Hash32)>(
        "select status, hash, coalesce(block_number, 0), coalesce(block_hash, hash) from bookings join transactions on transactions.id = transaction_id where reference = @reference", new { reference });

    private async Task<long> NextEpochAsync(TestHousehold household)
    {
        long before = await world.QueryAsync<long>("select coalesce(max(number), 0) from epochs where published_at is not null");
        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select coalesce(max(number), 0) from epochs where published_at is not null") > before, "the next epoch");
        return await world.QueryAsync<long>("select max(epoch) from mass_balance where account = @Account", new { household.Account });
    }
}
