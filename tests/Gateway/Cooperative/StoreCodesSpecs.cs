using System.Text.RegularExpressions;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>The table of codes in docs/protocol.md and the one in the program say the same.</summary>
public sealed partial class StoreCodesSpecs
{
    [Fact]
    public void The_documents_table_of_codes_is_the_programs()
    {
        string text = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md"));
        string section = text[text.IndexOf("### Refusals of the store", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];

        Dictionary<string, RefusalMeaning> documented = [];
        foreach (Match row in Row().Matches(section))
        {
            foreach (Match code in Code().Matches(row.Groups["codes"].Value))
                documented[code.Groups["code"].Value] = row.Groups["meaning"].Value.Trim() == "final" ? RefusalMeaning.Final : RefusalMeaning.TryAgain;
        }

        documented.Should().BeEquivalentTo(StoreCodes.All);
    }

    [Fact]
    public void Every_code_that_the_stores_relay_can_give_stands_in_the_table()
    {
        IEnumerable<string> sources = Directory.GetFiles(Path.Combine(Root(), "src", "Store", "Relay"), "*.cs").Append(Path.Combine(Root(), "src", "Store", "Hosting", "Problems.cs"));

        IEnumerable<string> given = sources.SelectMany(file => Given().Matches(File.ReadAllText(file))).Select(match => match.Groups["code"].Value);

        given.Should().NotBeEmpty().And.BeSubsetOf(StoreCodes.All.Keys);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex(@"^\| (?<codes>`[^|]*) \| (?<meaning>final|try again) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<code>[a-z_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex("(?:Refusal\\(\\d+, |OpenDoor\\(|Conflict\\(|NotFound\\(|NotYours\\()\"(?<code>[a-z_]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Given();
}
