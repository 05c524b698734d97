// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {ITransferValidator} from "../../src/interfaces/ICreatorToken.sol";

/// @notice Lets only those move others' NFTs that it was told of.
contract Validator is ITransferValidator {
    mapping(address => bool) internal allowed;

    error Refused(address caller, address from, address to, uint256 id);

    function allow(address caller) external {
        allowed[caller] = true;
    }

    function validateTransfer(address caller, address from, address to, uint256 id) external view {
        if (!allowed[caller]) revert Refused(caller, from, to, id);
    }
}
