using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Lives;

/// <summary>One product's life under the contract's rules: an order needs one more pack used up than the last, and the last one ended; mass and time as a shelf sees them.</summary>
/// <param name="world">The household.</param>
/// <param name="seed">Where chance comes from.</param>
/// <param name="decide">Packs to order now, given the situation; asked every two hours.</param>
internal sealed class Life(World world, int seed, Func<ReorderSituation, uint> decide)
{
    private const int ReviewsPerDay = 12;
    private static readonly Product Milk = new(Gtin.Restricted(1), "우유", "Milk", Mass.FromGrams(1000), "milk");
    private readonly Random _random = new(seed);
    private readonly PatternBook _book = new();
    private DateTimeOffset _now = new(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(9));
    private double _level, _day, _arrives = -1, _ended = -1;
    private uint? _last;
    private uint _coming;
    private ulong _seq;
    private int _step, _emptySteps;

    /// <summary>Days since the first order.</summary>
    public double DaysCounted { get; private set; }

    /// <summary>Days below 2 % of a pack since the first order.</summary>
    public double DaysEmpty { get; private set; }

    /// <summary>Longest time below 2 % of a pack since the first order, in days.</summary>
    public double LongestEmpty { get; private set; }

    /// <summary>Mean packs since the first order.</summary>
    public double MeanPacks => _packDays / Math.Max(1e-9, DaysCounted);

    /// <summary>Orders placed.</summary>
    public int Orders { get; private set; }

    /// <summary>Most packs that ever lay there.</summary>
    public double MostPacks { get; private set; }

    /// <summary>Times the count was closed because the shelf was empty.</summary>
    public int Closed { get; private set; }

    private double _packDays, _empty;

    private bool UnderWay => _arrives >= 0 || _ended >= 0;

    /// <summary>Lives on.</summary>
    public Life Live(int days)
    {
        if (_seq == 0)
        {
            _book.Track(Milk);
            _level = world.OpeningPacks;
            Tell(ThingEventKind.Snapshot, 0);
        }
        for (int day = 0; day < days; day++)
        {
            double use = Math.Exp(World.Gauss(_random) * world.DayVariation - world.DayVariation * world.DayVariation / 2) / world.PackDays;
            for (int step = 0; step < ReviewsPerDay; step++)
                Step(use);
        }
        return this;
    }

    private void Step(double dayUse)
    {
        (_step, _day, _now) = (_step + 1, (_step + 1.0) / ReviewsPerDay, _now.AddHours(24.0 / ReviewsPerDay));
        bool waking = _step % ReviewsPerDay is >= 4 and < 12;
        if (_arrives >= 0 && _day >= _arrives && waking)
            Deliver();
        if (_ended >= 0 && _day >= _ended)
            _ended = -1;
        double taken = waking && _step % 2 == 0 ? Math.Min(dayUse / 4, _level) : 0.0;
        if (taken > 1e-4)
        {
            _level = _level - taken < 1e-3 ? 0.0 : _level - taken;
            Tell(ThingEventKind.Used, -taken);
        }
        CloseCount();
        Decide();
        Count();
    }

    private void CloseCount()
    {
        _emptySteps = _level <= 0.0 ? _emptySteps + 1 : 0;
        if (!world.ClosesCount || _emptySteps < ReviewsPerDay / 2 || _book.Pattern(Milk.Gtin, Today) is not { PacksToNextCycle: < 0.5 } pattern || pattern.Cycles > (_last ?? 0))
            return;
        Tell(ThingEventKind.Corrected, 0, pattern.Cycles + 1);
        Closed++;
    }

    private void Decide()
    {
        ConsumptionPattern? pattern = _book.Pattern(Milk.Gtin, Today);
        Mandate mandate = new(
            default, Milk.Gtin, world.MaxQuantity, Bamtol.FromWon(3000), Bamtol.FromWon(1_000_000), PeriodDays: 30, MinCycles: 3, MinTier: 1, new BasisPoints(2000), default, DateTimeOffset.MaxValue, Nonce: 1);
        ReorderSituation situation = new(
            _now, Milk.Pack, Mass.FromGrams(_level * 1000), SensorTrusted: true, pattern, new LeadTime(new Dictionary<int, double> { [2] = 0.65, [3] = 0.35 }), mandate, Bamtol.FromWon(2500), Bamtol.FromWon(1_000_000),
            Bamtol.FromWon(1_000_000), Tier: 1, _last, UnderWay, Paused: false) { Rules = new ProductRules { ShelfLifeDays = world.KeepsDays } };
        if (decide(situation) is not (> 0 and var packs) || UnderWay)
            return;
        (_last, _coming, _arrives) = (pattern!.Value.Cycles, packs, _day + World.LeadOf(_random));
        Orders++;
    }

    private void Deliver()
    {
        (_arrives, _ended) = (-1, _day + World.SettlingOf(_random));
        double seen = _coming * (1.0 - (_random.NextDouble() < 0.5 ? world.DrunkUnseen : 0.0));
        _level += seen;
        Tell(ThingEventKind.Delivered, seen);
    }

    private void Count()
    {
        if (Orders == 0)
            return;
        const double step = 1.0 / ReviewsPerDay;
        DaysCounted += step;
        _packDays += _level * step;
        _empty = _level < 0.02 ? _empty + step : 0.0;
        DaysEmpty += _level < 0.02 ? step : 0.0;
        (LongestEmpty, MostPacks) = (Math.Max(LongestEmpty, _empty), Math.Max(MostPacks, _level));
    }

    private HouseholdDay Today => HouseholdDay.FromDate(DateOnly.FromDateTime(_now.DateTime));

    private void Tell(ThingEventKind kind, double packs, uint? cycle = null)
    {
        Mass delta = Mass.FromGrams(packs * 1000);
        cycle ??= _book.CyclesAfter(Milk.Gtin, kind == ThingEventKind.Used ? delta.Abs() : Mass.Zero);
        _book.Learn(new ThingEvent(++_seq, _now, Today, new SlotId(1), Milk.Gtin, kind, delta, Mass.FromGrams(_level * 1000), cycle.Value, default, default));
    }
}
