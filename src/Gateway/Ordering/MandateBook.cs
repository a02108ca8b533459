using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>A mandate that the member gave here, and how much the gateway does by itself under it.</summary>
/// <param name="Id">Its id: the struct hash of its terms.</param>
/// <param name="Terms">What the member signed.</param>
/// <param name="Sellers">The sellers under its root, best-liked first.</param>
/// <param name="Wished">How far the member lets the gateway go.</param>
/// <param name="SetAt">Household time of signing.</param>
/// <param name="Call">The relayed call that sets it; the mandate counts once that is on chain.</param>
/// <param name="Status">Where that call stands.</param>
/// <param name="Reason">Why it was refused, or null.</param>
/// <param name="Revoked">How the member took it back, or null while it stands.</param>
internal sealed record GivenMandate(
    MandateId Id, Mandate Terms, IReadOnlyList<AccountAddress> Sellers, MandateMode Wished, DateTimeOffset SetAt, Hash32 Call, RelayStatus Status, string? Reason,
    Revocation? Revoked = null)
{
    /// <summary>True once the chain has it and while the member has not taken it back.</summary>
    public bool IsActive => Status == RelayStatus.Mined && Revoked is null;
}

/// <summary>A member's word that takes a mandate back: it counts here from <paramref name="At"/> on, whatever has become of its call.</summary>
/// <param name="At">Household time of signing.</param>
/// <param name="Call">The relayed call that tells the chain.</param>
/// <param name="Status">Where that call stands.</param>
/// <param name="Reason">Why it was refused, or null.</param>
internal sealed record Revocation(DateTimeOffset At, Hash32 Call, RelayStatus Status, string? Reason);

