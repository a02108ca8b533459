using System.Globalization;
using Dapper;
using Npgsql;
using PantryChain.Domain.Time;
using PantryChain.Store.Following;
using PantryChain.Store.Hosting;
using PantryChain.Store.Orders;
using PantryChain.Store.Sending;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Health;

/// <summary>Puts together how the store is: every cause that somebody has to know of, and the counts behind them.</summary>
internal sealed class HealthReport(
    NpgsqlDataSource database, ChainHead head, IMqttLink link, EscrowFollower follower, HealthWatch watch, StoreFolder folder, TimeProvider clock)
{
    /// <summary>Real time without progress after which a follower counts as standing, and after which a transaction counts as stuck.</summary>
    private static readonly TimeSpan Standing = TimeSpan.FromMinutes(1), Stuck = TimeSpan.FromMinutes(5);

    private const string Counts =
        """
        select (select count(*) from households where status = 'joined') as households,
               (select count(*) from blocks) as blocks_accepted,
               (select count(*) from blocks join batches on batches.number = blocks.batch where anchored_at is not null) as blocks_anchored,
               (select count(*) from orders where state in (1, 2, 3)) as orders_live,
               (select count(*) from orders where state = 4) as orders_settled,
               (select count(*) from transactions where status in ('queued', 'sent')) as transactions_open,
               (select count(*) from transactions where status in ('queued', 'sent') and queued_at < @late) as transactions_stuck,
               (select count(*) from epochs where published_at is not null) as epochs_published,
               (select count(*) from equivocations) as equivocations,
               (select count(*) from rejections where rejected_at > @yesterday) as blocks_rejected,
               (select count(*) from quarantined_logs where acknowledged_at is null and orphaned_at is null) as logs_set_aside,
               (select count(*) from order_log where orphaned_at is not null) as events_orphaned,
               (select max(number) from epochs) as epoch_closed,
               (select max(epochs.number) from epochs join transactions on transactions.id = transaction_id where transactions.status = 'refused') as epoch_refused
        """;

    /// <summary>How it is now; without a database the counts are missing.</summary>
    public async Task<StoreHealth> MakeAsync(CancellationToken stop)
    {
        HealthCounts? counts = await CountAsync(stop);
        List<HealthCause> causes = [.. ChainCauses(), .. FollowerCauses(), .. BookCauses(counts)];
        if (counts is null)
            causes.Insert(0, new HealthCause(StoreFault.DatabaseDown));
        if (!link.IsConnected)
            causes.Add(new HealthCause(StoreFault.BrokerDown));
        FollowerProgress progress = follower.Progress;
        return new StoreHealth(
            clock.GetUtcNow(), counts is not null, head.Reachable, link.IsConnected, head.Newest?.Number, causes, counts,
            new FollowerHealth(follower.Interest.Name, progress.Next, Behind(progress), progress.Rewinds));
    }

    private IEnumerable<HealthCause> ChainCauses()
    {
        if (head.WrongChain is { } other)
            yield return new HealthCause(StoreFault.WrongChain, other.ToString(CultureInfo.InvariantCulture));
        else if (!head.Reachable)
            yield return new HealthCause(StoreFault.ChainDown, folder.Options.Chain.RpcUrl);
        if (head.Newest is { } newest && newest.Number + 1 < follower.Progress.Next)
            yield return new HealthCause(StoreFault.ChainBehind, $"{newest.Number} < {follower.Progress.Next - 1}");
        if (head.Skew.Duration() > TimeSpan.FromSeconds(folder.Options.Chain.ClockSeconds) + Household(TimeSpan.FromSeconds(10)))
            yield return new HealthCause(StoreFault.ClockDoubted, string.Create(CultureInfo.InvariantCulture, $"{head.Skew.TotalSeconds:+0;-0} s"));
        if (watch.Empty.Length > 0)
            yield return new HealthCause(StoreFault.WalletEmpty, string.Join(", ", watch.Empty));
    }

    private IEnumerable<HealthCause> FollowerCauses()
    {
        FollowerProgress progress = follower.Progress;
        ulong behind = Behind(progress);
        if (progress.Refusal is { } refusal)
            yield return new HealthCause(StoreFault.LogRefused, refusal);
        if (behind > (ulong)folder.Options.Chain.LagBlocks || (behind > 0 && TimeProvider.System.GetElapsedTime(progress.MovedAt) > Standing))
            yield return new HealthCause(StoreFault.FollowerLags, $"{follower.Interest.Name} {behind}");
        if (watch.Differing.Length > 0)
            yield return new HealthCause(StoreFault.ViewDiffers, string.Join(", ", watch.Differing.Take(3).Select(order => order.ToString()[..10])));
    }

    private static IEnumerable<HealthCause> BookCauses(HealthCounts? counts)
    {
        if (counts is null)
            yield break;
        if (counts.LogsSetAside > 0)
            yield return new HealthCause(StoreFault.LogsSetAside, Text(counts.LogsSetAside));
        if (counts.BlocksRejected > 0)
            yield return new HealthCause(StoreFault.BlocksRejected, Text(counts.BlocksRejected));
        if (counts.TransactionsStuck > 0)
            yield return new HealthCause(StoreFault.TransactionsStuck, Text(counts.TransactionsStuck));
        if (counts.EpochRefused is { } epoch && epoch == counts.EpochClosed)
            yield return new HealthCause(StoreFault.EpochRefused, Text(epoch));

        static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Blocks that wait to be read, also while no pass gets as far as counting them.</summary>
    private ulong Behind(FollowerProgress progress)
    {
        ulong above = progress.Next + (ulong)folder.Options.Chain.Confirmations;
        return progress.Next > 0 && head.Newest is { } newest && newest.Number >= above ? newest.Number + 1 - above : progress.Behind;
    }

    private async Task<HealthCounts?> CountAsync(CancellationToken stop)
    {
        try
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
            DateTimeOffset now = clock.GetUtcNow();
            return await connection.QuerySingleAsync<HealthCounts>(Counts, new { late = now - Household(Stuck), yesterday = now - TimeSpan.FromDays(1) });
        }
        catch (NpgsqlException)
        {
            return null; // said by the answer
        }
    }

    /// <summary>Real time as household time: a rehearsal's days are minutes long, its machines as fast as any.</summary>
    private TimeSpan Household(TimeSpan real) => clock is HouseholdTime rehearsed ? real * Math.Max(1, rehearsed.Speed) : real;
}

/// <summary>How the store is.</summary>
internal sealed record StoreHealth(
    DateTimeOffset At, bool Database, bool Chain, bool Broker, ulong? Block, IReadOnlyList<HealthCause> Causes, HealthCounts? Counts, FollowerHealth Follower);

/// <summary>How far a follower of the log is.</summary>
internal sealed record FollowerHealth(string Name, ulong NextBlock, ulong Behind, long Rewinds);

/// <summary>How much there is of everything.</summary>
internal sealed record HealthCounts(
    long Households, long BlocksAccepted, long BlocksAnchored, long OrdersLive, long OrdersSettled, long TransactionsOpen, long TransactionsStuck, long EpochsPublished,
    long Equivocations, long BlocksRejected, long LogsSetAside, long EventsOrphaned, long? EpochClosed, long? EpochRefused);
