// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeySignature} from "../../src/Types.sol";
import {IMemberAccount} from "../../src/interfaces/IMemberAccount.sol";
import {Eip712} from "../../src/libraries/Eip712.sol";
import {World} from "../support/World.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// Answers, fails, or calls back with the very same signed call.
contract Target {
    error Sorry(uint256 why);

    uint256 public value;
    bytes private _again;

    function set(uint256 to) external payable returns (uint256) {
        value = to;
        return to + 1;
    }

    function fail(uint256 why) external pure {
        revert Sorry(why);
    }

    function prepare(bytes calldata again) external {
        _again = again;
    }

    function reenter() external {
        (bool success, bytes memory reason) = msg.sender.call(_again);
        Address.verifyCallResult(success, reason);
    }
}

contract ExecuteTest is World {
    uint256 private constant MEMBER = 11;

    IMemberAccount private account;
    Target private target;

    function setUp() public {
        deploy();
        account = IMemberAccount(accounts.create(keyHash(MEMBER)));
        target = new Target();
    }

    function test_refuses_after_the_deadline() public {
        bytes memory data = abi.encodeCall(Target.set, (7));
        KeySignature memory signature = signCall(MEMBER, data, 0, uint64(START));
        skip(1);

        vm.expectRevert(abi.encodeWithSelector(IMemberAccount.AccountDeadlinePassed.selector, START));
        account.execute(address(target), 0, data, 0, uint64(START), signature);
    }

    function testFuzz_refuses_another_nonce_than_the_next(uint256 nonce) public {
        vm.assume(nonce != 0);
        bytes memory data = abi.encodeCall(Target.set, (7));
        KeySignature memory signature = signCall(MEMBER, data, nonce, uint64(START));

        vm.expectRevert(abi.encodeWithSelector(IMemberAccount.AccountWrongNonce.selector, nonce, 0));
        account.execute(address(target), 0, data, nonce, uint64(START), signature);
    }

    function test_refuses_a_replay() public {
        bytes memory data = abi.encodeCall(Target.set, (7));
        KeySignature memory signature = signCall(MEMBER, data, 0, uint64(START));
        account.execute(address(target), 0, data, 0, uint64(START), signature);

        vm.expectRevert(abi.encodeWithSelector(IMemberAccount.AccountWrongNonce.selector, 0, 1));
        account.execute(address(target), 0, data, 0, uint64(START), signature);
    }

    function testFuzz_refuses_every_other_key(uint256 secret) public {
        secret = bound(secret, 1, 1_000_000);
        vm.assume(secret != MEMBER);
        bytes memory data = abi.encodeCall(Target.set, (7));

        expectNotOwner();
        account.execute(address(target), 0, data, 0, uint64(START), signCall(secret, data, 0, uint64(START)));
    }

    function testFuzz_refuses_what_was_not_signed(address to, uint256 value, bytes calldata data, uint64 deadline) public {
        bytes memory signed = abi.encodeCall(Target.set, (7));
        vm.assume(to != address(target) || value != 0 || deadline != START || keccak256(data) != keccak256(signed));
        deadline = uint64(bound(deadline, START, type(uint64).max));
        KeySignature memory signature = signCall(MEMBER, signed, 0, uint64(START));

        expectNotOwner();
        account.execute(to, value, data, 0, deadline, signature);
    }

    function test_refuses_the_high_s_twin() public {
        bytes memory data = abi.encodeCall(Target.set, (7));
        KeySignature memory signature = signCall(MEMBER, data, 0, uint64(START));
        signature.s = bytes32(ORDER_OF_P256 - uint256(signature.s));

        expectNotOwner();
        account.execute(address(target), 0, data, 0, uint64(START), signature);
    }

    function test_refuses_a_signature_for_the_same_members_account_elsewhere() public {
        bytes memory data = abi.encodeCall(Target.set, (7));
        bytes32 callHash = keccak256(abi.encode(Eip712.EXECUTE, target, 0, keccak256(data), 0, START));
        KeySignature memory otherAccount = sign(MEMBER, address(0xACC), callHash);
        vm.chainId(1);
        KeySignature memory otherChain = sign(MEMBER, address(account), callHash);
        vm.chainId(31337);

        expectNotOwner();
        account.execute(address(target), 0, data, 0, uint64(START), otherAccount);
        expectNotOwner();
        account.execute(address(target), 0, data, 0, uint64(START), otherChain);
    }

    function test_refuses_to_be_re_entered() public {
        bytes memory inner = abi.encodeCall(Target.set, (7));
        KeySignature memory innerSignature = signCall(MEMBER, inner, 1, uint64(START));
        target.prepare(abi.encodeCall(IMemberAccount.execute, (address(target), 0, inner, 1, uint64(START), innerSignature)));
        bytes memory outer = abi.encodeCall(Target.reenter, ());
        KeySignature memory signature = signCall(MEMBER, outer, 0, uint64(START));

        vm.expectRevert(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        account.execute(address(target), 0, outer, 0, uint64(START), signature);
    }

    function testFuzz_a_failing_call_reverts_with_its_reason_and_leaves_the_nonce(uint256 why) public {
        bytes memory data = abi.encodeCall(Target.fail, (why));
        KeySignature memory signature = signCall(MEMBER, data, 0, uint64(START));

        vm.expectRevert(abi.encodeWithSelector(Target.Sorry.selector, why));
        account.execute(address(target), 0, data, 0, uint64(START), signature);
        assertEq(account.nonce(), 0, "nonce unused");
    }

    function test_refuses_a_call_with_data_to_an_address_without_code() public {
        bytes memory data = hex"12345678";
        bytes32 callHash = keccak256(abi.encode(Eip712.EXECUTE, STRANGER, 0, keccak256(data), 0, START));
        KeySignature memory signature = sign(MEMBER, address(account), callHash);

        vm.expectRevert(abi.encodeWithSelector(Address.AddressEmptyCode.selector, STRANGER));
        account.execute(STRANGER, 0, data, 0, uint64(START), signature);
    }

    function testFuzz_does_what_was_signed_whoever_brings_it(uint256 to, address relayer) public {
        to = bound(to, 0, type(uint256).max - 1);
        bytes memory data = abi.encodeCall(Target.set, (to));
        KeySignature memory signature = signCall(MEMBER, data, 0, uint64(START));

        vm.expectEmit(true, true, true, true, address(account));
        emit IMemberAccount.Executed(0, address(target), 0, data);
        vm.prank(relayer);
        bytes memory result = account.execute(address(target), 0, data, 0, uint64(START), signature);

        assertEq(target.value(), to, "done");
        assertEq(abi.decode(result, (uint256)), to + 1, "the target's answer");
        assertEq(account.nonce(), 1, "nonce used");
    }

    function testFuzz_pays_out_coins_it_holds(uint96 amount) public {
        vm.deal(address(account), amount);
        bytes32 callHash = keccak256(abi.encode(Eip712.EXECUTE, STRANGER, uint256(amount), keccak256(""), 0, START));
        KeySignature memory signature = sign(MEMBER, address(account), callHash);

        account.execute(STRANGER, amount, "", 0, uint64(START), signature);

        assertEq(STRANGER.balance, amount, "paid");
    }

    function signCall(uint256 secret, bytes memory data, uint256 nonce, uint64 deadline) private view returns (KeySignature memory) {
        return sign(secret, address(account), keccak256(abi.encode(Eip712.EXECUTE, target, 0, keccak256(data), nonce, deadline)));
    }

    function expectNotOwner() private {
        vm.expectRevert(abi.encodeWithSelector(IMemberAccount.AccountNotOwner.selector));
    }
}
