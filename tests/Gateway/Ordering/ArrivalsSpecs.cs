using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class ArrivalsSpecs : IDisposable
{
    private static readonly Mass Pack = Mass.FromGrams(1063);
    private static readonly DateTimeOffset At = Samples.Morning;

    private readonly TempDataFolder _temp = new();
    private readonly SqliteFile _file;
    private readonly OrderBook _orders;
    private readonly ReorderDesk _desk;
    private readonly Arrivals _arrivals;
    private readonly PlacedOrder _order;

    public ArrivalsSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _ = new RelayBook(_file);
        _orders = new OrderBook(_file);
        _desk = new ReorderDesk(new StepBook(_file), [Samples.Milk], NullLogger<ReorderDesk>.Instance);
        _arrivals = new Arrivals(_desk, _orders, Samples.Household, TimeSpan.FromHours(24));
        _order = OrderSamples.Placed(1, quantity: 2);
        _desk.Advance(OrderSamples.Decide(1));
        _orders.Place(_order, OrderSamples.Trigger(_order));
    }

    [Theory]
    [InlineData(2 * 1063.0, 2u)]
    [InlineData(2 * 1063.0 * 1.07, 2u)]
    [InlineData(2 * 1063.0 - 350, 2u)]
    [InlineData(1063.0, 1u)]
    [InlineData(1063.0 - 300, 1u)]
    public void A_rise_of_whole_missing_packs_is_the_delivery(double grams, uint packs)
    {
        Advance(ReorderTrigger.Shipped);

        _arrivals.Match(Samples.Milk, Pack, Mass.FromGrams(grams), At)!.Packs.Should().Be(packs);
    }

    [Theory]
    [InlineData(3 * 1063.0)]
    [InlineData(500.0)]
    [InlineData(1063.0 * 1.2)]
    [InlineData(30.0)]
    public void Another_rise_is_the_households_own_shopping(double grams)
    {
        Advance(ReorderTrigger.Shipped);

        _arrivals.Match(Samples.Milk, Pack, Mass.FromGrams(grams), At).Should().BeNull();
    }

    [Fact]
    public void Inside_the_veto_window_nothing_can_arrive()
    {
        Advance(ReorderTrigger.Opened);

        _arrivals.Match(Samples.Milk, Pack, Pack * 2, At.AddHours(23)).Should().BeNull();
        _arrivals.Match(Samples.Milk, Pack, Pack * 2, At.AddHours(25)).Should().NotBeNull("the word that it was shipped may be on its way");
    }

    [Fact]
    public void Packs_that_came_before_are_not_missing_any_more()
    {
        Advance(ReorderTrigger.Shipped);
        _file.Write((writer, transaction) => { OrderBook.Arrive(writer, transaction, _order.Id, 7, 1, At); });

        _arrivals.Match(Samples.Milk, Pack, Pack * 2, At).Should().BeNull();
        _arrivals.Match(Samples.Milk, Pack, Pack, At)!.Packs.Should().Be(1);
    }

    [Fact]
    public void Without_an_order_every_rise_is_shopping()
    {
        _desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.OrderRefused, At));

        _arrivals.Match(Samples.Milk, Pack, Pack * 2, At).Should().BeNull();
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private void Advance(ReorderTrigger trigger) => _desk.Advance(new ReorderStep(Samples.Milk, 1, trigger, At, Order: _order.Id));
}
