using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Tests.World;

public sealed class ReplaySpecs : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Columns_may_stand_in_any_order_and_names_may_be_quoted()
    {
        File.WriteAllText(_file, "date,household,class_id,product\n2012-07-06,84,657,\"MIELE, ACACIA \"\"BIO\"\"\"\n2012-07-01,84,923,LIMONI\n2012-07-02,7,1,X\n");

        IReadOnlyList<Purchase> purchases = PurchaseFile.Read(_file, "84");

        purchases.Should().Equal(new Purchase("LIMONI", 923, new DateOnly(2012, 7, 1)), new Purchase("MIELE, ACACIA \"BIO\"", 657, new DateOnly(2012, 7, 6)));
    }

    [Theory]
    [InlineData("", "*is empty*")]
    [InlineData("household,product,date\n1,a,2012-01-01\n", "*no column 'class_id'*")]
    [InlineData("household,product,class_id,date\n", "*no purchases*")]
    [InlineData("household,product,class_id,date\n1,a,2\n", "*line 2: 4 columns are expected, 3 found*")]
    [InlineData("household,product,class_id,date\n84,a,x,2012-01-01\n", "*line 2: class_id 'x'*")]
    [InlineData("household,product,class_id,date\n84,a,2,01/02/2012\n", "*line 2: date '01/02/2012'*")]
    [InlineData("household,product,class_id,date\n84,,2,2012-01-01\n", "*line 2: product is empty*")]
    [InlineData("household,product,class_id,date\n1,a,2,2012-01-01\n", "*no household '84'*It has 1*--household*")]
    public void A_file_that_cannot_be_used_is_refused_with_the_line_and_the_fix(string content, string message)
    {
        File.WriteAllText(_file, content);

        Action read = () => PurchaseFile.Read(_file, "84");

        read.Should().Throw<UsageException>().WithMessage(message);
    }

    [Fact]
    public void The_eight_most_bought_products_take_the_slots_under_restricted_numbers()
    {
        DateOnly first = new(2012, 7, 1);
        Purchase[] purchases = [.. Enumerable.Range(1, 10).SelectMany(product => Enumerable.Range(0, product).Select(i => new Purchase($"P{product}", (ulong)(100 + product), first.AddDays(i * 3)))).OrderBy(purchase => purchase.Date)];

        HouseholdPlan plan = ReplayHousehold.Plan("84", purchases, seed: 1);

        plan.Shelves.Select(shelf => shelf.NameEn).Should().Equal("P10", "P9", "P8", "P7", "P6", "P5", "P4", "P3");
        plan.Shelves.Should().OnlyContain(shelf => shelf.Gtin.IsRestricted);
        plan.Shelves[0].Gtin.Should().Be(Gtin.Restricted(110));
        plan.World.Slots.Should().HaveCount(8);
    }

    [Fact]
    public void What_was_bought_lasts_until_it_was_bought_again()
    {
        DateOnly first = new(2012, 7, 1);
        Purchase[] purchases = [new("MILK", 1, first.AddDays(2)), new("MILK", 1, first.AddDays(6)), new("MILK", 1, first.AddDays(6)), new("MILK", 1, first.AddDays(16)), new("TEA", 2, first)];

        HouseholdPlan plan = ReplayHousehold.Plan("84", [.. purchases.OrderBy(purchase => purchase.Date)], seed: 1);

        Shelved milk = plan.Shelves[0];
        milk.Slot.PacksPerDay(3).Should().Be(0.25); // one pack in four days
        milk.Slot.PacksPerDay(10).Should().Be(0.2); // two packs in ten days
        milk.Slot.PacksPerDay(30).Should().BeApproximately(3.0 / 14, 1e-9); // from the first to the last purchase, the last pack aside
        milk.Purchases.Should().HaveCount(4);
    }

    [Fact]
    public void The_default_household_uses_three_packs_of_milk_by_about_day_nine()
    {
        HouseholdPlan plan = DefaultHousehold.Plan(seed: 1, new DateOnly(2026, 5, 1));
        DeviceDrivers.Simulation.SimulatedHousehold world = new(plan.World);

        int byDaySeven = world.StockAt(plan.Shelves[0].Slot.Slot, plan.Origin.AddDays(7)).UsedPacks;
        int byDayTen = world.StockAt(plan.Shelves[0].Slot.Slot, plan.Origin.AddDays(10)).UsedPacks;

        byDaySeven.Should().BeLessThan(3);
        byDayTen.Should().BeGreaterThanOrEqualTo(3);
    }

    public void Dispose() => File.Delete(_file);
}
