using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Inbox;

/// <summary>The inbox's pages and forms over HTTP, on a gateway whose first slot holds milk and rice.</summary>
public sealed partial class InboxPagesSpecs : IAsyncLifetime
{
    private static readonly SlotId Shared = new(1);

    private readonly GatewayWorld _world = new(speed: 1) { Household = SharedSlot() };
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser("en");
        await Wait.Until(() => _world.Get<Journal>().Last >= 3, "the slots had stated their opening stock: two products on the first, one on the second");
        await Wait.Until(() => _world.Get<StockBook>().LevelOf(Shared) is { Grams: > 100 }, "what lay on the first slot was booked or asked about");
        foreach (InboxQuestion opening in _world.Get<InboxBook>().Open)
            _world.Get<InboxDesk>().Resolve(opening.Id, Samples.Milk.ToString());
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task An_empty_inbox_says_so()
    {
        string page = await _browser.PageAsync("/inbox");

        page.Should().Contain("Nothing to ask");
        (await _browser.PageAsync("/")).Should().NotContain("data-question");
    }

    [Theory]
    [InlineData("ko", "이게 뭐였나요?")]
    [InlineData("en", "What was this?")]
    public async Task A_question_is_asked_on_the_first_page_in_the_readers_language(string language, string asked)
    {
        long id = Ask(-412);
        _browser.DefaultRequestHeaders.AcceptLanguage.Clear();
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);

        string home = await _browser.PageAsync("/");

        home.Should().Contain(asked).And.Contain($"data-question=\"{id}\"").And.Contain("−412 g").And.NotContain("name=\"choice\"", "only the member may answer");
    }

    [Fact]
    public async Task A_stranger_answers_nothing()
    {
        long id = Ask(-412);

        (await PostAsync($"/inbox/{id}/answer", ("choice", "0"))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync($"/inbox/{id}/undo")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync("/events/1/undo")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        _world.Get<InboxBook>().Open.Should().ContainSingle();
    }

    [Fact]
    public async Task The_member_answers_with_one_click_and_undoes_it_with_another()
    {
        long id = Ask(-412);
        string form = await _browser.LogInAsync();
        string button = ButtonOf(await _browser.PageAsync("/"), id);

        (await PostAsync($"/inbox/{id}/answer", ("form", form), ("choice", button))).StatusCode.Should().Be(HttpStatusCode.SeeOther);
        (await _browser.PageAsync("/inbox")).Should().Contain($"/inbox/{id}/undo").And.Contain("you said");
        (await PostAsync($"/inbox/{id}/undo", ("form", form))).StatusCode.Should().Be(HttpStatusCode.SeeOther);

        Kinds().Should().ContainInOrder(ThingEventKind.Used, ThingEventKind.Corrected);
        (await _browser.PageAsync("/")).Should().Contain($"data-question=\"{id}\"");
    }

    [Fact]
    public async Task Wrong_answers_are_refused_with_a_reason()
    {
        long id = Ask(-412);
        string form = await _browser.LogInAsync();

        HttpStatusCode other = (await PostAsync($"/inbox/{id}/answer", ("form", "made-up"), ("choice", "0"))).StatusCode;
        HttpStatusCode unknown = (await PostAsync($"/inbox/{id}/answer", ("form", form), ("choice", "cheese"))).StatusCode;
        HttpStatusCode nowhere = (await PostAsync("/inbox/9999/answer", ("form", form), ("choice", "0"))).StatusCode;
        HttpStatusCode noNumber = (await PostAsync("/inbox/-1/answer", ("form", form), ("choice", "0"))).StatusCode;
        await PostAsync($"/inbox/{id}/answer", ("form", form), ("choice", "0"));
        HttpStatusCode changed = (await PostAsync($"/inbox/{id}/answer", ("form", form), ("choice", Answers.NotFood))).StatusCode;

        (other, unknown, nowhere, noNumber, changed).Should().Be(
            (HttpStatusCode.Forbidden, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_booking_is_taken_back_from_its_own_page()
    {
        string form = await _browser.LogInAsync();
        ulong seq = Book(-300);
        string path = $"/events/{seq}";
        (await _browser.PageAsync("/activity")).Should().Contain(path);
        (await _browser.PageAsync(path)).Should().Contain("That was something else");

        (await PostAsync(path + "/undo", ("form", form))).StatusCode.Should().Be(HttpStatusCode.SeeOther);

        (await _browser.PageAsync("/inbox")).Should().Contain("You took this booking back");
        (await _browser.PageAsync("/activity")).Should().Contain("taken back").And.NotContain($"href=\"{path}\"");
        (await _browser.GetAsync("/events/99999")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Scripts_find_the_questions_in_the_state_and_their_number_in_the_health()
    {
        long id = Ask(-412);
        await _browser.LogInAsync();

        using JsonDocument state = JsonDocument.Parse(await _browser.PageAsync("/api/state")), health = JsonDocument.Parse(await _browser.PageAsync("/health"));

        JsonElement question = state.RootElement.GetProperty("inbox")[0];
        (question.GetProperty("id").GetInt64(), question.GetProperty("grams").GetDouble()).Should().Be((id, -412));
        state.RootElement.GetProperty("slots")[0].GetProperty("products").GetArrayLength().Should().Be(2);
        health.RootElement.GetProperty("inbox").GetProperty("open").GetInt32().Should().Be(1);
    }

    private static Household SharedSlot()
    {
        GatewayOptions options = Samples.Options;
        return GatewayFile.Check(options with { Slots = [options.Slots[0] with { MoreGtins = [Samples.Rice.ToString()] }, options.Slots[1]] }, "gateway.json");
    }

    private long Ask(double grams)
    {
        _world.Get<ShelfKeeper>().Keep(Fused(grams, certain: false));
        return _world.Get<InboxBook>().Open[0].Id;
    }

    private ulong Book(double grams) => _world.Get<ShelfKeeper>().Keep(Fused(grams, certain: true))[0].Seq;

    private FusedStep Fused(double grams, bool certain)
    {
        DateTimeOffset now = _world.Time.GetUtcNow();
        Mass delta = Mass.FromGrams(grams), level = _world.Get<StockBook>().LevelOf(Shared)!.Value + delta;
        StockStep step = new(Shared, now, grams < 0 ? StepKind.Used : StepKind.Restocked, delta, level, Mass.FromGrams(1));
        return new FusedStep(
            step,
            [
                new FusedCandidate(FusedCause.Products, [new FusedPart(Samples.Milk, delta, 0)], 0.61), new FusedCandidate(FusedCause.Products, [new FusedPart(Samples.Rice, delta, 0)], 0.34),
                new FusedCandidate(FusedCause.Foreign, [], 0.05),
            ],
            TagEvidence.None, certain);
    }

    private IEnumerable<ThingEventKind> Kinds() => _world.Get<Journal>().Read(1).Select(seen => seen.Kind);

    private Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        _browser.PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    private static string ButtonOf(string page, long question) => Button().Match(page[page.IndexOf($"data-question=\"{question}\"", StringComparison.Ordinal)..]).Groups["value"].Value;

    [GeneratedRegex("name=\"choice\" value=\"(?<value>[^\"]+)\"")]
    private static partial Regex Button();
}
