using System.Globalization;
using System.Text.RegularExpressions;

namespace PantryChain.Hardware.Tests;

/// <summary>The guides name what is there, in both languages, and the table of parts is the same for people and machines.</summary>
public sealed partial class DocumentSpecs
{
    private static readonly string[] Guides = ["README.md", "README.ko.md", "calibration.md"];

    public static TheoryData<string> Documents => [.. Directory.EnumerateFiles(Place.Hardware(), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Place.Hardware(), file))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_guide_leads_somewhere(string document)
    {
        string file = Place.Hardware(document);

        Link().Matches(File.ReadAllText(file)).Select(match => match.Groups["path"].Value).Where(path => !path.Contains("://", StringComparison.Ordinal))
            .Where(path => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, path)))
            .Should().BeEmpty();
    }

    [Fact]
    public void Both_languages_of_the_guide_have_the_same_steps_drawings_and_commands()
    {
        string english = File.ReadAllText(Place.Hardware("README.md")), korean = File.ReadAllText(Place.Hardware("README.ko.md"));

        Link().Matches(korean).Select(match => match.Groups["path"].Value).Where(path => path != "README.md")
            .Should().Equal(Link().Matches(english).Select(match => match.Groups["path"].Value).Where(path => path != "README.ko.md"));
        Heading().Count(korean).Should().Be(Heading().Count(english));
        ConfigLine().Matches(korean).Select(match => match.Value).Should().Equal(ConfigLine().Matches(english).Select(match => match.Value));
    }

    [Fact]
    public void Every_drawing_and_picture_is_shown_or_linked_by_a_guide()
    {
        string all = string.Join('\n', Directory.EnumerateFiles(Place.Hardware(), "*.md", SearchOption.AllDirectories).Select(File.ReadAllText));

        Directory.EnumerateFiles(Place.Hardware("wiring"), "*.svg").Select(file => Path.GetFileName(file)).Where(name => !all.Contains(name, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Lines_for_config_txt_beside_the_drawings_stand_in_the_guide()
    {
        string guide = File.ReadAllText(Place.Hardware("README.md"));
        IEnumerable<string> lines = Wiring.WiringFolder.Read(Place.Hardware("wiring")).SelectMany(plan => plan.Settings)
            .Where(line => line.StartsWith("config.txt:", StringComparison.Ordinal)).Select(line => line["config.txt:".Length..].Trim().Split(' ')[0]);

        lines.Distinct().Where(line => !guide.Contains(line, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void The_table_of_parts_is_the_same_for_people_and_machines()
    {
        string document = File.ReadAllText(Place.Hardware("bom.md"));
        List<string[]> rows = [.. File.ReadLines(Place.Hardware("bom.csv")).Skip(1).Select(Cells)];

        rows.Should().OnlyContain(row => row.Length == 8);
        foreach (string[] row in rows)
            document.Should().Contain($"| {row[1]} | {row[2]} | {row[3]} | {row[4]} | {(row[5].Length > 0 ? row[5] : "–")} | {row[6]} | {row[7]} |");
        foreach (IGrouping<string, string[]> variant in rows.GroupBy(row => row[0]).Where(group => group.Key != "options"))
            document.Should().Contain(FormattableString.Invariant($"| **{variant.Sum(row => Number(row[6]) * Number(row[2]))}** | **{variant.Sum(row => Number(row[7]) * Number(row[2]))}** |"), variant.Key);
    }

    [Fact]
    public async Task Verbs_that_the_guides_use_are_verbs_of_the_gateway()
    {
        (int _, string help) = await Place.RunAsync("dotnet", Path.Combine(Place.GatewayBuild, "PantryChain.Gateway.dll"), "--help");
        string guides = string.Join('\n', Guides.Select(name => File.ReadAllText(Place.Hardware(name))));

        string[] verbs = [.. Verb().Matches(guides).Select(match => match.Groups["verb"].Value).Distinct()];

        verbs.Should().HaveCountGreaterThan(4).And.OnlyContain(verb => Regex.IsMatch(help, $@"^\s+{verb}\b", RegexOptions.Multiline));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The cells of one line of RFC 4180, without line breaks inside a cell.</summary>
    private static string[] Cells(string line) => [.. Cell().Matches(line).Select(match => match.Groups["quoted"].Success ? match.Groups["quoted"].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : match.Groups["plain"].Value)];

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"dt(?:param|overlay)=[\w=,-]+")]
    private static partial Regex ConfigLine();

    [GeneratedRegex(@"pantry-gateway (?<verb>[a-z]+)")]
    private static partial Regex Verb();

    [GeneratedRegex("""(?:^|,)(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",]*))""")]
    private static partial Regex Cell();
}
