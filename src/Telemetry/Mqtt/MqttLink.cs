using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MQTTnet.Exceptions;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>The link over MQTTnet: one worker that connects, subscribes, sends in order and connects again.</summary>
/// <remarks>MQTTnet's client knows one connection and no queue; what must survive a loss is kept here. Handlers run one at a time.</remarks>
public sealed class MqttLink : IMqttLink
{
    /// <summary>From CONNECT to CONNACK, and for the last words at a stop.</summary>
    internal static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly MqttOptions _options;
    private readonly ILogger<MqttLink> _log;
    private readonly OutgoingQueue _outgoing = new();
    private readonly Reconnecting _again;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _changing = new(), _calling = new();
    private ImmutableList<Subscription> _subscriptions = [];
    private ImmutableList<Action> _whenConnected = [];
    private ImmutableList<Action<string>> _whenLost = [];
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private long _connections;
    private volatile bool _accepted;
    private volatile MqttLoss? _loss;

    /// <summary>Checks the options; nothing is sent before <see cref="Start"/>.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    public MqttLink(MqttOptions options, ILogger<MqttLink> log)
    {
        options.Validate();
        (_options, _log, _again) = (options, log, new Reconnecting(options));
    }

    /// <inheritdoc />
    public bool IsConnected => _accepted;

    /// <inheritdoc />
    public long Connections => Interlocked.Read(ref _connections);

