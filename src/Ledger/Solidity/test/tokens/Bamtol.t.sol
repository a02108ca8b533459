// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBamtol} from "../../src/interfaces/IBamtol.sol";
import {World} from "../support/World.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

contract BamtolTest is World {
    address private constant MEMBER = address(0x3E);

    function setUp() public {
        deploy();
    }

    function testFuzz_mint_refuses_anybody_but_the_custodian(address caller) public {
        vm.assume(caller != CUSTODIAN);

        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolNotCustodian.selector, caller));
        vm.prank(caller);
        bamtol.mint("deposit", MEMBER, 1);
    }

    function test_mint_refuses_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolNoAmount.selector));
        vm.prank(CUSTODIAN);
        bamtol.mint("deposit", MEMBER, 0);
    }

    function testFuzz_mint_refuses_a_deposit_used_before(bytes32 deposit, uint128 first, uint128 second) public {
        vm.assume(first > 0 && second > 0);
        vm.prank(CUSTODIAN);
        bamtol.mint(deposit, MEMBER, first);

        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolDepositUsed.selector, deposit));
        vm.prank(CUSTODIAN);
        bamtol.mint(deposit, STRANGER, second);
    }

    function testFuzz_mints_against_a_deposit(bytes32 deposit, uint128 amount) public {
        vm.assume(amount > 0);

        vm.expectEmit(true, true, true, true, address(bamtol));
        emit IBamtol.DepositRecorded(deposit, MEMBER, amount);
        vm.prank(CUSTODIAN);
        bamtol.mint(deposit, MEMBER, amount);

        assertEq(bamtol.balanceOf(MEMBER), amount, "minted");
        assertEq(bamtol.reserve(), amount, "reserve recorded");
        assertTrue(bamtol.isUsed(deposit), "deposit used");
    }

    function test_redeem_refuses_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolNoAmount.selector));
        bamtol.redeem(0);
    }

    function testFuzz_redeem_refuses_more_than_the_caller_has(uint128 has, uint128 wants) public {
        has = uint128(bound(has, 1, type(uint128).max - 1));
        wants = uint128(bound(wants, has + 1, type(uint128).max));
        vm.prank(CUSTODIAN);
        bamtol.mint("deposit", MEMBER, has);

        vm.expectRevert();
        vm.prank(MEMBER);
        bamtol.redeem(wants);
    }

    function testFuzz_redeeming_burns_at_once_and_the_reserve_falls_when_the_money_left(uint128 minted, uint128 amount) public {
        minted = uint128(bound(minted, 1, type(uint128).max));
        amount = uint128(bound(amount, 1, minted));
        vm.prank(CUSTODIAN);
        bamtol.mint("deposit", MEMBER, minted);

        vm.prank(MEMBER);
        uint256 redemption = bamtol.redeem(amount);
        assertEq(bamtol.totalSupply(), minted - amount, "burned");
        assertEq(bamtol.owed(redemption), amount, "owed");
        assertEq(bamtol.reserve(), minted, "the money is still there");

        vm.expectEmit(true, true, true, true, address(bamtol));
        emit IBamtol.RedemptionPaid(redemption, amount);
        vm.prank(CUSTODIAN);
        bamtol.recordPayout(redemption);
        assertEq(bamtol.reserve(), minted - amount, "the money left");
        assertEq(bamtol.owed(redemption), 0, "nothing owed");
    }

    function test_recordPayout_refuses_strangers_unknown_redemptions_and_a_second_time() public {
        vm.prank(CUSTODIAN);
        bamtol.mint("deposit", MEMBER, 100);
        vm.prank(MEMBER);
        uint256 redemption = bamtol.redeem(40);

        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolNotCustodian.selector, MEMBER));
        vm.prank(MEMBER);
        bamtol.recordPayout(redemption);

        vm.startPrank(CUSTODIAN);
        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolNothingToPay.selector, redemption + 1));
        bamtol.recordPayout(redemption + 1);
        bamtol.recordPayout(redemption);
        vm.expectRevert(abi.encodeWithSelector(IBamtol.BamtolNothingToPay.selector, redemption));
        bamtol.recordPayout(redemption);
        vm.stopPrank();
    }

    function test_counts_hundredths_of_a_won() public view {
        assertEq(IERC20Metadata(address(bamtol)).decimals(), 2, "decimals");
        vm.assertEq(IERC20Metadata(address(bamtol)).symbol(), "BTOL", "symbol");
    }
}
