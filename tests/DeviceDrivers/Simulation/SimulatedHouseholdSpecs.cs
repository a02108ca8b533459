using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

public sealed class SimulatedHouseholdSpecs : IDisposable
{
    private static readonly SlotId Slot = new(1);

    private readonly TempFolder _folder = new();

    [Fact]
    public void Opening_stock_and_deliveries_less_use_are_the_level_and_never_below_zero() =>
        Prop.ForAll(Stories().ToArbitrary(), story =>
        {
            SimulatedHousehold household = Household(story);
            SlotPlan slot = household.Plan[Slot];
            return Enumerable.Range(0, 120).All(hour =>
            {
                SlotStock stock = household.StockAt(Slot, Worlds.Origin.AddHours(7 * hour));
                return slot.Pack * (slot.OpeningPacks + stock.DeliveredPacks) - stock.Used == stock.Level && stock.Level >= Mass.Zero && stock.Unmet >= Mass.Zero;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_answer_does_not_depend_on_how_often_or_in_which_order_it_is_asked() =>
        Prop.ForAll(Stories().ToArbitrary(), Gen.Choose(0, 50_000).ArrayOf(5).ToArbitrary(), (story, minutes) =>
        {
            SimulatedHousehold asked = Household(story);
            return minutes.All(minute =>
            {
                DateTimeOffset at = Worlds.Origin.AddMinutes(minute);
                return asked.StockAt(Slot, at) == Household(story).StockAt(Slot, at) && asked.MassOnCellAt(Slot, at) == Household(story).MassOnCellAt(Slot, at);
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_household_uses_what_its_plan_says_on_average()
    {
        SimulatedHousehold household = new(Worlds.Plan(11, Worlds.Milk(opening: 1000, packsPerDay: 0.5)));

        SlotStock stock = household.StockAt(Slot, Worlds.Origin.AddDays(400));

        (stock.UsedPacks / 400.0).Should().BeApproximately(0.5, 0.025);
        stock.Unmet.Should().Be(Mass.Zero);
    }

    [Fact]
    public void Rates_change_on_the_day_they_say()
    {
        SlotPlan slot = Worlds.Milk(opening: 1000) with { Rates = [new RateSegment(0, 0), new RateSegment(10, 1), new RateSegment(20, 0)] };
        SimulatedHousehold household = new(Worlds.Plan(12, slot));

        household.StockAt(Slot, Worlds.Origin.AddDays(10)).Used.Should().Be(Mass.Zero);
        SlotStock later = household.StockAt(Slot, Worlds.Origin.AddDays(20));
        later.UsedPacks.Should().BeInRange(7, 13);
        household.StockAt(Slot, Worlds.Origin.AddDays(60)).Should().Be(later);
    }

    [Fact]
    public void An_empty_shelf_gives_nothing_and_says_how_much_was_missed()
    {
        SimulatedHousehold household = new(Worlds.Plan(13, Worlds.Milk(opening: 1)));

        SlotStock stock = household.StockAt(Slot, Worlds.Origin.AddDays(30));

        stock.Level.Should().Be(Mass.Zero);
        stock.UsedPacks.Should().Be(1);
        stock.Unmet.Grams.Should().BeGreaterThan(5_000);
        household.MassOnCellAt(Slot, Worlds.Origin.AddDays(30)).Should().Be(Mass.Zero);
    }

    [Fact]
    public void Whoever_pours_takes_the_pack_away_and_brings_it_back_lighter()
    {
        SimulatedHousehold household = new(Worlds.Plan(14));
        DateTimeOffset start = Worlds.Origin;
        Mass full = household.LevelAt(Slot, start);
        int second = 0;
        while (household.LevelAt(Slot, start.AddSeconds(second)) == full)
            second++;

        Mass leaning = Enumerable.Range(-10, 20).Max(tenth => household.MassOnCellAt(Slot, start.AddSeconds(second + tenth / 10.0))), away = household.MassOnCellAt(Slot, start.AddSeconds(second + 5));
        Mass back = household.MassOnCellAt(Slot, start.AddSeconds(second + 120));

        away.Should().Be(household.Plan[Slot].Pack * 3, "the opened one of four packs is in somebody's hand");
        leaning.Grams.Should().BeGreaterThan(away.Grams + 1_100);
        back.Should().Be(household.LevelAt(Slot, start.AddSeconds(second))).And.BeLessThan(full).And.BeGreaterThan(away);
    }

    [Fact]
    public void A_delivery_appended_later_is_seen_by_every_reader()
    {
        WorldPlan plan = Worlds.Plan(15, Worlds.Milk(opening: 0));
        plan.Write(World);
        SimulatedHousehold reader = SimulatedHousehold.Open(World, Deliveries);
        reader.LevelAt(Slot, Worlds.Origin.AddDays(1)).Should().Be(Mass.Zero);

        new DeliveryLog(Deliveries).Append(new Delivery(Worlds.Origin.AddDays(1.01), Slot, 2, "delivery", new OrderId(Hash32.Parse("0x" + new string('a', 64)))));

        reader.Refresh().Should().BeTrue();
        reader.Refresh().Should().BeFalse();
        reader.StockAt(Slot, Worlds.Origin.AddDays(1.02)).DeliveredPacks.Should().Be(2);
        reader.MassOnCellAt(Slot, Worlds.Origin.AddDays(1.01).AddSeconds(2)).Grams.Should().BeApproximately(0, 1.3e3, "no pack is put down yet, only a hand leans");
        SimulatedHousehold.Open(World, Deliveries).LevelAt(Slot, Worlds.Origin.AddDays(1.02)).Should().Be(reader.LevelAt(Slot, Worlds.Origin.AddDays(1.02)));
    }

    [Fact]
    public void A_line_torn_by_a_crash_is_no_delivery_and_the_next_one_is_whole()
    {
        DeliveryLog writer = new(Deliveries);
        writer.Append(new Delivery(Worlds.Origin, Slot, 1, "outside"));
        File.AppendAllText(Deliveries, """{"at":"2026-03-02T00:0""");
        DeliveryLog reader = new(Deliveries);
        reader.Refresh();

        writer.Append(new Delivery(Worlds.Origin.AddDays(1), Slot, 2, "delivery"));
        reader.Refresh();

        reader.Entries.Select(entry => entry.Packs).Should().Equal(1, 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"at":"2026-03-01T00:00:00Z","slot":1,"packs":0,"why":"outside"}""")]
    [InlineData("""{"at":"2026-03-01T00:00:00Z","slot":1,"packs":1}""")]
    public void A_broken_delivery_is_named_with_its_line(string line)
    {
        File.WriteAllText(Deliveries, line + "\n");

        Action read = () => new DeliveryLog(Deliveries).Refresh();

        read.Should().Throw<FormatException>().WithMessage($"{Deliveries}, line 1*");
    }

    [Fact]
    public void A_plan_survives_its_file()
    {
        WorldPlan plan = Worlds.Plan(16, Worlds.Milk(1), Worlds.Milk(2) with { Rates = [new RateSegment(0, 0.25), new RateSegment(40, 0.5)] });

        plan.Write(World);

        WorldPlan.Read(World).Should().BeEquivalentTo(plan);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"seed":1,"origin":"2026-03-01T00:00:00Z","timeZone":"Nowhere/Land","slots":[]}""")]
    [InlineData("""{"seed":1,"origin":"2026-03-01T00:00:00Z","timeZone":"Asia/Seoul","slots":[]}""")]
    public void A_broken_world_file_is_named_with_the_next_step(string content)
    {
        File.WriteAllText(World, content);

        Action read = () => WorldPlan.Read(World);

        read.Should().Throw<FormatException>().WithMessage($"{World}*'./pantry up'*").Which.Message.Should().NotContain("\n");
    }

    public void Dispose() => _folder.Dispose();

    private string World => _folder.Inside("world.json");

    private string Deliveries => _folder.Inside("deliveries.jsonl");

    private sealed record Story(ulong Seed, int Opening, double PacksPerDay, double UsesPerDay, (int Hour, int Packs)[] Deliveries);

    private static Gen<Story> Stories() =>
        from seed in Gen.Choose(0, 1_000_000)
        from opening in Gen.Choose(0, 5)
        from rate in Gen.Choose(0, 300)
        from uses in Gen.Choose(1, 1_000)
        from deliveries in Gen.Choose(0, 840).Zip(Gen.Choose(1, 4)).ArrayOf().Resize(8)
        select new Story((ulong)seed, opening, rate / 100.0, uses / 100.0, deliveries);

    private SimulatedHousehold Household(Story story)
    {
        WorldPlan plan = Worlds.Plan(story.Seed, Worlds.Milk(1, story.Opening, story.PacksPerDay, story.UsesPerDay));
        string path = _folder.Inside($"{story.GetHashCode():x8}.jsonl");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, "");
            string[] lines = [.. story.Deliveries.Select(delivery =>
                $$"""{"at":"{{Worlds.Origin.AddHours(delivery.Hour):O}}","slot":1,"packs":{{delivery.Packs}},"why":"outside"}""")];
            File.WriteAllLines(path, lines);
        }
        return new SimulatedHousehold(plan, new DeliveryLog(path));
    }
}
