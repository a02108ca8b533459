using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;

namespace PantryChain.Domain.Learning;

/// <summary>What station 6 wants a member to know.</summary>
public enum PatternAlarmKind : byte
{
    /// <summary>The running pack lasts much longer than foretold.</summary>
    Overdue,

    /// <summary>Far more was used in one day than foretold: guests, a spill, a theft or a sensor.</summary>
    UnusualUse,

    /// <summary>Several products were used unusually on one day; that day taught nothing.</summary>
    HouseholdEvent,

    /// <summary>Packs end sooner than they used to; what was learnt before counts less now.</summary>
    Faster,

    /// <summary>Packs last longer than they used to; what was learnt before counts less now.</summary>
    Slower,

    /// <summary>The product seems to be used no more: should its reordering be paused?</summary>
    StoppedUsing,

    /// <summary>The forecast of use was too narrow of late and is being widened.</summary>
    CoverageLow,

    /// <summary>The product lies on more slots than can be followed; move it together.</summary>
    TooManySlots,

    /// <summary>Events came from a clock that leapt; their amounts count, their times do not. Check the gateway's clock.</summary>
    ClockLeapt,
}

/// <summary>One thing that a member should know, as a value for pages.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Gtin">The product, or none where it concerns the household.</param>
/// <param name="Day">The household's day that it is about.</param>
/// <param name="Chance">How probable as much or more would have been, 0 to 1; 1 where no test lies behind it.</param>
/// <param name="Value">Days elapsed (overdue, stopped using), packs used that day (unusual use), days per pack (faster, slower), share of days (coverage), or a count.</param>
/// <param name="Expected">What was foretold, in the same unit; 0 where nothing was.</param>
public sealed record PatternAlarm(PatternAlarmKind Kind, Gtin Gtin, HouseholdDay Day, double Chance, double Value, double Expected);
