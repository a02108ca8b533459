using Microsoft.Data.Sqlite;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Storage;
using PantryChain.Ledger.Blocks;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Blocks;

/// <summary>The device's own chain as it was sealed, kept before anybody sees it: two blocks at one height can never be published.</summary>
/// <remarks>Thread safe; one writer at a time is <see cref="BlockKeeper"/>'s business.</remarks>
internal sealed class BlockBook
{
    private readonly SqliteFile _file;

    /// <summary>Opens the tables inside <paramref name="file"/>.</summary>
    public BlockBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("blocks",
        [
            """
            CREATE TABLE blocks(
                height INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, day INTEGER NOT NULL,
                daily INTEGER, sealed_at INTEGER NOT NULL, message BLOB NOT NULL) STRICT;
            CREATE INDEX blocks_by_last ON blocks(to_seq);
            CREATE TABLE block_state(id INTEGER PRIMARY KEY CHECK (id = 1), accepted INTEGER NOT NULL, anchored INTEGER NOT NULL) STRICT;
            """,
        ]);
    }

    /// <summary>What the next block must follow.</summary>
    public BlockHead Head() =>
        _file.Read(reader => Sql.Query<(ulong Height, Hash32 Hash, ulong ToSeq, HouseholdDay Day)>(
            reader, "SELECT height, hash, to_seq, day FROM blocks ORDER BY height DESC LIMIT 1"))
            .Select(row => new BlockHead(row.Height, row.Hash, row.ToSeq, row.Day)).FirstOrDefault(BlockHead.Genesis);

    /// <summary>The household day of the newest daily block, or null before the first; it lies in the future where the clock was ahead.</summary>
    public HouseholdDay? LastDaily() =>
        _file.Read(reader => Sql.Query<HouseholdDay?>(reader, "SELECT daily FROM blocks WHERE daily IS NOT NULL ORDER BY height DESC LIMIT 1")).FirstOrDefault();

    /// <summary>Keeps a sealed block, durably.</summary>
    /// <param name="block">The block.</param>
    /// <param name="daily">The day whose daily block it is, or null for one that somebody waits for.</param>
    /// <param name="at">Household time of sealing.</param>
    /// <exception cref="SqliteException">A block of that height is there already.</exception>
    public void Append(SealedBlock block, HouseholdDay? daily, DateTimeOffset at) =>
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT INTO blocks(height, hash, from_seq, to_seq, day, daily, sealed_at, message) VALUES (@h, @hash, @from, @to, @day, @daily, @at, @m)",
                new { h = block.Block.Height, hash = block.Hash, from = block.Block.FromSeq, to = block.Block.ToSeq,
                    day = block.Block.Day, daily, at, m = WireCodec.Encode(block) });
        });

    /// <summary>Blocks above a height, in order, as they go over the wire.</summary>
    public IReadOnlyList<(ulong Height, byte[] Message)> Above(ulong height, int limit) =>
        _file.Read(reader => Sql.Query<(ulong Height, byte[] Message)>(
            reader, "SELECT height, message FROM blocks WHERE height > @h ORDER BY height LIMIT @n", new { h = height, n = limit }));

    /// <summary>The hash of the block at a height, or null when none was sealed there.</summary>
    public Hash32? HashAt(ulong height) =>
        _file.Read(reader => Sql.Query<Hash32?>(reader, "SELECT hash FROM blocks WHERE height = @h",
            new { h = height })).FirstOrDefault();

    /// <summary>Household time at which the first block above a height was sealed; null when there is none.</summary>
    public DateTimeOffset? SealedAbove(ulong height) =>
        _file.Read(reader => Sql.Query<DateTimeOffset?>(reader, "SELECT sealed_at FROM blocks WHERE height > @h ORDER BY height LIMIT 1",
            new { h = height })).FirstOrDefault();

    /// <summary>The block that holds an event, or null before it is sealed.</summary>
    public SealedBlock? Holding(ulong seq)
    {
        byte[]? message = _file.Read(reader => Sql.Query<byte[]>(
            reader, "SELECT message FROM blocks WHERE to_seq >= @s AND from_seq <= @s ORDER BY to_seq LIMIT 1", new { s = seq })).FirstOrDefault();
        if (message is null)
            return null;
        return WireCodec.TryDecode(message, out SealedBlock? block, out string? why) ? block
            : throw new StorageException($"The sealed block of event {seq} cannot be read ({why}). Put the newest backup of gateway.db in its place.");
    }

    /// <summary>What the store said last, durably: it outlives a broker that forgot.</summary>
    public BlockState State() =>
        _file.Read(reader => Sql.Query<(ulong Accepted, ulong Anchored)>(reader, "SELECT accepted, anchored FROM block_state"))
            .Select(row => new BlockState(row.Accepted, row.Anchored, null)).FirstOrDefault(new BlockState(0, 0, null));

    /// <summary>Keeps what the store said last.</summary>
    public void Keep(BlockState state) =>
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT INTO block_state(id, accepted, anchored) VALUES (1, @a, @n) ON CONFLICT(id) DO UPDATE SET accepted = @a, anchored = @n",
                new { a = state.Accepted, n = state.Anchored });
        });
}
