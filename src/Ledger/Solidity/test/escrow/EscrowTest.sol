// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, Mandate, Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {Household, Ticket, World} from "../support/World.sol";

/// One household with a milk mandate, and the steps that bring an order to any state.
abstract contract EscrowTest is World {
    Household internal home;
    Mandate internal milk;

    function setUp() public virtual {
        deploy();
        home = openHousehold(1);
        milk = mandateOf(home, MILK);
        setMandate(home, milk);
    }

    /* STEPS */

    function open(uint32 cycle) internal returns (Order memory terms, bytes32 orderId) {
        return open(ticketOf(home, milk, cycle));
    }

    function open(Ticket memory ticket) internal returns (Order memory terms, bytes32 orderId) {
        terms = ticket.terms;
        orderId = trigger(ticket);
    }

    function accepted(uint32 cycle) internal returns (Order memory terms, bytes32 orderId) {
        (terms, orderId) = open(cycle);
        skip(VETO);
        vm.prank(SELLER);
        escrow.accept(terms);
    }

    function shipped(uint32 cycle) internal returns (Order memory terms, bytes32 orderId) {
        (terms, orderId) = accepted(cycle);
        vm.prank(SELLER);
        escrow.ship(terms);
    }

    function delivered(uint32 cycle) internal returns (Order memory terms, bytes32 orderId) {
        (terms, orderId) = shipped(cycle);
        vm.prank(SELLER);
        escrow.recordDelivery(terms);
    }

    function settled(uint32 cycle) internal returns (Order memory terms, bytes32 orderId) {
        (terms, orderId) = shipped(cycle);
        vm.prank(home.account);
        escrow.confirm(terms);
    }

    function shelfConfirms(Order memory terms, bytes32 orderId) internal {
        Delivery memory delivery = deliveryOf(orderId, terms.quantity, true);
        escrow.confirmBySignature(terms, delivery, signDelivery(home, delivery));
    }

    /* WHAT IS SEEN */

    function stateOf(bytes32 orderId) internal view returns (OrderState state) {
        (, state,,) = escrow.orders(orderId);
    }

    function assertState(bytes32 orderId, OrderState expected, string memory label) internal view {
        assertEq(uint256(stateOf(orderId)), uint256(expected), label);
    }

    function lastCycle(Mandate memory mandate) internal view returns (uint32 cycle) {
        (,, cycle,,) = escrow.mandates(hashOf(mandate));
    }

    function spent(Mandate memory mandate) internal view returns (uint128 amount) {
        (,,,, amount) = escrow.mandates(hashOf(mandate));
    }

    function creditOf(address seller) internal view returns (uint128 cash) {
        (cash,) = escrow.credits(seller);
    }

    /* REFUSALS */

    function expectNotAllowed(address caller) internal {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowNotAllowed.selector, caller));
    }

    function expectWrongState(bytes32 orderId, OrderState actual) internal {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowWrongState.selector, orderId, actual));
    }

    function expectTooEarly(bytes32 orderId, uint256 from) internal {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowTooEarly.selector, orderId, uint64(from)));
    }

    function expectTooLate(bytes32 orderId, uint256 until) internal {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowTooLate.selector, orderId, uint64(until)));
    }

    function expectDeadlinePassed(uint64 deadline) internal {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowDeadlinePassed.selector, deadline));
    }
}
