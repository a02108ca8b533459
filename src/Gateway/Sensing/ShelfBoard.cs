using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Sensing;

/// <summary>What lies on every slot now, for pages, messages and decisions; the sensing thread writes, everybody reads.</summary>
/// <remarks>Thread safe. Nothing here is durable: after a start the slots are unknown until their cells have settled.</remarks>
internal sealed class ShelfBoard
{
    /// <summary>A slot without a new reading for this long of real time is stale.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SlotId, StockReading> _readings = [];
    private readonly Dictionary<SlotId, Mass> _settled = [];
    private readonly Dictionary<SlotId, long> _shownAt = [];
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly StockBook? _stocks;
    private readonly InboxBook? _inbox;
    private long _samples;

    /// <summary>A board on which every slot is still unknown.</summary>
    /// <param name="household">The slots.</param>
    /// <param name="time">Household time.</param>
    /// <param name="stocks">What is booked on each slot; without it all that lies there is its product.</param>
    /// <param name="inbox">What is undecided; without it nothing is.</param>
    public ShelfBoard(Household household, TimeProvider time, StockBook? stocks = null, InboxBook? inbox = null)
    {
        (_time, _stocks, _inbox) = (time, stocks, inbox);
        foreach (ShelfSlot slot in household.Slots)
            _readings[slot.Slot] = new StockReading(slot.Slot, default, Mass.Zero, Mass.Zero, Stable: false, SlotHealth.Stale);
    }

    /// <summary>Verified conversions since the start.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>All slots as they stand now, by number.</summary>
    public IReadOnlyList<StockReading> Readings
    {
        get
        {
            lock (_lock)
                return [.. _readings.Values.OrderBy(reading => reading.Slot.Value)];
        }
    }

    /// <summary>One slot as it stands now.</summary>
    public StockReading this[SlotId slot]
    {
        get
        {
            lock (_lock)
                return _readings[slot];
        }
    }

    /// <summary>Puts up a slot's newest reading; one that last settled below zero is uncalibrated, whatever its cell says.</summary>
    public void Show(in StockReading reading)
    {
        Interlocked.Increment(ref _samples);
        lock (_lock)
        {
            if (reading.Stable)
                _settled[reading.Slot] = reading.Level;
            bool answers = reading.Health is SlotHealth.Ok or SlotHealth.Noisy or SlotHealth.Drifting;
            bool doubted = answers && _settled.TryGetValue(reading.Slot, out Mass settled) && WeighingRules.IsBelowZero(settled, reading.Sigma);
            _readings[reading.Slot] = doubted ? reading with { Health = SlotHealth.Uncalibrated } : reading;
            _shownAt[reading.Slot] = _time.GetTimestamp();
        }
    }

    /// <summary>Household time of a slot's newest reading when it is too old to be taken for the present, else null.</summary>
    public DateTimeOffset? StaleSince(SlotId slot)
    {
        lock (_lock)
        {
            bool fresh = _shownAt.TryGetValue(slot, out long at) && _time.GetElapsedTime(at) < StaleAfter;
            return fresh ? null : _readings[slot].At;
        }
    }

    /// <summary>Notes what ails a slot; its last level stays up, for a stale one is better marked than hidden.</summary>
    public void Ail(SlotId slot, SlotHealth health)
    {
        lock (_lock)
            _readings[slot] = _readings[slot] with { Stable = false, Health = health };
    }

    /// <summary>Stock of a product over all its slots as they last settled, so that a hand on the shelf decides nothing; null while any of them is unknown and for a product on no slot.</summary>
    public Mass? StockOf(Household household, Gtin gtin)
    {
        Mass sum = Mass.Zero;
        List<ShelfSlot> slots = [.. household.Slots.Where(slot => slot.Holds(gtin))];
        if (slots.Count == 0)
            return null; // unknown is not empty: a product that was taken off its slot must not be ordered for ever
        lock (_lock)
        {
            foreach (ShelfSlot slot in slots)
            {
                if (!_settled.TryGetValue(slot.Slot, out Mass level))
                    return null;
                sum += ShareOf(slot, gtin, level);
            }
        }
        return sum < Mass.Zero ? Mass.Zero : sum;
    }

    /// <summary>True while every slot of a product can be trusted and no open question makes its stock uncertain.</summary>
    public bool IsTrusted(Household household, Gtin gtin) => IsHealthy(household, gtin) && IsCertain(gtin);

    /// <summary>True while the sensors of all slots of a product can be trusted.</summary>
    public bool IsHealthy(Household household, Gtin gtin) =>
        household.Slots.Where(slot => slot.Holds(gtin)).All(slot => this[slot.Slot].Health is SlotHealth.Ok or SlotHealth.Noisy);

    /// <summary>True while no open question makes a product's stock uncertain.</summary>
    public bool IsCertain(Gtin gtin) => _inbox?.Doubts(gtin) != true;

    /// <summary>Of what a slot weighs, the part that is a product's: of several what is booked, of one all that is no rest.</summary>
    private Mass ShareOf(ShelfSlot slot, Gtin gtin, Mass level) =>
        _stocks is null ? level : slot.Products.Count > 1 ? _stocks.LevelOf(slot.Slot, gtin) : level - _stocks.RestOf(slot.Slot);
}
