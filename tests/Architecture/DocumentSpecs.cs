using System.Text.RegularExpressions;

namespace PantryChain.Architecture.Tests;

/// <summary>What the documents name exists.</summary>
public sealed partial class DocumentSpecs
{
    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathOf("README.md")).Append(Repository.PathOf("CONTRIBUTING.md"))
            .Select(Repository.Relative)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_that_a_document_names_exists(string document) =>
        PathInBackticks().Matches(File.ReadAllText(Repository.PathOf(document))).Select(match => match.Groups["path"].Value.TrimEnd('/'))
            .Where(path => !path.Contains('*', StringComparison.Ordinal))
            .Where(path => !Path.Exists(Repository.PathOf(path)))
            .Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_inside_the_project_leads_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(Repository.PathOf(document))!;

        LocalLink().Matches(File.ReadAllText(Repository.PathOf(document))).Select(match => match.Groups["path"].Value)
            .Where(path => !Path.Exists(Path.Combine(folder, path)))
            .Should().BeEmpty();
    }

    [Fact]
    public void The_walk_has_its_eleven_stations() =>
        WalkRow().Matches(File.ReadAllText(Repository.PathOf("docs", "walk.md"))).Select(match => match.Groups["verb"].Value)
            .Should().Equal("sense", "weigh", "tell", "block", "anchor", "learn", "decide", "order", "deliver", "settle", "show");

    [Fact]
    public void Nouns_that_the_walk_names_live_in_Domain()
    {
        string domain = string.Join('\n', Repository.Sources("src", "Domain").Select(File.ReadAllText));

        Noun().Matches(File.ReadAllText(Repository.PathOf("docs", "walk.md"))).Select(match => match.Groups["noun"].Value).Distinct()
            .Should().OnlyContain(noun => Regex.IsMatch(domain, $@"(record|struct|class|enum) {noun}\b"));
    }

    [Fact]
    public void The_glossary_has_each_word_once_and_names_types_that_exist()
    {
        string glossary = File.ReadAllText(Repository.PathOf("docs", "glossary.md")), sources = string.Join('\n', Repository.Sources("src").Select(File.ReadAllText));

        GlossaryRow().Matches(glossary).SelectMany(match => match.Groups["word"].Value.Split(", ")).Where(word => word is not ("word" or "---")).Should().OnlyHaveUniqueItems().And.HaveCountGreaterThan(40);
        Noun().Matches(glossary).Select(match => match.Groups["noun"].Value).Distinct()
            .Where(noun => !Regex.IsMatch(sources, $@"(record|struct|class|enum) {noun}\b")).Should().BeEmpty();
    }

    [Fact]
    public void Versions_in_the_architecture_are_those_that_are_pinned()
    {
        string architecture = File.ReadAllText(Repository.PathOf("docs", "architecture.md"));

        foreach (Match pin in Pin().Matches(File.ReadAllText(Repository.PathOf("Directory.Packages.props"))))
        {
            Match told = Regex.Match(architecture, $@"(?<![\w.]){Regex.Escape(pin.Groups["package"].Value)} (?<version>\d[\w.-]*\w)");
            if (told.Success)
                told.Groups["version"].Value.Should().Be(pin.Groups["version"].Value, pin.Groups["package"].Value);
        }
    }

    [GeneratedRegex(@"`(?<path>(?:src|tests|bench|docs|hardware)/[\w./*-]+)`")]
    private static partial Regex PathInBackticks();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)(?<path>[^)#\s]+)")]
    private static partial Regex LocalLink();

    [GeneratedRegex(@"^\| \d+ \| (?<verb>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex WalkRow();

    [GeneratedRegex(@"^\| (?<word>[^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex GlossaryRow();

    [GeneratedRegex(@"`(?<noun>[A-Z][A-Za-z0-9]+)`")]
    private static partial Regex Noun();

    [GeneratedRegex(@"PackageVersion Include=""(?<package>[^""]+)"" Version=""(?<version>[^""]+)""")]
    private static partial Regex Pin();
}
