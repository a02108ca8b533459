using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PantryChain.Bench;

/// <summary>Stock-out against excess of the product's reordering on real purchase intervals, beside simple policies at equal stock-out rates.</summary>
internal static class ReorderBench
{
    private const double ComparedAt = 0.1;
    private const double MostExcess = 3.5; // days at 10 % stock-out and a daily CV of 1
    private static readonly double[] Rates = [0.05, 0.1, 0.2];
    private static readonly PackUse[] Uses = [new("even use", 0.0), new("daily CV 1.0", 1.0), new("daily CV 1.8", 1.8)];
    private static readonly Option<string> Purchases = ForecastBench.PurchasesOption();
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of the tables." };

    public static Command Create()
    {
        Command command = new("reorder", "Stock-out against excess days at equal stock-out rates: from history alone, and with the shelf's weight (use within a pack is simulated).") { Purchases, Json };
        command.SetAction(parsed => ForecastBench.OnPurchases(parsed.GetValue(Purchases)!, purchases => Run(purchases, parsed.GetValue(Json))));
        return command;
    }

    private static int Run(IReadOnlyList<Purchase> purchases, bool json)
    {
        ForecastPanel panel = ForecastPanel.Of(purchases);
        ReorderTrial history = ReorderTrial.WithoutShelf(panel);
        if (history.Packs == 0)
            throw new FormatException($"No household bought a class on {ForecastPanel.FewestDays} or more days that lay a week or more apart, so there is no pack to reorder. Give purchases over a longer time.");
        List<(string Name, string Ours, ReorderTrial Trial)> parts = [("history only", "ours, quantile", history), .. Uses.Select(use => (use.Name, "ours", ReorderTrial.WithShelf(panel, use)))];
        List<ReorderTable> tables = [.. parts.Select(part => ReorderTable.Of(part.Name, part.Ours, part.Trial, Rates, ComparedAt))];
        double? reached = tables[2].Rows.Single(row => row.Ours).Points[1]?.Excess, fixedThreshold = tables[2].Rows[0].Points[1]?.Excess;
        string target = string.Create(CultureInfo.InvariantCulture, $"excess at 10 % stock-out, daily CV 1.0, at most {MostExcess} days: {reached:0.00}, beside {fixedThreshold:0.00} for the fixed threshold");
        Console.WriteLine(json ? JsonSerializer.Serialize(ToJson(history, tables, target, reached <= MostExcess), JsonSerializerOptions.Web) : ToText(history, tables, target, reached <= MostExcess));
        return 0;
    }

    private static object ToJson(ReorderTrial trial, List<ReorderTable> tables, string target, bool held) => new
    {
        packs = trial.Packs,
        leadDays = ReorderFrontier.LeadDays,
        stockOutRates = Rates,
        parts = tables.Select(table => new
        {
            part = table.Name,
            policies = table.Rows.Select(row => new
            {
                policy = row.Policy,
                excess = row.Points.Select(point => point is { } p ? ForecastBench.Round(p.Excess) : (double?)null),
                lateAt10 = row.Points[1] is { } at10 ? ForecastBench.Round(at10.Late) : (double?)null,
                oursMinusThisAt10 = row.Difference is { } d ? new { days = ForecastBench.Round(d.Days), low = ForecastBench.Round(d.Low), high = ForecastBench.Round(d.High) } : null,
            }),
        }),
        minimumStock = trial.MinimumStock.Select(point => new { packs = point.Packs, stockOut = ForecastBench.Round(point.Point.StockOut), excess = ForecastBench.Round(point.Point.Excess), late = ForecastBench.Round(point.Point.Late) }),
        targets = new[] { new { target, held } },
    };

