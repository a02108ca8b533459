using PantryChain.Domain.Identity;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Ordering;

/// <summary>Stations 7 and 8 towards the network: asks in its own rhythm what decisions need, and places what was decided once its time has come.</summary>
/// <remarks>One caller at a time, the order drain.</remarks>
internal sealed class OrderRound(ReorderDesk desk, Decider decider, OrderBook orders, OrderPlacer placer, Outlook outlook, Departures departures, TimeProvider time)
{
    private DateTimeOffset _nextLook, _nextOrder = DateTimeOffset.MaxValue;

    /// <summary>True when store and chain are to be asked again.</summary>
    public bool IsLookDue => time.GetUtcNow() >= _nextLook;

    /// <summary>Household time of the next look, or of the next order that waits for its moment.</summary>
    public DateTimeOffset Next => _nextOrder < _nextLook ? _nextOrder : _nextLook;

    /// <summary>Asks what decisions need, if <paramref name="looking"/>, and places what was decided; true while an order is being placed.</summary>
    /// <exception cref="HttpRequestException">The store cannot be reached.</exception>
    /// <exception cref="Ledger.Evm.EvmException">The chain cannot be reached.</exception>
    public async Task<bool> LookAsync(bool looking, CancellationToken stop)
    {
        _nextOrder = DateTimeOffset.MaxValue;
        if (looking)
        {
            await outlook.RefreshAsync(stop);
            _nextLook = time.GetUtcNow() + departures.UntilNextLook();
        }
        bool placing = await PlaceAsync(stop);
        decider.ReviewAll();
        return placing;
    }

    private async Task<bool> PlaceAsync(CancellationToken stop)
    {
        bool placing = false;
        foreach ((Gtin gtin, uint number) in desk.Open(ReorderEffect.PlaceOrder))
        {
            ReorderProcess process = desk[gtin];
            if (orders.Of(gtin, number) is not null)
                desk.Done(ReorderEffect.PlaceOrder, gtin, number);
            else if (process.Number == number && IsTime(departures.DueOf(process)))
            {
                await PlaceAsync(process, stop);
                placing = true;
            }
        }
        return placing;
    }

    private async Task PlaceAsync(ReorderProcess process, CancellationToken stop)
    {
        if (await placer.TryPlaceAsync(process, desk.WasDecided(process.Gtin, process.Number), stop) is { } refusal)
            desk.TryAdvance(new ReorderStep(process.Gtin, process.Number, ReorderTrigger.OrderRefused, time.GetUtcNow(), Note: refusal));
    }

    private bool IsTime(DateTimeOffset due)
    {
        if (due <= time.GetUtcNow())
            return true;
        _nextOrder = due < _nextOrder ? due : _nextOrder;
        return false;
    }
}
