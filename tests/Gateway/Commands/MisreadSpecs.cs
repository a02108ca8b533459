using System.CommandLine;
using PantryChain.Gateway.Commands;

namespace PantryChain.Gateway.Tests.Commands;

public sealed class MisreadSpecs
{
    [Theory]
    [InlineData("home-user add x --raed y", "'--raed' is not understood. Run './pantry gateway home-user add --help' to see what there is.")]
    [InlineData("home-user add", "*Run './pantry gateway home-user add --help'*")]
    [InlineData("home-user rm x", "'rm' is not understood. Run './pantry gateway home-user --help' *")]
    [InlineData("tare x", "'x' is not what 'tare' expects. Run './pantry gateway tare --help' *")]
    [InlineData("doctr", "'doctr' is not understood. Run './pantry gateway --help' *")]
    public void A_mistyped_command_names_the_help_of_what_was_meant(string line, string said)
    {
        RootCommand root = [HomeUserCommand.Create(), TareCommand.Create()];
        root.Add(CommandLine.Data);

        CommandLine.Misread(root.Parse(line)).Should().Match(said).And.NotContain("System.");
    }
}
