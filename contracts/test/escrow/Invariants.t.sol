// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {CompactSignature} from "../../solidity/Statements.sol";
import {Position, PositionState} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Test} from "../Test.sol";
import {ChosenRegistry, Token} from "./Mocks.sol";
import {Hands} from "./Hands.sol";

/// The invariants of spec/contracts.md, MarginEscrow, over random sequences of everything that anybody can do. `Hands` checks each step
/// against its model, besides.
abstract contract Invariants is Test {
    Hands internal hands;
    MarginEscrow internal escrow;
    ChosenRegistry internal registry;

    function tokens() internal virtual returns (address collateral, address quote);

    function setUp() public {
        vm.warp(1_800_000_000);
        (address collateral, address quote) = tokens();
        hands = new Hands(collateral, quote);
        (escrow, registry) = (hands.escrow(), hands.registry());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(hands);
    }

    /// Together, since forge makes sequences anew for each invariant.
    function value_is_conserved_and_nothing_is_stuck() internal {
        tokens_held_are_free_balances_deposits_and_proceeds();
        what_may_be_liquidated_can_be();
        a_deposit_shrinks_only_for_a_reason();
        the_operator_gets_everything_back_by_waiting();
    }

    /// 1. What the escrow holds is what it owes.
    function tokens_held_are_free_balances_deposits_and_proceeds() private view {
        (address collateral, address quote) = (hands.collateral(), hands.quote());
        uint256 owed = hands.donated() + freeOf(collateral);
        for (uint256 id = 1; id <= escrow.positions(); ++id) {
            owed += escrow.positionOf(id).deposit;
        }
        vm.assertEq(held(collateral), owed, "1: collateral");
        if (quote != collateral) vm.assertEq(held(quote), freeOf(quote), "1: quote");
    }

    /// 2. Whoever may liquidate, can: no position is open, uncovered, unanswered and past its deadline without that. And nobody else.
    function what_may_be_liquidated_can_be() private {
        for (uint256 id = 1; id <= escrow.positions(); ++id) {
            Position memory p = escrow.positionOf(id);
            bool live = p.state == PositionState.Open || p.state == PositionState.Called;
            if (!live) continue;
            bool may = hands.mayLiquidate(id);
            bytes memory call =
                abi.encodeCall(MarginEscrow.liquidate, (id, p.terms.greatestLoss, hands.round(), new CompactSignature[](0)));
            uint256 snapshot = vm.snapshotState();
            vm.prank(p.venueOperator);
            (bool done,) = address(escrow).call(call);
            vm.assertTrue(done || !may, "2: may be liquidated and can't");
            vm.assertTrue(may || !done, "2: can be liquidated and may not");
            vm.revertToState(snapshot);
        }
    }

    /// 3. A deposit shrinks only by release, accepted settlement or liquidation.
    function a_deposit_shrinks_only_for_a_reason() private view {
        for (uint256 id = 1; id <= escrow.positions(); ++id) {
            (uint256 put, uint256 back, uint256 taken,,, bool settled, bool liquidated) = hands.stories(id);
            vm.assertEq(escrow.positionOf(id).deposit, put - back - taken, "3: shrank otherwise");
            vm.assertTrue(taken == 0 || settled || liquidated, "3: taken without a reason");
        }
    }

    /// 4. The operator, alone and by waiting, gets back whatever was not sold already, from every state, if nobody else acts.
    function the_operator_gets_everything_back_by_waiting() private {
        for (uint256 id = 1; id <= escrow.positions(); ++id) {
            Position memory p = escrow.positionOf(id);
            if (p.state == PositionState.Closed) continue;
            uint256 snapshot = vm.snapshotState();
            uint256 had = escrow.balanceOf(hands.collateral(), p.operator);
            getBack(id, p);
            vm.assertEq(escrow.balanceOf(hands.collateral(), p.operator), had + p.deposit, "4: not all came back");
            vm.revertToState(snapshot);
        }
    }

    function getBack(uint256 id, Position memory p) private {
        vm.startPrank(p.operator);
        if (p.state == PositionState.Pledged) return stopAfter(abi.encodeCall(MarginEscrow.cancel, (id)));
        if (p.state == PositionState.Called) {
            // Pause and grace end by themselves.
            if (registry.paused()) vm.warp(registry.pauseEnd());
            if (registry.stateOf(p.account, p.venue) == CoverageState.Covered) {
                escrow.answer(id);
            } else {
                if (registry.stateOf(p.account, p.venue) == CoverageState.Grace) {
                    registry.setState(p.account, p.venue, CoverageState.Expired);
                }
                if (block.timestamp < escrow.deadlineOf(id)) vm.warp(escrow.deadlineOf(id));
                if (p.lapsedAt == 0) escrow.noteLapse(id);
            }
        }
        if (escrow.positionOf(id).state == PositionState.Open && p.closeRequestedAt == 0) escrow.requestClose(id);
        uint256 from = escrow.freeFrom(id);
        // However it came to this: not longer than a pause, a call, an auction and a close.
        vm.assertLe(from, block.timestamp + 7 days + 9 days, "4: too long");
        if (block.timestamp < from) vm.warp(from);
        stopAfter(abi.encodeCall(MarginEscrow.reclaim, (id)));
    }

    function stopAfter(bytes memory call) private {
        (bool done,) = address(escrow).call(call);
        vm.assertTrue(done, "4: stuck");
        vm.stopPrank();
    }

    /// The hands take every step in every way that there is: otherwise the invariants say little.
    function random_steps_reach_everything() internal {
        bytes32[31] memory ways = [
            bytes32("wait"), "changeState", "pauseRegistry", "unpauseRegistry", "pauseEscrow", "deposit", "withdraw", "answer",
            "pledge", "topUp", "release", "cancel", "requestClose", "noteLapse", "reclaim", "accept", "open", "marginCall",
            "offer", "close", "liquidate", "meddle", "answered by deposit", "raise", "reclaim after a request",
            "reclaim after a lapse", "liquidate after a breach", "liquidate after a call",
            "reclaim after an auction", "buy", "take"
        ];
        uint256[31] memory taken;
        for (uint256 life = 0; life < 50; ++life) {
            setUp();
            for (uint256 i = 0; i < 300; ++i) {
                step(uint256(keccak256(abi.encode(life, i))));
            }
            for (uint256 way = 0; way < ways.length; ++way) {
                taken[way] += hands.count(ways[way]);
            }
        }
        for (uint256 way = 0; way < ways.length; ++way) {
            vm.assertGe(taken[way], 2, string(abi.encodePacked(ways[way])));
        }
    }

    function step(uint256 seed) private {
        bytes4[24] memory steps = [
            Hands.wait.selector, Hands.changeState.selector, Hands.pauseRegistry.selector, Hands.unpauseRegistry.selector,
            Hands.donate.selector, Hands.pauseEscrow.selector, Hands.deposit.selector, Hands.withdraw.selector,
            Hands.buy.selector, Hands.answer.selector, Hands.pledge.selector, Hands.topUp.selector, Hands.release.selector,
            Hands.cancel.selector, Hands.requestClose.selector, Hands.noteLapse.selector, Hands.reclaim.selector,
            Hands.accept.selector, Hands.open.selector, Hands.marginCall.selector, Hands.offer.selector,
            Hands.close.selector, Hands.liquidate.selector, Hands.take.selector
        ];
        if (seed / 25 % 8 == 0) return hands.wait(seed);
        uint256 a = uint256(keccak256(abi.encode(seed)));
        uint128 b = uint128(a >> 128);
        uint32 c = uint32(b);
        bytes4 chosen = steps[seed % 25 % 24];
        bytes memory call = abi.encodeWithSelector(chosen, a, b, b, b, c, c, c);
        if (seed % 25 == 24) call = abi.encodeCall(Hands.meddle, (a, b));
        (bool done, bytes memory why) = address(hands).call(call);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(why, 0x20), mload(why))
        }
    }

    function held(address token) private view returns (uint256) {
        return token == address(0) ? address(escrow).balance : Token(token).balanceOf(address(escrow));
    }

    function freeOf(address token) private view returns (uint256 sum) {
        for (uint256 i = 0; i < 6; ++i) {
            sum += escrow.balanceOf(token, hands.owners(i));
        }
    }
}

contract TokenInvariantsTest is Invariants {
    function tokens() internal override returns (address, address) {
        return (address(new Token(8)), address(new Token(6)));
    }

    function invariant_of_tokens() public {
        value_is_conserved_and_nothing_is_stuck();
    }

    function test_random_steps_reach_everything() public {
        random_steps_reach_everything();
    }
}

contract EtherInvariantsTest is Invariants {
    function tokens() internal override returns (address, address) {
        return (address(0), address(new Token(6)));
    }

    /// forge-config: default.invariant.runs = 64
    function invariant_of_the_chains_own_coin() public {
        value_is_conserved_and_nothing_is_stuck();
    }
}

contract OneTokenInvariantsTest is Invariants {
    function tokens() internal override returns (address, address) {
        address token = address(new Token(6));
        return (token, token);
    }

    /// forge-config: default.invariant.runs = 64
    function invariant_of_one_token() public {
        value_is_conserved_and_nothing_is_stuck();
    }
}
