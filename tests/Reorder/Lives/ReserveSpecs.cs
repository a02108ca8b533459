using FsCheck;
using FsCheck.Fluent;
using PantryChain.Reorder.Policy;
using Xunit.Abstractions;

namespace PantryChain.Reorder.Tests.Lives;

/// <summary>What a household lives on under the contract's rule of one order per pack used up: share of time with nothing left, and how much stands there.</summary>
public sealed class ReserveSpecs(ITestOutputHelper output)
{
    private static readonly ReorderPolicy Policy = new();

    [Theory]
    [InlineData(1.2, 0.5, 4, 6)]
    [InlineData(3.0, 0.5, 2, 4)]
    [InlineData(3.0, 0.5, 3, 4)]
    [InlineData(7.0, 0.9, 1, 2)]
    [InlineData(7.0, 0.9, 2, 2)]
    [InlineData(18.0, 0.9, 1, 2)]
    [InlineData(45.0, 1.0, 2, 2)]
    public void A_product_is_rarely_empty_at_no_more_than_a_fixed_threshold_keeps(double packDays, double dayVariation, int most, double mostEmpty)
    {
        World world = new(packDays, dayVariation, (uint)most);
        Result own = Of(world, s => Policy.Advise(s).Quantity);
        double threshold = 0.1;
        Result yardstick = Of(world, s => AtThreshold(s, threshold));
        while (yardstick.Empty > Math.Max(own.Empty, 0.1) && threshold < 8.0)
        {
            threshold += 0.1;
            yardstick = Of(world, s => AtThreshold(s, threshold));
        }
        output.WriteLine($"{packDays} days a pack, CV {dayVariation}, up to {most}: {own}; threshold {threshold:0.0}: {yardstick}");

        own.Empty.Should().BeLessThan(mostEmpty);
        own.Packs.Should().BeLessThan(1.25 * yardstick.Packs, "a threshold that was chosen with hindsight needs about as much for the same service");
    }

    [Fact]
    public void One_pack_an_order_cannot_keep_up_with_what_goes_faster_than_orders_do()
    {
        Result one = Of(new World(3.0, 0.5, 1), s => Policy.Advise(s).Quantity), two = Of(new World(3.0, 0.5, 2), s => Policy.Advise(s).Quantity);
        output.WriteLine($"one pack an order: {one}; two: {two}");

        one.Empty.Should().BeGreaterThan(15.0, "that is why the mandate form says so");
        two.Empty.Should().BeLessThan(4.0);
    }

    [Fact]
    public void What_is_drunk_before_the_reading_settles_leaves_no_shelf_empty_for_long()
    {
        Result drinks = Of(new World(3.0, 0.5, 2) { DrunkUnseen = 0.15 }, s => Policy.Advise(s).Quantity);
        Result never = Of(new World(3.0, 0.5, 1) { DrunkUnseen = 0.15, ClosesCount = false }, s => Policy.Advise(s).Quantity);
        Result closes = Of(new World(3.0, 0.5, 1) { DrunkUnseen = 0.15 }, s => Policy.Advise(s).Quantity);
        output.WriteLine($"two an order: {drinks}; one an order without closing the count: {never}; with: {closes}");

        drinks.Empty.Should().BeLessThan(4.0);
        never.LongestEmpty.Should().BeGreaterThan(30.0, "the count never closes, so no order may ever come again");
        closes.LongestEmpty.Should().BeLessThan(7.0);
    }

    [Fact]
    public void Whoever_has_money_and_a_mandate_with_a_reserve_is_never_empty_for_longer_than_an_order_takes() =>
        Prop.ForAll(Gen.Choose(15, 300).Zip(Gen.Choose(2, 10)).Zip(Gen.Choose(2, 6)).Zip(Gen.Choose(0, 15)).Zip(Gen.Choose(0, 1_000_000)).ToArbitrary(), v =>
        {
            ((((int tenthDays, int tenthVariation), int opening), int drunk), int seed) = v;
            double packDays = tenthDays / 10.0;
            uint most = 1 + (uint)Math.Ceiling(4.5 / packDays); // what ReorderPolicy.QuantityToAllow suggests for this lead time
            World world = new(packDays, tenthVariation / 10.0, most) { OpeningPacks = opening, DrunkUnseen = drunk / 100.0 };
            bool second = false;
            Life life = new Life(world, seed, s =>
            {
                ReorderAdvice advice = Policy.Advise(s);
                second |= s.OrderUnderWay && advice.Quantity > 0;
                return advice.Quantity;
            }).Live((int)Math.Max(120, 15 * packDays));
            return (!second && life.LongestEmpty < LongestOrder).Label($"{world}: empty for {life.LongestEmpty:0.0} d, {life.Orders} orders");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private const double LongestOrder = 7.0; // found empty only when the last order had just been placed: its goods 3.4 days, its end 1.5 more, then half a day until the count is closed

    /// <summary>Orders as soon as less than so much stands there, up to half a pack above it.</summary>
    private static uint AtThreshold(ReorderSituation s, double threshold)
    {
        if (s.Pattern is not { Cycles: >= 3 } pattern || pattern.Cycles <= (s.LastOrderedCycle ?? 0) || s.OrderUnderWay)
            return 0;
        double packs = s.Stock!.Value.Grams / 1000;
        return packs < threshold ? (uint)Math.Clamp(Math.Ceiling(threshold + 0.5 - packs), 1, s.Mandate!.MaxQuantity) : 0;
    }

    private static Result Of(World world, Func<ReorderSituation, uint> decide)
    {
        double empty = 0, days = 0, packs = 0, longest = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            Life life = new Life(world, seed, decide).Live((int)Math.Max(150, 20 * world.PackDays));
            (empty, days, packs, longest) = (empty + life.DaysEmpty, days + life.DaysCounted, packs + life.MeanPacks * life.DaysCounted, Math.Max(longest, life.LongestEmpty));
        }
        return new Result(100 * empty / Math.Max(1, days), packs / Math.Max(1, days), longest);
    }

    /// <summary>How a household fared.</summary>
    /// <param name="Empty">Per cent of the time below 2 % of a pack.</param>
    /// <param name="Packs">Mean packs there.</param>
    /// <param name="LongestEmpty">The longest time with nothing, in days.</param>
    private readonly record struct Result(double Empty, double Packs, double LongestEmpty)
    {
        public override string ToString() => $"empty {Empty:0.0} %, {Packs:0.00} packs, at longest {LongestEmpty:0.0} d";
    }
}
