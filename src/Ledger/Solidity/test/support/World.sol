// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, EventLeaf, KeySignature, Mandate, Order, RewardLeaf, StandingLeaf, ThingBlock} from "../../src/Types.sol";
import {IBamnamu} from "../../src/interfaces/IBamnamu.sol";
import {IBamtol} from "../../src/interfaces/IBamtol.sol";
import {ICotAnchor} from "../../src/interfaces/ICotAnchor.sol";
import {IDeviceRegistry} from "../../src/interfaces/IDeviceRegistry.sol";
import {IMemberAccount} from "../../src/interfaces/IMemberAccount.sol";
import {IMemberAccounts} from "../../src/interfaces/IMemberAccounts.sol";
import {IOrderEscrow} from "../../src/interfaces/IOrderEscrow.sol";
import {IP256Verifier} from "../../src/interfaces/IP256Verifier.sol";
import {IRewardDistributor} from "../../src/interfaces/IRewardDistributor.sol";
import {Eip712} from "../../src/libraries/Eip712.sol";
import {Test} from "./Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// A member with one gateway.
struct Household {
    uint256 memberSecret;
    uint256 deviceSecret;
    address account;
    bytes32 device;
}

/// Everything that `trigger` takes.
struct Ticket {
    Order terms;
    Mandate mandate;
    EventLeaf leaf;
    ThingBlock header;
    bytes32 root;
    StandingLeaf standing;
    KeySignature signature;
    bytes32[] sellerProof;
    bytes32[] leafProof;
    bytes32[] blockProof;
    bytes32[] standingProof;
}

