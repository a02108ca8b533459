// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract RefundAfterTest is EscrowTest {
    function testFuzz_refuses_while_the_seller_may_still_accept(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = open(3);
        uint256 from = now_() + VETO + ACCEPT;
        skip(bound(wait, 0, VETO + ACCEPT - 1));

        expectTooEarly(orderId, from);
        escrow.refundAfter(terms);
    }

    function testFuzz_refuses_while_the_seller_may_still_ship(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = accepted(3);
        uint256 from = now_() + SHIP;
        skip(bound(wait, 0, SHIP - 1));

        expectTooEarly(orderId, from);
        escrow.refundAfter(terms);
    }

    function testFuzz_refuses_while_the_seller_may_still_deliver(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        uint256 from = now_() + DELIVER;
        skip(bound(wait, 0, DELIVER - 1));

        expectTooEarly(orderId, from);
        escrow.refundAfter(terms);
    }

    function test_refuses_once_the_delivery_is_recorded() public {
        (Order memory terms, bytes32 orderId) = delivered(3);
        skip(1000 days);

        expectWrongState(orderId, OrderState.Shipped);
        escrow.refundAfter(terms);
    }

    function test_refuses_to_refund_twice() public {
        (Order memory terms, bytes32 orderId) = open(3);
        skip(VETO + ACCEPT);
        escrow.refundAfter(terms);

        expectWrongState(orderId, OrderState.Refunded);
        escrow.refundAfter(terms);
    }

    function testFuzz_refunds_an_order_that_was_not_accepted_in_time(uint32 wait, address anybody) public {
        (Order memory terms, bytes32 orderId) = open(3);
        refunds(terms, orderId, bound(wait, VETO + ACCEPT, 10_000 days), anybody);
    }

    function testFuzz_refunds_an_order_that_was_not_shipped_in_time(uint32 wait, address anybody) public {
        (Order memory terms, bytes32 orderId) = accepted(3);
        refunds(terms, orderId, bound(wait, SHIP, 10_000 days), anybody);
    }

    function testFuzz_refunds_an_order_whose_delivery_was_not_recorded_in_time(uint32 wait, address anybody) public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        refunds(terms, orderId, bound(wait, DELIVER, 10_000 days), anybody);
    }

    function refunds(Order memory terms, bytes32 orderId, uint256 wait, address anybody) private {
        skip(wait);

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.OrderRefunded(orderId, home.account, terms.bamtol, terms.bamnamu);
        vm.prank(anybody);
        escrow.refundAfter(terms);

        assertState(orderId, OrderState.Refunded, "refunded");
        assertEq(bamtol.balanceOf(home.account), CASH, "money is back");
        assertEq(bamtol.balanceOf(address(escrow)), 0, "nothing left here");
        assertEq(lastCycle(milk), 2, "the pack may be ordered for again");
    }
}
