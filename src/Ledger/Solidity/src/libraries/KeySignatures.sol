// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature} from "../Types.sol";
import {IP256Verifier} from "../interfaces/IP256Verifier.sol";

/// @title Checking P-256 keys that travel in calldata
library KeySignatures {
    /// @dev EIP-7951 and RIP-7212: P256VERIFY.
    address private constant PRECOMPILE = address(0x100);

    /// @dev Half of the order of P-256 (FIPS 186-5, curve P-256): a signature with higher `s` has a twin and is refused.
    uint256 private constant HALF_N = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;

    /// @notice What contracts keep of a key: `keccak256(x ‖ y)`, the id of a device or the owner of an account.
    function keyHash(KeySignature calldata self) internal pure returns (bytes32) {
        return keccak256(abi.encode(self.x, self.y));
    }

    /// @notice True when the key signed the digest.
    /// @dev The precompile answers 1 or nothing; nothing also means that the chain has none, so the second word is the verifier's. The happy path
    /// never leaves this contract, and the 2 KB of curve arithmetic exist once per chain.
    function signs(KeySignature calldata self, bytes32 digest, IP256Verifier verifier) internal view returns (bool) {
        if (uint256(self.s) > HALF_N) return false;
        (bool ran, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(digest, self.r, self.s, self.x, self.y));
        if (ran && answer.length == 32 && abi.decode(answer, (uint256)) == 1) return true;
        return verifier.verify(digest, self.r, self.s, self.x, self.y);
    }
}
