using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

public sealed class RecordedSeriesSpecs
{
    private const string CoffeePot = "weight_coffeepot_10hz.csv";
    private const string Kegerator = "weight_kegerator_drift.csv";

    [Theory]
    [InlineData(2, 3300)]
    [InlineData(600, 30_000)] // a hive's logger
    public void A_recording_is_dated_by_its_own_times(double period, double gap)
    {
        List<double> grams = [], seconds = [];
        Random chance = new(3);
        double at = 0;
        for (int i = 0; i < 900; i++, at += i == 400 ? gap : period)
        {
            seconds.Add(at);
            grams.Add((i < 600 ? 1500 : 1300) + 0.5 * (chance.NextDouble() + chance.NextDouble() + chance.NextDouble() - 1.5));
        }

        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(period), seconds: seconds);

        result.Steps.Should().ContainSingle();
        (result.Steps[0].At - DateTimeOffset.UnixEpoch).TotalSeconds.Should().BeApproximately(seconds[600], 2 * period);
        result.Steps[0].Delta.Grams.Should().BeApproximately(-200, 1);
        result.Seconds.Should().BeApproximately(seconds[^1] + period, 0.1);
    }

    [Fact]
    public void A_recording_books_nothing_that_did_not_lie_there()
    {
        double[] grams = [.. Enumerable.Range(0, 3000).Select(i => (i is > 1000 and < 1600 ? -19_000 : 18_000) + i % 3)];

        RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(2)).Steps.Select(step => Math.Abs(step.Delta.Grams)).DefaultIfEmpty().Max().Should().BeLessThan(18_200);
    }

    [RecordingFact(CoffeePot)]
    public void A_coffee_pot_books_its_two_pours_and_not_one_press_of_its_pump()
    {
        IReadOnlyList<double> grams = RecordedData.Column(CoffeePot, "grams");

        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromMilliseconds(100));

        result.Steps.Should().OnlyContain(step => step.Kind == StepKind.Used).And.HaveCount(2);
        result.Steps[0].Delta.Grams.Should().BeApproximately(-165, 5);
        result.Steps[1].Delta.Grams.Should().BeApproximately(-177, 5);
    }

    [RecordingFact(Kegerator)]
    public void A_fridge_that_drifts_by_a_hundred_grams_books_nothing_on_its_first_scale() => Resting("scale1_kg").Steps.Should().BeEmpty();

    [RecordingFact(Kegerator)]
    public void A_fridge_that_drifts_by_a_hundred_grams_books_nothing_on_its_second_scale() => Resting("scale2_kg").Steps.Should().BeEmpty();

    [RecordingFact(Kegerator)]
    public void Steps_laid_over_a_drifting_fridge_are_found_dated_and_sized()
    {
        double[] grams = [.. RecordedData.Column(Kegerator, "scale1_kg").Select(kilograms => kilograms * 1000)];
        Random chance = new(4);
        List<(int At, double Grams)> steps = [];
        for (int at = 60; at < grams.Length - 12; at += 50 + chance.Next(50))
            steps.Add((at, (steps.Count % 2 == 0 ? -1 : 1) * (50 + chance.Next(400))));
        foreach ((int at, double size) in steps)
            for (int i = at; i < grams.Length; i++)
                grams[i] += size;

        SeriesResult result = RecordedSeries.Weigh(grams, TimeSpan.FromSeconds(2));

        result.Steps.Select(step => (step.At - DateTimeOffset.UnixEpoch).TotalSeconds / 2).Should().Equal(steps.Select(step => (double)step.At), (booked, laid) => Math.Abs(booked - laid) <= 1);
        double square = result.Steps.Zip(steps, (booked, laid) => Math.Pow(booked.Delta.Grams - laid.Grams, 2)).Average();
        Math.Sqrt(square).Should().BeLessThan(2.5);
    }

    private static SeriesResult Resting(string column) =>
        RecordedSeries.Weigh([.. RecordedData.Column(Kegerator, column).Select(kilograms => kilograms * 1000)], TimeSpan.FromSeconds(2));
}
