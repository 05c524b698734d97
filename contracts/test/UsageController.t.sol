// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {RevenueSplitter} from "../src/RevenueSplitter.sol";
import {UsageController} from "../src/UsageController.sol";
import {IUsageController as I} from "../src/interfaces/IUsageController.sol";
import {ITill} from "../src/interfaces/ITill.sol";
import {IUsagePass} from "../src/interfaces/IUsagePass.sol";
import {ModelId, PlanId, SessionId} from "../src/types/Ids.sol";
import {PlanOffer, PlanTerms} from "../src/types/Plans.sol";
import {Reenterer, Refuser, Wallet} from "./mocks/Callers.sol";
import {Dollar, FalseToken, FeeToken, NoReturnToken, RebasingToken} from "./mocks/Tokens.sol";
import {Market} from "./utils/Market.sol";

contract UsageControllerTest is Market {
    bytes32 internal constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    // Buying.

    function test_buyByAllowance() external {
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.Bought(plan, payer, payer, 5, 5 * PRICE);
        buy(5);
        equal(passes(payer), 5, "passes");
        equal(pass.supplyOf(plan), 5, "supply");
        equal(dollar.balanceOf(address(controller)), 5 * PRICE, "held");
    }

    function test_buyInEth() external {
        vm.startPrank(payer);
        controller.buy{value: 3 * PRICE}(ethPlan, 3, payer);
        equal(address(controller).balance, 3 * PRICE, "held");
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 3 * PRICE - 1, 3 * PRICE));
        controller.buy{value: 3 * PRICE - 1}(ethPlan, 3, payer);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 3 * PRICE + 1, 3 * PRICE));
        controller.buy{value: 3 * PRICE + 1}(ethPlan, 3, payer);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 1, 0));
        controller.buy{value: 1}(plan, 3, payer); // a plan in dollars takes no ETH
    }

    function test_buyForAnother() external {
        vm.prank(payer);
        controller.buy(plan, 2, stranger);
        equal(passes(stranger), 2, "passes");
    }

    function test_buyByPermit() external {
        (uint8 v, bytes32 r, bytes32 s) = permit(2 * PRICE);
        vm.prank(payer);
        controller.buyWithPermit(plan, 2, payer, block.timestamp, v, r, s);
        equal(passes(payer), 2, "passes");
    }

    function test_frontRunPermit() external {
        (uint8 v, bytes32 r, bytes32 s) = permit(2 * PRICE);
        vm.prank(stranger);
        dollar.permit(payer, address(controller), 2 * PRICE, block.timestamp, v, r, s);
        vm.prank(payer);
        controller.buyWithPermit(plan, 2, payer, block.timestamp, v, r, s);
        equal(passes(payer), 2, "passes");
    }

    function test_forgedPermit() external {
        (uint8 v, bytes32 r, bytes32 s) = permit(2 * PRICE);
        dollar.mint(stranger, 1e6);
        vm.prank(stranger);
        vm.expectRevert();
        controller.buyWithPermit(plan, 2, stranger, block.timestamp, v, r, s);
        equal(passes(stranger), 0, "passes");
    }

    function test_buyByAuthorization() external {
        I.Authorization memory a = authorize(2 * PRICE, keccak256(abi.encode(plan, 2, stranger, bytes32("salt"))));
        vm.prank(relay); // anybody may bring it
        controller.buyWithAuthorization(plan, 2, stranger, "salt", a);
        equal(passes(stranger), 2, "passes");
    }

    function test_authorizationIsBoundToTerms() external {
        I.Authorization memory a = authorize(2 * PRICE, keccak256(abi.encode(plan, 2, payer, bytes32("salt"))));
        vm.startPrank(stranger);
        vm.expectRevert();
        controller.buyWithAuthorization(plan, 2, stranger, "salt", a); // for somebody else
        vm.expectRevert();
        controller.buyWithAuthorization(plan, 1, payer, "salt", a); // for less
        vm.expectRevert();
        controller.buyWithAuthorization(plan, 2, payer, "pepper", a);
        vm.stopPrank();
        vm.prank(author);
        PlanId other = pass.createPlan(terms(model, author, offer(address(dollar))));
        vm.expectRevert();
        controller.buyWithAuthorization(other, 2, payer, "salt", a); // of another plan at the same price
        controller.buyWithAuthorization(plan, 2, payer, "salt", a);
    }

    function test_authorizationOnlyOnce() external {
        I.Authorization memory a = authorize(2 * PRICE, keccak256(abi.encode(plan, 2, payer, bytes32("salt"))));
        controller.buyWithAuthorization(plan, 2, payer, "salt", a);
        vm.expectRevert();
        controller.buyWithAuthorization(plan, 2, payer, "salt", a);
    }

    function test_frontRunAuthorization() external {
        bytes32 nonce = keccak256(abi.encode(plan, 2, payer, bytes32("salt")));
        I.Authorization memory a = authorize(2 * PRICE, nonce);
        vm.prank(stranger);
        vm.expectRevert(); // only the receiver may call
        dollar.receiveWithAuthorization(
            payer, address(controller), 2 * PRICE, a.validAfter, a.validBefore, nonce, a.v, a.r, a.s
        );
        equal(dollar.balanceOf(address(controller)), 0, "held");
    }

    function test_refusesNoUnits() external {
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoUnits.selector));
        controller.buy(plan, 0, payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoUnits.selector));
        controller.openSessionPaying(session(0, "a"));
    }

    function test_refusesUnknownPlan() external {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_UnknownPlan.selector, bytes32("x")));
        controller.buy(PlanId.wrap("x"), 1, payer);
    }

    function test_refusesDisallowedToken() external {
        buy(5);
        vm.prank(admin);
        controller.setToken(address(dollar), false);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_TokenNotAllowed.selector, address(dollar)));
        controller.buy(plan, 1, payer);
        // What is here is not touched.
        vm.startPrank(payer);
        controller.refund(plan, 2);
        controller.withdraw(address(dollar), payer, payer);
        controller.openSession(session(3, "a"));
        vm.stopPrank();
        redeem(voucher(ref(session(3, "a")), 3, pays()));
        equal(credit(relay), 300, "redeemed");
    }

    function test_refusesOverflow() external {
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        controller.buy(plan, type(uint256).max / 999, payer);
    }

    // Strange tokens.

    function test_refusesFeeToken() external {
        FeeToken token = new FeeToken();
        PlanId p = planIn(address(token));
        token.mint(payer, 1e6);
        vm.startPrank(payer);
        token.approve(address(controller), 1e6);
        vm.expectRevert(
            abi.encodeWithSelector(ITill.Till_WrongAmount.selector, address(token), PRICE - 10, PRICE)
        );
        controller.buy(p, 1, payer);
    }

    function test_noReturnToken() external {
        NoReturnToken token = new NoReturnToken();
        PlanId p = planIn(address(token));
        token.mint(payer, 1e6);
        vm.startPrank(payer);
        token.approve(address(controller), 1e6);
        controller.buy(p, 1, payer);
        controller.refund(p, 1);
        controller.withdraw(address(token), payer, payer);
        equal(token.balanceOf(payer), 1e6, "all of it back");
    }

    function test_refusesFalseToken() external {
        FalseToken token = new FalseToken();
        PlanId p = planIn(address(token));
        token.mint(payer, 1e6);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        controller.buy(p, 1, payer);
    }

    function test_rebasingHarmsItselfOnly() external {
        RebasingToken token = new RebasingToken();
        PlanId p = planIn(address(token));
        token.mint(payer, 1e6);
        vm.startPrank(payer);
        token.approve(address(controller), 1e6);
        controller.buy(p, 10, payer);
        controller.buy(plan, 10, payer);
        token.rebase(50);
        controller.refund(p, 10);
        controller.refund(plan, 10);
        uint256 before = dollar.balanceOf(payer);
        controller.withdraw(address(dollar), payer, payer);
        equal(dollar.balanceOf(payer) - before, 10 * PRICE, "dollars are all there");
        vm.expectRevert(); // the token has not enough for its own
        controller.withdraw(address(token), payer, payer);
    }

    function test_deniedBlocksItselfOnly() external {
        I.SessionRef memory s = open(10, "a");
        dollar.deny(gpu, true);
        redeem(voucher(s, 10, pays(1000, 1000)));
        controller.withdraw(address(dollar), gpu2, gpu2);
        controller.withdraw(address(dollar), relay, relay);
        controller.withdraw(address(dollar), splitter, splitter);
        vm.expectRevert(abi.encodeWithSelector(Dollar.Denied.selector, gpu));
        controller.withdraw(address(dollar), gpu, gpu);
        equal(credit(gpu), 1000, "its part stays");
    }

    // Giving back.

    function test_refund() external {
        buy(5);
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.Refunded(plan, payer, 2, 2 * PRICE);
        vm.prank(payer);
        controller.refund(plan, 2);
        equal(passes(payer), 3, "passes");
        equal(credit(payer), 2 * PRICE, "credit");
    }

    function test_refusesRefund() external {
        buy(5);
        vm.startPrank(payer);
        vm.expectRevert();
        controller.refund(plan, 6);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoUnits.selector));
        controller.refund(plan, 0);
    }

    // Opening.

    function test_openByPayer() external {
        buy(10);
        I.SessionTerms memory t = session(7, "a");
        I.SessionRef memory s = ref(t);
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.SessionOpened(controller.sessionId(s), payer, relay, plan, s.number, page, 7, t.end);
        vm.prank(payer);
        SessionId id = controller.openSession(t);
        equal(SessionId.unwrap(id), SessionId.unwrap(controller.sessionId(s)), "id");
        equal(passes(payer), 3, "passes");
        equal(pass.supplyOf(plan), 3, "supply");
        I.Session memory got = sessionOf(s);
        equal(got.sessionKey, page, "key");
        equal(got.payer, payer, "payer");
        equal(got.units, 7, "units");
        equal(got.end, t.end, "end");
        equal(got.redeemed, 0, "redeemed");
        equal(got.saved, 0, "saved");
    }

    function test_openBySignature() external {
        buy(10);
        I.SessionTerms memory t = session(7, "a");
        bytes memory signature = sign(payerKey, controller.openingHash(t));
        vm.prank(stranger);
        controller.openSessionBySig(t, signature);
        equal(passes(payer), 3, "passes");
        equal(sessionOf(ref(t)).units, 7, "units");
    }

    function test_openByWallet() external {
        Wallet wallet = new Wallet();
        vm.prank(payer);
        controller.buy(plan, 10, address(wallet));
        I.SessionTerms memory t = session(10, "a");
        t.payer = address(wallet);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_BadSignature.selector, address(wallet)));
        controller.openSessionBySig(t, "");
        wallet.agree(controller.openingHash(t));
        controller.openSessionBySig(t, "");
        wallet.agree(0); // it may change its mind: vouchers are the page key's
        redeem(voucher(ref(t), 4, pays()));
        equal(redeemed(ref(t)), 4, "redeemed");
    }

    function test_openPaying() external {
        uint256 before = dollar.balanceOf(payer);
        I.SessionRef memory s = open(7, "a");
        equal(before - dollar.balanceOf(payer), 7 * PRICE, "paid");
        equal(pass.supplyOf(plan), 0, "no passes");
        equal(sessionOf(s).units, 7, "units");
    }

    function test_openPayingEth() external {
        I.SessionTerms memory t = session(7, "a");
        t.plan = ethPlan;
        vm.prank(payer);
        controller.openSessionPaying{value: 7 * PRICE}(t);
        equal(address(controller).balance, 7 * PRICE, "held");
        vm.warp(t.end);
        controller.close(ref(t), false);
        uint256 before = payer.balance;
        controller.withdraw(address(0), payer, payer);
        equal(payer.balance - before, 7 * PRICE, "back");
    }

    function test_openByAuthorization() external {
        I.SessionTerms memory t = session(7, "a");
        I.Authorization memory a = authorize(7 * PRICE, controller.openingHash(t));
        vm.prank(stranger);
        controller.openSessionWithAuthorization(t, a);
        equal(sessionOf(ref(t)).units, 7, "units");
        equal(dollar.balanceOf(address(controller)), 7 * PRICE, "held");
    }

    function test_openAuthorizationIsBoundToTerms() external {
        I.SessionTerms memory t = session(7, "a");
        I.Authorization memory a = authorize(7 * PRICE, controller.openingHash(t));
        for (uint256 i; i < 5; ++i) {
            I.SessionTerms memory u = session(7, "a");
            if (i == 0) u.operator = stranger;
            if (i == 1) u.sessionKey = stranger;
            if (i == 2) u.end += 1;
            if (i == 3) u.salt = "b";
            if (i == 4) u.payer = stranger;
            vm.expectRevert();
            controller.openSessionWithAuthorization(u, a);
        }
        controller.openSessionWithAuthorization(t, a);
    }

    function test_refusesOpenByStranger() external {
        buy(10);
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotPayer.selector, stranger, payer));
        controller.openSession(session(7, "a"));
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotPayer.selector, stranger, payer));
        controller.openSessionPaying(session(7, "a"));
    }

    function test_refusesOpenBadSignature() external {
        buy(10);
        bytes memory signature = sign(payerKey, controller.openingHash(session(7, "a")));
        for (uint256 i; i < 6; ++i) {
            I.SessionTerms memory u = session(7, "a");
            if (i == 0) u.operator = stranger;
            if (i == 1) u.plan = ethPlan;
            if (i == 2) u.sessionKey = stranger;
            if (i == 3) u.units = 8;
            if (i == 4) u.end += 1;
            if (i == 5) u.salt = "b";
            vm.expectRevert(abi.encodeWithSelector(I.UsageController_BadSignature.selector, payer));
            controller.openSessionBySig(u, signature);
        }
        vm.chainId(8453);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_BadSignature.selector, payer));
        controller.openSessionBySig(session(7, "a"), signature);
    }

    function test_refusesOpenTwice() external {
        buy(20);
        I.SessionTerms memory t = session(7, "a");
        bytes memory signature = sign(payerKey, controller.openingHash(t));
        controller.openSessionBySig(t, signature);
        bytes32 id = SessionId.unwrap(controller.sessionId(ref(t)));
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_SessionExists.selector, id));
        controller.openSessionBySig(t, signature);
        I.SessionRef memory s = ref(t);
        vm.prank(relay);
        controller.requestClose(s);
        controller.close(s, false);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_SessionExists.selector, id));
        controller.openSessionBySig(t, signature);
    }

    function test_refusesOpenBadTerms() external {
        buy(20);
        I.SessionTerms memory t = session(7, "a");
        t.sessionKey = address(0);
        refusedOpen(t, abi.encodeWithSelector(I.UsageController_ZeroAddress.selector));
        t = session(7, "a");
        t.operator = address(0);
        refusedOpen(t, abi.encodeWithSelector(I.UsageController_ZeroAddress.selector));
        t = session(0, "a");
        refusedOpen(t, abi.encodeWithSelector(I.UsageController_NoUnits.selector));
        t = session(7, "a");
        t.end = uint32(block.timestamp);
        refusedOpen(t, abi.encodeWithSelector(I.UsageController_BadEnd.selector, t.end, block.timestamp));
        t.end = uint32(block.timestamp + 366 days + 1);
        refusedOpen(t, abi.encodeWithSelector(I.UsageController_BadEnd.selector, t.end, block.timestamp));
        t.end -= 1;
        vm.prank(payer);
        controller.openSession(t);
    }

    function test_refusesOpenWithoutPasses() external {
        buy(6);
        refusedOpen(
            session(7, "a"),
            abi.encodeWithSelector(
                IERC1155Errors.ERC1155InsufficientBalance.selector, payer, 6, 7, uint256(PlanId.unwrap(plan))
            )
        );
    }

    function test_refusesOpenTooLarge() external {
        PlanOffer memory o = offer(address(0));
        o.computeCap = 1 << 63;
        vm.prank(author);
        PlanId large = pass.createPlan(terms(model, splitter, o));
        I.SessionTerms memory t = session(2, "a");
        t.plan = large;
        uint256 price = 700 + uint256(1 << 63);
        vm.deal(payer, 10 * price);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_TooLarge.selector, uint256(1) << 64, type(uint64).max));
        controller.openSessionPaying{value: 2 * price}(t);
        t.units = 1;
        vm.prank(payer);
        controller.openSessionPaying{value: price}(t);
    }

    function test_openingHashByHand() external view {
        I.SessionTerms memory t = session(7, "a");
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "OpenSession(address payer,address operator,bytes32 plan,address sessionKey,uint32 units,uint32 end,bytes32 salt)"
                ),
                t.payer,
                t.operator,
                t.plan,
                t.sessionKey,
                t.units,
                t.end,
                t.salt
            )
        );
        equal(controller.openingHash(t), keccak256(abi.encodePacked(hex"1901", domain(), structHash)), "hash");
    }

    // Redeeming.

    function test_redeem() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(2500)));
        equal(credit(splitter), 6000, "author");
        equal(credit(relay), 1000, "relay");
        equal(credit(gpu), 2500, "provider");
        equal(sessionOf(s).redeemed, 10, "redeemed");
        equal(sessionOf(s).saved, 500, "saved");
    }

    function test_redeemSeveralProviders() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(1000, 2000)));
        equal(credit(gpu), 1000, "first");
        equal(credit(gpu2), 2000, "second");
        equal(sessionOf(s).saved, 0, "saved");
    }

    function test_redeemAgain() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(3000)));
        redeem(voucher(s, 100, pays(0)));
        equal(credit(splitter), 60_000, "author");
        equal(credit(gpu), 3000, "provider");
        equal(sessionOf(s).saved, 27_000, "saved");
    }

    function test_redeemEvent() external {
        I.SessionRef memory a = open(100, "a");
        I.SessionRef memory b = open(100, "b");
        bytes memory items = abi.encodePacked(
            a.number,
            uint32(10),
            uint64(2500),
            keccak256(abi.encode("transcript", uint32(10))),
            b.number,
            uint32(3),
            uint64(0),
            keccak256(abi.encode("transcript", uint32(3)))
        );
        bytes memory vouchers = bytes.concat(voucher(a, 10, pays(500, 2000)), voucher(b, 3, pays()));
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.Redeemed(plan, relay, 13, items);
        redeem(vouchers);
    }

    function test_lowerAfterHigher() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory lower = voucher(s, 9, pays(900));
        redeem(voucher(s, 10, pays(1000)));
        skipped(s, I.Skip.Stale, 9);
        redeem(lower);
        equal(credit(gpu), 1000, "provider");
    }

    function test_sameTwice() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory one = voucher(s, 10, pays(1000));
        skipped(s, I.Skip.Stale, 10);
        redeem(bytes.concat(one, one));
        equal(credit(gpu), 1000, "provider");
        skipped(s, I.Skip.Stale, 10);
        redeem(one);
        equal(credit(splitter), 6000, "author");
        // Nor one that asks for nothing.
        bytes memory modest = voucher(s, 10, pays());
        skipped(s, I.Skip.Stale, 10);
        redeem(modest);
    }

    function test_aboveLock() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 101, pays());
        skipped(s, I.Skip.AboveLock, 101);
        redeem(v);
        redeem(voucher(s, 100, pays()));
        equal(redeemed(s), 100, "redeemed");
    }

    function test_aboveCapByOne() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 10, pays(3001));
        skipped(s, I.Skip.AboveCap, 10);
        redeem(v);
        v = voucher(s, 10, pays(3000, 1));
        skipped(s, I.Skip.AboveCap, 10);
        redeem(v);
        redeem(voucher(s, 10, pays(3000, 0)));
        equal(credit(gpu), 3000, "provider");
    }

    function test_voucherForAnotherOperator() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 10, pays(1000));
        I.Batch[] memory b = batch(v);
        b[0].operator = stranger;
        vm.prank(stranger);
        controller.redeem(b);
        equal(credit(stranger), 0, "the other operator");
        equal(redeemed(s), 0, "redeemed");
        // Nor does it do to say that it is the relay's.
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotOperator.selector, relay, stranger));
        controller.redeem(batch(v));
        // Nor may the relay use what was signed for the stranger.
        I.SessionTerms memory t = session(5, "b");
        t.operator = stranger;
        vm.prank(payer);
        controller.openSessionPaying(t);
        skipped(I.SessionRef(plan, relay, ref(t).number), I.Skip.NoSession, 5);
        redeem(voucher(ref(t), 5, pays()));
    }

    function test_voucherOfAnotherSession() external {
        I.SessionRef memory a = open(100, "a");
        I.SessionRef memory b = open(100, "b");
        bytes memory v = voucher(a, 10, pays());
        bytes8 number = bytes8(b.number);
        for (uint256 i; i < 8; ++i) {
            v[i] = number[i]; // says that it is b's
        }
        skipped(b, I.Skip.BadSignature, 10);
        redeem(v);
        // Another plan with the same operator and number is another session.
        I.SessionTerms memory t = session(100, "a");
        t.plan = ethPlan;
        vm.prank(payer);
        controller.openSessionPaying{value: 100 * PRICE}(t);
        skipped(a, I.Skip.BadSignature, 10);
        redeem(voucher(ref(t), 10, pays()));
    }

    function test_voucherOfAnotherChain() external {
        I.SessionRef memory s = open(100, "a");
        UsageController other = new UsageController(pass, address(authority));
        bytes32 t = keccak256(abi.encode("transcript", uint32(10)));
        bytes32 hash = other.voucherHash(other.sessionId(s), 10, t);
        skipped(s, I.Skip.BadSignature, 10);
        redeem(packed(pageKey, hash, s.number, 10, t, pays()));
        bytes memory v = voucher(s, 10, pays());
        vm.chainId(8453);
        skipped(s, I.Skip.BadSignature, 10);
        redeem(v);
    }

    function test_voucherByAnotherKey() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucherBy(payerKey, s, 10, pays()); // not even the payer's
        skipped(s, I.Skip.BadSignature, 10);
        redeem(v);
    }

    function test_malleableVoucher() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 10, pays());
        uint256 vs;
        assembly ("memory-safe") {
            vs := mload(add(v, 108)) // 32 + 76
        }
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        uint256 high = order - (vs & type(uint256).max >> 1);
        // A high s has its top bit set in nearly all cases, which the compact form has no room for. What it can hold is
        // between half the order and 2^255: that must be refused as well.
        uint256 half = order / 2;
        uint256 flipped = (half + 1) | (vs & (uint256(1) << 255));
        assembly ("memory-safe") {
            mstore(add(v, 108), flipped)
        }
        skipped(s, I.Skip.BadSignature, 10);
        redeem(v);
        flipped = (high & type(uint256).max >> 1) | (~vs & (uint256(1) << 255));
        assembly ("memory-safe") {
            mstore(add(v, 108), flipped)
        }
        skipped(s, I.Skip.BadSignature, 10);
        redeem(v);
    }

    function test_garbageSignature() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 10, pays());
        for (uint256 i = 44; i < 108; ++i) {
            v[i] = 0;
        }
        skipped(s, I.Skip.BadSignature, 10);
        redeem(v);
    }

    function test_noSession() external {
        I.SessionRef memory none = I.SessionRef(plan, relay, 7);
        bytes memory v = voucher(none, 10, pays());
        for (uint256 i = 44; i < 108; ++i) {
            v[i] = 0; // recovers to the zero address, which is also the key of no session
        }
        skipped(none, I.Skip.NoSession, 10);
        redeem(v);
        I.SessionRef memory s = open(100, "a");
        v = voucher(s, 10, pays());
        vm.prank(relay);
        controller.requestClose(s);
        controller.close(s, false);
        skipped(s, I.Skip.NoSession, 10);
        redeem(v);
    }

    function test_afterTheEnd() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 10, pays());
        uint256 end = sessionOf(s).end;
        vm.warp(end);
        skipped(s, I.Skip.Ended, 10);
        redeem(v);
        vm.warp(end - 1);
        redeem(v);
        equal(redeemed(s), 10, "redeemed");
    }

    function test_oneBadItemHarmsNoOther() external {
        I.SessionRef memory a = open(100, "a");
        I.SessionRef memory b = open(100, "b");
        I.SessionRef memory c = open(100, "c");
        bytes memory vouchers = bytes.concat(
            voucher(a, 10, pays(1000)), voucherBy(payerKey, b, 10, pays(100, 200)), voucher(c, 20, pays(0, 2000))
        );
        redeem(vouchers);
        equal(redeemed(a), 10, "a");
        equal(redeemed(b), 0, "b");
        equal(redeemed(c), 20, "c");
        equal(credit(gpu), 1000, "first provider");
        equal(credit(gpu2), 2000, "second provider");
        equal(credit(splitter), 18_000, "author");
    }

    function test_refusesMalformed() external {
        I.SessionRef memory s = open(100, "a");
        bytes memory v = voucher(s, 10, pays(1000));
        bytes memory short = new bytes(v.length - 1);
        for (uint256 i; i < short.length; ++i) {
            short[i] = v[i];
        }
        vm.prank(relay);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_Malformed.selector, v.length - 1, v.length));
        controller.redeem(batch(short));
        vm.prank(relay);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_Malformed.selector, 1, 109));
        controller.redeem(batch(bytes.concat(v, hex"00")));
    }

    function test_refusesUnknownProvider() external {
        I.SessionRef memory s = open(100, "a");
        I.Batch[] memory b = batch(voucher(s, 10, pays(0, 1)));
        b[0].providers = new address[](1);
        b[0].providers[0] = gpu;
        vm.prank(relay);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_UnknownProvider.selector, 1, 1));
        controller.redeem(b);
        b = batch(voucher(s, 10, pays(0, 1)));
        b[0].providers[1] = address(0);
        vm.prank(relay);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_ZeroAddress.selector));
        controller.redeem(b);
    }

    function test_emptyBatch() external {
        vm.recordLogs();
        redeem("");
        vm.prank(relay);
        controller.redeem(new I.Batch[](0));
        equal(vm.getRecordedLogs().length, 0, "events");
    }

    function test_refusesTooMany() external {
        I.Batch[] memory b = new I.Batch[](17);
        vm.startPrank(relay);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_TooMany.selector, 17, 16));
        controller.redeem(b);
        b = batch("");
        b[0].providers = new address[](65);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_TooMany.selector, 65, 64));
        controller.redeem(b);
        b = new I.Batch[](2);
        (b[0], b[1]) = (batch(new bytes(100_000))[0], batch(new bytes(1))[0]);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_TooMany.selector, 100_001, 100_000));
        controller.redeem(b);
    }

    function test_severalPlans() external {
        I.SessionRef memory a = open(100, "a");
        I.SessionTerms memory t = session(100, "e");
        t.plan = ethPlan;
        vm.prank(payer);
        controller.openSessionPaying{value: 100 * PRICE}(t);
        I.Batch[] memory both = new I.Batch[](2);
        both[0] = batch(voucher(a, 10, pays(1)))[0];
        both[1] = batch(voucher(ref(t), 20, pays(2)))[0];
        both[1].plan = ethPlan;
        vm.prank(relay);
        controller.redeem(both);
        equal(credit(relay), 1000, "dollars");
        equal(controller.creditOf(address(0), relay), 2000, "ETH");
    }

    function test_voucherHashByHand() external view {
        SessionId id = SessionId.wrap("session");
        bytes32 structHash = keccak256(
            abi.encode(keccak256("Voucher(bytes32 session,uint32 units,bytes32 transcript)"), id, uint32(7), bytes32("t"))
        );
        equal(controller.voucherHash(id, 7, "t"), keccak256(abi.encodePacked(hex"1901", domain(), structHash)), "hash");
    }

    // A relay's keys.

    function test_signerRedeems() external {
        I.SessionRef memory s = open(100, "a");
        address hot = user("hot");
        vm.prank(relay);
        controller.setSigner(hot, true);
        I.Batch[] memory b = batch(voucher(s, 10, pays(1000)));
        vm.prank(hot);
        controller.redeem(b);
        equal(credit(relay), 1000, "operator");
        equal(credit(hot), 0, "signer");
    }

    function test_revokedSigner() external {
        I.SessionRef memory s = open(100, "a");
        address hot = user("hot");
        vm.prank(relay);
        controller.setSigner(hot, true);
        vm.prank(relay);
        controller.setSigner(hot, false);
        I.Batch[] memory b = batch(voucher(s, 10, pays(1000)));
        vm.prank(hot);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotOperator.selector, relay, hot));
        controller.redeem(b);
    }

    function test_stolenSigner() external {
        I.SessionRef memory s = open(100, "a");
        address hot = user("hot");
        vm.prank(relay);
        controller.setSigner(hot, true);
        // Whoever has it may name himself as the provider of what payers did sign for, up to the cap...
        I.Batch[] memory b = batch(voucher(s, 10, pays(3000)));
        b[0].providers[0] = hot;
        vm.prank(hot);
        controller.redeem(b);
        equal(credit(hot), 3000, "the cap of ten units");
        // ... and nothing else: not units that nobody signed for, not the relay's or the author's part, not its credit,
        // not ending sessions.
        equal(credit(relay), 1000, "relay");
        equal(credit(splitter), 6000, "author");
        vm.prank(hot);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_NotAccount.selector, hot, relay));
        controller.withdraw(address(dollar), relay, hot);
        bytes32 id = SessionId.unwrap(controller.sessionId(s));
        vm.prank(hot);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotParty.selector, id, hot));
        controller.requestClose(s);
    }

    // Ending.

    function test_closeWithNotice() external {
        I.SessionRef memory s = open(100, "a");
        uint32 end = uint32(block.timestamp + NOTICE);
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.SessionEnding(controller.sessionId(s), end);
        vm.prank(payer);
        controller.requestClose(s);
        bytes memory v = voucher(s, 40, pays(4000));
        bytes memory late = voucher(s, 50, pays(5000));
        vm.warp(end - 1);
        redeem(v);
        equal(redeemed(s), 40, "within the notice");
        vm.warp(end);
        skipped(s, I.Skip.Ended, 50);
        redeem(late);
        controller.close(s, false);
        equal(credit(payer), 60 * PRICE + 8000, "unused units and savings");
    }

    function test_operatorEndsAtOnce() external {
        I.SessionRef memory s = open(100, "a");
        vm.prank(relay);
        controller.requestClose(s);
        controller.close(s, false);
        equal(credit(payer), 100 * PRICE, "all of it");
    }

    function test_noticeDoesNotProlong() external {
        I.SessionRef memory s = open(100, "a");
        uint256 end = sessionOf(s).end;
        vm.warp(end - 1 hours);
        vm.prank(payer);
        controller.requestClose(s);
        equal(sessionOf(s).end, end, "end");
        vm.prank(relay);
        controller.requestClose(s);
        equal(sessionOf(s).end, end - 1 hours, "the operator's");
    }

    function test_refusesEndByStranger() external {
        I.SessionRef memory s = open(100, "a");
        bytes32 id = SessionId.unwrap(controller.sessionId(s));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotParty.selector, id, stranger));
        controller.requestClose(s);
        s.number += 1;
        id = SessionId.unwrap(controller.sessionId(s));
        vm.prank(relay);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoSession.selector, id));
        controller.requestClose(s);
    }

    function test_refusesCloseBeforeEnd() external {
        I.SessionRef memory s = open(100, "a");
        bytes32 id = SessionId.unwrap(controller.sessionId(s));
        uint256 end = sessionOf(s).end;
        vm.warp(end - 1);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_StillOpen.selector, id, end, end - 1));
        controller.close(s, false);
    }

    function test_closeAsMoney() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(2500)));
        vm.prank(relay);
        controller.requestClose(s);
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.SessionClosed(controller.sessionId(s), 90, 500, false);
        vm.prank(stranger); // anybody may finish it
        controller.close(s, false);
        equal(credit(payer), 90 * PRICE + 500, "credit");
    }

    function test_closeAsPasses() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(2500)));
        vm.prank(relay);
        controller.requestClose(s);
        vm.prank(payer);
        controller.close(s, true);
        equal(credit(payer), 500, "savings");
        equal(passes(payer), 90, "passes");
        // A session of which nothing is left gives no passes.
        s = open(1, "b");
        redeem(voucher(s, 1, pays()));
        vm.prank(relay);
        controller.requestClose(s);
        vm.prank(payer);
        controller.close(s, true);
        equal(passes(payer), 90, "passes");
    }

    function test_refusesPassesByStranger() external {
        I.SessionRef memory s = open(100, "a");
        vm.prank(relay);
        controller.requestClose(s);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotPayer.selector, stranger, payer));
        controller.close(s, true);
    }

    function test_closeForRefuser() external {
        Refuser refuser = new Refuser();
        dollar.mint(address(refuser), 1e6);
        vm.prank(address(refuser));
        dollar.approve(address(controller), 1e6);
        I.SessionTerms memory t = session(10, "a");
        t.payer = address(refuser);
        vm.prank(address(refuser));
        controller.openSessionPaying(t);
        vm.warp(t.end);
        I.SessionRef memory s = ref(t);
        vm.prank(address(refuser));
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidReceiver.selector, address(refuser)));
        controller.close(s, true);
        controller.close(s, false);
        equal(credit(address(refuser)), 10 * PRICE, "credit");
    }

    function test_closeOnce() external {
        I.SessionRef memory s = open(100, "a");
        bytes32 id = SessionId.unwrap(controller.sessionId(s));
        vm.prank(relay);
        controller.requestClose(s);
        controller.close(s, false);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoSession.selector, id));
        controller.close(s, false);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoSession.selector, id));
        controller.requestClose(s);
        equal(credit(payer), 100 * PRICE, "credit");
    }

    // Withdrawing.

    function test_withdrawToAccount() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(2500)));
        vm.expectEmit(true, true, true, true, address(controller));
        emit ITill.Withdrawn(address(dollar), gpu, gpu, 2500);
        vm.prank(stranger);
        controller.withdraw(address(dollar), gpu, gpu);
        equal(dollar.balanceOf(gpu), 2500, "balance");
        equal(credit(gpu), 0, "credit");
    }

    function test_withdrawElsewhere() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(2500)));
        vm.prank(gpu);
        controller.withdraw(address(dollar), gpu, stranger);
        equal(dollar.balanceOf(stranger), 2500, "balance");
    }

    function test_refusesWithdrawElsewhere() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays(2500)));
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_NotAccount.selector, stranger, gpu));
        controller.withdraw(address(dollar), gpu, stranger);
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_ZeroAddress.selector));
        controller.withdraw(address(dollar), gpu, address(0));
    }

    function test_refusesWithdrawNothing() external {
        vm.expectRevert(
            abi.encodeWithSelector(ITill.Till_NothingToWithdraw.selector, address(dollar), stranger)
        );
        controller.withdraw(address(dollar), stranger, stranger);
    }

    function test_withdrawToSplitter() external {
        I.SessionRef memory s = open(100, "a");
        redeem(voucher(s, 10, pays()));
        controller.withdraw(address(dollar), splitter, splitter);
        RevenueSplitter(payable(splitter)).withdraw(address(dollar), author);
        RevenueSplitter(payable(splitter)).withdraw(address(dollar), curator);
        equal(dollar.balanceOf(author), 4200, "author");
        equal(dollar.balanceOf(curator), 1800, "curator");
    }

    // Pause and roles.

    function test_pauseStopsNewSessions() external {
        buy(10);
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.NewSessionsPaused(true);
        vm.prank(admin);
        controller.pauseNewSessions(true);
        refusedOpen(session(7, "a"), abi.encodeWithSelector(I.UsageController_Paused.selector));
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_Paused.selector));
        controller.openSessionPaying(session(7, "a"));
        vm.prank(admin);
        controller.pauseNewSessions(false);
        vm.prank(payer);
        controller.openSession(session(7, "a"));
    }

    function test_pauseStopsNothingElse() external {
        buy(10);
        I.SessionRef memory s = open(100, "a");
        vm.prank(admin);
        controller.pauseNewSessions(true);
        buy(1);
        vm.prank(payer);
        controller.refund(plan, 11);
        redeem(voucher(s, 10, pays(1000)));
        vm.prank(payer);
        controller.requestClose(s);
        vm.warp(block.timestamp + NOTICE);
        controller.close(s, false);
        controller.withdraw(address(dollar), payer, payer);
        controller.withdraw(address(dollar), gpu, gpu);
        controller.withdraw(address(dollar), relay, relay);
        controller.withdraw(address(dollar), splitter, splitter);
        equal(dollar.balanceOf(address(controller)), 0, "all of it is out");
    }

    function test_refusesRoles() external {
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        controller.setToken(address(1), true);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        controller.pauseNewSessions(true);
    }

    // Re-entrancy.

    function test_reenterBuy() external {
        Reenterer thief = new Reenterer();
        thief.prepare(address(controller), abi.encodeCall(I.refund, (plan, 1)));
        vm.prank(payer);
        controller.buy(plan, 5, address(thief));
        isTrue(thief.tried() && !thief.succeeded(), "refused while buying");
        equal(credit(address(thief)), 0, "credit");
    }

    function test_reenterClose() external {
        Reenterer thief = new Reenterer();
        dollar.mint(address(thief), 1e6);
        I.SessionTerms memory t = session(10, "a");
        t.payer = address(thief);
        thief.act(address(dollar), abi.encodeCall(IERC20.approve, (address(controller), 1e6)));
        thief.act(address(controller), abi.encodeCall(I.openSessionPaying, (t)));
        vm.warp(t.end);
        thief.prepare(address(controller), abi.encodeCall(I.close, (ref(t), false)));
        thief.act(address(controller), abi.encodeCall(I.close, (ref(t), true)));
        isTrue(thief.tried() && !thief.succeeded(), "refused while closing");
        equal(passes(address(thief)), 10, "passes");
        equal(credit(address(thief)), 0, "credit");
    }

    function test_reenterWithdraw() external {
        Reenterer thief = new Reenterer();
        vm.prank(payer);
        controller.buy{value: 10 * PRICE}(ethPlan, 10, payer); // somebody else's money
        vm.deal(address(thief), 1e6);
        vm.prank(address(thief));
        controller.buy{value: 10 * PRICE}(ethPlan, 10, address(thief));
        vm.prank(address(thief));
        controller.refund(ethPlan, 10);
        thief.prepare(
            address(controller), abi.encodeCall(ITill.withdraw, (address(0), address(thief), address(thief)))
        );
        controller.withdraw(address(0), address(thief), address(thief));
        isTrue(thief.tried() && !thief.succeeded(), "refused while withdrawing");
        equal(address(controller).balance, 10 * PRICE, "the others' money");
    }

    // Repricing.

    function test_repricing() external {
        buy(10);
        PlanOffer memory dear = offer(address(dollar));
        dear.authorFee *= 10;
        vm.prank(author);
        PlanId other = pass.createPlan(terms(model, splitter, dear));
        isTrue(!(other == plan), "another id");
        vm.prank(payer);
        controller.openSession(session(10, "a"));
        redeem(voucher(ref(session(10, "a")), 10, pays(3000)));
        equal(credit(splitter), 6000, "the old price");
        equal(passes(payer), 0, "passes");
    }

    // Any course.

    function testFuzz_sessionAddsUp(uint32 units, uint32[3] calldata steps, uint64[3] calldata pay, bool asPasses)
        external
    {
        units = uint32(within(units, 1, 1e6));
        I.SessionRef memory s = open(units, "a");
        uint256 last;
        uint256 used;
        uint256 paid;
        for (uint256 i; i < 3; ++i) {
            uint256 step = within(steps[i], 0, units + 1); // sometimes lower, sometimes above the lock
            uint256 due = within(pay[i], 0, 300 * uint256(units));
            redeem(voucher(s, uint32(step), pays(uint64(due))));
            if (step > last && step <= units && due <= 300 * (step - last)) {
                used += step - last;
                paid += due;
                last = step;
            }
            equal(redeemed(s), last, "redeemed");
        }
        equal(credit(splitter), 600 * used, "author");
        equal(credit(relay), 100 * used, "relay");
        equal(credit(gpu), paid, "provider");
        equal(sessionOf(s).saved, 300 * used - paid, "saved");
        vm.warp(sessionOf(s).end);
        vm.prank(payer);
        controller.close(s, asPasses);
        equal(passes(payer), asPasses ? units - used : 0, "passes");
        equal(credit(payer), 300 * used - paid + (asPasses ? 0 : PRICE * (units - used)), "payer");
        uint256 all = credit(splitter) + credit(relay) + credit(gpu) + credit(payer) + PRICE * pass.supplyOf(plan);
        equal(dollar.balanceOf(address(controller)), all, "held is owed");
    }

    // Helpers.

    function refusedOpen(I.SessionTerms memory t, bytes memory reason) internal {
        vm.prank(payer);
        vm.expectRevert(reason);
        controller.openSession(t);
    }

    function planIn(address token) internal returns (PlanId p) {
        vm.prank(admin);
        controller.setToken(token, true);
        vm.prank(author);
        p = pass.createPlan(terms(model, splitter, offer(token)));
    }

    function sign(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    function permit(uint256 amount) internal returns (uint8 v, bytes32 r, bytes32 s) {
        vm.prank(payer);
        dollar.approve(address(controller), 0);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                payer,
                address(controller),
                amount,
                dollar.nonces(payer),
                block.timestamp
            )
        );
        return vm.sign(payerKey, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash)));
    }

    function authorize(uint256 amount, bytes32 nonce) internal view returns (I.Authorization memory a) {
        (a.from, a.validAfter, a.validBefore) = (payer, block.timestamp - 1, block.timestamp + 1 hours);
        bytes32 structHash =
            keccak256(abi.encode(RECEIVE, payer, address(controller), amount, a.validAfter, a.validBefore, nonce));
        (a.v, a.r, a.s) =
            vm.sign(payerKey, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash)));
    }

    function domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DeHug Usage"),
                keccak256("1"),
                block.chainid,
                address(controller)
            )
        );
    }
}
