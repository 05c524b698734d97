// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ModelId} from "./Ids.sol";

/// @notice What an author asks for a unit of use. All of it is hashed into the plan's id, so a plan never changes: another price
/// is another plan. A unit costs authorFee + relayFee + computeCap; of computeCap, what a provider did not ask for
/// comes back to the payer. Amounts are in the token's smallest unit, so nothing is ever rounded.
///
/// With a period, it is a subscription: the quota of units is paid at once, for use within the period. Author and relay then
/// get their parts of all of it, used or not; compute money that was not used comes back.
struct PlanTerms {
    /// What may be used.
    ModelId model;
    /// What is paid with: an ERC-20, or zero for ETH.
    address token;
    /// Who gets the author's part: a splitter, or any account.
    address payee;
    /// The author's part of a unit.
    uint96 authorFee;
    /// The relay's part of a unit.
    uint96 relayFee;
    /// The most that a provider gets for a unit.
    uint64 computeCap;
    /// What a unit is: up to 32 ASCII letters, such as "inference" or "kilotoken", filled up with zeros.
    bytes32 unitKind;
    /// Whether passes may go from one holder to another; never those of a subscription.
    bool transferable;
    /// A subscription's length in seconds, at most 366 days; zero for a plan that is paid by the unit.
    uint32 period;
    /// How many units a subscription has; zero without a period.
    uint32 quota;
}

/// @notice A plan as it is published along with its model: what {PlanTerms} has beyond the model and its splitter.
struct PlanOffer {
    address token;
    uint96 authorFee;
    uint96 relayFee;
    uint64 computeCap;
    bytes32 unitKind;
    bool transferable;
    uint32 period;
    uint32 quota;
}
