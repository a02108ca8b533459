// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberAccount} from "../../src/interfaces/IMemberAccount.sol";
import {IMemberAccounts} from "../../src/interfaces/IMemberAccounts.sol";
import {World} from "../support/World.sol";

contract CreateTest is World {
    function setUp() public {
        deploy();
    }

    function testFuzz_an_account_is_where_it_was_foretold(bytes32 owner, address anybody) public {
        address foretold = accounts.accountOf(owner);

        vm.expectEmit(true, true, true, true, address(accounts));
        emit IMemberAccounts.AccountCreated(foretold, owner);
        vm.prank(anybody);
        address account = accounts.create(owner);

        assertEq(account, foretold, "address");
        assertEq(IMemberAccount(account).owner(), owner, "owner");
        assertEq(IMemberAccount(account).nonce(), 0, "fresh");
    }

    function testFuzz_creating_again_changes_nothing(bytes32 owner) public {
        address first = accounts.create(owner);
        address second = accounts.create(owner);
        assertEq(second, first, "the same account");
    }

    function testFuzz_different_keys_have_different_accounts(bytes32 one, bytes32 other) public view {
        vm.assume(one != other);
        assertTrue(accounts.accountOf(one) != accounts.accountOf(other), "different");
    }

    function testFuzz_money_sent_before_the_account_exists_is_its_own(uint96 amount) public {
        uint256 secret = 4711;
        address account = accounts.accountOf(keyHash(secret));
        vm.deal(account, amount);

        accounts.create(keyHash(secret));

        assertEq(account.balance, amount, "still there");
    }
}
