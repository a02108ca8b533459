using Microsoft.AspNetCore.Http;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Tests.Contracts;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>An order that the member calls off before it is open, at each moment on its way, killed once between every two durable writes.</summary>
public sealed class CallOffSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000;

    private static readonly Bamtol Whole = Bamtol.FromWon(50_000);

    [Fact]
    public Task What_was_decided_and_not_signed_is_never_signed() => EachKillAsync(fewestWrites: 3, async world =>
    {
        await DecideAsync(world);
        await world.VetoAsync();
        await world.BringAsync(() => world.Process.UnderWay, passes: 20);

        return () =>
        {
            world.Orders.Newest(1).Should().BeEmpty();
            return Task.CompletedTask;
        };
    });

    [Fact]
    public Task What_was_signed_and_not_handed_over_never_leaves_the_gateway() => EachKillAsync(fewestWrites: 6, async world =>
    {
        List<string> asked = [];
        world.Interfere = request =>
        {
            asked.Add(request.Kind);
            return null;
        };
        await DecideAsync(world);
        await world.BringAsync(() => world.Orders.Newest(1).Count == 0);
        await world.VetoAsync();
        await world.BringAsync(() => world.Process.UnderWay, passes: 20);

        return async () =>
        {
            asked.Should().BeEmpty();
            (await chain.Escrow.OrderAsync(world.Orders.Newest(1)[0].Id, default)).State.Should().Be(OrderState.None);
        };
    });

    [Fact]
    public Task What_a_store_has_is_cancelled_right_behind_it() => EachKillAsync(fewestWrites: 9, async world =>
    {
        RelayRequest? held = null;
        world.Interfere = request =>
        {
            if (request.Kind != "trigger")
                return null;
            held = request;
            return Results.Json(new RelayAnswer(request.Id, "queued", null, null));
        };
        world.Pretend = id => held?.Id == id ? Results.Json(new RelayAnswer(id, "queued", null, null)) : null;
        await DecideAsync(world);
        await world.BringAsync(() => world.Orders.Newest(1).Count == 0 || world.Relays.Find(world.Orders.Newest(1)[0].Id.Value)!.Status == RelayStatus.Kept);
        await world.VetoAsync();
        await world.BringAsync(() => world.Relays.About(world.Orders.Newest(1)[0].Id.Value).Count < 2, passes: 20);
        bool signedAtOnce = world.Relays.About(world.Orders.Newest(1)[0].Id.Value).Count == 2;
        world.Interfere = _ => null;
        await world.BringNowAsync(held!);
        await world.BringAsync(() => world.Process.UnderWay || !world.Orders.Newest(1)[0].IsFinal || world.Relays.UnderWay().Count > 0);

        return async () =>
        {
            signedAtOnce.Should().BeTrue();
            (await chain.Escrow.OrderAsync(world.Orders.Newest(1)[0].Id, default)).State.Should().Be(OrderState.Cancelled);
        };
    });

    [Fact]
    public async Task An_order_that_was_dropped_and_is_opened_by_somebody_all_the_same_is_called_off()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        RelayRequest? lost = null;
        world.Interfere = request =>
        {
            if (request.Kind != "trigger")
                return null;
            lost = request; // taken, and the answer is lost
            return Results.Text("bad gateway", "text/html", statusCode: 502);
        };
        await DecideAsync(world);
        await world.BringAsync(() => lost is null);
        await world.VetoAsync();
        await world.BringAsync(() => world.Process.UnderWay, passes: 20);
        ReorderOutcome told = world.Process.LastOutcome;

        await world.BringNowAsync(lost!);
        await world.BringAsync(() => !world.Orders.Newest(1)[0].IsFinal);

        told.Should().Be(ReorderOutcome.Cancelled);
        (await chain.Escrow.OrderAsync(world.Orders.Newest(1)[0].Id, default)).State.Should().Be(OrderState.Cancelled);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Whole);
    }

    /// <summary>Plays a story once for every durable write that the gateway can die before, and once without dying.</summary>
    private async Task EachKillAsync(int fewestWrites, Func<OrderWorld, Task<Func<Task>>> story)
    {
        int writes = 0;
        for (bool killed = true; killed; writes++)
        {
            using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
            await using OrderWorld world = await OrderWorld.StartAsync(chain, household, killBefore: writes + 1);

            Func<Task> judge = await story(world);

            killed = world.WasKilled;
            string when = $"the gateway was killed before its durable write {writes + 1}";
            await judge();
            world.Process.Should().Match<ReorderProcess>(process => !process.UnderWay && process.LastOutcome == ReorderOutcome.Cancelled, when);
            (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Whole, when);
            world.Relays.UnderWay().Should().BeEmpty(when);
        }
        writes.Should().BeGreaterThan(fewestWrites);
    }

    private static async Task DecideAsync(OrderWorld world)
    {
        for (int pass = 0; pass < 2; pass++)
            await world.LiveOnceAsync(world.Decide);
    }
}
