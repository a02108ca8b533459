using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>A member's word about mandates, past a node that tells of mandates that nobody gave; on a real chain.</summary>
public sealed class InventedMandateSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000;

    [Fact]
    public async Task One_node_of_three_that_invents_mandates_keeps_neither_a_new_one_nor_a_revocation_from_the_chain_and_is_named()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        InventingNode liar = InventingNode.OfMandates(chain.Client, await GivenAsync(household), each: 20);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, chain.Client, liar.Node);

        (await world.GiveAsync(Wish)).Should().BeNull();
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);
        bool given = (await chain.Escrow.MandateAsync(world.Mandates.NewestOf(Samples.Milk)!.Id, default)).Active;
        await world.SignRevocationAsync();
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        given.Should().BeTrue();
        (await chain.Escrow.MandateAsync(world.Mandates.NewestOf(Samples.Milk)!.Id, default)).Revoked.Should().BeTrue();
        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
        world.Mandates.All().Should().HaveCount(2, "what nobody gave is not kept");
        await world.BringAsync(() => true, passes: 20);
        await world.SignRevocationAsync();
        world.Nodes.Troubles().Should().ContainSingle().Which.Node.Should().Be("node 2");
        liar.Invented.Should().BePositive();
    }

    [Fact]
    public async Task With_one_other_voice_an_invented_mandate_stops_a_new_one_and_no_revocation()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        InventingNode liar = InventingNode.OfMandates(chain.Client, await GivenAsync(household), each: 20);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, liar.Node);

        string? refusal = await world.GiveAsync(Wish);
        await world.SignRevocationAsync();
        await world.BringAsync(() => !world.Mandates.NewestOf(Samples.Milk)!.Revoked!.Status.Equals(RelayStatus.Mined) && world.Relays.UnderWay().Count > 0);

        refusal.Should().Contain("differ");
        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_known_here_is_taken_back_before_any_log_is_read()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        List<bool> kept = [];
        LyingNode node = new(chain.Client);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, node);
        node.LieAboutLogs = (_, logs) =>
        {
            kept.Add(world.Relays.UnderWay().Any(call => call.Kind == RelayKind.Revoke));
            return logs;
        };

        await world.SignRevocationAsync();

        kept.Should().NotBeEmpty().And.OnlyContain(before => before);
    }

    [Fact]
    public async Task One_node_of_three_that_says_that_a_refused_call_would_succeed_does_not_keep_it_on_its_way_for_days()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        LyingNode liar = new(chain.Client) { LieAboutRefusal = (_, _) => [] };
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, chain.Client, liar);
        (await world.GiveAsync(Wish)).Should().BeNull();
        await household.ExecuteAsync(chain.Escrow.RevokeMandate(household.Mandate)); // another gateway's word: the batch's first call will be refused

        await world.BringAsync(() => world.Relays.UnderWay().Count > 0, passes: 60);

        world.Relays.UnderWay().Should().BeEmpty("whatever is signed next would wait behind them");
    }

    private static MandateWish Wish => new(Samples.Milk, MandateMode.Auto, 1, Bamtol.FromWon(3_000), Bamtol.FromWon(50_000), 30, 3, 1, new BasisPoints(0), 365);

    private async Task<EvmLog> GivenAsync(ChainHousehold household) =>
        (await chain.Client.LogsAsync(chain.Escrow.MandatesOf(household.Account, Samples.Milk, 0, (await chain.Client.LatestBlockAsync(default)).Number), default))[0];
}
