// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ModelId} from "../types/Ids.sol";
import {PlanOffer} from "../types/Plans.sol";

/// @title EIP-712 hashes of what is published by signature
library TypedData {
    bytes internal constant OFFER =
        "PlanOffer(address token,uint96 authorFee,uint96 relayFee,uint64 computeCap,bytes32 unitKind,bool transferable,uint32 period,uint32 quota)";
    bytes internal constant RELEASE =
        "Release(string version,bytes32 manifest,bytes32 root,bytes32 licenseHash,bytes32[] parents)";
    bytes internal constant PUBLICATION =
        "Publication(string name,uint8 kind,Release release,address[] recipients,uint32[] parts,uint16 royaltyBps,address recovery,PlanOffer[] plans)";
    bytes32 internal constant OFFER_TYPE = keccak256(OFFER);
    bytes32 internal constant RELEASE_TYPE = keccak256(RELEASE);
    bytes32 internal constant PUBLICATION_TYPE = keccak256(bytes.concat(PUBLICATION, OFFER, RELEASE));
    bytes32 internal constant PUBLISH_TYPE = keccak256(
        bytes.concat(
            "Publish(address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,Publication publication)",
            OFFER,
            PUBLICATION,
            RELEASE
        )
    );
    bytes32 internal constant VERSION_TYPE = keccak256(
        bytes.concat(
            "PublishVersion(address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,bytes32 model,Release release)",
            RELEASE
        )
    );

    function publish(
        IModelRegistry.Permission calldata permission,
        uint256 nonce,
        IModelRegistry.Publication calldata publication
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(PUBLISH_TYPE, permission, nonce, hash(publication)));
    }

    function publishVersion(
        IModelRegistry.Permission calldata permission,
        uint256 nonce,
        ModelId model,
        IModelRegistry.Release calldata release
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(VERSION_TYPE, permission, nonce, model, hash(release)));
    }

    function hash(IModelRegistry.Publication calldata p) internal pure returns (bytes32) {
        bytes32[] memory offers = new bytes32[](p.plans.length);
        for (uint256 i; i < offers.length; ++i) {
            PlanOffer calldata offer = p.plans[i];
            offers[i] = keccak256(abi.encode(OFFER_TYPE, offer));
        }
        return keccak256(
            abi.encode(
                PUBLICATION_TYPE,
                keccak256(bytes(p.name)),
                p.kind,
                hash(p.release),
                keccak256(abi.encodePacked(p.recipients)), // in a packed list each element fills a word
                keccak256(abi.encodePacked(p.parts)),
                p.royaltyBps,
                p.recovery,
                keccak256(abi.encodePacked(offers))
            )
        );
    }

    function hash(IModelRegistry.Release calldata r) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RELEASE_TYPE,
                keccak256(bytes(r.version)),
                r.manifest,
                r.root,
                r.licenseHash,
                keccak256(abi.encodePacked(r.parents))
            )
        );
    }
}
