// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IUsageController} from "./interfaces/IUsageController.sol";
import {IUsagePass} from "./interfaces/IUsagePass.sol";
import {PlanId, SessionId} from "./types/Ids.sol";

/// @title UsageController
/// @notice See {IUsageController}.
contract UsageController is IUsageController, AccessManaged, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev How long an operator has to redeem once a payer wants to leave.
    uint256 internal constant NOTICE = 24 hours;
    /// @dev The longest session: units of a payer who lost the key do not stay locked for ever.
    uint256 internal constant MAX_SESSION = 366 days;

    bytes32 internal constant OPEN_TYPE = keccak256(
        "OpenSession(address payer,address operator,bytes32 plan,address sessionKey,uint32 units,uint32 end,bytes32 salt)"
    );
    bytes32 internal constant VOUCHER_TYPE = keccak256("Voucher(bytes32 session,uint32 units,bytes32 transcript)");

    /// @dev Half the order of secp256k1: of the two signatures that hold, only the one with s up to this is taken.
    uint256 internal constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Bytes of a voucher without its allocations, of an allocation, and of an item of {Redeemed}.
    uint256 internal constant VOUCHER = 109;
    uint256 internal constant ALLOCATION = 9;
    uint256 internal constant ITEM = 52;

    /// @dev What a plan asks, and the sums of a batch.
    struct Tally {
        address token;
        address payee;
        uint256 authorFee;
        uint256 relayFee;
        uint256 computeCap;
        bytes32 domain;
        uint256 units;
        uint256[] pay; // by place of the provider
        bytes items;
    }

    /// @notice The passes.
    IUsagePass public immutable pass;

    /// @inheritdoc IUsageController
    mapping(address token => mapping(address account => uint256)) public creditOf;
    /// @inheritdoc IUsageController
    mapping(address token => bool) public isAllowed;
    /// @inheritdoc IUsageController
    mapping(address operator => mapping(address signer => bool)) public isSigner;
    /// @inheritdoc IUsageController
    bool public newSessionsPaused;

    mapping(SessionId => Session) internal sessions;

    /// @param authority An AccessManager: who may set tokens and pause.
    constructor(IUsagePass pass_, address authority) AccessManaged(authority) EIP712("DeHug Usage", "1") {
        pass = pass_;
        isAllowed[address(0)] = true;
        emit TokenSet(address(0), true);
    }

    // Buying.

    /// @inheritdoc IUsageController
    function buy(PlanId plan, uint256 units, address to) public payable nonReentrant {
        uint256 cost = _collect(plan, units);
        _deliver(plan, units, msg.sender, to, cost);
    }

    /// @inheritdoc IUsageController
    function buyWithPermit(PlanId plan, uint256 units, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
    {
        (address token, uint256 cost) = _cost(plan, units);
        // When somebody brought the permit before us, the allowance is there; when there is none, collecting fails.
        try IERC20Permit(token).permit(msg.sender, address(this), cost, deadline, v, r, s) {} catch {}
        _collect(plan, units);
        _deliver(plan, units, msg.sender, to, cost);
    }

    /// @inheritdoc IUsageController
    function buyWithAuthorization(
        PlanId plan,
        uint256 units,
        address to,
        bytes32 salt,
        Authorization calldata authorization
    ) external nonReentrant {
        uint256 cost = _collectSigned(plan, units, keccak256(abi.encode(plan, units, to, salt)), authorization);
        _deliver(plan, units, authorization.from, to, cost);
    }

    /// @inheritdoc IUsageController
    function refund(PlanId plan, uint256 units) external nonReentrant {
        if (units == 0) revert UsageController_NoUnits();
        (address token,, uint256 price) = _price(plan);
        pass.burn(msg.sender, plan, units);
        emit Refunded(plan, msg.sender, units, units * price);
        _credit(token, msg.sender, units * price);
    }

    // Sessions.

    /// @inheritdoc IUsageController
    function openSession(SessionTerms calldata terms) external nonReentrant returns (SessionId) {
        if (msg.sender != terms.payer) revert UsageController_NotPayer(msg.sender, terms.payer);
        return _openByPasses(terms);
    }

    /// @inheritdoc IUsageController
    function openSessionBySig(SessionTerms calldata terms, bytes calldata signature)
        external
        nonReentrant
        returns (SessionId)
    {
        if (!SignatureChecker.isValidSignatureNow(terms.payer, openingHash(terms), signature)) {
            revert UsageController_BadSignature(terms.payer);
        }
        return _openByPasses(terms);
    }

    /// @inheritdoc IUsageController
    function openSessionPaying(SessionTerms calldata terms) external payable nonReentrant returns (SessionId) {
        if (msg.sender != terms.payer) revert UsageController_NotPayer(msg.sender, terms.payer);
        _collect(terms.plan, terms.units);
        return _open(terms);
    }

    /// @inheritdoc IUsageController
    function openSessionWithAuthorization(SessionTerms calldata terms, Authorization calldata authorization)
        external
        nonReentrant
        returns (SessionId)
    {
        if (authorization.from != terms.payer) revert UsageController_NotPayer(authorization.from, terms.payer);
        _collectSigned(terms.plan, terms.units, openingHash(terms), authorization);
        return _open(terms);
    }

    /// @inheritdoc IUsageController
    function requestClose(SessionRef calldata ref) external {
        SessionId id = sessionId(ref);
        Session storage session = sessions[id];
        if (session.sessionKey == address(0)) revert UsageController_NoSession(id);
        uint256 end = block.timestamp;
        if (msg.sender == session.payer) end += NOTICE;
        else if (msg.sender != ref.operator) revert UsageController_NotParty(id, msg.sender);
        if (end >= session.end) return; // it ends before that
        session.end = uint32(end);
        emit SessionEnding(id, uint32(end));
    }

    /// @inheritdoc IUsageController
    function close(SessionRef calldata ref, bool asPasses) external nonReentrant {
        SessionId id = sessionId(ref);
        Session memory session = sessions[id];
        if (session.sessionKey == address(0)) revert UsageController_NoSession(id);
        if (block.timestamp < session.end) revert UsageController_StillOpen(id, session.end, block.timestamp);
        if (asPasses && msg.sender != session.payer) revert UsageController_NotPayer(msg.sender, session.payer);
        // The payer stays, so that the same session cannot be opened again and its vouchers redeemed anew.
        sessions[id] = Session(address(0), 0, 0, session.payer, 0, 0);
        uint32 unused = session.units - session.redeemed;
        emit SessionClosed(id, unused, session.saved, asPasses);
        (address token,, uint256 price) = _price(ref.plan);
        _credit(token, session.payer, session.saved + (asPasses ? 0 : unused * price));
        if (asPasses && unused > 0) pass.mint(session.payer, ref.plan, unused);
    }

    /// @inheritdoc IUsageController
    function redeem(Batch[] calldata batches) external nonReentrant {
        for (uint256 i; i < batches.length; ++i) {
            _redeem(batches[i]);
        }
    }

    // Credits.

    /// @inheritdoc IUsageController
    function withdraw(address token, address account, address to) external nonReentrant returns (uint256 amount) {
        if (to != account && msg.sender != account) revert UsageController_NotPayer(msg.sender, account);
        if (to == address(0)) revert UsageController_ZeroAddress();
        amount = creditOf[token][account];
        if (amount == 0) revert UsageController_NothingToWithdraw(token, account);
        creditOf[token][account] = 0;
        emit Withdrawn(token, account, to, amount);
        if (token == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    // Roles.

    /// @inheritdoc IUsageController
    function setSigner(address signer, bool allowed) external {
        isSigner[msg.sender][signer] = allowed;
        emit SignerSet(msg.sender, signer, allowed);
    }

    /// @inheritdoc IUsageController
    function setToken(address token, bool allowed) external restricted {
        isAllowed[token] = allowed;
        emit TokenSet(token, allowed);
    }

    /// @inheritdoc IUsageController
    function pauseNewSessions(bool paused) external restricted {
        newSessionsPaused = paused;
        emit NewSessionsPaused(paused);
    }

    // Views.

    /// @inheritdoc IUsageController
    function sessionOf(SessionId session) external view returns (Session memory) {
        return sessions[session];
    }

    /// @inheritdoc IUsageController
    function sessionId(SessionRef calldata ref) public pure returns (SessionId) {
        return _sessionId(ref.plan, ref.operator, ref.number);
    }

    /// @inheritdoc IUsageController
    function sessionNumber(address payer, bytes32 salt) public pure returns (uint64) {
        return uint64(bytes8(keccak256(abi.encode(payer, salt))));
    }

    /// @inheritdoc IUsageController
    function openingHash(SessionTerms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(OPEN_TYPE, terms)));
    }

    /// @inheritdoc IUsageController
    function voucherHash(SessionId session, uint32 units, bytes32 transcript) external view returns (bytes32) {
        return _voucherHash(_domainSeparatorV4(), session, units, transcript);
    }

    // Inside.

    /// @dev The price of a unit, and who is paid in what.
    function _price(PlanId plan) private view returns (address token, uint64 computeCap, uint256 price) {
        uint96 authorFee;
        uint96 relayFee;
        (token,, authorFee, relayFee, computeCap) = pass.priceOf(plan);
        price = uint256(authorFee) + relayFee + computeCap;
    }

    /// @dev What units cost, in a token that may still be paid with.
    function _cost(PlanId plan, uint256 units) private view returns (address token, uint256 cost) {
        if (units == 0) revert UsageController_NoUnits();
        uint256 price;
        (token,, price) = _price(plan);
        if (!isAllowed[token]) revert UsageController_TokenNotAllowed(token);
        cost = units * price;
    }

    /// @dev Takes what units cost from the caller.
    function _collect(PlanId plan, uint256 units) private returns (uint256 cost) {
        address token;
        (token, cost) = _cost(plan, units);
        if (token == address(0)) {
            if (msg.value != cost) revert UsageController_WrongValue(msg.value, cost);
            return cost;
        }
        if (msg.value != 0) revert UsageController_WrongValue(msg.value, 0);
        uint256 before = _held(token);
        IERC20(token).safeTransferFrom(msg.sender, address(this), cost);
        _arrived(token, before, cost);
    }

    /// @dev Takes what units cost from who signed for that, under this nonce.
    function _collectSigned(PlanId plan, uint256 units, bytes32 nonce, Authorization calldata a)
        private
        returns (uint256 cost)
    {
        address token;
        (token, cost) = _cost(plan, units);
        uint256 before = _held(token);
        IERC3009(token).receiveWithAuthorization(
            a.from, address(this), cost, a.validAfter, a.validBefore, nonce, a.v, a.r, a.s
        );
        _arrived(token, before, cost);
    }

    function _held(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    /// @dev A token that keeps a fee, or gives something on top, would break the accounts.
    function _arrived(address token, uint256 before, uint256 cost) private view {
        uint256 now_ = _held(token);
        if (now_ < before || now_ - before != cost) {
            revert UsageController_WrongAmount(token, now_ < before ? 0 : now_ - before, cost);
        }
    }

    /// @dev Comes last: it calls the receiver.
    function _deliver(PlanId plan, uint256 units, address payer, address to, uint256 cost) private {
        emit Bought(plan, payer, to, units, cost);
        pass.mint(to, plan, units);
    }

    function _openByPasses(SessionTerms calldata terms) private returns (SessionId) {
        if (terms.units == 0) revert UsageController_NoUnits();
        pass.burn(terms.payer, terms.plan, terms.units);
        return _open(terms);
    }

    /// @dev The units are paid for.
    function _open(SessionTerms calldata terms) private returns (SessionId id) {
        if (newSessionsPaused) revert UsageController_Paused();
        if (terms.sessionKey == address(0) || terms.operator == address(0)) revert UsageController_ZeroAddress();
        if (terms.end <= block.timestamp || terms.end > block.timestamp + MAX_SESSION) {
            revert UsageController_BadEnd(terms.end, block.timestamp);
        }
        (, uint64 computeCap,) = _price(terms.plan);
        uint256 compute = uint256(terms.units) * computeCap;
        if (compute > type(uint64).max) revert UsageController_TooLarge(compute, type(uint64).max); // Session.saved
        uint64 number = sessionNumber(terms.payer, terms.salt);
        id = _sessionId(terms.plan, terms.operator, number);
        if (sessions[id].payer != address(0)) revert UsageController_SessionExists(id);
        sessions[id] = Session(terms.sessionKey, 0, 0, terms.payer, terms.end, terms.units);
        emit SessionOpened(
            id, terms.payer, terms.operator, terms.plan, number, terms.sessionKey, terms.units, terms.end
        );
    }

    function _redeem(Batch calldata batch) private {
        address operator = batch.operator;
        if (msg.sender != operator && !isSigner[operator][msg.sender]) {
            revert UsageController_NotOperator(operator, msg.sender);
        }
        Tally memory tally;
        (tally.token, tally.payee, tally.authorFee, tally.relayFee, tally.computeCap) = pass.priceOf(batch.plan);
        tally.domain = _domainSeparatorV4();
        tally.pay = new uint256[](batch.providers.length);
        tally.items = new bytes(batch.vouchers.length / VOUCHER * ITEM);
        uint256 taken;
        for (uint256 offset; offset < batch.vouchers.length;) {
            bool ok;
            (offset, ok) = _redeemOne(batch, offset, tally, taken);
            if (ok) taken += ITEM;
        }
        if (taken == 0) return;
        bytes memory items = tally.items;
        assembly ("memory-safe") {
            mstore(items, taken)
        }
        emit Redeemed(batch.plan, operator, tally.units, items);
        _credit(tally.token, tally.payee, tally.units * tally.authorFee);
        _credit(tally.token, operator, tally.units * tally.relayFee);
        for (uint256 i; i < tally.pay.length; ++i) {
            if (batch.providers[i] == address(0)) revert UsageController_ZeroAddress();
            _credit(tally.token, batch.providers[i], tally.pay[i]);
        }
    }

    /// @dev Takes the voucher at `offset` into the tally. Returns where the next one begins, and whether it was taken; only
    /// bytes that are no voucher at all revert.
    function _redeemOne(Batch calldata batch, uint256 offset, Tally memory tally, uint256 taken)
        private
        returns (uint256 next, bool ok)
    {
        bytes calldata voucher = batch.vouchers[offset:];
        if (voucher.length < VOUCHER) revert UsageController_Malformed(offset, batch.vouchers.length);
        uint256 allocations = uint8(voucher[VOUCHER - 1]);
        next = VOUCHER + ALLOCATION * allocations;
        if (voucher.length < next) revert UsageController_Malformed(offset, batch.vouchers.length);
        SessionId id = _sessionId(batch.plan, batch.operator, uint64(bytes8(voucher)));
        uint256 pay;
        for (uint256 i = VOUCHER; i < next; i += ALLOCATION) {
            pay += uint64(bytes8(voucher[i + 1:]));
        }
        uint256 used;
        (ok, used) = _use(id, voucher, pay, tally);
        if (!ok) return (offset + next, false);
        tally.units += used;
        for (uint256 i = VOUCHER; i < next; i += ALLOCATION) {
            uint256 place = uint8(voucher[i]);
            if (place >= tally.pay.length) revert UsageController_UnknownProvider(place, tally.pay.length);
            tally.pay[place] += uint64(bytes8(voucher[i + 1:]));
        }
        bytes memory items = tally.items;
        assembly ("memory-safe") {
            // number and units, pay, transcript
            let item := add(add(items, 32), taken)
            let start := voucher.offset
            mstore(item, calldataload(start))
            mstore(add(item, 12), shl(192, pay))
            mstore(add(item, 20), calldataload(add(start, 12)))
        }
        next += offset;
    }

    /// @dev Checks a voucher against its session and notes what it used there.
    function _use(SessionId id, bytes calldata voucher, uint256 pay, Tally memory tally)
        private
        returns (bool ok, uint256 used)
    {
        uint256 units = uint32(bytes4(voucher[8:]));
        Session storage session = sessions[id];
        (address key, uint256 redeemed, uint256 saved) = (session.sessionKey, session.redeemed, session.saved);
        if (key == address(0)) return _skip(id, Skip.NoSession, units);
        if (block.timestamp >= session.end) return _skip(id, Skip.Ended, units);
        if (units <= redeemed) return _skip(id, Skip.Stale, units);
        if (units > session.units) return _skip(id, Skip.AboveLock, units);
        used = units - redeemed;
        uint256 most = used * tally.computeCap;
        if (pay > most) return _skip(id, Skip.AboveCap, units);
        if (!_signed(key, id, voucher, tally.domain)) return _skip(id, Skip.BadSignature, units);
        (session.redeemed, session.saved) = (uint32(units), uint64(saved + most - pay));
        return (true, used);
    }

    function _skip(SessionId id, Skip reason, uint256 units) private returns (bool, uint256) {
        emit VoucherSkipped(id, reason, units);
        return (false, 0);
    }

    /// @dev Whether the session's key signed the voucher.
    function _signed(address key, SessionId id, bytes calldata voucher, bytes32 domain) private pure returns (bool) {
        bytes32 hash = _voucherHash(domain, id, uint32(bytes4(voucher[8:])), bytes32(voucher[12:]));
        uint256 vs = uint256(bytes32(voucher[76:]));
        uint256 s = vs & type(uint256).max >> 1;
        if (s > HALF_ORDER) return false;
        // ecrecover gives zero for what is no signature; a session's key is never zero.
        return ecrecover(hash, uint8(27 + (vs >> 255)), bytes32(voucher[44:]), bytes32(s)) == key;
    }

    function _voucherHash(bytes32 domain, SessionId session, uint32 units, bytes32 transcript)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encodePacked(hex"1901", domain, keccak256(abi.encode(VOUCHER_TYPE, session, units, transcript)))
        );
    }

    /// @dev Plan and operator are in the id, so a voucher for one operator is none for another.
    function _sessionId(PlanId plan, address operator, uint64 number) private pure returns (SessionId) {
        return SessionId.wrap(keccak256(abi.encode(plan, operator, number)));
    }

    function _credit(address token, address account, uint256 amount) private {
        if (amount == 0) return;
        creditOf[token][account] += amount;
        emit Credited(token, account, amount);
    }
}
