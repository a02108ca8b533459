// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberAccount} from "./MemberAccount.sol";
import {IMemberAccounts} from "./interfaces/IMemberAccounts.sol";
import {IP256Verifier} from "./interfaces/IP256Verifier.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

/// @notice See {IMemberAccounts}.
contract MemberAccounts is IMemberAccounts {
    /// @dev The owner is part of a clone's code and so of its address; a salt has nothing to add.
    bytes32 private constant NO_SALT = 0;

    /// @inheritdoc IMemberAccounts
    address public immutable implementation;

    constructor(IP256Verifier verifier) {
        implementation = address(new MemberAccount(verifier));
    }

    /// @inheritdoc IMemberAccounts
    function create(bytes32 owner) external returns (address account) {
        account = accountOf(owner);
        if (account.code.length > 0) return account;
        emit AccountCreated(account, owner);
        Clones.cloneDeterministicWithImmutableArgs(implementation, abi.encode(owner), NO_SALT);
    }

    /// @inheritdoc IMemberAccounts
    function accountOf(bytes32 owner) public view returns (address account) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, abi.encode(owner), NO_SALT);
    }
}
