// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, KeySignature, Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {Household} from "../support/World.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ConfirmBySignatureTest is EscrowTest {
    function test_refuses_after_the_deadline() public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        Delivery memory delivery = deliveryOf(orderId, 2, true);
        KeySignature memory signature = signDelivery(home, delivery);
        vm.warp(delivery.deadline + 1);

        expectDeadlinePassed(delivery.deadline);
        escrow.confirmBySignature(terms, delivery, signature);
    }

    function test_refuses_an_order_that_was_not_shipped() public {
        (Order memory terms, bytes32 orderId) = accepted(3);
        Delivery memory delivery = deliveryOf(orderId, 2, true);
        KeySignature memory signature = signDelivery(home, delivery);

        expectWrongState(orderId, OrderState.Accepted);
        escrow.confirmBySignature(terms, delivery, signature);
    }

    function testFuzz_refuses_the_word_about_another_order(bytes32 another) public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        vm.assume(another != orderId);
        Delivery memory delivery = deliveryOf(another, 2, true);
        KeySignature memory signature = signDelivery(home, delivery);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowEvidenceRefused.selector));
        escrow.confirmBySignature(terms, delivery, signature);
    }

    function testFuzz_refuses_a_delivery_that_is_not_complete(uint32 quantity, bool complete) public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        if (complete) quantity = uint32(bound(quantity, 0, terms.quantity - 1));
        Delivery memory delivery = deliveryOf(orderId, quantity, complete);
        KeySignature memory signature = signDelivery(home, delivery);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowDeliveryIncomplete.selector, quantity, terms.quantity));
        escrow.confirmBySignature(terms, delivery, signature);
    }

    function test_refuses_the_device_of_another_household() public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        Household memory other = join(2, 2002);
        Delivery memory delivery = deliveryOf(orderId, 2, true);
        KeySignature memory signature = signDelivery(other, delivery);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowNotTheAccountsDevice.selector, other.device, home.account));
        escrow.confirmBySignature(terms, delivery, signature);
    }

    function test_refuses_a_delivery_that_the_device_did_not_sign() public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        KeySignature memory signature = signDelivery(home, deliveryOf(orderId, 3, true));
        Delivery memory delivery = deliveryOf(orderId, 2, true);

        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowBadSignature.selector, home.device));
        escrow.confirmBySignature(terms, delivery, signature);
    }

    function testFuzz_settles_on_the_shelfs_word_whoever_brings_it(uint32 quantity, address relayer) public {
        (Order memory terms, bytes32 orderId) = shipped(3);
        Delivery memory delivery = deliveryOf(orderId, uint32(bound(quantity, terms.quantity, type(uint32).max)), true);
        KeySignature memory signature = signDelivery(home, delivery);

        vm.prank(relayer);
        escrow.confirmBySignature(terms, delivery, signature);

        assertState(orderId, OrderState.Settled, "settled");
        assertEq(creditOf(SELLER), 2 * PRICE, "the named seller is credited");
    }
}
