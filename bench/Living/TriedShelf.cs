using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench.Living;

/// <summary>One slot of the world under somebody else's orders: true stock, true lead times, and what the contract lets happen.</summary>
internal sealed class TriedShelf
{
    /// <summary>How often it is looked at.</summary>
    public static readonly TimeSpan Review = TimeSpan.FromHours(1);

    private static readonly TimeSpan Opens = TimeSpan.FromHours(10), Noon = TimeSpan.FromHours(12), Closes = TimeSpan.FromHours(20);

    private readonly HouseholdPlan _plan;
    private readonly LivedWorld _world;
    private readonly Shelved _shelf;
    private readonly IReadOnlyList<TimeSpan> _settles;
    private readonly List<Delivery> _deliveries;
    private readonly SlotStory _story, _future;
    private DateTimeOffset _now;
    private int _orders;
    private long _lastCycle;
    private Trip? _trip;
    private DateTimeOffset _bareUntil;

    /// <summary>The slot with what came before.</summary>
    /// <param name="plan">The household.</param>
    /// <param name="world">What is unusual.</param>
    /// <param name="shelf">Its slot.</param>
    /// <param name="before">What was brought until then.</param>
    /// <param name="since">When somebody else takes over.</param>
    /// <param name="settles">How long orders went on after their packs had come, in the same world; chance draws among them.</param>
    public TriedShelf(HouseholdPlan plan, LivedWorld world, Shelved shelf, List<Delivery> before, DateTimeOffset since, IReadOnlyList<TimeSpan> settles)
    {
        (_plan, _world, _shelf, _settles, _deliveries) = (plan, world, shelf, settles, [.. before]);
        (_story, _future) = (StoryOf(before), StoryOf(before));
        _lastCycle = CycleAt(since) - 1; // the gateway could order then, so anybody can
        _now = since;
    }

    /// <summary>Packs that lie there now.</summary>
    public double Packs => PacksAt(_now);

    /// <summary>True when the contract would take an order: none is open, and one more pack was used up.</summary>
    public bool MayOrder => _trip is null && CycleAt(_now) > _lastCycle;

    /// <summary>Packs that lie there at a time that is not before the last one asked for.</summary>
    public double PacksAt(DateTimeOffset at) => _story.At(at).Level.Grams / _shelf.Slot.Pack.Grams;

    /// <summary>Lets the time pass: orders end, and whoever finds the shelf bare while a parcel is on its way brings a pack home.</summary>
    public void GoTo(DateTimeOffset at)
    {
        _now = at;
        if (_trip is { } ended && at >= ended.ClosesAt)
            End(ended);
        if (_world.Habits.ShopsWhenBare && _shelf.Purchases.Count == 0 && _trip is { ShippedAt: { } shipped } && at >= shipped && at >= _bareUntil && Packs <= 0)
            Bring(_bareUntil = Daytime(at + Review), 1);
    }

    /// <summary>Orders.</summary>
    public void Order(int packs)
    {
        _trip = TripFrom(_now, _orders) with { CycleBefore = _lastCycle };
        _lastCycle = CycleAt(_now);
        if (_trip.ArrivesAt is { } arrives)
            Bring(arrives, packs);
        if (_trip.ShippedAt is { } shipped && _world.Habits.HasErrand((uint)(Draw(0xE44A4D, _orders) * 256)))
            Bring(Daytime(shipped), 1);
        _orders++;
    }

    /// <summary>True when an order at the next review would come after the last of what is there.</summary>
    public bool WouldBeLate() => FuturePacks(ArrivalOf(TripFrom(_now + Review, _orders))) < EmptyAudit.EmptyBelow;

