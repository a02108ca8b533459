using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Climate;

/// <summary>What is kept of a place between two writes.</summary>
/// <param name="Place">Its name.</param>
/// <param name="Hours">New readings by hour; they are added to what is there.</param>
/// <param name="Ended">Spells that ended.</param>
/// <param name="Open">The spell that lasts, or null.</param>
/// <param name="Last">The newest reading, or null while there is none.</param>
internal sealed record ClimatePage(string Place, IReadOnlyCollection<ClimateHour> Hours, IReadOnlyList<WarmSpell> Ended, WarmSpell? Open, (DateTimeOffset At, double Celsius)? Last);

/// <summary>Keeps how warm it was, by the hour, and every warm spell, in the gateway's file.</summary>
/// <remarks>
/// A place has one open spell at most, which its row's index guarantees: a spell is carried on by an update and never written twice. Hours are kept for 400 household days, spells
/// for two years and 500 of a place. Thread safe.
/// </remarks>
internal sealed class ClimateBook
{
    /// <summary>How long hours and spells are kept, in household time.</summary>
    public static readonly TimeSpan HoursLast = TimeSpan.FromDays(400), SpellsLast = TimeSpan.FromDays(730);

    /// <summary>Most ended spells of a place.</summary>
    public const int MostSpells = 500;

