using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Tests;

public sealed class OutboxSeriesSpecs : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SlotId Slot = new(1);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_outage_and_a_restart_lose_nothing_and_the_server_gets_it_in_order()
    {
        await using InfluxPart influx = new(_folder.Inside("influx"));
        InfluxTimeSeries server = new(_http, new InfluxOptions { Url = influx.Url }, new GatewayId("kim-1"));
        using (SqliteFile file = SqliteFile.Open(_folder.Inside("levels.db")))
        {
            OutboxSeries down = new(server, file);
            for (int batch = 0; batch < 3; batch++)
            {
                Func<Task> write = () => down.WriteAsync([.. Enumerable.Range(batch * 900, 900).Select(minute => TimeSeriesSpecs.Point(Slot, minute, minute))]);
                await write.Should().ThrowAsync<SeriesDelayedException>().WithMessage("*refused*levels wait in*levels.db*");
            }
            down.Waiting.Should().Be(2_700);
        }

        using SqliteFile again = SqliteFile.Open(_folder.Inside("levels.db"));
        OutboxSeries series = new(server, again);
        await influx.StartAsync();
        await series.WriteAsync([TimeSeriesSpecs.Point(Slot, 5, 7_777)]); // written anew: the newest of its minute stands

        series.Waiting.Should().Be(0);
        IReadOnlyList<LevelPoint> levels = await series.ReadAsync(Slot, Noon, Noon.AddMinutes(2_700), TimeSpan.FromMinutes(1));
        levels.Should().HaveCount(2_700);
        levels[5].Should().Be(TimeSeriesSpecs.Point(Slot, 5, 7_777));
        levels[2_699].Should().Be(TimeSeriesSpecs.Point(Slot, 2_699, 2_699));
    }

    [Fact]
    public async Task Beyond_what_the_file_may_hold_the_oldest_go()
    {
        using CannedServer server = new((_, _) => (503, "busy"));
        using SqliteFile file = SqliteFile.Open(_folder.Inside("levels.db"));
        OutboxSeries series = new(new InfluxTimeSeries(_http, new InfluxOptions { Url = server.Url }, new GatewayId("kim-1")), file, mostKept: 10);

        Func<Task> write = () => series.WriteAsync([.. Enumerable.Range(0, 25).Select(minute => TimeSeriesSpecs.Point(Slot, minute, minute))]);

        await write.Should().ThrowAsync<SeriesDelayedException>();
        series.Waiting.Should().Be(10);
        server.Asked.Last().Body.Should().Contain("mg=15000i").And.NotContain("mg=14000i");
    }

    [Fact]
    public async Task It_answers_what_its_server_answers()
    {
        using SqliteFile file = SqliteFile.Open(_folder.Inside("levels.db"));

        await TimeSeriesSpecs.AnswersMeansAsync(new OutboxSeries(new SqliteTimeSeries(file, new SeriesOptions()), file));
    }
}
