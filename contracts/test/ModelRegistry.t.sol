// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ModelRegistry} from "../src/ModelRegistry.sol";
import {IModelNFT} from "../src/interfaces/IModelNFT.sol";
import {IModelRegistry} from "../src/interfaces/IModelRegistry.sol";
import {IUsagePass} from "../src/interfaces/IUsagePass.sol";
import {ManifestProof} from "../src/libraries/ManifestProof.sol";
import {Digest, ModelId, PlanId, VersionId} from "../src/types/Ids.sol";
import {PlanOffer} from "../src/types/Plans.sol";
import {Wallet} from "./mocks/Callers.sol";
import {Deployed} from "./utils/Deployed.sol";

contract ModelRegistryTest is Deployed {
    function test_publishInOneTransaction() external {
        IModelRegistry.Publication memory p = publication("tiny-faces");
        p.plans = new PlanOffer[](2);
        p.plans[0] = offer(address(dollar));
        p.plans[1] = offer(address(0));
        vm.prank(author);
        (ModelId model, VersionId version) = registry.publish(p);
        equal(ModelId.unwrap(model), ModelId.unwrap(registry.modelId(author, "tiny-faces")), "model id");
        IModelRegistry.Model memory m = registry.modelOf(model);
        equal(m.name, "tiny-faces", "name");
        equal(m.publisher, author, "publisher");
        equal(m.splitter, splitters.predict(p.recipients, p.parts), "splitter");
        isTrue(m.splitter.code.length > 0, "the splitter is there");
        isTrue(m.latest == version, "latest");
        isTrue(version == registry.versionId(model, "1.0.0", p.release.manifest), "version id");
        isTrue(registry.versionNamed(model, "1.0.0") == version, "by number");
        IModelRegistry.Version memory v = registry.versionOf(version);
        isTrue(v.model == model && v.manifest == p.release.manifest && v.root == p.release.root, "version");
        isTrue(v.licenseHash == p.release.licenseHash, "license");
        equal(registry.ownerOf(model), author, "owner");
        for (uint256 i; i < 2; ++i) {
            PlanId plan = pass.planId(terms(model, m.splitter, p.plans[i]));
            equal(pass.termsOf(plan).payee, m.splitter, "plan");
        }
    }

    function test_publishEvents() external {
        IModelRegistry.Publication memory p = publication("tiny-faces");
        ModelId model = registry.modelId(author, "tiny-faces");
        VersionId version = registry.versionId(model, "1.0.0", p.release.manifest);
        address splitter = splitters.predict(p.recipients, p.parts);
        vm.expectEmit(true, true, true, true, address(registry));
        emit IModelRegistry.ModelPublished(model, author, p.kind, "tiny-faces", splitter, 500);
        vm.expectEmit(true, true, true, true, address(registry));
        emit IModelRegistry.VersionPublished(
            model, version, p.release.manifest, "1.0.0", p.release.root, p.release.licenseHash, p.release.parents
        );
        vm.prank(author);
        registry.publish(p);
    }

    function test_refusesBadNames() external {
        string[9] memory bad = ["", "A", "a b", "-a", "a-", "a--b", "a/b", unicode"ä", "a\"b"];
        for (uint256 i; i < bad.length; ++i) {
            refused(publication(bad[i]), abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadName.selector, bad[i]));
        }
        string memory longest = "a123456789a123456789a123456789a123456789a123456789a123456789a123";
        vm.prank(author);
        registry.publish(publication(longest));
        string memory longer = string.concat(longest, "4");
        refused(publication(longer), abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadName.selector, longer));
    }

    function test_refusesNameTwice() external {
        vm.prank(author);
        (ModelId model,) = registry.publish(publication("a"));
        refused(publication("a"), abi.encodeWithSelector(IModelRegistry.ModelRegistry_NameTaken.selector, model));
    }

    function test_twoPublishersOneName() external {
        vm.prank(author);
        (ModelId one,) = registry.publish(publication("a"));
        vm.prank(stranger);
        (ModelId other,) = registry.publish(publication("a"));
        isTrue(one != other, "ids differ");
        equal(registry.ownerOf(other), stranger, "owner");
    }

    function test_refusesRoyaltyAboveCap() external {
        IModelRegistry.Publication memory p = publication("a");
        p.royaltyBps = 1001;
        refused(p, abi.encodeWithSelector(IModelNFT.ModelNFT_RoyaltyTooHigh.selector, 1001, 1000));
        p.royaltyBps = 1000;
        vm.prank(author);
        registry.publish(p);
    }

    function test_refusesTooMany() external {
        IModelRegistry.Publication memory p = publication("a");
        p.plans = new PlanOffer[](9);
        refused(p, abi.encodeWithSelector(IModelRegistry.ModelRegistry_TooMany.selector, 9, 8));
        p = publication("a");
        p.release.parents = new VersionId[](33);
        refused(p, abi.encodeWithSelector(IModelRegistry.ModelRegistry_TooMany.selector, 33, 32));
    }

    function test_publishDataset() external {
        IModelRegistry.Publication memory p = publication("faces-in-the-wild");
        p.kind = IModelRegistry.Kind.Dataset;
        vm.prank(author);
        (ModelId model,) = registry.publish(p);
        isTrue(registry.modelOf(model).kind == IModelRegistry.Kind.Dataset, "kind");
    }

    function test_largestPublicationFits() external {
        IModelRegistry.Publication memory p = publication("a");
        vm.prank(author);
        (, VersionId parent) = registry.publish(p);
        p = publication("a123456789a123456789a123456789a123456789a123456789a123456789a123");
        p.release.parents = new VersionId[](32);
        p.recipients = new address[](32);
        p.parts = new uint32[](32);
        for (uint256 i; i < 32; ++i) {
            p.release.parents[i] = parent;
            p.recipients[i] = address(uint160(0x1000 + i));
            p.parts[i] = 31_250;
        }
        p.plans = new PlanOffer[](8);
        for (uint256 i; i < 8; ++i) {
            p.plans[i] = offer(address(dollar));
            p.plans[i].authorFee += uint96(i);
        }
        vm.prank(author);
        uint256 before = gasleft();
        registry.publish(p);
        isTrue(before - gasleft() < 5_000_000, "gas");
    }

    function test_publishBySig() external {
        IModelRegistry.Publication memory p = publication("a");
        bytes memory signature = sign(authorKey, p, permission(author));
        vm.prank(stranger);
        (ModelId model,) = registry.publishBySig(p, permission(author), signature);
        equal(registry.ownerOf(model), author, "owner");
        equal(registry.modelOf(model).publisher, author, "publisher");
    }

    function test_publishHashByHand() external view {
        // As a wallet makes it: every type spelled out, every list by its elements.
        IModelRegistry.Publication memory p = publication("a");
        p.plans = new PlanOffer[](1);
        p.plans[0] = offer(address(dollar));
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("DeHug Registry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        equal(registry.domainSeparator(), domain, "domain");
    }

    function test_publishBySigOfWallet() external {
        Wallet wallet = new Wallet();
        IModelRegistry.Publication memory p = publication("a");
        wallet.agree(hash(p, permission(address(wallet))));
        (ModelId model,) = registry.publishBySig(p, permission(address(wallet)), "");
        equal(registry.ownerOf(model), address(wallet), "owner");
    }

    function test_walletThatChangesItsMind() external {
        Wallet wallet = new Wallet();
        IModelRegistry.Publication memory p = publication("a");
        bytes32 agreed = hash(p, permission(address(wallet)));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, address(wallet)));
        registry.publishBySig(p, permission(address(wallet)), "");
        wallet.agree(agreed);
        (ModelId model,) = registry.publishBySig(p, permission(address(wallet)), "");
        wallet.agree(0);
        equal(registry.ownerOf(model), address(wallet), "what was published stays");
    }

    function test_refusesReplay() external {
        IModelRegistry.Publication memory p = publication("a");
        bytes memory signature = sign(authorKey, p, permission(author));
        registry.publishBySig(p, permission(author), signature);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
        registry.publishBySig(p, permission(author), signature);
    }

    function test_refusesOtherChainAndRegistry() external {
        IModelRegistry.Publication memory p = publication("a");
        bytes memory signature = sign(authorKey, p, permission(author));
        ModelRegistry other = new ModelRegistry(nft, pass, splitters);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
        other.publishBySig(p, permission(author), signature);
        vm.chainId(8453);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
        registry.publishBySig(p, permission(author), signature);
    }

    function test_refusesLate() external {
        IModelRegistry.Publication memory p = publication("a");
        IModelRegistry.Permission memory a = permission(author);
        bytes memory signature = sign(authorKey, p, a);
        vm.warp(a.deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ModelRegistry_Expired.selector, a.deadline, a.deadline + 1)
        );
        registry.publishBySig(p, a, signature);
        vm.warp(a.deadline);
        registry.publishBySig(p, a, signature);
    }

    function test_refusesOtherRelay() external {
        IModelRegistry.Publication memory p = publication("a");
        IModelRegistry.Permission memory a = permission(author);
        a.relay = curator;
        bytes memory signature = sign(authorKey, p, a);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_OtherRelay.selector, curator, stranger));
        registry.publishBySig(p, a, signature);
        vm.prank(curator);
        registry.publishBySig(p, a, signature);
    }

    function test_refusesAnyChange() external {
        IModelRegistry.Permission memory a = permission(author);
        IModelRegistry.Publication memory p = publication("a");
        p.plans = new PlanOffer[](1);
        p.plans[0] = offer(address(dollar));
        bytes memory signature = sign(authorKey, p, a);
        for (uint256 i; i < 23; ++i) {
            IModelRegistry.Publication memory q = abi.decode(abi.encode(p), (IModelRegistry.Publication));
            IModelRegistry.Permission memory b = abi.decode(abi.encode(a), (IModelRegistry.Permission));
            if (i == 0) q.name = "b";
            if (i == 1) q.kind = IModelRegistry.Kind.Dataset;
            if (i == 2) q.release.version = "1.0.1";
            if (i == 3) q.release.manifest = Digest.wrap("x");
            if (i == 4) q.release.root = Digest.wrap("x");
            if (i == 5) q.release.licenseHash = Digest.wrap("x");
            if (i == 6) q.release.parents = new VersionId[](1);
            if (i == 7) (q.parts[0], q.parts[1]) = (500_000, 500_000);
            if (i == 8) q.recipients[0] = address(uint160(q.recipients[0]) - 1);
            if (i == 9) q.royaltyBps = 0;
            if (i == 10) q.recovery = stranger;
            if (i == 11) q.plans = new PlanOffer[](0);
            if (i == 12) q.plans[0].token = address(0);
            if (i == 13) q.plans[0].authorFee += 1;
            if (i == 14) q.plans[0].relayFee += 1;
            if (i == 15) q.plans[0].computeCap += 1;
            if (i == 16) q.plans[0].unitKind = "token";
            if (i == 17) q.plans[0].transferable = false;
            if (i == 18) b.deadline += 1;
            if (i == 19) b.fee = 1;
            if (i == 20) b.feeToken = address(1);
            if (i == 21) q.plans[0].period = 1;
            if (i == 22) q.plans[0].quota = 1;
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
            registry.publishBySig(q, b, signature);
        }
        registry.publishBySig(p, a, signature);
    }

    function test_refusesMalleable() external {
        IModelRegistry.Publication memory p = publication("a");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(authorKey, hash(p, permission(author)));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes memory other = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
        registry.publishBySig(p, permission(author), other);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
        registry.publishBySig(p, permission(author), abi.encodePacked(r, s)); // short
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, address(0)));
        registry.publishBySig(p, permission(address(0)), abi.encodePacked(r, s, uint8(29))); // recovers to zero
    }

    function test_paysRelay() external {
        IModelRegistry.Publication memory p = publication("a");
        IModelRegistry.Permission memory a = permission(author);
        (a.relay, a.feeToken, a.fee) = (curator, address(dollar), 25);
        bytes memory signature = sign(authorKey, p, a);
        dollar.mint(author, 100);
        vm.prank(author);
        dollar.approve(address(registry), 100);
        vm.prank(curator);
        registry.publishBySig(p, a, signature);
        equal(dollar.balanceOf(curator), 25, "relay");
        equal(dollar.balanceOf(author), 75, "owner");
    }

    function test_unpayableFeePublishesNothing() external {
        IModelRegistry.Publication memory p = publication("a");
        IModelRegistry.Permission memory a = permission(author);
        (a.feeToken, a.fee) = (address(dollar), 25);
        bytes memory signature = sign(authorKey, p, a);
        vm.expectRevert();
        registry.publishBySig(p, a, signature);
        equal(registry.modelOf(registry.modelId(author, "a")).splitter, address(0), "no model");
        equal(registry.nonces(author), 0, "the signature is still good");
    }

    function test_newVersion() external {
        (ModelId model, VersionId first) = published("a");
        bytes32 before = keccak256(abi.encode(registry.versionOf(first)));
        vm.prank(author);
        VersionId second = registry.publishVersion(model, release("1.1.0", "second"));
        isTrue(registry.modelOf(model).latest == second, "latest");
        equal(keccak256(abi.encode(registry.versionOf(first))), before, "the first one");
    }

    function test_refusesVersionOfStranger() external {
        (ModelId model,) = published("a");
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotOwner.selector, model, stranger, author)
        );
        registry.publishVersion(model, release("1.1.0", "second"));
    }

    function test_refusesNumberTwice() external {
        (ModelId model, VersionId first) = published("a");
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_VersionTaken.selector, model, first));
        registry.publishVersion(model, release("1.0.0", "second"));
    }

    function test_refusesBadRelease() external {
        (ModelId model,) = published("a");
        vm.startPrank(author);
        string[4] memory bad = ["", "1.0 0", unicode"1.0.ö", "12345678901234567890123456789012345678901234567890123456789012345"];
        for (uint256 i; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadVersion.selector, bad[i]));
            registry.publishVersion(model, release(bad[i], "x"));
        }
        IModelRegistry.Release memory r = release("2.0.0-rc.1+Build", "x");
        r.manifest = Digest.wrap(0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_EmptyDigest.selector));
        registry.publishVersion(model, r);
        r = release("2.0.0-rc.1+Build", "x");
        r.root = Digest.wrap(0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_EmptyDigest.selector));
        registry.publishVersion(model, r);
        registry.publishVersion(model, release("2.0.0-rc.1+Build", "x"));
    }

    function test_parents() external {
        (, VersionId parent) = published("a");
        IModelRegistry.Publication memory p = publication("b");
        p.release.parents = new VersionId[](1);
        p.release.parents[0] = parent;
        ModelId model = registry.modelId(stranger, "b");
        vm.expectEmit(true, true, true, true, address(registry));
        emit IModelRegistry.VersionPublished(
            model,
            registry.versionId(model, "1.0.0", p.release.manifest),
            p.release.manifest,
            "1.0.0",
            p.release.root,
            p.release.licenseHash,
            p.release.parents
        );
        vm.prank(stranger);
        registry.publish(p);
    }

    function test_refusesUnknownParent() external {
        IModelRegistry.Publication memory p = publication("b");
        p.release.parents = new VersionId[](1);
        p.release.parents[0] = VersionId.wrap("nobody");
        refused(p, abi.encodeWithSelector(IModelRegistry.ModelRegistry_UnknownParent.selector, bytes32("nobody")));
    }

    function test_versionBySig() external {
        (ModelId model,) = published("a");
        IModelRegistry.Release memory r = release("1.1.0", "second");
        IModelRegistry.Permission memory a = permission(author);
        (uint8 v, bytes32 rr, bytes32 s) = vm.sign(authorKey, hash(model, r, a));
        bytes memory signature = abi.encodePacked(rr, s, v);
        // Not for other contents, not by somebody who does not own the model.
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadSignature.selector, author));
        registry.publishVersionBySig(model, release("1.2.0", "second"), a, signature);
        (address other, uint256 otherKey) = account("other");
        IModelRegistry.Permission memory b = permission(other);
        (v, rr, s) = vm.sign(otherKey, hash(model, r, b));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotOwner.selector, model, other, author));
        registry.publishVersionBySig(model, r, b, abi.encodePacked(rr, s, v));
        VersionId version = registry.publishVersionBySig(model, r, a, signature);
        isTrue(registry.modelOf(model).latest == version, "latest");
    }

    function test_moveAlias() external {
        (ModelId model, VersionId first) = published("a");
        vm.prank(author);
        VersionId second = registry.publishVersion(model, release("1.1.0", "second"));
        vm.expectEmit(true, true, true, true, address(registry));
        emit IModelRegistry.AliasMoved(model, keccak256("stable"), first, "stable");
        vm.prank(author);
        registry.moveAlias(model, "stable", first);
        isTrue(registry.aliasOf(model, "stable") == first, "first");
        vm.prank(author);
        registry.moveAlias(model, "stable", second);
        isTrue(registry.aliasOf(model, "stable") == second, "second");
    }

    function test_refusesAlias() external {
        (ModelId model, VersionId version) = published("a");
        (, VersionId other) = published("b");
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotOwner.selector, model, stranger, author)
        );
        registry.moveAlias(model, "stable", version);
        vm.startPrank(author);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_UnknownVersion.selector, other));
        registry.moveAlias(model, "stable", other);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_BadName.selector, "Stable"));
        registry.moveAlias(model, "Stable", version);
    }

    function test_yank() external {
        (ModelId model, VersionId version) = published("a");
        bytes32 before = keccak256(abi.encode(registry.versionOf(version)));
        vm.expectEmit(true, true, true, true, address(registry));
        emit IModelRegistry.Yanked(model, version, "wrong labels");
        vm.prank(author);
        registry.yank(version, "wrong labels");
        equal(keccak256(abi.encode(registry.versionOf(version))), before, "the version");
    }

    function test_refusesYank() external {
        (ModelId model, VersionId version) = published("a");
        vm.prank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotOwner.selector, model, stranger, author)
        );
        registry.yank(version, "");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelRegistry_UnknownVersion.selector, bytes32("x")));
        registry.yank(VersionId.wrap("x"), "");
    }

    function test_afterSale() external {
        (ModelId model,) = published("a");
        sell(model);
        vm.prank(stranger);
        registry.publishVersion(model, release("1.1.0", "second"));
        vm.prank(author);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.ModelRegistry_NotOwner.selector, model, author, stranger)
        );
        registry.publishVersion(model, release("1.2.0", "third"));
    }

    function test_saleChangesNothingSold() external {
        (ModelId model, PlanId plan) = publishWithPlan("a", offer(address(dollar)));
        IModelRegistry.Model memory m = registry.modelOf(model);
        bytes32 before = keccak256(abi.encode(m, registry.versionOf(m.latest), pass.termsOf(plan)));
        sell(model);
        m = registry.modelOf(model);
        equal(keccak256(abi.encode(m, registry.versionOf(m.latest), pass.termsOf(plan))), before, "all of it");
        vm.prank(author);
        vm.expectRevert(abi.encodeWithSelector(IUsagePass.UsagePass_NotOwner.selector, model, author));
        pass.createPlan(terms(model, author, offer(address(0))));
    }

    function test_proofs() external {
        // A release of one file of one chunk: its leaf is the root.
        Digest chunk = Digest.wrap(sha256("hello"));
        Digest chunkRoot = Digest.wrap(sha256(abi.encodePacked(uint8(2), "dehug/chunks/v0", uint64(5), chunk)));
        bytes32 root = sha256(abi.encodePacked(uint8(0), "dehug/leaf/v0", uint32(1), "a", uint64(5), chunkRoot));
        IModelRegistry.Publication memory p = publication("a");
        p.release.root = Digest.wrap(root);
        vm.prank(author);
        (ModelId model, VersionId version) = registry.publish(p);
        vm.prank(author);
        VersionId other = registry.publishVersion(model, release("1.1.0", "second"));
        ManifestProof.File memory f = ManifestProof.File("a", 5, chunkRoot, 0, 1, new bytes32[](0));
        ManifestProof.Chunk memory c = ManifestProof.Chunk(chunk, 0, new bytes32[](0));
        isTrue(registry.proveFile(version, f), "file");
        isTrue(registry.proveChunk(version, f, c), "chunk");
        isTrue(!registry.proveFile(other, f) && !registry.proveChunk(other, f, c), "another version");
        c.hash = Digest.wrap(sha256("hallo"));
        isTrue(!registry.proveChunk(version, f, c), "another chunk");
        f.path = "b";
        isTrue(!registry.proveFile(version, f), "another path");
    }

    function test_noProofForUnknownVersion() external view {
        ManifestProof.File memory f = ManifestProof.File("a", 0, Digest.wrap(0), 0, 1, new bytes32[](0));
        isTrue(!registry.proveFile(VersionId.wrap("x"), f), "unknown");
    }

    // Helpers.

    function published(string memory name) internal returns (ModelId, VersionId) {
        vm.prank(author);
        return registry.publish(publication(name));
    }

    function sell(ModelId model) internal {
        vm.prank(author);
        nft.transferFrom(author, stranger, uint256(ModelId.unwrap(model)));
    }

    function refused(IModelRegistry.Publication memory p, bytes memory reason) internal {
        vm.prank(author);
        vm.expectRevert(reason);
        registry.publish(p);
    }

    function permission(address owner) internal view returns (IModelRegistry.Permission memory) {
        return IModelRegistry.Permission(owner, address(0), address(0), 0, block.timestamp + 1 hours);
    }

    function sign(uint256 key, IModelRegistry.Publication memory p, IModelRegistry.Permission memory a)
        internal
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash(p, a));
        return abi.encodePacked(r, s, v);
    }

    // EIP-712 spelled out, as a wallet does it: not with the library that the contract uses.

    string internal constant OFFER =
        "PlanOffer(address token,uint96 authorFee,uint96 relayFee,uint64 computeCap,bytes32 unitKind,bool transferable,uint32 period,uint32 quota)";
    string internal constant PUBLICATION =
        "Publication(string name,uint8 kind,Release release,address[] recipients,uint32[] parts,uint16 royaltyBps,address recovery,PlanOffer[] plans)";
    string internal constant RELEASE =
        "Release(string version,bytes32 manifest,bytes32 root,bytes32 licenseHash,bytes32[] parents)";

    function hash(IModelRegistry.Publication memory p, IModelRegistry.Permission memory a)
        internal
        view
        returns (bytes32)
    {
        string memory head =
            "Publish(address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,Publication publication)";
        return typed(
            abi.encode(
                keccak256(abi.encodePacked(head, OFFER, PUBLICATION, RELEASE)),
                a.owner,
                a.relay,
                a.feeToken,
                a.fee,
                a.deadline,
                registry.nonces(a.owner),
                publicationHash(p)
            )
        );
    }

    function hash(ModelId model, IModelRegistry.Release memory r, IModelRegistry.Permission memory a)
        internal
        view
        returns (bytes32)
    {
        string memory head =
            "PublishVersion(address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,bytes32 model,Release release)";
        return typed(
            abi.encode(
                keccak256(abi.encodePacked(head, RELEASE)),
                a.owner,
                a.relay,
                a.feeToken,
                a.fee,
                a.deadline,
                registry.nonces(a.owner),
                model,
                releaseHash(r)
            )
        );
    }

    function typed(bytes memory encoded) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", registry.domainSeparator(), keccak256(encoded)));
    }

    function publicationHash(IModelRegistry.Publication memory p) internal pure returns (bytes32) {
        bytes memory plans;
        for (uint256 i; i < p.plans.length; ++i) {
            PlanOffer memory o = p.plans[i];
            plans = abi.encodePacked(
                plans,
                keccak256(
                    abi.encode(
                        keccak256(bytes(OFFER)),
                        o.token,
                        o.authorFee,
                        o.relayFee,
                        o.computeCap,
                        o.unitKind,
                        o.transferable,
                        o.period,
                        o.quota
                    )
                )
            );
        }
        bytes memory recipients;
        for (uint256 i; i < p.recipients.length; ++i) {
            recipients = abi.encodePacked(recipients, abi.encode(p.recipients[i]));
        }
        bytes memory parts;
        for (uint256 i; i < p.parts.length; ++i) {
            parts = abi.encodePacked(parts, abi.encode(p.parts[i]));
        }
        return keccak256(
            abi.encode(
                keccak256(abi.encodePacked(PUBLICATION, OFFER, RELEASE)),
                keccak256(bytes(p.name)),
                uint256(p.kind),
                releaseHash(p.release),
                keccak256(recipients),
                keccak256(parts),
                p.royaltyBps,
                p.recovery,
                keccak256(plans)
            )
        );
    }

    function releaseHash(IModelRegistry.Release memory r) internal pure returns (bytes32) {
        bytes memory parents;
        for (uint256 i; i < r.parents.length; ++i) {
            parents = abi.encodePacked(parents, r.parents[i]);
        }
        return keccak256(
            abi.encode(
                keccak256(bytes(RELEASE)), keccak256(bytes(r.version)), r.manifest, r.root, r.licenseHash, keccak256(parents)
            )
        );
    }
}
