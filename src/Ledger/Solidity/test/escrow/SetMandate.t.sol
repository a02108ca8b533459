// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mandate} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract SetMandateTest is EscrowTest {
    function test_refuses_anybody_but_the_account() public {
        milk.nonce++;

        expectNotAllowed(STRANGER);
        vm.prank(STRANGER);
        escrow.setMandate(milk);
    }

    function test_refuses_the_same_terms_twice() public {
        expectRefused(milk);
    }

    function test_refuses_terms_that_were_revoked() public {
        vm.prank(home.account);
        escrow.revokeMandate(milk);

        expectRefused(milk);
    }

    function test_refuses_terms_that_allow_no_packs() public {
        milk.maxQuantity = 0;
        expectRefused(milk);
    }

    function test_refuses_a_period_of_no_days() public {
        milk.periodDays = 0;
        expectRefused(milk);
    }

    function testFuzz_refuses_a_share_above_the_whole(uint16 bps) public {
        milk.maxBamnamuBps = uint16(bound(bps, 10_001, type(uint16).max));
        expectRefused(milk);
    }

    function testFuzz_refuses_a_mandate_that_ran_out_already(uint64 validUntil) public {
        milk.validUntil = uint64(bound(validUntil, 0, now_()));
        expectRefused(milk);
    }

    function testFuzz_sets_it_once_with_an_id_that_covers_every_term(Mandate memory terms) public {
        terms.account = home.account;
        terms.maxQuantity = uint32(bound(terms.maxQuantity, 1, type(uint32).max));
        terms.periodDays = uint16(bound(terms.periodDays, 1, type(uint16).max));
        terms.maxBamnamuBps = uint16(bound(terms.maxBamnamuBps, 0, 10_000));
        terms.validUntil = uint64(bound(terms.validUntil, now_() + 1, type(uint64).max));
        bytes32 expected = hashOf(terms);

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.MandateSet(expected, home.account, terms.gtin, terms);
        vm.prank(home.account);
        bytes32 mandate = escrow.setMandate(terms);

        (bool active, bool revoked, uint32 cycle, uint32 period, uint128 used) = escrow.mandates(mandate);
        assertEq(mandate, expected, "the struct hash");
        assertEq(escrow.mandateIdOf(terms), expected, "the view agrees");
        assertTrue(active && !revoked, "active");
        assertTrue(cycle == 0 && period == 0 && used == 0, "unused");
    }

    function expectRefused(Mandate memory terms) private {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowMandateRefused.selector, hashOf(terms)));
        vm.prank(home.account);
        escrow.setMandate(terms);
    }
}
