using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace PantryChain.Telemetry.Mqtt;

// What runs on the link's own thread: connect, serve, step, leave, pause, again. Nothing here is called by any other thread.
public sealed partial class MosquittoLink
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10); // from CONNECT to CONNACK, and for the last words at a stop

    // A connection that ends sooner counts as a failure: two gateways with one id would throw each other out in turns, without a pause that grows.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    // Mosquitto before 2.1 closes a session that another client takes over without a word (MQTT 5 reason 0x8E): two short ones in a row look like that.
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);
    private int _shortLives;

    private void Run()
    {
        int failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            using (Connection? connection = TryOpen(out string? cause))
            {
                MqttLossKind kind = MqttLossKind.Unfit; // a setting or the library itself
                if (connection is not null)
                    (cause, kind) = Live(connection, ref failures);
                Leave(cause, kind);
            }
            failures++;
            _ = !_stopping.IsCancellationRequested && _stopping.Token.WaitHandle.WaitOne(Pause(failures));
        }
        End();
    }

    private Connection? TryOpen(out string? cause)
    {
        Connection? connection = null;
        try
        {
            connection = new Connection(_options, this);
            connection.Open();
            cause = connection.Cause;
            return connection;
        }
        catch (InvalidOperationException error)
        {
            connection?.Dispose();
            cause = error.Message;
            return null;
        }
    }

    /// <summary>Drives one connection to its end; returns why it ended, or null at a clean stop.</summary>
    private (string? Cause, MqttLossKind Kind) Live(Connection connection, ref int failures)
    {
        long opened = Stopwatch.GetTimestamp(), misc = opened;
        while (connection.IsOpen && !_stopping.IsCancellationRequested)
        {
            if (_accepted)
                Serve(connection);
            else if (Stopwatch.GetElapsedTime(opened) > AnswerWithin)
                return ($"{_options.Host}:{_options.Port} takes connections but does not answer as a broker. Check host and port.", MqttLossKind.Unfit);
            bool hasRoom = _accepted && _outgoing.InFlight < _options.Window;
            connection.Step(_wakeup, _outgoing.MaySleep(hasRoom) ? 1000 : 0);
            if (Stopwatch.GetElapsedTime(misc) < TimeSpan.FromSeconds(1) || !connection.IsOpen)
                continue;
            connection.KeepAlive();
            misc = Stopwatch.GetTimestamp();
        }
        if (_stopping.IsCancellationRequested && connection.IsOpen && _accepted)
            SayGoodbye(connection);
        if (_accepted && Stopwatch.GetElapsedTime(opened) > Settled)
            failures = 0;
        if (connection.TakenOver)
            failures = 30; // the longest pause at once
        string cause = connection.Cause ?? MqttWords.OfError(MqttWords.ConnectionLost, 0, _options);
        _shortLives = _accepted && Stopwatch.GetElapsedTime(opened) < Short && cause == MqttWords.OfError(MqttWords.ConnectionLost, 0, _options) ? _shortLives + 1 : 0;
        return _stopping.IsCancellationRequested ? default : _shortLives < 2 ? (cause, connection.Kind) : (MqttWords.OfShortLives(_options), MqttLossKind.TakenOver);
    }

    private void Serve(Connection connection)
    {
        bool isNew = _subscribed < 0;
        if (isNew)
        {
            _subscribed = 0;
            Interlocked.Increment(ref _connections);
        }
        for (ImmutableList<Subscription> all = _subscriptions; _subscribed < all.Count; _subscribed++)
            _asked[connection.Subscribe(all[_subscribed].Filter, all[_subscribed].AsPublished)] = all[_subscribed].Filter;
        if (isNew)
            Arrive(connection);
        while (_outgoing.InFlight < _options.Window && connection.IsOpen && _outgoing.TryTake(out Outgoing outgoing))
            Send(connection, outgoing);
    }

    // The order on the wire: subscriptions, "online", what the last connection left open, then what is new.
    private void Arrive(Connection connection)
    {
        if (_options.StatusTopic is not null)
            Send(connection, new Outgoing(Presence.Message(_options.StatusTopic, online: true), only: Connections));
        _outgoing.Open(Connections);
        _log.LogInformation("Connected to the broker {Host}:{Port} as {ClientId}", _options.Host, _options.Port, _options.ClientId);
        lock (_changing)
            _connected.TrySetResult();
        foreach (Action handler in _whenConnected)
            Call(handler);
    }

    private void Send(Connection connection, Outgoing outgoing)
    {
        if (connection.Publish(outgoing.Message, out int id) is { } refused)
            outgoing.Refuse(refused);
        else
            _outgoing.Sent(id, outgoing);
    }

    private void SayGoodbye(Connection connection)
    {
        if (_options.StatusTopic is not null)
        {
            Outgoing offline = new(Presence.Message(_options.StatusTopic, online: false), only: Connections);
            Send(connection, offline);
            StepUntil(connection, () => offline.Done.IsCompleted);
        }
        connection.Close();
        StepUntil(connection, () => false);
    }

    private void StepUntil(Connection connection, Func<bool> done)
    {
        long began = Stopwatch.GetTimestamp();
        while (connection.IsOpen && !done() && Stopwatch.GetElapsedTime(began) < AnswerWithin)
            connection.Step(_wakeup, 100);
    }

    private void Leave(string? cause, MqttLossKind kind)
    {
        bool was = _accepted;
        (_accepted, _subscribed) = (false, -1);
        _asked.Clear();
        _outgoing.Rewind();
        lock (_changing)
        {
            if (_connected.Task.IsCompleted)
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (cause is null)
            return;
        _loss = new MqttLoss(kind, cause, TimeProvider.System.GetUtcNow());
        _log.Log(was ? LogLevel.Warning : LogLevel.Information, "{Cause}", cause);
        foreach (Action<string> handler in _whenLost)
            Call(() => handler(cause));
    }

    private TimeSpan Pause(int failures)
    {
        double longest = Math.Min(_options.RetryMost.TotalMilliseconds, _options.RetryFirst.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30) - 1));
        return TimeSpan.FromMilliseconds(longest * (0.5 + Random.Shared.NextDouble() / 2));
    }

    private void End()
    {
        _outgoing.Close();
        lock (_changing)
            _connected.TrySetCanceled();
        _wakeup.Dispose();
        _stopping.Dispose();
        _ended.TrySetResult();
    }

    void IConnectionEvents.Accepted() => _accepted = true;

    void IConnectionEvents.Acknowledged(int id, int reason)
    {
        if (!_outgoing.TryAcknowledge(id, out Outgoing outgoing))
            return;
        if (reason < MqttWords.FirstFailure)
            outgoing.Acknowledge();
        else
            outgoing.Refuse(MqttWords.OfPublish(reason, outgoing.Message.Topic, _options));
    }

    void IConnectionEvents.Received(MqttMessage message)
    {
        foreach ((string filter, Action<MqttMessage> handler, _) in _subscriptions)
        {
            if (TopicFilter.Matches(filter, message.Topic))
                Call(() => handler(message));
        }
    }

    void IConnectionEvents.SubscriptionRefused(int id, int reason) =>
        _log.LogWarning("{Why}", $"Subscription to {_asked.GetValueOrDefault(id)}: {MqttWords.OfReason(reason, _options)}");

    // Handlers run inside callbacks of native code, which no exception may cross.
    private void Call(Action handler)
    {
        try
        {
            handler();
        }
        catch (Exception error)
        {
            _log.LogError(error, "A handler of the MQTT link failed");
        }
    }
}
