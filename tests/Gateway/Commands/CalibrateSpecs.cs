using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Commands;

/// <summary>A pack more on the simulated shelf is the known mass; what stands there before is "nothing on the cell".</summary>
public sealed class CalibrateSpecs : IAsyncLifetime
{
    private const double PackGrams = 1063;

    private static readonly SlotId Milk = new(1);

    private readonly GatewayWorld _world = new(speed: 8);

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        await SettledAsync(grams => grams > 6_300);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task The_guided_way_calibrates_checks_and_can_be_taken_back_and_survives_a_restart()
    {
        double before = Level();
        (int code, string output, _) = await CalibrateAsync([Enter, () => "1063 g", AddPack, () => "2126", AddPack, () => "y"]);

        code.Should().Be(0, output);
        output.Should().Contain("counts/g").And.Contain("sigma (20 are needed)").And.Contain("fit error").And.Contain("g off").And.Contain("Slot 1 is calibrated");
        await SettledAsync(grams => Math.Abs(grams - 2 * PackGrams) < 5);
        await _world.KillAsync();
        await _world.StartAsync();
        await SettledAsync(grams => Math.Abs(grams - 2 * PackGrams) < 5);
        (_, string shown, _) = await CommandAsync(CalibrateCommand.Create(), "1", "--show");
        shown.Should().Contain("calibrated").And.Contain("1063 g").And.Contain("<- now");

        (await CommandAsync(CalibrateCommand.Create(), "1", "--undo")).Code.Should().Be(0);

        await SettledAsync(grams => Math.Abs(grams - before - 2 * PackGrams) < 10);
        (await CommandAsync(CalibrateCommand.Create(), "1", "--undo")).Error.Should().Contain("nothing to take back");
    }

    [Fact]
    public async Task A_no_keeps_nothing_and_forgets_the_weighings()
    {
        double before = Level();
        (int code, string output, _) = await CalibrateAsync([Enter, AddPack, () => "", () => "what?", () => "n"], "--grams", "1063");

        (code, output).Should().Be((1, output));
        output.Should().Contain("Answer y or n.").And.Contain("Nothing was kept");
        _world.Get<SlotBench>().IsCalibrating(Milk).Should().BeFalse();
        _world.Get<SlotBench>().HistoryOf(Milk).Should().BeEmpty();
        Level().Should().BeApproximately(before + PackGrams, 10);
    }

    [Fact]
    public async Task Piped_input_that_ends_too_early_keeps_nothing_and_says_so()
    {
        (int code, _, string error) = await CalibrateAsync([Enter, () => "1063", AddPack]);

        (code, error).Should().Be((CommandLine.BadInput, error));
        error.Should().Contain("The input ended").And.Contain("--yes");
        _world.Get<SlotBench>().HistoryOf(Milk).Should().BeEmpty();
    }

    [Fact]
    public async Task Ctrl_C_keeps_nothing_and_says_so()
    {
        using CancellationTokenSource interrupt = new();
        using LocalGateway gateway = new(_world.Folder, _world.Household with { Options = _world.Household.Options with { Dashboard = new() { Port = _world.Address.Port } } });
        StringWriter talk = new();
        Prompt prompt = new(new ActingReader(Enter, () =>
        {
            interrupt.Cancel();
            return "";
        }), talk, isTerminal: false);

        int code = await new CalibrationTalk(gateway, 1, prompt, _world.Folder).RunAsync(1063, null, yes: true, interrupt.Token);

        code.Should().Be(1);
        talk.ToString().Should().Contain("Weighed.").And.EndWith("Nothing was kept; slot 1 weighs as before.\n");
        _world.Get<SlotBench>().IsCalibrating(Milk).Should().BeFalse();
    }

    [Fact]
    public async Task With_yes_a_script_only_gives_the_two_enters()
    {
        (int code, string output, string error) = await CalibrateAsync([Enter, AddPack], "--grams", "1063", "--yes");

        (code, error).Should().Be((0, ""), output);
        _world.Get<SlotBench>().HistoryOf(Milk).Should().ContainSingle().Which.Mass!.Value.Grams.Should().Be(1063);
    }

    [Fact]
    public async Task The_same_mass_twice_is_refused_with_the_next_step()
    {
        (int code, _, string error) = await CalibrateAsync([Enter, Enter], "--grams", "500", "--yes");

        code.Should().Be(CommandLine.BadInput);
        error.Should().Contain("less than 20 times").And.Contain("heavier mass");
        _world.Get<SlotBench>().HistoryOf(Milk).Should().BeEmpty();
    }

    [Theory]
    [InlineData("There is no slot 9", "9", "--grams", "500")]
    [InlineData("There is no slot 9", "9", "--show")]
    [InlineData("There is no slot 9", "9", "--undo")]
    [InlineData("above 0 g", "1", "--grams", "-3")]
    [InlineData("cannot go together", "1", "--undo", "--show")]
    public async Task Bad_input_changes_nothing_and_says_why(string said, params string[] args)
    {
        (int code, _, string error) = await CommandAsync(CalibrateCommand.Create(output => new Prompt(new ActingReader(Enter), output, isTerminal: false)), args);

        code.Should().Be(CommandLine.BadInput);
        error.Should().Contain(said);
    }

    [Fact]
    public async Task Without_a_gateway_the_commands_say_how_to_start_one()
    {
        Uri address = _world.Address;
        await _world.KillAsync();

        using LocalGateway gateway = new(_world.Folder, _world.Household with { Options = _world.Household.Options with { Dashboard = new() { Port = address.Port } } });
        StringWriter talk = new();
        Func<Task> tare = () => gateway.DoAsync("api/slots/1/tare", default);
        Func<Task> guide = () => new CalibrationTalk(gateway, 1, new Prompt(new ActingReader(Enter), talk, isTerminal: false), _world.Folder).RunAsync(null, null, yes: false, default);

        (await tare.Should().ThrowAsync<PantryChain.Gateway.Configuration.UserError>()).WithMessage("*./pantry gateway run*");
        (await guide.Should().ThrowAsync<PantryChain.Gateway.Configuration.UserError>()).WithMessage("*./pantry gateway run*");
        talk.ToString().Should().BeEmpty("nobody is asked to clear a shelf for a gateway that does not run");
    }

    private static string Enter() => "";

    private string AddPack()
    {
        double before = Level();
        _world.Deliver(slot: 1, packs: 1);
        SettledAsync(grams => grams > before + 1_000).GetAwaiter().GetResult();
        return "";
    }

    private double Level() => _world.Get<ShelfBoard>()[Milk].Level.Grams;

    private Task SettledAsync(Func<double, bool> level) => Wait.Until(
        () => _world.Get<ShelfBoard>()[Milk] is { Stable: true, Health: SlotHealth.Ok } reading && level(reading.Level.Grams), "the shelf settled where it should");

    private Task<(int Code, string Output, string Error)> CalibrateAsync(Func<string>[] lines, params string[] args) =>
        CommandAsync(CalibrateCommand.Create(output => new Prompt(new ActingReader(lines), output, isTerminal: false)), ["1", .. args]);

    private Task<(int Code, string Output, string Error)> CommandAsync(System.CommandLine.Command command, params string[] args) => new Console(_world).RunAsync(command, args);
}
