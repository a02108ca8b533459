using System.Text;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Anchoring;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

public sealed class BlockIntakeSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_block_over_the_broker_is_accepted_and_its_gateway_told()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "first");

        await household.SendAsync(household.Seal(uses: 3));

        household.LastState!.Accepted.Should().Be(1);
        household.LastState.Rejected.Should().BeNull();
        (await world.QueryAsync<int>("select uses from blocks where device = @Device", new { household.Device.Device })).Should().Be(3);
    }

    [Fact]
    public async Task An_urgent_block_is_anchored_out_of_turn_and_proved()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "urgent");
        SealedBlock calm = household.Seal(uses: 0);
        await household.SendAsync(calm);
        SealedBlock urgent = household.Seal(uses: 1, urgent: true);

        await household.SendAsync(urgent);

        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == 2), "both blocks anchored");
        ProofBody proof = await ReadProofAsync(household, urgent.Hash);
        MerkleTree.Verify(Hash32.Parse(proof.Root), proof.Proof.Select(Hash32.Parse), urgent.Hash).Should().BeTrue();
        (await world.Service<CotAnchor>().IsAnchoredAsync(Hash32.Parse(proof.Root), CancellationToken.None)).Should().BeTrue();
    }

    [Fact]
    public async Task A_gateway_hears_which_block_is_the_newest_of_its_device_here()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "head-a"), neighbour = await TestHousehold.JoinAsync(world, "head-b");
        await household.SendAsync(household.Seal(uses: 1));
        SealedBlock second = household.Seal(uses: 1);
        await household.SendAsync(second);
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Accepted == 2), "both are accepted");

        string own = await household.Http.GetStringAsync("/api/v1/blocks/head");
        using HttpResponseMessage none = await neighbour.Http.GetAsync("/api/v1/blocks/head");

        own.Should().Be($$"""{"height":2,"hash":"{{second.Hash}}"}""");
        (await none.Content.ReadAsStringAsync()).Should().Contain("no_block");
    }

    [Fact]
    public async Task A_proof_is_for_the_blocks_own_gateway_only()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "proof-a"), stranger = await TestHousehold.JoinAsync(world, "proof-b");
        SealedBlock block = household.Seal(uses: 1, urgent: true);
        await household.SendAsync(block);
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == 1), "block anchored");

        using HttpResponseMessage own = await household.Http.GetAsync($"/api/v1/blocks/{block.Hash}/proof"), foreign = await stranger.Http.GetAsync($"/api/v1/blocks/{block.Hash}/proof");

        ((int)own.StatusCode).Should().Be(200);
        ((int)foreign.StatusCode).Should().Be(404);
        (await foreign.Content.ReadAsStringAsync()).Should().Contain("not_anchored");
    }

    [Fact]
    public async Task The_same_block_twice_is_fine()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "twice");
        SealedBlock block = household.Seal(uses: 2);

        string? first = await TakeAsync(household, block), again = await TakeAsync(household, block);

        first.Should().BeNull();
        again.Should().BeNull();
        (await world.QueryAsync<long>("select count(*) from blocks where device = @Device", new { household.Device.Device })).Should().Be(1);
    }

    [Fact]
    public async Task Every_wrong_block_gets_its_reason_and_changes_nothing()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "wrong"), other = await TestHousehold.JoinAsync(world, "wrong2");
        SealedBlock first = household.Seal(uses: 1);
        await TakeAsync(household, first);
        household.Advance(first);
        SealedBlock good = household.Seal(uses: 2);
        Hash32 odd = Hash32.Parse("0x" + new string('7', 64));

        (string Expected, SealedBlock Block)[] cases =
        [
            ("wrong_key", good with { Key = other.Device.PublicKey }),
            ("gap", Resign(household, good.Block with { Height = good.Block.Height + 1 }, good)),
            ("fork", Resign(household, good.Block with { Parent = odd }, good)),
            ("sequence_gap", Resign(household, good.Block with { FromSeq = good.Block.FromSeq + 1, ToSeq = good.Block.ToSeq + 1 }, good)),
            ("day_back", Resign(household, good.Block with { Day = new HouseholdDay(good.Block.Day.Number - 1) }, good)),
            ("day_ahead", Resign(household, good.Block with { Day = new HouseholdDay(uint.MaxValue) }, good)),
            ("totals", Resign(household, good.Block with { Uses = 3 }, good)),
            ("leaf_root", Resign(household, good.Block with { EventsRoot = odd }, good)),
            ("wrong_hash", good with { Hash = odd }),
            ("bad_signature", good with { Signature = other.Seal(1).Signature }),
            ("not_your_device", other.Seal(uses: 1)),
        ];
        foreach ((string expected, SealedBlock block) in cases)
        {
            string? reason = await TakeAsync(household, block);

            reason.Should().Be(expected);
            if (expected is not ("wrong_key" or "wrong_hash" or "bad_signature" or "not_your_device")) // those could be anybody's
                (await world.Service<BlockStates>().ReadAsync(household.Gateway, CancellationToken.None)).Rejected!.Reason.Should().Be(expected);
        }
        (await TakeAsync(household, good)).Should().BeNull("the right block still follows");
        (await world.Service<BlockStates>().ReadAsync(household.Gateway, CancellationToken.None)).Rejected.Should().BeNull("an accepted block cures the rejection");
    }

    [Fact]
    public async Task Who_has_a_households_login_at_the_broker_and_not_its_key_brings_no_verdict_upon_it()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "slandered");
        SealedBlock first = household.Seal(uses: 1);
        await TakeAsync(household, first);
        household.Advance(first);
        SealedBlock next = household.Seal(uses: 2);
        ThingBlock fork = next.Block with { Parent = Hash32.Parse("0x" + new string('7', 64)) };

        string?[] reasons =
        [
            await TakeAsync(household, next with { Block = fork, Hash = BlockHash.Of(fork) }), // an invented one: another parent, the old signature
            await TakeAsync(household, first with { Hash = fork.Parent }),                     // a real one that was overheard, under another hash
            await TakeAsync(household, next with { Hash = fork.Parent }),
        ];

        reasons.Should().Equal("bad_signature", "wrong_hash", "wrong_hash");
        (await world.Service<BlockStates>().ReadAsync(household.Gateway, CancellationToken.None)).Rejected.Should().BeNull();
        (await world.QueryAsync<long>("select count(*) from equivocations where device = @Device", new { household.Device.Device })).Should().Be(0);
        (await TakeAsync(household, next)).Should().BeNull("it goes on as if nothing had been");
    }

    [Theory]
    [InlineData(31, "day_before_joining")]
    [InlineData(20_000, "day_before_joining")] // before 1971: a machine without a clock, or a device that wants many days
    [InlineData(29, null)] // a block may hold the events of a month before
    public async Task A_first_block_of_long_before_its_household_joined_is_refused_for_that(uint days, string? expected)
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, $"early-{days}");
        SealedBlock good = household.Seal(uses: 1);

        string? reason = await TakeAsync(household, Resign(household, good.Block with { Day = new HouseholdDay(good.Block.Day.Number - Math.Min(days, good.Block.Day.Number)) }, good));

        reason.Should().Be(expected);
        if (expected is not null)
            (await TakeAsync(household, good)).Should().BeNull("a clock that was set right is all it takes");
    }

    [Fact]
    public async Task A_clock_that_was_ahead_costs_no_block()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "ahead");
        foreach (uint daysAhead in new uint[] { 0, 400, 0, 0 })
        {
            SealedBlock block = household.Seal(uses: 20, daysAhead: daysAhead);
            (await TakeAsync(household, block)).Should().BeNull();
            household.Advance(block);
        }
        household.Head.Day.Number.Should().Be(household.Today.Number + 400);
        (await FloodAsync(household)).Should().Be("rate", "a day that stands still lets no flood through");

        await world.Clock.SkipAsync(TimeSpan.FromDays(2));
        (await TakeAsync(household, household.Seal(uses: ThingBlock.MostEvents))).Should().BeNull("it is another day by the store's clock");
    }

    [Fact]
    public async Task A_flood_of_events_is_refused_as_rate()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "flood");
        SealedBlock first = household.Seal(uses: 1);
        await TakeAsync(household, first);
        household.Advance(first);
        (await FloodAsync(household)).Should().Be("rate");
    }

    [Fact]
    public async Task Of_a_flood_of_urgent_blocks_only_a_days_share_is_anchored_out_of_turn()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "hurry");
        for (int i = 0; i < 30; i++)
        {
            SealedBlock block = household.Seal(uses: 0, urgent: true);
            (await TakeAsync(household, block)).Should().BeNull();
            household.Advance(block);
        }

        (await world.QueryAsync<long>("select count(*) from blocks where device = @Device and urgent", new { household.Device.Device })).Should().Be(BlockShelf.MostUrgentPerDay);
    }

    [Fact]
    public async Task One_gateway_that_sends_too_much_drops_no_other_gateways_block()
    {
        await using TestHousehold flood = new(world, "flooding"), other = new(world, "neighbouring");
        MqttMessage mine = new(flood.Topics.Block, WireCodec.Encode(flood.Seal(uses: 1))), others = new(other.Topics.Block, WireCodec.Encode(other.Seal(uses: 1)));
        BlockIntake intake = world.Service<BlockIntake>();

        int taken = Enumerable.Range(0, 2_000).Count(_ => intake.Arrived(mine));

        intake.Arrived(others).Should().BeTrue();
        world.Service<RefusalLog>().Counts["mqtt.queue_share_full"].Should().BeGreaterThanOrEqualTo(2_000 - taken, "what was dropped is counted, and /health shows it");
        taken.Should().BeLessThan(2_000);
    }

    [Theory]
    [InlineData("pantrychain/v1/kim!/block", "{}", "bad_topic")]
    [InlineData("pantrychain/v1/nobody/block", "not json", "malformed")]
    [InlineData("pantrychain/v1/nobody/block", "[1,2,3]", "malformed")]
    [InlineData("pantrychain/v1/nobody/block", "", "malformed")]
    public async Task Garbage_on_the_block_topic_is_refused(string topic, string payload, string expected)
    {
        string? reason = await world.Service<BlockIntake>().TakeAsync(new MqttMessage(topic, Encoding.UTF8.GetBytes(payload)), CancellationToken.None);

        reason.Should().Be(expected);
    }

    [Fact]
    public async Task A_gateway_that_never_joined_is_refused()
    {
        await using TestHousehold stranger = new(world, "stranger");

        (await TakeAsync(stranger, stranger.Seal(uses: 1))).Should().Be("gateway_unknown");
    }

    /// <summary>Sends full blocks until the store takes no more, and tells why.</summary>
    private async Task<string?> FloodAsync(TestHousehold household)
    {
        string? reason = null;
        for (int i = 0; i < 4 && reason is null; i++)
        {
            SealedBlock full = household.Seal(uses: ThingBlock.MostEvents);
            reason = await TakeAsync(household, full);
            if (reason is null)
                household.Advance(full);
        }
        return reason;
    }

    private Task<string?> TakeAsync(TestHousehold household, SealedBlock block) =>
        world.Service<BlockIntake>().TakeAsync(new MqttMessage(household.Topics.Block, WireCodec.Encode(block)), CancellationToken.None);

    private static async Task<ProofBody> ReadProofAsync(TestHousehold household, Hash32 hash) =>
        (await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<ProofBody>(household.Http, $"/api/v1/blocks/{hash}/proof"))!;

    private SealedBlock Resign(TestHousehold household, ThingBlock header, SealedBlock like) => like with
    {
        Block = header,
        Hash = BlockHash.Of(header),
        Signature = household.Device.Sign(world.Contracts.AnchorDomain.Digest(BlockHash.Of(header))),
    };

    private sealed record ProofBody(string Root, IReadOnlyList<string> Proof);
}
