using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Series;

/// <summary>The time series that every gateway has: tables in its own file, minutes for a while and hours for years.</summary>
public sealed class SqliteTimeSeries : ITimeSeries
{
    private const long MinutesPerDay = 1_440;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE level_minutes(slot INTEGER NOT NULL, minute INTEGER NOT NULL, level_mg INTEGER NOT NULL, PRIMARY KEY (slot, minute)) STRICT, WITHOUT ROWID;
        CREATE TABLE level_hours(slot INTEGER NOT NULL, minute INTEGER NOT NULL, level_mg INTEGER NOT NULL, PRIMARY KEY (slot, minute)) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE level_minutes ADD COLUMN sigma_mg INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE level_hours ADD COLUMN sigma_mg INTEGER NOT NULL DEFAULT 0;
        """,
    ];

    private readonly SqliteFile _file;
    private readonly SeriesOptions _options;
    private long _tidiedUpTo;

    /// <summary>Keeps the tables in <paramref name="file"/>.</summary>
    public SqliteTimeSeries(SqliteFile file, SeriesOptions options)
    {
        options.Validate();
        (_file, _options) = (file, options);
        file.Migrate("series", Steps);
    }

    /// <inheritdoc />
    public Task WriteAsync(IReadOnlyCollection<LevelPoint> points, CancellationToken cancellation = default)
    {
        if (points.Count == 0)
            return Task.CompletedTask;
        long newest = points.Max(Minute);
        try
        {
            _file.Write((writer, transaction) =>
            {
                foreach (LevelPoint point in points)
                {
                    writer.Execute(
                        """
                        INSERT INTO level_minutes(slot, minute, level_mg, sigma_mg) VALUES (@slot, @minute, @level, @sigma)
                            ON CONFLICT(slot, minute) DO UPDATE SET level_mg = @level, sigma_mg = @sigma
                        """,
                        new { slot = (int)point.Slot.Value, minute = Minute(point), level = point.Level.Milligrams, sigma = point.Sigma.Milligrams }, transaction);
                }
                Tidy(writer, transaction, newest);
            });
        }
        catch (SqliteException error)
        {
            return Task.FromException(SqliteFileChecks.Explain(error, _file.Path));
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<LevelPoint>> ReadAsync(SlotId slot, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default)
    {
        long width = SeriesStep.Minutes(step);
        try
        {
            return Task.FromResult(_file.Read(reader => Means(reader, slot, SeriesStep.FirstMinute(from), SeriesStep.FirstMinute(to), width)));
        }
        catch (SqliteException error)
        {
            return Task.FromException<IReadOnlyList<LevelPoint>>(SqliteFileChecks.Explain(error, _file.Path));
        }
    }

    private static IReadOnlyList<LevelPoint> Means(SqliteConnection reader, SlotId slot, long from, long to, long width) =>
    [
        .. reader.Query<(long Minute, double Level, double Sigma)>(
            """
            SELECT minute / @width * @width AS step, avg(level_mg), avg(sigma_mg) FROM (
                SELECT minute, level_mg, sigma_mg FROM level_minutes WHERE slot = @slot AND minute >= @from AND minute < @to
                UNION ALL SELECT minute, level_mg, sigma_mg FROM level_hours WHERE slot = @slot AND minute >= @from AND minute < @to)
            GROUP BY step ORDER BY step
            """,
            new { slot = (int)slot.Value, width, from, to })
            .Select(row => new LevelPoint(slot, SeriesStep.At(row.Minute), new Mass((long)Math.Round(row.Level)), new Mass((long)Math.Round(row.Sigma)))),
    ];

    // Once a household day: full hours beyond the first limit become one row, hours beyond the second are dropped.
    private void Tidy(SqliteConnection writer, SqliteTransaction transaction, long newest)
    {
        if (newest < _tidiedUpTo + MinutesPerDay)
            return;
        long minutesUntil = (newest - _options.MinuteDays * MinutesPerDay) / 60 * 60;
        writer.Execute(
            """
            INSERT INTO level_hours(slot, minute, level_mg, sigma_mg)
                SELECT slot, minute / 60 * 60 AS hour, CAST(round(avg(level_mg)) AS INTEGER), CAST(round(avg(sigma_mg)) AS INTEGER)
                    FROM level_minutes WHERE minute < @until GROUP BY slot, hour
                ON CONFLICT(slot, minute) DO UPDATE SET level_mg = excluded.level_mg, sigma_mg = excluded.sigma_mg;
            DELETE FROM level_minutes WHERE minute < @until;
            DELETE FROM level_hours WHERE minute < @hoursUntil;
            """,
            new { until = minutesUntil, hoursUntil = newest - _options.HourDays * MinutesPerDay }, transaction);
        _tidiedUpTo = newest;
    }

    private static long Minute(LevelPoint point) => SeriesStep.Minute(point.At);
}
