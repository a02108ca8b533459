using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>A mandate that the member takes back, on a real chain.</summary>
public sealed class RevocationSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000, FewestWrites = 3; // the member's word with its call, the call handed over, the call on chain

    [Fact]
    public async Task A_kill_before_any_durable_write_neither_forgets_nor_repeats_the_revocation()
    {
        int writes = 0;
        for (bool killed = true; killed; writes++)
        {
            using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
            await using OrderWorld world = await OrderWorld.StartAsync(chain, household, killBefore: writes + 1);
            ulong nonce = await chain.Accounts.NonceAsync(household.Account, default);

            await world.RevokeAsync();

            killed = world.WasKilled;
            string when = $"the gateway was killed before its durable write {writes + 1}";
            (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Should().Match<MandateOnChain>(now => !now.Active && now.Revoked, when);
            (await chain.Accounts.NonceAsync(household.Account, default)).Should().Be(nonce + 1, when);
            world.Mandates.NewestOf(Samples.Milk)!.Revoked!.Status.Should().Be(RelayStatus.Mined, when);
            world.Mandates.ActiveOf(Samples.Milk).Should().BeNull(when);
        }

        writes.Should().BeGreaterThan(FewestWrites);
    }

    [Fact]
    public async Task A_running_order_goes_on_to_its_end()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        await world.OpenAsync();

        await world.RevokeAsync();
        await world.LiveAsync();

        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
        world.Orders.Newest(10).Should().ContainSingle().Which.State.Should().Be(OrderState.Settled);
        world.Process.LastOutcome.Should().Be(ReorderOutcome.Settled);
    }

    [Fact]
    public async Task What_was_decided_and_not_signed_yet_is_not_ordered_any_more()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.Decide();

        await world.RevokeAsync();
        string? refusal = await world.PlaceAsync();

        refusal.Should().Be(OrderPlacer.MandateTakenBack);
        world.Orders.Newest(10).Should().BeEmpty();
    }

    [Fact]
    public async Task A_mandate_taken_back_while_the_evidence_is_fetched_signs_nothing()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.Decide();
        world.BeforeProof = world.RevokeAsync;

        string? refusal = await world.PlaceAsync();

        refusal.Should().Be(OrderPlacer.MandateTakenBack);
        world.Orders.Newest(10).Should().BeEmpty();
        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
    }
}
