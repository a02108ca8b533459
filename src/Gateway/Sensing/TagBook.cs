using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Sensing;

/// <summary>Which product a tag is fixed to, for tags whose memory does not say it: the household paired them. Kept in <c>gateway.db</c>.</summary>
/// <remarks>Thread safe; asking touches memory only, so that the sensing thread may ask for every tag.</remarks>
internal sealed class TagBook
{
    /// <summary>Most tags that are kept: more than a household's packs in years, less than memory notices.</summary>
    public const int MaxTags = 10_000;

    private readonly SqliteFile _file;
    private readonly Dictionary<TagUid, BoundTag> _bound;
    private readonly Lock _lock = new();

    /// <summary>Opens the table inside <paramref name="file"/> and reads it.</summary>
    public TagBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("tags", ["CREATE TABLE tags(uid TEXT PRIMARY KEY, gtin INTEGER NOT NULL, bound_at INTEGER NOT NULL) STRICT;"]);
        _bound = file.Read(reader => Sql.Query<(string Uid, Gtin Gtin, DateTimeOffset At)>(reader, "SELECT uid, gtin, bound_at FROM tags")).Select(Read).ToDictionary(tag => tag.Uid);
    }

    /// <summary>The product that a tag was bound to, or null.</summary>
    public Gtin? ProductOf(TagUid uid)
    {
        lock (_lock)
            return _bound.TryGetValue(uid, out BoundTag tag) ? tag.Gtin : null;
    }

    /// <summary>All bound tags, the newest first.</summary>
    public IReadOnlyList<BoundTag> All()
    {
        lock (_lock)
            return [.. _bound.Values.OrderByDescending(tag => tag.At).ThenBy(tag => tag.Uid.Hex, StringComparer.Ordinal)];
    }

    /// <summary>Binds a tag to a product, durably; a tag that was bound to another one is bound anew.</summary>
    /// <param name="uid">The tag.</param>
    /// <param name="gtin">The product.</param>
    /// <param name="at">Household time.</param>
    /// <exception cref="ArgumentException">No tag or no product is named.</exception>
    /// <exception cref="InvalidOperationException"><see cref="MaxTags"/> are kept already.</exception>
    public void Bind(TagUid uid, Gtin gtin, DateTimeOffset at)
    {
        if (uid == default || gtin.IsNone)
            throw new ArgumentException("A tag and a product are expected.", uid == default ? nameof(uid) : nameof(gtin));
        lock (_lock)
        {
            if (_bound.Count >= MaxTags && !_bound.ContainsKey(uid))
                throw new InvalidOperationException($"{MaxTags} tags are bound already. Unbind tags of packs that are gone.");
            _file.Write((writer, transaction) =>
            {
                Sql.Run(writer, transaction, "INSERT INTO tags(uid, gtin, bound_at) VALUES (@u, @g, @at) ON CONFLICT(uid) DO UPDATE SET gtin = @g, bound_at = @at",
                    new { u = uid.Hex, g = gtin, at });
            });
            _bound[uid] = new BoundTag(uid, gtin, DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()));
        }
    }

    /// <summary>Forgets a tag, durably; false when it was not bound.</summary>
    public bool Unbind(TagUid uid)
    {
        lock (_lock)
        {
            if (!_bound.ContainsKey(uid))
                return false;
            _file.Write((writer, transaction) => { Sql.Run(writer, transaction, "DELETE FROM tags WHERE uid = @u", new { u = uid.Hex }); });
            return _bound.Remove(uid);
        }
    }

    private static BoundTag Read((string Uid, Gtin Gtin, DateTimeOffset At) row) =>
        TagUid.TryParse(row.Uid, out TagUid uid) ? new BoundTag(uid, row.Gtin, row.At)
            : throw new StorageException($"gateway.db holds '{row.Uid}' where a tag's number is expected. Restore the newest backup.");
}

/// <summary>A tag and what it is fixed to.</summary>
/// <param name="Uid">The tag.</param>
/// <param name="Gtin">The product.</param>
/// <param name="At">Household time at which they were paired.</param>
internal readonly record struct BoundTag(TagUid Uid, Gtin Gtin, DateTimeOffset At);
