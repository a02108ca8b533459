// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EventLeaf, RewardLeaf, StandingLeaf} from "../Types.sol";

/// @title Merkle leaves by OpenZeppelin's StandardMerkleTree convention
/// @dev Hashed twice, so that no leaf can be mistaken for an inner node.
library Leaves {
    function hash(EventLeaf calldata leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function hash(RewardLeaf calldata leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function hash(StandingLeaf calldata leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function hashSeller(address seller) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(seller))));
    }
}
