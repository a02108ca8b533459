// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature, ThingBlock} from "../Types.sol";
import {IDeviceRegistry} from "./IDeviceRegistry.sol";

/// @title Where the chain of things touches the chain
/// @notice Keeps one Merkle root (SimpleMerkleTree over raw block hashes) per batch of blocks that the cooperative verified, for ever.
/// EIP-712 domain: name "PantryChain", version "1", chain id, this contract.
/// @dev Warning: the anchorer is trusted to verify blocks before it anchors them. It can leave blocks out, it cannot change or withdraw one;
/// an order additionally needs the device's own signature over the block hash.
interface ICotAnchor {
    /// @notice A batch of `count` blocks was anchored under `root`; batches count from 1.
    event Anchored(bytes32 indexed root, uint64 indexed batch, uint32 count);
    /// @notice The device signed two different blocks at one height.
    event Equivocation(bytes32 indexed device, uint64 height, bytes32 firstBlock, bytes32 secondBlock);

    /// @notice Only the anchorer may do this.
    error AnchorNotAnchorer(address caller);
    /// @notice A root is anchored once and is not zero; a batch holds at least one block.
    error AnchorRefused(bytes32 root, uint32 count);
    /// @notice The two blocks are no equivocation: another device or height, or the same block.
    error AnchorNoEquivocation();
    /// @notice The key is not the blocks' device, or did not sign both.
    error AnchorBadSignature(bytes32 device);

    /// @notice Anchors a batch. Anchorer only.
    function anchor(bytes32 root, uint32 count) external;

    /// @notice Proves that a device signed two blocks at one height and bans it. Anybody may.
    /// @dev Signed: `ThingBlock(bytes32 device,uint64 height,bytes32 parent,uint64 fromSeq,uint64 toSeq,uint32 day,bytes32 eventsRoot,
    /// uint32 uses,uint32 confirmations,uint32 deviations)`.
    function reportEquivocation(
        ThingBlock calldata first,
        KeySignature calldata firstSignature,
        ThingBlock calldata second,
        KeySignature calldata secondSignature
    ) external;

    /// @notice True once the root was anchored.
    function isAnchored(bytes32 root) external view returns (bool);

    /// @notice Unix seconds at which the root was anchored, its batch number and its block count; zeros when it was not.
    function batchOf(bytes32 root) external view returns (uint64 anchoredAt, uint64 batch, uint32 count);

    /// @notice How many batches there are.
    function batches() external view returns (uint64);

    /// @notice The EIP-712 struct hash of a header, which is the block's hash.
    function hashOf(ThingBlock calldata header) external pure returns (bytes32);

    /// @notice The only one who anchors.
    function anchorer() external view returns (address);

    /// @notice The registry of the devices whose blocks are anchored here.
    function devices() external view returns (IDeviceRegistry);
}
