using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Ordering;

namespace PantryChain.Gateway.Deliveries;

/// <summary>A rise that something vouches for.</summary>
/// <param name="Rise">The rise.</param>
/// <param name="By">What vouches for it.</param>
/// <param name="Packs">Packs that count for the order.</param>
/// <param name="CountsAt">Household time from which it counts.</param>
internal readonly record struct Verdict(Rise Rise, Voucher By, uint Packs, DateTimeOffset CountsAt);

/// <summary>Tells which rises are an order's delivery: the weight alone never is.</summary>
/// <remarks>
/// <para>A rise counts at once when as many tags as it holds packs appeared with it for the first time in this household, all of them bound to the order before the rise; or when
/// the code on the slip was typed at most <see cref="CodeAtOnce"/> after it or <see cref="CodeSooner"/> before it, or a tag showed it at the rise's own slot with the rise. A code that was typed up to
/// <see cref="CodeLater"/> after the rise counts <see cref="Unpacking"/> later, unless packs come meanwhile that are nearer to it: a code may be typed at the door, hours after own shopping and before the parcel
/// is unpacked. The member's word counts after <see cref="Grace"/>, in which it can be undone.</para>
/// <para>The courier's record is the seller's own word, so it is the weakest: the one rise since shipping must hold all packs to the gram, lie within <see cref="HandOverBefore"/> and
/// <see cref="HandOverAfter"/> of it, and nobody must have said otherwise for <see cref="Objection"/> of waking time. A record that came late, dates from before the shipping or
/// goes with tags that did not show up does not count. What remains: a courier who lies, and a household that buys exactly the ordered packs in those hours and does not look.</para>
/// <para>Times that a seller or a node told are compared by their differences only: a sum may lie outside what a time can be. Evidence that cannot be read vouches for nothing,
/// for the sensing thread asks, too.</para>
/// <para>Pure but for the books that it reads; thread safe.</para>
/// </remarks>
internal sealed class DeliveryJudge(SightingBook sightings, PaperBook kept, Household household, Setbacks setbacks)
{
    /// <summary>How long after the rise a code speaks for it at once: whoever has unpacked types the code on the slip.</summary>
    public static readonly TimeSpan CodeAtOnce = TimeSpan.FromHours(1);

    /// <summary>How long an older rise waits once the code was given: the parcel that came with the code may still stand in the hall.</summary>
    public static readonly TimeSpan Unpacking = TimeSpan.FromHours(2);

    /// <summary>How long after the rise a code may be given: unpacked in the morning, typed in the evening. Longer would reach back to yesterday's own shopping.</summary>
    public static readonly TimeSpan CodeLater = TimeSpan.FromHours(12);

    /// <summary>How long before the rise: a parcel that waits in the hall overnight.</summary>
    public static readonly TimeSpan CodeSooner = TimeSpan.FromDays(1);

    /// <summary>How long the member's word can be undone before it counts.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>How long somebody who is awake can object before a courier's record counts.</summary>
    public static readonly TimeSpan Objection = TimeSpan.FromHours(6);

    /// <summary>How much earlier than the courier's record the rise may be: the record is written at the end of a round.</summary>
    public static readonly TimeSpan HandOverBefore = TimeSpan.FromHours(2);

    /// <summary>How much later: handed over in the morning, put on the shelf in the evening.</summary>
    public static readonly TimeSpan HandOverAfter = TimeSpan.FromHours(12);

    private static readonly TimeSpan LateRecord = TimeSpan.FromDays(1), ClockSlack = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TagBefore = TimeSpan.FromMinutes(10), TagAfter = TimeSpan.FromMinutes(30), RehearsedTag = TimeSpan.FromHours(12);

    /// <summary>All rises that something vouches for now or will soon, those that counted already left out.</summary>
    /// <param name="order">The order.</param>
    /// <param name="shippedAt">When it was shipped on chain, or null before that was seen.</param>
    /// <param name="rises">All rises while it was on its way, oldest first.</param>
    public IReadOnlyList<Verdict> Judge(PlacedOrder order, DateTimeOffset? shippedAt, IReadOnlyList<Rise> rises)
    {
        string name = order.Id.ToString()[..10];
        DeliveryPapers papers = setbacks.Try($"papers kept of order {name}", () => kept.Of(order.Id), DeliveryPapers.None); // the member's word needs none
        return setbacks.Try($"evidence of order {name}", () => Judge(order, shippedAt, papers, rises), []);
    }

