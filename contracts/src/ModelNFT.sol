// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ICreatorToken, ITransferValidator} from "./interfaces/ICreatorToken.sol";
import {IModelNFT} from "./interfaces/IModelNFT.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {Text} from "./libraries/Text.sol";
import {ModelId} from "./types/Ids.sol";

/// @title ModelNFT
/// @notice See {IModelNFT}.
contract ModelNFT is IModelNFT, ICreatorToken, ERC721, ERC2981, IERC4906, AccessManaged {
    /// @notice The most that may be asked of a resale, in basis points.
    uint256 public constant MAX_ROYALTY_BPS = 1000;
    /// @notice What front ends offer when an author says nothing.
    uint256 public constant DEFAULT_ROYALTY_BPS = 500;
    /// @notice How long an owner has to say no.
    uint256 public constant RECOVERY_DELAY = 30 days;

    /// @dev A wish of the recovery address.
    struct Request {
        address to;
        uint64 readyAt;
    }

    /// @notice Mints, and knows what a model is.
    IModelRegistry public immutable registry;

    /// @inheritdoc IModelNFT
    mapping(uint256 id => address) public recoveryOf;
    /// @inheritdoc IModelNFT
    mapping(uint256 id => Request) public requestOf;

    /// @inheritdoc ICreatorToken
    address public getTransferValidator;

    /// @param authority An AccessManager: who may name a transfer validator.
    constructor(IModelRegistry registry_, address authority)
        ERC721("DeHug Models", "DEHUG")
        AccessManaged(authority)
    {
        registry = registry_;
        emit ContractURIUpdated();
    }

    modifier onlyRegistry() {
        if (msg.sender != address(registry)) revert ModelNFT_OnlyRegistry(msg.sender);
        _;
    }

    modifier onlyTokenOwner(uint256 id) {
        if (msg.sender != ownerOf(id)) revert ModelNFT_OnlyOwner(id, msg.sender);
        _;
    }

    /// @inheritdoc IModelNFT
    function mint(address owner, uint256 id, address splitter, uint16 royaltyBps, address recovery) external onlyRegistry {
        if (royaltyBps > MAX_ROYALTY_BPS) revert ModelNFT_RoyaltyTooHigh(royaltyBps, MAX_ROYALTY_BPS);
        _mint(owner, id);
        _setTokenRoyalty(id, splitter, royaltyBps);
        if (recovery != address(0)) {
            recoveryOf[id] = recovery;
            emit RecoveryChanged(id, recovery);
        }
    }

    /// @inheritdoc IModelNFT
    function refresh(uint256 id) external onlyRegistry {
        emit MetadataUpdate(id);
    }

    /// @inheritdoc IModelNFT
    function setRecovery(uint256 id, address recovery) external onlyTokenOwner(id) {
        recoveryOf[id] = recovery;
        delete requestOf[id];
        emit RecoveryChanged(id, recovery);
    }

    /// @inheritdoc IModelNFT
    function requestRecovery(uint256 id, address to) external {
        if (msg.sender != recoveryOf[id]) revert ModelNFT_OnlyRecovery(id, msg.sender);
        if (to == address(0)) revert ERC721InvalidReceiver(to);
        uint64 readyAt = uint64(block.timestamp + RECOVERY_DELAY);
        requestOf[id] = Request(to, readyAt);
        emit RecoveryRequested(id, to, readyAt);
    }

    /// @inheritdoc IModelNFT
    function cancelRecovery(uint256 id) external onlyTokenOwner(id) {
        if (requestOf[id].readyAt == 0) revert ModelNFT_NoRecovery(id);
        delete requestOf[id];
        emit RecoveryCancelled(id);
    }

    /// @inheritdoc IModelNFT
    function finishRecovery(uint256 id) external {
        Request memory request = requestOf[id];
        if (request.readyAt == 0) revert ModelNFT_NoRecovery(id);
        if (block.timestamp < request.readyAt) revert ModelNFT_TooEarly(id, request.readyAt, block.timestamp);
        _transfer(ownerOf(id), request.to, id);
    }

    /// @inheritdoc ICreatorToken
    function setTransferValidator(address validator) external restricted {
        if (validator != address(0) && validator.code.length == 0) revert ModelNFT_NoContract(validator);
        emit TransferValidatorUpdated(getTransferValidator, validator);
        getTransferValidator = validator;
    }

    /// @inheritdoc ICreatorToken
    function getTransferValidationFunction() external pure returns (bytes4 functionSignature, bool isViewFunction) {
        return (ITransferValidator.validateTransfer.selector, true);
    }

    /// @notice ERC-721 metadata, as a data URI: name, the latest version's manifest, a drawn picture.
    function tokenURI(uint256 id) public view override returns (string memory) {
        _requireOwned(id);
        IModelRegistry.Model memory model = registry.modelOf(ModelId.wrap(bytes32(id)));
        string memory manifest = Text.cid(registry.versionOf(model.latest).manifest);
        string memory kind = model.kind == IModelRegistry.Kind.Model ? "model" : "dataset";
        // A name is a slug and a CID base32: neither needs an escape.
        return _json(
            string.concat(
                '{"name":"',
                model.name,
                '","description":"An AI ',
                kind,
                ' on DeHug. Every byte of it can be checked against its manifest.","external_url":"ipfs://',
                manifest,
                '","image":"data:image/svg+xml;base64,',
                Base64.encode(bytes(_picture(model.name, kind))),
                '","attributes":[{"trait_type":"Kind","value":"',
                kind,
                '"},{"trait_type":"Publisher","value":"',
                Strings.toChecksumHexString(model.publisher),
                '"},{"trait_type":"Latest manifest","value":"',
                manifest,
                '"}]}'
            )
        );
    }

    /// @inheritdoc IModelNFT
    function contractURI() external pure returns (string memory) {
        return _json(
            '{"name":"DeHug Models","symbol":"DEHUG","description":"AI models and data sets whose every byte can be checked. The owner of an NFT decides about new versions and plans; royalties are advice to marketplaces."}'
        );
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 id) public view override(ERC721, ERC2981, IERC165) returns (bool) {
        return id == bytes4(0x49064906) // ERC-4906
            || id == type(ICreatorToken).interfaceId || super.supportsInterface(id);
    }

    /// @dev A new owner is not bound by the old one's recovery address. A validator is asked only when somebody moves what is another's: it
    /// keeps marketplaces to the royalties, and no owner from moving an NFT by hand.
    function _update(address to, uint256 id, address auth) internal override returns (address from) {
        from = super._update(to, id, auth);
        address validator = getTransferValidator;
        if (validator != address(0) && auth != address(0) && auth != from) {
            ITransferValidator(validator).validateTransfer(auth, from, to, id);
        }
        if (from != address(0) && recoveryOf[id] != address(0)) {
            delete recoveryOf[id];
            delete requestOf[id];
            emit RecoveryChanged(id, address(0));
        }
    }

    function _picture(string memory name, string memory kind) private pure returns (string memory) {
        return string.concat(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 350 350" font-family="sans-serif">',
            '<rect width="350" height="350" fill="#111827"/><text x="24" y="180" fill="#fff" font-size="26" textLength="302" lengthAdjust="spacingAndGlyphs">',
            name,
            '</text><text x="24" y="214" fill="#9ca3af" font-size="18">',
            kind,
            " on DeHug</text></svg>"
        );
    }

    function _json(string memory text) private pure returns (string memory) {
        return string.concat("data:application/json;base64,", Base64.encode(bytes(text)));
    }
}
