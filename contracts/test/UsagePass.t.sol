// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IUsagePass} from "../src/interfaces/IUsagePass.sol";
import {ModelId, PlanId} from "../src/types/Ids.sol";
import {PlanOffer, PlanTerms} from "../src/types/Plans.sol";
import {Decoder} from "./utils/Decoder.sol";
import {Deployed} from "./utils/Deployed.sol";

contract UsagePassTest is Deployed {
    ModelId internal model;
    PlanId internal plan;
    PlanTerms internal t;

    function setUp() external {
        (model, plan) = publishWithPlan("tiny-faces", offer(address(dollar)));
        t = pass.termsOf(plan);
    }

    function test_createPlan() external {
        PlanTerms memory u = t;
        u.payee = stranger; // any account may be paid
        PlanId other = pass.planId(u);
        vm.expectEmit(true, true, true, true, address(pass));
        emit IUsagePass.PlanCreated(other, model, u);
        vm.prank(author);
        pass.createPlan(u);
        equal(keccak256(abi.encode(pass.termsOf(other))), keccak256(abi.encode(u)), "terms");
        (address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap) = pass.priceOf(other);
        equal(token, address(dollar), "token");
        equal(payee, stranger, "payee");
        equal(authorFee, 600, "author");
        equal(relayFee, 100, "relay");
        equal(computeCap, 300, "compute");
    }

    function test_everyTermIsInTheId() external view {
        for (uint256 i; i < 10; ++i) {
            PlanTerms memory u = t;
            if (i == 0) u.model = ModelId.wrap("x");
            if (i == 1) u.token = address(0);
            if (i == 2) u.payee = stranger;
            if (i == 3) u.authorFee += 1;
            if (i == 4) u.relayFee += 1;
            if (i == 5) u.computeCap += 1;
            if (i == 6) u.unitKind = "token";
            if (i == 7) u.transferable = false;
            if (i == 8) u.period = 1;
            if (i == 9) u.quota = 1;
            isTrue(!(pass.planId(u) == plan), "another id");
        }
    }

    function test_refusesStranger() external {
        PlanTerms memory u = t;
        u.authorFee = 1;
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_NotOwner.selector, model, stranger));
        pass.createPlan(u);
    }

    function test_refusesPlanTwice() external {
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_PlanExists.selector, plan));
        pass.createPlan(t);
    }

    function test_refusesToken() external {
        PlanTerms memory u = t;
        u.token = address(0xbad);
        refused(u, abi.encodeWithSelector(IUsagePass.UsagePass_TokenNotAllowed.selector, address(0xbad)));
    }

    function test_refusesFreeAndPayeeless() external {
        PlanTerms memory u = t;
        (u.authorFee, u.relayFee, u.computeCap) = (0, 0, 0);
        refused(u, abi.encodeWithSelector(IUsagePass.UsagePass_FreePlan.selector));
        u = t;
        u.payee = address(0);
        refused(u, abi.encodeWithSelector(IUsagePass.UsagePass_ZeroPayee.selector));
    }

    function test_refusesUnitKind() external {
        bytes32[5] memory bad = [bytes32(0), "a b", 'a"', bytes32(bytes("a\x00b")), bytes32(uint256(1))];
        for (uint256 i; i < bad.length; ++i) {
            PlanTerms memory u = t;
            u.unitKind = bad[i];
            refused(u, abi.encodeWithSelector(IUsagePass.UsagePass_BadUnitKind.selector, bad[i]));
        }
        PlanTerms memory longest = t;
        longest.unitKind = "abcdefghijklmnopqrstuvwxyzABC019";
        vm.prank(author);
        pass.createPlan(longest);
    }

    function test_subscription() external {
        PlanTerms memory u = t;
        (u.transferable, u.period, u.quota) = (false, 366 days, 1000);
        vm.prank(author);
        PlanId other = pass.createPlan(u);
        equal(keccak256(abi.encode(pass.termsOf(other))), keccak256(abi.encode(u)), "terms");
        (uint32 period, uint32 quota) = pass.subscriptionOf(other);
        equal(period, 366 days, "period");
        equal(quota, 1000, "quota");
        (period, quota) = pass.subscriptionOf(plan);
        equal(uint256(period) + quota, 0, "none by the unit");
    }

    function test_refusesSubscription() external {
        uint32[4] memory period = [uint32(0), 30 days, 366 days + 1, 30 days];
        uint32[4] memory quota = [uint32(1000), 0, 1000, 1000];
        for (uint256 i; i < 4; ++i) {
            PlanTerms memory u = t;
            (u.transferable, u.period, u.quota) = (i == 3, period[i], quota[i]);
            refused(
                u, abi.encodeWithSelector(IUsagePass.UsagePass_BadSubscription.selector, period[i], quota[i], i == 3)
            );
        }
    }

    function test_onlyControllerMints() external {
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_OnlyController.selector, author));
        pass.mint(author, plan, 1);
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_OnlyController.selector, author));
        pass.burn(author, plan, 1);
    }

    function test_transferable() external {
        vm.prank(address(controller));
        pass.mint(author, plan, 5);
        vm.prank(author);
        pass.safeTransferFrom(author, stranger, id(plan), 2, "");
        equal(pass.balanceOf(stranger, id(plan)), 2, "got");
        equal(pass.supplyOf(plan), 5, "supply");
    }

    function test_notTransferable() external {
        PlanTerms memory u = t;
        u.transferable = false;
        vm.prank(author);
        PlanId bound = pass.createPlan(u);
        vm.prank(address(controller));
        pass.mint(author, bound, 5);
        vm.startPrank(author);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_NotTransferable.selector, bound));
        pass.safeTransferFrom(author, stranger, id(bound), 2, "");
        uint256[] memory ids = new uint256[](2);
        uint256[] memory amounts = new uint256[](2);
        (ids[0], ids[1]) = (id(plan), id(bound));
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_NotTransferable.selector, bound));
        pass.safeBatchTransferFrom(author, stranger, ids, amounts, "");
    }

    function test_uri() external view {
        string memory json = Decoder.json(pass.uri(id(plan)));
        equal(vm.parseJsonString(json, ".name"), "tiny-faces pass", "name");
        equal(
            vm.parseJsonString(json, ".description"),
            "One inference of tiny-faces on DeHug. Unused, it is worth what it cost.",
            "description"
        );
    }

    function test_unknownPlan() external {
        PlanId unknown = PlanId.wrap("x");
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_UnknownPlan.selector, unknown));
        pass.termsOf(unknown);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_UnknownPlan.selector, unknown));
        pass.priceOf(unknown);
    }

    function refused(PlanTerms memory u, bytes memory reason) internal {
        vm.prank(author);
        vm.expectRevert(reason);
        pass.createPlan(u);
    }

    function id(PlanId p) internal pure returns (uint256) {
        return uint256(PlanId.unwrap(p));
    }
}
