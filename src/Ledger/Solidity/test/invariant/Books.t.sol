// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mandate, OrderState} from "../../src/Types.sol";
import {IBamnamu} from "../../src/interfaces/IBamnamu.sol";
import {IBamtol} from "../../src/interfaces/IBamtol.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {Eip712} from "../../src/libraries/Eip712.sol";
import {Test} from "../support/Test.sol";
import {Cooperative} from "./Cooperative.sol";

/// What must hold after any sequence of steps.
contract BooksTest is Test {
    address private constant SELLER = address(0x5E11E1);
    address private constant OTHER_SELLER = address(0x5E11E2);

    Cooperative private cooperative;
    IBamtol private bamtol;
    IBamnamu private bamnamu;
    IRewardDistributor private rewards;
    IOrderEscrow private escrow;

    function setUp() public {
        cooperative = new Cooperative();
        (address a, address b, address c, address d) = cooperative.parts();
        (bamtol, bamnamu, rewards, escrow) = (IBamtol(a), IBamnamu(b), IRewardDistributor(c), IOrderEscrow(d));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(cooperative);
    }

    /// One campaign for all of them: the steps cost more than the checks.
    function invariant_the_books_balance() external view {
        Cooperative.Placed[] memory orders = cooperative.placed();
        escrowHoldsWhatIsLockedAndCredited(orders);
        everyOrderPaysOutExactlyOnce(orders);
        finalStatesStay(orders);
        oneOrderLivesPerAccountAndProduct(orders);
        noMandateSpendsAboveItsBudget(orders);
        cashIsBackedByTheReserve();
        rewardsStayBelowWhatWasPublished();
    }

    function escrowHoldsWhatIsLockedAndCredited(Cooperative.Placed[] memory orders) private view {
        uint256 cash;
        uint256 reward;
        for (uint256 i = 0; i < orders.length; i++) {
            if (!cooperative.isLive(orders[i].id)) continue;
            cash += orders[i].terms.bamtol;
            reward += orders[i].terms.bamnamu;
        }
        (uint128 cash1, uint128 reward1) = escrow.credits(SELLER);
        (uint128 cash2, uint128 reward2) = escrow.credits(OTHER_SELLER);
        assertEq(bamtol.balanceOf(address(escrow)), cash + cash1 + cash2, "escrow cash = locked + credits");
        assertEq(bamnamu.balanceOf(address(escrow)), reward + reward1 + reward2, "escrow reward tokens = locked + credits");
        assertEq(cooperative.creditedCash(), cash1 + cash2 + cooperative.withdrawnCash(), "cash credits grow by settlement, shrink by withdrawal");
        assertEq(cooperative.creditedReward(), reward1 + reward2 + cooperative.withdrawnReward(), "reward credits likewise");
    }

    function everyOrderPaysOutExactlyOnce(Cooperative.Placed[] memory orders) private view {
        uint256 cash;
        uint256 reward;
        for (uint256 i = 0; i < orders.length; i++) {
            bool live = cooperative.isLive(orders[i].id);
            assertEq(orders[i].exits, live ? 0 : 1, "one exit per order");
            if (live) continue;
            cash += orders[i].terms.bamtol;
            reward += orders[i].terms.bamnamu;
        }
        assertEq(cooperative.returnedCash() + cooperative.creditedCash(), cash, "cash paid out = cash of ended orders");
        assertEq(cooperative.returnedReward() + cooperative.creditedReward(), reward, "reward tokens likewise");
    }

    function finalStatesStay(Cooperative.Placed[] memory orders) private view {
        for (uint256 i = 0; i < orders.length; i++) {
            (, OrderState state,,) = escrow.orders(orders[i].id);
            assertEq(uint256(state), uint256(orders[i].last), "no state changes but by its own step");
        }
    }

    function oneOrderLivesPerAccountAndProduct(Cooperative.Placed[] memory orders) private view {
        for (uint256 i = 0; i < orders.length; i++) {
            if (!cooperative.isLive(orders[i].id)) continue;
            for (uint256 j = i + 1; j < orders.length; j++) {
                bool same = orders[i].account == orders[j].account && orders[i].gtin == orders[j].gtin;
                assertFalse(same && cooperative.isLive(orders[j].id), "one live order per account and product");
            }
        }
    }

    function noMandateSpendsAboveItsBudget(Cooperative.Placed[] memory orders) private view {
        Mandate[] memory mandates = cooperative.mandates();
        for (uint256 m = 0; m < mandates.length; m++) {
            bytes32 id = keccak256(abi.encode(Eip712.MANDATE, mandates[m]));
            (,,, uint32 period, uint128 spent) = escrow.mandates(id);
            vm.assertLe(spent, mandates[m].budgetPerPeriod, "spent within the budget");
            uint256 sum;
            for (uint256 i = 0; i < orders.length; i++) {
                if (orders[i].terms.mandate != id || orders[i].period != period) continue;
                sum += orders[i].terms.bamtol + (uint256(orders[i].terms.bamnamu) * 10_000 + 1e18 - 1) / 1e18;
            }
            assertEq(sum, spent, "spent is the sum of the period's orders");
        }
    }

    function cashIsBackedByTheReserve() private view {
        uint256 owed;
        for (uint256 redemption = 1; redemption <= 64; redemption++) {
            owed += bamtol.owed(redemption);
        }
        vm.assertLe(bamtol.totalSupply(), bamtol.reserve(), "supply <= reserve");
        assertEq(bamtol.reserve(), bamtol.totalSupply() + owed, "reserve = supply + owed");
    }

    function rewardsStayBelowWhatWasPublished() private view {
        vm.assertLe(cooperative.claimed(), rewards.published(), "claimed <= published");
        vm.assertLe(rewards.published(), bamnamu.cap(), "published <= cap");
        assertEq(bamnamu.totalSupply(), rewards.published(), "minted when published");
        assertEq(bamnamu.balanceOf(address(rewards)), rewards.published() - cooperative.claimed(), "the distributor holds what is not claimed");
        uint256 marks = rewards.dealtWith(cooperative.accountOf(0)) + rewards.dealtWith(cooperative.accountOf(1));
        assertEq(marks, cooperative.claimed(), "marks = claimed");
    }
}
