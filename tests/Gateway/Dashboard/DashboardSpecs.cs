using System.Net.Http.Headers;
using System.Net;
using System.Text.Json;
using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
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
        _browser = Browser();
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
        (await PostAsync("/proposals/8801115114154-1/approve", [])).Should().Be(HttpStatusCode.Unauthorized);
        State().Should().Be(ReorderState.Proposed);
    }

    [Fact]
    public async Task The_member_logs_in_and_approves_once()
    {
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));
        string form = await LogInAsync();

        HttpStatusCode wrongForm = await PostAsync("/proposals/8801115114154-1/approve", new() { ["form"] = "made-up" });
        HttpStatusCode first = await PostAsync("/proposals/8801115114154-1/approve", new() { ["form"] = form });
        HttpStatusCode again = await PostAsync("/proposals/8801115114154-1/approve", new() { ["form"] = form });
        HttpStatusCode late = await PostAsync("/proposals/8801115114154-1/decline", new() { ["form"] = form });

        (wrongForm, first, again, late).Should().Be((HttpStatusCode.Forbidden, HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, HttpStatusCode.Conflict));
        State().Should().Be(ReorderState.Ordering);
        _world.Get<ReorderDesk>()[Samples.Milk].Approvals.Should().Be(1);
    }

    [Fact]
    public async Task After_logging_out_the_cookie_opens_nothing()
    {
        string form = await LogInAsync();

        await PostAsync("/logout", new() { ["form"] = form });

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
        string form = await LogInAsync();

        (await PostAsync("/products/8801115114154/mandate", new() { ["form"] = form, ["pin"] = "999999" })).Should().Be(HttpStatusCode.Forbidden);
        (await PostAsync("/products/8801115114154/mandate", new() { ["form"] = form, ["pin"] = GatewayWorld.PinDigits, ["maxQuantity"] = "-3" })).Should().Be(HttpStatusCode.BadRequest);
        (await PostAsync("/products/8801115114154/mandate", new() { ["form"] = form, ["pin"] = GatewayWorld.PinDigits })).Should().Be(HttpStatusCode.Conflict, "no seller is known while the store is away");

        _world.Get<MandateBook>().All().Should().BeEmpty();
    }

    [Fact]
    public async Task Taking_a_mandate_back_needs_the_login_the_form_and_the_pin()
    {
        const string path = "/products/8801115114154/mandate/revoke";
        GivenMandate();
        HttpStatusCode stranger = await PostAsync(path, new() { ["pin"] = GatewayWorld.PinDigits });
        string form = await LogInAsync();

        HttpStatusCode wrongForm = await PostAsync(path, new() { ["form"] = "made-up", ["pin"] = GatewayWorld.PinDigits });
        HttpStatusCode wrongPin = await PostAsync(path, new() { ["form"] = form, ["pin"] = "999999" });
        HttpStatusCode chainAway = await PostAsync(path, new() { ["form"] = form, ["pin"] = GatewayWorld.PinDigits });
        HttpStatusCode noMandate = await PostAsync($"/products/{Samples.Rice}/mandate/revoke", new() { ["form"] = form, ["pin"] = GatewayWorld.PinDigits });

        (stranger, wrongForm, wrongPin).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden));
        (chainAway, noMandate).Should().Be((HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound));
        _world.Get<MandateBook>().ActiveOf(Samples.Milk).Should().NotBeNull("nothing was signed");
    }

    [Theory]
    [InlineData("ko", "맡긴 주문을 거두었습니다. 진행 중인 주문은 계속됩니다.")]
    [InlineData("en", "Mandate taken back; running orders go on.")]
    public async Task A_mandate_that_was_taken_back_is_told_and_taking_it_back_again_signs_nothing(string language, string said)
    {
        GivenMandate given = GivenMandate();
        string form = await LogInAsync();
        string before = await _browser.GetStringAsync("/products/8801115114154");
        Relay call = new(Samples.Hash(151), RelayKind.Execute, Samples.Address(8), [2], given.Id.Value);
        _world.Get<MandateBook>().Revoke([(given.Terms, call)], Samples.Morning);

        HttpStatusCode again = await PostAsync("/products/8801115114154/mandate/revoke", new() { ["form"] = form, ["pin"] = GatewayWorld.PinDigits });
        HttpStatusCode mode = await PostAsync("/products/8801115114154/mode", new() { ["form"] = form, ["mode"] = "auto" });
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string page = WebUtility.HtmlDecode(await _browser.GetStringAsync("/products/8801115114154"));
        using JsonDocument state = JsonDocument.Parse(await _browser.GetStringAsync("/api/state"));

        (again, mode).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.Conflict));
        _world.Get<RelayBook>().UnderWay().Should().ContainSingle().Which.Id.Should().Be(call.Id);
        before.Should().Contain("/mandate/revoke");
        page.Should().Contain(said).And.NotContain("/mandate/revoke").And.Contain("action=\"/products/8801115114154/mandate\"", "a new one can be given");
        JsonElement milk = state.RootElement.GetProperty("products")[0];
        milk.GetProperty("mode").ValueKind.Should().Be(JsonValueKind.Null);
        milk.GetProperty("mandate").GetProperty("revoked").GetProperty("status").GetString().Should().Be("Kept");
    }

    [Fact]
    public async Task Another_sites_form_is_refused()
    {
        string form = await LogInAsync();
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
        string form = await LogInAsync();
        long refusedBefore = await RefusedAsync();
        HttpStatusCode[] answers =
        [
            await PostAsync("/proposals/garbage/approve", new() { ["form"] = form }), await PostAsync("/proposals/8801115114154-99/approve", new() { ["form"] = form }),
            await PostAsync("/orders/0x12/cancel", new() { ["form"] = form }), await PostAsync($"/orders/{Samples.Hash(7)}/cancel", new() { ["form"] = form }),
            await PostAsync("/products/1/mandate", new() { ["form"] = form }), await StatusAsync("/products/%00"), await StatusAsync("/../../etc/passwd"), await StatusAsync("/nowhere"),
            await RawAsync("/login", "{\"pin\":1}", "application/json"), await RawAsync("/login", new string('x', 200_000), "application/x-www-form-urlencoded"),
        ];

        answers.Should().OnlyContain(status => (int)status >= 400 && (int)status < 500);
        (await RefusedAsync()).Should().BeGreaterThan(refusedBefore);
        _world.Get<ReorderDesk>().Processes.Should().OnlyContain(process => process.Number == 0);
        _world.Get<Journal>().Read(1).Should().OnlyContain(seen => seen.Delta.Milligrams <= 0);
    }

    [Fact]
    public async Task Health_tells_no_secrets()
    {
        string health = await _browser.GetStringAsync("/health");

        health.Should().Contain("\"gateway\":\"haneul\"").And.Contain("\"cooperative\":\"lost\"").And.NotContain("token").And.NotContain("secret").And.NotContain("account");
    }

    private GivenMandate GivenMandate() => GiveMandate(_world);

    internal static GivenMandate GiveMandate(GatewayWorld world)
    {
        Mandate terms = new(
            Samples.Address(8), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, 1, default, Samples.Hash(99),
            DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 1);
        GivenMandate given = new(new MandateId(Samples.Hash(1)), terms, [Samples.Address(2)], MandateMode.Auto, Samples.Morning, Samples.Hash(150), RelayStatus.Mined, null);
        world.Get<MandateBook>().Give(given, [new Relay(given.Call, RelayKind.Execute, Samples.Address(8), [1], given.Id.Value, Status: RelayStatus.Mined)]);
        return given;
    }

    private ReorderState State() => _world.Get<ReorderDesk>()[Samples.Milk].State;

    private HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _world.Address };

    private async Task<string> LogInAsync()
    {
        (await PostAsync("/login", new() { ["pin"] = GatewayWorld.PinDigits })).Should().Be(HttpStatusCode.SeeOther);
        using JsonDocument state = JsonDocument.Parse(await _browser.GetStringAsync("/api/state"));
        return state.RootElement.GetProperty("form").GetString()!;
    }

    private async Task<List<HttpStatusCode>> GuessAsync(int times)
    {
        List<HttpStatusCode> answers = [];
        for (int i = 0; i < times; i++)
            answers.Add(await PostAsync("/login", new() { ["pin"] = "000000" }));
        return answers;
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using HttpResponseMessage response = await _browser.GetAsync(path);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> PostAsync(string path, Dictionary<string, string> fields)
    {
        using HttpResponseMessage response = await _browser.PostAsync(path, Form(fields));
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
        using JsonDocument health = JsonDocument.Parse(await _browser.GetStringAsync("/health"));
        return health.RootElement.GetProperty("refused").GetInt64();
    }

    private static FormUrlEncodedContent Form(Dictionary<string, string> fields) => new(fields);
}
