// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ModelId, PlanId} from "../types/Ids.sol";
import {PlanTerms} from "../types/Plans.sol";

/// @title Plans, and the passes that were bought by them
/// @notice ERC-1155: one id for each plan, one token for each unit of use. The UsageController holds what every pass cost; only it
/// mints and burns.
interface IUsagePass {
    /// @notice A plan is there.
    event PlanCreated(PlanId indexed plan, ModelId indexed model, PlanTerms terms);

    error UsagePass_OnlyController(address caller);
    error UsagePass_NotOwner(ModelId model, address caller);
    error UsagePass_PlanExists(PlanId plan);
    error UsagePass_UnknownPlan(PlanId plan);
    error UsagePass_TokenNotAllowed(address token);
    error UsagePass_FreePlan();
    error UsagePass_ZeroPayee();
    error UsagePass_BadUnitKind(bytes32 unitKind);
    /// @dev A subscription has a period up to 366 days and a quota, and is not transferable; other plans have neither.
    error UsagePass_BadSubscription(uint32 period, uint32 quota, bool transferable);
    error UsagePass_NotTransferable(PlanId plan);

    /// @notice Makes a plan. Only the owner of the model's NFT, or the registry while it publishes.
    function createPlan(PlanTerms calldata terms) external returns (PlanId plan);

    /// @notice Adds passes. Only the controller.
    function mint(address to, PlanId plan, uint256 units) external;

    /// @notice Takes passes. Only the controller.
    function burn(address from, PlanId plan, uint256 units) external;

    /// @notice The id of a plan of these terms.
    function planId(PlanTerms calldata terms) external view returns (PlanId);

    /// @notice A plan's terms. Reverts when there is none.
    function termsOf(PlanId plan) external view returns (PlanTerms memory);

    /// @notice Of a plan's terms those that decide about money, in three words of storage. Reverts when there is none.
    function priceOf(PlanId plan)
        external
        view
        returns (address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap);

    /// @notice A subscription's length in seconds and its units; zeros for a plan that is paid by the unit, and for none.
    function subscriptionOf(PlanId plan) external view returns (uint32 period, uint32 quota);

    /// @notice How many passes of a plan there are.
    function supplyOf(PlanId plan) external view returns (uint256);
}
