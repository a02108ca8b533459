using PantryChain.Ledger.Rewards;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;

namespace PantryChain.Store.Rewards;

/// <summary>A household's own leaves; nobody else's, not even for the desk.</summary>
internal static class LeafEndpoints
{
    /// <summary><c>GET /api/v1/leaves</c>.</summary>
    public static void MapRewards(this IEndpointRouteBuilder api) => api.MapGet("leaves", FindAsync);

    private static async Task<LeavesAnswer> FindAsync(Household household, EpochBook epochs, CancellationToken stop)
    {
        RewardEpoch? epoch = await epochs.NewestPublishedAsync(stop);
        HouseholdReward? own = epoch?.Households.FirstOrDefault(line => line.Account == household.Account);
        if (epoch is null || own is null)
            throw Refusal.NotFound("no_epoch", "No epoch with this household is published yet.", "Ask again after the end of the day.");
        return new LeavesAnswer(
            epoch.Number, epoch.Root.ToString(),
            new RewardLeafAnswer(Amounts.Text(own.Reward.Cumulative), own.Reward.Salt.ToString(), [.. epoch.Proof(own.Reward).Select(hash => hash.ToString())]),
            new StandingLeafAnswer(own.Standing.Tier, own.Standing.Salt.ToString(), [.. epoch.Proof(own.Standing).Select(hash => hash.ToString())]),
            own.Points, Amounts.Text(own.Held), Amounts.Text(own.After.Waiting), Amounts.Text(own.Owned));
    }
}

/// <summary>The own leaves of one epoch.</summary>
/// <param name="Epoch">Its number.</param>
/// <param name="Root">The published root.</param>
/// <param name="Reward">The reward leaf.</param>
/// <param name="Standing">The standing leaf.</param>
/// <param name="Points">Points of the epoch.</param>
/// <param name="Held">Earned and not yet claimed.</param>
/// <param name="Waiting">Bootstrap that use has earned and that waits for a settled order.</param>
/// <param name="Owned">On the account. The tier counts both alike, so claiming does not change it.</param>
internal sealed record LeavesAnswer(
    uint Epoch, string Root, RewardLeafAnswer Reward, StandingLeafAnswer Standing, uint Points, string Held, string Waiting, string Owned);

/// <summary>The reward leaf.</summary>
internal sealed record RewardLeafAnswer(string Cumulative, string Salt, IReadOnlyList<string> Proof);

/// <summary>The standing leaf.</summary>
internal sealed record StandingLeafAnswer(byte Tier, string Salt, IReadOnlyList<string> Proof);
