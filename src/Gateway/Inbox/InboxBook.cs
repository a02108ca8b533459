using System.Text.Json.Serialization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Inbox;

/// <summary>The inbox's memory: questions, what their answers booked, and bookings that were taken back. Kept in <c>gateway.db</c>.</summary>
/// <remarks>Thread safe. Whatever changes stock is written with the journal's events in one transaction, then accepted here.</remarks>
internal sealed class InboxBook
{
    private const string Columns = "id, slot, at, delta_mg, sigma_mg, reason, candidates, asked_at, state, choice, answered_at, gone";

    private readonly SqliteFile _file;
    private readonly Dictionary<long, InboxQuestion> _live;
    private readonly Lock _lock = new();
    private long _last, _automatic, _version;

    /// <summary>Opens the tables inside <paramref name="file"/> and reads what is open.</summary>
    public InboxBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("inbox",
        [
            """
            CREATE TABLE inbox(
                id INTEGER PRIMARY KEY, slot INTEGER NOT NULL, at INTEGER NOT NULL, delta_mg INTEGER NOT NULL, sigma_mg INTEGER NOT NULL, reason INTEGER NOT NULL,
                candidates TEXT NOT NULL, asked_at INTEGER NOT NULL, state INTEGER NOT NULL, choice TEXT, answered_at INTEGER, gone INTEGER NOT NULL) STRICT;
            CREATE TABLE inbox_bookings(question INTEGER NOT NULL, seq INTEGER PRIMARY KEY, corrected_by INTEGER) STRICT;
            CREATE INDEX inbox_bookings_by_question ON inbox_bookings(question);
            """,
        ]);
        _live = Query("state = 0 OR (choice IN ('none', 'other') AND gone = 0)").ToDictionary(question => question.Id);
        (_last, _automatic) = file.Read(reader => Sql.Query<(long, long)>(reader, "SELECT coalesce(max(id), 0), coalesce(sum(state = 2), 0) FROM inbox"))[0];
    }

    /// <summary>Changes with every question and answer.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Questions that were answered for the member so far.</summary>
    public long Automatic => Interlocked.Read(ref _automatic);

    /// <summary>The number that the next question gets; ask inside <see cref="StockBook.Enter"/>.</summary>
    public long NextId => Interlocked.Read(ref _last) + 1;

    /// <summary>Open questions, newest first.</summary>
    public IReadOnlyList<InboxQuestion> Open
    {
        get
        {
            lock (_lock)
                return [.. _live.Values.Where(question => question.IsOpen).OrderByDescending(question => question.At).ThenByDescending(question => question.Id)];
        }
    }

    /// <summary>What lies on a slot and was answered to be no product, newest first.</summary>
    public IReadOnlyList<InboxQuestion> StrangersOf(SlotId slot)
    {
        lock (_lock)
            return [.. _live.Values.Where(question => question.Slot == slot && question.LeftStranger).OrderByDescending(question => question.Id)];
    }

    /// <summary>True while an open question makes a product's stock uncertain.</summary>
    public bool Doubts(Gtin gtin)
    {
        lock (_lock)
            return _live.Values.Any(question => question.Concerns(gtin));
    }

    /// <summary>A question, or null.</summary>
    public InboxQuestion? Find(long id) => Query("id = @id", new { id }).FirstOrDefault();

    /// <summary>The newest answered questions, newest answer first.</summary>
    public IReadOnlyList<InboxQuestion> Answered(int limit) =>
        [.. Query("state <> 0 ORDER BY answered_at DESC, id DESC LIMIT @limit", new { limit })];

    /// <summary>Numbers of the events that a question's answer booked and that still stand.</summary>
    public IReadOnlyList<ulong> Standing(long id) => _file.Read(reader => Sql.Query<ulong>(
        reader, "SELECT seq FROM inbox_bookings WHERE question = @id AND corrected_by IS NULL ORDER BY seq", new { id }));

    /// <summary>The question that an event belongs to and whether it was taken back; null for an event that was booked unasked and still stands.</summary>
    public (long Question, bool Corrected)? BookingOf(ulong seq)
    {
        List<(long, bool)> found = _file.Read(reader => Sql.Query<(long, bool)>(
            reader, "SELECT question, corrected_by IS NOT NULL FROM inbox_bookings WHERE seq = @seq", new { seq }));
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Of the events from <paramref name="from"/> on, those that were taken back.</summary>
    public IReadOnlySet<ulong> CorrectedSince(ulong from) => _file.Read(reader => Sql.Query<ulong>(
        reader, "SELECT seq FROM inbox_bookings WHERE seq >= @from AND corrected_by IS NOT NULL", new { from })).ToHashSet();

    /// <summary>Of the events from <paramref name="from"/> on, those that took another one back.</summary>
    public IReadOnlySet<ulong> CorrectionsSince(ulong from) => _file.Read(reader => Sql.Query<ulong>(
        reader, "SELECT corrected_by FROM inbox_bookings WHERE corrected_by >= @from", new { from })).ToHashSet();

    /// <summary>Writes a question, new or changed, in the caller's transaction; call <see cref="Accept"/> once that is kept.</summary>
    public static void Keep(SqliteConnection writer, SqliteTransaction transaction, InboxQuestion question) => Sql.Run(
        writer, transaction, $"INSERT OR REPLACE INTO inbox({Columns}) VALUES (@id, @slot, @at, @delta, @sigma, @reason, @candidates, @asked, @state, @choice, @answered, @gone)",
        new { id = question.Id, slot = question.Slot, at = question.At, delta = question.Delta, sigma = question.Sigma,
            reason = question.Reason, candidates = JsonSerializer.Serialize([.. question.Candidates.Select(StoredCandidate.Of)],
            InboxJson.Default.ListStoredCandidate), asked = question.AskedAt, state = question.State, choice = question.Choice,
            answered = question.AnsweredAt, gone = question.Gone });

    /// <summary>Writes that an event was booked by a question's answer, and if so by which event it was taken back.</summary>
    public static void KeepBooking(SqliteConnection writer, SqliteTransaction transaction, long question, ulong seq, ulong? correctedBy = null) => Sql.Run(
        writer, transaction, "INSERT OR REPLACE INTO inbox_bookings(question, seq, corrected_by) VALUES (@q, @s, @c)",
            new { q = question, s = seq, c = correctedBy });

    /// <summary>Takes over what was kept.</summary>
    public void Accept(params IReadOnlyList<InboxQuestion> kept)
    {
        lock (_lock)
        {
            foreach (InboxQuestion question in kept)
            {
                if (question.IsOpen || question.LeftStranger)
                    _live[question.Id] = question;
                else
                    _live.Remove(question.Id);
                _last = Math.Max(_last, question.Id);
            }
        }
        Interlocked.Increment(ref _version);
    }

    /// <summary>Counts an answer that nobody gave.</summary>
    public void CountAutomatic() => Interlocked.Increment(ref _automatic);

    private IEnumerable<InboxQuestion> Query(string where, object? values = null) =>
        _file.Read(reader => Sql.Query<Row>(reader, $"SELECT {Columns} FROM inbox WHERE {where}", values)).Select(row => row.ToQuestion());

    [method: ExplicitConstructor]
    private sealed record Row(
        long Id, SlotId Slot, DateTimeOffset At, Mass DeltaMg, Mass SigmaMg, QuestionReason Reason, string Candidates, DateTimeOffset AskedAt, QuestionState State, string? Choice,
        DateTimeOffset? AnsweredAt, bool Gone)
    {
        public InboxQuestion ToQuestion() => new(
            Id, Slot, At, DeltaMg, SigmaMg, Reason,
            [.. JsonSerializer.Deserialize(Candidates, InboxJson.Default.ListStoredCandidate)!.Select(stored => stored.ToCandidate())], AskedAt, State, Choice, AnsweredAt, Gone);
    }

    /// <summary>A candidate as it is kept: plain numbers with their unit in the name.</summary>
    internal sealed record StoredCandidate(FusedCause Cause, List<StoredPart> Parts, double Probability, long Stranger, bool Declined)
    {
        public static StoredCandidate Of(QuestionCandidate candidate) => new(
            candidate.Cause, [.. candidate.Parts.Select(part => new StoredPart(part.Gtin.Value, part.Delta.Milligrams, part.Units))], candidate.Probability, candidate.Stranger,
            candidate.Declined);

        public QuestionCandidate ToCandidate() => new(
            Cause, [.. Parts.Select(part => new FusedPart(new Gtin(part.Gtin), new Mass(part.DeltaMg), part.Units))], Probability, Stranger, Declined);
    }

    /// <summary>A part as it is kept.</summary>
    internal sealed record StoredPart(ulong Gtin, long DeltaMg, int Units);
}

/// <summary>The format of kept candidates.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<InboxBook.StoredCandidate>))]
internal sealed partial class InboxJson : JsonSerializerContext;
