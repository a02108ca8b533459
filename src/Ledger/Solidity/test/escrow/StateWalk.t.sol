// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, KeySignature, Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// Walks the table of docs/contracts.md, "The life of an order" (a C# test compares the two): every stage of an order x every step of every actor, before and after every time-out. What the table does not allow must
/// revert and change nothing; what it allows must lead where it says, and every stage must have a way out by time and one honest party alone.
contract StateWalkTest is EscrowTest {
    /// Stages rather than states: the windows and the delivery record split Open and Shipped.
    enum Stage {
        Veto,
        Acceptable,
        AcceptLate,
        Accepted,
        ShipLate,
        Shipped,
        DeliverLate,
        Delivered,
        ConfirmLate,
        Settled,
        Cancelled,
        Refunded
    }

    enum Step {
        AccountCancels,
        DeviceCancels,
        SellerCancels,
        SellerAccepts,
        SellerShips,
        SellerRecords,
        AccountConfirms,
        DeviceConfirms,
        AnybodyReleases,
        AnybodyRefunds
    }

    uint256 private constant STAGES = 12;
    uint256 private constant STEPS = 10;

    mapping(Stage stage => mapping(Step step => OrderState)) private _table;
    Order private _terms;
    bytes32 private _orderId;

    function setUp() public override {
        super.setUp();
        allow(Stage.Veto, Step.AccountCancels, OrderState.Cancelled);
        allow(Stage.Veto, Step.DeviceCancels, OrderState.Cancelled);
        allow(Stage.Veto, Step.SellerCancels, OrderState.Cancelled);
        allow(Stage.Acceptable, Step.SellerCancels, OrderState.Cancelled);
        allow(Stage.Acceptable, Step.SellerAccepts, OrderState.Accepted);
        allow(Stage.AcceptLate, Step.SellerCancels, OrderState.Cancelled);
        allow(Stage.AcceptLate, Step.AnybodyRefunds, OrderState.Refunded);
        allow(Stage.Accepted, Step.SellerCancels, OrderState.Cancelled);
        allow(Stage.Accepted, Step.SellerShips, OrderState.Shipped);
        allow(Stage.ShipLate, Step.SellerCancels, OrderState.Cancelled);
        allow(Stage.ShipLate, Step.AnybodyRefunds, OrderState.Refunded);
        allow(Stage.Shipped, Step.SellerRecords, OrderState.Shipped);
        allow(Stage.Shipped, Step.AccountConfirms, OrderState.Settled);
        allow(Stage.Shipped, Step.DeviceConfirms, OrderState.Settled);
        allow(Stage.DeliverLate, Step.AccountConfirms, OrderState.Settled);
        allow(Stage.DeliverLate, Step.DeviceConfirms, OrderState.Settled);
        allow(Stage.Delivered, Step.AccountConfirms, OrderState.Settled);
        allow(Stage.Delivered, Step.DeviceConfirms, OrderState.Settled);
        allow(Stage.ConfirmLate, Step.AccountConfirms, OrderState.Settled);
        allow(Stage.ConfirmLate, Step.DeviceConfirms, OrderState.Settled);
        allow(Stage.DeliverLate, Step.AnybodyRefunds, OrderState.Refunded);
        allow(Stage.ConfirmLate, Step.AnybodyReleases, OrderState.Settled);
    }

    function test_every_step_from_every_stage_does_what_the_table_says() public {
        uint256 fresh = vm.snapshotState();
        for (uint256 i = 0; i < STAGES * STEPS; i++) {
            Stage stage = Stage(i / STEPS);
            Step step = Step(i % STEPS);
            bring(stage);
            tryStep(stage, step);
            vm.revertToState(fresh);
        }
    }

    /// Time alone and one honest party: the household when the seller is silent, the seller when the household is.
    function test_every_stage_that_is_not_final_ends_without_the_other_party() public {
        uint256 fresh = vm.snapshotState();
        for (Stage stage = Stage.Veto; stage < Stage.Settled; stage = Stage(uint8(stage) + 1)) {
            bring(stage);
            for (uint256 i = 0; i < 2 && !isFinal(stateOf(_orderId)); i++) {
                skip(VETO + ACCEPT + SHIP + DELIVER + CONFIRM);
                takes(Step.AnybodyRefunds);
                takes(Step.AnybodyReleases);
            }
            assertTrue(isFinal(stateOf(_orderId)), string.concat("ends by time, from stage ", vm.toString(uint256(stage))));
            vm.revertToState(fresh);
        }
    }

    function test_strangers_can_do_nothing_but_end_what_is_late() public {
        uint256 fresh = vm.snapshotState();
        for (uint256 i = 0; i < STAGES; i++) {
            bring(Stage(i));
            vm.startPrank(STRANGER);
            assertFalse(succeeds(abi.encodeCall(IOrderEscrow.cancel, (_terms))), "cancel");
            assertFalse(succeeds(abi.encodeCall(IOrderEscrow.accept, (_terms))), "accept");
            assertFalse(succeeds(abi.encodeCall(IOrderEscrow.ship, (_terms))), "ship");
            assertFalse(succeeds(abi.encodeCall(IOrderEscrow.recordDelivery, (_terms))), "record");
            assertFalse(succeeds(abi.encodeCall(IOrderEscrow.confirm, (_terms))), "confirm");
            vm.stopPrank();
            vm.revertToState(fresh);
        }
    }

    function tryStep(Stage stage, Step step) private {
        OrderState before = stateOf(_orderId);
        OrderState expected = _table[stage][step];
        string memory label = string.concat("stage ", vm.toString(uint256(stage)), ", step ", vm.toString(uint256(step)));

        bool taken = takes(step);

        assertTrue(taken == (expected != OrderState.None), string.concat("allowed or not: ", label));
        OrderState now__ = stateOf(_orderId);
        assertEq(uint256(now__), uint256(taken ? expected : before), string.concat("state after: ", label));
        uint256 home_ = bamtol.balanceOf(home.account);
        bool back = now__ == OrderState.Cancelled || now__ == OrderState.Refunded;
        assertEq(home_, back ? CASH : CASH - _terms.bamtol, string.concat("account: ", label));
        assertEq(creditOf(SELLER), now__ == OrderState.Settled ? _terms.bamtol : 0, string.concat("seller: ", label));
        assertEq(bamtol.balanceOf(address(escrow)), back ? 0 : _terms.bamtol, string.concat("escrow: ", label));
    }

    function bring(Stage stage) private {
        (_terms, _orderId) = open(3);
        if (stage == Stage.Veto) return;
        if (stage == Stage.Cancelled) return take(Step.AccountCancels);
        skip(VETO);
        if (stage == Stage.Acceptable) return;
        if (stage == Stage.AcceptLate || stage == Stage.Refunded) {
            skip(ACCEPT);
            if (stage == Stage.Refunded) take(Step.AnybodyRefunds);
            return;
        }
        take(Step.SellerAccepts);
        if (stage == Stage.Accepted) return;
        if (stage == Stage.ShipLate) return skip(SHIP);
        take(Step.SellerShips);
        if (stage == Stage.Shipped) return;
        if (stage == Stage.DeliverLate) return skip(DELIVER);
        take(Step.SellerRecords);
        if (stage == Stage.Delivered) return;
        skip(CONFIRM);
        if (stage == Stage.Settled) take(Step.AnybodyReleases);
    }

    function take(Step step) private {
        assertTrue(takes(step), "on the way to the stage");
    }

    function takes(Step step) private returns (bool) {
        if (step == Step.AccountCancels) return as_(home.account, abi.encodeCall(IOrderEscrow.cancel, (_terms)));
        if (step == Step.SellerCancels) return as_(SELLER, abi.encodeCall(IOrderEscrow.cancel, (_terms)));
        if (step == Step.SellerAccepts) return as_(SELLER, abi.encodeCall(IOrderEscrow.accept, (_terms)));
        if (step == Step.SellerShips) return as_(SELLER, abi.encodeCall(IOrderEscrow.ship, (_terms)));
        if (step == Step.SellerRecords) return as_(SELLER, abi.encodeCall(IOrderEscrow.recordDelivery, (_terms)));
        if (step == Step.AccountConfirms) return as_(home.account, abi.encodeCall(IOrderEscrow.confirm, (_terms)));
        if (step == Step.AnybodyReleases) return as_(STRANGER, abi.encodeCall(IOrderEscrow.releaseAfter, (_terms)));
        if (step == Step.AnybodyRefunds) return as_(STRANGER, abi.encodeCall(IOrderEscrow.refundAfter, (_terms)));
        if (step == Step.DeviceCancels) {
            uint64 deadline = uint64(now_());
            KeySignature memory signature = signCancel(home, _orderId, deadline);
            return as_(STRANGER, abi.encodeCall(IOrderEscrow.cancelBySignature, (_terms, deadline, signature)));
        }
        Delivery memory delivery = deliveryOf(_orderId, _terms.quantity, true);
        return as_(STRANGER, abi.encodeCall(IOrderEscrow.confirmBySignature, (_terms, delivery, signDelivery(home, delivery))));
    }

    function as_(address caller, bytes memory data) private returns (bool success) {
        vm.prank(caller);
        return succeeds(data);
    }

    function succeeds(bytes memory data) private returns (bool success) {
        (success,) = address(escrow).call(data);
    }

    function allow(Stage stage, Step step, OrderState to) private {
        _table[stage][step] = to;
    }

    function isFinal(OrderState state) private pure returns (bool) {
        return state >= OrderState.Settled;
    }
}
