// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// The nouns that the contracts share with the programs (docs/protocol.md). Field order is the order of the EIP-712 type strings.

/// A P-256 public key and its signature over an EIP-712 digest; `s` must be low (at most half the curve's order).
struct KeySignature {
    bytes32 x;
    bytes32 y;
    bytes32 r;
    bytes32 s;
}

/// Where an order stands. The numbers are those of `PantryChain.Domain.Ordering.OrderState`; 4, 5 and 6 are final.
enum OrderState {
    None,
    Open,
    Accepted,
    Shipped,
    Settled,
    Cancelled,
    Refunded
}

/// What the attestor says a device is; decides its share of rewards, never its rights over money.
enum DeviceKind {
    Software,
    SecureElement,
    Simulated
}

/// What a member lets the own devices order; its EIP-712 struct hash is the mandate's id.
struct Mandate {
    address account; // the member's account, which pays
    uint64 gtin;
    uint32 maxQuantity; // packs per order
    uint128 maxUnitPrice; // Bamtol hundredths per pack, both legs together
    uint128 budgetPerPeriod; // Bamtol hundredths, both legs together
    uint16 periodDays; // periods start at whole multiples of periodDays since 1970-01-01
    uint32 minCycles; // packs used up, as the shelf saw it, before the first order
    uint8 minTier;
    uint16 maxBamnamuBps; // largest share paid in Bamnamu, of 10 000
    bytes32 sellersRoot; // StandardMerkleTree over ["address"]
    uint64 validUntil; // Unix seconds
    uint64 nonce; // tells two otherwise equal mandates apart
}

/// The terms of one order, signed by the device key; they never change afterwards.
struct Order {
    bytes32 mandate;
    address seller;
    uint32 quantity; // packs
    uint128 bamtol; // hundredths, the whole cash leg
    uint128 bamnamu; // 1e-18, the whole reward-token leg
    uint32 cycle; // of the evidence leaf
    bytes32 evidence; // keccak256(leaf hash ‖ block hash ‖ anchored root)
    uint64 deadline; // Unix seconds until which the chain may take it
}

/// What the shelf says about a delivery, signed by the device key.
struct Delivery {
    bytes32 order;
    uint32 quantity; // packs seen
    bool complete; // all packs seen
    uint64 deadline;
}

/// The header of one block of a thing's chain; its EIP-712 struct hash is the block's hash.
struct ThingBlock {
    bytes32 device;
    uint64 height;
    bytes32 parent;
    uint64 fromSeq;
    uint64 toSeq;
    uint32 day;
    bytes32 eventsRoot;
    uint32 uses;
    uint32 confirmations;
    uint32 deviations;
}

/// The opened half of one event; `rest` hides the minute, the amounts and the salt.
struct EventLeaf {
    uint64 seq;
    uint32 day; // household-local days since 1970-01-01
    uint16 slot;
    uint64 gtin;
    uint8 kind;
    uint32 cycle;
    bytes32 orderId;
    bytes32 rest; // keccak256(abi.encode(uint64 seenAt, int64 deltaMg, int64 levelMg, bytes32 salt))
}

/// A reward leaf of an epoch's root: everything the account ever earned, in 1e-18 Bamnamu.
struct RewardLeaf {
    address account;
    uint128 cumulative;
    bytes32 salt;
}

/// A standing leaf of an epoch's root: the ordering tier of an account.
struct StandingLeaf {
    address account;
    uint8 tier;
    uint32 epoch;
    bytes32 salt;
}
