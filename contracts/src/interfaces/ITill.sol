// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title Takes money in exactly, and keeps what everybody earned until it is withdrawn
/// @notice ETH is the zero address. Nobody is ever sent anything but by {withdraw}: who cannot be paid blocks only itself.
interface ITill {
    /// @notice An EIP-3009 ReceiveWithAuthorization: its signer, when it holds, and the signature. Amount and nonce follow from what it
    /// is for.
    struct Authorization {
        address from;
        uint256 validAfter;
        uint256 validBefore;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice An account has so much more to withdraw.
    event Credited(address indexed token, address indexed account, uint256 amount);
    /// @notice An account's credit was paid.
    event Withdrawn(address indexed token, address indexed account, address to, uint256 amount);

    error Till_WrongValue(uint256 sent, uint256 cost);
    error Till_WrongAmount(address token, uint256 arrived, uint256 cost);
    error Till_NotAccount(address caller, address account);
    error Till_ZeroAddress();
    error Till_NothingToWithdraw(address token, address account);

    /// @notice Pays all of an account's credit. Anybody may have it paid to the account; the account may send it elsewhere.
    function withdraw(address token, address account, address to) external returns (uint256 amount);

    /// @notice What an account can withdraw.
    function creditOf(address token, address account) external view returns (uint256);
}
