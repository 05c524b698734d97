// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ITill} from "../interfaces/ITill.sol";

/// @title Till
/// @notice See {ITill}.
abstract contract Till is ITill, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc ITill
    mapping(address token => mapping(address account => uint256)) public creditOf;

    /// @inheritdoc ITill
    function withdraw(address token, address account, address to) external nonReentrant returns (uint256 amount) {
        if (to != account && msg.sender != account) revert Till_NotAccount(msg.sender, account);
        if (to == address(0)) revert Till_ZeroAddress();
        amount = creditOf[token][account];
        if (amount == 0) revert Till_NothingToWithdraw(token, account);
        creditOf[token][account] = 0;
        emit Withdrawn(token, account, to, amount);
        if (token == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    /// @dev Takes so much in: ETH must have come along, ERC-20s come out of an allowance.
    function _collect(address token, address from, uint256 amount) internal {
        if (token == address(0) || amount == 0) {
            if (msg.value != amount) revert Till_WrongValue(msg.value, amount);
            return;
        }
        if (msg.value != 0) revert Till_WrongValue(msg.value, 0);
        uint256 before = _held(token);
        IERC20(token).safeTransferFrom(from, address(this), amount);
        _arrived(token, before, amount);
    }

    /// @dev Takes so much from who signed for that, under this nonce.
    function _collectSigned(address token, uint256 amount, bytes32 nonce, Authorization calldata a) internal {
        uint256 before = _held(token);
        IERC3009(token).receiveWithAuthorization(
            a.from, address(this), amount, a.validAfter, a.validBefore, nonce, a.v, a.r, a.s
        );
        _arrived(token, before, amount);
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount == 0) return;
        creditOf[token][account] += amount;
        emit Credited(token, account, amount);
    }

    function _held(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    /// @dev A token that keeps a fee, or gives something on top, would break the accounts.
    function _arrived(address token, uint256 before, uint256 amount) private view {
        uint256 now_ = _held(token);
        if (now_ < before || now_ - before != amount) {
            revert Till_WrongAmount(token, now_ < before ? 0 : now_ - before, amount);
        }
    }
}
