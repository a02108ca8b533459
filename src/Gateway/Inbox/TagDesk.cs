using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Inbox;

/// <summary>Says what a tag stands for, keeps its moves for the step that they belong to, and tells of those that belong to none.</summary>
/// <remarks>
/// A tag's own number (SGTIN) counts before the household's pairing when the household keeps that product; when both name different products, somebody has to look.
/// Belongs to the sensing thread; the counters may be read from any.
/// </remarks>
internal sealed class TagDesk(
    TagBook book, Household household, TimeProvider time, ILogger<TagDesk> log, SightingBook? sightings = null, DeliveryDesk? deliveries = null)
{
    /// <summary>Most comings and goings of tags that are journaled of one slot and day: a tag that flickers must not fill the chain of things.</summary>
    public const int MostADay = 100;

    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(10); // bus time in which readers tell what lies there already

    private readonly TagWindow _window = new(household.IsSimulated ? TagReach.Rehearsal : TagReach.Usual);
    private readonly Dictionary<SlotId, (HouseholdDay Day, int Count)> _told = [];
    private readonly HashSet<TagUid> _parcels = [];
    private readonly long _started = time.GetTimestamp();
    private long _alone, _missing;

    /// <summary>Tags that came or left while the weight stayed.</summary>
    public long Alone => Interlocked.Read(ref _alone);

    /// <summary>Packs that moved although their tag did not.</summary>
    public long Missing => Interlocked.Read(ref _missing);

    /// <summary>Takes a tag's coming or going in.</summary>
    /// <returns>What the journal should hold, or null for a repetition, for what lay there at the start, and above <see cref="MostADay"/>.</returns>
    public TagMove? Notice(in TagChange change)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (household.FindSlot(change.Slot) is null || IsParcel(change))
            return null;
        TagMove move = Resolve(change, now);
        if (change.Present && !move.IsRandom)
            Remember(change, now);
        if (move.Present && time.GetElapsedTime(_started) < Starting)
        {
            _window.Settle(move);
            return null;
        }
        return _window.Add(move) is { } added && IsWorthTelling(added) ? added : null;
    }

    /// <summary>What tags say about a step; each move counts for one step only.</summary>
    public TagEvidence Around(in StockStep step)
    {
        ShelfSlot slot = household.FindSlot(step.Slot)!;
        return _window.Take(step, slot.Holds);
    }

    /// <summary>Counts a pack that moved without its tag.</summary>
    public void Look(FusedStep fused)
    {
        if (!fused.TagMissing)
            return;
        Interlocked.Increment(ref _missing);
        log.LogInformation("Slot {Slot}: a pack of {Gtin} moved, its tag did not. Look whether the tag is still on it", fused.Step.Slot, fused.Best.Parts[0].Gtin);
    }

    /// <summary>Tells of moves that no step took.</summary>
    public void LookAlone()
    {
        IReadOnlyList<TagMove> alone = _window.TakeAlone(time.GetUtcNow());
        for (int i = 0; i < alone.Count; i++) // no enumerator: this is asked at every sample
        {
            TagMove move = alone[i];
            Interlocked.Increment(ref _alone);
            log.LogInformation("Slot {Slot}: tag {Tag} {Moved} and the weight stayed. A tag that fell off, or a pack that lies outside its reader's field",
                move.Slot, move.Uid, move.Present ? "came" : "left");
        }
    }

    /// <summary>A tag on a parcel shows the delivery's code; it is no pack and moves nothing.</summary>
    private bool IsParcel(in TagChange change)
    {
        if (!change.Present)
            return _parcels.Remove(change.Uid);
        if (change.Item is not { } shown || !DeliveryCode.TryParseSerial(shown.Serial, out DeliveryCode code))
            return false;
        _parcels.Add(change.Uid);
        deliveries?.Show(change.Slot, shown.Gtin, code);
        return true;
    }

    private void Remember(in TagChange change, DateTimeOffset now)
    {
        if (change.Item is { } item)
            sightings?.See(change.Slot, PackTag.Of(item), now);
        sightings?.See(change.Slot, PackTag.Of(change.Uid), now);
    }

    private TagMove Resolve(in TagChange change, DateTimeOffset now)
    {
        Gtin? told = change.Item is { } item && household.FindProduct(item.Gtin) is not null ? item.Gtin : null;
        TagMove move = new(change.Slot, change.Uid, default, told is null ? null : change.Item!.Value.Serial, change.Present, now);
        Gtin? paired = move.IsRandom ? null : book.ProductOf(change.Uid);
        if (paired is { } bound && household.FindProduct(bound) is null)
            paired = null; // a product that the household no longer keeps
        return move with { Gtin = told ?? paired ?? default, Conflict = told is not null && paired is not null && told != paired };
    }

    private bool IsWorthTelling(in TagMove move)
    {
        HouseholdDay today = household.DayOf(move.At);
        int count = _told.TryGetValue(move.Slot, out (HouseholdDay Day, int Count) told) && told.Day == today ? told.Count : 0;
        if (count == MostADay)
            log.LogWarning("Slot {Slot}: {Count} tags came and went today; no more of them are journaled until tomorrow. Look at the reader", move.Slot, count);
        _told[move.Slot] = (today, count + 1);
        return count < MostADay;
    }
}
