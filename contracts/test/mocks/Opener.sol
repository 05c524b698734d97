// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IUsageController} from "../../src/interfaces/IUsageController.sol";

/// @notice Opens many sessions in one transaction, so that measuring the largest batch does not take long.
contract Opener {
    constructor(IERC20 token, IUsageController controller) {
        token.approve(address(controller), type(uint256).max);
    }

    /// @notice Opens `count` sessions of this contract's with salts from `first` on.
    function open(IUsageController controller, IUsageController.SessionTerms memory terms, uint256 first, uint256 count)
        external
    {
        for (uint256 i; i < count; ++i) {
            terms.salt = bytes32(first + i);
            controller.openSessionPaying(terms);
        }
    }
}
