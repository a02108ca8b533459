using PantryChain.Gateway.Drains;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Blocks;

/// <summary>Brings sealed blocks to the cooperative's broker, and again until the store says that it has them (protocol, "MQTT").</summary>
/// <remarks>A PUBACK says only that the broker has a block; <c>accepted</c> of <c>.../block/state</c> says that the store keeps it.</remarks>
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
    private ulong _sent;
    private long _sentAt, _connection;

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

    /// <inheritdoc />
    protected override string Name => "Blocks to the store";

    /// <summary>Has <paramref name="handler"/> called after each word of the store; it must return at once. Only while the program is put together.</summary>
    public void WhenHeard(Action handler) => _heard += handler;

    /// <inheritdoc />
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        await _link.WaitConnectedAsync(stop);
        foreach ((ulong height, byte[] message) in _book.Above(NextToSend(), Batch))
        {
            await _link.PublishAsync(new MqttMessage(_topics.Block, message, Schema: "pantrychain.block/1", ContentType: "application/json"), stop);
            lock (_lock)
                (_sent, _sentAt) = (Math.Max(_sent, height), _real.GetTimestamp());
        }
        ulong newest = _book.Head().Height;
        lock (_lock)
            return _sent < newest ? TimeSpan.Zero : _state.Accepted < newest ? Patience : Idle;
    }

    /// <summary>Everything above what the store accepted when the connection is new or the last sending was long enough ago, else only what was never sent.</summary>
    private ulong NextToSend()
    {
        lock (_lock)
        {
            bool again = _link.Connections != _connection || (_sent > _state.Accepted && _real.GetElapsedTime(_sentAt) >= Patience);
            _connection = _link.Connections;
            if (again)
                _sent = _state.Accepted;
            return Math.Max(_sent, _state.Accepted);
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
}