    private List<Verdict> Judge(PlacedOrder order, DateTimeOffset? shippedAt, DeliveryPapers papers, IReadOnlyList<Rise> rises)
    {
        uint counted = (uint)rises.Sum(rise => rise.Counted), missing = order.Terms.Quantity - Math.Min(order.Terms.Quantity, counted);
        List<Verdict> verdicts = [];
        Dictionary<Rise, int> tags = TagsOf(order, papers, rises);
        foreach (Rise rise in ByCode(papers, rises.Where(rise => rise.IsOpen)))
        {
            uint packs = Math.Min(rise.Packs, missing);
            if (packs == 0)
                break;
            (Voucher by, DateTimeOffset at) =
                tags.GetValueOrDefault(rise) >= packs ? (Voucher.Tag, rise.At)
                : papers.TypedAt is { } typed && IsNear(rise, typed, shippedAt) ? (Voucher.Code, typed - rise.At <= CodeAtOnce ? typed : typed + Unpacking)
                : papers.Shown is { } shown && CameWith(rise, shown, shippedAt) ? (Voucher.Code, shown.At)
                : rise.State == RiseState.Cooperative ? (Voucher.Member, rise.DecidedAt!.Value + Grace)
                : HandedOver(order, shippedAt, papers, rise, rises) is { } handed ? (Voucher.HandOver, handed) : default;
            if (by == Voucher.None)
                continue;
            verdicts.Add(new Verdict(rise, by, packs, at));
            missing -= packs;
        }
        return verdicts;
    }

    /// <summary>True for a rise that a code speaks for: near it, and not from before the goods left the store.</summary>
    private static bool IsNear(Rise rise, DateTimeOffset typed, DateTimeOffset? shippedAt) =>
        typed - rise.At <= CodeLater && rise.At - typed <= CodeSooner && shippedAt is { } shipped && shipped - rise.At <= ClockSlack;

    /// <summary>True for a rise that came with a tag which shows the code: at the tag's slot and within a tag's time.</summary>
    private bool CameWith(Rise rise, ShownCode shown, DateTimeOffset? shippedAt) =>
        rise.Slot == shown.Slot && WindowOf(rise) is var (from, to) && shown.At >= from && shown.At <= to && shippedAt is { } shipped && shipped - rise.At <= ClockSlack;

    private (DateTimeOffset From, DateTimeOffset To) WindowOf(Rise rise) =>
        household.IsSimulated ? (rise.At - RehearsedTag, rise.At + RehearsedTag) : (rise.At - TagBefore, rise.At + TagAfter);

    /// <summary>With a code the rises that are nearest to it come first; otherwise they come in their order.</summary>
    private static IEnumerable<Rise> ByCode(DeliveryPapers papers, IEnumerable<Rise> rises) =>
        papers.TypedAt is { } typed ? rises.OrderBy(rise => (rise.At - typed).Duration()) : rises;

    /// <summary>How many of the order's tags appeared with each rise; each tag counts for one rise, the earliest.</summary>
    private Dictionary<Rise, int> TagsOf(PlacedOrder order, DeliveryPapers papers, IReadOnlyList<Rise> rises)
    {
        Dictionary<Rise, int> found = [];
        if (papers.Tags.Count == 0)
            return found;
        HashSet<Hash32> used = [];
        foreach (Rise rise in rises.Where(rise => rise.State is not (RiseState.TakenBack or RiseState.Own)))
        {
            (DateTimeOffset from, DateTimeOffset to) = WindowOf(rise);
            foreach (string tag in sightings.Between(rise.Slot, from, to))
            {
                foreach (HeardTag bound in papers.Tags.Where(bound => bound.HeardAt < rise.At && bound.Commitment.IsTo(order.Id, tag) && used.Add(bound.Commitment.Hash)))
                    found[rise] = found.GetValueOrDefault(rise) + 1;
            }
        }
        return found;
    }

    /// <summary>When a courier's record begins to count for a rise, or null when it does not.</summary>
    private DateTimeOffset? HandedOver(PlacedOrder order, DateTimeOffset? shippedAt, DeliveryPapers papers, Rise rise, IReadOnlyList<Rise> rises)
    {
        if (papers is not { HandedOverAt: { } handed, HandOverHeardAt: { } heard } || shippedAt is not { } shipped || !rise.Exact || rise.Packs != order.Terms.Quantity)
            return null;
        bool sound = handed - heard <= ClockSlack && heard - handed <= LateRecord && shipped - handed <= ClockSlack && rise.At >= shipped;
        bool near = handed - rise.At <= HandOverBefore && rise.At - handed <= HandOverAfter;
        bool alone = rises.Count(other => other.State is not (RiseState.Own or RiseState.TakenBack) && other.At >= shipped) == 1;
        bool tagged = papers.Tags.Count > 0 && household.Readers.Any(reader => reader.Slot == rise.Slot);
        return sound && near && alone && !tagged ? WakingHours.After(rise.At > heard ? rise.At : heard, Objection, household.Zone) : null;
    }
}