/// The whole cooperative on a fresh chain, and the words that its members, devices and sellers say. Contracts are deployed from forge's output, so the tests
/// run the bytecode that is committed and deployed.
abstract contract World is Test {
    uint256 internal constant START = 1_772_323_200; // 2026-03-01
    uint256 internal constant ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551;

    uint32 internal constant VETO = 1 days;
    uint32 internal constant ACCEPT = 2 days;
    uint32 internal constant SHIP = 3 days;
    uint32 internal constant DELIVER = 7 days;
    uint32 internal constant CONFIRM = 4 days;

    uint64 internal constant MILK = 8801115114154;
    uint64 internal constant RICE = 8801045520117;
    uint128 internal constant PRICE = 298_000;
    uint128 internal constant CASH = 100_000_000;
    uint128 internal constant EARNED = 1_000e18;
    uint64 internal constant RATE = 10_000; // a Bamnamu is worth 100 won

    address internal constant CUSTODIAN = address(0xCA54);
    address internal constant ANCHORER = address(0xA2C4);
    address internal constant PUBLISHER = address(0x9B11);
    address internal constant SELLER = address(0x5E11E1);
    address internal constant OTHER_SELLER = address(0x5E11E2);
    address internal constant STRANGER = address(0x57A2);

    IP256Verifier internal verifier;
    IBamtol internal bamtol;
    IBamnamu internal bamnamu;
    IMemberAccounts internal accounts;
    ICotAnchor internal anchor;
    IDeviceRegistry internal devices;
    IRewardDistributor internal rewards;
    IOrderEscrow internal escrow;

    uint256 private _anchored;

    /* THE COOPERATIVE */

    function deploy() internal {
        vm.warp(START);
        verifier = IP256Verifier(vm.deployCode("P256Verifier.sol:P256Verifier", ""));
        bamtol = IBamtol(vm.deployCode("Bamtol.sol:Bamtol", abi.encode(CUSTODIAN)));
        accounts = IMemberAccounts(vm.deployCode("MemberAccounts.sol:MemberAccounts", abi.encode(verifier)));
        anchor = ICotAnchor(vm.deployCode("CotAnchor.sol:CotAnchor", abi.encode(accounts, verifier, ANCHORER)));
        devices = anchor.devices();
        uint32 hold = 30 days;
        rewards = IRewardDistributor(
            vm.deployCode("RewardDistributor.sol:RewardDistributor", abi.encode(devices, PUBLISHER, 1_000_000e18, uint128(5_000e18), uint32(1 days), hold))
        );
        bamnamu = rewards.bamnamu();
        IOrderEscrow.Windows memory windows = IOrderEscrow.Windows(VETO, ACCEPT, SHIP, DELIVER, CONFIRM);
        escrow = IOrderEscrow(vm.deployCode("OrderEscrow.sol:OrderEscrow", abi.encode(bamtol, anchor, rewards, verifier, windows)));
    }

    /// A household that has money of both kinds, let the escrow take it, and stands in tier 1.
    function openHousehold(uint256 secret) internal returns (Household memory home) {
        home = join(secret, secret + 1_000_000);
        vm.prank(CUSTODIAN);
        bamtol.mint(keccak256(abi.encode("deposit", secret)), home.account, CASH);

        RewardLeaf memory earned = RewardLeaf(home.account, EARNED, keccak256("reward salt"));
        uint32 epoch = publish(hashLeaf(earned), rewards.published() + EARNED);
        skip(30 days);
        rewards.claim(epoch, earned, new bytes32[](0));

        execute(home, address(bamtol), abi.encodeCall(IERC20.approve, (address(escrow), type(uint256).max)));
        execute(home, address(bamnamu), abi.encodeCall(IERC20.approve, (address(escrow), type(uint256).max)));
    }

    function skip(uint256 time) internal {
        vm.warp(now_() + time);
    }

    /// By cheatcode: the compiler may assume that a block's time never changes within one function.
    function now_() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    /* KEYS AND SIGNATURES */

    function keyHash(uint256 secret) internal pure returns (bytes32) {
        (uint256 x, uint256 y) = vm.publicKeyP256(secret);
        return keccak256(abi.encode(x, y));
    }

    function sign(uint256 secret, address verifyingContract, bytes32 structHash) internal view returns (KeySignature memory signature) {
        return signDigest(secret, digestOf(verifyingContract, structHash));
    }

    function signDigest(uint256 secret, bytes32 digest) internal pure returns (KeySignature memory signature) {
        (uint256 x, uint256 y) = vm.publicKeyP256(secret);
        (bytes32 r, bytes32 s) = vm.signP256(secret, digest);
        if (uint256(s) > ORDER_OF_P256 / 2) s = bytes32(ORDER_OF_P256 - uint256(s));
        return KeySignature(bytes32(x), bytes32(y), r, s);
    }

    function digestOf(address verifyingContract, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 separator = keccak256(abi.encode(domain, keccak256("PantryChain"), keccak256("1"), block.chainid, verifyingContract));
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /* MEMBERS AND DEVICES */

    function join(uint256 memberSecret, uint256 deviceSecret) internal returns (Household memory home) {
        bytes32 owner = keyHash(memberSecret);
        home = Household(memberSecret, deviceSecret, accounts.create(owner), keyHash(deviceSecret));
        claimDevice(home);
    }

    function claimDevice(Household memory home) internal {
        uint64 deadline = uint64(now_() + 1 hours);
        bytes32 claimHash = keccak256(abi.encode(Eip712.DEVICE_CLAIM, home.device, home.account, devices.nonces(home.device), deadline));
        KeySignature memory byDevice = sign(home.deviceSecret, address(devices), claimHash);
        KeySignature memory byMember = sign(home.memberSecret, address(devices), claimHash);
        devices.claim(home.account, deadline, byDevice, byMember);
    }

    function execute(Household memory home, address target, bytes memory data) internal {
        IMemberAccount account = IMemberAccount(home.account);
        uint256 nonce = account.nonce();
        uint64 deadline = uint64(now_() + 1 hours);
        bytes32 callHash = keccak256(abi.encode(Eip712.EXECUTE, target, 0, keccak256(data), nonce, deadline));
        account.execute(target, 0, data, nonce, deadline, sign(home.memberSecret, home.account, callHash));
    }

    /* TREES */

    function hashLeaf(EventLeaf memory leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function hashLeaf(StandingLeaf memory leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function hashLeaf(RewardLeaf memory leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }

    function hashLeaf(address seller) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(seller))));
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    /// A leaf in a tree of 2^depth leaves, of which nobody needs the others.
    function grow(bytes32 leaf, uint256 depth) internal pure returns (bytes32 root, bytes32[] memory proof) {
        root = leaf;
        proof = new bytes32[](depth);
        for (uint256 i = 0; i < depth; i++) {
            proof[i] = keccak256(abi.encode("sibling", leaf, i));
            root = pair(root, proof[i]);
        }
    }

    /// Publishes a root for the next epoch that has ended; a day passes when there is none yet.
    function publish(bytes32 root, uint128 total) internal returns (uint32 epoch) {
        epoch = uint32(now_() / 1 days) - 1;
        if (epoch <= rewards.latestEpoch()) {
            skip(1 days);
            epoch++;
        }
        vm.prank(PUBLISHER);
        rewards.publish(epoch, root, total, RATE);
    }

    /* MANDATES AND ORDERS */

    function mandateOf(Household memory home, uint64 gtin) internal view returns (Mandate memory) {
        return Mandate({
            account: home.account,
            gtin: gtin,
            maxQuantity: 4,
            maxUnitPrice: 350_000,
            budgetPerPeriod: 4_000_000,
            periodDays: 28,
            minCycles: 3,
            minTier: 1,
            maxBamnamuBps: 2_000,
            sellersRoot: pair(hashLeaf(SELLER), hashLeaf(OTHER_SELLER)),
            validUntil: uint64(now_() + 365 days),
            nonce: 1
        });
    }

    function hashOf(Mandate memory mandate) internal pure returns (bytes32) {
        return keccak256(abi.encode(Eip712.MANDATE, mandate));
    }

    function hashOf(ThingBlock memory header) internal pure returns (bytes32) {
        return keccak256(abi.encode(Eip712.THING_BLOCK, header));
    }

    function hashOf(Order memory terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(Eip712.ORDER, terms));
    }

    function setMandate(Household memory home, Mandate memory mandate) internal returns (bytes32) {
        execute(home, address(escrow), abi.encodeCall(IOrderEscrow.setMandate, (mandate)));
        return hashOf(mandate);
    }

    /// A signed order for two packs with fresh, anchored evidence and published standing, in trees of the depth that 100 households
    /// would have: 16 events in the block, 8 blocks anchored out of turn, 256 leaves in the epoch, two sellers.
    function ticketOf(Household memory home, Mandate memory mandate, uint32 cycle) internal returns (Ticket memory ticket) {
        ticket.mandate = mandate;
        addStanding(ticket, 1);
        addEvidence(ticket, home.device, mandate.gtin, cycle);
        ticket.sellerProof = new bytes32[](1);
        ticket.sellerProof[0] = hashLeaf(OTHER_SELLER);
        ticket.terms = Order({
            mandate: hashOf(mandate),
            seller: SELLER,
            quantity: 2,
            bamtol: 2 * PRICE,
            bamnamu: 0,
            cycle: cycle,
            evidence: evidenceOf(ticket),
            deadline: uint64(now_() + 6 hours)
        });
        signTicket(home, ticket);
    }

    function addStanding(Ticket memory ticket, uint8 tier) internal {
        uint32 next = uint32(now_() / 1 days) - 1;
        if (next <= rewards.latestEpoch()) next++;
        ticket.standing = StandingLeaf(ticket.mandate.account, tier, next, keccak256("standing salt"));
        bytes32 root;
        (root, ticket.standingProof) = grow(hashLeaf(ticket.standing), 8);
        publish(root, rewards.published());
    }

    function addEvidence(Ticket memory ticket, bytes32 device, uint64 gtin, uint32 cycle) internal {
        ticket.leaf = EventLeaf(cycle * 10, uint32(now_() / 1 days), 1, gtin, 1, cycle, 0, keccak256(abi.encode("rest", ++_anchored)));
        ticket.header.device = device;
        ticket.header.height = uint64(_anchored);
        ticket.header.fromSeq = 1;
        ticket.header.toSeq = cycle * 10;
        ticket.header.day = ticket.leaf.day;
        (ticket.header.eventsRoot, ticket.leafProof) = grow(hashLeaf(ticket.leaf), 4);
        (ticket.root, ticket.blockProof) = grow(hashOf(ticket.header), 3);
        vm.prank(ANCHORER);
        anchor.anchor(ticket.root, 8);
    }

    function evidenceOf(Ticket memory ticket) internal pure returns (bytes32) {
        return keccak256(abi.encode(hashLeaf(ticket.leaf), hashOf(ticket.header), ticket.root));
    }

    function signTicket(Household memory home, Ticket memory ticket) internal view {
        ticket.signature = sign(home.deviceSecret, address(escrow), hashOf(ticket.terms));
    }

    function trigger(Ticket memory t) internal returns (bytes32) {
        return escrow.trigger(t.terms, t.mandate, t.leaf, t.header, t.root, t.standing, t.signature, t.sellerProof, t.leafProof, t.blockProof, t.standingProof);
    }

    function signCancel(Household memory home, bytes32 orderId, uint64 deadline) internal view returns (KeySignature memory) {
        return sign(home.deviceSecret, address(escrow), keccak256(abi.encode(Eip712.CANCEL, orderId, deadline)));
    }

    function deliveryOf(bytes32 orderId, uint32 quantity, bool complete) internal view returns (Delivery memory) {
        return Delivery(orderId, quantity, complete, uint64(now_() + 6 hours));
    }

    function signDelivery(Household memory home, Delivery memory delivery) internal view returns (KeySignature memory) {
        return sign(home.deviceSecret, address(escrow), keccak256(abi.encode(Eip712.DELIVERY, delivery)));
    }
}
