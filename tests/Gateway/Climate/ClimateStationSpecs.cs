using System.Text.Json;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests.Climate;

/// <summary>A whole gateway with a fridge: an SHT4x on a simulated bus, faults by script, pages, health and state.</summary>
public sealed class ClimateStationSpecs : IAsyncDisposable
{
    private const double HourASecond = 3_600;

    private readonly GatewayWorld _world = new(HourASecond);
    private HttpClient? _browser;

    public async ValueTask DisposeAsync()
    {
        _browser?.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_fridge_whose_door_stays_open_is_told_everywhere_and_kept_when_it_is_over()
    {
        await StartAsync("""[ { "from": "1h", "for": "12h", "slot": "climate", "fault": "doorOpen" } ]""");
        await Wait.Until(() => Board.Places[0] is { IsWarm: true, Open.DoubtsFood: true }, "the fridge was warm for two hours");

        using JsonDocument health = JsonDocument.Parse(await _browser!.GetStringAsync("/health"));
        string[] english = [await PageAsync("/", "en"), await PageAsync("/climate", "en"), await PageAsync("/activity", "en"), await PageAsync($"/products/{Samples.Milk}", "en")];
        string korean = await PageAsync("/climate", "ko");
        using JsonDocument state = JsonDocument.Parse(await PageAsync("/api/state", "en"));

        JsonElement cause = health.RootElement.GetProperty("causes").EnumerateArray().Single(one => one.GetProperty("cause").GetString() == "fridge_warm");
        cause.GetProperty("what").GetString().Should().StartWith("Fridge: above 8 °C for");
        cause.GetProperty("next").GetString().Should().Contain("Check that the door is shut").And.Contain("neither look nor taste");
        english.Should().OnlyContain(page => page.Contains("above 8 °C for", StringComparison.Ordinal), "every page says it");
        english[0].Should().Contain("data-trouble=\"FridgeWarm\"").And.Contain("href=\"/climate\"");
        english[3].Should().Contain("data-stood-warm=\"fridge\"", "milk stands in it");
        (await PageAsync($"/products/{Samples.Rice}", "en")).Should().NotContain("data-stood-warm");
        korean.Should().Contain("냉장고: 8 °C보다 따뜻한 지").And.Contain("의심스러우면 버리세요").And.NotContain("Check that");
        JsonElement place = state.RootElement.GetProperty("climate")[0];
        (place.GetProperty("name").GetString(), place.GetProperty("warm").GetProperty("doubtsFood").GetBoolean()).Should().Be(("fridge", true));
        place.GetProperty("celsius").GetDouble().Should().BeGreaterThan(8);

        await Wait.Until(() => !Board.Places[0].IsWarm, "the door was shut and the fridge cool");
        await Wait.Until(() => Book.Spells("fridge", default).Count == 1, "the spell was kept");
        Book.Spells("fridge", default)[0].Lasted.Should().BeCloseTo(TimeSpan.FromHours(12), TimeSpan.FromHours(3));
        (await PageAsync("/activity", "en")).Should().NotContain("above 8 °C");
        (await PageAsync("/climate", "en")).Should().Contain("climate-warm").And.Contain("climate-line");
        (await PageAsync($"/products/{Samples.Milk}", "en")).Should().Contain("data-stood-warm", "for three days after");
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_a_spell_leaves_one_spell()
    {
        await StartAsync("""[ { "from": "1h", "for": "14h", "slot": "climate", "fault": "doorOpen" } ]""");
        await Wait.Until(() => Board.Places[0].IsWarm, "the fridge was warm");
        await Wait.Until(() => Book.Resume("fridge").Open is not null, "it was kept");

        await _world.KillAsync();
        await _world.StartAsync();

        Board.Places[0].IsWarm.Should().BeTrue("the book says so before the first reading");
        await Wait.Until(() => Book.Spells("fridge", default).Count > 0, "the spell ended");
        Book.Spells("fridge", default).Should().ContainSingle().Which.Lasted.Should().BeCloseTo(TimeSpan.FromHours(14), TimeSpan.FromHours(5));
    }

    [Theory]
    [InlineData("chipGone", ClimateHealth.Disconnected)]
    [InlineData("stopped", ClimateHealth.Disconnected)]
    [InlineData("garbledFrames\", \"share\": 1, \"comment\": \"all", ClimateHealth.Implausible)]
    [InlineData("frozen", ClimateHealth.Stale)]
    public async Task A_sensor_that_fails_is_named_while_weighing_goes_on_and_well_when_it_is_back(string fault, ClimateHealth health)
    {
        await StartAsync($$"""[ { "from": "2h", "for": "14h", "slot": "climate", "fault": "{{fault}}" } ]""");

        await Wait.Until(() => Board.Places[0].Health == health, $"the sensor was {health}");
        using JsonDocument told = JsonDocument.Parse(await _browser!.GetStringAsync("/health"));
        long samples = told.RootElement.GetProperty("samples").GetInt64();

        JsonElement[] causes = [.. told.RootElement.GetProperty("causes").EnumerateArray().Where(one => one.GetProperty("cause").GetString() == "climate_lost")];
        causes.Should().ContainSingle().Which.GetProperty("next").GetString().Should().NotBeNullOrEmpty();
        told.RootElement.GetProperty("climate")[0].GetProperty("problem").GetString().Should().NotBeNullOrEmpty();
        Board.Places[0].Reading.Should().BeNull("nobody takes an old reading for the present");
        await Wait.Until(() => Board.Places[0].Health == ClimateHealth.Ok, "the sensor was back");
        using JsonDocument well = JsonDocument.Parse(await _browser!.GetStringAsync("/health"));
        well.RootElement.GetProperty("samples").GetInt64().Should().BeGreaterThan(samples);
    }

    [Fact]
    public async Task A_household_without_places_has_no_page_and_no_menu_entry()
    {
        await _world.StartAsync();
        _browser = new HttpClient { BaseAddress = _world.Address };

        (await _browser.GetAsync("/climate")).StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
        (await _browser.GetStringAsync("/")).Should().NotContain("/climate");
    }

    private ClimateBoard Board => _world.Get<ClimateBoard>();

    private ClimateBook Book => _world.Get<ClimateBook>();

    private async Task StartAsync(string faults)
    {
        await File.WriteAllTextAsync(_world.Folder.Inside("faults.json"), faults);
        GatewayOptions options = Samples.Options;
        options.Cells.Faults = "faults.json";
        options.Climate = [new ClimatePlaceOptions { Name = "fridge", NameKo = "냉장고", NameEn = "Fridge", Kind = "fridge", Sensor = "sht4x", Bus = "/dev/i2c-1", Slots = [1] }];
        _world.Household = GatewayFile.Check(options, "gateway.json");
        await _world.StartAsync();
        _browser = new HttpClient { BaseAddress = _world.Address };
        _browser.DefaultRequestHeaders.Authorization = new("Bearer", "local-token-of-the-test");
    }

    private async Task<string> PageAsync(string path, string language)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.Add(new(language));
        using HttpResponseMessage response = await _browser!.SendAsync(request);
        return System.Net.WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
