namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>A settled change in counts that is not booked yet.</summary>
/// <param name="Counts">Signed change.</param>
/// <param name="Variance">Its variance in counts².</param>
/// <param name="At">Household time of the first sample on the new level.</param>
/// <param name="Returned">True when something went one way and came back within it.</param>
internal readonly record struct Change(double Counts, double Variance, DateTimeOffset At, bool Returned = false)
{
    /// <summary>This change and an earlier one as one; a small correction leaves the date as it was.</summary>
    public Change After(in Change earlier) =>
        new(Counts + earlier.Counts, Variance + earlier.Variance, Math.Abs(Counts) < Math.Abs(earlier.Counts) / 2 ? earlier.At : At,
            Returned || earlier.Returned || (Counts * earlier.Counts < 0 && Math.Abs(Counts + earlier.Counts) < Math.Max(Math.Abs(Counts), Math.Abs(earlier.Counts)) / 2));
}

/// <summary>Changes that wait whether somebody puts back what was taken (or takes back what was put), and crumbs too small to book alone.</summary>
/// <param name="sigmas">A change is booked from this many of its own standard deviations.</param>
/// <param name="bookFrom">A change is booked from so many counts, however sure.</param>
internal struct OpenChanges(double sigmas, double bookFrom)
{
    private readonly Change[] _waiting = new Change[8];
    private Change _crumbs;

    /// <summary>How many changes wait.</summary>
    public int Count { get; private set; }

    /// <summary>Everything that happened and is not booked, in counts.</summary>
    public readonly double Total
    {
        get
        {
            double total = _crumbs.Counts;
            foreach (Change change in _waiting.AsSpan(0, Count))
                total += change.Counts;
            return total;
        }
    }

    /// <summary>Variance of <see cref="Total"/>.</summary>
    public readonly double Variance
    {
        get
        {
            double total = _crumbs.Variance;
            foreach (Change change in _waiting.AsSpan(0, Count))
                total += change.Variance;
            return total;
        }
    }

    /// <summary>The change that has waited longest; only while <see cref="Count"/> is above 0.</summary>
    public readonly Change Oldest => _waiting[0];

    /// <summary>Takes a new change in: it first undoes what went the other way last, only the difference goes on waiting.</summary>
    public void Add(Change change)
    {
        while (Count > 0 && change.Counts * _waiting[Count - 1].Counts < 0)
            change = change.After(_waiting[--Count]);
        if (Count == _waiting.Length)
            change = change.After(_waiting[--Count]);
        _waiting[Count++] = change;
    }

    /// <summary>Takes the oldest change out, which has waited long enough.</summary>
    /// <returns>False when it is too small to be booked alone and joins the crumbs; they are booked with the one that makes them large enough.</returns>
    public bool TryTake(out Change booked)
    {
        booked = _waiting[0];
        _waiting.AsSpan(1, --Count).CopyTo(_waiting);
        if (IsLarge(booked))
            return true;
        _crumbs = booked = new Change(booked.Counts + _crumbs.Counts, booked.Variance + _crumbs.Variance, booked.At, booked.Returned);
        if (!IsLarge(booked))
            return false;
        _crumbs = default;
        return true;
    }

    private readonly bool IsLarge(in Change change) => Math.Abs(change.Counts) >= Math.Max(bookFrom, sigmas * Math.Sqrt(change.Variance));
}
