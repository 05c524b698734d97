// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Digest, OrderId, PlanId, VersionId} from "../types/Ids.sol";
import {ITill} from "./ITill.sol";

/// @title Orders: one large job each, by one provider, for a price that is held until it is done
/// @notice The life of an order:
///
///     Open ── accept ──► Accepted ── deliver ──► Delivered ── dispute ──► Disputed
///      │ cancel             │ slash                │ release, slash          │ decide, release, slash
///      ▼ acceptBy           ▼ deliverBy            ▼ review is over          ▼ ruling is over
///     money back         money and bond          paid                     as the arbiter says; paid when
///                        to the payer                                     the arbiter says nothing
///
/// Every arrow down ends it. Those by time ({settle}) anybody may call, so every order ends. A payer who is not content needs an
/// arbiter in the terms; without one, what is delivered is paid, unless the provider signed two results for the same item: proof of that
/// gives the payer the money and the bond until the order has ended.
///
/// An order is for units of a plan, at the plan's fees for author and relay, and at a provider's pay of its own, up to the plan's
/// cap. All terms are hashed into its id, so they are kept nowhere: whoever acts on an order says them again, out of {OrderOpened}.
///
/// What is held = for each order that has not ended its price, once accepted its bond, while disputed its fee; and credits.
interface IJobOrders is ITill {
    /// @notice What payer, provider and arbiter agree on.
    struct OrderTerms {
        /// Pays, and gets back what is not paid out.
        address payer;
        /// The only one who can accept and deliver.
        address provider;
        /// Gets the plan's relay fees; zero only if these are.
        address relay;
        /// Decides disputes; zero for nobody: then there are none.
        address arbiter;
        /// Token, fees and the author's payee are this plan's. Not a subscription.
        PlanId plan;
        /// What to run: a version of the plan's model.
        VersionId version;
        /// How many of the plan's units the job has.
        uint32 units;
        /// What the provider gets for a unit, at most the plan's computeCap.
        uint64 pay;
        /// What the provider pays in to accept, in the plan's token.
        uint96 bond;
        /// What the arbiter gets for a decision, at most the bond. The payer pays it in to dispute; the provider bears it when not all was
        /// done. Zero without an arbiter.
        uint96 fee;
        /// SHA-256 of the job's specification.
        Digest job;
        /// Unix times: accepted before the one, delivered before the other, which is later and at most 366 days ahead.
        uint32 acceptBy;
        uint32 deliverBy;
        /// Seconds: how long the payer may look at what was delivered, 1 to 90 days.
        uint32 review;
        /// Seconds: how long the arbiter has, 1 to 90 days; zero without an arbiter.
        uint32 ruling;
        /// Tells a payer's orders apart.
        bytes32 salt;
    }

    /// @notice Where an order is in its life.
    enum State {
        None,
        Open,
        Accepted,
        Delivered,
        Disputed,
        Ended
    }

    /// @notice How an order ended.
    enum Outcome {
        /// Nobody accepted in time, or the payer thought better of it before: money back.
        Withdrawn,
        /// Nothing was delivered in time: money and bond to the payer.
        Undelivered,
        /// Delivered, and released by the payer or not disputed in time: all is paid.
        Paid,
        /// The arbiter decided.
        Ruled,
        /// The arbiter did not decide in time: all is paid.
        Unruled,
        /// The provider signed two results for one item: money and bond to the payer.
        Slashed
    }

    /// @notice An order as it is kept, in one word.
    struct Order {
        State state;
        /// When that state ends by time.
        uint32 due;
        /// Signs receipts, and may deliver. Not a contract: a plain key.
        address receiptKey;
    }

    /// @notice An order is there, and paid.
    event OrderOpened(OrderId indexed order, address indexed payer, address indexed provider, OrderTerms terms);
    /// @notice The provider accepted, and paid the bond.
    event OrderAccepted(OrderId indexed order, address indexed provider, address receiptKey);
    /// @notice The provider says it is done. `result` is the SHA-256 of what was delivered.
    event OrderDelivered(OrderId indexed order, address indexed provider, Digest result, uint32 reviewEnd);
    /// @notice The payer is not content, and paid the arbiter's fee. `reason` is the SHA-256 of what the payer says.
    event OrderDisputed(OrderId indexed order, address indexed arbiter, Digest reason, uint32 rulingEnd);
    /// @notice Two results for one item.
    event Equivocated(OrderId indexed order, address indexed provider, uint64 seq, Digest one, Digest other);
    /// @notice An order ended: `done` of its units are paid, the price of the others and `lost` of the bond went to the payer.
    event OrderEnded(OrderId indexed order, Outcome indexed outcome, uint32 done, uint96 lost);
    /// @notice New orders are, or are no longer, refused.
    event NewOrdersPaused(bool paused);

