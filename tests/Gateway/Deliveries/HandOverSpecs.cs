using PantryChain.Domain.Events;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Inbox;

namespace PantryChain.Gateway.Tests.Deliveries;

/// <summary>The courier's record and the member's word.</summary>
public sealed class HandOverSpecs
{
    private const double Pack = DeliveryWorld.PackGrams;

    [Fact]
    public void A_couriers_record_and_an_exact_weight_count_after_six_waking_hours_in_which_nobody_objects()
    {
        using DeliveryWorld world = new(reader: false);
        world.Time.Now = Samples.Morning.AddHours(10); // 18:00
        world.HandOver(world.Time.Now.AddHours(-2));
        world.Put(Pack);

        DateTimeOffset countsAt = world.Desk.Questions().Single().Verdict!.Value.CountsAt;
        world.Pass(TimeSpan.FromHours(15.5));
        uint asleep = world.Counted;
        world.Pass(TimeSpan.FromHours(1));

        countsAt.Should().Be(Samples.Morning.AddDays(1).AddHours(2), "four hours in the evening and two in the morning");
        (asleep, world.Counted, world.Rise.By).Should().Be((0u, 1u, Voucher.HandOver));
    }

    [Fact]
    public void A_record_that_comes_after_the_rise_counts_for_the_earlier_rise()
    {
        using DeliveryWorld world = new(reader: false);
        world.Time.Now = Samples.Morning.AddHours(2);
        world.Put(Pack);
        world.Pass(TimeSpan.FromHours(5));

        world.HandOver(Samples.Morning.AddHours(2.5));
        world.Pass(TimeSpan.FromHours(5));
        uint early = world.Counted;
        world.Pass(TimeSpan.FromHours(2));

        (early, world.Counted).Should().Be((0u, 1u), "the hours to object begin when it can be seen");
    }

    public static TheoryData<string> RecordsThatDoNotCount =>
    [
        "own", "second rise", "poured from", "too heavy", "half a day later", "long before", "late", "to come", "before shipping", "tags did not show up", "part of the order", "changed",
    ];

    [Theory]
    [MemberData(nameof(RecordsThatDoNotCount))]
    public void A_couriers_record_alone_does_not_count(string what)
    {
        using DeliveryWorld world = new(reader: what == "tags did not show up", quantity: what == "part of the order" ? 2u : 1u);
        world.Time.Now = Samples.Morning.AddHours(4);
        DateTimeOffset noon = world.Time.Now;
        switch (what)
        {
            case "own":
                world.HandOver(noon);
                world.Put(Pack);
                world.Desk.Answer(world.Rise.Id, cooperative: false).Should().Be(DeskAnswer.Done);
                break;
            case "second rise":
                world.HandOver(noon);
                world.Put(Pack);
                world.Time.Now += TimeSpan.FromHours(1);
                world.Put(Pack);
                break;
            case "poured from":
                world.HandOver(noon);
                world.Put(Pack - 150);
                break;
            case "too heavy":
                world.HandOver(noon);
                world.Put(Pack + 60);
                break;
            case "half a day later":
                world.HandOver(noon);
                world.Time.Now += TimeSpan.FromHours(13);
                world.Put(Pack);
                break;
            case "long before":
                world.Put(Pack);
                world.Time.Now += TimeSpan.FromHours(3);
                world.HandOver(world.Time.Now);
                break;
            case "late":
                world.Put(Pack);
                world.Time.Now += TimeSpan.FromHours(30);
                world.HandOver(noon);
                break;
            case "to come":
                world.HandOver(noon.AddHours(5));
                world.Time.Now += TimeSpan.FromHours(5);
                world.Put(Pack);
                break;
            case "before shipping":
                world.HandOver(Samples.Morning.AddHours(-1));
                world.Put(Pack);
                break;
            case "tags did not show up":
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromMinutes(5);
                world.HandOver(noon);
                world.Put(Pack);
                break;
            case "part of the order":
                world.HandOver(noon);
                world.Put(Pack);
                break;
            default:
                world.HandOver(noon.AddDays(-1)); // a first word that was wrong
                world.HandOver(noon);
                world.Put(Pack);
                break;
        }

        world.Pass(TimeSpan.FromDays(4));

        (world.Counted, world.Events(ThingEventKind.Delivered).Count).Should().Be((0u, 0), what);
    }

