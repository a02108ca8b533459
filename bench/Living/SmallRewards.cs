using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Hosting;

namespace PantryChain.Bench.Living;

/// <summary>The cooperative's epochs for one household: counted from anchored blocks and settled orders, computed by the product's own
/// rules, published on chain.</summary>
internal sealed class SmallRewards(SetChain chain, AccountAddress account, DeviceId device, SmallOrders orders)
{
    private static readonly RewardOptions Options = new();

    private readonly RewardDistributor _distributor = new(chain.Client, chain.Contracts);
    private readonly RewardRules _rules = Options.ToRules();
    private readonly List<ThingBlock> _uncounted = [];
    private readonly HashSet<OrderId> _counted = [];
    private RewardBalance _balance = RewardBalance.New;
    private uint _closed;

    /// <summary>The newest published epoch.</summary>
    public RewardEpoch? Newest { get; private set; }

    /// <summary>A block was anchored: the next epoch counts it.</summary>
    public void Count(ThingBlock block) => _uncounted.Add(block);

    /// <summary>Closes the newest epoch that has ended, once.</summary>
    public async Task CloseAsync(DateTimeOffset now, CancellationToken stop)
    {
        uint ended = _rules.EpochAt(now) - 1;
        if (ended <= _closed)
            return;
        HouseholdEpoch household = await CountAsync(stop);
        RewardEpoch epoch = RewardEpoch.Compute(_rules, ended, new Hash32(SHA256.HashData(Encoding.UTF8.GetBytes($"epoch {ended}"))), Options.Rate, [household]);
        await chain.DoAsync(chain.Store, _distributor.Publish(epoch, Options.Rate), stop);
        (_balance, _closed, Newest) = (epoch.Households[0].After, ended, epoch);
    }

    private async Task<HouseholdEpoch> CountAsync(CancellationToken stop)
    {
        Bamtol margin = default;
        foreach (SmallOrder order in orders.All.Where(order => order.State == OrderState.Settled && _counted.Add(order.Id)))
            margin += new Bamtol(order.Terms.Cash.Hundredths * Options.MarginBps / 10_000);
        DeviceOnChain known = await new DeviceRegistry(chain.Client, chain.Contracts).DeviceAsync(device, stop);
        HouseholdEpoch household = new(
            account, _balance, (uint)_uncounted.Where(block => block.Uses > 0).Select(block => block.Day).Distinct().Count(), Sum(block => block.Confirmations), Sum(block => block.Deviations),
            margin, known.Weight, known.ClaimedAt ?? DateTimeOffset.UnixEpoch, await _distributor.DealtWithAsync(account, stop), default)
        {
            Owned = await new BamnamuToken(chain.Client, chain.Contracts).BalanceAsync(account, stop),
        };
        _uncounted.Clear();
        return household;
    }

    private uint Sum(Func<ThingBlock, uint> part) => (uint)_uncounted.Sum(block => part(block));
}
