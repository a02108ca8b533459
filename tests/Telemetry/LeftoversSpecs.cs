using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

public sealed class LeftoversSpecs
{
    private static readonly Topics Old = new(new GatewayId("kitchen-a")), Neighbour = new(new GatewayId("kitchen-a2"));

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Nothing_retained_is_left_of_a_name_that_the_gateway_had(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await LiveAsync(broker, Old, slots: [1, 2]);
        await LiveAsync(broker, Neighbour, slots: [1]);
        using SqliteFile file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db"));
        Name(broker, file, Old);

        MqttLink link = await BeginAsync(broker, file, HomeBroker.Topics, slots: [1]);

        await Eventually.BeTrueAsync(() => !Retained(broker).Any(Old), "the old name to go");
        Retained(broker).Topics.Where(topic => topic.Contains("kitchen-a2", StringComparison.Ordinal)).Should().HaveCount(7, "another gateway's topics are its own");
        await link.StopAsync(default).InTimeAsync();
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task The_gateways_own_will_frees_its_old_name_after_a_kill(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink last = await broker.ConnectedAsync(broker.Options("kitchen-a") with { StatusTopic = Old.Status });
        await RetainAsync(last, Old, slots: [1]);
        using SqliteFile file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db"));
        Name(broker, file, Old);
        _ = await BeginAsync(broker, file, HomeBroker.Topics, slots: [1]);
        Retained(broker).Any(Old).Should().BeTrue("its last life still seems to be there");

        await last.StopAsync(default).InTimeAsync();

        await Eventually.BeTrueAsync(() => !Retained(broker).Any(Old), "the old name to go");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task A_name_that_is_another_gateways_by_now_is_left_alone(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        using SqliteFile file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db"));
        Name(broker, file, Old);
        _ = await BeginAsync(broker, file, HomeBroker.Topics, slots: [1]);

        MqttLink heir = await broker.ConnectedAsync(broker.Options("heir") with { StatusTopic = Old.Status });
        await RetainAsync(heir, Old, slots: [1]);
        await heir.StopAsync(default).InTimeAsync(); // it only restarts

        Retained(broker).Topics.Where(topic => topic.Contains("kitchen-a", StringComparison.Ordinal)).Should().HaveCount(7);
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Nothing_retained_is_left_of_a_slot_that_is_gone_and_of_a_window_without_a_reader(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink before = await broker.ConnectedAsync(broker.Options("before"));
        await RetainAsync(before, HomeBroker.Topics, slots: [1, 2]);
        using SqliteFile file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db"));

        _ = await BeginAsync(broker, file, HomeBroker.Topics, slots: [1]);

        await Eventually.BeTrueAsync(() => Retained(broker).Topics.Count(topic => topic.StartsWith(HomeBroker.Topics.Base, StringComparison.Ordinal)) == 3, "slot 2 and the window to go");
        Retained(broker).Topics.Where(topic => topic.StartsWith(HomeBroker.Topics.Base, StringComparison.Ordinal)).Should().BeEquivalentTo(
            HomeBroker.Topics.SlotState(new SlotId(1)), HomeBroker.Topics.SlotStatus(new SlotId(1)), HomeBroker.Topics.SlotDiagnostics(new SlotId(1)));
    }

    /// <summary>A gateway's whole life at the broker, to its clean end.</summary>
    private static async Task LiveAsync(HomeBroker broker, Topics topics, ushort[] slots)
    {
        MqttLink link = await broker.ConnectedAsync(broker.Options(topics.Gateway.Value) with { StatusTopic = topics.Status });
        await RetainAsync(link, topics, slots);
        await link.StopAsync(default).InTimeAsync();
    }

    /// <summary>The six topics of each slot, its announcement included.</summary>
    private static async Task RetainAsync(MqttLink link, Topics topics, ushort[] slots)
    {
        foreach (SlotId slot in slots.Select(number => new SlotId(number)))
        {
            string device = DiscoveryPayloads.DeviceId(topics.Gateway, slot);
            string[] kept = [topics.SlotState(slot), topics.SlotStatus(slot), topics.SlotDiagnostics(slot), topics.SlotPairing(slot), $"homeassistant/device/{device}/config", $"homeassistant/device/{DiscoveryPayloads.DeviceId(topics.Gateway)}/config"];
            foreach (string topic in kept)
                await link.PublishAsync(new MqttMessage(topic, "{}"u8.ToArray(), Retain: true)).InTimeAsync();
        }
    }

    /// <summary>The gateway bore that name once.</summary>
    private static void Name(HomeBroker broker, SqliteFile file, Topics topics) => _ = Watch(broker.Link(broker.Options("never-started")), file, topics, [1]);

    private static async Task<MqttLink> BeginAsync(HomeBroker broker, SqliteFile file, Topics topics, ushort[] slots)
    {
        MqttLink link = broker.Link(broker.Options("gateway"));
        _ = Watch(link, file, topics, slots);
        link.Start();
        await link.WaitConnectedAsync(default).InTimeAsync();
        return link;
    }

    private static Leftovers Watch(MqttLink link, SqliteFile file, Topics topics, ushort[] slots) => new(
        link, topics, file, new HomeAssistantOptions(), (slots.Select(slot => new SlotId(slot)).ToHashSet(), new HashSet<SlotId>(), new HashSet<string> { "fridge" }), TimeProvider.System, NullLogger<Leftovers>.Instance);

    private static Kept Retained(HomeBroker broker)
    {
        MqttLink reader = broker.Link(broker.Options($"reader-{Guid.NewGuid():N}"[..20]));
        using ManualResetEventSlim marked = new();
        Listener listener = new(reader, "#");
        reader.Subscribe("marker", _ => marked.Set());
        reader.Start();
        _ = reader.PublishAsync(new MqttMessage("marker", "x"u8.ToArray()));
        marked.Wait(TimeSpan.FromSeconds(30)).Should().BeTrue();
        return new Kept([.. listener.Messages.Where(message => message.Retain && !message.Payload.IsEmpty).Select(message => message.Topic).Distinct()]);
    }

    private sealed record Kept(IReadOnlyList<string> Topics)
    {
        public bool Any(Topics gateway) => Topics.Any(topic =>
            topic.StartsWith(gateway.Base + "/", StringComparison.Ordinal) || topic.StartsWith($"homeassistant/device/{DiscoveryPayloads.DeviceId(gateway.Gateway)}_slot", StringComparison.Ordinal) || topic == $"homeassistant/device/{DiscoveryPayloads.DeviceId(gateway.Gateway)}/config");
    }
}
