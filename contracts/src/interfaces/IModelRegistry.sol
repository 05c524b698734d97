// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ManifestProof} from "../libraries/ManifestProof.sol";
import {Digest, ModelId, PlanId, VersionId} from "../types/Ids.sol";
import {PlanOffer} from "../types/Plans.sol";

/// @title What was released, by whom, under which terms
/// @notice Append-only: a version never changes and never goes. Whoever owns a model's NFT may add versions, move aliases and yank.
/// Everything that a search needs is in the events.
interface IModelRegistry {
    /// @notice What a model's NFT stands for.
    enum Kind {
        Model,
        Dataset
    }

    /// @notice A version, as its author gives it.
    struct Release {
        /// Semantic version, 1 to 64 of `0-9 A-Z a-z . + -`.
        string version;
        /// SHA-256 of the manifest: it binds everything that the manifest says.
        Digest manifest;
        /// Digest over the files, for proofs.
        Digest root;
        /// SHA-256 of the license's text.
        Digest licenseHash;
        /// Versions it was made from, at most 32, all of this registry.
        VersionId[] parents;
    }

    /// @notice All that publishing a model takes.
    struct Publication {
        /// 1 to 64 of `a-z 0-9`, with single `.` `_` `-` between them. Unique for each first owner.
        string name;
        Kind kind;
        Release release;
        /// Who shares in what the model earns: see IRevenueSplitterFactory.
        address[] recipients;
        uint32[] parts;
        /// Part of a resale that is asked for, in basis points, at most 1000. Marketplaces may ignore it.
        uint16 royaltyBps;
        /// May ask for the NFT when its owner's key is lost; zero for nobody.
        address recovery;
        /// Plans to sell use by, at most 8; their author's part goes to the splitter.
        PlanOffer[] plans;
    }

    /// @notice Under which conditions a relay may publish for an owner. It is part of what the owner signs.
    struct Permission {
        address owner;
        /// Who may bring it; zero for anybody.
        address relay;
        /// What the owner pays the relay for that, out of an allowance to the registry. 0 for nothing.
        address feeToken;
        uint256 fee;
        /// Last second in which it may be brought.
        uint256 deadline;
    }

    /// @notice A version, as it is kept.
    struct Version {
        ModelId model;
        Digest manifest;
        Digest root;
        Digest licenseHash;
    }

    /// @notice A model, as it is kept.
    struct Model {
        string name;
        /// Who first published it: with the name, this makes its id.
        address publisher;
        Kind kind;
        /// Who gets what it earns.
        address splitter;
        VersionId latest;
    }

    /// @notice A model is there; its first version, splitter, plans and NFT have events of their own.
    event ModelPublished(
        ModelId indexed model, address indexed publisher, Kind indexed kind, string name, address splitter, uint16 royaltyBps
    );
    /// @notice A model has one version more.
    event VersionPublished(
        ModelId indexed model,
        VersionId indexed version,
        Digest indexed manifest,
        string semver,
        Digest root,
        Digest licenseHash,
        VersionId[] parents
    );
    /// @notice `name` now stands for `version`.
    event AliasMoved(ModelId indexed model, bytes32 indexed nameHash, VersionId indexed version, string name);
    /// @notice The owner advises against a version. It stays, and stays provable.
    event Yanked(ModelId indexed model, VersionId indexed version, string reason);

    error ModelRegistry_BadName(string name);
    error ModelRegistry_BadVersion(string version);
    error ModelRegistry_NameTaken(ModelId model);
    error ModelRegistry_VersionTaken(ModelId model, VersionId taken);
    error ModelRegistry_EmptyDigest();
    error ModelRegistry_TooMany(uint256 count, uint256 most);
    error ModelRegistry_UnknownParent(VersionId parent);
    error ModelRegistry_UnknownVersion(VersionId version);
    error ModelRegistry_NotOwner(ModelId model, address caller, address owner);
    error ModelRegistry_Expired(uint256 deadline, uint256 time);
    error ModelRegistry_OtherRelay(address relay, address caller);
    error ModelRegistry_BadSignature(address owner);

    /// @notice Publishes a model in one transaction: splitter, registration, NFT, first version, plans. The caller owns it.
    function publish(Publication calldata publication) external returns (ModelId model, VersionId version);

    /// @notice The same for an owner who signed (EIP-712 `Publish`; an account or a contract wallet, ERC-1271). Who brings it changes
    /// nothing but who pays for gas.
    function publishBySig(Publication calldata publication, Permission calldata permission, bytes calldata signature)
        external
        returns (ModelId model, VersionId version);

    /// @notice Adds a version. Only the NFT's owner.
    function publishVersion(ModelId model, Release calldata release) external returns (VersionId version);

    /// @notice Adds a version for the NFT's owner, who signed (EIP-712 `PublishVersion`).
    function publishVersionBySig(
        ModelId model,
        Release calldata release,
        Permission calldata permission,
        bytes calldata signature
    ) external returns (VersionId version);

    /// @notice Lets a name such as "stable" stand for one of the model's versions. Only the NFT's owner.
    function moveAlias(ModelId model, string calldata name, VersionId version) external;

    /// @notice Advises against a version. Only the NFT's owner.
    function yank(VersionId version, string calldata reason) external;

    /// @notice Whether a file is part of a version.
    function proveFile(VersionId version, ManifestProof.File calldata file) external view returns (bool);

    /// @notice Whether a chunk is part of a file of a version.
    function proveChunk(VersionId version, ManifestProof.File calldata file, ManifestProof.Chunk calldata chunk)
        external
        view
        returns (bool);

    /// @notice The id of the model that `publisher` first published, or would, under a name.
    function modelId(address publisher, string calldata name) external view returns (ModelId);

    /// @notice The id of a version of a model with this manifest.
    function versionId(ModelId model, string calldata semver, Digest manifest) external view returns (VersionId);

    /// @notice A model; its splitter is zero when there is none.
    function modelOf(ModelId model) external view returns (Model memory);

    /// @notice A version; its model is zero when there is none.
    function versionOf(VersionId version) external view returns (Version memory);

    /// @notice The version of that number, zero when there is none.
    function versionNamed(ModelId model, string calldata semver) external view returns (VersionId);

    /// @notice The version that an alias stands for, zero when it is none.
    function aliasOf(ModelId model, string calldata name) external view returns (VersionId);

    /// @notice Who owns a model's NFT.
    function ownerOf(ModelId model) external view returns (address);
}
