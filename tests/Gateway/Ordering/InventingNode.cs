using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>A node that makes a log's events many: each time it is asked it tells of others that never were, and stands by all of them.</summary>
internal sealed class InventingNode
{
    private const int Word = 32;

    private readonly HashSet<Hash32> _invented = [];
    private int _number = 1;

    /// <param name="truth">What it knows besides.</param>
    /// <param name="pattern">A true event, after which the others are made.</param>
    /// <param name="each">How many it invents at each question.</param>
    /// <param name="varied">The word of the data that differs from one invention to the next.</param>
    /// <param name="idOf">The id that fits an event's content.</param>
    /// <param name="stateOf">The call that asks for the state of one.</param>
    /// <param name="stands">The state that it tells, given the true one.</param>
    private InventingNode(IEvmClient truth, EvmLog pattern, int each, int varied, Func<EvmLog, Hash32> idOf, string stateOf, Func<byte[], byte[]> stands)
    {
        Node = new LyingNode(truth)
        {
            LieAboutLogs = (filter, logs) => filter.Topics[0]![0] != pattern.Topics[0] ? logs : [.. logs, .. Enumerable.Range(0, each).Select(_ => Invent(pattern, filter, varied, idOf))],
            Lie = (call, said) => call.Data.Length == 4 + Word && call.Data.Span[..4].SequenceEqual(new AbiWriter().Word(default).ToCall(stateOf).AsSpan(0, 4))
                && _invented.Contains(new Hash32(call.Data.Span[4..].ToArray())) ? stands(said) : null,
        };
    }

    public LyingNode Node { get; }

    /// <summary>How many things it told of that never were.</summary>
    public int Invented => _invented.Count;

    /// <summary>It tells of mandates that the member never gave, and that they stand.</summary>
    public static InventingNode OfMandates(IEvmClient truth, EvmLog pattern, int each) => new(
        truth, pattern, each, varied: 11, log => TypedMessages.Mandate(((MandateSet)EscrowEvent.Decode(log)!).Terms).Value, "mandates(bytes32)", said =>
        {
            said[Word - 1] = 1;
            return said;
        });

    /// <summary>It tells of orders that nobody signed, and that they are open since <paramref name="now"/>.</summary>
    public static InventingNode OfOrders(IEvmClient truth, OrderEscrow escrow, EvmLog pattern, int each, DateTimeOffset now) => new(
        truth, pattern, each, varied: 8, log => escrow.IdOf(((OrderOpened)EscrowEvent.Decode(log)!).Terms).Value, "orders(bytes32)", said =>
        {
            said[(2 * Word) - 1] = 1;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(said.AsSpan((4 * Word) - 8), now.ToUnixTimeSeconds());
            return said;
        });

    private EvmLog Invent(EvmLog pattern, LogFilter filter, int varied, Func<EvmLog, Hash32> idOf)
    {
        byte[] data = pattern.Data.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(((varied + 1) * Word) - 4), 1_000_000 + _number++);
        EvmLog told = pattern with { Data = data, Block = filter.ToBlock ?? pattern.Block };
        Hash32 id = idOf(told);
        _invented.Add(id);
        return told with { Topics = [told.Topics[0], id, .. told.Topics.Skip(2)], Transaction = id };
    }
}