    private static string ToText(ReorderTrial trial, List<ReorderTable> tables, string target, bool held)
    {
        StringBuilder text = new();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"{trial.Packs} packs of pairs whose median interval so far is {ReorderTrial.ShortestMedianDays:0} days or more; lead {ReorderFrontier.LeadDays} days, one decision a day, priors from other households");
        Line($"mean days of stock left when the order lands, each policy at the setting that reaches the stock-out rate; n/a: no setting is that careful");
        foreach (ReorderTable table in tables)
        {
            Line($"\n  {table.Name,-30} {string.Join(' ', Rates.Select(rate => $"{rate * 100,6:0} %"))}   late at 10 %   excess at 10 %, ours minus this (95 % over households)");
            foreach (ReorderRow row in table.Rows)
            {
                string points = string.Join(' ', row.Points.Select(point => (point is { } p ? p.Excess.ToString("0.00", CultureInfo.InvariantCulture) : "n/a").PadLeft(8)));
                string late = row.Points[1] is { } at10 ? at10.Late.ToString("0.00", CultureInfo.InvariantCulture) : "n/a";
                string difference = row.Difference is { } d ? string.Create(CultureInfo.InvariantCulture, $"{d.Days:+0.00;-0.00} [{d.Low:+0.00;-0.00}, {d.High:+0.00;-0.00}]") : "";
                Line($"  {row.Policy,-30} {points}   {late,12}   {difference}");
            }
        }
        Line($"\n  minimum stock in whole packs, as pantry lists keep it: an order when fewer are left (one setting each, nothing between)");
        foreach ((int packs, FrontierPoint point) in trial.MinimumStock)
            Line($"  {packs} full pack{(packs == 1 ? " " : "s")}                    stock-out {point.StockOut:0.0%}, excess {point.Excess:0.00} days, late {point.Late:0.00} days");
        Line($"\n  {(held ? "held" : "NOT held")}: {target}");
        return text.ToString().TrimEnd('\n');
    }
}

/// <summary>One policy's excess at the asked stock-out rates.</summary>
internal sealed record ReorderRow(string Policy, bool Ours, FrontierPoint?[] Points, MaeDifference? Difference);

/// <summary>All policies that saw the same.</summary>
internal sealed record ReorderTable(string Name, IReadOnlyList<ReorderRow> Rows)
{
    private const int Resamples = 1000;

    public static ReorderTable Of(string name, string ours, ReorderTrial trial, double[] rates, double comparedAt)
    {
        List<ReorderFrontier> frontiers = [.. trial.Frontiers];
        IReadOnlyDictionary<int, (int Packs, double Excess)>? mine = frontiers.Single(frontier => frontier.Name == ours).ByHousehold(comparedAt);
        return new ReorderTable(name, [.. frontiers.Select(frontier => new ReorderRow(
            frontier.Name, frontier.Name == ours, [.. rates.Select(frontier.At)],
            frontier.Name != ours && mine is not null && frontier.ByHousehold(comparedAt) is { } theirs ? Difference(mine, theirs) : null))]);
    }

    /// <summary>Mean excess of the first minus the second, with the 95 % interval over households drawn with replacement, always in the same way.</summary>
    private static MaeDifference Difference(IReadOnlyDictionary<int, (int Packs, double Excess)> mine, IReadOnlyDictionary<int, (int Packs, double Excess)> theirs)
    {
        (int Packs, double Days)[] households = [.. mine.OrderBy(h => h.Key).Select(h => (h.Value.Packs, h.Value.Excess - theirs[h.Key].Excess))];
        Random chance = new(20130630);
        double[] drawn = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            double days = 0.0, packs = 0.0;
            for (int household = 0; household < households.Length; household++)
            {
                (int n, double difference) = households[chance.Next(households.Length)];
                (packs, days) = (packs + n, days + difference);
            }
            drawn[i] = days / packs;
        }
        Array.Sort(drawn);
        return new MaeDifference(households.Sum(h => h.Days) / households.Sum(h => h.Packs), drawn[(int)(0.025 * Resamples)], drawn[(int)(0.975 * Resamples)]);
    }
}
