using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;

namespace PantryChain.Gateway.Tests.Deliveries;

/// <summary>What tells an order's delivery from the household's own shopping: nobody is paid for nothing, as far as the device decides.</summary>
public sealed class DeliverySpecs
{
    private const double Pack = DeliveryWorld.PackGrams;

    [Fact]
    public void Own_shopping_while_an_order_is_shipped_counts_for_nothing_however_long_nobody_answers()
    {
        using DeliveryWorld world = new();

        world.Put(Pack);
        double right = world.Stock;
        world.Pass(TimeSpan.FromDays(6));

        (right, world.Counted, world.Rise.State).Should().Be((500 + Pack, 0u, RiseState.Asked));
        world.Events(ThingEventKind.Restocked).Should().ContainSingle().Which.Order.IsNone.Should().BeTrue();
        world.Events(ThingEventKind.Delivered).Should().BeEmpty();
        world.Desk.Questions().Should().ContainSingle("it can be answered until the order ends");
    }

    [Fact]
    public void A_question_that_is_answered_by_itself_books_stock_and_no_delivery()
    {
        using DeliveryWorld world = new();

        world.Ask(Pack);
        world.Pass(TimeSpan.FromDays(3));

        (world.Stock, world.Counted).Should().Be((500 + Pack, 0u));
        world.Desk.Questions().Should().ContainSingle().Which.Rise.At.Should().Be(Samples.Morning + TimeSpan.FromMinutes(1), "it moved when the scale saw it, not when it was booked");
    }

    [Fact]
    public void A_bound_tag_that_comes_with_the_weight_is_the_delivery()
    {
        using DeliveryWorld world = new();
        world.Bind("4711");
        world.Time.Now += TimeSpan.FromHours(3);

        world.See("4711");
        world.Put(Pack);

        (world.Counted, world.Rise.By, world.Stock).Should().Be((1u, Voucher.Tag, 500 + Pack));
        world.Events(ThingEventKind.Delivered).Should().ContainSingle().Which.Order.Should().Be(world.Order.Id);
    }

    [Fact]
    public void A_bound_tag_that_is_read_a_while_after_the_weight_counts_for_the_earlier_rise()
    {
        using DeliveryWorld world = new();
        world.Bind(PackTag.Of(new TagUid([4, 9, 9, 9, 9, 9, 9])));
        world.Time.Now += TimeSpan.FromHours(3);

        world.Put(Pack);
        world.Time.Now += TimeSpan.FromMinutes(20);
        world.See(new TagUid([4, 9, 9, 9, 9, 9, 9]));
        world.Settle();

        (world.Counted, world.Stock).Should().Be((1u, 500 + Pack));
        ThingEvent delivered = world.Events(ThingEventKind.Delivered).Should().ContainSingle().Subject;
        (delivered.Delta.Milligrams, delivered.Order).Should().Be((0L, world.Order.Id), "its mass stands as restocked already");
    }

    public static TheoryData<string> TagsThatDoNotCount =>
    [
        "bound after the rise", "another pack's tag", "seen in this household before", "bound to another order", "two packs with one tag", "no tag at all", "hours before the rise", "hours after the rise",
        "a clone of a tag that was here", "no weight",
    ];

    [Theory]
    [MemberData(nameof(TagsThatDoNotCount))]
    public void A_tag_does_not_count_when_it_was(string what)
    {
        using DeliveryWorld world = new(quantity: what == "two packs with one tag" ? 2u : 1u);
        switch (what)
        {
            case "bound after the rise":
                world.See("4711");
                world.Put(Pack);
                world.Bind("4711");
                break;
            case "another pack's tag":
                world.Bind("4711");
                Come(world, "4712");
                break;
            case "seen in this household before":
                world.See("4711");
                world.Leave("4711");
                world.Time.Now += TimeSpan.FromHours(2);
                world.Bind("4711");
                Come(world, "4711");
                break;
            case "a clone of a tag that was here":
                world.See("4711");
                world.Time.Now += TimeSpan.FromHours(2);
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromHours(1);
                world.See("4711", uid: 2);
                world.Put(Pack);
                break;
            case "bound to another order":
                world.Bind(PackTag.Of(new Sgtin(Samples.Milk, "4711")), new Domain.Identity.OrderId(Samples.Hash(42)));
                Come(world, "4711");
                break;
            case "two packs with one tag":
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromHours(1);
                world.See("4711");
                world.Put(2 * Pack);
                break;
            case "no tag at all":
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromHours(1);
                world.Put(Pack);
                break;
            case "hours before the rise":
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromHours(1);
                world.See("4711");
                world.Time.Now += TimeSpan.FromHours(2);
                world.Put(Pack);
                break;
            case "hours after the rise":
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromHours(1);
                world.Put(Pack);
                world.Time.Now += TimeSpan.FromHours(2);
                world.See("4711");
                break;
            default:
                world.Bind("4711");
                world.Time.Now += TimeSpan.FromHours(1);
                world.See("4711");
                break;
        }

        world.Pass(TimeSpan.FromDays(3));

        world.Counted.Should().Be(0, what);
    }

