using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>Where a device's chain stands: what the next block must follow.</summary>
/// <param name="Height">Height of the newest block, 0 before the first.</param>
/// <param name="Hash">Its hash, zero before the first.</param>
/// <param name="ToSeq">Last event inside the chain, 0 before the first.</param>
/// <param name="Day">Day of the newest block, day 0 before the first.</param>
public sealed record BlockHead(ulong Height, Hash32 Hash, ulong ToSeq, HouseholdDay Day)
{
    /// <summary>Before the first block.</summary>
    public static BlockHead Genesis { get; } = new(0, Hash32.Zero, 0, default);

    /// <summary>The head after <paramref name="block"/>.</summary>
    public static BlockHead After(ThingBlock block) => new(block.Height, BlockHash.Of(block), block.ToSeq, block.Day);
}

/// <summary>Makes signed blocks of a device's events (station 4).</summary>
/// <remarks>The header is a function of head, events and day alone; only the signature's nonce is random. Thread safe.</remarks>
/// <param name="key">The device's key.</param>
/// <param name="domain">The chain and the <c>CotAnchor</c> contract that the signature is meant for.</param>
public sealed class BlockSealer(P256Key key, Eip712Domain domain)
{
    /// <summary>Seals <paramref name="events"/> behind <paramref name="head"/>; no events give the day's empty block.</summary>
    /// <param name="head">Where the device's chain stands.</param>
    /// <param name="events">The events that come next, by journal number, at most <see cref="ThingBlock.MostEvents"/>.</param>
    /// <param name="day">The household day of sealing.</param>
    /// <param name="urgent">True when an order or a delivery waits for it.</param>
    /// <exception cref="ArgumentException">A gap, too many events, or a day before the head's.</exception>
    public SealedBlock Seal(BlockHead head, IReadOnlyList<ThingEvent> events, HouseholdDay day, bool urgent)
    {
        if (events.Count > ThingBlock.MostEvents)
            throw new ArgumentException($"A block holds at most {ThingBlock.MostEvents} events, not {events.Count}.", nameof(events));
        for (int i = 0; i < events.Count; i++)
            if (events[i].Seq != head.ToSeq + 1 + (ulong)i)
                throw new ArgumentException($"Event {head.ToSeq + 1 + (ulong)i} comes next, not {events[i].Seq}.", nameof(events));
        if (day.CompareTo(head.Day) < 0)
            throw new ArgumentException($"The chain stands at {head.Day}; a block cannot be of {day}.", nameof(day));

        Hash32[] leaves = [.. events.Select(EventLeaf.HashOf)];
        ThingBlock block = new(
            key.Device, head.Height + 1, head.Hash, head.ToSeq + 1, head.ToSeq + (ulong)events.Count, day, MerkleTree.RootOf(leaves),
            Count(events, ThingEventKind.Used), Count(events, ThingEventKind.PatternConfirmed), Count(events, ThingEventKind.Deviation));
        Hash32 hash = BlockHash.Of(block);
        return new SealedBlock(block, hash, key.PublicKey, key.Sign(domain.Digest(hash)), leaves, urgent);
    }

    private static uint Count(IReadOnlyList<ThingEvent> events, ThingEventKind kind) => checked((uint)events.Count(e => e.Kind == kind));
}
