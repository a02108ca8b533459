using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Member;

/// <summary>Who is logged in: random identifiers inside a sealed cookie, of which only the hashes are kept, so that a copied file opens nothing.</summary>
/// <remarks>Sessions survive a restart and end after <see cref="Lifetime"/> of real time. Thread safe.</remarks>
internal sealed class Sessions
{
    /// <summary>How long a login lasts, in real time.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const int IdSize = 32; // 256 random bits
    private const int MostSessions = 64; // more than a family has browsers

    private readonly SqliteFile _file;
    private readonly TimeProvider _real;
    private readonly Dictionary<string, DateTimeOffset> _live;
    private readonly HashSet<string> _weak = []; // in memory: a file that says whose PIN is short helps a thief
    private readonly Lock _lock = new();

    /// <summary>Opens the table inside <paramref name="file"/>; <paramref name="real"/> is the real clock, whatever household time does.</summary>
    public Sessions(SqliteFile file, TimeProvider real)
    {
        (_file, _real) = (file, real);
        file.Migrate("sessions", ["CREATE TABLE sessions(hash TEXT PRIMARY KEY, ends INTEGER NOT NULL) STRICT, WITHOUT ROWID"]);
        _live = file.Read(reader => Sql.Query<(string, DateTimeOffset)>(reader, "SELECT hash, ends FROM sessions")).ToDictionary();
    }

    /// <summary>Starts a session; its identifier is returned. The oldest ends when there are more than a family needs.</summary>
    /// <param name="weakPin">True when the PIN that opened it should be replaced.</param>
    public string Start(bool weakPin = false)
    {
        string id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdSize)), hash = HashOf(id);
        lock (_lock)
        {
            while (_live.Count >= MostSessions)
                End_NeedsLock(_live.MinBy(session => session.Value).Key);
            DateTimeOffset ends = _real.GetUtcNow() + Lifetime;
            _file.Write((writer, transaction) =>
            {
                Sql.Run(writer, transaction, "DELETE FROM sessions WHERE ends < @now", new { now = _real.GetUtcNow() });
                Sql.Run(writer, transaction, "INSERT INTO sessions(hash, ends) VALUES (@h, @e)", new { h = hash, e = ends });
            });
            _live[hash] = ends;
            if (weakPin)
                _weak.Add(hash);
        }
        return id;
    }

    /// <summary>True for a session that a PIN opened which is too short or too easy to guess by now.</summary>
    public bool HasWeakPin(string id)
    {
        lock (_lock)
            return _weak.Contains(HashOf(id));
    }

    /// <summary>Ends all other sessions: whoever opened them knew a PIN that no longer holds.</summary>
    public void EndOthers(string id)
    {
        string own = HashOf(id);
        lock (_lock)
        {
            foreach (string other in _live.Keys.Where(hash => hash != own).ToList())
                End_NeedsLock(other);
            _weak.Clear();
        }
    }

    /// <summary>True while the session runs.</summary>
    public bool IsLive(string? id)
    {
        if (id is null)
            return false;
        lock (_lock)
            return _live.TryGetValue(HashOf(id), out DateTimeOffset ends) && ends > _real.GetUtcNow();
    }

    /// <summary>Ends the session; an unknown one changes nothing.</summary>
    public void End(string? id)
    {
        if (id is null)
            return;
        lock (_lock)
            End_NeedsLock(HashOf(id));
    }

    private void End_NeedsLock(string hash)
    {
        _live.Remove(hash);
        _weak.Remove(hash);
        _file.Write((writer, transaction) => { Sql.Run(writer, transaction, "DELETE FROM sessions WHERE hash = @h", new { h = hash }); });
    }

    private static string HashOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
