using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;

namespace PantryChain.DeviceDrivers.Climate;

/// <summary>Judges what one sensor answers over time: what is believed, how the sensor is, and how often it failed for which cause.</summary>
/// <remarks>
/// A single failure is counted and the last reading stays: wires are garbled now and then. From the third in a row on, or while there never was a reading, the sensor is
/// what it says. A temperature that no room has, and a leap that no room makes, is none (<see cref="BelievedTemperature"/>). Air is never still: a sensor of temperature and
/// humidity that says both the same to the last bit for half an hour is stuck, which one whose step is a sixteenth of a degree may do honestly. Pure. Not thread safe.
/// </remarks>
public sealed class ClimateWatch
{
    private const double DoorCelsius = 12; // an open door lets the kitchen's air at a sensor that follows it within seconds (SHT4x datasheet 6.5, table 2: 2 s)
    private const int Patience = 3;   // failures in a row
    private const int StuckLooks = 30; // readings in a row that are the same
    private static readonly TimeSpan StuckFor = TimeSpan.FromMinutes(30);

    private const string Doubted = "It leapt to a temperature that no room reaches so fast. It is left out until it moves like air again; check its plug and wire.";
    private const string Stuck = "It says the same to the last digit for half an hour, which air does not. Take its power away for a moment; if it stays so, replace it.";

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal) { ["reads"] = 0 };
    private BelievedTemperature _believed = new() { LeapCelsius = DoorCelsius };
    private ClimateReading? _raw;
    private TimeSpan _sameSince;
    private int _same, _failures;

    /// <summary>How the sensor is.</summary>
    public ClimateHealth Health { get; private set; } = ClimateHealth.Waiting;

    /// <summary>What is wrong and the next step, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The newest reading that is believed, or null while the sensor cannot be trusted.</summary>
    public ClimateReading? Reading { get; private set; }

    /// <summary>The newest answer as it was, or null after a failure: for a scale, which judges by itself.</summary>
    public ClimateReading? Raw => _raw;

    /// <summary>What happened since the start, by cause.</summary>
    public IReadOnlyList<Tally> Tallies => [.. _counts.Select(count => new Tally(count.Key, count.Value))];

    /// <summary>Takes an answer.</summary>
    /// <param name="answer">What came of asking.</param>
    /// <param name="elapsed">Household time since any fixed moment; never backwards.</param>
    /// <returns>True when the answer is a reading that is believed.</returns>
    public bool Take(in ClimateAnswer answer, TimeSpan elapsed)
    {
        if (answer.Health != ClimateHealth.Ok)
            return Fail(CauseOf(answer.Health), answer.Health, answer.Problem);
        ClimateReading reading = answer.Reading;
        bool finite = double.IsFinite(reading.Celsius) && reading.Humidity is null or (>= 0 and <= 100);
        bool same = IsStuck(reading, elapsed);
        _raw = reading;
        if (!finite || !_believed.TryTake(reading.Celsius, elapsed.Ticks * TimeSpan.NanosecondsPerTick, out _))
            return Fail("implausible", ClimateHealth.Implausible, Doubted, raw: true);
        if (same)
            return Fail("stuck", ClimateHealth.Stale, Stuck, raw: true, at: 1);
        _counts["reads"]++;
        (_failures, Health, Problem, Reading) = (0, ClimateHealth.Ok, null, reading);
        return true;
    }

    private bool Fail(string cause, ClimateHealth health, string? problem, bool raw = false, int at = Patience)
    {
        _counts[cause] = _counts.GetValueOrDefault(cause) + 1;
        if (!raw)
            _raw = null;
        if (++_failures < at && Reading is not null)
            return false;
        (Health, Problem, Reading) = (health, problem, null);
        return false;
    }

    private bool IsStuck(in ClimateReading reading, TimeSpan elapsed)
    {
        if (reading.Humidity is null || reading != _raw)
        {
            (_same, _sameSince) = (0, elapsed);
            return false;
        }
        return ++_same >= StuckLooks && elapsed - _sameSince >= StuckFor;
    }

    private static string CauseOf(ClimateHealth health) => health switch
    {
        ClimateHealth.Disconnected => "disconnected",
        ClimateHealth.Stale => "late",
        _ => "nonsense",
    };
}
