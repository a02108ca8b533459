using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Sensing;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class SensorHealthSpecs
{
    [Fact]
    public async Task Page_health_and_state_show_how_the_sensors_are()
    {
        await using GatewayWorld world = new(speed: 60);
        await world.StartAsync();
        using HttpClient browser = new() { BaseAddress = world.Address };
        await Wait.Until(() => world.Get<ShelfBoard>().Readings.All(reading => reading is { Stable: true, Health: SlotHealth.Ok }) && world.Get<SensorBoard>().Converters.Count == 1, "the shelves had settled");

        string english = await PageAsync(browser, "en"), korean = await PageAsync(browser, "ko");
        string slot = await browser.GetStringAsync("/slots/2");
        using JsonDocument health = JsonDocument.Parse(await browser.GetStringAsync("/health"));
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "local-token-of-the-test");
        using JsonDocument state = JsonDocument.Parse(await browser.GetStringAsync("/api/state"));

        english.Should().Contain("Sensor health").And.Contain("It can be trusted; there is nothing to do.").And.Contain("Converter cells (simulated)");
        korean.Should().Contain("센서 상태").And.Contain("믿을 수 있습니다.").And.Contain("변환기 cells (모의)");
        slot.Should().Contain("class=\"card sensor\" data-slot=\"2\"").And.NotContain("class=\"card sensor\" data-slot=\"1\"", "a slot's page shows its own sensors");
        JsonElement converter = health.RootElement.GetProperty("converters").EnumerateArray().Single();
        converter.GetProperty("counts").GetProperty("samples").GetInt64().Should().BePositive();
        (converter.GetProperty("kind").GetString(), converter.GetProperty("problem").ValueKind).Should().Be(("simulated", JsonValueKind.Null));
        state.RootElement.GetProperty("slots")[0].GetProperty("converter").GetProperty("name").GetString().Should().Be("cells");
    }

    [Fact]
    public void Every_fault_that_a_driver_counts_has_a_Korean_name()
    {
        System.Reflection.Assembly drivers = typeof(Tally).Assembly;
        IEnumerable<string> members = typeof(Hx711Counters).GetProperties().Concat(typeof(Nau7802Counters).GetProperties()).Where(member => member.PropertyType == typeof(long) && member.Name != nameof(Hx711Counters.Pulses)).Select(member => member.Name)
            .Concat(Enum.GetNames(drivers.GetType("PantryChain.DeviceDrivers.Rfid.TagCause", throwOnError: true)!));
        List<string> causes = [.. members.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName), "read_failed", "lost"];

        causes.Should().Contain(["long_pulses", "bus_timed_out", "frozen"]);
        new SensorWords(Language.Korean).Faults([.. causes.Select(cause => new Tally(cause, 2))]).Should().StartWith("버린 값: 늘어진 클록 2").And.NotMatchRegex("[a-z]");
        new SensorWords(Language.English).Faults([new Tally("long_pulses", 2)]).Should().Be("Rejected: long pulses 2");
    }

    [Theory]
    [InlineData("밤나무 20", "밤나무 20이 ")]
    [InlineData("밤나무 25", "밤나무 25가 ")]
    public void The_sum_that_waits_has_the_particle_that_it_is_read_with(string amount, string expected) =>
        new TokenWords(Language.Korean).Waiting(amount).Should().Contain(expected);

    [Theory]
    [InlineData(Language.Korean)]
    [InlineData(Language.English)]
    public void Every_health_has_its_own_next_step_in_both_languages(Language language)
    {
        SensorWords words = new(language);

        string[] steps = [.. Enum.GetValues<SlotHealth>().Select(words.NextStep)];

        steps.Should().OnlyHaveUniqueItems().And.OnlyContain(step => step.Length > 10);
        steps.Should().OnlyContain(step => step.Any(letter => letter >= '가' && letter <= '힣') == (language == Language.Korean));
    }

    [Theory]
    [InlineData(Language.Korean)]
    [InlineData(Language.English)]
    public void Every_doubt_about_a_tag_has_its_own_next_step_in_both_languages(Language language)
    {
        SensorWords words = new(language);

        string[] steps = [.. Enum.GetValues<TagDoubtKind>().Select(kind => words.Doubt(new TagDoubt(kind, new SlotId(1), new TagUid([4, 1, 2, 3]), new SlotId(2), new TagUid([4, 1, 2, 4]))))];

        steps.Should().OnlyHaveUniqueItems().And.OnlyContain(step => step.Any(letter => letter >= '가' && letter <= '힣') == (language == Language.Korean));
    }

    private static async Task<string> PageAsync(HttpClient browser, string language)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/products/8801115114154");
        request.Headers.AcceptLanguage.ParseAdd(language);
        using HttpResponseMessage response = await browser.SendAsync(request);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
