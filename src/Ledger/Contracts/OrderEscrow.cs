using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Contracts;

/// <summary>Everything that opens an order: terms, the device's one signature over them, and the four proofs behind their evidence.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="Mandate">The mandate that allows them.</param>
/// <param name="Leaf">The opened event.</param>
/// <param name="Block">The block that holds it.</param>
/// <param name="Root">An anchored root above the block.</param>
/// <param name="Standing">The account's standing leaf of one of the two newest epochs.</param>
/// <param name="Key">The device's public key.</param>
/// <param name="Signature">The device's signature over the terms.</param>
/// <param name="SellerProof">The seller under the mandate's root.</param>
/// <param name="LeafProof">The leaf under the block's root.</param>
/// <param name="BlockProof">The block's hash under the anchored root.</param>
/// <param name="StandingProof">The standing leaf under its epoch's root.</param>
public sealed record OrderTrigger(
    OrderTerms Terms, Mandate Mandate, EventLeaf Leaf, ThingBlock Block, Hash32 Root, StandingLeaf Standing, P256PublicKey Key, P256Signature Signature,
    IReadOnlyList<Hash32> SellerProof, IReadOnlyList<Hash32> LeafProof, IReadOnlyList<Hash32> BlockProof, IReadOnlyList<Hash32> StandingProof);

/// <summary>An order as the chain keeps it.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="State">Where it stands.</param>
/// <param name="DeliveryRecorded">True once the seller said that it arrived.</param>
/// <param name="Since">When the running window began, on chain.</param>
public sealed record OrderOnChain(AccountAddress Account, OrderState State, bool DeliveryRecorded, DateTimeOffset Since);

/// <summary>A mandate's use so far.</summary>
/// <param name="Active">True once it was set and while it is not revoked.</param>
/// <param name="Revoked">True for ever once the account took it back.</param>
/// <param name="LastCycle">No order is taken at or below this cycle.</param>
/// <param name="Period">Number of the period that <paramref name="Spent"/> counts.</param>
/// <param name="Spent">Spent in that period.</param>
public sealed record MandateOnChain(bool Active, bool Revoked, uint LastCycle, uint Period, Bamtol Spent);

/// <summary>How long each step of an order may take.</summary>
/// <param name="Veto">From trigger: the buyer may cancel, the seller may not accept yet.</param>
/// <param name="Accept">From the veto's end until the seller must have accepted.</param>
/// <param name="Ship">From acceptance until the seller must have shipped.</param>
/// <param name="Deliver">From shipping until the seller must have recorded the delivery.</param>
/// <param name="Confirm">From that record until anybody may release the money.</param>
public sealed record OrderWindows(TimeSpan Veto, TimeSpan Accept, TimeSpan Ship, TimeSpan Deliver, TimeSpan Confirm);

