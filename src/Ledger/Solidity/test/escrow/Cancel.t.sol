// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract CancelTest is EscrowTest {
    function test_refuses_strangers() public {
        (Order memory terms,) = open(3);

        expectNotAllowed(STRANGER);
        vm.prank(STRANGER);
        escrow.cancel(terms);
    }

    function test_refuses_the_account_after_the_veto_window() public {
        (Order memory terms, bytes32 orderId) = open(3);
        skip(VETO);

        expectTooLate(orderId, now_());
        vm.prank(home.account);
        escrow.cancel(terms);
    }

    function test_refuses_the_account_once_accepted() public {
        (Order memory terms, bytes32 orderId) = accepted(3);

        expectWrongState(orderId, OrderState.Accepted);
        vm.prank(home.account);
        escrow.cancel(terms);
    }

    function test_refuses_the_seller_once_shipped() public {
        (Order memory terms, bytes32 orderId) = shipped(3);

        expectWrongState(orderId, OrderState.Shipped);
        vm.prank(SELLER);
        escrow.cancel(terms);
    }

    function testFuzz_refuses_terms_of_another_order(uint128 bamtol) public {
        (Order memory terms,) = open(3);
        vm.assume(bamtol != terms.bamtol);
        terms.bamtol = bamtol;

        expectWrongState(escrow.orderIdOf(terms), OrderState.None);
        vm.prank(SELLER);
        escrow.cancel(terms);
    }

    function testFuzz_the_account_cancels_inside_the_window_and_the_cycle_stays_used(uint32 wait) public {
        (Order memory terms, bytes32 orderId) = open(3);
        skip(bound(wait, 0, VETO - 1));

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.OrderCancelled(orderId, home.account, terms.bamtol, terms.bamnamu);
        vm.prank(home.account);
        escrow.cancel(terms);

        assertState(orderId, OrderState.Cancelled, "cancelled");
        assertEq(bamtol.balanceOf(home.account), CASH, "money is back");
        assertEq(lastCycle(milk), 3, "the member said no to this pack");
    }

    function test_the_seller_cancels_an_open_order_and_gives_the_cycle_back() public {
        (Order memory terms, bytes32 orderId) = open(3);

        vm.prank(SELLER);
        escrow.cancel(terms);

        assertState(orderId, OrderState.Cancelled, "cancelled");
        assertEq(bamtol.balanceOf(home.account), CASH, "money is back");
        assertEq(lastCycle(milk), 2, "the pack may be ordered for again");
    }

    function test_the_seller_cancels_an_accepted_order_and_the_shelf_orders_again() public {
        (Order memory terms, bytes32 first) = accepted(3);
        vm.prank(SELLER);
        escrow.cancel(terms);

        (, bytes32 second) = open(3);

        assertState(first, OrderState.Cancelled, "first cancelled");
        assertState(second, OrderState.Open, "second open");
        assertEq(spent(milk), 4 * PRICE, "both count against the budget");
    }

    function test_a_sellers_cancellation_never_lowers_a_later_orders_cycle() public {
        (Order memory first,) = settled(3);
        (Order memory second,) = open(7);
        vm.prank(SELLER);
        escrow.cancel(second);

        expectWrongState(escrow.orderIdOf(first), OrderState.Settled);
        vm.prank(SELLER);
        escrow.cancel(first);
        assertEq(lastCycle(milk), 6, "one below the cancelled order's");
    }
}
