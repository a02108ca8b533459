namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>A settled change in counts that is not booked yet.</summary>
internal readonly record struct Change(double Counts, DateTimeOffset At);

/// <summary>Changes that wait whether somebody puts back what was taken (or takes back what was put), and crumbs too small to book alone.</summary>
internal sealed class OpenChanges
{
    private readonly Change[] _waiting = new Change[8];
    private int _count;

    /// <summary>The sum of touches that were each too small to book; booked when it is large enough.</summary>
    public double Crumbs { get; private set; }

    /// <summary>Everything that happened and is not booked, in counts.</summary>
    public double Total
    {
        get
        {
            double total = Crumbs;
            foreach (Change change in _waiting.AsSpan(0, _count))
                total += change.Counts;
            return total;
        }
    }

    /// <summary>The change that has waited longest.</summary>
    public bool TryPeek(out Change oldest)
    {
        oldest = _waiting[0];
        return _count > 0;
    }

    /// <summary>Takes a new change in: it first undoes what went the other way last, only the difference goes on waiting.</summary>
    /// <param name="counts">The change.</param>
    /// <param name="at">When the shelf had settled again.</param>
    /// <param name="smallest">Smallest change that is booked, in counts.</param>
    public void Add(double counts, DateTimeOffset at, double smallest)
    {
        while (_count > 0 && counts * _waiting[_count - 1].Counts < 0)
            counts += _waiting[--_count].Counts;
        if (Math.Abs(counts) < smallest)
            (Crumbs, counts) = (Crumbs + counts, 0);
        if (Math.Abs(Crumbs) >= smallest)
            (Crumbs, counts) = (0, counts + Crumbs);
        if (counts != 0)
            Push(new Change(counts, at));
    }

    /// <summary>Takes the oldest change out: it is booked.</summary>
    public void Drop()
    {
        _count--;
        _waiting.AsSpan(1, _count).CopyTo(_waiting);
    }

    private void Push(Change change)
    {
        if (_count == _waiting.Length)
            change = change with { Counts = change.Counts + _waiting[--_count].Counts };
        _waiting[_count++] = change;
    }
}
