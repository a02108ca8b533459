using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace PantryChain.Ledger.Tests;

/// <summary>The contracts' own tests, and that what is committed and written about them is true.</summary>
public sealed partial class SoliditySpecs(ITestOutputHelper output)
{
    private const int MostLines = 400;

    [Fact]
    public async Task Solidity_artifacts_are_what_the_sources_compile_to()
    {
        (int exitCode, string said) = await SolidityTools.NodeAsync("tools/artifacts.mjs", "--check");

        exitCode.Should().Be(0, said);
    }

    [Fact]
    public async Task Solidity_tests_pass()
    {
        (int exitCode, string said) = await SolidityTools.ForgeAsync("default", "test");

        exitCode.Should().Be(0, said);
        output.WriteLine(Summary().Match(said).Value);
        int passed = int.Parse(Summary().Match(said).Groups["passed"].ValueSpan, CultureInfo.InvariantCulture);
        passed.Should().BeGreaterThan(200, said);
    }

    [Fact]
    public async Task Gas_is_as_measured_and_below_its_goals()
    {
        (int exitCode, string said) = await SolidityTools.ForgeAsync("gas", "test");

        exitCode.Should().Be(0, said);
    }

    [Fact]
    public async Task Vectors_are_what_their_script_computes()
    {
        (int exitCode, string said) = await SolidityTools.NodeAsync("tools/vectors.mjs", "--check");

        exitCode.Should().Be(0, said);
    }

    [Fact]
    public void The_documents_gas_table_is_what_was_measured()
    {
        Dictionary<string, string> measured = Snapshot("transactions"), goals = Snapshot("goals");

        var written = GasRow().Matches(SolidityTools.Read("docs", "contracts.md")).ToDictionary(
            row => row.Groups["name"].Value, row => (Number(row, "gas"), Number(row, "goal")));

        written.Should().BeEquivalentTo(measured.ToDictionary(one => one.Key, one => (one.Value, goals[one.Key])));
    }

    [Fact]
    public void The_documents_state_table_is_the_one_that_the_walk_tests()
    {
        string document = SolidityTools.Read("docs", "contracts.md");
        string walk = SolidityTools.Read("src", "Ledger", "Solidity", "test", "escrow", "StateWalk.t.sol");

        IEnumerable<string> written = StageRow().Matches(document).SelectMany(row =>
            Edge().Matches(row.Groups["steps"].Value).Select(edge => $"{row.Groups["stage"]}: {edge.Groups["step"]} -> {edge.Groups["to"]}"));
        IEnumerable<string> walked = Allowed().Matches(walk).Select(edge => $"{edge.Groups["stage"]}: {edge.Groups["step"]} -> {edge.Groups["to"]}");

        written.Should().BeEquivalentTo(walked).And.NotBeEmpty();
    }

    [Fact]
    public void No_contract_is_longer_than_a_person_reads_at_once()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(SolidityTools.Folder, "src"), "*.sol", SearchOption.AllDirectories))
            File.ReadLines(file).Count().Should().BeLessThan(MostLines, file);
    }

    private static Dictionary<string, string> Snapshot(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(SolidityTools.Read("src", "Ledger", "Solidity", "snapshots", $"{name}.json"))!;

    private static string Number(Match row, string group) => row.Groups[group].Value.Replace(" ", "", StringComparison.Ordinal);

    [GeneratedRegex(@"Ran \d+ test suites .*: (?<passed>\d+) tests passed, \d+ failed, \d+ skipped", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();

    [GeneratedRegex(@"^\| (?<name>[^|`]+) \| (?<gas>[\d ]+) \| (?<goal>[\d ]+) \|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex GasRow();

    [GeneratedRegex(@"^\| `(?<stage>\w+)` \| (Open|Accepted|Shipped), [^|]+ \| (?<steps>[^|]+) \|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex StageRow();

    [GeneratedRegex(@"`(?<step>\w+)` -> (?<to>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Edge();

    [GeneratedRegex(@"allow\(Stage\.(?<stage>\w+), Step\.(?<step>\w+), OrderState\.(?<to>\w+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Allowed();
}
