using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>What keys sign, by its EIP-712 struct hash; <see cref="Eip712Domain.Digest"/> of the checking contract makes it a digest.</summary>
/// <remarks>Type strings: protocol, "Identity and keys". Times are whole Unix seconds of household time. Pure and thread safe.</remarks>
public static class TypedMessages
{
    /// <summary>Signed by the member key, checked by the <c>MemberAccount</c>.</summary>
    public const string ExecuteType = "Execute(address target,uint256 value,bytes data,uint256 nonce,uint64 deadline)";

    /// <summary>Signed by the device key and the member key, checked by <c>DeviceRegistry</c>.</summary>
    public const string DeviceClaimType = "DeviceClaim(bytes32 device,address account,uint256 nonce,uint64 deadline)";

    /// <summary>Never signed itself: set through <c>Execute</c>; its struct hash is the mandate's id.</summary>
    public const string MandateType = "Mandate(address account,uint64 gtin,uint32 maxQuantity,uint128 maxUnitPrice,uint128 budgetPerPeriod,uint16 periodDays,"
        + "uint32 minCycles,uint8 minTier,uint16 maxBamnamuBps,bytes32 sellersRoot,uint64 validUntil,uint64 nonce)";

    /// <summary>Signed by the device key, checked by <c>OrderEscrow</c>.</summary>
    public const string OrderType = "Order(bytes32 mandate,address seller,uint32 quantity,uint128 bamtol,uint128 bamnamu,uint32 cycle,bytes32 evidence,uint64 deadline)";

    /// <summary>Signed by the device key inside the veto window, checked by <c>OrderEscrow</c>.</summary>
    public const string CancelType = "Cancel(bytes32 order,uint64 deadline)";

    /// <summary>Signed by the device key, checked by <c>OrderEscrow</c>.</summary>
    public const string DeliveryType = "Delivery(bytes32 order,uint32 quantity,bool complete,uint64 deadline)";

    private static readonly Hash32 ExecuteTypeHash = Keccak256.Hash(ExecuteType);
    private static readonly Hash32 DeviceClaimTypeHash = Keccak256.Hash(DeviceClaimType);
    private static readonly Hash32 MandateTypeHash = Keccak256.Hash(MandateType);
    private static readonly Hash32 OrderTypeHash = Keccak256.Hash(OrderType);
    private static readonly Hash32 CancelTypeHash = Keccak256.Hash(CancelType);
    private static readonly Hash32 DeliveryTypeHash = Keccak256.Hash(DeliveryType);

    /// <summary>Struct hash of one call on the member's word.</summary>
    public static Hash32 Execute(MemberCall call) => Hash(ExecuteTypeHash, fields => fields
        .Address(call.Target).Unsigned(UInt128.Zero).Word(Keccak256.Hash(call.Data.Span)).Unsigned(call.Nonce).Time(call.Deadline));

    /// <summary>Struct hash of a device's claim; <paramref name="nonce"/> is the registry's <c>nonces(device)</c>.</summary>
    public static Hash32 DeviceClaim(DeviceId device, AccountAddress account, ulong nonce, DateTimeOffset deadline) =>
        Hash(DeviceClaimTypeHash, fields => fields.Word(device.Value).Address(account).Unsigned(nonce).Time(deadline));

    /// <summary>A mandate's id: the struct hash of its terms.</summary>
    public static MandateId Mandate(Mandate mandate) => new(Hash(MandateTypeHash, fields => fields.Mandate(mandate)));

    /// <summary>Struct hash of an order's terms.</summary>
    public static Hash32 Order(OrderTerms terms) => Hash(OrderTypeHash, fields => fields.Order(terms));

    /// <summary>An order's id: the digest that the device signs, which binds chain, contract and all terms.</summary>
    public static OrderId OrderIdOf(Eip712Domain escrow, OrderTerms terms) => new(escrow.Digest(Order(terms)));

    /// <summary>Struct hash of a cancellation.</summary>
    public static Hash32 Cancel(OrderId order, DateTimeOffset deadline) => Hash(CancelTypeHash, fields => fields.Word(order.Value).Time(deadline));

    /// <summary>Struct hash of a delivery.</summary>
    public static Hash32 Delivery(OrderId order, uint quantity, bool complete, DateTimeOffset deadline) =>
        Hash(DeliveryTypeHash, fields => fields.Word(order.Value).Unsigned(quantity).Bool(complete).Time(deadline));

    private static Hash32 Hash(Hash32 typeHash, Func<AbiWriter, AbiWriter> fields) => Keccak256.Hash(fields(new AbiWriter().Word(typeHash)).ToArray());
}

/// <summary>One call that a member's account makes on its owner's word; members hold no ether, so none is sent along.</summary>
/// <param name="Target">The contract that is called.</param>
/// <param name="Data">Selector and arguments.</param>
/// <param name="Nonce">The account's next nonce, from 0.</param>
/// <param name="Deadline">Household time until which it may happen; whole seconds.</param>
public sealed record MemberCall(AccountAddress Target, ReadOnlyMemory<byte> Data, ulong Nonce, DateTimeOffset Deadline);
