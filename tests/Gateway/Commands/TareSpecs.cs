using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Commands;

public sealed class TareSpecs
{
    private static readonly SlotId Milk = new(1);

    [Fact]
    public async Task A_tare_twice_is_one_tare_and_can_be_taken_back()
    {
        await using GatewayWorld world = await StartAsync(jar: true);
        double before = world.Get<ShelfBoard>()[Milk].Level.Grams;
        (await TareAsync(world, "1")).Code.Should().Be(0);
        (await TareAsync(world, "1")).Code.Should().Be(0);
        await SettledAsync(world, grams => Math.Abs(grams) < 5);

        world.Get<SlotBench>().HistoryOf(Milk).Should().ContainSingle().Which.Act.Should().Be(CalibrationAct.Tared);
        await world.KillAsync();
        await world.StartAsync();
        await SettledAsync(world, grams => Math.Abs(grams) < 5);
        (await TareAsync(world, "1", "--undo")).Code.Should().Be(0);
        await SettledAsync(world, grams => Math.Abs(grams - before) < 10);
        (await TareAsync(world, "1", "--undo")).Error.Should().Contain("not tared");
    }

    [Fact]
    public async Task A_tare_of_the_stock_is_refused_at_the_command_too_and_is_counted()
    {
        await using GatewayWorld world = await StartAsync(jar: false);
        double before = world.Get<ShelfBoard>()[Milk].Level.Grams;
        long refused = world.Get<Refusals>().Count;

        (int code, _, string error) = await TareAsync(world, "1");

        code.Should().Be(CommandLine.BadInput);
        error.Should().Contain("more than the heaviest container (2000 g)").And.Contain("Take the packs off");
        world.Get<SlotBench>().HistoryOf(Milk).Should().BeEmpty();
        world.Get<ShelfBoard>()[Milk].Level.Grams.Should().BeApproximately(before, 20);
        world.Get<Refusals>().Count.Should().Be(refused + 1);
    }

    private static async Task<GatewayWorld> StartAsync(bool jar)
    {
        GatewayWorld world = new(speed: 1, jar: jar); // a jar is not booked as stock for a minute
        await world.StartAsync();
        await Wait.Until(() => world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");
        if (jar)
            world.Deliver(slot: 1, packs: 1);
        await SettledAsync(world, grams => grams > 200);
        return world;
    }

    private static Task<(int Code, string Output, string Error)> TareAsync(GatewayWorld world, params string[] args) => new Console(world).RunAsync(TareCommand.Create(), args);

    private static Task SettledAsync(GatewayWorld world, Func<double, bool> level) => Wait.Until(
        () => world.Get<ShelfBoard>()[Milk] is { Stable: true, Health: SlotHealth.Ok } reading && level(reading.Level.Grams), "the shelf settled where it should");
}
