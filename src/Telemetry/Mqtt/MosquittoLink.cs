using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>The link over the system's libmosquitto (MQTT 5): one thread that owns the native client, the socket and every callback.</summary>
public sealed partial class MosquittoLink : IMqttLink, IConnectionEvents
{
    private readonly MqttOptions _options;
    private readonly ILogger<MosquittoLink> _log;
    private readonly OutgoingQueue _outgoing = new();
    private readonly Wakeup _wakeup = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _changing = new();
    private readonly Dictionary<int, string> _asked = [];
    private ImmutableList<Subscription> _subscriptions = [];
    private ImmutableList<Action> _whenConnected = [];
    private ImmutableList<Action<string>> _whenLost = [];
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private long _connections;
    private int _subscribed = -1; // how many of the subscriptions this connection has, -1 before it is greeted
    private volatile bool _accepted;
    private volatile MqttLoss? _loss;

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
    public void Subscribe(string filter, Action<MqttMessage> handler, bool asPublished = false)
    {
        lock (_changing)
            _subscriptions = _subscriptions.Add(new Subscription(filter, handler, asPublished));
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

    private sealed record Subscription(string Filter, Action<MqttMessage> Handler, bool AsPublished);

    private Task<bool> Give(Outgoing outgoing)
    {
        if (_outgoing.Add(outgoing))
            _wakeup.Ring();
        return outgoing.Done;
    }
}
