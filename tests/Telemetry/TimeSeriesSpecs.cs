using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Tests;

public sealed class TimeSeriesSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SlotId First = new(1);
    private static readonly SlotId Second = new(2);

    [Fact]
    public async Task The_gateways_own_series_answers_means_per_step() =>
        await OwnAsync((series, _) => AnswersMeansAsync(series));

    [Fact]
    public async Task An_InfluxDB_answers_the_same_means_per_step()
    {
        using TempFolder folder = new();
        await using InfluxPart influx = await InfluxPart.StartNewAsync(folder.Inside("influx"));
        using HttpClient http = new();
        InfluxTimeSeries series = new(http, new InfluxOptions { Url = influx.Url }, new GatewayId("kim-1"));
        InfluxTimeSeries neighbour = new(http, new InfluxOptions { Url = influx.Url }, new GatewayId("lee-2"));

        await series.CreateDatabaseAsync();
        await neighbour.WriteAsync([Point(First, 0, 9_999)]);

        await AnswersMeansAsync(series);
    }

    [Fact]
    public async Task An_InfluxDB_that_is_not_there_is_named_with_the_next_step()
    {
        using HttpClient http = new();
        InfluxTimeSeries series = new(http, new InfluxOptions { Url = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}/") }, new GatewayId("kim-1"));

        Func<Task> write = () => series.WriteAsync([Point(First, 0, 1)]);

        await write.Should().ThrowAsync<StorageException>().WithMessage("*refused*Check its address*");
    }

    [Fact]
    public async Task An_InfluxDB_without_the_database_is_named_with_the_next_step()
    {
        using TempFolder folder = new();
        await using InfluxPart influx = await InfluxPart.StartNewAsync(folder.Inside("influx"));
        using HttpClient http = new();
        InfluxTimeSeries series = new(http, new InfluxOptions { Url = influx.Url, Database = "nowhere" }, new GatewayId("kim-1"));

        Func<Task> read = () => series.ReadAsync(First, Noon, Noon.AddHours(1), TimeSpan.FromMinutes(1));

        await read.Should().ThrowAsync<StorageException>().WithMessage("*nowhere*");
    }

    [Fact]
    public async Task Old_minutes_become_their_hours_mean_and_old_hours_go() => await OwnAsync(async (series, file) =>
    {
        await series.WriteAsync([Point(First, 0, 1_000), Point(First, 30, 2_000), Point(First, 61, 5_000)]);
        await series.WriteAsync([Point(First, 4 * 1_440, 1)]);
        IReadOnlyList<LevelPoint> hours = await series.ReadAsync(First, Noon, Noon.AddDays(1), TimeSpan.FromMinutes(1));
        await series.WriteAsync([Point(First, 12 * 1_440, 1)]);
        IReadOnlyList<LevelPoint> gone = await series.ReadAsync(First, Noon, Noon.AddDays(1), TimeSpan.FromMinutes(1));

        hours.Should().Equal(Point(First, 0, 1_500), Point(First, 60, 5_000));
        gone.Should().BeEmpty();
    });

    [Fact]
    public async Task A_step_of_half_a_minute_is_refused() => await OwnAsync(async (series, _) =>
    {
        Func<Task> read = () => series.ReadAsync(First, Noon, Noon.AddHours(1), TimeSpan.FromSeconds(90));

        await read.Should().ThrowAsync<ArgumentOutOfRangeException>();
    });

    /// <summary>The contract of all series.</summary>
    internal static async Task AnswersMeansAsync(ITimeSeries series)
    {
        await series.WriteAsync([]);
        await series.WriteAsync([Point(First, 0, 1_000), Point(First, 1, 2_000), Point(First, 7, 4_000), Point(Second, 0, 7_000)]);
        await series.WriteAsync([Point(First, 1, 3_000) with { At = Noon.AddMinutes(1).AddSeconds(30) }]); // the newest of its minute stands

        (await series.ReadAsync(First, Noon, Noon.AddHours(1), TimeSpan.FromMinutes(1))).Should().Equal(Point(First, 0, 1_000), Point(First, 1, 3_000), Point(First, 7, 4_000));
        (await series.ReadAsync(First, Noon, Noon.AddHours(1), TimeSpan.FromMinutes(5))).Should().Equal(Point(First, 0, 2_000), Point(First, 5, 4_000));
        (await series.ReadAsync(First, Noon.AddMinutes(1), Noon.AddMinutes(7), TimeSpan.FromMinutes(1))).Should().Equal(Point(First, 1, 3_000));
        (await series.ReadAsync(Second, Noon, Noon.AddHours(1), TimeSpan.FromHours(1))).Should().Equal(Point(Second, 0, 7_000));
        (await series.ReadAsync(new SlotId(3), Noon, Noon.AddHours(1), TimeSpan.FromHours(1))).Should().BeEmpty();
    }

    private static async Task OwnAsync(Func<ITimeSeries, SqliteFile, Task> test)
    {
        using TempFolder folder = new();
        using SqliteFile file = SqliteFile.Open(folder.Inside("gateway.db"));
        await test(new SqliteTimeSeries(file, new SeriesOptions { MinuteDays = 2, HourDays = 10 }), file);
    }

    internal static LevelPoint Point(SlotId slot, int minute, double grams) => new(slot, Noon.AddMinutes(minute), Mass.FromGrams(grams), Mass.FromGrams(grams / 1_000));
}
