using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>The member: pays money in, gives a mandate for each product, says yes to proposals, types delivery codes and says truthfully whose packs came, and lets it
/// order unasked once the household has a tier.</summary>
/// <remarks>Looks at the gateway's state and does what is still missing, so a kill in between only delays it.</remarks>
internal sealed class MemberScript(HouseholdPlan plan, GatewayDoor gateway, StoreDoor store, CourierScript courier, TimeProvider household)
{
    /// <summary>Packs that a shelf must have seen used before the member lets it order.</summary>
    public const int MinCycles = 3;

    private const long OpeningWon = 500_000, TopUpBelowWon = 150_000, TopUpWon = 300_000;
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1), Rarely = TimeSpan.FromHours(36);

    private int _deposits = -1;

    /// <summary>Does what the state asks for.</summary>
    /// <param name="state">What the gateway says.</param>
    /// <param name="orders">What the desk said last: the slips.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task ActAsync(GatewayState state, IReadOnlyList<DeskOrder> orders, CancellationToken cancellation)
    {
        if (state.Account is not { } account)
            return;
        await PayInAsync(account, state, cancellation);
        await GiveMandatesAsync(state, cancellation);
        foreach (ProposalState proposal in state.Proposals.Where(proposal => proposal.State == "Proposed"))
            await gateway.SubmitAsync($"proposals/{proposal.Id}/approve", [], cancellation);
        foreach (OrderRow order in state.Orders.Where(order => order.State == "Shipped"))
            await ReceiveAsync(order, orders.FirstOrDefault(known => known.Order.ToString() == order.Order), cancellation);
    }

    /// <summary>Types the code when the slip is there, or answers what the page asks; who looks rarely answers after a day and a half.</summary>
    private async Task ReceiveAsync(OrderRow order, DeskOrder? slip, CancellationToken cancellation)
    {
        DateTimeOffset now = household.GetUtcNow();
        OrderId id = new(Hash32.Parse(order.Order));
        Custom custom = Customs.Of(id);
        if (custom == Custom.Code && order.Code == "wanted" && slip is { Code: { } code } && now > courier.DeliveredAt(slip))
            await gateway.SubmitAsync($"orders/{order.Order}/code", new Dictionary<string, string> { ["code"] = code }, cancellation);
        foreach (RiseRow rise in order.Rises.Where(rise => rise.State == "Asked" && now > rise.At + (custom == Custom.Answer ? Soon : Rarely)))
        {
            string choice = courier.Brought(id, new SlotId(rise.Slot), rise.Packs, rise.At) ? "cooperative" : "own";
            await gateway.SubmitAsync($"rises/{rise.Id}/answer", new Dictionary<string, string> { ["choice"] = choice }, cancellation);
        }
    }

    /// <summary>A deposit at the desk when money runs low; its number makes it the same deposit however often it is sent.</summary>
    private async Task PayInAsync(string account, GatewayState state, CancellationToken cancellation)
    {
        if (_deposits < 0)
        {
            await store.DepositAsync(account, OpeningWon, "rehearsal-0", cancellation);
            _deposits = 0;
        }
        else if (state.Bamtol is { } own && own < TopUpBelowWon && state.Orders.Count > _deposits)
        {
            await store.DepositAsync(account, TopUpWon, string.Create(CultureInfo.InvariantCulture, $"rehearsal-after-{state.Orders.Count}-orders"), cancellation);
            _deposits = state.Orders.Count;
        }
    }

    private async Task GiveMandatesAsync(GatewayState state, CancellationToken cancellation)
    {
        long tier = Math.Min(state.Tier, 1);
        foreach (ProductState product in state.Products.Where(product => product.MandateTier is not { } asked || asked < tier))
        {
            if (plan.Shelves.FirstOrDefault(shelf => shelf.Gtin == product.Gtin) is not { } shelf)
                continue;
            await gateway.SubmitAsync($"products/{product.Gtin}/mandate", new Dictionary<string, string>
            {
                ["pin"] = await gateway.PinAsync(cancellation),
                ["mode"] = "auto",
                ["maxQuantity"] = Number(shelf.MaxQuantity),
                ["maxUnitPriceWon"] = Number(shelf.PriceWon * 11 / 10),
                ["budgetWon"] = Number(shelf.PriceWon * shelf.MaxQuantity * 15),
                ["periodDays"] = "30",
                ["minCycles"] = Number(MinCycles),
                ["minTier"] = Number(tier),
                ["maxBamnamuBps"] = "0",
                ["validDays"] = "365",
            }, cancellation);
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
