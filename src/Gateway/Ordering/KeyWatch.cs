using PantryChain.Domain.Identity;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Ordering;

/// <summary>What carries this device's signature and was not signed here: then somebody else has its key, or an old copy of its data runs.</summary>
/// <remarks>
/// Orders are looked for on chain, blocks at the store, which alone is told them: its newest one is compared with the journal here. Thread safe; looks by one caller at a
/// time, the order drain.
/// </remarks>
internal sealed class KeyWatch(OrderFinder finder, OrderBook orders, BlockDrain drain, BlockBook blocks, StoreClient store)
{
    private ulong _foreign; // height, 0 for none

    /// <summary>Such orders, newest first.</summary>
    public IReadOnlyList<PlacedOrder> Orders => orders.Foreign();

    /// <summary>Height of such a block, or null for none.</summary>
    public ulong? Block => drain.Foreign ?? (Volatile.Read(ref _foreign) is var height and > 0 ? height : null);

    /// <summary>Looks for both; true when an order was found.</summary>
    /// <exception cref="Ledger.Evm.EvmException">No node answers.</exception>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        bool found = await finder.LookAsync(stop);
        await CompareHeadAsync(stop);
        return found;
    }

    private async Task CompareHeadAsync(CancellationToken stop)
    {
        try
        {
            HeadMessage? head = await store.HeadAsync(stop);
            bool own = head is null || blocks.HashAt(head.Height)?.ToString() == Hash32.Parse(head.Hash).ToString();
            Volatile.Write(ref _foreign, own ? 0 : head!.Height);
        }
        catch (Exception error) when (error is HttpRequestException or StoreRefusal)
        {
            // a store of before that has no such answer, or one that is away, which its other answers show
        }
    }
}
