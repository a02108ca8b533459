using System.Net.Http.Headers;
using System.Net;
using System.Text.Json;
using System.Text;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class DashboardSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 60, joined: true);
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser();
        await Wait.Until(() => _world.Get<Journal>().Last >= 2, "both slots had stated their opening stock");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("/", "ko", "선반")]
    [InlineData("/", "en", "Shelves")]
    [InlineData("/products/8801115114154", "ko", "우유 1 L")]
    [InlineData("/products/8801115114154", "en", "Milk 1 L")]
    [InlineData("/activity", "en", "Activity")]
    public async Task Pages_speak_the_readers_language(string path, string language, string said)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.ParseAdd(language);

        using HttpResponseMessage response = await _browser.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()).Should().Contain(said).And.Contain($"lang=\"{language}\"");
    }

    [Fact]
    public async Task A_stranger_sees_shelves_and_no_money_and_can_do_nothing()
    {
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));

        string home = await _browser.GetStringAsync("/");

        home.Should().Contain("data-slot=\"1\"").And.Contain("data-proposal=\"8801115114154-1\"").And.NotContain("name=\"form\"").And.NotContain("/approve");
        (await StatusAsync("/parts/tokens")).Should().Be(HttpStatusCode.Unauthorized);
        (await StatusAsync("/api/state")).Should().Be(HttpStatusCode.Unauthorized);
        (await _browser.SendFormAsync("/proposals/8801115114154-1/approve")).Should().Be(HttpStatusCode.Unauthorized);
        State().Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public async Task The_member_logs_in_and_approves_once()
    {
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));
        string form = await _browser.LogInAsync();

        HttpStatusCode wrongForm = await _browser.SendFormAsync("/proposals/8801115114154-1/approve", ("form", "made-up"));
        HttpStatusCode first = await _browser.SendFormAsync("/proposals/8801115114154-1/approve", ("form", form));
        HttpStatusCode again = await _browser.SendFormAsync("/proposals/8801115114154-1/approve", ("form", form));
        HttpStatusCode late = await _browser.SendFormAsync("/proposals/8801115114154-1/decline", ("form", form));

        (wrongForm, first, again, late).Should().Be((HttpStatusCode.Forbidden, HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, HttpStatusCode.Conflict));
        State().Should().Be(ReorderState.Ordering);
        _world.Get<ReorderDesk>()[Samples.Milk].Approvals.Should().Be(1);
    }

    [Fact]
    public async Task After_logging_out_the_cookie_opens_nothing()
    {
        string form = await _browser.LogInAsync();

        await _browser.SendFormAsync("/logout", ("form", form));

        (await StatusAsync("/api/state")).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/slots/2", "/slots/2")]
    [InlineData("", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    public async Task Logging_in_leads_back_to_the_page_and_never_elsewhere(string back, string expected)
    {
        using HttpResponseMessage answer = await _browser.PostAsync("/login", Form(new() { ["pin"] = GatewayWorld.PinDigits, ["back"] = back }));

        answer.Headers.Location!.OriginalString.Should().Be(expected);
    }

    [Fact]
    public async Task Guessing_the_pin_gets_slower_and_says_how_long_to_wait()
    {
        HttpStatusCode[] guesses = [.. await GuessAsync(4)];
        using HttpResponseMessage refused = await _browser.PostAsync("/login", Form(new() { ["pin"] = "000000" }));

        guesses.Should().Contain(HttpStatusCode.Forbidden).And.NotContain(HttpStatusCode.SeeOther);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.Should().BePositive();
    }

    [Fact]
    public async Task Money_needs_the_pin_again()
    {
        string form = await _browser.LogInAsync();

        (await _browser.SendFormAsync("/products/8801115114154/mandate", ("form", form), ("pin", "999999"))).Should().Be(HttpStatusCode.Forbidden);
        (await _browser.SendFormAsync("/products/8801115114154/mandate", ("form", form), ("pin", GatewayWorld.PinDigits), ("maxQuantity", "-3"))).Should().Be(HttpStatusCode.BadRequest);
        (await _browser.SendFormAsync("/products/8801115114154/mandate", ("form", form), ("pin", GatewayWorld.PinDigits))).Should().Be(HttpStatusCode.Conflict, "no seller is known while the store is away");

        _world.Get<MandateBook>().All().Should().BeEmpty();
    }

    [Fact]
    public async Task Taking_a_mandate_back_needs_the_login_the_form_and_the_pin()
    {
        const string path = "/products/8801115114154/mandate/revoke";
        _world.GiveMandate();
        HttpStatusCode stranger = await _browser.SendFormAsync(path, ("pin", GatewayWorld.PinDigits));
        string form = await _browser.LogInAsync();

        HttpStatusCode wrongForm = await _browser.SendFormAsync(path, ("form", "made-up"), ("pin", GatewayWorld.PinDigits));
        HttpStatusCode wrongPin = await _browser.SendFormAsync(path, ("form", form), ("pin", "999999"));
        HttpStatusCode chainAway = await _browser.SendFormAsync(path, ("form", form), ("pin", GatewayWorld.PinDigits));
        HttpStatusCode noMandate = await _browser.SendFormAsync($"/products/{Samples.Rice}/mandate/revoke", ("form", form), ("pin", GatewayWorld.PinDigits));

        (stranger, wrongForm, wrongPin).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden));
        (chainAway, noMandate).Should().Be((HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound));
        _world.Get<MandateBook>().ActiveOf(Samples.Milk).Should().NotBeNull("nothing was signed");
    }

    [Theory]
    [InlineData("ko", "맡긴 주문을 거두었습니다. 진행 중인 주문은 계속됩니다.")]
    [InlineData("en", "Mandate taken back; running orders go on.")]
    public async Task A_mandate_that_was_taken_back_is_told_and_taking_it_back_again_signs_nothing(string language, string said)
    {
        GivenMandate given = _world.GiveMandate();
        string form = await _browser.LogInAsync();
        string before = await _browser.GetStringAsync("/products/8801115114154");
        Relay call = new(Samples.Hash(151), RelayKind.Execute, Samples.Address(8), [2], given.Id.Value);
        _world.Get<MandateBook>().Revoke([(given.Terms, call)], Samples.Morning);

        HttpStatusCode again = await _browser.SendFormAsync("/products/8801115114154/mandate/revoke", ("form", form), ("pin", GatewayWorld.PinDigits));
        HttpStatusCode mode = await _browser.SendFormAsync("/products/8801115114154/mode", ("form", form), ("mode", "auto"));
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string page = await _browser.PageAsync("/products/8801115114154");
        JsonElement state = await _browser.JsonAsync("/api/state");

        (again, mode).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.Conflict));
        _world.Get<RelayBook>().UnderWay().Should().ContainSingle().Which.Id.Should().Be(call.Id);
        before.Should().Contain("/mandate/revoke");
        page.Should().Contain(said).And.NotContain("/mandate/revoke").And.Contain("action=\"/products/8801115114154/mandate\"", "a new one can be given");
        JsonElement milk = state.GetProperty("products")[0];
        milk.GetProperty("mode").ValueKind.Should().Be(JsonValueKind.Null);
        milk.GetProperty("mandate").GetProperty("revoked").GetProperty("status").GetString().Should().Be("Kept");
    }

    [Fact]
    public async Task Another_sites_form_is_refused()
    {
        string form = await _browser.LogInAsync();
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));
        using HttpRequestMessage forged = new(HttpMethod.Post, "/proposals/8801115114154-1/approve") { Content = Form(new() { ["form"] = form }) };
        forged.Headers.Add("Origin", "https://evil.example");

        using HttpResponseMessage response = await _browser.SendAsync(forged);

        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        State().Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public async Task Scripts_on_this_machine_read_the_state_with_the_local_token()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/state");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "local-token-of-the-test");
        using HttpRequestMessage wrong = new(HttpMethod.Get, "/api/state");
        wrong.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "local-token-of-the-tesT");

        using HttpResponseMessage response = await _browser.SendAsync(request), refused = await _browser.SendAsync(wrong);
        using JsonDocument state = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        state.RootElement.GetProperty("gateway").GetString().Should().Be("haneul");
        state.RootElement.GetProperty("slots").GetArrayLength().Should().Be(2);
        state.RootElement.GetProperty("form").ValueKind.Should().Be(JsonValueKind.Null);
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_script_gets_the_refusal_as_a_problem_with_a_stable_code()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/proposals/8801115114154-1/approve") { Content = Form([]) };
        request.Headers.Accept.ParseAdd("application/json");

        using HttpResponseMessage response = await _browser.SendAsync(request);

        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await response.Content.ReadAsStringAsync()).Should().Contain("\"code\":\"log_in\"");
    }

    [Fact]
    public async Task Garbage_changes_nothing_and_is_counted()
    {
        string form = await _browser.LogInAsync();
        long refusedBefore = await RefusedAsync();
        HttpStatusCode[] answers =
        [
            await _browser.SendFormAsync("/proposals/garbage/approve", ("form", form)), await _browser.SendFormAsync("/proposals/8801115114154-99/approve", ("form", form)),
            await _browser.SendFormAsync("/orders/0x12/cancel", ("form", form)), await _browser.SendFormAsync($"/orders/{Samples.Hash(7)}/cancel", ("form", form)),
            await _browser.SendFormAsync("/products/1/mandate", ("form", form)), await StatusAsync("/products/%00"), await StatusAsync("/../../etc/passwd"), await StatusAsync("/nowhere"),
            await RawAsync("/login", "{\"pin\":1}", "application/json"), await RawAsync("/login", new string('x', 200_000), "application/x-www-form-urlencoded"),
        ];

        answers.Should().OnlyContain(status => (int)status >= 400 && (int)status < 500);
        (await RefusedAsync()).Should().BeGreaterThan(refusedBefore);
        _world.Get<ReorderDesk>().Processes.Should().OnlyContain(process => process.Number == 0);
        _world.Get<Journal>().Read(1).Should().OnlyContain(seen => seen.Delta.Milligrams <= 0);
    }

    [Theory]
    [InlineData("http://HOST/products/8801115114154?look=1", "/products/8801115114154?look=1")]
    [InlineData("http://evil.example/products/8801115114154", "/")]
    [InlineData("http://HOST//evil.example", "/")]
    [InlineData("nonsense", "/")]
    public async Task A_refused_form_leads_back_to_the_page_that_it_stands_on_and_to_no_other_host(string referer, string back)
    {
        string form = await _browser.LogInAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, "/products/8801115114154/mandate") { Content = Form(new() { ["form"] = form, ["pin"] = "999999" }) };
        request.Headers.TryAddWithoutValidation("Referer", referer.Replace("HOST", _world.Address.Authority, StringComparison.Ordinal));

        using HttpResponseMessage answer = await _browser.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).Should().Contain($"<a class=\"button\" href=\"{back}\"");
    }

    [Fact]
    public async Task Health_tells_no_secrets()
    {
        string health = await _browser.GetStringAsync("/health");

        health.Should().Contain("\"gateway\":\"haneul\"").And.Contain("\"cooperative\":\"lost\"").And.NotContain("token").And.NotContain("secret").And.NotContain("account");
    }

    private ReorderState State() => _world.Get<ReorderDesk>()[Samples.Milk].State;

    private async Task<List<HttpStatusCode>> GuessAsync(int times)
    {
        List<HttpStatusCode> answers = [];
        for (int i = 0; i < times; i++)
            answers.Add(await _browser.SendFormAsync("/login", ("pin", "000000")));
        return answers;
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using HttpResponseMessage response = await _browser.GetAsync(path);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> RawAsync(string path, string body, string type)
    {
        using StringContent content = new(body, Encoding.UTF8, type);
        using HttpResponseMessage response = await _browser.PostAsync(path, content);
        return response.StatusCode;
    }

    private async Task<long> RefusedAsync()
    {
        JsonElement health = await _browser.JsonAsync("/health");
        return health.GetProperty("refused").GetInt64();
    }

    private static FormUrlEncodedContent Form(Dictionary<string, string> fields) => new(fields);
}
