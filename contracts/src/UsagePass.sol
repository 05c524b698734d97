// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IUsageController} from "./interfaces/IUsageController.sol";
import {IUsagePass} from "./interfaces/IUsagePass.sol";
import {Text} from "./libraries/Text.sol";
import {ModelId, PlanId} from "./types/Ids.sol";
import {PlanTerms} from "./types/Plans.sol";

/// @title UsagePass
/// @notice See {IUsagePass}.
contract UsagePass is IUsagePass, ERC1155 {
    /// @dev The longest subscription, as the longest session.
    uint256 internal constant MAX_PERIOD = 366 days;

    /// @notice Says who owns a model, and makes plans while it publishes one.
    IModelRegistry public immutable registry;
    /// @notice Mints and burns; says which tokens plans may be in.
    IUsageController public immutable controller;

    /// @dev Fields are in this order so that {priceOf} reads three words.
    struct Plan {
        address token;
        uint96 authorFee;
        address payee;
        uint96 relayFee;
        uint64 computeCap;
        bool transferable;
        uint32 period;
        uint32 quota;
        bytes32 unitKind;
        ModelId model;
    }

    mapping(PlanId => Plan) internal plans;
    /// @inheritdoc IUsagePass
    mapping(PlanId => uint256) public supplyOf;

    constructor(IModelRegistry registry_, IUsageController controller_) ERC1155("") {
        registry = registry_;
        controller = controller_;
    }

    modifier onlyController() {
        if (msg.sender != address(controller)) revert UsagePass_OnlyController(msg.sender);
        _;
    }

    /// @inheritdoc IUsagePass
    function createPlan(PlanTerms calldata terms) external returns (PlanId plan) {
        if (msg.sender != address(registry) && msg.sender != registry.ownerOf(terms.model)) {
            revert UsagePass_NotOwner(terms.model, msg.sender);
        }
        if (terms.payee == address(0)) revert UsagePass_ZeroPayee();
        if (uint256(terms.authorFee) + terms.relayFee + terms.computeCap == 0) revert UsagePass_FreePlan();
        if (!Text.isWord(terms.unitKind)) revert UsagePass_BadUnitKind(terms.unitKind);
        bool sound = terms.period == 0
            ? terms.quota == 0
            : terms.period <= MAX_PERIOD && terms.quota > 0 && !terms.transferable;
        if (!sound) revert UsagePass_BadSubscription(terms.period, terms.quota, terms.transferable);
        if (!controller.isAllowed(terms.token)) revert UsagePass_TokenNotAllowed(terms.token);
        plan = planId(terms);
        if (plans[plan].payee != address(0)) revert UsagePass_PlanExists(plan);
        plans[plan] = Plan({
            token: terms.token,
            authorFee: terms.authorFee,
            payee: terms.payee,
            relayFee: terms.relayFee,
            computeCap: terms.computeCap,
            transferable: terms.transferable,
            period: terms.period,
            quota: terms.quota,
            unitKind: terms.unitKind,
            model: terms.model
        });
        emit PlanCreated(plan, terms.model, terms);
    }

    /// @inheritdoc IUsagePass
    function mint(address to, PlanId plan, uint256 units) external onlyController {
        supplyOf[plan] += units;
        _mint(to, uint256(PlanId.unwrap(plan)), units, "");
    }

    /// @inheritdoc IUsagePass
    function burn(address from, PlanId plan, uint256 units) external onlyController {
        _burn(from, uint256(PlanId.unwrap(plan)), units);
        supplyOf[plan] -= units;
    }

    /// @inheritdoc IUsagePass
    function planId(PlanTerms calldata terms) public pure returns (PlanId) {
        return PlanId.wrap(keccak256(abi.encode(terms)));
    }
    /// @inheritdoc IUsagePass
    function termsOf(PlanId plan) public view returns (PlanTerms memory) {
        Plan storage p = _known(plan);
        return PlanTerms({
            model: p.model,
            token: p.token,
            payee: p.payee,
            authorFee: p.authorFee,
            relayFee: p.relayFee,
            computeCap: p.computeCap,
            unitKind: p.unitKind,
            transferable: p.transferable,
            period: p.period,
            quota: p.quota
        });
    }

    /// @inheritdoc IUsagePass
    function priceOf(PlanId plan)
        external
        view
        returns (address token, address payee, uint96 authorFee, uint96 relayFee, uint64 computeCap)
    {
        Plan storage p = _known(plan);
        return (p.token, p.payee, p.authorFee, p.relayFee, p.computeCap);
    }

    /// @inheritdoc IUsagePass
    function subscriptionOf(PlanId plan) external view returns (uint32 period, uint32 quota) {
        Plan storage p = plans[plan];
        return (p.period, p.quota);
    }

    /// @notice ERC-1155 metadata, as a data URI.
    function uri(uint256 id) public view override returns (string memory) {
        PlanTerms memory terms = termsOf(PlanId.wrap(bytes32(id)));
        string memory name = registry.modelOf(terms.model).name;
        // A name is a slug and a kind of unit a word: neither needs an escape.
        return string.concat(
            "data:application/json;base64,",
            Base64.encode(
                bytes(
                    string.concat(
                        '{"name":"',
                        name,
                        " pass",
                        '","description":"One ',
                        Text.wordText(terms.unitKind),
                        " of ",
                        name,
                        ' on DeHug. Unused, it is worth what it cost.","decimals":0}'
                    )
                )
            )
        );
    }

    /// @dev Passes of some plans stay with who bought them.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        if (from != address(0) && to != address(0)) {
            for (uint256 i; i < ids.length; ++i) {
                PlanId plan = PlanId.wrap(bytes32(ids[i]));
                if (!plans[plan].transferable) revert UsagePass_NotTransferable(plan);
            }
        }
        super._update(from, to, ids, values);
    }

    function _known(PlanId plan) private view returns (Plan storage p) {
        p = plans[plan];
        if (p.payee == address(0)) revert UsagePass_UnknownPlan(plan);
    }
}
