// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBamnamu} from "../../src/interfaces/IBamnamu.sol";
import {World} from "../support/World.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";

contract BamnamuTest is World {
    IBamnamu private token;

    /// This test is the distributor of a token of its own.
    function setUp() public {
        token = IBamnamu(vm.deployCode("Bamnamu.sol:Bamnamu", abi.encode(1_000)));
    }

    function testFuzz_mint_refuses_anybody_but_the_distributor(address caller) public {
        vm.assume(caller != address(this));

        vm.expectRevert(abi.encodeWithSelector(IBamnamu.BamnamuNotDistributor.selector, caller));
        vm.prank(caller);
        token.mint(1);
    }

    function testFuzz_burn_refuses_anybody_but_the_distributor(address caller) public {
        vm.assume(caller != address(this));
        token.mint(1);

        vm.expectRevert(abi.encodeWithSelector(IBamnamu.BamnamuNotDistributor.selector, caller));
        vm.prank(caller);
        token.burn(1);
    }

    function testFuzz_mint_refuses_to_pass_the_cap(uint256 amount) public {
        amount = bound(amount, 1_001, type(uint128).max);

        vm.expectRevert(abi.encodeWithSelector(ERC20Capped.ERC20ExceededCap.selector, amount, 1_000));
        token.mint(amount);
    }

    function test_mints_and_burns_the_distributors_own() public {
        token.mint(1_000);
        token.burn(400);

        assertEq(token.balanceOf(address(this)), 600, "balance");
        assertEq(token.totalSupply(), 600, "supply");
        assertEq(token.cap(), 1_000, "cap");
        assertEq(token.distributor(), address(this), "distributor");
    }
}
