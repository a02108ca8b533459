using System.Net;
using System.Text.Json;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Deliveries;

/// <summary>An order's card, the question and the code over HTTP, on a gateway whose cooperative cannot be reached.</summary>
public sealed class DeliveryPagesSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 1, joined: true);
    private readonly DeliveryCode _code = DeliveryCode.Draw();
    private HttpClient _browser = null!;
    private PlacedOrder _order = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser("en");
        await Wait.Until(() => _world.Get<Journal>().Last >= 2, "the slots had stated their opening stock");
        _order = OrderSamples.Placed(1, quantity: 1);
        ReorderDesk desk = _world.Get<ReorderDesk>();
        desk.Advance(OrderSamples.Decide(1));
        _world.Get<OrderBook>().Place(_order, OrderSamples.Trigger(_order));
        _world.Get<OrderBook>().Note(_order.Id, OrderState.Shipped, _world.Time.GetUtcNow());
        desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Shipped, _world.Time.GetUtcNow(), Order: _order.Id));
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "type the code on the delivery slip", "From the cooperative, or bought yourself?", "Without an answer the shelf confirms nothing", "even without the shelf")]
    [InlineData("ko", "배달표의 코드를 입력해 주세요", "조합에서 온 건가요, 직접 사신 건가요?", "답하지 않으면 선반은 아무것도 확인하지 않습니다", "선반의 확인 없이도 지급됩니다")]
    public async Task The_orders_card_says_in_the_readers_language_what_the_shelf_waits_for(string language, string waits, string asks, string silence, string honest)
    {
        Tell();
        _browser.DefaultRequestHeaders.AcceptLanguage.Clear();
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string before = await _browser.PageAsync("/");
        Put();

        string home = await _browser.PageAsync("/"), inbox = await _browser.PageAsync("/inbox");

        before.Should().Contain(waits).And.Contain(honest).And.NotContain("data-rise");
        home.Should().Contain(asks).And.Contain(silence).And.NotContain("name=\"choice\"", "only the member may answer");
        inbox.Should().Contain(asks);
    }

    [Fact]
    public async Task One_tap_answers_another_undoes_and_strangers_do_neither()
    {
        long rise = Put();
        HttpStatusCode stranger = await _browser.SendFormAsync($"/rises/{rise}/answer", ("choice", "cooperative")), strangersCode = await _browser.SendFormAsync($"/orders/{_order.Id}/code", ("code", _code.Text));
        string form = await _browser.LogInAsync();
        (await _browser.PageAsync("/")).Should().Contain($"/rises/{rise}/answer");

        HttpStatusCode own = await _browser.SendFormAsync($"/rises/{rise}/answer", ("form", form), ("choice", "own"));
        string said = await _browser.PageAsync("/");
        HttpStatusCode undone = await _browser.SendFormAsync($"/rises/{rise}/undo", ("form", form));
        HttpStatusCode other = await _browser.SendFormAsync($"/rises/{rise}/answer", ("form", form), ("choice", "the neighbours"));
        HttpStatusCode nowhere = await _browser.SendFormAsync("/rises/99/answer", ("form", form), ("choice", "own")), forged = await _browser.SendFormAsync($"/rises/{rise}/answer", ("form", "made up"), ("choice", "cooperative"));

        (stranger, strangersCode, own, undone).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.SeeOther, HttpStatusCode.SeeOther));
        (other, nowhere, forged).Should().Be((HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Forbidden));
        said.Should().Contain("You said: bought yourself").And.Contain($"/rises/{rise}/undo");
        _world.Get<RiseBook>().Find(rise)!.State.Should().Be(RiseState.Asked);
        _world.Get<OrderBook>().Arrived(_order.Id).Packs.Should().Be(0);
    }

    [Fact]
    public async Task The_code_on_the_slip_is_checked_and_makes_the_rise_the_delivery()
    {
        string form = await _browser.LogInAsync();
        HttpStatusCode untold = await _browser.SendFormAsync($"/orders/{_order.Id}/code", ("form", form), ("code", _code.Text));
        Tell();
        Put();
        string other = _code.Text == "00000000" ? "00000001" : "00000000";

        HttpStatusCode none = await _browser.SendFormAsync($"/orders/{_order.Id}/code", ("form", form), ("code", "abc")), wrong = await _browser.SendFormAsync($"/orders/{_order.Id}/code", ("form", form), ("code", other));
        HttpStatusCode right = await _browser.SendFormAsync($"/orders/{_order.Id}/code", ("form", form), ("code", _code.ToString()));

        (untold, none, wrong, right).Should().Be((HttpStatusCode.Conflict, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.SeeOther));
        _world.Get<DeliveryDesk>().Settle(_order);
        _world.Get<OrderBook>().Arrived(_order.Id).Packs.Should().Be(1);
        (await _browser.PageAsync("/")).Should().Contain("1 of 1 packs are confirmed").And.Contain("Confirmed by the delivery code");
        JsonElement state = await _browser.JsonAsync("/api/state");
        JsonElement delivery = state.GetProperty("orders")[0].GetProperty("delivery");
        (delivery.GetProperty("seen").GetInt32(), delivery.GetProperty("code").GetString(), delivery.GetProperty("rises").GetArrayLength()).Should().Be((1, "right", 0));
    }

    private void Tell()
    {
        DeliveryCommitment commitment = DeliveryCommitment.To(_order.Id, _code.Text);
        DeliveryMessage told = new([], new CommitmentMessage(commitment.Salt.ToString(), commitment.Hash.ToString()), null);
        _world.Get<PaperBook>().Hear(_order, told, _world.Time.GetUtcNow()).Should().BeNull();
    }

    private long Put()
    {
        Mass pack = Mass.FromGrams(1063), level = _world.Get<StockBook>().LevelOf(new(1))!.Value + pack;
        StockStep step = new(new(1), _world.Time.GetUtcNow(), StepKind.Restocked, pack, level, Mass.FromGrams(1));
        _world.Get<ShelfKeeper>().Keep(new FusedStep(step, [new FusedCandidate(FusedCause.Products, [new FusedPart(Samples.Milk, pack, 1)], 1)], TagEvidence.None, IsCertain: true));
        return _world.Get<RiseBook>().Of(_order.Id)[0].Id;
    }
}
