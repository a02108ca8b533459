// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, KeySignature, Mandate, RewardLeaf} from "../src/Types.sol";
import {IOrderEscrow} from "../src/interfaces/IOrderEscrow.sol";
import {Eip712} from "../src/libraries/Eip712.sol";
import {Household, Ticket, World} from "./support/World.sol";

/// What a whole transaction costs, against the goals of docs/contracts.md; meaningful only under `forge test --isolate`, which makes every call of a test a
/// transaction of its own with cold storage. Trees have the depths of 1,000 households: 16 events a day, 2 sellers, 1,000 blocks a batch, 2,000 leaves.
contract GasTest is World {
    Household private home;
    Mandate private milk;

    function setUp() public {
        deploy();
        home = openHousehold(1);
        milk = mandateOf(home, MILK);
        setMandate(home, milk);
    }

    function test_gas_of_joining() public {
        accounts.create(keyHash(77));
        uint256 create = measure("account create", 0);
        Household memory other = Household(77, 78, accounts.accountOf(keyHash(77)), keyHash(78));
        uint64 deadline = uint64(now_() + 1 hours);
        bytes32 claimHash = keccak256(abi.encode(Eip712.DEVICE_CLAIM, other.device, other.account, 0, deadline));
        KeySignature memory byDevice = sign(78, address(devices), claimHash);
        KeySignature memory byMember = sign(77, address(devices), claimHash);
        devices.claim(other.account, deadline, byDevice, byMember);
        measure("account create and device claim", 230_000 - create);
    }

    function test_gas_of_anchoring() public {
        vm.prank(ANCHORER);
        anchor.anchor(keccak256("a batch"), 1_000);
        measure("anchor", 60_000);
    }

    function test_gas_of_an_order_confirmed_by_the_shelf() public {
        uint256 first = runOrder("first", 3);
        uint256 later = runOrder("later", 6);
        report("cycle, first", first, 330_000);
        report("cycle, later", later, 310_000);
    }

    function runOrder(string memory which, uint32 cycle) private returns (uint256 sum) {
        bool isFirst = cycle == 3;
        Ticket memory ticket = ticketOf(home, milk, cycle);
        trigger(ticket);
        sum += measure(string.concat("trigger, ", which), isFirst ? 165_000 : 140_000);
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
        sum += measure(string.concat("confirm, ", which), isFirst ? 75_000 : 75_000);
        vm.prank(SELLER);
        escrow.withdraw(bamtol);
        sum += measure(string.concat("withdraw, ", which), isFirst ? 60_000 : 45_000);
    }

    function test_gas_of_confirming_and_releasing_with_credit_left() public {
        Ticket memory ticket = toShipped(3);
        vm.prank(home.account);
        escrow.confirm(ticket.terms);
        measure("confirm by account (inner call)", 60_000);

        ticket = toShipped(6);
        vm.prank(SELLER);
        escrow.recordDelivery(ticket.terms);
        measure("recordDelivery", 40_000);
        skip(CONFIRM);
        escrow.releaseAfter(ticket.terms);
        measure("releaseAfter, later", 60_000);

        ticket = toShipped(9);
        Delivery memory delivery = deliveryOf(escrow.orderIdOf(ticket.terms), 2, true);
        KeySignature memory signature = signDelivery(home, delivery);
        escrow.confirmBySignature(ticket.terms, delivery, signature);
        measure("confirm, credit there", 60_000);
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
        measure("cancel by device", 60_000);

        ticket = ticketOf(home, milk, 4);
        trigger(ticket);
        vm.prank(SELLER);
        escrow.cancel(ticket.terms);
        measure("cancel by seller", 60_000);

        ticket = ticketOf(home, milk, 5);
        trigger(ticket);
        execute(home, address(escrow), abi.encodeCall(IOrderEscrow.cancel, (ticket.terms)));
        measure("cancel by account", 85_000);

        ticket = ticketOf(home, milk, 6);
        trigger(ticket);
        skip(VETO + ACCEPT);
        escrow.refundAfter(ticket.terms);
        measure("refundAfter", 55_000);
    }

    function test_gas_of_claiming() public {
        RewardLeaf memory leaf = RewardLeaf(home.account, EARNED + 5e18, keccak256("salt"));
        (bytes32 root, bytes32[] memory proof) = grow(hashLeaf(leaf), 16);
        uint32 epoch = publish(root, EARNED + 5e18);
        skip(30 days);
        rewards.claim(epoch, leaf, proof);
        measure("claim, repeat", 65_000);

        Household memory other = join(88, 89);
        leaf = RewardLeaf(other.account, 5e18, keccak256("salt"));
        (root, proof) = grow(hashLeaf(leaf), 16);
        epoch = publish(root, EARNED + 10e18);
        skip(30 days);
        rewards.claim(epoch, leaf, proof);
        measure("claim, first", 105_000);
    }

    function measure(string memory name, uint256 goal) private returns (uint256 gas) {
        gas = vm.snapshotGasLastCall("transactions", name);
        if (goal > 0) report(name, gas, goal);
    }

    function report(string memory name, uint256 gas, uint256 goal) private {
        logGas(name, gas, goal);
    }

    event Gas(string name, uint256 gas, uint256 goal);

    function logGas(string memory name, uint256 gas, uint256 goal) private {
        emit Gas(name, gas, goal);
    }
}
