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
    private readonly Option<double> _perGram = new("--counts-per-gram") { Description = "With --unit counts: the cell's calibration.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _steps = new("--steps") { Description = "Lay steps over the recording, so many runs, and score what is booked." };
    private readonly Option<double> _period = new("--period") { Description = "Seconds between two samples.", DefaultValueFactory = _ => 0.1 };

    public static SeriesOptions AddTo(Command command)
    {
        SeriesOptions options = new();
        options._unit.AcceptOnlyFromAmong("g", "kg", "counts");
        foreach (Option option in new Option[] { options._file, options._column, options._unit, options._perGram, options._period, options._steps })
            command.Add(option);
        return options;
    }

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_file) is not null;

    public SeriesRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_file)!.FullName, parsed.GetValue(_column)!, parsed.GetValue(_unit)!, parsed.GetValue(_perGram), parsed.GetValue(_period), Math.Clamp(parsed.GetValue(_steps), 0, 1000));
}

/// <summary>A recording to weigh.</summary>
internal sealed record SeriesRequest(string File, string Column, string Unit, double CountsPerGram, double Period, int Steps);

/// <summary>Weighs a recording with the product's filter and prints what it booked.</summary>
internal static class SeriesReport
{
    public static int Run(SeriesRequest request, bool json)
    {
        IReadOnlyList<double> grams;
        try
        {
            grams = Read(request);
        }
        catch (Exception error) when (error is IOException or FormatException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
        if (request.Steps > 0)
        {
            StepReport report = StepReport.Over(grams, request.Period, request.Steps);
            Console.WriteLine(json ? JsonSerializer.Serialize(report.ToJson(), JsonSerializerOptions.Web) : report.ToString());
            return 0;
        }
        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(request.Period), request.Unit == "counts" ? request.CountsPerGram : 1000);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                samples = result.Samples,
                events = result.Steps.Select(step => new { at = Seconds(step), kind = Kind(step), grams = step.Delta.Grams }),
                sigma_g = Math.Round(result.SigmaGrams, 4),
                drift_g = Math.Round(result.DriftGrams, 3),
                seconds = result.Seconds,
            }));
        else
            Print(result);
        return 0;
    }

    private static void Print(SeriesResult result)
    {
        foreach (StockStep step in result.Steps)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Seconds(step),10:0.0} s  {Kind(step),-9} {step.Delta.Grams,10:0.0} g, level {step.Level.Grams:0.0} g"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Samples:N0} samples in {result.Seconds:N0} s: {result.Steps.Count} bookings, noise {result.SigmaGrams:0.00} g, drift followed {result.DriftGrams:0.0} g"));
    }

    private static double Seconds(StockStep step) => (step.At - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static string Kind(StockStep step) => step.Kind == StepKind.Used ? "used" : "restocked";

    private static List<double> Read(SeriesRequest request)
    {
        if (!(request.Period > 0) || !(Math.Abs(request.CountsPerGram) > 0))
            throw new FormatException("--period and --counts-per-gram must be numbers other than 0.");
        using StreamReader reader = new(request.File);
        string[] header = (reader.ReadLine() ?? "").Split(',');
        int column = Array.IndexOf(header, request.Column);
        if (column < 0)
            throw new FormatException($"{request.File} has no column '{request.Column}'. Give one of {string.Join(", ", header)} with --column.");
        double scale = request.Unit switch { "kg" => 1000, "counts" => 1 / request.CountsPerGram, _ => 1 };
        List<double> grams = [];
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            string[] fields = line.Split(',');
            if (line.Length == 0 || (fields.Length > column && fields[column].Length == 0))
                continue;
            if (fields.Length <= column || !double.TryParse(fields[column], CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) || Math.Abs(value * scale) > 2_000_000)
                throw new FormatException($"{request.File}, line {number}: '{line}' has no weight in column '{request.Column}'. Correct the line, or --unit.");
            grams.Add(value * scale);
        }
        return grams.Count >= 2 ? grams : throw new FormatException($"{request.File} has fewer than two weights in column '{request.Column}'. Give a longer recording.");
    }
}
