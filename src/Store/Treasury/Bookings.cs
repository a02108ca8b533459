using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Treasury;

/// <summary>Money that came in and went out, append-only, each booking with the one transaction that mirrors it on chain.</summary>
/// <remarks>A booking's reference (a bank's entry number) makes it happen once: the same reference again is the same booking.</remarks>
internal sealed partial class Bookings(NpgsqlDataSource database, TransactionQueue queue, TreasuryOnChain chain, StoreFolder folder, TimeProvider clock)
{
    private const int MostReference = 80;

    /// <summary>Largest booking: a trillion won, far above any, far below what the database can count.</summary>
    private static readonly Bamtol Most = Bamtol.FromWon(1_000_000_000_000);

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(folder.Options.Rewards.TimeZone);

    /// <summary>Books won that a member paid in and mints as much Bamtol to the member's account.</summary>
    /// <param name="reference">The bank's entry number.</param>
    /// <param name="account">Whose money.</param>
    /// <param name="amount">How much.</param>
    /// <param name="again">True when the clerk knows that as much was booked for the account today under another reference.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="Refusal">The amount is zero, the reference stands for another booking, or nobody said that it is a second one today (<c>booked_today</c>).</exception>
    public Task<BookingRow> DepositAsync(string reference, AccountAddress account, Bamtol amount, bool again, CancellationToken stop) => BookAsync(
        "deposit", reference, account, amount, Wallets.RelayerName, id => chain.Mint(id, account, amount), stop,
        again ? null : connection => RequireOnceTodayAsync(connection, account, amount));

    /// <summary>The reference under which as much was booked for an account today, or null for none.</summary>
    public async Task<string?> TodayUnderAsync(AccountAddress account, Bamtol amount, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await TodayUnderAsync(connection, account, amount);
    }

    private Task<string?> TodayUnderAsync(NpgsqlConnection connection, AccountAddress account, Bamtol amount)
    {
        DateTime midnight = HouseholdDay.At(clock.GetUtcNow(), _zone).ToDate().ToDateTime(TimeOnly.MinValue);
        return connection.QueryFirstOrDefaultAsync<string>(
            "select reference from bookings where kind = 'deposit' and account = @account and amount = @amount and booked_at >= @today order by number desc limit 1",
            new { account, amount, today = new DateTimeOffset(midnight, _zone.GetUtcOffset(midnight)).ToUniversalTime() });
    }

