using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Store.Rewards;

/// <summary>The epochs that were closed, each with the secret and the list that its root follows from.</summary>
internal sealed class EpochBook(NpgsqlDataSource database)
{
    private RewardEpoch? _newest;

    /// <summary>The newest published epoch, computed anew from what is kept; null before the first.</summary>
    public async Task<RewardEpoch?> NewestPublishedAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        long? number = await connection.ExecuteScalarAsync<long?>("select max(number) from epochs where published_at is not null");
        if (number is null || _newest?.Number == number)
            return number is null ? null : _newest;
        return _newest = await RecomputeAsync((uint)number.Value, stop);
    }

    /// <summary>An epoch computed anew from secret, rate and list, as an auditor does; null when it was never closed.</summary>
    public async Task<RewardEpoch?> RecomputeAsync(uint number, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        (Hash32 Secret, Bamtol Rate, string Inputs)? row = await connection.QuerySingleOrDefaultAsync<(Hash32, Bamtol, string)?>(
            "select secret, rate, inputs from epochs where number = @number", new { number = (long)number });
        return row is { } kept ? EpochInputs.FromJson(kept.Inputs).Compute(number, kept.Secret, kept.Rate) : null;
    }
}
