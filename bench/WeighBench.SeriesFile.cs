using System.Globalization;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;

namespace PantryChain.Bench;

/// <summary>Reads a recording from a CSV file with a header line.</summary>
internal static class SeriesFile
{
    private const double UsualPeriod = 0.1, LongestPeriod = 86_400;

    /// <summary>Ways in which columns of weight and time are named; the first that stands there counts.</summary>
    private static readonly string[] TimeNames =
    [
        "unix_ts", "timestamp", "time", "ts", "datetime", "date_time", "date", "created_at", "epoch", "unix", "unixtime", "unix_time", "utc", "utc_time", "time_utc", "local_time", "seconds",
        "time_ms", "timestamp_ms", "millis", "ms", "when", "at", "zeit", "uhrzeit", "시각",
    ];

    private static readonly string[] HourNames = ["time", "uhrzeit", "시각"], DayNames = ["date", "day", "datum", "날짜"];

    /// <exception cref="FormatException">The file is no such recording; the message names the next step.</exception>
    public static Recording Read(SeriesRequest request)
    {
        if (request.Period is { } given && !(given is > 0 and <= LongestPeriod))
            throw new FormatException("--period must be above 0 and at most 86400 seconds.");
        if (request.CountsPerGram is { } perGram && !(Math.Abs(perGram) > 0 && double.IsFinite(perGram)))
            throw new FormatException("--counts-per-gram must be a number other than 0.");
        using StreamReader reader = new(request.File);
        string first = (reader.ReadLine() ?? "").TrimStart('\uFEFF');
        char between = SeparatorOf(first);
        string[] header = [.. first.Split(between).Select(name => name.Trim().Trim('"'))];
        int column = Array.IndexOf(header, request.Column), clock = ClockOf(header, request), day = DayOf(header, clock, request);
        if (column < 0)
            throw new FormatException($"{request.File} has no column '{request.Column}'. Give one of {Foreign.Clean(string.Join(", ", header))} with --column.");
        List<double> values = [];
        List<string> times = [];
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string[] fields = line.Split(between);
            values.Add(ValueOf(fields, column, request, between, $"{request.File}, line {number}: '{Foreign.Short(line)}'"));
            times.Add(clock < 0 ? "" : day < 0 ? FieldOf(fields, clock) : $"{FieldOf(fields, day)} {FieldOf(fields, clock)}");
        }
        if (!values.Exists(double.IsFinite))
            throw new FormatException($"{request.File} has no weight in column '{request.Column}'. Give a recording with one, or another --column.");
        if (clock < 0)
            return Weighed(request, new SeriesTimes(values, null, request.Period ?? UsualPeriod, [SaidOfNone(request)]));
        return Weighed(request, SeriesTimes.Of(values, times, day < 0 ? header[clock] : $"{header[day]} {header[clock]}", request.Period));
    }

    private static string SaidOfNone(SeriesRequest request) => request.Period is { } period
        ? string.Create(CultureInfo.InvariantCulture, $"The file's own times are not used: every line counts {period:0.###} s (--period).")
        : $"No column is named like a time ({string.Join(", ", TimeNames.Take(5))}, ...): every line counts {UsualPeriod.ToString(CultureInfo.InvariantCulture)} s. Name one with --time, or give --period.";

    private static int ClockOf(string[] header, SeriesRequest request)
    {
        if (request.Time is { } named)
        {
            int found = Array.IndexOf(header, named);
            return found >= 0 ? found : throw new FormatException($"{request.File} has no column '{named}'. Give one of {Foreign.Clean(string.Join(", ", header))} with --time.");
        }
        if (request.Period is not null)
            return -1;
        foreach (string name in TimeNames)
        {
            int found = Array.FindIndex(header, column => column.Replace(' ', '_').Equals(name, StringComparison.OrdinalIgnoreCase));
            if (found >= 0)
                return found;
        }
        return -1;
    }

    /// <summary>The column with the date of a time of day, or -1: many loggers part the two, and times alone would fold all days into one.</summary>
    private static int DayOf(string[] header, int clock, SeriesRequest request) =>
        request.Time is null && clock >= 0 && HourNames.Contains(header[clock], StringComparer.OrdinalIgnoreCase)
            ? Array.FindIndex(header, name => DayNames.Contains(name, StringComparer.OrdinalIgnoreCase))
            : -1;

    private static Recording Weighed(SeriesRequest request, SeriesTimes read)
    {
        if (request.Unit != "counts")
            return new Recording(read.Values, read.Seconds, 1000, 1, read.Period, ZeroKnown: true, read.Said);
        if (request.CountsPerGram is { } known)
            return new Recording([.. read.Values.Select(value => value / known)], read.Seconds, known, 1, read.Period, ZeroKnown: false, read.Said);
        double guess = RecordedSeries.GuessCountsPerGram(read.Values);
        return new Recording(read.Values, read.Seconds, guess, guess, read.Period, ZeroKnown: false,
            [.. read.Said, string.Create(CultureInfo.InvariantCulture, $"Nobody knows the scale of these counts: {guess:0.##} of them are taken for a gram by their noise, and amounts are told in counts.")]);
    }

    private static char SeparatorOf(string header) => header.Contains(',', StringComparison.Ordinal) ? ',' : header.Contains(';', StringComparison.Ordinal) ? ';' : header.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';

    private static string FieldOf(string[] fields, int column) => column < fields.Length ? fields[column].Trim().Trim('"') : "";

    /// <summary>Blank cells and those that name no number are samples that went missing: they keep their time.</summary>
    private static double ValueOf(string[] fields, int column, SeriesRequest request, char between, string where)
    {
        string field = FieldOf(fields, column);
        if (field.Length == 0 || field.ToUpperInvariant() is "NAN" or "NA" or "N/A" or "NULL" or "NONE" or "-NAN" or "UNAVAILABLE" or "UNKNOWN")
            return double.NaN;
        double scale = request.Unit == "kg" ? 1000 : 1, most = request.Unit == "counts" ? int.MaxValue : 2_000_000;
        string number = between == ',' ? field : field.Replace(',', '.'); // where columns are not parted by commas, decimals are
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(Math.Abs(value * scale) <= most))
            throw new FormatException($"{where} has no weight in column '{request.Column}'. Correct the line, or --unit.");
        return value * scale;
    }
}
