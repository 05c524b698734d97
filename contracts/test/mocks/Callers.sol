// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @notice An account that, whenever it is given something, makes one prepared call and notes how that went.
contract Reenterer {
    address internal target;
    bytes internal call;
    bool public tried;
    bool public succeeded;
    bytes public answer;

    function prepare(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
        (tried, succeeded) = (false, false);
    }

    function act(address where, bytes calldata what) external payable returns (bytes memory reply) {
        bool ok;
        (ok, reply) = where.call{value: msg.value}(what);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(reply, 32), mload(reply))
            }
        }
    }

    receive() external payable {
        _again();
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4) {
        _again();
        return this.onERC1155Received.selector;
    }

    function onERC721Received(address, address, uint256, bytes calldata) external returns (bytes4) {
        _again();
        return this.onERC721Received.selector;
    }

    function _again() private {
        if (target == address(0) || tried) return;
        tried = true;
        (succeeded, answer) = target.call(call);
    }
}

/// @notice Takes no ETH and no tokens that ask.
contract Refuser {}

/// @notice A wallet that is a contract. It agrees to one hash, until it is told otherwise.
contract Wallet {
    bytes32 internal agreed;

    function agree(bytes32 hash) external {
        agreed = hash;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        return hash == agreed && hash != 0 ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function act(address where, bytes calldata what) external payable returns (bytes memory reply) {
        bool ok;
        (ok, reply) = where.call{value: msg.value}(what);
        require(ok, "wallet: the call failed");
    }

    function onERC721Received(address, address, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC721Received.selector;
    }

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }
}
