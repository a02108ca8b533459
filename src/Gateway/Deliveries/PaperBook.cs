using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Deliveries;

/// <summary>A tag that the seller committed to, and when this gateway heard of it.</summary>
internal readonly record struct HeardTag(DeliveryCommitment Commitment, DateTimeOffset HeardAt);

/// <summary>The right code as a tag on a parcel showed it last.</summary>
/// <param name="Slot">At which slot's reader.</param>
/// <param name="At">Household time.</param>
internal readonly record struct ShownCode(SlotId Slot, DateTimeOffset At);

/// <summary>What a gateway knows about one delivery beside the weight.</summary>
/// <param name="Tags">Tags that the seller bound to the order.</param>
/// <param name="Code">The commitment to the code on the slip, or null before the store told it.</param>
/// <param name="Wrong">Wrong codes so far.</param>
/// <param name="TypedAt">When a person gave the right code, or null.</param>
/// <param name="HandedOverAt">When the courier says that it was handed over, or null.</param>
/// <param name="HandOverHeardAt">When this gateway heard that.</param>
/// <param name="Shown">Where and when a tag showed the right code, or null.</param>
internal sealed record DeliveryPapers(
    IReadOnlyList<HeardTag> Tags, DeliveryCommitment? Code = null, int Wrong = 0, DateTimeOffset? TypedAt = null, DateTimeOffset? HandedOverAt = null, DateTimeOffset? HandOverHeardAt = null,
    ShownCode? Shown = null)
{
    /// <summary>Nothing was heard.</summary>
    public static DeliveryPapers None { get; } = new([]);
}