    /// <inheritdoc />
    public MqttLoss? Loss => _loss;

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
            if (_started)
                return;
            _started = true;
        }
        _ = Task.Run(RunAsync);
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
    public void Subscribe(string filter, Action<MqttMessage> handler, bool asPublished = false)
    {
        lock (_changing)
            _subscriptions = _subscriptions.Add(new Subscription(filter, handler, asPublished));
        _outgoing.Wake();
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
        bool started;
        lock (_changing)
        {
            started = _started;
            if (!_ended.Task.IsCompleted)
                _stopping.Cancel();
        }
        if (!started)
            End();
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
            // The worker still waits for the network; it frees everything itself when that answers.
        }
    }

    private Task<bool> Give(Outgoing outgoing)
    {
        _outgoing.Add(outgoing);
        return outgoing.Done;
    }

    private async Task RunAsync()
    {
        try
        {
            await _again.RunAsync(LiveAsync, _stopping.Token);
        }
        finally
        {
            End();
        }
    }

    /// <summary>One connection from its beginning to its end.</summary>
    private async Task<Attempt> LiveAsync()
    {
        await using Connection connection = new(_options, Receive);
        Ending? ending = await connection.OpenAsync(_stopping.Token);
        long opened = Stopwatch.GetTimestamp();
        bool taken = ending is null && !_stopping.IsCancellationRequested;
        if (taken)
            ending = await ServeAsync(connection);
        Attempt attempt = new(_stopping.IsCancellationRequested ? null : ending, taken ? Stopwatch.GetElapsedTime(opened) : null, connection.TakenOver);
        Leave(_again.Judge(attempt));
        return attempt;
    }

    /// <summary>Drives a connection that the broker has taken; why it ended, or null at a clean stop.</summary>
    private async Task<Ending?> ServeAsync(Connection connection)
    {
        Interlocked.Increment(ref _connections);
        _accepted = true;
        try
        {
            int subscribed = await SubscribeAsync(connection, 0);
            Arrive(connection);
            using CancellationTokenRegistration stop = _stopping.Token.Register(_outgoing.Wake);
            while (!connection.Ended.IsCompleted && !_stopping.IsCancellationRequested)
            {
                subscribed = await SubscribeAsync(connection, subscribed);
                while (_outgoing.TryTake(out Outgoing outgoing))
                    _ = SendAsync(connection, outgoing);
                Task next = _outgoing.NextAsync();
                if (subscribed == _subscriptions.Count && !_stopping.IsCancellationRequested)
                    await Task.WhenAny(next, connection.Ended);
            }
            if (!connection.Ended.IsCompleted)
                await SayGoodbyeAsync(connection);
            return _stopping.IsCancellationRequested ? null : await connection.Ended;
        }
        catch (Exception error) when (error is MqttCommunicationException or OperationCanceledException or TimeoutException || connection.Ended.IsCompleted)
        {
            return _stopping.IsCancellationRequested ? null : connection.Ended.IsCompleted ? await connection.Ended : MqttWords.OfError(error, _options);
        }
    }

    /// <summary>Asks for what this connection has not; how many it has then.</summary>
    private async Task<int> SubscribeAsync(Connection connection, int subscribed)
    {
        ImmutableList<Subscription> all = _subscriptions;
        if (subscribed == all.Count)
            return subscribed;
        foreach (string refused in await connection.SubscribeAsync([.. all.Skip(subscribed).Select(subscription => (subscription.Filter, subscription.AsPublished))], _stopping.Token))
            _log.LogWarning("{Why}", refused);
        return all.Count;
    }

    // The order on the wire: subscriptions, "online", what the last connection left open, then what is new.
    private void Arrive(Connection connection)
    {
        if (_options.StatusTopic is not null)
            _ = SendAsync(connection, new Outgoing(Presence.Message(_options.StatusTopic, online: true), only: Connections));
        _outgoing.Open(Connections, connection.Window);
        _log.LogInformation("Connected to the broker {Host}:{Port} as {ClientId}", _options.Host, _options.Port, _options.ClientId);
        lock (_changing)
            _connected.TrySetResult();
        foreach (Action handler in _whenConnected)
            Call(handler);
        connection.Greet();
    }

    /// <summary>Sends one message; started in order from one place, for MQTTnet keeps that order.</summary>
    private async Task SendAsync(Connection connection, Outgoing outgoing)
    {
        try
        {
            if (await connection.PublishAsync(outgoing.Message) is { } refused)
                outgoing.Refuse(refused);
            else
                outgoing.Acknowledge();
        }
        catch (Exception error) when (error is MqttCommunicationException or OperationCanceledException or ObjectDisposedException || connection.Ended.IsCompleted)
        {
            return; // sent again on the next connection
        }
        catch (Exception error)
        {
            outgoing.Refuse(MqttWords.CannotBeSent(outgoing.Message.Topic, error));
        }
        _outgoing.Answered(outgoing);
    }

    private async Task SayGoodbyeAsync(Connection connection)
    {
        using CancellationTokenSource patience = new(AnswerWithin);
        if (_options.StatusTopic is not null)
            await connection.PublishAsync(Presence.Message(_options.StatusTopic, online: false)).WaitAsync(patience.Token);
        await connection.CloseAsync(patience.Token);
    }

    private void Leave(Ending? ending)
    {
        bool was = _accepted;
        _accepted = false;
        _outgoing.Rewind();
        lock (_changing)
        {
            if (_connected.Task.IsCompleted)
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (ending is null)
            return;
        _loss = new MqttLoss(ending.Kind, ending.Words, TimeProvider.System.GetUtcNow());
        _log.Log(was ? LogLevel.Warning : LogLevel.Information, "{Cause}", ending.Words);
        foreach (Action<string> handler in _whenLost)
            Call(() => handler(ending.Words));
    }

    private void End()
    {
        _outgoing.Close();
        lock (_changing)
        {
            _connected.TrySetCanceled();
            if (_ended.TrySetResult())
                _stopping.Dispose();
        }
    }

    private void Receive(MqttMessage message)
    {
        foreach ((string filter, Action<MqttMessage> handler, _) in _subscriptions)
        {
            if (TopicFilter.Matches(filter, message.Topic))
                Call(() => handler(message));
        }
    }

    // What a handler throws would leave its message without an acknowledgement, and it would come again for ever.
    private void Call(Action handler)
    {
        try
        {
            lock (_calling)
                handler();
        }
        catch (Exception error)
        {
            _log.LogError(error, "A handler of the MQTT link failed");
        }
    }

    private sealed record Subscription(string Filter, Action<MqttMessage> Handler, bool AsPublished);
}
