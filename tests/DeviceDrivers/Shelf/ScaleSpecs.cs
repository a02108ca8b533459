using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

public sealed class ScaleSpecs
{
    [Fact]
    public void A_use_is_booked_once_it_has_lasted()
    {
        ScaleBench bench = new(grams: 2000);

        bench.Lay(1800, seconds: 59);
        bench.Steps.Should().BeEmpty();
        bench.Lay(1800, seconds: 20);

        StockStep step = bench.Steps.Should().ContainSingle().Subject;
        step.Kind.Should().Be(StepKind.Used);
        step.Delta.Grams.Should().BeApproximately(-200, 1);
        step.Level.Grams.Should().BeApproximately(1800, 1);
        (step.At - bench.Start).TotalSeconds.Should().BeInRange(60, 67, "it is dated when the shelf had settled, not when it was booked");
    }

    [Fact]
    public void A_new_pack_is_booked_as_restocked()
    {
        ScaleBench bench = new(grams: 500);

        bench.Lay(1530, seconds: 80);

        bench.Steps.Should().ContainSingle().Which.Should().Match<StockStep>(step => step.Kind == StepKind.Restocked && Math.Abs(step.Delta.Grams - 1030) < 1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(50)]
    public void Lifted_poured_and_put_back_books_only_the_difference(double away)
    {
        ScaleBench bench = new(grams: 3000);

        bench.Lay(2000, away).Lay(2850, seconds: 120);

        bench.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-150, 1);
    }

