using System.Text.RegularExpressions;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Ui.Components;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Tests;

public sealed class ComponentSpecs(GalleryHost host) : IClassFixture<GalleryHost>
{
    private static readonly ShelfView Milk =
        new(1, "우유", "Milk", Mass.FromGrams(312), Mass.FromGrams(4), Mass.FromGrams(4000), Mass.FromGrams(1000), Stable: true, SlotHealth.Ok, StaleSince: null);

    [Fact]
    public async Task The_gallery_speaks_both_languages()
    {
        string korean = await Render<Gallery>(Language.Korean), english = await Render<Gallery>(Language.English);

        korean.Should().Contain("<html lang=\"ko\"").And.Contain("리허설 체인").And.Contain("우유").And.Contain("312 ± 4 g").And.Contain("하루에 330 g 사용");
        english.Should().Contain("<html lang=\"en\"").And.Contain("Rehearsal chain").And.Contain("Milk").And.Contain("312 ± 4 g").And.Contain("330 g used per day");
    }

    [Fact]
    public async Task Texts_from_outside_are_encoded()
    {
        string html = await Render<Gallery>(Language.English);

        html.Should().NotContain("<script>alert").And.Contain("Milk &lt;script&gt;alert(1)&lt;/script&gt;");
        html.Should().NotContain("Rice <i>").And.Contain("Rice &lt;i&gt;");
    }

    [Fact]
    public async Task Pages_have_no_inline_script_or_style_that_the_policy_would_block()
    {
        string html = await Render<Gallery>(Language.Korean);

        Regex.Matches(html, "<script(?![^>]*\\ssrc=)").Should().BeEmpty();
        Regex.Matches(html, "<style|\\sstyle=|\\son[a-z]+=|javascript:").Should().BeEmpty();
    }

    [Fact]
    public async Task An_empty_table_says_so_and_when_that_changes()
    {
        string html = await Render<DataTable<int>>(
            Language.Korean, ("Rows", Array.Empty<int>()), ("Columns", Array.Empty<TableColumn<int>>()), ("Caption", "주문"), ("EmptyTitle", "아직 없음"), ("EmptyHint", "곧"));

        html.Should().Contain("아직 없음").And.Contain("곧").And.NotContain("<table");
    }

    [Fact]
    public async Task A_cell_knows_its_header_so_that_a_phone_can_show_cards()
    {
        string html = await Render<DataTable<int>>(
            Language.English, ("Rows", Enumerable.Repeat(7, 1).ToList()), ("Columns", new TableColumn<int>[] { new("Packs", n => $"{n}", isNumber: true) }), ("Caption", "Orders"), ("EmptyTitle", "none"), ("Key", (Func<int, string>)(n => $"row-{n}")));

        html.Should().Contain("<tr data-key=\"row-7\">");
        html.Should().MatchRegex("<td class=\"number\" data-label=\"Packs\">7</td>");
    }

    [Fact]
    public async Task A_card_says_what_is_wrong_with_its_sensor_and_since_when()
    {
        string html = await Render<ShelfCard>(Language.English, ("View", Milk with { Health = SlotHealth.Stale, StaleSince = Gallery.Now }));

        html.Should().Contain("no reading").And.Contain("No new value since Sat 14 Mar 08:20").And.Contain("shelf-troubled");
    }

    [Fact]
    public async Task A_card_tells_empty_from_unknown_and_from_a_level_of_the_past()
    {
        string empty = await Render<ShelfCard>(Language.Korean, ("View", Milk with { Level = Mass.Zero }));
        string never = await Render<ShelfCard>(Language.Korean, ("View", Milk with { Level = null, Health = SlotHealth.Stale }));
        string past = await Render<ShelfCard>(Language.Korean, ("View", Milk with { Level = Mass.Zero, SettledAt = Gallery.Now, Health = SlotHealth.Disconnected }));

        empty.Should().Contain("비어 있음").And.Contain("data-state=\"settled\"");
        never.Should().Contain("아직 재지 않음").And.NotContain("비어 있음");
        past.Should().Contain("마지막으로 잰 값: 3월 14일 (토) 08:20").And.NotContain("비어 있음");
    }

    [Theory]
    [InlineData(-20.0)]
    [InlineData(9000.0)]
    public async Task A_level_outside_of_its_bar_stays_inside(double grams)
    {
        string html = await Render<ShelfCard>(Language.English, ("View", Milk with { Level = Mass.FromGrams(grams), Sigma = Mass.FromGrams(500) }));

        foreach (Match width in Regex.Matches(html, "\\b(?:width|x)=\"([^\"]+)\""))
            double.Parse(width.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(0.0, 100.0);
    }

    [Fact]
    public async Task A_timeline_shows_what_happened_what_happens_and_what_is_to_come()
    {
        string shipped = await Render<OrderTimeline>(Language.English, ("State", OrderState.Shipped));
        string cancelled = await Render<OrderTimeline>(
            Language.English, ("State", OrderState.Cancelled), ("Times", new Dictionary<OrderState, DateTimeOffset> { [OrderState.Open] = Gallery.Now }));

        Classes(shipped).Should().Equal("done", "done", "now", "todo");
        Classes(cancelled).Should().Equal("done", "ended");
        shipped.Should().Contain("aria-current=\"step\"");
    }

    [Fact]
    public async Task A_field_ties_its_hint_and_error_to_its_input()
    {
        string html = await Render<FormField>(Language.English, ("Name", "pin"), ("Label", "PIN"), ("Hint", "4 digits"), ("Error", "Too short."), ("Required", true));

        html.Should().Contain("for=\"field-pin\"").And.Contain("aria-invalid=\"true\"").And.Contain("aria-describedby=\"field-pin-hint field-pin-error\"");
        html.Should().Contain("id=\"field-pin-error\">Too short.");
    }

    [Fact]
    public async Task A_chart_carries_household_wall_clock_and_a_band_of_two_sigma()
    {
        StockPoint point = new(Gallery.Now, Mass.FromGrams(312), Mass.FromGrams(4));

        string html = await Render<StockChart>(Language.English, ("Title", "Milk"), ("Points", new[] { point }));
        string empty = await Render<StockChart>(Language.English, ("Title", "Milk"), ("Points", Array.Empty<StockPoint>()));

        long wallClock = new DateTimeOffset(2026, 3, 14, 8, 20, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        System.Net.WebUtility.HtmlDecode(html).Should().Contain($"[{wallClock},312,8]");
        empty.Should().Contain("Nothing has been measured yet.").And.NotContain("data-chart");
    }

    private Task<string> Render<TComponent>(Language language, params (string Name, object? Value)[] parameters)
        where TComponent : Microsoft.AspNetCore.Components.IComponent =>
        host.Fragments.RenderAsync<TComponent>(language, parameters.ToDictionary(p => p.Name, p => p.Value));

    private static IEnumerable<string> Classes(string html) => Regex.Matches(html, "<li class=\"([a-z]+)\"").Select(match => match.Groups[1].Value);
}
