using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Patterns;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Inbox;

/// <summary>A product of which nothing is left on its slots.</summary>
/// <param name="Since">Household time of the booking that emptied it, or when it was first seen empty where more is booked; null for a product that was
/// never booked.</param>
/// <param name="CanUseUp">True while a part of the running pack was seen going and the rest was not: "used up" counts it.</param>
internal readonly record struct EmptyShelf(DateTimeOffset? Since, bool CanUseUp)
{
    /// <summary>True while the member's word alone would count a pack of which nothing was seen: once until something arrives.</summary>
    public bool CanSay { get; init; }
}

/// <summary>Closes the count of packs used up over an empty shelf, where some of a pack was not seen going.</summary>
/// <remarks>
/// Somebody drinks before a delivery has settled, so it is booked lighter than it came; all is used up, yet the count says "957 g of 1,000" and no order may ever come again. Whoever empties a shelf has used up
/// every pack that stood there: after <see cref="EmptyFor"/> the running pack counts as used up, or at once when the member says so. The booking is an event of kind 11 with a delta of zero; it can be taken back
/// for a day. Thread safe.
/// </remarks>
internal sealed class CountDesk(ShelfBoard board, StockBook stocks, InboxBook inbox, Journal journal, Learner learner, Household household, TimeProvider time)
{
    /// <summary>How long a slot must be settled and empty: as long as a pack that was taken away may come back (<see cref="LiftBook"/>).</summary>
    public static readonly TimeSpan EmptyFor = TimeSpan.FromHours(12);

    private const double EmptyShare = 0.02;     // of a pack: cells err by that much
    private const double NearlyShare = 0.1;     // of a pack: what a carton or a last drop weighs, when the member says so
    private const double MostMissing = 0.9;     // of a pack: with hardly any of it seen going, the page asks instead
    private const double Closed = 0.96;         // of a pack still to be used until the count rises: nothing of the running one is missing
    private const int Window = 2000;            // events that are looked through for closings of the last day

    private static readonly Mass Bare = Mass.FromGrams(10);

    // The board asks the stock book while it is locked: so it is asked before that one is entered, never inside.
    private readonly Dictionary<Gtin, DateTimeOffset> _emptyFrom = [], _goneFrom = [];
    private readonly Lock _looking = new();

    /// <summary>Whether a product is gone, as its slots read when they last stood still; null while something is left or nobody can tell.</summary>
    public EmptyShelf? Of(Gtin gtin)
    {
        PackCount? count = learner.CountOf(gtin);
        bool open = IsOpen(count);
        DateTimeOffset? seen = SeenGone(gtin, IsSeenGone(gtin, open ? NearlyShare : EmptyShare));
        return seen is null ? null : new EmptyShelf(stocks.EmptySince(gtin) ?? (count is null ? null : seen), open) { CanSay = count is { IsClosed: false } };
    }

    /// <summary>The member says that a product is used up: closes its count, whatever part of the pack was seen going. Done too where it was closed and
    /// nothing has arrived since; too late while its shelf does not read as empty.</summary>
    public DeskAnswer UseUp(Gtin gtin)
    {
        if (household.FindProduct(gtin) is null)
            return DeskAnswer.NotThere;
        bool gone = IsSeenGone(gtin, NearlyShare);
        using (stocks.Enter())
        {
            learner.Learn();
            if (learner.CountOf(gtin) is not { } count)
                return DeskAnswer.NotThere;
            if (!gone)
                return DeskAnswer.TooLate;
            if (IsOpen(count) || !count.IsClosed)
                Close(gtin, count);
            return DeskAnswer.Done;
        }
    }

    /// <summary>Closes what has been settled and empty for long enough; what was booked.</summary>
    public IReadOnlyList<ThingEvent> CloseDue()
    {
        List<ThingEvent> closed = [];
        foreach (Gtin gtin in household.Products.Select(product => product.Product.Gtin))
        {
            if (!IsEmptyForLong(gtin))
                continue;
            using (stocks.Enter())
            {
                if (learner.CountOf(gtin) is { PacksToNext: <= MostMissing, IsReopened: false } count)
                    closed.Add(Close(gtin, count));
            }
        }
        return closed;
    }

    /// <summary>True for an event that closed a count.</summary>
    public bool IsClosing(ThingEvent seen) =>
        seen is { Kind: ThingEventKind.Corrected, Delta.Milligrams: 0 } && !inbox.CorrectionsSince(seen.Seq).Contains(seen.Seq);

    /// <summary>Closings of the last day that still stand, newest first.</summary>
    public IReadOnlyList<ThingEvent> Recent()
    {
        ulong from = journal.Last > Window ? journal.Last - Window + 1 : 1;
        IReadOnlySet<ulong> undone = inbox.CorrectedSince(from);
        return [.. journal.Read(from, Window).Where(seen => seen.Kind == ThingEventKind.Corrected && IsFresh(seen) && !undone.Contains(seen.Seq) && IsClosing(seen)).Reverse()];
    }

