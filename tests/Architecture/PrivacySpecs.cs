using System.Text.RegularExpressions;

namespace PantryChain.Architecture.Tests;

/// <summary>Each line of docs/privacy.md is held by a test that exists.</summary>
public sealed partial class PrivacySpecs
{
    private static readonly string[] Rows = [.. File.ReadAllLines(Repository.PathOf("docs", "privacy.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| who |", StringComparison.Ordinal))];

    [Fact]
    public void Every_line_names_a_test() => Rows.Should().HaveCountGreaterThan(10).And.OnlyContain(row => TestName().IsMatch(row));

    [Fact]
    public void Every_test_that_a_line_names_exists()
    {
        ILookup<string, string> sources = Repository.Sources("tests").ToLookup(path => Path.GetFileNameWithoutExtension(path).Split('.')[0], File.ReadAllText);

        Rows.SelectMany(row => TestName().Matches(row)).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value))
            .Where(test => !sources[test.Class].Any(source => Regex.IsMatch(source, $@"public (async Task|Task|void) {test.Method}\(")))
            .Should().BeEmpty();
    }

    [GeneratedRegex(@"`(?<class>\w+Specs)\.(?<method>\w+)`")]
    private static partial Regex TestName();
}
