using MQTTnet;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests.Broker;

/// <summary>Who may do what at the broker inside the gateway.</summary>
public sealed class BrokerRightsSpecs
{
    [Fact]
    public async Task A_home_user_reads_what_the_gateway_tells_and_writes_requests_alone()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink gateway = await inside.GatewayAsync(), kim = inside.Link(inside.Login("kim"));
        Listener asked = new(gateway, HomeBroker.Topics.AnyRequest), told = new(kim, "#");
        kim.Start();
        await kim.WaitConnectedAsync(default).InTimeAsync();
        await Eventually.BeTrueAsync(() =>
        {
            _ = kim.PublishAsync(new MqttMessage(HomeBroker.Topics.Request("tare"), "{}"u8.ToArray()));
            _ = gateway.PublishAsync(new MqttMessage("private/diary", "x"u8.ToArray()));
            _ = gateway.PublishAsync(new MqttMessage(HomeBroker.Topics.Status, "online"u8.ToArray()));
            return !asked.Messages.IsEmpty && !told.Messages.IsEmpty;
        }, "both ways");

        foreach (string topic in (string[])[HomeBroker.Topics.Status, HomeBroker.Topics.Response("tare"), "homeassistant/device/x/config", "private/diary", "$SYS/broker", "$internal"])
        {
            Func<Task> write = () => kim.PublishAsync(new MqttMessage(topic, "x"u8.ToArray(), Retain: true)).InTimeAsync();
            await write.Should().ThrowAsync<MqttRefusedException>();
        }
        Func<Task> greet = () => kim.PublishAsync(new MqttMessage("homeassistant/status", "online"u8.ToArray())).InTimeAsync();
        await greet.Should().NotThrowAsync("Home Assistant says there that it is back");
        told.Messages.Select(message => message.Topic).Should().NotContain("private/diary").And.Contain(HomeBroker.Topics.Status);
        inside.Refused(BrokerRefusal.Publish).Should().Be(6);
    }

    [Theory]
    [InlineData("$SYS/#", 135)]
    [InlineData("private/#", 135)]
    [InlineData("$share/group/pantrychain/#", 158)]
    [InlineData("pantrychain/v1/+/slot/#", 1)]
    [InlineData("+/device/+/config", 1)]
    [InlineData("#", 1)]
    public async Task A_subscription_that_could_never_deliver_anything_is_refused(string filter, int answer)
    {
        await using Inside inside = await Inside.StartAsync();
        (IMqttClient client, _) = await inside.ClientAsync("kim");

        MqttClientSubscribeResult asked = await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.ExactlyOnce).InTimeAsync();

        ((int)asked.Items.Single().ResultCode).Should().Be(answer);
        inside.Refused(BrokerRefusal.Subscribe).Should().Be(answer == 1 ? 0 : 1);
    }

    [Theory]
    [InlineData("pantrychain/v1/kim-1/status", 0x87)] // the gateway's word
    [InlineData("$SYS/will", 0x87)]
    [InlineData("homeassistant/#", 0x87)]
    [InlineData("homeassistant/status", 0)]
    public async Task A_will_that_its_user_may_not_publish_keeps_the_client_out(string topic, int answer)
    {
        await using Inside inside = await Inside.StartAsync();

        (_, MqttClientConnectResult connected) = await inside.ClientAsync("kim", how => how.WithWillTopic(topic).WithWillPayload("offline"u8.ToArray()).WithWillRetain(true));

        ((int)connected.ResultCode).Should().Be(answer);
        inside.Refused(BrokerRefusal.Will).Should().Be(answer == 0 ? 0 : 1);
        inside.Broker.Report().Retained.Should().Be(0);
    }

    [Fact]
    public async Task Another_user_with_the_same_client_id_throws_nobody_out()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink gateway = await inside.GatewayAsync(), family = await inside.ConnectedAsync(inside.Login("family", "home-assistant") with { SessionExpiry = TimeSpan.FromDays(1) });
        Listener heard = new(family, "noise/#");
        MqttLink thief = await inside.ConnectedAsync(inside.Login("noisy", "home-assistant") with { SessionExpiry = TimeSpan.FromDays(1) }), other = await inside.ConnectedAsync(inside.Login("noisy", "gateway"));

        await Eventually.BeTrueAsync(() =>
        {
            _ = thief.PublishAsync(new MqttMessage("noise/1", "x"u8.ToArray()));
            return !heard.Messages.IsEmpty;
        }, "the family still hears");

        (gateway.Connections, family.Connections, thief.Connections, other.Connections).Should().Be((1, 1, 1, 1));
    }

    [Fact]
    public async Task A_copied_login_takes_over_its_own_session_only_and_is_told_so()
    {
        await using Inside inside = await Inside.StartAsync();
        MqttLink gateway = await inside.GatewayAsync(), kim = inside.Link(inside.Login("kim"));
        TaskCompletionSource<string> told = new();
        kim.WhenLost(cause =>
        {
            if (cause.Contains("Another client", StringComparison.Ordinal)) // they throw each other out again and again, and now and then the connection ends before the reason is read
                told.TrySetResult(cause);
        });
        kim.Start();
        await kim.WaitConnectedAsync(default).InTimeAsync();

        await inside.ConnectedAsync(inside.Login("kim"));

        await told.Task.InTimeAsync();
        gateway.Connections.Should().Be(1);
    }

    [Fact]
    public async Task Wrong_passwords_are_told_in_words_and_guessing_ends_soon_for_the_guesser_alone()
    {
        DrivenClock clock = new();
        await using Inside inside = await Inside.StartAsync(real: clock);
        await inside.ConnectedAsync(inside.Login("kim", "before"));

        List<int> answers = [];
        for (int i = 0; i < 12; i++)
            answers.Add((int)(await inside.ClientAsync("family", how => how.WithCredentials("family", $"guess {i}"))).Answer.ResultCode);
        int nobody = (int)(await inside.ClientAsync("", how => how.WithCredentials("", ""))).Answer.ResultCode, unknown = (int)(await inside.ClientAsync("lee")).Answer.ResultCode;
        MqttLink again = await inside.ConnectedAsync(inside.Login("kim", "after")); // the same address, and a password that was right before
        long connections = again.Connections;
        clock.Advance(TimeSpan.FromSeconds(61));
        int later = (int)(await inside.ClientAsync("family")).Answer.ResultCode;

        answers.Should().Equal([.. Enumerable.Repeat(0x86, 10), 0x9F, 0x9F]);
        (nobody, unknown, later, connections).Should().Be((0x87, 0x9F, 0, 1));
        (inside.Refused(BrokerRefusal.Login), inside.Refused(BrokerRefusal.Guessing)).Should().Be((11, 3));
    }

    [Fact]
    public async Task Users_come_and_go_while_the_broker_runs()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Limits = new BrokerLimits { SaveEvery = TimeSpan.FromMilliseconds(20) } }, withUsers: false);
        int before = (int)(await inside.ClientAsync("kim")).Answer.ResultCode;

        inside.Users.Save([new BrokerUser("kim", Inside.Hash)]);
        (IMqttClient kim, MqttClientConnectResult with) = await inside.ClientAsync("kim");
        inside.Users.Save([]);

        await Eventually.BeTrueAsync(() => !kim.IsConnected, "the removed user to be out");
        (before, (int)with.ResultCode).Should().Be((0x86, 0));
        inside.Broker.Report().Sessions.Should().Be(0);
    }

    [Fact]
    public async Task The_gateways_own_door_takes_the_gateway_alone_and_the_households_door_does_not_know_it()
    {
        await using Inside inside = await Inside.StartAsync();

        int family = (int)(await inside.ClientAsync("family", how => how.WithTcpServer("127.0.0.1", inside.Broker.OwnPort))).Answer.ResultCode;
        int gateway = (int)(await inside.ClientAsync("kim", how => how.WithCredentials(EmbeddedBroker.OwnUser, inside.Broker.OwnPassword))).Answer.ResultCode;

        (family, gateway).Should().Be((0x87, 0x86));
    }

    [Theory]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/+", "+/b", true)]
    [InlineData("a/b", "a/+/c", false)]
    [InlineData("a/+/c", "a/b", false)]
    [InlineData("+/#", "a/b", true)]
    [InlineData("a//c", "a/+/c", true)]
    [InlineData("b/#", "a/#", false)]
    [InlineData("a/b/#", "a/b", true)]
    public void Filters_overlap_where_a_topic_exists_that_both_ask_for(string one, string other, bool overlap)
    {
        TopicFilter.Overlap(one, other).Should().Be(overlap);
        TopicFilter.Overlap(other, one).Should().Be(overlap);
    }

    [Fact]
    public async Task A_users_file_that_cannot_be_read_is_told_with_the_next_step_and_lets_nobody_in()
    {
        await using Inside inside = await Inside.StartAsync(withUsers: false);
        await File.WriteAllTextAsync(Path.Combine(inside.Folder, "home-users.json"), """[{"name":"kim","hash":"plain"}]""");

        int answer = (int)(await inside.ClientAsync("kim")).Answer.ResultCode;

        answer.Should().Be(0x86);
        inside.Broker.Report().Trouble.Should().Contain("home-users.json").And.Contain("'kim'").And.Contain("home-user add");
    }
}