    // An entry that is typed once more under a number of its own (a transfer's in place of the statement's) would be minted twice.
    private async Task RequireOnceTodayAsync(NpgsqlConnection connection, AccountAddress account, Bamtol amount)
    {
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@name, 1))", new { name = account.ToString() }); // two clerks at once
        if (await TodayUnderAsync(connection, account, amount) is { } other)
            throw Refusal.Conflict("booked_today", $"{amount} were booked for this account today under '{other}'.", "If the bank shows two entries, send it once more with 'again': true.");
    }

    /// <summary>Takes the seller's sales out of the escrow into its wallet.</summary>
    public async Task WithdrawSalesAsync(CancellationToken stop)
    {
        (Bamtol cash, Bamnamu reward) = await chain.CreditsAsync(stop);
        if (cash.Hundredths == 0 && reward.Units == 0)
            throw Refusal.Conflict("no_credit", "There are no sales to withdraw.", "Sales appear here when their orders are settled.");
        long number = await CountAsync("select count(*) from transactions where wallet = @seller and purpose like 'withdraw%'", stop);
        if (cash.Hundredths > 0)
            await queue.EnqueueAsync(PostgresJournal.KeyOf($"withdraw/bamtol/{number}"), Wallets.SellerName, "withdraw Bamtol", chain.WithdrawBamtol(), TransactionLane.Treasury, stop);
        if (reward.Units > 0)
            await queue.EnqueueAsync(PostgresJournal.KeyOf($"withdraw/bamnamu/{number}"), Wallets.SellerName, "withdraw Bamnamu", chain.WithdrawBamnamu(), TransactionLane.Treasury, stop);
    }

    /// <summary>Burns Bamtol of the seller's wallet; the won are owed to the seller from then on.</summary>
    /// <exception cref="Refusal">The wallet holds less, or the reference stands for another booking.</exception>
    public async Task<BookingRow> RedeemAsync(string reference, Bamtol amount, CancellationToken stop)
    {
        Require(reference, amount);
        Bamtol held = await chain.HeldAsync(stop);
        if (held.CompareTo(amount) < 0)
            throw Refusal.Conflict("not_enough", $"The seller's wallet holds {held}.", "Withdraw sales first, or redeem less.");
        return await BookAsync("redemption", reference, chain.Seller, amount, Wallets.SellerName, _ => chain.Redeem(amount), stop);
    }

    /// <summary>Books that the won of a redemption left the reserve.</summary>
    /// <exception cref="Refusal">There is no such redemption on chain yet.</exception>
    public async Task<BookingRow> PayOutAsync(long redemption, CancellationToken stop)
    {
        BookingRow booked = (await ListAsync(int.MaxValue, stop)).FirstOrDefault(row => row.Number == redemption && row.Kind == "redemption")
            ?? throw Refusal.NotFound("redemption_unknown", "There is no such redemption.", "Choose one from the treasury's list.");
        ulong number = await chain.RedemptionOfAsync(booked.Hash, stop)
            ?? throw Refusal.Conflict("not_mined", "The redemption is not on chain yet.", "Try again in a moment.");
        return await BookAsync("payout", PayoutReference(redemption), booked.Account, booked.Amount, Wallets.RelayerName, _ => chain.RecordPayout(number), stop);
    }

    /// <summary>The reference of the booking that pays a redemption out.</summary>
    public static string PayoutReference(long redemption) => $"redemption {redemption.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>The newest bookings.</summary>
    public async Task<IReadOnlyList<BookingRow>> ListAsync(int limit, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. await connection.QueryAsync<BookingRow>(BookingRow.Select + " order by number desc limit @limit", new { limit })];
    }

    private async Task<BookingRow> BookAsync(
        string kind, string reference, AccountAddress account, Bamtol amount, string wallet, Func<Hash32, EvmCall> call, CancellationToken stop,
        Func<NpgsqlConnection, Task>? requireNew = null)
    {
        Require(reference, amount);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        reference = await SameAsync(connection, kind, Clean(reference));
        Hash32 id = Keccak256.Hash(Encoding.UTF8.GetBytes($"{kind}\0{reference}"));
        await RetryAsync(connection, id);
        if (await queue.EnqueueAsync(connection, id, wallet, $"{kind} {reference}", call(id), TransactionLane.Treasury))
        {
            await (requireNew?.Invoke(connection) ?? Task.CompletedTask);
            await connection.ExecuteAsync(
                "insert into bookings (kind, reference, account, amount, transaction_id, booked_at) values (@kind, @reference, @account, @amount, @id, @now)",
                new { kind, reference, account, amount, id, now = clock.GetUtcNow() });
        }
        BookingRow row = await connection.QuerySingleAsync<BookingRow>(BookingRow.Select + " where kind = @kind and reference = @reference", new { kind, reference });
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
        return row.Account == account && row.Amount == amount
            ? row
            : throw Refusal.Conflict("reference_used", "This reference stands for another booking.", "Check the bank's entry number.");
    }

    /// <summary>The reference under which the same entry of the bank stands already, in whatever script or case it was typed; or this one, from now on.</summary>
    private static Task<string> SameAsync(NpgsqlConnection connection, string kind, string reference) => connection.QuerySingleAsync<string>(
        """
        insert into booking_references values (@kind, @folded, @reference)
        on conflict (kind, folded) do update set reference = booking_references.reference returning reference
        """, new { kind, folded = Fold(reference), reference })!;

    // A node may have said no for a passing reason. What never got a nonce is tried again; the contract books one id once in any case.
    private static Task<int> RetryAsync(NpgsqlConnection connection, Hash32 id) => connection.ExecuteAsync(
        "update transactions set status = 'queued', reason = null, finished_at = null where id = @id and status = 'refused' and hash is null", new { id });

    /// <summary>A reference as it is kept: compatible forms of letters made one, nothing invisible, one blank between words.</summary>
    internal static string Clean(string reference) => string.Join(' ', string.Concat(reference.Normalize(NormalizationForm.FormKC)
        .Where(letter => char.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.Format)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What tells a clean reference from others: not its case, not which of the many dashes was typed, not blanks beside one.</summary>
    internal static string Fold(string clean) =>
        BesideDashes().Replace(string.Concat(clean.Select(letter => IsDash(letter) ? '-' : letter)), "-").ToUpperInvariant();

    private static bool IsDash(char letter) => letter == '\u2212' || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.DashPunctuation; // a minus counts as a symbol

    [GeneratedRegex(" *-[ -]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BesideDashes();

    private static void Require(string? reference, Bamtol amount)
    {
        if (amount.Hundredths == 0)
            throw new Refusal(400, "amount_zero", "The amount is zero.", "Give an amount above zero.");
        if (amount.Hundredths > Most.Hundredths)
            throw new Refusal(400, "amount_too_large", "The amount is larger than any booking.", $"Give at most {Most.Hundredths} hundredths of a won; look for a digit too many.");
        if (reference is null || reference.Length > MostReference || reference.Any(letter => char.IsControl(letter) && !char.IsWhiteSpace(letter)) || !IsText(reference) || Clean(reference).Length is 0 or > MostReference)
            throw new Refusal(400, "reference_missing", "The booking has no usable reference.", $"Give the bank's entry number, at most {MostReference} characters.");
    }

    private static bool IsText(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar); // half a pair is no letter

    private async Task<long> CountAsync(string sql, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await connection.ExecuteScalarAsync<long>(sql, new { seller = Wallets.SellerName });
    }
}

/// <summary>One booking.</summary>
/// <param name="Number">Counts from 1 without gaps that mean anything.</param>
/// <param name="Kind"><c>deposit</c>, <c>redemption</c> or <c>payout</c>.</param>
/// <param name="Reference">The bank's entry number.</param>
/// <param name="Account">Whose money.</param>
/// <param name="Amount">How much.</param>
/// <param name="BookedAt">Household time.</param>
/// <param name="Status">Where its transaction stands.</param>
/// <param name="Hash">Its transaction.</param>
internal sealed record BookingRow(
    long Number, string Kind, string Reference, AccountAddress Account, Bamtol Amount, DateTimeOffset BookedAt, string Status, Hash32? Hash)
{
    /// <summary>Reads rows of this shape.</summary>
    public const string Select =
        "select number, kind, reference, account, amount, booked_at, status, hash from bookings join transactions on transactions.id = transaction_id";
}
