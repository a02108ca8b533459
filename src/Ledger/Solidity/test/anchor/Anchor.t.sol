// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICotAnchor} from "../../src/interfaces/ICotAnchor.sol";
import {World} from "../support/World.sol";

contract AnchorTest is World {
    function setUp() public {
        deploy();
    }

    function testFuzz_refuses_anybody_but_the_anchorer(address caller) public {
        vm.assume(caller != ANCHORER);

        vm.expectRevert(abi.encodeWithSelector(ICotAnchor.AnchorNotAnchorer.selector, caller));
        vm.prank(caller);
        anchor.anchor("root", 1);
    }

    function testFuzz_refuses_no_root_no_blocks_and_a_root_anchored_before(bytes32 root, uint32 count) public {
        vm.assume(root != 0 && count > 0);
        vm.startPrank(ANCHORER);
        anchor.anchor(root, count);

        expectRefused(0, count);
        anchor.anchor(0, count);
        expectRefused("another root", 0);
        anchor.anchor("another root", 0);
        expectRefused(root, count);
        anchor.anchor(root, count);
        vm.stopPrank();
    }

    function testFuzz_keeps_every_root_for_ever(bytes32 first, bytes32 second, uint32 count) public {
        vm.assume(first != 0 && second != 0 && first != second && count > 0);

        vm.prank(ANCHORER);
        anchor.anchor(first, count);
        skip(1_000 days);
        vm.expectEmit(true, true, true, true, address(anchor));
        emit ICotAnchor.Anchored(second, 2, 7);
        vm.prank(ANCHORER);
        anchor.anchor(second, 7);

        (uint64 since, uint64 batch, uint32 blocks) = anchor.batchOf(first);
        assertTrue(anchor.isAnchored(first) && anchor.isAnchored(second), "both anchored");
        assertEq(since, START, "when");
        assertEq(batch, 1, "first batch");
        assertEq(blocks, count, "how many blocks");
        assertEq(anchor.batches(), 2, "batches");
        assertFalse(anchor.isAnchored(keccak256(abi.encode(first))), "nothing else");
    }

    function expectRefused(bytes32 root, uint32 count) private {
        vm.expectRevert(abi.encodeWithSelector(ICotAnchor.AnchorRefused.selector, root, count));
    }
}
