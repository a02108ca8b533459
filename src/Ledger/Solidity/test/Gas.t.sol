// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, KeySignature, Mandate, RewardLeaf} from "../src/Types.sol";
import {IOrderEscrow} from "../src/interfaces/IOrderEscrow.sol";
import {Eip712} from "../src/libraries/Eip712.sol";
import {Household, Ticket, World} from "./support/World.sol";

/// What a whole transaction costs, against the goals of docs/contracts.md. Run by the gas profile, which makes every call a transaction of its own with cold
/// storage. Trees have the depths of 100 households (World.ticketOf, claims 16 deep); another household's order is under way, as in a cooperative at work.
contract GasTest is World {
    Household private home;
    Mandate private milk;

    function setUp() public {
        deploy();
        Household memory other = openHousehold(2);
        Mandate memory mandate = mandateOf(other, MILK);
        setMandate(other, mandate);
        Ticket memory ticket = ticketOf(other, mandate, 3);
        ticket.terms.seller = OTHER_SELLER;
        ticket.sellerProof[0] = hashLeaf(SELLER);
        signTicket(other, ticket);
        trigger(ticket);
        home = openHousehold(1);
        milk = mandateOf(home, MILK);
        setMandate(home, milk);
    }

    function test_gas_of_joining() public {
        accounts.create(keyHash(77));
        uint256 create = measure("create an account", 80_000);
        Household memory other = Household(77, 78, accounts.accountOf(keyHash(77)), keyHash(78));
        uint64 deadline = uint64(now_() + 1 hours);
        bytes32 claimHash = keccak256(abi.encode(Eip712.DEVICE_CLAIM, other.device, other.account, 0, deadline));
        KeySignature memory byDevice = sign(78, address(devices), claimHash);
        KeySignature memory byMember = sign(77, address(devices), claimHash);
        devices.claim(other.account, deadline, byDevice, byMember);
        uint256 claim = measure("claim a device", 105_000);
        record("join: account and device", create + claim, 180_000);
    }

    /// What the figures are compared with.
    function test_gas_of_a_token_transfer() public {
        vm.prank(CUSTODIAN);
        bamtol.mint("yardstick", SELLER, 100);
        vm.prank(SELLER);
        bamtol.transfer(home.account, 40);
        measure("yardstick: ERC-20 transfer", 36_000);
    }

    function test_gas_of_a_signature_without_the_precompile() public {
        Ticket memory ticket = toShipped(3);
        Delivery memory delivery = deliveryOf(escrow.orderIdOf(ticket.terms), 2, true);
        KeySignature memory signature = signDelivery(home, delivery);
        vm.mockCall(address(0x100), "", "");
        escrow.confirmBySignature(ticket.terms, delivery, signature);
        measure("confirm by the shelf, chain without P-256", 330_000);
    }

    function test_gas_of_mandates() public {
        Mandate memory rice = mandateOf(home, RICE);
        execute(home, address(escrow), abi.encodeCall(IOrderEscrow.setMandate, (rice)));
        measure("setMandate through the account", 110_000);
    }

    function test_gas_of_anchoring() public {
        vm.prank(ANCHORER);
        anchor.anchor(keccak256("a batch"), 1_000);
        measure("anchor", 60_000);
    }

    function test_gas_of_publishing() public {
        skip(1 days);
        uint32 epoch = uint32(now_() / 1 days) - 1;
        uint128 total = rewards.published() + 100e18;
        vm.prank(PUBLISHER);
        rewards.publish(epoch, keccak256("a root"), total, RATE);
        measure("publish an epoch", 110_000);
    }

    function test_gas_of_an_order_confirmed_by_the_shelf() public {
        uint256 first = runOrder("first", 3, 165_000, 75_000, 60_000);
        uint256 later = runOrder("later", 6, 145_000, 75_000, 40_000);
        record("whole cycle, first of a product", first, 355_000);
        record("whole cycle, later", later, 320_000);
    }

    function runOrder(string memory which, uint32 cycle, uint256 triggerGoal, uint256 confirmGoal, uint256 withdrawGoal) private returns (uint256 sum) {
        Ticket memory ticket = ticketOf(home, milk, cycle);
        trigger(ticket);
        sum += measure(string.concat("trigger, ", which), triggerGoal);
        bytes32 orderId = escrow.orderIdOf(ticket.terms);
        skip(VETO);
        vm.prank(SELLER);
        escrow.accept(ticket.terms);
        sum += measure("accept", 40_000);
        vm.prank(SELLER);
        escrow.ship(ticket.terms);
        sum += measure("ship", 40_000);
        Delivery memory delivery = deliveryOf(orderId, 2, true);
        KeySignature memory signature = signDelivery(home, delivery);
        escrow.confirmBySignature(ticket.terms, delivery, signature);
        sum += measure("confirm by the shelf, seller without credit", confirmGoal);
        vm.prank(SELLER);
        escrow.withdraw(bamtol);
        sum += measure(string.concat("withdraw, ", which), withdrawGoal);
    }

    function test_gas_of_other_settlements() public {
        Ticket memory ticket = toShipped(3);
        execute(home, address(escrow), abi.encodeCall(IOrderEscrow.confirm, (ticket.terms)));
        measure("confirm by the account, seller without credit", 95_000);

        ticket = toShipped(6);
        Delivery memory delivery = deliveryOf(escrow.orderIdOf(ticket.terms), 2, true);
        KeySignature memory signature = signDelivery(home, delivery);
        escrow.confirmBySignature(ticket.terms, delivery, signature);
        measure("confirm by the shelf, seller with credit", 60_000);

        ticket = toShipped(9);
        vm.prank(SELLER);
        escrow.recordDelivery(ticket.terms);
        measure("recordDelivery", 40_000);
        skip(CONFIRM);
        escrow.releaseAfter(ticket.terms);
        measure("releaseAfter, seller with credit", 55_000);
    }

    function toShipped(uint32 cycle) private returns (Ticket memory ticket) {
        ticket = ticketOf(home, milk, cycle);
        trigger(ticket);
        skip(VETO);
        vm.prank(SELLER);
        escrow.accept(ticket.terms);
        vm.prank(SELLER);
        escrow.ship(ticket.terms);
    }

    function test_gas_of_exits() public {
        Ticket memory ticket = ticketOf(home, milk, 3);
        bytes32 orderId = trigger(ticket);
        uint64 deadline = uint64(now_() + 1 hours);
        KeySignature memory signature = signCancel(home, orderId, deadline);
        escrow.cancelBySignature(ticket.terms, deadline, signature);
        measure("cancel by the device", 66_000);

        ticket = ticketOf(home, milk, 4);
        trigger(ticket);
        vm.prank(SELLER);
        escrow.cancel(ticket.terms);
        measure("cancel by the seller", 60_000);

        ticket = ticketOf(home, milk, 5);
        trigger(ticket);
        execute(home, address(escrow), abi.encodeCall(IOrderEscrow.cancel, (ticket.terms)));
        measure("cancel by the account", 85_000);

        ticket = ticketOf(home, milk, 6);
        trigger(ticket);
        skip(VETO + ACCEPT);
        escrow.refundAfter(ticket.terms);
        measure("refundAfter", 55_000);
    }

    function test_gas_of_claiming() public {
        RewardLeaf memory leaf = RewardLeaf(home.account, EARNED + 5e18, keccak256("salt"));
        (bytes32 root, bytes32[] memory proof) = grow(hashLeaf(leaf), 16);
        uint32 epoch = publish(root, rewards.published() + 5e18);
        skip(30 days);
        rewards.claim(epoch, leaf, proof);
        measure("claim rewards, later", 65_000);

        Household memory other = join(88, 89);
        leaf = RewardLeaf(other.account, 5e18, keccak256("salt"));
        (root, proof) = grow(hashLeaf(leaf), 16);
        epoch = publish(root, rewards.published() + 5e18);
        skip(30 days);
        rewards.claim(epoch, leaf, proof);
        measure("claim rewards, first", 95_000);
    }

    function measure(string memory name, uint256 goal) private returns (uint256 gas) {
        gas = vm.snapshotGasLastCall("transactions", name);
        vm.assertLe(gas, goal, name);
        vm.snapshotValue("goals", name, goal);
    }

    function record(string memory name, uint256 gas, uint256 goal) private {
        vm.snapshotValue("transactions", name, gas);
        vm.assertLe(gas, goal, name);
        vm.snapshotValue("goals", name, goal);
    }
}
