using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Sensing;

/// <summary>A slot's level when its shelf last stood still and could be trusted: what is shown while it cannot be read, or while somebody leans on it.</summary>
/// <param name="Level">Net mass.</param>
/// <param name="Sigma">One standard deviation of it; zero for a level of the journal.</param>
/// <param name="At">Household time.</param>
internal readonly record struct SettledLevel(Mass Level, Mass Sigma, DateTimeOffset At);

/// <summary>What lies on every slot now, for pages, messages and decisions; the sensing thread writes, everybody reads.</summary>
/// <remarks>Thread safe. Nothing here is durable: after a start the slots are unknown until their cells have settled.</remarks>
internal sealed class ShelfBoard
{
    /// <summary>A slot without a new reading for this long of real time is stale.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(10);

    /// <summary>A cell that wanders by no more than this part of a pack changes no decision about its product: orders come in packs.</summary>
    private const double DriftShare = 0.1;

    private readonly Dictionary<SlotId, StockReading> _readings = [];
    private readonly Dictionary<SlotId, SettledLevel> _settled = [];
    private readonly Dictionary<SlotId, Mass> _away = [];
    private readonly HashSet<SlotId> _belowZero = [];
    private readonly Dictionary<SlotId, long> _shownAt = [];
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly StockBook? _stocks;
    private readonly InboxBook? _inbox;
    private long _samples, _together, _impossible, _temperatures;

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

    /// <summary>What was seen since the start and cannot be: changes of all cells at once, levels that no stock has, temperatures that no room has.</summary>
    public (long Together, long Impossible, long Temperatures) Doubts => (Interlocked.Read(ref _together), Interlocked.Read(ref _impossible), Interlocked.Read(ref _temperatures));

    /// <summary>Sets the changes of all cells at once.</summary>
    public void Count(long together) => Interlocked.Exchange(ref _together, together);

    /// <summary>Counts a slot that came to say what no stock weighs.</summary>
    public void CountImpossible() => Interlocked.Increment(ref _impossible);

    /// <summary>Counts a thermometer that came to say what no room has.</summary>
    public void CountTemperature() => Interlocked.Increment(ref _temperatures);

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

    /// <summary>A slot's level when it last stood still, since the start or, before that, as the journal has it; null for a slot that nobody ever weighed. Unknown is not empty.</summary>
    public SettledLevel? SettledOf(SlotId slot)
    {
        lock (_lock)
        {
            if (_settled.TryGetValue(slot, out SettledLevel settled))
                return settled;
        }
        return _stocks?.LevelOf(slot) is { } booked && _stocks.StatedAt(slot) is { } at ? new SettledLevel(booked, Mass.Zero, at) : null;
    }

    /// <summary>Puts up a slot's newest reading; one that last settled below zero is uncalibrated, whatever its cell says, and its last level that could be stays.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="away">What was lifted and may come back: decisions still count on it.</param>
    public void Show(in StockReading reading, Mass away = default)
    {
        Interlocked.Increment(ref _samples);
        lock (_lock)
        {
            bool answers = IsWeighing(reading.Health);
            if (reading.Stable && WeighingRules.IsBelowZero(reading.Level, reading.Sigma))
                _belowZero.Add(reading.Slot);
            else if (reading.Stable)
                _belowZero.Remove(reading.Slot);
            bool doubted = answers && _belowZero.Contains(reading.Slot);
            if (reading.Stable && answers && !doubted)
                _settled[reading.Slot] = new SettledLevel(reading.Level, reading.Sigma, reading.At);
            _readings[reading.Slot] = doubted ? reading with { Health = SlotHealth.Uncalibrated } : reading;
            _shownAt[reading.Slot] = _time.GetTimestamp();
            _away[reading.Slot] = away;
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

    /// <summary>Stock of a product over all its slots as they last settled, so that a hand on the shelf decides nothing, and neither does a pack on the table; null while any of them is unknown
    /// and for a product on no slot.</summary>
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
                if (!_settled.TryGetValue(slot.Slot, out SettledLevel settled))
                    return null;
                sum += ShareOf(slot, gtin, settled.Level + _away.GetValueOrDefault(slot.Slot));
            }
        }
        return sum < Mass.Zero ? Mass.Zero : sum;
    }

    /// <summary>Stock of a product as somebody who stands before the shelf sees it: a cell that drifts still weighs, and one that settled a little below
    /// zero is bare. Null where a cell is silent, where somebody leans on one that was below zero, and far below zero, where a container may be away with
    /// all that is in it. For pages and a member's word; decisions take <see cref="StockOf"/>.</summary>
    public Mass? SeenOf(Household household, Gtin gtin)
    {
        Mass sum = Mass.Zero;
        List<ShelfSlot> slots = [.. household.Slots.Where(slot => slot.Holds(gtin))];
        lock (_lock)
        {
            foreach (ShelfSlot slot in slots)
            {
                StockReading reading = _readings[slot.Slot];
                bool below = reading is { Health: SlotHealth.Uncalibrated, Stable: true } && _belowZero.Contains(slot.Slot)
                    && reading.Level.Grams >= -WeighingRules.MostZeroShift.Grams;
                if (!below && (!IsWeighing(reading.Health) || !_settled.ContainsKey(slot.Slot)))
                    return null;
                Mass away = _away.GetValueOrDefault(slot.Slot);
                sum += below ? away : ShareOf(slot, gtin, _settled[slot.Slot].Level + away);
            }
        }
        return slots.Count == 0 ? null : sum < Mass.Zero ? Mass.Zero : sum;
    }

    /// <summary>True while every slot of a product can be trusted and no open question makes its stock uncertain.</summary>
    public bool IsTrusted(Household household, Gtin gtin) => IsHealthy(household, gtin) && IsCertain(gtin);

    /// <summary>True while the sensors of all slots of a product can be trusted as far as an order of it needs: one that drifts by a small part of a pack
    /// can be.</summary>
    public bool IsHealthy(Household household, Gtin gtin)
    {
        double most = DriftShare * (household.FindProduct(gtin)?.Product.Pack.Grams ?? 0);
        return household.Slots.Where(slot => slot.Holds(gtin)).Select(slot => this[slot.Slot])
            .All(reading => reading.Health is SlotHealth.Ok or SlotHealth.Noisy || (reading.Health == SlotHealth.Drifting && reading.Wandered.Grams <= most));
    }

    /// <summary>True while no open question makes a product's stock uncertain.</summary>
    public bool IsCertain(Gtin gtin) => _inbox?.Doubts(gtin) != true;

    private static bool IsWeighing(SlotHealth health) => health is SlotHealth.Ok or SlotHealth.Noisy or SlotHealth.Drifting;

    /// <summary>Of what a slot weighs, the part that is a product's: of several what is booked, of one all that is no rest.</summary>
    private Mass ShareOf(ShelfSlot slot, Gtin gtin, Mass level) =>
        _stocks is null ? level : slot.Products.Count > 1 ? _stocks.LevelOf(slot.Slot, gtin) : level - _stocks.RestOf(slot.Slot);
}
