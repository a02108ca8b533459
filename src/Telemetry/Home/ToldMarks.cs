using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Home;

/// <summary>Knows up to where the home broker certainly has our events on its disk: acknowledged on one connection, and that connection lived on for a whole window.</summary>
/// <remarks>
/// A mark says: at this real time everything up to this number was acknowledged on this connection. Time without a connection does not count, because the
/// broker may have been killed at its beginning; so a new connection starts from what was safe when the last one ended. After a restart of this process the
/// last one counts as ended at its last mark. Marks lie an eighth of a window apart. Not thread safe but for <see cref="Lost"/>.
/// </remarks>
internal sealed class ToldMarks
{
    private const int MarksPerWindow = 8;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE home_safe(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;
        INSERT INTO home_safe VALUES (1, 0);
        CREATE TABLE home_marks(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        """,
        """
        ALTER TABLE home_safe ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;
        UPDATE home_safe SET tried = max(seq, coalesce((SELECT max(seq) FROM home_marks), 0));
        """,
    ];

    private readonly SqliteFile _file;
    private readonly TimeProvider _real;
    private readonly TimeSpan _window;
    private readonly Queue<Mark> _marks;
    private readonly Lock _losing = new();
    private DateTimeOffset? _lostAt;
    private Mark _newest;
    private ulong _safe, _tried;

    public ToldMarks(SqliteFile file, TimeSpan window, TimeProvider real)
    {
        (_file, _window, _real) = (file, window, real);
        file.Migrate("home", Steps);
        (_safe, _tried, _marks) = file.Read(Load);
        _newest = _marks.LastOrDefault(new Mark(_safe, DateTimeOffset.MinValue));
        _lostAt = _marks.Count > 0 ? _newest.At : null;
    }

    /// <summary>Everything up to here was acknowledged once.</summary>
    public ulong Told => _newest.Seq;

    /// <summary>Everything up to <paramref name="seq"/> is about to be told; kept before it is, so that nothing is ever told twice as if it were new.</summary>
    /// <returns>Up to here it was tried before, by this process or an earlier one.</returns>
    public ulong Try(ulong seq)
    {
        ulong before = _tried;
        if (seq > before)
        {
            _file.Write((writer, transaction) => writer.Execute("UPDATE home_safe SET tried = @seq", new { seq }, transaction));
            _tried = seq;
        }
        return before;
    }

    /// <summary>Notes that a connection ended, now.</summary>
    public void Lost()
    {
        lock (_losing)
            _lostAt ??= _real.GetUtcNow();
    }

    /// <summary>A new connection begins: forgets what was not safe when the last one ended, and answers the last safe number.</summary>
    public ulong Begin()
    {
        DateTimeOffset? ended;
        lock (_losing)
            (ended, _lostAt) = (_lostAt, null);
        if (ended is { } end)
        {
            _marks.Enqueue(_newest);
            Promote(end);
        }
        _marks.Clear();
        _newest = new Mark(_safe, DateTimeOffset.MinValue);
        Save();
        return _safe;
    }

    /// <summary>Everything up to <paramref name="seq"/> is acknowledged on this connection.</summary>
    public void Note(ulong seq)
    {
        DateTimeOffset now = _real.GetUtcNow();
        _newest = new Mark(seq, now);
        if (_marks.Count > 0 && now - _marks.Last().At < _window / MarksPerWindow && now >= _marks.Last().At)
            return;
        _marks.Enqueue(_newest);
        Promote(now);
        Save();
    }

    private void Promote(DateTimeOffset end)
    {
        while (_marks.TryPeek(out Mark mark) && mark.At + _window <= end)
            _safe = Math.Max(_safe, _marks.Dequeue().Seq);
    }

    private void Save() => _file.Write((writer, transaction) =>
    {
        writer.Execute("UPDATE home_safe SET seq = @_safe", new { _safe }, transaction);
        writer.Execute("DELETE FROM home_marks", transaction: transaction);
        writer.Execute("INSERT OR REPLACE INTO home_marks VALUES (@Seq, @at)", _marks.Select(mark => new { mark.Seq, at = mark.At.ToUnixTimeMilliseconds() }), transaction);
    });

    private static (ulong Safe, ulong Tried, Queue<Mark> Marks) Load(SqliteConnection reader)
    {
        // One statement, so that both are of one moment.
        var rows = reader.Query<(ulong Seq, long Second)>("SELECT seq, tried FROM home_safe UNION ALL SELECT * FROM (SELECT seq, at FROM home_marks ORDER BY seq)").AsList();
        return (rows[0].Seq, (ulong)rows[0].Second, new Queue<Mark>(rows.Skip(1).Select(row => new Mark(row.Seq, DateTimeOffset.FromUnixTimeMilliseconds(row.Second)))));
    }

    private readonly record struct Mark(ulong Seq, DateTimeOffset At);
}
