using System.Text.Json;
using PantryChain.Gateway.Clock;
using PantryChain.Gateway.Configuration;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Clock;

/// <summary>A whole gateway that should have a battery-backed clock.</summary>
public sealed class ClockPageSpecs
{
    [Fact]
    public async Task A_clock_that_is_not_there_is_named_by_the_health_and_by_the_first_page()
    {
        await using GatewayWorld world = new(speed: 60) { Household = GatewayFile.Check(Samples.Options with { Clock = new ClockOptions { Battery = true } }, "gateway.json") };
        await world.StartAsync(Unwire);
        await Wait.Until(() => world.Get<ClockWatch>().State == ClockState.Missing, "the clock was missed");
        using HttpClient browser = new() { BaseAddress = world.Address };

        using JsonDocument health = JsonDocument.Parse(await browser.GetStringAsync("/health"));

        health.RootElement.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("cause").GetString()).Should().Contain("battery_clock_unwell");
        (await browser.GetStringAsync("/")).Should().Contain("data-trouble=\"BatteryClockUnwell\"").And.Contain("clock.battery");
    }

    [Fact]
    public async Task A_simulated_household_has_one_that_is_well()
    {
        await using GatewayWorld world = new(speed: 60) { Household = GatewayFile.Check(Samples.Options with { Clock = new ClockOptions { Battery = true } }, "gateway.json") };
        await world.StartAsync();

        await Wait.Until(() => world.Get<ClockWatch>().State == ClockState.Ok, "the clock was well");
        await Wait.Until(() => world.Get<Journal>().Last >= 2, "both slots had stated their opening stock"); // so that it stops in calm
    }

    private static void Unwire(IServiceProvider stations) =>
        ((DeviceDrivers.Simulation.SimulatedHardware)stations.GetService(typeof(DeviceDrivers.Bus.IHardware))!).WireClock(() => DeviceDrivers.Bus.BatteryClockReading.None);
}
