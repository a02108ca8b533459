using System.Text.RegularExpressions;

namespace PantryChain.Architecture.Tests;

/// <summary>The threat model says what tests hold.</summary>
public sealed partial class SecurityDocumentSpecs
{
    private static readonly string Document = File.ReadAllText(Repository.PathOf("docs", "security.md"));

    [Fact]
    public void Every_test_that_the_threat_model_names_exists()
    {
        HashSet<string> known = [.. Repository.Sources("tests").SelectMany(file => TestMethod().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))];

        Names().Matches(Document).Select(match => match.Groups["name"].Value).Where(name => !known.Contains(name)).Distinct().Should().BeEmpty();
    }

    [Fact]
    public void Every_line_of_the_threat_model_names_a_test_or_says_that_nothing_holds_it() =>
        Document.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| who |", StringComparison.Ordinal))
            .Where(line => !Names().IsMatch(line) && !line.Contains("told, not held", StringComparison.Ordinal)).Should().BeEmpty();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (?<name>\w+)\(")]
    private static partial Regex TestMethod();
}
