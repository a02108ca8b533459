using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Levels;
using PantryChain.Gateway.Sensing;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Series;

namespace PantryChain.Gateway.Tests.Levels;

public sealed class LevelDrainSpecs : IDisposable
{
    private const double TwentyDaysAMinute = 28_800;

    private static readonly SlotId First = new(1), Second = new(2);

    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly ShelfBoard _board;
    private readonly LevelStore _store;
    private readonly LevelDrain _drain;

    public LevelDrainSpecs()
    {
        _board = new ShelfBoard(Samples.Household, _time);
        _store = LevelStore.InFile(_temp.Folder.Levels, new SeriesOptions());
        _drain = new LevelDrain(_board, _store, _time, NullLogger<LevelDrain>.Instance);
    }

    public void Dispose()
    {
        _drain.Dispose();
        _store.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task A_minute_is_kept_once_with_its_newest_settled_level()
    {
        See(second: 0, grams: 3_000);
        See(second: 30, grams: 2_900);
        See(second: 40, grams: 9_999, stable: false);
        See(second: 70, grams: 2_800);
        See(second: 130, grams: 2_700, health: SlotHealth.Saturated);
        See(second: 190, grams: 2_600);

        await _drain.StartAsync(CancellationToken.None);
        IReadOnlyList<LevelPoint> kept = await KeptAsync(minutes: 2);

        kept.Should().Equal(Point(minute: 0, grams: 2_900), Point(minute: 1, grams: 2_800)); // the minute that is not over yet comes later
    }

    [Fact]
    public async Task A_reading_that_is_no_longer_the_present_is_not_kept_as_if_it_were()
    {
        See(second: 0, grams: 3_000);
        _time.Now = Samples.Morning.AddMinutes(5);
        _drain.Observe();
        See(second: 301, grams: 2_000);

        await _drain.StartAsync(CancellationToken.None);
        IReadOnlyList<LevelPoint> kept = await KeptAsync(minutes: 1);

        kept.Should().Equal(Point(minute: 0, grams: 3_000));
    }

    [Fact]
    public async Task A_series_that_is_down_costs_its_oldest_minutes_only_and_no_restart()
    {
        const int tooMany = LevelDrain.MostAtOnce + 500;
        Directory.CreateDirectory(_temp.Folder.Levels); // nothing can be opened there
        await _drain.StartAsync(CancellationToken.None);
        See(second: 0, grams: 1);
        See(second: 60, grams: 1);
        _drain.Wake();
        await Wait.Until(() => _drain.IsFailing, "the drain had noticed");

        for (int minute = 2; minute <= LevelDrain.MostWaiting + tooMany + 1; minute++)
            See(second: minute * 60, grams: minute);
        Directory.Delete(_temp.Folder.Levels);
        await Wait.Until(() => !_drain.IsFailing, "the drain had recovered");
        LevelPoint newest = Point(LevelDrain.MostWaiting + tooMany, LevelDrain.MostWaiting + tooMany);
        IReadOnlyList<LevelPoint> kept = [];
        await Wait.Until(async () => (kept = await KeptAsync(minutes: LevelDrain.MostWaiting))[^1] == newest, "the newest minute was kept");

        kept.Count.Should().BeInRange(LevelDrain.MostWaiting, LevelDrain.MostWaiting + LevelDrain.MostAtOnce, "one write's points may be on their way");
    }

    [Fact]
    public async Task The_product_page_draws_the_series_and_a_kill_leaves_it()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute);
        await world.StartAsync();
        await Wait.Until(async () => (await HoursAsync(world, First)).Count >= 30, "a day and a quarter was kept");
        await world.KillAsync();

        await world.StartAsync();
        IReadOnlyList<LevelPoint> hours = await HoursAsync(world, First);
        using HttpClient browser = new() { BaseAddress = world.Address };
        string page = await browser.GetStringAsync($"/products/{Samples.Milk}");

        hours.Should().HaveCountGreaterThanOrEqualTo(30).And.OnlyContain(hour => hour.Sigma > Mass.Zero);
        using JsonDocument chart = JsonDocument.Parse(WebUtility.HtmlDecode(Regex.Match(page, "(?<=data-chart=\")[^\"]*", RegexOptions.None, TimeSpan.FromSeconds(5)).Value));
        double[] drawn = [.. chart.RootElement.GetProperty("points").EnumerateArray().Select(point => point[1].GetDouble())];
        drawn.Should().Contain(hours.Select(hour => Math.Round(hour.Level.Grams, 1)));
    }

    [Fact]
    public async Task An_InfluxDB_named_in_the_file_is_filled_as_soon_as_it_is_there()
    {
        int port = LoopbackPort.Free();
        LevelOptions levels = new() { Influx = new InfluxDbOptions { Url = new Uri($"http://127.0.0.1:{port}/") } };
        await using GatewayWorld world = new(TwentyDaysAMinute) { Household = GatewayFile.Check(Samples.Options with { Levels = levels }, "gateway.json") };
        await world.StartAsync();
        await Wait.Until(() => world.Get<LevelDrain>().IsFailing, "nobody answered");
        ulong before = world.Get<Journal>().Last;
        await Wait.Until(() => world.Get<Journal>().Last > before, "sensing had gone on");

        await using InfluxPart influx = new(_temp.Inside("influx"), port);
        await influx.StartAsync();
        await Wait.Until(() => !world.Get<LevelDrain>().IsFailing, "the drain had recovered");

        await Wait.Until(async () => (await HoursAsync(world, First)).Count > 0 && (await HoursAsync(world, Second)).Count > 0, "both slots were kept there");
        (await HoursAsync(world, First))[0].At.Should().BeOnOrBefore(Samples.Morning.AddDays(1), "what was seen during the outage came, too");

        File.Exists(world.Folder.Levels).Should().BeFalse("the levels are kept in one place");
    }

    private static Task<IReadOnlyList<LevelPoint>> HoursAsync(GatewayWorld world, SlotId slot) =>
        world.Get<ITimeSeries>().ReadAsync(slot, Samples.Morning, Samples.Morning.AddDays(60), TimeSpan.FromHours(1));

    private void See(int second, double grams, bool stable = true, SlotHealth health = SlotHealth.Ok)
    {
        _time.Now = Samples.Morning.AddSeconds(second);
        _board.Show(new StockReading(First, _time.Now, Mass.FromGrams(grams), Mass.FromGrams(1), stable, health));
        _drain.Observe();
    }

    private async Task<IReadOnlyList<LevelPoint>> KeptAsync(int minutes)
    {
        IReadOnlyList<LevelPoint> kept = [];
        await Wait.Until(async () =>
        {
            _drain.Wake();
            kept = await _store.ReadAsync(First, Samples.Morning, Samples.Morning.AddDays(20), TimeSpan.FromMinutes(1));
            return kept.Count >= minutes;
        }, $"{minutes} minutes were kept");
        return kept;
    }

    private static LevelPoint Point(int minute, double grams) => new(First, Samples.Morning.AddMinutes(minute), Mass.FromGrams(grams), Mass.FromGrams(1));
}
