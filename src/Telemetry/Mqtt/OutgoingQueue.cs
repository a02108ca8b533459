namespace PantryChain.Telemetry.Mqtt;

/// <summary>All messages on their way, in the order in which they were given. Any thread adds and acknowledges, the link's worker takes. Thread safe.</summary>
internal sealed class OutgoingQueue(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<Outgoing> _waiting = [];
    private readonly HashSet<Outgoing> _sent = [];
    private List<Outgoing> _again = [];
    private TaskCompletionSource? _asleep; // the worker waits for something to send
    private int _next, _window;
    private long _lastNumber;
    private long _connection; // 0 while there is none
    private bool _closed;

    /// <summary>Adds a message; one that may not travel now is given up or cancelled at once.</summary>
    public void Add(Outgoing message)
    {
        lock (_lock)
        {
            if (message.Only is { } only && only != _connection)
            {
                message.GiveUp();
            }
            else if (_closed)
            {
                message.Cancel();
            }
            else
            {
                _waiting.Enqueue(message);
                Wake_NeedsLock();
            }
        }
    }

    /// <summary>Completes when the worker should look again: there is something to send and room for it, or somebody woke it.</summary>
    public Task NextAsync()
    {
        lock (_lock)
        {
            if (HasWork_NeedsLock())
                return Task.CompletedTask;
            _asleep = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _asleep.Task;
        }
    }

    /// <summary>Has the worker look again.</summary>
    public void Wake()
    {
        lock (_lock)
            Rouse_NeedsLock();
    }

    /// <summary>The next message to send, counted as sent from here on: first those that the last connection left open, then new ones; none while the window is full.</summary>
    public bool TryTake(out Outgoing message)
    {
        lock (_lock)
        {
            while (HasWork_NeedsLock())
            {
                message = _next < _again.Count ? _again[_next++] : _waiting.Dequeue();
                if (message.Done.IsCompleted)
                    continue; // the answer came after its connection had been given up
                if (message.Number == 0)
                    message.Number = ++_lastNumber;
                message.SentAt = time.GetTimestamp();
                _sent.Add(message);
                return true;
            }
            message = null!;
            return false;
        }
    }

    /// <summary>True when the broker has not answered for a message that was sent longer ago than <paramref name="within"/>.</summary>
    public bool IsOverdue(TimeSpan within)
    {
        lock (_lock)
            return _sent.Any(message => !message.Done.IsCompleted && time.GetElapsedTime(message.SentAt) > within);
    }

    /// <summary>The broker has answered for a message.</summary>
    public void Answered(Outgoing message)
    {
        lock (_lock)
        {
            _sent.Remove(message);
            Wake_NeedsLock();
        }
    }

    /// <summary>A connection begins: messages for it alone are taken from here on.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="window">Most messages that may be sent and not acknowledged.</param>
    /// <param name="first">A message for this connection alone that goes before all others; null for none.</param>
    public void Open(long connection, int window, Outgoing? first = null)
    {
        lock (_lock)
        {
            (_connection, _window) = (connection, window);
            if (first is not null)
                _again.Insert(_next, first);
        }
    }

    /// <summary>The connection ended: what is open is sent again on the next one, in the old order, except what was for this connection only.</summary>
    public void Rewind()
    {
        List<Outgoing> lost;
        lock (_lock)
        {
            (_connection, _window) = (0, 0);
            List<Outgoing> open = [.. _sent.OrderBy(message => message.Number), .. _again.Skip(_next), .. _waiting];
            _sent.Clear();
            _waiting.Clear();
            lost = open.FindAll(message => message.Only is not null);
            (_again, _next) = (open.FindAll(message => message.Only is null && !message.Done.IsCompleted), 0);
        }
        foreach (Outgoing message in lost)
            message.GiveUp();
    }

    /// <summary>Cancels all of them, and those that are added later.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
        Rewind();
        foreach (Outgoing message in _again)
            message.Cancel();
        _again.Clear();
    }

    private bool HasWork_NeedsLock() => _sent.Count < _window && (_next < _again.Count || _waiting.Count > 0);

    private void Wake_NeedsLock()
    {
        if (_asleep is not null && HasWork_NeedsLock())
            Rouse_NeedsLock();
    }

    private void Rouse_NeedsLock()
    {
        _asleep?.TrySetResult();
        _asleep = null;
    }
}
