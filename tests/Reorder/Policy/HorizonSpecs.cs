using FsCheck;
using FsCheck.Fluent;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class HorizonSpecs
{
    private static Arbitrary<(ShelfForecast Rate, double Packs, double Level)> Cases =>
        Gen.Choose(0, 1000).Four().Zip(Gen.Choose(1, 999)).Select(v => (
            new ShelfForecast(1.5 + v.Item1.Item1 / 20.0, 0.01 + v.Item1.Item2 / 200.0, 0.1 + v.Item1.Item3 / 200.0), v.Item1.Item4 / 100.0, v.Item2 / 1000.0)).ToArbitrary();

    [Fact]
    public void The_bounds_settle_the_question_as_the_whole_sum_would() =>
        Prop.ForAll(Cases, v =>
        {
            ReorderSituation s = PolicySamples.Situation(v.Packs);
            Arrival[] arrivals = [new(2, 0.2), new(3, 0.6), new(4, 0.2)];
            double risk = Horizon.Risk(s, arrivals, v.Rate, v.Packs, 0.0);
            return Math.Abs(risk - v.Level) < 1e-9 || Horizon.Reaches(s, arrivals, v.Rate, v.Packs, v.Level) == risk >= v.Level;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_bound_without_the_beta_function_is_never_below_the_chance_itself() =>
        Prop.ForAll(Cases, v => Horizon.UpperBound(v.Rate, v.Packs, 4.0) >= v.Rate.ChanceOfUsingMore(v.Packs, 4.0) - 1e-9)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_decision_allocates_nothing()
    {
        ReorderPolicy policy = new();
        ReorderSituation full = PolicySamples.Situation(6.0), low = PolicySamples.Situation(0.3) with
        {
            Delivery = new DeliveryDays([DayOfWeek.Tuesday, DayOfWeek.Friday], new TimeOnly(18, 0)), Rules = new ProductRules { ShelfLifeDays = 9.0 },
        };
        uint packs = policy.Advise(full).Quantity + policy.Advise(low).Quantity;
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
            packs += policy.Advise(full).Quantity + policy.Advise(low).Quantity + policy.Confirm(2, low).Quantity;

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        packs.Should().BePositive();
    }
}
