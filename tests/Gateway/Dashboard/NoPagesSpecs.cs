using System.Net;
using System.Text.Json;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>What the pages offer a member who says no while neither store nor chain answers.</summary>
public sealed class NoPagesSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 60, joined: true);
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser();
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("ko", "아직 서명하지 않았습니다. 집에 언제 사람이 있는지 알 수 없게 4시간 안의", "주문 취소")]
    [InlineData("en", "nothing is signed yet. It goes out at some time within 4 hours", "Call it off")]
    public async Task A_decided_order_has_a_button_that_calls_it_off_before_it_is_signed(string language, string said, string button)
    {
        string form = await _browser.LogInAsync();
        _world.Get<ReorderDesk>().Advance(OrderSamples.Decide(1));
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);

        string page = await _browser.PageAsync("/parts/orders");
        HttpStatusCode first = await _browser.SendFormAsync("/proposals/8801115114154-1/cancel", ("form", form)), again = await _browser.SendFormAsync("/proposals/8801115114154-1/cancel", ("form", form));
        await Wait.Until(() => !_world.Get<ReorderDesk>()[Samples.Milk].UnderWay, "the order was dropped without store or chain");

        page.Should().Contain(said).And.Contain(button).And.Contain("/proposals/8801115114154-1/cancel");
        (first, again).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther));
        _world.Get<ReorderDesk>()[Samples.Milk].LastOutcome.Should().Be(ReorderOutcome.Cancelled);
    }

    [Theory]
    [InlineData("ko", "누군가 기기의 키를 가지고 있습니다")]
    [InlineData("en", "somebody else has the device's key")]
    public async Task An_order_that_somebody_else_signed_with_the_devices_key_is_an_alarm_on_the_first_page_and_in_health(string language, string said)
    {
        PlacedOrder order = OrderSamples.Placed(9);
        _world.Get<OrderBook>().Adopt(order.Id, order.Terms, Samples.Morning);
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);

        string page = await _browser.PageAsync("/");
        JsonElement health = await _browser.JsonAsync("/health");

        page.Should().Contain(said).And.Contain($"data-order=\"{order.Id}\"");
        health.GetProperty("status").GetString().Should().Be("degraded");
        health.GetProperty("calls").GetProperty("notSignedHere").GetInt32().Should().Be(1);
    }

    [Fact]
    public async Task A_signed_call_that_nobody_brings_is_said_on_the_page_and_in_health_and_can_be_downloaded()
    {
        PlacedOrder order = OrderSamples.Placed(1);
        Relay trigger = OrderSamples.Trigger(order) with { Data = [1, 2, 3, 4, 5] };
        string stranger = $"{(int)(await _browser.GetAsync($"/calls/{trigger.Id}")).StatusCode} {(int)(await _browser.GetAsync("/calls")).StatusCode}";
        string form = await _browser.LogInAsync();
        _world.Get<ReorderDesk>().Advance(OrderSamples.Decide(1));
        _world.Get<OrderBook>().Place(order, trigger);
        _world.Get<OrderDrain>().Wake();
        await Wait.Until(() => _world.Get<RelayDesk>().Troubles().Count > 0, "the store had not answered");

        string part = await _browser.PageAsync("/parts/orders"), page = await _browser.PageAsync("/calls");
        JsonElement file = await _browser.JsonAsync($"/calls/{trigger.Id}");
        JsonElement health = await _browser.JsonAsync("/health");
        HttpStatusCode off = await _browser.SendFormAsync($"/orders/{order.Id}/cancel", ("form", form));
        await Wait.Until(() => _world.Get<OrderBook>().Find(order.Id)!.Reason is not null, "the order was dropped, for no relay had it");

        stranger.Should().Be("401 401");
        part.Should().Contain("data-held-up=\"trigger\"").And.Contain($"/calls/{trigger.Id}").And.Contain($"/orders/{order.Id}/cancel");
        page.Should().Contain($"data-call=\"{trigger.Id}\"");
        CallFile call = JsonSerializer.Deserialize(file, CallJson.Default.CallFile)!;
        (call.Schema, call.Kind, call.ChainId, call.Data, call.State).Should().Be((CallFile.Name, "trigger", 31337ul, "0x0102030405", "kept"));
        (call.What.Ko, call.What.En).Should().Be(("우유 1 L 2팩을 주문합니다.", "Orders 2 x Milk 1 L."));
        health.GetProperty("status").GetString().Should().Be("degraded");
        health.GetProperty("calls").GetProperty("troubles")[0].GetProperty("kind").GetString().Should().Be("trigger");
        health.GetProperty("chain").GetProperty("nodes").GetArrayLength().Should().Be(1);
        off.Should().Be(HttpStatusCode.SeeOther);
        _world.Get<OrderBook>().Find(order.Id)!.Reason.Should().Be(OrderFollower.CalledOff);
    }
}
