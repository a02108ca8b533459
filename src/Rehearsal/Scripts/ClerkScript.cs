using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>The clerk at the store's desk: accepts an order when its veto window is over and it pays the list price, calls any other off, and hands it to the courier.</summary>
/// <remarks>Looks at the orders and does the next step, so a kill in between only delays it. Without hands, only the courier's deliveries are recorded.</remarks>
internal sealed class ClerkScript(HouseholdPlan plan, StoreDoor store, CourierScript courier, TimeProvider household, bool byHand)
{
    private readonly Dictionary<(OrderId, OrderState), DateTimeOffset> _pressed = [];

    /// <summary>Takes the next step for every order.</summary>
    public async Task ActAsync(IReadOnlyList<DeskOrder> orders, CancellationToken cancellation)
    {
        DateTimeOffset now = household.GetUtcNow();
        foreach (DeskOrder order in orders)
        {
            switch (order.State)
            {
                case OrderState.Open when !byHand && now > order.AcceptableFrom:
                    await PressAsync(order, order.PriceFault is null ? "accept" : "cancel", now, cancellation); // nobody agreed to another price
                    break;
                case OrderState.Accepted when !byHand:
                    await PackAsync(order, now, cancellation);
                    break;
                case OrderState.Shipped when courier.DeliveredAt(order) is { } delivered && now > delivered:
                    if (Customs.Of(order.Order) == Custom.Record && !order.IsHandedOver)
                        await store.HandOverAsync(order.Order, delivered, cancellation);
                    await PressAsync(order, "deliver", now, cancellation);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Binds the tags of packs that have some, then hands the order to the courier.</summary>
    private async Task PackAsync(DeskOrder order, DateTimeOffset now, CancellationToken cancellation)
    {
        if (plan.Shelves.Any(shelf => shelf.Gtin == order.Gtin && shelf.Slot.Tagged) && order.Tags < order.Quantity)
        {
            foreach (string serial in CourierScript.SerialsOf(order))
                await store.BindAsync(order.Order, new Epc(new Sgtin(order.Gtin, serial), CompanyDigits: 7, Epc.PointOfSale).ToDigitalLink(), cancellation);
        }
        await PressAsync(order, "ship", now, cancellation);
    }

    // The chain takes a moment; a button is pressed again only when some household hours have shown that nothing came of it.
    private async Task PressAsync(DeskOrder order, string button, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_pressed.TryGetValue((order.Order, order.State), out DateTimeOffset last) && now < last + TimeSpan.FromHours(6))
            return;
        _pressed[(order.Order, order.State)] = now;
        await store.PressAsync(order.Order, button, cancellation);
    }
}
