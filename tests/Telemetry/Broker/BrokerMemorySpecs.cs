using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests.Broker;

/// <summary>What the broker inside the gateway remembers over a restart, and for how long.</summary>
public sealed class BrokerMemorySpecs
{
    [Fact]
    public async Task Retained_messages_survive_a_restart_with_all_their_properties()
    {
        await using Inside inside = await Inside.StartAsync();
        (IMqttClient writer, _) = await inside.ClientAsync("family");
        await writer.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("우유/level").WithPayload("한 팩"u8.ToArray()).WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithContentType("text/plain").WithResponseTopic("우유/reply").WithCorrelationData([1, 0, 255]).WithUserProperty("schema", Encoding.UTF8.GetBytes("milk/1").AsMemory()).WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData).Build()).InTimeAsync();
        await writer.PublishAsync(Retained("gone", "x")).InTimeAsync();
        await writer.PublishAsync(Retained("gone", "")).InTimeAsync();

        await inside.StopAsync();
        await inside.BeginAsync();

        MqttApplicationMessage kept = (await HeardAsync(inside, "#", 1)).Single();
        (kept.Topic, kept.Retain, kept.ContentType, kept.ResponseTopic, kept.PayloadFormatIndicator).Should().Be(("우유/level", true, "text/plain", "우유/reply", MqttPayloadFormatIndicator.CharacterData));
        Encoding.UTF8.GetString(kept.Payload.ToArray()).Should().Be("한 팩");
        kept.CorrelationData.Should().Equal(1, 0, 255);
        kept.UserProperties.Single().ReadValueAsString().Should().Be("milk/1");
    }

    [Fact]
    public async Task A_session_keeps_its_subscriptions_and_what_waits_over_a_restart_in_order()
    {
        await using Inside inside = await Inside.StartAsync();
        (IMqttClient reader, MqttClientConnectResult first) = await AwayAsync(inside);
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        await reader.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        for (int n = 0; n < 20; n++)
            await writer.PublishAsync(new MqttMessage("numbers", Encoding.UTF8.GetBytes($"{n}"))).InTimeAsync();
        await writer.StopAsync(default).InTimeAsync();

        await inside.StopAsync();
        await inside.BeginAsync();
        MqttLink later = await inside.ConnectedAsync(inside.Login("family", "writer-2"));
        await later.PublishAsync(new MqttMessage("numbers", "20"u8.ToArray())).InTimeAsync();

        List<string> heard = [];
        (_, MqttClientConnectResult second) = await AwayAsync(inside, heard);
        await Eventually.BeTrueAsync(() => Count(heard) == 21, "all numbers");
        (first.IsSessionPresent, second.IsSessionPresent).Should().Be((false, true));
        heard.Should().Equal(Enumerable.Range(0, 21).Select(n => $"{n}"));
    }

    [Fact]
    public async Task What_was_sent_and_not_acknowledged_comes_again_before_what_is_newer()
    {
        await using Inside inside = await Inside.StartAsync();
        TaskCompletionSource never = new();
        (IMqttClient reader, _) = await AwayAsync(inside, taken: _ => never.Task);
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        for (int n = 0; n < 5; n++)
            await writer.PublishAsync(new MqttMessage("numbers", Encoding.UTF8.GetBytes($"{n}"))).InTimeAsync();
        reader.Dispose(); // without a word
        await Eventually.BeTrueAsync(() => inside.Broker.Report().Clients == 1, "the broker to see it");
        await writer.PublishAsync(new MqttMessage("numbers", "5"u8.ToArray())).InTimeAsync();

        List<string> heard = [];
        await AwayAsync(inside, heard);

        await Eventually.BeTrueAsync(() => Count(heard) == 6, "all numbers");
        heard.Should().Equal("0", "1", "2", "3", "4", "5");
        await Eventually.BeTrueAsync(() => inside.Broker.Report().WaitingBytes == 0, "nothing to wait any more");
    }

    [Fact]
    public async Task A_clean_start_forgets_what_waited()
    {
        await using Inside inside = await Inside.StartAsync();
        (IMqttClient reader, _) = await AwayAsync(inside);
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        await reader.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        await writer.PublishAsync(new MqttMessage("numbers", "1"u8.ToArray())).InTimeAsync();
        inside.Broker.Report().WaitingBytes.Should().BePositive();

        (_, MqttClientConnectResult again) = await AwayAsync(inside, clean: true);

        again.IsSessionPresent.Should().BeFalse();
        inside.Broker.Report().WaitingBytes.Should().Be(0);
    }

    [Fact]
    public async Task A_session_ends_when_its_client_was_away_too_long_and_a_message_when_it_expired()
    {
        DrivenClock clock = new();
        await using Inside inside = await Inside.StartAsync(real: clock);
        (IMqttClient reader, _) = await AwayAsync(inside);
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        await reader.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        (IMqttClient writer, _) = await inside.ClientAsync("family", client: "writer");
        await writer.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("numbers").WithPayload("stale"u8.ToArray()).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithMessageExpiryInterval(60).WithRetainFlag().Build()).InTimeAsync();
        await writer.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("numbers").WithPayload("fresh"u8.ToArray()).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build()).InTimeAsync();

        await writer.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();

        clock.Advance(TimeSpan.FromSeconds(61));
        List<string> heard = [];
        (IMqttClient back, _) = await AwayAsync(inside, heard);
        await Eventually.BeTrueAsync(() => Count(heard) == 1, "what did not expire");
        await back.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        await Eventually.BeTrueAsync(() => inside.Broker.Report().Clients == 0, "the broker to see that both are gone");
        clock.Advance(TimeSpan.FromDays(2));

        heard.Should().Equal("fresh");
        await Eventually.BeTrueAsync(() => inside.Broker.Report() is { Sessions: 0, Retained: 0 }, "session and retained message to end");
    }

    [Fact]
    public async Task Sessions_of_one_user_are_bounded_and_the_one_that_is_away_longest_makes_room()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { SessionsPerUser = 3 } });
        for (int i = 0; i < 6; i++)
        {
            (IMqttClient client, _) = await AwayAsync(inside, client: $"client-{i}");
            await client.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
            await Eventually.BeTrueAsync(() => inside.Broker.Report().Clients == 0, "the broker to see it");
        }

        inside.Broker.Report().Sessions.Should().Be(3);
        (await AwayAsync(inside, client: "client-5")).Answer.IsSessionPresent.Should().BeTrue();
        (await AwayAsync(inside, client: "client-0")).Answer.IsSessionPresent.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_of_MQTT_3_1_1_gets_its_session_and_its_messages_too()
    {
        await using Inside inside = await Inside.StartAsync();
        void Old(MqttClientOptionsBuilder how) => how.WithProtocolVersion(MqttProtocolVersion.V311).WithCleanSession(false);
        (IMqttClient reader, _) = await inside.ClientAsync("family", Old, "old");
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.ExactlyOnce).InTimeAsync();
        await reader.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        (IMqttClient writer, _) = await inside.ClientAsync("family", how => how.WithProtocolVersion(MqttProtocolVersion.V311), "old-writer");
        await writer.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("numbers").WithPayload("1"u8.ToArray()).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.ExactlyOnce).Build()).InTimeAsync();

        List<string> heard = [];
        (_, MqttClientConnectResult again) = await inside.ClientAsync("family", Old, "old", heard);

        await Eventually.BeTrueAsync(() => Count(heard) == 1, "the message");
        again.IsSessionPresent.Should().BeTrue();
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_told_with_the_next_step_and_the_broker_works_without_it()
    {
        await using Inside inside = await Inside.StartAsync();
        await inside.StopAsync();
        await File.WriteAllBytesAsync(inside.File, Enumerable.Repeat((byte)0x5A, 8_192).ToArray());

        await inside.BeginAsync();
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        await family.PublishAsync(new MqttMessage("a", "x"u8.ToArray(), Retain: true)).InTimeAsync();

        inside.Broker.Report().Trouble.Should().Contain("forgets").And.Contain(inside.File);
        inside.Broker.Report().Retained.Should().Be(1);
    }

    [Fact]
    public async Task What_comes_and_is_taken_between_two_writes_never_reaches_the_disk()
    {
        await using Inside inside = await Inside.StartAsync(real: new DrivenClock()); // which never writes by itself
        List<string> heard = [];
        (IMqttClient reader, _) = await AwayAsync(inside, heard);
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        inside.Broker.Save();
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));

        for (int n = 0; n < 50; n++)
            await writer.PublishAsync(new MqttMessage("numbers", Encoding.UTF8.GetBytes($"{n}"))).InTimeAsync();
        await Eventually.BeTrueAsync(() => Count(heard) == 50 && inside.Broker.Report().WaitingBytes == 0, "all to be taken");

        inside.Broker.Unwritten.Should().Be(0);
    }

    /// <summary>A client of the family whose session is kept for a day.</summary>
    private static Task<(IMqttClient Client, MqttClientConnectResult Answer)> AwayAsync(
        Inside inside, List<string>? heard = null, bool clean = false, string client = "reader", Func<MqttApplicationMessage, Task>? taken = null) =>
        inside.ClientAsync("family", how => how.WithCleanStart(clean).WithSessionExpiryInterval(86_400).WithReceiveMaximum(100), client, heard, taken);

    private static async Task<IReadOnlyList<MqttApplicationMessage>> HeardAsync(Inside inside, string filter, int count)
    {
        List<MqttApplicationMessage> messages = [];
        (IMqttClient reader, _) = await inside.ClientAsync("family", client: "late", taken: message =>
        {
            lock (messages)
                messages.Add(message);
            return Task.CompletedTask;
        });
        await reader.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        await Eventually.BeTrueAsync(() => messages.Count >= count, $"{count} messages");
        return messages;
    }

    private static int Count(List<string> heard)
    {
        lock (heard)
            return heard.Count;
    }

    private static MqttApplicationMessage Retained(string topic, string text) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(Encoding.UTF8.GetBytes(text)).WithRetainFlag().WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
}