    private const string SpellColumns = "from_at, until_at, highest, above_s, unseen_s, warm_above";

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE climate_hours(place TEXT NOT NULL, hour INTEGER NOT NULL, lowest REAL NOT NULL, highest REAL NOT NULL, sum REAL NOT NULL, count INTEGER NOT NULL,
            moist_sum REAL NOT NULL, moist_count INTEGER NOT NULL, PRIMARY KEY(place, hour)) STRICT, WITHOUT ROWID;
        CREATE TABLE climate_last(place TEXT PRIMARY KEY, at INTEGER NOT NULL, celsius REAL NOT NULL) STRICT;
        CREATE TABLE warm_spells(id INTEGER PRIMARY KEY, place TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER, highest REAL NOT NULL, above_s INTEGER NOT NULL,
            unseen_s INTEGER NOT NULL, warm_above REAL NOT NULL) STRICT;
        CREATE UNIQUE INDEX warm_spells_open ON warm_spells(place) WHERE until_at IS NULL;
        CREATE INDEX warm_spells_by_place ON warm_spells(place, from_at);
        """,
    ];

    private readonly SqliteFile _file;

    /// <summary>Brings the tables up to date.</summary>
    public ClimateBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("climate", Steps);
    }

    /// <summary>Writes what is new of all places in one transaction, and lets go of what is too old.</summary>
    /// <exception cref="SqliteException">SQLite refused; nothing was written.</exception>
    public void Keep(IReadOnlyList<ClimatePage> pages, DateTimeOffset now) => _file.Write((writer, transaction) =>
    {
        foreach (ClimatePage page in pages)
        {
            foreach (ClimateHour hour in page.Hours)
                KeepHour(writer, transaction, page.Place, hour);
            KeepSpells(writer, transaction, page);
            if (page.Last is { } last)
                Sql.Run(writer, transaction, "INSERT INTO climate_last(place, at, celsius) VALUES (@p, @at, @c) ON CONFLICT(place) DO UPDATE SET at = @at, celsius = @c",
                    new { p = page.Place, at = last.At, c = last.Celsius });
            Sql.Run(writer, transaction,
                "DELETE FROM warm_spells WHERE place = @p AND until_at IS NOT NULL AND (until_at < @old OR id NOT IN (SELECT id FROM warm_spells WHERE place = @p ORDER BY from_at DESC, id DESC LIMIT @most))",
                new { p = page.Place, old = now - SpellsLast, most = MostSpells });
        }
        Sql.Run(writer, transaction, "DELETE FROM climate_hours WHERE hour < @old", new { old = now - HoursLast });
    });

    /// <summary>A place's open spell and last reading, for a watch that goes on.</summary>
    public (WarmSpell? Open, (DateTimeOffset At, double Celsius)? Last) Resume(string place) => _file.Read(reader =>
    {
        WarmSpell? open = Sql.Query<SpellRow>(reader, $"SELECT {SpellColumns} FROM warm_spells WHERE place = @place AND until_at IS NULL", new { place }).Select(row => row.ToSpell()).FirstOrDefault();
        LastRow? last = Sql.Query<LastRow>(reader, "SELECT at, celsius FROM climate_last WHERE place = @place", new { place }).FirstOrDefault();
        return (open, last is null ? ((DateTimeOffset, double)?)null : (last.At, last.Celsius));
    });

    /// <summary>A place's spells that ended, newest first.</summary>
    public IReadOnlyList<WarmSpell> Spells(string place, DateTimeOffset since) => _file.Read(reader => Sql.Query<SpellRow>(
        reader, $"SELECT {SpellColumns} FROM warm_spells WHERE place = @place AND until_at >= @since ORDER BY from_at DESC", new { place, since }).ConvertAll(row => row.ToSpell()));

    /// <summary>A place's hours, in rising time.</summary>
    public IReadOnlyList<ClimateHour> Hours(string place, DateTimeOffset since) => _file.Read(reader => Sql.Query<HourRow>(
        reader, "SELECT hour, lowest, highest, sum, count, moist_sum, moist_count FROM climate_hours WHERE place = @place AND hour >= @since ORDER BY hour", new { place, since })
        .ConvertAll(row => new ClimateHour(row.Hour, row.Lowest, row.Highest, row.Sum, row.Count, row.MoistSum, row.MoistCount)));

    private static void KeepHour(SqliteConnection writer, SqliteTransaction transaction, string place, ClimateHour hour) => Sql.Run(writer, transaction,
        "INSERT INTO climate_hours VALUES (@p, @h, @l, @m, @s, @c, @ms, @mc) ON CONFLICT(place, hour) DO UPDATE SET "
        + "lowest = min(lowest, @l), highest = max(highest, @m), sum = sum + @s, count = count + @c, moist_sum = moist_sum + @ms, moist_count = moist_count + @mc",
        new { p = place, h = hour.At, l = hour.Lowest, m = hour.Highest, s = hour.Sum, c = hour.Count, ms = hour.MoistSum, mc = hour.MoistCount });

    /// <summary>The open row becomes the first spell that ended, or the one that lasts; without either it was a door, and goes.</summary>
    private static void KeepSpells(SqliteConnection writer, SqliteTransaction transaction, ClimatePage page)
    {
        foreach (WarmSpell spell in page.Open is { } open ? page.Ended.Append(open) : page.Ended)
        {
            object values = new { p = page.Place, f = spell.From, u = spell.Until, h = spell.Highest, a = (long)spell.Above.TotalSeconds, n = (long)spell.Unseen.TotalSeconds, w = spell.Limit };
            if (Sql.Run(writer, transaction, "UPDATE warm_spells SET until_at = @u, highest = @h, above_s = @a, unseen_s = @n WHERE place = @p AND until_at IS NULL AND from_at = @f", values) > 0)
                continue;
            Forget(writer, transaction, page.Place);
            Sql.Run(writer, transaction, "INSERT INTO warm_spells(place, from_at, until_at, highest, above_s, unseen_s, warm_above) VALUES (@p, @f, @u, @h, @a, @n, @w)", values);
        }
        if (page.Open is null)
            Forget(writer, transaction, page.Place);
    }

    private static void Forget(SqliteConnection writer, SqliteTransaction transaction, string place) =>
        Sql.Run(writer, transaction, "DELETE FROM warm_spells WHERE place = @place AND until_at IS NULL", new { place });

    [method: ExplicitConstructor]
    private sealed record SpellRow(DateTimeOffset FromAt, DateTimeOffset? UntilAt, double Highest, long AboveS, long UnseenS, double WarmAbove)
    {
        public WarmSpell ToSpell() => new(FromAt, UntilAt, Highest, TimeSpan.FromSeconds(AboveS), TimeSpan.FromSeconds(UnseenS), WarmAbove);
    }

    [method: ExplicitConstructor]
    private sealed record LastRow(DateTimeOffset At, double Celsius);

    [method: ExplicitConstructor]
    private sealed record HourRow(DateTimeOffset Hour, double Lowest, double Highest, double Sum, long Count, double MoistSum, long MoistCount);
}
