// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessDenied, Attestation} from "@eas/Common.sol";
import {
    AttestationRequest,
    AttestationRequestData,
    IEAS,
    RevocationRequest,
    RevocationRequestData
} from "@eas/IEAS.sol";
import {ISchemaRegistry} from "@eas/ISchemaRegistry.sol";
import {LineageResolver} from "../src/LineageResolver.sol";
import {ILineageResolver} from "../src/interfaces/ILineageResolver.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {ModelId, VersionId} from "../src/types/Ids.sol";
import {Deployed} from "./utils/Deployed.sol";

contract LineageResolverTest is Deployed {
    string internal constant PACKAGE = "node_modules/@ethereum-attestation-service/eas-contracts/artifacts/contracts/";

    IEAS internal eas;
    LineageResolver internal resolver;
    bytes32 internal schema;

    ModelId internal model;
    VersionId internal child;
    VersionId internal parent;

    function setUp() external {
        ISchemaRegistry schemas = ISchemaRegistry(deploy("SchemaRegistry", ""));
        eas = IEAS(deploy("EAS", abi.encode(schemas)));
        resolver = new LineageResolver(eas, registry);
        schema = schemas.register(resolver.schema(), resolver, true);
        vm.prank(stranger);
        (, parent) = registry.publish(publication("parent"));
        vm.prank(author);
        (model, child) = registry.publish(publication("child"));
    }

    function test_ownerAttests() external {
        vm.expectEmit(true, true, false, false, address(resolver));
        emit ILineageResolver.LineageAttested(child, parent, 0, "");
        vm.prank(author);
        bytes32 uid = eas.attest(request(child, parent));
        isTrue(eas.isAttestationValid(uid), "kept");
        equal(eas.getAttestation(uid).attester, author, "attester");
    }

    function test_ownerRevokes() external {
        vm.prank(author);
        bytes32 uid = eas.attest(request(child, parent));
        vm.expectEmit(true, true, true, true, address(resolver));
        emit ILineageResolver.LineageRevoked(child, parent, uid);
        vm.prank(author);
        eas.revoke(RevocationRequest(schema, RevocationRequestData(uid, 0)));
        isTrue(eas.getAttestation(uid).revocationTime > 0, "revoked");
    }

    function test_refusesStranger() external {
        refused(stranger, child, parent, notOwner(stranger, author));
    }

    function test_refusesFormerOwner() external {
        vm.prank(author);
        nft.transferFrom(author, curator, uint256(ModelId.unwrap(model)));
        refused(author, child, parent, notOwner(author, curator));
    }

    function test_refusesUnknownVersion() external {
        VersionId unknown = VersionId.wrap("x");
        bytes memory reason = abi.encodeWithSelector(ILineageResolver.LineageResolver_UnknownVersion.selector, unknown);
        refused(author, unknown, parent, reason);
        refused(author, child, unknown, reason);
    }

    function test_refusesOwnParent() external {
        refused(
            author, child, child, abi.encodeWithSelector(ILineageResolver.LineageResolver_OwnParent.selector, child)
        );
    }

    function test_refusesOtherData() external {
        AttestationRequest memory r = request(child, parent);
        r.data.data = hex"00";
        vm.prank(author);
        vm.expectRevert();
        eas.attest(r);
    }

    function test_onlyEAS() external {
        Attestation memory a;
        (a.attester, a.data) = (author, abi.encode(child, parent, "fine-tuned"));
        vm.expectRevert(abi.encodeWithSelector(AccessDenied.selector));
        resolver.attest(a);
    }

    function refused(address attester, VersionId c, VersionId p, bytes memory reason) internal {
        AttestationRequest memory r = request(c, p);
        vm.prank(attester);
        vm.expectRevert(reason);
        eas.attest(r);
    }

    function notOwner(address attester, address owner) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ILineageResolver.LineageResolver_NotOwner.selector, model, attester, owner);
    }

    function request(VersionId c, VersionId p) internal view returns (AttestationRequest memory) {
        return AttestationRequest(
            schema, AttestationRequestData(address(0), 0, true, 0, abi.encode(c, p, "fine-tuned"), 0)
        );
    }

    /// @dev Deploys what the package has compiled.
    function deploy(string memory name, bytes memory args) internal returns (address where) {
        string memory file = string.concat(PACKAGE, name, ".sol/", name, ".json");
        bytes memory code = bytes.concat(vm.parseJsonBytes(vm.readFile(file), ".bytecode"), args);
        assembly ("memory-safe") {
            where := create(0, add(code, 32), mload(code))
        }
        isTrue(where != address(0), file);
    }
}
