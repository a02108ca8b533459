using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using MQTTnet.Exceptions;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>What is done on one connection that the broker has taken: subscribe, say <c>online</c>, send in order, watch that the broker acknowledges, say goodbye.</summary>
/// <remarks>One caller, the link's worker, and it alone starts what is sent.</remarks>
internal sealed class Conversation(MqttOptions options, OutgoingQueue outgoing, Listeners listeners, TimeProvider time, ILogger log)
{
    /// <summary>
    /// Longest wait for a PUBACK. A broker that answers nothing at all is found sooner by its missing PINGRESP (the default keep-alive and ten seconds: 40 s), so this names
    /// a broker that lives and does not acknowledge; and a broker on an SD card that writes out its store for half a minute is not one.
    /// </summary>
    internal static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookEvery = AcknowledgeWithin / 6;

    /// <summary>Drives the connection to its end; why it ended, or null at a clean stop.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="number">Its number.</param>
    /// <param name="arrived">Called when subscriptions are restored, before anybody else hears of the connection.</param>
    /// <param name="stop">Asks for a clean stop.</param>
    public async Task<Ending?> RunAsync(Connection connection, long number, Action arrived, CancellationToken stop)
    {
        try
        {
            int subscribed = await SubscribeAsync(connection, 0, stop);
            Arrive(connection, number, arrived);
            await using ITimer watch = time.CreateTimer(_ => EndWhenUnanswered(connection), null, LookEvery, LookEvery);
            await using CancellationTokenRegistration stopping = stop.Register(outgoing.Wake);
            while (!connection.Ended.IsCompleted && !stop.IsCancellationRequested)
            {
                subscribed = await SubscribeAsync(connection, subscribed, stop);
                while (!connection.Ended.IsCompleted && outgoing.TryTake(out Outgoing message))
                    _ = SendAsync(connection, message);
                Task next = outgoing.NextAsync();
                if (subscribed == listeners.Subscriptions.Count && !stop.IsCancellationRequested)
                    await Task.WhenAny(next, connection.Ended);
            }
            if (!connection.Ended.IsCompleted)
                await SayGoodbyeAsync(connection);
            return stop.IsCancellationRequested ? null : await connection.Ended;
        }
        catch (Exception error) when (error is MqttCommunicationException or OperationCanceledException or TimeoutException || connection.Ended.IsCompleted)
        {
            return stop.IsCancellationRequested ? null : connection.Ended.IsCompleted ? await connection.Ended : MqttWords.OfError(error, options);
        }
    }

    /// <summary>Asks for what this connection has not; how many it has then.</summary>
    private async Task<int> SubscribeAsync(Connection connection, int subscribed, CancellationToken stop)
    {
        ImmutableList<Subscription> all = listeners.Subscriptions;
        if (subscribed == all.Count)
            return subscribed;
        foreach (string refused in await connection.SubscribeAsync([.. all.Skip(subscribed).Select(subscription => (subscription.Filter, subscription.AsPublished))], stop))
            log.LogWarning("{Why}", refused);
        return all.Count;
    }

    // The order on the wire: subscriptions, "online", what the last connection left open, then what is new.
    private void Arrive(Connection connection, long number, Action arrived)
    {
        outgoing.Open(number, connection.Window, options.StatusTopic is null ? null : new Outgoing(Presence.Message(options.StatusTopic, online: true), only: number));
        log.LogInformation("Connected to the broker {Host}:{Port} as {ClientId}", options.Host, options.Port, options.ClientId);
        arrived();
        listeners.Connected();
        connection.Greet();
    }

    /// <summary>Sends one message; started in order from one place, for MQTTnet keeps that order.</summary>
    private async Task SendAsync(Connection connection, Outgoing message)
    {
        try
        {
            if (await connection.PublishAsync(message.Message) is { } refused)
                message.Refuse(refused);
            else
                message.Acknowledge();
        }
        catch (Exception error) when (error is MqttCommunicationException or OperationCanceledException or ObjectDisposedException || connection.Ended.IsCompleted)
        {
            return; // sent again on the next connection
        }
        catch (Exception error)
        {
            message.Refuse(MqttWords.CannotBeSent(message.Message.Topic, error));
        }
        outgoing.Answered(message);
    }

    private void EndWhenUnanswered(Connection connection)
    {
        if (outgoing.IsOverdue(AcknowledgeWithin))
            connection.End(new Ending(MqttLossKind.Away, MqttWords.Unacknowledged(options, AcknowledgeWithin)));
    }

    private async Task SayGoodbyeAsync(Connection connection)
    {
        using CancellationTokenSource patience = new(MqttLink.AnswerWithin);
        if (options.StatusTopic is not null)
            await connection.PublishAsync(Presence.Message(options.StatusTopic, online: false)).WaitAsync(patience.Token);
        await connection.CloseAsync(patience.Token);
    }
}
