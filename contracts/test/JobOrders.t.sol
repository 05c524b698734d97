// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {JobOrders} from "../src/JobOrders.sol";
import {IJobOrders as I} from "../src/interfaces/IJobOrders.sol";
import {ITill} from "../src/interfaces/ITill.sol";
import {Digest, ModelId, OrderId, PlanId, VersionId} from "../src/types/Ids.sol";
import {PlanOffer} from "../src/types/Plans.sol";
import {Reenterer, Wallet} from "./mocks/Callers.sol";
import {CallingToken, Dollar, FalseToken, FeeToken, NoReturnToken, RebasingToken} from "./mocks/Tokens.sol";
import {OrderMarket} from "./utils/OrderMarket.sol";

contract JobOrdersTest is OrderMarket {
    bytes32 internal constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    uint256 internal constant CURVE = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    // Opening.

    function test_open() external {
        I.OrderTerms memory t = order("a");
        OrderId id = orders.orderId(t);
        (address token, uint256 price) = orders.priceOf(t);
        equal(token, address(dollar), "token");
        equal(price, COST, "price");
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderOpened(id, payer, gpu, t);
        vm.prank(payer);
        orders.open(t);
        equal(dollar.balanceOf(address(orders)), COST, "held");
        I.Order memory o = orders.orderOf(id);
        isTrue(o.state == I.State.Open, "open");
        equal(o.due, t.acceptBy, "due");
        equal(o.receiptKey, address(0), "key");
    }

    function test_openInEth() external {
        I.OrderTerms memory t = ethOrder("a");
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, COST - 1, COST));
        orders.open{value: COST - 1}(t);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, COST + 1, COST));
        orders.open{value: COST + 1}(t);
        orders.open{value: COST}(t);
        equal(address(orders).balance, COST, "held");
        I.OrderTerms memory u = order("a");
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 1, 0));
        orders.open{value: 1}(u); // in dollars, no ETH
    }

    function test_openBySignature() external {
        I.OrderTerms memory t = order("a");
        bytes memory signature = receiptBy(payerKey, OrderId.unwrap(orders.orderId(t)));
        vm.prank(stranger);
        orders.openBySig(t, signature);
        equal(dollar.balanceOf(address(orders)), COST, "the payer's money");
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, orders.orderId(t), I.State.Open));
        orders.openBySig(t, signature);
    }

    function test_openByWallet() external {
        Wallet wallet = new Wallet();
        dollar.mint(address(wallet), 1e9);
        wallet.act(address(dollar), abi.encodeCall(dollar.approve, (address(orders), COST)));
        I.OrderTerms memory t = order("a");
        t.payer = address(wallet);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_BadSignature.selector, address(wallet)));
        orders.openBySig(t, "");
        wallet.agree(OrderId.unwrap(orders.orderId(t)));
        orders.openBySig(t, "");
        wallet.agree(0); // it may change its mind: the money is here
        vm.prank(gpu);
        orders.accept(t, key);
        vm.prank(gpu);
        orders.deliver(t, Digest.wrap("result"));
        vm.warp(block.timestamp + t.review);
        orders.settle(t);
        equal(earned(gpu), UNITS * 250 + BOND, "paid");
    }

    function test_openByAuthorization() external {
        I.OrderTerms memory t = order("a");
        ITill.Authorization memory a = authorize(COST, OrderId.unwrap(orders.orderId(t)));
        vm.prank(stranger);
        orders.openWithAuthorization(t, a);
        equal(dollar.balanceOf(address(orders)), COST, "held");
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, orders.orderId(t), I.State.Open));
        orders.openWithAuthorization(t, a);
    }

    function test_authorizationIsBoundToTerms() external {
        I.OrderTerms memory t = order("a");
        ITill.Authorization memory a = authorize(COST, OrderId.unwrap(orders.orderId(t)));
        for (uint256 i; i < 13; ++i) {
            I.OrderTerms memory u = changed(i);
            vm.expectRevert();
            orders.openWithAuthorization(u, a);
        }
        orders.openWithAuthorization(t, a);
    }

    function test_refusesForeignAuthorization() external {
        I.OrderTerms memory t = order("a");
        t.payer = stranger;
        ITill.Authorization memory a = authorize(COST, OrderId.unwrap(orders.orderId(t)));
        vm.expectRevert(
            abi.encodeWithSelector(I.JobOrders_NotParty.selector, orders.orderId(t), payer, stranger)
        );
        orders.openWithAuthorization(t, a);
    }

    function test_refusesEthBySignature() external {
        I.OrderTerms memory t = ethOrder("a");
        bytes memory signature = receiptBy(payerKey, OrderId.unwrap(orders.orderId(t)));
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 0, COST));
        orders.openBySig(t, signature);
    }

    function test_refusesOpenByStranger() external {
        I.OrderTerms memory t = order("a");
        bytes memory refusal =
            abi.encodeWithSelector(I.JobOrders_NotParty.selector, orders.orderId(t), stranger, payer);
        vm.prank(stranger);
        vm.expectRevert(refusal);
        orders.open(t);
    }

    function test_refusesBadSignature() external {
        I.OrderTerms memory t = order("a");
        bytes32 hash = OrderId.unwrap(orders.orderId(t));
        bytes memory signature = receiptBy(payerKey, hash);
        bytes memory refusal = abi.encodeWithSelector(I.JobOrders_BadSignature.selector, payer);
        for (uint256 i; i < 13; ++i) {
            I.OrderTerms memory u = changed(i);
            vm.expectRevert(refusal);
            orders.openBySig(u, signature);
        }
        bytes[4] memory bad = [receiptBy(keyKey, hash), flipped(payerKey, hash), bytes(""), new bytes(65)];
        for (uint256 i; i < bad.length; ++i) {
            vm.expectRevert(refusal);
            orders.openBySig(t, bad[i]);
        }
    }

    function test_refusesOtherChainAndContract() external {
        I.OrderTerms memory t = order("a");
        bytes memory signature = receiptBy(payerKey, OrderId.unwrap(orders.orderId(t)));
        JobOrders other = new JobOrders(registry, pass, controller, address(authority));
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_BadSignature.selector, payer));
        other.openBySig(t, signature);
        uint256 chain = block.chainid;
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_BadSignature.selector, payer));
        orders.openBySig(t, signature);
        vm.chainId(chain);
        orders.openBySig(t, signature);
    }

    function test_refusesOpenTwice() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Open);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Open));
        orders.open(t);
        orders.cancel(t);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Ended));
        orders.open(t);
    }

    function test_refusesBadTerms() external {
        I.OrderTerms memory t = order("a");
        t.units = 0;
        refused(t, abi.encodeWithSelector(I.JobOrders_NoUnits.selector));
        t = order("a");
        t.provider = address(0);
        refused(t, abi.encodeWithSelector(I.JobOrders_ZeroAddress.selector));
        t = order("a");
        t.relay = address(0);
        refused(t, abi.encodeWithSelector(I.JobOrders_ZeroAddress.selector));
        t = order("a");
        t.pay = 301;
        refused(t, abi.encodeWithSelector(I.JobOrders_PayAboveCap.selector, 301, 300));
        t.pay = 300;
        bring(t, I.State.Open);
    }

    function test_refusesBadTimes() external {
        uint256 now_ = block.timestamp;
        I.OrderTerms memory t = order("a");
        t.acceptBy = uint32(now_);
        refused(t, abi.encodeWithSelector(I.JobOrders_BadTimes.selector, t.acceptBy, t.deliverBy, now_));
        t = order("a");
        t.deliverBy = t.acceptBy;
        refused(t, abi.encodeWithSelector(I.JobOrders_BadTimes.selector, t.acceptBy, t.deliverBy, now_));
        t.deliverBy = uint32(now_ + 366 days + 1);
        refused(t, abi.encodeWithSelector(I.JobOrders_BadTimes.selector, t.acceptBy, t.deliverBy, now_));
        uint32[2] memory bad = [uint32(1 days - 1), 90 days + 1];
        for (uint256 i; i < 2; ++i) {
            t = order("a");
            t.review = bad[i];
            refused(t, abi.encodeWithSelector(I.JobOrders_BadWindow.selector, bad[i], 1 days, 90 days));
            t = order("a");
            t.ruling = bad[i];
            refused(t, abi.encodeWithSelector(I.JobOrders_BadWindow.selector, bad[i], 1 days, 90 days));
        }
        t = order("a"); // the longest
        (t.deliverBy, t.review, t.ruling) = (uint32(now_ + 366 days), 90 days, 90 days);
        bring(t, I.State.Open);
        t = order("b"); // the shortest
        (t.acceptBy, t.deliverBy, t.review, t.ruling) = (uint32(now_ + 1), uint32(now_ + 2), 1 days, 1 days);
        bring(t, I.State.Open);
    }

    function test_refusesBadArbiterTerms() external {
        I.OrderTerms memory t = order("a");
        t.fee = BOND + 1;
        refused(t, abi.encodeWithSelector(I.JobOrders_FeeAboveBond.selector, BOND + 1, BOND));
        t = order("a");
        t.arbiter = address(0);
        refused(t, abi.encodeWithSelector(I.JobOrders_BadWindow.selector, t.ruling, 0, 0));
        t.ruling = 0;
        refused(t, abi.encodeWithSelector(I.JobOrders_FeeAboveBond.selector, FEE, 0));
        t.fee = 0;
        bring(t, I.State.Open);
    }

    function test_refusesOtherModel() external {
        vm.prank(author);
        (, VersionId foreign) = registry.publish(publication("other"));
        I.OrderTerms memory t = order("a");
        t.version = foreign;
        refused(t, abi.encodeWithSelector(I.JobOrders_OtherModel.selector, foreign, plan));
        t.version = VersionId.wrap("x"); // no version at all
        refused(t, abi.encodeWithSelector(I.JobOrders_OtherModel.selector, t.version, plan));
    }

    function test_refusesSubscription() external {
        PlanOffer memory o = offer(address(dollar));
        (o.transferable, o.period, o.quota) = (false, 30 days, 1000);
        vm.prank(author);
        I.OrderTerms memory t = order("a");
        t.plan = pass.createPlan(terms(model, splitter, o));
        refused(t, abi.encodeWithSelector(I.JobOrders_Subscription.selector, t.plan));
    }

    function test_refusesDisallowedToken() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Disputed);
        vm.prank(admin);
        controller.setToken(address(dollar), false);
        refused(order("b"), abi.encodeWithSelector(I.JobOrders_TokenNotAllowed.selector, address(dollar)));
        // What is here goes on.
        vm.prank(arbiter);
        orders.decide(t, uint32(UNITS), 0);
        orders.withdraw(address(dollar), gpu, gpu);
    }

    function test_openWithoutRelay() external {
        PlanOffer memory o = offer(address(dollar));
        o.relayFee = 0;
        vm.prank(author);
        I.OrderTerms memory t = order("a");
        t.plan = pass.createPlan(terms(model, splitter, o));
        t.relay = address(0);
        bring(t, I.State.Delivered);
        vm.prank(payer);
        orders.release(t);
        equal(earned(splitter), UNITS * 600, "author");
    }

    function test_everyTermIsInTheId() external view {
        OrderId id = orders.orderId(order("a"));
        for (uint256 i; i < 16; ++i) {
            isTrue(OrderId.unwrap(orders.orderId(changed(i))) != OrderId.unwrap(id), "another id");
        }
    }

    // Accepting.

    function test_accept() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Open);
        vm.warp(t.acceptBy - 1);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderAccepted(id, gpu, key);
        vm.prank(gpu);
        orders.accept(t, key);
        equal(dollar.balanceOf(address(orders)), COST + BOND, "held");
        I.Order memory o = orders.orderOf(id);
        isTrue(o.state == I.State.Accepted, "accepted");
        equal(o.due, t.deliverBy, "due");
        equal(o.receiptKey, key, "key");
    }

    function test_acceptInEth() external {
        I.OrderTerms memory t = ethOrder("a");
        bring(t, I.State.Open);
        vm.startPrank(gpu);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 0, BOND));
        orders.accept(t, key);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, BOND + 1, BOND));
        orders.accept{value: BOND + 1}(t, key);
        orders.accept{value: BOND}(t, key);
        equal(address(orders).balance, COST + BOND, "held");
    }

    function test_acceptWithoutBond() external {
        I.OrderTerms memory t = order("a");
        (t.bond, t.fee) = (0, 0);
        bring(t, I.State.Open);
        vm.startPrank(gpu);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, 1, 0));
        orders.accept{value: 1}(t, key);
        dollar.deny(gpu, true); // nothing is asked of the token
        orders.accept(t, key);
        vm.stopPrank();
        vm.warp(t.deliverBy);
        orders.settle(t);
        equal(earned(payer), COST, "back");
        equal(earned(gpu), 0, "nothing");
    }

    function test_refusesAccept() external {
        I.OrderTerms memory t = order("a");
        OrderId id = orders.orderId(t);
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.None));
        orders.accept(t, key);
        bring(t, I.State.Open);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_NotParty.selector, id, stranger, gpu));
        orders.accept(t, key);
        vm.warp(t.acceptBy);
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_TooLate.selector, id, t.acceptBy, t.acceptBy));
        orders.accept(t, key);
        vm.warp(t.acceptBy - 1);
        vm.startPrank(gpu);
        orders.accept(t, key);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Accepted));
        orders.accept(t, key);
    }

    // Cancelling.

    function test_cancel() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Open);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Withdrawn, 0, 0);
        vm.prank(payer);
        orders.cancel(t);
        equal(earned(payer), COST, "back");
        ended(t);
    }

    function test_refusesCancel() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Open);
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_NotParty.selector, id, gpu, payer));
        orders.cancel(t);
        vm.prank(gpu);
        orders.accept(t, key);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Accepted));
        orders.cancel(t);
    }

    // Delivering.

    function test_deliver() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Accepted);
        vm.warp(t.deliverBy - 1);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderDelivered(id, gpu, Digest.wrap("result"), uint32(block.timestamp) + t.review);
        vm.prank(gpu);
        orders.deliver(t, Digest.wrap("result"));
        I.Order memory o = orders.orderOf(id);
        isTrue(o.state == I.State.Delivered, "delivered");
        equal(o.due, block.timestamp + t.review, "due");
        equal(o.receiptKey, key, "key");
    }

    function test_deliverByReceiptKey() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Accepted);
        vm.prank(key);
        orders.deliver(t, Digest.wrap("result"));
        isTrue(stateOf(t) == I.State.Delivered, "delivered");
    }

    function test_refusesDeliver() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Open);
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Open));
        orders.deliver(t, Digest.wrap("result"));
        vm.prank(gpu);
        orders.accept(t, key);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_NotParty.selector, id, payer, gpu));
        orders.deliver(t, Digest.wrap("result"));
        vm.warp(t.deliverBy);
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_TooLate.selector, id, t.deliverBy, t.deliverBy));
        orders.deliver(t, Digest.wrap("result"));
    }

    // Releasing.

    function test_release() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Delivered);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Paid, uint32(UNITS), 0);
        vm.prank(payer);
        orders.release(t);
        paid(t);
    }

    function test_releaseDisputed() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Disputed);
        vm.prank(payer);
        orders.release(t);
        equal(earned(payer), FEE, "the fee is the payer's again");
        equal(earned(gpu), UNITS * 250 + BOND, "provider");
        ended(t);
    }

    function test_refusesRelease() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Accepted);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Accepted));
        orders.release(t);
        vm.prank(gpu);
        orders.deliver(t, Digest.wrap("result"));
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_NotParty.selector, id, gpu, payer));
        orders.release(t);
    }

    // Disputing.

    function test_dispute() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Delivered);
        vm.warp(block.timestamp + t.review - 1);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderDisputed(id, arbiter, Digest.wrap("reason"), uint32(block.timestamp) + t.ruling);
        vm.prank(payer);
        orders.dispute(t, Digest.wrap("reason"));
        equal(dollar.balanceOf(address(orders)), COST + BOND + FEE, "held");
        I.Order memory o = orders.orderOf(id);
        isTrue(o.state == I.State.Disputed, "disputed");
        equal(o.due, block.timestamp + t.ruling, "due");
    }

    function test_disputeInEth() external {
        I.OrderTerms memory t = ethOrder("a");
        bring(t, I.State.Delivered);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(ITill.Till_WrongValue.selector, FEE - 1, FEE));
        orders.dispute{value: FEE - 1}(t, Digest.wrap("reason"));
        orders.dispute{value: FEE}(t, Digest.wrap("reason"));
        equal(address(orders).balance, COST + BOND + FEE, "held");
    }

    function test_refusesDispute() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Accepted);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Accepted));
        orders.dispute(t, Digest.wrap("reason"));
        vm.prank(gpu);
        orders.deliver(t, Digest.wrap("result"));
        vm.prank(gpu);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_NotParty.selector, id, gpu, payer));
        orders.dispute(t, Digest.wrap("reason"));
        uint256 end = block.timestamp + t.review;
        vm.warp(end);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_TooLate.selector, id, end, end));
        orders.dispute(t, Digest.wrap("reason"));
        vm.warp(end - 1);
        vm.startPrank(payer);
        orders.dispute(t, Digest.wrap("reason"));
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Disputed));
        orders.dispute(t, Digest.wrap("reason"));
    }

    function test_refusesDisputeWithoutArbiter() external {
        I.OrderTerms memory t = order("a");
        (t.arbiter, t.ruling, t.fee) = (address(0), 0, 0);
        bring(t, I.State.Delivered);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_ZeroAddress.selector));
        orders.dispute(t, Digest.wrap("reason"));
    }

    // Deciding.

    function test_decideForProvider() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Disputed);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Ruled, uint32(UNITS), 0);
        vm.prank(arbiter);
        orders.decide(t, uint32(UNITS), 0);
        equal(earned(arbiter), FEE, "arbiter");
        paid(t);
    }

    function test_decideForPayer() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Disputed);
        vm.warp(block.timestamp + t.ruling - 1);
        vm.prank(arbiter);
        orders.decide(t, 0, BOND);
        equal(earned(payer), COST + BOND, "payer");
        equal(earned(arbiter), FEE, "arbiter");
        equal(earned(gpu) + earned(relay) + earned(splitter), 0, "others");
        ended(t);
    }

    function test_decidePart() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Disputed);
        vm.prank(arbiter);
        orders.decide(t, 400, FEE);
        equal(earned(splitter), 400 * 600, "author");
        equal(earned(relay), 400 * 100, "relay");
        equal(earned(gpu), 400 * 250 + BOND - FEE, "provider");
        equal(earned(payer), 600 * UNIT + FEE, "payer");
        equal(earned(arbiter), FEE, "arbiter");
        ended(t);
    }

    function test_refusesDecide() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Delivered);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Delivered));
        orders.decide(t, 0, BOND);
        vm.prank(payer);
        orders.dispute(t, Digest.wrap("reason"));
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_NotParty.selector, id, payer, arbiter));
        orders.decide(t, 0, BOND);
        uint256 end = block.timestamp + t.ruling;
        vm.warp(end);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_TooLate.selector, id, end, end));
        orders.decide(t, 0, BOND);
    }

    function test_refusesBadRuling() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Disputed);
        uint32[6] memory done = [uint32(UNITS) + 1, uint32(UNITS) + 1, uint32(UNITS), uint32(UNITS), 999, 0];
        uint96[6] memory lost = [uint96(0), FEE, 1, FEE, FEE - 1, BOND + 1];
        for (uint256 i; i < 6; ++i) {
            vm.prank(arbiter);
            vm.expectRevert(abi.encodeWithSelector(I.JobOrders_BadRuling.selector, done[i], UNITS, lost[i], BOND));
            orders.decide(t, done[i], lost[i]);
        }
    }

    // Time.

    function test_settleOpen() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Open);
        tooEarly(t, t.acceptBy);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Withdrawn, 0, 0);
        vm.prank(stranger);
        orders.settle(t);
        equal(earned(payer), COST, "payer");
        ended(t);
    }

    function test_settleUndelivered() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Accepted);
        tooEarly(t, t.deliverBy);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Undelivered, 0, BOND);
        vm.prank(stranger);
        orders.settle(t);
        equal(earned(payer), COST + BOND, "payer");
        ended(t);
    }

    function test_settleDelivered() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Delivered);
        tooEarly(t, block.timestamp + t.review);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Paid, uint32(UNITS), 0);
        vm.prank(stranger);
        orders.settle(t);
        paid(t);
    }

    function test_settleDisputed() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Disputed);
        tooEarly(t, block.timestamp + t.ruling);
        vm.expectEmit(true, true, true, true, address(orders));
        emit I.OrderEnded(id, I.Outcome.Unruled, uint32(UNITS), 0);
        vm.prank(stranger);
        orders.settle(t);
        equal(earned(payer), FEE, "the fee is the payer's again");
        equal(earned(arbiter), 0, "who does not decide earns nothing");
        equal(earned(gpu), UNITS * 250 + BOND, "provider");
        ended(t);
    }

    function test_refusesSettleOfNone() external {
        I.OrderTerms memory t = order("a");
        OrderId id = orders.orderId(t);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.None));
        orders.settle(t);
    }

    function test_overOnce() external {
        I.OrderTerms memory t = order("a");
        OrderId id = bring(t, I.State.Delivered);
        vm.prank(payer);
        orders.release(t);
        bytes memory refusal = abi.encodeWithSelector(I.JobOrders_WrongState.selector, id, I.State.Ended);
        vm.startPrank(payer);
        vm.expectRevert(refusal);
        orders.release(t);
        vm.expectRevert(refusal);
        orders.cancel(t);
        vm.expectRevert(refusal);
        orders.dispute(t, Digest.wrap("reason"));
        vm.stopPrank();
        vm.startPrank(gpu);
        vm.expectRevert(refusal);
        orders.accept(t, key);
        vm.expectRevert(refusal);
        orders.deliver(t, Digest.wrap("result"));
        vm.stopPrank();
        vm.prank(arbiter);
        vm.expectRevert(refusal);
        orders.decide(t, 0, BOND);
        vm.expectRevert(refusal);
        orders.settle(t);
        slashRefused(t, "other", receipt(t, 7, "one"), receipt(t, 7, "other"), refusal);
    }

    // Contradictory receipts.

    function test_slash() external {
        I.State[3] memory states = [I.State.Accepted, I.State.Delivered, I.State.Disputed];
        for (uint256 i; i < 3; ++i) {
            I.OrderTerms memory t = order(bytes32(i));
            OrderId id = bring(t, states[i]);
            uint256 before = earned(payer);
            uint64 seq = uint64(i * 5);
            bytes[2] memory signatures = [receipt(t, seq, "one"), receipt(t, seq, "other")];
            vm.expectEmit(true, true, true, true, address(orders));
            emit I.Equivocated(id, gpu, seq, Digest.wrap("one"), Digest.wrap("other"));
            vm.expectEmit(true, true, true, true, address(orders));
            emit I.OrderEnded(id, I.Outcome.Slashed, 0, BOND);
            vm.prank(stranger);
            orders.slash(t, seq, [Digest.wrap("one"), Digest.wrap("other")], signatures);
            equal(earned(payer) - before, COST + BOND + (states[i] == I.State.Disputed ? FEE : 0), "payer");
            isTrue(stateOf(t) == I.State.Ended, "ended");
        }
        equal(earned(stranger), 0, "who brings the proof gets nothing");
        equal(dollar.balanceOf(address(orders)), earned(payer), "held");
    }

    function test_refusesSameResult() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Delivered);
        // The same receipt twice proves nothing.
        bytes memory refusal = abi.encodeWithSelector(I.JobOrders_SameResult.selector, bytes32("one"));
        slashRefused(t, "one", receipt(t, 7, "one"), receipt(t, 7, "one"), refusal);
    }

    function test_refusesForeignReceipts() external {
        I.OrderTerms memory t = order("a");
        I.OrderTerms memory u = order("b");
        bring(t, I.State.Delivered);
        bring(u, I.State.Delivered);
        bytes memory refusal = abi.encodeWithSelector(I.JobOrders_BadReceipt.selector, bytes32("other"));
        bytes memory good = receipt(t, 7, "one");
        OrderId id = orders.orderId(t);
        slashRefused(t, "other", good, receipt(t, 8, "other"), refusal); // of another item
        slashRefused(t, "other", good, receipt(u, 7, "other"), refusal); // of another order
        slashRefused(t, "other", good, receipt(t, 7, "third"), refusal); // with another result
        bytes32 hash = orders.receiptHash(id, 7, Digest.wrap("other"));
        slashRefused(t, "other", good, receiptBy(pageKey, hash), refusal); // by another key
        JobOrders contract2 = new JobOrders(registry, pass, controller, address(authority));
        hash = contract2.receiptHash(id, 7, Digest.wrap("other"));
        slashRefused(t, "other", good, receiptBy(keyKey, hash), refusal); // of another contract
        uint256 chain = block.chainid;
        vm.chainId(1);
        hash = orders.receiptHash(id, 7, Digest.wrap("other"));
        vm.chainId(chain);
        slashRefused(t, "other", good, receiptBy(keyKey, hash), refusal); // of another chain
        refusal = abi.encodeWithSelector(I.JobOrders_BadReceipt.selector, bytes32("one"));
        slashRefused(t, "other", bytes(""), receipt(t, 7, "other"), refusal); // the first is held to it too
    }

    function test_refusesBadReceipts() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Delivered);
        bytes32 hash = orders.receiptHash(orders.orderId(t), 7, Digest.wrap("other"));
        bytes[4] memory bad = [bytes(""), new bytes(65), new bytes(64), flipped(keyKey, hash)];
        for (uint256 i; i < bad.length; ++i) {
            slashRefused(
                t, "other", receipt(t, 7, "one"), bad[i],
                abi.encodeWithSelector(I.JobOrders_BadReceipt.selector, bytes32("other"))
            );
        }
    }

    function test_refusesReceiptsWithoutKey() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Open);
        slashRefused(
            t, "other", receipt(t, 7, "one"), receipt(t, 7, "other"),
            abi.encodeWithSelector(I.JobOrders_WrongState.selector, orders.orderId(t), I.State.Open)
        );
        vm.prank(gpu);
        orders.accept(t, address(0));
        slashRefused(
            t, "other", new bytes(65), new bytes(65),
            abi.encodeWithSelector(I.JobOrders_BadReceipt.selector, bytes32("one"))
        );
    }

    // Strange tokens.

    function test_refusesFeeToken() external {
        FeeToken token = new FeeToken();
        I.OrderTerms memory t = orderIn(address(token));
        token.mint(payer, 1e9);
        vm.prank(payer);
        token.approve(address(orders), 1e9);
        refused(
            t, abi.encodeWithSelector(ITill.Till_WrongAmount.selector, address(token), COST - COST / 100, COST)
        );
    }

    function test_noReturnToken() external {
        NoReturnToken token = new NoReturnToken();
        I.OrderTerms memory t = orderIn(address(token));
        token.mint(payer, COST + FEE);
        token.mint(gpu, BOND);
        vm.prank(payer);
        token.approve(address(orders), 1e9);
        vm.prank(gpu);
        token.approve(address(orders), 1e9);
        bring(t, I.State.Disputed);
        vm.prank(arbiter);
        orders.decide(t, 0, BOND);
        orders.withdraw(address(token), payer, payer);
        equal(token.balanceOf(payer), COST + BOND, "back");
    }

    function test_refusesFalseToken() external {
        FalseToken token = new FalseToken();
        I.OrderTerms memory t = orderIn(address(token));
        token.mint(payer, 1e9);
        refused(t, abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
    }

    function test_rebasingHarmsItselfOnly() external {
        RebasingToken token = new RebasingToken();
        I.OrderTerms memory t = orderIn(address(token));
        token.mint(payer, 1e9);
        vm.prank(payer);
        token.approve(address(orders), 1e9);
        bring(t, I.State.Open);
        bring(order("dollars"), I.State.Open);
        token.rebase(50);
        vm.startPrank(payer);
        orders.cancel(t);
        orders.cancel(order("dollars"));
        orders.withdraw(address(dollar), payer, payer);
        equal(dollar.balanceOf(payer), 1e12, "dollars are all there");
        vm.expectRevert(); // the token has not enough for its own
        orders.withdraw(address(token), payer, payer);
    }

    function test_deniedBlocksItselfOnly() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Delivered);
        dollar.deny(payer, true);
        vm.warp(block.timestamp + t.review);
        orders.settle(t);
        orders.withdraw(address(dollar), gpu, gpu);
        orders.withdraw(address(dollar), relay, relay);
        orders.withdraw(address(dollar), splitter, splitter);
        t = order("b");
        dollar.deny(payer, false);
        bring(t, I.State.Accepted);
        dollar.deny(gpu, true);
        vm.warp(t.deliverBy);
        orders.settle(t);
        orders.withdraw(address(dollar), payer, payer);
        equal(dollar.balanceOf(address(orders)), 0, "held");
    }

    // Calling back.

    function test_reenterWithdraw() external {
        Reenterer thief = new Reenterer();
        vm.deal(address(thief), 1 ether);
        bring(ethOrder("others"), I.State.Open);
        I.OrderTerms memory t = ethOrder("a");
        t.payer = address(thief);
        bring(t, I.State.Open);
        vm.prank(address(thief));
        orders.cancel(t);
        thief.prepare(address(orders), abi.encodeCall(ITill.withdraw, (address(0), address(thief), address(thief))));
        orders.withdraw(address(0), address(thief), address(thief));
        isTrue(thief.tried() && !thief.succeeded(), "refused while withdrawing");
        equal(address(orders).balance, COST, "the others' money");
    }

    function test_reenterToken() external {
        CallingToken token = new CallingToken();
        I.OrderTerms memory t = orderIn(address(token));
        token.mint(payer, 1e9);
        token.mint(gpu, 1e9);
        vm.prank(payer);
        token.approve(address(orders), 1e9);
        vm.prank(gpu);
        token.approve(address(orders), 1e9);
        I.OrderTerms memory old = order("old");
        bring(old, I.State.Open);
        vm.warp(old.acceptBy); // anybody could settle it now
        t.acceptBy += 1 days;
        t.deliverBy += 1 days;
        bytes memory settle = abi.encodeCall(I.settle, (old));
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        token.prepare(address(orders), settle);
        bring(t, I.State.Open);
        equal(keccak256(token.answer()), keccak256(refusal), "while opening");
        token.prepare(address(orders), settle);
        vm.prank(gpu);
        orders.accept(t, key);
        equal(keccak256(token.answer()), keccak256(refusal), "while accepting");
        vm.prank(gpu);
        orders.deliver(t, Digest.wrap("result"));
        token.prepare(address(orders), settle);
        vm.prank(payer);
        orders.dispute(t, Digest.wrap("reason"));
        equal(keccak256(token.answer()), keccak256(refusal), "while disputing");
        vm.prank(payer);
        orders.release(t);
        token.prepare(address(orders), settle);
        orders.withdraw(address(token), gpu, gpu);
        equal(keccak256(token.answer()), keccak256(refusal), "while withdrawing");
        orders.settle(old);
    }

    // Spoiling, pausing, roles.

    function test_refuserHoldsNothing() external {
        // A payer and a provider that take no ETH: orders end all the same.
        Wallet taker = new Wallet();
        vm.deal(address(taker), 1 ether);
        I.OrderTerms memory t = ethOrder("a");
        t.payer = address(taker);
        bring(t, I.State.Disputed);
        vm.prank(arbiter);
        orders.decide(t, 400, FEE);
        orders.withdraw(address(0), gpu, gpu);
        vm.expectRevert();
        orders.withdraw(address(0), address(taker), address(taker));
        vm.prank(address(taker));
        orders.withdraw(address(0), address(taker), stranger); // elsewhere it goes
        equal(stranger.balance, 600 * UNIT + FEE, "elsewhere");
    }

    function test_pauseStopsNewOrders() external {
        vm.prank(admin);
        orders.pauseNewOrders(true);
        refused(order("a"), abi.encodeWithSelector(I.JobOrders_Paused.selector));
        vm.prank(admin);
        orders.pauseNewOrders(false);
        bring(order("a"), I.State.Open);
    }

    function test_pauseStopsNothingElse() external {
        I.OrderTerms memory t = order("a");
        bring(t, I.State.Open);
        bring(order("b"), I.State.Open);
        vm.prank(admin);
        orders.pauseNewOrders(true);
        vm.prank(gpu);
        orders.accept(t, key);
        vm.prank(gpu);
        orders.deliver(t, Digest.wrap("result"));
        vm.prank(payer);
        orders.dispute(t, Digest.wrap("reason"));
        vm.prank(arbiter);
        orders.decide(t, 400, FEE);
        vm.prank(payer);
        orders.cancel(order("b"));
        orders.withdraw(address(dollar), payer, payer);
        orders.withdraw(address(dollar), gpu, gpu);
    }

    function test_refusesRoles() external {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        orders.pauseNewOrders(true);
    }

    // Hashes as wallets make them.

    function test_orderHashByHand() external view {
        I.OrderTerms memory t = order("a");
        bytes memory head = abi.encode(
            keccak256(
                "Order(address payer,address provider,address relay,address arbiter,bytes32 plan,bytes32 version,uint32 units,uint64 pay,uint96 bond,uint96 fee,bytes32 job,uint32 acceptBy,uint32 deliverBy,uint32 review,uint32 ruling,bytes32 salt)"
            ),
            t.payer,
            t.provider,
            t.relay,
            t.arbiter,
            t.plan,
            t.version,
            t.units
        );
        bytes memory rest =
            abi.encode(t.pay, t.bond, t.fee, t.job, t.acceptBy, t.deliverBy, t.review, t.ruling, t.salt);
        equal(OrderId.unwrap(orders.orderId(t)), typed(bytes.concat(head, rest)), "order");
    }

    function test_receiptHashByHand() external view {
        bytes memory encoded = abi.encode(
            keccak256("Receipt(bytes32 order,uint64 seq,bytes32 result)"), bytes32("order"), uint64(7), bytes32("one")
        );
        equal(orders.receiptHash(OrderId.wrap("order"), 7, Digest.wrap("one")), typed(encoded), "receipt");
    }

    // Any course.

    function testFuzz_orderAddsUp(uint32 units, uint64 pay, uint96 bond, uint96 fee, uint8 end, uint32 done, uint96 lost)
        external
    {
        I.OrderTerms memory t = order("a");
        t.units = uint32(within(units, 1, 1e6));
        t.pay = uint64(within(pay, 0, 300));
        t.bond = uint96(within(bond, 0, 1e9));
        t.fee = uint96(within(fee, 0, t.bond));
        uint256 cost = uint256(t.units) * (700 + t.pay);
        end = uint8(within(end, 0, 4));
        bring(t, end == 0 ? I.State.Open : end == 1 ? I.State.Accepted : end == 2 ? I.State.Delivered : I.State.Disputed);
        if (end == 4) {
            done = uint32(within(done, 0, t.units));
            lost = done == t.units ? 0 : uint96(within(lost, t.fee, t.bond));
            vm.prank(arbiter);
            orders.decide(t, done, lost);
        } else {
            (done, lost) = (end >= 2 ? t.units : 0, end == 1 ? t.bond : 0);
            vm.warp(block.timestamp + 10 days);
            orders.settle(t);
        }
        equal(earned(splitter), uint256(done) * 600, "author");
        equal(earned(relay), uint256(done) * 100, "relay");
        equal(earned(gpu), uint256(done) * t.pay + (end == 0 ? 0 : t.bond - lost), "provider");
        equal(earned(payer), cost - uint256(done) * (700 + t.pay) + lost + (end == 3 ? t.fee : 0), "payer");
        equal(earned(arbiter), end == 4 ? t.fee : 0, "arbiter");
        ended(t);
    }

    // Helpers.

    /// @notice The order "a" with its i-th term changed.
    function changed(uint256 i) internal view returns (I.OrderTerms memory u) {
        u = order("a");
        if (i == 0) u.provider = stranger;
        if (i == 1) u.relay = stranger;
        if (i == 2) u.arbiter = stranger;
        if (i == 3) u.pay -= 1;
        if (i == 4) u.units += 1;
        if (i == 5) u.bond += 1;
        if (i == 6) u.fee -= 1;
        if (i == 7) u.job = Digest.wrap("x");
        if (i == 8) u.acceptBy += 1;
        if (i == 9) u.deliverBy += 1;
        if (i == 10) u.review += 1;
        if (i == 11) u.ruling += 1;
        if (i == 12) u.salt = "b";
        if (i == 13) u.payer = stranger;
        if (i == 14) u.plan = ethPlan;
        if (i == 15) u.version = VersionId.wrap("x");
    }

    function refused(I.OrderTerms memory t, bytes memory reason) internal {
        vm.prank(payer);
        vm.expectRevert(reason);
        orders.open(t);
    }

    function tooEarly(I.OrderTerms memory t, uint256 due) internal {
        vm.warp(due - 1);
        OrderId id = orders.orderId(t);
        vm.expectRevert(abi.encodeWithSelector(I.JobOrders_TooEarly.selector, id, due, due - 1));
        orders.settle(t);
        vm.warp(due);
    }

    /// @notice Two receipts for item 7, with the results "one" and another, are no proof.
    function slashRefused(
        I.OrderTerms memory t,
        bytes32 other,
        bytes memory first,
        bytes memory second,
        bytes memory reason
    ) internal {
        vm.expectRevert(reason);
        orders.slash(t, 7, [Digest.wrap("one"), Digest.wrap(other)], [first, second]);
    }

    /// @notice All of it was paid.
    function paid(I.OrderTerms memory t) internal view {
        equal(earned(splitter), UNITS * 600, "author");
        equal(earned(relay), UNITS * 100, "relay");
        equal(earned(gpu), UNITS * 250 + BOND, "provider");
        equal(earned(payer), 0, "payer");
        ended(t);
    }

    /// @notice The only order there was is over: all that is held is somebody's.
    function ended(I.OrderTerms memory t) internal view {
        isTrue(stateOf(t) == I.State.Ended, "ended");
        equal(
            dollar.balanceOf(address(orders)),
            earned(splitter) + earned(relay) + earned(gpu) + earned(payer) + earned(arbiter),
            "held is owed"
        );
    }

    function orderIn(address token) internal returns (I.OrderTerms memory t) {
        vm.prank(admin);
        controller.setToken(token, true);
        t = order("strange");
        vm.prank(author);
        t.plan = pass.createPlan(terms(model, splitter, offer(token)));
    }

    /// @notice The other signature of the same hash.
    function flipped(uint256 by, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(by, hash);
        return abi.encodePacked(r, bytes32(CURVE - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }

    function typed(bytes memory encoded) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DeHug Orders"),
                keccak256("1"),
                block.chainid,
                address(orders)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(encoded)));
    }

    function authorize(uint256 amount, bytes32 nonce) internal view returns (ITill.Authorization memory a) {
        (a.from, a.validAfter, a.validBefore) = (payer, block.timestamp - 1, block.timestamp + 1 hours);
        bytes32 structHash =
            keccak256(abi.encode(RECEIVE, payer, address(orders), amount, a.validAfter, a.validBefore, nonce));
        (a.v, a.r, a.s) =
            vm.sign(payerKey, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash)));
    }
}
