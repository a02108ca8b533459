using PantryChain.Bench.Living;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench.Tests.Living;

public sealed class TriedShelfSpecs
{
    private static readonly HouseholdPlan Plan = Quick.Plan();
    private static readonly TimeSpan Settles = TimeSpan.FromHours(6);
    private static readonly LivedWorld Alone = LivedWorld.Find("alone");

    private static DateTimeOffset Day(double day) => Plan.Origin.AddDays(day);

    private static TriedShelf Shelf(LivedWorld world, double since) => new(Plan, world, Plan.Shelves[0], [], Day(since), [Settles]);

    [Fact]
    public void What_was_ordered_comes_on_the_second_or_third_day_and_nothing_more_is_taken_until_it_is_settled_and_a_pack_was_used()
    {
        TriedShelf shelf = Shelf(Alone, 3.2);
        shelf.GoTo(Day(3.2));
        shelf.MayOrder.Should().BeTrue();

        shelf.Order(4);
        shelf.MayOrder.Should().BeFalse();
        double before = shelf.Packs;
        (shelf.PacksAt(Day(6.99)) - before).Should().BeInRange(-0.4, 1.5, "four packs came and three to four were used meanwhile");
        shelf.GoTo(Day(7));
        shelf.MayOrder.Should().BeTrue("it is settled, and more than one pack was used up");
        shelf.Order(1);
        shelf.GoTo(Day(7.01));
        shelf.MayOrder.Should().BeFalse();
    }

    [Fact]
    public void An_order_over_which_the_store_sleeps_brings_nothing_and_gives_its_pack_back()
    {
        TriedShelf shelf = Shelf(Alone with { Sleep = new Sleep(0, 60, 0, 0) }, 6.5);
        shelf.GoTo(Day(6.5));
        shelf.Order(4);
        TimeSpan lasts = SmallCooperative.Windows.Veto + SmallCooperative.Windows.Accept;

        shelf.GoTo(Day(6.5) + lasts - TimeSpan.FromHours(1));
        (shelf.MayOrder, shelf.Packs).Should().Be((false, 0));
        shelf.GoTo(Day(6.5) + lasts);
        (shelf.MayOrder, shelf.Packs).Should().Be((true, 0), "the same used pack may be ordered for again although nothing was used since");
    }

    [Fact]
    public void Who_finds_the_shelf_bare_while_a_parcel_is_on_its_way_buys_a_pack_where_that_is_the_habit()
    {
        LivedWorld shops = Alone with { Habits = Alone.Habits with { ShopsWhenBare = true } };
        foreach ((LivedWorld world, bool comes) in new[] { (shops, true), (Alone, false) })
        {
            TriedShelf shelf = Shelf(world, 6.2);
            bool came = false;
            shelf.GoTo(Day(6.2));
            shelf.Order(1);
            for (double day = 6.2; day < 7.9; day += 1.0 / 24)
            {
                shelf.GoTo(Day(day));
                came |= day > 7.2 && shelf.Packs > 0.5;
            }
            came.Should().Be(comes);
        }
    }

    [Fact]
    public void The_oracle_orders_neither_while_there_is_time_nor_too_late()
    {
        TriedShelf shelf = Shelf(Alone, 1.2);
        int ordered = -1;
        for (int hour = 0; hour < 24 * 8 && ordered < 0; hour++)
        {
            shelf.GoTo(Day(1.2) + TimeSpan.FromHours(hour));
            ordered = shelf.MayOrder && shelf.WouldBeLate() ? hour : ordered;
        }

        ordered.Should().BeGreaterThan(0, "five packs last longer than a parcel takes");
        shelf.Needed(4).Should().BeInRange(2, 4, "about a pack a day is used until the order after this one");
        shelf.Order(4);
        double least = double.MaxValue;
        for (DateTimeOffset at = Day(1.2) + TimeSpan.FromHours(ordered); at < Day(1.2) + TimeSpan.FromHours(ordered + 80); at += TimeSpan.FromMinutes(10))
            least = Math.Min(least, shelf.PacksAt(at));
        least.Should().BeInRange(EmptyAudit.EmptyBelow, 1.2, "it came before the last of it was gone, and hardly sooner");
    }
}
