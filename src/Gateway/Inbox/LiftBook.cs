using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Inbox;

/// <summary>Remembers bookings of things that went (or came) as a whole, longer than the shelf waits for their return, so that a return corrects the booking.</summary>
/// <remarks>Kept in memory alone: after a restart a late return is a restocking, which the learner still nets within hours. Call inside <see cref="StockBook.Enter"/>.</remarks>
internal sealed class LiftBook
{
    /// <summary>Less than this that came back differently is nothing.</summary>
    public static readonly Mass Least = Mass.FromGrams(3);

    private const double SameShare = 0.01, WholeShare = 0.97;
    private const int MostKept = 256;
    private static readonly Mass Smallest = Mass.FromGrams(20); // below it nobody borrows
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(12); // taken in the evening, back in the morning

    private readonly List<ThingEvent> _lone = [];

    /// <summary>Notes what a step booked, when nothing of it has come back within the step.</summary>
    public void Note(in StockStep step, ThingEvent booked)
    {
        if (step.Returned || booked.Kind is not (ThingEventKind.Used or ThingEventKind.Restocked) || booked.Delta.Abs() < Smallest)
            return;
        if (_lone.Count == MostKept)
            _lone.RemoveAt(0);
        _lone.Add(booked);
    }

    /// <summary>The booking that a product's move undoes, taken out; null when it undoes none.</summary>
    public ThingEvent? TakeUndoneBy(StockStep step, FusedPart part)
    {
        if (step.Returned || part.Delta.Abs() < Smallest)
            return null;
        _lone.RemoveAll(known => step.At - known.SeenAt > Remembered);
        ThingEvent? undone = _lone.Where(known => known.Slot == step.Slot && known.Gtin == part.Gtin && known.SeenAt <= step.At && IsUndone(known, part)).MinBy(known => known.Delta.Abs());
        if (undone is not null)
            _lone.Remove(undone);
        return undone;
    }

    /// <summary>Something comes back that was gone and weighs no more than it did; or all of what was brought is taken away again. A whole pack is a new one, or was used up.</summary>
    private static bool IsUndone(ThingEvent known, FusedPart part)
    {
        double was = known.Delta.Abs().Grams, now = part.Delta.Abs().Grams, same = Least.Grams + SameShare * was;
        if (Math.Sign(known.Delta.Milligrams) == Math.Sign(part.Delta.Milligrams) || now > was + same)
            return false;
        return known.Delta < Mass.Zero ? part.Units == 0 || now < WholeShare * was : part.Units == 0 && now >= was - same;
    }
}
