using System.Globalization;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;
using InfluxDB.Client.Core.Flux.Domain;
using InfluxDB.Client.Writes;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Telemetry.Series;

/// <summary>A time series in a bucket of InfluxDB 2.x by its own interface: batches that are awaited one after the other, Flux to read.</summary>
public sealed class InfluxBucketSeries : ITimeSeries, IDisposable
{
    private const int MostAtOnce = 1_000; // lines in one request; the next waits for its answer

    private readonly InfluxDBClient _client;
    private readonly InfluxOptions _options;
    private readonly GatewayId _gateway;

    /// <summary>Writes and reads this gateway's slots.</summary>
    /// <param name="options">Its <see cref="InfluxOptions.Organization"/> is named.</param>
    /// <param name="gateway">Whose slots.</param>
    public InfluxBucketSeries(InfluxOptions options, GatewayId gateway)
    {
        options.Validate();
        if (options.Organization is null)
            throw new ArgumentException("A bucket belongs to an organization.", nameof(options));
        (_options, _gateway) = (options, gateway);
        _client = new InfluxDBClient(new InfluxDBClientOptions(options.Url.ToString())
        {
            Token = options.Token, Org = options.Organization, Bucket = options.Database, Timeout = options.Patience,
        });
    }

    /// <inheritdoc />
    public async Task WriteAsync(IReadOnlyCollection<LevelPoint> points, CancellationToken cancellation = default)
    {
        WriteApiAsync writer = _client.GetWriteApiAsync();
        foreach (LevelPoint[] batch in points.Chunk(MostAtOnce))
        {
            await AskAsync(async () =>
            {
                await writer.WritePointsAsync([.. batch.Select(Point)], _options.Database, _options.Organization, cancellation);
                return true;
            }, cancellation);
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<LevelPoint>> ReadAsync(
        SlotId slot, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default)
    {
        long width = SeriesStep.Minutes(step), first = SeriesStep.FirstMinute(from), end = SeriesStep.FirstMinute(to);
        if (first >= end)
            return []; // Flux refuses an empty range
        List<FluxTable> tables = await AskAsync(() => _client.GetQueryApi().QueryAsync(Flux(slot, first, end, width), _options.Organization, cancellation), cancellation);
        try
        {
            return [.. tables.SelectMany(table => table.Records).Select(record => Level(slot, record, width)).OrderBy(point => point.At)];
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidCastException or FormatException or OverflowException or ArgumentException)
        {
            throw InfluxTrouble.Of(_options, status: null, $"it answered no levels ({error.Message})", error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <summary>The names are checked to be plain, so nothing in them can leave its quotes.</summary>
    internal string Flux(SlotId slot, long first, long end, long width) => string.Create(CultureInfo.InvariantCulture,
        $"""
        from(bucket: "{_options.Database}")
          |> range(start: {first * 60}, stop: {end * 60})
          |> filter(fn: (r) => r._measurement == "slot_level" and r.gateway == "{_gateway}" and r.slot == "{slot}" and (r._field == "mg" or r._field == "sigma_mg"))
          |> aggregateWindow(every: {width}m, fn: mean, createEmpty: false, timeSrc: "_start")
          |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
        """);

    private PointData Point(LevelPoint point) => PointData.Measurement("slot_level").Tag("gateway", _gateway.Value).Tag("slot", $"{point.Slot}")
        .Field("mg", point.Level.Milligrams).Field("sigma_mg", point.Sigma.Milligrams).Timestamp(SeriesStep.Minute(point.At) * 60, WritePrecision.S);

    /// <summary>Flux cuts the first window at the range's start; a step's point bears the step's beginning all the same.</summary>
    private static LevelPoint Level(SlotId slot, FluxRecord record, long width)
    {
        DateTime at = record.GetTimeInDateTime() ?? throw new FormatException("a row has no time");
        long minute = SeriesStep.Minute(new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))) / width * width;
        return new LevelPoint(slot, SeriesStep.At(minute), Mean(record, "mg"), Mean(record, "sigma_mg"));
    }

    private static Mass Mean(FluxRecord record, string field) =>
        record.Values.TryGetValue(field, out object? value) && value is double mean ? new Mass((long)Math.Round(mean)) : throw new FormatException($"a row has no {field}");

    private async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (HttpException error)
        {
            throw error.InnerException is TaskCanceledException or TimeoutException || error.Status is 408
                ? InfluxTrouble.Slow(_options, error)
                : InfluxTrouble.Of(_options, error.Status is > 0 and { } status ? status : null, error.Message, error);
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException && !cancellation.IsCancellationRequested)
        {
            throw InfluxTrouble.Slow(_options, error);
        }
        catch (Exception error) when (error is InfluxException or HttpRequestException or IOException)
        {
            throw InfluxTrouble.Of(_options, status: null, error.Message, error);
        }
    }
}
