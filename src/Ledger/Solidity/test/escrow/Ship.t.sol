// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ShipTest is EscrowTest {
    function test_refuses_anybody_but_the_seller() public {
        (Order memory terms,) = accepted(3);

        expectNotAllowed(home.account);
        vm.prank(home.account);
        escrow.ship(terms);
    }

    function test_refuses_an_order_that_was_not_accepted() public {
        (Order memory terms, bytes32 orderId) = open(3);

        expectWrongState(orderId, OrderState.Open);
        vm.prank(SELLER);
        escrow.ship(terms);
    }

    function test_refuses_after_the_ship_window() public {
        (Order memory terms, bytes32 orderId) = accepted(3);
        skip(SHIP);

        expectTooLate(orderId, now_());
        vm.prank(SELLER);
        escrow.ship(terms);
    }

    function testFuzz_ships_inside_the_window(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = accepted(3);
        skip(bound(wait, 0, SHIP - 1));

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.OrderShipped(orderId);
        vm.prank(SELLER);
        escrow.ship(terms);

        assertState(orderId, OrderState.Shipped, "shipped");
    }
}
