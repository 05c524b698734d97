// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";

/// @notice Reads data URIs.
library Decoder {
    error NotDataURI(string uri, string prefix);

    function json(string memory uri) internal pure returns (string memory) {
        return decode(uri, "data:application/json;base64,");
    }

    function image(string memory uri) internal pure returns (string memory) {
        return decode(uri, "data:image/svg+xml;base64,");
    }

    function decode(string memory uri, string memory prefix) private pure returns (string memory) {
        bytes memory u = bytes(uri);
        bytes memory p = bytes(prefix);
        for (uint256 i; i < p.length; ++i) {
            if (i >= u.length || u[i] != p[i]) revert NotDataURI(uri, prefix);
        }
        bytes memory rest = new bytes(u.length - p.length);
        for (uint256 i; i < rest.length; ++i) {
            rest[i] = u[p.length + i];
        }
        return string(Base64.decode(string(rest)));
    }
}
