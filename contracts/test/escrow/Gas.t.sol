// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// One call each, its preparation included: test/gas.snapshot holds what they take, so that a change is seen.
contract EscrowGas is EscrowTest {
    uint256 private waiting;
    uint256 private running;
    uint256 private due;

    function setUp() public override {
        super.setUp();
        waiting = pledged();
        running = opened();
        due = lapsed();
        cover(CoverageState.Covered);
    }

    function test_deposit() public {
        fund(TRADER, 1e8);
    }

    function test_withdraw() public {
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 1e8, TRADER);
    }

    function test_pledge() public {
        pledged();
    }

    function test_open() public {
        vm.prank(MARKET);
        escrow.open(waiting, ACCOUNT, DEPOSIT, terms());
    }

    function test_top_up() public {
        vm.prank(TRADER);
        escrow.topUp(running, 1e8);
    }

    function test_release() public {
        vm.prank(TRADER);
        escrow.release(running, 1e8);
    }

    function test_margin_call() public {
        cover(CoverageState.Grace);
        vm.prank(MARKET);
        escrow.marginCall(running, 2 * DEPOSIT);
    }

    function test_answer() public {
        escrow.answer(due);
    }

    function test_liquidate() public {
        cover(CoverageState.Expired);
        liquidate(due, LOSS);
    }

    function test_liquidate_and_buy() public {
        cover(CoverageState.Expired);
        liquidate(due, LOSS);
        buy(due, 1e8);
    }
}
