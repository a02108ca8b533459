// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, EventLeaf, KeySignature, Mandate, Order, OrderState, StandingLeaf, ThingBlock} from "../Types.sol";
import {ICotAnchor} from "./ICotAnchor.sol";
import {IDeviceRegistry} from "./IDeviceRegistry.sol";
import {IRewardDistributor} from "./IRewardDistributor.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Orders within mandates, paid through escrow
/// @notice A member's device may order within the member's mandate; the money waits here until the shelf or the member says that the goods came.
/// Every state that is not final reaches a final one by time and one honest party. Nobody can change a rule, a running order or a window.
/// An order's id is the EIP-712 digest of its terms, so it covers chain id, this contract and every term; the contract keeps one word of state per
/// order and takes the terms from the caller. EIP-712 domain: name "PantryChain", version "1", chain id, this contract.
/// @dev Warning: assumes that both tokens are plain ERC-20 without hooks or fees (`Bamtol`, `Bamnamu`), that the anchorer verified what it
/// anchored and that the publisher's reference rate is honest (a mandate with `maxBamnamuBps` 0 does not depend on it).
interface IOrderEscrow {
    /// @notice How long each step may take, in seconds, fixed for ever.
    struct Windows {
        uint32 veto; // from trigger: buyer or device may cancel, seller may not accept yet
        uint32 accept; // from the veto's end: seller accepts, afterwards anybody refunds
        uint32 ship; // from acceptance: seller ships, afterwards anybody refunds
        uint32 deliver; // from shipping: seller records the delivery, afterwards anybody refunds
        uint32 confirm; // from the delivery record: buyer checks, afterwards anybody releases
    }

    /// @notice The account lets its devices order under these terms.
    event MandateSet(bytes32 indexed mandate, address indexed account, uint64 indexed gtin, Mandate terms);
    /// @notice The account took the mandate back, for ever; running orders go on.
    event MandateRevoked(bytes32 indexed mandate, address indexed account);
    /// @notice The order's money is in escrow and the veto window runs.
    event OrderOpened(bytes32 indexed orderId, address indexed account, address indexed seller, uint64 gtin, bytes32 device, Order terms);
    /// @notice The seller took the order.
    event OrderAccepted(bytes32 indexed orderId);
    /// @notice The seller sent it.
    event OrderShipped(bytes32 indexed orderId);
    /// @notice The seller says that it arrived; the confirmation window runs.
    event DeliveryRecorded(bytes32 indexed orderId);
    /// @notice Final: the seller was credited.
    event OrderSettled(bytes32 indexed orderId, address indexed seller, uint128 bamtol, uint128 bamnamu);
    /// @notice Final: called off in time, the money went back to the account.
    event OrderCancelled(bytes32 indexed orderId, address indexed account, uint128 bamtol, uint128 bamnamu);
    /// @notice Final: the seller was late, the money went back to the account.
    event OrderRefunded(bytes32 indexed orderId, address indexed account, uint128 bamtol, uint128 bamnamu);
    /// @notice A seller took its credit.
    event Withdrawn(address indexed seller, IERC20 indexed token, uint256 amount);

    /// @notice The caller may not do this.
    error EscrowNotAllowed(address caller);
    /// @notice The mandate's terms make no sense, or it was set before.
    error EscrowMandateRefused(bytes32 mandate);
    /// @notice The mandate was never set, was revoked or has run out, or is another than the order's.
    error EscrowMandateInactive(bytes32 mandate);
    /// @notice The signed message's time has passed.
    error EscrowDeadlinePassed(uint64 deadline);
    /// @notice The signature is not the device's over these very terms.
    error EscrowBadSignature(bytes32 device);
    /// @notice The device does not speak for the mandate's account.
    error EscrowNotTheAccountsDevice(bytes32 device, address account);
    /// @notice The seller is not under the mandate's root.
    error EscrowSellerRefused(address seller);
    /// @notice Zero packs or more than the mandate allows.
    error EscrowQuantityRefused(uint32 quantity, uint32 most);
    /// @notice Both legs together cost nothing, or more than the mandate's unit price allows.
    error EscrowPriceRefused(uint256 price, uint256 most);
    /// @notice The Bamnamu leg is above the mandate's share, or no reference rate is published.
    error EscrowBamnamuRefused(uint256 value, uint256 most);
    /// @notice The period's budget does not suffice.
    error EscrowBudgetSpent(uint256 wanted, uint256 left);
    /// @notice Not enough packs used up since the mandate began or since its last order.
    error EscrowCycleRefused(uint32 cycle, uint32 atLeast);
    /// @notice The evidence is about another product, another device or another cycle, or is not what the device signed.
    error EscrowEvidenceRefused();
    /// @notice The leaf is older than `FRESH_DAYS` or from the future.
    error EscrowLeafNotFresh(uint32 day);
    /// @notice A Merkle proof does not lead to its root, or the root is not anchored.
    error EscrowNotAnchored(bytes32 root);
    /// @notice The account's tier is too low, or its leaf is not of a current epoch.
    error EscrowStandingRefused(uint8 tier, uint8 atLeast);
    /// @notice One live order per account and product.
    error EscrowOrderLive(bytes32 orderId);
    /// @notice The order is in another state than this step needs.
    error EscrowWrongState(bytes32 orderId, OrderState actual);
    /// @notice The step's window has not begun.
    error EscrowTooEarly(bytes32 orderId, uint64 from);
    /// @notice The step's window is over.
    error EscrowTooLate(bytes32 orderId, uint64 until);
    /// @notice The delivery is not complete.
    error EscrowDeliveryIncomplete(uint32 quantity, uint32 ordered);
    /// @notice There is nothing to withdraw.
    error EscrowNoCredit(address seller);

