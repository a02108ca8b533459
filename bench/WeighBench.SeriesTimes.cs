using System.Globalization;

namespace PantryChain.Bench;

/// <summary>A recording's samples in the order of their own times, and what was done to bring them there.</summary>
/// <param name="Values">In the order of time; NaN where a sample is missing.</param>
/// <param name="Seconds">Time of each since the first, or null where the file has none.</param>
/// <param name="Period">Usual seconds between two samples.</param>
/// <param name="Said">Sentences for whoever reads the result.</param>
internal sealed record SeriesTimes(IReadOnlyList<double> Values, IReadOnlyList<double>? Seconds, double Period, IReadOnlyList<string> Said)
{
    private const double LongestPeriod = 86_400, LongGap = 12; // so many periods are a gap for the scale, too

    /// <summary>Numbers of this size are milliseconds, microseconds, nanoseconds since 1970: as seconds they lie beyond the year 5000.</summary>
    private const double Milliseconds = 1e11, Microseconds = 1e14, Nanoseconds = 1e17;

    /// <summary>Puts samples in the order of their times; a line without a readable time follows the one before it.</summary>
    /// <param name="values">The weights as they stand in the file.</param>
    /// <param name="times">What stands in the column of times.</param>
    /// <param name="column">Its name.</param>
    /// <param name="given">The period that was asked for, or null for the median.</param>
    public static SeriesTimes Of(IReadOnlyList<double> values, IReadOnlyList<string> times, string column, double? given)
    {
        List<string> said = [];
        double[] read = Read(times, column, said);
        if (!Array.Exists(read, double.IsFinite))
            return new SeriesTimes(values, null, given ?? 0.1, [$"Column '{column}' holds no time that can be read ('{times[0]}'): every line counts {(given ?? 0.1).ToString(CultureInfo.InvariantCulture)} s. Name another with --time, or give --period."]);
        double period = given ?? Median(read) ?? 0.1;
        int unread = Fill(read, period);
        if (unread > 0)
            said.Add($"{unread} lines have no readable time and follow the line before them.");
        int[] order = [.. Enumerable.Range(0, read.Length).OrderBy(i => read[i])]; // stable
        int back = read.Zip(read.Skip(1)).Count(pair => pair.Second < pair.First);
        if (back > 0)
            said.Add($"The lines were not in the order of time ({back} went back): sorted.");
        List<double> kept = [], seconds = [];
        int twice = 0;
        foreach (int i in order)
        {
            double at = read[i] - read[order[0]];
            if (seconds.Count > 0 && at - seconds[^1] < 1e-7)
            {
                twice++;
                kept[^1] = double.IsFinite(values[i]) ? values[i] : kept[^1];
                continue;
            }
            kept.Add(values[i]);
            seconds.Add(at);
        }
        if (twice > 0)
            said.Add($"{twice} lines have the time of another one: the last of them counts.");
        SayGaps(seconds, period, said);
        said.Insert(0, string.Create(CultureInfo.InvariantCulture, $"Times are those of column '{column}': {kept.Count:N0} samples over {seconds[^1]:N0} s, usually {period:0.###} s apart."));
        return new SeriesTimes(kept, seconds, period, said);
    }

    private static void SayGaps(List<double> seconds, double period, List<string> said)
    {
        (double longest, double at, int count, double sum) = (0, 0, 0, 0);
        double least = Math.Max(LongGap * period, 2);
        for (int i = 1; i < seconds.Count; i++)
        {
            double apart = seconds[i] - seconds[i - 1];
            if (apart < least)
                continue;
            (count, sum) = (count + 1, sum + apart);
            if (apart > longest)
                (longest, at) = (apart, seconds[i - 1]);
        }
        if (count > 0)
            said.Add(string.Create(CultureInfo.InvariantCulture,
                $"{count} gap{(count == 1 ? "" : "s")} of {least:0.#} s or more, {sum:N0} s in all, the longest {longest:N0} s from {at:0.#} s on: what changed within one is booked only where drift cannot have done it."));
    }

    /// <summary>Reads the whole column in one way: a file has one kind of times.</summary>
    private static double[] Read(IReadOnlyList<string> times, string column, List<string> said)
    {
        double[] numbers = [.. times.Select(time => double.TryParse(time, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        double[] finite = [.. numbers.Where(double.IsFinite)];
        if (2 * finite.Length >= times.Count(time => time.Length > 0) && finite.Length > 0)
        {
            double middle = finite.Order().ElementAt(finite.Length / 2);
            bool named = column.EndsWith("_ms", StringComparison.OrdinalIgnoreCase) || column.Equals("ms", StringComparison.OrdinalIgnoreCase) || column.Equals("millis", StringComparison.OrdinalIgnoreCase);
            (double unit, string name) = middle switch
            {
                > Nanoseconds => (1e-9, "nanoseconds since 1970"),
                > Microseconds => (1e-6, "microseconds since 1970"),
                > Milliseconds => (1e-3, "milliseconds since 1970"),
                _ => named ? (1e-3, "milliseconds") : (1.0, ""),
            };
            if (name.Length > 0)
                said.Add($"The numbers in '{column}' are taken for {name}.");
            return [.. numbers.Select(number => number * unit)];
        }
        int zoned = 0, plain = 0;
        double[] dates = [.. times.Select(time => DateOf(time, ref zoned, ref plain))];
        if (plain > 0)
            said.Add(zoned == 0 ? $"The dates in '{column}' name no time zone and are taken for UTC; a change of summer time shows as a gap or as lines that go back."
                : $"{plain} dates in '{column}' name no time zone and are taken for UTC, the others for what they name.");
        return dates;
    }

    private static double DateOf(string time, ref int zoned, ref int plain)
    {
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            && !DateTimeOffset.TryParseExact(time, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out at))
            return double.NaN;
        bool names = time.EndsWith('Z') || time.EndsWith('z') || time.EndsWith("UTC", StringComparison.OrdinalIgnoreCase) || time.EndsWith("GMT", StringComparison.OrdinalIgnoreCase)
            || (time.LastIndexOfAny(['+', '-']) is var sign && sign > time.IndexOf(':', StringComparison.Ordinal) && sign > 0 && time.Contains(':', StringComparison.Ordinal));
        (zoned, plain) = names ? (zoned + 1, plain) : (zoned, plain + 1);
        return (at - DateTimeOffset.UnixEpoch).TotalSeconds;
    }

    /// <summary>Written ways that the general reader does not take: days first, underscores, compact ISO 8601.</summary>
    private static readonly string[] Dates =
    [
        "dd.MM.yyyy HH:mm:ss", "dd.MM.yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm", "yyyyMMddTHHmmssK", "yyyyMMddTHHmmss", "yyyyMMdd HHmmss", "yyyyMMddHHmmss", "yyyy-MM-dd_HH:mm:ss",
        "yyyy-MM-dd HH-mm-ss", "yyyy/MM/dd HH:mm:ss.fff",
    ];

    private static int Fill(double[] times, double period)
    {
        int unread = 0, first = Array.FindIndex(times, double.IsFinite);
        for (int i = 0; i < times.Length; i++)
        {
            if (double.IsFinite(times[i]))
                continue;
            unread++;
            times[i] = i < first ? times[first] - (first - i) * period : times[i - 1] + period;
        }
        return unread;
    }

    private static double? Median(double[] times)
    {
        double[] known = [.. times.Where(double.IsFinite).Order()];
        double[] apart = [.. known.Zip(known.Skip(1), (a, b) => b - a).Where(one => one is > 1e-7 and <= LongestPeriod).Order()];
        return apart.Length == 0 ? null : apart[apart.Length / 2];
    }
}
