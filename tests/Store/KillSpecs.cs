using Dapper;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Store.Anchoring;
using PantryChain.Store.Schema;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

public sealed class KillSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private const long MostMemory = 250L << 20;

    [Fact]
    public async Task Blocks_survive_kills_at_any_moment_and_are_anchored_exactly_once()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "sturdy");
        List<SealedBlock> blocks = [];
        for (int i = 0; i < 30; i++)
        {
            SealedBlock block = household.Seal(uses: i % 3, urgent: true);
            household.Advance(block);
            blocks.Add(block);
        }
        MqttLink link = await household.LinkAsync();
        await world.StopAsync();
        await using StoreProcess store = new(world);
        Random random = new(20260314);
        long peak = 0;

        for (int kill = 0; kill < 4; kill++)
        {
            await store.StartAsync();
            await SendUntilAsync(household, link, blocks, accepted: (ulong)(kill + 1) * 6);
            await Task.Delay(random.Next(0, 120)); // the moment of the kill, anywhere in what follows
            peak = Math.Max(peak, store.PeakMemory);
            await store.KillAsync();
            await LetADayPassAsync(); // or the later blocks would be beyond the day's share of urgent ones, and wait for a batch six hours away
        }
        await store.StartAsync();
        await SendUntilAsync(household, link, blocks, accepted: 30);
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == 30), "all blocks anchored");
        peak = Math.Max(peak, store.PeakMemory);
        await store.KillAsync();
        await world.StartAsync();

        await using NpgsqlDataSource database = StoreDatabase.Create(world.Folder.Options.Database);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        (await connection.QueryAsync<long>("select height from blocks order by height")).Should().Equal(Enumerable.Range(1, 30).Select(height => (long)height));
        (await connection.ExecuteScalarAsync<long>("select count(*) from blocks where batch is null")).Should().Be(0);
        Hash32[] roots = [.. await connection.QueryAsync<Hash32>("select root from batches")];
        (await world.AnchoredAsync(roots)).Should().Be(((ulong)roots.Length, true), "each batch is anchored, and once");
        peak.Should().BeLessThan(MostMemory);
    }

    [Fact]
    public async Task A_signed_transaction_that_the_chain_forgot_is_sent_again_and_mined_once()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "forgotten");
        await world.Chain.CallAsync("evm_setAutomine", [false]);
        await world.Service<BlockIntake>().TakeAsync(new MqttMessage(household.Topics.Block, WireCodec.Encode(household.Seal(uses: 1, urgent: true))), CancellationToken.None);
        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select count(*) from transactions where purpose like 'anchor%' and status = 'sent'") == 1, "the anchor is sent");
        string hash = (await world.QueryAsync<Hash32>("select hash from transactions where purpose like 'anchor%' and status = 'sent'")).ToString();

        await world.StopAsync();
        await world.Chain.CallAsync("anvil_dropTransaction", [hash]);
        await world.StartAsync();
        await world.Chain.CallAsync("evm_setAutomine", [true]);

        await Wait.UntilAsync(async () => (await world.Service<BlockStates>().ReadAsync(household.Gateway, CancellationToken.None)).Anchored == 1, "anchored");
        (await world.QueryAsync<Hash32>("select hash from transactions where purpose like 'anchor%' order by ordinal desc limit 1")).ToString().Should().Be(hash, "the same bytes were sent again");
    }

    /// <summary>The store's process runs by the machine's clock, so what it did is made a day older instead.</summary>
    private async Task LetADayPassAsync()
    {
        await using NpgsqlDataSource database = StoreDatabase.Create(world.Folder.Options.Database);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("update blocks set accepted_at = accepted_at - interval '25 hours'; update batches set sealed_at = sealed_at - interval '25 hours'");
    }

    // As a gateway does: everything above what the store says, again and again.
    private static Task SendUntilAsync(TestHousehold household, MqttLink link, List<SealedBlock> blocks, ulong accepted) => Wait.UntilAsync(async () =>
    {
        foreach (SealedBlock block in blocks.Where(block => block.Block.Height > (household.LastState?.Accepted ?? 0)).Take(5))
            await link.PublishAsync(new MqttMessage(household.Topics.Block, WireCodec.Encode(block)));
        await Task.Delay(30);
        return household.LastState?.Accepted >= accepted;
    }, $"{accepted} blocks accepted");
}
