using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>How one slot's stock goes on from the origin: folds wishes and deliveries in order of time, and remembers only where it stands.</summary>
/// <remarks>Asking for a later time costs what happened in between; asking for an earlier one starts over. Not thread safe.</remarks>
internal sealed class SlotStory
{
    /// <summary>Putting one pack on the shelf takes this long.</summary>
    private static readonly TimeSpan PutOne = TimeSpan.FromSeconds(4);

    private readonly WorldPlan _plan;
    private readonly SlotPlan _slot;
    private readonly Demand _demand;
    private readonly List<Delivery> _deliveries = [];

    private DateTimeOffset _now;
    private int _day;
    private Craving[] _cravings = [];
    private int _nextCraving;
    private int _nextDelivery;
    private long _openMg;
    private int _closed;
    private int _usedPacks;
    private int _deliveredPacks;
    private long _usedMg;
    private long _unmetMg;
    private Craving _lastUse;

    public SlotStory(WorldPlan plan, SlotPlan slot)
    {
        (_plan, _slot, _demand) = (plan, slot, new Demand(plan, slot));
        StartOver();
    }

    /// <summary>The packs that lie on the cell at <paramref name="at"/>, by their numbers in the order in which they came: the first, and how many.</summary>
    /// <remarks>Packs are used in the order in which they came, so what lies there is a row without gaps; the opened one is its first.</remarks>
    public (int First, int Count) PacksOnCell(DateTimeOffset at)
    {
        GoTo(at);
        bool open = _openMg > 0, inHand = open && at < _lastUse.At + _lastUse.Away;
        int arriving = 0;
        for (int i = _nextDelivery - 1; i >= 0 && at < _deliveries[i].At + PutOne * _deliveries[i].Packs; i--)
            arriving += _deliveries[i].Packs - (int)((at - _deliveries[i].At) / PutOne);
        return (_usedPacks + (inHand ? 2 : 1), Math.Max(0, _closed + (open && !inHand ? 1 : 0) - arriving));
    }

    /// <summary>The serial number that a pack came with, or null for one that nobody chose.</summary>
    /// <param name="pack">Its number, from 1 in the order in which packs came.</param>
    public string? SerialOf(int pack)
    {
        int first = _slot.OpeningPacks + 1;
        foreach (Delivery delivery in _deliveries)
        {
            if (pack < first + delivery.Packs)
                return pack < first ? null : delivery.Serials?[pack - first];
            first += delivery.Packs;
        }
        return null;
    }

    /// <summary>Adds a delivery; one that lies in the past of the story is told again from the start.</summary>
    public void Add(Delivery delivery)
    {
        int index = _deliveries.Count;
        while (index > 0 && _deliveries[index - 1].At > delivery.At)
            index--;
        _deliveries.Insert(index, delivery);
        if (delivery.At <= _now)
            StartOver();
    }

    /// <summary>The stock once everything up to <paramref name="at"/> has happened.</summary>
    public SlotStock At(DateTimeOffset at)
    {
        GoTo(at);
        return new SlotStock(RestingMass(), _closed, _openMg > 0, _usedPacks, new Mass(_usedMg), _deliveredPacks, new Mass(_unmetMg));
    }

    /// <summary>What presses on the cell at <paramref name="at"/>: packs in somebody's hand are missing, the hand itself leans on the shelf.</summary>
    public Mass OnCell(DateTimeOffset at)
    {
        GoTo(at);
        Mass mass = RestingMass();
        if (at < _lastUse.At + _lastUse.Away)
            mass = mass - OpenPackMass() + Hand(at - _lastUse.At, _lastUse.Away);
        for (int i = _nextDelivery - 1; i >= 0 && at < _deliveries[i].At + PutOne * _deliveries[i].Packs; i--)
        {
            TimeSpan since = at - _deliveries[i].At;
            mass -= _slot.Pack * (_deliveries[i].Packs - (int)(since / PutOne));
            mass += Hand(new TimeSpan(since.Ticks % PutOne.Ticks), PutOne);
        }
        return mass;
    }

    private void StartOver()
    {
        _now = _plan.Origin;
        (_day, _nextCraving, _nextDelivery) = (0, 0, 0);
        _cravings = _demand.On(0);
        (_openMg, _closed, _usedPacks, _deliveredPacks, _usedMg, _unmetMg) = (0, _slot.OpeningPacks, 0, 0, 0, 0);
        _lastUse = new Craving(DateTimeOffset.MinValue, 0, TimeSpan.Zero);
    }

    private void GoTo(DateTimeOffset at)
    {
        if (at < _now)
            StartOver();
        while (true)
        {
            DateTimeOffset craving = NextCravingAt(at);
            DateTimeOffset delivery = _nextDelivery < _deliveries.Count ? _deliveries[_nextDelivery].At : DateTimeOffset.MaxValue;
            if (craving > at && delivery > at)
                break;
            if (delivery <= craving)
                Receive(_deliveries[_nextDelivery++]);
            else
                Use(_cravings[_nextCraving++]);
        }
        _now = at > _now ? at : _now;
    }

    /// <summary>When somebody next wants some, turning the pages of the calendar at most as far as <paramref name="limit"/> needs.</summary>
    private DateTimeOffset NextCravingAt(DateTimeOffset limit)
    {
        while (_nextCraving == _cravings.Length)
        {
            DateTimeOffset tomorrow = DayStart(_day + 1);
            if (tomorrow > limit)
                return DateTimeOffset.MaxValue;
            (_day, _cravings, _nextCraving) = (_day + 1, _demand.On(_day + 1), 0);
        }
        return _cravings[_nextCraving].At;
    }

    private DateTimeOffset DayStart(int day) => new HouseholdDay(HouseholdDay.At(_plan.Origin, _plan.Zone).Number + (uint)day).StartsAt(_plan.Zone);

    private void Receive(Delivery delivery)
    {
        _closed += delivery.Packs;
        _deliveredPacks += delivery.Packs;
    }

    /// <summary>Takes what is wanted, opening packs as needed, and no more than is there; empty packs go to the bin, not back on the shelf.</summary>
    private void Use(Craving craving)
    {
        if (_openMg == 0 && _closed == 0)
        {
            _unmetMg += craving.WantedMg;
            return;
        }
        long wanted = craving.WantedMg;
        while (wanted > 0 && (_openMg > 0 || _closed > 0))
        {
            if (_openMg == 0)
                (_openMg, _closed) = (_slot.Content.Milligrams, _closed - 1);
            long taken = Math.Min(wanted, _openMg);
            (_openMg, wanted, _usedMg) = (_openMg - taken, wanted - taken, _usedMg + taken);
            if (_openMg == 0)
                (_usedPacks, _usedMg) = (_usedPacks + 1, _usedMg + _slot.Wrapping.Milligrams);
        }
        _unmetMg += wanted;
        _lastUse = craving;
    }

    private Mass RestingMass() => _slot.Pack * _closed + OpenPackMass();

    private Mass OpenPackMass() => _openMg > 0 ? new Mass(_openMg) + _slot.Wrapping : Mass.Zero;

    /// <summary>A hand leans on the shelf for a second when it takes and when it gives back: up to 1.2 kg, a half sine.</summary>
    private static Mass Hand(TimeSpan since, TimeSpan away)
    {
        double edge = Math.Min(since.TotalSeconds, (away - since).TotalSeconds);
        return edge is >= 0 and < 1 ? Mass.FromGrams(1_200 * Math.Sin(Math.PI * edge)) : Mass.Zero;
    }
}
