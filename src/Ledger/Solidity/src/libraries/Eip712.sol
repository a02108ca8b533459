// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, Mandate, Order, ThingBlock} from "../Types.sol";

/// @title EIP-712 struct hashes of the protocol's type strings
/// @dev Structs are static and in the order of their type string, so their ABI encoding is their EIP-712 data.
library Eip712 {
    string internal constant NAME = "PantryChain";
    string internal constant VERSION = "1";

    bytes32 internal constant EXECUTE = keccak256("Execute(address target,uint256 value,bytes data,uint256 nonce,uint64 deadline)");
    bytes32 internal constant DEVICE_CLAIM = keccak256("DeviceClaim(bytes32 device,address account,uint256 nonce,uint64 deadline)");
    bytes32 internal constant THING_BLOCK = keccak256(
        "ThingBlock(bytes32 device,uint64 height,bytes32 parent,uint64 fromSeq,uint64 toSeq,uint32 day,bytes32 eventsRoot,uint32 uses,uint32 confirmations,uint32 deviations)"
    );
    bytes32 internal constant ORDER =
        keccak256("Order(bytes32 mandate,address seller,uint32 quantity,uint128 bamtol,uint128 bamnamu,uint32 cycle,bytes32 evidence,uint64 deadline)");
    bytes32 internal constant CANCEL = keccak256("Cancel(bytes32 order,uint64 deadline)");
    bytes32 internal constant DELIVERY = keccak256("Delivery(bytes32 order,uint32 quantity,bool complete,uint64 deadline)");
    bytes32 internal constant MANDATE = keccak256(
        "Mandate(address account,uint64 gtin,uint32 maxQuantity,uint128 maxUnitPrice,uint128 budgetPerPeriod,uint16 periodDays,uint32 minCycles,uint8 minTier,uint16 maxBamnamuBps,bytes32 sellersRoot,uint64 validUntil,uint64 nonce)"
    );

    function hashExecute(address target, uint256 value, bytes calldata data, uint256 nonce, uint64 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(EXECUTE, target, value, keccak256(data), nonce, deadline));
    }

    function hashDeviceClaim(bytes32 device, address account, uint256 nonce, uint64 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEVICE_CLAIM, device, account, nonce, deadline));
    }

    function hash(ThingBlock calldata header) internal pure returns (bytes32) {
        return keccak256(abi.encode(THING_BLOCK, header));
    }

    function hash(Order calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(ORDER, terms));
    }

    function hashCancel(bytes32 orderId, uint64 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL, orderId, deadline));
    }

    function hash(Delivery calldata delivery) internal pure returns (bytes32) {
        return keccak256(abi.encode(DELIVERY, delivery));
    }

    function hash(Mandate calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(MANDATE, terms));
    }
}
