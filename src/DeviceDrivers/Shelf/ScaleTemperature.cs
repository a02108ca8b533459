namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>What a degree does to one cell, as learned on the spot.</summary>
/// <param name="GramsPerCelsius">Drift with temperature; 0 while it is not known to help.</param>
/// <param name="ReferenceCelsius">The temperature at which nothing is corrected.</param>
public readonly record struct ThermalDrift(double GramsPerCelsius, double ReferenceCelsius);

/// <summary>Learns a slot's drift with temperature while nobody touches it, and uses it only while it has been helping.</summary>
/// <remarks>
/// Ridge regression of what the resting level moved on what the temperature moved, over chunks of at most ten minutes, so that slow creep of other causes
/// weighs little. Each chunk is foretold before it is learned; the coefficient stays 0 unless the foretold error is clearly below that of no correction.
/// </remarks>
internal struct ThermalLearner()
{
    /// <summary>Beyond the worst cells reported (7 g/°C) it is not the cell that a degree moves.</summary>
    private const double Bound = 10;

    /// <summary>A chunk ends after this much bus time or warming.</summary>
    private const long ChunkNanoseconds = 600_000_000_000;
    private const double ChunkCelsius = 0.5;

    /// <summary>A chunk that warmed by less says nothing about warming: a thermometer that is stuck, or a calm night, neither teaches nor unlearns.</summary>
    private const double SilentCelsius = 0.1;

    /// <summary>Fewest chunks, and how much of the squared error must go, before anything is corrected.</summary>
    private const int FewestChunks = 8;
    private const double MustHelp = 0.7;

    /// <summary>Remembers about 200 chunks: a day and a half.</summary>
    private const double Keep = 0.995;

    /// <summary>Shrinks to 0 like one square degree of evidence for it.</summary>
    private const double Ridge = 1;

    private double _squares, _products, _plain, _foretold;
    private BelievedTemperature _believed = new();
    private double _fromGrams = double.NaN, _fromCelsius;
    private long _since;
    private int _chunks;

    /// <summary>The newest temperature that is believed, or NaN.</summary>
    public readonly double Celsius => _believed.Celsius;

    /// <summary>The temperature at which nothing is corrected; NaN before the first.</summary>
    public double Reference { get; private set; } = double.NaN;

    /// <summary>The coefficient in use, in g/°C.</summary>
    public double GramsPerCelsius { get; private set; }

    /// <summary>What the correction takes off the level now, in grams.</summary>
    public readonly double Grams => GramsPerCelsius == 0 ? 0 : GramsPerCelsius * (Celsius - Reference);

    /// <summary>Takes a temperature; false when it is not believed.</summary>
    public bool Feel(double celsius, long busNanoseconds)
    {
        if (!_believed.TryTake(celsius, busNanoseconds, out bool leapt))
            return false;
        if (double.IsNaN(Reference) || (leapt && _chunks == 0))
            Reference = celsius; // before anything was learned a first value may have been the sensor's own
        if (leapt)
            Interrupt();
        return true;
    }

    /// <summary>Goes on with what was learned before a restart, worth four square degrees.</summary>
    public void Restore(ThermalDrift drift)
    {
        GramsPerCelsius = Math.Clamp(drift.GramsPerCelsius, -Bound, Bound);
        Reference = drift.ReferenceCelsius;
        (_squares, _products) = (4 * Ridge, 5 * Ridge * GramsPerCelsius);
    }

    /// <summary>Somebody touched the shelf: what has begun is not drift alone.</summary>
    public void Interrupt() => _fromGrams = double.NaN;

    /// <summary>Takes where a resting load is, before correction.</summary>
    public void Learn(double grams, long busNanoseconds)
    {
        if (double.IsNaN(Celsius))
            return;
        if (!_believed.IsFresh(busNanoseconds))
        {
            Interrupt(); // the load goes on with a temperature that nobody knows
            return;
        }
        if (double.IsNaN(_fromGrams))
            (_fromGrams, _fromCelsius, _since) = (grams, Celsius, busNanoseconds);
        double warmed = Celsius - _fromCelsius;
        if (Math.Abs(warmed) < ChunkCelsius && busNanoseconds - _since < ChunkNanoseconds)
            return;
        Learn(warmed, grams - _fromGrams);
        (_fromGrams, _fromCelsius, _since) = (grams, Celsius, busNanoseconds);
    }

    private void Learn(double warmed, double moved)
    {
        if (Math.Abs(warmed) < SilentCelsius)
            return;
        double slope = Math.Clamp(_products / (_squares + Ridge), -Bound, Bound), missed = moved - slope * warmed;
        _plain = Keep * _plain + moved * moved;
        _foretold = Keep * _foretold + missed * missed;
        _squares = Keep * _squares + warmed * warmed;
        _products = Keep * _products + warmed * moved;
        _chunks++;
        bool helps = _chunks >= FewestChunks && _foretold < MustHelp * _plain;
        if (helps)
            GramsPerCelsius = Math.Clamp(_products / (_squares + Ridge), -Bound, Bound);
        else if (_chunks >= FewestChunks)
            GramsPerCelsius = 0;
    }
}
