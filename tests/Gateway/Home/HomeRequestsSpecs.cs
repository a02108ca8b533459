using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Home;

public sealed class HomeRequestsSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 1, joined: true) { Household = Samples.Household with { Readers = [new ShelfReader(new SlotId(1), ReaderKind.Pn532, null, "none")] } };
    private IServiceProvider _stations = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync(stations => _stations = stations);
        await Wait.Until(() => _world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_renamed_slot_keeps_its_names_over_a_restart_and_an_empty_one_returns_to_the_files()
    {
        await OkAsync("rename", """{"slot":1,"transaction":"t-1","name_ko":"문 쪽 우유","name_en":"Door milk"}""");
        await OkAsync("rename", """{"slot":2,"transaction":"t-1","name":"Bin"}""");
        await _world.KillAsync();
        await InitializeAsync();

        Names(1).Should().Be(("문 쪽 우유", "Door milk"));
        Names(2).Should().Be(("Bin", "Bin"));
        await OkAsync("rename", """{"slot":1,"transaction":"t-1","name_en":""}""");
        Names(1).Should().Be(("문 쪽 우유", "Milk shelf"));
    }

    [Fact]
    public async Task A_pairing_window_is_opened_closed_and_its_tag_forgotten()
    {
        TagUid uid = new([0x04, 1, 2, 3, 4, 5, 6]);
        await OkAsync("pair", """{"slot":1,"transaction":"t-1","seconds":60,"gtin":"8801115114154"}""");
        _world.Get<TagPairing>().States().Single().Outcome.Should().Be(PairingOutcome.Waiting);
        _world.Get<TagPairing>().Offer(new TagChange(new SlotId(1), uid, null, Present: true, 0)).Should().BeTrue();
        _world.Get<TagBook>().ProductOf(uid).Should().Be(Samples.Milk);

        await OkAsync("pair", $$"""{"transaction":"t-1","forget":"{{uid}}"}""");
        _world.Get<TagBook>().ProductOf(uid).Should().BeNull();
        await OkAsync("pair", """{"slot":1,"transaction":"t-1","seconds":60}""");
        await OkAsync("pair", """{"slot":1,"transaction":"t-1","seconds":0}""");
        _world.Get<TagPairing>().States().Single().Outcome.Should().Be(PairingOutcome.Closed);
    }

    [Fact]
    public async Task A_product_is_paused_over_the_broker_and_never_resumed_by_it()
    {
        await OkAsync("pause", """{"gtin":"8801115114154","transaction":"t-1","paused":true}""");
        await OkAsync("pause", """{"slot":1,"transaction":"t-1","paused":true}""");

        string? answer = await AskAsync("pause", """{"slot":1,"transaction":"t-1","paused":false}""");

        answer.Should().Contain("Log in").And.Contain("/products/");
        _world.Get<ReorderDesk>()[Samples.Milk].Paused.Should().BeTrue();
    }

    [Fact]
    public async Task A_tare_and_its_undo_go_over_the_broker_when_a_container_stands_there()
    {
        await using GatewayWorld jar = new(speed: 1, jar: true);
        IServiceProvider stations = null!;
        await jar.StartAsync(services => stations = services);
        await Wait.Until(() => jar.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");
        jar.Deliver(slot: 1, packs: 1);
        await Wait.Until(() => jar.Get<ShelfBoard>()[new SlotId(1)] is { Stable: true, Level.Grams: > 250 }, "the jar stood there");
        HomeRequests home = ActivatorUtilities.CreateInstance<HomeRequests>(stations);

        string? tared = await home.AnswerAsync(Request("tare", """{"slot":1}"""), default);
        int kept = jar.Get<SlotBench>().HistoryOf(new SlotId(1)).Count;
        string? undone = await home.AnswerAsync(Request("tare", """{"slot":1,"undo":true}"""), default);

        (tared, kept, undone).Should().Be((null, 1, null));
        jar.Get<SlotBench>().HistoryOf(new SlotId(1)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_tare_of_the_stock_is_refused_and_the_level_stays()
    {
        double before = _world.Get<ShelfBoard>()[new SlotId(1)].Level.Grams;

        string? answer = await AskAsync("tare", """{"slot":1}""");

        answer.Should().Contain("heaviest container");
        _world.Get<SlotBench>().HistoryOf(new SlotId(1)).Should().BeEmpty();
        _world.Get<ShelfBoard>()[new SlotId(1)].Level.Grams.Should().BeApproximately(before, 20);
    }

    [Fact]
    public async Task However_often_the_home_broker_calibrates_it_strays_no_further_from_the_members_own()
    {
        SlotId milk = new(1);
        ShelfSlot slot = _world.Household.FindSlot(milk)!;
        double own = _world.Get<ShelfStation>().CalibrationOf(slot)!.CountsPerGram;
        List<string?> refused = [];
        for (int round = 1; round <= 4; round++)
        {
            await OkAsync("calibrate", """{"slot":1,"transaction":"t-1","step":"empty"}""");
            _world.Deliver(slot: 1, packs: 1);
            double before = _world.Get<ShelfBoard>()[milk].Level.Grams;
            await Wait.Until(() => _world.Get<ShelfBoard>()[milk] is { Stable: true } now && now.Level.Grams > before + 800, "the pack stood there");
            double grams = 1_063 * Math.Pow(0.93, round); // each time a gram more shallow by seven hundredths
            refused.Add((await AskAsync("calibrate", string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"slot":1,"step":"loaded","grams":{{grams:0.0}}}"""))));
        }

        Math.Abs((_world.Get<ShelfStation>().CalibrationOf(slot)!.CountsPerGram / own) - 1).Should().BeLessThanOrEqualTo(WeighingRules.MostSlopeChange);
        refused[^1].Should().Contain("slot's page");
    }

    [Fact]
    public async Task What_the_member_calibrated_is_not_taken_back_over_the_broker()
    {
        SlotId milk = new(1);
        CalibrationBook book = _world.Get<CalibrationBook>();
        var line = _world.Get<ShelfStation>().CalibrationOf(_world.Household.FindSlot(milk)!)!;
        book.Keep(milk, new KeptCalibration(line, CalibrationAct.Calibrated, _world.Time.GetUtcNow(), null));
        book.Keep(milk, new KeptCalibration(line, CalibrationAct.Calibrated, _world.Time.GetUtcNow(), null));

        string? answer = await AskAsync("calibrate", """{"slot":1,"step":"undo"}""");

        answer.Should().Contain("login").And.Contain("--undo");
        book.HistoryOf(milk).Should().HaveCount(2);
    }

    [Theory]
    [InlineData(10_630, "make a gram")] // ten times as heavy: use would look ten times as large
    [InlineData(106.3, "make a gram")]
    [InlineData(1_063, "move the zero")] // a true mass, but "empty" was weighed with six packs on it
    public async Task A_calibration_over_the_broker_corrects_and_never_replaces(double grams, string said)
    {
        await OkAsync("calibrate", """{"slot":1,"transaction":"t-1","step":"empty"}""");
        _world.Deliver(slot: 1, packs: 1);
        await Wait.Until(() => _world.Get<ShelfBoard>()[new SlotId(1)] is { Stable: true } now && now.Level.Grams > 7_300, "the pack stood there");

        string? answer = await AskAsync("calibrate", string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"slot":1,"step":"loaded","grams":{{grams}}}"""));

        answer.Should().Contain(said).And.Contain("slot's page");
        _world.Get<SlotBench>().HistoryOf(new SlotId(1)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("milk\\u0000")]
    [InlineData("milk\\u001b[31m")]
    [InlineData("\\u202eklim")] // turns the text around it
    [InlineData("mi\\u200blk")]
    [InlineData("milk\\u2028x")]
    [InlineData("\\ud800milk")]
    [InlineData("\\u3164\\u115f\\u2800")] // letters that draw nothing
    [InlineData("\\u0301\\u0302")] // marks without a letter
    public async Task A_name_that_hides_something_is_refused(string name)
    {
        (await AskAsync("rename", $$"""{"slot":1,"name":"{{name}}"}""")).Should().NotBeNull();

        Names(1).En.Should().Be("Milk shelf");
    }

    [Theory]
    [InlineData("tare", "")]
    [InlineData("pair", ",\"seconds\":60")]
    [InlineData("pause", ",\"paused\":true")]
    public void The_buttons_of_Home_Assistant_are_requests(string verb, string more) => // their texts: HomeSpecs.Buttons_stand_where_they_can_do_something
        Request(verb, $$"""{"slot":1,"transaction":"home-assistant"{{more}}}""").Slot.Should().Be(new SlotId(1));

    [Fact]
    public async Task A_request_that_cannot_be_says_why()
    {
        (string Verb, string Body, string Said)[] requests =
        [
            ("rename", """{"slot":9,"name":"x"}""", "There is no slot 9"),
            ("rename", """{"slot":1}""", "name_ko"),
            ("rename", """{"slot":1,"name":"12345678901234567890123456789012345678901"}""", "up to 40 letters"),
            ("rename", """{"slot":1,"name":"a\nb"}""", "no line breaks"),
            ("pair", """{"slot":1}""", "Send slot and seconds"),
            ("pair", """{"slot":1,"seconds":"60"}""", "'seconds'"),
            ("pair", """{"slot":1,"seconds":1.5}""", "'seconds'"),
            ("pair", """{"slot":1,"seconds":-9223372036854775808}""", "Send slot and seconds"),
            ("pair", """{"seconds":10}""", "Send slot and seconds"),
            ("pair", """{"slot":2,"seconds":10}""", "Slots with one: 1"),
            ("pair", """{"slot":2,"seconds":0}""", "Slots with one: 1"),
            ("pair", """{"slot":1,"seconds":10,"gtin":8801115114154}""", "'gtin'"),
            ("pair", """{"forget":"04010203040506","slot":1}""", "'forget' stands alone"),
            ("pair", """{"slot":1,"seconds":255}""", "1 to 254"),
            ("pair", """{"slot":1,"seconds":10,"gtin":"8801115114155"}""", "is not a GTIN"),
            ("pair", """{"forget":"zz"}""", "not a tag's number"),
            ("pair", """{"forget":"04010203040506"}""", "not bound"),
            ("pause", """{"slot":1}""", "'paused' is missing"),
            ("pause", """{"slot":9,"paused":true}""", "There is no slot 9"),
            ("pause", """{"gtin":"4006381333931","paused":true}""", "keeps no product"),
            ("pause", """{"paused":true}""", "either gtin or slot"),
            ("pause", """{"slot":2,"gtin":"8801115114154","paused":true}""", "either gtin or slot"),
            ("pause", """{"slot":1,"paused":"false"}""", "'paused'"),
            ("tare", """{"slot":9}""", "There is no slot 9"),
            ("tare", """{"slot":1,"undo":false}""", "'undo' cannot be false"),
            ("tare", """{"slot":1,"undo":"true"}""", "'undo'"),
            ("tare", """{"slot":1,"und0":true}""", "'und0'"),
            ("tare", """{"undo":true}""", "'slot' is missing"),
            ("rename", """{"slot":1,"name":"a","name_en":"b"}""", "'name' is the name in both languages"),
            ("calibrate", """{"slot":1,"step":"empty","grams":5}""", "'grams' belongs to step 'loaded'"),
            ("calibrate", """{"slot":1}""", "'step' is missing"),
            ("tare", """{"slot":1,"undo":true}""", "not tared"),
            ("calibrate", """{"slot":1,"step":"dance"}""", "step 'empty'"),
            ("calibrate", """{"slot":1,"step":"loaded","grams":500}""", "not weighed empty"),
            ("calibrate", """{"slot":1,"step":"undo"}""", "nothing to take back"),
            ("silence", "{}", "has no buzzer"),
            ("silence", """{"slot":1}""", "'slot'"),
        ];
        foreach ((string verb, string body, string said) in requests)
        {
            int weighings = _world.Get<SlotBench>().HistoryOf(new SlotId(1)).Count;
            string? answer = await AskAsync(verb, body);

            answer.Should().Contain(said, body);
            _world.Get<SlotBench>().HistoryOf(new SlotId(1)).Should().HaveCount(weighings, "nothing is changed by what is refused");
        }
    }

    [Fact]
    public async Task A_gateway_alone_has_nothing_to_pause()
    {
        await using GatewayWorld alone = new(1);
        IServiceProvider stations = null!;
        await alone.StartAsync(services => stations = services);
        await Wait.Until(() => alone.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");

        string? answer = await ActivatorUtilities.CreateInstance<HomeRequests>(stations).AnswerAsync(Request("pause", """{"slot":1,"paused":true}"""), default);

        answer.Should().Contain("./pantry gateway join");
    }

    private (string Ko, string En) Names(ushort slot) => _world.Get<SlotNames>().Of(_world.Household.FindSlot(new SlotId(slot))!);

    private async Task OkAsync(string verb, string body) => (await AskAsync(verb, body)).Should().BeNull();

    private async Task<string?> AskAsync(string verb, string body) =>
        RequestReader.TryRead(verb, HomeRequests.Verbs[verb], Encoding.UTF8.GetBytes(body), out GatewayRequest? request, out _, out string? why)
            ? await ActivatorUtilities.CreateInstance<HomeRequests>(_stations).AnswerAsync(request, default) : why;

    private static GatewayRequest Request(string verb, string body) =>
        RequestReader.TryRead(verb, HomeRequests.Verbs[verb], Encoding.UTF8.GetBytes(body), out GatewayRequest? request, out _, out string? why) ? request : throw new FormatException(why);
}
