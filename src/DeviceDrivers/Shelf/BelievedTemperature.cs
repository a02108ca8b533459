namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>Tells a thermometer's temperatures from what a broken or restarted one says.</summary>
/// <remarks>
/// A digital thermometer that lost its power for a moment says its power-on value, one whose wire is off says an end of its range, and a bus error says 0. None of these can be told
/// by its size alone, but all of them come as a leap that no room makes. So a leap is not believed until the temperature has moved on from there the way air does, for a while.
/// While it is doubted, the last believed temperature stays. Not thread safe.
/// </remarks>
public struct BelievedTemperature()
{
    /// <summary>°C outside of which no pantry, fridge or freezer is; a DS18B20's 85.000 (power-on, datasheet 19-7487, p. 6), −127 (no answer) and 0 K lie there too.</summary>
    public const double Coldest = -45, Warmest = 70;

    /// <summary>Air and a sensor's own mass allow so many °C a second.</summary>
    private const double CelsiusPerSecond = 0.1;

    /// <summary>°C that are no leap however soon they come: a door that opens between two looks.</summary>
    /// <value>Default 1, of a probe at a cell's metal; a bare sensor in a fridge meets the kitchen's air.</value>
    public double LeapCelsius { get; init; } = 1;

    /// <summary>Air moves faster than the cell's metal: beyond this the two are no pair to learn from (a stuck sensor that comes back looks the same).</summary>
    private const double StepCelsius = 0.5, StepCelsiusPerSecond = 0.02;

    /// <summary>A leap is the truth (the sensor was moved, or another one wired) once it was followed for so long by so many different values; a stuck one never is.</summary>
    private const long BelieveNanoseconds = 1_800_000_000_000;
    private const int BelieveValues = 5;

    private double _doubted = double.NaN;
    private long _believedAt, _doubtedAt, _doubtedSince;
    private int _values;

    /// <summary>A temperature is the present one for so long.</summary>
    public const long Fresh = 120_000_000_000;

    /// <summary>True while the newest believed temperature is the present one.</summary>
    public readonly bool IsFresh(long busNanoseconds) => busNanoseconds - _believedAt <= Fresh;

    /// <summary>The newest believed temperature in °C; NaN before the first.</summary>
    public double Celsius { get; private set; } = double.NaN;

    /// <summary>Takes what the thermometer says.</summary>
    /// <param name="celsius">°C.</param>
    /// <param name="busNanoseconds">Bus time; never backwards.</param>
    /// <param name="leapt">True for a step that a cell's metal cannot follow at once, believed or believed at last: what follows teaches nothing about what was before.</param>
    /// <returns>False when it is not believed and <see cref="Celsius"/> stays.</returns>
    public bool TryTake(double celsius, long busNanoseconds, out bool leapt)
    {
        leapt = false;
        if (!(celsius is >= Coldest and <= Warmest))
            return false;
        if (double.IsNaN(Celsius) || IsNear(celsius, Celsius, busNanoseconds - _believedAt))
        {
            leapt = Math.Abs(celsius - Celsius) > StepCelsius + StepCelsiusPerSecond * Math.Min(busNanoseconds - _believedAt, Fresh) / 1e9;
            (Celsius, _believedAt, _doubted) = (celsius, busNanoseconds, double.NaN);
            return true;
        }
        if (double.IsNaN(_doubted) || !IsNear(celsius, _doubted, busNanoseconds - _doubtedAt))
            (_doubtedSince, _values) = (busNanoseconds, 0);
        else if (celsius != _doubted)
            _values++;
        (_doubted, _doubtedAt) = (celsius, busNanoseconds);
        if (busNanoseconds - _doubtedSince < BelieveNanoseconds || _values < BelieveValues)
            return false;
        (Celsius, _believedAt, _doubted, leapt) = (celsius, busNanoseconds, double.NaN, true);
        return true;
    }

    /// <summary>However long nobody looked, more than a season's difference is no drift of a room.</summary>
    private const double MostCelsius = 15;

    private readonly bool IsNear(double celsius, double last, long nanoseconds) =>
        Math.Abs(celsius - last) <= Math.Min(LeapCelsius + CelsiusPerSecond * Math.Max(0, nanoseconds) / 1e9, MostCelsius);
}