    /// <summary>True while a closing may be taken back.</summary>
    public bool CanReopen(ThingEvent closing) => IsClosing(closing) && IsFresh(closing) && household.FindSlot(closing.Slot) is { } slot && slot.Holds(closing.Gtin);

    /// <summary>Takes a closing back: the count stays, because a leaf may have told it, and the next uses catch up first. Call with an event of <see cref="CanReopen"/>.</summary>
    public void Reopen(ThingEvent closing)
    {
        using (stocks.Enter())
        {
            if (inbox.BookingOf(closing.Seq) is not null)
                return; // another click was faster
            ThingObservation reopened = Observe(closing.Slot, closing.Gtin, learner.CountOf(closing.Gtin)?.Cycles ?? closing.Cycle);
            stocks.Accept(journal.Append([reopened], (writer, transaction, events) => InboxBook.KeepBooking(writer, transaction, 0, closing.Seq, events[0].Seq)), closing.Slot, stocks.RestOf(closing.Slot));
            learner.Learn();
        }
    }

    private ThingEvent Close(Gtin gtin, in PackCount count)
    {
        SlotId slot = household.Slots.First(known => known.Holds(gtin)).Slot;
        IReadOnlyList<ThingEvent> kept = journal.Append([Observe(slot, gtin, count.Cycles + 1)]);
        stocks.Accept(kept, slot, stocks.RestOf(slot));
        learner.Learn();
        return kept[0];
    }

    private ThingObservation Observe(SlotId slot, Gtin gtin, uint cycle)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new ThingObservation(now, household.DayOf(now), slot, gtin, ThingEventKind.Corrected, Mass.Zero, stocks.LevelOf(slot, gtin), cycle);
    }

    /// <summary>Notes since when all slots of a product are read as bare; whoever leans on one of them stops nothing, a cell that cannot be trusted or a thing that lies there begins it anew.</summary>
    private bool IsEmptyForLong(Gtin gtin)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool bare = IsRead(gtin) && AreBare(gtin);
        DateTimeOffset from;
        lock (_looking)
        {
            if (!bare)
                _emptyFrom.Remove(gtin);
            if (!_emptyFrom.TryGetValue(gtin, out from) || from > now)
                from = now;
            if (bare)
                _emptyFrom[gtin] = from;
        }
        return bare && now - from >= EmptyFor && household.Slots.Where(slot => slot.Holds(gtin)).All(slot => board[slot.Slot].Stable);
    }

    /// <summary>True while cells that can be trusted and no open question say that nothing is left; what was lifted and may come back counts as
    /// there.</summary>
    private bool IsRead(Gtin gtin) =>
        household.FindProduct(gtin) is { } product && board.IsTrusted(household, gtin) && board.StockOf(household, gtin) is { } stock
        && stock.Milligrams <= EmptyShare * product.Product.Pack.Milligrams && AreFresh(gtin);

    /// <summary>True while somebody who looks there sees at most a share of a pack, or what an empty cell drifts: enough to show the page's card and to
    /// take the member's word.</summary>
    private bool IsSeenGone(Gtin gtin, double share) =>
        household.FindProduct(gtin)?.Product.Pack.Grams is { } pack && board.IsCertain(gtin) && board.SeenOf(household, gtin) is { } left
        && left.Grams <= Math.Max(share * pack, Math.Min(WeighingRules.Drift.Grams, NearlyShare * pack)) && AreFresh(gtin);

    private bool AreFresh(Gtin gtin) => household.Slots.Where(slot => slot.Holds(gtin)).All(slot => board.StaleSince(slot.Slot) is null);

    /// <summary>Notes when a product was first seen gone; null while it is not.</summary>
    private DateTimeOffset? SeenGone(Gtin gtin, bool gone)
    {
        lock (_looking)
        {
            if (!gone)
            {
                _goneFrom.Remove(gtin);
                return null;
            }
            _goneFrom.TryAdd(gtin, time.GetUtcNow());
            return _goneFrom[gtin];
        }
    }

    /// <summary>True while nothing else lies on the slots either: no jar, no other product, nothing unexplained.</summary>
    private bool AreBare(Gtin gtin) => household.Slots.Where(slot => slot.Holds(gtin)).All(slot =>
        board.SettledOf(slot.Slot) is { } settled && settled.Level.Abs() <= Tolerance(gtin) && stocks.RestOf(slot.Slot).Abs() <= Tolerance(gtin));

    private Mass Tolerance(Gtin gtin)
    {
        Mass share = Mass.FromGrams(EmptyShare * household.FindProduct(gtin)!.Product.Pack.Grams);
        return share > Bare ? share : Bare;
    }

    private static bool IsOpen(PackCount? count) => count is { PacksToNext: < Closed };

    private bool IsFresh(ThingEvent booked) => time.GetUtcNow() - booked.SeenAt <= InboxDesk.Regret;
}
