using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Deliveries;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>What the store's broker login may say about orders, and what of it is kept.</summary>
public sealed class OrderNewsSpecs : IAsyncLifetime
{
    private readonly DeliveryWorld _world = new();
    private readonly Refusals _refusals = new(NullLogger<Refusals>.Instance);
    private readonly StoreClient _store = new(new Uri("http://127.0.0.1:9"), "token");
    private readonly CooperativeLink _link = new(GatewayWorld.Unreachable(), Samples.Household, NullLogger<MqttLink>.Instance);
    private OrderViews _views = null!;
    private OrderNews _news = null!;
    private int _heard;

    public Task InitializeAsync()
    {
        _views = new OrderViews(_world.Time);
        DeliveryRound deliveries = new(_world.Orders, _world.Papers, _world.Desk, _store, _refusals, _world.Setbacks, _world.Time);
        _news = new OrderNews(_link, _world.Orders, _views, deliveries, _refusals, _world.Time, NullLogger<OrderNews>.Instance);
        _news.WhenHeard(() => _heard++);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _link.DisposeAsync();
        _store.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Words_about_orders_that_nobody_here_knows_are_counted_and_not_kept_however_many_come()
    {
        for (int number = 0; number < 5_000; number++)
            Tell(new OrderId(Hash32.Parse($"0x{number + 1_000_000:x64}")));

        (_views.Count, _refusals.Count).Should().Be((0, 5_000));
        _heard.Should().Be(1, "a stolen key's order is worth a look, the next five thousand are not");
    }

    [Fact]
    public void An_unknown_order_makes_the_gateway_look_again_an_hour_later()
    {
        OrderId unknown = new(Samples.Hash(200));
        Tell(unknown);
        _world.Time.Now += TimeSpan.FromMinutes(59);
        Tell(unknown);
        int within = _heard;
        _world.Time.Now += TimeSpan.FromMinutes(2);
        Tell(unknown);

        (within, _heard).Should().Be((1, 2));
    }

    [Fact]
    public void A_word_about_an_order_of_the_book_is_kept_and_makes_the_gateway_look_at_once()
    {
        Tell(_world.Order.Id);
        Tell(_world.Order.Id);

        (_views.Count, _refusals.Count, _heard).Should().Be((1, 0L, 2));
    }

    private void Tell(OrderId order) =>
        _news.Hear(new MqttMessage(_link.Topics.Order(order), WireCodec.Encode(new OrderNotice(order, OrderState.Open, _world.Time.Now, null))));
}
