using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>A converter that may be away: it is opened when it can be, and again, ever more slowly, after it was lost; the other converters go on meanwhile.</summary>
/// <remarks>Belongs to the sensing thread alone. Opening may take a few milliseconds of it, at most once per second.</remarks>
internal sealed class RetriedCells : ILoadCells
{
    private const long FirstPause = 1_000_000_000, LongestPause = 60_000_000_000; // ns: soon after a loose plug, and rarely enough for a board that is not there

    private readonly Func<OpenedCells> _open;
    private readonly Func<long> _now;
    private readonly ILogger _log;
    private OpenedCells? _opened;
    private volatile IReadOnlyList<Tally> _before = []; // what happened over all earlier openings; replaced whole, because anybody may read it
    private string? _away;
    private long _openedAt;
    private long _retryAt;
    private long _pause = FirstPause;
    private long _lost;

    /// <summary>Not opened yet; the first <see cref="TryRead"/> does it.</summary>
    /// <param name="converter">Whose cells these are.</param>
    /// <param name="open">Opens them; may throw <see cref="IOException"/> or <see cref="ArgumentException"/> whose text says what to do.</param>
    /// <param name="busTime">Bus time in nanoseconds.</param>
    /// <param name="log">Told once per loss and once per return.</param>
    public RetriedCells(ShelfConverter converter, Func<OpenedCells> open, Func<long> busTime, ILogger log) => (Converter, _open, _now, _log) = (converter, open, busTime, log);

    /// <summary>Whose cells these are.</summary>
    public ShelfConverter Converter { get; }

    /// <summary>What is wrong and what to do, or null.</summary>
    public string? Failure => _away ?? (_opened?.Chip.LastFailure is { Length: > 0 } complaint ? complaint : null);

    /// <inheritdoc />
    public string LastFailure => Failure ?? "";

    /// <inheritdoc />
    public int Cells => Converter.Cells.Count;

    /// <inheritdoc />
    public TimeSpan Period => _opened?.Chip.Period ?? TimeSpan.FromSeconds(1 / Converter.ReadingsPerSecond);

    /// <inheritdoc />
    public long Now() => _now();

    /// <inheritdoc />
    public bool TryRead(Span<int> counts, out ulong valid, out long busNanoseconds)
    {
        (valid, busNanoseconds) = (0, 0);
        if (_opened is null && !TryOpen())
            return false;
        try
        {
            bool read = _opened!.Chip.TryRead(counts, out valid, out busNanoseconds);
            if (!read && _opened.HasLostItsBus())
                Lose(_opened.Chip.LastFailure);
            return read;
        }
        catch (IOException error)
        {
            Lose(error.Message);
            return false;
        }
    }

    /// <inheritdoc />
    public SlotHealth HealthOf(int cell) => _opened?.Chip.HealthOf(cell) ?? SlotHealth.Disconnected;

    /// <summary>What happened over all openings, by the chip's own causes; the last one, <c>lost</c>, counts how often the converter went away. From any thread.</summary>
    public IReadOnlyList<Tally> Tallies => [.. Sum(_opened?.Chip.Tallies ?? []), new Tally("lost", Interlocked.Read(ref _lost))];

    /// <inheritdoc />
    public void Dispose() => _opened?.Dispose();

    private bool TryOpen()
    {
        long now = _now();
        if (now < _retryAt)
            return false;
        try
        {
            _opened = _open();
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            Wait(error.Message);
            return false;
        }
        if (_away is not null)
            _log.LogInformation("Converter {Converter}: it is there again", Converter.Name);
        (_away, _openedAt) = (null, now);
        return true;
    }

    private void Lose(string why)
    {
        (IReadOnlyList<Tally> sum, OpenedCells gone) = (Sum(_opened!.Chip.Tallies), _opened);
        _opened = null;
        _before = sum;
        gone.Dispose();
        _lost++;
        // What worked for a while was only interrupted; what is lost as soon as it is opened has to wait ever longer.
        if (_now() - _openedAt > LongestPause)
            _pause = FirstPause;
        Wait(why);
    }

    private void Wait(string why)
    {
        if (_away is null)
            _log.LogWarning("Converter {Converter} ({Kind}): {Why} It is tried again, the others go on", Converter.Name, Converter.Word, why);
        (_away, _retryAt, _pause) = (why, _now() + _pause, Math.Min(2 * _pause, LongestPause));
    }

    /// <summary>A chip always has the same causes in the same order.</summary>
    private IReadOnlyList<Tally> Sum(IReadOnlyList<Tally> now)
    {
        IReadOnlyList<Tally> before = _before;
        return before.Count == 0 ? now : now.Count == 0 ? before : [.. before.Zip(now, (old, fresh) => new Tally(old.Cause, old.Count + fresh.Count))];
    }
}

/// <summary>Cells that are open, and what holds them.</summary>
internal sealed class OpenedCells(ILoadCells chip, BusLease? lease = null, IDisposable? line = null) : IDisposable
{
    private long _failures;

    /// <summary>The driver.</summary>
    public ILoadCells Chip => chip;

    /// <summary>How often the bus itself failed below the chip.</summary>
    public Func<long> BusFailures { get; init; } = () => 0;

    /// <summary>True when the bus broke, under this chip or under a neighbour, and has to be opened anew.</summary>
    public bool HasLostItsBus()
    {
        if (lease is null)
            return false;
        long failures = BusFailures();
        if (failures != _failures && chip.HealthOf(0) == SlotHealth.Disconnected)
            lease.Break();
        _failures = failures;
        return !lease.IsCurrent;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        chip.Dispose();
        line?.Dispose();
        lease?.Dispose();
    }
}
