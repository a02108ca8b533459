// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Makes member accounts
/// @notice An account's address follows from the owner key alone, so it can be used, and paid, before it is deployed.
interface IMemberAccounts {
    /// @notice `account` now answers to the key with hash `owner`.
    event AccountCreated(address indexed account, bytes32 indexed owner);

    /// @notice Deploys the account of a key, or returns the one that is there. Anybody may call and pay.
    /// @param owner `keccak256(x ‖ y)` of the member's P-256 key.
    function create(bytes32 owner) external returns (address account);

    /// @notice Where the account of a key is or will be.
    function accountOf(bytes32 owner) external view returns (address account);

    /// @notice The code that every account runs: a minimal clone with the owner behind it (ERC-1167 with immutable arguments).
    function implementation() external view returns (address);
}
