// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IJobOrders} from "../../src/interfaces/IJobOrders.sol";
import {Digest, OrderId, PlanId, VersionId} from "../../src/types/Ids.sol";
import {Market} from "./Market.sol";

/// @notice A market where jobs are ordered: an arbiter, a provider with a receipt key, and the means to sign receipts.
abstract contract OrderMarket is Market {
    uint256 internal constant UNITS = 1000;
    uint256 internal constant UNIT = 950; // 600 author, 100 relay, 250 provider
    uint256 internal constant COST = UNITS * UNIT;
    uint96 internal constant BOND = 50_000;
    uint96 internal constant FEE = 20_000;

    address internal arbiter = user("arbiter");
    address internal key; // signs receipts
    uint256 internal keyKey;
    VersionId internal version;

    constructor() {
        (key, keyKey) = account("receipt key");
        version = registry.modelOf(model).latest;
        dollar.mint(gpu, 1e12);
        vm.deal(gpu, 100 ether);
        vm.prank(payer);
        dollar.approve(address(orders), type(uint256).max);
        vm.prank(gpu);
        dollar.approve(address(orders), type(uint256).max);
    }

    function order(bytes32 salt) internal view returns (IJobOrders.OrderTerms memory t) {
        (t.payer, t.provider, t.relay, t.arbiter) = (payer, gpu, relay, arbiter);
        (t.plan, t.version) = (plan, version);
        (t.units, t.pay, t.bond, t.fee) = (uint32(UNITS), 250, BOND, FEE);
        t.job = Digest.wrap("job");
        t.acceptBy = uint32(block.timestamp + 1 days);
        t.deliverBy = uint32(block.timestamp + 8 days);
        (t.review, t.ruling) = (2 days, 7 days);
        t.salt = salt;
    }

    function ethOrder(bytes32 salt) internal view returns (IJobOrders.OrderTerms memory t) {
        t = order(salt);
        t.plan = ethPlan;
    }

    /// @notice Brings an order to a state.
    function bring(IJobOrders.OrderTerms memory t, IJobOrders.State state) internal returns (OrderId id) {
        bool eth = t.plan == ethPlan;
        vm.prank(t.payer);
        id = orders.open{value: eth ? COST : 0}(t);
        if (state == IJobOrders.State.Open) return id;
        vm.prank(t.provider);
        orders.accept{value: eth ? t.bond : 0}(t, key);
        if (state == IJobOrders.State.Accepted) return id;
        vm.prank(t.provider);
        orders.deliver(t, Digest.wrap("result"));
        if (state == IJobOrders.State.Delivered) return id;
        vm.prank(t.payer);
        orders.dispute{value: eth ? t.fee : 0}(t, Digest.wrap("reason"));
    }

    function stateOf(IJobOrders.OrderTerms memory t) internal view returns (IJobOrders.State) {
        return orders.orderOf(orders.orderId(t)).state;
    }

    function earned(address who) internal view returns (uint256) {
        return orders.creditOf(address(dollar), who);
    }

    /// @notice A receipt of the receipt key.
    function receipt(IJobOrders.OrderTerms memory t, uint64 seq, bytes32 result) internal view returns (bytes memory) {
        return receiptBy(keyKey, orders.receiptHash(orders.orderId(t), seq, Digest.wrap(result)));
    }

    function receiptBy(uint256 by, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(by, hash);
        return abi.encodePacked(r, s, v);
    }
}
