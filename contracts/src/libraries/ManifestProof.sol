// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Digest} from "../types/Ids.sol";

/// @title Proofs that a file or a chunk belongs to a release
/// @notice The hashes of manifest/SPEC.md, section "Hashes": SHA-256 everywhere, the tree of RFC 6962, proofs checked as in
/// RFC 9162, section 2.1.3.2. A chunk of a release takes two proofs, its own and its file's.
library ManifestProof {
    /// @dev Bytes in a chunk.
    uint256 internal constant CHUNK = 1 << 20;
    /// @dev Largest file: 64 GiB.
    uint256 internal constant MAX_FILE = 1 << 36;
    /// @dev Most files in a release.
    uint256 internal constant MAX_FILES = 4096;
    /// @dev Longest path, most segments in it, longest segment.
    uint256 internal constant MAX_PATH = 1024;
    uint256 internal constant MAX_SEGMENTS = 32;
    uint256 internal constant MAX_SEGMENT = 255;

    /// @notice A file and the way from it to the root of its release.
    struct File {
        /// Where it is in the release.
        string path;
        /// Its bytes.
        uint64 size;
        /// Digest over its chunks.
        Digest chunkRoot;
        /// Its place among the files, in byte order of paths, and how many there are.
        uint64 index;
        uint64 count;
        /// Hashes beside the way up, from the leaf.
        bytes32[] siblings;
    }

    /// @notice A chunk and the way from it to its file's chunkRoot.
    struct Chunk {
        /// SHA-256 of its bytes.
        Digest hash;
        /// Its place in the file.
        uint64 index;
        /// Hashes beside the way up, from the chunk.
        bytes32[] siblings;
    }

    /// @notice Whether the file, by this path and of this size, is in the release with this root.
    function holds(File calldata file, Digest root) internal pure returns (bool) {
        if (file.size > MAX_FILE || file.count > MAX_FILES || !isPath(bytes(file.path))) return false;
        bytes32 leaf = sha256(
            abi.encodePacked(
                uint8(0), "dehug/leaf/v0", uint32(bytes(file.path).length), file.path, file.size, file.chunkRoot
            )
        );
        (bool ok, bytes32 top) = climb(leaf, file.index, file.count, file.siblings);
        return ok && top == Digest.unwrap(root);
    }

    /// @notice Whether the chunk is in the file of this size with this chunkRoot.
    function holds(Chunk calldata chunk, uint64 size, Digest chunkRoot) internal pure returns (bool) {
        if (size > MAX_FILE) return false;
        uint256 count = (uint256(size) + CHUNK - 1) / CHUNK;
        (bool ok, bytes32 top) = climb(Digest.unwrap(chunk.hash), chunk.index, count, chunk.siblings);
        return ok && sha256(abi.encodePacked(uint8(2), "dehug/chunks/v0", size, top)) == Digest.unwrap(chunkRoot);
    }

    /// @notice Walks from leaf `index` of `count` to the top. `ok` is false when there is no such leaf, or a sibling is missing
    /// or left over; siblings are on the left where the leaf's side of the tree says so, never sorted.
    function climb(bytes32 leaf, uint256 index, uint256 count, bytes32[] calldata siblings)
        internal
        pure
        returns (bool ok, bytes32 top)
    {
        if (index >= count) return (false, 0);
        uint256 node = index;
        uint256 last = count - 1;
        top = leaf;
        for (uint256 i; i < siblings.length; ++i) {
            if (last == 0) return (false, 0);
            if (node & 1 == 1 || node == last) {
                top = sha256(abi.encodePacked(uint8(1), siblings[i], top));
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                top = sha256(abi.encodePacked(uint8(1), top, siblings[i]));
            }
            node >>= 1;
            last >>= 1;
        }
        ok = last == 0;
    }

    /// @notice Whether a file of a release may have this path: SPEC.md, section "Paths".
    function isPath(bytes calldata path) internal pure returns (bool) {
        if (path.length == 0 || path.length > MAX_PATH) return false;
        uint256 start;
        uint256 segments;
        for (uint256 i; i <= path.length; ++i) {
            if (i < path.length && path[i] != "/") {
                if (!isPathByte(path[i])) return false;
                continue;
            }
            if (++segments > MAX_SEGMENTS || !isSegment(path[start:i])) return false;
            start = i + 1;
        }
        return true;
    }

    function isPathByte(bytes1 c) private pure returns (bool) {
        return (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || (c >= "0" && c <= "9") || c == "." || c == "_" || c == "+"
            || c == "-";
    }

    /// @dev 1 to 255 bytes, no dot at the end, and not the name of a Windows device before the first dot.
    function isSegment(bytes calldata segment) private pure returns (bool) {
        uint256 n = segment.length;
        if (n == 0 || n > MAX_SEGMENT || segment[n - 1] == ".") return false;
        uint256 stem;
        uint32 lower; // the first four bytes before the dot, in lower case
        while (stem < n && segment[stem] != ".") {
            if (stem < 4) lower = (lower << 8) | uint32(uint8(segment[stem] | 0x20)); // letters only: digits have the bit already
            ++stem;
        }
        if (stem == 3) {
            return lower != 0x636f6e && lower != 0x70726e && lower != 0x617578 && lower != 0x6e756c; // con prn aux nul
        }
        if (stem == 4 && segment[3] >= "0" && segment[3] <= "9") {
            return lower >> 8 != 0x636f6d && lower >> 8 != 0x6c7074; // com lpt
        }
        return true;
    }
}
