namespace PantryChain.Gateway.Attention;

/// <summary>How much the household is wanted.</summary>
internal enum AttentionLevel
{
    /// <summary>Nothing is to be done.</summary>
    None,

    /// <summary>A question waits for an answer.</summary>
    Asks,

    /// <summary>Something is wrong.</summary>
    Alarm,
}

/// <summary>What lamp and buzzer do, as a function of what is wrong and of time: the lamp shines or flashes, the buzzer sounds thrice for what is new and once an hour while it lasts.</summary>
/// <remarks>Nothing sounds in quiet hours; what is due then sounds behind them. Not thread safe.</remarks>
/// <param name="quietFrom">Household time from which the buzzer is silent.</param>
/// <param name="quietUntil">Household time from which it may sound.</param>
internal sealed class AttentionSignal(TimeOnly quietFrom, TimeOnly quietUntil)
{
    /// <summary>Shortest time for which a line keeps its level.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private const int BeatsOfFlash = 10, Beeps = 3;
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private HashSet<string> _known = [];
    private bool _due;
    private TimeSpan? _sounded;

    /// <summary>How much the household is wanted.</summary>
    public AttentionLevel Level { get; private set; }

    /// <summary>True after somebody silenced the buzzer, until something new is wrong.</summary>
    public bool IsSilenced { get; private set; }

    /// <summary>Takes what is wrong now, each thing by a name of its own, and whether a question waits.</summary>
    public void Look(IReadOnlyCollection<string> wrong, bool asks, TimeSpan now)
    {
        bool isNew = wrong.Any(one => !_known.Contains(one));
        _known = [.. wrong];
        Level = wrong.Count > 0 ? AttentionLevel.Alarm : asks ? AttentionLevel.Asks : AttentionLevel.None;
        if (wrong.Count == 0)
            (_due, _sounded, IsSilenced) = (false, null, false);
        else if (isNew)
            (_due, IsSilenced) = (true, false);
        else if (!IsSilenced && _sounded is { } last && now - last >= Again)
            _due = true;
    }

    /// <summary>No more sound for what is wrong now; the lamp goes on.</summary>
    public void Silence() => (_due, IsSilenced) = (false, Level == AttentionLevel.Alarm);

    /// <summary>The levels at this moment.</summary>
    /// <param name="now">Time since some moment, never before an earlier one.</param>
    /// <param name="local">Household time of day.</param>
    public (bool Lamp, bool Buzzer) At(TimeSpan now, TimeOnly local)
    {
        bool quiet = quietFrom != quietUntil && local.IsBetween(quietFrom, quietUntil);
        if (_due && !quiet)
            (_due, _sounded) = (false, now);
        long beat = now.Ticks / Beat.Ticks, since = _sounded is { } from ? (now - from).Ticks / Beat.Ticks : long.MaxValue;
        bool lamp = Level == AttentionLevel.Alarm || (Level == AttentionLevel.Asks && beat % BeatsOfFlash == 0);
        return (lamp, !quiet && !IsSilenced && since < 2 * Beeps && since % 2 == 0);
    }
}
