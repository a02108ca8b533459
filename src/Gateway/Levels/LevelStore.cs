using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Levels;

/// <summary>A time series that is opened when it is first asked: one that cannot be opened costs the charts their levels, never the gateway its start.</summary>
/// <remarks>Thread safe. After a failure the next call tries again.</remarks>
internal sealed class LevelStore : ITimeSeries, IDisposable
{
    private readonly Func<(ITimeSeries Series, IDisposable Resource)> _open;
    private readonly Lock _lock = new();
    private ITimeSeries? _series;
    private IDisposable? _resource;

    private LevelStore(Func<(ITimeSeries Series, IDisposable Resource)> open) => _open = open;

    /// <summary>In a file of the gateway's own.</summary>
    public static LevelStore InFile(string path, SeriesOptions options) => new(() =>
    {
        SqliteFile file = SqliteFile.Open(path);
        try
        {
            return (new SqliteTimeSeries(file, options), file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });

    /// <summary>In an InfluxDB, with an outbox in a file of the gateway's own.</summary>
    public static LevelStore InInflux(InfluxOptions options, GatewayId gateway, string outbox) => new(() =>
    {
        SqliteFile file = SqliteFile.Open(outbox);
        (ITimeSeries server, IDisposable connection) = Server(options, gateway);
        try
        {
            return (new OutboxSeries(server, file), new Both(connection, file));
        }
        catch
        {
            new Both(connection, file).Dispose();
            throw;
        }
    });

    /// <inheritdoc />
    public async Task WriteAsync(IReadOnlyCollection<LevelPoint> points, CancellationToken cancellation = default) =>
        await Opened().WriteAsync(points, cancellation);

    /// <inheritdoc />
    public async Task<IReadOnlyList<LevelPoint>> ReadAsync(
        SlotId slot, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default) =>
        await Opened().ReadAsync(slot, from, to, step, cancellation);

    /// <inheritdoc />
    public void Dispose() => _resource?.Dispose();

    private static (ITimeSeries Server, IDisposable Connection) Server(InfluxOptions options, GatewayId gateway)
    {
        if (options.Organization is not null)
        {
            InfluxBucketSeries bucket = new(options, gateway);
            return (bucket, bucket);
        }
        HttpClient http = new() { Timeout = options.Patience };
        return (new InfluxTimeSeries(http, options, gateway), http);
    }

    private ITimeSeries Opened()
    {
        lock (_lock)
        {
            try
            {
                if (_series is null)
                    (_series, _resource) = _open();
                return _series;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new StorageException($"{error.Message} Give the folder to the user that runs the gateway (chown); until then the charts show events alone.", error);
            }
        }
    }

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
