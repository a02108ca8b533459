using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Tests;

public sealed class JournalSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.Inside("gateway.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_count_from_one_without_gaps_also_after_reopening()
    {
        List<ulong> numbers = [];

        for (int opening = 0; opening < 3; opening++)
        {
            using SqliteFile file = SqliteFile.Open(Path);
            using Journal journal = new(file);
            numbers.Add(journal.Append(Things.Use(1)).Seq);
            numbers.AddRange(journal.Append([Things.Use(2), Things.Use(3)]).Select(kept => kept.Seq));
        }

        numbers.Should().Equal(Enumerable.Range(1, 9).Select(n => (ulong)n));
    }

    [Fact]
    public void Every_observation_reads_back_as_it_was_seen()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);

        Prop.ForAll(Gen.ListOf(Things.Observations).ToArbitrary(), seen =>
        {
            ulong from = journal.Last + 1;
            IReadOnlyList<ThingEvent> kept = journal.Append([.. seen]);
            IReadOnlyList<ThingEvent> read = journal.Read(from, 1_000);
            return read.SequenceEqual(kept) && read.Zip(seen).All(pair => SameFacts(pair.First, pair.Second));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Time_is_kept_in_whole_milliseconds()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);

        ThingEvent kept = journal.Append(Things.Use(0) with { SeenAt = Things.Morning.AddTicks(9_999) });

        kept.SeenAt.Should().Be(Things.Morning);
        journal.Read(1)[0].SeenAt.Should().Be(Things.Morning);
    }

    [Fact]
    public void Salts_are_random_stay_the_same_and_leave_only_when_leaves_are_opened()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);
        ThingEvent first = journal.Append(Things.Use(1));
        journal.Append([Things.Use(2), Things.Use(3)]);

        IReadOnlyList<ThingEvent> opened = journal.OpenLeaves(1, 3);
        IReadOnlyList<ThingEvent> again = journal.OpenLeaves(1, 3);

        opened.Select(leaf => leaf.Salt).Should().OnlyHaveUniqueItems().And.NotContain(Hash32.Zero);
        again.Should().Equal(opened);
        first.Salt.IsZero.Should().BeTrue();
        journal.Read(1).Concat(journal.LastPerSlot().Values).Append(journal.LastOf(new SlotId(1))!).Should().OnlyContain(read => read.Salt.IsZero);
    }

    [Fact]
    public void Leaves_of_an_empty_block_are_none_and_of_a_future_one_are_refused()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);
        journal.Append(Things.Use(1));

        journal.OpenLeaves(2, 1).Should().BeEmpty();
        journal.Invoking(it => it.OpenLeaves(1, 2)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void The_newest_event_of_each_slot_is_found()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);
        journal.Append([Things.Use(1, slot: 1), Things.Use(2, slot: 2), Things.Use(3, slot: 1), Things.Use(4, slot: 0)]);

        journal.LastPerSlot().Should().HaveCount(2);
        journal.LastPerSlot()[1].Seq.Should().Be(3);
        journal.LastOf(new SlotId(2))!.Seq.Should().Be(2);
        journal.LastOf(new SlotId(9)).Should().BeNull();
    }

    [Fact]
    public void A_batch_whose_companion_fails_leaves_nothing_behind()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);
        journal.Append(Things.Use(1));

        Action append = () => journal.Append([Things.Use(2), Things.Use(3)], (_, _, _) => throw new InvalidOperationException("no"));

        append.Should().Throw<InvalidOperationException>();
        journal.Last.Should().Be(1);
        journal.Append(Things.Use(4)).Seq.Should().Be(2);
    }

    [Fact]
    public void A_full_disk_refuses_the_event_with_the_next_step_and_its_number_stays_free()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);
        journal.Append(Things.Use(1));
        Limit(file, "PRAGMA max_page_count = 1"); // SQLite answers as on a full disk as soon as the file would have to grow

        Action fill = () =>
        {
            for (int n = 0; n < 10_000; n++)
                journal.Append(Things.Use(n));
        };
        string why = fill.Should().Throw<StorageException>().Which.Message;
        ulong last = journal.Last;
        Limit(file, "PRAGMA max_page_count = 1000000");

        why.Should().Contain("full").And.Contain("Free some space");
        journal.Append(Things.Use(1)).Seq.Should().Be(last + 1);
        journal.Read(1, Journal.MaxBatch).Should().HaveCount((int)last + 1);
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_the_next_event()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);
        Task first = journal.WaitBeyondAsync(0, default);
        Task second = journal.WaitBeyondAsync(1, default);

        journal.Append(Things.Use(1));
        await first.InTimeAsync();
        bool tooEarly = second.IsCompleted;
        journal.Append(Things.Use(2));
        await second.InTimeAsync();

        tooEarly.Should().BeFalse();
    }

    [Fact]
    public async Task Many_writers_and_readers_at_once_see_gapless_numbers()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using Journal journal = new(file);

        Task<ulong>[] writers = [.. Enumerable.Range(0, 200).Select(n => Task.Run(() => journal.Append(Things.Use(n)).Seq))];
        Task<bool>[] readers = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(() => journal.Read(1).Select((kept, i) => kept.Seq == (ulong)i + 1).All(right => right)))];
        ulong[] numbers = await Task.WhenAll(writers).InTimeAsync();
        bool[] gapless = await Task.WhenAll(readers).InTimeAsync();

        numbers.Order().Should().Equal(Enumerable.Range(1, 200).Select(n => (ulong)n));
        gapless.Should().NotContain(false);
    }

    [Fact]
    public void Missing_events_are_noticed_when_the_journal_is_opened()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        using (Journal journal = new(file))
            journal.Append([Things.Use(1), Things.Use(2), Things.Use(3)]);
        Limit(file, "DELETE FROM events WHERE seq = 2");

        Action open = () => _ = new Journal(file);

        open.Should().Throw<StorageException>().WithMessage("*events are missing*backup*");
    }

    private static bool SameFacts(ThingEvent kept, ThingObservation seen) =>
        kept with { Seq = 0 } == new ThingEvent(0, seen.SeenAt, seen.Day, seen.Slot, seen.Gtin, seen.Kind, seen.Delta, seen.Level, seen.Cycle, seen.Order, default);

    private static void Limit(SqliteFile file, string sql)
    {
        using (file.EnterWriter(out SqliteConnection writer))
            writer.Execute(sql);
    }
}