    [Fact]
    public void A_seller_cannot_bind_more_tags_than_packs()
    {
        using DeliveryWorld world = new();

        world.Bind("1").Should().BeNull();
        string? why = world.Bind("2");
        world.End(OrderState.Refunded);
        world.Place(1);
        string? first = world.Bind("1"), second = world.Bind("2");
        Come(world, "2");

        (why, first, second).Should().Be(("2 tags are bound to 1 packs", null, "2 tags are bound to 1 packs"));
        world.Counted.Should().Be(0, "the first word of the seller stands");
    }

    [Fact]
    public void A_code_counts_for_the_rise_before_it_and_for_the_rise_after_it()
    {
        using DeliveryWorld before = new(), after = new();
        DeliveryCode early = before.DrawCode(), late = after.DrawCode();

        before.Put(Pack);
        before.Pass(TimeSpan.FromHours(1));
        before.Desk.Enter(before.Order.Id, early).Should().Be(CodeAnswer.Right);
        before.Settle();
        after.Desk.Enter(after.Order.Id, late).Should().Be(CodeAnswer.Right);
        after.Pass(TimeSpan.FromHours(20));
        uint nothing = after.Counted;
        after.Put(Pack - 300);

        (before.Counted, before.Rise.By, nothing, after.Counted, after.Rise.By).Should().Be((1u, Voucher.Code, 0u, 1u, Voucher.Code));
        before.Desk.Enter(before.Order.Id, early).Should().Be(CodeAnswer.Right, "again is the same");
        before.Counted.Should().Be(1);
    }

    [Fact]
    public void A_code_typed_at_the_door_speaks_for_the_parcel_and_not_for_own_shopping_of_the_same_day()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();

        world.Put(Pack);
        world.Pass(TimeSpan.FromHours(3));
        world.Desk.Enter(world.Order.Id, code);
        world.Pass(TimeSpan.FromMinutes(50));
        uint atTheDoor = world.Counted;
        world.Put(Pack);
        world.Pass(TimeSpan.FromDays(1));

