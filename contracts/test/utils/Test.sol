// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Vm} from "./Vm.sol";

/// @notice Base of all tests: cheat codes, and checks that say what was got and what was wanted.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Got(string what, uint256 got, uint256 want);
    error GotBytes32(string what, bytes32 got, bytes32 want);
    error GotAddress(string what, address got, address want);
    error GotText(string what, string got, string want);
    error Untrue(string what);

    function equal(uint256 got, uint256 want, string memory what) internal pure {
        if (got != want) revert Got(what, got, want);
    }

    function equal(bytes32 got, bytes32 want, string memory what) internal pure {
        if (got != want) revert GotBytes32(what, got, want);
    }

    function equal(address got, address want, string memory what) internal pure {
        if (got != want) revert GotAddress(what, got, want);
    }

    function equal(string memory got, string memory want, string memory what) internal pure {
        if (keccak256(bytes(got)) != keccak256(bytes(want))) revert GotText(what, got, want);
    }

    function isTrue(bool condition, string memory what) internal pure {
        if (!condition) revert Untrue(what);
    }

    /// @notice A number of any size, brought into [low, high].
    function within(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + x % (high - low + 1);
    }

    /// @notice An account with a key, made from a name.
    function account(string memory name) internal returns (address who, uint256 key) {
        key = uint256(keccak256(bytes(name)));
        who = vm.addr(key);
        vm.label(who, name);
    }

    function user(string memory name) internal returns (address who) {
        (who,) = account(name);
    }
}
