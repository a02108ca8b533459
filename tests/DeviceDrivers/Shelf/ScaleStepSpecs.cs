using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

/// <summary>When a step is noticed, how it is dated and sized, and what all bookings add up to.</summary>
public sealed class ScaleStepSpecs
{
    [Theory]
    [InlineData(10, 3)]
    [InlineData(80, 24)]
    public void Motion_shows_within_300_ms(double rate, int samples)
    {
        ScaleBench bench = new(grams: 1000, rate: rate);
        int until = 0, seen = 0;
        bench.Watch = reading => until = until == 0 && ++seen > 0 && !reading.Stable ? seen : until;

        bench.Lay(940, seconds: 1);

        until.Should().BeInRange(1, samples);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(80)]
    public void A_change_shows_within_three_seconds_and_is_booked_after_a_minute(double rate)
    {
        ScaleBench bench = new(grams: 1000, rate: rate);
        double began = bench.Clock;

        bench.Lay(850, seconds: 2.8);

        bench.Last.Stable.Should().BeTrue();
        bench.Last.Level.Grams.Should().BeApproximately(850, 0.5);
        bench.Steps.Should().BeEmpty();
        PendingChange noticed = bench.Scale.Pending!.Value;
        noticed.Delta.Grams.Should().BeApproximately(-150, 0.5);
        (noticed.Since - bench.Start).TotalSeconds.Should().BeApproximately(began, 0.15);

        bench.Lay(850, seconds: 62);

        bench.Scale.Pending.Should().BeNull();
        (bench.Steps.Should().ContainSingle().Subject.At - bench.Start).TotalSeconds.Should().BeApproximately(began, 0.15, "a step is dated at the first sample of its new level");
    }

    [Fact]
    public void Small_uses_of_a_rehearsal_are_booked_though_nobody_is_seen_to_lift_the_pack()
    {
        ScaleBench bench = new(grams: 700, rate: 80, settings: ScaleSettings.Rehearsal with { ReturnWithin = TimeSpan.Zero });
        bench.Creep(700, 680, seconds: 0.15).Lay(680, seconds: 1).Steps.Should().BeEmpty("that was drift");

        for (int use = 1; use <= 10; use++)
            bench.Lay(680 - 8 * use, seconds: 1);

        bench.Steps.Should().HaveCount(10);
        bench.Steps.Sum(step => step.Delta.Grams).Should().BeApproximately(-80, 1);
    }

