using System.Globalization;

namespace PantryChain.Domain.Quantities;

/// <summary>An amount of Bamtol, the cash token: won with two decimals, kept in hundredths.</summary>
/// <remarks>Overflow and results below zero throw. <c>default</c> is nothing.</remarks>
public readonly record struct Bamtol(UInt128 Hundredths) : IComparable<Bamtol>
{
    /// <summary>From whole won.</summary>
    public static Bamtol FromWon(ulong won) => new((UInt128)won * 100);

    /// <inheritdoc />
    public int CompareTo(Bamtol other) => Hundredths.CompareTo(other.Hundredths);

    /// <summary>Won, with the two decimals only where they are not zero.</summary>
    public override string ToString() => (Hundredths % 100 == 0 ? $"{Hundredths / 100}" : $"{Hundredths / 100}.{(uint)(Hundredths % 100):D2}") + " BTOL";

    /// <summary>Sum.</summary>
    public static Bamtol operator +(Bamtol a, Bamtol b) => new(checked(a.Hundredths + b.Hundredths));

    /// <summary>Difference; throws below zero.</summary>
    public static Bamtol operator -(Bamtol a, Bamtol b) => new(checked(a.Hundredths - b.Hundredths));

    /// <summary>A price times a number of packs.</summary>
    public static Bamtol operator *(Bamtol a, uint times) => new(checked(a.Hundredths * times));
}

/// <summary>An amount of Bamnamu, the reward token: 18 decimals, kept in the smallest unit.</summary>
/// <remarks>Overflow and results below zero throw. <c>default</c> is nothing.</remarks>
public readonly record struct Bamnamu(UInt128 Units) : IComparable<Bamnamu>
{
    private const ulong UnitsPerToken = 1_000_000_000_000_000_000;

    /// <summary>From whole tokens.</summary>
    public static Bamnamu FromTokens(ulong tokens) => new((UInt128)tokens * UnitsPerToken);

    /// <summary>The amount in tokens, for display and accounting summaries only.</summary>
    public double Tokens => (double)Units / UnitsPerToken;

    /// <inheritdoc />
    public int CompareTo(Bamnamu other) => Units.CompareTo(other.Units);

    /// <summary>Tokens with up to four decimals.</summary>
    public override string ToString() => Tokens.ToString("0.####", CultureInfo.InvariantCulture) + " BNAM";

    /// <summary>Sum.</summary>
    public static Bamnamu operator +(Bamnamu a, Bamnamu b) => new(checked(a.Units + b.Units));

    /// <summary>Difference; throws below zero.</summary>
    public static Bamnamu operator -(Bamnamu a, Bamnamu b) => new(checked(a.Units - b.Units));
}

/// <summary>A share in hundredths of a percent, 0 to 10 000.</summary>
public readonly record struct BasisPoints
{
    /// <summary>Checks and keeps the share.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Above 10 000.</exception>
    public BasisPoints(ushort value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (ushort)10_000);
        Value = value;
    }

    /// <summary>The share, 0 to 10 000.</summary>
    public ushort Value { get; }
}
