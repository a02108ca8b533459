// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, EventLeaf, KeySignature, Mandate, Order, OrderState, StandingLeaf, ThingBlock} from "./Types.sol";
import {ICotAnchor} from "./interfaces/ICotAnchor.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {IOrderEscrow} from "./interfaces/IOrderEscrow.sol";
import {IP256Verifier} from "./interfaces/IP256Verifier.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";
import {Eip712} from "./libraries/Eip712.sol";
import {KeySignatures} from "./libraries/KeySignatures.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {OrderChecks} from "./libraries/OrderChecks.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @notice See {IOrderEscrow}.
contract OrderEscrow is IOrderEscrow, EIP712 {
    using Eip712 for Order;
    using Eip712 for Mandate;
    using Eip712 for Delivery;
    using KeySignatures for KeySignature;
    using SafeERC20 for IERC20;

    /// @dev The one word per order; terms travel in calldata.
    struct Status {
        address account;
        OrderState state;
        bool deliveryRecorded;
        uint64 since;
    }

    /// @dev The one word per mandate; terms travel in calldata.
    struct Use {
        bool active;
        bool revoked;
        uint32 lastCycle;
        uint32 period;
        uint128 spent;
    }

    /// @dev The one word per seller.
    struct Credit {
        uint128 bamtol;
        uint128 bamnamu;
    }

    /* STORAGE */

    /// @inheritdoc IOrderEscrow
    uint32 public constant FRESH_DAYS = OrderChecks.FRESH_DAYS;

    /// @inheritdoc IOrderEscrow
    IERC20 public immutable bamtol;

    /// @inheritdoc IOrderEscrow
    IERC20 public immutable bamnamu;

    /// @inheritdoc IOrderEscrow
    IDeviceRegistry public immutable devices;

    /// @inheritdoc IOrderEscrow
    ICotAnchor public immutable anchor;

    /// @inheritdoc IOrderEscrow
    IRewardDistributor public immutable rewards;

    IP256Verifier private immutable _verifier;
    uint32 private immutable _veto;
    uint32 private immutable _accept;
    uint32 private immutable _ship;
    uint32 private immutable _deliver;
    uint32 private immutable _confirm;

    /// @inheritdoc IOrderEscrow
    mapping(bytes32 orderId => Status) public orders;

    /// @inheritdoc IOrderEscrow
    mapping(bytes32 mandate => Use) public mandates;

    /// @inheritdoc IOrderEscrow
    mapping(address account => mapping(uint64 gtin => bytes32)) public lastOrder;

    /// @inheritdoc IOrderEscrow
    mapping(address seller => Credit) public credits;

    constructor(IERC20 bamtol_, ICotAnchor anchor_, IRewardDistributor rewards_, IP256Verifier verifier, Windows memory windows_)
        EIP712(Eip712.NAME, Eip712.VERSION)
    {
        bamtol = bamtol_;
        bamnamu = rewards_.bamnamu();
        devices = anchor_.devices();
        anchor = anchor_;
        rewards = rewards_;
        _verifier = verifier;
        _veto = windows_.veto;
        _accept = windows_.accept;
        _ship = windows_.ship;
        _deliver = windows_.deliver;
        _confirm = windows_.confirm;
    }

    /* MANDATES */

    /// @inheritdoc IOrderEscrow
    function setMandate(Mandate calldata terms) external returns (bytes32 mandate) {
        require(msg.sender == terms.account, EscrowNotAllowed(msg.sender));
        mandate = terms.hash();
        Use storage use = mandates[mandate];
        bool sane = terms.maxQuantity > 0 && terms.periodDays > 0 && terms.maxBamnamuBps <= OrderChecks.ALL_BPS && terms.validUntil > block.timestamp;
        require(sane && !use.active && !use.revoked, EscrowMandateRefused(mandate));

        use.active = true;
        emit MandateSet(mandate, msg.sender, terms.gtin, terms);
    }

    /// @inheritdoc IOrderEscrow
    function revokeMandate(Mandate calldata terms) external {
        require(msg.sender == terms.account, EscrowNotAllowed(msg.sender));
        bytes32 mandate = terms.hash();
        Use storage use = mandates[mandate];
        require(use.active, EscrowMandateInactive(mandate));

        use.active = false;
        use.revoked = true;
        emit MandateRevoked(mandate, msg.sender);
    }

    /* ORDERS, IN THE ORDER OF THEIR LIFE */

    /// @inheritdoc IOrderEscrow
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
    ) external returns (bytes32 orderId) {
        require(block.timestamp <= terms.deadline, EscrowDeadlinePassed(terms.deadline));
        require(mandate.hash() == terms.mandate && block.timestamp <= mandate.validUntil, EscrowMandateInactive(terms.mandate));
        orderId = orderIdOf(terms);
        bytes32 device = _requireDevice(mandate.account, orderId, signature);
        OrderChecks.requireEvidence(terms, mandate.gtin, device, leaf, header, root, leafProof, blockProof);
        require(anchor.isAnchored(root), EscrowNotAnchored(root));
        _requireStanding(mandate, standing, standingProof);
        bytes32 sellerLeaf = Leaves.hashSeller(terms.seller);
        require(MerkleProof.verifyCalldata(sellerProof, mandate.sellersRoot, sellerLeaf), EscrowSellerRefused(terms.seller));

        _spend(terms, mandate, OrderChecks.priceOf(terms, mandate, terms.bamnamu > 0 ? rewards.rate() : 0));
        _open(orderId, mandate);
        emit OrderOpened(orderId, mandate.account, terms.seller, mandate.gtin, device, terms);

        if (terms.bamtol > 0) bamtol.safeTransferFrom(mandate.account, address(this), terms.bamtol);
        if (terms.bamnamu > 0) bamnamu.safeTransferFrom(mandate.account, address(this), terms.bamnamu);
    }

    /// @inheritdoc IOrderEscrow
    function cancel(Order calldata terms) external {
        bytes32 orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        if (msg.sender == terms.seller) {
            require(status.state == OrderState.Open || status.state == OrderState.Accepted, EscrowWrongState(orderId, status.state));
            _giveCycleBack(terms);
        } else {
            require(msg.sender == status.account, EscrowNotAllowed(msg.sender));
            _requireVeto(orderId, status);
        }

        _cancel(orderId, status.account, terms);
    }

    /// @inheritdoc IOrderEscrow
    function cancelBySignature(Order calldata terms, uint64 deadline, KeySignature calldata signature) external {
        require(block.timestamp <= deadline, EscrowDeadlinePassed(deadline));
        bytes32 orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        _requireVeto(orderId, status);
        _requireDevice(status.account, _hashTypedDataV4(Eip712.hashCancel(orderId, deadline)), signature);

        _cancel(orderId, status.account, terms);
    }

    /// @inheritdoc IOrderEscrow
    function accept(Order calldata terms) external {
        (bytes32 orderId, uint64 since) = _requireSellersTurn(terms, OrderState.Open);
        require(block.timestamp >= since + _veto, EscrowTooEarly(orderId, since + _veto));
        _requireBefore(orderId, since + _veto + _accept);

        _advance(orderId, OrderState.Accepted, false);
        emit OrderAccepted(orderId);
    }

    /// @inheritdoc IOrderEscrow
    function ship(Order calldata terms) external {
        (bytes32 orderId, uint64 since) = _requireSellersTurn(terms, OrderState.Accepted);
        _requireBefore(orderId, since + _ship);

        _advance(orderId, OrderState.Shipped, false);
        emit OrderShipped(orderId);
    }

    /// @inheritdoc IOrderEscrow
    function recordDelivery(Order calldata terms) external {
        (bytes32 orderId, uint64 since) = _requireSellersTurn(terms, OrderState.Shipped);
        require(!orders[orderId].deliveryRecorded, EscrowWrongState(orderId, OrderState.Shipped));
        _requireBefore(orderId, since + _deliver);

        _advance(orderId, OrderState.Shipped, true);
        emit DeliveryRecorded(orderId);
    }

    /// @inheritdoc IOrderEscrow
    function confirm(Order calldata terms) external {
        bytes32 orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        require(status.state == OrderState.Shipped, EscrowWrongState(orderId, status.state));
        require(msg.sender == status.account, EscrowNotAllowed(msg.sender));

        _settle(orderId, terms);
    }

    /// @inheritdoc IOrderEscrow
    function confirmBySignature(Order calldata terms, Delivery calldata delivery, KeySignature calldata signature) external {
        require(block.timestamp <= delivery.deadline, EscrowDeadlinePassed(delivery.deadline));
        bytes32 orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        require(status.state == OrderState.Shipped, EscrowWrongState(orderId, status.state));
        require(delivery.order == orderId, EscrowEvidenceRefused());
        bool complete = delivery.complete && delivery.quantity >= terms.quantity;
        require(complete, EscrowDeliveryIncomplete(delivery.quantity, terms.quantity));
        _requireDevice(status.account, _hashTypedDataV4(delivery.hash()), signature);

        _settle(orderId, terms);
    }

    /// @inheritdoc IOrderEscrow
    function releaseAfter(Order calldata terms) external {
        bytes32 orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        require(status.state == OrderState.Shipped && status.deliveryRecorded, EscrowWrongState(orderId, status.state));
        require(block.timestamp >= status.since + _confirm, EscrowTooEarly(orderId, status.since + _confirm));

        _settle(orderId, terms);
    }

    /// @inheritdoc IOrderEscrow
    function refundAfter(Order calldata terms) external {
        bytes32 orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        uint64 from;
        if (status.state == OrderState.Open) from = status.since + _veto + _accept;
        else if (status.state == OrderState.Accepted) from = status.since + _ship;
        else if (status.state == OrderState.Shipped && !status.deliveryRecorded) from = status.since + _deliver;
        else revert EscrowWrongState(orderId, status.state);
        require(block.timestamp >= from, EscrowTooEarly(orderId, from));

        _giveCycleBack(terms);
        orders[orderId].state = OrderState.Refunded;
        emit OrderRefunded(orderId, status.account, terms.bamtol, terms.bamnamu);
        _giveMoneyBack(status.account, terms);
    }

    /// @inheritdoc IOrderEscrow
    function withdraw(IERC20 token) external returns (uint256 amount) {
        Credit storage credit = credits[msg.sender];
        if (address(token) == address(bamtol)) (amount, credit.bamtol) = (credit.bamtol, 0);
        else if (address(token) == address(bamnamu)) (amount, credit.bamnamu) = (credit.bamnamu, 0);
        require(amount > 0, EscrowNoCredit(msg.sender));

        emit Withdrawn(msg.sender, token, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /* VIEWS */

    /// @inheritdoc IOrderEscrow
    function orderIdOf(Order calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(terms.hash());
    }

    /// @inheritdoc IOrderEscrow
    function mandateIdOf(Mandate calldata terms) external pure returns (bytes32) {
        return terms.hash();
    }

    /// @inheritdoc IOrderEscrow
    function windows() external view returns (Windows memory) {
        return Windows(_veto, _accept, _ship, _deliver, _confirm);
    }

    /* CHECKS */

    function _requireDevice(address account, bytes32 digest, KeySignature calldata signature) private view returns (bytes32 device) {
        device = signature.keyHash();
        require(devices.accountOf(device) == account, EscrowNotTheAccountsDevice(device, account));
        require(signature.signs(digest, _verifier), EscrowBadSignature(device));
    }

    function _requireStanding(Mandate calldata mandate, StandingLeaf calldata standing, bytes32[] calldata proof) private view {
        bool enough = standing.account == mandate.account && standing.tier >= mandate.minTier;
        require(enough && rewards.hasStanding(standing, proof), EscrowStandingRefused(standing.tier, mandate.minTier));
    }

    function _requireVeto(bytes32 orderId, Status memory status) private view {
        require(status.state == OrderState.Open, EscrowWrongState(orderId, status.state));
        _requireBefore(orderId, status.since + _veto);
    }

    function _requireSellersTurn(Order calldata terms, OrderState expected) private view returns (bytes32 orderId, uint64 since) {
        require(msg.sender == terms.seller, EscrowNotAllowed(msg.sender));
        orderId = orderIdOf(terms);
        Status memory status = orders[orderId];
        require(status.state == expected, EscrowWrongState(orderId, status.state));
        since = status.since;
    }

    function _requireBefore(bytes32 orderId, uint64 until) private view {
        require(block.timestamp < until, EscrowTooLate(orderId, until));
    }

    /* EFFECTS */

    /// @dev One check for freshness, replay and double orders: a cycle is ordered for once.
    function _spend(Order calldata terms, Mandate calldata mandate, uint256 price) private {
        Use memory use = mandates[terms.mandate];
        require(use.active, EscrowMandateInactive(terms.mandate));
        uint32 atLeast = mandate.minCycles > use.lastCycle ? mandate.minCycles : use.lastCycle + 1;
        require(terms.cycle >= atLeast, EscrowCycleRefused(terms.cycle, atLeast));
        uint32 period = uint32(block.timestamp / (uint256(mandate.periodDays) * 1 days));
        uint256 spent = period == use.period ? use.spent : 0;
        require(spent + price <= mandate.budgetPerPeriod, EscrowBudgetSpent(price, mandate.budgetPerPeriod - spent));

        // At most the budget, which is a uint128.
        // forge-lint: disable-next-line(unsafe-typecast)
        mandates[terms.mandate] = Use(true, false, terms.cycle, period, uint128(spent + price));
    }

    function _open(bytes32 orderId, Mandate calldata mandate) private {
        bytes32 last = lastOrder[mandate.account][mandate.gtin];
        require(!_isLive(orders[last].state), EscrowOrderLive(last));
        require(orders[orderId].state == OrderState.None, EscrowWrongState(orderId, orders[orderId].state));

        lastOrder[mandate.account][mandate.gtin] = orderId;
        orders[orderId] = Status(mandate.account, OrderState.Open, false, uint64(block.timestamp));
    }

    function _isLive(OrderState state) private pure returns (bool) {
        return state == OrderState.Open || state == OrderState.Accepted || state == OrderState.Shipped;
    }

    function _advance(bytes32 orderId, OrderState state, bool deliveryRecorded) private {
        Status storage status = orders[orderId];
        status.state = state;
        status.deliveryRecorded = deliveryRecorded;
        status.since = uint64(block.timestamp);
    }

    function _settle(bytes32 orderId, Order calldata terms) private {
        orders[orderId].state = OrderState.Settled;
        Credit storage credit = credits[terms.seller];
        credit.bamtol += terms.bamtol;
        credit.bamnamu += terms.bamnamu;
        emit OrderSettled(orderId, terms.seller, terms.bamtol, terms.bamnamu);
    }

    function _cancel(bytes32 orderId, address account, Order calldata terms) private {
        orders[orderId].state = OrderState.Cancelled;
        emit OrderCancelled(orderId, account, terms.bamtol, terms.bamnamu);
        _giveMoneyBack(account, terms);
    }

    /// @dev When the seller failed, the same empty pack may be ordered for again. The period's budget stays spent: a thief of the device key
    /// cannot try over and over.
    function _giveCycleBack(Order calldata terms) private {
        Use storage use = mandates[terms.mandate];
        if (use.lastCycle == terms.cycle) use.lastCycle = terms.cycle - 1;
    }

    /// @dev Pushed: the account is a plain clone that can neither refuse nor re-enter through a plain ERC-20.
    function _giveMoneyBack(address account, Order calldata terms) private {
        if (terms.bamtol > 0) bamtol.safeTransfer(account, terms.bamtol);
        if (terms.bamnamu > 0) bamnamu.safeTransfer(account, terms.bamnamu);
    }
}
