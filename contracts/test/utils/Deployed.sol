// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {JobOrders} from "../../src/JobOrders.sol";
import {ModelNFT} from "../../src/ModelNFT.sol";
import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {RevenueSplitterFactory} from "../../src/RevenueSplitterFactory.sol";
import {UsageController} from "../../src/UsageController.sol";
import {UsagePass} from "../../src/UsagePass.sol";
import {IModelNFT} from "../../src/interfaces/IModelNFT.sol";
import {IModelRegistry} from "../../src/interfaces/IModelRegistry.sol";
import {IUsageController} from "../../src/interfaces/IUsageController.sol";
import {IUsagePass} from "../../src/interfaces/IUsagePass.sol";
import {Digest, ModelId, PlanId, VersionId} from "../../src/types/Ids.sol";
import {PlanOffer, PlanTerms} from "../../src/types/Plans.sol";
import {Dollar} from "../mocks/Tokens.sol";
import {Test} from "./Test.sol";

/// @notice All contracts, as they are deployed, and one author with a model.
abstract contract Deployed is Test {
    address internal admin = user("admin");
    address internal author;
    uint256 internal authorKey;
    address internal curator = user("curator");
    address internal stranger = user("stranger");

    AccessManager internal authority;
    RevenueSplitterFactory internal splitters;
    UsageController internal controller;
    UsagePass internal pass;
    ModelNFT internal nft;
    ModelRegistry internal registry;
    JobOrders internal orders;
    Dollar internal dollar;

    constructor() {
        vm.warp(1_800_000_000);
        (author, authorKey) = account("author");
        authority = new AccessManager(admin);
        splitters = new RevenueSplitterFactory();
        // Contracts that know each other know where the next ones will be.
        uint256 nonce = vm.getNonce(address(this));
        IModelRegistry registryThere = IModelRegistry(vm.computeCreateAddress(address(this), nonce + 3));
        IUsagePass passThere = IUsagePass(vm.computeCreateAddress(address(this), nonce + 1));
        controller = new UsageController(passThere, address(authority));
        pass = new UsagePass(registryThere, controller);
        nft = new ModelNFT(registryThere, address(authority));
        registry = new ModelRegistry(nft, pass, splitters);
        equal(address(pass), address(passThere), "pass");
        equal(address(registry), address(registryThere), "registry");
        orders = new JobOrders(registry, pass, controller, address(authority));
        dollar = new Dollar();
        vm.prank(admin);
        controller.setToken(address(dollar), true);
    }

    /// @notice A release with what its seed gives.
    function release(string memory version, bytes32 seed) internal pure returns (IModelRegistry.Release memory) {
        return IModelRegistry.Release({
            version: version,
            manifest: Digest.wrap(keccak256(abi.encode("manifest", seed))),
            root: Digest.wrap(keccak256(abi.encode("root", seed))),
            licenseHash: Digest.wrap(keccak256(abi.encode("license", seed))),
            parents: new VersionId[](0)
        });
    }

    /// @notice A publication by author (70 %) and curator (30 %), without plans.
    function publication(string memory name) internal view returns (IModelRegistry.Publication memory p) {
        p.name = name;
        p.kind = IModelRegistry.Kind.Model;
        p.release = release("1.0.0", keccak256(bytes(name)));
        p.recipients = new address[](2);
        p.parts = new uint32[](2);
        bool first = author < curator;
        (p.recipients[0], p.recipients[1]) = first ? (author, curator) : (curator, author);
        (p.parts[0], p.parts[1]) = first ? (700_000, 300_000) : (300_000, 700_000);
        p.royaltyBps = 500;
        p.recovery = address(0);
        p.plans = new PlanOffer[](0);
    }

    /// @notice Terms in a token: 600 for the author, 100 for the relay, up to 300 for the provider.
    function offer(address token) internal pure returns (PlanOffer memory) {
        return PlanOffer(token, 600, 100, 300, bytes32("inference"), true, 0, 0);
    }

    function terms(ModelId model, address payee, PlanOffer memory o) internal pure returns (PlanTerms memory) {
        return PlanTerms(
            model, o.token, payee, o.authorFee, o.relayFee, o.computeCap, o.unitKind, o.transferable, o.period, o.quota
        );
    }

    /// @notice Publishes a model of the author's, with one plan in a token.
    function publishWithPlan(string memory name, PlanOffer memory o) internal returns (ModelId model, PlanId plan) {
        IModelRegistry.Publication memory p = publication(name);
        p.plans = new PlanOffer[](1);
        p.plans[0] = o;
        vm.prank(author);
        (model,) = registry.publish(p);
        plan = pass.planId(terms(model, registry.modelOf(model).splitter, o));
    }
}
