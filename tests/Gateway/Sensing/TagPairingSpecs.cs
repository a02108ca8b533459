using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class TagPairingSpecs : IDisposable
{
    private static readonly TagUid Blank = new([0x04, 1, 2, 3, 4, 5, 6]), Other = new([0x04, 1, 2, 3, 4, 5, 7]);
    private static readonly SlotId Milk = new(1), Rice = new(2);

    private readonly TempDataFolder _temp = new();
    private readonly SqliteFile _file;
    private readonly TagBook _book;
    private readonly SetTime _real = new(Samples.Morning);
    private readonly TagPairing _pairing;

    public TagPairingSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _book = new TagBook(_file);
        _pairing = new TagPairing(_book, Samples.Household with { Readers = [new ShelfReader(Milk, ReaderKind.Pn532, null, "none")] }, new SetTime(Samples.Morning)) { Real = _real };
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void The_next_unknown_tag_at_the_slot_is_bound_to_the_slots_product_and_closes_the_window()
    {
        _pairing.Open(Milk, 60).Should().BeNull();

        bool[] bound = [_pairing.Offer(Seen(Rice, Other)), _pairing.Offer(Seen(Milk, Blank)), _pairing.Offer(Seen(Milk, Other))];

        bound.Should().Equal(false, true, false);
        _book.ProductOf(Blank).Should().Be(Samples.Milk);
        _book.ProductOf(Other).Should().BeNull();
        _pairing.States().Should().Equal(new PairingState(Milk, Samples.Milk, 0, PairingOutcome.Paired, Blank, null));
    }

    [Fact]
    public void A_window_may_name_another_product_of_the_household()
    {
        _pairing.Open(Milk, 60, Samples.Rice).Should().BeNull();
        _pairing.Offer(Seen(Milk, Blank));

        _book.ProductOf(Blank).Should().Be(Samples.Rice);
    }

    [Fact]
    public void The_window_counts_down_and_ends_by_itself()
    {
        _pairing.Open(Milk, 60);
        _real.Now += TimeSpan.FromSeconds(12.5);
        PairingState counting = _pairing.States().Single();
        _real.Now += TimeSpan.FromSeconds(48);

        counting.Should().Be(new PairingState(Milk, Samples.Milk, 48, PairingOutcome.Waiting, default, null));
        _pairing.Offer(Seen(Milk, Blank)).Should().BeFalse();
        _pairing.States().Single().Outcome.Should().Be(PairingOutcome.Expired);
        _book.All().Should().BeEmpty();
    }

    [Fact]
    public void Zero_seconds_close_the_window()
    {
        _pairing.Open(Milk, 60);
        _pairing.Open(Milk, 0).Should().BeNull();

        _pairing.Offer(Seen(Milk, Blank)).Should().BeFalse();
        _pairing.States().Single().Should().Be(new PairingState(Milk, Samples.Milk, 0, PairingOutcome.Closed, default, null));
    }

    [Theory]
    [InlineData(1, -1, "1 to 254 seconds")]
    [InlineData(1, 255, "1 to 254 seconds")]
    [InlineData(2, 60, "Slots with one: 1")]
    [InlineData(2, 0, "Slots with one: 1")]
    [InlineData(9, 60, "There is no slot 9")]
    public void A_window_that_cannot_be_is_refused_with_the_reason(ushort slot, int seconds, string said)
    {
        _pairing.Open(new SlotId(slot), seconds).Should().Contain(said);
        _pairing.States().Should().BeEmpty();
    }

    [Fact]
    public void A_product_that_the_household_does_not_keep_is_refused() =>
        _pairing.Open(Milk, 60, Gtin.Restricted(99)).Should().Contain("keeps no product");

    [Fact]
    public void Known_tags_and_random_numbers_leave_the_window_open_and_say_why()
    {
        TagUid random = new([0x08, 1, 2, 3]);
        _book.Bind(Other, Samples.Rice, Samples.Morning);
        _pairing.Open(Milk, 60);
        List<string?> notes = [];
        foreach (TagChange change in new[] { Seen(Milk, Other), Seen(Milk, random), Seen(Milk, Blank) with { Item = new Sgtin(Samples.Milk, "7") } })
        {
            _pairing.Offer(change).Should().BeFalse();
            notes.Add(_pairing.States().Single().Note);
        }

        notes.Should().SatisfyRespectively(
            known => known.Should().Contain("already"), phone => phone.Should().Contain("sticker"), spoken => spoken.Should().Contain("itself"));
        _pairing.Offer(Seen(Milk, Blank) with { Present = false }).Should().BeFalse("a tag that leaves was not put there");
        _pairing.Offer(Seen(Milk, Blank)).Should().BeTrue();
        _book.ProductOf(Other).Should().Be(Samples.Rice);
    }

    private static TagChange Seen(SlotId slot, TagUid uid) => new(slot, uid, null, Present: true, 0);
}
