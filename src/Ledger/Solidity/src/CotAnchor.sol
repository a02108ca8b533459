// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceRegistry} from "./DeviceRegistry.sol";
import {KeySignature, ThingBlock} from "./Types.sol";
import {ICotAnchor} from "./interfaces/ICotAnchor.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {IMemberAccounts} from "./interfaces/IMemberAccounts.sol";
import {IP256Verifier} from "./interfaces/IP256Verifier.sol";
import {Eip712} from "./libraries/Eip712.sol";
import {KeySignatures} from "./libraries/KeySignatures.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @notice See {ICotAnchor}.
contract CotAnchor is ICotAnchor, EIP712 {
    using KeySignatures for KeySignature;
    using Eip712 for ThingBlock;

    /// @dev One storage slot per batch: the only new one that anchoring costs, however many blocks and events stand under the root.
    struct Batch {
        uint64 anchoredAt;
        uint64 batch;
        uint32 count;
    }

    /// @inheritdoc ICotAnchor
    address public immutable anchorer;

    /// @inheritdoc ICotAnchor
    IDeviceRegistry public immutable devices;

    IP256Verifier private immutable _verifier;

    /// @inheritdoc ICotAnchor
    mapping(bytes32 root => Batch) public batchOf;

    /// @inheritdoc ICotAnchor
    uint64 public batches;

    /// @dev Deploys the device registry, so that each knows the other from the first block on.
    /// @param anchorer_ Anchors batches and attests device kinds.
    constructor(IMemberAccounts accounts, IP256Verifier verifier, address anchorer_) EIP712(Eip712.NAME, Eip712.VERSION) {
        anchorer = anchorer_;
        devices = new DeviceRegistry(accounts, verifier, anchorer_);
        _verifier = verifier;
    }

    /// @inheritdoc ICotAnchor
    function anchor(bytes32 root, uint32 count) external {
        require(msg.sender == anchorer, AnchorNotAnchorer(msg.sender));
        require(root != 0 && count > 0 && batchOf[root].anchoredAt == 0, AnchorRefused(root, count));

        uint64 batch = ++batches;
        batchOf[root] = Batch(uint64(block.timestamp), batch, count);
        emit Anchored(root, batch, count);
    }

    /// @inheritdoc ICotAnchor
    function reportEquivocation(
        ThingBlock calldata first,
        KeySignature calldata firstSignature,
        ThingBlock calldata second,
        KeySignature calldata secondSignature
    ) external {
        bytes32 firstHash = first.hash();
        bytes32 secondHash = second.hash();
        require(first.device == second.device && first.height == second.height && firstHash != secondHash, AnchorNoEquivocation());
        require(_isSigned(first.device, firstHash, firstSignature), AnchorBadSignature(first.device));
        require(_isSigned(first.device, secondHash, secondSignature), AnchorBadSignature(first.device));

        emit Equivocation(first.device, first.height, firstHash, secondHash);
        devices.ban(first.device);
    }

    /// @inheritdoc ICotAnchor
    function isAnchored(bytes32 root) external view returns (bool) {
        return batchOf[root].anchoredAt != 0;
    }

    /// @inheritdoc ICotAnchor
    function hashOf(ThingBlock calldata header) external pure returns (bytes32) {
        return header.hash();
    }

    function _isSigned(bytes32 device, bytes32 blockHash, KeySignature calldata signature) private view returns (bool) {
        return signature.keyHash() == device && signature.signs(_hashTypedDataV4(blockHash), _verifier);
    }
}