        (atTheDoor, world.Counted).Should().Be((0u, 1u));
        world.Rises.Of(world.Order.Id).Select(rise => rise.Counted).Should().Equal(0u, 1u);
    }

    [Fact]
    public void A_code_typed_in_the_evening_counts_for_what_was_unpacked_in_the_morning_once_nothing_nearer_came_for_two_hours()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();

        world.Put(Pack);
        world.Pass(TimeSpan.FromHours(10));
        world.Desk.Enter(world.Order.Id, code);
        world.Settle();
        uint typed = world.Counted;
        world.Pass(DeliveryJudge.Unpacking + TimeSpan.FromMinutes(1));

        (typed, world.Counted, world.Rise.By).Should().Be((0u, 1u, Voucher.Code));
    }

    [Fact]
    public void A_code_is_good_for_its_own_order_only_and_guessing_ends()
    {
        using DeliveryWorld world = new();
        DeliveryCode old = world.DrawCode();
        world.End(OrderState.Refunded);
        PlacedOrder ended = world.Order, next = world.Place(1);
        world.Desk.Enter(next.Id, old).Should().Be(CodeAnswer.NotToldYet);
        DeliveryCode code = world.DrawCode();
        world.Put(Pack);

        world.Desk.Enter(ended.Id, old).Should().Be(CodeAnswer.NotThere);
        for (int guess = 0; guess < DeliveryCode.MostWrong; guess++)
            world.Desk.Enter(next.Id, old).Should().Be(CodeAnswer.Wrong);
        world.Restart();

        world.Desk.Enter(next.Id, code).Should().Be(CodeAnswer.UsedUp);
        world.Pass(TimeSpan.FromDays(1));
        world.Counted.Should().Be(0);
    }

    [Fact]
    public void A_code_that_the_store_changes_afterwards_is_not_taken()
    {
        using DeliveryWorld world = new();
        DeliveryCode first = world.DrawCode(), second = world.DrawCode();

        (world.Desk.Enter(world.Order.Id, second), world.Desk.Enter(world.Order.Id, first)).Should().Be((CodeAnswer.Wrong, CodeAnswer.Right));
    }

    [Fact]
    public void A_parcels_tag_enters_the_code_and_is_no_pack()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();

        world.See(DeliveryCode.SerialPrefix + code.Text);
        world.Put(Pack);

        (world.Counted, world.Rise.By).Should().Be((1u, Voucher.Code));
        world.Sightings.Between(DeliveryWorld.Fridge, DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Should().BeEmpty();
    }

    [Theory]
    [InlineData("other slot")]
    [InlineData("hours later")]
    public void A_code_that_a_tag_shows_speaks_for_what_comes_with_it_to_its_slot_and_not_for_the_familys_shopping(string what)
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();

        if (what == "other slot")
            world.Desk.Show(new SlotId(2), Samples.Milk, code); // on a pack of something else
        else
            world.See(DeliveryCode.SerialPrefix + code.Text);
        world.Time.Now += what == "other slot" ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(3);
        world.Put(Pack);
        world.Pass(TimeSpan.FromDays(1));
        uint shopping = world.Counted;
        world.Desk.Enter(world.Order.Id, code);
        world.Put(Pack);

        (shopping, world.Counted, world.Rise.By).Should().Be((0u, 1u, Voucher.Code));
    }

    [Fact]
    public void A_code_does_not_reach_back_to_yesterdays_own_shopping()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();
        world.Put(Pack);
        world.Time.Now += TimeSpan.FromHours(23);

        world.Desk.Enter(world.Order.Id, code);
        world.Pass(TimeSpan.FromHours(1));
        uint yesterday = world.Counted;
        world.Put(Pack); // the delivery itself

        (yesterday, world.Counted).Should().Be((0u, 1u));
        world.Rises.Of(world.Order.Id).Select(rise => rise.State).Should().Equal(RiseState.Asked, RiseState.Arrived);
    }

    [Fact]
    public void Own_shopping_before_the_goods_left_the_store_is_not_what_the_code_speaks_for()
    {
        using DeliveryWorld world = new();
        DeliveryCode code = world.DrawCode();
        world.Time.Now = world.Order.StateAt - TimeSpan.FromHours(3);
        world.Put(Pack);
        world.Time.Now = world.Order.StateAt + TimeSpan.FromHours(2);

        world.Desk.Enter(world.Order.Id, code);
        world.Pass(TimeSpan.FromHours(1));

        world.Counted.Should().Be(0);
    }

    [Fact]
    public void What_moved_before_the_order_was_placed_is_no_rise_of_it_however_late_it_is_answered()
    {
        using DeliveryWorld world = new();
        world.End();
        world.Time.Now += TimeSpan.FromHours(1);
        long question = world.Ask(Pack);
        world.Time.Now += TimeSpan.FromHours(5);
        world.Place(1);

        world.Inbox.Resolve(question, "0").Should().Be(DeskAnswer.Done);

        world.Rises.Of(world.Order.Id).Should().BeEmpty();
    }

    [Fact]
    public void No_door_of_the_home_broker_reaches_a_delivery()
    {
        Type[] doors = [typeof(HomeRequests), typeof(HomeStation), typeof(SensorTeller)];

        doors.SelectMany(door => door.GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic))
            .SelectMany(made => made.GetParameters()).Select(parameter => parameter.ParameterType)
            .Where(type => type.Namespace == typeof(DeliveryDesk).Namespace || type == typeof(OrderBook) || type == typeof(RelayBook) || type == typeof(OrderFollower)).Should().BeEmpty();
    }

    [Fact]
    public void A_code_covers_the_ordered_packs_and_not_more()
    {
        using DeliveryWorld world = new(quantity: 3);
        DeliveryCode code = world.DrawCode();

        world.Put(2 * Pack);
        world.Desk.Enter(world.Order.Id, code);
        world.Settle();
        uint part = world.Counted;
        world.Time.Now += TimeSpan.FromHours(5);
        world.Put(2 * Pack);

        (part, world.Counted).Should().Be((2u, 3u));
    }

    private static void Come(DeliveryWorld world, string serial)
    {
        world.Time.Now += TimeSpan.FromHours(1);
        world.See(serial);
        world.Put(Pack);
    }
}
