using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Machine;

public sealed class SafetySpecs
{
    private const int Sequences = 100_000, Moments = 24;

    [Fact]
    public void A_hundred_thousand_lives_never_order_twice_or_beyond_the_mandate_or_while_paused()
    {
        ReorderPolicy policy = new();
        ReorderPlanner planner = new(policy);
        long orders = 0, crashes = 0, repeats = 0, refusals = 0;
        for (int seed = 0; seed < Sequences; seed++)
        {
            SafetyWorld world = new(seed, policy, planner);
            for (int moment = 0; moment < Moments; moment++)
                world.Live();
            world.Breach.Should().BeNull($"life {seed} is safe");
            (orders, crashes, repeats, refusals) = (orders + world.Orders, crashes + world.Crashes, repeats + world.Repeats, refusals + world.Refusals);
        }
        orders.Should().BeGreaterThan(Sequences / 2, "or the lives would be too dull to show anything");
        crashes.Should().BeGreaterThan(Sequences);
        repeats.Should().BeGreaterThan(Sequences);
        refusals.Should().BeGreaterThan(Sequences);
    }
}
