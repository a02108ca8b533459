using System.Text.Json.Nodes;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Tests;

/// <summary>InfluxDB 2.x: writes live on VictoriaMetrics; Flux on answers in the documented form (docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv), for no server of it can be had from Debian.</summary>
public sealed class InfluxBucketSpecs : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly GatewayId Kim = new("kim-1");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_of_2_takes_every_point_in_batches()
    {
        await using VictoriaPart victoria = new(_folder.Inside("victoria"));
        await victoria.StartAsync();
        using InfluxBucketSeries series = new(Options(victoria.Url), Kim);

        await series.WriteAsync([.. Enumerable.Range(0, 2_500).Select(minute => TimeSeriesSpecs.Point(new SlotId(1), minute, minute))]);

        JsonArray levels = JsonNode.Parse(await victoria.ExportAsync("""slot_level_mg{gateway="kim-1",slot="1"}"""))!["values"]!.AsArray();
        levels.Select(level => level!.GetValue<double>()).Should().Equal(Enumerable.Range(0, 2_500).Select(minute => minute * 1_000.0));
    }

    [Fact]
    public async Task A_server_of_2_answers_the_same_means_per_step()
    {
        Queue<string> answers = new(
        [
            Csv(1, (0, 1_000), (1, 3_000), (7, 4_000)), Csv(1, (0, 2_000), (5, 4_000)), Csv(1, (1, 3_000)), Csv(2, (0, 7_000)), "\r\n",
        ]);
        using CannedServer server = new((path, _) => path.EndsWith("/query", StringComparison.Ordinal) ? (200, answers.Dequeue()) : (204, ""));
        using InfluxBucketSeries series = new(Options(server.Url), Kim);

        await TimeSeriesSpecs.AnswersMeansAsync(series);

        string[] queries = [.. server.Asked.Where(asked => asked.Path == "/api/v2/query").Select(asked => JsonNode.Parse(asked.Body)!["query"]!.GetValue<string>())];
        long noon = Noon.ToUnixTimeSeconds();
        queries.Should().HaveCount(5).And.OnlyContain(flux => flux.StartsWith("from(bucket: \"pantrychain\")", StringComparison.Ordinal));
        queries[1].Should().Contain($"range(start: {noon}, stop: {noon + 3_600})").And.Contain("every: 5m").And.Contain("r.gateway == \"kim-1\" and r.slot == \"1\"");
        server.Asked.Where(asked => asked.Path == "/api/v2/write").Should().NotBeEmpty().And.Contain(asked => asked.Body.Contains($"slot_level,gateway=kim-1,slot=1 mg=1000000i,sigma_mg=1000i {noon}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_first_window_that_the_range_cuts_bears_its_steps_beginning()
    {
        using CannedServer server = new((_, _) => (200, Csv(1, (1, 3_000), (5, 4_000))));
        using InfluxBucketSeries series = new(Options(server.Url), Kim);

        IReadOnlyList<LevelPoint> levels = await series.ReadAsync(new SlotId(1), Noon.AddMinutes(1), Noon.AddHours(1), TimeSpan.FromMinutes(5));

        levels.Select(level => level.At).Should().Equal(Noon, Noon.AddMinutes(5));
    }

    [Theory]
    [InlineData(404, """{"code":"not found","message":"bucket \"pantrychain\" not found"}""", "Create the bucket 'pantrychain'")]
    [InlineData(404, "404 page not found", "no interface of InfluxDB 2.x")]
    [InlineData(401, """{"code":"unauthorized","message":"unauthorized access"}""", "token")]
    [InlineData(500, """{"code":"internal error","message":"write wal: no space left on device"}""", "disk is full")]
    [InlineData(503, """{"code":"unavailable","message":"busy"}""", "more to do than it can")]
    public async Task What_a_server_of_2_refuses_is_named_with_the_next_step(int status, string body, string next)
    {
        using CannedServer server = new((_, _) => (status, body));
        using InfluxBucketSeries series = new(Options(server.Url), Kim);

        Func<Task> write = () => series.WriteAsync([TimeSeriesSpecs.Point(new SlotId(1), 0, 1)]);
        Func<Task> read = () => series.ReadAsync(new SlotId(1), Noon, Noon.AddHours(1), TimeSpan.FromMinutes(1));

        await write.Should().ThrowAsync<StorageException>().WithMessage($"*{next}*");
        await read.Should().ThrowAsync<StorageException>().WithMessage($"*{next}*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_server_is_named_whatever_its_version(bool second)
    {
        using CannedServer server = new((_, _) => null);
        InfluxOptions options = Options(server.Url) with { Patience = TimeSpan.FromMilliseconds(300), Organization = second ? "home" : null };
        using HttpClient http = new() { Timeout = options.Patience };
        using InfluxBucketSeries? bucket = second ? new InfluxBucketSeries(options, Kim) : null;
        ITimeSeries series = (ITimeSeries?)bucket ?? new InfluxTimeSeries(http, options, Kim);

        Func<Task> write = () => series.WriteAsync([TimeSeriesSpecs.Point(new SlotId(1), 0, 1)]);

        await write.Should().ThrowAsync<StorageException>().WithMessage("*no answer within*busy or far away*");
    }

    [Fact]
    public async Task The_wrong_version_is_named_on_both_sides()
    {
        await using InfluxPart first = await InfluxPart.StartNewAsync(_folder.Inside("influx"));
        using CannedServer neither = new((_, _) => (404, "404 page not found"));
        using InfluxBucketSeries bucket = new(Options(first.Url), Kim);
        using HttpClient http = new();
        InfluxTimeSeries database = new(http, Options(neither.Url) with { Organization = null }, Kim);

        Func<Task> second = () => bucket.WriteAsync([TimeSeriesSpecs.Point(new SlotId(1), 0, 1)]);
        Func<Task> old = () => database.WriteAsync([TimeSeriesSpecs.Point(new SlotId(1), 0, 1)]);

        await second.Should().ThrowAsync<StorageException>().WithMessage("*no interface of InfluxDB 2.x*levels.influx.organization*");
        await old.Should().ThrowAsync<StorageException>().WithMessage("*no interface of InfluxDB 1.x*levels.influx.organization*");
    }

    [Fact]
    public async Task A_server_of_2_that_is_not_there_is_named_with_the_next_step()
    {
        using InfluxBucketSeries series = new(Options(new Uri($"http://127.0.0.1:{LoopbackPort.Free()}/")), Kim);

        Func<Task> write = () => series.WriteAsync([TimeSeriesSpecs.Point(new SlotId(1), 0, 1)]);

        await write.Should().ThrowAsync<StorageException>().WithMessage("*refused*Check its address*");
    }

    [Fact]
    public async Task Nonsense_in_place_of_levels_is_a_refusal()
    {
        using CannedServer server = new((_, _) => (200, Csv(1, (0, 1)).Replace("mg,", "kg,", StringComparison.Ordinal)));
        using InfluxBucketSeries series = new(Options(server.Url), Kim);

        Func<Task> read = () => series.ReadAsync(new SlotId(1), Noon, Noon.AddHours(1), TimeSpan.FromMinutes(1));

        await read.Should().ThrowAsync<StorageException>().WithMessage("*answered no levels*");
    }

    private static InfluxOptions Options(Uri url) => new() { Url = url, Organization = "home", Token = "secret" };

    private static string Csv(int slot, params ReadOnlySpan<(int Minute, double Grams)> rows)
    {
        List<string> lines =
        [
            "#datatype,string,long,dateTime:RFC3339,string,string,double,double", "#group,false,false,false,true,true,false,false", "#default,_result,,,,,,",
            ",result,table,_time,gateway,slot,mg,sigma_mg",
        ];
        foreach ((int minute, double grams) in rows)
            lines.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $",,0,{Noon.AddMinutes(minute):yyyy-MM-ddTHH:mm:ssZ},kim-1,{slot},{grams * 1_000},{grams}"));
        return string.Join("\r\n", lines) + "\r\n\r\n";
    }
}
