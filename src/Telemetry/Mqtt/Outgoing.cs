namespace PantryChain.Telemetry.Mqtt;

/// <summary>A message on its way: until the broker has acknowledged it, over as many connections as that takes, or only on one.</summary>
internal sealed class Outgoing(MqttMessage message, long? only)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message { get; } = message;

    /// <summary>Position in the order of sending, given at the first attempt.</summary>
    public long Number { get; set; }

    /// <summary>The only connection that may carry it, or null for any.</summary>
    public long? Only { get; } = only;

    /// <summary>True when acknowledged, false when its only connection was lost.</summary>
    public Task<bool> Done => _done.Task;

    public void Acknowledge() => _done.TrySetResult(true);

    public void GiveUp() => _done.TrySetResult(false);

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
    private long _connection; // 0 while there is none
    private bool _asleep; // the link's thread waits for the network and wants to be woken for new messages
    private bool _closed;

    /// <summary>How many are sent on this connection and not acknowledged; for the link's thread.</summary>
    public int InFlight => _sent.Count;

    /// <summary>Adds a message; true when the link's thread has to be woken for it.</summary>
    public bool Add(Outgoing message)
    {
        lock (_adding)
        {
            if (message.Only is { } only && only != _connection)
            {
                message.GiveUp();
                return false;
            }
            if (_closed)
            {
                message.Cancel();
                return false;
            }
            _waiting.Enqueue(message);
            (bool asleep, _asleep) = (_asleep, false);
            return asleep;
        }
    }

    /// <summary>
    /// To be asked before waiting for the network: false when there is something to send first. While it waits without room for more, new messages wait
    /// with it, because an acknowledgement comes first anyway.
    /// </summary>
    public bool MaySleep(bool hasRoom)
    {
        lock (_adding)
        {
            _asleep = hasRoom && _waiting.Count == 0;
            return _asleep || !hasRoom;
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

    /// <summary>A connection begins: messages for it alone are taken from here on.</summary>
    public void Open(long connection)
    {
        lock (_adding)
            _connection = connection;
    }

    /// <summary>The connection ended: what is open is sent again on the next one, in the old order, except what was for this connection only.</summary>
    public void Rewind()
    {
        List<Outgoing> open = [.. _sent.Values.OrderBy(message => message.Number), .. _again.Skip(_next)];
        _sent.Clear();
        lock (_adding)
        {
            _connection = 0;
            open.AddRange(_waiting);
            _waiting.Clear();
        }
        foreach (Outgoing message in open.Where(message => message.Only is not null))
            message.GiveUp();
        (_again, _next) = (open.FindAll(message => message.Only is null), 0);
    }

    /// <summary>Cancels all of them, and those that are added later.</summary>
    public void Close()
    {
        lock (_adding)
            _closed = true;
        Rewind();
        foreach (Outgoing message in _again)
            message.Cancel();
        _again.Clear();
    }
}
