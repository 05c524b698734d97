// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRevenueSplitter} from "./interfaces/IRevenueSplitter.sol";
import {Accounting} from "./libraries/Accounting.sol";

/// @title RevenueSplitter
/// @notice See {IRevenueSplitter}. Splitters are clones of one deployed contract; recipients and shares are part of a clone's code.
contract RevenueSplitter is IRevenueSplitter, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IRevenueSplitter
    mapping(address token => mapping(address recipient => uint256)) public owed;
    /// @inheritdoc IRevenueSplitter
    mapping(address token => uint256) public totalOwed;

    /// @notice Takes ETH.
    receive() external payable {}

    /// @inheritdoc IRevenueSplitter
    function distribute(address token) external nonReentrant returns (uint256) {
        return _distribute(token);
    }

    /// @inheritdoc IRevenueSplitter
    function withdraw(address token, address recipient) external nonReentrant returns (uint256 amount) {
        _distribute(token);
        amount = owed[token][recipient];
        if (amount == 0) revert RevenueSplitter_NothingOwed(token, recipient);
        owed[token][recipient] = 0;
        totalOwed[token] -= amount;
        emit Withdrawn(token, recipient, amount);
        if (token == address(0)) Address.sendValue(payable(recipient), amount);
        else IERC20(token).safeTransfer(recipient, amount);
    }

    /// @inheritdoc IRevenueSplitter
    function shares() public view returns (address[] memory recipients, uint32[] memory parts) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (address[], uint32[]));
    }

    function _distribute(address token) private returns (uint256 amount) {
        uint256 held = token == address(0) ? address(this).balance : IERC20(token).balanceOf(address(this));
        uint256 promised = totalOwed[token];
        // A token whose balances shrink by themselves can hold less than was promised: then there is nothing to divide.
        if (held <= promised) return 0;
        amount = held - promised;
        (address[] memory recipients, uint32[] memory parts) = shares();
        uint256 left = amount;
        uint256 last = recipients.length - 1;
        for (uint256 i; i < last; ++i) {
            uint256 part = Accounting.part(amount, parts[i]);
            left -= part;
            owed[token][recipients[i]] += part;
        }
        owed[token][recipients[last]] += left;
        totalOwed[token] = promised + amount;
        emit Distributed(token, amount);
    }
}
