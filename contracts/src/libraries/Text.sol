// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Digest} from "../types/Ids.sol";

/// @title Rules and forms of short texts
/// @notice The same rules as in manifest/SPEC.md. What passes them needs no escapes in JSON or XML.
library Text {
    uint256 internal constant MAX_SLUG = 64;
    uint256 internal constant MAX_VERSION = 64;

    /// @notice 1 to 64 of `a-z 0-9`, with single `.` `_` `-` between them.
    function isSlug(bytes memory s) internal pure returns (bool) {
        uint256 n = s.length;
        if (n == 0 || n > MAX_SLUG) return false;
        bool between = true; // whether a separator may not stand here
        for (uint256 i; i < n; ++i) {
            bytes1 c = s[i];
            if ((c >= "a" && c <= "z") || (c >= "0" && c <= "9")) {
                between = false;
            } else if (!between && (c == "." || c == "_" || c == "-")) {
                between = true;
            } else {
                return false;
            }
        }
        return !between;
    }

    /// @notice 1 to 64 of the letters that a semantic version may have. That it is one, the manifest's readers check.
    function isVersion(bytes memory s) internal pure returns (bool) {
        uint256 n = s.length;
        if (n == 0 || n > MAX_VERSION) return false;
        for (uint256 i; i < n; ++i) {
            bytes1 c = s[i];
            bool ok = (c >= "0" && c <= "9") || (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || c == "." || c == "+"
                || c == "-";
            if (!ok) return false;
        }
        return true;
    }

    /// @notice 1 to 32 letters or digits of ASCII, then zeros.
    function isWord(bytes32 word) internal pure returns (bool) {
        uint256 n;
        while (n < 32 && word[n] != 0) {
            bytes1 c = word[n++];
            if (!((c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || (c >= "0" && c <= "9"))) return false;
        }
        return n > 0 && uint256(word) << (8 * n) == 0;
    }

    /// @notice The text of such a word.
    function wordText(bytes32 word) internal pure returns (string memory text) {
        uint256 n;
        while (n < 32 && word[n] != 0) ++n;
        text = new string(n);
        assembly ("memory-safe") {
            if n { mstore(add(text, 32), word) }
        }
    }

    /// @notice The CID of a manifest: CIDv1, raw, sha2-256, base32.
    function cid(Digest manifest) internal pure returns (string memory) {
        bytes memory raw = abi.encodePacked(bytes4(0x01551220), manifest);
        bytes memory text = new bytes(59);
        text[0] = "b";
        uint256 bits;
        uint256 have;
        uint256 next = 1;
        for (uint256 i; i < raw.length; ++i) {
            bits = (bits << 8) | uint8(raw[i]);
            have += 8;
            while (have >= 5) {
                have -= 5;
                text[next++] = letter((bits >> have) & 31);
            }
        }
        text[next] = letter((bits << (5 - have)) & 31); // 288 bits leave three
        return string(text);
    }

    function letter(uint256 five) private pure returns (bytes1) {
        return bytes1(uint8(five < 26 ? 97 + five : 24 + five)); // a-z, 2-7
    }
}
