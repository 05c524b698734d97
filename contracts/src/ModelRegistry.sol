// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IModelNFT} from "./interfaces/IModelNFT.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IRevenueSplitterFactory} from "./interfaces/IRevenueSplitterFactory.sol";
import {IUsagePass} from "./interfaces/IUsagePass.sol";
import {ManifestProof} from "./libraries/ManifestProof.sol";
import {Text} from "./libraries/Text.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {Digest, ModelId, VersionId} from "./types/Ids.sol";
import {PlanOffer, PlanTerms} from "./types/Plans.sol";

/// @title ModelRegistry
/// @notice See {IModelRegistry}.
contract ModelRegistry is IModelRegistry, EIP712, Nonces {
    using SafeERC20 for IERC20;

    /// @dev As in a manifest.
    uint256 internal constant MAX_PARENTS = 32;
    /// @dev So that publishing fits into a transaction.
    uint256 internal constant MAX_PLANS = 8;

    /// @notice Ownership of models.
    IModelNFT public immutable nft;
    /// @notice Plans.
    IUsagePass public immutable pass;
    /// @notice Splitters.
    IRevenueSplitterFactory public immutable splitters;

    mapping(ModelId => Model) internal models;
    mapping(VersionId => Version) internal versions;
    mapping(ModelId => mapping(bytes32 semverHash => VersionId)) internal byNumber;
    mapping(ModelId => mapping(bytes32 nameHash => VersionId)) internal aliases;

    constructor(IModelNFT nft_, IUsagePass pass_, IRevenueSplitterFactory splitters_) EIP712("DeHug Registry", "1") {
        nft = nft_;
        pass = pass_;
        splitters = splitters_;
    }

    /// @inheritdoc IModelRegistry
    function publish(Publication calldata publication) external returns (ModelId, VersionId) {
        return _publish(msg.sender, publication);
    }

    /// @inheritdoc IModelRegistry
    function publishBySig(Publication calldata publication, Permission calldata permission, bytes calldata signature)
        external
        returns (ModelId model, VersionId version)
    {
        _permit(permission, TypedData.publish(permission, _useNonce(permission.owner), publication), signature);
        (model, version) = _publish(permission.owner, publication);
        _payRelay(permission);
    }

    /// @inheritdoc IModelRegistry
    function publishVersion(ModelId model, Release calldata release) external returns (VersionId version) {
        _onlyOwner(model, msg.sender);
        return _release(model, release);
    }

    /// @inheritdoc IModelRegistry
    function publishVersionBySig(
        ModelId model,
        Release calldata release,
        Permission calldata permission,
        bytes calldata signature
    ) external returns (VersionId version) {
        _onlyOwner(model, permission.owner);
        _permit(permission, TypedData.publishVersion(permission, _useNonce(permission.owner), model, release), signature);
        version = _release(model, release);
        _payRelay(permission);
    }

    /// @inheritdoc IModelRegistry
    function moveAlias(ModelId model, string calldata name, VersionId version) external {
        _onlyOwner(model, msg.sender);
        if (!Text.isSlug(bytes(name))) revert ModelRegistry_BadName(name);
        if (versions[version].model != model) revert ModelRegistry_UnknownVersion(version);
        bytes32 nameHash = keccak256(bytes(name));
        aliases[model][nameHash] = version;
        emit AliasMoved(model, nameHash, version, name);
    }

    /// @inheritdoc IModelRegistry
    function yank(VersionId version, string calldata reason) external {
        ModelId model = versions[version].model;
        if (ModelId.unwrap(model) == 0) revert ModelRegistry_UnknownVersion(version);
        _onlyOwner(model, msg.sender);
        emit Yanked(model, version, reason);
    }

    /// @inheritdoc IModelRegistry
    function proveFile(VersionId version, ManifestProof.File calldata file) public view returns (bool) {
        Digest root = versions[version].root;
        return Digest.unwrap(root) != 0 && ManifestProof.holds(file, root);
    }

    /// @inheritdoc IModelRegistry
    function proveChunk(VersionId version, ManifestProof.File calldata file, ManifestProof.Chunk calldata chunk)
        external
        view
        returns (bool)
    {
        return proveFile(version, file) && ManifestProof.holds(chunk, file.size, file.chunkRoot);
    }

    /// @inheritdoc IModelRegistry
    function modelId(address publisher, string calldata name) public view returns (ModelId) {
        return ModelId.wrap(keccak256(abi.encode(block.chainid, address(this), publisher, keccak256(bytes(name)))));
    }

    /// @inheritdoc IModelRegistry
    function versionId(ModelId model, string calldata semver, Digest manifest) public view returns (VersionId) {
        return VersionId.wrap(
            keccak256(abi.encode(block.chainid, address(this), model, keccak256(bytes(semver)), manifest))
        );
    }

    /// @inheritdoc IModelRegistry
    function modelOf(ModelId model) external view returns (Model memory) {
        return models[model];
    }

    /// @inheritdoc IModelRegistry
    function versionOf(VersionId version) external view returns (Version memory) {
        return versions[version];
    }

    /// @inheritdoc IModelRegistry
    function versionNamed(ModelId model, string calldata semver) external view returns (VersionId) {
        return byNumber[model][keccak256(bytes(semver))];
    }

    /// @inheritdoc IModelRegistry
    function aliasOf(ModelId model, string calldata name) external view returns (VersionId) {
        return aliases[model][keccak256(bytes(name))];
    }

    /// @inheritdoc IModelRegistry
    function ownerOf(ModelId model) public view returns (address) {
        return IERC721(address(nft)).ownerOf(uint256(ModelId.unwrap(model)));
    }

    /// @notice The domain that signatures are for.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _onlyOwner(ModelId model, address caller) private view {
        address owner = ownerOf(model);
        if (caller != owner) revert ModelRegistry_NotOwner(model, caller, owner);
    }

    function _permit(Permission calldata permission, bytes32 structHash, bytes calldata signature) private view {
        if (block.timestamp > permission.deadline) revert ModelRegistry_Expired(permission.deadline, block.timestamp);
        if (permission.relay != address(0) && permission.relay != msg.sender) {
            revert ModelRegistry_OtherRelay(permission.relay, msg.sender);
        }
        if (!SignatureChecker.isValidSignatureNow(permission.owner, _hashTypedDataV4(structHash), signature)) {
            revert ModelRegistry_BadSignature(permission.owner);
        }
    }

    /// @dev Comes last: the token is the owner's choice.
    function _payRelay(Permission calldata permission) private {
        if (permission.fee > 0) IERC20(permission.feeToken).safeTransferFrom(permission.owner, msg.sender, permission.fee);
    }

    function _publish(address owner, Publication calldata p) private returns (ModelId model, VersionId version) {
        if (!Text.isSlug(bytes(p.name))) revert ModelRegistry_BadName(p.name);
        if (p.plans.length > MAX_PLANS) revert ModelRegistry_TooMany(p.plans.length, MAX_PLANS);
        model = modelId(owner, p.name);
        if (models[model].splitter != address(0)) revert ModelRegistry_NameTaken(model);
        address splitter = splitters.create(p.recipients, p.parts);
        models[model] = Model(p.name, owner, p.kind, splitter, VersionId.wrap(0));
        emit ModelPublished(model, owner, p.kind, p.name, splitter, p.royaltyBps);
        nft.mint(owner, uint256(ModelId.unwrap(model)), splitter, p.royaltyBps, p.recovery);
        version = _release(model, p.release);
        for (uint256 i; i < p.plans.length; ++i) {
            PlanOffer calldata offer = p.plans[i];
            pass.createPlan(
                PlanTerms(
                    model,
                    offer.token,
                    splitter,
                    offer.authorFee,
                    offer.relayFee,
                    offer.computeCap,
                    offer.unitKind,
                    offer.transferable,
                    offer.period,
                    offer.quota
                )
            );
        }
    }

    function _release(ModelId model, Release calldata r) private returns (VersionId version) {
        if (!Text.isVersion(bytes(r.version))) revert ModelRegistry_BadVersion(r.version);
        if (Digest.unwrap(r.manifest) == 0 || Digest.unwrap(r.root) == 0) revert ModelRegistry_EmptyDigest();
        if (r.parents.length > MAX_PARENTS) revert ModelRegistry_TooMany(r.parents.length, MAX_PARENTS);
        for (uint256 i; i < r.parents.length; ++i) {
            if (ModelId.unwrap(versions[r.parents[i]].model) == 0) revert ModelRegistry_UnknownParent(r.parents[i]);
        }
        bytes32 number = keccak256(bytes(r.version));
        VersionId taken = byNumber[model][number];
        if (VersionId.unwrap(taken) != 0) revert ModelRegistry_VersionTaken(model, taken);
        version = versionId(model, r.version, r.manifest);
        byNumber[model][number] = version;
        versions[version] = Version(model, r.manifest, r.root, r.licenseHash);
        models[model].latest = version;
        emit VersionPublished(model, version, r.manifest, r.version, r.root, r.licenseHash, r.parents);
        nft.refresh(uint256(ModelId.unwrap(model)));
    }
}
