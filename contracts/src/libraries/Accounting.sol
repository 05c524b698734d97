// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title The arithmetic of money
/// @notice Pure, so that a model checker can prove for all numbers that no unit of money is made or lost: proofs/Accounting.sol says what
/// is proven. There it is also shown that nothing overflows, which is why nothing is checked here again.
library Accounting {
    /// @notice What all shares of a splitter add up to.
    uint256 internal constant WHOLE = 1_000_000;

    /// @notice What becomes of an order's money.
    struct Parts {
        uint256 author;
        uint256 relay;
        uint256 provider;
        uint256 payer;
    }

    /// @notice What units of a plan cost.
    function cost(uint256 units, uint96 authorFee, uint96 relayFee, uint64 computeCap) internal pure returns (uint256) {
        return units * (uint256(authorFee) + relayFee + computeCap); // checked: units are anybody's number
    }

    /// @notice The most that providers get for so many units.
    function most(uint256 units, uint256 computeCap) internal pure returns (uint256) {
        unchecked {
            return units * computeCap;
        }
    }

    /// @notice A session's savings once providers were paid.
    /// @param saved Savings before.
    /// @param most_ The most that providers could have got.
    /// @param pay What they got.
    function save(uint256 saved, uint256 most_, uint256 pay) internal pure returns (uint256) {
        unchecked {
            return saved + most_ - pay;
        }
    }

    /// @notice What author and relay get for so many units.
    function fees(uint256 units, uint256 authorFee, uint256 relayFee)
        internal
        pure
        returns (uint256 author, uint256 relay)
    {
        unchecked {
            return (units * authorFee, units * relayFee);
        }
    }

    /// @notice Who gets what of an order: the price of its units and the provider's bond.
    /// @param units Units that were paid in.
    /// @param pay The provider's part of a unit.
    /// @param done How many of them are paid out, at most all.
    /// @param bond What the provider paid in.
    /// @param lost What of the bond goes to the payer, at most all.
    function settle(
        uint256 units,
        uint64 pay,
        uint256 done,
        uint96 authorFee,
        uint96 relayFee,
        uint256 bond,
        uint256 lost
    ) internal pure returns (Parts memory parts) {
        unchecked {
            (parts.author, parts.relay) = fees(done, authorFee, relayFee);
            parts.provider = most(done, pay) + bond - lost;
            parts.payer = cost(units - done, authorFee, relayFee, pay) + lost;
        }
    }

    /// @notice A recipient's part of an amount, rounded down.
    function part(uint256 amount, uint256 share) internal pure returns (uint256) {
        return amount * share / WHOLE; // checked: a token's amounts are the token's numbers
    }
}
