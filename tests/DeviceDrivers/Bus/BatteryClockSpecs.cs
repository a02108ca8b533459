using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

/// <summary>Battery-backed clocks in a folder that looks like the kernel's.</summary>
public sealed class BatteryClockSpecs : IDisposable
{
    private readonly TempFolder _rtc = new();

    [Fact]
    public void A_machine_without_one_has_none()
    {
        BatteryClock.Read(_rtc.Path).Should().Be(BatteryClockReading.None);
        BatteryClock.Read(_rtc.Inside("absent")).IsThere.Should().BeFalse();
    }

    [Fact]
    public void A_clock_tells_its_driver_and_its_time()
    {
        Clock("rtc0", "rtc-ds1307 1-0068", "1796083200\n");

        BatteryClock.Read(_rtc.Path).Should().Be(new BatteryClockReading("rtc-ds1307 1-0068", DateTimeOffset.FromUnixTimeSeconds(1_796_083_200)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("99999999999999999999")]
    [InlineData("999999999999999999")]
    public void A_clock_that_lost_its_time_or_answers_nonsense_is_there_without_a_time(string? told)
    {
        Clock("rtc0", "rtc-ds1307 1-0068", told);

        BatteryClock.Read(_rtc.Path).Should().Be(new BatteryClockReading("rtc-ds1307 1-0068", null));
    }

    [Fact]
    public void Of_two_clocks_the_one_that_knows_the_time_counts()
    {
        Clock("rtc0", "rpi-rtc soc:rpi_rtc", null); // the Pi 5's own without a cell on its plug
        Clock("rtc1", "rtc-ds1307 1-0068", "1796083200");

        BatteryClock.Read(_rtc.Path).Name.Should().Be("rtc-ds1307 1-0068");
    }

    public void Dispose() => _rtc.Dispose();

    private void Clock(string folder, string name, string? seconds)
    {
        Directory.CreateDirectory(_rtc.Inside(folder));
        File.WriteAllText(_rtc.Inside($"{folder}/name"), name + "\n");
        if (seconds is not null)
            File.WriteAllText(_rtc.Inside($"{folder}/since_epoch"), seconds);
    }
}
