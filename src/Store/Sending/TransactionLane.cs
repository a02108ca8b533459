using PantryChain.Domain.Identity;

namespace PantryChain.Store.Sending;

/// <summary>In whose line a transaction waits: a call that the chain refuses holds up those behind it in its own lane and nobody else.</summary>
/// <param name="Name">The lane.</param>
/// <param name="Rank">Lower goes first: 0 what everybody waits for, 1 the store's own, 2 a household's.</param>
internal readonly record struct TransactionLane(string Name, short Rank)
{
    private const short First = 0, Own = 1, Theirs = 2;

    /// <summary>Block anchors: every order and delivery waits for one.</summary>
    public static TransactionLane Anchors { get; } = new("anchors", First);

    /// <summary>Published epochs.</summary>
    public static TransactionLane Epochs { get; } = new("epochs", Own);

    /// <summary>Deposits, redemptions, sales.</summary>
    public static TransactionLane Treasury { get; } = new("treasury", Own);

    /// <summary>Households that join.</summary>
    public static TransactionLane Joining { get; } = new("", Theirs);

    /// <summary>The report of a device's fork.</summary>
    public static TransactionLane Fork(DeviceId device) => new($"fork {device}", Own);

    /// <summary>A no of somebody who did not join here.</summary>
    public static TransactionLane Strangers { get; } = new("strangers", Theirs);

    /// <summary>What the store does about an order.</summary>
    public static TransactionLane Order(OrderId order) => new($"order {order}", Own);

    /// <summary>What a household has the store bring.</summary>
    public static TransactionLane Household(GatewayId gateway) => new($"household {gateway}", Theirs);
}
