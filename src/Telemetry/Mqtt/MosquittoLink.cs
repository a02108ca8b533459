using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>The link over the system's libmosquitto (MQTT 5): one thread that owns the native client, the socket and every callback.</summary>
public sealed class MosquittoLink : IMqttLink, IConnectionEvents
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10); // from CONNECT to CONNACK, and for the last words at a stop

    // A connection that ends sooner counts as a failure: two gateways with one id would throw each other out in turns, without a pause that grows.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly MqttOptions _options;
    private readonly ILogger<MosquittoLink> _log;
    private readonly OutgoingQueue _outgoing = new();
    private readonly Wakeup _wakeup = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _changing = new();
    private readonly Dictionary<int, string> _asked = [];
    private ImmutableList<(string Filter, Action<MqttMessage> Handler)> _subscriptions = [];
    private ImmutableList<Action> _whenConnected = [];
    private ImmutableList<Action<string>> _whenLost = [];
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private long _connections;
    private int _subscribed = -1; // how many of the subscriptions this connection has, -1 before it is greeted
    private volatile bool _accepted;

    /// <summary>Checks the options; nothing is sent before <see cref="Start"/>.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">libmosquitto is not installed; the message names the package.</exception>
    public MosquittoLink(MqttOptions options, ILogger<MosquittoLink> log)
    {
        options.Validate();
        if (!NativeLibrary.TryLoad(Native.Library, out _))
            throw new InvalidOperationException($"{Native.Library} is missing. Run 'sudo apt-get install libmosquitto1'.");
        (_options, _log) = (options, log);
    }

    /// <inheritdoc />
    public bool IsConnected => _accepted;

    /// <inheritdoc />
    public long Connections => Interlocked.Read(ref _connections);

    /// <inheritdoc />
    public void WhenConnected(Action handler)
    {
        lock (_changing)
            _whenConnected = _whenConnected.Add(handler);
    }

    /// <inheritdoc />
    public void WhenLost(Action<string> handler)
    {
        lock (_changing)
            _whenLost = _whenLost.Add(handler);
    }

    /// <inheritdoc />
    public void Start()
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_thread is not null)
                return;
            _thread = new Thread(Run) { IsBackground = true, Name = $"mqtt {_options.ClientId}" };
            _thread.Start();
        }
    }

    /// <inheritdoc />
    public Task PublishAsync(MqttMessage message, CancellationToken cancellation = default)
    {
        Task<bool> done = Give(new Outgoing(message, only: null));
        return cancellation.CanBeCanceled ? done.WaitAsync(cancellation) : done;
    }

    /// <inheritdoc />
    public Task<bool> PublishOnceAsync(MqttMessage message, long connection) => Give(new Outgoing(message, connection));

    /// <inheritdoc />
    public void Subscribe(string filter, Action<MqttMessage> handler)
    {
        lock (_changing)
            _subscriptions = _subscriptions.Add((filter, handler));
        _wakeup.Ring();
    }

    /// <inheritdoc />
    public Task WaitConnectedAsync(CancellationToken cancellation)
    {
        lock (_changing)
            return _connected.Task.WaitAsync(cancellation);
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellation)
    {
        lock (_changing)
        {
            if (!_stopping.IsCancellationRequested)
                _stopping.Cancel();
            if (_thread is null)
                End();
        }
        _wakeup.Ring();
        await _ended.Task.WaitAsync(cancellation);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            using CancellationTokenSource patience = new(AnswerWithin + AnswerWithin);
            await StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The thread still waits for the network; it frees everything itself when that answers.
        }
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
        foreach ((string filter, Action<MqttMessage> handler) in _subscriptions)
        {
            if (TopicFilter.Matches(filter, message.Topic))
                Call(() => handler(message));
        }
    }

    void IConnectionEvents.SubscriptionRefused(int id, int reason) =>
        _log.LogWarning("{Why}", $"Subscription to {_asked.GetValueOrDefault(id)}: {MqttWords.OfReason(reason, _options)}");

    private Task<bool> Give(Outgoing outgoing)
    {
        if (_outgoing.Add(outgoing))
            _wakeup.Ring();
        return outgoing.Done;
    }

    private void Run()
    {
        int failures = 0;
        while (!_stopping.IsCancellationRequested)
        {
            using (Connection? connection = TryOpen(out string? cause))
            {
                if (connection is not null)
                    cause = Live(connection, ref failures);
                Leave(cause);
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
    private string? Live(Connection connection, ref int failures)
    {
        long opened = Stopwatch.GetTimestamp(), misc = opened;
        while (connection.IsOpen && !_stopping.IsCancellationRequested)
        {
            if (_accepted)
                Serve(connection);
            else if (Stopwatch.GetElapsedTime(opened) > AnswerWithin)
                return $"{_options.Host}:{_options.Port} takes connections but does not answer as a broker. Check host and port.";
            connection.Step(_wakeup, 1000);
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
        return _stopping.IsCancellationRequested ? null : connection.Cause ?? MqttWords.OfError(MqttWords.ConnectionLost, 0, _options);
    }

    private void Serve(Connection connection)
    {
        bool isNew = _subscribed < 0;
        if (isNew)
        {
            _subscribed = 0;
            Interlocked.Increment(ref _connections);
        }
        for (ImmutableList<(string Filter, Action<MqttMessage> Handler)> all = _subscriptions; _subscribed < all.Count; _subscribed++)
            _asked[connection.Subscribe(all[_subscribed].Filter)] = all[_subscribed].Filter;
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

    private void Leave(string? cause)
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
