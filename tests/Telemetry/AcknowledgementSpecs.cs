using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests;

/// <summary>Brokers that live and do not acknowledge, and what becomes of the messages.</summary>
public sealed class AcknowledgementSpecs
{
    [Fact]
    public async Task A_broker_that_acknowledges_nothing_for_a_minute_is_left_with_the_cause_and_what_is_open_goes_again_in_its_order()
    {
        await using DeafBroker broker = new();
        SteppedTime time = new();
        TaskCompletionSource<string> told = new();
        await using MqttLink link = new(Options(broker), NullLogger<MqttLink>.Instance, time);
        link.WhenLost(cause => told.TrySetResult(cause));
        Task[] open = [.. Enumerable.Range(0, 3).Select(i => link.PublishAsync(Number(i)))];
        link.Start();
        await Eventually.BeTrueAsync(() => broker.PublishedOn(1).Count() == 4, "online and all three");
        Task<bool> once = link.PublishOnceAsync(Number(9), link.Connections);
        await Eventually.BeTrueAsync(() => broker.PublishedOn(1).Contains("9"), "the one for this connection");

        time.Advance(Conversation.AcknowledgeWithin);
        link.IsConnected.Should().BeTrue("the last of the minute is not over");
        broker.Acknowledges = true;
        time.Advance(TimeSpan.FromSeconds(11));
        string cause = await told.Task.InTimeAsync();
        await Task.WhenAll(open).InTimeAsync();

        cause.Should().Contain($"127.0.0.1:{broker.Port}").And.Contain("not acknowledged a message for 60 s").And.Contain("log");
        link.Loss!.Kind.Should().Be(MqttLossKind.Away);
        broker.PublishedOn(2).Should().Equal("online", "0", "1", "2");
        (await once.InTimeAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task A_broker_that_acknowledges_is_not_left_however_long_the_connection_lives()
    {
        await using DeafBroker broker = new() { Acknowledges = true };
        SteppedTime time = new();
        await using MqttLink link = new(Options(broker) with { StatusTopic = null }, NullLogger<MqttLink>.Instance, time);
        link.Start();

        for (int i = 0; i < 5; i++)
        {
            await link.PublishAsync(Number(i)).InTimeAsync();
            time.Advance(TimeSpan.FromHours(1));
        }

        broker.Taken.Should().Be(1);
        link.Loss.Should().BeNull();
    }

    [Fact]
    public async Task Whoever_hears_of_a_loss_finds_its_connection_closed()
    {
        await using DeafBroker broker = new();
        SteppedTime time = new();
        TaskCompletionSource<bool> closed = new();
        await using MqttLink link = new(Options(broker), NullLogger<MqttLink>.Instance, time);
        link.WhenLost(_ => closed.TrySetResult(SpinWait.SpinUntil(() => broker.Closed == 1, TimeSpan.FromSeconds(20))));
        link.Start();
        await Eventually.BeTrueAsync(() => broker.PublishedOn(1).Any(), "online");

        time.Advance(Conversation.AcknowledgeWithin + TimeSpan.FromSeconds(1));

        (await closed.Task.InTimeAsync()).Should().BeTrue("nobody may publish on a connection that is told to be lost");
    }

    [Fact]
    public async Task A_takeover_that_the_broker_speaks_of_is_named_at_once()
    {
        await using DeafBroker broker = new() { Acknowledges = true };
        TaskCompletionSource<string> told = new();
        await using MqttLink link = new(Options(broker), NullLogger<MqttLink>.Instance);
        link.WhenLost(cause => told.TrySetResult(cause));
        link.Start();
        await link.PublishAsync(Number(1)).InTimeAsync();

        await broker.SendAwayAsync(MqttWords.SessionTakenOver);

        (await told.Task.InTimeAsync()).Should().Contain("Another client connected").And.Contain("own client id");
        link.Loss!.Kind.Should().Be(MqttLossKind.TakenOver);
    }

    [Fact]
    public void A_message_whose_acknowledgement_comes_after_its_connection_was_given_up_is_not_sent_again()
    {
        OutgoingQueue queue = new(TimeProvider.System);
        Outgoing[] messages = [.. Enumerable.Range(0, 4).Select(i => new Outgoing(Number(i), only: null))];
        queue.Open(1, window: 2);
        Array.ForEach(messages, queue.Add);
        Take(queue).Should().Equal(messages[0], messages[1]);

        queue.Rewind();
        messages[0].Acknowledge();
        messages[2].Cancel();
        queue.Open(2, window: 2);

        Take(queue).Should().Equal(messages[1], messages[3]);
    }

    [Fact]
    public async Task Messages_that_are_all_answered_leave_nothing_to_wake_for()
    {
        OutgoingQueue queue = new(TimeProvider.System);
        Outgoing late = new(Number(1), only: null), next = new(Number(2), only: null);
        queue.Open(1, window: 1);
        queue.Add(late);
        Take(queue).Should().Equal(late);
        queue.Rewind();
        late.Acknowledge();
        queue.Open(2, window: 1);

        Take(queue).Should().BeEmpty();
        Task woken = queue.NextAsync();
        woken.IsCompleted.Should().BeFalse();
        queue.Add(next);

        await woken.InTimeAsync();
        Take(queue).Should().Equal(next);
    }

    private static List<Outgoing> Take(OutgoingQueue queue)
    {
        List<Outgoing> taken = [];
        while (queue.TryTake(out Outgoing message))
            taken.Add(message);
        return taken;
    }

    private static MqttOptions Options(DeafBroker broker) => new()
    {
        Host = "127.0.0.1", Port = broker.Port, ClientId = "gateway", StatusTopic = "status", RetryFirst = TimeSpan.FromMilliseconds(20), RetryMost = TimeSpan.FromMilliseconds(100),
    };

    private static MqttMessage Number(int i) => new("numbers", Encoding.UTF8.GetBytes($"{i}"));
}
