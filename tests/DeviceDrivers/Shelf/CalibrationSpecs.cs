using System.Text.Json;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

public sealed class CalibrationSpecs
{
    [Fact]
    public void Two_weighings_give_slope_offset_and_noise()
    {
        bool fitted = Calibration.TryFit(Weighing(84_000), Weighing(84_000 + 430_000), Mass.FromGrams(1000), out Calibration? calibration, out string? refusal);

        fitted.Should().BeTrue();
        refusal.Should().BeNull();
        calibration!.CountsPerGram.Should().BeApproximately(430, 0.2);
        calibration.NoiseCounts.Should().BeInRange(50, 150);
        calibration.Net(84_000 + 215_000).Grams.Should().BeApproximately(500, 0.5);
    }

    [Fact]
    public void A_bridge_wired_the_other_way_round_weighs_the_same()
    {
        Calibration.TryFit(Weighing(84_000), Weighing(84_000 - 430_000), Mass.FromGrams(1000), out Calibration? calibration, out _).Should().BeTrue();

        calibration!.Net(84_000 - 215_000).Grams.Should().BeApproximately(500, 0.5);
    }

    [Theory]
    [InlineData(84_000 + 1_500, 1000, 40, "*heavier mass*")]
    [InlineData(84_000 + 430_000, 0, 40, "*above zero*")]
    [InlineData(84_000 + 430_000, 1000, 9, "*10 samples*")]
    public void A_calibration_that_cannot_be_trusted_is_refused_with_the_next_step(int loaded, double grams, int samples, string message)
    {
        bool fitted = Calibration.TryFit(Weighing(84_000, samples), Weighing(loaded, samples), Mass.FromGrams(grams), out Calibration? calibration, out string? refusal);

        fitted.Should().BeFalse();
        calibration.Should().BeNull();
        refusal.Should().Match(message);
    }

    [Fact]
    public void A_converter_at_its_end_of_range_is_no_weighing()
    {
        Calibration.TryFit(Weighing(84_000), Weighing(0x7F_FFFF + 170), Mass.FromGrams(1000), out Calibration? calibration, out string? refusal).Should().BeFalse();

        calibration.Should().BeNull();
        refusal.Should().Match("*lighter mass*four wires*");
    }

    [Fact]
    public void A_fit_says_how_sure_it_is()
    {
        Calibration.TryFit(Weighing(84_000, 40), Weighing(84_000 + 430_000, 40), Mass.FromGrams(1000), out Calibration? calibration, out _).Should().BeTrue();

        calibration!.FitError.Grams.Should().BeInRange(0.03, 0.15, "98 counts of noise over forty samples are 15 counts twice, of 430 to the gram");
    }

    [Theory]
    [InlineData(500, 0, true)]
    [InlineData(504, 4, false)]
    public void Another_known_mass_shows_what_the_line_misses(double weighed, double error, bool good)
    {
        Calibration.TryFit(Weighing(84_000), Weighing(84_000 + 430_000), Mass.FromGrams(1000), out Calibration? calibration, out _).Should().BeTrue();

        VerificationWeighing check = calibration!.Verify(Weighing(84_000 + (int)(430 * weighed)), Mass.FromGrams(500));

        check.Error.Grams.Should().BeApproximately(error, 0.15);
        check.ErrorPercent.Should().BeApproximately(error / 5, 0.03);
        check.Sigma.Grams.Should().BeInRange(0.01, 0.15);
        check.IsGood.Should().Be(good, "noise, a bent cell and a kitchen scale explain about 2.5 g of 500 g");
    }

    [Fact]
    public void Taring_twice_changes_nothing()
    {
        Calibration bare = new(430, 84_000, 97);

        Calibration once = bare.WithContainer(bare.CountsAt(Mass.FromGrams(120)));

        once.WithContainer(once.CountsAt(Mass.Zero)).Should().Be(once);
        once.Net(once.CountsAt(Mass.FromGrams(250))).Should().Be(Mass.FromGrams(250));
    }

    [Fact]
    public void A_calibration_survives_its_file()
    {
        Calibration calibration = new(-430.25, 84_000.5, 97, Mass.FromGrams(12));

        JsonSerializer.Deserialize<Calibration>(JsonSerializer.Serialize(calibration)).Should().Be(calibration);
    }

    private static int[] Weighing(int counts, int samples = 200)
    {
        Random chance = new(1);
        return [.. Enumerable.Range(0, samples).Select(_ => counts + chance.Next(-170, 171))];
    }
}
