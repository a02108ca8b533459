using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>The member lets this device go, on a real chain.</summary>
public sealed class DeviceEndSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000;

    [Fact]
    public async Task One_press_revokes_the_device_takes_its_mandates_back_and_calls_a_thiefs_order_off_and_the_thief_orders_no_more()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        await chain.DoAsync(chain.Escrow.Trigger(household.Trigger));
        world.Orders.Adopt(chain.Escrow.IdOf(household.Terms), household.Terms, world.Now); // found, and not called off yet

        int calls = await world.Device.RevokeAsync(household.Member, default);
        int again = await world.Device.RevokeAsync(household.Member, default);
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        (calls, again).Should().Be((3, 0));
        world.Device.Ending!.Status.Should().Be(RelayStatus.Mined);
        (await new DeviceRegistry(chain.Client, chain.Contracts).StandingAsync(household.Device.Device, default)).Account.Should().Be(default(AccountAddress));
        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
        (await chain.Escrow.OrderAsync(chain.Escrow.IdOf(household.Terms), default)).State.Should().Be(OrderState.Cancelled);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Bamtol.FromWon(50_000));
    }

    [Theory]
    [InlineData(1)] // before the calls are kept
    [InlineData(2)] // before the first of them is handed over
    public async Task A_kill_while_it_is_kept_leaves_all_calls_or_none(int killBefore)
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, killBefore);

        for (int press = 0; press < 2 && world.Device.Ending is null; press++)
            await world.LiveOnceAsync(() => world.Device.RevokeAsync(household.Member, default).GetAwaiter().GetResult());
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        world.Relays.Newest(20).Count(call => call.Kind is RelayKind.RevokeDevice or RelayKind.Revoke).Should().Be(2);
        (await new DeviceRegistry(chain.Client, chain.Contracts).StandingAsync(household.Device.Device, default)).Account.Should().Be(default(AccountAddress));
        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
    }
}
