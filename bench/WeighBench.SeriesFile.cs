using System.Globalization;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.Bench;

/// <summary>Reads a recording from a CSV file with a header line.</summary>
internal static class SeriesFile
{
    private const double UsualPeriod = 0.1, LongestPeriod = 86_400;

    private static readonly string[] TimeNames = ["unix_ts", "timestamp", "time", "ts", "seconds", "date", "datetime"];

    /// <exception cref="FormatException">The file is no such recording; the message names the next step.</exception>
    public static Recording Read(SeriesRequest request)
    {
        if (request.Period is { } given && !(given is > 0 and <= LongestPeriod))
            throw new FormatException("--period must be above 0 and at most 86400 seconds.");
        if (request.CountsPerGram is { } perGram && !(Math.Abs(perGram) > 0 && double.IsFinite(perGram)))
            throw new FormatException("--counts-per-gram must be a number other than 0.");
        using StreamReader reader = new(request.File);
        string[] header = [.. (reader.ReadLine() ?? "").Split(',').Select(name => name.Trim().Trim('"'))];
        int column = Array.IndexOf(header, request.Column);
        if (column < 0)
            throw new FormatException($"{request.File} has no column '{request.Column}'. Give one of {string.Join(", ", header)} with --column.");
        int clock = request.Period is null ? Array.FindIndex(header, name => TimeNames.Contains(name, StringComparer.OrdinalIgnoreCase)) : -1;
        List<double> values = [], times = [];
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            string[] fields = line.Split(',');
            values.Add(ValueOf(fields, column, request, $"{request.File}, line {number}: '{line}'"));
            if (clock >= 0)
                times.Add(TimeOf(fields, clock));
        }
        if (!values.Exists(double.IsFinite))
            throw new FormatException($"{request.File} has no weight in column '{request.Column}'. Give a recording with one, or another --column.");
        double period = request.Period ?? Median(times) ?? UsualPeriod;
        if (request.Unit != "counts")
            return new Recording(values, 1000, 1, period, ZeroKnown: true);
        if (request.CountsPerGram is { } known)
            return new Recording([.. values.Select(value => value / known)], known, 1, period, ZeroKnown: false);
        double guess = RecordedSeries.GuessCountsPerGram(values);
        return new Recording(values, guess, guess, period, ZeroKnown: false);
    }

    /// <summary>Blank cells and those that name no number are samples that went missing: they keep their time.</summary>
    private static double ValueOf(string[] fields, int column, SeriesRequest request, string where)
    {
        string field = column < fields.Length ? fields[column].Trim().Trim('"') : "";
        if (field.Length == 0 || field.ToUpperInvariant() is "NAN" or "NA" or "N/A" or "NULL" or "NONE" or "-NAN")
            return double.NaN;
        double scale = request.Unit == "kg" ? 1000 : 1, most = request.Unit == "counts" ? int.MaxValue : 2_000_000;
        if (!double.TryParse(field, CultureInfo.InvariantCulture, out double value) || !(Math.Abs(value * scale) <= most))
            throw new FormatException($"{where} has no weight in column '{request.Column}'. Correct the line, or --unit.");
        return value * scale;
    }

    private static double TimeOf(string[] fields, int column)
    {
        string field = column < fields.Length ? fields[column].Trim().Trim('"') : "";
        if (double.TryParse(field, CultureInfo.InvariantCulture, out double seconds))
            return seconds;
        return DateTimeOffset.TryParse(field, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? at.ToUnixTimeMilliseconds() / 1000.0 : double.NaN;
    }

    private static double? Median(List<double> times)
    {
        double[] apart = [.. times.Zip(times.Skip(1), (a, b) => b - a).Where(one => one is > 0 and <= LongestPeriod).Order()];
        return apart.Length == 0 ? null : apart[apart.Length / 2];
    }
}
