using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Telemetry.Series;

/// <summary>Levels over time, for charts: one level per slot and minute, the newest of that minute.</summary>
/// <remarks>Thread safe. Writing the same points again changes nothing.</remarks>
public interface ITimeSeries
{
    /// <summary>Keeps points; a second point of one slot in one minute replaces the first.</summary>
    /// <exception cref="Storage.StorageException">The store refused; the message names the next step.</exception>
    Task WriteAsync(IReadOnlyCollection<LevelPoint> points, CancellationToken cancellation = default);

    /// <summary>The mean level and mean sigma per step of <paramref name="step"/> from <paramref name="from"/> (included) to <paramref name="to"/> (not included), in order of time; steps without a point are left out.</summary>
    /// <param name="slot">Which slot.</param>
    /// <param name="from">First instant, household time.</param>
    /// <param name="to">First instant behind the range.</param>
    /// <param name="step">Width of a step, whole minutes; steps begin at whole multiples of it since 1970.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Storage.StorageException">The store refused; the message names the next step.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is not a positive number of whole minutes.</exception>
    Task<IReadOnlyList<LevelPoint>> ReadAsync(SlotId slot, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default);
}

/// <summary>The level of a slot at an instant, or over the step that begins there.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="At">Household time.</param>
/// <param name="Level">Net mass.</param>
/// <param name="Sigma">One standard deviation of <paramref name="Level"/>; over a step the mean one, because a cell's drift does not average out within hours.</param>
public readonly record struct LevelPoint(SlotId Slot, DateTimeOffset At, Mass Level, Mass Sigma);
