using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Anchoring;
using PantryChain.Store.Joining;
using PantryChain.Store.Sending;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

/// <summary>A device that forks, is revoked or is banned is stopped; one that is not, is not.</summary>
public sealed class StoppedDeviceSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task Three_hundred_forks_cost_one_pair_which_is_reported_once_and_bans_the_device()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "forker");
        await TakeAsync(household, household.Seal(uses: 1));

        List<string?> reasons = [];
        for (int i = 0; i < 300; i++)
            reasons.Add(await TakeAsync(household, household.Seal(uses: 2)));

        reasons[0].Should().Be("equivocation");
        reasons.Skip(1).Should().OnlyContain(reason => reason == "device_stopped");
        await Wait.UntilAsync(async () => (await StandingAsync(household)).BannedAt is not null, "the chain bans the device");
        (await world.QueryAsync<long>("select count(*) from equivocations where device = @Device", household.Device)).Should().Be(1);
        (await world.QueryAsync<long>("select count(*) from fork_reports join transactions on id = transaction_id where device = @Device and status = 'mined'", household.Device)).Should().Be(1);
        (await StandingAsync(household)).Account.IsZero.Should().BeTrue();
        Func<Task> cover = () => world.QueryAsync<int>("delete from equivocations where device = @Device returning 1", household.Device);
        await cover.Should().ThrowAsync<Npgsql.PostgresException>().WithMessage("*append-only*");
    }

    [Fact]
    public async Task Nothing_further_is_taken_from_a_device_that_forked_and_its_gateway_is_told()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "forked");
        SealedBlock one = household.Seal(uses: 1);
        await TakeAsync(household, one);
        await TakeAsync(household, household.Seal(uses: 2));
        household.Advance(one);

        string? next = await TakeAsync(household, household.Seal(uses: 1));

        next.Should().Be("device_stopped");
        BlockState state = await world.Service<BlockStates>().ReadAsync(household.Gateway, CancellationToken.None);
        state.Rejected!.Reason.Should().Be("device_stopped");
        state.Accepted.Should().Be(1);
    }

    [Fact]
    public async Task The_same_block_again_and_a_forged_one_are_no_fork()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "honest"), forger = new(world, "forger");
        SealedBlock block = household.Seal(uses: 1);
        await TakeAsync(household, block);

        string? again = await TakeAsync(household, block);
        string? forged = await TakeAsync(household, household.Seal(uses: 2) with { Signature = forger.Seal(uses: 2).Signature });
        household.Advance(block);

        again.Should().BeNull();
        forged.Should().Be("bad_signature");
        (await world.QueryAsync<long>("select count(*) from equivocations where device = @Device", household.Device)).Should().Be(0);
        (await TakeAsync(household, household.Seal(uses: 1))).Should().BeNull();
    }

    [Fact]
    public async Task A_device_that_its_member_revoked_is_refused_as_soon_as_the_chains_word_is_asked_again()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "let-go");
        SealedBlock block = household.Seal(uses: 1);
        await TakeAsync(household, block);
        household.Advance(block);
        await TestHousehold.RevokeAsync(world, household);

        await world.Clock.SkipAsync(DeviceStandings.Freshness + TimeSpan.FromSeconds(1));

        (await TakeAsync(household, household.Seal(uses: 1))).Should().Be("device_revoked");
        (await world.QueryAsync<long>("select count(*) from blocks where device = @Device", household.Device)).Should().Be(1);
    }

    [Fact]
    public async Task A_device_that_anybody_had_banned_is_refused_and_cannot_join_again()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "banned");
        EvmCall report = world.Service<CotAnchor>().ReportEquivocation(household.Seal(uses: 1), household.Seal(uses: 2)); // by somebody who heard both elsewhere
        Hash32 id = TransactionQueue.IdOf("test", household.Device.Device.Value);
        await world.Service<TransactionQueue>().EnqueueAsync(id, Wallets.RelayerName, "test", report, TransactionLane.Joining, CancellationToken.None);
        (await world.Service<TransactionQueue>().WaitAsync(id, TimeSpan.FromMinutes(2), CancellationToken.None)).IsMined.Should().BeTrue();
        await world.Clock.SkipAsync(DeviceStandings.Freshness + TimeSpan.FromSeconds(1));

        string? reason = await TakeAsync(household, household.Seal(uses: 1));
        var refusal = await TestHousehold.RefusedAsync(world, await household.SignJoinAsync(await TestHousehold.InviteAsync(world)), 409);

        reason.Should().Be("device_banned");
        refusal.GetProperty("code").GetString().Should().Be("device_banned");
    }

    [Fact]
    public async Task An_epoch_counts_no_block_of_a_device_that_was_stopped()
    {
        await using TestHousehold honest = await TestHousehold.JoinAsync(world, "earns"), forked = await TestHousehold.JoinAsync(world, "earns-not"), revoked = await TestHousehold.JoinAsync(world, "let-go-too");
        foreach (TestHousehold household in (TestHousehold[])[honest, forked, revoked])
        {
            await household.SendAsync(household.Seal(uses: 2, urgent: true));
            await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == 1), "the block is anchored");
        }
        await TakeAsync(forked, Fork(forked));
        await TestHousehold.RevokeAsync(world, revoked);
        await world.Service<DeviceStandings>().ReadAsync(revoked.Device.Device, CancellationToken.None);

        await world.Clock.SkipAsync(TimeSpan.FromDays(1));

        await Wait.UntilAsync(async () => await CountedAsync(honest) == 1, "the epoch is closed");
        (await CountedAsync(forked)).Should().Be(0);
        (await CountedAsync(revoked)).Should().Be(0);
    }

    [Fact]
    public async Task While_the_chain_is_away_its_last_word_counts()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "patient");
        await world.QueryAsync<int>("update device_standing set checked_at = checked_at - interval '1 day' where device = @Device returning 1", household.Device);
        using HttpClient nowhere = new() { BaseAddress = new Uri("http://127.0.0.1:1/") };
        DeviceStandings cut = new(world.Database, new DeviceRegistry(new JsonRpcClient(nowhere, RevertReasons.BuiltIn, TimeSpan.FromSeconds(1)), world.Contracts), world.Clock);

        DeviceStanding kept = await cut.OfAsync(household.Device.Device, CancellationToken.None);
        Func<Task> unknown = () => cut.OfAsync(new DeviceId(household.Member.Device.Value), CancellationToken.None);

        kept.SpeaksFor(household.Account).Should().BeTrue();
        await unknown.Should().ThrowAsync<EvmException>();
    }

    private Task<long> CountedAsync(TestHousehold household) =>
        world.QueryAsync<long>("select coalesce(sum(blocks), 0)::bigint from mass_balance where account = @Account", new { household.Account });

    /// <summary>Another block at the height that the household has reached.</summary>
    private SealedBlock Fork(TestHousehold household)
    {
        SealedBlock next = household.Seal(uses: 1);
        ThingBlock header = next.Block with { Height = household.Head.Height };
        return next with { Block = header, Hash = BlockHash.Of(header), Signature = household.Device.Sign(world.Contracts.AnchorDomain.Digest(BlockHash.Of(header))) };
    }

    private Task<(AccountAddress Account, DateTimeOffset? BannedAt)> StandingAsync(TestHousehold household) =>
        world.Service<DeviceRegistry>().StandingAsync(household.Device.Device, CancellationToken.None);

    private Task<string?> TakeAsync(TestHousehold household, SealedBlock block) =>
        world.Service<BlockIntake>().TakeAsync(new MqttMessage(household.Topics.Block, WireCodec.Encode(block)), CancellationToken.None);
}
