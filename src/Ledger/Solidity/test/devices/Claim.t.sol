// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature} from "../../src/Types.sol";
import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {Eip712} from "../../src/libraries/Eip712.sol";
import {Household, World} from "../support/World.sol";

contract ClaimDeviceTest is World {
    uint256 private constant MEMBER = 21;
    uint256 private constant DEVICE = 22;

    address private account;
    bytes32 private device;

    function setUp() public {
        deploy();
        account = accounts.accountOf(keyHash(MEMBER));
        device = keyHash(DEVICE);
    }

    function test_refuses_after_the_deadline() public {
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, 0, START);
        skip(1);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceDeadlinePassed.selector, START));
        devices.claim(account, uint64(START), byDevice, byMember);
    }

    function test_refuses_the_account_of_another_key() public {
        address other = accounts.accountOf(keyHash(99));
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, other, 0, START);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceNotOwnersAccount.selector, other));
        devices.claim(other, uint64(START), byDevice, byMember);
    }

    function testFuzz_refuses_a_device_signature_over_something_else(address signed) public {
        vm.assume(signed != account);
        (KeySignature memory byDevice,) = signBoth(DEVICE, MEMBER, signed, 0, START);
        (, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, 0, START);

        expectBadSignature();
        devices.claim(account, uint64(START), byDevice, byMember);
    }

    function testFuzz_refuses_a_member_signature_over_something_else(uint256 nonce) public {
        vm.assume(nonce != 0);
        (KeySignature memory byDevice,) = signBoth(DEVICE, MEMBER, account, 0, START);
        (, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, nonce, START);

        expectBadSignature();
        devices.claim(account, uint64(START), byDevice, byMember);
    }

    function test_refuses_an_active_device() public {
        claim(0);
        expectUnavailable(1);
    }

    function test_refuses_another_account_even_after_the_first_let_go() public {
        claim(0);
        vm.prank(account);
        devices.revoke(device);
        address other = accounts.accountOf(keyHash(99));
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, 99, other, 1, START);

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceUnavailable.selector, device));
        devices.claim(other, uint64(START), byDevice, byMember);
    }

    function test_refuses_a_banned_device() public {
        claim(0);
        vm.prank(address(anchor));
        devices.ban(device);
        expectUnavailable(1);
    }

    function test_refuses_to_replay_the_first_claim_after_a_revocation() public {
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, 0, START);
        devices.claim(account, uint64(START), byDevice, byMember);
        vm.prank(account);
        devices.revoke(device);

        expectBadSignature();
        devices.claim(account, uint64(START), byDevice, byMember);
    }

    function testFuzz_claims_with_both_signatures_whoever_brings_them(address relayer) public {
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, 0, START);

        vm.expectEmit(true, true, true, true, address(devices));
        emit IDeviceRegistry.DeviceClaimed(device, account, uint64(START));
        vm.prank(relayer);
        bytes32 claimed = devices.claim(account, uint64(START), byDevice, byMember);

        assertEq(claimed, device, "the key's hash");
        assertEq(devices.accountOf(device), account, "speaks for the account");
        assertEq(devices.claimedAt(device), START, "warm-up starts");
        assertEq(devices.memberSince(account), START, "member since");
        assertEq(devices.nonces(device), 1, "claims");
    }

    function test_claiming_again_after_letting_go_starts_the_warm_up_again() public {
        claim(0);
        vm.prank(account);
        devices.revoke(device);
        skip(10 days);

        claim(1);

        assertEq(devices.accountOf(device), account, "active again");
        assertEq(devices.claimedAt(device), START + 10 days, "warm-up starts again");
        assertEq(devices.memberSince(account), START, "member since the first claim");
    }

    function test_an_account_may_have_several_devices() public {
        claim(0);
        claimDevice(Household(MEMBER, 23, account, keyHash(23)));

        assertEq(devices.accountOf(device), account, "first");
        assertEq(devices.accountOf(keyHash(23)), account, "second");
    }

    function claim(uint256 nonce) private {
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, nonce, now_());
        devices.claim(account, uint64(now_()), byDevice, byMember);
    }

    function signBoth(uint256 deviceSecret, uint256 memberSecret, address for_, uint256 nonce, uint256 deadline)
        private
        view
        returns (KeySignature memory, KeySignature memory)
    {
        bytes32 claimHash = keccak256(abi.encode(Eip712.DEVICE_CLAIM, keyHash(deviceSecret), for_, nonce, uint64(deadline)));
        return (sign(deviceSecret, address(devices), claimHash), sign(memberSecret, address(devices), claimHash));
    }

    function expectBadSignature() private {
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceBadSignature.selector, device));
    }

    function expectUnavailable(uint256 nonce) private {
        (KeySignature memory byDevice, KeySignature memory byMember) = signBoth(DEVICE, MEMBER, account, nonce, START);
        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceUnavailable.selector, device));
        devices.claim(account, uint64(START), byDevice, byMember);
    }
}
