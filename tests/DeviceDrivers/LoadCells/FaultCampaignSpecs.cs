using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

/// <summary>The bench runs the same over a million frames.</summary>
public sealed class FaultCampaignSpecs
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 100)]
    public void Faults_that_a_frame_shows_never_pass_and_none_of_any_kind_becomes_a_booking(int seed, int interval)
    {
        FaultReport report = Run(seed, interval, frames: 10_000);

        report.Outcomes.Should().OnlyContain(outcome => outcome.Injected > 2);
        report.DetectablePassed.Should().Be(0, "by kind: {0}", string.Join("; ", report.Outcomes));
        report.Outcomes.Where(outcome => outcome.WrongValues > 0).Select(outcome => outcome.Fault).Should().Equal([Hx711Fault.FlippedBits], "a turned bit looks like any other value");
        report.Outcomes.Sum(outcome => outcome.WrongLevels).Should().Be(0, "the filter takes out what the driver cannot see");
        report.Bookings.Should().Be(0);
        report.LostBeyond.Should().Be(0, "by kind: {0}", string.Join("; ", report.Outcomes));
    }

    [Fact]
    public void The_same_seed_gives_the_same_campaign()
    {
        FaultReport[] twice = [.. Enumerable.Range(0, 2).Select(_ => Run(seed: 4, interval: 0, frames: 2_000))];

        twice[1].Outcomes.Should().Equal(twice[0].Outcomes);
        twice[1].Samples.Should().Be(twice[0].Samples);
    }

    private static FaultReport Run(int seed, int interval, long frames)
    {
        using FaultCampaign campaign = new(seed, TimeSpan.FromMilliseconds(interval));
        return campaign.Run(frames);
    }
}
