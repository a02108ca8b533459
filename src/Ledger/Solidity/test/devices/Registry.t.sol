// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceKind} from "../../src/Types.sol";
import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {Household, World} from "../support/World.sol";

contract RegistryTest is World {
    Household private home;

    function setUp() public {
        deploy();
        home = join(31, 32);
    }

    function testFuzz_attest_refuses_anybody_but_the_attestor(address caller) public {
        vm.assume(caller != ANCHORER);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceNotAttestor.selector, caller));
        vm.prank(caller);
        devices.attest(home.device, DeviceKind.SecureElement);
    }

    function testFuzz_revoke_refuses_anybody_but_the_account(address caller) public {
        vm.assume(caller != home.account);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceNotYours.selector, home.device, caller));
        vm.prank(caller);
        devices.revoke(home.device);
    }

    function test_revoke_refuses_a_device_that_is_not_active() public {
        vm.startPrank(home.account);
        devices.revoke(home.device);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceNotYours.selector, home.device, home.account));
        devices.revoke(home.device);
        vm.stopPrank();
    }

    function testFuzz_ban_refuses_anybody_but_the_anchor(address caller) public {
        vm.assume(caller != address(anchor));

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceNotAnchor.selector, caller));
        vm.prank(caller);
        devices.ban(home.device);
    }

    function test_ban_refuses_unknown_devices_and_a_second_time() public {
        vm.startPrank(address(anchor));
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceUnknown.selector, bytes32("unknown")));
        devices.ban("unknown");
        devices.ban(home.device);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceUnknown.selector, home.device));
        devices.ban(home.device);
        vm.stopPrank();
    }

    function test_revoking_ends_the_devices_word() public {
        vm.expectEmit(true, true, true, true, address(devices));
        emit IDeviceRegistry.DeviceRevoked(home.device, home.account);
        vm.prank(home.account);
        devices.revoke(home.device);

        assertEq(devices.accountOf(home.device), address(0), "speaks for nobody");
        assertEq(devices.holderOf(home.device), home.account, "belongs to the account still");
    }

    function test_banning_ends_it_for_ever_and_notes_when() public {
        skip(3 days);

        vm.prank(address(anchor));
        devices.ban(home.device);

        assertEq(devices.accountOf(home.device), address(0), "speaks for nobody");
        assertEq(devices.bannedAt(home.device), START + 3 days, "since now");
    }

    function test_kinds_weigh_as_the_protocol_says_and_simulators_only_in_rehearsals() public {
        assertEq(devices.weightOf(home.device), 2_500, "software key");

        vm.prank(ANCHORER);
        devices.attest(home.device, DeviceKind.SecureElement);
        assertEq(devices.weightOf(home.device), 10_000, "secure element");

        vm.prank(ANCHORER);
        devices.attest(home.device, DeviceKind.Simulated);
        assertEq(devices.weightOf(home.device), 10_000, "simulated, rehearsal chain");
        vm.chainId(8217);
        assertEq(devices.weightOf(home.device), 0, "simulated, any other chain");
        assertEq(uint256(devices.kindOf(home.device)), uint256(DeviceKind.Simulated), "kind");
    }
}
