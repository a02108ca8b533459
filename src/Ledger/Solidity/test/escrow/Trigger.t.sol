// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mandate, Order, OrderState} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {Household, Ticket} from "../support/World.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract TriggerTest is EscrowTest {
    /* THE WORDS AROUND THE ORDER */

    function test_refuses_an_order_after_its_deadline() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        vm.warp(ticket.terms.deadline + 1);

        expectDeadlinePassed(ticket.terms.deadline);
        trigger(ticket);
    }

    function test_refuses_terms_that_the_device_did_not_sign() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.terms.seller = OTHER_SELLER;
        ticket.sellerProof[0] = hashLeaf(SELLER);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowBadSignature.selector, home.device));
        trigger(ticket);
    }

    function test_refuses_a_high_s_twin_of_the_signature() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.signature.s = bytes32(ORDER_OF_P256 - uint256(ticket.signature.s));

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowBadSignature.selector, home.device));
        trigger(ticket);
    }

    function test_refuses_the_device_of_another_household() public {
        Household memory other = join(2, 2002);
        Ticket memory ticket = ticketOf(home, milk, 3);
        addEvidence(ticket, other.device, MILK, 3);
        ticket.terms.evidence = evidenceOf(ticket);
        signTicket(other, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowNotTheAccountsDevice.selector, other.device, home.account));
        trigger(ticket);
    }

    function test_refuses_a_device_that_the_account_revoked() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        vm.prank(home.account);
        devices.revoke(home.device);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowNotTheAccountsDevice.selector, home.device, home.account));
        trigger(ticket);
    }

    /* THE MANDATE */

    function test_refuses_a_mandate_that_was_never_set() public {
        Ticket memory ticket = ticketOf(home, mandateOf(home, RICE), 3);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowMandateInactive.selector, ticket.terms.mandate));
        trigger(ticket);
    }

    function test_refuses_other_terms_than_the_mandates() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.mandate.maxUnitPrice++;

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowMandateInactive.selector, ticket.terms.mandate));
        trigger(ticket);
    }

    function test_refuses_a_revoked_mandate() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        vm.prank(home.account);
        escrow.revokeMandate(milk);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowMandateInactive.selector, ticket.terms.mandate));
        trigger(ticket);
    }

    function test_refuses_a_mandate_that_ran_out() public {
        vm.warp(milk.validUntil - 1 hours);
        Ticket memory ticket = ticketOf(home, milk, 3);
        vm.warp(uint256(milk.validUntil) + 1);
        ticket.terms.deadline = uint64(now_());
        signTicket(home, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowMandateInactive.selector, ticket.terms.mandate));
        trigger(ticket);
    }

    function test_refuses_a_seller_outside_the_mandate() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.terms.seller = STRANGER;
        signTicket(home, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowSellerRefused.selector, STRANGER));
        trigger(ticket);
    }

    function testFuzz_refuses_no_packs_and_more_than_the_mandate_allows(uint32 quantity) public {
        vm.assume(quantity == 0 || quantity > milk.maxQuantity);
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.terms.quantity = quantity;
        signTicket(home, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowQuantityRefused.selector, quantity, milk.maxQuantity));
        trigger(ticket);
    }

    function testFuzz_refuses_a_price_above_the_mandates(uint128 cash) public {
        cash = uint128(bound(cash, 2 * milk.maxUnitPrice + 1, type(uint128).max));
        Ticket memory ticket = priced(cash, 0, 3);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowPriceRefused.selector, cash, 2 * milk.maxUnitPrice));
        trigger(ticket);
    }

    function test_refuses_an_order_that_costs_nothing() public {
        Ticket memory ticket = priced(0, 0, 3);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowPriceRefused.selector, 0, 2 * milk.maxUnitPrice));
        trigger(ticket);
    }

    function testFuzz_takes_bamnamu_up_to_the_mandates_share_and_no_further(uint128 cash, uint128 reward) public {
        cash = uint128(bound(cash, 0, 2 * milk.maxUnitPrice));
        reward = uint128(bound(reward, 1, EARNED / 50));
        uint256 value = (uint256(reward) * RATE + 1e18 - 1) / 1e18;
        uint256 price = cash + value;
        uint256 most = price * milk.maxBamnamuBps / 10_000;
        Ticket memory ticket = priced(cash, reward, 3);

        if (value * 10_000 > price * milk.maxBamnamuBps) expect(abi.encodeWithSelector(IOrderEscrow.EscrowBamnamuRefused.selector, value, most));
        else if (price > 2 * milk.maxUnitPrice) expect(abi.encodeWithSelector(IOrderEscrow.EscrowPriceRefused.selector, price, 2 * milk.maxUnitPrice));
        trigger(ticket);
        if (stateOf(escrow.orderIdOf(ticket.terms)) == OrderState.None) return;

        assertEq(bamtol.balanceOf(address(escrow)), cash, "cash leg in escrow");
        assertEq(bamnamu.balanceOf(address(escrow)), reward, "reward leg in escrow");
        assertEq(spent(milk), price, "both legs count against the budget");
    }

    function test_refuses_bamnamu_while_no_rate_is_published() public {
        Ticket memory ticket = priced(2 * PRICE, 1, 3);
        skip(1 days);
        uint128 total = rewards.published();
        vm.prank(PUBLISHER);
        rewards.publish(ticket.standing.epoch + 1, keccak256("no rate"), total, 0);
        ticket.terms.deadline = uint64(now_());
        signTicket(home, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowBamnamuRefused.selector, 0, 2 * PRICE * milk.maxBamnamuBps / 10_000));
        trigger(ticket);
    }

    function test_refuses_what_the_periods_budget_does_not_cover_until_the_next_period() public {
        uint32 cycle = 3;
        for (uint256 left = milk.budgetPerPeriod; left >= 2 * PRICE; left -= 2 * PRICE) {
            settled(cycle++);
        }
        Ticket memory ticket = ticketOf(home, milk, cycle);
        uint256 rest = milk.budgetPerPeriod - spent(milk);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowBudgetSpent.selector, 2 * PRICE, rest));
        trigger(ticket);

        skip(28 days);
        open(cycle);
        assertEq(spent(milk), 2 * PRICE, "a new period begins at nothing");
    }

    /* CYCLES AND LIVE ORDERS */

    function testFuzz_refuses_a_cycle_below_the_mandates_first(uint32 cycle) public {
        cycle = uint32(bound(cycle, 0, milk.minCycles - 1));
        Ticket memory ticket = ticketOf(home, milk, cycle);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowCycleRefused.selector, cycle, milk.minCycles));
        trigger(ticket);
    }

    function testFuzz_refuses_a_cycle_that_was_ordered_for(uint32 first, uint32 second) public {
        first = uint32(bound(first, milk.minCycles, 100_000));
        second = uint32(bound(second, milk.minCycles, first));
        settled(first);
        Ticket memory ticket = ticketOf(home, milk, second);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowCycleRefused.selector, second, first + 1));
        trigger(ticket);
    }

    function test_refuses_a_second_live_order_for_the_product_even_under_another_mandate() public {
        (, bytes32 first) = open(3);
        Mandate memory second = milk;
        second.nonce++;
        setMandate(home, second);
        Ticket memory ticket = ticketOf(home, second, 4);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowOrderLive.selector, first));
        trigger(ticket);
    }

    function test_refuses_the_same_order_again_after_its_cycle_was_given_back() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        (Order memory terms, bytes32 orderId) = open(ticket);
        vm.prank(SELLER);
        escrow.cancel(terms);

        expectWrongState(orderId, OrderState.Cancelled);
        trigger(ticket);
    }

    /* EVIDENCE AND STANDING */

    function test_refuses_evidence_about_another_product() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        addEvidence(ticket, home.device, RICE, 3);
        refusesEvidence(ticket);
    }

    function test_refuses_evidence_of_another_cycle() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        addEvidence(ticket, home.device, MILK, 4);
        refusesEvidence(ticket);
    }

    function test_refuses_evidence_of_another_device() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        addEvidence(ticket, keccak256("another device"), MILK, 3);
        refusesEvidence(ticket);
    }

    function test_refuses_other_evidence_than_was_signed() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        addEvidence(ticket, home.device, MILK, 3);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowEvidenceRefused.selector));
        trigger(ticket);
    }

    function test_refuses_a_leaf_that_is_not_in_the_block() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.leafProof[0] = bytes32(0);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowNotAnchored.selector, ticket.header.eventsRoot));
        trigger(ticket);
    }

    function test_refuses_a_block_that_is_not_under_the_root() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.blockProof[0] = bytes32(0);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowNotAnchored.selector, ticket.root));
        trigger(ticket);
    }

    function test_refuses_a_root_that_was_not_anchored() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        (ticket.root, ticket.blockProof) = grow(hashOf(ticket.header), 5);
        ticket.terms.evidence = evidenceOf(ticket);
        signTicket(home, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowNotAnchored.selector, ticket.root));
        trigger(ticket);
    }

    function testFuzz_takes_leaves_of_the_last_days_only(uint32 day) public {
        uint32 today = uint32(now_() / 1 days) + 1;
        day = uint32(bound(day, today - 60, today + 60));
        Ticket memory ticket = ticketOf(home, milk, 3);
        today = uint32(now_() / 1 days);
        ticket.leaf.day = day;
        (ticket.header.eventsRoot, ticket.leafProof) = grow(hashLeaf(ticket.leaf), 4);
        (ticket.root, ticket.blockProof) = grow(hashOf(ticket.header), 3);
        if (!anchor.isAnchored(ticket.root)) {
            vm.prank(ANCHORER);
            anchor.anchor(ticket.root, 8);
        }
        ticket.terms.evidence = evidenceOf(ticket);
        signTicket(home, ticket);

        if (day + escrow.FRESH_DAYS() < today || day > today + 1) {
            expect(abi.encodeWithSelector(IOrderEscrow.EscrowLeafNotFresh.selector, day));
        }
        trigger(ticket);
    }

    function testFuzz_refuses_a_tier_below_the_mandates(uint8 minTier, uint8 tier) public {
        minTier = uint8(bound(minTier, 1, 255));
        tier = uint8(bound(tier, 0, minTier - 1));
        milk.minTier = minTier;
        milk.nonce++;
        setMandate(home, milk);
        Ticket memory ticket = ticketOf(home, milk, 3);
        addStanding(ticket, tier);
        addEvidence(ticket, home.device, MILK, 3);
        ticket.terms.evidence = evidenceOf(ticket);
        ticket.terms.deadline = uint64(now_());
        signTicket(home, ticket);

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowStandingRefused.selector, tier, minTier));
        trigger(ticket);
    }

    function test_refuses_the_standing_of_somebody_else() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.standing.account = STRANGER;

        expect(abi.encodeWithSelector(IOrderEscrow.EscrowStandingRefused.selector, 1, 1));
        trigger(ticket);
    }

    function test_takes_standing_of_the_epoch_before_and_refuses_an_older_one() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.terms.deadline = uint64(now_() + 3 days);
        signTicket(home, ticket);
        uint256 before = vm.snapshotState();

        publish(keccak256("one epoch later"), rewards.published());
        trigger(ticket);

        vm.revertToState(before);
        publish(keccak256("one epoch later"), rewards.published());
        publish(keccak256("two epochs later"), rewards.published());
        expect(abi.encodeWithSelector(IOrderEscrow.EscrowStandingRefused.selector, 1, 1));
        trigger(ticket);
    }

    /* MONEY */

    function test_refuses_when_the_account_has_too_little() public {
        vm.prank(home.account);
        bamtol.redeem(CASH - 2 * PRICE + 1);
        Ticket memory ticket = ticketOf(home, milk, 3);

        vm.expectRevert();
        trigger(ticket);
    }

    function test_opens_the_order_and_pulls_both_legs() public {
        Ticket memory ticket = priced(500_000, 5e18, 3);

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.OrderOpened(escrow.orderIdOf(ticket.terms), home.account, SELLER, MILK, home.device, ticket.terms);
        bytes32 orderId = trigger(ticket);

        (address account, OrderState state, bool deliveryRecorded, uint64 since) = escrow.orders(orderId);
        assertEq(account, home.account, "the account's order");
        assertEq(uint256(state), uint256(OrderState.Open), "open");
        assertFalse(deliveryRecorded, "nothing delivered");
        assertEq(since, now_(), "since now");
        assertEq(bamtol.balanceOf(address(escrow)), 500_000, "cash in escrow");
        assertEq(bamnamu.balanceOf(address(escrow)), 5e18, "reward tokens in escrow");
        assertEq(bamtol.balanceOf(home.account), CASH - 500_000, "cash left");
        assertEq(escrow.lastOrder(home.account, MILK), orderId, "newest order of the product");
        assertEq(lastCycle(milk), 3, "cycle ordered for");
        assertEq(spent(milk), 550_000, "500 000 and 5 Bamnamu at 10 000");
        assertEq(orderId, digestOf(address(escrow), hashOf(ticket.terms)), "the id is what the device signed");
    }

    /* HELPERS */

    function priced(uint128 cash, uint128 reward, uint32 cycle) private returns (Ticket memory ticket) {
        ticket = ticketOf(home, milk, cycle);
        ticket.terms.bamtol = cash;
        ticket.terms.bamnamu = reward;
        signTicket(home, ticket);
    }

    function refusesEvidence(Ticket memory ticket) private {
        ticket.terms.evidence = evidenceOf(ticket);
        signTicket(home, ticket);
        expect(abi.encodeWithSelector(IOrderEscrow.EscrowEvidenceRefused.selector));
        trigger(ticket);
    }

    function expect(bytes memory reason) private {
        vm.expectRevert(reason, address(escrow));
    }
}
