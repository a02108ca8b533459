using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>What the escrow takes orders under when a member gives one mandate after the other, on a real chain.</summary>
public sealed class ReplacedMandateSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000, FewestWrites = 5; // the batch; two calls asked for, handed over and seen

    [Fact]
    public async Task A_new_mandate_ends_the_older_one_in_front_of_it_and_a_kill_anywhere_leaves_never_two()
    {
        int writes = 0;
        for (bool killed = true; killed; writes++)
        {
            using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
            await using OrderWorld world = await OrderWorld.StartAsync(chain, household, killBefore: writes + 1);
            string when = $"the gateway was killed before its durable write {writes + 1}";

            for (int press = 0; press < 2 && world.Mandates.All().Count < 2; press++)
                await world.LiveOnceAsync(() => world.GiveAsync(Wish(budget: 1_000)).GetAwaiter().GetResult().Should().BeNull());
            for (int pass = 0; pass < 40 && world.Relays.UnderWay().Count > 0; pass++)
            {
                await world.BringAsync(() => true, passes: 1);
                (await ActiveAsync(household)).Should().HaveCountLessThan(2, when);
            }

            killed = world.WasKilled;
            GivenMandate newest = world.Mandates.NewestOf(Samples.Milk)!;
            (await ActiveAsync(household)).Should().Equal([newest.Id], when);
            world.Mandates.ActiveOf(Samples.Milk)!.Id.Should().Be(newest.Id, when);
            (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue(when);
        }
        writes.Should().BeGreaterThan(FewestWrites);
    }

    [Fact]
    public async Task Whatever_was_given_here_or_elsewhere_the_newest_budget_bounds_what_can_be_spent()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        Random random = new(5);
        for (int round = 0; round < 5; round++)
        {
            if (random.Next(2) == 0)
                await household.ExecuteAsync(chain.Escrow.SetMandate(household.Mandate with { BudgetPerPeriod = Bamtol.FromWon(1_000_000), Nonce = (ulong)(1_000 + round) }));
            ulong budget = (ulong)random.Next(1, 100_000);
            (await world.GiveAsync(Wish(budget))).Should().BeNull();
            await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

            List<MandateId> active = await ActiveAsync(household);
            active.Should().Equal(world.Mandates.NewestOf(Samples.Milk)!.Id);
            world.Mandates.NewestOf(Samples.Milk)!.Terms.BudgetPerPeriod.Should().Be(Bamtol.FromWon(budget));
        }
    }

    [Fact]
    public async Task Taking_back_ends_also_a_mandate_that_this_gateway_never_gave()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        await household.ExecuteAsync(chain.Escrow.SetMandate(household.Mandate with { Nonce = 99 }));

        await world.SignRevocationAsync();
        int shown = world.Mandates.Ending(Samples.Milk).Count;
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        shown.Should().Be(2, "the page says what the chain still allows");
        (await ActiveAsync(household)).Should().BeEmpty();
        world.Mandates.Ending(Samples.Milk).Should().BeEmpty();
        world.Mandates.ActiveOf(Samples.Milk).Should().BeNull();
    }

    [Fact]
    public async Task A_mandate_that_no_calendar_ends_is_found_and_taken_back_like_any_other()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        await household.ExecuteAsync(chain.Escrow.SetMandate(household.Mandate with { ValidUntil = new ChainTime(ulong.MaxValue), Nonce = ulong.MaxValue }));

        await world.SignRevocationAsync();
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        (await ActiveAsync(household)).Should().BeEmpty();
    }

    [Fact]
    public async Task Whoever_holds_back_a_mandate_does_not_hold_back_the_no_behind_it()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.HasOtherRelay = true;
        world.Restart();
        world.Interfere = _ => OrderWorld.Problem(403, "unauthorized");
        (await world.GiveAsync(Wish(budget: 7))).Should().BeNull();
        await world.BringAsync(() => true, passes: 3);

        await world.SignRevocationAsync();
        await world.BringAsync(() => true, passes: 60);

        (await ActiveAsync(household)).Should().BeEmpty();
        world.Mandates.ActiveOf(Samples.Milk).Should().BeNull();
    }

    private static MandateWish Wish(ulong budget) =>
        new(Samples.Milk, MandateMode.Auto, 1, Bamtol.FromWon(3_000), Bamtol.FromWon(budget), 30, 3, 1, new BasisPoints(0), 365);

    /// <summary>All mandates of the household that the escrow takes orders under, by its log and its word.</summary>
    private async Task<List<MandateId>> ActiveAsync(ChainHousehold household)
    {
        List<MandateId> active = [];
        foreach (EvmLog log in await chain.Client.LogsAsync(chain.Escrow.MandatesOf(household.Account, Samples.Milk, 0, (await chain.Client.LatestBlockAsync(default)).Number), default))
        {
            MandateId id = ((MandateSet)EscrowEvent.Decode(log)!).Mandate;
            if ((await chain.Escrow.MandateAsync(id, default)).Active)
                active.Add(id);
        }
        return active;
    }
}
