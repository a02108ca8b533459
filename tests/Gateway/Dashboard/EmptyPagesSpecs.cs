using System.Net;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>An empty shelf on the pages: since when, why no order, what the member can do.</summary>
public sealed class EmptyPagesSpecs : IAsyncLifetime
{
    private const string Milk = "/products/8801115114154";

    private readonly GatewayWorld _world = new(speed: 60, joined: true, jar: true);
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser();
        await Wait.Until(() => _world.Get<Journal>().Last >= 2 && _world.Get<ShelfBoard>().StockOf(_world.Household, Samples.Milk) is not null, "both slots had stated their opening stock");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("ko", "부터 비어 있습니다", "주문을 맡기지 않았습니다.", "주문 맡기기")]
    [InlineData("en", "nothing is left since", "No mandate has been given.", "Give a mandate")]
    public async Task An_empty_product_says_since_when_why_no_order_comes_and_what_to_do(string language, string since, string why, string act)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        await Wait.Until(async () => (await _browser.PageAsync("/")).Contains("data-empty=\"8801115114154\"", StringComparison.Ordinal), "the slot had settled");

        string home = await _browser.PageAsync("/"), product = await _browser.PageAsync(Milk);

        home.Should().Contain(since).And.Contain(why).And.Contain(act).And.NotContain($"data-empty=\"{Samples.Rice}\"");
        product.Should().Contain(since).And.Contain("data-ask=\"NoMandate\"");
    }

    [Fact]
    public async Task Order_now_is_one_order_however_often_it_is_pressed_and_only_the_members()
    {
        GivenMandate mandate = _world.GiveMandate();
        HttpStatusCode stranger = await _browser.SendFormAsync(Milk + "/order", ("number", "1"));
        string form = await _browser.LogInAsync();
        await Wait.Until(async () => (await _browser.PageAsync(Milk)).Contains("data-ask", StringComparison.Ordinal), "the mandate is known");
        HttpStatusCode early = await _browser.SendFormAsync(Milk + "/order", ("form", form), ("number", "1"));
        for (uint pack = 1; pack <= 4; pack++)
            _world.Get<Journal>().Append(Samples.Used(_world.Time.GetUtcNow(), grams: 1063, level: 0, cycle: pack));
        _world.Get<Learner>().Learn();
        Hear(mandate);
        string page = await _browser.PageAsync(Milk);

        HttpStatusCode first = await _browser.SendFormAsync(Milk + "/order", ("form", form), ("number", "1"));
        HttpStatusCode second = await _browser.SendFormAsync(Milk + "/order", ("form", form), ("number", "1"));
        HttpStatusCode nonsense = await _browser.SendFormAsync(Milk + "/order", ("form", form), ("number", "one"));

        (stranger, early).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Conflict));
        page.Should().Contain("data-ask=\"order\"").And.Contain("name=\"number\" value=\"1\"");
        (first, second, nonsense).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, HttpStatusCode.BadRequest));
        _world.Get<StepBook>().Of(Samples.Milk).Count(step => step.Trigger == Reorder.Machine.ReorderTrigger.Ask).Should().Be(1);
    }

    [Fact]
    public async Task A_refused_order_says_why_and_the_next_step_to_scripts_too()
    {
        string form = await _browser.LogInAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, Milk + "/order") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["form"] = form }) };
        request.Headers.Accept.ParseAdd("application/json");
        using HttpResponseMessage response = await _browser.SendAsync(request);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        JsonElement state = await _browser.JsonAsync("/api/state");
        JsonElement milk = state.GetProperty("products").EnumerateArray().First(product => product.GetProperty("gtin").GetString() == Samples.Milk.ToString());

        response.StatusCode.Should().Be(HttpStatusCode.Conflict);
        problem.RootElement.GetProperty("code").GetString().Should().Be("cannot_order");
        problem.RootElement.GetProperty("detail").GetString().Should().Contain("Give a new mandate");
        milk.GetProperty("ask").GetProperty("quantity").GetInt32().Should().Be(0);
        milk.GetProperty("ask").GetProperty("blocks").EnumerateArray().Select(block => block.GetString()).Should().Contain("NoMandate");
        milk.GetProperty("emptySince").ValueKind.Should().Be(JsonValueKind.String);
    }

    [Fact]
    public async Task Used_up_is_taken_of_an_empty_slot_and_refused_of_a_full_one()
    {
        string form = await _browser.LogInAsync();

        HttpStatusCode empty = await _browser.SendFormAsync(Milk + "/used-up", ("form", form)), full = await _browser.SendFormAsync($"/products/{Samples.Rice}/used-up", ("form", form));
        HttpStatusCode unknown = await _browser.SendFormAsync("/products/4006381333931/used-up", ("form", form)), stranger = await _browser.SendFormAsync(Milk + "/used-up");

        (empty, full, unknown).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.Conflict, HttpStatusCode.NotFound));
        ((int)stranger).Should().BeInRange(401, 403);
    }

    [Theory]
    [InlineData("ko", "0보다 작게", "저울 맞추기")]
    [InlineData("en", "weighs less than nothing", "Calibrate and tare")]
    public async Task An_empty_slot_that_settled_a_little_below_zero_stays_on_the_first_page_with_the_way_to_tare_it(string language, string why, string act)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        ShelfBoard board = _world.Get<ShelfBoard>();
        string page = "";

        await Wait.Until(async () =>
        {
            // The cell's own readings come between.
            board.Show(new StockReading(new SlotId(1), _world.Time.GetUtcNow(), Mass.FromGrams(-60), Mass.FromGrams(1), Stable: true, SlotHealth.Ok));
            page = await _browser.PageAsync("/parts/empty");
            return page.Contains("data-tare", StringComparison.Ordinal);
        }, "the page was drawn while the slot was below zero");

        page.Should().Contain("data-empty=\"8801115114154\"").And.Contain(why).And.Contain(act).And.Contain("href=\"/slots/1\"");
    }

    private void Hear(GivenMandate mandate) => _world.Get<Circumstances>().Update(
        [new StoreOffer(Samples.Milk, mandate.Sellers[0], "Dairy", Bamtol.FromWon(2_950), default, LeadTime.Usual)],
        new Standing(new StandingLeaf(Samples.Address(8), 1, 20_500, Samples.Hash(3)), [], 1, default), Bamtol.FromWon(100_000), default,
        new Dictionary<MandateId, MandateOnChain> { [mandate.Id] = new(true, false, 0, 0, default) });
}
