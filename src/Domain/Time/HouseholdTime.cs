using System.Text.Json;

namespace PantryChain.Domain.Time;

/// <summary>Household time of a rehearsal: <c>household = origin + speed × (real − start)</c>, the same in every process that reads the same clock file.</summary>
/// <remarks>
/// Everything dated (events, blocks, mandates, epochs, chain stamps) is household time; time stamps of <see cref="TimeProvider.GetTimestamp"/> stay
/// real, because drivers and chips live in bus time (protocol, "Two clocks"). Timers count household time. Immutable and thread safe.
/// In production a host uses <see cref="TimeProvider.System"/> instead.
/// </remarks>
public sealed class HouseholdTime : TimeProvider
{
    private const double LongestDays = 2_900_000; // since 1970; the calendar ends some 14 000 days later

    private readonly TimeProvider _real;

    /// <summary>Runs from <paramref name="origin"/> at <paramref name="speed"/> household seconds per real second since <paramref name="start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not above zero or not finite, or household time would lie beyond the calendar.</exception>
    public HouseholdTime(DateTimeOffset origin, DateTimeOffset start, double speed, TimeProvider real)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        if (!double.IsFinite(speed))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed must be finite.");
        if (!CanRun(origin, start, speed, real))
            throw new ArgumentOutOfRangeException(nameof(origin), origin, "Household time would lie beyond the calendar.");
        (Origin, Start, Speed, _real) = (origin, start, speed, real);
    }

    /// <summary>True when such a clock can be made: it runs forward, and neither its origin nor its present lies beyond the calendar.</summary>
    public static bool CanRun(DateTimeOffset origin, DateTimeOffset start, double speed, TimeProvider real)
    {
        double days = (origin - DateTimeOffset.UnixEpoch).TotalDays;
        return speed > 0.0 && double.IsFinite(speed) && days is >= 0 and <= LongestDays && days + (real.GetUtcNow() - start).TotalDays * speed is >= 0 and <= LongestDays;
    }

    /// <summary>Household time at <see cref="Start"/>.</summary>
    public DateTimeOffset Origin { get; }

    /// <summary>Real time at which the clock showed <see cref="Origin"/>.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Household seconds per real second; 28 800 is 20 days per minute.</summary>
    public double Speed { get; }

    /// <summary>Reads <c>clock.json</c>: <c>{"origin": ISO 8601, "start": ISO 8601, "speed": number}</c>.</summary>
    /// <exception cref="FormatException">The file is no such object; the text names the file.</exception>
    public static HouseholdTime Read(string path, TimeProvider real)
    {
        try
        {
            ClockFile file = JsonSerializer.Deserialize<ClockFile>(Identity.ForeignFile.ReadText(path), JsonSerializerOptions.Web) ?? throw new JsonException("empty");
            return new HouseholdTime(file.Origin, file.Start, file.Speed, real);
        }
        catch (Exception error) when (error is JsonException or ArgumentOutOfRangeException or OverflowException or IOException)
        {
            throw new FormatException($"{path} is not a clock file ({Identity.Foreign.Clean(error.Message)}). Run './pantry down' and './pantry up' to write it anew.", error);
        }
    }

    /// <summary>Writes this clock so that <see cref="Read"/> gives it back; the file appears whole or not at all.</summary>
    public void Write(string path)
    {
        string draft = path + ".draft";
        File.WriteAllText(draft, JsonSerializer.Serialize(new ClockFile(Origin, Start, Speed), JsonSerializerOptions.Web));
        File.Move(draft, path, overwrite: true);
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Origin + (_real.GetUtcNow() - Start) * Speed;

    /// <inheritdoc />
    public override long GetTimestamp() => _real.GetTimestamp();

    /// <inheritdoc />
    public override long TimestampFrequency => _real.TimestampFrequency;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period));

    /// <summary>How long a household duration lasts in real time, at least 1 ms so that a periodic timer stays periodic.</summary>
    public TimeSpan ToReal(TimeSpan household)
    {
        if (household <= TimeSpan.Zero)
            return household; // zero and the infinite time-out of -1 ms mean themselves
        TimeSpan real = household / Speed;
        return real < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : real;
    }

    private sealed record ClockFile(DateTimeOffset Origin, DateTimeOffset Start, double Speed);
}
