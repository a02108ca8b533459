// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract AcceptTest is EscrowTest {
    function test_refuses_anybody_but_the_seller() public {
        (Order memory terms,) = open(3);
        skip(VETO);

        expectNotAllowed(OTHER_SELLER);
        vm.prank(OTHER_SELLER);
        escrow.accept(terms);
    }

    function testFuzz_refuses_before_the_veto_window_ends(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = open(3);
        uint256 from = now_() + VETO;
        skip(bound(wait, 0, VETO - 1));

        expectTooEarly(orderId, from);
        vm.prank(SELLER);
        escrow.accept(terms);
    }

    function test_refuses_after_the_accept_window() public {
        (Order memory terms, bytes32 orderId) = open(3);
        skip(VETO + ACCEPT);

        expectTooLate(orderId, now_());
        vm.prank(SELLER);
        escrow.accept(terms);
    }

    function test_refuses_to_accept_twice() public {
        (Order memory terms, bytes32 orderId) = accepted(3);

        expectWrongState(orderId, OrderState.Accepted);
        vm.prank(SELLER);
        escrow.accept(terms);
    }

    function testFuzz_accepts_inside_the_window(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = open(3);
        skip(bound(wait, VETO, VETO + ACCEPT - 1));

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.OrderAccepted(orderId);
        vm.prank(SELLER);
        escrow.accept(terms);

        (,,, uint64 since) = escrow.orders(orderId);
        assertState(orderId, OrderState.Accepted, "accepted");
        assertEq(since, now_(), "since now");
    }
}
