// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ConfirmTest is EscrowTest {
    function test_refuses_anybody_but_the_account() public {
        (Order memory terms,) = shipped(3);

        expectNotAllowed(SELLER);
        vm.prank(SELLER);
        escrow.confirm(terms);
    }

    function test_refuses_an_order_that_was_not_shipped() public {
        (Order memory terms, bytes32 orderId) = accepted(3);

        expectWrongState(orderId, OrderState.Accepted);
        vm.prank(home.account);
        escrow.confirm(terms);
    }

    function test_refuses_to_settle_twice() public {
        (Order memory terms, bytes32 orderId) = settled(3);

        expectWrongState(orderId, OrderState.Settled);
        vm.prank(home.account);
        escrow.confirm(terms);
    }

    function test_settles_a_shipped_order_and_credits_the_seller() public {
        (Order memory terms, bytes32 orderId) = shipped(3);

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.OrderSettled(orderId, SELLER, terms.bamtol, terms.bamnamu);
        vm.prank(home.account);
        escrow.confirm(terms);

        assertState(orderId, OrderState.Settled, "settled");
        assertEq(creditOf(SELLER), 2 * PRICE, "credited");
        assertEq(bamtol.balanceOf(address(escrow)), 2 * PRICE, "still here until withdrawn");
    }

    function test_settles_after_the_delivery_record_too() public {
        (Order memory terms, bytes32 orderId) = delivered(3);

        vm.prank(home.account);
        escrow.confirm(terms);

        assertState(orderId, OrderState.Settled, "settled");
    }

    function test_settles_long_after_the_deliver_window_while_nobody_refunded() public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        skip(DELIVER + 100 days);

        vm.prank(home.account);
        escrow.confirm(terms);

        assertState(orderId, OrderState.Settled, "settled");
    }
}
