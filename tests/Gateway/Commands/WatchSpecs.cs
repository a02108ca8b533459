using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Sensing;
using Spectre.Console;

namespace PantryChain.Gateway.Tests.Commands;

public sealed class WatchSpecs
{
    [Fact]
    public async Task Once_prints_every_slot_from_counts_to_grams()
    {
        await using GatewayWorld world = new(1);
        await world.StartAsync();
        await Wait.Until(() => world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");

        (int code, string output, string error) = await new Console(world).RunAsync(WatchCommand.Create(), "--once");

        (code, error).Should().Be((0, ""));
        string[] lines = output.Split('\n');
        lines[0].Should().StartWith("slot").And.Contain("counts").And.Contain("last step");
        lines[1].Should().MatchRegex(@"^   1  Milk shelf  +6\d{3}\.\d \+- \d\.\d  stable  Ok  +\d{6,}");
        lines[2].Should().MatchRegex(@"^   2  Rice shelf  +[78]\d{3}\.\d \+- \d\.\d  stable  Ok");
        lines[3].Should().StartWith("slots 1, 2: frames ");
    }

    [Fact]
    public void A_table_says_what_is_not_known_and_how_long_ago_a_step_was()
    {
        LiveSlot fresh = new(7, "커피", "Coffee [best]", 0, 0, false, "Uncalibrated", false, null, 0, 0, 0, null, []);
        LiveSlot used = new(12, "쌀", "Rice", 812.34, 0.26, false, "Noisy", false, 84_000.4, 41.2, 900, 80, new LiveStep("used", -51.2, default, 7_300), [new LiveTally("frames", 900), new LiveTally("long_pulses", 0)]);

        IReadOnlyList<string> lines = WatchTable.Plain([fresh, used]);

        lines.Should().Equal(
            "slot  name                  grams  state   health        counts  noise  /s  last step",
            "   7  Coffee [best]             -  moving  Uncalibrated       -      0   0  -",
            "  12  Rice           812.3 +- 0.3  moving  Noisy          84000   41.2  80  used 51.2 g, 2 h ago",
            "slot 12: frames 900");
    }

    [Fact]
    public void Slots_that_share_a_converter_share_the_line_of_what_happened_at_it()
    {
        LiveTally[] shared = [new("frames", 137), new("resets", 2)];
        LiveSlot[] slots = [Slot(1, shared), Slot(2, [new("samples", 9)]), Slot(3, shared)];

        WatchTable.Plain(slots).Skip(4).Should().Equal("slots 1, 3: frames 137, resets 2", "slot 2: samples 9");
        StringWriter screen = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(screen) });
        console.Profile.Width = 110;
        console.Write(WatchTable.Live(slots));
        screen.ToString().Should().Contain("slots 1, 3: frames 137, resets 2").And.Contain("Ctrl-C leaves");
    }

    private static LiveSlot Slot(int number, LiveTally[] tallies) => new((ushort)number, "쌀", "Rice", 812, 0.3, true, "Ok", false, 84_000, 41, 900, 80, null, tallies);
}
