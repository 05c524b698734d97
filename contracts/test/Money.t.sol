// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IUsageController as I} from "../src/interfaces/IUsageController.sol";
import {PlanId, SessionId} from "../src/types/Ids.sol";
import {PlanOffer} from "../src/types/Plans.sol";
import {Market} from "./utils/Market.sol";

/// @notice Does what users do, with numbers out of the fuzzer, and keeps its own books.
contract Users is Market {
    struct Open {
        I.SessionRef ref;
        uint256 plan;
        uint256 payer;
        uint32 units;
        uint32 paid;
        uint64 saved;
        bool closed;
        bool subscription;
    }

    uint32 internal constant QUOTA = 500;

    PlanId[2] public plans;
    PlanId[2] public subscriptions;
    address[2] public tokens;
    address[3] public payers;
    Open[] public opened;

    uint256[2] public minted;
    uint256[2] public burned;
    /// @notice By plan: units used, what providers got, and money that came and went.
    uint256[2] public used;
    uint256[2] public compute;
    uint256[2] public came;
    uint256[2] public went;
    /// @notice Set when a session's paid units fell, or rose above the lock.
    bool public broken;

    constructor() {
        (plans[0], plans[1]) = (plan, ethPlan);
        tokens[0] = address(dollar);
        for (uint256 p; p < 2; ++p) {
            PlanOffer memory o = offer(tokens[p]);
            (o.transferable, o.period, o.quota) = (false, 20 days, QUOTA);
            vm.prank(author);
            subscriptions[p] = pass.createPlan(terms(model, splitter, o));
        }
        for (uint256 i; i < 3; ++i) {
            payers[i] = user(string.concat("payer ", string(abi.encodePacked(bytes1(uint8(97 + i))))));
            dollar.mint(payers[i], 1e18);
            vm.deal(payers[i], 1e18);
            vm.prank(payers[i]);
            dollar.approve(address(controller), type(uint256).max);
        }
    }

    function contracts() external view returns (address, address, address, address) {
        return (address(controller), address(pass), address(dollar), splitter);
    }

    function parties() external view returns (address, address, address) {
        return (relay, gpu, gpu2);
    }

    function count() external view returns (uint256) {
        return opened.length;
    }

    function buyPasses(uint256 p, uint256 who, uint256 to, uint256 units) external {
        (p, who, to, units) = (p % 2, who % 3, to % 3, within(units, 1, 1000));
        vm.prank(payers[who]);
        controller.buy{value: p == 1 ? units * PRICE : 0}(plans[p], units, payers[to]);
        minted[p] += units;
        came[p] += units * PRICE;
    }

    function givePasses(uint256 p, uint256 who, uint256 to, uint256 units) external {
        (p, who, to) = (p % 2, who % 3, to % 3);
        uint256 id = uint256(PlanId.unwrap(plans[p]));
        units = within(units, 0, pass.balanceOf(payers[who], id));
        vm.prank(payers[who]);
        pass.safeTransferFrom(payers[who], payers[to], id, units, "");
    }

    function refundPasses(uint256 p, uint256 who, uint256 units) external {
        (p, who) = (p % 2, who % 3);
        uint256 have = pass.balanceOf(payers[who], uint256(PlanId.unwrap(plans[p])));
        if (have == 0) return;
        units = within(units, 1, have);
        vm.prank(payers[who]);
        controller.refund(plans[p], units);
        burned[p] += units;
    }

    function openSession(uint256 p, uint256 who, uint32 units, uint32 time, bool paying) external {
        (p, who) = (p % 2, who % 3);
        uint256 have = pass.balanceOf(payers[who], uint256(PlanId.unwrap(plans[p])));
        if (!paying && have == 0) return;
        units = uint32(within(units, 1, paying ? 1000 : have));
        I.SessionTerms memory t = I.SessionTerms(
            payers[who],
            relay,
            plans[p],
            page,
            units,
            uint32(block.timestamp + within(time, 1, 30 days)),
            bytes32(opened.length)
        );
        I.SessionRef memory s = ref(t);
        vm.prank(payers[who]);
        if (paying) {
            controller.openSessionPaying{value: p == 1 ? units * PRICE : 0}(t);
            came[p] += units * PRICE;
        } else {
            controller.openSession(t);
            burned[p] += units;
        }
        opened.push(Open(s, p, who, units, 0, 0, false, false));
    }

    function subscribe(uint256 p, uint256 who, uint32 time) external {
        (p, who) = (p % 2, who % 3);
        uint32 end = uint32(block.timestamp + within(time, 1, 20 days));
        I.SessionTerms memory t =
            I.SessionTerms(payers[who], relay, subscriptions[p], page, QUOTA, end, bytes32(opened.length));
        vm.prank(payers[who]);
        controller.openSessionPaying{value: p == 1 ? QUOTA * PRICE : 0}(t);
        came[p] += QUOTA * PRICE;
        opened.push(Open(ref(t), p, who, QUOTA, 0, 0, false, true));
    }

    /// @notice A batch of two vouchers, which may be of one session, stale, too high, too dear, or late.
    function redeemTwo(uint256 a, uint256 b, uint32 unitsA, uint32 unitsB, uint64 payA, uint64 payB) external {
        if (opened.length == 0) return;
        (a, b) = (a % opened.length, b % opened.length);
        unitsA = uint32(within(unitsA, 0, uint256(opened[a].units) + 1));
        unitsB = uint32(within(unitsB, 0, uint256(opened[b].units) + 1));
        payA = uint64(within(payA, 0, 320 * uint256(unitsA)));
        payB = uint64(within(payB, 0, 320 * uint256(unitsB)));
        I.Batch[] memory batches = new I.Batch[](2);
        batches[0] = batch(voucher(opened[a].ref, unitsA, pays(payA)))[0];
        batches[0].plan = opened[a].ref.plan;
        batches[1] = batch(voucher(opened[b].ref, unitsB, pays(0, payB)))[0];
        batches[1].plan = opened[b].ref.plan;
        vm.prank(relay);
        controller.redeem(batches);
        if (a != b) {
            note(a);
            note(b);
        } else {
            note(a);
        }
    }

    /// @dev Books what a session says now. What providers got follows from what was saved.
    function note(uint256 i) internal {
        Open storage o = opened[i];
        I.Session memory s = sessionOf(o.ref);
        if (o.closed) return;
        if (s.redeemed < o.paid || s.redeemed > o.units || s.saved < o.saved) broken = true;
        used[o.plan] += s.redeemed - o.paid;
        compute[o.plan] += 300 * uint256(s.redeemed - o.paid) - (s.saved - o.saved);
        (o.paid, o.saved) = (s.redeemed, s.saved);
    }

    function endSession(uint256 i, bool byOperator) external {
        if (opened.length == 0) return;
        i %= opened.length;
        if (opened[i].closed || opened[i].subscription) return;
        vm.prank(byOperator ? relay : payers[opened[i].payer]);
        controller.requestClose(opened[i].ref);
    }

    function closeSession(uint256 i, bool asPasses) external {
        if (opened.length == 0) return;
        i %= opened.length;
        Open storage o = opened[i];
        if (o.closed || block.timestamp < sessionOf(o.ref).end) return;
        asPasses = asPasses && !o.subscription;
        vm.prank(payers[o.payer]);
        controller.close(o.ref, asPasses);
        if (o.subscription) used[o.plan] += o.units - o.paid; // as far as author and relay go
        if (asPasses) minted[o.plan] += o.units - o.paid;
        o.closed = true;
    }

    function withdrawCredit(uint256 p, uint256 who) external {
        (p, who) = (p % 2, who % 7);
        address account = [payers[0], payers[1], payers[2], relay, gpu, gpu2, splitter][who];
        if (controller.creditOf(tokens[p], account) == 0) return;
        went[p] += controller.withdraw(tokens[p], account, account);
    }

    function passTime(uint32 time) external {
        vm.warp(block.timestamp + within(time, 0, 3 days));
    }

    /// @notice Time passes; everybody takes what is theirs.
    function everythingEnds() external {
        vm.warp(block.timestamp + 31 days);
        for (uint256 i; i < opened.length; ++i) {
            if (!opened[i].closed) controller.close(opened[i].ref, false);
        }
        for (uint256 p; p < 2; ++p) {
            for (uint256 who; who < 3; ++who) {
                uint256 have = pass.balanceOf(payers[who], uint256(PlanId.unwrap(plans[p])));
                if (have == 0) continue;
                vm.prank(payers[who]);
                controller.refund(plans[p], have);
            }
            for (uint256 who; who < 7; ++who) {
                address account = [payers[0], payers[1], payers[2], relay, gpu, gpu2, splitter][who];
                if (controller.creditOf(tokens[p], account) > 0) controller.withdraw(tokens[p], account, account);
            }
        }
    }

    function owed(uint256 p) external view returns (uint256 sum) {
        sum = pass.supplyOf(plans[p]) * PRICE;
        for (uint256 i; i < opened.length; ++i) {
            if (opened[i].plan != p) continue;
            I.Session memory s = sessionOf(opened[i].ref);
            sum += uint256(s.units - s.redeemed) * PRICE + s.saved;
        }
        for (uint256 who; who < 7; ++who) {
            sum += controller.creditOf(
                tokens[p], [payers[0], payers[1], payers[2], relay, gpu, gpu2, splitter][who]
            );
        }
    }

    function held(uint256 p) external view returns (uint256) {
        return p == 0 ? dollar.balanceOf(address(controller)) : address(controller).balance;
    }

    function supply(uint256 p) external view returns (uint256 ofPlan, uint256 ofHolders) {
        ofPlan = pass.supplyOf(plans[p]);
        for (uint256 who; who < 3; ++who) {
            ofHolders += pass.balanceOf(payers[who], uint256(PlanId.unwrap(plans[p])));
        }
    }

    /// @notice What author, relay and providers have and had; as ETH went to accounts that had none.
    function earned(uint256 p) external view returns (uint256 authors, uint256 relays, uint256 providers) {
        authors = controller.creditOf(tokens[p], splitter) + balance(p, splitter);
        relays = controller.creditOf(tokens[p], relay) + balance(p, relay);
        providers = controller.creditOf(tokens[p], gpu) + balance(p, gpu) + controller.creditOf(tokens[p], gpu2)
            + balance(p, gpu2);
    }

    function balance(uint256 p, address who) internal view returns (uint256) {
        return p == 0 ? dollar.balanceOf(who) : who.balance;
    }
}

