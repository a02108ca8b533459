using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Exceptions;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests;

public sealed class MqttLinkSpecs
{
    [Fact]
    public async Task A_stop_does_not_wait_for_a_broker_that_takes_the_connection_and_says_nothing()
    {
        using TcpListener silent = new(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        MqttLink link = new(new MqttOptions { Host = "127.0.0.1", Port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port, ClientId = "gateway" }, NullLogger<MqttLink>.Instance);
        Task open = link.PublishAsync(new MqttMessage("a", "1"u8.ToArray()));
        link.Start();
        using TcpClient asked = await silent.AcceptTcpClientAsync();

        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
        await link.StopAsync(patience.Token);

        open.IsCompleted.Should().BeTrue("what was open is told that it never went");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task A_published_message_arrives_with_its_bytes_and_properties(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink reader = await broker.ConnectedAsync(broker.Options("reader"));
        Listener heard = new(reader, "a/+/c");
        MqttLink writer = await broker.ConnectedAsync(broker.Options("writer"));

        // A subscription has no answer of its own here: publish until it is there.
        await Eventually.BeTrueAsync(() =>
        {
            _ = writer.PublishAsync(new MqttMessage("a/밥/c", Encoding.UTF8.GetBytes("우유"), Schema: "milk/1", ContentType: "text/plain"));
            return !heard.Messages.IsEmpty;
        }, "a message");

        heard.Messages.TryPeek(out MqttMessage? message).Should().BeTrue();
        message!.Topic.Should().Be("a/밥/c");
        heard.Texts.First().Should().Be("우유");
        (message.Schema, message.ContentType, message.Retain).Should().Be(("milk/1", "text/plain", false));
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Publishing_completes_for_an_empty_retained_payload(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink link = await broker.ConnectedAsync(broker.Options("writer"));

        Func<Task> publish = () => link.PublishAsync(new MqttMessage("a/b", default, Retain: true)).InTimeAsync();

        await publish.Should().NotThrowAsync();
    }

    [Fact]
    public async Task Messages_given_while_the_broker_is_dead_arrive_in_order_when_it_is_back()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync();
        MqttLink link = broker.Link(broker.Options("both"));
        Listener heard = new(link, "numbers");
        link.Start();
        await link.WaitConnectedAsync(default).InTimeAsync();
        broker.Part.Kill();
        await Eventually.BeTrueAsync(() => !link.IsConnected, "the loss");

        Task[] sent = [.. Enumerable.Range(0, 500).Select(i => link.PublishAsync(Number(i)))];
        await broker.Part.RestartAsync();
        await Task.WhenAll(sent).InTimeAsync();

        await Eventually.BeTrueAsync(() => heard.Messages.Count >= 500, "all messages");
        heard.Texts.Should().Equal(Enumerable.Range(0, 500).Select(i => $"{i}"));
        link.Connections.Should().Be(2);
    }

    [Fact]
    public async Task A_broker_killed_in_mid_stream_loses_no_message_that_may_travel_on_any_connection()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync();
        MqttLink link = broker.Link(broker.Options("both") with { SessionExpiry = TimeSpan.FromHours(1) });
        Listener heard = new(link, "numbers");
        link.Start();
        await link.WaitConnectedAsync(default).InTimeAsync();

        Task[] sent = [.. Enumerable.Range(0, 20_000).Select(i => link.PublishAsync(Number(i)))];
        await Eventually.BeTrueAsync(() => heard.Messages.Count > 500, "a good beginning");
        sent[^1].IsCompleted.Should().BeFalse("the kill must fall into the stream");
        broker.Part.Kill();
        await broker.Part.RestartAsync();
        await Task.WhenAll(sent).InTimeAsync();

        link.Connections.Should().Be(2);
        sent.Should().OnlyContain(task => task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_message_for_one_connection_is_given_up_when_that_connection_ends()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync();
        MqttLink link = await broker.ConnectedAsync(broker.Options("once"));
        await broker.Part.SignalAsync("STOP");

        Task<bool> sent = link.PublishOnceAsync(Number(1), link.Connections);
        broker.Part.Kill();
        bool arrived = await sent.InTimeAsync();
        bool later = await link.PublishOnceAsync(Number(2), link.Connections).InTimeAsync();

        arrived.Should().BeFalse();
        later.Should().BeFalse("there is no connection");
    }

    [Fact]
    public async Task A_message_for_an_older_connection_is_not_sent_on_a_newer_one()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync();
        MqttLink link = await broker.ConnectedAsync(broker.Options("once"));
        await broker.Part.RestartAsync();
        await Eventually.BeTrueAsync(() => link.Connections == 2 && link.IsConnected, "the second connection");

        bool old = await link.PublishOnceAsync(Number(1), 1).InTimeAsync();
        bool current = await link.PublishOnceAsync(Number(2), 2).InTimeAsync();

        old.Should().BeFalse();
        current.Should().BeTrue();
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Presence_is_online_when_connected_offline_after_a_stop_and_offline_by_will_after_a_crash(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink watcher = broker.Link(broker.Options("watcher"));
        Listener status = new(watcher, HomeBroker.Topics.Status);
        watcher.Start();
        await watcher.WaitConnectedAsync(default).InTimeAsync();
        MqttOptions options = broker.Options("gateway") with { StatusTopic = HomeBroker.Topics.Status };

        MqttLink first = await broker.ConnectedAsync(options);
        await Eventually.BeTrueAsync(() => status.Messages.Count == 1, "online");
        await first.StopAsync(default).InTimeAsync();
        await Eventually.BeTrueAsync(() => status.Messages.Count == 2, "offline");
        await broker.ConnectedAsync(options);
        await Eventually.BeTrueAsync(() => status.Messages.Count == 3, "online again");
        // A second client with the same id throws the first one out without its goodbye: the broker speaks its will.
        await broker.ConnectedAsync(options with { StatusTopic = null, RetryMost = TimeSpan.FromMinutes(1) });

        await Eventually.BeTrueAsync(() => status.Messages.Count >= 4, "the will");
        status.Texts.Take(4).Should().Equal("online", "offline", "online", "offline");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Subscriptions_are_restored_after_a_restart_of_the_broker(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink link = await broker.ConnectedAsync(broker.Options("both"));
        Listener heard = new(link, "numbers");
        await broker.RestartAsync();
        await Eventually.BeTrueAsync(() => link.Connections == 2, "the second connection");

        await link.PublishAsync(Number(7)).InTimeAsync();

        await Eventually.BeTrueAsync(() => heard.Texts.Contains("7"), "the message");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Whoever_waits_for_a_connection_hears_of_it_before_its_first_message(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink writer = await broker.ConnectedAsync(broker.Options("writer"));
        for (int i = 0; i < 50; i++)
            await writer.PublishAsync(new MqttMessage($"kept/{i}", "x"u8.ToArray(), Retain: true)).InTimeAsync();

        for (int life = 0; life < 20; life++)
        {
            ConcurrentQueue<string> heard = new();
            await using MqttLink link = broker.Link(broker.Options($"life-{life}"));
            link.Subscribe("kept/#", message => heard.Enqueue(message.Topic));
            link.Subscribe("other/#", message => heard.Enqueue(message.Topic));
            link.WhenConnected(() => heard.Enqueue("connected"));
            link.Start();
            await Eventually.BeTrueAsync(() => heard.Count == 51, "all that is kept");

            heard.First().Should().Be("connected");
        }
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task What_a_handler_throws_harms_nobody_else(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink link = broker.Link(broker.Options("both"));
        link.Subscribe("numbers", _ => throw new InvalidOperationException("a handler's fault"));
        Listener heard = new(link, "numbers");
        link.Start();

        await link.PublishAsync(Number(1)).InTimeAsync();
        await link.PublishAsync(Number(2)).InTimeAsync();

        await Eventually.BeTrueAsync(() => heard.Messages.Count == 2, "both messages");
        link.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_link_that_was_stopped_cancels_what_is_open_and_what_comes_later()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync();
        broker.Part.Kill();
        MqttLink link = broker.Link(broker.Options("lonely"));
        link.Start();
        Task open = link.PublishAsync(Number(1));

        await link.StopAsync(default).InTimeAsync();
        Func<Task> before = () => open.InTimeAsync();
        Func<Task> after = () => link.PublishAsync(Number(2)).InTimeAsync();

        await before.Should().ThrowAsync<OperationCanceledException>();
        await after.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_named_with_the_next_step()
    {
        int nobody = LoopbackPort.Free();
        TaskCompletionSource<string> told = new();
        await using MqttLink link = new(new MqttOptions { Host = "127.0.0.1", Port = nobody, ClientId = "x" }, NullLogger<MqttLink>.Instance);
        link.WhenLost(cause => told.TrySetResult(cause));

        link.Start();
        string cause = await told.Task.InTimeAsync();

        cause.Should().Contain($"127.0.0.1:{nobody}").And.Contain("Connection refused").And.Contain("Check that the broker runs");
        link.Loss.Should().BeEquivalentTo(new { Kind = MqttLossKind.Away, Words = cause });
    }

    [Fact]
    public void Every_trouble_of_the_network_and_every_reason_of_MQTT_5_is_a_sentence_of_its_own_with_what_to_do()
    {
        MqttOptions options = new() { Host = "home", ClientId = "kim-1", Username = "kim" };
        Exception[] troubles =
        [
            .. Enum.GetValues<SocketError>().Select(code => new SocketException((int)code)), new AuthenticationException("the certificate"), new MqttProtocolViolationException("a packet"),
            new MqttCommunicationTimedOutException(), new TimeoutException(), new IOException("wrapped", new SocketException((int)SocketError.ConnectionRefused)), new MqttCommunicationException("gone"),
        ];
        IEnumerable<string> errors =
        [
            .. troubles.Select(trouble => MqttWords.OfError(trouble, options).Words), MqttWords.NoBroker(options), MqttWords.TooLittle(options), MqttWords.TooLarge("A/b", 9),
            MqttWords.Unacknowledged(options, Conversation.AcknowledgeWithin),
        ];
        IEnumerable<string> reasons = Enumerable.Range(0x80, 0x23).Select(code => MqttWords.OfReason(code, options));
        IEnumerable<string> refusals = Enumerable.Range(0x80, 0x23).Select(code => MqttWords.OfPublish(code, "a/b", options));

        foreach (string words in errors.Concat(reasons).Concat(refusals))
        {
            words.Should().MatchRegex(@"^[A-Z].*[.!?]$");
            words.Should().MatchRegex("Check|Use|Stop|Raise|Install|See|Choose|Ask|Allow|Renew|Change|report|tried again|does not accept");
        }
    }

    [Theory]
    [InlineData(0, "Port 0")]
    [InlineData(70_000, "Port 70000")]
    public void A_port_out_of_range_is_refused_before_anything_starts(int port, string words)
    {
        Action build = () => _ = new MqttLink(new MqttOptions { Host = "h", Port = port, ClientId = "x" }, NullLogger<MqttLink>.Instance);

        build.Should().Throw<ValidationException>().WithMessage($"*{words}*");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Hundred_links_leave_no_file_handle_behind(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await OpenAndStopAsync(broker, 2);
        int before = OpenFiles();

        await OpenAndStopAsync(broker, 100);

        OpenFiles().Should().BeLessThan(before + 20);
    }

    private static async Task OpenAndStopAsync(HomeBroker broker, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await using MqttLink link = new(broker.Options($"short-{i}"), NullLogger<MqttLink>.Instance);
            link.Start();
            await link.PublishAsync(Number(i)).InTimeAsync();
        }
    }

    private static int OpenFiles() => Directory.GetFiles("/proc/self/fd").Length;

    private static MqttMessage Number(int i) => new("numbers", Encoding.UTF8.GetBytes($"{i}"));
}