    error JobOrders_WrongState(OrderId order, State state);
    error JobOrders_NotParty(OrderId order, address caller, address party);
    error JobOrders_TooLate(OrderId order, uint256 due, uint256 time);
    error JobOrders_TooEarly(OrderId order, uint256 due, uint256 time);
    error JobOrders_BadSignature(address payer);
    error JobOrders_ZeroAddress();
    error JobOrders_NoUnits();
    error JobOrders_TokenNotAllowed(address token);
    error JobOrders_Subscription(PlanId plan);
    error JobOrders_OtherModel(VersionId version, PlanId plan);
    error JobOrders_PayAboveCap(uint256 pay, uint256 cap);
    error JobOrders_BadTimes(uint256 acceptBy, uint256 deliverBy, uint256 time);
    error JobOrders_BadWindow(uint256 window, uint256 least, uint256 most);
    error JobOrders_FeeAboveBond(uint256 fee, uint256 bond);
    /// @dev More than all units, more than the bond, less than the arbiter's fee of the bond when not all was done, or any when it was.
    error JobOrders_BadRuling(uint256 done, uint256 units, uint256 lost, uint256 bond);
    error JobOrders_Paused();
    error JobOrders_SameResult(Digest result);
    error JobOrders_BadReceipt(Digest result);

    /// @notice Opens an order of the caller's: its price in ETH comes along, in ERC-20s out of an allowance.
    function open(OrderTerms calldata terms) external payable returns (OrderId);

    /// @notice Opens an order of a payer who signed its id (EIP-712 `Order`), out of the payer's allowance. A contract wallet is asked here
    /// (ERC-1271) and never again.
    function openBySig(OrderTerms calldata terms, bytes calldata signature) external returns (OrderId);

    /// @notice Opens an order with one signature of the payer: the authorization, for the exact price, its nonce being the order's id.
    function openWithAuthorization(OrderTerms calldata terms, Authorization calldata authorization)
        external
        returns (OrderId);

    /// @notice Takes an open order back. Only the payer.
    function cancel(OrderTerms calldata terms) external;

    /// @notice Takes an order on, before acceptBy. Only the provider, who pays the bond as a payer pays the price.
    /// @param receiptKey Signs receipts for items of the job; zero for nobody.
    function accept(OrderTerms calldata terms, address receiptKey) external payable;

    /// @notice Says that the job is done, before deliverBy. Only the provider or its receipt key.
    function deliver(OrderTerms calldata terms, Digest result) external;

    /// @notice Pays all of a delivered order, disputed or not. Only the payer.
    function release(OrderTerms calldata terms) external;

    /// @notice Asks the arbiter, before the review is over. Only the payer, who pays the arbiter's fee.
    function dispute(OrderTerms calldata terms, Digest reason) external payable;

    /// @notice Decides a dispute, before the ruling is over. Only the arbiter, who gets the fee. When not all was done, the payer has the fee
    /// back out of the bond.
    /// @param done How many units are paid.
    /// @param lost What of the bond goes to the payer: from fee to bond when not all was done, else 0.
    function decide(OrderTerms calldata terms, uint32 done, uint96 lost) external;

    /// @notice Ends an order whose state's time is over. Anybody may call it.
    function settle(OrderTerms calldata terms) external;

    /// @notice Gives the payer the money and the bond of an order whose receipt key signed two results for one item. Anybody may call it; who
    /// brings the proof gets nothing, so it does not pay to slash oneself first.
    /// @param seq The item's place in the job.
    /// @param results Two results.
    /// @param signatures The receipt key's of each (EIP-712 `Receipt`).
    function slash(OrderTerms calldata terms, uint64 seq, Digest[2] calldata results, bytes[2] calldata signatures)
        external;

    /// @notice Refuses new orders, or no longer. Nothing else is ever paused. Only with that role.
    function pauseNewOrders(bool paused) external;

    /// @notice An order.
    function orderOf(OrderId order) external view returns (Order memory);

    /// @notice The id of an order of these terms, which is what a payer signs.
    function orderId(OrderTerms calldata terms) external view returns (OrderId);

    /// @notice What a receipt key signs for an item.
    function receiptHash(OrderId order, uint64 seq, Digest result) external view returns (bytes32);

    /// @notice What an order costs its payer, and in what.
    function priceOf(OrderTerms calldata terms) external view returns (address token, uint256 price);

    /// @notice Whether new orders are refused.
    function newOrdersPaused() external view returns (bool);
}
