using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Store.Joining;
using PantryChain.Store.Treasury;

namespace PantryChain.Store.Desk;

/// <summary>Gathers what the desk shows of members: who joined, who is invited, and where their money stands.</summary>
internal sealed class MemberBoard(NpgsqlDataSource database, Invitations invitations, Bookings bookings, TreasuryOnChain money, TimeProvider clock)
{
    private const int MostListed = 200;

    /// <summary>Who joined, by name and account only.</summary>
    public async Task<IReadOnlyList<HouseholdView>> HouseholdsAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. (await connection.QueryAsync<(string Gateway, AccountAddress Account, DateTimeOffset At)>(
            "select gateway, account, joined_at from households where status = 'joined' order by joined_at desc limit @MostListed", new { MostListed }))
            .Select(row => new HouseholdView(row.Gateway, row.Account.ToString(), row.At))];
    }

    /// <summary>The newest invitations.</summary>
    public async Task<IReadOnlyList<InvitationView>> InvitationsAsync(CancellationToken stop) =>
        [.. (await invitations.ListAsync(MostListed, stop)).Select(row => new InvitationView(row.Note, row.ExpiresAt, row.Gateway, row.ExpiresAt <= clock.GetUtcNow()))];

    /// <summary>Where the money stands.</summary>
    public async Task<TreasuryView> TreasuryAsync(CancellationToken stop)
    {
        TreasurySummary summary = await money.SummaryAsync(stop);
        IReadOnlyList<BookingRow> rows = await bookings.ListAsync(MostListed, stop);
        HashSet<string> paid = [.. rows.Where(row => row.Kind == "payout").Select(row => row.Reference)];
        return new TreasuryView(
            summary.Supply, summary.Reserve, summary.SalesCash, summary.SellerCash,
            [.. rows.Select(row => new BookingView(
                row.Number, row.Kind, row.Reference, row.Amount, row.BookedAt, row.Status,
                row is { Kind: "redemption", Status: "mined" } && !paid.Contains(Bookings.PayoutReference(row.Number))))],
            await HouseholdsAsync(stop));
    }
}
