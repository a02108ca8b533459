using MathNet.Numerics.Distributions;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;
using Xunit.Abstractions;

namespace PantryChain.Reorder.Tests;

/// <summary>Stations 6 and 7 together: a made-up household, its shelf, a member who says yes, a seller who needs one to three days.</summary>
public sealed class RestockingSpecs(ITestOutputHelper output)
{
    [Fact]
    public void Two_proposals_are_approved_and_then_milk_orders_itself()
    {
        Run milk = new(seed: 1, packDays: 3.0, dayVariation: 0.25, openingPacks: 4, maxQuantity: 1);
        for (int day = 0; day < 40; day++)
            milk.Live();

        output.WriteLine(string.Join("\n", milk.Log));
        milk.Log.Should().HaveCountGreaterThan(4);
        milk.Begun.Take(2).Should().OnlyContain(begun => begun.Trigger == ReorderTrigger.Propose);
        milk.Begun.Skip(2).Should().OnlyContain(begun => begun.Trigger == ReorderTrigger.Decide);
        milk.Begun[0].Day.Should().BeInRange(8, 12, "three packs of three days must be used up first");
        milk.Begun[2].Day.Should().BeLessThanOrEqualTo(18);
    }

    [Theory]
    [InlineData(2.0, 0.25)]
    [InlineData(6.0, 0.5)]
    [InlineData(20.0, 0.9)]
    public void Even_and_uneven_households_rarely_run_out_and_never_drown(double packDays, double dayVariation)
    {
        int emptyDays = 0, days = 0;
        double mostPacks = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            Run run = new(seed, packDays, dayVariation, openingPacks: 5, maxQuantity: 3);
            for (int day = 0; day < 25 * packDays; day++)
            {
                run.Live();
                bool learning = !run.Begun.Any(begun => begun.Trigger == ReorderTrigger.Decide);
                emptyDays += run.Packs <= 0.0 && !learning ? 1 : 0;
                days += learning ? 0 : 1;
                mostPacks = Math.Max(mostPacks, learning ? 0.0 : run.Packs);
            }
        }
        output.WriteLine($"pack {packDays} d, CV {dayVariation}: empty on {100.0 * emptyDays / days:0.00} % of {days} days, at most {mostPacks:0.0} packs");

