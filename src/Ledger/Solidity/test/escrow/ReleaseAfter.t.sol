// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ReleaseAfterTest is EscrowTest {
    function test_refuses_a_shipped_order_without_a_delivery_record() public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        skip(1000 days);

        expectWrongState(orderId, OrderState.Shipped);
        escrow.releaseAfter(terms);
    }

    function testFuzz_refuses_inside_the_confirmation_window(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = delivered(3);
        uint256 from = now_() + CONFIRM;
        skip(bound(wait, 0, CONFIRM - 1));

        expectTooEarly(orderId, from);
        escrow.releaseAfter(terms);
    }

    function testFuzz_settles_after_the_confirmation_window_whoever_asks(uint32 wait, address anybody) public {
        (Order memory terms, bytes32 orderId) = delivered(3);
        skip(bound(wait, CONFIRM, 10_000 days));

        vm.prank(anybody);
        escrow.releaseAfter(terms);

        assertState(orderId, OrderState.Settled, "settled");
        assertEq(creditOf(SELLER), 2 * PRICE, "credited");
    }
}
