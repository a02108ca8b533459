using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>Something that <c>OrderEscrow</c> wrote into the log.</summary>
/// <param name="Log">Where it stands.</param>
public abstract record EscrowEvent(EvmLog Log)
{
    private static readonly Hash32 MandateSetTopic = AbiSignature.Topic($"MandateSet(bytes32,address,uint64,{AbiStructs.MandateTuple})");
    private static readonly Hash32 MandateRevokedTopic = AbiSignature.Topic("MandateRevoked(bytes32,address)");
    internal static readonly Hash32 OpenedTopic = AbiSignature.Topic($"OrderOpened(bytes32,address,address,uint64,bytes32,{AbiStructs.OrderTuple})");
    private static readonly Hash32 AcceptedTopic = AbiSignature.Topic("OrderAccepted(bytes32)");
    private static readonly Hash32 ShippedTopic = AbiSignature.Topic("OrderShipped(bytes32)");
    private static readonly Hash32 RecordedTopic = AbiSignature.Topic("DeliveryRecorded(bytes32)");
    private static readonly Hash32 SettledTopic = AbiSignature.Topic("OrderSettled(bytes32,address,uint128,uint128)");
    private static readonly Hash32 CancelledTopic = AbiSignature.Topic("OrderCancelled(bytes32,address,uint128,uint128)");
    private static readonly Hash32 RefundedTopic = AbiSignature.Topic("OrderRefunded(bytes32,address,uint128,uint128)");
    private static readonly Hash32 WithdrawnTopic = AbiSignature.Topic("Withdrawn(address,address,uint256)");

    /// <summary>The topics of an order's life: what whoever follows orders asks the node for, and nothing else.</summary>
    public static IReadOnlyList<Hash32> OrderTopics { get; } =
        [OpenedTopic, AcceptedTopic, ShippedTopic, RecordedTopic, SettledTopic, CancelledTopic, RefundedTopic];

    /// <summary>Reads a log; null when it is none of the escrow's events.</summary>
    /// <exception cref="FormatException">The topic is known and the log is not one that this program can read, such as an order for a number that is no product's.</exception>
    public static EscrowEvent? Decode(EvmLog log)
    {
        if (log.Topics.Count == 0)
            return null;
        Hash32 topic = log.Topics[0];
        AbiReader indexed = new(log.Topics.Skip(1).SelectMany(word => word.ToArray()).ToArray()), data = new(log.Data);
        return topic == OpenedTopic ? Opened(log, indexed, data)
            : topic == MandateSetTopic ? new MandateSet(log, new MandateId(indexed.Word()), AbiStructs.ReadMandate(data))
            : topic == MandateRevokedTopic ? new MandateRevoked(log, new MandateId(indexed.Word()), indexed.Address())
            : topic == WithdrawnTopic ? new CreditWithdrawn(log, indexed.Address(), indexed.Address(), data.Unsigned())
            : StateOf(topic) is { } state ? Moved(log, state, indexed, data)
            : topic == RecordedTopic ? new DeliveryRecorded(log, new OrderId(indexed.Word())) : null;
    }

    private static OrderState? StateOf(Hash32 topic) =>
        topic == AcceptedTopic ? OrderState.Accepted :
        topic == ShippedTopic ? OrderState.Shipped :
        topic == SettledTopic ? OrderState.Settled :
        topic == CancelledTopic ? OrderState.Cancelled :
        topic == RefundedTopic ? OrderState.Refunded : null;

    private static OrderOpened Opened(EvmLog log, AbiReader indexed, AbiReader data)
    {
        OrderId order = new(indexed.Word());
        AccountAddress account = indexed.Address();
        _ = indexed.Address(); // the seller stands in the terms too
        Gtin gtin = new(data.Unsigned64()); // unlike a leaf, an order without a product is nothing
        return new OrderOpened(log, order, new DeviceId(data.Word()), AbiStructs.ReadOrder(data, account, gtin));
    }

    private static OrderMoved Moved(EvmLog log, OrderState state, AbiReader indexed, AbiReader data) =>
        state is OrderState.Accepted or OrderState.Shipped
            ? new OrderMoved(log, new OrderId(indexed.Word()), state, default, default)
            : new OrderMoved(log, new OrderId(indexed.Word()), state, new Bamtol(data.Unsigned()), new Bamnamu(data.Unsigned()));
}

/// <summary>An account set a mandate.</summary>
public sealed record MandateSet(EvmLog Log, MandateId Mandate, Mandate Terms) : EscrowEvent(Log);

/// <summary>An account took a mandate back.</summary>
public sealed record MandateRevoked(EvmLog Log, MandateId Mandate, AccountAddress Account) : EscrowEvent(Log);

/// <summary>An order was opened: its money is in escrow.</summary>
public sealed record OrderOpened(EvmLog Log, OrderId Order, DeviceId Device, OrderTerms Terms) : EscrowEvent(Log);

/// <summary>An order reached a state; a final one says what was paid or given back.</summary>
public sealed record OrderMoved(EvmLog Log, OrderId Order, OrderState State, Bamtol Cash, Bamnamu Reward) : EscrowEvent(Log);

/// <summary>The seller said that the goods arrived.</summary>
public sealed record DeliveryRecorded(EvmLog Log, OrderId Order) : EscrowEvent(Log);

/// <summary>A seller took its credit of one token.</summary>
public sealed record CreditWithdrawn(EvmLog Log, AccountAddress Seller, AccountAddress Token, UInt128 Amount) : EscrowEvent(Log);
