using System.Net;
using System.Text.Json;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class HabitPagesSpecs : IAsyncLifetime
{
    private const string Milk = "/products/8801115114154";

    private readonly GatewayWorld _world = new(speed: 60, joined: true)
    {
        Household = GatewayFile.Check(
            Samples.Options with { Products = [Samples.Options.Products[0] with { Stock = new StockOptions { Substitutes = [Samples.Rice.ToString()] } }, Samples.Options.Products[1]] }, "gateway.json"),
    };

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
    [InlineData("ko", "한 팩이 대략 얼마나 가나요?", "한 팩이 4일쯤 간다고 알려 주셨습니다", "아직 다 쓴 팩이 없습니다")]
    [InlineData("en", "How long does a pack last, about?", "You said that a pack lasts about 4 days", "no pack used up yet")]
    public async Task A_new_products_one_question_is_asked_until_it_is_answered(string language, string question, string answered, string confidence)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string stranger = await _browser.PageAsync(Milk);
        string form = await _browser.LogInAsync();
        string member = await _browser.PageAsync(Milk);

        HttpStatusCode status = await _browser.SendFormAsync(Milk + "/lasts", ("form", form), ("days", "4"));
        string after = await _browser.PageAsync(Milk);

        stranger.Should().Contain(question).And.Contain(confidence).And.NotContain("/lasts");
        member.Should().Contain(question).And.Contain(Milk + "/lasts");
        status.Should().Be(HttpStatusCode.SeeOther);
        after.Should().Contain(answered).And.NotContain(question);
        _world.Get<Learner>().PatternOf(Samples.Milk, _world.Time.GetUtcNow())!.Value.MedianCycleDays.Should().BeInRange(3, 7, "two cycles of four days and a prior");
    }

    [Fact]
    public async Task A_skipped_question_is_not_asked_again_and_changes_nothing()
    {
        string form = await _browser.LogInAsync();
        double before = _world.Get<Learner>().PatternOf(Samples.Milk, _world.Time.GetUtcNow())!.Value.MedianCycleDays;

        await _browser.SendFormAsync(Milk + "/lasts", ("form", form), ("skip", "yes"));

        (await _browser.PageAsync(Milk)).Should().NotContain("data-asks");
        _world.Get<Learner>().PatternOf(Samples.Milk, _world.Time.GetUtcNow())!.Value.MedianCycleDays.Should().BeApproximately(before, 1e-9);
    }

    [Fact]
    public async Task What_is_no_answer_changes_nothing()
    {
        string form = await _browser.LogInAsync();
        HttpStatusCode[] answers =
        [
            await _browser.SendFormAsync(Milk + "/lasts", ("form", form), ("days", "0")), await _browser.SendFormAsync(Milk + "/lasts", ("form", form), ("days", "soon")),
            await _browser.SendFormAsync(Milk + "/lasts", ("form", form)), await _browser.SendFormAsync(Milk + "/lasts", ("form", form), ("days", "NaN")),
            await _browser.SendFormAsync("/products/4006381333931/lasts", ("form", form), ("days", "4")), await _browser.SendFormAsync(Milk + "/lasts", ("days", "4")),
            await _browser.SendFormAsync(Milk + "/substitutes/8801115114154", ("form", form), ("allow", "no")), await _browser.SendFormAsync(Milk + $"/substitutes/{Samples.Rice}", ("form", form), ("allow", "maybe")),
            await _browser.SendFormAsync("/away", ("form", form), ("days", "0")), await _browser.SendFormAsync("/away", ("form", form), ("days", "400")), await _browser.SendFormAsync("/back"),
        ];

        answers.Should().OnlyContain(status => (int)status >= 400 && (int)status < 500);
        _world.Get<AnswerBook>().Of(Samples.Milk).Should().BeNull();
        _world.Get<WishBook>().AwayAt(_world.Time.GetUtcNow()).Should().BeNull();
        _world.Get<WishBook>().Allows(Samples.Milk, Samples.Rice).Should().BeTrue();
    }

    [Fact]
    public async Task Substitutes_are_switched_off_and_on_by_the_member_alone()
    {
        string path = Milk + $"/substitutes/{Samples.Rice}";
        HttpStatusCode stranger = await _browser.SendFormAsync(path, ("allow", "no"));
        string form = await _browser.LogInAsync();

        await _browser.SendFormAsync(path, ("form", form), ("allow", "no"));
        bool off = _world.Get<WishBook>().Allows(Samples.Milk, Samples.Rice);
        string page = await _browser.PageAsync(Milk);
        await _browser.SendFormAsync(path, ("form", form), ("allow", "yes"));

        stranger.Should().Be(HttpStatusCode.Unauthorized);
        off.Should().BeFalse();
        page.Should().Contain("data-substitute").And.Contain("value=\"yes\"");
        _world.Get<WishBook>().Allows(Samples.Milk, Samples.Rice).Should().BeTrue();
    }

    [Theory]
    [InlineData("ko", "집을 비워 주문을 쉬고 있습니다.", "돌아왔습니다")]
    [InlineData("en", "You are away; orders rest.", "We are back")]
    public async Task An_absence_is_told_withdraws_what_was_asked_and_ends_by_one_click(string language, string said, string back)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));
        string form = await _browser.LogInAsync();

        HttpStatusCode left = await _browser.SendFormAsync("/away", ("form", form), ("days", ""));
        string away = await _browser.PageAsync("/");
        ReorderState withdrawn = _world.Get<ReorderDesk>()[Samples.Milk].State;
        await _browser.SendFormAsync("/back", ("form", form));

        left.Should().Be(HttpStatusCode.SeeOther);
        away.Should().Contain(said).And.Contain(back);
        withdrawn.Should().Be(ReorderState.Watching);
        (await _browser.PageAsync("/")).Should().NotContain(said);
    }

    [Theory]
    [InlineData("ko", "다시 시작")]
    [InlineData("en", "Resuming")]
    public async Task Resuming_says_what_it_will_do_before_it_does(string language, string said)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        _world.GiveMandate();
        string form = await _browser.LogInAsync();
        string awake = await _browser.PageAsync(Milk);
        await _browser.SendFormAsync(Milk + "/pause", ("form", form));

        string paused = await _browser.PageAsync(Milk);
        await _browser.SendFormAsync(Milk + "/resume", ("form", form));

        awake.Should().NotContain("data-preview");
        paused.Should().Contain("data-preview").And.Contain(said).And.Contain(Milk + "/resume");
        _world.Get<ReorderDesk>()[Samples.Milk].Paused.Should().BeFalse();
    }

    [Fact]
    public async Task A_broken_holiday_file_is_told_on_the_first_page_and_in_the_health()
    {
        await File.WriteAllTextAsync(_world.Folder.Inside("holidays.txt"), "closed whenever\n");
        await Wait.Until(() => _world.Get<HolidayDesk>().Problem is not null, "the file was looked at again", seconds: 30);
        JsonElement health = await _browser.JsonAsync("/health");

        (await _browser.PageAsync("/")).Should().Contain("holidays.txt");
        health.GetProperty("learning").GetProperty("holidays").GetString().Should().Contain("holidays.txt line 1");
    }
}
