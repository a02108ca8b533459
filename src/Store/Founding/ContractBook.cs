using System.Globalization;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Founding;

/// <summary>Remembers in the database which contracts, on which chain, are this store's.</summary>
internal static class ContractBook
{
    /// <summary>Keeps the set; false when it was kept before.</summary>
    public static async Task<bool> KeepAsync(NpgsqlDataSource database, ContractSet contracts, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        int kept = 0;
        foreach ((string name, string value) in Entries(contracts))
            kept += await connection.ExecuteAsync("insert into settings values (@name, @value) on conflict do nothing", new { name, value });
        await transaction.CommitAsync(stop);
        return kept > 0;
    }

    /// <summary>The set that was kept.</summary>
    /// <exception cref="UsageException">None was kept, or it stands on another chain than <c>store.json</c> names.</exception>
    public static async Task<ContractSet> ReadAsync(NpgsqlDataSource database, StoreFolder folder, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        if (!await connection.ExecuteScalarAsync<bool>("select to_regclass('settings') is not null"))
            throw NotFounded();
        Dictionary<string, string> kept = (await connection.QueryAsync<(string Name, string Value)>("select name, value from settings")).ToDictionary(row => row.Name, row => row.Value);
        if (!kept.TryGetValue("chain", out string? chain))
            throw NotFounded();
        if (chain != folder.Options.Chain.ChainId.ToString(CultureInfo.InvariantCulture))
            throw new UsageException($"This store's contracts stand on chain {chain}, but 'chain.chainId' in store.json is {folder.Options.Chain.ChainId}. Correct it.");
        return new ContractSet(
            ulong.Parse(chain, CultureInfo.InvariantCulture), At("bamtol"), At("bamnamu"), At("accounts"), At("devices"), At("anchor"), At("rewards"), At("escrow"));

        AccountAddress At(string name) => AccountAddress.Parse(kept["contract." + name]);
    }

    private static UsageException NotFounded() => new("This store has no contracts yet. Run './pantry store init' first.");

    private static IEnumerable<(string Name, string Value)> Entries(ContractSet contracts)
    {
        yield return ("chain", contracts.ChainId.ToString(CultureInfo.InvariantCulture));
        yield return ("contract.bamtol", contracts.Bamtol.ToString());
        yield return ("contract.bamnamu", contracts.Bamnamu.ToString());
        yield return ("contract.accounts", contracts.Accounts.ToString());
        yield return ("contract.devices", contracts.Devices.ToString());
        yield return ("contract.anchor", contracts.Anchor.ToString());
        yield return ("contract.rewards", contracts.Rewards.ToString());
        yield return ("contract.escrow", contracts.Escrow.ToString());
    }
}
