using PantryChain.DeviceDrivers.Climate;

namespace PantryChain.DeviceDrivers.Tests.Climate;

public sealed class ClimateWatchSpecs
{
    private readonly ClimateWatch _watch = new();
    private TimeSpan _now;

    [Fact]
    public void One_failure_is_counted_and_the_last_reading_stays_and_three_in_a_row_are_what_they_say()
    {
        Say(4);
        Fail(ClimateHealth.Disconnected);
        Fail(ClimateHealth.Disconnected);
        (_watch.Health, _watch.Reading!.Value.Celsius).Should().Be((ClimateHealth.Ok, 4));

        Fail(ClimateHealth.Disconnected);

        (_watch.Health, _watch.Reading, _watch.Problem).Should().Be((ClimateHealth.Disconnected, null, "why"));
        _watch.Tallies.Should().Contain(tally => tally.Cause == "disconnected" && tally.Count == 3);
        Say(4.2);
        (_watch.Health, _watch.Problem).Should().Be((ClimateHealth.Ok, null));
    }

    [Fact]
    public void A_sensor_that_never_answered_is_told_at_its_first_failure()
    {
        Fail(ClimateHealth.Stale);

        _watch.Health.Should().Be(ClimateHealth.Stale);
    }

    [Theory]
    [InlineData(85)]
    [InlineData(-127)]
    [InlineData(double.NaN)]
    [InlineData(26.5)] // of a BME280 that lost its sampling
    public void A_temperature_that_no_fridge_reaches_within_a_minute_is_none(double celsius)
    {
        Say(4);
        for (int i = 0; i < 5; i++)
            Say(celsius);

        (_watch.Health, _watch.Reading).Should().Be((ClimateHealth.Implausible, null));
        _watch.Tallies.Should().Contain(tally => tally.Cause == "implausible" && tally.Count == 5);
    }

    [Fact]
    public void A_door_that_lets_the_kitchens_air_in_is_believed()
    {
        Say(4);
        Say(12);

        (_watch.Health, _watch.Reading!.Value.Celsius).Should().Be((ClimateHealth.Ok, 12));
    }

    [Fact]
    public void A_humidity_sensor_that_says_the_same_for_half_an_hour_is_stuck_and_well_again_with_the_first_other_value()
    {
        for (int i = 0; i < 200; i++)
            Say(4, 55);
        (_watch.Health, _watch.Reading).Should().Be((ClimateHealth.Stale, null));

        Say(4.01, 55.02);

        _watch.Health.Should().Be(ClimateHealth.Ok);
    }

    [Fact]
    public void A_DS18B20_in_a_calm_pantry_may_say_the_same_for_a_night()
    {
        for (int i = 0; i < 3_000; i++)
            Say(20.5625, null);

        _watch.Health.Should().Be(ClimateHealth.Ok);
    }

    private void Say(double celsius, double? humidity = null) => Take(new ClimateAnswer(ClimateHealth.Ok, new ClimateReading(celsius, humidity), null));

    private void Fail(ClimateHealth health) => Take(new ClimateAnswer(health, default, "why"));

    private void Take(ClimateAnswer answer) => _watch.Take(answer, _now += TimeSpan.FromSeconds(20));
}
