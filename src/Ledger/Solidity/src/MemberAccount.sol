// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature} from "./Types.sol";
import {IMemberAccount} from "./interfaces/IMemberAccount.sol";
import {IP256Verifier} from "./interfaces/IP256Verifier.sol";
import {Eip712} from "./libraries/Eip712.sol";
import {KeySignatures} from "./libraries/KeySignatures.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @notice See {IMemberAccount}.
/// @dev Runs behind minimal clones; the owner is an immutable argument at the end of a clone's code, so there is nothing to initialise.
contract MemberAccount is IMemberAccount, EIP712, ReentrancyGuardTransient {
    using KeySignatures for KeySignature;

    IP256Verifier private immutable _verifier;

    /// @inheritdoc IMemberAccount
    uint256 public nonce;

    constructor(IP256Verifier verifier) EIP712(Eip712.NAME, Eip712.VERSION) {
        _verifier = verifier;
    }

    receive() external payable {}

    /// @inheritdoc IMemberAccount
    function execute(address target, uint256 value, bytes calldata data, uint256 nonce_, uint64 deadline, KeySignature calldata signature)
        external
        payable
        nonReentrant
        returns (bytes memory result)
    {
        require(block.timestamp <= deadline, AccountDeadlinePassed(deadline));
        require(nonce_ == nonce, AccountWrongNonce(nonce_, nonce));
        bytes32 digest = _hashTypedDataV4(Eip712.hashExecute(target, value, data, nonce_, deadline));
        require(signature.keyHash() == owner() && signature.signs(digest, _verifier), AccountNotOwner());

        nonce = nonce_ + 1;
        emit Executed(nonce_, target, value, data);

        bool success;
        (success, result) = target.call{value: value}(data);
        // A call with data to an address without code would succeed silently; a plain payment may go anywhere.
        if (data.length > 0) Address.verifyCallResultFromTarget(target, success, result);
        else Address.verifyCallResult(success, result);
    }

    /// @inheritdoc IMemberAccount
    function owner() public view returns (bytes32) {
        return bytes32(Clones.fetchCloneArgs(address(this)));
    }
}
