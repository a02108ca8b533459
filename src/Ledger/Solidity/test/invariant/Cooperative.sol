// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, KeySignature, Mandate, Order, OrderState, RewardLeaf} from "../../src/Types.sol";
import {Household, Ticket, World} from "../support/World.sol";

/// A cooperative whose members, sellers and clerks do sensible things in any order; what they did is noted beside the contracts' own books.
/// Every step either does nothing (there is nothing to do it to) or must succeed.
contract Cooperative is World {
    struct Placed {
        Order terms;
        bytes32 id;
        address account;
        uint64 gtin;
        uint32 period;
        OrderState last;
        uint256 exits;
    }

    Household[] private _homes;
    Mandate[] private _mandates;
    Placed[] private _orders;
    uint256[] private _redemptions;
    RewardLeaf[] private _leaves;
    uint32[] private _epochs;
    uint32 private _cycle = 3;
    uint256 private _deposits;

    uint256 public returnedCash;
    uint256 public creditedCash;
    uint256 public withdrawnCash;
    uint256 public returnedReward;
    uint256 public creditedReward;
    uint256 public withdrawnReward;
    uint256 public claimed;

    constructor() {
        deploy();
        for (uint256 i = 1; i <= 2; i++) {
            Household memory home = openHousehold(i);
            _homes.push(home);
            for (uint64 nonce = 1; nonce <= 2; nonce++) {
                Mandate memory mandate = mandateOf(home, nonce == 1 ? MILK : RICE);
                addMandate(home, mandate);
                mandate.nonce = 100; // a second mandate for the same product
                addMandate(home, mandate);
            }
        }
        claimed = 2 * EARNED;
    }

    function addMandate(Household memory home, Mandate memory mandate) private {
        mandate.validUntil = type(uint64).max;
        setMandate(home, mandate);
        _mandates.push(mandate);
    }

    /* STEPS */

    function waits(uint256 time) external {
        skip(bound(time, 1 hours, 3 days));
    }

    function orders(uint256 which, uint256 cash, uint256 reward) external {
        place(which, cash, reward);
    }

    function accountCancels(uint256 which) external {
        (bool found, uint256 i) = bring(which, OrderState.Open, false);
        if (!found || age(i) >= VETO) return;
        vm.prank(_orders[i].account);
        escrow.cancel(_orders[i].terms);
        noteReturned(i);
    }

    function deviceCancels(uint256 which) external {
        (bool found, uint256 i) = bring(which, OrderState.Open, false);
        if (!found || age(i) >= VETO) return;
        uint64 deadline = uint64(now_());
        KeySignature memory signature = signCancel(homeOf(i), _orders[i].id, deadline);
        escrow.cancelBySignature(_orders[i].terms, deadline, signature);
        noteReturned(i);
    }

    function sellerCancels(uint256 which, bool isAccepted) external {
        (bool found, uint256 i) = bring(which, isAccepted ? OrderState.Accepted : OrderState.Open, false);
        if (!found) return;
        vm.prank(_orders[i].terms.seller);
        escrow.cancel(_orders[i].terms);
        noteReturned(i);
    }

    function accepts(uint256 which) external {
        (bool found, uint256 i) = bring(which, OrderState.Open, false);
        if (!found || age(i) >= VETO + ACCEPT) return;
        accept(i);
    }

    function ships(uint256 which) external {
        (bool found, uint256 i) = bring(which, OrderState.Accepted, false);
        if (!found || age(i) >= SHIP) return;
        ship(i);
    }

    function records(uint256 which) external {
        (bool found, uint256 i) = bring(which, OrderState.Shipped, false);
        if (!found || age(i) >= DELIVER) return;
        record(i);
    }

    function confirms(uint256 which, bool recorded, bool byDevice) external {
        (bool found, uint256 i) = bring(which, OrderState.Shipped, recorded);
        if (!found) return;
        if (byDevice) {
            Delivery memory delivery = deliveryOf(_orders[i].id, _orders[i].terms.quantity, true);
            escrow.confirmBySignature(_orders[i].terms, delivery, signDelivery(homeOf(i), delivery));
        } else {
            vm.prank(_orders[i].account);
            escrow.confirm(_orders[i].terms);
        }
        noteCredited(i);
    }

    function releases(uint256 which) external {
        (bool found, uint256 i) = bring(which, OrderState.Shipped, true);
        if (!found) return;
        if (age(i) < CONFIRM) skip(CONFIRM - age(i));
        escrow.releaseAfter(_orders[i].terms);
        noteCredited(i);
    }

    function refunds(uint256 which, uint256 state) external {
        (bool found, uint256 i) = bring(which, OrderState(1 + state % 3), false);
        if (!found) return;
        uint256 time = state % 3 == 0 ? VETO + ACCEPT : state % 3 == 1 ? SHIP : DELIVER;
        if (age(i) < time) skip(time - age(i));
        escrow.refundAfter(_orders[i].terms);
        noteReturned(i);
    }

    function withdraws(bool first, bool cash) external {
        address seller = first ? SELLER : OTHER_SELLER;
        (uint128 bamtolCredit, uint128 bamnamuCredit) = escrow.credits(seller);
        if ((cash ? bamtolCredit : bamnamuCredit) == 0) return;
        vm.prank(seller);
        if (cash) withdrawnCash += escrow.withdraw(bamtol);
        else withdrawnReward += escrow.withdraw(bamnamu);
    }

    function deposits(uint256 which, uint256 amount) external {
        vm.prank(CUSTODIAN);
        bamtol.mint(keccak256(abi.encode("later deposit", ++_deposits)), _homes[which % 2].account, bound(amount, 1, CASH));
    }

    function redeems(bool first, uint256 amount) external {
        address seller = first ? SELLER : OTHER_SELLER;
        uint256 balance = bamtol.balanceOf(seller);
        if (balance == 0) return;
        vm.prank(seller);
        _redemptions.push(bamtol.redeem(bound(amount, 1, balance)));
    }

    function paysOut(uint256 which) external {
        if (_redemptions.length == 0) return;
        uint256 i = which % _redemptions.length;
        uint256 redemption = _redemptions[i];
        _redemptions[i] = _redemptions[_redemptions.length - 1];
        _redemptions.pop();
        vm.prank(CUSTODIAN);
        bamtol.recordPayout(redemption);
    }

    function earns(uint256 which, uint256 amount) external {
        amount = bound(amount, 1, 100e18);
        if (bamnamu.totalSupply() + amount > bamnamu.cap()) return;
        address account = _homes[which % 2].account;
        RewardLeaf memory leaf = RewardLeaf(account, uint128(earnedBy(account) + amount), keccak256("salt"));
        _epochs.push(publish(hashLeaf(leaf), rewards.published() + uint128(amount)));
        _leaves.push(leaf);
    }

    function claims(uint256 which) external {
        if (_leaves.length == 0) return;
        uint256 i = which % _leaves.length;
        if (_leaves[i].cumulative <= rewards.dealtWith(_leaves[i].account)) return;
        (, uint64 publishedAt,,) = rewards.epochs(_epochs[i]);
        if (now_() < uint256(publishedAt) + 30 days) skip(publishedAt + 30 days - now_());
        claimed += rewards.claim(_epochs[i], _leaves[i], new bytes32[](0));
    }

    /* PARTS OF STEPS */

    function place(uint256 which, uint256 cash, uint256 reward) private returns (bool) {
        Mandate memory mandate = _mandates[which % _mandates.length];
        if (isLive(escrow.lastOrder(mandate.account, mandate.gtin))) return false;
        Household memory home = mandate.account == _homes[0].account ? _homes[0] : _homes[1];
        Ticket memory ticket = ticketOf(home, mandate, _cycle++);
        ticket.terms.seller = which % 3 == 0 ? SELLER : OTHER_SELLER;
        ticket.sellerProof[0] = hashLeaf(which % 3 == 0 ? OTHER_SELLER : SELLER);
        ticket.terms.bamtol = uint128(bound(cash, 400_000, 600_000));
        ticket.terms.bamnamu = uint128(bound(reward, 0, 10e18));
        uint256 price = ticket.terms.bamtol + (uint256(ticket.terms.bamnamu) * RATE + 1e18 - 1) / 1e18;
        (,,, uint32 period, uint128 spent) = escrow.mandates(ticket.terms.mandate);
        uint32 today = uint32(now_() / (uint256(mandate.periodDays) * 1 days));
        if ((period == today ? spent : 0) + price > mandate.budgetPerPeriod) return false;
        bool rich = bamtol.balanceOf(mandate.account) >= ticket.terms.bamtol && bamnamu.balanceOf(mandate.account) >= ticket.terms.bamnamu;
        if (!rich) return false;
        signTicket(home, ticket);

        bytes32 id = trigger(ticket);
        _orders.push(Placed(ticket.terms, id, mandate.account, mandate.gtin, today, OrderState.Open, 0));
        return true;
    }

    function accept(uint256 i) private {
        if (age(i) < VETO) skip(VETO - age(i));
        vm.prank(_orders[i].terms.seller);
        escrow.accept(_orders[i].terms);
        _orders[i].last = OrderState.Accepted;
    }

    function ship(uint256 i) private {
        vm.prank(_orders[i].terms.seller);
        escrow.ship(_orders[i].terms);
        _orders[i].last = OrderState.Shipped;
    }

    function record(uint256 i) private {
        vm.prank(_orders[i].terms.seller);
        escrow.recordDelivery(_orders[i].terms);
    }

    /// An order in the state that a step needs: one that is there, or a new one walked there.
    function bring(uint256 seed, OrderState state, bool recorded) private returns (bool found, uint256 i) {
        (found, i) = find(seed, state, recorded);
        if (found) return (true, i);
        if (!place(seed, seed, seed >> 8)) return (false, 0);
        i = _orders.length - 1;
        if (state >= OrderState.Accepted) accept(i);
        if (state >= OrderState.Shipped) ship(i);
        if (recorded) record(i);
        return (true, i);
    }

    /* WHAT IS NOTED AND SEEN */

    function noteReturned(uint256 i) private {
        _orders[i].exits++;
        (, _orders[i].last,,) = escrow.orders(_orders[i].id);
        returnedCash += _orders[i].terms.bamtol;
        returnedReward += _orders[i].terms.bamnamu;
    }

    function noteCredited(uint256 i) private {
        _orders[i].exits++;
        (, _orders[i].last,,) = escrow.orders(_orders[i].id);
        creditedCash += _orders[i].terms.bamtol;
        creditedReward += _orders[i].terms.bamnamu;
    }

    function find(uint256 seed, OrderState state, bool recorded) private view returns (bool, uint256) {
        for (uint256 k = 0; k < _orders.length; k++) {
            uint256 i = (seed % _orders.length + k) % _orders.length;
            (, OrderState actual, bool deliveryRecorded,) = escrow.orders(_orders[i].id);
            if (actual == state && deliveryRecorded == recorded) return (true, i);
        }
        return (false, 0);
    }

    function age(uint256 i) private view returns (uint256) {
        (,,, uint64 since) = escrow.orders(_orders[i].id);
        return now_() - since;
    }

    function homeOf(uint256 i) private view returns (Household memory) {
        return _orders[i].account == _homes[0].account ? _homes[0] : _homes[1];
    }

    function earnedBy(address account) private view returns (uint256) {
        for (uint256 i = _leaves.length; i > 0; i--) {
            if (_leaves[i - 1].account == account) return _leaves[i - 1].cumulative;
        }
        return EARNED;
    }

    function isLive(bytes32 id) public view returns (bool) {
        (, OrderState state,,) = escrow.orders(id);
        return state >= OrderState.Open && state <= OrderState.Shipped;
    }

    function placed() external view returns (Placed[] memory) {
        return _orders;
    }

    function mandates() external view returns (Mandate[] memory) {
        return _mandates;
    }

    function accountOf(uint256 i) external view returns (address) {
        return _homes[i].account;
    }

    function parts() external view returns (address bamtol_, address bamnamu_, address rewards_, address escrow_) {
        return (address(bamtol), address(bamnamu), address(rewards), address(escrow));
    }
}
