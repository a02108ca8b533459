// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature, Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {Household} from "../support/World.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract CancelBySignatureTest is EscrowTest {
    function test_refuses_after_the_deadline() public {
        (Order memory terms, bytes32 orderId) = open(3);
        uint64 deadline = uint64(now_());
        KeySignature memory signature = signCancel(home, orderId, deadline);
        skip(1);

        expectDeadlinePassed(deadline);
        escrow.cancelBySignature(terms, deadline, signature);
    }

    function test_refuses_after_the_veto_window() public {
        (Order memory terms, bytes32 orderId) = open(3);
        skip(VETO);
        uint64 deadline = uint64(now_());
        KeySignature memory signature = signCancel(home, orderId, deadline);

        expectTooLate(orderId, deadline);
        escrow.cancelBySignature(terms, deadline, signature);
    }

    function test_refuses_an_order_that_was_accepted() public {
        (Order memory terms, bytes32 orderId) = accepted(3);
        uint64 deadline = uint64(now_());
        KeySignature memory signature = signCancel(home, orderId, deadline);

        expectWrongState(orderId, OrderState.Accepted);
        escrow.cancelBySignature(terms, deadline, signature);
    }

    function test_refuses_the_device_of_another_household() public {
        (Order memory terms, bytes32 orderId) = open(3);
        Household memory other = join(2, 2002);
        uint64 deadline = uint64(now_());
        KeySignature memory signature = signCancel(other, orderId, deadline);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowNotTheAccountsDevice.selector, other.device, home.account));
        escrow.cancelBySignature(terms, deadline, signature);
    }

    function testFuzz_refuses_a_signature_over_something_else(bytes32 another, uint64 deadline) public {
        (Order memory terms, bytes32 orderId) = open(3);
        vm.assume(another != orderId);
        deadline = uint64(bound(deadline, now_(), type(uint64).max));
        KeySignature memory signature = signCancel(home, another, deadline);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowBadSignature.selector, home.device));
        escrow.cancelBySignature(terms, deadline, signature);
    }

    function test_cancels_on_the_devices_word_whoever_brings_it() public {
        (Order memory terms, bytes32 orderId) = open(3);
        uint64 deadline = uint64(now_());
        KeySignature memory signature = signCancel(home, orderId, deadline);

        vm.prank(STRANGER);
        escrow.cancelBySignature(terms, deadline, signature);

        assertState(orderId, OrderState.Cancelled, "cancelled");
        assertEq(bamtol.balanceOf(home.account), CASH, "money is back");
        assertEq(lastCycle(milk), 3, "the cycle stays used");
    }
}
