// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Digest} from "../src/types/Ids.sol";
import {ManifestProof} from "../src/libraries/ManifestProof.sol";
import {Test} from "./utils/Test.sol";
import {Vm} from "./utils/Vm.sol";

/// @notice The library, callable from outside so that its arguments are calldata.
contract Prover {
    function file(ManifestProof.File calldata f, Digest root) external pure returns (bool) {
        return ManifestProof.holds(f, root);
    }

    function chunk(ManifestProof.Chunk calldata c, uint64 size, Digest chunkRoot) external pure returns (bool) {
        return ManifestProof.holds(c, size, chunkRoot);
    }

    function isPath(bytes calldata path) external pure returns (bool) {
        return ManifestProof.isPath(path);
    }

    function climb(bytes32 leaf, uint256 index, uint256 count, bytes32[] calldata siblings)
        external
        pure
        returns (bool, bytes32)
    {
        return ManifestProof.climb(leaf, index, count, siblings);
    }
}

contract ManifestProofTest is Test {
    string internal constant VECTORS = "../manifest/testdata/vectors";
    Prover internal prover = new Prover();

    function test_chunkProofVectors() external view {
        string[] memory files = vectors("chunk-proof");
        isTrue(files.length >= 11, "all chunk proofs are there");
        for (uint256 i; i < files.length; ++i) {
            string memory v = vm.readFile(files[i]);
            ManifestProof.Chunk memory c = ManifestProof.Chunk(digest(v, ".chunk"), number(v, ".index"), siblings(v));
            bool holds = prover.chunk(c, number(v, ".size"), digest(v, ".chunkRoot"));
            isTrue(holds == expectsOk(v), files[i]);
        }
    }

    function test_fileProofVectors() external view {
        string[] memory files = vectors("file-proof");
        isTrue(files.length >= 8, "all file proofs are there");
        for (uint256 i; i < files.length; ++i) {
            string memory v = vm.readFile(files[i]);
            ManifestProof.File memory f = ManifestProof.File(
                vm.parseJsonString(v, ".path"),
                number(v, ".size"),
                digest(v, ".chunkRoot"),
                number(v, ".index"),
                number(v, ".count"),
                siblings(v)
            );
            isTrue(prover.file(f, digest(v, ".root")) == expectsOk(v), files[i]);
        }
    }

    function test_pathVectors() external view {
        string[] memory files = vectors("path");
        isTrue(files.length >= 24, "all paths are there");
        for (uint256 i; i < files.length; ++i) {
            string memory v = vm.readFile(files[i]);
            isTrue(prover.isPath(bytes(vm.parseJsonString(v, ".text"))) == expectsOk(v), files[i]);
        }
    }

    function testFuzz_proofOfAnyLeaf(uint256 count, uint256 index) external view {
        (bytes32[] memory leaves, uint256 place) = tree(count, index);
        (bool ok, bytes32 top) = prover.climb(leaves[place], place, leaves.length, prove(leaves, place));
        isTrue(ok, "the proof has the right length");
        equal(top, mth(leaves, 0, leaves.length), "top");
    }

    function testFuzz_anyFlippedBitRefuses(uint256 count, uint256 index, uint256 bit) external view {
        (bytes32[] memory leaves, uint256 place) = tree(count, index);
        bytes32[] memory proof = prove(leaves, place);
        bytes32 leaf = leaves[place];
        bit %= 256 * (proof.length + 1);
        if (bit < 256) leaf ^= bytes32(1 << bit);
        else proof[bit / 256 - 1] ^= bytes32(1 << bit % 256);
        (, bytes32 top) = prover.climb(leaf, place, leaves.length, proof);
        isTrue(top != mth(leaves, 0, leaves.length), "a flipped bit leads elsewhere");
    }

    function testFuzz_oneSiblingTooMany(uint256 count, uint256 index) external view {
        (bytes32[] memory leaves, uint256 place) = tree(count, index);
        bytes32[] memory proof = prove(leaves, place);
        bytes32[] memory longer = new bytes32[](proof.length + 1);
        for (uint256 i; i < proof.length; ++i) {
            longer[i] = proof[i];
        }
        (bool ok,) = prover.climb(leaves[place], place, leaves.length, longer);
        isTrue(!ok, "a sibling is left over");
    }

    function test_refusesAboveLimits() external view {
        // A release of one file: its leaf is the root, so only the limits can refuse it.
        uint64 most = uint64(ManifestProof.MAX_FILE);
        isTrue(onlyFile(most), "64 GiB");
        isTrue(!onlyFile(most + 1), "a byte more");
        ManifestProof.Chunk memory c = ManifestProof.Chunk(Digest.wrap("x"), 0, new bytes32[](17));
        isTrue(!prover.chunk(c, most + 1, Digest.wrap(0)), "a chunk of a byte more");
        ManifestProof.File memory f = ManifestProof.File("a", 1, Digest.wrap("x"), 0, 4097, new bytes32[](13));
        isTrue(!prover.file(f, Digest.wrap(0)), "4097 files");
    }

    function onlyFile(uint64 size) internal view returns (bool) {
        bytes32 leaf = sha256(abi.encodePacked(uint8(0), "dehug/leaf/v0", uint32(1), "a", size, bytes32("x")));
        return prover.file(ManifestProof.File("a", size, Digest.wrap("x"), 0, 1, new bytes32[](0)), Digest.wrap(leaf));
    }

    // The tree as the specification words it, by recursion.

    function tree(uint256 count, uint256 index) internal pure returns (bytes32[] memory leaves, uint256 place) {
        leaves = new bytes32[](within(count, 1, 70));
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = sha256(abi.encode(i));
        }
        place = index % leaves.length;
    }

    function mth(bytes32[] memory leaves, uint256 from, uint256 to) internal pure returns (bytes32) {
        if (to - from == 1) return leaves[from];
        uint256 middle = from + split(to - from);
        return sha256(abi.encodePacked(uint8(1), mth(leaves, from, middle), mth(leaves, middle, to)));
    }

    function prove(bytes32[] memory leaves, uint256 place) internal pure returns (bytes32[] memory) {
        bytes memory joined = way(leaves, 0, leaves.length, place);
        bytes32[] memory proof = new bytes32[](joined.length / 32);
        for (uint256 i; i < proof.length; ++i) {
            assembly ("memory-safe") {
                mstore(add(proof, mul(32, add(i, 1))), mload(add(joined, mul(32, add(i, 1)))))
            }
        }
        return proof;
    }

    function way(bytes32[] memory leaves, uint256 from, uint256 to, uint256 place) internal pure returns (bytes memory) {
        if (to - from == 1) return "";
        uint256 middle = from + split(to - from);
        if (place < middle) return bytes.concat(way(leaves, from, middle, place), mth(leaves, middle, to));
        return bytes.concat(way(leaves, middle, to, place), mth(leaves, from, middle));
    }

    /// @dev The largest power of two below n.
    function split(uint256 n) internal pure returns (uint256 k) {
        k = 1;
        while (2 * k < n) k *= 2;
    }

    // Reading vectors.

    /// @dev The files whose check is this one.
    function vectors(string memory check) internal view returns (string[] memory found) {
        Vm.DirEntry[] memory all = vm.readDir(VECTORS);
        found = new string[](all.length);
        uint256 n;
        for (uint256 i; i < all.length; ++i) {
            if (!endsWith(all[i].path, ".json")) continue;
            string memory v = vm.readFile(all[i].path);
            if (keccak256(bytes(vm.parseJsonString(v, ".check"))) == keccak256(bytes(check))) found[n++] = all[i].path;
        }
        assembly ("memory-safe") {
            mstore(found, n)
        }
    }

    function endsWith(string memory text, string memory end) internal pure returns (bool) {
        bytes memory t = bytes(text);
        bytes memory e = bytes(end);
        if (t.length < e.length) return false;
        for (uint256 i; i < e.length; ++i) {
            if (t[t.length - e.length + i] != e[i]) return false;
        }
        return true;
    }

    function expectsOk(string memory v) internal pure returns (bool) {
        return keccak256(bytes(vm.parseJsonString(v, ".expect"))) == keccak256("ok");
    }

    function number(string memory v, string memory path) internal pure returns (uint64) {
        return uint64(vm.parseUint(vm.parseJsonString(v, path)));
    }

    function digest(string memory v, string memory path) internal pure returns (Digest) {
        return Digest.wrap(vm.parseJsonBytes32(v, path));
    }

    function siblings(string memory v) internal view returns (bytes32[] memory) {
        return vm.keyExistsJson(v, ".siblings") ? vm.parseJsonBytes32Array(v, ".siblings") : new bytes32[](0);
    }
}
