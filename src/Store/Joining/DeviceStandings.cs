using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Store.Joining;

/// <summary>What the registry on chain says of a device.</summary>
/// <param name="Account">For whom it speaks; null for nobody.</param>
/// <param name="BannedAt">When it was proved to have signed two blocks at one height, or null.</param>
/// <param name="CheckedAt">Household time at which the chain was asked.</param>
internal sealed record DeviceStanding(AccountAddress? Account, DateTimeOffset? BannedAt, DateTimeOffset CheckedAt)
{
    /// <summary>True for a device that nobody can use again.</summary>
    public bool IsBanned => BannedAt is not null;

    /// <summary>True while the device is not banned and speaks for this account.</summary>
    public bool SpeaksFor(AccountAddress account) => !IsBanned && Account == account;
}

/// <summary>The registry's word on each device, kept in <c>device_standing</c> so that counting rewards can join it.</summary>
/// <remarks>Asked again when it is older than <see cref="Freshness"/>; while the chain is away the last word counts.</remarks>
internal sealed class DeviceStandings(NpgsqlDataSource database, DeviceRegistry devices, TimeProvider clock)
{
    /// <summary>Household time for which the chain's word is taken without asking again.</summary>
    public static TimeSpan Freshness => TimeSpan.FromMinutes(10);

    /// <summary>The standing of a device, from the table while it is fresh.</summary>
    /// <exception cref="Ledger.Evm.EvmException">The chain cannot be asked and never was.</exception>
    public async Task<DeviceStanding> OfAsync(DeviceId device, CancellationToken stop)
    {
        DeviceStanding? kept = await FindAsync(device, stop);
        if (kept is not null && clock.GetUtcNow() - kept.CheckedAt < Freshness && kept.CheckedAt <= clock.GetUtcNow())
            return kept;
        try
        {
            return await ReadAsync(device, stop);
        }
        catch (Ledger.Evm.EvmException) when (kept is not null)
        {
            return kept;
        }
    }

    /// <summary>Asks the chain now and keeps what it says.</summary>
    /// <exception cref="Ledger.Evm.EvmException">The chain cannot be asked.</exception>
    public async Task<DeviceStanding> ReadAsync(DeviceId device, CancellationToken stop)
    {
        DateTimeOffset now = clock.GetUtcNow();
        (AccountAddress account, DateTimeOffset? bannedAt) = await devices.StandingAsync(device, stop);
        DeviceStanding standing = new(account.IsZero ? null : account, bannedAt, now);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            insert into device_standing (device, account, banned_at, checked_at) values (@device, @Account, @BannedAt, @CheckedAt)
            on conflict (device) do update set account = excluded.account, banned_at = excluded.banned_at, checked_at = excluded.checked_at
            """, new { device, standing.Account, standing.BannedAt, standing.CheckedAt });
        return standing;
    }

    /// <summary>Asks the chain about every joined device whose word is not fresh, as before rewards are counted.</summary>
    /// <exception cref="Ledger.Evm.EvmException">The chain cannot be asked about a device of which nothing is known.</exception>
    public async Task RefreshAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        foreach (DeviceId device in (await connection.QueryAsync<DeviceId>("select device from households where status = 'joined'")).AsList())
            await OfAsync(device, stop);
    }

    private async Task<DeviceStanding?> FindAsync(DeviceId device, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await connection.QuerySingleOrDefaultAsync<DeviceStanding>("select account, banned_at, checked_at from device_standing where device = @device", new { device });
    }
}
