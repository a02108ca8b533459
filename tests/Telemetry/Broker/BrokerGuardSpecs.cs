using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests.Broker;

/// <summary>What strangers and bad programs can do to the broker inside the gateway: end their own connection.</summary>
public sealed class BrokerGuardSpecs
{
    private const int SubAck = 6; // bytes of the answer to one filter

    private static readonly byte[] HugeConnect = [0x10, 0xFF, 0xFF, 0xFF, 0x7F];

    [Fact]
    public async Task A_length_that_is_claimed_before_the_login_costs_no_memory()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        long before = GC.GetTotalAllocatedBytes(precise: true);

        for (int i = 0; i < 12; i++)
        {
            using RawClient stranger = await RawClient.ConnectAsync(inside.Port);
            await stranger.SendAsync(HugeConnect);
            await stranger.EndAsync();
        }

        (GC.GetTotalAllocatedBytes(precise: true) - before).Should().BeLessThan(4_000_000, "each of twelve claims 256 MB");
        inside.Broker.Report().Refused.Should().Equal(new Dictionary<BrokerRefusal, long> { [BrokerRefusal.Oversized] = 12 });
        await family.PublishAsync(new MqttMessage("still/there", "x"u8.ToArray())).InTimeAsync();
        family.Connections.Should().Be(1);
    }

    [Theory]
    [InlineData(new byte[] { 0x10, 0x81, 0x20 })] // 4 KiB and one
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0xFF })] // a length without an end
    public async Task A_login_has_no_more_than_4_KiB(byte[] head)
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient stranger = await RawClient.ConnectAsync(inside.Port);

        await stranger.SendAsync(head);
        await stranger.EndAsync();

        inside.Refused(BrokerRefusal.Oversized).Should().Be(1);
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0x00 })] // PINGREQ
    [InlineData(new byte[] { (byte)'G', (byte)'E', (byte)'T', (byte)' ' })]
    [InlineData(new byte[] { 0x10, 0x02, 0x00, 0x04 })]
    [InlineData(new byte[] { 0x10, 0x0A, 0x00, 0x04, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 0x09, 0x02, 0x00, 0x3C })] // level 9
    public async Task What_does_not_begin_with_a_CONNECT_is_ended_and_counted(byte[] first)
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient stranger = await RawClient.ConnectAsync(inside.Port);

        await stranger.SendAsync(first);
        await stranger.EndAsync();

        inside.Refused(BrokerRefusal.Malformed).Should().Be(1);
    }

    [Fact]
    public async Task A_client_that_is_in_sends_at_most_256_KiB_at_once()
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient large = await RawClient.LoggedInAsync(inside, "family");
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        Listener heard = new(family, "large");

        await Eventually.BeTrueAsync(() =>
        {
            _ = family.PublishAsync(new MqttMessage("large", new byte[200_000]));
            return !heard.Messages.IsEmpty;
        }, "what is within the bound");
        await large.SendAsync([0x30, 0xFF, 0xFF, 0x7F]);
        await large.EndAsync();

        inside.Refused(BrokerRefusal.Oversized).Should().Be(1);
        family.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_CONNECT_that_does_not_come_in_time_is_waited_for_no_longer()
    {
        DrivenClock clock = new();
        await using Inside inside = await Inside.StartAsync(real: clock);
        using RawClient silent = await RawClient.ConnectAsync(inside.Port), drop = await RawClient.ConnectAsync(inside.Port);
        await drop.SendAsync([0x10, 0x20, 0x00]); // the beginning of a CONNECT, and no more

        Task ended = Task.WhenAll(silent.EndAsync(), drop.EndAsync());
        await Eventually.BeTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1)); // when they are accepted is not the test's business
            return ended.IsCompleted;
        }, "both to be ended");

        inside.Refused(BrokerRefusal.SlowConnect).Should().Be(2);
    }

    [Fact]
    public async Task A_thousand_connections_leave_the_gateway_its_door_and_the_family_its_connection()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        List<RawClient> crowd = [];
        try
        {
            for (int i = 0; i < 1_000; i++)
                crowd.Add(await RawClient.ConnectAsync(inside.Port));
            await Eventually.BeTrueAsync(() => inside.Refused(BrokerRefusal.Crowded) >= 1_000 - new BrokerLimits().StrangersPerAddress, "the rest to be sent away");

            MqttLink gateway = await inside.GatewayAsync();
            await gateway.PublishAsync(new MqttMessage("a", "x"u8.ToArray())).InTimeAsync();
            await family.PublishAsync(new MqttMessage("a", "x"u8.ToArray())).InTimeAsync();
            crowd.Count(one => one.IsOpen).Should().BeLessThanOrEqualTo(new BrokerLimits().StrangersPerAddress);
            family.Connections.Should().Be(1);
        }
        finally
        {
            crowd.ForEach(one => one.Dispose());
        }

        MqttLink later = await inside.ConnectedAsync(inside.Login("kim")); // who goes makes room
        later.IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task No_more_clients_come_in_than_there_are_places()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { ClientsPerAddress = 3 } });
        for (int i = 0; i < 3; i++)
            await inside.ConnectedAsync(inside.Login("family", $"client-{i}"));
        TaskCompletionSource<string> told = new();
        MqttLink fourth = inside.Link(inside.Login("family", "client-4"));
        fourth.WhenLost(cause => told.TrySetResult(cause));

        fourth.Start();

        (await told.Task.InTimeAsync()).Should().Contain("busy");
        inside.Broker.Report().Clients.Should().Be(3);
    }

    [Fact]
    public async Task Broken_UTF_8_in_a_topic_or_a_client_id_ends_the_connection()
    {
        await using Inside inside = await Inside.StartAsync();
        byte[] publish = RawClient.Publish("family/??", [1]);
        publish[publish.AsSpan().IndexOf("??"u8)] = 0xC3; // the first byte of two, and no second
        using RawClient topic = await RawClient.LoggedInAsync(inside, "family");
        byte[] connect = RawClient.Packet(new MqttConnectPacket { ClientId = "raw?", Username = "family", Password = Encoding.UTF8.GetBytes(Inside.Password), CleanSession = true });
        connect[connect.AsSpan().IndexOf("raw?"u8) + 3] = 0xFF;
        using RawClient id = await RawClient.ConnectAsync(inside.Port);

        await topic.SendAsync(publish);
        await id.SendAsync(connect);
        await Task.WhenAll(topic.EndAsync(), id.EndAsync());

        inside.Refused(BrokerRefusal.Malformed).Should().Be(2);
    }

    [Theory]
    [InlineData("a/#")]
    [InlineData("a/+/b")]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task A_topic_that_is_none_ends_the_connection(string topic)
    {
        await using Inside inside = await Inside.StartAsync();
        using RawClient client = await RawClient.LoggedInAsync(inside, "family");

        await client.SendAsync(RawClient.Publish(topic, [1]));
        await client.EndAsync();

        inside.Refused(BrokerRefusal.Malformed).Should().Be(1);
    }

    [Fact]
    public async Task Topics_and_filters_have_a_length_and_a_depth()
    {
        await using Inside inside = await Inside.StartAsync();
        (IMqttClient client, _) = await inside.ClientAsync("family");

        string deep = string.Join('/', Enumerable.Repeat("+", 17)), deepest = string.Join('/', Enumerable.Repeat("+", 16));
        MqttClientSubscribeResult asked = await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(deep).WithTopicFilter(deepest).WithTopicFilter(new string('a', 257)).WithTopicFilter("+/+/#").Build()).InTimeAsync();
        MqttClientPublishResult far = await client.PublishAsync(At(string.Join('/', Enumerable.Repeat("x", 17)))).InTimeAsync(), near = await client.PublishAsync(At("x/y")).InTimeAsync();

        asked.Items.Select(item => (int)item.ResultCode).Should().Equal(143, 0, 143, 0);
        ((int)far.ReasonCode, near.IsSuccess, client.IsConnected).Should().Be((0x90, true, true));
        inside.Refused(BrokerRefusal.Topic).Should().Be(3);
    }

    [Theory]
    [InlineData("a/#/b", true)]
    [InlineData("a+", true)]
    [InlineData("a/b#", true)]
    [InlineData("", true)]
    [InlineData("a/\uFFFD", true)]
    [InlineData("a/+/b/#", false)]
    [InlineData("//+", false)]
    public void A_wildcard_stands_for_whole_levels_and_a_hash_at_the_end(string filter, bool malformed) =>
        (TopicRules.OfFilter(filter, new BrokerLimits()) == TopicFault.Malformed).Should().Be(malformed);

    [Fact]
    public async Task One_client_has_a_bounded_number_of_subscriptions()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { Subscriptions = 5 } });
        (IMqttClient client, _) = await inside.ClientAsync("family");
        MqttClientSubscribeOptionsBuilder many = new();
        for (int i = 0; i < 8; i++)
            many.WithTopicFilter($"topic/{i}", (MqttQualityOfServiceLevel)(i % 2));

        MqttClientSubscribeResult answer = await client.SubscribeAsync(many.Build()).InTimeAsync();

        answer.Items.Select(item => (int)item.ResultCode).Should().Equal(0, 1, 0, 1, 0, 151, 151, 151);
        inside.Refused(BrokerRefusal.Subscriptions).Should().Be(3);
    }

    [Fact]
    public async Task Retained_topics_of_others_are_bounded_and_never_crowd_out_the_gateways()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { RetainedTopics = 20, RetainedBytes = 100_000 } });
        MqttLink noisy = await inside.ConnectedAsync(inside.Login("noisy")), gateway = await inside.GatewayAsync();
        int refused = 0;
        for (int i = 0; i < 50; i++)
            refused += await RefusedAsync(noisy, $"noise/{i}", 10) ? 1 : 0;

        bool large = await RefusedAsync(noisy, "noise/0", 100_000), smaller = await RefusedAsync(noisy, "noise/0", 50), cleared = await RefusedAsync(noisy, "noise/1", 0), again = await RefusedAsync(noisy, "noise/new", 10);
        bool own = await RefusedAsync(gateway, HomeBroker.Topics.Diagnostics, 1_000);

        (refused, large, smaller, cleared, again, own).Should().Be((30, true, false, false, false, false));
        inside.Broker.Report().Retained.Should().Be(21);
        inside.Refused(BrokerRefusal.Retained).Should().Be(31);
    }

    [Fact]
    public async Task A_reader_that_does_not_take_its_messages_costs_a_bounded_memory_and_only_its_own_connection()
    {
        DrivenClock clock = new();
        BrokerLimits limits = new() { WaitingPerClient = 1_000_000, Waiting = 1_000_000 };
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = limits }, clock);
        using RawClient stuck = await RawClient.LoggedInAsync(inside, "family", keepAlive: 0);
        await stuck.SendAsync(RawClient.Packet(new MqttSubscribePacket { PacketIdentifier = 1, TopicFilters = [new MqttTopicFilter { Topic = "film/#", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }] }));
        await stuck.ReadAsync(SubAck);
        MqttLink good = await inside.ConnectedAsync(inside.Login("family", "good")), writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        Listener heard = new(good, "film/#");

        int sent = 0;
        await Eventually.BeTrueAsync(() =>
        {
            _ = writer.PublishAsync(new MqttMessage("film/now", new byte[20_000]));
            sent++;
            return !heard.Messages.IsEmpty && inside.Refused(BrokerRefusal.Dropped) > 50;
        }, "the stuck reader's messages to be dropped");

        inside.Broker.Report().WaitingBytes.Should().BeLessThan(1_500_000);
        int before = heard.Messages.Count;
        for (int n = 0; n < 20; n++)
            await writer.PublishAsync(new MqttMessage("film/now", new byte[2_000])).InTimeAsync();
        await Eventually.BeTrueAsync(() => heard.Messages.Count >= before + 20, "who reads to miss nothing, though another's messages use up all room");
        Task ended = stuck.EndAsync();
        stuck.IsOpen.Should().BeTrue();
        for (int seconds = 0; inside.Refused(BrokerRefusal.SlowReader) == 0 && !ended.IsCompleted; seconds += 2)
        {
            seconds.Should().BeLessThan(36_000, "the stuck reader is ended"); // three real minutes at least
            await writer.PublishAsync(new MqttMessage("film/now", "x"u8.ToArray())).InTimeAsync(); // the others are not silent
            clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(10);
        }
        (good.Connections, writer.Connections).Should().Be((1, 1));
    }

    [Fact]
    public async Task A_reader_that_acknowledges_nothing_is_sent_its_window_and_no_more()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { Window = 7 } });
        using RawClient mute = await RawClient.LoggedInAsync(inside, "family");
        await mute.SendAsync(RawClient.Packet(new MqttSubscribePacket { PacketIdentifier = 1, TopicFilters = [new MqttTopicFilter { Topic = "n", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }] }));
        await mute.ReadAsync(SubAck);
        MqttLink writer = await inside.ConnectedAsync(inside.Login("family", "writer"));
        for (int i = 0; i < 30; i++)
            await writer.PublishAsync(new MqttMessage("n", new[] { (byte)i })).InTimeAsync();

        byte[] eachPublish = RawClient.Publish("n", [0], id: 1);
        await mute.ReadAsync(7 * eachPublish.Length);
        await mute.SendAsync(RawClient.Packet(new MqttPubAckPacket { PacketIdentifier = 1 }));
        byte[] eighth = await mute.ReadAsync(eachPublish.Length);

        eighth[^1].Should().Be(7, "the eighth message came for the first acknowledgement, and not before");
    }

    [Fact]
    public async Task Who_asks_and_does_not_read_the_answers_is_not_read_further()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { Unanswered = 10 } });
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        using RawClient asker = await RawClient.LoggedInAsync(inside, "family");
        byte[] asks = [.. Enumerable.Repeat<byte[]>([0xC0, 0x00], 50_000).SelectMany(ping => ping)];

        Task asking = Task.Run(async () =>
        {
            for (int i = 0; i < 400; i++) // 20 million pings: 40 MB of answers that nobody reads
                await asker.SendAsync(asks);
        });
        for (int i = 0; i < 50; i++)
            await family.PublishAsync(new MqttMessage("a", "x"u8.ToArray())).InTimeAsync();

        asking.IsCompleted.Should().BeFalse("what is not answered is not read");
        family.Connections.Should().Be(1);
        asker.Dispose();
        await asking.ContinueWith(_ => { }, TaskScheduler.Default).InTimeAsync();
    }

    [Fact]
    public async Task Random_bytes_after_a_login_end_their_own_connections_and_nothing_else()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink family = await inside.ConnectedAsync(inside.Login("family"));
        Random random = new(20261201);

        for (int round = 0; round < 200; round++)
        {
            await Eventually.BeTrueAsync(() => inside.Broker.Report().Clients < 10, "the last ones to be gone");
            using RawClient client = await RawClient.LoggedInAsync(inside, "noisy", clientId: $"raw-{round}");
            byte[] bytes = new byte[random.Next(2, 400)];
            random.NextBytes(bytes);
            bytes[0] = (byte)((random.Next(1, 16) << 4) | random.Next(16));
            bytes[1] = (byte)Math.Min(127, bytes.Length - 2);
            await client.SendAsync(bytes);
        }

        await Eventually.BeTrueAsync(() => inside.Broker.Report() is { Clients: 1, Sessions: 1 }, "all of them to be gone");
        inside.Refused(BrokerRefusal.Malformed).Should().BePositive();
        await family.PublishAsync(new MqttMessage("a", "x"u8.ToArray())).InTimeAsync();
        family.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_client_that_says_nothing_for_one_and_a_half_of_its_keep_alive_is_gone_and_its_will_is_told()
    {
        DrivenClock clock = new();
        await using Inside inside = await Inside.StartAsync(real: clock);
        MqttLink gateway = await inside.GatewayAsync();
        Listener heard = new(gateway, "homeassistant/status");
        await inside.ClientAsync("kim", how => how.WithKeepAlivePeriod(TimeSpan.FromHours(1)).WithWillTopic("homeassistant/status").WithWillPayload("offline"u8.ToArray()));
        await Eventually.BeTrueAsync(() =>
        {
            _ = gateway.PublishAsync(new MqttMessage("homeassistant/status", "?"u8.ToArray()));
            return !heard.Messages.IsEmpty;
        }, "the subscription");

        while (!heard.Texts.Contains("offline"))
        {
            await gateway.PublishAsync(new MqttMessage("a", "x"u8.ToArray())).InTimeAsync(); // the gateway is not silent
            clock.Advance(TimeSpan.FromSeconds(20));
        }

        inside.Refused(BrokerRefusal.Silent).Should().Be(1, "an hour was asked for, five minutes were told");
        gateway.Connections.Should().Be(1);
    }

    private static async Task<bool> RefusedAsync(MqttLink link, string topic, int bytes)
    {
        try
        {
            await link.PublishAsync(new MqttMessage(topic, new byte[bytes], Retain: true)).InTimeAsync();
            return false;
        }
        catch (MqttRefusedException)
        {
            return true;
        }
    }

    private static MqttApplicationMessage At(string topic) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload("x"u8.ToArray()).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
}
