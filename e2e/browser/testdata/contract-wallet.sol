// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @notice A wallet that is a contract and belongs to one key, as small as one can be: it agrees to what the key signed (ERC-1271), does
/// what the key's account asks, and takes NFTs. For tests; it guards against nothing that wallets for people must.
contract Wallet {
    address internal immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != 65) return 0xffffffff;
        address signer = ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        return signer != address(0) && signer == owner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function execute(address to, uint256 value, bytes calldata data) external returns (bytes memory reply) {
        require(msg.sender == owner, "not the owner");
        bool ok;
        (ok, reply) = to.call{value: value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(reply, 32), mload(reply))
            }
        }
    }

    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }
}

/// @notice Deploys wallets where their owner says, before or after they have signed something (ERC-6492).
contract Factory {
    function deploy(address owner) external returns (address) {
        return address(new Wallet{salt: 0}(owner));
    }
}
