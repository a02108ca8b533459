using System.Text.RegularExpressions;

namespace PantryChain.Architecture.Tests;

/// <summary>Inside a project the walk goes on: a station's folder may use only what stands before it.</summary>
public sealed partial class NamespaceOrderSpecs
{
    // One array is the walk. A namespace not named here belongs to the nearest named one above it; the order inside a project is left free where
    // the project has a single station.
    private static readonly string[] Walk =
    [
        "PantryChain.Domain",
        "PantryChain.DeviceDrivers.Bus",
        "PantryChain.DeviceDrivers.LoadCells",
        "PantryChain.DeviceDrivers.Rfid",
        "PantryChain.DeviceDrivers.Shelf",
        "PantryChain.DeviceDrivers.Climate",
        "PantryChain.DeviceDrivers.Display",
        "PantryChain.DeviceDrivers.Simulation",
        "PantryChain.Telemetry",
        "PantryChain.Ledger.Evm",
        "PantryChain.Ledger.Blocks",
        "PantryChain.Ledger.Rewards",
        "PantryChain.Ledger.Contracts",
        "PantryChain.Reorder.Patterns",
        "PantryChain.Reorder.Policy",
        "PantryChain.Reorder.Machine",
        "PantryChain.Ui",
        "PantryChain.Gateway",
        "PantryChain.Store",
        "PantryChain.Rehearsal",
    ];

    [Fact]
    public void A_using_points_left_on_the_walk() =>
        Repository.Sources("src").SelectMany(UsingsOf)
            .Where(use => Position(use.From) is { } from && Position(use.To) is { } to && to > from)
            .Select(use => $"{use.File}: {use.From} uses {use.To}")
            .Should().BeEmpty();

    [Fact]
    public void Every_station_of_the_walk_has_its_folder() =>
        Walk.Select(name => Repository.PathOf(["src", .. name.Split('.').Skip(1)])).Should().OnlyContain(folder => Directory.Exists(folder));

    private static IEnumerable<(string File, string From, string To)> UsingsOf(string file)
    {
        string text = File.ReadAllText(file);
        string relative = Repository.Relative(file);
        string from = "PantryChain." + string.Join('.', Path.GetDirectoryName(relative)!.Split('/').Skip(1));
        return Using().Matches(text).Select(match => (relative, from, match.Groups["name"].Value));
    }

    private static int? Position(string name)
    {
        int best = -1;
        for (int i = 0; i < Walk.Length; i++)
        {
            bool inside = name == Walk[i] || name.StartsWith(Walk[i] + ".", StringComparison.Ordinal);
            if (inside && (best < 0 || Walk[i].Length > Walk[best].Length))
                best = i;
        }
        return best < 0 ? null : best;
    }

    [GeneratedRegex(@"^@?(?:global )?using (?:static )?(?<name>PantryChain[\w.]*)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
