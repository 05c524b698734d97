// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ModelId, VersionId} from "../types/Ids.sol";

/// @title Who may say what a version was made from
/// @notice EAS asks this contract about attestations of the schema {schema}. Parents in a registry's version are said at publishing;
/// an attestation adds what is found out later. Only the owner of the child's NFT may attest, and both versions must be in
/// the registry. What is said is that owner's word, not proof.
interface ILineageResolver {
    /// @notice The owner of `child` says that it was made from `parent`.
    event LineageAttested(VersionId indexed child, VersionId indexed parent, bytes32 uid, string relation);
    /// @notice And took it back.
    event LineageRevoked(VersionId indexed child, VersionId indexed parent, bytes32 uid);

    error LineageResolver_UnknownVersion(VersionId version);
    error LineageResolver_OwnParent(VersionId version);
    error LineageResolver_NotOwner(ModelId model, address attester, address owner);

    /// @notice The schema to register with EAS, along with this resolver.
    function schema() external view returns (string memory);
}
