// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IUsageController} from "../../src/interfaces/IUsageController.sol";
import {ModelId, PlanId, SessionId} from "../../src/types/Ids.sol";
import {Deployed} from "./Deployed.sol";

/// @notice A model with a plan in dollars and one in ETH, a payer with money, an operator, two providers, and the means to sign.
abstract contract Market is Deployed {
    uint256 internal constant PRICE = 1000; // 600 author, 100 relay, up to 300 provider
    uint256 internal constant NOTICE = 24 hours;
    uint32 internal constant MONTH = 30 days;

    address internal payer;
    uint256 internal payerKey;
    address internal page; // the key in the payer's browser
    uint256 internal pageKey;
    address internal relay = user("relay");
    address internal gpu = user("gpu");
    address internal gpu2 = user("gpu2");

    ModelId internal model;
    PlanId internal plan;
    PlanId internal ethPlan;
    address internal splitter;

    constructor() {
        (payer, payerKey) = account("payer");
        (page, pageKey) = account("page");
        (model, plan) = publishWithPlan("tiny-faces", offer(address(dollar)));
        splitter = registry.modelOf(model).splitter;
        vm.prank(author);
        ethPlan = pass.createPlan(terms(model, splitter, offer(address(0))));
        dollar.mint(payer, 1e12);
        vm.deal(payer, 100 ether);
        vm.prank(payer);
        dollar.approve(address(controller), type(uint256).max);
    }

    function buy(uint256 units) internal {
        vm.prank(payer);
        controller.buy(plan, units, payer);
    }

    function passes(address who) internal view returns (uint256) {
        return pass.balanceOf(who, uint256(PlanId.unwrap(plan)));
    }

    function credit(address who) internal view returns (uint256) {
        return controller.creditOf(address(dollar), who);
    }

    function session(uint32 units, bytes32 salt) internal view returns (IUsageController.SessionTerms memory) {
        return IUsageController.SessionTerms(payer, relay, plan, page, units, uint32(block.timestamp) + MONTH, salt);
    }

    /// @notice Buys units and opens a session with all of them.
    function open(uint32 units, bytes32 salt) internal returns (IUsageController.SessionRef memory) {
        IUsageController.SessionTerms memory t = session(units, salt);
        vm.prank(payer);
        controller.openSessionPaying(t);
        return ref(t);
    }

    function ref(IUsageController.SessionTerms memory t) internal view returns (IUsageController.SessionRef memory) {
        return IUsageController.SessionRef(t.plan, t.operator, controller.sessionNumber(t.payer, t.salt));
    }

    /// @notice A voucher of the page's key with pay for providers 0, 1, ….
    function voucher(IUsageController.SessionRef memory s, uint32 units, uint64[] memory pay)
        internal
        view
        returns (bytes memory)
    {
        return voucherBy(pageKey, s, units, pay);
    }

    function voucherBy(uint256 key, IUsageController.SessionRef memory s, uint32 units, uint64[] memory pay)
        internal
        view
        returns (bytes memory)
    {
        bytes32 transcript = keccak256(abi.encode("transcript", units));
        bytes32 hash = controller.voucherHash(controller.sessionId(s), units, transcript);
        return packed(key, hash, s.number, units, transcript, pay);
    }

    function packed(
        uint256 key,
        bytes32 hash,
        uint64 number,
        uint32 units,
        bytes32 transcript,
        uint64[] memory pay
    ) internal pure returns (bytes memory all) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        bytes32 vs = v == 28 ? s | bytes32(uint256(1) << 255) : s;
        all = abi.encodePacked(number, units, transcript, r, vs, uint8(pay.length));
        for (uint256 i; i < pay.length; ++i) {
            all = abi.encodePacked(all, uint8(i), pay[i]);
        }
    }

    function pays() internal pure returns (uint64[] memory) {
        return new uint64[](0);
    }

    function pays(uint64 first) internal pure returns (uint64[] memory pay) {
        pay = new uint64[](1);
        pay[0] = first;
    }

    function pays(uint64 first, uint64 second) internal pure returns (uint64[] memory pay) {
        pay = new uint64[](2);
        (pay[0], pay[1]) = (first, second);
    }

    /// @notice Vouchers of the dollar plan for the relay, with both providers.
    function batch(bytes memory vouchers) internal view returns (IUsageController.Batch[] memory batches) {
        batches = new IUsageController.Batch[](1);
        batches[0] = IUsageController.Batch(plan, relay, new address[](2), vouchers);
        (batches[0].providers[0], batches[0].providers[1]) = (gpu, gpu2);
    }

    function redeem(bytes memory vouchers) internal {
        vm.prank(relay);
        controller.redeem(batch(vouchers));
    }

    function redeemed(IUsageController.SessionRef memory s) internal view returns (uint32) {
        return controller.sessionOf(controller.sessionId(s)).redeemed;
    }

    function sessionOf(IUsageController.SessionRef memory s) internal view returns (IUsageController.Session memory) {
        return controller.sessionOf(controller.sessionId(s));
    }

    function skipped(IUsageController.SessionRef memory s, IUsageController.Skip reason, uint256 units) internal {
        vm.expectEmit(true, true, true, true, address(controller));
        emit IUsageController.VoucherSkipped(SessionId.wrap(SessionId.unwrap(controller.sessionId(s))), reason, units);
    }
}
