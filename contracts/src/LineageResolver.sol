// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Attestation} from "@eas/Common.sol";
import {IEAS} from "@eas/IEAS.sol";
import {SchemaResolver} from "@eas/resolver/SchemaResolver.sol";
import {ILineageResolver} from "./interfaces/ILineageResolver.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {ModelId, VersionId} from "./types/Ids.sol";

/// @title LineageResolver
/// @notice See {ILineageResolver}.
contract LineageResolver is ILineageResolver, SchemaResolver {
    /// @notice Knows versions and owners.
    IModelRegistry public immutable registry;

    constructor(IEAS eas, IModelRegistry registry_) SchemaResolver(eas) {
        registry = registry_;
    }

    /// @inheritdoc ILineageResolver
    function schema() external pure returns (string memory) {
        return "bytes32 child,bytes32 parent,string relation";
    }

    /// @dev EAS asks before it keeps an attestation.
    function onAttest(Attestation calldata attestation, uint256) internal override returns (bool) {
        (VersionId child, VersionId parent, string memory relation) =
            abi.decode(attestation.data, (VersionId, VersionId, string));
        if (child == parent) revert LineageResolver_OwnParent(child);
        _known(parent);
        ModelId model = _known(child);
        address owner = registry.ownerOf(model);
        if (attestation.attester != owner) revert LineageResolver_NotOwner(model, attestation.attester, owner);
        emit LineageAttested(child, parent, attestation.uid, relation);
        return true;
    }

    /// @dev Who attested may always take it back: EAS sees to it that it is the same account.
    function onRevoke(Attestation calldata attestation, uint256) internal override returns (bool) {
        (VersionId child, VersionId parent,) = abi.decode(attestation.data, (VersionId, VersionId, string));
        emit LineageRevoked(child, parent, attestation.uid);
        return true;
    }

    function _known(VersionId version) private view returns (ModelId model) {
        model = registry.versionOf(version).model;
        if (ModelId.unwrap(model) == 0) revert LineageResolver_UnknownVersion(version);
    }
}
