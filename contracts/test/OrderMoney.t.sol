// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IJobOrders as I} from "../src/interfaces/IJobOrders.sol";
import {Digest} from "../src/types/Ids.sol";
import {OrderMarket} from "./utils/OrderMarket.sol";

/// @notice Does what parties of orders do, with numbers out of the fuzzer, and keeps its own books.
contract Parties is OrderMarket {
    address[2] public tokens;
    /// @dev Orders, in their last states as seen. When there are many, one that ended makes room: each is looked at after every call.
    uint256 internal constant MOST = 12;
    I.OrderTerms[] internal terms_;
    I.State[] internal seen;
    uint256 internal opened;

    uint256[2] public came;
    uint256[2] public went;
    /// @notice Set when an order's state went back.
    bool public broken;

    constructor() {
        tokens[0] = address(dollar);
        vm.deal(payer, 1e30);
        vm.deal(gpu, 1e30);
        dollar.mint(payer, 1e30);
        dollar.mint(gpu, 1e30);
    }

    function openOrder(uint256 p, uint32 units, uint64 pay, uint96 bond, uint96 fee, uint32 time, uint8 who) external {
        if (terms_.length == MOST && !makeRoom()) return;
        bytes32 salt = bytes32(++opened);
        I.OrderTerms memory t = p % 2 == 1 ? ethOrder(salt) : order(salt);
        t.units = uint32(within(units, 1, 1e6));
        t.pay = uint64(within(pay, 0, 300));
        t.bond = uint96(within(bond, 0, 1e9));
        t.fee = uint96(within(fee, 0, t.bond));
        t.acceptBy = uint32(block.timestamp + within(time, 1, 10 days));
        t.deliverBy = uint32(t.acceptBy + within(time >> 8, 1, 10 days));
        // Now and then there is no arbiter, or one is several parties at once.
        if (who % 4 == 0) (t.arbiter, t.fee, t.ruling) = (address(0), 0, 0);
        if (who % 4 == 1) t.arbiter = payer;
        if (who % 4 == 2) t.relay = gpu;
        uint256 cost = uint256(t.units) * (700 + t.pay);
        vm.prank(payer);
        orders.open{value: p % 2 == 1 ? cost : 0}(t);
        came[p % 2] += cost;
        terms_.push(t);
        seen.push(I.State.Open);
    }

    function makeRoom() internal returns (bool) {
        for (uint256 i; i < MOST; ++i) {
            if (seen[i] != I.State.Ended) continue;
            (terms_[i], seen[i]) = (terms_[MOST - 1], seen[MOST - 1]);
            terms_.pop();
            seen.pop();
            return true;
        }
        return false;
    }

    function act(uint256 i, uint8 what, uint32 done, uint96 lost) external {
        if (terms_.length == 0) return;
        i %= terms_.length;
        I.OrderTerms memory t = terms_[i];
        I.Order memory o = orders.orderOf(orders.orderId(t));
        uint256 p = t.plan == ethPlan ? 1 : 0;
        bool inTime = block.timestamp < o.due;
        what %= 6;
        if (o.state == I.State.Open && inTime) {
            if (what == 0) {
                vm.prank(payer);
                orders.cancel(t);
            } else {
                vm.prank(gpu);
                orders.accept{value: p == 1 ? t.bond : 0}(t, key);
                came[p] += t.bond;
            }
        } else if (o.state == I.State.Accepted && inTime && what > 0) {
            vm.prank(gpu);
            orders.deliver(t, Digest.wrap(bytes32(uint256(done))));
        } else if (o.state == I.State.Delivered && inTime && what > 1 && t.arbiter != address(0)) {
            vm.prank(payer);
            orders.dispute{value: p == 1 ? t.fee : 0}(t, Digest.wrap("reason"));
            came[p] += t.fee;
        } else if (o.state == I.State.Disputed && inTime && what > 1) {
            done = uint32(within(done, 0, t.units));
            lost = done == t.units ? 0 : uint96(within(lost, t.fee, t.bond));
            vm.prank(t.arbiter);
            orders.decide(t, done, lost);
        } else if ((o.state == I.State.Delivered || o.state == I.State.Disputed) && what == 1) {
            vm.prank(payer);
            orders.release(t);
        } else if (o.state != I.State.Ended && o.state != I.State.Open && what == 0) {
            bytes[2] memory signatures = [receipt(t, 7, "one"), receipt(t, 7, "other")];
            orders.slash(t, 7, [Digest.wrap("one"), Digest.wrap("other")], signatures);
        } else if (o.state != I.State.Ended && !inTime) {
            orders.settle(t);
        }
        note(i);
    }

    function note(uint256 i) internal {
        I.State now_ = stateOf(terms_[i]);
        if (now_ < seen[i]) broken = true;
        seen[i] = now_;
    }

    function withdrawCredit(uint256 p, uint256 who) external {
        (p, who) = (p % 2, who % 5);
        address account = [payer, gpu, relay, splitter, arbiter][who];
        if (orders.creditOf(tokens[p], account) == 0) return;
        went[p] += orders.withdraw(tokens[p], account, account);
    }

    function passTime(uint32 time) external {
        vm.warp(block.timestamp + within(time, 0, 3 days));
    }

    /// @notice Time passes, and strangers end what nobody did.
    function everythingEnds() external returns (bool all) {
        vm.warp(block.timestamp + 100 days);
        all = true;
        for (uint256 i; i < terms_.length; ++i) {
            if (stateOf(terms_[i]) != I.State.Ended) orders.settle(terms_[i]);
            all = all && stateOf(terms_[i]) == I.State.Ended;
        }
        for (uint256 p; p < 2; ++p) {
            for (uint256 who; who < 5; ++who) {
                address account = [payer, gpu, relay, splitter, arbiter][who];
                if (orders.creditOf(tokens[p], account) > 0) orders.withdraw(tokens[p], account, account);
            }
        }
    }

    function owed(uint256 p) external view returns (uint256 sum) {
        for (uint256 i; i < terms_.length; ++i) {
            I.OrderTerms memory t = terms_[i];
            if ((t.plan == ethPlan ? 1 : 0) != p) continue;
            I.State state = stateOf(t);
            if (state == I.State.Ended) continue;
            sum += uint256(t.units) * (700 + t.pay);
            if (state != I.State.Open) sum += t.bond;
            if (state == I.State.Disputed) sum += t.fee;
        }
        for (uint256 who; who < 5; ++who) {
            sum += orders.creditOf(tokens[p], [payer, gpu, relay, splitter, arbiter][who]);
        }
    }

    function held(uint256 p) external view returns (uint256) {
        return p == 0 ? dollar.balanceOf(address(orders)) : address(orders).balance;
    }
}

contract OrderMoneyTest is OrderMarket {
    Parties internal parties;

    function setUp() external {
        parties = new Parties();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(parties);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(parties), new bytes4[](6));
        bytes4[] memory s = targets[0].selectors;
        (s[0], s[1], s[2]) = (Parties.openOrder.selector, Parties.withdrawCredit.selector, Parties.passTime.selector);
        (s[3], s[4], s[5]) = (Parties.act.selector, Parties.act.selector, Parties.act.selector); // as often as all else
    }

    function invariant_heldIsOwed() external view {
        for (uint256 p; p < 2; ++p) {
            equal(parties.held(p), parties.owed(p), "held");
            equal(parties.held(p), parties.came(p) - parties.went(p), "came and went");
        }
    }

    function invariant_statesGoForward() external view {
        isTrue(!parties.broken(), "a state went back");
    }

    function invariant_everythingEnds() external {
        isTrue(parties.everythingEnds(), "ended");
        equal(parties.held(0), 0, "dollars that stayed");
        equal(parties.held(1), 0, "ETH that stayed");
    }
}
