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
        PriorTable.Shipped.Entries.Should().OnlyContain(entry => entry.Pairs >= PriorFit.FewestPairs && entry.Cycles > entry.Pairs);
        foreach (string name in (string[])["milk", "eggs", "bread", "rice", "coffee", "oil", "cheese", "yoghurt", "pasta", "detergent"])
            PriorTable.Shipped.Entries.Should().Contain(entry => entry.Class == name);
    }

    [Fact]
    public void The_fit_finds_the_moments_that_made_the_cycles()
    {
        PriorFit fit = new();
        Random random = new(7);
        double[] cycles = new double[12];
        for (int pair = 0; pair < 4000; pair++)
        {
            double mean = Math.Log(8.0) + 0.6 * Gauss(random);
            for (int i = 0; i < cycles.Length; i++)
                cycles[i] = Math.Exp(mean + 0.5 * Gauss(random));
            fit.Add("milk", "dairy", cycles);
        }

        CyclePrior prior = fit.ToTable().Of("milk");

        prior.LogMean.Should().BeApproximately(Math.Log(8.0), 0.04);
        prior.BetweenVariance.Should().BeApproximately(0.36, 0.03);
        prior.WithinVariance.Should().BeApproximately(0.25, 0.01);
    }

    [Fact]
    public void Classes_with_few_pairs_are_left_to_their_category()
    {
        PriorFit fit = new();
        for (int pair = 0; pair < 10; pair++)
            fit.Add(pair < 3 ? "kefir" : "milk", "dairy", [5.0 + pair, 6.0 + pair, 0.0, double.NaN]);

        PriorTable table = fit.ToTable();

        table.Entries.Should().NotContain(entry => entry.Class == "kefir" || entry.Class == "milk");
        table.Of("dairy/kefir").LogMean.Should().BeApproximately(table.Of("dairy/milk").LogMean, 1e-12);
        table.Entries.Single(entry => entry is { Class: "*", Category: "dairy" }).Cycles.Should().Be(20, "days that are no days were left out");
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
        Dictionary<(string Household, string Product), SortedSet<int>> days = [];
        foreach (string[] cells in File.ReadLines(PurchasesFactAttribute.Path!).Skip(1).Select(line => line.Split(',')))
        {
            (string, string) key = (cells[0], string.Join(',', cells[1..^2]).Trim('"'));
            (days.TryGetValue(key, out SortedSet<int>? known) ? known : days[key] = []).Add(DateOnly.ParseExact(cells[^1], "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber);
        }
        var pairs = days.Where(pair => pair.Value.Count >= 5).Select(pair => (pair.Key.Product, Days: pair.Value.Zip(pair.Value.Skip(1), (a, b) => (double)(b - a)).ToArray())).ToList();

        foreach (PriorEntry entry in PriorTable.Shipped.Entries.Where(entry => entry.Class != PriorTable.Any))
        {
            PriorFit fit = new();
            foreach ((_, double[] cycles) in pairs.Where(pair => entry.From.Split('|').Any(start => pair.Product.StartsWith(start, StringComparison.Ordinal))))
                fit.Add(entry.Class, entry.Category, cycles);
            PriorEntry again = fit.ToTable().Entries.Single(made => made.Class == entry.Class);

            again.Cycles.Should().Be(entry.Cycles, entry.Class);
            again.Prior.LogMean.Should().BeApproximately(entry.Prior.LogMean, 6e-5, entry.Class);
            again.Prior.BetweenVariance.Should().BeApproximately(entry.Prior.BetweenVariance, 6e-5, entry.Class);
            again.Prior.WithinVariance.Should().BeApproximately(entry.Prior.WithinVariance, 6e-5, entry.Class);
        }
    }

    private static double Gauss(Random random) => Normal.Quantile(Math.Clamp(random.NextDouble(), 1e-9, 1 - 1e-9));
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
