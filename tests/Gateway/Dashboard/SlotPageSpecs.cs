using System.Net;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class SlotPageSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 8);
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser();
        await Wait.Until(() => _world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task The_member_is_guided_through_a_calibration_and_can_take_it_back()
    {
        string form = await _browser.LogInAsync();
        (await PageAsync("en")).Should().Contain("/slots/1/empty").And.Contain("Take everything off");
        (await PostAsync("empty", form)).Should().Be(HttpStatusCode.SeeOther);
        (await PageAsync("ko")).Should().Contain("/slots/1/loaded").And.Contain("무게를 아는 것");
        _world.Deliver(slot: 1, packs: 1);
        await Wait.Until(() => _world.Get<ShelfBoard>()[new SlotId(1)] is { Stable: true } now && now.Level.Grams > 7_300, "the pack stood there");

        HttpStatusCode[] answers = [await PostAsync("loaded", form, "1063"), await PostAsync("check", form, "1063")];
        string fitted = await PageAsync("en");
        answers = [.. answers, await PostAsync("keep", form)];

        answers.Should().AllBeEquivalentTo(HttpStatusCode.SeeOther);
        fitted.Should().Contain("counts/g").And.Contain("fit error").And.Contain("g off").And.Contain("/slots/1/keep");
        SlotBench bench = _world.Get<SlotBench>();
        bench.HistoryOf(new SlotId(1)).Select(kept => kept.Act).Should().Equal(CalibrationAct.Calibrated);
        (await PostAsync("tare", form)).Should().Be(HttpStatusCode.Conflict, "a pack stands there, and no container");
        (await PostAsync("undo", form)).Should().Be(HttpStatusCode.SeeOther);
        bench.HistoryOf(new SlotId(1)).Should().BeEmpty();
    }

    [Fact]
    public async Task Without_a_login_the_page_shows_the_cell_and_changes_nothing()
    {
        string page = await PageAsync("en");

        page.Should().Contain("Counts").And.Contain("Log in to calibrate").And.NotContain("/slots/1/empty");
        (await PostAsync("tare", "")).Should().Be(HttpStatusCode.Unauthorized);
        (await _browser.GetStringAsync("/parts/slots/1")).Should().Contain("hx-get=\"/parts/slots/1\"");
        _world.Get<SlotBench>().HistoryOf(new SlotId(1)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_changes_nothing()
    {
        string form = await _browser.LogInAsync();

        HttpStatusCode[] answers =
        [
            await PostAsync("loaded", form, "0"), await PostAsync("loaded", form, "500"), await PostAsync("keep", form), await PostAsync("undo", form), await PostAsync("dance", form),
            (await _browser.GetAsync("/slots/9")).StatusCode, (await _browser.GetAsync("/slots/x")).StatusCode,
        ];

        answers.Should().Equal(
            HttpStatusCode.BadRequest, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound);
        _world.Get<SlotBench>().HistoryOf(new SlotId(1)).Should().BeEmpty();
    }

    private async Task<string> PageAsync(string language)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/slots/1");
        request.Headers.AcceptLanguage.ParseAdd(language);
        using HttpResponseMessage answer = await _browser.SendAsync(request);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpStatusCode> PostAsync(string act, string form, string? grams = null)
    {
        using FormUrlEncodedContent fields = new([new("form", form), new("grams", grams ?? "")]);
        using HttpResponseMessage answer = await _browser.PostAsync($"/slots/1/{act}", fields);
        return answer.StatusCode;
    }
}
