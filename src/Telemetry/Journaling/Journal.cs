using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Journaling;

/// <summary>A thing's durable memory and the only thing that a station waits for: what <see cref="Append(ThingObservation)"/> returned is never lost.</summary>
/// <remarks>
/// Numbers are gapless from 1. Salts stay inside: only <see cref="OpenLeaves"/> gives them out; every other call answers events whose salt is zero.
/// Thread safe; readers do not wait for writers.
/// </remarks>
public sealed class Journal : IDisposable
{
    /// <summary>Most events that one read answers.</summary>
    public const int MaxBatch = 10_000;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE events(
            seq INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL, day INTEGER NOT NULL, slot INTEGER NOT NULL, gtin INTEGER NOT NULL, kind INTEGER NOT NULL,
            delta_mg INTEGER NOT NULL, level_mg INTEGER NOT NULL, cycle INTEGER NOT NULL, order_id BLOB, salt BLOB NOT NULL CHECK (length(salt) = 32)) STRICT;
        """,
    ];

    private readonly SqliteFile _file;
    private readonly EventInsert _insert;
    private readonly Lock _waiting = new();
    private readonly ConcurrentDictionary<ushort, ThingEvent> _newest;
    private readonly ConcurrentDictionary<(ushort Slot, Gtin Gtin), ThingEvent> _newestOfProduct;
    private TaskCompletionSource? _more;
    private ulong _last;

    /// <summary>Opens the journal inside <paramref name="file"/>, which outlives it.</summary>
    /// <exception cref="StorageException">The file was written by a newer version, or numbers are missing inside.</exception>
    public Journal(SqliteFile file)
    {
        _file = file;
        file.Migrate("journal", Steps);
        _last = LastNumber(file);
        _newest = new(file.Read(EventQuery.LastPerSlot).ToDictionary(kept => kept.Slot.Value));
        _newestOfProduct = new(file.Read(EventQuery.LastPerProduct).ToDictionary(kept => (kept.Slot.Value, kept.Gtin)));
        using (file.EnterWriter(out SqliteConnection writer))
            _insert = new EventInsert(writer);
    }

    /// <summary>Number of the newest event, 0 while there is none.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>Gives the observation its number and salt and keeps it, in one durable transaction.</summary>
    /// <param name="observation">What was seen; its time is cut to whole milliseconds.</param>
    /// <returns>The event as kept, without its salt.</returns>
    /// <exception cref="StorageException">The disk refused; the event was not accepted and its number is still free.</exception>
    public ThingEvent Append(ThingObservation observation)
    {
        ThingEvent kept;
        using (_file.EnterWriter(out _))
        {
            kept = Number(observation, _last + 1);
            Insert(kept, transaction: null);
            Accept(kept);
        }
        WakeReaders();
        return kept;
    }

    /// <summary>Keeps several observations in one durable transaction: all of them or none.</summary>
    /// <param name="observations">In the order in which they are numbered.</param>
    /// <param name="together">Further rows of the caller's own tables that must be kept with the events or not at all.</param>
    /// <returns>The events as kept, without their salts.</returns>
    /// <exception cref="StorageException">The disk refused; nothing was accepted.</exception>
    public IReadOnlyList<ThingEvent> Append(
        IReadOnlyList<ThingObservation> observations, Action<SqliteConnection, SqliteTransaction, IReadOnlyList<ThingEvent>>? together = null)
    {
        ThingEvent[] kept = new ThingEvent[observations.Count];
        using (_file.EnterWriter(out SqliteConnection writer))
        {
            using SqliteTransaction transaction = writer.BeginTransaction(deferred: false);
            for (int i = 0; i < kept.Length; i++)
                Insert(kept[i] = Number(observations[i], _last + 1 + (ulong)i), transaction);
            together?.Invoke(writer, transaction, kept);
            transaction.Commit();
            foreach (ThingEvent accepted in kept)
                Accept(accepted);
        }
        WakeReaders();
        return kept;
    }

    /// <summary>Events from <paramref name="from"/> on in order, at most <paramref name="limit"/>; empty when there is nothing yet.</summary>
    public IReadOnlyList<ThingEvent> Read(ulong from, int limit = MaxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return _file.Read(reader => EventQuery.Range(reader, from, ulong.MaxValue, Math.Min(limit, MaxBatch), salted: false));
    }

    /// <summary>Events <paramref name="from"/> to <paramref name="to"/>, both included, with their salts: what a block's leaves are computed from. They must not leave the gateway.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An event of the range is not in the journal.</exception>
    public IReadOnlyList<ThingEvent> OpenLeaves(ulong from, ulong to)
    {
        if (to + 1 == from)
            return [];
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1UL);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Last);
        return _file.Read(reader => EventQuery.Range(reader, from, to, int.MaxValue, salted: true));
    }

    /// <summary>The newest event of a slot, or null when it has none.</summary>
    public ThingEvent? LastOf(SlotId slot) => _newest.GetValueOrDefault(slot.Value);

    /// <summary>The newest event of a product on a slot, or null when it has none.</summary>
    public ThingEvent? LastOf(SlotId slot, Gtin gtin) => _newestOfProduct.GetValueOrDefault((slot.Value, gtin));

    /// <summary>For every slot and product the newest event that stated the product's level there: no findings, no tags.</summary>
    public IReadOnlyList<ThingEvent> NewestLevels() => _file.Read(EventQuery.NewestLevels);

    /// <summary>The newest event of every slot that has one, by the slot's number; events of the whole gateway (slot 0) are left out.</summary>
    public ImmutableSortedDictionary<ushort, ThingEvent> LastPerSlot() => _newest.Where(slot => slot.Key > 0).ToImmutableSortedDictionary();

    /// <summary>Completes as soon as an event with a number above <paramref name="seq"/> is kept; at once when there is one.</summary>
    public async Task WaitBeyondAsync(ulong seq, CancellationToken cancellation)
    {
        while (Last <= seq)
        {
            Task more;
            lock (_waiting)
            {
                if (Last > seq)
                    return;
                more = (_more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await more.WaitAsync(cancellation);
        }
    }

    /// <summary>Frees the prepared statement; the file stays open.</summary>
    public void Dispose()
    {
        using (_file.EnterWriter(out _))
            _insert.Dispose();
    }

    private void Insert(ThingEvent kept, SqliteTransaction? transaction)
    {
        try
        {
            _insert.Run(kept, RandomNumberGenerator.GetBytes(Hash32.Size), transaction);
        }
        catch (SqliteException error)
        {
            throw SqliteFileChecks.Explain(error, _file.Path);
        }
    }

    private void Accept(ThingEvent kept)
    {
        _newest[kept.Slot.Value] = kept;
        _newestOfProduct[(kept.Slot.Value, kept.Gtin)] = kept;
        Volatile.Write(ref _last, kept.Seq);
    }

    private void WakeReaders()
    {
        TaskCompletionSource? more;
        lock (_waiting)
            (more, _more) = (_more, null);
        more?.SetResult();
    }

    private static ThingEvent Number(ThingObservation seen, ulong seq) => new(
        seq, DateTimeOffset.FromUnixTimeMilliseconds(seen.SeenAt.ToUnixTimeMilliseconds()), seen.Day, seen.Slot, seen.Gtin, seen.Kind,
        seen.Delta, seen.Level, seen.Cycle, seen.Order, Salt: default);

    private static ulong LastNumber(SqliteFile file)
    {
        (long count, long last) = file.Read(EventQuery.CountAndLast);
        return count == last
            ? (ulong)last
            : throw new StorageException($"{file.Path} holds {count} events but the newest has number {last}: events are missing. Put the newest backup in its place.");
    }
}
