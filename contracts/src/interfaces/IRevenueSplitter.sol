// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title Splits what it receives
/// @notice One splitter for each list of recipients and shares. Nobody owns it and nothing in it can change. It takes ETH and any
/// ERC-20 (by plain transfer); anybody may tell it to divide, and anybody may have a recipient paid: money goes to
/// recipients only. ETH is the zero address. Tokens that take a fee or change balances divide what has arrived.
interface IRevenueSplitter {
    /// @notice `amount` of `token` was divided among the recipients.
    event Distributed(address indexed token, uint256 amount);
    /// @notice A recipient was paid what it had in `token`.
    event Withdrawn(address indexed token, address indexed recipient, uint256 amount);

    /// @dev Nothing is there for this account.
    error RevenueSplitter_NothingOwed(address token, address recipient);

    /// @notice Divides what has arrived since the last time. Each gets amount × share / 1 000 000, rounded down, the last one
    /// all that is left, so nothing stays undivided.
    /// @param token An ERC-20, or zero for ETH.
    /// @return amount What was divided, 0 when nothing was there.
    function distribute(address token) external returns (uint256 amount);

    /// @notice Divides what has arrived, then pays `recipient` all that it has in `token`. Anybody may call it.
    /// @return amount What was paid.
    function withdraw(address token, address recipient) external returns (uint256 amount);

    /// @notice What `recipient` was given by distributions and has not been paid.
    function owed(address token, address recipient) external view returns (uint256);

    /// @notice What all recipients together were given and have not been paid.
    function totalOwed(address token) external view returns (uint256);

    /// @notice Recipients in ascending order, and their shares in parts per million.
    function shares() external view returns (address[] memory recipients, uint32[] memory parts);
}
