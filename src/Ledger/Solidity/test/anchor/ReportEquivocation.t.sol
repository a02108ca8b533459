// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature, ThingBlock} from "../../src/Types.sol";
import {ICotAnchor} from "../../src/interfaces/ICotAnchor.sol";
import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {Household, World} from "../support/World.sol";

contract ReportEquivocationTest is World {
    Household private home;
    ThingBlock private one;
    ThingBlock private other;

    function setUp() public {
        deploy();
        home = join(41, 42);
        one = ThingBlock(home.device, 5, "parent", 10, 12, 20_513, "root", 1, 1, 0);
        other = one;
        other.toSeq = 13;
    }

    function test_refuses_the_same_block_twice() public {
        expectNoEquivocation();
        report(one, one);
    }

    function testFuzz_refuses_different_heights(uint64 height) public {
        vm.assume(height != one.height);
        other.height = height;

        expectNoEquivocation();
        report(one, other);
    }

    function test_refuses_different_devices() public {
        other.device = keyHash(43);

        expectNoEquivocation();
        report(one, other);
    }

    function test_refuses_blocks_that_the_device_did_not_sign() public {
        KeySignature memory byDevice = signBlock(home.deviceSecret, one);
        KeySignature memory byStranger = signBlock(43, other);

        expectBadSignature();
        anchor.reportEquivocation(one, byDevice, other, byStranger);
        expectBadSignature();
        anchor.reportEquivocation(other, byStranger, one, byDevice);
        expectBadSignature();
        anchor.reportEquivocation(one, byDevice, other, byDevice);
    }

    function test_refuses_a_device_that_nobody_claimed() public {
        one.device = keyHash(44);
        other.device = keyHash(44);
        KeySignature memory first = signBlock(44, one);
        KeySignature memory second = signBlock(44, other);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceUnknown.selector, one.device));
        anchor.reportEquivocation(one, first, other, second);
    }

    function testFuzz_bans_the_device_whoever_reports_and_whatever_differs(address anybody, bytes32 parent, uint32 uses) public {
        vm.assume(parent != one.parent || uses != one.uses);
        other = one;
        other.parent = parent;
        other.uses = uses;
        KeySignature memory first = signBlock(home.deviceSecret, one);
        KeySignature memory second = signBlock(home.deviceSecret, other);

        vm.expectEmit(true, true, true, true, address(anchor));
        emit ICotAnchor.Equivocation(home.device, 5, hashOf(one), hashOf(other));
        vm.prank(anybody);
        anchor.reportEquivocation(one, first, other, second);

        assertEq(devices.accountOf(home.device), address(0), "speaks for nobody");
        assertEq(devices.bannedAt(home.device), now_(), "banned");
        assertEq(anchor.hashOf(one), hashOf(one), "the block's hash");
    }

    function report(ThingBlock memory first, ThingBlock memory second) private {
        anchor.reportEquivocation(first, signature(first), second, signature(second));
    }

    /// Signed outside of the expected call: these tests never get as far as the signature.
    function signature(ThingBlock memory) private pure returns (KeySignature memory empty) {}

    function signBlock(uint256 secret, ThingBlock memory header) private view returns (KeySignature memory) {
        return sign(secret, address(anchor), hashOf(header));
    }

    function expectNoEquivocation() private {
        vm.expectRevert(abi.encodeWithSelector(ICotAnchor.AnchorNoEquivocation.selector));
    }

    function expectBadSignature() private {
        vm.expectRevert(abi.encodeWithSelector(ICotAnchor.AnchorBadSignature.selector, home.device));
    }
}
