using PantryChain.Domain.Events;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class OrderFollowerSpecs : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromHours(4);

    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly P256Key _device = P256Key.Create();
    private readonly SqliteFile _file;
    private readonly RelayBook _relays;
    private readonly OrderBook _orders;

    public OrderFollowerSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        (_relays, _orders) = (new RelayBook(_file), new OrderBook(_file));
    }

    [Fact]
    public void A_delivery_is_signed_a_random_time_after_it_was_seen_and_within_half_of_the_sellers_time()
    {
        List<TimeSpan> waits = [];
        using Journal journal = new(_file);
        for (byte number = 1; number <= 60; number++)
        {
            PlacedOrder order = OrderSamples.Placed(number);
            _orders.Place(order, OrderSamples.Trigger(order));
            Follower().ReleaseAt(order).Should().BeNull("nothing has arrived");
            journal.Append([Samples.Used(_time.Now) with { Kind = ThingEventKind.Delivered, Delta = Mass.FromGrams(2_126), Order = order.Id }], (writer, transaction, kept) =>
                OrderBook.Arrive(writer, transaction, order.Id, kept[0].Seq, order.Terms.Quantity, kept[0].SeenAt));
            waits.Add(Follower().ReleaseAt(order)!.Value - _time.Now);
            Follower().ReleaseAt(order).Should().Be(_time.Now + waits[^1], "a kill does not draw again");
        }

        waits.Should().OnlyContain(wait => wait >= TimeSpan.Zero && wait < Most);
        waits.Average(wait => wait.TotalHours).Should().BeInRange(1.2, 2.8);
        waits.Distinct().Should().HaveCountGreaterThan(55);
        OrderFollower.ReleaseAt(_time.Now, TimeSpan.FromHours(3), _time.Now.AddHours(1)).Should().Be(_time.Now.AddHours(1), "half of the seller's time is left");
        OrderFollower.ReleaseAt(_time.Now, TimeSpan.FromHours(3), _time.Now.AddHours(-1)).Should().Be(_time.Now, "less is left, so at once");
    }

    public void Dispose()
    {
        _device.Dispose();
        _file.Dispose();
        _temp.Dispose();
    }

    private OrderFollower Follower()
    {
        ContractSet contracts = GatewayWorld.Unreachable().Info.Contracts.ToContractSet(31337);
        ReorderDesk desk = new StepBook(_file).Desk([Samples.Milk]);
        return new OrderFollower(_orders, _relays, desk, new OrderViews(_time), new Discretion([7], Most), _device, null!, contracts, null!, Samples.Household, _time);
    }
}
