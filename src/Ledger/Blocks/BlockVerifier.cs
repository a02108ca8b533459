using PantryChain.Domain.Chain;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>Why a block was rejected; the numbers travel to gateways and never change meaning.</summary>
public enum BlockFault : byte
{
    /// <summary>Nothing: the block follows.</summary>
    None = 0,

    /// <summary>The key is not the one whose hash is the device.</summary>
    WrongKey = 1,

    /// <summary>The hash is not that of the header.</summary>
    WrongHash = 2,

    /// <summary>The signature is not the device's, has high s, or was made for another chain or contract.</summary>
    BadSignature = 3,

    /// <summary>At or below the newest height: known already, or one side of an equivocation.</summary>
    Stale = 4,

    /// <summary>A height is left out: the blocks between must come first.</summary>
    Gap = 5,

    /// <summary>The parent is not the newest block.</summary>
    Fork = 6,

    /// <summary>The first event is not the one that comes next.</summary>
    SequenceGap = 7,

    /// <summary>The day lies before that of the newest block.</summary>
    DayBack = 8,

    /// <summary>The day is in no calendar. A clock that is merely ahead costs no block: days only count no further than the verifier's own.</summary>
    DayAhead = 9,

    /// <summary>The number of leaves is not that of the events.</summary>
    LeafCount = 10,

    /// <summary>The leaves do not give the root.</summary>
    LeafRoot = 11,

    /// <summary>Uses, confirmations and deviations together are more than the events.</summary>
    Totals = 12,

    /// <summary>More events than a block may hold, or than a shelf can see since the newest block.</summary>
    Rate = 13,

    /// <summary>The first block's day lies further before the day of joining than its events may.</summary>
    DayBeforeJoining = 14,
}

/// <summary>Checks a device's blocks one after the other, as the Store does before it anchors them.</summary>
/// <remarks>Keeps nothing but the devices' imported keys. Key, hash and signature are checked first: what its device did not sign says nothing about the device, so nobody else can bring a verdict upon it; the rest is cheapest first. Thread safe.</remarks>
/// <param name="domain">The chain and the <c>CotAnchor</c> contract that signatures must be meant for.</param>
/// <param name="rules">What a shelf can plausibly do.</param>
public sealed class BlockVerifier(Eip712Domain domain, BlockRules rules)
{
    private static readonly HouseholdDay LastDay = HouseholdDay.FromDate(DateOnly.MaxValue);

    private readonly P256Keys _keys = new();

    /// <summary>Why <paramref name="sealed"/> does not follow <paramref name="head"/>, or <see cref="BlockFault.None"/>.</summary>
    /// <param name="head">Where the device's chain stands at the verifier.</param>
    /// <param name="sealed">The block as received.</param>
    /// <param name="today">The verifier's own day.</param>
    /// <param name="joined">The day on which the device joined, which bounds its first block's; null where it is not known.</param>
    public BlockFault Check(BlockHead head, SealedBlock @sealed, HouseholdDay today, HouseholdDay? joined = null)
    {
        ThingBlock block = @sealed.Block;
        if (@sealed.Key.ToDeviceId() != block.Device)
            return BlockFault.WrongKey;
        if (BlockHash.Of(block) != @sealed.Hash)
            return BlockFault.WrongHash;
        if (!IsSigned(@sealed))
            return BlockFault.BadSignature;
        BlockFault fault = CheckPlace(head, block, joined);
        return fault != BlockFault.None ? fault : CheckContent(head, @sealed, today);
    }

    /// <summary>True when the block's key signed its header for this domain.</summary>
    public bool IsSigned(SealedBlock @sealed) => _keys.Verify(@sealed.Key, domain.Digest(BlockHash.Of(@sealed.Block)), @sealed.Signature);

    /// <summary>True when its key is its device's and signed it, under its own hash.</summary>
    public bool IsSignedByItsDevice(SealedBlock @sealed) =>
        @sealed.Key.ToDeviceId() == @sealed.Block.Device && @sealed.Hash == BlockHash.Of(@sealed.Block) && IsSigned(@sealed);

    /// <summary>True when both are signed by one device at one height and differ: proof of fraud that anybody may hand in.</summary>
    public bool IsEquivocation(SealedBlock a, SealedBlock b) =>
        a.Block.Device == b.Block.Device && a.Block.Height == b.Block.Height && a.Block != b.Block
        && b.Key == a.Key && IsSignedByItsDevice(a) && IsSigned(b);

    private BlockFault CheckPlace(BlockHead head, ThingBlock block, HouseholdDay? joined) =>
        block.Height <= head.Height ? BlockFault.Stale :
        block.Height > head.Height + 1 ? BlockFault.Gap :
        block.Parent != head.Hash ? BlockFault.Fork :
        block.FromSeq != head.ToSeq + 1 || block.ToSeq < head.ToSeq ? BlockFault.SequenceGap :
        block.Day.CompareTo(head.Day) < 0 ? BlockFault.DayBack :
        head.Height == 0 && joined is { } since && (ulong)block.Day.Number + rules.OpeningDays < since.Number ? BlockFault.DayBeforeJoining :
        block.Day.CompareTo(LastDay) > 0 ? BlockFault.DayAhead : BlockFault.None;

    private BlockFault CheckContent(BlockHead head, SealedBlock @sealed, HouseholdDay today)
    {
        ThingBlock block = @sealed.Block;
        ulong count = block.ToSeq - head.ToSeq;
        ulong days = head.Height == 0 ? rules.OpeningDays : rules.Believed(block.Day, today) - rules.Believed(head.Day, today) + 1;
        return count > ThingBlock.MostEvents || count > days * rules.MostEventsPerDay ? BlockFault.Rate
            : (ulong)@sealed.Leaves.Count != count ? BlockFault.LeafCount
            : (ulong)block.Uses + block.Confirmations + block.Deviations > count ? BlockFault.Totals
            : MerkleTree.RootOf(@sealed.Leaves) != block.EventsRoot ? BlockFault.LeafRoot : BlockFault.None;
    }
}

/// <summary>What a shelf can plausibly do; wide, because it stops floods, not people.</summary>
public sealed record BlockRules
{
    /// <summary>Most events per day and gateway: eight slots touched every minute of a waking day.</summary>
    /// <value>1 to 100 000, default 8 000.</value>
    public uint MostEventsPerDay { get; init; } = 8_000;

    /// <summary>Days' worth of events that the first block may hold, and days that it may lie before the joining: from there on a device's days only go forward.</summary>
    /// <value>1 to 366, default 30.</value>
    public uint OpeningDays { get; init; } = 30;

    /// <summary>Days that a gateway's calendar is believed to be ahead: time zones reach 14 h beyond UTC.</summary>
    /// <value>0 to 2, default 1.</value>
    public uint DaysAhead { get; init; } = 1;

    /// <summary>The number of a day as far as it counts: a device's word, but none that is further ahead of the verifier's own <paramref name="today"/> than <see cref="DaysAhead"/>.</summary>
    public ulong Believed(HouseholdDay day, HouseholdDay today) => Math.Min(day.Number, (ulong)today.Number + DaysAhead);
}
