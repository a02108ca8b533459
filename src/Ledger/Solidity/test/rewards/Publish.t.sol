// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {World} from "../support/World.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";

contract PublishTest is World {
    uint32 private ended;

    function setUp() public {
        deploy();
        ended = uint32(START / 1 days) - 1;
    }

    function testFuzz_refuses_anybody_but_the_publisher(address caller) public {
        vm.assume(caller != PUBLISHER);

        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsNotPublisher.selector, caller));
        vm.prank(caller);
        rewards.publish(ended, "root", 0, RATE);
    }

    function testFuzz_refuses_an_epoch_that_has_not_ended(uint32 epoch) public {
        epoch = uint32(bound(epoch, ended + 1, type(uint32).max));

        expectEpochRefused(epoch);
        rewards.publish(epoch, "root", 0, RATE);
    }

    function testFuzz_refuses_to_publish_an_epoch_again_or_one_before_it(uint32 epoch) public {
        vm.prank(PUBLISHER);
        rewards.publish(ended, "root", 1e18, RATE);
        epoch = uint32(bound(epoch, 0, ended));

        expectEpochRefused(epoch);
        rewards.publish(epoch, "another root", 2e18, RATE);
    }

    function test_refuses_no_root() public {
        expectTotalRefused(1, 0);
        rewards.publish(ended, 0, 1, RATE);
    }

    function testFuzz_refuses_a_total_that_falls(uint128 first, uint128 second) public {
        first = uint128(bound(first, 1, rewards.emissionPerEpoch()));
        second = uint128(bound(second, 0, first - 1));
        vm.prank(PUBLISHER);
        rewards.publish(ended - 1, "root", first, RATE);

        expectTotalRefused(second, first);
        rewards.publish(ended, "another root", second, RATE);
    }

    function testFuzz_refuses_more_than_an_epoch_may_emit(uint128 total) public {
        total = uint128(bound(total, rewards.emissionPerEpoch() + 1, type(uint128).max));

        expectTotalRefused(total, 0);
        rewards.publish(ended, "root", total, RATE);
    }

    function test_refuses_to_pass_the_cap_of_the_token() public {
        uint128 emission = rewards.emissionPerEpoch();
        uint128 epochsToTheCap = uint128(bamnamu.cap()) / emission;
        for (uint128 i = 1; i <= epochsToTheCap; i++) {
            publish("root", i * emission);
        }
        skip(1 days);
        uint128 tooMuch = uint128(bamnamu.cap()) + 1;
        uint32 next = rewards.latestEpoch() + 1;

        vm.expectRevert(abi.encodeWithSelector(ERC20Capped.ERC20ExceededCap.selector, tooMuch, tooMuch - 1));
        vm.prank(PUBLISHER);
        rewards.publish(next, "root", tooMuch, RATE);
    }

    function testFuzz_publishes_and_mints_what_the_epoch_adds(uint128 first, uint128 second, bytes32 root, uint64 rate) public {
        vm.assume(root != 0);
        first = uint128(bound(first, 0, rewards.emissionPerEpoch()));
        second = uint128(bound(second, first, first + rewards.emissionPerEpoch()));
        vm.prank(PUBLISHER);
        rewards.publish(ended - 5, "root", first, RATE);

        vm.expectEmit(true, true, true, true, address(rewards));
        emit IRewardDistributor.EpochPublished(ended, root, second, rate);
        vm.prank(PUBLISHER);
        rewards.publish(ended, root, second, rate);

        (bytes32 kept, uint64 publishedAt, uint64 keptRate, uint32 previous) = rewards.epochs(ended);
        assertEq(kept, root, "root");
        assertEq(publishedAt, now_(), "when");
        assertEq(keptRate, rate, "rate of the epoch");
        assertEq(rewards.rate(), rate, "rate of the newest");
        assertEq(previous, ended - 5, "the epoch before");
        assertEq(rewards.latestEpoch(), ended, "newest");
        assertEq(rewards.published(), second, "published");
        assertEq(bamnamu.balanceOf(address(rewards)), second, "minted");
    }

    function expectEpochRefused(uint32 epoch) private {
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsEpochRefused.selector, epoch));
        vm.prank(PUBLISHER);
    }

    function expectTotalRefused(uint128 total, uint128 before) private {
        vm.expectRevert(abi.encodeWithSelector(IRewardDistributor.RewardsTotalRefused.selector, total, before));
        vm.prank(PUBLISHER);
    }
}