        days.Should().BeGreaterThan(200);
        ((double)emptyDays / days).Should().BeLessThan(0.05, "the policy aims at 0.95 or better on its own kind of world");
        mostPacks.Should().BeLessThan(7.0, "nobody wants a cellar of it: the mandate allows three at a time");
    }

    private sealed class Run
    {
        private static readonly Product Milk = new(Gtin.Restricted(1), "우유", "Milk", Mass.FromGrams(1000), "milk");
        private readonly Mandate _mandate = new(
            default, Milk.Gtin, MaxQuantity: 1, Bamtol.FromWon(3000), Bamtol.FromWon(100_000), PeriodDays: 30, MinCycles: 3, MinTier: 1,
            new BasisPoints(2000), default, DateTimeOffset.MaxValue, Nonce: 1);

        private readonly ReorderPolicy _policy = new();
        private readonly PatternBook _book = new();
        private readonly Random _random;
        private readonly double _packDays, _dayVariation;
        private DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(9));
        private ReorderProcess _process = ReorderProcess.New(Milk.Gtin);
        private readonly ReorderMachine _machine = new();
        private (int Day, uint Packs)? _arrival;
        private uint? _lastOrderedCycle;
        private Mass _level;
        private ulong _seq;
        private int _day;

        public Run(int seed, double packDays, double dayVariation, int openingPacks, uint maxQuantity)
        {
            (_random, _packDays, _dayVariation) = (new Random(seed), packDays, dayVariation);
            _mandate = _mandate with { MaxQuantity = maxQuantity };
            _book.Track(Milk);
            _level = Milk.Pack * openingPacks;
            Learn(ThingEventKind.Snapshot, Mass.Zero);
        }

        public double Packs => _level.Grams / Milk.Pack.Grams;

        public List<(int Day, ReorderTrigger Trigger)> Begun { get; } = [];

        public List<string> Log { get; } = [];

        /// <summary>One day: the courier in the morning, use over the day, a review after each use.</summary>
        public void Live()
        {
            _day++;
            if (_arrival is { } arrival && arrival.Day <= _day)
                Deliver(arrival.Packs);
            double grams = Milk.Pack.Grams / _packDays * Math.Exp(Gauss() * _dayVariation - _dayVariation * _dayVariation / 2);
            for (int use = 0; use < 3; use++)
            {
                _now = _now.AddHours(5);
                Mass taken = Mass.FromGrams(Math.Min(grams / 3, _level.Grams));
                if (taken > Mass.Zero)
                    Learn(ThingEventKind.Used, -taken);
                Review();
            }
            _now = _now.AddHours(9);
        }

        private void Review()
        {
            ConsumptionPattern? pattern = _book.Pattern(Milk.Gtin, Today);
            ReorderAdvice advice = _policy.Advise(new ReorderSituation(
                _now, Milk.Pack, _level, SensorTrusted: true, pattern, LeadTime.Usual, _mandate, Bamtol.FromWon(2500), Bamtol.FromWon(100_000),
                Bamtol.FromWon(100_000), Tier: 1, _lastOrderedCycle, _process.UnderWay, _process.Paused));
            if (advice.Quantity == 0)
                return;
            ReorderTrigger trigger = _policy.ModeFor(MandateMode.Auto, _process.Approvals, pattern!.Value) == MandateMode.Auto ? ReorderTrigger.Decide : ReorderTrigger.Propose;
            ReorderIntent intent = new(_process.NextNumber, Milk.Gtin, advice.Quantity, pattern.Value.Cycles, _now, advice.Why!);
            Step(trigger, intent);
            Begun.Add((_day, trigger));
            Log.Add($"day {_day}: {trigger} {intent.Quantity} at {Packs:0.00} packs, {advice.Why!.DaysLeftLow:0.0}-{advice.Why.DaysLeftHigh:0.0} d, risk {advice.Why.StockOutRisk:0.00}, c {pattern.Value.DailyShape:0.0}");
            if (trigger == ReorderTrigger.Propose)
                Step(ReorderTrigger.Approve);
            Step(ReorderTrigger.Opened);
            _lastOrderedCycle = intent.Cycle;
            double chance = _random.NextDouble();
            _arrival = (_day + (chance < 0.2 ? 1 : chance < 0.8 ? 2 : 3), intent.Quantity);
        }

        private void Deliver(uint packs)
        {
            _arrival = null;
            Learn(ThingEventKind.Delivered, Milk.Pack * packs);
            Step(ReorderTrigger.Shipped);
            Step(ReorderTrigger.Arrived);
            Step(ReorderTrigger.Settled);
        }

        private HouseholdDay Today => HouseholdDay.FromDate(DateOnly.FromDateTime(_now.DateTime));

        private void Step(ReorderTrigger trigger, ReorderIntent? intent = null) =>
            _process = _machine.Take(_process, new ReorderStep(Milk.Gtin, intent?.Number ?? _process.Number, trigger, _now, intent));

        private void Learn(ThingEventKind kind, Mass delta)
        {
            _level += delta;
            uint cycle = _book.CyclesAfter(Milk.Gtin, kind == ThingEventKind.Used ? delta.Abs() : Mass.Zero);
            _book.Learn(new ThingEvent(++_seq, _now, Today, new SlotId(1), Milk.Gtin, kind, delta, _level, cycle, default, default));
        }

        private double Gauss() => Normal.InvCDF(0.0, 1.0, Math.Clamp(_random.NextDouble(), 1e-9, 1 - 1e-9));
    }
}
