using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PantryChain.Bench;

/// <summary>How well the next interval between purchases is predicted, and how honest the prediction is, beside simple methods.</summary>
internal static class ForecastBench
{
    private static readonly Option<string> Purchases = PurchasesOption();
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of the tables." };
    private static readonly Option<bool> Excluded = new("--excluded") { Description = "Also name every pair of household and class that is left out." };

    public static Command Create()
    {
        Command command = new("forecast", "Days to the next purchase of a class by the product's cycle model, beside last, mean, median, SES, SBA, TSB and Gamma-Poisson.") { Purchases, Json, Excluded };
        command.SetAction(parsed => OnPurchases(parsed.GetValue(Purchases)!, purchases => Run(purchases, parsed.GetValue(Json), parsed.GetValue(Excluded))));
        return command;
    }

    /// <summary>The option that names a purchase file.</summary>
    public static Option<string> PurchasesOption() =>
        new("--purchases") { Description = "CSV file with a header line: household, product, class_id (else the product is the class), date.", Required = true };

    /// <summary>Reads the file and goes on with it; what is wrong with it is told, with exit code 2.</summary>
    public static int OnPurchases(string file, Func<IReadOnlyList<Purchase>, int> run)
    {
        try
        {
            return run(PurchaseFile.Read(file));
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static int Run(IReadOnlyList<Purchase> purchases, bool json, bool names)
    {
        ForecastPanel panel = ForecastPanel.Of(purchases);
        if (panel.Scored.Count == 0)
            throw new FormatException($"No household bought any class on {ForecastPanel.FewestDays} or more days, so nothing can be predicted. Give purchases over a longer time.");
        ForecastScore score = new(ForecastTrial.Run(panel));
        List<(string Name, ForecastScore Score)> halves = [.. ForecastPanel.Halves(purchases)
            .Select(half => (half.Name, Panel: ForecastPanel.Of(half.Purchases))).Where(half => half.Panel.Scored.Count > 0)
            .Select(half => (half.Name, new ForecastScore(ForecastTrial.Run(half.Panel))))];
        Console.WriteLine(json ? JsonSerializer.Serialize(ToJson(panel, score, halves, names), JsonSerializerOptions.Web) : ToText(panel, score, halves, names));
        return 0;
    }

    private static object ToJson(ForecastPanel panel, ForecastScore score, List<(string Name, ForecastScore Score)> halves, bool names) => new
    {
        n = score.N,
        mae = Round(score.Ours.Mae),
        medae = Round(score.Ours.MedianError),
        bias = Round(score.Ours.Bias),
        pinball10 = Round(score.Pinball10),
        coverage80 = Round(score.Coverage80),
        baselines = ForecastBaselines.Names.Select((name, i) => (name, i)).ToDictionary(b => b.name, b => new
        {
            mae = Round(score.Baselines[b.i].Mae),
            medae = Round(score.Baselines[b.i].MedianError),
            bias = Round(score.Baselines[b.i].Bias),
            oursMinusThis = new { mae = Round(score.Differences[b.i].Days), low = Round(score.Differences[b.i].Low), high = Round(score.Differences[b.i].High) },
        }),
        confidence = score.Bins.Select(bin => new { from = bin.From, to = Round(bin.From + 0.1), n = bin.N, predicted = Round(bin.Predicted), observed = Round(bin.Observed) }),
        overdue = new { at05 = Round(score.Overdue05), at01 = Round(score.Overdue01) },
        early = new { at05 = Round(score.Early05), at01 = Round(score.Early01) },
        speeds = score.BySpeed.Select(speed => new
        {
            speed = speed.Name,
            n = speed.N,
            mae = Round(speed.Ours.Mae),
            medae = Round(speed.Ours.MedianError),
            bias = Round(speed.Ours.Bias),
            baselines = ForecastBaselines.Names.Zip(speed.Baselines).ToDictionary(b => b.First, b => new { mae = Round(b.Second.Mae), medae = Round(b.Second.MedianError) }),
        }),
        halves = halves.Select(half => new
        {
            half = half.Name,
            n = half.Score.N,
            mae = Round(half.Score.Ours.Mae),
            meanMae = Round(half.Score.Baselines[1].Mae),
            medianMae = Round(half.Score.Baselines[2].Mae),
            tsbMae = Round(half.Score.Baselines[5].Mae),
            coverage80 = Round(half.Score.Coverage80),
            overdue05 = Round(half.Score.Overdue05),
            targets = half.Score.Targets().Select(target => new { target = target.Target, held = target.Held }),
        }),
        targets = score.Targets().Select(target => new { target = target.Target, held = target.Held }),
        households = panel.ScoredHouseholds,
        pairs = panel.Scored.Count,
        excluded = new
        {
            pairs = panel.Excluded.Count,
            byPurchaseDays = panel.Excluded.GroupBy(pair => pair.Days.Length).OrderBy(group => group.Key).Select(group => new { days = group.Key, pairs = group.Count() }),
            named = names ? panel.Excluded.Select(pair => new { household = panel.Households[pair.Household], @class = pair.Class, days = pair.Days.Length }) : null,
        },
    };

    private static string ToText(ForecastPanel panel, ForecastScore score, List<(string Name, ForecastScore Score)> halves, bool names)
    {
        StringBuilder text = new();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"{score.N} predictions of {panel.Scored.Count} pairs of household and class, {panel.ScoredHouseholds} households; from the 4th purchase day on; priors from the other folds' households");
        Line($"left out: {panel.Excluded.Count} pairs with fewer than {ForecastPanel.FewestDays} purchase days ({string.Join(", ", panel.Excluded.GroupBy(pair => pair.Days.Length).OrderBy(g => g.Key).Select(g => $"{g.Count()} with {g.Key}"))})");
        Line($"\n  days             MAE   median    bias   MAE, ours minus this (95 % over households)");
        Line($"  {"ours",-12} {score.Ours.Mae,7:0.00} {score.Ours.MedianError,8:0.00} {score.Ours.Bias,7:0.00}");
        foreach ((string name, PointScore point, MaeDifference difference) in ForecastBaselines.Names.Zip(score.Baselines, score.Differences))
            Line($"  {name,-12} {point.Mae,7:0.00} {point.MedianError,8:0.00} {point.Bias,7:0.00}   {difference.Days:+0.00;-0.00} [{difference.Low:+0.00;-0.00}, {difference.High:+0.00;-0.00}]");
        Line($"\n  ours: pinball at 10 % {score.Pinball10:0.000} days, 80 % coverage {score.Coverage80:.000}, overdue at .05 {score.Overdue05:.000}, at .01 {score.Overdue01:.000}, early at .05 {score.Early05:.000}, at .01 {score.Early01:.000}");
        Line($"\n  confidence      n   predicted   observed");
        foreach (ConfidenceBin bin in score.Bins)
            Line($"  {bin.From:0.0}-{bin.From + 0.1:0.0} {bin.N,9} {bin.Predicted,11:.000} {bin.Observed,10:.000}");
        Line($"\n  MAE by mean of history     n     ours  {string.Join(' ', ForecastBaselines.Names.Select(name => $"{name,12}"))}");
        foreach (SpeedClass speed in score.BySpeed)
            Line($"  {speed.Name,-18} {speed.N,9} {speed.Ours.Mae,8:0.00}  {string.Join(' ', speed.Baselines.Select(point => point.Mae.ToString("0.00", CultureInfo.InvariantCulture).PadLeft(12)))}");
        foreach ((string name, ForecastScore of) in halves.Prepend(("the whole file", score)))
        {
            Line($"\n  {name}: {of.N} predictions, MAE {of.Ours.Mae:0.00}");
            foreach ((string target, bool held) in of.Targets())
                Line($"    {(held ? "held" : "NOT held"),-8} {target}");
        }
        if (names)
        {
            Line($"\nleft out: household, class, purchase days");
            foreach (PurchasePair pair in panel.Excluded)
                Line($"  {panel.Households[pair.Household]}, {pair.Class}, {pair.Days.Length}");
        }
        return text.ToString().TrimEnd('\n');
    }

    internal static double Round(double value) => Math.Round(value, 4);
}
