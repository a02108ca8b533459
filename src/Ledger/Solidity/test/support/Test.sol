// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// What a Foundry test needs and nothing more: the cheatcodes and labelled asserts.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function assertEq(uint256 actual, uint256 expected, string memory label) internal pure {
        vm.assertEq(actual, expected, label);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory label) internal pure {
        vm.assertEq(actual, expected, label);
    }

    function assertEq(address actual, address expected, string memory label) internal pure {
        vm.assertEq(actual, expected, label);
    }

    function assertTrue(bool condition, string memory label) internal pure {
        vm.assertTrue(condition, label);
    }

    function assertFalse(bool condition, string memory label) internal pure {
        vm.assertFalse(condition, label);
    }

    /// A fuzzed value folded into a range.
    function bound(uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
        return value >= min && value <= max ? value : min + value % (max - min + 1);
    }
}
