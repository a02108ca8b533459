// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract RecordDeliveryTest is EscrowTest {
    function test_refuses_anybody_but_the_seller() public {
        (Order memory terms,) = shipped(3);

        expectNotAllowed(home.account);
        vm.prank(home.account);
        escrow.recordDelivery(terms);
    }

    function test_refuses_an_order_that_was_not_shipped() public {
        (Order memory terms, bytes32 orderId) = accepted(3);

        expectWrongState(orderId, OrderState.Accepted);
        vm.prank(SELLER);
        escrow.recordDelivery(terms);
    }

    function test_refuses_after_the_deliver_window() public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        skip(DELIVER);

        expectTooLate(orderId, now_());
        vm.prank(SELLER);
        escrow.recordDelivery(terms);
    }

    function test_refuses_to_record_twice_which_would_prolong_the_window() public {
        (Order memory terms, bytes32 orderId) = delivered(3);

        expectWrongState(orderId, OrderState.Shipped);
        vm.prank(SELLER);
        escrow.recordDelivery(terms);
    }

    function testFuzz_records_inside_the_window(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        skip(bound(wait, 0, DELIVER - 1));

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.DeliveryRecorded(orderId);
        vm.prank(SELLER);
        escrow.recordDelivery(terms);

        (, OrderState state, bool deliveryRecorded, uint64 since) = escrow.orders(orderId);
        assertEq(uint256(state), uint256(OrderState.Shipped), "still shipped");
        assertTrue(deliveryRecorded, "recorded");
        assertEq(since, now_(), "the confirmation window starts");
    }
}
