using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

public sealed class RecordedSeriesSpecs
{
    private const string CoffeePot = "weight_coffeepot_10hz.csv";
    private const string Kegerator = "weight_kegerator_drift.csv";

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
