// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Till} from "./base/Till.sol";
import {IJobOrders} from "./interfaces/IJobOrders.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IUsageController} from "./interfaces/IUsageController.sol";
import {IUsagePass} from "./interfaces/IUsagePass.sol";
import {Accounting} from "./libraries/Accounting.sol";
import {Digest, OrderId} from "./types/Ids.sol";
import {PlanTerms} from "./types/Plans.sol";

/// @title JobOrders
/// @notice See {IJobOrders}.
contract JobOrders is IJobOrders, Till, AccessManaged, EIP712 {
    /// @dev What a payer or an arbiter has at least, and what nobody has to wait longer for.
    uint256 internal constant MIN_WINDOW = 24 hours;
    uint256 internal constant MAX_WINDOW = 90 days;
    /// @dev The longest job.
    uint256 internal constant MAX_AHEAD = 366 days;

    bytes32 internal constant ORDER_TYPE = keccak256(
        "Order(address payer,address provider,address relay,address arbiter,bytes32 plan,bytes32 version,uint32 units,uint64 pay,uint96 bond,uint96 fee,bytes32 job,uint32 acceptBy,uint32 deliverBy,uint32 review,uint32 ruling,bytes32 salt)"
    );
    bytes32 internal constant RECEIPT_TYPE = keccak256("Receipt(bytes32 order,uint64 seq,bytes32 result)");

    /// @notice Says which model a version is of.
    IModelRegistry public immutable registry;
    /// @notice Has the plans.
    IUsagePass public immutable pass;
    /// @notice Says which tokens may be paid with.
    IUsageController public immutable controller;

    /// @inheritdoc IJobOrders
    bool public newOrdersPaused;

    mapping(OrderId => Order) internal orders;

    /// @param authority An AccessManager: who may pause.
    constructor(IModelRegistry registry_, IUsagePass pass_, IUsageController controller_, address authority)
        AccessManaged(authority)
        EIP712("DeHug Orders", "1")
    {
        (registry, pass, controller) = (registry_, pass_, controller_);
    }

    // Opening.

    /// @inheritdoc IJobOrders
    function open(OrderTerms calldata terms) external payable nonReentrant returns (OrderId order) {
        order = orderId(terms);
        _only(order, terms.payer);
        (address token, uint256 price) = _open(order, terms);
        _collect(token, terms.payer, price);
    }

    /// @inheritdoc IJobOrders
    function openBySig(OrderTerms calldata terms, bytes calldata signature)
        external
        nonReentrant
        returns (OrderId order)
    {
        order = orderId(terms);
        if (!SignatureChecker.isValidSignatureNow(terms.payer, OrderId.unwrap(order), signature)) {
            revert JobOrders_BadSignature(terms.payer);
        }
        (address token, uint256 price) = _open(order, terms);
        _collect(token, terms.payer, price);
    }

    /// @inheritdoc IJobOrders
    function openWithAuthorization(OrderTerms calldata terms, Authorization calldata authorization)
        external
        nonReentrant
        returns (OrderId order)
    {
        order = orderId(terms);
        if (authorization.from != terms.payer) revert JobOrders_NotParty(order, authorization.from, terms.payer);
        (address token, uint256 price) = _open(order, terms);
        _collectSigned(token, price, OrderId.unwrap(order), authorization);
    }

    /// @inheritdoc IJobOrders
    function cancel(OrderTerms calldata terms) external nonReentrant {
        OrderId order = orderId(terms);
        _only(order, terms.payer);
        State state = orders[order].state;
        if (state != State.Open) revert JobOrders_WrongState(order, state);
        _end(order, terms, Outcome.Withdrawn, 0, 0);
    }

    // The job.

    /// @inheritdoc IJobOrders
    function accept(OrderTerms calldata terms, address receiptKey) external payable nonReentrant {
        OrderId order = orderId(terms);
        _only(order, terms.provider);
        _inTime(order, State.Open);
        orders[order] = Order(State.Accepted, terms.deliverBy, receiptKey);
        emit OrderAccepted(order, terms.provider, receiptKey);
        (address token,,,,) = pass.priceOf(terms.plan);
        _collect(token, terms.provider, terms.bond);
    }

    /// @inheritdoc IJobOrders
    function deliver(OrderTerms calldata terms, Digest result) external {
        OrderId order = orderId(terms);
        if (msg.sender != orders[order].receiptKey) _only(order, terms.provider);
        _inTime(order, State.Accepted);
        uint32 reviewEnd = _next(order, State.Delivered, terms.review);
        emit OrderDelivered(order, terms.provider, result, reviewEnd);
    }

    /// @inheritdoc IJobOrders
    function release(OrderTerms calldata terms) external nonReentrant {
        OrderId order = orderId(terms);
        _only(order, terms.payer);
        State state = orders[order].state;
        if (state != State.Delivered && state != State.Disputed) revert JobOrders_WrongState(order, state);
        _end(order, terms, Outcome.Paid, terms.units, 0);
    }

    // When somebody is not content, or not there.

    /// @inheritdoc IJobOrders
    function dispute(OrderTerms calldata terms, Digest reason) external payable nonReentrant {
        OrderId order = orderId(terms);
        _only(order, terms.payer);
        _inTime(order, State.Delivered);
        if (terms.arbiter == address(0)) revert JobOrders_ZeroAddress();
        uint32 rulingEnd = _next(order, State.Disputed, terms.ruling);
        emit OrderDisputed(order, terms.arbiter, reason, rulingEnd);
        (address token,,,,) = pass.priceOf(terms.plan);
        _collect(token, terms.payer, terms.fee);
    }

    /// @inheritdoc IJobOrders
    function decide(OrderTerms calldata terms, uint32 done, uint96 lost) external nonReentrant {
        OrderId order = orderId(terms);
        _only(order, terms.arbiter);
        _inTime(order, State.Disputed);
        bool sound = done == terms.units ? lost == 0 : done < terms.units && lost >= terms.fee && lost <= terms.bond;
        if (!sound) revert JobOrders_BadRuling(done, terms.units, lost, terms.bond);
        _end(order, terms, Outcome.Ruled, done, lost);
    }

    /// @inheritdoc IJobOrders
    function settle(OrderTerms calldata terms) external nonReentrant {
        OrderId order = orderId(terms);
        Order memory o = orders[order];
        if (o.state == State.None || o.state == State.Ended) revert JobOrders_WrongState(order, o.state);
        if (block.timestamp < o.due) revert JobOrders_TooEarly(order, o.due, block.timestamp);
        if (o.state == State.Open) _end(order, terms, Outcome.Withdrawn, 0, 0);
        else if (o.state == State.Accepted) _end(order, terms, Outcome.Undelivered, 0, terms.bond);
        else if (o.state == State.Delivered) _end(order, terms, Outcome.Paid, terms.units, 0);
        else _end(order, terms, Outcome.Unruled, terms.units, 0);
    }

    /// @inheritdoc IJobOrders
    function slash(OrderTerms calldata terms, uint64 seq, Digest[2] calldata results, bytes[2] calldata signatures)
        external
        nonReentrant
    {
        OrderId order = orderId(terms);
        Order memory o = orders[order];
        if (o.state != State.Accepted && o.state != State.Delivered && o.state != State.Disputed) {
            revert JobOrders_WrongState(order, o.state);
        }
        if (results[0] == results[1]) revert JobOrders_SameResult(results[0]);
        for (uint256 i; i < 2; ++i) {
            (address signer, ECDSA.RecoverError err,) =
                ECDSA.tryRecover(receiptHash(order, seq, results[i]), signatures[i]);
            // Without a receipt key nobody signed anything: what is no signature has no signer either.
            if (err != ECDSA.RecoverError.NoError || signer != o.receiptKey) revert JobOrders_BadReceipt(results[i]);
        }
        emit Equivocated(order, terms.provider, seq, results[0], results[1]);
        _end(order, terms, Outcome.Slashed, 0, terms.bond);
    }

    // Roles.

    /// @inheritdoc IJobOrders
    function pauseNewOrders(bool paused) external restricted {
        newOrdersPaused = paused;
        emit NewOrdersPaused(paused);
    }

    // Views.

    /// @inheritdoc IJobOrders
    function orderOf(OrderId order) external view returns (Order memory) {
        return orders[order];
    }

    /// @inheritdoc IJobOrders
    function orderId(OrderTerms calldata terms) public view returns (OrderId) {
        return OrderId.wrap(_hashTypedDataV4(keccak256(abi.encode(ORDER_TYPE, terms))));
    }

    /// @inheritdoc IJobOrders
    function receiptHash(OrderId order, uint64 seq, Digest result) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RECEIPT_TYPE, order, seq, result)));
    }

    /// @inheritdoc IJobOrders
    function priceOf(OrderTerms calldata terms) public view returns (address token, uint256 price) {
        uint96 authorFee;
        uint96 relayFee;
        (token,, authorFee, relayFee,) = pass.priceOf(terms.plan);
        price = Accounting.cost(terms.units, authorFee, relayFee, terms.pay);
    }

    // Inside.

    function _only(OrderId order, address party) private view {
        if (msg.sender != party) revert JobOrders_NotParty(order, msg.sender, party);
    }

    /// @dev The order is in this state, and its time is not over.
    function _inTime(OrderId order, State state) private view {
        Order memory o = orders[order];
        if (o.state != state) revert JobOrders_WrongState(order, o.state);
        if (block.timestamp >= o.due) revert JobOrders_TooLate(order, o.due, block.timestamp);
    }

    /// @dev Opens an order that is still to be paid.
    function _open(OrderId order, OrderTerms calldata terms) private returns (address token, uint256 price) {
        if (newOrdersPaused) revert JobOrders_Paused();
        if (orders[order].state != State.None) revert JobOrders_WrongState(order, orders[order].state);
        PlanTerms memory plan = pass.termsOf(terms.plan);
        if (!controller.isAllowed(plan.token)) revert JobOrders_TokenNotAllowed(plan.token);
        if (plan.period > 0) revert JobOrders_Subscription(terms.plan);
        if (registry.versionOf(terms.version).model != plan.model) {
            revert JobOrders_OtherModel(terms.version, terms.plan);
        }
        if (terms.units == 0) revert JobOrders_NoUnits();
        if (terms.pay > plan.computeCap) revert JobOrders_PayAboveCap(terms.pay, plan.computeCap);
        if (terms.provider == address(0) || (terms.relay == address(0) && plan.relayFee > 0)) {
            revert JobOrders_ZeroAddress();
        }
        if (
            terms.acceptBy <= block.timestamp || terms.deliverBy <= terms.acceptBy
                || terms.deliverBy > block.timestamp + MAX_AHEAD
        ) revert JobOrders_BadTimes(terms.acceptBy, terms.deliverBy, block.timestamp);
        if (terms.review < MIN_WINDOW || terms.review > MAX_WINDOW) {
            revert JobOrders_BadWindow(terms.review, MIN_WINDOW, MAX_WINDOW);
        }
        _checkArbiter(terms);
        orders[order] = Order(State.Open, terms.acceptBy, address(0));
        emit OrderOpened(order, terms.payer, terms.provider, terms);
        return (plan.token, Accounting.cost(terms.units, plan.authorFee, plan.relayFee, terms.pay));
    }

    function _checkArbiter(OrderTerms calldata terms) private pure {
        if (terms.arbiter == address(0)) {
            if (terms.ruling != 0) revert JobOrders_BadWindow(terms.ruling, 0, 0);
            if (terms.fee != 0) revert JobOrders_FeeAboveBond(terms.fee, 0);
            return;
        }
        if (terms.ruling < MIN_WINDOW || terms.ruling > MAX_WINDOW) {
            revert JobOrders_BadWindow(terms.ruling, MIN_WINDOW, MAX_WINDOW);
        }
        if (terms.fee > terms.bond) revert JobOrders_FeeAboveBond(terms.fee, terms.bond);
    }

    function _next(OrderId order, State state, uint32 window) private returns (uint32 due) {
        due = uint32(block.timestamp) + window;
        (orders[order].state, orders[order].due) = (state, due);
    }

    /// @dev Ends an order: `done` units are paid, the rest of the price and `lost` of the bond go to the payer.
    function _end(OrderId order, OrderTerms calldata terms, Outcome outcome, uint32 done, uint96 lost) private {
        State state = orders[order].state;
        orders[order] = Order(State.Ended, 0, address(0));
        emit OrderEnded(order, outcome, done, lost);
        (address token, address payee, Accounting.Parts memory parts) =
            _parts(terms, done, state == State.Open ? 0 : terms.bond, lost);
        _credit(token, payee, parts.author);
        _credit(token, terms.relay, parts.relay);
        _credit(token, terms.provider, parts.provider);
        _credit(token, terms.payer, parts.payer);
        // Who asked the arbiter paid the fee; an arbiter who did not decide has not earned it.
        if (state == State.Disputed) _credit(token, outcome == Outcome.Ruled ? terms.arbiter : terms.payer, terms.fee);
    }

    function _parts(OrderTerms calldata terms, uint256 done, uint256 bond, uint256 lost)
        private
        view
        returns (address token, address payee, Accounting.Parts memory parts)
    {
        uint96 authorFee;
        uint96 relayFee;
        (token, payee, authorFee, relayFee,) = pass.priceOf(terms.plan);
        parts = Accounting.settle(terms.units, terms.pay, done, authorFee, relayFee, bond, lost);
    }
}
