// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ICreatorToken} from "../src/interfaces/ICreatorToken.sol";
import {IModelNFT} from "../src/interfaces/IModelNFT.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {Text} from "../src/libraries/Text.sol";
import {Digest, ModelId} from "../src/types/Ids.sol";
import {Validator} from "./mocks/Validator.sol";
import {Deployed} from "./utils/Deployed.sol";
import {Decoder} from "./utils/Decoder.sol";

contract ModelNFTTest is Deployed {
    address internal keeper = user("keeper");
    ModelId internal model;
    uint256 internal id;
    address internal splitter;

    function setUp() external {
        IModelRegistry.Publication memory p = publication("tiny-faces");
        p.recovery = keeper;
        vm.prank(author);
        (model,) = registry.publish(p);
        id = uint256(ModelId.unwrap(model));
        splitter = registry.modelOf(model).splitter;
    }

    function test_onlyRegistryMints() external {
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_OnlyRegistry.selector, address(this)));
        nft.mint(author, 1, splitter, 0, address(0));
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_OnlyRegistry.selector, address(this)));
        nft.refresh(id);
    }

    function test_royaltyGoesToSplitter() external view {
        (address receiver, uint256 amount) = nft.royaltyInfo(id, 10_000);
        equal(receiver, splitter, "receiver");
        equal(amount, 500, "of 10 000");
    }

    function test_newVersionUpdatesMetadata() external {
        vm.expectEmit(true, true, true, true, address(nft));
        emit IERC4906.MetadataUpdate(id);
        vm.prank(author);
        registry.publishVersion(model, release("1.1.0", "second"));
    }

    function test_interfaces() external view {
        isTrue(nft.supportsInterface(type(IERC721).interfaceId), "721");
        isTrue(nft.supportsInterface(type(IERC2981).interfaceId), "2981");
        isTrue(nft.supportsInterface(0x49064906), "4906");
        isTrue(nft.supportsInterface(0xad0d7f6c), "721C");
        (bytes4 question, bool isView) = nft.getTransferValidationFunction();
        isTrue(question == 0xcaee23ea && isView, "721C's question");
        isTrue(!nft.supportsInterface(0xffffffff), "none");
    }

    function test_noValidatorAtFirst() external {
        equal(nft.getTransferValidator(), address(0), "nobody is asked");
        sell();
        equal(nft.ownerOf(id), stranger, "sold");
    }

    function test_validatorIsAskedBySellers() external {
        Validator validator = validated();
        vm.prank(author);
        nft.approve(keeper, id);
        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(Validator.Refused.selector, keeper, author, stranger, id));
        nft.transferFrom(author, stranger, id);
        validator.allow(keeper);
        sell();
        equal(nft.ownerOf(id), stranger, "sold");
    }

    function test_validatorIsNotAskedByOwners() external {
        validated();
        vm.prank(author);
        nft.transferFrom(author, stranger, id);
        equal(nft.ownerOf(id), stranger, "by hand");
        IModelRegistry.Publication memory p = publication("another");
        p.recovery = keeper;
        vm.prank(author);
        (ModelId another,) = registry.publish(p);
        uint256 lost = uint256(ModelId.unwrap(another));
        vm.prank(keeper);
        nft.requestRecovery(lost, stranger);
        vm.warp(block.timestamp + 30 days);
        nft.finishRecovery(lost);
        equal(nft.ownerOf(lost), stranger, "by recovery");
    }

    function test_validatorIsNamedByRole() external {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        nft.setTransferValidator(address(0));
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_NoContract.selector, keeper));
        nft.setTransferValidator(keeper);
        Validator validator = new Validator();
        vm.expectEmit(true, true, true, true, address(nft));
        emit ICreatorToken.TransferValidatorUpdated(address(0), address(validator));
        vm.prank(admin);
        nft.setTransferValidator(address(validator));
        equal(nft.getTransferValidator(), address(validator), "named");
        vm.prank(admin);
        nft.setTransferValidator(address(0)); // and off again
        sell();
        equal(nft.ownerOf(id), stranger, "sold");
    }

    function validated() internal returns (Validator validator) {
        validator = new Validator();
        vm.prank(admin);
        nft.setTransferValidator(address(validator));
    }

    /// @notice A marketplace sells the author's NFT to a stranger.
    function sell() internal {
        vm.prank(author);
        nft.approve(keeper, id);
        vm.prank(keeper);
        nft.transferFrom(author, stranger, id);
    }

    function test_tokenURI() external view {
        string memory json = Decoder.json(nft.tokenURI(id));
        equal(vm.parseJsonString(json, ".name"), "tiny-faces", "name");
        string memory cid = Text.cid(registry.versionOf(registry.modelOf(model).latest).manifest);
        equal(vm.parseJsonString(json, ".external_url"), string.concat("ipfs://", cid), "url");
        equal(vm.parseJsonString(json, ".attributes[0].value"), "model", "kind");
        equal(vm.parseJsonString(json, ".attributes[2].value"), cid, "manifest");
        isTrue(bytes(vm.parseJsonString(json, ".description")).length > 20, "description");
        string memory svg = Decoder.image(vm.parseJsonString(json, ".image"));
        isTrue(bytes(svg).length > 100, "picture");
    }

    function test_cidOfExample() external pure {
        Digest digest = Digest.wrap(0x5e01278bc7d6dfb85050670a570f18e86458d319ebb5bd415a9b6230221b3a77);
        equal(Text.cid(digest), "bafkreic6aetyxr6w364faudhbjlq6ghimrmnggplww6ucwu3miycegz2o4", "CID");
    }

    function test_noMetadataForNoToken() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 7));
        nft.tokenURI(7);
    }

    function test_contractURI() external view {
        string memory json = Decoder.json(nft.contractURI());
        equal(vm.parseJsonString(json, ".name"), "DeHug Models", "name");
    }

    function test_recovery() external {
        address fresh = user("fresh");
        vm.prank(keeper);
        nft.requestRecovery(id, fresh);
        vm.warp(block.timestamp + 30 days);
        nft.finishRecovery(id);
        equal(nft.ownerOf(id), fresh, "owner");
        equal(nft.recoveryOf(id), address(0), "the keeper's right was used up");
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_NoRecovery.selector, id));
        nft.finishRecovery(id);
    }

    function test_recoveryNotEarlier() external {
        vm.prank(keeper);
        nft.requestRecovery(id, keeper);
        uint256 ready = block.timestamp + 30 days;
        vm.warp(ready - 1);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_TooEarly.selector, id, ready, ready - 1));
        nft.finishRecovery(id);
    }

    function test_ownerCancels() external {
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_NoRecovery.selector, id));
        nft.cancelRecovery(id);
        vm.prank(keeper);
        nft.requestRecovery(id, keeper);
        vm.prank(author);
        nft.cancelRecovery(id);
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_NoRecovery.selector, id));
        nft.finishRecovery(id);
    }

    function test_saleEndsRecovery() external {
        vm.prank(keeper);
        nft.requestRecovery(id, keeper);
        vm.prank(author);
        nft.transferFrom(author, stranger, id);
        equal(nft.recoveryOf(id), address(0), "recovery");
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_NoRecovery.selector, id));
        nft.finishRecovery(id);
        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_OnlyRecovery.selector, id, keeper));
        nft.requestRecovery(id, keeper);
    }

    function test_newRecoveryEndsRequest() external {
        vm.prank(keeper);
        nft.requestRecovery(id, keeper);
        vm.prank(author);
        nft.setRecovery(id, curator);
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_NoRecovery.selector, id));
        nft.finishRecovery(id);
        equal(nft.recoveryOf(id), curator, "recovery");
    }

    function test_onlyRecoveryRequests() external {
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_OnlyRecovery.selector, id, author));
        nft.requestRecovery(id, author);
    }

    function test_onlyOwnerDecides() external {
        vm.prank(keeper);
        nft.requestRecovery(id, keeper);
        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_OnlyOwner.selector, id, keeper));
        nft.cancelRecovery(id);
        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(IModelNFT.ModelNFT_OnlyOwner.selector, id, keeper));
        nft.setRecovery(id, keeper);
    }

    function test_refusesRecoveryToZero() external {
        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        nft.requestRecovery(id, address(0));
    }
}
