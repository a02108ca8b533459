using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Gateway.Blocks;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Blocks;

public sealed class BlockKeeperSpecs : IDisposable
{
    private static readonly Eip712Domain Domain = Eip712Domain.PantryChain(31337, Samples.Address(9));

    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly P256Key _key = P256Key.Create();
    private SqliteFile _file;
    private Journal _journal;
    private BlockBook _book;
    private BlockKeeper _keeper;

    public BlockKeeperSpecs() => (_file, _journal, _book, _keeper) = Open();

    [Fact]
    public void Every_day_is_sealed_once_at_its_time_even_when_nothing_happened()
    {
        List<(ulong Height, uint Day)> seen = [];
        for (int hour = 0; hour < 24 * 4; hour++, _time.Now += TimeSpan.FromHours(1))
        {
            if (_keeper.SealDue())
                seen.Add((_book.Head().Height, _book.Head().Day.Number));
        }

        uint first = Samples.Household.DayOf(Samples.Morning).Number;
        seen.Should().Equal((1, first), (2, first + 1), (3, first + 2), (4, first + 3), (5, first + 4));
        Blocks().Should().OnlyContain(block => block.Block.Count == 0 && block.Block.EventsRoot.IsZero);
    }

    [Fact]
    public void Days_without_power_give_one_block_and_not_one_each()
    {
        _keeper.SealDue();
        _time.Now += TimeSpan.FromDays(9);

        _keeper.SealDue().Should().BeTrue();
        _keeper.SealDue().Should().BeFalse();

        _book.Head().Height.Should().Be(2);
    }

    [Fact]
    public void The_chain_holds_every_event_once_and_verifies()
    {
        BlockVerifier verifier = new(Domain, new BlockRules());
        for (int i = 0; i < 40; i++, _time.Now += TimeSpan.FromHours(3))
        {
            ThingEvent seen = _journal.Append(Samples.Used(_time.Now));
            _keeper.SealDue();
            if (i % 7 == 3)
                _keeper.SealFor(seen);
        }

        BlockHead head = BlockHead.Genesis;
        foreach (SealedBlock block in Blocks())
        {
            verifier.Check(head, block, Samples.Household.DayOf(_time.Now)).Should().Be(BlockFault.None);
            head = BlockHead.After(block.Block);
        }
        Blocks().Sum(block => (long)block.Block.Count).Should().Be((long)_book.Head().ToSeq);
    }

    [Fact]
    public void Evidence_is_sealed_at_once_and_only_once()
    {
        ThingEvent seen = _journal.Append(Samples.Used(_time.Now));

        SealedBlock first = _keeper.SealFor(seen), second = _keeper.SealFor(seen);

        second.Hash.Should().Be(first.Hash);
        first.Urgent.Should().BeTrue();
        first.Leaves.Should().Contain(EventLeaf.HashOf(_journal.OpenLeaves(seen.Seq, seen.Seq)[0]));
        _book.Head().Height.Should().Be(1);
    }

    [Fact]
    public void After_a_kill_no_height_is_sealed_a_second_time()
    {
        ThingEvent seen = _journal.Append(Samples.Used(_time.Now));
        SealedBlock before = _keeper.SealFor(seen);
        _journal.Append(Samples.Used(_time.Now));
        _file.Dispose(); // the process is gone; whatever was not in the file is lost
        (_file, _journal, _book, _keeper) = Open();

        SealedBlock same = _keeper.SealFor(seen);
        _time.Now += TimeSpan.FromDays(1);
        _keeper.SealDue();

        same.Signature.Should().Be(before.Signature, "P-256 signatures are random: a second sealing would differ");
        _book.Head().Height.Should().Be(2);
        Blocks()[1].Block.Parent.Should().Be(before.Hash);
    }

    [Fact]
    public void A_second_block_at_one_height_is_refused_by_the_book()
    {
        SealedBlock block = _keeper.SealFor(_journal.Append(Samples.Used(_time.Now)));

        Action again = () => _book.Append(block, null, _time.Now);

        again.Should().Throw<Microsoft.Data.Sqlite.SqliteException>();
    }

    [Fact]
    public void More_events_than_a_block_may_hold_fill_several()
    {
        const int events = ThingBlock.MostEvents + 10;
        _journal.Append([.. Enumerable.Range(0, events).Select(_ => Samples.Used(_time.Now))]);
        _time.Now += TimeSpan.FromDays(1);

        _keeper.SealDue();

        Blocks().Select(block => block.Block.Count).Should().Equal(ThingBlock.MostEvents, 10UL);
        _book.LastDaily().Should().NotBeNull();
        _keeper.SealDue().Should().BeFalse();
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_break_the_chain()
    {
        _keeper.SealDue();
        uint day = _book.Head().Day.Number;
        _time.Now -= TimeSpan.FromDays(3);

        _keeper.SealFor(_journal.Append(Samples.Used(_time.Now)));

        _book.Head().Day.Number.Should().Be(day);
    }

    [Fact]
    public void A_clock_that_was_ahead_costs_no_daily_block_once_it_is_right()
    {
        _keeper.SealDue();
        DateTimeOffset right = _time.Now;
        _time.Now = right.AddDays(20);
        _keeper.SealDue();
        _time.Now = right.AddDays(1);

        bool due = _keeper.SealDue(), twice = _keeper.SealDue();
        DateTimeOffset next = _keeper.NextDue();
        _time.Now = right.AddDays(2);
        bool tomorrow = _keeper.SealDue();

        (due, twice, tomorrow).Should().Be((true, false, true));
        next.Should().BeAfter(right.AddDays(1)).And.BeBefore(right.AddDays(2.1));
        BlockVerifier store = new(Domain, new BlockRules());
        BlockHead head = BlockHead.Genesis;
        foreach (SealedBlock block in Blocks())
        {
            store.Check(head, block, Samples.Household.DayOf(_time.Now)).Should().Be(BlockFault.None);
            head = BlockHead.After(block.Block);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _key.Dispose();
        _temp.Dispose();
    }

    private (SqliteFile, Journal, BlockBook, BlockKeeper) Open()
    {
        SqliteFile file = SqliteFile.Open(_temp.Folder.Database);
        Journal journal = new(file);
        BlockBook book = new(file);
        return (file, journal, book, new BlockKeeper(book, journal, new BlockSealer(_key, Domain), Samples.Household, _time));
    }

    private List<SealedBlock> Blocks() => [.. _book.Above(0, 1000).Select(row =>
        WireCodec.TryDecode(row.Message, out SealedBlock? block, out string? why) ? block : throw new FormatException(why))];
}
