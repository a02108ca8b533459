// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bamnamu} from "./Bamnamu.sol";
import {RewardLeaf, StandingLeaf} from "./Types.sol";
import {IBamnamu} from "./interfaces/IBamnamu.sol";
import {IDeviceRegistry} from "./interfaces/IDeviceRegistry.sol";
import {IRewardDistributor} from "./interfaces/IRewardDistributor.sol";
import {Leaves} from "./libraries/Leaves.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @notice See {IRewardDistributor}.
contract RewardDistributor is IRewardDistributor {
    using Leaves for RewardLeaf;
    using Leaves for StandingLeaf;
    using SafeERC20 for IBamnamu;

    /// @dev Two storage slots.
    struct Epoch {
        bytes32 root;
        uint64 publishedAt;
        uint64 rate;
        uint32 previous;
    }

    /// @inheritdoc IRewardDistributor
    IBamnamu public immutable bamnamu;

    /// @inheritdoc IRewardDistributor
    IDeviceRegistry public immutable devices;

    /// @inheritdoc IRewardDistributor
    address public immutable publisher;

    /// @inheritdoc IRewardDistributor
    uint128 public immutable emissionPerEpoch;

    /// @inheritdoc IRewardDistributor
    uint32 public immutable epochSeconds;

    /// @inheritdoc IRewardDistributor
    uint32 public immutable holdSeconds;

    /// @inheritdoc IRewardDistributor
    mapping(uint32 epoch => Epoch) public epochs;

    /// @inheritdoc IRewardDistributor
    uint32 public latestEpoch;

    /// @inheritdoc IRewardDistributor
    uint128 public published;

    /// @inheritdoc IRewardDistributor
    mapping(address account => uint128) public dealtWith;

    /// @dev Deploys the token, so that nobody else can ever mint it.
    /// @param cap The token's largest supply, in 1e-18 Bamnamu.
    constructor(IDeviceRegistry devices_, address publisher_, uint256 cap, uint128 emissionPerEpoch_, uint32 epochSeconds_, uint32 holdSeconds_) {
        bamnamu = new Bamnamu(cap);
        devices = devices_;
        publisher = publisher_;
        emissionPerEpoch = emissionPerEpoch_;
        epochSeconds = epochSeconds_;
        holdSeconds = holdSeconds_;
    }

    /* REWARDS */

    /// @inheritdoc IRewardDistributor
    function publish(uint32 epoch, bytes32 root, uint128 total, uint64 rate_) external {
        require(msg.sender == publisher, RewardsNotPublisher(msg.sender));
        uint32 previous = latestEpoch;
        uint128 before = published;
        require(epoch > previous && (uint256(epoch) + 1) * epochSeconds <= block.timestamp, RewardsEpochRefused(epoch));
        require(root != 0 && total >= before && total - before <= emissionPerEpoch, RewardsTotalRefused(total, before));

        epochs[epoch] = Epoch(root, uint64(block.timestamp), rate_, previous);
        latestEpoch = epoch;
        published = total;
        emit EpochPublished(epoch, root, total, rate_);

        bamnamu.mint(total - before);
    }

    /// @inheritdoc IRewardDistributor
    function claim(uint32 epoch, RewardLeaf calldata leaf, bytes32[] calldata proof) external returns (uint128 amount) {
        require(_isMatured(epoch, block.timestamp), RewardsWrongEpoch(epoch));
        _requireLeaf(epoch, leaf, proof);

        amount = _dealWith(leaf.account, leaf.cumulative);
        require(amount > 0, RewardsNothingLeft(leaf.account));
        _pay(leaf.account, leaf.cumulative, amount);
    }

    /// @inheritdoc IRewardDistributor
    function burnHeld(
        bytes32 device,
        uint32 firstHeld,
        RewardLeaf calldata matured,
        bytes32[] calldata maturedProof,
        uint32 heldEpoch,
        RewardLeaf calldata held,
        bytes32[] calldata heldProof
    ) external returns (uint128 burned) {
        address account = held.account;
        uint64 bannedAt = devices.bannedAt(device);
        require(bannedAt != 0 && devices.holderOf(device) == account, RewardsNoFraud(device));
        require(epochs[firstHeld].publishedAt != 0 && !_isMatured(firstHeld, bannedAt), RewardsWrongEpoch(firstHeld));
        uint64 heldAt = epochs[heldEpoch].publishedAt;
        require(heldEpoch >= firstHeld && heldAt != 0 && heldAt <= bannedAt, RewardsWrongEpoch(heldEpoch));
        _requireLeaf(heldEpoch, held, heldProof);

        uint32 last = epochs[firstHeld].previous;
        require(last == 0 || _isMatured(last, bannedAt), RewardsWrongEpoch(firstHeld));
        // An account that joined after the last matured root has no leaf there and nothing to be paid.
        if (last != 0 && devices.memberSince(account) <= epochs[last].publishedAt) {
            require(matured.account == account, RewardsBadProof(last, account));
            _requireLeaf(last, matured, maturedProof);
            uint128 due = _dealWith(account, matured.cumulative);
            if (due > 0) _pay(account, matured.cumulative, due);
        }

        burned = _dealWith(account, held.cumulative);
        require(burned > 0, RewardsNothingLeft(account));
        emit HeldBurned(account, device, held.cumulative, burned);
        bamnamu.burn(burned);
    }

    /* STANDING */

    /// @inheritdoc IRewardDistributor
    function hasStanding(StandingLeaf calldata leaf, bytes32[] calldata proof) external view returns (bool) {
        uint32 latest = latestEpoch;
        if (leaf.epoch == 0 || (leaf.epoch != latest && leaf.epoch != epochs[latest].previous)) return false;
        return MerkleProof.verifyCalldata(proof, epochs[leaf.epoch].root, leaf.hash());
    }

    /// @inheritdoc IRewardDistributor
    function rate() external view returns (uint64) {
        return epochs[latestEpoch].rate;
    }

    /* HELPERS */

    function _isMatured(uint32 epoch, uint256 time) private view returns (bool) {
        uint64 publishedAt = epochs[epoch].publishedAt;
        return publishedAt != 0 && uint256(publishedAt) + holdSeconds <= time;
    }

    function _requireLeaf(uint32 epoch, RewardLeaf calldata leaf, bytes32[] calldata proof) private view {
        require(MerkleProof.verifyCalldata(proof, epochs[epoch].root, leaf.hash()), RewardsBadProof(epoch, leaf.account));
    }

    /// @dev Moves an account's mark up and returns by how much; an older leaf moves nothing.
    function _dealWith(address account, uint128 cumulative) private returns (uint128 amount) {
        uint128 mark = dealtWith[account];
        if (cumulative <= mark) return 0;
        dealtWith[account] = cumulative;
        return cumulative - mark;
    }

    function _pay(address account, uint128 cumulative, uint128 amount) private {
        emit Claimed(account, cumulative, amount);
        bamnamu.safeTransfer(account, amount);
    }
}
