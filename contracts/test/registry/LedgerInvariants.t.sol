// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Test} from "../Test.sol";
import {LedgerHands} from "./LedgerHands.sol";

/// No output and no shard is spent twice and numbers have no gap, over random books, totals and allocations. `LedgerHands` compares
/// each step, and everything that is recorded after it, with its model.
contract LedgerInvariantsTest is Test {
    LedgerHands private hands;

    function setUp() public {
        hands = new LedgerHands();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(hands);
    }

    /// forge-config: default.invariant.runs = 24
    function invariant_nothing_is_spent_twice() public view {
        hands.assertEverything();
    }

    /// Each step is accepted and refused: otherwise the invariant says little.
    function test_random_steps_spend_and_are_refused() public {
        bytes32[4] memory steps = [bytes32("book"), "holdings", "allocate", "repledge"];
        uint256[2][4] memory count;
        for (uint256 life = 0; life < 4; ++life) {
            setUp();
            for (uint256 i = 0; i < 200; ++i) {
                step(uint256(keccak256(abi.encode(life, i))));
            }
            hands.assertEverything();
            for (uint256 i = 0; i < 4; ++i) {
                uint256[2] memory more = hands.count(steps[i]);
                (count[i][0], count[i][1]) = (count[i][0] + more[0], count[i][1] + more[1]);
            }
        }
        for (uint256 i = 0; i < 4; ++i) {
            vm.assertGe(count[i][0], 10, string(abi.encodePacked(steps[i], " is never accepted")));
            vm.assertGe(count[i][1], 10, string(abi.encodePacked(steps[i], " is never refused")));
        }
    }

    function step(uint256 seed) private {
        uint256 die = seed % 12;
        uint256 more = uint256(keccak256(abi.encode(seed)));
        if (die < 1) return hands.wait(more);
        if (die < 3) return hands.book(more);
        if (die < 5) return hands.holdings(more);
        if (die < 8) return hands.allocate(more);
        hands.repledge(more);
    }
}
