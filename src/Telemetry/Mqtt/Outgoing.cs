namespace PantryChain.Telemetry.Mqtt;

/// <summary>A message on its way: it exists until the broker has acknowledged it, over as many connections as that takes.</summary>
internal sealed class Outgoing(MqttMessage message)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message { get; } = message;

    /// <summary>Position in the order of sending, given at the first attempt.</summary>
    public long Number { get; set; }

    public Task Done => _done.Task;

    public void Acknowledge() => _done.TrySetResult();

    public void Refuse(string why) => _done.TrySetException(new MqttRefusedException(why));

    public void Cancel() => _done.TrySetCanceled();
}

/// <summary>All messages on their way, in the order in which they were given; the link's thread sends, any thread adds.</summary>
internal sealed class OutgoingQueue
{
    private readonly Lock _adding = new();
    private readonly Queue<Outgoing> _waiting = [];
    private readonly Dictionary<int, Outgoing> _sent = [];
    private List<Outgoing> _again = [];
    private int _next;
    private long _lastNumber;
    private bool _closed;

    /// <summary>How many are sent on this connection and not acknowledged; for the link's thread.</summary>
    public int InFlight => _sent.Count;

    /// <summary>Adds a message; true when the link's thread has to be told, because nothing was waiting before.</summary>
    public bool Add(Outgoing message)
    {
        lock (_adding)
        {
            if (_closed)
            {
                message.Cancel();
                return false;
            }
            _waiting.Enqueue(message);
            return _waiting.Count == 1;
        }
    }

    /// <summary>The next message to send: first those that the last connection left open, then new ones.</summary>
    public bool TryTake(out Outgoing message)
    {
        if (_next < _again.Count)
        {
            message = _again[_next++];
            return true;
        }
        lock (_adding)
            return _waiting.TryDequeue(out message!);
    }

    public void Sent(int id, Outgoing message)
    {
        if (message.Number == 0)
            message.Number = ++_lastNumber;
        _sent[id] = message;
    }

    public bool TryAcknowledge(int id, out Outgoing message) => _sent.Remove(id, out message!);

    /// <summary>After a lost connection: everything open is sent again, in the old order.</summary>
    public void Rewind()
    {
        _again = [.. _sent.Values.OrderBy(message => message.Number), .. _again.Skip(_next)];
        _next = 0;
        _sent.Clear();
    }

    /// <summary>Cancels all of them, and those that are added later.</summary>
    public void Close()
    {
        Rewind();
        lock (_adding)
        {
            _closed = true;
            _again.AddRange(_waiting);
            _waiting.Clear();
        }
        foreach (Outgoing message in _again)
            message.Cancel();
        _again.Clear();
    }
}
