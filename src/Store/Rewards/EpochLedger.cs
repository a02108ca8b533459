using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Rewards;

/// <summary>Counts, once, what each household did since the last epoch: anchored blocks and orders that settled.</summary>
internal sealed class EpochLedger(DeviceRegistry devices, RewardDistributor distributor, StoreFolder folder)
{
    /// <summary>Marks everything uncounted as counted by <paramref name="epoch"/> inside the caller's transaction and sums it up per household.</summary>
    public async Task<IReadOnlyList<HouseholdDay>> CountAsync(NpgsqlConnection connection, uint epoch, CancellationToken stop)
    {
        long number = epoch;
        await connection.ExecuteAsync(
            "update blocks set epoch = @number from batches where batches.number = blocks.batch and anchored_at is not null and epoch is null", new { number });
        await connection.ExecuteAsync("update orders set epoch = @number where state = 4 and epoch is null", new { number });
        Dictionary<AccountAddress, BlockSum> blocks = (await connection.QueryAsync<BlockSum>(BlockSums, new { number })).ToDictionary(sum => sum.Account);
        Dictionary<AccountAddress, OrderSum> orders = (await connection.QueryAsync<OrderSum>(OrderSums, new { number })).ToDictionary(sum => sum.Account);
        Dictionary<AccountAddress, RewardBalance> before = (await connection.QueryAsync<(AccountAddress Account, Bamnamu Cumulative, Bamnamu Used, Bamnamu Left)>(Balances))
            .ToDictionary(row => row.Account, row => new RewardBalance(row.Cumulative, row.Used, row.Left));
        List<HouseholdDay> days = [];
        foreach ((AccountAddress account, DeviceId device) in (await connection.QueryAsync<(AccountAddress, DeviceId)>(Households)).AsList())
            days.Add(await DayAsync(account, device, blocks.GetValueOrDefault(account), orders.GetValueOrDefault(account), before.GetValueOrDefault(account), stop));
        return days;
    }

    // An account with several gateways stands in the list once; its longest-standing device says weight and warm-up.
    private const string Households = "select distinct on (account) account, device from households where status = 'joined' order by account, joined_at, device";

    private const string BlockSums =
        """
        select account, count(*) as blocks, count(distinct day) filter (where uses > 0) as use_days,
               coalesce(sum(uses), 0)::bigint as uses, coalesce(sum(confirmations), 0)::bigint as confirmations, coalesce(sum(deviations), 0)::bigint as deviations
        from blocks join households using (device)
        where epoch = @number and not exists (select 1 from equivocations e where e.device = blocks.device) -- a forked, banned or revoked device earns nothing
          and not exists (select 1 from device_standing s where s.device = blocks.device and (s.banned_at is not null or s.account is distinct from households.account))
        group by account
        """;

    private const string OrderSums =
        """
        select account, sum(quantity)::bigint as packs, sum(quantity * coalesce(pack_mg, 0))::bigint as milligrams, sum(bamtol) as bamtol, sum(bamnamu) as bamnamu
        from orders left join products using (gtin) where epoch = @number group by account
        """;

    private const string Balances =
        "select distinct on (account) account, cumulative, bootstrap_used, margin_left from epoch_households order by account, epoch desc";

    private async Task<HouseholdDay> DayAsync(AccountAddress account, DeviceId device, BlockSum? blocks, OrderSum? orders, RewardBalance? before, CancellationToken stop)
    {
        DeviceOnChain known = await devices.DeviceAsync(device, stop);
        HouseholdEpoch input = new(
            account, before ?? RewardBalance.New, (uint)(blocks?.UseDays ?? 0), Narrow(blocks?.Confirmations), Narrow(blocks?.Deviations), MarginOf(orders),
            known.Weight, known.ClaimedAt ?? DateTimeOffset.UnixEpoch, await distributor.DealtWithAsync(account, stop), default);
        return new HouseholdDay(input, blocks?.Blocks ?? 0, blocks?.Uses ?? 0, orders?.Packs ?? 0, orders?.Milligrams ?? 0);
    }

    private Bamtol MarginOf(OrderSum? orders)
    {
        if (orders is null)
            return default;
        RewardOptions options = folder.Options.Rewards;
        UInt128 asBamtol = orders.Bamnamu.Units * options.Rate.Hundredths / Bamnamu.FromTokens(1).Units;
        return new Bamtol((orders.Bamtol.Hundredths + asBamtol) * options.MarginBps / 10_000);
    }

    private static uint Narrow(long? count) => (uint)Math.Min(count ?? 0, uint.MaxValue);

    private sealed record BlockSum(AccountAddress Account, long Blocks, long UseDays, long Uses, long Confirmations, long Deviations);

    private sealed record OrderSum(AccountAddress Account, long Packs, long Milligrams, Bamtol Bamtol, Bamnamu Bamnamu);
}

/// <summary>One household's line of an epoch, with what the mass balance compares.</summary>
/// <param name="Input">What the computation takes.</param>
/// <param name="Blocks">Blocks that were counted.</param>
/// <param name="Uses">Uses in them.</param>
/// <param name="DeliveredPacks">Packs of orders that settled.</param>
/// <param name="DeliveredMg">Their mass.</param>
internal sealed record HouseholdDay(HouseholdEpoch Input, long Blocks, long Uses, long DeliveredPacks, long DeliveredMg);
