// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IP256Verifier} from "./interfaces/IP256Verifier.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @notice See {IP256Verifier}.
contract P256Verifier is IP256Verifier {
    /// @inheritdoc IP256Verifier
    function verify(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool) {
        return P256.verify(digest, r, s, x, y);
    }

    /// @inheritdoc IP256Verifier
    function verifySolidity(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool) {
        return P256.verifySolidity(digest, r, s, x, y);
    }
}
