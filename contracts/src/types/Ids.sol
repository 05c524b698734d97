// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @notice Names of things, each its own type so that one cannot be passed for another.

/// @dev A model or data set: keccak256(chain, registry, first owner, keccak256(name)). As a number it is the id of its NFT.
type ModelId is bytes32;

/// @dev A version of a model: keccak256(chain, registry, model, keccak256(semver), manifestDigest).
type VersionId is bytes32;

/// @dev A plan, by all its terms: keccak256(abi.encode(PlanTerms)). As a number it is the id of its passes.
type PlanId is bytes32;

/// @dev A session, by what it may be spent on and by whom it was opened.
type SessionId is bytes32;

/// @dev An order, by all its terms: the EIP-712 hash that a payer may sign.
type OrderId is bytes32;

/// @dev A SHA-256: of a manifest, over files, over chunks.
type Digest is bytes32;

using {sameModel as ==, differentModel as !=} for ModelId global;
using {sameVersion as ==, differentVersion as !=} for VersionId global;
using {samePlan as ==} for PlanId global;
using {sameDigest as ==} for Digest global;

function sameModel(ModelId a, ModelId b) pure returns (bool) {
    return ModelId.unwrap(a) == ModelId.unwrap(b);
}

function differentModel(ModelId a, ModelId b) pure returns (bool) {
    return ModelId.unwrap(a) != ModelId.unwrap(b);
}

function sameVersion(VersionId a, VersionId b) pure returns (bool) {
    return VersionId.unwrap(a) == VersionId.unwrap(b);
}

function differentVersion(VersionId a, VersionId b) pure returns (bool) {
    return VersionId.unwrap(a) != VersionId.unwrap(b);
}

function samePlan(PlanId a, PlanId b) pure returns (bool) {
    return PlanId.unwrap(a) == PlanId.unwrap(b);
}

function sameDigest(Digest a, Digest b) pure returns (bool) {
    return Digest.unwrap(a) == Digest.unwrap(b);
}
