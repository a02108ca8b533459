using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests;

public sealed class DrivenGatewaySpecs
{
    [Fact]
    public async Task A_driven_gateway_runs_nothing_by_itself_and_takes_its_bus_time_from_the_driver()
    {
        await using GatewayWorld world = new(speed: 1, joined: true);
        SteppedBusClock bus = new();

        await using WebApplication driven = GatewayHost.Build(world.Folder, world.Household, world.Cooperative, world.Time, driven: bus);

        driven.Services.GetServices<IHostedService>().Should().NotContain(service => service.GetType().Assembly == typeof(GatewayHost).Assembly);
        bus.Advance(TimeSpan.FromSeconds(7));
        driven.Services.GetRequiredService<ConverterOpener>().Now().Should().Be(7_000_000_000);
    }
}
