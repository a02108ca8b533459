namespace PantryChain.Architecture.Tests;

public sealed class ReferenceDirectionSpecs
{
    // The whole table, so that a new edge is a decision somebody makes here and not an accident in a project file.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Domain"] = [],
        ["DeviceDrivers"] = ["Domain"],
        ["Telemetry"] = ["Domain"],
        ["Ledger"] = ["Domain"],
        ["Reorder"] = ["Domain"],
        ["Ui"] = ["Domain"],
        ["Gateway"] = ["Domain", "DeviceDrivers", "Telemetry", "Ledger", "Reorder", "Ui"],
        ["Store"] = ["Domain", "Telemetry", "Ledger", "Ui"],
        ["Rehearsal"] = ["Domain", "DeviceDrivers", "Telemetry", "Ledger", "Reorder", "Gateway", "Store"],
    };

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_exactly_what_the_table_allows(string project) =>
        Repository.ReferencesOf(project).Should().BeEquivalentTo(Allowed[project]);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_stands_above_it(string project)
    {
        List<string> order = [.. Repository.Projects];

        Repository.ReferencesOf(project).Should().NotContain(reference => order.IndexOf(reference) >= order.IndexOf(project));
    }

    [Fact]
    public void Every_project_below_src_is_in_the_table() =>
        Directory.EnumerateDirectories(Repository.PathOf("src")).Select(Path.GetFileName).Should().BeEquivalentTo(Allowed.Keys);

    [Theory]
    [InlineData("Gateway")]
    [InlineData("Store")]
    public void Rehearsal_drives_the_hosts_as_processes_and_never_links_them(string host)
    {
        string line = File.ReadLines(Repository.PathOf("src", "Rehearsal", "Rehearsal.csproj")).Single(l => l.Contains($"{host}.csproj", StringComparison.Ordinal));

        line.Should().Contain("ReferenceOutputAssembly=\"false\"");
    }

    [Fact]
    public void Domain_has_no_packages_and_does_no_io()
    {
        File.ReadAllText(Repository.PathOf("src", "Domain", "Domain.csproj")).Should().NotContain("PackageReference");
        Repository.Sources("src", "Domain").Where(file => !file.EndsWith("HouseholdTime.cs", StringComparison.Ordinal)) // reads the clock file that all processes share
            .SelectMany(File.ReadLines).Should().NotContain(line => line.Contains("File.", StringComparison.Ordinal) || line.Contains("Socket", StringComparison.Ordinal));
    }
}
