// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Test} from "../Test.sol";
import {CoverageHands} from "./CoverageHands.sol";

/// None, Covered, Grace, Expired, Breached: over random sequences of everything that moves a position. `CoverageHands` compares each
/// step, and how every position reads after it, with its model.
contract CoverageInvariantsTest is Test {
    CoverageHands private hands;

    function setUp() public {
        hands = new CoverageHands();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(hands);
    }

    /// forge-config: default.invariant.runs = 16
    function invariant_positions_stand_as_the_specification_says() public {
        hands.afterwards();
    }

    /// Each step is accepted and refused, and each state is seen: otherwise the invariant says little.
    function test_random_steps_reach_every_state() public {
        bytes32[10] memory steps = [
            bytes32("pause"), "unpause", "allocate", "spend", "claim", "bind", "update", "batch", "markExpired", "equivocate"
        ];
        uint256[2][10] memory count;
        uint256[5] memory seen;
        for (uint256 life = 0; life < 4; ++life) {
            setUp();
            for (uint256 i = 0; i < 250; ++i) {
                step(uint256(keccak256(abi.encode(life, i))));
            }
            for (uint256 i = 0; i < 10; ++i) {
                uint256[2] memory more = hands.count(steps[i]);
                (count[i][0], count[i][1]) = (count[i][0] + more[0], count[i][1] + more[1]);
            }
            for (uint256 i = 0; i < 5; ++i) {
                seen[i] += hands.seen(CoverageState(i));
            }
        }
        for (uint256 i = 0; i < 10; ++i) {
            vm.assertGe(count[i][0], 1, string(abi.encodePacked(steps[i], " is never accepted")));
            vm.assertGe(count[i][1], 1, string(abi.encodePacked(steps[i], " is never refused")));
        }
        for (uint256 i = 0; i < 5; ++i) {
            vm.assertGe(seen[i], 50, "a state that is never seen");
        }
    }

    function step(uint256 seed) private {
        bytes4[8] memory steps = [
            CoverageHands.allocate.selector,
            CoverageHands.spend.selector,
            CoverageHands.claim.selector,
            CoverageHands.bind.selector,
            CoverageHands.update.selector,
            CoverageHands.markExpired.selector,
            CoverageHands.equivocate.selector,
            CoverageHands.pause.selector
        ];
        uint256 die = seed % 16;
        uint256 more = uint256(keccak256(abi.encode(seed)));
        if (die < 8) return call(abi.encodeWithSelector(steps[die], more));
        if (die < 11) return hands.wait(more);
        if (die == 11) return hands.unpause();
        if (die < 13) return hands.update(more);
        if (die < 14) return hands.bind(more);
        hands.renew(more);
    }

    function call(bytes memory data) private {
        (bool done, bytes memory why) = address(hands).call(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(why, 0x20), mload(why))
        }
    }
}
