using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests.Broker;

/// <summary>What somebody with a login can do to the broker inside the gateway: nothing to the others, to its memory or to its file.</summary>
public sealed class BrokerAbuseSpecs
{
    private static readonly byte[] PublishWithoutId = [0x32, 0x07, 0x00, 0x01, (byte)'a', 0x00, 0x00, 0x00, (byte)'x'];
    private static readonly byte[] SubscribeWithoutId = [0x82, 0x07, 0x00, 0x00, 0x00, 0x00, 0x01, (byte)'#', 0x00];
    private static readonly byte[] UnsubscribeWithoutId = [0xA2, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, (byte)'#'];

    [Theory]
    [InlineData(17, 1)]
    [InlineData(ushort.MaxValue, 1)]
    [InlineData(1, 60_000)]
    public async Task An_alias_that_was_not_offered_or_stands_for_a_topic_that_is_too_long_ends_the_connection(int alias, int length)
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");

        MqttPublishPacket aliased = new() { Topic = new string('a', length), TopicAlias = (ushort)alias, PayloadSegment = "x"u8.ToArray() };
        await client.SendAsync(RawClient.Packet(aliased));
        await client.EndAsync();

        inside.Refused(BrokerRefusal.Malformed).Should().Be(1, "MQTTnet's server would keep the topic");
    }

    [Fact]
    public async Task Sixteen_aliases_are_taken()
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");

        for (ushort alias = 1; alias <= 16; alias++)
        {
            MqttPublishPacket aliased = new() { Topic = $"a/{alias}", TopicAlias = alias, Retain = true, PayloadSegment = "x"u8.ToArray() };
            await client.SendAsync(RawClient.Packet(aliased));
        }

        await Eventually.BeTrueAsync(() => inside.Broker.Report().Retained == 16, "all of them");
    }

    [Fact]
    public async Task A_packet_that_wants_an_answer_and_has_no_id_ends_the_connection()
    {
        await using Inside inside = await Inside.StartAsync();
        foreach (byte[] packet in (byte[][])[PublishWithoutId, SubscribeWithoutId, UnsubscribeWithoutId])
        {
            using RawClient client = await RawClient.LoggedInAsync(inside, "family");
            await client.SendAsync(packet);
            await client.EndAsync();
        }

        inside.Refused(BrokerRefusal.Malformed).Should().Be(3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_message_of_a_thousand_properties_is_refused_before_each_becomes_an_object(int id)
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");
        List<MqttUserProperty> properties = [.. Enumerable.Range(0, 4_000).Select(_ => new MqttUserProperty("", ReadOnlyMemory<byte>.Empty))];

        await client.SendAsync(RawClient.Packet(new MqttPublishPacket
        {
            Topic = "a", PacketIdentifier = (ushort)id, QualityOfServiceLevel = (MqttQualityOfServiceLevel)Math.Sign(id), UserProperties = properties,
        }));
        await client.EndAsync();

        inside.Refused(BrokerRefusal.Oversized).Should().Be(1);
    }

    [Fact]
    public async Task The_same_filter_a_thousand_times_in_one_packet_is_looked_for_no_more_often_than_there_are_subscriptions()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { Subscriptions = 5, WaitingPerClient = 2_000 } });
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");
        for (int i = 0; i < 20; i++)
            await client.SendAsync(RawClient.Publish($"kept/{i}", new byte[100], retain: true));

        List<MqttTopicFilter> filters = [.. Enumerable.Repeat(new MqttTopicFilter { Topic = "kept/#" }, 1_000)];
        await client.SendAsync(RawClient.Packet(new MqttSubscribePacket { PacketIdentifier = 1, TopicFilters = filters }));

        await Eventually.BeTrueAsync(() => inside.Refused(BrokerRefusal.Subscriptions) == 995, "the rest to be refused");
        inside.Refused(BrokerRefusal.Dropped).Should().BeLessThanOrEqualTo(5, "whoever is full is not offered the rest");
    }

    [Fact]
    public async Task A_packet_that_is_no_message_ends_at_64_KiB()
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");

        await client.SendAsync([0x82, 0x81, 0x80, 0x04]); // 64 KiB and one
        await client.EndAsync();

        inside.Refused(BrokerRefusal.Oversized).Should().Be(1);
    }

    [Fact]
    public async Task Clients_that_are_away_silence_nobody_who_is_there()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { Waiting = 20_000, WaitingPerClient = 20_000 } });
        (IMqttClient away, _) = await AwayAsync(inside);
        await away.SubscribeAsync("#", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        await away.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        List<string> heard = [];
        (IMqttClient there, _) = await inside.ClientAsync("family", client: "there", heard: heard);
        await there.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        for (int i = 0; i < 30; i++)
            await writer.PublishAsync(new MqttMessage("filling", new byte[1_000])).InTimeAsync();
        inside.Refused(BrokerRefusal.Dropped).Should().BePositive("what waits for all is used up");

        await writer.PublishAsync(new MqttMessage("numbers", "1"u8.ToArray())).InTimeAsync();

        await Eventually.BeTrueAsync(() => Count(heard) == 1, "the message");
    }

    [Fact]
    public async Task A_clean_start_is_forgotten_in_the_file_too()
    {
        await using Inside inside = await Inside.StartAsync(real: new DrivenClock()); // which never writes by itself
        (IMqttClient reader, _) = await AwayAsync(inside);
        await reader.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce).InTimeAsync();
        await reader.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        await writer.PublishAsync(new MqttMessage("numbers", "1"u8.ToArray())).InTimeAsync();
        await writer.StopAsync(default).InTimeAsync();
        inside.Broker.Save();
        (IMqttClient anew, _) = await AwayAsync(inside, clean: true);
        await anew.DisconnectAsync(new MqttClientDisconnectOptions()).InTimeAsync();

        await inside.StopAsync();
        await inside.BeginAsync();

        inside.Broker.Report().Sessions.Should().Be(1);
        inside.Broker.Report().WaitingBytes.Should().Be(0);
    }

    [Fact]
    public async Task Without_a_file_nothing_gathers_that_nobody_will_ever_write()
    {
        await using Inside inside = await Inside.StartAsync();
        await inside.StopAsync();
        await File.WriteAllBytesAsync(inside.File, Enumerable.Repeat((byte)0x5A, 8_192).ToArray());
        await inside.BeginAsync();
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        await family.PublishAsync(new MqttMessage("a", "x"u8.ToArray(), Retain: true)).InTimeAsync();

        inside.Broker.Save();

        inside.Broker.Unwritten.Should().Be(0);
        inside.Broker.Report().Retained.Should().Be(1);
    }

    [Fact]
    public async Task A_disk_that_stays_full_costs_a_bounded_memory_and_the_file_is_right_when_there_is_room_again()
    {
        await using Inside inside = await Inside.StartAsync(real: new DrivenClock());
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        await family.PublishAsync(new MqttMessage("old", "x"u8.ToArray(), Retain: true)).InTimeAsync();
        inside.Broker.Save();
        Sql(inside, "ALTER TABLE retained RENAME TO elsewhere"); // as good as a full disk
        await family.PublishAsync(new MqttMessage("old", ReadOnlyMemory<byte>.Empty, Retain: true)).InTimeAsync();
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");
        for (int i = 0; i < 5_000; i++)
            await client.SendAsync(RawClient.Publish($"came/{i}", [], retain: true));
        await family.PublishAsync(new MqttMessage("new", "x"u8.ToArray(), Retain: true)).InTimeAsync();
        await Eventually.BeTrueAsync(() => inside.Broker.Unwritten >= 5_000, "all to come");

        inside.Broker.Save();

        inside.Broker.Report().Unsaved.Should().Be(1);
        inside.Broker.Unwritten.Should().BeLessThan(10);
        Sql(inside, "ALTER TABLE elsewhere RENAME TO retained");
        inside.Broker.Save();
        Sql(inside, "SELECT group_concat(topic) FROM retained").Should().Be("new");
    }

    [Fact]
    public async Task Nonsense_in_the_file_is_left_out_and_the_broker_starts()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        await family.PublishAsync(new MqttMessage("kept", "x"u8.ToArray(), Retain: true)).InTimeAsync();
        await family.StopAsync(default).InTimeAsync();
        await inside.StopAsync();
        Sql(inside, """
            UPDATE retained SET expires_ms = 9223372036854775807;
            INSERT INTO retained(topic, packet, own) VALUES ('empty', x'', 0);
            INSERT INTO sessions(id, user, expiry_s, left_ms, wishes) VALUES
                ('family/a', 'family', 9223372036854775807, -9223372036854775808, '[null, {"Filter":null,"Qos":1}, {"Filter":"a/#","Qos":1}]'),
                ('family/b', 'family', 60, NULL, 'no JSON');
            """);

        await inside.BeginAsync();

        inside.Broker.Report().Should().BeEquivalentTo(new { Trouble = (string?)null, Retained = 1, Sessions = 1 });
    }

    [Fact]
    public async Task The_will_of_a_user_who_is_no_more_is_not_told()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { SaveEvery = TimeSpan.FromMilliseconds(50) } });
        await inside.ClientAsync("noisy", how => how.WithWillTopic("noise/end").WithWillPayload("bang").WithWillRetain());

        inside.Users.Save(inside.Users.All.Where(user => user.Name != "noisy"));

        await Eventually.BeTrueAsync(() => inside.Refused(BrokerRefusal.Publish) == 1, "the will to be refused");
        inside.Broker.Report().Retained.Should().Be(0);
    }

    [Fact]
    public async Task A_password_that_is_known_from_one_address_is_no_quicker_to_guess_from_another()
    {
        await using Inside inside = await Inside.StartAsync();
        using Logins logins = new(inside.Users, TimeProvider.System);
        IPAddress home = IPAddress.Parse("10.0.0.2"), stranger = IPAddress.Parse("10.0.0.3");
        byte[] right = Encoding.UTF8.GetBytes(Inside.Password);
        (await logins.CheckAsync("family", right, home, default)).User.Should().NotBeNull();
        for (int i = 0; i < 10; i++)
            (await logins.CheckAsync("nobody", right, stranger, default)).Why.Should().Be(BrokerRefusal.Login);

        (await logins.CheckAsync("family", right, stranger, default)).Why.Should().Be(BrokerRefusal.Guessing);
        (await logins.CheckAsync("family", right, home, default)).User.Should().NotBeNull();
    }

    private static object? Sql(Inside inside, string text)
    {
        using SqliteConnection db = new($"Data Source={inside.File};Pooling=False");
        db.Open();
        using SqliteCommand command = db.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }

    private static Task<(IMqttClient Client, MqttClientConnectResult Answer)> AwayAsync(Inside inside, bool clean = false) =>
        inside.ClientAsync("family", how => how.WithCleanStart(clean).WithSessionExpiryInterval(86_400), "reader");

    private static int Count(List<string> heard)
    {
        lock (heard)
            return heard.Count;
    }
}
