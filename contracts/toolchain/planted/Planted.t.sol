// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @notice make contracts runs this first and must see one test pass and one fail; else its other results mean nothing.
contract PlantedTest {
    function test_holds() external pure {
        assert(true);
    }

    function test_fails() external pure {
        assert(false);
    }
}