    /* MANDATES */

    /// @notice Sets a mandate. Its account only; once per terms.
    /// @return mandate The EIP-712 struct hash of the terms.
    function setMandate(Mandate calldata terms) external returns (bytes32 mandate);

    /// @notice Takes a mandate back for ever. Its account only.
    function revokeMandate(Mandate calldata terms) external;

    /* ORDERS, IN THE ORDER OF THEIR LIFE */

    /// @notice Opens an order on a device's signature and pulls both legs from the account (which must have approved this contract). Anybody may bring it.
    /// @dev Signed by the device key: `Order(bytes32 mandate,address seller,uint32 quantity,uint128 bamtol,uint128 bamnamu,uint32 cycle,
    /// bytes32 evidence,uint64 deadline)`.
    /// @param leaf Opened event of the mandate's product, of `terms.cycle`, at most `FRESH_DAYS` old.
    /// @param header The block that holds the leaf.
    /// @param root An anchored root above the block's hash.
    /// @param standing The account's standing leaf of one of the two newest epochs.
    function trigger(
        Order calldata terms,
        Mandate calldata mandate,
        EventLeaf calldata leaf,
        ThingBlock calldata header,
        bytes32 root,
        StandingLeaf calldata standing,
        KeySignature calldata signature,
        bytes32[] calldata sellerProof,
        bytes32[] calldata leafProof,
        bytes32[] calldata blockProof,
        bytes32[] calldata standingProof
    ) external returns (bytes32 orderId);

    /// @notice Calls an order off: the account inside the veto window, the seller until it shipped.
    function cancel(Order calldata terms) external;

    /// @notice Calls an order off inside the veto window on a device's word. Anybody may bring it.
    /// @dev Signed by a device of the account: `Cancel(bytes32 order,uint64 deadline)`.
    function cancelBySignature(Order calldata terms, uint64 deadline, KeySignature calldata signature) external;

    /// @notice Takes an order after its veto window. Seller only.
    function accept(Order calldata terms) external;

    /// @notice Says that the goods left. Seller only.
    function ship(Order calldata terms) external;

    /// @notice Says that the goods arrived; starts the confirmation window. Seller only.
    function recordDelivery(Order calldata terms) external;

    /// @notice Settles a shipped order: the account says that the goods came.
    function confirm(Order calldata terms) external;

    /// @notice Settles a shipped order on the shelf's word. Anybody may bring it.
    /// @dev Signed by a device of the account: `Delivery(bytes32 order,uint32 quantity,bool complete,uint64 deadline)`, complete and of at least
    /// the ordered quantity.
    function confirmBySignature(Order calldata terms, Delivery calldata delivery, KeySignature calldata signature) external;

    /// @notice Settles an order whose delivery was recorded and not disputed within the confirmation window. Anybody may.
    function releaseAfter(Order calldata terms) external;

    /// @notice Gives the money back when the seller did not accept, ship or record the delivery in time. Anybody may.
    function refundAfter(Order calldata terms) external;

    /// @notice Pays the caller what it is credited in one token.
    function withdraw(IERC20 token) external returns (uint256 amount);

    /* VIEWS */

    /// @notice The id of an order: the EIP-712 digest that the device signs.
    function orderIdOf(Order calldata terms) external view returns (bytes32);

    /// @notice The id of a mandate: its EIP-712 struct hash.
    function mandateIdOf(Mandate calldata terms) external pure returns (bytes32);

    /// @notice Where an order stands, whose it is, since when, and whether its delivery is recorded.
    function orders(bytes32 orderId) external view returns (address account, OrderState state, bool deliveryRecorded, uint64 since);

    /// @notice A mandate's use so far: the cycle below which no order is taken, the running period and what it spent.
    function mandates(bytes32 mandate) external view returns (bool active, bool revoked, uint32 lastCycle, uint32 period, uint128 spent);

    /// @notice The newest order of an account and product, live or final; zero for none.
    function lastOrder(address account, uint64 gtin) external view returns (bytes32 orderId);

    /// @notice What a seller can withdraw.
    function credits(address seller) external view returns (uint128 bamtol, uint128 bamnamu);

    /// @notice The windows.
    function windows() external view returns (Windows memory);

    /// @notice How old an evidence leaf may be, in days.
    function FRESH_DAYS() external view returns (uint32);

    /// @notice The cash token.
    function bamtol() external view returns (IERC20);

    /// @notice The reward token.
    function bamnamu() external view returns (IERC20);

    /// @notice Which devices speak for which accounts.
    function devices() external view returns (IDeviceRegistry);

    /// @notice Anchored roots.
    function anchor() external view returns (ICotAnchor);

    /// @notice Standing and the reference rate.
    function rewards() external view returns (IRewardDistributor);
}
