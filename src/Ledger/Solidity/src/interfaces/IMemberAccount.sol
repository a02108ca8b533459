// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature} from "../Types.sol";

/// @title A member's account on chain
/// @notice Does what its P-256 owner key signed, whoever brings the signature. One owner for ever, no operator, no upgrade.
/// EIP-712 domain: name "PantryChain", version "1", chain id, the account itself.
interface IMemberAccount {
    /// @notice A signed call was made.
    event Executed(uint256 indexed nonce, address indexed target, uint256 value, bytes data);

    /// @notice The call's time has passed.
    error AccountDeadlinePassed(uint64 deadline);
    /// @notice Calls are made in the order in which they were signed.
    error AccountWrongNonce(uint256 given, uint256 expected);
    /// @notice The signature is not the owner's over these very arguments.
    error AccountNotOwner();

    /// @notice Makes one call on the owner's word; all or nothing, a failing call reverts with its own reason and leaves the nonce unused.
    /// @dev Signed: `Execute(address target,uint256 value,bytes data,uint256 nonce,uint64 deadline)`. Cannot be re-entered.
    /// @param nonce Must equal `nonce()`.
    /// @param deadline Last Unix second at which it may happen.
    /// @return result What the target returned.
    function execute(address target, uint256 value, bytes calldata data, uint256 nonce, uint64 deadline, KeySignature calldata signature)
        external
        payable
        returns (bytes memory result);

    /// @notice `keccak256(x ‖ y)` of the owner key.
    function owner() external view returns (bytes32);

    /// @notice The nonce of the next call, from 0.
    function nonce() external view returns (uint256);
}
