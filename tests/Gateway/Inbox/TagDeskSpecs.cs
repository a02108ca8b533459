using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Inbox;

public sealed class TagDeskSpecs : IDisposable
{
    private static readonly SlotId Fridge = new(1);
    private static readonly TagUid Sticker = new([4, 1, 2, 3, 4, 5, 6]), Other = new([4, 1, 2, 3, 4, 5, 7]);

    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly SqliteFile _file;
    private readonly TagBook _book;
    private readonly TagDesk _desk;

    public TagDeskSpecs()
    {
        GatewayOptions options = Samples.Options;
        options = options with { Cells = new CellOptions(), Slots = [options.Slots[0] with { MoreGtins = [Samples.Rice.ToString()], DataLine = 1 }, options.Slots[1] with { DataLine = 2 }] };
        _file = SqliteFile.Open(_temp.Folder.Database);
        _book = new TagBook(_file);
        _desk = new TagDesk(_book, GatewayFile.Check(options, "gateway.json"), _time, NullLogger<TagDesk>.Instance);
        _time.Now += TimeSpan.FromMinutes(1); // readers have told what lies there
    }

    [Fact]
    public void A_paired_sticker_is_its_product()
    {
        _book.Bind(Sticker, Samples.Rice, _time.Now);

        TagMove? move = _desk.Notice(Left(Sticker));

        move.Should().Match<TagMove>(told => told.Gtin == Samples.Rice && !told.Present && !told.Conflict);
        _desk.Around(Step()).Moves.Should().Equal(new TagMoves(Samples.Rice, 1, 0, 0));
    }

    [Fact]
    public void A_tag_that_names_a_product_of_the_household_needs_no_pairing()
    {
        _desk.Notice(Left(Sticker, new Sgtin(Samples.Milk, "17")))!.Value.Gtin.Should().Be(Samples.Milk);
        _desk.Notice(Left(Other, new Sgtin(Gtin.Parse("4006381333931"), "17")))!.Value.Gtin.IsNone.Should().BeTrue("the household does not keep that one");
    }

    [Fact]
    public void A_pairing_counts_when_the_tag_names_a_product_that_the_household_does_not_keep()
    {
        _book.Bind(Sticker, Samples.Rice, _time.Now);

        TagMove move = _desk.Notice(Left(Sticker, new Sgtin(Gtin.Parse("4006381333931"), "17")))!.Value;

        (move.Gtin, move.Conflict).Should().Be((Samples.Rice, false));
    }

    [Fact]
    public void A_tag_that_contradicts_its_pairing_is_a_conflict()
    {
        _book.Bind(Sticker, Samples.Rice, _time.Now);

        _desk.Notice(Left(Sticker, new Sgtin(Samples.Milk, "17")))!.Value.Conflict.Should().BeTrue();

        _desk.Around(Step()).Conflict.Should().BeTrue();
    }

    [Fact]
    public void A_number_that_is_made_up_at_every_field_is_never_paired()
    {
        TagUid phone = new([8, 1, 2, 3]);
        _book.Bind(phone, Samples.Rice, _time.Now);

        _desk.Notice(Left(phone))!.Value.Gtin.IsNone.Should().BeTrue();
    }

    [Fact]
    public void What_lay_there_at_the_start_is_no_news()
    {
        TagDesk fresh = new(_book, Samples.Household, _time, NullLogger<TagDesk>.Instance);
        _book.Bind(Sticker, Samples.Milk, _time.Now);

        fresh.Notice(Came(Sticker)).Should().BeNull();

        TagEvidence evidence = fresh.Around(Step());
        evidence.Moves.Should().BeEmpty();
        evidence.Tagged.Should().Contain(Samples.Milk, "but it is known to lie there");
    }

    [Fact]
    public void A_tag_that_flickers_does_not_fill_the_journal()
    {
        int told = 0;
        for (int i = 0; i < 300; i++)
            told += (_desk.Notice(i % 2 == 0 ? Came(Sticker) : Left(Sticker)) is null ? 0 : 1);

        told.Should().Be(TagDesk.MostADay);
        _time.Now += TimeSpan.FromDays(1);
        _desk.Notice(Came(Sticker)).Should().NotBeNull("a new day begins");
    }

    [Fact]
    public void A_tag_that_left_while_the_weight_stayed_is_counted()
    {
        _desk.Notice(Left(Sticker));
        _time.Now += TimeSpan.FromMinutes(14);

        _desk.LookAlone();
        _desk.LookAlone();

        _desk.Alone.Should().Be(1);
    }

    [Fact]
    public void Tags_of_slots_that_are_not_there_are_left_out() =>
        _desk.Notice(new TagChange(new SlotId(77), Sticker, null, Present: true, 0)).Should().BeNull();

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private StockStep Step() => new(Fridge, _time.Now, StepKind.Used, Mass.FromGrams(-400), Mass.FromGrams(1600), Mass.FromGrams(1));

    private static TagChange Left(TagUid uid, Sgtin? item = null) => new(Fridge, uid, item, Present: false, 0);

    private static TagChange Came(TagUid uid) => new(Fridge, uid, null, Present: true, 0);
}