/// <summary>Mandates and orders on chain: <c>OrderEscrow</c>.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class OrderEscrow(IEvmClient client, ContractSet contracts)
{
    private static readonly byte[] SetMandateSelector = AbiSignature.Selector($"setMandate({AbiStructs.MandateTuple})");
    private static readonly byte[] RevokeMandateSelector = AbiSignature.Selector($"revokeMandate({AbiStructs.MandateTuple})");

    /// <summary>Sets a mandate. The account calls it, through <see cref="MemberAccounts.Execute"/>.</summary>
    public EvmCall SetMandate(Mandate mandate) => Call(new AbiWriter().Mandate(mandate).ToCall($"setMandate({AbiStructs.MandateTuple})"));

    /// <summary>Takes a mandate back for ever. The account calls it.</summary>
    public EvmCall RevokeMandate(Mandate mandate) => Call(new AbiWriter().Mandate(mandate).ToCall($"revokeMandate({AbiStructs.MandateTuple})"));

    /// <summary>True for call data that sets a mandate.</summary>
    public static bool IsSetMandate(ReadOnlySpan<byte> data) => data.StartsWith(SetMandateSelector);

    /// <summary>True for call data that takes a mandate back.</summary>
    public static bool IsRevokeMandate(ReadOnlySpan<byte> data) => data.StartsWith(RevokeMandateSelector);

    /// <summary>An order's terms from its eight words at the head of a call; account and product do not stand there.</summary>
    /// <exception cref="FormatException">The words are cut off, or one is out of its range.</exception>
    public static OrderTerms ReadTerms(ReadOnlySpan<byte> words) => AbiStructs.ReadOrder(new AbiReader(words.ToArray()), default, default);

    /// <summary>An order's id, before it is opened.</summary>
    public OrderId IdOf(OrderTerms terms) => TypedMessages.OrderIdOf(contracts.EscrowDomain, terms);

    /// <summary>The device's signature over an order's terms.</summary>
    public P256Signature Sign(P256Key device, OrderTerms terms) => device.Sign(IdOf(terms).Value);

    /// <summary>Opens an order and pulls both legs from the account. Anybody may send it.</summary>
    public EvmCall Trigger(OrderTrigger trigger) => Call(new AbiWriter()
        .Order(trigger.Terms).Mandate(trigger.Mandate).Leaf(trigger.Leaf).Block(trigger.Block).Word(trigger.Root).Leaf(trigger.Standing)
        .Signature(trigger.Key, trigger.Signature)
        .Words(trigger.SellerProof).Words(trigger.LeafProof).Words(trigger.BlockProof).Words(trigger.StandingProof)
        .ToCall($"trigger({AbiStructs.OrderTuple},{AbiStructs.MandateTuple},{AbiStructs.EventLeafTuple},{AbiStructs.BlockTuple},bytes32,"
            + $"{AbiStructs.StandingTuple},{AbiStructs.KeySignature},bytes32[],bytes32[],bytes32[],bytes32[])"));

    /// <summary>Calls an order off. The account calls it inside the veto window, the seller until it shipped.</summary>
    public EvmCall Cancel(OrderTerms terms) => Step("cancel", terms);

    /// <summary>Calls an order off inside the veto window on the device's word. Anybody may send it.</summary>
    public EvmCall Cancel(P256Key device, OrderTerms terms, DateTimeOffset deadline)
    {
        P256Signature signature = device.Sign(contracts.EscrowDomain.Digest(TypedMessages.Cancel(IdOf(terms), deadline)));
        return Call(new AbiWriter().Order(terms).Time(deadline).Signature(device.PublicKey, signature)
            .ToCall($"cancelBySignature({AbiStructs.OrderTuple},uint64,{AbiStructs.KeySignature})"));
    }

    /// <summary>Takes an order after its veto window. The seller sends it.</summary>
    public EvmCall Accept(OrderTerms terms) => Step("accept", terms);

    /// <summary>Says that the goods left. The seller sends it.</summary>
    public EvmCall Ship(OrderTerms terms) => Step("ship", terms);

    /// <summary>Says that the goods arrived. The seller sends it.</summary>
    public EvmCall RecordDelivery(OrderTerms terms) => Step("recordDelivery", terms);

    /// <summary>Settles a shipped order on the member's word. The account calls it.</summary>
    public EvmCall Confirm(OrderTerms terms) => Step("confirm", terms);

    /// <summary>Signs what the shelf saw of a delivery.</summary>
    public DeliveryProof SignDelivery(P256Key device, OrderTerms terms, uint quantity, DateTimeOffset deadline)
    {
        OrderId order = IdOf(terms);
        bool complete = quantity >= terms.Quantity;
        P256Signature signature = device.Sign(contracts.EscrowDomain.Digest(TypedMessages.Delivery(order, quantity, complete, deadline)));
        return new DeliveryProof(order, quantity, complete, deadline, device.PublicKey, signature);
    }

    /// <summary>Settles a shipped order on the shelf's word. Anybody may send it.</summary>
    public EvmCall Confirm(OrderTerms terms, DeliveryProof delivery) => Call(new AbiWriter()
        .Order(terms).Word(delivery.Order.Value).Unsigned(delivery.Quantity).Bool(delivery.Complete).Time(delivery.Deadline)
        .Signature(delivery.Key, delivery.Signature)
        .ToCall($"confirmBySignature({AbiStructs.OrderTuple},{AbiStructs.DeliveryTuple},{AbiStructs.KeySignature})"));

    /// <summary>Settles an order whose recorded delivery nobody disputed in time. Anybody may send it.</summary>
    public EvmCall ReleaseAfter(OrderTerms terms) => Step("releaseAfter", terms);

    /// <summary>Gives the money back when the seller was late. Anybody may send it.</summary>
    public EvmCall RefundAfter(OrderTerms terms) => Step("refundAfter", terms);

    /// <summary>Pays the sender its credit in Bamtol.</summary>
    public EvmCall WithdrawBamtol() => Call(new AbiWriter().Address(contracts.Bamtol).ToCall("withdraw(address)"));

    /// <summary>Pays the sender its credit in Bamnamu.</summary>
    public EvmCall WithdrawBamnamu() => Call(new AbiWriter().Address(contracts.Bamnamu).ToCall("withdraw(address)"));

    /// <summary>Where an order stands; <see cref="OrderState.None"/> for an unknown one.</summary>
    public Task<OrderOnChain> OrderAsync(OrderId order, CancellationToken cancellation) => client.ReadAsync(
        Call(new AbiWriter().Word(order.Value).ToCall("orders(bytes32)")),
        answer => new OrderOnChain(answer.Address(), (OrderState)answer.Unsigned8(), answer.Bool(), AbiStructs.ReadTime(answer)), cancellation);

    /// <summary>A mandate's use so far.</summary>
    public Task<MandateOnChain> MandateAsync(MandateId mandate, CancellationToken cancellation) => client.ReadAsync(
        Call(new AbiWriter().Word(mandate.Value).ToCall("mandates(bytes32)")),
        answer => new MandateOnChain(answer.Bool(), answer.Bool(), answer.Unsigned32(), answer.Unsigned32(), new Bamtol(answer.Unsigned())), cancellation);

    /// <summary>The log of all mandates that an account ever set for a product.</summary>
    public LogFilter MandatesOf(AccountAddress account, Gtin gtin, ulong fromBlock, ulong toBlock) => new(
        fromBlock, toBlock, [contracts.Escrow],
        [[AbiSignature.Topic($"MandateSet(bytes32,address,uint64,{AbiStructs.MandateTuple})")], null, [account.ToWord()], [new Hash32(new AbiWriter().Unsigned(gtin.Value).ToArray())]]);

    /// <summary>The log of all orders that were ever opened for an account.</summary>
    public LogFilter OrdersOf(AccountAddress account, ulong fromBlock, ulong toBlock) => new(
        fromBlock, toBlock, [contracts.Escrow], [[EscrowEvent.OpenedTopic], null, [account.ToWord()]]);

    /// <summary>The newest order of an account and product, live or final; none before the first.</summary>
    public Task<OrderId> LastOrderAsync(AccountAddress account, Gtin gtin, CancellationToken cancellation) => client.ReadAsync(
        Call(new AbiWriter().Address(account).Unsigned(gtin.Value).ToCall("lastOrder(address,uint64)")), answer => new OrderId(answer.Word()), cancellation);

    /// <summary>What a seller can withdraw.</summary>
    public Task<(Bamtol Cash, Bamnamu Reward)> CreditsAsync(AccountAddress seller, CancellationToken cancellation) => client.ReadAsync(
        Call(new AbiWriter().Address(seller).ToCall("credits(address)")), answer => (new Bamtol(answer.Unsigned()), new Bamnamu(answer.Unsigned())), cancellation);

    /// <summary>How long each step may take.</summary>
    public Task<OrderWindows> WindowsAsync(CancellationToken cancellation) => client.ReadAsync(
        Call(new AbiWriter().ToCall("windows()")),
        answer => new OrderWindows(Seconds(answer), Seconds(answer), Seconds(answer), Seconds(answer), Seconds(answer)), cancellation);

    private EvmCall Step(string function, OrderTerms terms) => Call(new AbiWriter().Order(terms).ToCall($"{function}({AbiStructs.OrderTuple})"));

    private EvmCall Call(byte[] data) => new(contracts.Escrow, data);

    private static TimeSpan Seconds(AbiReader answer) => TimeSpan.FromSeconds(answer.Unsigned32());
}
