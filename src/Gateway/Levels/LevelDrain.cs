using System.Threading.Channels;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Series;

namespace PantryChain.Gateway.Levels;

/// <summary>Station 3's time series: what lay on every slot in every household minute, for the charts.</summary>
/// <remarks>
/// It looks at the board now and then and never speaks to the sensing thread. A minute is conflated to its newest settled level and handed on when the next one
/// begins. A server that is down costs nothing: its outbox keeps them (<see cref="OutboxSeries"/>). While even the file cannot be written one write's points and the newest
/// <see cref="MostWaiting"/> wait in memory and older ones are given up: the journal has every change, so a gap costs the charts some smoothness and nothing else.
/// </remarks>
internal sealed class LevelDrain : Drain
{
    /// <summary>Most points that wait for a series that is down: a day and a half of eight slots, about half a megabyte.</summary>
    public const int MostWaiting = 16_384;

    /// <summary>Most points in one write; those of a failed one are kept besides the waiting ones.</summary>
    public const int MostAtOnce = 1_000;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);                                                              // household time: no minute is missed
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(100), ShortestRest = TimeSpan.FromMilliseconds(500); // real time

    private readonly ShelfBoard _board;
    private readonly ITimeSeries _series;
    private readonly TimeSpan _look;
    private readonly Channel<LevelPoint> _waiting = Channel.CreateBounded<LevelPoint>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly Dictionary<SlotId, LevelPoint> _newest = [];
    private readonly List<LevelPoint> _batch = [];
    private readonly Lock _lock = new();
    private ITimer? _timer;

    /// <summary>From the board into a series.</summary>
    /// <param name="board">What lies on the slots.</param>
    /// <param name="series">Where it is kept.</param>
    /// <param name="time">Household time; a rehearsal's is so fast that it is looked at ten times a real second instead of twice a household minute.</param>
    /// <param name="log">Says once that the series fails, and once that it works again.</param>
    public LevelDrain(ShelfBoard board, ITimeSeries series, TimeProvider time, ILogger<LevelDrain> log)
        : base(log)
    {
        (_board, _series) = (board, series);
        _look = time is HouseholdTime household ? household.ToReal(Look) : Look;
        _look = _look < ShortestLook ? ShortestLook : _look;
    }

    /// <inheritdoc />
    protected override string Name => "Levels";

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = TimeProvider.System.CreateTimer(_ => Observe(), null, _look, _look);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Notes every slot that can be trusted as it stands now; returns at once.</summary>
    public void Observe()
    {
        lock (_lock)
        {
            foreach (StockReading reading in _board.Readings)
            {
                if (!reading.Stable || reading.Health is not (SlotHealth.Ok or SlotHealth.Noisy) || _board.StaleSince(reading.Slot) is not null)
                    continue;
                if (_newest.TryGetValue(reading.Slot, out LevelPoint before) && Minute(before.At) != Minute(reading.At))
                    _waiting.Writer.TryWrite(before);
                _newest[reading.Slot] = new LevelPoint(reading.Slot, reading.At, reading.Level, reading.Sigma);
            }
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        SeriesDelayedException? delayed = null;
        do
        {
            while (_batch.Count < MostAtOnce && _waiting.Reader.TryRead(out LevelPoint point))
                _batch.Add(point);
            try
            {
                await _series.WriteAsync(_batch, stop); // the same points again change nothing, so a failed batch is simply written once more
            }
            catch (SeriesDelayedException error)
            {
                delayed = error; // kept in the gateway's own file
            }
            _batch.Clear();
        }
        while (_waiting.Reader.Count > 0);
        if (delayed is not null)
            throw delayed; // told, and tried again ever more slowly
        return _look > ShortestRest ? _look : ShortestRest;
    }

    private static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;
}
