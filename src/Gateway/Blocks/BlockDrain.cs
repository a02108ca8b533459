using PantryChain.Gateway.Drains;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Blocks;

/// <summary>Why the store takes no block of this device any more.</summary>
internal enum DeviceStop
{
    /// <summary>It takes them.</summary>
    None,

    /// <summary>The device signed two blocks at one height, or was banned for it.</summary>
    Forked,

    /// <summary>The registry on chain no longer names this device for the account.</summary>
    Revoked,

    /// <summary>The store has blocks of this device that are not in the journal here: signing on would make a fork.</summary>
    Behind,
}

/// <summary>Brings sealed blocks to the cooperative's broker, and again until the store says that it has them (protocol, "MQTT").</summary>
/// <remarks>
/// A PUBACK says only that the broker has a block; <c>accepted</c> of <c>.../block/state</c> says that the store keeps it. A gateway that has no word of the
/// store yet listens for a moment first: a journal that began anew must not sign what the store already has.
/// </remarks>
internal sealed class BlockDrain : Drain
{
    private const int Batch = 64; // blocks in memory at a time after weeks without a connection
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // the store answers within its own pass; then what it did not take is sent again
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5); // a look without being woken

    private readonly BlockBook _book;
    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly Refusals _refusals;
    private readonly TimeProvider _real;
    private readonly ILogger<BlockDrain> _log;
    private readonly Lock _lock = new();
    private Action _heard = () => { };
    private BlockState _state;
    private ulong _sent, _ahead;
    private long _sentAt, _connection, _listening, _listeningSince;
    private bool _wasTold;

    /// <summary>Puts the drain on the cooperative's link; the link is started by the host.</summary>
    public BlockDrain(BlockBook book, BlockKeeper keeper, IMqttLink link, Topics topics, Refusals refusals, TimeProvider real, ILogger<BlockDrain> log)
        : base(log)
    {
        (_book, _link, _topics, _refusals, _real, _log) = (book, link, topics, refusals, real, log);
        _state = book.State();
        keeper.WhenSealed(Wake);
        link.WhenConnected(Wake);
        link.Subscribe(topics.BlockState, Hear);
    }

    /// <summary>What the store said last.</summary>
    public BlockState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>Why the store takes nothing from this device any more.</summary>
    public DeviceStop Stopped
    {
        get
        {
            lock (_lock)
                return _ahead > 0 ? DeviceStop.Behind : _state.Rejected?.Reason switch
                {
                    "equivocation" or "device_stopped" or "device_banned" => DeviceStop.Forked,
                    "device_revoked" => DeviceStop.Revoked,
                    "fork" => DeviceStop.Behind, // the parent here is not the block that the store has
                    _ => DeviceStop.None,
                };
        }
    }

    /// <summary>Height of a block with this device's signature that is not in the journal here, by the store's words about blocks; null for none.</summary>
    public ulong? Foreign
    {
        get
        {
            lock (_lock)
                return _ahead > 0 ? _ahead : Stopped is DeviceStop.Behind or DeviceStop.Forked ? _state.Rejected!.Height : null;
        }
    }

    /// <inheritdoc />
    protected override string Name => "Blocks to the store";

    /// <summary>Has <paramref name="handler"/> called after each word of the store; it must return at once. Only while the program is put together.</summary>
    public void WhenHeard(Action handler) => _heard += handler;

    /// <inheritdoc />
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        await _link.WaitConnectedAsync(stop);
        DeviceStop why = Stopped;
        if (why == DeviceStop.Behind || !HasListened())
            return Patience;
        (ulong last, int most) = NextToSend(why);
        foreach ((ulong height, byte[] message) in _book.Above(last, most))
        {
            await _link.PublishAsync(new MqttMessage(_topics.Block, message, Schema: "pantrychain.block/1", ContentType: "application/json"), stop);
            lock (_lock)
                (_sent, _sentAt) = (Math.Max(_sent, height), _real.GetTimestamp());
        }
        ulong newest = _book.Head().Height;
        lock (_lock)
            return why != DeviceStop.None ? Idle : _sent < newest ? TimeSpan.Zero : _state.Accepted < newest ? Patience : Idle;
    }

    /// <summary>True once the store said how far it is, or said nothing for a moment; its word is retained and comes at once.</summary>
    private bool HasListened()
    {
        lock (_lock)
        {
            if (_wasTold || _state.Accepted > 0)
                return true;
            if (_link.Connections != _listening)
                (_listening, _listeningSince) = (_link.Connections, _real.GetTimestamp());
            return _real.GetElapsedTime(_listeningSince) >= Patience;
        }
    }

    /// <summary>Above which block, and how many: all when the connection is new or the last sending was long enough ago, else only what was never sent; of a stopped device one now and then, to hear when that is over.</summary>
    private (ulong Last, int Most) NextToSend(DeviceStop why)
    {
        lock (_lock)
        {
            bool open = _sent > _state.Accepted;
            bool again = _link.Connections != _connection || (open && _real.GetElapsedTime(_sentAt) >= (why == DeviceStop.None ? Patience : Idle));
            _connection = _link.Connections;
            if (again)
                _sent = _state.Accepted;
            return (Math.Max(_sent, _state.Accepted), why == DeviceStop.None ? Batch : again || !open ? 1 : 0);
        }
    }

    private void Hear(MqttMessage message)
    {
        if (!WireCodec.TryDecode(message.Payload.Span, out BlockState? said, out string? why))
        {
            _refusals.Refuse(message.Topic, why);
            return;
        }
        ulong newest = _book.Head().Height;
        Note(said.Accepted, newest);
        if (said.Accepted > newest || said.Anchored > said.Accepted)
        {
            _refusals.Refuse(message.Topic, $"it accepts block {said.Accepted} and anchors {said.Anchored}, but {newest} is the newest");
            return;
        }
        if (said.Rejected is { } rejected && rejected != State.Rejected)
            _log.LogWarning("The store rejected block {Height}: {Reason}", rejected.Height, rejected.Reason);
        _book.Keep(said);
        lock (_lock)
            _state = said;
        _heard();
        Wake();
    }

    /// <summary>Keeps whether the store has blocks that this journal has not; what is sealed here meanwhile does not catch up, it forks.</summary>
    private void Note(ulong accepted, ulong newest)
    {
        bool isNews;
        lock (_lock)
        {
            ulong ahead = accepted > newest || (_ahead > 0 && accepted >= _ahead) ? accepted : 0;
            (isNews, _ahead, _wasTold) = (_ahead == 0 && ahead > 0, ahead, true);
        }
        if (isNews)
            _log.LogError(
                "The store has {Accepted} blocks of this device, the journal here only {Newest}: nothing is sent any more, for a second block at one height is fraud to the chain. "
                + "Put the newest backup of gateway.db and its .generation back; if there is none, start in an empty folder and join as a new device.", accepted, newest);
    }
}
