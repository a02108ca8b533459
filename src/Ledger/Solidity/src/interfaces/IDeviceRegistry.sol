// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeviceKind, KeySignature} from "../Types.sol";

/// @title Which thing speaks for which account
/// @notice A device is `keccak256(x ‖ y)` of its P-256 key and belongs to one account for ever: a gateway that changes hands makes a new key.
/// EIP-712 domain: name "PantryChain", version "1", chain id, this contract.
/// @dev Warning: the attestor is trusted with `kind`, which weighs rewards; it can neither claim nor revoke a device.
interface IDeviceRegistry {
    /// @notice `account` and `device` agreed to belong together; the warm-up starts now.
    event DeviceClaimed(bytes32 indexed device, address indexed account, uint64 claimedAt);
    /// @notice The attestor said what the device is.
    event DeviceAttested(bytes32 indexed device, DeviceKind kind);
    /// @notice The account let the device go; it may claim it again and warm it up again.
    event DeviceRevoked(bytes32 indexed device, address indexed account);
    /// @notice The device signed two blocks at one height; it never comes back.
    event DeviceBanned(bytes32 indexed device, address indexed account);

    /// @notice The claim's time has passed.
    error DeviceDeadlinePassed(uint64 deadline);
    /// @notice One of the two signatures is missing or over something else.
    error DeviceBadSignature(bytes32 device);
    /// @notice The member key does not own this account.
    error DeviceNotOwnersAccount(address account);
    /// @notice The device is active, or belongs to another account, or is banned.
    error DeviceUnavailable(bytes32 device);
    /// @notice The caller is not the active device's account.
    error DeviceNotYours(bytes32 device, address caller);
    /// @notice Only the attestor may do this.
    error DeviceNotAttestor(address caller);
    /// @notice Only the anchor contract may do this.
    error DeviceNotAnchor(address caller);
    /// @notice No account ever claimed this device, or it is banned already.
    error DeviceUnknown(bytes32 device);

    /// @notice Ties a device to an account on the word of both keys over one digest. Anybody may bring it.
    /// @dev Signed: `DeviceClaim(bytes32 device,address account,uint256 nonce,uint64 deadline)` with `nonce = nonces(device)`.
    /// The account need not be deployed yet.
    /// @return device `keccak256(x ‖ y)` of the device key.
    function claim(address account, uint64 deadline, KeySignature calldata deviceSignature, KeySignature calldata memberSignature)
        external
        returns (bytes32 device);

    /// @notice Says what a device is, before or after it is claimed. Attestor only.
    function attest(bytes32 device, DeviceKind kind) external;

    /// @notice Lets a device go. Its account only.
    function revoke(bytes32 device) external;

    /// @notice Shuts a device out for ever and notes when. Anchor contract only, on proven equivocation.
    function ban(bytes32 device) external;

    /// @notice The account that the device speaks for; zero when it never did, was revoked or is banned.
    function accountOf(bytes32 device) external view returns (address);

    /// @notice The account that ever claimed the device, active or not; zero for none.
    function holderOf(bytes32 device) external view returns (address);

    /// @notice Start of the warm-up: Unix seconds of the newest claim, zero for none.
    function claimedAt(bytes32 device) external view returns (uint64);

    /// @notice Unix seconds of an account's first claim of any device, zero for none.
    function memberSince(address account) external view returns (uint64);

    /// @notice Unix seconds at which the device was banned, zero for never.
    function bannedAt(bytes32 device) external view returns (uint64);

    /// @notice What the attestor said; `Software` unless said otherwise.
    function kindOf(bytes32 device) external view returns (DeviceKind);

    /// @notice Share of full points in basis points before any warm-up: secure element 10 000, software key 2 500,
    /// simulated 0 except on a rehearsal chain (chain id 31337), where it is 10 000.
    function weightOf(bytes32 device) external view returns (uint16);

    /// @notice How often the device was claimed: the nonce that its next claim signs.
    function nonces(bytes32 device) external view returns (uint256);

    /// @notice The only one who says what a device is.
    function attestor() external view returns (address);

    /// @notice The contract that proves equivocation.
    function anchor() external view returns (address);
}
