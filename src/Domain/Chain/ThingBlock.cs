using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;

namespace PantryChain.Domain.Chain;

/// <summary>The header of one block of a thing's own chain; its EIP-712 struct hash is the block's hash and the next block's parent.</summary>
/// <param name="Device">Who signs.</param>
/// <param name="Height">Position in the device's chain, from 1.</param>
/// <param name="Parent">Hash of the block before, zero for the first.</param>
/// <param name="FromSeq">First event inside; for an empty block the number that comes next.</param>
/// <param name="ToSeq">Last event inside; for an empty block <paramref name="FromSeq"/> − 1.</param>
/// <param name="Day">Household day on which it was sealed.</param>
/// <param name="EventsRoot">Merkle root over the event leaves, zero for an empty block.</param>
/// <param name="Uses">How many events are uses.</param>
/// <param name="Confirmations">How many events are confirmed patterns.</param>
/// <param name="Deviations">How many events are deviations.</param>
public sealed record ThingBlock(
    DeviceId Device, ulong Height, Hash32 Parent, ulong FromSeq, ulong ToSeq, HouseholdDay Day, Hash32 EventsRoot,
    uint Uses, uint Confirmations, uint Deviations)
{
    /// <summary>Most events in one block; more wait for the next one. Protocol, "Topics": it bounds the largest message on the wire.</summary>
    /// <value>2 048: at 69 bytes a leaf hash its message takes about 142 kB.</value>
    public const int MostEvents = 2_048;

    /// <summary>How many events the block holds.</summary>
    public ulong Count => ToSeq + 1 - FromSeq;
}

/// <summary>A block as it travels to the cooperative: header, key, signature and leaf hashes, never raw events.</summary>
/// <param name="Block">The header.</param>
/// <param name="Hash">Its struct hash.</param>
/// <param name="Key">The device's public key; its Keccak hash is <see cref="ThingBlock.Device"/>.</param>
/// <param name="Signature">P-256 over the EIP-712 digest, low s.</param>
/// <param name="Leaves">Leaf hashes in order of their journal numbers.</param>
/// <param name="Urgent">True when an order or a delivery waits for it: anchored out of turn.</param>
public sealed record SealedBlock(ThingBlock Block, Hash32 Hash, P256PublicKey Key, P256Signature Signature, IReadOnlyList<Hash32> Leaves, bool Urgent);

/// <summary>A point on NIST P-256.</summary>
public readonly record struct P256PublicKey(Hash32 X, Hash32 Y);

/// <summary>A P-256 signature <c>r ‖ s</c> (IEEE P1363), always with low s.</summary>
public readonly record struct P256Signature(Hash32 R, Hash32 S);
