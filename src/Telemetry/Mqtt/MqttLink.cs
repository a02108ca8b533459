using Microsoft.Extensions.Logging;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>The link over MQTTnet: one worker that connects, subscribes, sends in order and connects again.</summary>
/// <remarks>MQTTnet's client knows one connection and no queue; what must survive a loss is kept here. Handlers run one at a time.</remarks>
public sealed class MqttLink : IMqttLink
{
    /// <summary>From CONNECT to CONNACK, and for the last words at a stop.</summary>
    internal static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly MqttOptions _options;
    private readonly ILogger<MqttLink> _log;
    private readonly TimeProvider _time;
    private readonly OutgoingQueue _outgoing;
    private readonly Listeners _listeners;
    private readonly Reconnecting _again;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _changing = new();
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private long _connections;
    private volatile bool _accepted;
    private volatile MqttLoss? _loss;

    /// <summary>Checks the options; nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="options">How to reach the broker.</param>
    /// <param name="log">Connections, losses and refusals are told there.</param>
    /// <param name="time">What the broker's acknowledgements are waited for by; null for real time.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    public MqttLink(MqttOptions options, ILogger<MqttLink> log, TimeProvider? time = null)
    {
        options.Validate();
        (_options, _log, _time, _again) = (options, log, time ?? TimeProvider.System, new Reconnecting(options));
        (_outgoing, _listeners) = (new OutgoingQueue(_time), new Listeners(log));
    }

    /// <inheritdoc />
    public bool IsConnected => _accepted;

    /// <inheritdoc />
    public long Connections => Interlocked.Read(ref _connections);

    /// <inheritdoc />
    public MqttLoss? Loss => _loss;

    /// <inheritdoc />
    public void WhenConnected(Action handler) => _listeners.AddConnected(handler);

    /// <inheritdoc />
    public void WhenLost(Action<string> handler) => _listeners.AddLost(handler);

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
        _listeners.Add(new Subscription(filter, handler, asPublished));
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

    /// <summary>One connection from its beginning to its end, and then the word that it is lost: whoever hears it finds nothing left to publish on.</summary>
    private async Task<Attempt> LiveAsync()
    {
        Attempt attempt = await TryAsync();
        Leave(_again.Judge(attempt), attempt.Lived is not null);
        return attempt;
    }

    private async Task<Attempt> TryAsync()
    {
        await using Connection connection = new(_options, _listeners.Receive);
        Ending? ending = await connection.OpenAsync(_stopping.Token);
        long opened = _time.GetTimestamp();
        bool taken = ending is null && !_stopping.IsCancellationRequested;
        if (taken)
            ending = await ServeAsync(connection);
        return new Attempt(_stopping.IsCancellationRequested ? null : ending, taken ? _time.GetElapsedTime(opened) : null, connection.TakenOver);
    }

    private async Task<Ending?> ServeAsync(Connection connection)
    {
        long number = Interlocked.Increment(ref _connections);
        _accepted = true;
        try
        {
            return await new Conversation(_options, _outgoing, _listeners, _time, _log).RunAsync(connection, number, Arrived, _stopping.Token);
        }
        finally
        {
            _accepted = false;
        }
    }

    private void Arrived()
    {
        lock (_changing)
            _connected.TrySetResult();
    }

    private void Leave(Ending? ending, bool was)
    {
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
        _listeners.Lost(ending.Words);
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
}
