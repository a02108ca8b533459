// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EventLeaf, Mandate, Order, ThingBlock} from "../Types.sol";
import {IOrderEscrow} from "../interfaces/IOrderEscrow.sol";
import {Eip712} from "./Eip712.sol";
import {Leaves} from "./Leaves.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title What an order must show, as far as it can be seen without the escrow's storage
library OrderChecks {
    using Eip712 for ThingBlock;
    using Leaves for EventLeaf;

    uint32 internal constant FRESH_DAYS = 7;
    uint256 internal constant ALL_BPS = 10_000;
    uint256 private constant ONE_BAMNAMU = 1e18;

    /// @notice Reverts unless a fresh leaf of the product and cycle stands in a block of the device, and the block under the root that the device signed.
    /// Whether the root is anchored remains to be asked.
    function requireEvidence(
        Order calldata terms,
        uint64 gtin,
        bytes32 device,
        EventLeaf calldata leaf,
        ThingBlock calldata header,
        bytes32 root,
        bytes32[] calldata leafProof,
        bytes32[] calldata blockProof
    ) internal view {
        bytes32 leafHash = leaf.hash();
        bytes32 blockHash = header.hash();
        bool meant = leaf.gtin == gtin && leaf.cycle == terms.cycle && header.device == device;
        require(meant && keccak256(abi.encode(leafHash, blockHash, root)) == terms.evidence, IOrderEscrow.EscrowEvidenceRefused());
        // A household's day may be a day ahead of the chain's.
        uint256 today = block.timestamp / 1 days;
        require(uint256(leaf.day) + FRESH_DAYS >= today && leaf.day <= today + 1, IOrderEscrow.EscrowLeafNotFresh(leaf.day));
        require(MerkleProof.verifyCalldata(leafProof, header.eventsRoot, leafHash), IOrderEscrow.EscrowNotAnchored(header.eventsRoot));
        require(MerkleProof.verifyCalldata(blockProof, root, blockHash), IOrderEscrow.EscrowNotAnchored(root));
    }

    /// @notice Both legs in Bamtol hundredths, the Bamnamu leg at the reference rate and rounded up; reverts unless the mandate allows quantity, share and price.
    /// @param rate Bamtol hundredths per whole Bamnamu; zero when none is published, or when it is not needed.
    function priceOf(Order calldata terms, Mandate calldata mandate, uint256 rate) internal pure returns (uint256 price) {
        bool few = terms.quantity > 0 && terms.quantity <= mandate.maxQuantity;
        require(few, IOrderEscrow.EscrowQuantityRefused(terms.quantity, mandate.maxQuantity));
        uint256 value = (terms.bamnamu * rate + ONE_BAMNAMU - 1) / ONE_BAMNAMU;
        price = terms.bamtol + value;
        uint256 mostValue = price * mandate.maxBamnamuBps / ALL_BPS;
        require(terms.bamnamu == 0 || (rate > 0 && value <= mostValue), IOrderEscrow.EscrowBamnamuRefused(value, mostValue));
        uint256 most = uint256(terms.quantity) * mandate.maxUnitPrice;
        require(price > 0 && price <= most, IOrderEscrow.EscrowPriceRefused(price, most));
    }
}
