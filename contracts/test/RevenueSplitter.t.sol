// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {RevenueSplitter} from "../src/RevenueSplitter.sol";
import {RevenueSplitterFactory} from "../src/RevenueSplitterFactory.sol";
import {IRevenueSplitter} from "../src/interfaces/IRevenueSplitter.sol";
import {IRevenueSplitterFactory as IFactory} from "../src/interfaces/IRevenueSplitterFactory.sol";
import {Reenterer, Refuser} from "./mocks/Callers.sol";
import {Dollar, FalseToken, FeeToken, NoReturnToken, RebasingToken} from "./mocks/Tokens.sol";
import {Test} from "./utils/Test.sol";

contract RevenueSplitterTest is Test {
    address internal constant A = address(0xa11ce);
    address internal constant B = address(0xb0b00);
    address internal constant C = address(0xca401);
    address internal constant ETH = address(0);

    RevenueSplitterFactory internal factory = new RevenueSplitterFactory();
    Dollar internal dollar = new Dollar();

    function split(address a, uint32 pa, address b, uint32 pb) internal returns (IRevenueSplitter) {
        (address[] memory who, uint32[] memory parts) = two(a, pa, b, pb);
        return IRevenueSplitter(factory.create(who, parts));
    }

    function two(address a, uint32 pa, address b, uint32 pb)
        internal
        pure
        returns (address[] memory who, uint32[] memory parts)
    {
        who = new address[](2);
        parts = new uint32[](2);
        (who[0], who[1]) = (a, b);
        (parts[0], parts[1]) = (pa, pb);
    }

    function many(uint256 n) internal pure returns (address[] memory who, uint32[] memory parts) {
        who = new address[](n);
        parts = new uint32[](n);
        for (uint256 i; i < n; ++i) {
            who[i] = address(uint160(0x1000 + i));
            parts[i] = uint32(1_000_000 / n);
        }
        if (n > 0) parts[n - 1] += uint32(1_000_000 % n);
    }

    function test_refusesBadCount() external {
        (address[] memory who, uint32[] memory parts) = many(0);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_BadCount.selector, 0, 0));
        factory.create(who, parts);
        (who, parts) = many(33);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_BadCount.selector, 33, 33));
        factory.create(who, parts);
    }

    function test_refusesOtherNumberOfShares() external {
        (address[] memory who,) = many(3);
        (, uint32[] memory parts) = many(2);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_BadCount.selector, 3, 2));
        factory.create(who, parts);
    }

    function test_refusesZeroRecipient() external {
        (address[] memory who, uint32[] memory parts) = two(address(0), 500_000, B, 500_000);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_Unsorted.selector, 0, address(0)));
        factory.create(who, parts);
    }

    function test_refusesUnsorted() external {
        (address[] memory who, uint32[] memory parts) = two(B, 500_000, A, 500_000);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_Unsorted.selector, 1, A));
        factory.create(who, parts);
    }

    function test_refusesTwice() external {
        (address[] memory who, uint32[] memory parts) = two(A, 500_000, A, 500_000);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_Unsorted.selector, 1, A));
        factory.create(who, parts);
    }

    function test_refusesZeroShare() external {
        (address[] memory who, uint32[] memory parts) = two(A, 0, B, 1_000_000);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_ZeroShare.selector, 0));
        factory.create(who, parts);
    }

    function test_refusesSumOffByOne() external {
        (address[] memory who, uint32[] memory parts) = two(A, 500_000, B, 499_999);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_BadSum.selector, 999_999));
        factory.create(who, parts);
        (who, parts) = two(A, 500_000, B, 500_001);
        vm.expectRevert(abi.encodeWithSelector(IFactory.RevenueSplitter_BadSum.selector, 1_000_001));
        factory.create(who, parts);
    }

    function test_createsWhereItSaid() external {
        (address[] memory who, uint32[] memory parts) = two(A, 300_000, B, 700_000);
        address there = factory.predict(who, parts);
        vm.expectEmit(true, false, false, true, address(factory));
        emit IFactory.SplitterCreated(there, who, parts);
        equal(factory.create(who, parts), there, "address");
        (address[] memory gotWho, uint32[] memory gotParts) = IRevenueSplitter(there).shares();
        equal(keccak256(abi.encode(gotWho, gotParts)), keccak256(abi.encode(who, parts)), "shares");
    }

    function test_frontRunOfCreationGivesTheSame() external {
        vm.prank(user("stranger"));
        IRevenueSplitter first = split(A, 300_000, B, 700_000);
        vm.recordLogs();
        equal(address(split(A, 300_000, B, 700_000)), address(first), "address");
        equal(vm.getRecordedLogs().length, 0, "events the second time");
    }

    function test_lastTakesDust() external {
        (address[] memory who, uint32[] memory parts) = many(3);
        IRevenueSplitter s = IRevenueSplitter(factory.create(who, parts));
        dollar.mint(address(s), 100);
        equal(s.distribute(address(dollar)), 100, "divided");
        equal(s.owed(address(dollar), who[0]), 33, "first"); // 100 × 333 333 / 1 000 000
        equal(s.owed(address(dollar), who[1]), 33, "second");
        equal(s.owed(address(dollar), who[2]), 34, "last");
        equal(s.totalOwed(address(dollar)), 100, "all");
    }

    function test_dividesOnlyWhatIsNew() external {
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        dollar.mint(address(s), 100);
        s.distribute(address(dollar));
        equal(s.distribute(address(dollar)), 0, "divided again");
        dollar.mint(address(s), 10);
        equal(s.withdraw(address(dollar), A), 55, "paid");
        equal(s.owed(address(dollar), B), 55, "owed");
        equal(dollar.balanceOf(A), 55, "balance");
    }

    function test_paysEth() external {
        IRevenueSplitter s = split(A, 250_000, B, 750_000);
        vm.deal(address(this), 1 ether);
        (bool ok,) = address(s).call{value: 1 ether}("");
        isTrue(ok, "takes ETH");
        s.withdraw(ETH, A);
        s.withdraw(ETH, B);
        equal(A.balance, 0.25 ether, "a");
        equal(B.balance, 0.75 ether, "b");
    }

    function test_paidBeforeItWasMade() external {
        (address[] memory who, uint32[] memory parts) = two(A, 500_000, B, 500_000);
        dollar.mint(factory.predict(who, parts), 8);
        IRevenueSplitter s = IRevenueSplitter(factory.create(who, parts));
        equal(s.withdraw(address(dollar), B), 4, "paid");
    }

    function test_parentTakesPart() external {
        IRevenueSplitter parent = split(A, 500_000, B, 500_000);
        bool above = uint160(address(parent)) > uint160(C);
        IRevenueSplitter child =
            above ? split(C, 900_000, address(parent), 100_000) : split(address(parent), 100_000, C, 900_000);
        dollar.mint(address(child), 1000);
        child.withdraw(address(dollar), address(parent));
        parent.withdraw(address(dollar), A);
        equal(dollar.balanceOf(A), 50, "the parent's author");
    }

    function test_refusesWhenNothingIsOwed() external {
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.RevenueSplitter_NothingOwed.selector, address(dollar), A)
        );
        s.withdraw(address(dollar), A);
        dollar.mint(address(s), 100);
        vm.expectRevert(
            abi.encodeWithSelector(IRevenueSplitter.RevenueSplitter_NothingOwed.selector, address(dollar), C)
        );
        s.withdraw(address(dollar), C);
    }

    function test_reentrancyPaysOnce() external {
        Reenterer thief = new Reenterer();
        IRevenueSplitter s = split(A, 500_000, address(thief), 500_000);
        thief.prepare(address(s), abi.encodeCall(IRevenueSplitter.withdraw, (ETH, address(thief))));
        vm.deal(address(s), 1 ether);
        s.withdraw(ETH, address(thief));
        isTrue(thief.tried() && !thief.succeeded(), "the call back was refused");
        equal(address(thief).balance, 0.5 ether, "paid once");
        // Nor may it divide in the middle of a payment.
        thief.prepare(address(s), abi.encodeCall(IRevenueSplitter.distribute, (ETH)));
        vm.deal(address(s), 1.5 ether);
        s.withdraw(ETH, address(thief));
        isTrue(thief.tried() && !thief.succeeded(), "the second call back was refused");
    }

    function test_refuserBlocksOnlyItself() external {
        Refuser refuser = new Refuser();
        IRevenueSplitter s = split(A, 500_000, address(refuser), 500_000);
        vm.deal(address(s), 1 ether);
        vm.expectRevert();
        s.withdraw(ETH, address(refuser));
        s.withdraw(ETH, A);
        equal(A.balance, 0.5 ether, "the other was paid");
        equal(s.totalOwed(ETH), 0.5 ether, "the refuser's part stays its own");
    }

    function test_deniedBlocksOnlyItself() external {
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        dollar.mint(address(s), 100);
        dollar.deny(B, true);
        vm.expectRevert(abi.encodeWithSelector(Dollar.Denied.selector, B));
        s.withdraw(address(dollar), B);
        equal(s.withdraw(address(dollar), A), 50, "the other was paid");
    }

    function test_feeToken() external {
        FeeToken token = new FeeToken();
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        token.mint(address(this), 1000);
        require(token.transfer(address(s), 1000));
        equal(s.withdraw(address(token), A), 495, "half of what arrived");
        equal(s.withdraw(address(token), B), 495, "the other half");
    }

    function test_noReturnToken() external {
        NoReturnToken token = new NoReturnToken();
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        token.mint(address(s), 10);
        equal(s.withdraw(address(token), A), 5, "paid");
        equal(token.balanceOf(A), 5, "balance");
    }

    function test_falseToken() external {
        FalseToken token = new FalseToken();
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        token.mint(address(s), 10);
        s.distribute(address(token));
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        s.withdraw(address(token), A);
        equal(s.owed(address(token), A), 5, "still owed");
    }

    function test_rebasingDownDividesNothing() external {
        RebasingToken token = new RebasingToken();
        IRevenueSplitter s = split(A, 500_000, B, 500_000);
        token.mint(address(s), 100);
        s.distribute(address(token));
        token.rebase(50);
        equal(s.distribute(address(token)), 0, "nothing to divide");
        token.rebase(102);
        equal(s.distribute(address(token)), 2, "what came on top");
    }

    function testFuzz_paysOutWhatItTookIn(uint256 seed, uint128[5] calldata amounts) external {
        uint256 n = 1 + seed % 32;
        (address[] memory who, uint32[] memory parts) = many(n);
        // Shift shares about: the sum stays.
        for (uint256 i; i + 1 < n; ++i) {
            uint32 move = uint32(uint256(keccak256(abi.encode(seed, i))) % parts[i]);
            parts[i] -= move;
            parts[i + 1] += move;
        }
        IRevenueSplitter s = IRevenueSplitter(factory.create(who, parts));
        uint256 took;
        for (uint256 i; i < amounts.length; ++i) {
            dollar.mint(address(s), amounts[i]);
            took += amounts[i];
            address one = who[uint256(amounts[i]) % n];
            s.distribute(address(dollar));
            if (s.owed(address(dollar), one) > 0) s.withdraw(address(dollar), one);
            equal(dollar.balanceOf(address(s)), s.totalOwed(address(dollar)), "held is owed");
        }
        uint256 paid;
        for (uint256 i; i < n; ++i) {
            if (s.owed(address(dollar), who[i]) > 0) s.withdraw(address(dollar), who[i]);
            uint256 exact = took * parts[i] / 1_000_000;
            uint256 got = dollar.balanceOf(who[i]);
            // Rounding: each of five divisions takes less than one unit from each but the last.
            isTrue(i == n - 1 ? got + 1 >= exact : got <= exact && got + 5 >= exact, "the share, to rounding");
            paid += got;
        }
        equal(paid, took, "paid");
        equal(dollar.balanceOf(address(s)), 0, "nothing stays");
    }

    function test_32Recipients() external {
        (address[] memory who, uint32[] memory parts) = many(32);
        IRevenueSplitter s = IRevenueSplitter(factory.create(who, parts));
        dollar.mint(address(s), 1e12);
        uint256 before = gasleft();
        s.distribute(address(dollar));
        isTrue(before - gasleft() < 1_000_000, "gas");
    }
}
