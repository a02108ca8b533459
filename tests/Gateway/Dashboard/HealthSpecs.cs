using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Drains;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>What <c>GET /health</c> says of work that fails inside the program.</summary>
public sealed class HealthSpecs
{
    private const double TwentyDaysAMinute = 28_800;

    [Fact]
    public async Task Health_is_degraded_while_a_piece_of_work_keeps_failing_and_names_it()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        await world.StartAsync();
        await Wait.Until(() => world.Get<Journal>().Last > 0, "something was sensed");

        world.Get<Setbacks>().Note("order 0x12", new OverflowException());
        bool during = Says(world), degraded = world.Get<HealthReport>().Now().Status == "degraded";
        world.Get<Setbacks>().Over("order 0x12");

        (during, degraded, Says(world)).Should().Be((true, true, false));
    }

    [Fact]
    public async Task A_piece_of_work_that_fails_ends_nothing_else_and_is_named_until_it_succeeds_or_nobody_does_it_any_more()
    {
        SetTime time = new(Samples.Morning);
        Setbacks setbacks = new(time, NullLogger<Setbacks>.Instance);

        int instead = await setbacks.TryAsync<int>("order 0x12", () => throw new OverflowException(), otherwise: 7);
        setbacks.Try<int>("order 0x34", () => throw new FormatException(), otherwise: 0);
        IReadOnlyList<string> both = setbacks.Failing;
        int done = await setbacks.TryAsync("order 0x12", () => Task.FromResult(1), otherwise: 7);
        IReadOnlyList<string> one = setbacks.Failing;
        time.Now += TimeSpan.FromMinutes(11);

        (instead, done).Should().Be((7, 1));
        both.Should().Equal("order 0x12", "order 0x34");
        one.Should().Equal("order 0x34");
        setbacks.Failing.Should().BeEmpty();
    }

    [Fact]
    public void A_failing_disk_is_no_piece_of_work_and_ends_the_pass()
    {
        Setbacks setbacks = new(new SetTime(Samples.Morning), NullLogger<Setbacks>.Instance);

        Action work = () => setbacks.Try<int>("order 0x12", () => throw new SqliteException("disk I/O error", 10), otherwise: 7);

        work.Should().Throw<SqliteException>();
    }

    private static bool Says(GatewayWorld world) => world.Get<HealthReport>().Now().Causes.Any(cause => cause.Cause == "work_failing" && cause.What.Contains("order 0x12", StringComparison.Ordinal));
}
