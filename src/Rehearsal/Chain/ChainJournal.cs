using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Chain;

/// <summary>A raw transaction as it was handed in.</summary>
/// <param name="Id">Position in the journal.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Raw">Its bytes.</param>
internal sealed record JournaledTransaction(long Id, Hash32 Hash, byte[] Raw);

/// <summary>A block that was ordered, and what became of it.</summary>
/// <param name="Id">Position in the journal.</param>
/// <param name="Number">Its number on the chain.</param>
/// <param name="Stamp">Its time stamp, Unix seconds.</param>
/// <param name="Hash">Its hash once it was mined; null when a kill came between.</param>
internal sealed record JournaledBlock(long Id, long Number, long Stamp, Hash32? Hash);

/// <summary>A saved state of the chain.</summary>
/// <param name="Position">The journal's position up to which it holds everything that was mined.</param>
/// <param name="Number">Its newest block.</param>
/// <param name="File">Name of the file, beside the journal.</param>
internal sealed record JournaledSnapshot(long Position, long Number, string File);

/// <summary>The chain's memory: every raw transaction and every block's stamp, in one order, on the disk before anvil hears of them.</summary>
/// <remarks>One SQLite file with <c>synchronous=FULL</c>. Used by one caller at a time.</remarks>
internal sealed class ChainJournal : IDisposable
{
    private static readonly string[] Schema =
    [
        """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        CREATE TABLE transactions(id INTEGER PRIMARY KEY, hash BLOB NOT NULL, raw BLOB NOT NULL, refused TEXT, block INTEGER) STRICT;
        CREATE INDEX transactions_by_hash ON transactions(hash);
        CREATE INDEX transactions_waiting ON transactions(id) WHERE refused IS NULL AND block IS NULL;
        CREATE TABLE blocks(id INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE, stamp INTEGER NOT NULL UNIQUE, hash BLOB) STRICT;
        CREATE TABLE snapshots(position INTEGER PRIMARY KEY, number INTEGER NOT NULL, file TEXT NOT NULL) STRICT;
        """,
    ];

    private readonly SqliteFile _file;
    private long _last;

    private ChainJournal(SqliteFile file, long genesis)
    {
        (_file, Genesis) = (file, genesis);
        _last = _file.Read(db => db.ExecuteScalar<long>("SELECT max(coalesce((SELECT max(id) FROM transactions), 0), coalesce((SELECT max(id) FROM blocks), 0))"));
    }

    /// <summary>Stamp of the genesis block, Unix seconds: fixed when the journal was made.</summary>
    public long Genesis { get; }

    /// <summary>The newest position.</summary>
    public long Position => _last;

    /// <summary>Opens the journal, or makes it with this genesis.</summary>
    /// <exception cref="StorageException">The file is damaged or in use.</exception>
    public static ChainJournal Open(string path, long genesis)
    {
        SqliteFile file = SqliteFile.Open(path);
        file.Migrate("chain", Schema);
        long kept = file.Write((db, transaction) =>
        {
            db.Execute("INSERT OR IGNORE INTO meta(key, value) VALUES ('genesis', @genesis)", new { genesis }, transaction);
            return db.ExecuteScalar<long>("SELECT value FROM meta WHERE key = 'genesis'", transaction: transaction);
        });
        return new ChainJournal(file, kept);
    }

    /// <summary>Writes a transaction down; durable when the call returns.</summary>
    public JournaledTransaction Add(Hash32 hash, byte[] raw)
    {
        JournaledTransaction entry = new(_last + 1, hash, raw);
        Write("INSERT INTO transactions(id, hash, raw) VALUES (@Id, @hash, @Raw)", new { entry.Id, hash = hash.ToArray(), entry.Raw });
        _last = entry.Id;
        return entry;
    }

    /// <summary>Writes a block's number and stamp down; durable when the call returns.</summary>
    public JournaledBlock Add(long number, long stamp)
    {
        JournaledBlock entry = new(_last + 1, number, stamp, null);
        Write("INSERT INTO blocks(id, number, stamp) VALUES (@Id, @Number, @Stamp)", entry);
        _last = entry.Id;
        return entry;
    }

    /// <summary>Notes that the chain would not take a transaction.</summary>
    public void MarkRefused(long id, string reason) => Write("UPDATE transactions SET refused = @reason WHERE id = @id", new { id, reason });

    /// <summary>Notes a mined block's hash and which transactions it holds.</summary>
    public void MarkMined(JournaledBlock block, Hash32 hash, IReadOnlyCollection<Hash32> transactions) => _file.Write((db, transaction) =>
    {
        db.Execute("UPDATE blocks SET hash = @hash WHERE id = @Id", new { hash = hash.ToArray(), block.Id }, transaction);
        foreach (Hash32 included in transactions)
            db.Execute("UPDATE transactions SET block = @Number WHERE hash = @hash AND refused IS NULL", new { block.Number, hash = included.ToArray() }, transaction);
    });

    /// <summary>Notes a snapshot that is safely on the disk and forgets the older ones; gives the files that may go.</summary>
    public IReadOnlyList<string> AddSnapshot(JournaledSnapshot snapshot) => _file.Write((db, transaction) =>
    {
        string[] old = [.. db.Query<string>("SELECT file FROM snapshots", transaction: transaction)];
        db.Execute("DELETE FROM snapshots", transaction: transaction);
        db.Execute("INSERT INTO snapshots(position, number, file) VALUES (@Position, @Number, @File)", snapshot, transaction);
        return (IReadOnlyList<string>)old;
    });

    /// <summary>The newest snapshot, or null.</summary>
    public JournaledSnapshot? Snapshot() =>
        _file.Read(db => db.Query("SELECT position, number, file FROM snapshots ORDER BY position DESC LIMIT 1")
            .Select(row => new JournaledSnapshot((long)row.position, (long)row.number, (string)row.file)).FirstOrDefault());

    /// <summary>The newest block, or null before the first.</summary>
    public JournaledBlock? NewestBlock() => Blocks("ORDER BY id DESC LIMIT 1", 0).FirstOrDefault();

    /// <summary>Whether a transaction is in the journal and was not refused.</summary>
    public bool Holds(Hash32 hash) =>
        _file.Read(db => db.ExecuteScalar<long>("SELECT count(*) FROM transactions WHERE hash = @hash AND refused IS NULL", new { hash = hash.ToArray() })) > 0;

    /// <summary>Transactions that a chain which ends with block <paramref name="number"/> lacks, in order: those that waited then and those that came later.</summary>
    public IReadOnlyList<JournaledTransaction> TransactionsAfter(long number) => _file.Read(db => db
        .Query("SELECT id, hash, raw FROM transactions WHERE refused IS NULL AND (block IS NULL OR block > @number) ORDER BY id", new { number })
        .Select(row => new JournaledTransaction((long)row.id, new Hash32((byte[])row.hash), (byte[])row.raw)).ToList());

    /// <summary>Blocks above <paramref name="number"/>, in order.</summary>
    public IReadOnlyList<JournaledBlock> BlocksAfter(long number) => Blocks("WHERE number > @number ORDER BY id", number);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private List<JournaledBlock> Blocks(string where, long number) => _file.Read(db => db
        .Query($"SELECT id, number, stamp, hash FROM blocks {where}", new { number })
        .Select(row => new JournaledBlock((long)row.id, (long)row.number, (long)row.stamp, row.hash is byte[] hash ? new Hash32(hash) : null)).ToList());

    private void Write(string sql, object values) => _file.Write((SqliteConnection db, SqliteTransaction transaction) => db.Execute(sql, values, transaction));
}