/// <summary>The mandates that the member gave on this gateway; per product the newest one counts that was not taken back.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class MandateBook
{
    private const string Columns =
        "id, account, gtin, max_quantity, max_unit_price, budget, period_days, min_cycles, min_tier, max_bamnamu_bps, sellers_root, valid_until, nonce, wished, set_at, call, sellers, exact";

    // Of several calls that take a mandate back, the one on chain counts, then one under way, then the newest.
    private const string Revocation =
        "(SELECT x.id FROM relays x WHERE x.subject = m.id AND (x.kind = 7 OR x.id = m.revocation) AND m.revocation IS NOT NULL ORDER BY x.status = 2 DESC, x.status < 2 DESC, x.number DESC LIMIT 1)";

    private readonly SqliteFile _file;
    private readonly Lock _standing = new(); // between "it stands" and what is done under it nobody may take it back

    /// <summary>Opens the table inside <paramref name="file"/>; the relays' table must be there.</summary>
    public MandateBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("mandates",
        [
            """
            CREATE TABLE mandates(
                number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, account TEXT NOT NULL, gtin INTEGER NOT NULL, max_quantity INTEGER NOT NULL,
                max_unit_price TEXT NOT NULL, budget TEXT NOT NULL, period_days INTEGER NOT NULL, min_cycles INTEGER NOT NULL, min_tier INTEGER NOT NULL,
                max_bamnamu_bps INTEGER NOT NULL, sellers_root BLOB NOT NULL, valid_until INTEGER NOT NULL, nonce INTEGER NOT NULL, wished INTEGER NOT NULL,
                set_at INTEGER NOT NULL, call BLOB NOT NULL, sellers TEXT NOT NULL) STRICT;
            CREATE INDEX mandates_by_product ON mandates(gtin, number);
            """,
            "ALTER TABLE mandates ADD COLUMN revoked_at INTEGER; ALTER TABLE mandates ADD COLUMN revocation BLOB",
            "ALTER TABLE mandates ADD COLUMN exact TEXT", // end and nonce as signed: both may be larger than an INTEGER
        ]);
    }

    /// <summary>Keeps a mandate and the calls that bring it, in one durable transaction with the end of the older ones that it replaces.</summary>
    /// <param name="mandate">The new one.</param>
    /// <param name="calls">Its calls, in their order.</param>
    /// <param name="replaced">The older ones with the calls that take them back, which come before <paramref name="calls"/>.</param>
    public void Give(GivenMandate mandate, IReadOnlyList<Relay> calls, IReadOnlyList<(Mandate Terms, Relay Call)>? replaced = null)
    {
        lock (_standing)
        {
            _file.Write((writer, transaction) =>
            {
                End(writer, transaction, replaced ?? [], mandate.SetAt);
                foreach (Relay call in calls)
                    RelayBook.Append(writer, transaction, call);
                Add(writer, transaction, mandate);
            });
        }
    }

    private static void Add(SqliteConnection writer, SqliteTransaction transaction, GivenMandate mandate)
    {
        Mandate terms = mandate.Terms;
        Sql.Run(writer, transaction,
            $"INSERT INTO mandates({Columns}) VALUES (@id, @account, @gtin, @most, @price, @budget, @days, @cycles, @tier, @bps, @root, @until, @nonce, @wished, @at, @call, @sellers, @exact)",
            new { id = mandate.Id, account = terms.Account, gtin = terms.Gtin, most = terms.MaxQuantity, price = terms.MaxUnitPrice,
                budget = terms.BudgetPerPeriod, days = terms.PeriodDays, cycles = terms.MinCycles, tier = terms.MinTier,
                bps = terms.MaxBamnamu.Value, root = terms.SellersRoot, until = terms.ValidUntil.At, nonce = Math.Min(terms.Nonce,
                long.MaxValue), wished = mandate.Wished, at = mandate.SetAt, call = mandate.Call, sellers = string.Join(' ',
                mandate.Sellers), exact = string.Create(CultureInfo.InvariantCulture, $"{terms.ValidUntil.Seconds} {terms.Nonce}") });
    }

    /// <summary>Ends mandates; one that this gateway never knew enters the book as ended, so that its end is followed like any other.</summary>
    private static void End(SqliteConnection writer, SqliteTransaction transaction, IReadOnlyList<(Mandate Terms, Relay Call)> ended, DateTimeOffset at)
    {
        foreach ((Mandate terms, Relay call) in ended)
        {
            MandateId id = Ledger.Contracts.TypedMessages.Mandate(terms);
            RelayBook.Append(writer, transaction, call);
            if (Sql.Run(writer, transaction, "UPDATE mandates SET revoked_at = coalesce(revoked_at, @at), revocation = @call WHERE id = @id",
                new { at, call = call.Id, id = call.Subject }) > 0)
                continue;
            Relay origin = new(Ledger.Evm.Keccak256.Hash([.. id.Value.ToArray(), .. call.Id.ToArray()]), RelayKind.Execute, terms.Account, [], id.Value, Status: RelayStatus.Mined);
            RelayBook.Append(writer, transaction, origin);
            Add(writer, transaction, new GivenMandate(id, terms, [], MandateMode.Shadow, at, origin.Id, RelayStatus.Mined, null));
            Sql.Run(writer, transaction, "UPDATE mandates SET revoked_at = @at, revocation = @call WHERE id = @id",
                new { at, call = call.Id, id });
        }
    }

    /// <summary>Takes mandates back and keeps the calls that tell the chain, in one durable transaction; from then on they count no more.</summary>
    /// <param name="calls">Each mandate with its signed call, in the order of the calls; several for one where nodes differ about the account.</param>
    /// <param name="at">Household time.</param>
    /// <param name="beside">Further calls that are kept with them or not at all.</param>
    public void Revoke(IReadOnlyList<(Mandate Terms, Relay Call)> calls, DateTimeOffset at, IReadOnlyList<Relay>? beside = null)
    {
        lock (_standing)
        {
            _file.Write((writer, transaction) =>
            {
                foreach (Relay call in beside ?? [])
                    RelayBook.Append(writer, transaction, call);
                End(writer, transaction, calls, at);
            });
        }
    }

    /// <summary>The mandates of a product that were taken back and that the chain still takes orders under, as far as is known; oldest first.</summary>
    public IReadOnlyList<GivenMandate> Ending(Gtin gtin) =>
        Query("m.gtin = @g AND r.status = 2 AND m.revocation IS NOT NULL AND v.status <> 2 ORDER BY m.number", new { g = gtin });

    /// <summary>Does something under a mandate that nobody can take back meanwhile; false, with nothing done, when it was taken back already.</summary>
    public bool TryUnder(MandateId id, Action act)
    {
        lock (_standing)
        {
            if (Query("m.id = @id AND m.revocation IS NULL", new { id }).Count == 0)
                return false;
            act();
            return true;
        }
    }

    /// <summary>The mandates of a product that can be taken back, oldest first: those that the chain has or may still get, and again those whose revocation it refused.</summary>
    public IReadOnlyList<GivenMandate> RevocableOf(Gtin gtin) =>
        Query("m.gtin = @g AND r.status < 3 AND (m.revocation IS NULL OR v.status = 3) ORDER BY m.number", new { g = gtin });

    /// <summary>The newest mandate of a product that stands and that the chain has or may still get, or null.</summary>
    public GivenMandate? Of(Gtin gtin) => Query("m.gtin = @g AND r.status < 3 AND m.revocation IS NULL ORDER BY m.number DESC LIMIT 1",
        new { g = gtin }).FirstOrDefault();

    /// <summary>The newest mandate of a product that stands and that the chain has, or null.</summary>
    public GivenMandate? ActiveOf(Gtin gtin) => Query("m.gtin = @g AND r.status = 2 AND m.revocation IS NULL ORDER BY m.number DESC LIMIT 1",
        new { g = gtin }).FirstOrDefault();

    /// <summary>The newest mandate of a product, refused and revoked ones included, or null.</summary>
    public GivenMandate? NewestOf(Gtin gtin) => Query("m.gtin = @g ORDER BY m.number DESC LIMIT 1", new { g = gtin }).FirstOrDefault();

    /// <summary>All mandates ever given, oldest first.</summary>
    public IReadOnlyList<GivenMandate> All() => Query("1 ORDER BY m.number");

    /// <summary>Changes how far the gateway goes under a mandate; no key is needed, since the caps stay.</summary>
    public void Wish(MandateId id, MandateMode mode) =>
        _file.Write((writer, transaction) => { Sql.Run(writer, transaction, "UPDATE mandates SET wished = @w WHERE id = @id",
            new { w = mode, id }); });

    private List<GivenMandate> Query(string where, object? values = null)
    {
        string columns = "m." + Columns.Replace(", ", ", m.", StringComparison.Ordinal);
        return [.. _file.Read(reader => Sql.Query<Row>(reader,
            $"""
            SELECT {columns}, r.status, r.reason, m.revoked_at, coalesce(v.id, m.revocation) AS revocation, coalesce(v.status, 0) AS revocation_status, v.reason AS revocation_reason
            FROM mandates m JOIN relays r ON r.id = m.call LEFT JOIN relays v ON v.id = {Revocation} WHERE {where}
            """,
            values)).Select(row => row.ToMandate())];
    }

    [method: ExplicitConstructor]
    private sealed record Row(
        MandateId Id, AccountAddress Account, Gtin Gtin, uint MaxQuantity, Bamtol MaxUnitPrice, Bamtol Budget, ushort PeriodDays, uint MinCycles, byte MinTier,
        ushort MaxBamnamuBps, Hash32 SellersRoot, DateTimeOffset ValidUntil, ulong Nonce, MandateMode Wished, DateTimeOffset SetAt, Hash32 Call, string Sellers, string? Exact,
        RelayStatus Status, string? Reason, DateTimeOffset? RevokedAt, Hash32? Revocation, RelayStatus RevocationStatus, string? RevocationReason)
    {
        public GivenMandate ToMandate()
        {
            string[]? exact = Exact?.Split(' '); // null in rows from before, which are this gateway's own and small
            ChainTime until = exact is null ? ValidUntil : new ChainTime(ulong.Parse(exact[0], CultureInfo.InvariantCulture));
            Mandate terms = new(
                Account, Gtin, MaxQuantity, MaxUnitPrice, Budget, PeriodDays, MinCycles, MinTier, new BasisPoints(MaxBamnamuBps), SellersRoot, until,
                exact is null ? Nonce : ulong.Parse(exact[1], CultureInfo.InvariantCulture));
            return new GivenMandate(
                Id, terms, [.. Sellers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(AccountAddress.Parse)], Wished, SetAt, Call, Status, Reason,
                Revocation is { } revocation ? new Revocation(RevokedAt!.Value, revocation, RevocationStatus, RevocationReason) : null);
        }
    }
}