    /// <summary>The fewest packs that last until the order after this one can be there, at most <paramref name="most"/>.</summary>
    public int Needed(int most)
    {
        Trip now = TripFrom(_now, _orders);
        DateTimeOffset after = ArrivalOf(TripFrom(now.ClosesAt, _orders + 1));
        for (int packs = 1; packs < most; packs++)
        {
            SlotStory tried = StoryOf([.. _deliveries, new Delivery(ArrivalOf(now), _shelf.Slot.Slot, packs, "tried")]);
            if (tried.At(after).Level.Grams / _shelf.Slot.Pack.Grams >= EmptyAudit.EmptyBelow)
                return packs;
        }
        return most;
    }

    private double FuturePacks(DateTimeOffset at) => _future.At(at).Level.Grams / _shelf.Slot.Pack.Grams;

    private long CycleAt(DateTimeOffset at) => (long)(_story.At(at).Used.Grams / _shelf.Slot.Pack.Grams);

    /// <summary>When the courier would ring; a parcel that never comes is waited for until its money is back.</summary>
    private static DateTimeOffset ArrivalOf(Trip trip) => trip.ArrivesAt ?? trip.ClosesAt;

    /// <summary>How an order of a moment goes: vetoed by nobody, accepted when somebody is awake at the desk, brought on the day that
    /// chance draws.</summary>
    private Trip TripFrom(DateTimeOffset placed, int number)
    {
        DateTimeOffset acceptable = placed + SmallCooperative.Windows.Veto, latest = acceptable + SmallCooperative.Windows.Accept;
        DateTimeOffset accepted = _world.Sleep is { } sleep && sleep.IsAsleep((acceptable - _plan.Origin).TotalDays)
            ? _plan.Origin + TimeSpan.FromDays(sleep.FromDay + sleep.Days) : acceptable;
        if (accepted > latest)
            return new Trip(null, null, latest);
        int days = Draw(0x1EAD, number) < HostFiles.LeadDays["2"] ? 2 : 3;
        DateTime day = TimeZoneInfo.ConvertTime(placed, _plan.Zone).Date.AddDays(days) + Noon;
        DateTimeOffset arrives = new(day, _plan.Zone.GetUtcOffset(day));
        arrives = arrives > accepted ? arrives : Daytime(accepted + Review);
        return new Trip(accepted, arrives, arrives + _settles[(int)(Draw(0x5E771E, number) * _settles.Count)]);
    }

    private void End(Trip trip)
    {
        if (trip.ArrivesAt is null)
            _lastCycle = trip.CycleBefore; // when the seller failed, the same empty pack may be ordered for again
        _trip = null;
    }

    private void Bring(DateTimeOffset at, int packs)
    {
        Delivery delivery = new(at, _shelf.Slot.Slot, packs, "tried");
        _deliveries.Add(delivery);
        _story.Add(delivery);
        _future.Add(delivery);
    }

    private DateTimeOffset Daytime(DateTimeOffset at)
    {
        DateTime local = TimeZoneInfo.ConvertTime(at, _plan.Zone).DateTime;
        local = local.TimeOfDay < Opens ? local.Date + Opens : local.TimeOfDay > Closes ? local.Date.AddDays(1) + Opens : local;
        return new DateTimeOffset(local, _plan.Zone.GetUtcOffset(local));
    }

    private double Draw(ulong what, int number) => Chance.Of(_plan.Seed ^ what, _shelf.Slot.Slot.Value, (ulong)number).NextUnit();

    private SlotStory StoryOf(IEnumerable<Delivery> deliveries)
    {
        SlotStory story = new(_plan.World, _shelf.Slot);
        foreach (Delivery delivery in deliveries)
            story.Add(delivery);
        return story;
    }

    /// <summary>An order's way.</summary>
    /// <param name="ShippedAt">When it left, or null.</param>
    /// <param name="ArrivesAt">When the packs are put on the shelf; null when the seller slept over it.</param>
    /// <param name="ClosesAt">When the next order may be opened: it is settled, or its money is back.</param>
    private sealed record Trip(DateTimeOffset? ShippedAt, DateTimeOffset? ArrivesAt, DateTimeOffset ClosesAt)
    {
        public long CycleBefore { get; init; }
    }
}
