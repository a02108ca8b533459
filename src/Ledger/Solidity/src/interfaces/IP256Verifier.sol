// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title P-256 signatures on any chain
/// @notice Checks a signature by the precompile where the chain has one and in Solidity where it has not. Has no state and no owner.
interface IP256Verifier {
    /// @notice True for a valid signature with low `s` by a key on the curve; false, never a revert, for everything else.
    function verify(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool);

    /// @notice The same by Solidity arithmetic alone, for comparing the two anywhere.
    function verifySolidity(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) external view returns (bool);
}
