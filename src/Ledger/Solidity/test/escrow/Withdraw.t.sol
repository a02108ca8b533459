// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Order} from "../../src/Types.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {Ticket} from "../support/World.sol";
import {EscrowTest} from "./EscrowTest.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract WithdrawTest is EscrowTest {
    function test_refuses_without_credit() public {
        expectNoCredit(SELLER, bamtol);
    }

    function test_refuses_the_other_leg() public {
        settled(3);
        expectNoCredit(SELLER, bamnamu);
    }

    function testFuzz_refuses_other_tokens(address token) public {
        vm.assume(token != address(bamtol) && token != address(bamnamu));
        settled(3);
        expectNoCredit(SELLER, IERC20(token));
    }

    function test_refuses_twice() public {
        settled(3);
        vm.prank(SELLER);
        escrow.withdraw(bamtol);

        expectNoCredit(SELLER, bamtol);
    }

    function testFuzz_pays_each_leg_once_and_leaves_the_other(uint128 cash, uint128 reward) public {
        cash = uint128(bound(cash, 500_000, 600_000));
        reward = uint128(bound(reward, 1, 10e18));
        Ticket memory ticket = ticketOf(home, milk, 3);
        ticket.terms.bamtol = cash;
        ticket.terms.bamnamu = reward;
        signTicket(home, ticket);
        (Order memory terms, bytes32 orderId) = open(ticket);
        skip(VETO);
        vm.startPrank(SELLER);
        escrow.accept(terms);
        escrow.ship(terms);
        vm.stopPrank();
        shelfConfirms(terms, orderId);

        vm.expectEmit(true, true, true, true, address(escrow));
        emit IOrderEscrow.Withdrawn(SELLER, bamtol, cash);
        vm.prank(SELLER);
        uint256 paid = escrow.withdraw(bamtol);

        (uint128 cashLeft, uint128 rewardLeft) = escrow.credits(SELLER);
        assertEq(paid, cash, "paid the cash leg");
        assertEq(bamtol.balanceOf(SELLER), cash, "cash arrived");
        assertTrue(cashLeft == 0 && rewardLeft == reward, "the other leg stays");

        vm.prank(SELLER);
        escrow.withdraw(bamnamu);
        assertEq(bamnamu.balanceOf(SELLER), reward, "reward tokens arrived");
        assertEq(bamnamu.balanceOf(address(escrow)), 0, "nothing left here");
    }

    function expectNoCredit(address caller, IERC20 token) private {
        vm.expectRevert(abi.encodeWithSelector(IOrderEscrow.EscrowNoCredit.selector, caller));
        vm.prank(caller);
        escrow.withdraw(token);
    }
}
