// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IUsageController as I} from "../src/interfaces/IUsageController.sol";
import {SessionId} from "../src/types/Ids.sol";
import {PlanOffer} from "../src/types/Plans.sol";
import {Market} from "./utils/Market.sol";

/// @notice Sessions of a plan with a period: all of a {Market} is about that plan here.
contract SubscriptionsTest is Market {
    uint32 internal constant QUOTA = 1000;
    uint256 internal constant COST = QUOTA * PRICE;

    function setUp() external {
        PlanOffer memory o = offer(address(dollar));
        (o.transferable, o.period, o.quota) = (false, MONTH, QUOTA);
        vm.startPrank(author);
        plan = pass.createPlan(terms(model, splitter, o));
        o.token = address(0);
        ethPlan = pass.createPlan(terms(model, splitter, o));
        vm.stopPrank();
    }

    function test_subscribe() external {
        I.SessionRef memory s = open(QUOTA, "a");
        equal(dollar.balanceOf(address(controller)), COST, "held");
        equal(sessionOf(s).units, QUOTA, "units");
        equal(pass.supplyOf(plan), 0, "no passes");
    }

    function test_subscribeInEth() external {
        I.SessionTerms memory t = session(QUOTA, "a");
        t.plan = ethPlan;
        vm.prank(payer);
        controller.openSessionPaying{value: COST}(t);
        vm.warp(t.end);
        controller.close(ref(t), false);
        equal(controller.creditOf(address(0), payer), QUOTA * 300, "compute money");
        controller.withdraw(address(0), payer, payer);
        equal(address(controller).balance, QUOTA * 700, "the others'");
    }

    function test_renewByAuthorization() external {
        // Signed once for two months: the second cannot be brought before it begins.
        I.SessionTerms memory first = session(QUOTA, "first");
        I.SessionTerms memory second = session(QUOTA, "second");
        second.end += MONTH;
        uint256 start = block.timestamp;
        I.Authorization memory a = authorize(controller.openingHash(first), start);
        I.Authorization memory b = authorize(controller.openingHash(second), start + MONTH);
        vm.startPrank(relay);
        vm.warp(start + 1);
        controller.openSessionWithAuthorization(first, a);
        vm.expectRevert();
        controller.openSessionWithAuthorization(second, b);
        vm.warp(start + MONTH + 1);
        controller.openSessionWithAuthorization(second, b);
        equal(dollar.balanceOf(address(controller)), 2 * COST, "held");
    }

    function test_quotaIsAccounted() external {
        I.SessionRef memory s = open(QUOTA, "a");
        redeem(voucher(s, QUOTA - 1, pays(1000)));
        equal(redeemed(s), QUOTA - 1, "used");
        equal(credit(splitter), (QUOTA - 1) * 600, "author");
        bytes memory above = voucher(s, QUOTA + 1, pays());
        skipped(s, I.Skip.AboveLock, QUOTA + 1);
        redeem(above);
        redeem(voucher(s, QUOTA, pays(300)));
        equal(redeemed(s), QUOTA, "all used");
    }

    function test_nextPeriodHasItsOwnQuota() external {
        I.SessionRef memory s = open(QUOTA, "first");
        redeem(voucher(s, QUOTA, pays()));
        vm.warp(block.timestamp + MONTH);
        bytes memory late = voucher(s, QUOTA, pays());
        skipped(s, I.Skip.Ended, QUOTA);
        redeem(late);
        I.SessionRef memory next = open(QUOTA, "second");
        redeem(voucher(next, 1, pays()));
        equal(redeemed(next), 1, "used");
        equal(redeemed(s), QUOTA, "the first is as it was");
    }

    function test_lapse() external {
        I.SessionRef memory s = open(QUOTA, "a");
        redeem(voucher(s, 400, pays(100_000)));
        vm.warp(block.timestamp + MONTH);
        vm.expectEmit(true, true, true, true, address(controller));
        emit I.SessionClosed(SessionId.wrap(SessionId.unwrap(controller.sessionId(s))), 600, 20_000, false);
        vm.prank(stranger);
        controller.close(s, false);
        equal(credit(splitter), QUOTA * 600, "the author has all fees");
        equal(credit(relay), QUOTA * 100, "the relay too");
        equal(credit(gpu), 100_000, "provider");
        equal(credit(payer), QUOTA * 300 - 100_000, "the payer has what providers did not get");
        equal(dollar.balanceOf(address(controller)), COST, "held is owed");
    }

    function test_lapseOnce() external {
        I.SessionRef memory s = open(QUOTA, "a");
        vm.warp(block.timestamp + MONTH);
        controller.close(s, false);
        SessionId id = controller.sessionId(s);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_NoSession.selector, id));
        controller.close(s, false);
    }

    function test_refusesEarlyEnd() external {
        I.SessionRef memory s = open(QUOTA, "a");
        bytes memory refusal = abi.encodeWithSelector(I.UsageController_Subscription.selector, plan);
        vm.prank(payer);
        vm.expectRevert(refusal);
        controller.requestClose(s);
        vm.prank(relay); // who would have its fees for nothing
        vm.expectRevert(refusal);
        controller.requestClose(s);
        uint256 end = sessionOf(s).end;
        vm.warp(end - 1);
        SessionId id = controller.sessionId(s);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_StillOpen.selector, id, end, end - 1));
        controller.close(s, false);
    }

    function test_refusesOtherQuota() external {
        for (uint32 units = QUOTA - 1; units <= QUOTA + 1; units += 2) {
            I.SessionTerms memory t = session(units, "a");
            vm.prank(payer);
            vm.expectRevert(abi.encodeWithSelector(I.UsageController_NotQuota.selector, units, QUOTA));
            controller.openSessionPaying(t);
        }
    }

    function test_refusesLonger() external {
        I.SessionTerms memory t = session(QUOTA, "a");
        t.end += 1;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(I.UsageController_BadEnd.selector, t.end, block.timestamp));
        controller.openSessionPaying(t);
    }

    function test_refusesPasses() external {
        bytes memory refusal = abi.encodeWithSelector(I.UsageController_Subscription.selector, plan);
        vm.prank(payer);
        vm.expectRevert(refusal);
        controller.buy(plan, QUOTA, payer);
        vm.prank(payer);
        vm.expectRevert(refusal);
        controller.buyWithPermit(plan, QUOTA, payer, 0, 0, 0, 0);
        I.Authorization memory a = authorize(keccak256(abi.encode(plan, QUOTA, payer, bytes32("salt"))), block.timestamp - 1);
        vm.expectRevert(refusal);
        controller.buyWithAuthorization(plan, QUOTA, payer, "salt", a);
        I.SessionRef memory s = open(QUOTA, "a");
        vm.warp(block.timestamp + MONTH);
        vm.prank(payer);
        vm.expectRevert(refusal);
        controller.close(s, true);
    }

    function testFuzz_subscriptionAddsUp(uint32 used, uint64 pay) external {
        used = uint32(within(used, 0, QUOTA));
        pay = uint64(within(pay, 0, 300 * uint256(used)));
        I.SessionRef memory s = open(QUOTA, "a");
        if (used > 0) redeem(voucher(s, used, pays(pay)));
        vm.warp(block.timestamp + MONTH);
        controller.close(s, false);
        equal(credit(splitter), QUOTA * 600, "author");
        equal(credit(relay), QUOTA * 100, "relay");
        equal(credit(gpu), pay, "provider");
        equal(credit(payer), QUOTA * 300 - pay, "payer");
    }

    /// @notice The payer's, for the price of a subscription, from a time on.
    function authorize(bytes32 nonce, uint256 validAfter) internal view returns (I.Authorization memory a) {
        (a.from, a.validAfter, a.validBefore) = (payer, validAfter, validAfter + 1 days);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
                ),
                payer,
                address(controller),
                COST,
                a.validAfter,
                a.validBefore,
                nonce
            )
        );
        (a.v, a.r, a.s) =
            vm.sign(payerKey, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash)));
    }
}