    [Fact]
    public void The_last_pack_on_the_table_for_a_meal_is_not_used_up()
    {
        ScaleBench bench = new(grams: 900);

        bench.Lay(0, seconds: 420).Lay(700, seconds: 120);

        bench.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-200, 1);
    }

    [Fact]
    public void The_last_pack_gone_for_good_is_used_up()
    {
        ScaleBench bench = new(grams: 900);

        bench.Lay(0, seconds: 700);

        bench.Steps.Should().ContainSingle().Which.Should().Match<StockStep>(step => step.Kind == StepKind.Used && Math.Abs(step.Delta.Grams + 900) < 1 && Math.Abs(step.Level.Grams) < 1);
    }

    [Fact]
    public void Two_uses_within_the_waiting_time_are_two_bookings()
    {
        ScaleBench bench = new(grams: 3000);

        bench.Lay(2800, seconds: 20).Lay(2500, seconds: 120);

        bench.Steps.Select(step => Math.Round(step.Delta.Grams / 10) * 10).Should().Equal(-200, -300);
        bench.Steps[^1].Level.Grams.Should().BeApproximately(2500, 1);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(-8)]
    public void Over_a_gap_drift_is_not_taken_for_a_hand(double drift)
    {
        ScaleBench bench = new(grams: 1500);
        bench.Lay(1500, seconds: 600);

        bench.Silence(seconds: 3300).Lay(1500 + drift, seconds: 300);

        bench.Steps.Should().BeEmpty("nobody saw it come, and a cold cell creeps as much in an hour");
        bench.Lay(1500 + drift - 200, seconds: 120);
        bench.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-200, 2);
    }

    [Fact]
    public void What_was_taken_while_a_cell_was_silent_is_booked_once_it_answers()
    {
        ScaleBench bench = new(grams: 1500);
        bench.Lay(1500, seconds: 600);

        bench.Silence(seconds: 3300).Lay(1100, seconds: 120);

        bench.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-400, 2);
    }

    [Fact]
    public void A_hand_that_leans_on_the_shelf_books_nothing()
    {
        ScaleBench bench = new(grams: 1000);

        bench.Lay(4200, seconds: 2).Lay(1000, seconds: 10).Lay(2500, seconds: 30).Lay(1000, seconds: 120);

        bench.Steps.Should().BeEmpty();
    }

    [Fact]
    public void While_somebody_handles_the_shelf_the_reading_says_so()
    {
        ScaleBench bench = new(grams: 1000);
        bench.Last.Stable.Should().BeTrue();

        bench.Lay(800, seconds: 1);
        bench.Last.Stable.Should().BeFalse();
        bench.Lay(800, seconds: 10);

        bench.Last.Stable.Should().BeTrue();
        bench.Last.Level.Grams.Should().BeApproximately(800, 1);
    }

    [Fact]
    public void Pinches_too_small_to_book_add_up_until_they_are_booked()
    {
        ScaleBench bench = new(grams: 1000);

        for (int pinch = 1; pinch <= 12; pinch++)
            bench.Lay(400, seconds: 10).Lay(1000 - pinch, seconds: 120);

        bench.Steps.Should().OnlyContain(step => step.Kind == StepKind.Used).And.HaveCountGreaterThanOrEqualTo(2);
        bench.Steps.Sum(step => step.Delta.Grams).Should().BeApproximately(-12, 3.5);
    }

    [Fact]
    public void Noise_and_slow_drift_are_followed_and_never_booked() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(-60, 60).ToArbitrary(), Gen.Choose(0, 1_500).ToArbitrary(), (seed, gramsPerHour, gross) =>
        {
            ScaleBench bench = new(gross, seed);
            for (int minute = 0; minute < 60; minute++)
                bench.Creep(gross + gramsPerHour * minute / 60.0, gross + gramsPerHour * (minute + 1) / 60.0, seconds: 60);
            return bench.Steps.Count == 0 && Math.Abs(bench.Last.Level.Grams - gross - gramsPerHour) < 1.5;
        }));

    [Fact]
    public void One_wrong_sample_in_a_hundred_moves_nothing()
    {
        ScaleBench bench = new(grams: 1000);
        Random chance = new(9);

        for (int i = 0; i < 20_000; i++)
        {
            if (chance.Next(100) == 0)
                bench.Glitch(chance.Next(-8_000_000, 8_000_000));
            else
                bench.Lay(1000, seconds: 0.1);
        }

        bench.Steps.Should().BeEmpty();
        bench.Last.Level.Grams.Should().BeApproximately(1000, 0.3);
    }

    [Fact]
    public void What_happened_while_the_gateway_was_off_is_booked_as_a_step()
    {
        ScaleBench before = new(grams: 2000);
        before.Lay(1800, seconds: 90);

        ScaleBench after = new(grams: 1350, restored: before.Scale.BookedLevel);
        after.Lay(1350, seconds: 90);

        after.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-450, 1);
        after.Last.Level.Grams.Should().BeApproximately(1350, 0.5, "a start never zeroes the scale");
    }

    [Fact]
    public void A_kill_while_a_change_still_waits_loses_nothing()
    {
        ScaleBench before = new(grams: 2000);
        before.Lay(1700, seconds: 30);
        before.Steps.Should().BeEmpty();

        ScaleBench after = new(grams: 1700, restored: before.Scale.BookedLevel);
        after.Lay(1700, seconds: 90);

        after.Steps.Should().ContainSingle().Which.Delta.Grams.Should().BeApproximately(-300, 1);
    }

    [Fact]
    public void A_restart_with_nothing_changed_books_nothing()
    {
        ScaleBench before = new(grams: 2000);

        ScaleBench after = new(grams: 2001, restored: before.Scale.BookedLevel);
        after.Lay(2001, seconds: 120);

        after.Steps.Should().BeEmpty();
    }

    [Fact]
    public void An_uncalibrated_slot_says_so_and_books_nothing()
    {
        Scale scale = new(new SlotId(3), null, new ScaleSettings());

        bool known = scale.TryWeigh(new SensorSample(new SlotId(3), 100_000, 0), DateTimeOffset.UnixEpoch, out StockReading reading, out StockStep? step);

        known.Should().BeFalse();
        reading.Health.Should().Be(SlotHealth.Uncalibrated);
        scale.BookedLevel.Should().BeNull();
        step.Should().BeNull();
    }

    [Fact]
    public void A_cell_noisier_than_it_was_calibrated_is_called_noisy_and_still_settles()
    {
        ScaleBench bench = new(grams: 1000, noise: 900);

        bench.Lay(1000, seconds: 120);

        bench.Last.Health.Should().Be(SlotHealth.Noisy);
        bench.Last.Stable.Should().BeTrue();
        bench.Steps.Should().BeEmpty();
    }

    [Fact]
    public void Weighing_allocates_nothing()
    {
        ScaleBench bench = new(grams: 1000);

        long bytes = bench.BytesOf(() => bench.Scale.TryWeigh(new SensorSample(new SlotId(1), 514_000, 0), bench.Start.AddHours(1), out _, out _));

        bytes.Should().Be(0);
    }
}
