using System.Text.RegularExpressions;

namespace PantryChain.Architecture.Tests;

public sealed partial class HouseRuleSpecs
{
    private const int LongestFile = 400; // the aim is 250; above this a second subject is inside

    [Fact]
    public void No_source_file_holds_a_second_subject() =>
        Sources().Where(file => File.ReadLines(file).Count() > LongestFile).Select(Repository.Relative).Should().BeEmpty();

    [Fact]
    public void A_namespace_is_its_folder() =>
        Repository.Sources("src").Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => (file: Repository.Relative(file), expected: ExpectedNamespace(file), actual: NamespaceLine().Match(File.ReadAllText(file)).Groups["name"].Value))
            .Where(found => found.actual.Length > 0 && found.actual != found.expected)
            .Should().BeEmpty();

    [Fact]
    public void Nothing_is_left_undone() =>
        Sources().Where(file => !file.EndsWith("HouseRuleSpecs.cs", StringComparison.Ordinal) && Unfinished().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative).Should().BeEmpty();

    [Fact]
    public void Test_methods_are_sentences() =>
        Repository.Sources("tests").SelectMany(file => TestMethod().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .Where(name => !name.Contains('_', StringComparison.Ordinal)).Should().BeEmpty();

    [Fact]
    public void No_Korean_particle_is_fixed_behind_a_word_that_is_known_only_later() =>
        Repository.Sources("src").SelectMany(file => FixedParticle().Matches(File.ReadAllText(file)).Select(match => $"{Repository.Relative(file)}: {match.Value}"))
            .Should().BeEmpty("Josa chooses it by how the word ends");

    private static IEnumerable<string> Sources() =>
        Repository.Sources("src").Concat(Repository.Sources("tests")).Concat(Repository.Sources("bench"));

    private static string ExpectedNamespace(string file) =>
        "PantryChain." + string.Join('.', Path.GetDirectoryName(Repository.Relative(file))!.Split('/').Skip(1));

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b|#region|catch\s*\{\s*\}")]
    private static partial Regex Unfinished();

    [GeneratedRegex("[}](?:은|는|이|가|을|를|과|와)(?![가-힣])")]
    private static partial Regex FixedParticle();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\][^{;]*?(?:void|Task)\s+(?<name>\w+)\s*\(")]
    private static partial Regex TestMethod();
}
