using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Domain.Ordering;

/// <summary>The terms that the device key signs to place an order; they never change afterwards.</summary>
/// <param name="Mandate">The mandate that allows it.</param>
/// <param name="Account">The member's account, which pays.</param>
/// <param name="Gtin">The product.</param>
/// <param name="Seller">Who delivers and is paid.</param>
/// <param name="Quantity">Packs.</param>
/// <param name="Cash">Whole amount of the Bamtol leg.</param>
/// <param name="Reward">Whole amount of the Bamnamu leg.</param>
/// <param name="Cycle">The evidence leaf's cycle; must exceed the cycle of the mandate's last order.</param>
/// <param name="Evidence"><c>keccak256(leaf hash ‖ block hash ‖ anchored root)</c>.</param>
/// <param name="Deadline">Household time until which the chain may take the order.</param>
public sealed record OrderTerms(
    MandateId Mandate, AccountAddress Account, Gtin Gtin, AccountAddress Seller, uint Quantity, Bamtol Cash, Bamnamu Reward,
    uint Cycle, Hash32 Evidence, ChainTime Deadline);

/// <summary>Where an order stands on chain; the numbers are those of the contract.</summary>
public enum OrderState : byte
{
    /// <summary>Unknown to the contract.</summary>
    None = 0,

    /// <summary>Funds are in escrow; the buyer may still cancel inside the veto window.</summary>
    Open = 1,

    /// <summary>The seller took it.</summary>
    Accepted = 2,

    /// <summary>The seller sent it.</summary>
    Shipped = 3,

    /// <summary>The seller is paid. Final.</summary>
    Settled = 4,

    /// <summary>Called off by buyer or seller, money returned. Final.</summary>
    Cancelled = 5,

    /// <summary>Not accepted or not shipped in time, money returned. Final.</summary>
    Refunded = 6,
}

/// <summary>The shelf's signed word that an order arrived; it releases the escrow.</summary>
/// <param name="Order">The order.</param>
/// <param name="Quantity">Packs seen.</param>
/// <param name="Complete">True when all packs were seen.</param>
/// <param name="Deadline">Household time until which the chain may take the proof; whole seconds.</param>
/// <param name="Key">The device's public key.</param>
/// <param name="Signature">P-256 over the EIP-712 digest, low s.</param>
public sealed record DeliveryProof(OrderId Order, uint Quantity, bool Complete, DateTimeOffset Deadline, P256PublicKey Key, P256Signature Signature);
