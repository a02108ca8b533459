// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract RevokeMandateTest is EscrowTest {
    function test_refuses_anybody_but_the_account() public {
        expectNotAllowed(STRANGER);
        vm.prank(STRANGER);
        escrow.revokeMandate(milk);
    }

    function test_refuses_a_mandate_that_is_not_set() public {
        milk.nonce++;

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowMandateInactive.selector, hashOf(milk)));
        vm.prank(home.account);
        escrow.revokeMandate(milk);
    }

    function test_refuses_to_revoke_twice() public {
        vm.prank(home.account);
        escrow.revokeMandate(milk);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowMandateInactive.selector, hashOf(milk)));
        vm.prank(home.account);
        escrow.revokeMandate(milk);
    }

    function test_revokes_for_ever_while_the_running_order_goes_on() public {
        (Order memory terms, bytes32 orderId) = shipped(3);

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.MandateRevoked(hashOf(milk), home.account);
        vm.prank(home.account);
        escrow.revokeMandate(milk);
        shelfConfirms(terms, orderId);

        (bool active, bool revoked,,,) = escrow.mandates(hashOf(milk));
        assertTrue(!active && revoked, "revoked");
        assertState(orderId, OrderState.Settled, "the order settled");
    }
}
