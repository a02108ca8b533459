// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceKind, KeySignature} from "./Types.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {IMemberAccounts} from "./interfaces/IMemberAccounts.sol";
import {IP256Verifier} from "./interfaces/IP256Verifier.sol";
import {Eip712} from "./libraries/Eip712.sol";
import {KeySignatures} from "./libraries/KeySignatures.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @notice See {IDeviceRegistry}.
contract DeviceRegistry is IDeviceRegistry, EIP712 {
    using KeySignatures for KeySignature;

    /// @dev One storage slot.
    struct Device {
        address holder;
        bool active;
        DeviceKind kind;
        uint32 claims;
        uint48 claimedAt;
    }

    /// @dev anvil's and Foundry's chain id: a rehearsal chain, where simulated devices count (docs/protocol.md, "Rewards and standing").
    uint256 private constant REHEARSAL_CHAIN = 31337;

    /// @inheritdoc IDeviceRegistry
    address public immutable attestor;

    /// @inheritdoc IDeviceRegistry
    address public immutable anchor;

    IMemberAccounts private immutable _accounts;
    IP256Verifier private immutable _verifier;

    mapping(bytes32 device => Device) private _devices;

    /// @inheritdoc IDeviceRegistry
    mapping(address account => uint64) public memberSince;

    /// @inheritdoc IDeviceRegistry
    mapping(bytes32 device => uint64) public bannedAt;

    /// @dev Deployed by the anchor contract, which alone may ban.
    constructor(IMemberAccounts accounts, IP256Verifier verifier, address attestor_) EIP712(Eip712.NAME, Eip712.VERSION) {
        attestor = attestor_;
        anchor = msg.sender;
        _accounts = accounts;
        _verifier = verifier;
    }

    /* CHANGES */

    /// @inheritdoc IDeviceRegistry
    function claim(address account, uint64 deadline, KeySignature calldata deviceSignature, KeySignature calldata memberSignature)
        external
        returns (bytes32 device)
    {
        require(block.timestamp <= deadline, DeviceDeadlinePassed(deadline));
        require(_accounts.accountOf(memberSignature.keyHash()) == account, DeviceNotOwnersAccount(account));
        device = deviceSignature.keyHash();
        Device memory entry = _devices[device];
        bool free = entry.holder == address(0) || (entry.holder == account && !entry.active);
        require(free && bannedAt[device] == 0, DeviceUnavailable(device));
        bytes32 digest = _hashTypedDataV4(Eip712.hashDeviceClaim(device, account, entry.claims, deadline));
        require(deviceSignature.signs(digest, _verifier) && memberSignature.signs(digest, _verifier), DeviceBadSignature(device));

        entry.holder = account;
        entry.active = true;
        entry.claims++;
        entry.claimedAt = uint48(block.timestamp);
        _devices[device] = entry;
        if (memberSince[account] == 0) memberSince[account] = uint64(block.timestamp);
        emit DeviceClaimed(device, account, uint64(block.timestamp));
    }

    /// @inheritdoc IDeviceRegistry
    function attest(bytes32 device, DeviceKind kind) external {
        require(msg.sender == attestor, DeviceNotAttestor(msg.sender));

        _devices[device].kind = kind;
        emit DeviceAttested(device, kind);
    }

    /// @inheritdoc IDeviceRegistry
    function revoke(bytes32 device) external {
        Device storage entry = _devices[device];
        require(entry.active && entry.holder == msg.sender, DeviceNotYours(device, msg.sender));

        entry.active = false;
        emit DeviceRevoked(device, msg.sender);
    }

    /// @inheritdoc IDeviceRegistry
    function ban(bytes32 device) external {
        require(msg.sender == anchor, DeviceNotAnchor(msg.sender));
        Device storage entry = _devices[device];
        require(entry.holder != address(0) && bannedAt[device] == 0, DeviceUnknown(device));

        entry.active = false;
        bannedAt[device] = uint64(block.timestamp);
        emit DeviceBanned(device, entry.holder);
    }

    /* VIEWS */

    /// @inheritdoc IDeviceRegistry
    function accountOf(bytes32 device) external view returns (address) {
        Device memory entry = _devices[device];
        return entry.active ? entry.holder : address(0);
    }

    /// @inheritdoc IDeviceRegistry
    function holderOf(bytes32 device) external view returns (address) {
        return _devices[device].holder;
    }

    /// @inheritdoc IDeviceRegistry
    function claimedAt(bytes32 device) external view returns (uint64) {
        return _devices[device].claimedAt;
    }

    /// @inheritdoc IDeviceRegistry
    function kindOf(bytes32 device) external view returns (DeviceKind) {
        return _devices[device].kind;
    }

    /// @inheritdoc IDeviceRegistry
    function weightOf(bytes32 device) external view returns (uint16) {
        DeviceKind kind = _devices[device].kind;
        if (kind == DeviceKind.SecureElement) return 10_000;
        if (kind == DeviceKind.Simulated) return block.chainid == REHEARSAL_CHAIN ? 10_000 : 0;
        return 2_500;
    }

    /// @inheritdoc IDeviceRegistry
    function nonces(bytes32 device) external view returns (uint256) {
        return _devices[device].claims;
    }
}