/// <summary>What the seller said in advance about each delivery, as it was first heard, and the codes that were given. Kept in <c>gateway.db</c>.</summary>
/// <remarks>The first word stands: a code or a courier's record that the store changes afterwards is not taken. Thread safe.</remarks>
internal sealed class PaperBook
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1); // a wrong clock of the courier's, not a date that nobody means

    private readonly SqliteFile _file;

    /// <summary>Opens the book in the gateway's file.</summary>
    public PaperBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("papers", ["CREATE TABLE shown_codes(order_id BLOB PRIMARY KEY, slot INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"]);
    }

    /// <summary>What is known of an order's delivery.</summary>
    public DeliveryPapers Of(OrderId order)
    {
        var shown = _file.Read(reader => Sql.Query<(SlotId Slot, DateTimeOffset At)>(
            reader, "SELECT slot, at FROM shown_codes WHERE order_id = @order", new { order }));
        List<HeardTag> tags = [.. _file.Read(reader => Sql.Query<(Hash32 Salt, Hash32 Hash, DateTimeOffset HeardAt)>(
            reader, "SELECT salt, hash, heard_at FROM delivery_tags WHERE order_id = @order", new { order }))
            .Select(row => new HeardTag(new DeliveryCommitment(row.Salt, row.Hash), row.HeardAt))];
        DeliveryPapers words = _file.Read(reader => Sql.Query<(Hash32? Salt, Hash32? Hash, int Wrong, DateTimeOffset? Typed, DateTimeOffset? Handed, DateTimeOffset? Heard)>(
            reader, "SELECT code_salt, code_hash, wrong, typed_at, handed_at, handed_heard_at FROM delivery_words WHERE order_id = @order", new { order }))
            .Select(row => new DeliveryPapers(
                tags, row.Hash is { } hash ? new DeliveryCommitment(row.Salt!.Value, hash) : null, row.Wrong, row.Typed, row.Handed, row.Heard))
            .FirstOrDefault(new DeliveryPapers(tags));
        return words with { Shown = shown.Count > 0 ? new ShownCode(shown[0].Slot, shown[0].At) : null };
    }

    /// <summary>Takes in what the store says about a delivery. Null, or what is wrong with it; then nothing of it counts.</summary>
    /// <param name="order">The order.</param>
    /// <param name="said">The store's answer.</param>
    /// <param name="now">Household time: evidence dates from here.</param>
    public string? Hear(PlacedOrder order, DeliveryMessage said, DateTimeOffset now)
    {
        if (!TryRead(said.Tags, out List<DeliveryCommitment> tags) || (said.Code is { } told && !told.TryRead(out _)))
            return "a commitment is no pair of hashes";
        if (tags.Count > order.Terms.Quantity)
            return $"{tags.Count} tags are bound to {order.Terms.Quantity} packs";
        if (said.HandedOverAt is { } at && (at < order.PlacedAt || at - now > MostAhead))
            return "it was handed over before it was ordered, or long from now";
        DeliveryCommitment code = default;
        bool hasCode = said.Code?.TryRead(out code) == true;
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT OR IGNORE INTO delivery_words(order_id, wrong) VALUES (@o, 0)", new { o = order.Id });
            if (hasCode)
                Sql.Run(writer, transaction, "UPDATE delivery_words SET code_salt = @s, code_hash = @h WHERE order_id = @o AND code_hash IS NULL",
                    new { s = code.Salt, h = code.Hash, o = order.Id });
            if (said.HandedOverAt is { } handed)
                KeepHandOver(writer, transaction, order, handed, now);
            KeepTags(writer, transaction, order.Id, tags, now);
        });
        return null;
    }

    /// <summary>Notes that a tag showed the right code; the newest time stands.</summary>
    public void NoteShown(OrderId order, ShownCode shown) => _file.Write((writer, transaction) =>
    {
        Sql.Run(writer, transaction, "INSERT OR REPLACE INTO shown_codes(order_id, slot, at) VALUES (@o, @s, @at)",
            new { o = order, s = shown.Slot, at = shown.At });
    });

    /// <summary>Notes that a person gave the right code; the first time stands.</summary>
    public void NoteTyped(OrderId order, DateTimeOffset now) => _file.Write((writer, transaction) =>
    {
        Sql.Run(writer, transaction, "UPDATE delivery_words SET typed_at = @now WHERE order_id = @o AND typed_at IS NULL",
            new { now, o = order });
    });

    /// <summary>Counts a wrong code.</summary>
    public void NoteWrong(OrderId order) => _file.Write((writer, transaction) =>
    {
        Sql.Run(writer, transaction, "UPDATE delivery_words SET wrong = wrong + 1 WHERE order_id = @o", new { o = order });
    });

    /// <summary>The first word stands, but for one that an older program kept and that this one would have refused.</summary>
    private static void KeepHandOver(SqliteConnection writer, SqliteTransaction transaction, PlacedOrder order, DateTimeOffset handed, DateTimeOffset now) => Sql.Run(
        writer, transaction,
        """
        UPDATE delivery_words SET handed_at = @at, handed_heard_at = @now
        WHERE order_id = @o AND (handed_at IS NULL OR handed_at < @placed OR handed_at - handed_heard_at > @ahead)
        """,
        new { at = handed, now, o = order.Id, placed = order.PlacedAt, ahead = (long)MostAhead.TotalMilliseconds });

    /// <summary>A tag that the clerk took off goes; one that is there already keeps the time at which it was first heard.</summary>
    private static void KeepTags(SqliteConnection writer, SqliteTransaction transaction, OrderId order, List<DeliveryCommitment> tags, DateTimeOffset now)
    {
        HashSet<Hash32> kept = [];
        List<Hash32> known = Sql.Query<Hash32>(writer, "SELECT hash FROM delivery_tags WHERE order_id = @order", new { order });
        foreach (DeliveryCommitment tag in tags)
        {
            kept.Add(tag.Hash);
            Sql.Run(writer, transaction, "INSERT OR IGNORE INTO delivery_tags(order_id, salt, hash, heard_at) VALUES (@o, @s, @h, @now)",
                new { o = order, s = tag.Salt, h = tag.Hash, now });
        }
        foreach (Hash32 gone in known.Where(hash => !kept.Contains(hash)))
            Sql.Run(writer, transaction, "DELETE FROM delivery_tags WHERE order_id = @o AND hash = @h", new { o = order, h = gone });
    }

    private static bool TryRead(IReadOnlyList<CommitmentMessage> said, out List<DeliveryCommitment> read)
    {
        read = [];
        foreach (CommitmentMessage message in said)
        {
            if (!message.TryRead(out DeliveryCommitment commitment))
                return false;
            read.Add(commitment);
        }
        return true;
    }
}
