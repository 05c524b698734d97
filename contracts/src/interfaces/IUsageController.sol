// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ITill} from "./ITill.sol";
import {PlanId, SessionId} from "../types/Ids.sol";

/// @title Holds what passes cost, and pays it out as they are used
/// @notice Passes are bought at their plan's price and can be given back for it. To use them, a payer locks units in a session for
/// one operator (a relay), and a key in the payer's page signs vouchers: "so many units by now". The operator redeems the
/// newest voucher of each session; the money goes to the plan's payee, the operator, and the providers, never to the
/// caller. What a session did not use goes back to the payer.
///
/// A subscription is a session of a plan with a period: it is paid as a whole, has the plan's quota of units, ends with the period at
/// the latest and is not ended before. There are no passes of such plans. Its redeemed units are the account of the quota.
///
/// All that anybody earned waits here to be withdrawn. ETH is the zero address. Every token that comes in is exactly
/// accounted for: what is held = passes × price + sessions' units × price + sessions' savings + credits.
interface IUsageController is ITill {
    /// @notice What a payer locks, and for whom.
    struct SessionTerms {
        /// Whose units they are; gets back what is not used.
        address payer;
        /// The only one who can redeem.
        address operator;
        PlanId plan;
        /// Signs vouchers. Not a contract: a plain key.
        address sessionKey;
        /// How many units are locked; of a subscription, its quota.
        uint32 units;
        /// The session's last second, in Unix time, at most 366 days or a subscription's period ahead; vouchers redeem before it.
        uint32 end;
        /// Tells a payer's sessions apart.
        bytes32 salt;
    }

    /// @notice Names a session. `number` is the first 8 bytes of keccak256(payer, salt).
    struct SessionRef {
        PlanId plan;
        address operator;
        uint64 number;
    }

    /// @notice A session as it is kept, in two words. Redeeming writes the first and only reads the second.
    struct Session {
        /// Zero when there is no such session, or it is closed.
        address sessionKey;
        /// Units paid out.
        uint32 redeemed;
        /// What providers did not ask for, in the token's smallest unit.
        uint64 saved;
        /// Zero when there never was such a session.
        address payer;
        uint32 end;
        uint32 units;
    }

    /// @notice Vouchers of one plan for one operator.
    struct Batch {
        PlanId plan;
        address operator;
        /// Who ran the jobs; vouchers name them by place.
        address[] providers;
        /// One after the other, packed:
        /// number u64, units u32, transcript 32 bytes, r 32 bytes, yParityAndS 32 bytes (ERC-2098), n u8, then n times
        /// (place of a provider u8, its pay u64). `units` is all that the session used so far.
        bytes vouchers;
    }

    /// @notice Why a voucher was left out.
    enum Skip {
        /// There is no such session here, or it is closed.
        NoSession,
        /// Its time is over.
        Ended,
        /// It is not above what was redeemed already.
        Stale,
        /// It is above what was locked.
        AboveLock,
        /// Providers ask for more than the plan's cap.
        AboveCap,
        /// The session's key did not sign it.
        BadSignature
    }

    /// @notice Passes were bought.
    event Bought(PlanId indexed plan, address indexed payer, address indexed to, uint256 units, uint256 cost);
    /// @notice Passes were given back.
    event Refunded(PlanId indexed plan, address indexed holder, uint256 units, uint256 amount);
    /// @notice A session is open.
    event SessionOpened(
        SessionId indexed session,
        address indexed payer,
        address indexed operator,
        PlanId plan,
        uint64 number,
        address sessionKey,
        uint32 units,
        uint32 end
    );
    /// @notice A session ends then, and not later.
    event SessionEnding(SessionId indexed session, uint32 end);
    /// @notice A session is over; `units` unused ones and `saved` went back to the payer, as passes and money or all as money. Of a
    /// subscription, only the compute money of the unused ones did.
    event SessionClosed(SessionId indexed session, uint32 units, uint64 saved, bool asPasses);
    /// @notice Vouchers were paid. `items` has 52 bytes for each: number u64, units so far u32, providers' pay u64, transcript.
    event Redeemed(PlanId indexed plan, address indexed operator, uint256 units, bytes items);
    /// @notice A voucher was not paid; the others of its batch were.
    event VoucherSkipped(SessionId indexed session, Skip reason, uint256 units);
    /// @notice A key may, or may no longer, redeem for an operator.
    event SignerSet(address indexed operator, address indexed signer, bool allowed);
    /// @notice Plans in this token may, or may no longer, be made and bought.
    event TokenSet(address indexed token, bool allowed);
    /// @notice New sessions are, or are no longer, refused.
    event NewSessionsPaused(bool paused);

