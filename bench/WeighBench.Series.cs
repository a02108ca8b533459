using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.Bench;

/// <summary>The options of <c>bench weigh --series</c>.</summary>
internal sealed class SeriesOptions
{
    private readonly Option<FileInfo?> _file = new("--series") { Description = "A CSV file with a header line: weigh this recording instead." };
    private readonly Option<string> _column = new("--column") { Description = "Name of the column with the weight.", DefaultValueFactory = _ => "grams" };
    private readonly Option<string> _unit = new("--unit") { Description = "g, kg or counts.", DefaultValueFactory = _ => "g" };
    private readonly Option<double?> _perGram = new("--counts-per-gram") { Description = "With --unit counts: the cell's calibration. Without it the limits go by the recording's noise, and amounts are told in counts." };
    private readonly Option<int> _steps = new("--steps") { Description = "Lay steps over the recording, so many runs, and score what is booked." };
    private readonly Option<string?> _time = new("--time") { Description = "Name of the column with the time of each sample: seconds, milliseconds since 1970, or dates. Without it a column named like a time." };
    private readonly Option<double?> _period = new("--period") { Description = "Seconds between two lines, instead of the file's own times." };

    public static SeriesOptions AddTo(Command command)
    {
        SeriesOptions options = new();
        options._unit.AcceptOnlyFromAmong("g", "kg", "counts");
        foreach (Option option in new Option[] { options._file, options._column, options._unit, options._perGram, options._time, options._period, options._steps })
            command.Add(option);
        return options;
    }

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_file) is not null;

    public SeriesRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_file)!.FullName, parsed.GetValue(_column)!, parsed.GetValue(_unit)!, parsed.GetValue(_perGram), parsed.GetValue(_time), parsed.GetValue(_period), Math.Clamp(parsed.GetValue(_steps), 0, 1000));
}

/// <summary>A recording to weigh.</summary>
internal sealed record SeriesRequest(string File, string Column, string Unit, double? CountsPerGram, string? Time, double? Period, int Steps);

/// <summary>A recording as read.</summary>
/// <param name="Values">In grams, or in counts where nobody knows how many make a gram; NaN where a sample is missing.</param>
/// <param name="Seconds">Time of each sample since the first, or null where lines are <paramref name="Period"/> apart.</param>
/// <param name="CountsPerGram">To weigh with.</param>
/// <param name="Unit">How many of its values make what the filter takes for a gram: 1 unless they are counts of an unknown scale.</param>
/// <param name="Period">Seconds between two samples.</param>
/// <param name="ZeroKnown">Whether 0 is an empty scale.</param>
/// <param name="Said">What was done with times, order and units, a sentence each.</param>
internal sealed record Recording(
    IReadOnlyList<double> Values, IReadOnlyList<double>? Seconds, double CountsPerGram, double Unit, double Period, bool ZeroKnown, IReadOnlyList<string> Said);

/// <summary>Weighs a recording with the product's filter and prints what it booked.</summary>
internal static class SeriesReport
{
    public static int Run(SeriesRequest request, bool json)
    {
        Recording read;
        try
        {
            read = SeriesFile.Read(request);
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
        foreach (string sentence in read.Said)
            Console.Error.WriteLine(sentence);
        IReadOnlyList<double> grams = read.Unit == 1 ? read.Values : [.. read.Values.Select(value => value / read.Unit)];
        if (request.Steps > 0)
        {
            StepReport report = StepReport.Over([.. grams.Where(double.IsFinite)], read.Period, request.Steps);
            Console.WriteLine(json ? JsonSerializer.Serialize(report.ToJson(), JsonSerializerOptions.Web) : report.ToString());
            return 0;
        }
        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(read.Period), read.CountsPerGram, zeroKnown: read.ZeroKnown, seconds: read.Seconds);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                samples = result.Samples,
                events = result.Steps.Select(step => new { at = Seconds(step), kind = Kind(step), grams = Math.Round(step.Delta.Grams * read.Unit, 3) }),
                sigma_g = Math.Round(result.SigmaGrams * read.Unit, 4),
                drift_g = Math.Round(result.DriftGrams * read.Unit, 3),
                seconds = result.Seconds,
            }));
        else
            Print(result, read.Unit);
        return 0;
    }

    private static void Print(SeriesResult result, double unit)
    {
        string name = unit == 1 ? "g" : "counts";
        foreach (StockStep step in result.Steps)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seconds(step),10:0.0} s  {Kind(step),-9} {step.Delta.Grams * unit,10:0.0} {name}, level {step.Level.Grams * unit:0.0} {name}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Samples:N0} samples in {result.Seconds:N0} s: {result.Steps.Count} bookings, noise {result.SigmaGrams * unit:0.00} {name}, drift followed {result.DriftGrams * unit:0.0} {name}"));
    }

    private static double Seconds(StockStep step) => (step.At - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static string Kind(StockStep step) => step.Kind == StepKind.Used ? "used" : "restocked";
}
