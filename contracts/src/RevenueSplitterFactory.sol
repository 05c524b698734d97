// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {RevenueSplitter} from "./RevenueSplitter.sol";
import {IRevenueSplitterFactory} from "./interfaces/IRevenueSplitterFactory.sol";
import {Accounting} from "./libraries/Accounting.sol";

/// @title RevenueSplitterFactory
/// @notice See {IRevenueSplitterFactory}.
contract RevenueSplitterFactory is IRevenueSplitterFactory {
    /// @dev More would make a division too expensive for one transaction.
    uint256 internal constant MAX_RECIPIENTS = 32;

    /// @notice The contract that splitters are clones of.
    address public immutable implementation = address(new RevenueSplitter());

    /// @inheritdoc IRevenueSplitterFactory
    function create(address[] calldata recipients, uint32[] calldata parts) external returns (address splitter) {
        bytes memory args = _check(recipients, parts);
        splitter = Clones.predictDeterministicAddressWithImmutableArgs(implementation, args, 0);
        if (splitter.code.length != 0) return splitter;
        // The arguments are in the code, so they are in the address; a salt has nothing to add.
        Clones.cloneDeterministicWithImmutableArgs(implementation, args, 0);
        emit SplitterCreated(splitter, recipients, parts);
    }

    /// @inheritdoc IRevenueSplitterFactory
    function predict(address[] calldata recipients, uint32[] calldata parts) external view returns (address splitter) {
        return Clones.predictDeterministicAddressWithImmutableArgs(implementation, _check(recipients, parts), 0);
    }

    /// @dev The arguments of a clone, once they are found to be in order.
    function _check(address[] calldata recipients, uint32[] calldata parts) private pure returns (bytes memory) {
        uint256 n = recipients.length;
        if (n == 0 || n > MAX_RECIPIENTS || n != parts.length) revert RevenueSplitter_BadCount(n, parts.length);
        address before = address(0);
        uint256 sum;
        for (uint256 i; i < n; ++i) {
            if (recipients[i] <= before) revert RevenueSplitter_Unsorted(i, recipients[i]);
            if (parts[i] == 0) revert RevenueSplitter_ZeroShare(i);
            before = recipients[i];
            sum += parts[i];
        }
        if (sum != Accounting.WHOLE) revert RevenueSplitter_BadSum(sum);
        return abi.encode(recipients, parts);
    }
}
