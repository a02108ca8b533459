using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>A whole gateway whose asking of the store fails in a way that nobody thought of.</summary>
public sealed class VetoFirstSpecs
{
    [Fact]
    public async Task A_veto_is_signed_whatever_the_asking_of_the_store_trips_over()
    {
        DateTimeOffset now = Samples.Morning;
        await using ToldChain chain = new() { Now = () => now };
        await using GatewayWorld world = new(speed: 1, joined: true) { Cooperative = await chain.StartAsync() };
        PlacedOrder order = OrderSamples.Placed(1);
        await world.StartAsync(services => ((StoreClient)services.GetService(typeof(StoreClient))!).Dispose()); // nothing of it is an answer or a refusal
        world.Get<ReorderDesk>().Advance(OrderSamples.Decide(1));
        world.Get<OrderBook>().Place(order, OrderSamples.Trigger(order));
        world.Get<OrderDrain>().Wake();
        await Wait.Until(() => world.Get<OrderBook>().Find(order.Id)!.State == OrderState.Open, "the chain shows it open");

        world.Get<ReorderDesk>().Advance(new ReorderStep(order.Terms.Gtin, order.Number, ReorderTrigger.Veto, Samples.Morning));
        world.Get<OrderDrain>().Wake();

        await Wait.Until(() => world.Get<RelayBook>().About(order.Id.Value).Any(call => call.Kind == RelayKind.Cancel), "the veto was signed");
        world.Get<OrderDrain>().Trouble.Should().NotBeNull("what it trips over is said");
    }
}
