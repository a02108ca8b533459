using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>A contactless reader under one slot.</summary>
/// <remarks>Implementations: PN532 and MFRC522. Not thread safe; lives on its own thread, away from the load cells, because reading a tag's memory takes tens of milliseconds.</remarks>
public interface ITagReader : IDisposable
{
    /// <summary>Looks once for tags; bounded, a tag's memory is read only when it is new.</summary>
    /// <param name="tags">The tags in the field now; empty when there is none. Valid until the next poll.</param>
    /// <returns>False when this poll says nothing about the field: the chip did not answer, or is being brought back; <see cref="Tallies"/> count why.</returns>
    bool TryPoll(out IReadOnlyList<FoundTag> tags);

    /// <summary>How long to wait before the next poll.</summary>
    TimeSpan Pause { get; }

    /// <summary>Ok, Stale while it does not answer, Disconnected when it never did.</summary>
    SlotHealth Health { get; }

    /// <summary>What happened so far, by cause, always the same causes in the same order.</summary>
    IReadOnlyList<Tally> Tallies { get; }

    /// <summary>Bus time now, in nanoseconds of CLOCK_MONOTONIC.</summary>
    long Now();
}

/// <summary>A tag in a reader's field.</summary>
/// <param name="Uid">Its number.</param>
/// <param name="Item">What its memory says it is fixed to, or null.</param>
public readonly record struct FoundTag(TagUid Uid, Sgtin? Item);
