using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Domain.Sensing;

/// <summary>What lies on a slot now: station 2's running output.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="At">Household time of the newest sample in it.</param>
/// <param name="Level">Net mass on the slot, container tare taken off.</param>
/// <param name="Sigma">One standard deviation of <paramref name="Level"/>.</param>
/// <param name="Stable">False while somebody handles the shelf.</param>
/// <param name="Health">How far the sensor can be trusted.</param>
public readonly record struct StockReading(SlotId Slot, DateTimeOffset At, Mass Level, Mass Sigma, bool Stable, SlotHealth Health)
{
    /// <summary>How far the level wandered by itself lately, while <see cref="Health"/> says that it drifts; else zero.</summary>
    public Mass Wandered { get; init; }
}

/// <summary>Which way a step went.</summary>
public enum StepKind : byte
{
    /// <summary>Something was used up or taken away for good.</summary>
    Used,

    /// <summary>Something was added.</summary>
    Restocked,
}

/// <summary>A settled change of a slot's stock: what station 2 hands on.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="At">Household time at which the shelf had settled again.</param>
/// <param name="Kind">Which way the step went.</param>
/// <param name="Delta">Signed change: negative for use, positive for restocking.</param>
/// <param name="Level">Net mass after the step.</param>
/// <param name="Sigma">One standard deviation of <paramref name="Delta"/>.</param>
/// <param name="Returned">True when something was lifted and put back (or put down and taken again) within it: only the difference is the step, and nothing more is to come back.</param>
public readonly record struct StockStep(SlotId Slot, DateTimeOffset At, StepKind Kind, Mass Delta, Mass Level, Mass Sigma, bool Returned = false)
{
    /// <summary>A step of a slot by its signed change.</summary>
    public static StockStep Of(SlotId slot, DateTimeOffset at, Mass delta, Mass level, Mass sigma, bool returned = false) =>
        new(slot, at, delta < Mass.Zero ? StepKind.Used : StepKind.Restocked, delta, level, sigma, returned);
}
