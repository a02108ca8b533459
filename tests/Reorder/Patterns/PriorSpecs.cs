using System.Globalization;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

public sealed class PriorSpecs
{
    [Fact]
    public void An_unknown_class_falls_back_to_its_category_and_then_to_everything()
    {
        PriorTable table = PriorTable.Shipped;

        table.Of("Milk").Should().Be(table.Of("milk")).And.NotBe(table.Of("dairy/kefir"));
        table.Of("dairy/milk").Should().Be(table.Of("milk"));
        table.Of("dairy/kefir").Should().Be(table.Of("dairy")).And.NotBe(table.Of("no such thing"));
        table.Of("").Should().Be(table.Of("class 140"));
    }

    [Fact]
    public void The_shipped_table_is_whole()
    {
        PriorTable.Shipped.Entries.Should().HaveCountGreaterThan(30);
        PriorTable.Shipped.Entries.Should().OnlyContain(entry => entry.Pairs >= PriorFit.FewestHouseholds && entry.Cycles > entry.Pairs);
        foreach (string name in (string[])["milk", "eggs", "bread", "rice", "coffee", "oil", "cheese", "yoghurt", "pasta", "detergent"])
            PriorTable.Shipped.Entries.Should().Contain(entry => entry.Class == name);
    }

    [Theory]
    [InlineData("milk,dairy,2.4,0.6,0.5,3,0.95,42")]
    [InlineData("milk,dairy,2.4,0,0.5,3,0.95,42,1000,x")]
    [InlineData("milk,dairy,2.4,0.6,0.5,3,1.95,42,1000,x")]
    [InlineData("milk,dairy,NaN,0.6,0.5,3,0.95,42,1000,x")]
    public void A_broken_table_is_refused_with_its_line(string line)
    {
        Action read = () => PriorTable.Parse($"# pantrychain priors 1\n\n{line}\n", "mine.csv");

        read.Should().Throw<FormatException>().WithMessage("mine.csv line 3*Mend or remove*");
    }

    [PurchasesFact]
    public void The_shipped_table_is_what_the_fit_makes_of_its_source()
    {
        Dictionary<(string Household, string Product, string ClassId), SortedSet<int>> days = [];
        foreach (string[] cells in File.ReadLines(PurchasesFactAttribute.Path!).Skip(1).Select(line => line.Split(',')))
        {
            (string, string, string) key = (cells[0], string.Join(',', cells[1..^2]).Trim('"'), cells[^2]);
            (days.TryGetValue(key, out SortedSet<int>? known) ? known : days[key] = []).Add(DateOnly.ParseExact(cells[^1], "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber);
        }
        var pairs = days.Where(pair => pair.Value.Count >= 5).Select(pair => (pair.Key.Product, Days: pair.Value.Zip(pair.Value.Skip(1), (a, b) => (double)(b - a)).ToArray())).ToList();

        foreach (PriorEntry entry in PriorTable.Shipped.Entries.Where(entry => entry.Class != PriorTable.Any))
        {
            List<CycleSums> sums = [.. pairs
                .Where(pair => entry.From.Split('|').Any(start => pair.Product.StartsWith(start, StringComparison.Ordinal)))
                .Select(pair => pair.Days.Aggregate(default(CycleSums), (sum, cycle) => sum.Add(cycle)))];
            CyclePrior again = PriorFit.Fit(sums, entry.Prior)!;

            sums.Sum(sum => sum.Count).Should().Be(entry.Cycles, entry.Class);
            again.LogMean.Should().BeApproximately(entry.Prior.LogMean, 6e-5, entry.Class);
            again.BetweenVariance.Should().BeApproximately(entry.Prior.BetweenVariance, 6e-5, entry.Class);
            again.WithinVariance.Should().BeApproximately(entry.Prior.WithinVariance, 6e-5, entry.Class);
        }
    }
}

/// <summary>A fact about the purchases that the shipped priors were fitted on, which are not part of the project; skipped where they are not beside the clone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PurchasesFactAttribute : FactAttribute
{
    public PurchasesFactAttribute()
    {
        if (Path is null)
            Skip = "household_purchases.csv is not in ../shared/data";
    }

    /// <summary>The file, or null.</summary>
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = System.IO.Path.Combine(folder.FullName, "shared", "data", "household_purchases.csv");
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
