// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Till} from "./base/Till.sol";
import {IUsageController} from "./interfaces/IUsageController.sol";
import {IUsagePass} from "./interfaces/IUsagePass.sol";
import {Accounting} from "./libraries/Accounting.sol";
import {PlanId, SessionId} from "./types/Ids.sol";

/// @title UsageController
/// @notice See {IUsageController}.
contract UsageController is IUsageController, Till, AccessManaged, EIP712 {
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

    /// @dev Limits of a call, so that it always fits into a transaction: 100 000 bytes are 847 vouchers with one provider each.
    uint256 internal constant MAX_BATCHES = 16;
    uint256 internal constant MAX_PROVIDERS = 64;
    uint256 internal constant MAX_BYTES = 100_000;

    /// @dev What vouchers are held against, and what they add up to.
    struct Tally {
        uint256 computeCap;
        bytes form; // see _form
        uint256 units;
        uint256[] pay; // by place of the provider
        bytes items; // of the event
        uint256 taken; // bytes of items
    }

    /// @notice The passes.
    IUsagePass public immutable pass;

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
        uint256 cost = _pay(plan, units);
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
        _pay(plan, units);
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
        uint256 cost = _paySigned(plan, units, keccak256(abi.encode(plan, units, to, salt)), authorization);
        _deliver(plan, units, authorization.from, to, cost);
    }

    /// @inheritdoc IUsageController
    function refund(PlanId plan, uint256 units) external nonReentrant {
        if (units == 0) revert UsageController_NoUnits();
        (address token, uint256 amount,) = _price(plan, units);
        pass.burn(msg.sender, plan, units);
        emit Refunded(plan, msg.sender, units, amount);
        _credit(token, msg.sender, amount);
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
        _pay(terms.plan, terms.units);
        return _open(terms);
    }

    /// @inheritdoc IUsageController
    function openSessionWithAuthorization(SessionTerms calldata terms, Authorization calldata authorization)
        external
        nonReentrant
        returns (SessionId)
    {
        if (authorization.from != terms.payer) revert UsageController_NotPayer(authorization.from, terms.payer);
        _paySigned(terms.plan, terms.units, openingHash(terms), authorization);
        return _open(terms);
    }

    /// @inheritdoc IUsageController
    function requestClose(SessionRef calldata ref) external {
        SessionId id = sessionId(ref);
        Session storage session = sessions[id];
        if (session.sessionKey == address(0)) revert UsageController_NoSession(id);
        _byTheUnit(ref.plan);
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
        if (asPasses) _byTheUnit(ref.plan);
        uint32 unused = session.units - session.redeemed;
        emit SessionClosed(id, unused, session.saved, asPasses);
        (uint32 period,) = pass.subscriptionOf(ref.plan);
        if (period > 0) return _lapse(ref, session.payer, unused, session.saved);
        (address token, uint256 worth,) = _price(ref.plan, unused);
        _credit(token, session.payer, session.saved + (asPasses ? 0 : worth));
        if (asPasses && unused > 0) pass.mint(session.payer, ref.plan, unused);
    }

    /// @inheritdoc IUsageController
    function redeem(Batch[] calldata batches) external nonReentrant {
        if (batches.length > MAX_BATCHES) revert UsageController_TooMany(batches.length, MAX_BATCHES);
        uint256 size;
        uint256 providers;
        for (uint256 i; i < batches.length; ++i) {
            size += batches[i].vouchers.length;
            providers += batches[i].providers.length;
        }
        if (size > MAX_BYTES) revert UsageController_TooMany(size, MAX_BYTES);
        if (providers > MAX_PROVIDERS) revert UsageController_TooMany(providers, MAX_PROVIDERS);
        for (uint256 i; i < batches.length; ++i) {
            _redeem(batches[i]);
        }
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
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPE, session, units, transcript)));
    }

    // Inside.

    /// @dev What units of a plan cost, and in what.
    function _price(PlanId plan, uint256 units)
        private
        view
        returns (address token, uint256 cost, uint64 computeCap)
    {
        uint96 authorFee;
        uint96 relayFee;
        (token,, authorFee, relayFee, computeCap) = pass.priceOf(plan);
        cost = Accounting.cost(units, authorFee, relayFee, computeCap);
    }

    /// @dev Refuses subscriptions.
    function _byTheUnit(PlanId plan) private view {
        (uint32 period,) = pass.subscriptionOf(plan);
        if (period > 0) revert UsageController_Subscription(plan);
    }

    /// @dev A subscription is over: its unused units were paid for all the same, but for their compute money.
    function _lapse(SessionRef calldata ref, address payer, uint256 unused, uint256 saved) private {
        (address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap) = pass.priceOf(ref.plan);
        (uint256 author, uint256 relay) = Accounting.fees(unused, authorFee, relayFee);
        _credit(token, payee, author);
        _credit(token, ref.operator, relay);
        _credit(token, payer, saved + Accounting.most(unused, computeCap));
    }

    /// @dev What units cost, in a token that may still be paid with.
    function _cost(PlanId plan, uint256 units) private view returns (address token, uint256 cost) {
        if (units == 0) revert UsageController_NoUnits();
        (token, cost,) = _price(plan, units);
        if (!isAllowed[token]) revert UsageController_TokenNotAllowed(token);
    }

    /// @dev Takes what units cost from the caller.
    function _pay(PlanId plan, uint256 units) private returns (uint256 cost) {
        address token;
        (token, cost) = _cost(plan, units);
        _collect(token, msg.sender, cost);
    }

    /// @dev Takes what units cost from who signed for that, under this nonce.
    function _paySigned(PlanId plan, uint256 units, bytes32 nonce, Authorization calldata authorization)
        private
        returns (uint256 cost)
    {
        address token;
        (token, cost) = _cost(plan, units);
        _collectSigned(token, cost, nonce, authorization);
    }

    /// @dev Comes last: it calls the receiver.
    function _deliver(PlanId plan, uint256 units, address payer, address to, uint256 cost) private {
        _byTheUnit(plan);
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
        (uint256 longest, uint32 quota) = pass.subscriptionOf(terms.plan);
        if (longest == 0) longest = MAX_SESSION;
        else if (terms.units != quota) revert UsageController_NotQuota(terms.units, quota);
        if (terms.end <= block.timestamp || terms.end > block.timestamp + longest) {
            revert UsageController_BadEnd(terms.end, block.timestamp);
        }
        (,, uint64 computeCap) = _price(terms.plan, terms.units);
        uint256 compute = Accounting.most(terms.units, computeCap);
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
        (address token, address payee, uint256 authorFee, uint256 relayFee, uint256 computeCap) = pass.priceOf(batch.plan);
        address[] calldata providers = batch.providers;
        Tally memory tally;
        (tally.computeCap, tally.form) = (computeCap, _form(batch.plan, operator));
        tally.pay = new uint256[](providers.length);
        _takeAll(batch.vouchers, tally);
        if (tally.taken == 0) return;
        emit Redeemed(batch.plan, operator, tally.units, tally.items);
        (uint256 author, uint256 relay) = Accounting.fees(tally.units, authorFee, relayFee);
        _credit(token, payee, author);
        _credit(token, operator, relay);
        for (uint256 i; i < providers.length; ++i) {
            if (providers[i] == address(0)) revert UsageController_ZeroAddress();
            _credit(token, providers[i], tally.pay[i]);
        }
    }

    /// @dev Takes all vouchers of a batch into the tally.
    function _takeAll(bytes calldata vouchers, Tally memory tally) private {
        bytes memory items = new bytes(vouchers.length / VOUCHER * ITEM);
        tally.items = items;
        uint256 voucher;
        assembly ("memory-safe") {
            voucher := vouchers.offset
        }
        for (uint256 left = vouchers.length; left > 0;) {
            uint256 length = _take(voucher, left, tally);
            unchecked {
                voucher += length;
                left -= length; // _take saw that it has that many
            }
        }
        uint256 taken = tally.taken;
        assembly ("memory-safe") {
            mstore(items, taken) // only shorter than it was
        }
    }

    /// @dev Takes the voucher at this place of the calldata into the tally, or skips it; only bytes that are no voucher revert.
    ///
    /// This runs once for every voucher, and all else that a voucher costs is what the chain asks for two reads, a write and a
    /// signature. So it is one function, whose numbers stay on the stack and whose hashes are made in memory that nobody
    /// owns; memory that grew with each voucher would cost more than the signatures.
    /// @param left How many bytes there are from here.
    /// @return length How many bytes the voucher has.
    function _take(uint256 voucher, uint256 left, Tally memory tally) private returns (uint256 length) {
        if (left < VOUCHER) revert UsageController_Malformed(left, VOUCHER);
        uint256 units;
        uint256 pay;
        uint256 slot; // the session's first word
        uint256 first; // saved, redeemed, sessionKey
        unchecked {
            // Nothing overflows: units have 32 bits, pay and cap 64, and there are at most 255 pays.
            assembly ("memory-safe") {
                length := add(VOUCHER, mul(ALLOCATION, byte(0, calldataload(add(voucher, 108)))))
            }
            if (left < length) revert UsageController_Malformed(left, length);
            assembly ("memory-safe") {
                for {
                    let a := add(voucher, VOUCHER)
                    let end := add(voucher, length)
                } lt(a, end) { a := add(a, ALLOCATION) } { pay := add(pay, shr(192, calldataload(add(a, 1)))) }
                units := shr(224, calldataload(add(voucher, 8)))
            }
            bytes32 id;
            assembly ("memory-safe") {
                let form := mload(add(tally, 32)) // its second field
                mstore(add(form, 96), shr(192, calldataload(voucher)))
                id := keccak256(add(form, 32), 96)
                mstore(0, id)
                mstore(32, sessions.slot)
                slot := keccak256(0, 64)
                first := sload(slot)
            }
            uint256 most = Accounting.most(units - uint32(first >> 160), tally.computeCap);
            bool good;
            assembly ("memory-safe") {
                // Units, end, payer. A session that is not there, or closed, has its end at zero: it is never good.
                let second := sload(add(slot, 1))
                good := and(
                    and(lt(timestamp(), and(shr(160, second), 0xffffffff)), iszero(gt(pay, most))),
                    and(gt(units, and(shr(160, first), 0xffffffff)), iszero(gt(units, shr(192, second))))
                )
            }
            if (!good || _signer(tally, id, units, voucher) != address(uint160(first))) {
                _skip(id, units, pay, most);
                return length;
            }
            tally.units += units - uint32(first >> 160);
            // Savings fit: opening saw to it that the compute of all units does.
            first = Accounting.save(first >> 192, most, pay) << 192 | units << 160 | uint160(first);
            assembly ("memory-safe") {
                sstore(slot, first)
            }
        }
        _record(voucher, length, pay, tally);
    }

    /// @dev Says why a voucher is not paid.
    function _skip(bytes32 id, uint256 units, uint256 pay, uint256 most) private {
        Session storage session = sessions[SessionId.wrap(id)];
        Skip reason = Skip.BadSignature;
        if (session.sessionKey == address(0)) reason = Skip.NoSession;
        else if (block.timestamp >= session.end) reason = Skip.Ended;
        else if (units <= session.redeemed) reason = Skip.Stale;
        else if (units > session.units) reason = Skip.AboveLock;
        else if (pay > most) reason = Skip.AboveCap;
        emit VoucherSkipped(SessionId.wrap(id), reason, units);
    }

    /// @dev Adds to what providers get, and to the event.
    function _record(uint256 voucher, uint256 length, uint256 pay, Tally memory tally) private pure {
        uint256[] memory pays = tally.pay;
        uint256 highest; // place of a provider
        assembly ("memory-safe") {
            let count := mload(pays)
            let base := add(pays, 32)
            for {
                let a := add(voucher, VOUCHER)
                let end := add(voucher, length)
            } lt(a, end) { a := add(a, ALLOCATION) } {
                let place := byte(0, calldataload(a))
                if gt(place, highest) { highest := place }
                if lt(place, count) {
                    let p := add(base, shl(5, place))
                    mstore(p, add(mload(p), shr(192, calldataload(add(a, 1)))))
                }
            }
        }
        if (highest >= pays.length && length > VOUCHER) revert UsageController_UnknownProvider(highest, pays.length);
        (bytes memory items, uint256 taken) = (tally.items, tally.taken);
        assembly ("memory-safe") {
            // Number and units, pay, transcript. There is room: items was made for as many as the vouchers can be.
            let item := add(add(items, 32), taken)
            mstore(item, calldataload(voucher))
            mstore(add(item, 12), shl(192, pay))
            mstore(add(item, 20), calldataload(add(voucher, 12)))
        }
        unchecked {
            tally.taken = taken + ITEM;
        }
    }

    /// @dev What is hashed for each voucher of a batch, with all that is the same for all of them filled in:
    /// plan, operator, number (as {_sessionId} has it); type, session, units, transcript (the voucher's struct); 0x1901,
    /// domain, hash of the struct (as {voucherHash} has it).
    function _form(PlanId plan, address operator) private view returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(plan, operator, uint256(0)),
            abi.encode(VOUCHER_TYPE, bytes32(0), uint256(0), bytes32(0)),
            hex"1901",
            _domainSeparatorV4(),
            bytes32(0)
        );
    }

    /// @dev Who signed the voucher; zero, which is no session's key, when that is nobody.
    function _signer(Tally memory tally, bytes32 id, uint256 units, uint256 voucher)
        private
        view
        returns (address signer)
    {
        bytes memory form = tally.form;
        assembly ("memory-safe") {
            let vs := calldataload(add(voucher, 76))
            let s := shr(1, shl(1, vs))
            if iszero(gt(s, HALF_ORDER)) {
                let struct := add(form, 128)
                mstore(add(struct, 32), id)
                mstore(add(struct, 64), units)
                mstore(add(struct, 96), calldataload(add(voucher, 12)))
                mstore(add(form, 290), keccak256(struct, 128))
                let m := mload(0x40)
                mstore(m, keccak256(add(form, 256), 66))
                mstore(add(m, 32), add(27, shr(255, vs)))
                mstore(add(m, 64), calldataload(add(voucher, 44)))
                mstore(add(m, 96), s)
                mstore(0, 0)
                pop(staticcall(gas(), 1, m, 128, 0, 32)) // ecrecover; writes nothing when there is no signer
                signer := mload(0)
            }
        }
    }

    /// @dev Plan and operator are in the id, so a voucher for one operator is none for another.
    function _sessionId(PlanId plan, address operator, uint64 number) private pure returns (SessionId) {
        return SessionId.wrap(keccak256(abi.encode(plan, operator, number)));
    }
}
