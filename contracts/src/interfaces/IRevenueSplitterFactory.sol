// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title Makes splitters
/// @notice A splitter's address follows from its recipients and shares, so making one that is there already gives that one, and
/// who makes it first gains and harms nothing. An address can be paid before its splitter is made.
interface IRevenueSplitterFactory {
    /// @notice A splitter was made.
    event SplitterCreated(address indexed splitter, address[] recipients, uint32[] parts);

    /// @dev 1 to 32 recipients, and as many shares.
    error RevenueSplitter_BadCount(uint256 recipients, uint256 parts);
    /// @dev Recipients are not zero and ascend; none is twice in it.
    error RevenueSplitter_Unsorted(uint256 index, address recipient);
    /// @dev Everybody named has a share.
    error RevenueSplitter_ZeroShare(uint256 index);
    /// @dev Shares add up to 1 000 000.
    error RevenueSplitter_BadSum(uint256 sum);

    /// @notice The splitter of these recipients, made now if it is not there yet.
    /// @param recipients 1 to 32 accounts, ascending. Another splitter may be one: that is how a parent model takes part.
    /// @param parts Parts per million of each, together 1 000 000.
    function create(address[] calldata recipients, uint32[] calldata parts) external returns (address splitter);

    /// @notice Where that splitter is or will be.
    function predict(address[] calldata recipients, uint32[] calldata parts) external view returns (address splitter);
}
