using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Series;

/// <summary>The points are kept in the gateway's own file, but the server could not be given them yet; nobody has to write them again.</summary>
public sealed class SeriesDelayedException(string message, Exception cause) : StorageException(message, cause);

/// <summary>A time series on another machine behind an outbox in a file of ours: what is written is durable here first, and goes on its way in order as soon as the server takes it.</summary>
/// <remarks>An outage of any length loses nothing that the file can hold: beyond <see cref="MostKept"/> minutes the oldest go. One writer at a time.</remarks>
public sealed class OutboxSeries : ITimeSeries
{
    /// <summary>Most points that wait: eight slots for four months, some 40 MB.</summary>
    public const int MostKept = 1_500_000;

    private const int MostAtOnce = 1_000;

    private static readonly string[] Steps =
        ["CREATE TABLE series_outbox(slot INTEGER NOT NULL, minute INTEGER NOT NULL, level_mg INTEGER NOT NULL, sigma_mg INTEGER NOT NULL, PRIMARY KEY (minute, slot)) STRICT, WITHOUT ROWID"];

    private readonly ITimeSeries _server;
    private readonly SqliteFile _file;
    private readonly int _mostKept;
    private long _waiting;

    /// <summary>Puts an outbox before a server.</summary>
    public OutboxSeries(ITimeSeries server, SqliteFile file, int mostKept = MostKept)
    {
        (_server, _file, _mostKept) = (server, file, mostKept);
        file.Migrate("series-outbox", Steps);
        _waiting = Count();
    }

    /// <summary>Points that the server has not got yet.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <inheritdoc />
    /// <exception cref="SeriesDelayedException">The points are kept; the server did not take them.</exception>
    public async Task WriteAsync(IReadOnlyCollection<LevelPoint> points, CancellationToken cancellation = default)
    {
        try
        {
            if (points.Count > 0)
                Keep(points);
            while (Waiting > 0)
                await SendOldestAsync(cancellation);
        }
        catch (SqliteException error)
        {
            throw SqliteFileChecks.Explain(error, _file.Path);
        }
        catch (StorageException error)
        {
            throw new SeriesDelayedException($"{error.Message} {Waiting} levels wait in {_file.Path}.", error);
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<LevelPoint>> ReadAsync(SlotId slot, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default) =>
        _server.ReadAsync(slot, from, to, step, cancellation);

    private void Keep(IReadOnlyCollection<LevelPoint> points)
    {
        _file.Write((writer, transaction) =>
        {
            writer.Execute(
                """
                INSERT INTO series_outbox(slot, minute, level_mg, sigma_mg) VALUES (@Slot, @Minute, @Level, @Sigma)
                    ON CONFLICT(minute, slot) DO UPDATE SET level_mg = @Level, sigma_mg = @Sigma
                """,
                points.Select(Row.Of), transaction);
            if (Waiting + points.Count > _mostKept)
                writer.Execute(
                    "DELETE FROM series_outbox WHERE (minute, slot) IN (SELECT minute, slot FROM series_outbox ORDER BY minute, slot LIMIT max(0, (SELECT count(*) FROM series_outbox) - @_mostKept))",
                    new { _mostKept }, transaction);
        });
        Interlocked.Exchange(ref _waiting, Count());
    }

    private async Task SendOldestAsync(CancellationToken cancellation)
    {
        List<Row> rows = _file.Read(reader => reader.Query<Row>(
            "SELECT slot, minute, level_mg AS level, sigma_mg AS sigma FROM series_outbox ORDER BY minute, slot LIMIT @MostAtOnce", new { MostAtOnce }).AsList());
        await _server.WriteAsync([.. rows.Select(row => row.ToPoint())], cancellation);
        // A minute that was written anew meanwhile has another level and stays.
        _file.Write((writer, transaction) => writer.Execute(
            "DELETE FROM series_outbox WHERE minute = @Minute AND slot = @Slot AND level_mg = @Level AND sigma_mg = @Sigma", rows, transaction));
        Interlocked.Exchange(ref _waiting, Count());
    }

    private long Count() => _file.Read(reader => reader.ExecuteScalar<long>("SELECT count(*) FROM series_outbox"));

    [method: ExplicitConstructor]
    private sealed record Row(ushort Slot, long Minute, long Level, long Sigma)
    {
        public static Row Of(LevelPoint point) => new(point.Slot.Value, SeriesStep.Minute(point.At), point.Level.Milligrams, point.Sigma.Milligrams);

        public LevelPoint ToPoint() => new(new SlotId(Slot), SeriesStep.At(Minute), new Mass(Level), new Mass(Sigma));
    }
}