contract MoneyTest is Market {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Users internal users;

    function setUp() external {
        users = new Users();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(users);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[10] memory selectors = [
            Users.buyPasses.selector,
            Users.givePasses.selector,
            Users.refundPasses.selector,
            Users.openSession.selector,
            Users.subscribe.selector,
            Users.redeemTwo.selector,
            Users.endSession.selector,
            Users.closeSession.selector,
            Users.withdrawCredit.selector,
            Users.passTime.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(users), new bytes4[](selectors.length));
        for (uint256 i; i < selectors.length; ++i) {
            targets[0].selectors[i] = selectors[i];
        }
    }

    function invariant_heldIsOwed() external view {
        for (uint256 p; p < 2; ++p) {
            equal(users.held(p), users.owed(p), "held");
            equal(users.held(p), users.came(p) - users.went(p), "came and went");
        }
    }

    function invariant_supply() external view {
        for (uint256 p; p < 2; ++p) {
            (uint256 ofPlan, uint256 ofHolders) = users.supply(p);
            equal(ofPlan, users.minted(p) - users.burned(p), "supply");
            equal(ofPlan, ofHolders, "holders");
        }
    }

    function invariant_paidUnitsRise() external view {
        isTrue(!users.broken(), "paid units fell or rose above the lock");
    }

    function invariant_earned() external view {
        for (uint256 p; p < 2; ++p) {
            (uint256 authors, uint256 relays, uint256 providers) = users.earned(p);
            equal(authors, 600 * users.used(p), "author");
            equal(relays, 100 * users.used(p), "relay");
            equal(providers, users.compute(p), "providers");
        }
    }

    function invariant_everythingEnds() external {
        users.everythingEnds();
        equal(users.held(0), 0, "dollars that stayed");
        equal(users.held(1), 0, "ETH that stayed");
    }
}
