using System.Security.Cryptography;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Hosting;
using PantryChain.Store.Orders;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Rewards;

/// <summary>Closes each epoch when the chain's own time has passed its end: one published root from anchored blocks and settled margins.</summary>
/// <remarks>
/// Epoch, inputs, what was counted and the publishing transaction are committed together, so nothing is counted twice or left out. After a pause only
/// the newest ended epoch is closed; it counts everything that is not counted yet. An epoch mints no more than the cap leaves: at the cap, publishing goes
/// on with an unchanged total, so that standing does not freeze. What the chain refuses to publish is taken back and counted again by the next epoch.
/// </remarks>
internal sealed class EpochCloser(
    NpgsqlDataSource database, EpochLedger ledger, TransactionQueue queue, RewardDistributor distributor, EscrowFollower follower, StoreFolder folder,
    TimeProvider clock, ILogger<EpochCloser> logger) : Drain(logger)
{
    private readonly RewardRules _rules = folder.Options.Rewards.ToRules();

    /// <inheritdoc />
    protected override Task NextWake() => Task.WhenAny(follower.Advanced.Next, queue.Finished.Next);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        await BookPublishedAsync(stop);
        await TakeBackAsync(stop);
        if (follower.Progress.Read is { } read)
            await CloseAsync(read, stop); // every order that settled until then is known, on the chain as it is
    }

    /// <summary>Closes the newest epoch that has ended at <paramref name="newest"/> on chain; true when there was one to close.</summary>
    internal async Task<bool> CloseAsync(EvmBlock newest, CancellationToken stop)
    {
        uint ended = _rules.EpochAt(newest.At) - 1;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        long closed = await connection.ExecuteScalarAsync<long>("select coalesce(max(number), 0) from epochs");
        if (ended <= closed || !await connection.ExecuteScalarAsync<bool>("select exists (select 1 from households where status = 'joined')"))
            return false;
        // One epoch at a time: what the chain has not taken yet may be the only one that the next can build upon.
        bool waiting = await connection.ExecuteScalarAsync<bool>(
            "select exists (select 1 from epochs join transactions on transactions.id = transaction_id where status in ('queued', 'sent'))");
        if (waiting)
            return false;
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        IReadOnlyList<HouseholdDay> days = await ledger.CountAsync(connection, ended, _rules, newest.Number, stop);
        if (days.Count == 0)
            return false;
        Bamtol rate = folder.Options.Rewards.Rate;
        Hash32 secret = new(RandomNumberGenerator.GetBytes(Hash32.Size));
        HouseholdEpoch[] inputs = [.. days.Select(day => day.Input)];
        RewardRules rules = _rules with { EmissionPerEpoch = await EmissionAsync(stop) };
        RewardEpoch epoch = RewardEpoch.Compute(rules, ended, secret, rate, inputs);
        await KeepAsync(connection, epoch, secret, rate, EpochInputs.Of(rules, inputs, newest.Number), days);
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
        return true;
    }

    /// <summary>What this epoch may mint: the emission, or what the cap leaves of it.</summary>
    private async Task<Bamnamu> EmissionAsync(CancellationToken stop)
    {
        UInt128 cap = Bamnamu.FromTokens((ulong)folder.Options.Rewards.CapTokens).Units, published = (await distributor.PublishedAsync(stop)).Units;
        return new Bamnamu(UInt128.Min(_rules.EmissionPerEpoch.Units, cap > published ? cap - published : 0));
    }

    /// <summary>Takes back what the chain refused to publish: its blocks and orders count for the next epoch, its balances never were.</summary>
    private async Task TakeBackAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        long[] refused = [.. await connection.QueryAsync<long>(
            """
            select epochs.number from epochs join transactions on transactions.id = transaction_id
            where published_at is null and status = 'refused' and exists (select 1 from epoch_households where epoch = epochs.number)
            """)];
        if (refused.Length == 0)
            return;
        await connection.ExecuteAsync(
            """
            delete from epoch_households where epoch = any(@refused);
            update blocks set epoch = null where epoch = any(@refused);
            delete from epoch_orders where epoch = any(@refused);
            update epoch_orders set taken_back = null where taken_back = any(@refused)
            """, new { refused });
        await transaction.CommitAsync(stop);
        logger.LogError("The chain refused to publish epoch {Epochs}; what it counted is counted again by the next one.", string.Join(", ", refused));
    }

    private async Task KeepAsync(NpgsqlConnection connection, RewardEpoch epoch, Hash32 secret, Bamtol rate, EpochInputs inputs, IReadOnlyList<HouseholdDay> days)
    {
        Hash32 id = PostgresJournal.KeyOf($"publish/{epoch.Number}");
        long number = epoch.Number;
        await queue.EnqueueAsync(connection, id, Wallets.RelayerName, $"publish epoch {number}", distributor.Publish(epoch, rate), TransactionLane.Epochs);
        await connection.ExecuteAsync(
            "insert into epochs values (@number, @Root, @Total, @secret, @rate, @json::jsonb, @id, @now)",
            new { number, epoch.Root, epoch.Total, secret, rate, json = inputs.ToJson(), id, now = clock.GetUtcNow() });
        foreach (HouseholdReward reward in epoch.Households)
            await connection.ExecuteAsync(
                """
                insert into epoch_households (epoch, account, points, cumulative, bootstrap_used, waiting, share, whole, held, tier)
                values (@number, @Account, @points, @Cumulative, @BootstrapUsed, @Waiting, @Share, @Whole, @Held, @tier)
                """,
                new
                {
                    number, reward.Account, points = (long)reward.Points, reward.After.Cumulative, reward.After.BootstrapUsed, reward.After.Waiting, reward.After.Margin.Share,
                    reward.After.Margin.Whole, reward.Held, tier = (short)reward.Standing.Tier,
                });
        foreach (HouseholdDay day in days)
            await connection.ExecuteAsync(
                "insert into mass_balance values (@number, @Account, @Blocks, @Uses, @DeliveredPacks, @DeliveredMg)",
                new { number, day.Input.Account, day.Blocks, day.Uses, day.DeliveredPacks, day.DeliveredMg });
    }

    private async Task BookPublishedAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            """
            update epochs set published_at = case when status = 'mined' then @now end from transactions
            where transactions.id = transaction_id and (published_at is not null) <> (status = 'mined')
            """,
            new { now = clock.GetUtcNow() });
    }
}
