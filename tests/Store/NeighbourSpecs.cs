using System.Text.Json;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

public sealed class NeighbourSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_killed_database_is_said_and_outlived()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "patient");
        await household.SendAsync(household.Seal(uses: 1));

        world.Postgres.Kill();
        await world.Postgres.WaitForExitAsync();
        await Wait.UntilAsync(async () => await StatusAsync() == "degraded", "health says that the database is away");
        using HttpResponseMessage meanwhile = await household.Http.GetAsync(new Uri("/api/v1/leaves", UriKind.Relative));
        await world.Postgres.RestartAsync();

        ((int)meanwhile.StatusCode).Should().Be(503);
        (await meanwhile.Content.ReadAsStringAsync()).Should().Contain("database_unreachable");
        await Wait.UntilAsync(async () => await StatusAsync() == "ok", "health is good again");
        await SendAgainAndAgainAsync(household);
    }

    [Fact]
    public async Task A_killed_broker_is_told_everything_again()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "retold");
        await household.SendAsync(household.Seal(uses: 1));
        BlockState? heard = null;

        world.Broker.Kill();
        await world.Broker.WaitForExitAsync();
        foreach (string memory in Directory.EnumerateFiles(world.Broker.Folder, "mosquitto.db"))
            File.Delete(memory); // the worst case: nothing that was acknowledged is left
        await world.Broker.RestartAsync();
        (await household.LinkAsync()).Subscribe(household.Topics.BlockState, message => heard = WireCodec.TryDecode(message.Payload.Span, out BlockState? state, out _) ? state : heard);

        await Wait.UntilAsync(() => Task.FromResult(heard?.Accepted == 1), "the retained state is there again");
        await SendAgainAndAgainAsync(household);
    }

    private static async Task SendAgainAndAgainAsync(TestHousehold household)
    {
        var block = household.Seal(uses: 1);
        MqttLink link = await household.LinkAsync();
        await Wait.UntilAsync(async () =>
        {
            await link.PublishAsync(new MqttMessage(household.Topics.Block, WireCodec.Encode(block)));
            await Task.Delay(100);
            return household.LastState?.Accepted >= 2;
        }, "the next block is accepted");
    }

    private async Task<string?> StatusAsync()
    {
        using HttpResponseMessage response = await world.Http.GetAsync(new Uri("/health", UriKind.Relative));
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).GetProperty("status").GetString();
    }
}
