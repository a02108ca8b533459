using PantryChain.Domain.Identity;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Learning;

/// <summary>The member's answers to the one question about a new product: how long does a pack last, about?</summary>
/// <remarks>Rows of <c>gateway.db</c>; the newest answer counts. Thread safe.</remarks>
internal sealed class AnswerBook
{
    /// <summary>Shortest and longest answer in days.</summary>
    public const double Shortest = 0.25, Longest = 730;

    private readonly SqliteFile _file;
    private readonly Dictionary<Gtin, PackAnswer> _answers;
    private readonly Lock _lock = new();
    private long _version;

    /// <summary>Opens the table inside <paramref name="file"/>.</summary>
    public AnswerBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("answers", ["CREATE TABLE pack_answers(gtin INTEGER PRIMARY KEY, days REAL, at INTEGER NOT NULL) STRICT;"]);
        _answers = file.Read(reader => Sql.Query<(Gtin Gtin, double? Days, DateTimeOffset At)>(reader, "SELECT gtin, days, at FROM pack_answers"))
            .ToDictionary(row => row.Gtin, row => new PackAnswer(row.Days, row.At));
    }

    /// <summary>Changes with every answer.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>All answers that name a length.</summary>
    public IReadOnlyList<(Gtin Gtin, double Days)> Lengths
    {
        get
        {
            lock (_lock)
                return [.. _answers.Where(known => known.Value.Days is not null).Select(known => (known.Key, known.Value.Days!.Value))];
        }
    }

    /// <summary>The answer for a product, or null while the question was neither answered nor skipped.</summary>
    public PackAnswer? Of(Gtin gtin)
    {
        lock (_lock)
            return _answers.GetValueOrDefault(gtin);
    }

    /// <summary>Keeps an answer.</summary>
    /// <param name="gtin">The product.</param>
    /// <param name="days">How long a pack lasts, <see cref="Shortest"/> to <see cref="Longest"/>; null when the member skipped the question.</param>
    /// <param name="at">Household time.</param>
    public void Keep(Gtin gtin, double? days, DateTimeOffset at)
    {
        if (days is < Shortest or > Longest or double.NaN)
            throw new ArgumentOutOfRangeException(nameof(days), days, $"A pack lasts {Shortest} to {Longest} days.");
        lock (_lock)
        {
            _file.Write((writer, transaction) =>
            {
                Sql.Run(writer, transaction, "INSERT INTO pack_answers VALUES (@g, @d, @at) ON CONFLICT(gtin) DO UPDATE SET days = @d, at = @at",
                    new { g = gtin, d = days, at });
            });
            _answers[gtin] = new PackAnswer(days, at);
        }
        Interlocked.Increment(ref _version);
    }
}

/// <summary>An answer to the one question.</summary>
/// <param name="Days">How long a pack lasts, or null when the member skipped the question.</param>
/// <param name="At">Household time of the answer.</param>
internal sealed record PackAnswer(double? Days, DateTimeOffset At);
