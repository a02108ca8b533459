using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Rewards;

/// <summary>Counts, once, what each household did since the last epoch: anchored blocks and what the cooperative sold to it.</summary>
internal sealed class EpochLedger(SaleBook sales, DeviceRegistry devices, RewardDistributor distributor, BamnamuToken bamnamu, BlockRules blockRules, StoreFolder folder)
{
    /// <summary>Marks everything uncounted as counted by <paramref name="epoch"/> inside the caller's transaction and sums it up per household.</summary>
    /// <param name="connection">The caller's.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="rules">Its rules.</param>
    /// <param name="block">The block at which balances and claims are read.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<HouseholdDay>> CountAsync(NpgsqlConnection connection, uint epoch, RewardRules rules, ulong block, CancellationToken stop)
    {
        long number = epoch;
        await connection.ExecuteAsync(
            "update blocks set epoch = @number from batches where batches.number = blocks.batch and anchored_at is not null and epoch is null", new { number });
        Dictionary<AccountAddress, BlockSum> blocks = (await connection.QueryAsync<BlockSum>(BlockSums, new { number, zone = folder.Options.Rewards.TimeZone, ahead = (int)blockRules.DaysAhead })).ToDictionary(sum => sum.Account);
        Dictionary<AccountAddress, SaleSum> sold = await sales.CountAsync(connection, epoch, rules);
        Dictionary<AccountAddress, RewardBalance> before = (await connection.QueryAsync<BalanceRow>(Balances)).ToDictionary(row => row.Account, row => row.ToBalance());
        List<HouseholdDay> days = [];
        foreach ((AccountAddress account, DeviceId device) in (await connection.QueryAsync<(AccountAddress, DeviceId)>(Households)).AsList())
        {
            BlockSum done = blocks.GetValueOrDefault(account) ?? new BlockSum(account, 0, 0, 0, 0, 0);
            SaleSum bought = sold.GetValueOrDefault(account) ?? new SaleSum(account, default, default, 0, 0);
            HouseholdEpoch input = await InputAsync(device, done, bought, before.GetValueOrDefault(account) ?? RewardBalance.New, block, stop);
            days.Add(new HouseholdDay(input, done.Blocks, done.Uses, bought.Packs, bought.Milligrams));
        }
        return days;
    }

    // An account with several gateways stands in the list once; its longest-standing device says weight and warm-up.
    private const string Households = "select distinct on (account) account, device from households where status = 'joined' order by account, joined_at, device";

    // A device's day is its own word: one that is ahead of the day on which the store took the block counts as that day, or whoever turns a clock forward would use for a week in an hour.
    private const string BlockSums =
        """
        select account, count(*) as blocks,
               count(distinct least(day, (accepted_at at time zone @zone)::date - date '1970-01-01' + @ahead)) filter (where uses > 0) as use_days,
               coalesce(sum(uses), 0)::bigint as uses, coalesce(sum(confirmations), 0)::bigint as confirmations, coalesce(sum(deviations), 0)::bigint as deviations
        from blocks join households using (device)
        where epoch = @number and not exists (select 1 from equivocations e where e.device = blocks.device) -- a forked, banned or revoked device earns nothing
          and not exists (select 1 from device_standing s where s.device = blocks.device and (s.banned_at is not null or s.account is distinct from households.account))
        group by account
        """;

    private const string Balances =
        "select distinct on (account) account, cumulative, bootstrap_used, waiting, share, whole from epoch_households order by account, epoch desc";

    private async Task<HouseholdEpoch> InputAsync(DeviceId device, BlockSum done, SaleSum bought, RewardBalance before, ulong block, CancellationToken stop)
    {
        DeviceOnChain known = await devices.DeviceAsync(device, stop);
        return new HouseholdEpoch(
            done.Account, before, (uint)done.UseDays, Narrow(done.Confirmations), Narrow(done.Deviations), bought.Margin,
            known.Weight, known.ClaimedAt ?? DateTimeOffset.UnixEpoch, await distributor.DealtWithAsync(done.Account, block, stop), default)
        {
            Owned = await bamnamu.BalanceAsync(done.Account, block, stop), TakenBack = bought.TakenBack,
        };
    }

    private static uint Narrow(long count) => (uint)Math.Min(count, uint.MaxValue);

    private sealed record BlockSum(AccountAddress Account, long Blocks, long UseDays, long Uses, long Confirmations, long Deviations);

    private sealed record BalanceRow(AccountAddress Account, Bamnamu Cumulative, Bamnamu BootstrapUsed, Bamnamu Waiting, Bamnamu Share, Bamnamu Whole)
    {
        public RewardBalance ToBalance() => new(Cumulative, BootstrapUsed, Waiting, new MarginSum(Share, Whole));
    }
}

/// <summary>One household's line of an epoch, with what the mass balance compares.</summary>
/// <param name="Input">What the computation takes.</param>
/// <param name="Blocks">Blocks that were counted.</param>
/// <param name="Uses">Uses in them.</param>
/// <param name="DeliveredPacks">Packs of the cooperative's sales that settled.</param>
/// <param name="DeliveredMg">Their mass.</param>
internal sealed record HouseholdDay(HouseholdEpoch Input, long Blocks, long Uses, long DeliveredPacks, long DeliveredMg);
