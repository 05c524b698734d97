// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Accounting} from "../src/libraries/Accounting.sol";

/// @title What the model checker proves of the arithmetic, for all numbers that the requirements allow
/// @notice `make contracts` has solc's SMTChecker prove every assert here, and sees it fail to with a fault planted in the library.
/// The requirements are what the contracts see to: types, and the checks that are named.
contract Redeeming {
    /// @notice What redeeming gives away and saves is what the units cost.
    function prove(uint32 used, uint96 authorFee, uint96 relayFee, uint64 computeCap, uint64 saved, uint256 pay)
        external
        pure
    {
        uint256 most = Accounting.most(used, computeCap);
        require(pay <= most); // AboveCap
        (uint256 author, uint256 relay) = Accounting.fees(used, authorFee, relayFee);
        uint256 savedNow = Accounting.save(saved, most, pay);
        assert(savedNow >= saved);
        assert(author + relay + pay + (savedNow - saved) == Accounting.cost(used, authorFee, relayFee, computeCap));
    }
}

contract Savings {
    /// @notice Savings are never more than the compute money of the units that were used. Opening sees to it that this fits, for
    /// all units, into the 64 bits that a session has for savings (TooLarge).
    function prove(uint32 redeemed, uint32 cumulative, uint64 computeCap, uint64 saved, uint256 pay) external pure {
        require(redeemed < cumulative); // Stale
        require(saved <= uint256(redeemed) * computeCap); // holds at opening, where both are zero; the assert below keeps it so
        uint256 most = Accounting.most(cumulative - redeemed, computeCap);
        require(pay <= most); // AboveCap
        uint256 savedNow = Accounting.save(saved, most, pay);
        assert(savedNow <= uint256(cumulative) * computeCap);
    }
}

contract Lapsing {
    /// @notice What a subscription's unused units give author, relay and payer is what they cost.
    function prove(uint32 units, uint32 redeemed, uint96 authorFee, uint96 relayFee, uint64 computeCap) external pure {
        require(redeemed <= units);
        uint256 unused = units - redeemed;
        (uint256 author, uint256 relay) = Accounting.fees(unused, authorFee, relayFee);
        uint256 back = Accounting.most(unused, computeCap);
        assert(author + relay + back == Accounting.cost(unused, authorFee, relayFee, computeCap));
    }
}

contract Settling {
    /// @notice What an order gives everybody is its price and the bond; nobody has less than the terms say.
    function prove(
        uint32 units,
        uint64 pay,
        uint32 done,
        uint96 authorFee,
        uint96 relayFee,
        uint96 bond,
        uint96 lost
    ) external pure {
        require(done <= units && lost <= bond); // BadRuling; the other ends have no or all units, no or all of the bond
        Accounting.Parts memory parts = Accounting.settle(units, pay, done, authorFee, relayFee, bond, lost);
        assert(parts.provider >= uint256(done) * pay);
        assert(parts.payer >= lost);
        assert(
            parts.author + parts.relay + parts.provider + parts.payer
                == Accounting.cost(units, authorFee, relayFee, pay) + bond
        );
    }
}

contract Closing {
    /// @notice What comes back for unused units, and what was paid for used ones, is what the session cost.
    function prove(uint32 units, uint32 redeemed, uint96 authorFee, uint96 relayFee, uint64 computeCap) external pure {
        require(redeemed <= units);
        uint256 back = Accounting.cost(units - redeemed, authorFee, relayFee, computeCap);
        uint256 used = Accounting.cost(redeemed, authorFee, relayFee, computeCap);
        assert(back + used == Accounting.cost(units, authorFee, relayFee, computeCap));
    }
}
