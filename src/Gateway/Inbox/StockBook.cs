using Microsoft.Data.Sqlite;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Inbox;

/// <summary>What the journal says lies on each slot, product by product, and beside it the rest: what lies there and is booked to no product.</summary>
/// <remarks>
/// <para>A slot's booked level is the sum of its products' levels and its rest, always; after a restart the scale goes on from that sum. The rest is what waits in
/// the inbox, what is no product (a phone, a hand), and on a slot of several products the cell's drift, which belongs to none of them. On a slot with one product the
/// drift stays in that product's level.</para>
/// <para>Products' levels are the newest journaled ones, rests are rows of <c>gateway.db</c> written with the events that changed them. Thread safe; whoever computes
/// a new level from an old one and journals it does both inside <see cref="Enter"/>.</para>
/// </remarks>
internal sealed class StockBook
{
    private readonly Household _household;
    private readonly Dictionary<(SlotId Slot, Gtin Gtin), Mass> _levels = [];
    private readonly Dictionary<SlotId, Mass> _rests;
    private readonly Dictionary<SlotId, DateTimeOffset> _statedAt = [];
    private readonly Dictionary<(SlotId Slot, Gtin Gtin), DateTimeOffset> _emptySince = [];
    private readonly Lock _lock = new();

    /// <summary>Reads the newest levels from the journal and the rests from <paramref name="file"/>.</summary>
    public StockBook(SqliteFile file, Journal journal, Household household)
    {
        _household = household;
        file.Migrate("stock", ["CREATE TABLE slot_rests(slot INTEGER PRIMARY KEY, mg INTEGER NOT NULL) STRICT;"]);
        foreach (ThingEvent kept in journal.NewestLevels().OrderBy(kept => kept.Seq))
            Note_NeedsLock(kept);
        _rests = file.Read(reader => Sql.Query<(SlotId Slot, Mass Mass)>(reader, "SELECT slot, mg FROM slot_rests")).ToDictionary(row => row.Slot, row => row.Mass);
    }

    /// <summary>Keeps others from changing the book until what is returned is disposed; may be entered again by the same thread.</summary>
    public Lock.Scope Enter() => _lock.EnterScope();

    /// <summary>The level that all bookings of a slot lead to: what a scale goes on from. Null when the journal never heard of it, or only of products that stood there before: then it is stated anew.</summary>
    public Mass? LevelOf(SlotId slot)
    {
        lock (_lock)
        {
            IReadOnlyList<Product> products = _household.FindSlot(slot)?.Products ?? [];
            List<Mass> known = [.. products.Where(product => _levels.ContainsKey((slot, product.Gtin))).Select(product => _levels[(slot, product.Gtin)])];
            return known.Count == 0 ? null : new Mass(known.Sum(level => level.Milligrams)) + RestOf(slot);
        }
    }

    /// <summary>Household time of the newest event that stated a level of a slot, or null before the first.</summary>
    public DateTimeOffset? StatedAt(SlotId slot)
    {
        lock (_lock)
            return _statedAt.TryGetValue(slot, out DateTimeOffset at) ? at : null;
    }

    /// <summary>Household time of the booking that left less than a tenth of a pack of a product on the last of its slots; null while more lies on one of them, or nothing was ever booked.</summary>
    /// <remarks>After a restart the newest booking stands for it.</remarks>
    public DateTimeOffset? EmptySince(Gtin gtin)
    {
        lock (_lock)
        {
            List<DateTimeOffset?> since = [.. _household.Slots.Where(slot => slot.Holds(gtin)).Select(slot => _emptySince.TryGetValue((slot.Slot, gtin), out DateTimeOffset at) ? at : (DateTimeOffset?)null)];
            return since.Count > 0 && since.TrueForAll(at => at is not null) ? since.Max() : null;
        }
    }

    /// <summary>A product's level on a slot as it was booked last; nothing before its first booking there.</summary>
    public Mass LevelOf(SlotId slot, Gtin gtin)
    {
        lock (_lock)
            return _levels.GetValueOrDefault((slot, gtin));
    }

    /// <summary>What lies on a slot and is booked to no product; negative when something is missing that nobody explained.</summary>
    public Mass RestOf(SlotId slot)
    {
        lock (_lock)
            return _rests.GetValueOrDefault(slot);
    }

    /// <summary>Writes a slot's rest in the transaction of the events that changed it; call <see cref="Accept"/> once that is kept.</summary>
    public static void KeepRest(SqliteConnection writer, SqliteTransaction transaction, SlotId slot, Mass rest) =>
        Sql.Run(writer, transaction, "INSERT INTO slot_rests VALUES (@s, @mg) ON CONFLICT(slot) DO UPDATE SET mg = @mg",
            new { s = slot, mg = rest.Milligrams });

    /// <summary>Takes over what was kept.</summary>
    public void Accept(IEnumerable<ThingEvent> kept, SlotId slot, Mass rest)
    {
        lock (_lock)
        {
            foreach (ThingEvent accepted in kept)
                Note_NeedsLock(accepted);
            _rests[slot] = rest;
        }
    }

    private void Note_NeedsLock(ThingEvent kept)
    {
        if (kept.Gtin.IsNone || !StatesLevel(kept.Kind))
            return;
        _levels[(kept.Slot, kept.Gtin)] = kept.Level;
        _statedAt[kept.Slot] = kept.SeenAt;
        if (kept.Level.Milligrams * 10 > (_household.FindProduct(kept.Gtin)?.Product.Pack.Milligrams ?? 0))
            _emptySince.Remove((kept.Slot, kept.Gtin));
        else
            _emptySince.TryAdd((kept.Slot, kept.Gtin), kept.SeenAt);
    }

    private static bool StatesLevel(ThingEventKind kind) =>
        kind is not (ThingEventKind.PatternConfirmed or ThingEventKind.Deviation or ThingEventKind.TagSeen or ThingEventKind.TagLost);
}
