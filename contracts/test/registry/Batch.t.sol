// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement, Claim, CoverageStatement, Pledge, PriceRound
} from "../../solidity/Statements.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Coverage} from "../../solidity/registry/Coverage.sol";
import {MockVerifier} from "./MockVerifier.sol";
import {Update} from "./HonestSteps.sol";
import {OnePosition} from "./OnePosition.sol";

/// Coverage of several positions in one call: of one shape, all or none.
contract BatchTest is OnePosition {
    bytes32 private constant OTHER_VENUE = "another venue";

    Claim private otherClaim;
    Pledge private otherPledge;

    /// The account has a second position, at another venue.
    function setUp() public override {
        super.setUp();
        registerVenue(OTHER_VENUE, SETTLEMENT, GRACE, LAG);
        AllocationStatement memory next = allocationOf(ACCOUNT, OTHER_VENUE);
        accepts(allocationCall(next));
        otherClaim = claimOf(ACCOUNT, OTHER_VENUE, 1);
        otherPledge = pledgeOf(next, 1, OTHER_VENUE);
        accepts(claimCall(otherClaim));
        accepts(bindCall(otherClaim, otherPledge));
    }

    function both() private view returns (PriceRound memory round, CoverageStatement[] memory statements) {
        round = roundOf(roundAt(block.timestamp), list(VENUE, OTHER_VENUE));
        statements = new CoverageStatement[](2);
        statements[0] = coverageOf(claim, pledge, round);
        statements[1] = coverageOf(otherClaim, otherPledge, round);
    }

    function withShapes(string memory first, string memory second) private view returns (bytes memory) {
        (PriceRound memory round, CoverageStatement[] memory statements) = both();
        (statements[0].shape, statements[1].shape) = (first, second);
        return updateCall(updateOf(round, statements));
    }

    function assertBoth(CoverageState state) private view {
        assertState(state);
        vm.assertEq(uint256(registry.stateOf(ACCOUNT, OTHER_VENUE)), uint256(state));
    }

    function test_a_batch_is_of_one_shape() public {
        string[2] memory shapes = ["coverage-flat/1", "coverage-tiered/1"];
        // The call names one shape; a proof of another has another context, and another verifier.
        bytes memory reason = abi.encodeWithSelector(MockVerifier.ProofInvalid.selector);
        for (uint256 i = 0; i < 2; ++i) {
            refuses(withShapes(shapes[i], shapes[1 - i]), reason);
            refuses(withShapes(shapes[i], "holdings-16/1"), reason);
        }
        assertBoth(CoverageState.None);
        accepts(withShapes("coverage-flat/1", "coverage-flat/1"));
        assertBoth(CoverageState.Covered);
        vm.warp(START + ROUND_LENGTH);
        accepts(withShapes("coverage-tiered/1", "coverage-tiered/1"));
    }

    function test_one_wrong_proof_or_statement_refuses_all() public {
        (PriceRound memory round, CoverageStatement[] memory statements) = both();
        for (uint256 i = 0; i < 2; ++i) {
            Update memory update = updateOf(round, statements);
            update.proofs[i] = update.proofs[1 - i];
            refuses(updateCall(update), abi.encodeWithSelector(MockVerifier.ProofInvalid.selector));
        }
        statements[1].requirement = "less";
        bytes memory reason = abi.encodeWithSelector(Coverage.BindingMismatch.selector, ACCOUNT, OTHER_VENUE);
        refuses(updateCall(updateOf(round, statements)), reason);
        assertBoth(CoverageState.None);
    }

    function test_a_call_of_no_updates_is_refused() public {
        (PriceRound memory round,) = both();
        Update memory update = updateOf(round, new CoverageStatement[](0));
        refuses(updateCall(update), abi.encodeWithSelector(Coverage.NoUpdates.selector));
    }

    function test_a_position_stands_once_in_a_batch() public {
        (PriceRound memory round, CoverageStatement[] memory statements) = both();
        statements[1] = statements[0];
        bytes memory reason = abi.encodeWithSelector(Coverage.RoundNotLater.selector, round.round, round.round);
        refuses(updateCall(updateOf(round, statements)), reason);
    }

    function test_without_a_proof_that_its_verifier_accepts_nobody_is_covered() public {
        verifiers["coverage-flat/1"].refuseAll(true);
        bytes memory reason = abi.encodeWithSelector(MockVerifier.ProofInvalid.selector);
        refuses(coverage(), reason);
        refuses(withShapes("coverage-flat/1", "coverage-flat/1"), reason);
        verifiers["coverage-flat/1"].refuseAll(false);
        accepts(coverage());
    }
}
