using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Orders;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Health;

/// <summary>Looks now and then at what costs a question to the chain: whether the book of orders still says what the chain says, and what the wallets hold.</summary>
internal sealed class HealthWatch(OrderBook orders, OrderEscrow escrow, EscrowFollower follower, IEvmClient chain, Wallets wallets, ILogger<HealthWatch> logger) : Drain(logger)
{
    private const int MostOrders = 200;

    /// <summary>Gas that a wallet should be able to pay for: some dozens of ordinary calls.</summary>
    private const long GasInHand = 20_000_000;

    private readonly Dictionary<OrderId, Suspicion> _suspected = [];
    private readonly Pulse _never = new();

    /// <summary>Orders about which the chain says something else, although the follower has read everything up to where it said so.</summary>
    public ImmutableArray<OrderId> Differing { get; private set; } = [];

    /// <summary>Wallets that cannot pay for much more.</summary>
    public ImmutableArray<string> Empty { get; private set; } = [];

    /// <inheritdoc />
    protected override TimeSpan Longest => TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    protected override Task NextWake() => _never.Next;

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        await CompareAsync(stop);
        await WeighWalletsAsync(stop);
    }

    /// <summary>Compares live orders with the chain.</summary>
    internal async Task CompareAsync(CancellationToken stop)
    {
        OrderRecord[] live = [.. (await orders.ListAsync(mostFinal: 0, stop)).Take(MostOrders)];
        List<OrderId> differing = [];
        foreach (OrderRecord order in live)
        {
            OrderState onChain = (await escrow.OrderAsync(order.Id, stop)).State;
            if (onChain == order.State)
                _suspected.Remove(order.Id);
            else if (!_suspected.TryGetValue(order.Id, out Suspicion? known) || known.Book != order.State || known.Chain != onChain)
                _suspected[order.Id] = new Suspicion(order.State, onChain, (await chain.LatestBlockAsync(stop)).Number);
            else if (follower.Progress.Next > known.Block)
                differing.Add(order.Id);
        }
        foreach (OrderId gone in _suspected.Keys.Except(live.Select(order => order.Id)).ToArray())
            _suspected.Remove(gone);
        Differing = [.. differing];
    }

    private async Task WeighWalletsAsync(CancellationToken stop)
    {
        BigInteger price = (await chain.LatestBlockAsync(stop)).BaseFeePerGas * 2 + 1_000_000_000;
        List<string> empty = [];
        foreach (string name in (string[])[Wallets.RelayerName, Wallets.SellerName])
            if (await chain.BalanceAsync(wallets[name].Address, stop) is var balance && balance < price * GasInHand)
                empty.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {wallets[name].Address} ({balance} wei)"));
        Empty = [.. empty];
    }

    /// <summary>A difference that the follower may not have had the time to read yet.</summary>
    private sealed record Suspicion(OrderState Book, OrderState Chain, ulong Block);
}
