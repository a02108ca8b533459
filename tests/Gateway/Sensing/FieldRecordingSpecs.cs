using System.Globalization;
using System.Text;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

/// <summary>Troubles of the field as recordings, weighed again: what is borrowed is not used, and what cannot be is not booked.</summary>
public sealed class FieldRecordingSpecs
{
    [Theory]
    [InlineData(8)]
    [InlineData(35)]
    public void Two_packs_of_which_one_is_borrowed_and_comes_back_lighter_give_one_use(double minutes)
    {
        ReplayResult result = Replay(seconds: 60 * minutes + 400, container: 0, second => second < 120 ? 2000 : second < 120 + 60 * minutes ? 1000 : 1900);

        Grams(result.Bookings).Should().ContainSingle().Which.Should().BeApproximately(-100, 2);
    }

    [Fact]
    public void A_jar_that_is_carried_away_and_back_gives_what_was_taken_from_it()
    {
        ReplayResult result = Replay(seconds: 1400, container: 300, second => second is < 120 ? 500 : second < 1020 ? -300 : 380);

        Grams(result.Bookings).Should().ContainSingle().Which.Should().BeApproximately(-120, 2);
    }

    [Fact]
    public void A_jar_that_never_comes_back_gives_what_was_in_it()
    {
        ReplayResult result = Replay(seconds: 1400, container: 300, second => second < 120 ? 500 : -300);

        Grams(result.Bookings).Should().ContainSingle().Which.Should().BeApproximately(-500, 6);
    }

    [Theory]
    [InlineData(-2400)]
    [InlineData(35_000)]
    public void A_level_that_cannot_be_gives_no_booking(double wrong)
    {
        ReplayResult result = Replay(seconds: 1400, container: 0, second => second is > 120 and < 840 ? wrong : 800);

        result.Steps.Should().NotBeEmpty("the scale sees it");
        result.Bookings.Should().BeEmpty();
    }

    [Fact]
    public void A_bumped_table_is_asked_about()
    {
        ReplayResult result = Replay(seconds: 900, container: 0, second => second < 300 ? 1000 : 820, second => second < 300 ? 2000 : 2240, second => second < 300.3 ? 1500 : 1370);

        result.Bookings.Should().BeEmpty();
        Grams(result.Doubtful).Should().HaveCount(3);
    }

    private static IEnumerable<double> Grams(IEnumerable<StockStep> steps) => steps.Select(step => step.Delta.Grams);

    /// <summary>A recording at 10/s of cells with 200 counts a gram and the noise of an HX711.</summary>
    private static ReplayResult Replay(double seconds, int container, params Func<double, double>[] slots)
    {
        Random chance = new(1);
        StringBuilder text = new("pantrychain-recording 1 0.1.0\n");
        for (int slot = 1; slot <= slots.Length; slot++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                slot {{slot}} {"calibration":{"countsPerGram":200,"offsetCounts":100000,"noiseCounts":40,"container":{{container * 1000}},"fitError":0},"settings":{"settleSamples":22,"touchSamples":10},"levelMg":null}

                """);
        }
        for (int i = 0; i < 10 * seconds; i++)
        {
            for (int slot = 1; slot <= slots.Length; slot++)
            {
                double noise = 40 * (chance.NextDouble() + chance.NextDouble() + chance.NextDouble() - 1.5) * 2;
                int counts = (int)Math.Round(100_000 + 200 * (slots[slot - 1](i / 10.0) + container) + noise);
                text.Append(CultureInfo.InvariantCulture, $"{(slot == 1 ? i == 0 ? 0 : 100_000_000 : 1000)} {(slot == 1 && i > 0 ? 1_000_000 : 0)} {slot} {counts}\n");
            }
        }
        return PantryChain.Gateway.Sensing.Replay.Run(new RecordingReader(new StringReader(text.ToString()), "made").Read());
    }
}
