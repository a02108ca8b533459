// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, EventLeaf, KeySignature, Mandate, Order, RewardLeaf, StandingLeaf, ThingBlock} from "../src/Types.sol";
import {IOrderEscrow} from "../src/interfaces/IOrderEscrow.sol";
import {Eip712} from "../src/libraries/Eip712.sol";
import {World} from "./support/World.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// docs/vectors is computed by tools/vectors.mjs from the protocol's text; the C# tests read the same files.
contract VectorsTest is World {
    string private typed;
    string private trees;

    function setUp() public {
        deploy();
        typed = vm.readFile("../../../docs/vectors/eip712.json");
        trees = vm.readFile("../../../docs/vectors/trees.json");
        // The vectors' contracts have fixed addresses; immutables come along with the code, and the domain follows the address.
        vm.etch(vm.parseJsonAddress(typed, ".contracts.escrow"), address(escrow).code);
        vm.etch(vm.parseJsonAddress(typed, ".contracts.anchor"), address(anchor).code);
    }

    function test_type_strings_are_the_protocols() public view {
        assertType("execute", Eip712.EXECUTE);
        assertType("deviceClaim", Eip712.DEVICE_CLAIM);
        assertType("thingBlock", Eip712.THING_BLOCK);
        assertType("mandate", Eip712.MANDATE);
        assertType("order", Eip712.ORDER);
        assertType("cancel", Eip712.CANCEL);
        assertType("delivery", Eip712.DELIVERY);
    }

    function test_keys_hash_to_the_ids_of_device_and_member() public view {
        assertEq(keyHash(secretOf("device")), hashAt(typed, ".keys.device.hash"), "device id");
        assertEq(keyHash(secretOf("member")), hashAt(typed, ".keys.member.hash"), "member");
        address account = Clones.predictDeterministicAddressWithImmutableArgs(
            vm.parseJsonAddress(typed, ".contracts.implementation"),
            abi.encode(hashAt(typed, ".keys.member.hash")),
            0,
            vm.parseJsonAddress(typed, ".contracts.factory")
        );
        assertEq(account, vm.parseJsonAddress(typed, ".account"), "account address");
    }

    function test_every_message_has_the_vectors_digest_and_signatures() public view {
        assertMessage(
            "execute",
            keccak256(
                abi.encode(
                    Eip712.EXECUTE,
                    addr("execute.values.target"),
                    num("execute.values.value"),
                    keccak256(vm.parseJsonBytes(typed, ".messages.execute.values.data")),
                    num("execute.values.nonce"),
                    num("execute.values.deadline")
                )
            ),
            "member"
        );
        bytes32 claimHash = keccak256(
            abi.encode(
                Eip712.DEVICE_CLAIM,
                word("deviceClaim.values.device"),
                addr("deviceClaim.values.account"),
                num("deviceClaim.values.nonce"),
                num("deviceClaim.values.deadline")
            )
        );
        assertMessage("deviceClaim", claimHash, "device");
        assertMessage("deviceClaim", claimHash, "member");
        assertMessage("thingBlock", hashOf(thingBlock()), "device");
        assertMessage("order", hashOf(order()), "device");
        assertMessage("cancel", keccak256(abi.encode(Eip712.CANCEL, word("cancel.values.order"), num("cancel.values.deadline"))), "device");
        Delivery memory delivery = Delivery(
            word("delivery.values.order"),
            uint32(num("delivery.values.quantity")),
            vm.parseJsonBool(typed, ".messages.delivery.values.complete"),
            uint64(num("delivery.values.deadline"))
        );
        assertMessage("delivery", keccak256(abi.encode(Eip712.DELIVERY, delivery)), "device");
    }

    function test_the_contracts_agree_on_ids() public view {
        assertEq(IOrderEscrow(vm.parseJsonAddress(typed, ".contracts.escrow")).orderIdOf(order()), word("order.digest"), "order id = digest");
        assertEq(escrow.mandateIdOf(mandate()), word("mandate.structHash"), "mandate id = struct hash");
        assertEq(anchor.hashOf(thingBlock()), word("thingBlock.structHash"), "block hash = struct hash");
    }

    function test_events_lead_to_the_blocks_root() public view {
        bytes32 root = hashAt(trees, ".events.root");
        for (uint256 i = 0; i < 5; i++) {
            string memory at_ = string.concat(".events.leaves[", vm.toString(i), "]");
            bytes32 rest = keccak256(
                abi.encode(
                    uint64(numAt(at_, ".seenAtMs")),
                    int64(vm.parseJsonInt(trees, string.concat(at_, ".deltaMg"))),
                    int64(vm.parseJsonInt(trees, string.concat(at_, ".levelMg"))),
                    hashAt(trees, string.concat(at_, ".salt"))
                )
            );
            EventLeaf memory leaf = EventLeaf(
                uint64(numAt(at_, ".seq")),
                uint32(numAt(at_, ".day")),
                uint16(numAt(at_, ".slot")),
                uint64(numAt(at_, ".gtin")),
                uint8(numAt(at_, ".kind")),
                uint32(numAt(at_, ".cycle")),
                hashAt(trees, string.concat(at_, ".orderId")),
                rest
            );
            assertEq(rest, hashAt(trees, string.concat(at_, ".rest")), "closed half");
            assertLeaf(hashLeaf(leaf), at_, root);
        }
        assertEq(root, thingBlock().eventsRoot, "the block's events root");
    }

    function test_sellers_blocks_rewards_and_standings_lead_to_their_roots() public view {
        for (uint256 i = 0; i < 3; i++) {
            string memory at_ = string.concat(".sellers.leaves[", vm.toString(i), "]");
            assertLeaf(hashLeaf(vm.parseJsonAddress(trees, string.concat(at_, ".seller"))), at_, hashAt(trees, ".sellers.root"));
        }
        for (uint256 i = 0; i < 6; i++) {
            string memory at_ = string.concat(".blocks.leaves[", vm.toString(i), "]");
            assertLeaf(hashAt(trees, string.concat(at_, ".hash")), at_, hashAt(trees, ".blocks.root"));
        }
        for (uint256 i = 0; i < 3; i++) {
            string memory at_ = string.concat(".epoch.rewards[", vm.toString(i), "]");
            RewardLeaf memory leaf = RewardLeaf(
                vm.parseJsonAddress(trees, string.concat(at_, ".account")), uint128(numAt(at_, ".cumulative")), hashAt(trees, string.concat(at_, ".salt"))
            );
            assertLeaf(hashLeaf(leaf), at_, hashAt(trees, ".epoch.root"));
        }
        for (uint256 i = 0; i < 2; i++) {
            string memory at_ = string.concat(".epoch.standings[", vm.toString(i), "]");
            StandingLeaf memory leaf = StandingLeaf(
                vm.parseJsonAddress(trees, string.concat(at_, ".account")),
                uint8(numAt(at_, ".tier")),
                uint32(numAt(at_, ".epoch")),
                hashAt(trees, string.concat(at_, ".salt"))
            );
            assertLeaf(hashLeaf(leaf), at_, hashAt(trees, ".epoch.root"));
        }
    }

    function test_the_orders_evidence_is_leaf_block_and_root() public view {
        bytes32 evidence = keccak256(abi.encode(hashAt(trees, ".events.leaves[2].hash"), word("thingBlock.structHash"), hashAt(trees, ".blocks.root")));
        assertEq(order().evidence, evidence, "evidence");
    }

    /* READING */

    function thingBlock() private view returns (ThingBlock memory) {
        return ThingBlock({
            device: word("thingBlock.values.device"),
            height: uint64(num("thingBlock.values.height")),
            parent: word("thingBlock.values.parent"),
            fromSeq: uint64(num("thingBlock.values.fromSeq")),
            toSeq: uint64(num("thingBlock.values.toSeq")),
            day: uint32(num("thingBlock.values.day")),
            eventsRoot: word("thingBlock.values.eventsRoot"),
            uses: uint32(num("thingBlock.values.uses")),
            confirmations: uint32(num("thingBlock.values.confirmations")),
            deviations: uint32(num("thingBlock.values.deviations"))
        });
    }

    function mandate() private view returns (Mandate memory) {
        return Mandate({
            account: addr("mandate.values.account"),
            gtin: uint64(num("mandate.values.gtin")),
            maxQuantity: uint32(num("mandate.values.maxQuantity")),
            maxUnitPrice: uint128(num("mandate.values.maxUnitPrice")),
            budgetPerPeriod: uint128(num("mandate.values.budgetPerPeriod")),
            periodDays: uint16(num("mandate.values.periodDays")),
            minCycles: uint32(num("mandate.values.minCycles")),
            minTier: uint8(num("mandate.values.minTier")),
            maxBamnamuBps: uint16(num("mandate.values.maxBamnamuBps")),
            sellersRoot: word("mandate.values.sellersRoot"),
            validUntil: uint64(num("mandate.values.validUntil")),
            nonce: uint64(num("mandate.values.nonce"))
        });
    }

    function order() private view returns (Order memory) {
        return Order({
            mandate: word("order.values.mandate"),
            seller: addr("order.values.seller"),
            quantity: uint32(num("order.values.quantity")),
            bamtol: uint128(num("order.values.bamtol")),
            bamnamu: uint128(num("order.values.bamnamu")),
            cycle: uint32(num("order.values.cycle")),
            evidence: word("order.values.evidence"),
            deadline: uint64(num("order.values.deadline"))
        });
    }

    function word(string memory path) private view returns (bytes32) {
        return hashAt(typed, string.concat(".messages.", path));
    }

    function num(string memory path) private view returns (uint256) {
        return vm.parseJsonUint(typed, string.concat(".messages.", path));
    }

    function addr(string memory path) private view returns (address) {
        return vm.parseJsonAddress(typed, string.concat(".messages.", path));
    }

    function hashAt(string memory json, string memory path) private pure returns (bytes32) {
        return vm.parseJsonBytes32(json, path);
    }

    function numAt(string memory leaf, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(trees, string.concat(leaf, field));
    }

    function secretOf(string memory name) private view returns (uint256) {
        return uint256(hashAt(typed, string.concat(".keys.", name, ".private")));
    }

    /* CHECKING */

    function assertType(string memory name, bytes32 typeHash) private view {
        assertEq(typeHash, word(string.concat(name, ".typeHash")), name);
        assertEq(typeHash, keccak256(bytes(vm.parseJsonString(typed, string.concat(".messages.", name, ".type")))), name);
    }

    function assertMessage(string memory name, bytes32 structHash, string memory signer) private view {
        assertEq(structHash, word(string.concat(name, ".structHash")), string.concat(name, " struct hash"));
        bytes32 digest = digestOf(addr(string.concat(name, ".verifyingContract")), structHash);
        assertEq(digest, word(string.concat(name, ".digest")), string.concat(name, " digest"));
        string memory signature = string.concat(name, ".signatures.", signer);
        (uint256 x, uint256 y) = vm.publicKeyP256(secretOf(signer));
        bool valid = verifier.verify(digest, word(string.concat(signature, ".r")), word(string.concat(signature, ".s")), bytes32(x), bytes32(y));
        assertTrue(valid, string.concat(name, " signature"));
    }

    function assertLeaf(bytes32 leaf, string memory path, bytes32 root) private view {
        assertEq(leaf, hashAt(trees, string.concat(path, ".hash")), string.concat("leaf ", path));
        assertTrue(MerkleProof.verify(vm.parseJsonBytes32Array(trees, string.concat(path, ".proof")), root, leaf), string.concat("proof ", path));
    }
}

