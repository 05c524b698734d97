// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title One NFT for each model or data set
/// @notice Its owner decides about the model: versions, aliases, plans. Id = uint256 of the ModelId. ERC-721 with royalties (ERC-2981:
/// advice that marketplaces may ignore), ERC-4906 and ERC-7572. A transfer validator (ERC-721C), which is off until a role names one, may
/// refuse marketplaces that do not pay them; what an owner moves by its own hand it is not asked about.
///
/// Recovery: the address set at publishing may ask for the NFT, and gets it when the owner has not said no for 30 days. A transfer ends
/// that address's right, so a seller cannot take back what was sold.
interface IModelNFT {
    /// @notice `recovery` may ask for the NFT from now on; zero for nobody.
    event RecoveryChanged(uint256 indexed id, address indexed recovery);
    /// @notice The recovery address asked for the NFT.
    event RecoveryRequested(uint256 indexed id, address indexed to, uint256 readyAt);
    /// @notice The owner said no.
    event RecoveryCancelled(uint256 indexed id);
    /// @notice ERC-7572: what contractURI says has changed.
    event ContractURIUpdated();

    error ModelNFT_OnlyRegistry(address caller);
    error ModelNFT_OnlyOwner(uint256 id, address caller);
    error ModelNFT_OnlyRecovery(uint256 id, address caller);
    error ModelNFT_NoRecovery(uint256 id);
    error ModelNFT_TooEarly(uint256 id, uint256 readyAt, uint256 time);
    error ModelNFT_NoContract(address validator);
    error ModelNFT_RoyaltyTooHigh(uint256 bps, uint256 most);

    /// @notice Mints a model's NFT. Only the registry. No call is made to the owner.
    /// @param splitter Gets the royalties.
    function mint(address owner, uint256 id, address splitter, uint16 royaltyBps, address recovery) external;

    /// @notice Tells marketplaces to read the metadata again. Only the registry.
    function refresh(uint256 id) external;

    /// @notice Sets who may ask for the NFT, and drops a request. Only the owner.
    function setRecovery(uint256 id, address recovery) external;

    /// @notice Asks for the NFT to go to `to` in 30 days. Only the recovery address.
    function requestRecovery(uint256 id, address to) external;

    /// @notice Drops the request. Only the owner.
    function cancelRecovery(uint256 id) external;

    /// @notice Moves the NFT when 30 days went by. Anybody may call it.
    function finishRecovery(uint256 id) external;

    /// @notice Who may ask for the NFT.
    function recoveryOf(uint256 id) external view returns (address);

    /// @notice Where the NFT is asked to go, and when it may; zeros when it is not.
    function requestOf(uint256 id) external view returns (address to, uint64 readyAt);

    /// @notice ERC-7572: the collection's metadata.
    function contractURI() external view returns (string memory);
}
