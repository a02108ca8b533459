using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Rehearsal.Audit;

/// <summary>Compares what the gateway's journal, the home broker's recorder, the store's database and the chain say about one household.</summary>
/// <remarks>Reads only; trusts no counter: leaves, roots and block hashes are computed again from the journal.</remarks>
internal sealed class Auditor(string gatewayDatabase, Ledgers ledgers)
{
    /// <summary>What the audit found.</summary>
    internal sealed record Result(
        long Events, long BlocksSealed, long BlocksAnchored, long LostEvents, long DuplicateOrders, IReadOnlyList<Ledgers.ChainOrder> Orders, IReadOnlySet<OrderId> Automatic,
        IReadOnlyList<string> Findings);

    /// <summary>The newest event's number.</summary>
    public ulong LastEvent()
    {
        using SqliteConnection journal = SqliteFile.OpenReader(gatewayDatabase);
        return (ulong)journal.ExecuteScalar<long>("SELECT coalesce(max(seq), 0) FROM events");
    }

    /// <summary>The newest event that a block holds whose batch is on chain.</summary>
    public async Task<ulong> AnchoredEventAsync(CancellationToken cancellation)
    {
        IReadOnlySet<Hash32> anchored = await ledgers.AnchoredBlocksAsync(cancellation);
        using SqliteConnection journal = SqliteFile.OpenReader(gatewayDatabase);
        return (ulong)journal.Query<(byte[] Hash, long To)>("SELECT hash, to_seq FROM blocks").Where(block => anchored.Contains(new Hash32(block.Hash)))
            .Select(block => block.To).DefaultIfEmpty(0).Max();
    }

    /// <summary>Looks at everything up to event <paramref name="until"/>.</summary>
    public async Task<Result> RunAsync(ulong until, IReadOnlyDictionary<ulong, ThingEvent> heard, CancellationToken cancellation)
    {
        // The gateway goes on meanwhile: blocks before the events they hold, orders on chain before those that the gateway knows.
        using SqliteConnection journal = SqliteFile.OpenReader(gatewayDatabase);
        List<SealedBlock> blocks = Blocks(journal);
        Dictionary<ulong, ThingEvent> events = Events(journal);
        IReadOnlySet<Hash32> anchored = await ledgers.AnchoredBlocksAsync(cancellation);
        IReadOnlyList<Ledgers.ChainOrder> orders = await ledgers.OrdersAsync(cancellation);
        List<string> findings = [];

        HashSet<ulong> covered = Covered(blocks, events, anchored, findings);
        HashSet<ulong> lost = [.. Numbers(until).Where(seq => !covered.Contains(seq))];
        if (lost.Count > 0)
            findings.Add($"Events {Some(lost)} are in no anchored block.");
        HashSet<ulong> unheard = [.. Numbers(until).Where(seq => !heard.TryGetValue(seq, out ThingEvent? told) || !events.TryGetValue(seq, out ThingEvent? kept) || kept with { Salt = default } != told)];
        if (unheard.Count > 0)
            findings.Add($"Events {Some(unheard)} did not reach the home broker's recorder as they were journaled.");
        lost.UnionWith(unheard);

        (HashSet<OrderId> known, HashSet<OrderId> automatic) = KnownOrders(journal);
        IReadOnlyDictionary<OrderId, string> second = SecondOrders.Find(orders, known);
        findings.AddRange(second.Select(order => $"Order {order.Key} {order.Value}."));
        return new Result(
            events.Count, blocks.Count, blocks.Count(block => anchored.Contains(block.Hash)), lost.Count, second.Count, orders, automatic, findings);
    }

    /// <summary>The events that stand in anchored blocks exactly as the journal has them; faults of the chain of blocks are findings.</summary>
    private static HashSet<ulong> Covered(List<SealedBlock> blocks, Dictionary<ulong, ThingEvent> events, IReadOnlySet<Hash32> anchored, List<string> findings)
    {
        HashSet<ulong> covered = [];
        (ulong height, Hash32 parent, ulong next) = (1, Hash32.Zero, 1);
        foreach (SealedBlock block in blocks)
        {
            ThingBlock header = block.Block;
            List<ulong> numbers = header.ToSeq < header.FromSeq ? [] : [.. Numbers(header.ToSeq).Skip((int)header.FromSeq - 1)];
            Hash32[] leaves = [.. numbers.Where(events.ContainsKey).Select(seq => EventLeaf.HashOf(events[seq]))];
            if (header.Height != height || header.Parent != parent || (numbers.Count > 0 && header.FromSeq != next))
                findings.Add($"Block {header.Height} does not follow its parent.");
            if (BlockHash.Of(header) != block.Hash || MerkleTree.RootOf(leaves) != header.EventsRoot)
                findings.Add($"Block {header.Height} does not match the journal.");
            else if (anchored.Contains(block.Hash))
                covered.UnionWith(numbers);
            (height, parent, next) = (header.Height + 1, block.Hash, numbers.Count > 0 ? header.ToSeq + 1 : next);
        }
        return covered;
    }

    private static Dictionary<ulong, ThingEvent> Events(SqliteConnection journal) => journal
        .Query("SELECT seq, seen_at, day, slot, gtin, kind, delta_mg, level_mg, cycle, order_id, salt FROM events ORDER BY seq")
        .Select(row => new ThingEvent(
            (ulong)(long)row.seq, DateTimeOffset.FromUnixTimeMilliseconds((long)row.seen_at), new HouseholdDay((uint)(long)row.day), new SlotId((ushort)(long)row.slot),
            (long)row.gtin == 0 ? default : new Gtin((ulong)(long)row.gtin), (ThingEventKind)(byte)(long)row.kind, new Mass((long)row.delta_mg), new Mass((long)row.level_mg),
            (uint)(long)row.cycle, row.order_id is byte[] order ? new OrderId(new Hash32(order)) : default, new Hash32((byte[])row.salt)))
        .ToDictionary(e => e.Seq);

    private static List<SealedBlock> Blocks(SqliteConnection journal) => [.. journal.Query<byte[]>("SELECT message FROM blocks ORDER BY height")
        .Select(message => WireCodec.TryDecode(message, out SealedBlock? block, out string? why) ? block : throw new StorageException($"A block in {journal.DataSource} is broken: {why}."))];

    private static (HashSet<OrderId> Known, HashSet<OrderId> Automatic) KnownOrders(SqliteConnection journal)
    {
        var rows = journal.Query<(byte[] Id, long Automatic)>("SELECT id, automatic FROM orders").AsList();
        return ([.. rows.Select(row => new OrderId(new Hash32(row.Id)))], [.. rows.Where(row => row.Automatic != 0).Select(row => new OrderId(new Hash32(row.Id)))]);
    }

    private static IEnumerable<ulong> Numbers(ulong until)
    {
        for (ulong seq = 1; seq <= until; seq++)
            yield return seq;
    }

    private static string Some(HashSet<ulong> numbers) =>
        string.Join(", ", numbers.Order().Take(5).Select(seq => seq.ToString(CultureInfo.InvariantCulture))) + (numbers.Count > 5 ? $" and {numbers.Count - 5} others" : "");
}