    [Theory]
    [InlineData("0001-01-01T00:30:00Z")]
    [InlineData("9999-12-31T23:30:00Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("a second before the order")]
    [InlineData("two days from now")]
    public void A_record_at_a_time_that_cannot_be_is_refused_and_the_right_one_then_counts(string when)
    {
        using DeliveryWorld world = new(reader: false);
        world.Time.Now = Samples.Morning.AddHours(2);
        DateTimeOffset absurd = when switch
        {
            "a second before the order" => world.Order.PlacedAt.AddSeconds(-1),
            "two days from now" => world.Time.Now.AddDays(2),
            _ => DateTimeOffset.Parse(when, System.Globalization.CultureInfo.InvariantCulture),
        };

        string? refused = world.HandOver(absurd);
        world.HandOver(world.Time.Now);
        world.Put(Pack);
        world.Pass(TimeSpan.FromHours(7));

        refused.Should().Contain("handed over");
        (world.Counted, world.Rise.By).Should().Be((1u, Voucher.HandOver));
    }

    [Theory]
    [InlineData("0001-01-01T00:30:00Z")]
    [InlineData("9999-12-31T23:30:00Z")]
    public void A_record_at_a_time_that_cannot_be_which_an_older_program_kept_stops_neither_shelf_nor_page_nor_booking(string when)
    {
        using DeliveryWorld world = new(reader: false);
        world.Time.Now = Samples.Morning.AddHours(2);
        long absurd = DateTimeOffset.Parse(when, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), heard = world.Time.Now.ToUnixTimeMilliseconds();
        world.KeepAsBefore($"INSERT INTO delivery_words(order_id, wrong, handed_at, handed_heard_at) SELECT id, 0, {absurd}, {heard} FROM orders");
        world.Restart();

        world.Put(Pack);
        int asked = world.Desk.Questions().Count;
        world.Pass(TimeSpan.FromHours(1));
        uint before = world.Counted;
        world.HandOver(world.Time.Now);
        world.Pass(TimeSpan.FromHours(7));

        (asked, before, world.Counted, world.Setbacks.Failing.Count).Should().Be((1, 0u, 1u, 0));
    }

    [Fact]
    public void Papers_that_cannot_be_read_are_named_and_the_members_word_counts_without_them()
    {
        using DeliveryWorld world = new(reader: false);
        world.KeepAsBefore("INSERT INTO delivery_tags(order_id, salt, hash, heard_at) SELECT id, x'00', x'01', 0 FROM orders");

        world.Put(Pack);
        world.Desk.Answer(world.Rise.Id, cooperative: true);
        world.Pass(TimeSpan.FromMinutes(11));

        (world.Counted, world.Rise.By).Should().Be((1u, Voucher.Member));
        world.Setbacks.Failing.Should().ContainSingle().Which.Should().StartWith("papers kept of order 0x");
    }

    [Fact]
    public void A_lie_of_the_courier_and_shopping_hours_later_is_stopped_by_one_tap()
    {
        using DeliveryWorld world = new(reader: false);
        world.Time.Now = Samples.Morning.AddHours(2);
        world.HandOver(world.Time.Now); // nothing was delivered
        world.Time.Now = Samples.Morning.AddHours(10);
        world.Put(Pack); // the family went to the shop
        world.Pass(TimeSpan.FromHours(3));

        world.Desk.Answer(world.Rise.Id, cooperative: false);
        world.Pass(TimeSpan.FromDays(5));

        (world.Counted, world.Order.State, world.Stock).Should().Be((0u, OrderState.Shipped, 500 + Pack));
    }

    [Fact]
    public void The_members_word_counts_after_ten_minutes_and_can_be_undone_until_then()
    {
        using DeliveryWorld world = new();
        world.Put(Pack);
        long rise = world.Rise.Id;

        world.Desk.Answer(rise, cooperative: true).Should().Be(DeskAnswer.Done);
        world.Pass(TimeSpan.FromMinutes(5));
        world.Desk.Undo(rise).Should().Be(DeskAnswer.Done);
        world.Pass(TimeSpan.FromHours(5));
        uint undone = world.Counted;
        world.Desk.Answer(rise, cooperative: true);
        world.Restart();
        world.Pass(TimeSpan.FromMinutes(15));

        (undone, world.Counted, world.Rise.By).Should().Be((0u, 1u, Voucher.Member));
        (world.Desk.Undo(rise), world.Desk.Answer(rise, cooperative: false), world.Desk.Answer(rise, cooperative: true)).Should().Be((DeskAnswer.TooLate, DeskAnswer.TooLate, DeskAnswer.Done));
    }

    [Fact]
    public void Bought_oneself_leaves_the_order_open_for_its_real_delivery()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();
        world.Put(Pack);
        world.Desk.Answer(world.Rise.Id, cooperative: false);
        world.Time.Now += TimeSpan.FromHours(6);
        world.Put(Pack);

        world.Desk.Enter(world.Order.Id, code);
        world.Settle();

        world.Rises.Of(world.Order.Id).Select(rise => (rise.State, rise.Counted)).Should().Equal((RiseState.Own, 0u), (RiseState.Arrived, 1u));
        (world.Counted, world.Stock).Should().Be((1u, 500 + 2 * Pack));
    }

    [Fact]
    public void Own_and_ordered_packs_in_one_rise_count_for_what_was_ordered()
    {
        using DeliveryWorld world = new();
        world.Put(2 * Pack);

        world.Desk.Answer(world.Rise.Id, cooperative: true);
        world.Pass(TimeSpan.FromMinutes(15));

        (world.Counted, world.Rise.Packs).Should().Be((1u, 2u));
    }

    [Fact]
    public void Two_of_three_packs_are_a_part_and_the_third_completes_it()
    {
        using DeliveryWorld world = new(quantity: 3);
        world.Bind("1");
        world.Bind("2");
        world.Bind("3");
        world.Time.Now += TimeSpan.FromHours(1);
        world.See("1", uid: 1);
        world.See("2", uid: 2);
        world.Put(2 * Pack);
        uint part = world.Counted;

        world.Time.Now += TimeSpan.FromDays(1);
        world.See("3", uid: 3);
        world.Put(Pack);

        (part, world.Counted).Should().Be((2u, 3u));
    }

    [Fact]
    public void A_booking_that_is_taken_back_is_no_rise_any_more_and_one_that_counted_stays()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();
        world.Put(Pack);
        Rise first = world.Rise;

        world.Inbox.TakeBack(first.Seq).Should().Be(DeskAnswer.Done);
        DeskAnswer gone = world.Desk.Answer(first.Id, cooperative: true);
        world.Desk.Enter(world.Order.Id, code);
        world.Pass(TimeSpan.FromMinutes(15));
        uint nothing = world.Counted;
        world.Put(Pack);

        (gone, nothing, world.Counted).Should().Be((DeskAnswer.TooLate, 0u, 1u));
        world.Inbox.TakeBack(world.Rise.Seq).Should().Be(DeskAnswer.TooLate, "money may have been released for it");
    }

    [Fact]
    public void A_rise_that_became_a_delivery_later_cannot_be_taken_back()
    {
        using DeliveryWorld world = new();
        world.Put(Pack);
        world.Desk.Answer(world.Rise.Id, cooperative: true);
        world.Pass(TimeSpan.FromMinutes(15));

        world.Inbox.TakeBack(world.Rise.Seq).Should().Be(DeskAnswer.TooLate);
    }

    [Fact]
    public void Nothing_can_be_answered_once_the_order_has_ended()
    {
        using DeliveryWorld world = new();
        world.Put(Pack);
        world.End(OrderState.Refunded);

        world.Desk.Answer(world.Rise.Id, cooperative: true).Should().Be(DeskAnswer.TooLate);
        world.Pass(TimeSpan.FromHours(1));
        world.Counted.Should().Be(0);
    }
}
