// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @notice What sessions replace: a token minted and burned for every job. Only to measure what that costs.
contract PerJob is ERC1155("") {
    function mint(address to, uint256 id) external {
        _mint(to, id, 1, "");
    }

    function burn(address from, uint256 id) external {
        _burn(from, id, 1);
    }
}
