// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title What marketplaces ask a collection about its transfer validator (ERC-721C)
interface ICreatorToken {
    /// @notice Another contract, or none, is asked about transfers from now on.
    event TransferValidatorUpdated(address oldValidator, address newValidator);

    /// @notice Names the contract that is asked about transfers; zero for none.
    function setTransferValidator(address validator) external;

    /// @notice Who is asked; zero when nobody is.
    function getTransferValidator() external view returns (address validator);

    /// @notice What it is asked by, and whether that is a view.
    function getTransferValidationFunction() external view returns (bytes4 functionSignature, bool isViewFunction);
}

/// @title What a transfer validator answers
interface ITransferValidator {
    /// @notice Reverts when `caller` may not move the NFT.
    function validateTransfer(address caller, address from, address to, uint256 tokenId) external view;
}