    [Fact]
    public void At_the_end_of_a_recording_what_has_settled_is_booked()
    {
        ScaleBench bench = new(grams: 1000);

        bench.Lay(800, seconds: 4).Finish();

        bench.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-200, 0.5);
        bench.Finish().Steps.Should().HaveCount(1);
    }

    [Fact]
    public void Taken_and_put_back_ten_grams_lighter_is_right_to_a_gram() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(10, 40).ToArbitrary(), Gen.Choose(2, 45).ToArbitrary(), (seed, grams, away) =>
        {
            ScaleBench bench = new(grams: 1200, seed);
            bench.Lay(1500, seconds: 0.4).Lay(200, away).Lay(1600, seconds: 0.4).Lay(1200 - grams, seconds: 70);
            StockStep step = bench.Steps.Single();
            return Math.Abs(step.Delta.Grams + grams) < 1 && step.Sigma.Grams is > 0.02 and < 1;
        }));

    [Theory]
    [InlineData(143, 168)]
    [InlineData(250, 60)]
    [InlineData(1063, 1063)]
    public void Two_takings_within_one_settling_are_booked_as_their_sum(double first, double second)
    {
        ScaleBench bench = new(grams: 3000);

        bench.Creep(3000, 3020, seconds: 100).Lay(3020 - first, seconds: 1.2).Lay(3020 - first - second, seconds: 80);

        bench.Steps.Sum(step => step.Delta.Grams).Should().BeApproximately(-first - second, 2);
    }

    [Fact]
    public void All_bookings_add_up_to_the_last_level_minus_the_first() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(-900, 900).ArrayOf(12).ToArbitrary(), Gen.Choose(3, 90).ArrayOf(12).ToArbitrary(), (seed, changes, pauses) =>
        {
            double grams = 3000;
            ScaleBench bench = new(grams, seed);
            for (int i = 0; i < changes.Length; i++)
                bench.Lay(grams = Math.Max(0, grams + (Math.Abs(changes[i]) < 10 ? 10 : changes[i])), pauses[i]);
            bench.Lay(grams, seconds: 700);
            double booked = bench.Steps.Sum(step => step.Delta.Grams), sigma = Math.Sqrt(bench.Steps.Sum(step => step.Sigma.Grams * step.Sigma.Grams));
            // Crumbs below 3 g may still wait for company; a lone change below 10 g, while the cell is new, may be drift and is not laid.
            return Math.Abs(booked - (grams - 3000)) <= 3 + 4 * sigma && Math.Abs(bench.Scale.BookedLevel!.Value.Grams - 3000 - booked) <= 1 + 4 * sigma;
        }));

    [Fact]
    public void Shuffled_noise_never_books() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(1, 20).ToArbitrary(), (seed, heavy) =>
        {
            Random chance = new(seed);
            // One sample in twenty comes from a distribution up to twenty times as wide.
            int[] noise = [.. Enumerable.Range(0, 20_000).Select(i => (int)((i % 20 == 0 ? heavy : 1) * 97 * (chance.NextDouble() + chance.NextDouble() + chance.NextDouble() - 1.5) * 2))];
            chance.Shuffle(noise);
            ScaleBench bench = new(grams: 700, seed);
            foreach (int counts in noise)
                bench.Glitch(84_000 + 430 * 700 + counts);
            return bench.Finish().Steps.Count == 0;
        }));

    [Fact]
    public void A_restart_at_any_point_loses_nothing_and_doubles_nothing() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(0, 1_600).ToArbitrary(), (seed, stop) =>
        {
            (double Grams, double Seconds)[] story = [(1600, 20), (900, 20), (1480, 70), (1900, 30), (1900, 20)];
            double left = stop / 10.0;
            ScaleBench before = new(grams: 2000, seed);
            foreach ((double grams, double seconds) in story)
            {
                before.Lay(grams, Math.Min(seconds, left));
                left -= Math.Min(seconds, left);
            }
            double passed = stop / 10.0, skipped = 0;
            Mass booked = before.Scale.BookedLevel!.Value;
            ScaleBench? after = null;
            foreach ((double grams, double seconds) in story)
            {
                double here = Math.Max(0, Math.Min(seconds, skipped + seconds - passed));
                skipped += seconds;
                if (here > 0.05 && after is null)
                    after = new ScaleBench(grams, seed + 1, restored: booked);
                else if (here > 0.05)
                    after!.Lay(grams, here);
            }
            after ??= new ScaleBench(1900, seed + 1, restored: booked);
            after.Lay(1900, seconds: 100);
            double sum = before.Steps.Concat(after.Steps).Sum(step => step.Delta.Grams);
            return Math.Abs(sum + 100) < 2 && Math.Abs(after.Scale.BookedLevel!.Value.Grams - 1900) < 1;
        }));

    [Fact]
    public void Size_errors_stay_within_two_sigma_nineteen_times_in_twenty()
    {
        int within = 0, steps = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            ScaleBench bench = new(grams: 2000, seed);
            for (int i = 1; i <= 20; i++)
                bench.Lay(2000 - 40 * i, seconds: 65);
            foreach (StockStep step in bench.Steps)
                (steps, within) = (steps + 1, within + (Math.Abs(step.Delta.Grams + 40) <= 2 * step.Sigma.Grams ? 1 : 0));
        }

        steps.Should().BeGreaterThan(220);
        ((double)within / steps).Should().BeInRange(0.92, 1);
    }
}
