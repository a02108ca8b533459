// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RewardLeaf} from "../../src/Types.sol";
import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {Household, World} from "../support/World.sol";

contract BurnHeldTest is World {
    uint128 private constant MATURED = 100e18;
    uint128 private constant HELD = 140e18;
    uint128 private constant LATER = 150e18;

    Household private home;
    uint32 private maturedEpoch;
    uint32 private firstHeld;
    uint32 private lastHeld;

    /// Earned 100 long ago, 40 more within the last 30 days, in two epochs; then the device equivocates.
    function setUp() public {
        deploy();
        home = join(51, 52);
        maturedEpoch = epochOf(MATURED);
        skip(29 days);
        firstHeld = epochOf(MATURED + 10e18);
        lastHeld = epochOf(HELD);
    }

    function test_refuses_while_nothing_was_proven() public {
        expect(abi.encodeWithSelector(IRewardDistributor.RewardsNoFraud.selector, home.device));
        burn(firstHeld, MATURED, lastHeld, HELD);
    }

    function test_refuses_the_device_of_another_account() public {
        ban();
        RewardLeaf memory leaf = RewardLeaf(STRANGER, 1, 0);

        expect(abi.encodeWithSelector(IRewardDistributor.RewardsNoFraud.selector, home.device));
        rewards.burnHeld(home.device, firstHeld, leaf, new bytes32[](0), lastHeld, leaf, new bytes32[](0));
    }

    function test_refuses_to_reach_into_what_had_matured() public {
        ban();

        expectWrongEpoch(maturedEpoch);
        burn(maturedEpoch, 0, lastHeld, HELD);
    }

    function test_refuses_to_skip_a_held_epoch_and_so_to_pay_it_out() public {
        ban();

        expectWrongEpoch(lastHeld);
        burn(lastHeld, MATURED + 10e18, lastHeld, HELD);
    }

    function test_refuses_epochs_published_after_the_ban() public {
        ban();
        uint32 after_ = epochOf(LATER);

        expectWrongEpoch(after_);
        burn(firstHeld, MATURED, after_, LATER);
    }

    function test_refuses_a_matured_leaf_that_understates() public {
        ban();

        expect(abi.encodeWithSelector(IRewardDistributor.RewardsBadProof.selector, maturedEpoch, home.account));
        burn(firstHeld, MATURED - 1, lastHeld, HELD);
    }

    function test_refuses_a_held_leaf_that_overstates() public {
        ban();

        expect(abi.encodeWithSelector(IRewardDistributor.RewardsBadProof.selector, lastHeld, home.account));
        burn(firstHeld, MATURED, lastHeld, HELD + 1);
    }

    function test_refuses_a_second_time() public {
        ban();
        burn(firstHeld, MATURED, lastHeld, HELD);

        expect(abi.encodeWithSelector(IRewardDistributor.RewardsNothingLeft.selector, home.account));
        burn(firstHeld, MATURED, lastHeld, HELD);
    }

    function test_pays_what_had_matured_and_burns_what_was_held() public {
        ban();
        uint256 supply = bamnamu.totalSupply();

        vm.expectEmit(true, true, true, true, address(rewards));
        emit IRewardDistributor.HeldBurned(home.account, home.device, HELD, HELD - MATURED);
        vm.prank(STRANGER);
        uint128 burned = burn(firstHeld, MATURED, lastHeld, HELD);

        assertEq(burned, HELD - MATURED, "burned");
        assertEq(bamnamu.balanceOf(home.account), MATURED, "matured rewards were paid");
        assertEq(bamnamu.totalSupply(), supply - (HELD - MATURED), "supply fell");
        assertEq(rewards.dealtWith(home.account), HELD, "dealt with");
    }

    function test_burns_epoch_by_epoch_too_and_never_the_same_twice() public {
        ban();

        uint128 first = burn(firstHeld, MATURED, firstHeld, MATURED + 10e18);
        uint128 second = burn(firstHeld, MATURED, lastHeld, HELD);

        assertEq(first + second, HELD - MATURED, "the same sum");
    }

    function test_what_matured_was_claimed_before_is_not_paid_again() public {
        skip(1 days);
        claim(maturedEpoch, MATURED);
        ban();

        burn(firstHeld, MATURED, lastHeld, HELD);

        assertEq(bamnamu.balanceOf(home.account), MATURED, "paid once");
    }

    function test_what_matured_between_the_ban_and_the_burn_is_lost_unless_claimed() public {
        ban();
        skip(31 days);
        claim(firstHeld, MATURED + 10e18);

        uint128 burned = burn(firstHeld, MATURED, lastHeld, HELD);

        assertEq(burned, 30e18, "what is left of the held rewards");
    }

    function test_rewards_published_after_the_ban_are_paid_as_ever() public {
        ban();
        burn(firstHeld, MATURED, lastHeld, HELD);
        uint32 after_ = epochOf(LATER);
        skip(30 days);

        claim(after_, LATER);

        assertEq(bamnamu.balanceOf(home.account), MATURED + LATER - HELD, "only the fraud's rewards are gone");
    }

    function test_an_account_younger_than_the_last_matured_root_needs_no_leaf_there() public {
        Household memory young = join(53, 54);
        RewardLeaf memory leaf = RewardLeaf(young.account, 5e18, keccak256("salt"));
        uint32 epoch = publish(hashLeaf(leaf), HELD + 5e18);
        vm.prank(address(anchor));
        devices.ban(young.device);
        RewardLeaf memory none;

        uint128 burned = rewards.burnHeld(young.device, firstHeld, none, new bytes32[](0), epoch, leaf, new bytes32[](0));

        assertEq(burned, 5e18, "all of it was held");
    }

    /// The root of an epoch is the account's leaf itself: a tree of one.
    function epochOf(uint128 cumulative) private returns (uint32) {
        uint128 total = cumulative > rewards.published() ? cumulative : rewards.published();
        return publish(hashLeaf(leafOf(cumulative)), total);
    }

    function leafOf(uint128 cumulative) private view returns (RewardLeaf memory) {
        return RewardLeaf(home.account, cumulative, keccak256("salt"));
    }

    function claim(uint32 epoch, uint128 cumulative) private {
        rewards.claim(epoch, leafOf(cumulative), new bytes32[](0));
    }

    function burn(uint32 first, uint128 matured, uint32 last, uint128 held) private returns (uint128) {
        bytes32[] memory none = new bytes32[](0);
        return rewards.burnHeld(home.device, first, leafOf(matured), none, last, leafOf(held), none);
    }

    function ban() private {
        vm.prank(address(anchor));
        devices.ban(home.device);
    }

    function expect(bytes memory reason) private {
        vm.expectRevert(reason, address(rewards));
    }

    function expectWrongEpoch(uint32 epoch) private {
        expect(abi.encodeWithSelector(IRewardDistributor.RewardsWrongEpoch.selector, epoch));
    }
}
