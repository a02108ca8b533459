// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RewardLeaf, StandingLeaf} from "../Types.sol";
import {IBamnamu} from "./IBamnamu.sol";
import {IDeviceRegistry} from "./IDeviceRegistry.sol";

/// @title Rewards and standing, one root per epoch
/// @notice A root holds a reward leaf for every account that the registry knows (zero included) and its standing leaves; leaves are OpenZeppelin
/// StandardMerkleTree leaves over `["address","uint128","bytes32"]` and `["address","uint8","uint32","bytes32"]`.
/// Always: claimed + burned <= published <= cap.
/// @dev Warning: the publisher is trusted to compute roots by the published rules (anyone with the epoch's secret can recompute them) and to
/// publish an honest reference rate. It can neither change a published root, nor mint above the emission cap, nor redirect a claim.
interface IRewardDistributor {
    /// @notice An epoch's root and everything earned so far; the difference to the epoch before was minted.
    event EpochPublished(uint32 indexed epoch, bytes32 indexed root, uint128 total, uint64 rate);
    /// @notice `amount` was paid to `account`, which has now been dealt with up to `cumulative`.
    event Claimed(address indexed account, uint128 cumulative, uint128 amount);
    /// @notice Held rewards of `account` were burned because `device` equivocated.
    event HeldBurned(address indexed account, bytes32 indexed device, uint128 cumulative, uint128 amount);

    /// @notice Only the publisher may do this.
    error RewardsNotPublisher(address caller);
    /// @notice Epochs are published in order, once, and after they ended.
    error RewardsEpochRefused(uint32 epoch);
    /// @notice The total fell, or rose by more than an epoch may emit, or the root is zero.
    error RewardsTotalRefused(uint128 total, uint128 before);
    /// @notice The epoch was not published, or is still held (or, for a burn, is not).
    error RewardsWrongEpoch(uint32 epoch);
    /// @notice The leaf is not under the epoch's root.
    error RewardsBadProof(uint32 epoch, address account);
    /// @notice Everything up to this amount was dealt with before.
    error RewardsNothingLeft(address account);
    /// @notice The device was never banned, or belongs to another account.
    error RewardsNoFraud(bytes32 device);

    /// @notice Publishes an epoch's root and mints what it adds. Publisher only.
    /// @param epoch Must be above the latest; epoch `n` is the `epochSeconds` from `n * epochSeconds`.
    /// @param total Sum of all reward leaves' cumulative amounts.
    /// @param rate Reference rate: Bamtol hundredths per whole Bamnamu; zero means that no order may be paid in Bamnamu.
    function publish(uint32 epoch, bytes32 root, uint128 total, uint64 rate) external;

    /// @notice Pays an account what it earned up to a matured epoch and did not get yet. Anybody may; only the account is paid.
    function claim(uint32 epoch, RewardLeaf calldata leaf, bytes32[] calldata proof) external returns (uint128 amount);

    /// @notice Burns what was held (published but not matured) for a device's account when the device was banned; pays what had matured. Anybody may.
    /// @param firstHeld The oldest epoch that was still held at the ban.
    /// @param matured The account's leaf of the epoch published before `firstHeld`; ignored when there is none or the account is younger than it.
    /// @param heldEpoch The epoch, published at the ban at the latest, up to which is burned.
    /// @param held The account's leaf of `heldEpoch`.
    function burnHeld(
        bytes32 device,
        uint32 firstHeld,
        RewardLeaf calldata matured,
        bytes32[] calldata maturedProof,
        uint32 heldEpoch,
        RewardLeaf calldata held,
        bytes32[] calldata heldProof
    ) external returns (uint128 burned);

    /// @notice True when the leaf stands in one of the two newest roots (two, so that an order under way survives a publication).
    function hasStanding(StandingLeaf calldata leaf, bytes32[] calldata proof) external view returns (bool);

    /// @notice The reference rate of the newest epoch.
    function rate() external view returns (uint64);

    /// @notice A published epoch; zeros when there is none.
    function epochs(uint32 epoch) external view returns (bytes32 root, uint64 publishedAt, uint64 rate, uint32 previous);

    /// @notice The newest epoch, zero for none.
    function latestEpoch() external view returns (uint32);

    /// @notice Everything published so far.
    function published() external view returns (uint128);

    /// @notice Up to which cumulative amount an account was paid or burned.
    function dealtWith(address account) external view returns (uint128);

    /// @notice The token, deployed by this contract.
    function bamnamu() external view returns (IBamnamu);

    /// @notice The registry that knows bans and members.
    function devices() external view returns (IDeviceRegistry);

    /// @notice The only one who publishes.
    function publisher() external view returns (address);

    /// @notice Most that one epoch may add.
    function emissionPerEpoch() external view returns (uint128);

    /// @notice Length of an epoch in seconds.
    function epochSeconds() external view returns (uint32);

    /// @notice How long a published amount is held before it can be claimed, in seconds.
    function holdSeconds() external view returns (uint32);
}
