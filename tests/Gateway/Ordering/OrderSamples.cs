using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>Intents and orders of milk.</summary>
internal static class OrderSamples
{
    public static ReorderIntent Intent(uint number, uint cycle = 3, uint quantity = 2) => new(
        number, Samples.Milk, quantity, cycle, Samples.Morning, new ReorderReason(Mass.FromGrams(900), 2.1, 4.2, Samples.Morning.AddDays(2), 0.07) { Quantity = quantity });

    public static ReorderStep Decide(uint number) => new(Samples.Milk, number, ReorderTrigger.Decide, Samples.Morning, Intent(number));

    public static ReorderStep Propose(uint number) => new(Samples.Milk, number, ReorderTrigger.Propose, Samples.Morning, Intent(number));

    public static PlacedOrder Placed(byte number, uint quantity = 2, uint cycle = 3) => new(
        new OrderId(Samples.Hash(number)), number, new OrderTerms(
            new MandateId(Samples.Hash(200)), Samples.Address(1), Samples.Milk, Samples.Address(2), quantity, Bamtol.FromWon(2_950) * quantity, new Bamnamu(UInt128.MaxValue),
            cycle, Samples.Hash(201), DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)), true, Samples.Morning, OrderState.None, Samples.Morning, null);

    public static Relay Trigger(PlacedOrder order) => new(order.Id.Value, RelayKind.Trigger, Samples.Address(3), [1, 2, 3], order.Id.Value);
}
