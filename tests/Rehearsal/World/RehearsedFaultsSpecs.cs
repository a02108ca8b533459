using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Tests.World;

public sealed class RehearsedFaultsSpecs : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly HouseholdPlan _plan = DefaultHousehold.Plan(1, new DateOnly(2026, 5, 1));

    private RunFolder Folder => new(_temp.Path);

    [Fact]
    public void The_built_in_script_fits_the_default_household_and_what_it_fits_of_another()
    {
        RehearsedFaults.Keep(Folder, _plan, asked: null);
        FaultScript gentle = RehearsedFaults.Of(Folder);
        HouseholdPlan small = _plan with { Shelves = [_plan.Shelves[0]], Fridge = [] };

        gentle.Check("it", _plan.Reach);
        gentle.Entries.Select(fault => fault.Word).Should().Contain(["handLeaning", "vibration", "nack", "bitSlip", "spikes", "doorOpen"]);
        FaultScript.Parse("it", RehearsedFaults.BuiltInFor(small.Reach)).Entries.Should().OnlyContain(fault => fault.Slot.Value == 1).And.NotBeEmpty();
    }

    [Fact]
    public void A_run_folder_goes_on_with_the_script_it_was_given_until_it_is_given_another()
    {
        string own = _temp.Inside("mine.json");
        File.WriteAllText(own, """[{ "from": "1d", "slot": 1, "fault": "glitch" }]""");

        RehearsedFaults.Keep(Folder, _plan, own);
        RehearsedFaults.Keep(Folder, _plan, asked: null);

        RehearsedFaults.Of(Folder).Entries.Should().ContainSingle();
        RehearsedFaults.Keep(Folder, _plan, RehearsedFaults.Nothing);
        RehearsedFaults.Of(Folder).Entries.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""[{ "from": "1d", "slot": 2, "fault": "bitSlip" }]""", "*entry 1: slot 2 is weighed by a NAU7802*Faults by script*")]
    [InlineData("nonsense", "*no JSON*")]
    public void A_bad_script_is_refused_and_changes_nothing(string text, string told)
    {
        string own = _temp.Inside("mine.json");
        File.WriteAllText(own, text);

        Action keep = () => RehearsedFaults.Keep(Folder, _plan, own);

        keep.Should().Throw<UsageException>().WithMessage(told);
        File.Exists(Folder.Faults).Should().BeFalse();
    }

    public void Dispose() => _temp.Dispose();
}
