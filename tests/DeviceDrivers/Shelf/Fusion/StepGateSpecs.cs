using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf.Fusion;

/// <summary>What is lifted and comes back, what is put down and taken away, and what cannot be.</summary>
public sealed class StepGateSpecs
{
    private static readonly Gtin Milk = Gtin.Restricted(1), Juice = Gtin.Restricted(2);

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(85)]
    public void A_borrowed_pack_that_comes_back_lighter_is_used_by_the_difference(double minutes)
    {
        Shelf shelf = new(2000);

        shelf.Move(-1000).Wait(minutes).Move(900).Wait(120);

        shelf.Booked.Should().Equal(-100);
    }

    [Fact]
    public void A_borrowed_pack_that_comes_back_untouched_is_no_use()
    {
        Shelf shelf = new(2000);

        shelf.Move(-1000).Wait(30).Move(999).Wait(300);

        shelf.Booked.Should().BeEmpty("a gram is the cell's");
        shelf.Move(-300, returned: true).Wait(2);
        shelf.Booked.Should().Equal([-301], "and goes with the next booking, so that nothing is lost");
    }

    [Fact]
    public void A_pack_that_stays_away_is_used_with_the_date_when_it_left()
    {
        Shelf shelf = new(2000);
        DateTimeOffset left = shelf.Now;

        shelf.Move(-1000).Wait(89);
        shelf.Booked.Should().BeEmpty();
        shelf.Gate.Away.Should().Be(Mass.FromGrams(1000), "decisions count on it as long as it may come back");
        shelf.Wait(2);

        shelf.Booked.Should().Equal(-1000);
        shelf.Steps[0].At.Should().Be(left);
        shelf.Gate.Away.Should().Be(Mass.Zero);
    }

    [Fact]
    public void What_was_lifted_and_put_back_within_the_scales_own_minute_waits_for_nothing()
    {
        Shelf shelf = new(2000);

        shelf.Move(-180, returned: true).Wait(0);

        shelf.Booked.Should().Equal(-180);
    }

    [Fact]
    public void Of_several_things_away_each_return_is_matched_with_its_own()
    {
        Shelf shelf = new(3000); // milk 1000 open at 800, butter 200, and more

        shelf.Move(-800).Wait(1).Move(-200).Wait(20).Move(700).Wait(1).Move(180).Wait(200);

        shelf.Booked.Should().Equal(-100, -20);
    }

    [Fact]
    public void Two_packs_lifted_one_by_one_and_brought_back_together_are_used_by_the_difference()
    {
        Shelf shelf = new(3000);

        shelf.Move(-900).Wait(1).Move(-600).Wait(20).Move(1380).Wait(200);

        shelf.Booked.Should().Equal(-120);
    }

    [Fact]
    public void Tags_that_name_another_product_make_no_return()
    {
        Shelf shelf = new(2000);

        shelf.Move(-1000, tags: Moved(Milk, left: 1)).Wait(20).Move(900, tags: Moved(Juice, came: 1)).Wait(200);

        shelf.Booked.Should().Equal(-1000, 900);
    }

    [Fact]
    public void Tags_of_what_came_back_say_that_it_was_touched()
    {
        Shelf shelf = new(2000);

        shelf.Move(-1000, tags: Moved(Milk, left: 1)).Wait(20).Move(900, tags: Moved(Milk, came: 1)).Wait(200);

        shelf.Booked.Should().Equal(-100);
        shelf.Last.Tags.Moves.Should().Equal(new TagMoves(Milk, 0, 0, 1));
    }

    [Fact]
    public void A_new_pack_is_not_taken_for_an_old_one_while_a_delivery_is_on_its_way()
    {
        Shelf shelf = new(2000);
        shelf.Gate.Expects = true;

        shelf.Move(-1000).Wait(20).Move(1000).Wait(0);
        shelf.Booked.Should().Equal([1000], "a delivery is told at once, so that it can be paid");
        shelf.Wait(200);

        shelf.Booked.Should().Equal(1000, -1000);
    }

    [Fact]
    public void A_lighter_pack_comes_back_even_while_a_delivery_is_on_its_way()
    {
        Shelf shelf = new(2000);
        shelf.Gate.Expects = true;

        shelf.Move(-1000).Wait(20).Move(900).Wait(200);

        shelf.Booked.Should().Equal([-100], "or the order would be paid with the family's own milk");
    }

    [Fact]
    public void What_is_put_down_and_taken_away_again_was_never_stock()
    {
        Shelf shelf = new(500);

        shelf.Move(5000).Wait(60).Move(-5000).Wait(300);

        shelf.Booked.Should().BeEmpty();
    }

    [Fact]
    public void A_drink_from_what_was_just_brought_does_not_make_the_delivery_short()
    {
        Shelf shelf = new(100);

        shelf.Move(1000).Wait(1).Move(-1000).Wait(5).Move(800).Wait(300);

        shelf.Booked.Should().Equal(1000, -200);
    }

    [Theory]
    [InlineData(8, 380, -120)]
    [InlineData(45, 1000, 500)] // refilled
    [InlineData(80, 500, 0)]
    public void A_jar_that_is_away_is_no_stock(double minutes, double back, double used)
    {
        Shelf shelf = new(500, container: 300);

        shelf.Move(-800).Wait(minutes).Move(300 + back).Wait(300);

        shelf.Booked.Sum().Should().BeApproximately(used, 3);
        shelf.Booked.Should().HaveCountLessThanOrEqualTo(1);
    }

    [Fact]
    public void A_jar_that_stays_away_books_what_was_in_it_and_its_mass_never()
    {
        Shelf shelf = new(500, container: 300);

        shelf.Move(-800).Wait(2000);
        shelf.Booked.Should().Equal(-500);
        shelf.Gate.IsImpossible.Should().BeTrue("less than nothing is a question, not a stock");
        shelf.Move(300 + 450).Wait(300);

        shelf.Booked.Should().Equal(-500, 450);
        shelf.Gate.IsImpossible.Should().BeFalse();
    }

    [Theory]
    [InlineData(-3200)]
    [InlineData(-37_867)]
    [InlineData(37_867)] // beyond what a converter's range leaves for a cell
    public void A_change_that_cannot_be_is_never_booked_and_gone_with_its_return(double jump)
    {
        Shelf shelf = new(800);

        shelf.Move(jump).Wait(2000);
        shelf.Booked.Where(grams => Math.Abs(grams) > 803).Should().BeEmpty();
        shelf.Gate.IsImpossible.Should().BeTrue();
        shelf.Move(-jump).Wait(300);

        shelf.Booked.Sum().Should().BeApproximately(0, 3);
        shelf.Gate.IsImpossible.Should().BeFalse();
        shelf.Move(-100, returned: true).Wait(1);
        shelf.Booked[^1].Should().Be(-100, "and what is used then is booked as ever");
    }

    [Fact]
    public void A_cell_that_may_carry_five_kilograms_books_no_six()
    {
        Shelf shelf = new(800, settings: new ScaleSettings { Capacity = Mass.FromGrams(5000) });

        shelf.Move(5400).Wait(300);

        shelf.Booked.Should().BeEmpty();
        shelf.Gate.IsOverloaded(Mass.FromGrams(6200)).Should().BeTrue();
    }

    [Fact]
    public void Bookings_and_what_is_held_always_add_up_to_what_the_scale_says()
    {
        Random chance = new(5);
        for (int run = 0; run < 300; run++)
        {
            Shelf shelf = new(chance.Next(0, 3000), container: run % 2 == 0 ? 300 : 0);
            double start = shelf.Level;
            for (int i = 0; i < 30; i++)
                shelf.Move(chance.Next(-2500, 2500), returned: chance.Next(4) == 0).Wait(chance.Next(0, 120));

            (start + shelf.Booked.Sum() + shelf.Gate.Pending.Grams).Should().BeApproximately(shelf.Level, 0.01);
            foreach (StockStep step in shelf.Steps)
                step.Level.Grams.Should().BeGreaterThan(-60, "nobody uses what is not there (run {0})", run);
        }
    }

    [Fact]
    public void All_cells_at_once_are_nobodys_taking()
    {
        Shelves shelves = new(3);

        for (int slot = 1; slot <= 3; slot++)
            shelves.Move(slot, -250 - slot, secondsLater: 0.2 * slot);
        shelves.Wait(200);

        shelves.Booked.Should().BeEmpty();
        shelves.Asked.Should().HaveCount(3);
        shelves.Gates.Together.Should().Be(1);
    }

    [Fact]
    public void A_dip_of_the_supply_that_is_over_is_not_even_asked_about()
    {
        Shelves shelves = new(3);

        for (int slot = 1; slot <= 3; slot++)
            shelves.Move(slot, 700, secondsLater: 0.1 * slot);
        shelves.Wait(20);
        for (int slot = 1; slot <= 3; slot++)
            shelves.Move(slot, -700, secondsLater: 0.1 * slot);
        shelves.Wait(300);

        shelves.Booked.Should().BeEmpty();
        shelves.Asked.Should().BeEmpty();
    }

    [Fact]
    public void Two_hands_take_two_packs()
    {
        Shelves three = new(3), two = new(2);

        three.Move(1, -500).Move(2, -600, secondsLater: 0.2).Wait(200);
        two.Move(1, -500).Move(2, -600, secondsLater: 0.8).Wait(200);

        three.Booked.Should().Equal(-500, -600);
        two.Booked.Should().Equal(-500, -600);
    }

    private static TagEvidence Moved(Gtin gtin, int left = 0, int came = 0) => new([new TagMoves(gtin, left, came, 0)], new HashSet<Gtin> { gtin });

    /// <summary>One slot of 200 counts a gram.</summary>
    private sealed class Shelf
    {
        private readonly Mass _start;

        public Shelf(double grams, double container = 0, ScaleSettings? settings = null)
        {
            (Level, _start) = (grams, Mass.FromGrams(grams));
            Gate = new StepGate(new SlotId(1), settings ?? new ScaleSettings(), new Calibration(200, 100_000, 40, Mass.FromGrams(container)));
        }

        public StepGate Gate { get; }

        public double Level { get; private set; }

        public DateTimeOffset Now { get; private set; } = new(2026, 3, 1, 18, 0, 0, TimeSpan.Zero);

        public List<StockStep> Steps { get; } = [];

        public GatedStep Last { get; private set; }

        public IEnumerable<double> Grams => Steps.Select(step => step.Delta.Grams);

        public List<double> Booked => [.. Grams];

        public Shelf Move(double grams, bool returned = false, TagEvidence? tags = null)
        {
            Level += grams;
            Gate.Take(StockStep.Of(new SlotId(1), Now, Mass.FromGrams(grams), Mass.FromGrams(Level), Mass.FromGrams(0.3), returned), tags ?? TagEvidence.None, Now);
            return this;
        }

        public Shelf Wait(double minutes)
        {
            for (DateTimeOffset until = Now.AddMinutes(minutes); ; Now = Now.AddMinutes(1) > until && Now < until ? until : Now.AddMinutes(1))
            {
                while (Gate.TryRelease(Now, Mass.FromGrams(Level), out GatedStep due))
                {
                    Last = due;
                    Steps.Add(due.Step);
                    due.Step.Level.Should().Be(Mass.FromGrams(Level) - Gate.Pending, "a booking's level is the booked one");
                }
                if (Now >= until)
                    return this;
            }
        }
    }

    /// <summary>Several slots of 2 kg each.</summary>
    private sealed class Shelves
    {
        private readonly double[] _levels;
        private DateTimeOffset _now = new(2026, 3, 1, 18, 0, 0, TimeSpan.Zero);

        public Shelves(int slots)
        {
            _levels = [.. Enumerable.Repeat(2000.0, slots + 1)];
            for (ushort slot = 1; slot <= slots; slot++)
                Gates.Begin(new SlotId(slot), new ScaleSettings(), new Calibration(200, 100_000, 40));
            Wait(10);
        }

        public ShelfGate Gates { get; } = new();

        public List<double> Booked { get; } = [];

        public List<double> Asked { get; } = [];

        public Shelves Move(int slot, double grams, double secondsLater = 0)
        {
            _levels[slot] += grams;
            Gates.Take(
                StockStep.Of(new SlotId((ushort)slot), _now.AddSeconds(secondsLater - 60), Mass.FromGrams(grams), Mass.FromGrams(_levels[slot]), Mass.FromGrams(0.3)), TagEvidence.None,
                _now.AddSeconds(secondsLater));
            return this;
        }

        public Shelves Wait(double minutes)
        {
            for (DateTimeOffset until = _now.AddMinutes(minutes); _now < until; _now = _now.AddSeconds(10))
            {
                for (int slot = 1; slot < _levels.Length; slot++)
                {
                    while (Gates.TryRelease(new SlotId((ushort)slot), _now, Mass.FromGrams(_levels[slot]), out GatedStep due))
                        (due.IsDoubtful ? Asked : Booked).Add(due.Step.Delta.Grams);
                }
            }
            return this;
        }
    }
}
