// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StandingLeaf} from "../../src/Types.sol";
import {World} from "../support/World.sol";

contract HasStandingTest is World {
    address private constant MEMBER = address(0x3E);

    function setUp() public {
        deploy();
    }

    function test_nobody_stands_before_the_first_epoch() public view {
        assertFalse(rewards.hasStanding(StandingLeaf(MEMBER, 1, 0, 0), new bytes32[](0)), "no epoch");
    }

    function testFuzz_only_the_published_leaf_stands(address account, uint8 tier, bytes32 salt) public {
        (StandingLeaf memory leaf, bytes32[] memory proof) = stand(1);
        assertTrue(rewards.hasStanding(leaf, proof), "published");

        vm.assume(account != leaf.account || tier != leaf.tier || salt != leaf.salt);
        assertFalse(rewards.hasStanding(StandingLeaf(account, tier, leaf.epoch, salt), proof), "anything else");
    }

    function test_it_stands_for_one_more_epoch_and_no_longer() public {
        (StandingLeaf memory leaf, bytes32[] memory proof) = stand(1);

        stand(2);
        assertTrue(rewards.hasStanding(leaf, proof), "one epoch later");

        stand(3);
        assertFalse(rewards.hasStanding(leaf, proof), "two epochs later");
    }

    function stand(uint8 tier) private returns (StandingLeaf memory leaf, bytes32[] memory proof) {
        uint32 next = uint32(now_() / 1 days) - 1;
        if (next <= rewards.latestEpoch()) next++;
        leaf = StandingLeaf(MEMBER, tier, next, keccak256("salt"));
        bytes32 root;
        (root, proof) = grow(hashLeaf(leaf), 7);
        publish(root, 0);
    }
}
