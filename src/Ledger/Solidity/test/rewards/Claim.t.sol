// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RewardLeaf} from "../../src/Types.sol";
import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {World} from "../support/World.sol";

contract ClaimTest is World {
    address private constant MEMBER = address(0x3E);

    function setUp() public {
        deploy();
    }

    function testFuzz_refuses_an_epoch_that_was_not_published(uint32 epoch) public {
        expectWrongEpoch(epoch);
        rewards.claim(epoch, leafOf(MEMBER, 1), new bytes32[](0));
    }

    function testFuzz_refuses_what_is_still_held(uint32 wait) public {
        (uint32 epoch, RewardLeaf memory leaf, bytes32[] memory proof) = earned(10e18, 10e18);
        skip(bound(wait, 0, 30 days - 1));

        expectWrongEpoch(epoch);
        rewards.claim(epoch, leaf, proof);
    }

    function testFuzz_refuses_a_leaf_that_is_not_under_the_root(address account, uint128 cumulative, bytes32 salt) public {
        (uint32 epoch, RewardLeaf memory leaf, bytes32[] memory proof) = earned(10e18, 10e18);
        vm.assume(account != leaf.account || cumulative != leaf.cumulative || salt != leaf.salt);
        skip(30 days);

        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsBadProof.selector, epoch, account));
        rewards.claim(epoch, RewardLeaf(account, cumulative, salt), proof);
    }

    function test_refuses_to_pay_twice() public {
        (uint32 epoch, RewardLeaf memory leaf, bytes32[] memory proof) = earned(10e18, 10e18);
        skip(30 days);
        rewards.claim(epoch, leaf, proof);

        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsNothingLeft.selector, MEMBER));
        rewards.claim(epoch, leaf, proof);
    }

    function testFuzz_pays_the_account_whoever_asks(address anybody, uint128 cumulative) public {
        cumulative = uint128(bound(cumulative, 1, rewards.emissionPerEpoch()));
        (uint32 epoch, RewardLeaf memory leaf, bytes32[] memory proof) = earned(cumulative, cumulative);
        skip(30 days);

        vm.expectEmit(true, true, true, true, address(rewards));
        emit IRewardDistributor.Claimed(MEMBER, cumulative, cumulative);
        vm.prank(anybody);
        uint128 amount = rewards.claim(epoch, leaf, proof);

        assertEq(amount, cumulative, "paid");
        assertEq(bamnamu.balanceOf(MEMBER), cumulative, "arrived");
        assertEq(rewards.dealtWith(MEMBER), cumulative, "dealt with");
    }

    function testFuzz_a_later_leaf_pays_the_difference_and_an_older_one_nothing(uint128 first, uint128 second) public {
        first = uint128(bound(first, 1, rewards.emissionPerEpoch()));
        second = uint128(bound(second, first + 1, first + rewards.emissionPerEpoch()));
        (uint32 epoch1, RewardLeaf memory leaf1, bytes32[] memory proof1) = earned(first, first);
        (uint32 epoch2, RewardLeaf memory leaf2, bytes32[] memory proof2) = earned(second, second);
        skip(30 days);

        rewards.claim(epoch2, leaf2, proof2);
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsNothingLeft.selector, MEMBER));
        rewards.claim(epoch1, leaf1, proof1);

        assertEq(bamnamu.balanceOf(MEMBER), second, "everything, once");
    }

    function leafOf(address account, uint128 cumulative) private pure returns (RewardLeaf memory) {
        return RewardLeaf(account, cumulative, keccak256("salt"));
    }

    function earned(uint128 cumulative, uint128 total) private returns (uint32 epoch, RewardLeaf memory leaf, bytes32[] memory proof) {
        leaf = leafOf(MEMBER, cumulative);
        bytes32 root;
        (root, proof) = grow(hashLeaf(leaf), 7);
        epoch = publish(root, total);
    }

    function expectWrongEpoch(uint32 epoch) private {
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsWrongEpoch.selector, epoch));
    }
}
