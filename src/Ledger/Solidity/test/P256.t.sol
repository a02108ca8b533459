// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature} from "../src/Types.sol";
import {IDeviceRegistry} from "../src/interfaces/IDeviceRegistry.sol";
import {Eip712} from "../src/libraries/Eip712.sol";
import {World} from "./support/World.sol";

/// The precompile and the Solidity arithmetic must agree on everything.
contract P256Test is World {
    function setUp() public {
        deploy();
    }

    function testFuzz_both_ways_take_what_a_key_signed(uint256 secret, bytes32 digest) public view {
        KeySignature memory signature = signDigest(bound(secret, 1, ORDER_OF_P256 - 1), digest);

        assertTrue(verifier.verify(digest, signature.r, signature.s, signature.x, signature.y), "verifier");
        assertTrue(verifier.verifySolidity(digest, signature.r, signature.s, signature.x, signature.y), "Solidity");
    }

    /// forge-config: default.fuzz.runs = 128
    function testFuzz_both_ways_refuse_whatever_was_changed(uint256 secret, bytes32 digest, uint8 field, uint8 bit) public view {
        KeySignature memory signature = signDigest(bound(secret, 1, ORDER_OF_P256 - 1), digest);
        bytes32 flip = bytes32(uint256(1) << bit);
        uint256 which = field % 5;
        if (which == 0) digest ^= flip;
        if (which == 1) signature.r ^= flip;
        if (which == 2) signature.s ^= flip;
        if (which == 3) signature.x ^= flip;
        if (which == 4) signature.y ^= flip;

        assertFalse(verifier.verify(digest, signature.r, signature.s, signature.x, signature.y), "verifier");
        assertFalse(verifier.verifySolidity(digest, signature.r, signature.s, signature.x, signature.y), "Solidity");
    }

    function testFuzz_both_ways_refuse_high_s(uint256 secret, bytes32 digest) public view {
        KeySignature memory signature = signDigest(bound(secret, 1, ORDER_OF_P256 - 1), digest);
        bytes32 high = bytes32(ORDER_OF_P256 - uint256(signature.s));

        assertFalse(verifier.verify(digest, signature.r, high, signature.x, signature.y), "verifier");
        assertFalse(verifier.verifySolidity(digest, signature.r, high, signature.x, signature.y), "Solidity");
    }

    /// RFC 6979, A.2.5, message "sample" with SHA-256 (s made low).
    function test_both_ways_take_the_public_vector() public view {
        bytes32 digest = sha256("sample");
        bytes32 x = 0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6;
        bytes32 y = 0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299;
        bytes32 r = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716;
        bytes32 s = bytes32(ORDER_OF_P256 - 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8);

        assertTrue(verifier.verify(digest, r, s, x, y), "verifier");
        assertTrue(verifier.verifySolidity(digest, r, s, x, y), "Solidity");
    }

    /// Such a chain answers every call to 0x100 with nothing: the registry takes and refuses signatures by the verifier's arithmetic.
    function test_contracts_work_on_a_chain_without_the_precompile() public {
        vm.mockCall(address(0x100), "", "");
        address account = accounts.accountOf(keyHash(61));
        bytes32 device = keyHash(62);
        bytes32 claimHash = keccak256(abi.encode(Eip712.DEVICE_CLAIM, device, account, 0, uint64(START)));
        KeySignature memory byDevice = sign(62, address(devices), claimHash);
        KeySignature memory byMember = sign(61, address(devices), claimHash);
        KeySignature memory byStranger = sign(63, address(devices), claimHash);
        byStranger.x = byMember.x;
        byStranger.y = byMember.y;

        vm.expectRevert(abi.encodeWithSelector(IDeviceRegistry.DeviceBadSignature.selector, device));
        devices.claim(account, uint64(START), byDevice, byStranger);
        devices.claim(account, uint64(START), byDevice, byMember);

        assertEq(devices.accountOf(device), account, "claimed");
    }
}
