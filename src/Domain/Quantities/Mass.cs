using System.Globalization;

namespace PantryChain.Domain.Quantities;

/// <summary>A mass in whole milligrams; differences may be negative.</summary>
/// <remarks>Range ±9.2 × 10⁹ t, far beyond any shelf; overflow throws. <c>default</c> is 0 mg. Immutable and thread safe.</remarks>
public readonly record struct Mass(long Milligrams) : IComparable<Mass>
{
    /// <summary>Nothing.</summary>
    public static Mass Zero => default;

    /// <summary>The mass in grams.</summary>
    public double Grams => Milligrams / 1000.0;

    /// <summary>From grams, rounded to the nearest milligram.</summary>
    /// <exception cref="OverflowException">The number is not finite or too large.</exception>
    public static Mass FromGrams(double grams) => new(checked((long)Math.Round(grams * 1000.0)));

    /// <summary>The magnitude.</summary>
    public Mass Abs() => new(Math.Abs(Milligrams));

    /// <inheritdoc />
    public int CompareTo(Mass other) => Milligrams.CompareTo(other.Milligrams);

    /// <summary>Grams with one decimal, for logs.</summary>
    public override string ToString() => Grams.ToString("0.0", CultureInfo.InvariantCulture) + " g";

    /// <summary>Sum.</summary>
    public static Mass operator +(Mass a, Mass b) => new(a.Milligrams + b.Milligrams);

    /// <summary>Difference.</summary>
    public static Mass operator -(Mass a, Mass b) => new(a.Milligrams - b.Milligrams);

    /// <summary>Opposite sign.</summary>
    public static Mass operator -(Mass a) => new(-a.Milligrams);

    /// <summary>A whole multiple.</summary>
    public static Mass operator *(Mass a, long times) => new(a.Milligrams * times);

    /// <summary>Less than.</summary>
    public static bool operator <(Mass a, Mass b) => a.Milligrams < b.Milligrams;

    /// <summary>Greater than.</summary>
    public static bool operator >(Mass a, Mass b) => a.Milligrams > b.Milligrams;

    /// <summary>Less than or equal.</summary>
    public static bool operator <=(Mass a, Mass b) => a.Milligrams <= b.Milligrams;

    /// <summary>Greater than or equal.</summary>
    public static bool operator >=(Mass a, Mass b) => a.Milligrams >= b.Milligrams;
}