    error UsageController_NoUnits();
    error UsageController_TokenNotAllowed(address token);
    error UsageController_NotPayer(address caller, address payer);
    error UsageController_BadSignature(address payer);
    error UsageController_Paused();
    error UsageController_ZeroAddress();
    error UsageController_BadEnd(uint256 end, uint256 time);
    error UsageController_TooLarge(uint256 compute, uint256 most);
    error UsageController_NotQuota(uint256 units, uint256 quota);
    /// @dev What was asked for is only for plans that are paid by the unit.
    error UsageController_Subscription(PlanId plan);
    error UsageController_SessionExists(SessionId session);
    error UsageController_NoSession(SessionId session);
    error UsageController_NotParty(SessionId session, address caller);
    error UsageController_StillOpen(SessionId session, uint256 end, uint256 time);
    error UsageController_NotOperator(address operator, address caller);
    error UsageController_Malformed(uint256 left, uint256 needed);
    error UsageController_TooMany(uint256 count, uint256 most);
    error UsageController_UnknownProvider(uint256 place, uint256 providers);

    /// @notice Buys passes for `to`: ETH comes along, ERC-20s out of an allowance.
    function buy(PlanId plan, uint256 units, address to) external payable;

    /// @notice Gives the allowance by permit (ERC-2612) and buys. That somebody else used the permit first does no harm.
    function buyWithPermit(PlanId plan, uint256 units, address to, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Buys with the money of whoever signed the authorization for the exact cost, with the nonce
    /// keccak256(abi.encode(plan, units, to, salt)). So nobody can bring it with other terms.
    function buyWithAuthorization(
        PlanId plan,
        uint256 units,
        address to,
        bytes32 salt,
        Authorization calldata authorization
    ) external;

    /// @notice Gives passes back; what they cost is credited to the caller.
    function refund(PlanId plan, uint256 units) external;

    /// @notice Locks the caller's passes in a session.
    function openSession(SessionTerms calldata terms) external returns (SessionId);

    /// @notice Locks passes of a payer who signed (EIP-712 `OpenSession`). A contract wallet is asked here (ERC-1271) and never again.
    function openSessionBySig(SessionTerms calldata terms, bytes calldata signature) external returns (SessionId);

    /// @notice Buys units straight into a session of the caller.
    function openSessionPaying(SessionTerms calldata terms) external payable returns (SessionId);

    /// @notice Buys units straight into a session with one signature of the payer: the authorization, for the exact cost, its nonce
    /// being the EIP-712 hash of `OpenSession`.
    function openSessionWithAuthorization(SessionTerms calldata terms, Authorization calldata authorization)
        external
        returns (SessionId);

    /// @notice Pays what vouchers say. Only the operator or a signer of its. A voucher that cannot be paid is skipped with an event. A call
    /// takes up to 16 batches with 64 providers and 100 000 bytes of vouchers together.
    function redeem(Batch[] calldata batches) external;

    /// @notice Ends a session: the payer 24 hours from now, so that the operator can redeem; the operator at once. A subscription
    /// lasts its time.
    function requestClose(SessionRef calldata session) external;

    /// @notice Gives the payer what an ended session did not use, as a credit; of a subscription, compute money only. Anybody may
    /// call it.
    /// @param asPasses Unused units as passes; only the payer may want that.
    function close(SessionRef calldata session, bool asPasses) external;

    /// @notice Lets a key redeem for the caller, or no longer.
    function setSigner(address signer, bool allowed) external;

    /// @notice Lets plans be in a token, or no longer; money that is here is not touched. Only with that role.
    function setToken(address token, bool allowed) external;

    /// @notice Refuses new sessions, or no longer. Nothing else is ever paused. Only with that role.
    function pauseNewSessions(bool paused) external;

    /// @notice A session.
    function sessionOf(SessionId session) external view returns (Session memory);

    /// @notice The id of a session.
    function sessionId(SessionRef calldata session) external view returns (SessionId);

    /// @notice The number of a payer's session.
    function sessionNumber(address payer, bytes32 salt) external view returns (uint64);

    /// @notice What a payer signs to open a session.
    function openingHash(SessionTerms calldata terms) external view returns (bytes32);

    /// @notice What a session's key signs.
    function voucherHash(SessionId session, uint32 units, bytes32 transcript) external view returns (bytes32);

    /// @notice Whether plans may be in a token.
    function isAllowed(address token) external view returns (bool);

    /// @notice Whether a key may redeem for an operator.
    function isSigner(address operator, address signer) external view returns (bool);

    /// @notice Whether new sessions are refused.
    function newSessionsPaused() external view returns (bool);
}
