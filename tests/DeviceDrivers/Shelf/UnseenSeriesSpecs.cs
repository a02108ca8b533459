using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

/// <summary>Series that no recording here shows: other loads, cells, periods and hands, each made from a seed.</summary>
public sealed class UnseenSeriesSpecs
{
    private static readonly double[] Periods = [1, 2, 2.5];

    [Fact]
    public void A_fridge_books_nothing_whatever_lies_in_it() =>
        ForSeeds(30, Gen.Choose(2, 20), (seed, kilograms) =>
            Weigh(SeriesMaker.Fridge(kilograms * 1000, 1, Periods[seed % 3], 5400, seed)).Count == 0);

    [Fact]
    public void A_fridge_sampled_ten_times_a_second_books_nothing_either() =>
        ForSeeds(4, Gen.Choose(2, 20), (seed, kilograms) => Weigh(SeriesMaker.Fridge(kilograms * 1000, 1, 0.1, 2400, seed)).Count == 0);

    [Fact]
    public void A_step_of_sixty_grams_or_more_in_any_fridge_is_found_dated_and_sized()
    {
        int laid = 0, found = 0, others = 0;
        double squares = 0;
        for (int seed = 1; seed <= 8; seed++)
        {
            (double[] grams, double period, _) = SeriesMaker.Fridge(3000 + 2000 * seed, 1, 2, 5400, seed);
            List<(int At, double Grams)> steps = [.. Enumerable.Range(1, 50).Select(i => (i * 52 + i * i % 7, (i % 2 == 0 ? -1 : 1) * (60.0 + 9 * i)))];
            for (int i = 0; i < grams.Length; i++)
                grams[i] += steps.TakeWhile(step => step.At <= i).Sum(step => step.Grams);
            List<StockStep> booked = Weigh(new MadeSeries(grams, period, []));
            foreach ((int at, double size) in steps)
            {
                int match = booked.FindIndex(step => Math.Abs(Seconds(step) - at * period) <= 3);
                laid++;
                if (match < 0)
                    continue;
                found++;
                squares += Math.Pow(Math.Max(0, Math.Abs(booked[match].Delta.Grams - size) - 0.002 * Math.Abs(size)), 2);
                booked.RemoveAt(match);
            }
            others += booked.Count;
        }

        ((double)found / laid).Should().BeGreaterThanOrEqualTo(0.99);
        Math.Sqrt(squares / found).Should().BeLessThan(2);
        others.Should().BeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Two_glasses_drawn_slowly_from_a_small_keg_are_booked_with_their_sizes() =>
        ForSeeds(30, Gen.Constant(0), (seed, _) =>
        {
            MadeSeries keg = SeriesMaker.Keg(seed);
            List<StockStep> steps = Weigh(keg);
            return steps.Count == 2 && steps.Zip(keg.Changes).All(both => Math.Abs(both.First.Delta.Grams - both.Second.Grams) < 6);
        });

    [Fact]
    public void A_pot_pressed_lifted_and_refilled_books_what_was_poured_and_filled() =>
        ForSeeds(8, Gen.Constant(0), (seed, _) =>
        {
            MadeSeries pot = SeriesMaker.Pot(seed);
            List<StockStep> steps = Weigh(pot);
            return steps.Count == pot.Changes.Count && Math.Abs(steps.Sum(step => step.Delta.Grams) - pot.Changes.Sum(change => change.Grams)) < 4;
        });

    [Fact]
    public void A_small_load_left_alone_overnight_books_nothing() =>
        ForSeeds(20, Gen.Constant(0), (seed, _) => Weigh(SeriesMaker.Overnight(seed)).Count == 0);

    [Theory]
    [InlineData(10)]
    [InlineData(80)]
    public void All_pours_of_a_brew_add_up_to_what_was_poured(double rate)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            MadeSeries brew = SeriesMaker.Brew(seed, rate);

            List<StockStep> steps = Weigh(brew);

            steps.Should().OnlyContain(step => step.Kind == StepKind.Restocked);
            steps.Sum(step => step.Delta.Grams).Should().BeApproximately(brew.Changes[0].Grams, 1);
        }
    }

    [Fact]
    public void A_plant_is_watered_when_it_was_watered_and_never_restocked_otherwise()
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            MadeSeries plant = SeriesMaker.Plant(seed);

            IEnumerable<double> restocked = Weigh(plant).Where(step => step.Kind == StepKind.Restocked).Select(Seconds);

            restocked.Should().Equal(plant.Changes.Select(change => change.At), (booked, watered) => Math.Abs(booked - watered) <= 900);
        }
    }

    [Theory]
    [InlineData(40, 8_000_000)]
    [InlineData(700, -350_000)]
    [InlineData(0.4, 12)]
    public void Counts_of_an_unknown_cell_are_judged_by_their_noise(double noise, double offset)
    {
        Random chance = new(3);
        double[] counts = [.. Enumerable.Range(0, 3000).Select(i => Math.Round(offset + (i < 1500 ? 0 : -200 * noise) + 0.8 * noise * (chance.NextDouble() + chance.NextDouble() + chance.NextDouble() + chance.NextDouble() - 2) / 0.577))];

        double guess = RecordedSeries.GuessCountsPerGram(counts);
        SeriesResult result = RecordedSeries.Weigh([.. counts.Select(value => value / guess)], TimeSpan.FromSeconds(0.1), guess, zeroKnown: false);

        (result.Steps.Should().ContainSingle().Subject.Delta.Grams * guess).Should().BeApproximately(-200 * noise, 0.5 * noise + 0.5);
    }

    [Fact]
    public void Missing_samples_take_their_time_and_say_nothing()
    {
        Random chance = new(8);
        double[] grams = [.. Enumerable.Range(0, 4000).Select(i => chance.Next(5) == 0 || i is > 1000 and < 1400 ? double.NaN : (i < 2000 ? 900 : 750) + chance.NextDouble())];
        grams[2000] = 750;

        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(0.1));

        StockStep step = result.Steps.Should().ContainSingle().Subject;
        step.Delta.Grams.Should().BeApproximately(-150, 0.5);
        Seconds(step).Should().BeApproximately(200, 0.5);
        result.Samples.Should().Be(grams.Count(double.IsFinite));
        result.Seconds.Should().Be(400);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(600)]
    public void A_series_that_is_short_or_never_changes_books_nothing(int samples)
    {
        foreach (double grams in new double[] { 0, -3, 126.4, 20_000 })
            RecordedSeries.Weigh([.. Enumerable.Repeat(grams, samples)], TimeSpan.FromSeconds(2)).Steps.Should().BeEmpty();
    }

    [Fact]
    public void A_change_right_before_another_is_not_measured_into_it()
    {
        Random chance = new(6);
        double[] grams = [.. Enumerable.Range(0, 400).Select(i => 8000 - (i < 200 ? 0 : 100) - (i < 206 ? 0 : 500) + chance.NextDouble() + chance.NextDouble())];

        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(2));

        result.Steps.Sum(step => step.Delta.Grams).Should().BeApproximately(-600, 3);
        result.Steps.Should().OnlyContain(step => Math.Abs(step.Delta.Grams + 100) < 3 || Math.Abs(step.Delta.Grams + 500) < 3 || Math.Abs(step.Delta.Grams + 600) < 3);
    }

    private static void ForSeeds(int tests, Gen<int> other, Func<int, int, bool> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20261120, 7), Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), other.ToArbitrary(), holds));

    private static List<StockStep> Weigh(MadeSeries series) => [.. RecordedSeries.Weigh(series.Grams, TimeSpan.FromSeconds(series.Period)).Steps];

    private static double Seconds(StockStep step) => (step.At - DateTimeOffset.UnixEpoch).TotalSeconds;
}
