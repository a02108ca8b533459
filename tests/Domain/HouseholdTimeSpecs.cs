using PantryChain.Domain.Time;

namespace PantryChain.Domain.Tests;

public sealed class HouseholdTimeSpecs
{
    private static readonly DateTimeOffset Origin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Twenty_days_pass_in_one_real_minute_at_the_default_speed()
    {
        StoppedClock real = new(DateTimeOffset.UnixEpoch);
        HouseholdTime time = new(Origin, real.Now, 28_800, real);

        real.Now += TimeSpan.FromMinutes(1);

        time.GetUtcNow().Should().Be(Origin.AddDays(20));
    }

    [Fact]
    public void A_clock_file_gives_every_reader_the_same_time()
    {
        StoppedClock real = new(DateTimeOffset.UnixEpoch.AddDays(3));
        using TempFolder folder = new();
        string path = folder.Inside("clock.json");
        HouseholdTime time = new(Origin, DateTimeOffset.UnixEpoch, 60, real);

        time.Write(path);

        HouseholdTime.Read(path, real).GetUtcNow().Should().Be(time.GetUtcNow());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"origin":"2026-03-01T00:00:00Z","start":"2026-03-01T00:00:00Z","speed":0}""")]
    public void A_broken_clock_file_is_named_in_the_error(string content)
    {
        using TempFolder folder = new();
        string path = folder.Inside("clock.json");
        File.WriteAllText(path, content);

        Action read = () => HouseholdTime.Read(path, TimeProvider.System);

        read.Should().Throw<FormatException>().WithMessage($"{path}*");
    }

    [Fact]
    public void A_day_starts_at_local_midnight_and_survives_the_round_trip()
    {
        TimeZoneInfo seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
        HouseholdDay day = HouseholdDay.At(new DateTimeOffset(2026, 3, 1, 15, 0, 0, TimeSpan.Zero), seoul);

        day.ToString().Should().Be("2026-03-02");
        HouseholdDay.At(day.StartsAt(seoul), seoul).Should().Be(day);
        HouseholdDay.At(day.StartsAt(seoul).AddTicks(-1), seoul).Should().Be(new HouseholdDay(day.Number - 1));
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
