// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {AllocationStatement, HoldingsStatement} from "../../solidity/Statements.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Coverage} from "../../solidity/registry/Coverage.sol";
import {Directory} from "../../solidity/registry/Directory.sol";
import {Proofs} from "../../solidity/Proofs.sol";
import {Signers} from "../../solidity/registry/Signers.sol";
import {OnePosition} from "./OnePosition.sol";

/// What a retirement or a revocation stops, and what it does not: a bound position stays coverable until its pledge or its claim
/// ends. Who acts on coverage is the venue; an admin who could remove it could have a position liquidated.
contract StandingTest is OnePosition {
    function revoked(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Signers.RevokedSigner.selector, signer);
    }

    function unknownVenue() private pure returns (bytes memory) {
        return abi.encodeWithSelector(Directory.UnknownVenue.selector, VENUE);
    }

    function unknownAccount() private pure returns (bytes memory) {
        return abi.encodeWithSelector(Directory.UnknownAccount.selector, ACCOUNT);
    }

    /// At every round until the pledge's last second, and not at its end.
    function isCoverableUntilThePledgeEnds() private {
        accepts(coverage());
        vm.warp(START + EPOCH_LENGTH - 1);
        assertState(CoverageState.Expired);
        accepts(coverage());
        assertState(CoverageState.Covered);
        vm.warp(START + EPOCH_LENGTH);
        assertState(CoverageState.Grace);
        refuses(coverage(), abi.encodeWithSelector(Proofs.Expired.selector, START + EPOCH_LENGTH));
    }

    function test_a_retired_venue_gets_no_claim_and_no_pledge_and_keeps_its_coverage() public {
        registry.retireVenue(VENUE);
        refuses(claimCall(claimOf(ACCOUNT, VENUE, 2)), unknownVenue());
        refuses(abi.encodeCall(registry.retireVenue, (VENUE)), unknownVenue());
        isCoverableUntilThePledgeEnds();
        // The next epoch's pledge is not bound any more.
        allocate();
        refuses(bindCall(claim, pledgeOf(allocation(), 1, VENUE)), unknownVenue());
    }

    function test_coverage_at_a_retired_venue_ends_with_its_pledges_release() public {
        accepts(coverage());
        registry.retireVenue(VENUE);
        accepts(spending(1));
        assertState(CoverageState.Grace);
        refuses(bindCall(claim, pledgeOf(allocation(), 2, VENUE)), unknownVenue());
        vm.warp(START + ROUND_LENGTH);
        refuses(coverage(), abi.encodeWithSelector(Coverage.BindingMismatch.selector, ACCOUNT, VENUE));
    }

    function test_coverage_at_a_retired_venue_ends_with_the_claim() public {
        claim = claimOf(ACCOUNT, VENUE, 2);
        claim.expiry = START + ROUND_LENGTH;
        accepts(claimCall(claim));
        accepts(bindCall(claim, pledge));
        registry.retireVenue(VENUE);
        accepts(coverage());
        (uint64 until,,) = registry.coverageOf(ACCOUNT, VENUE);
        vm.assertEq(until, START + ROUND_LENGTH);
        vm.warp(START + ROUND_LENGTH);
        refuses(coverage(), abi.encodeWithSelector(Proofs.Expired.selector, START + ROUND_LENGTH));
    }

    function test_a_retired_account_gets_no_book_allocation_or_claim_and_keeps_its_coverage() public {
        bytes memory spends = spending(1);
        bytes memory attests = bookCall(bookOf(ACCOUNT, list("another root")));
        registry.retireAccount(ACCOUNT);
        refuses(attests, unknownAccount());
        refuses(spends, unknownAccount());
        refuses(claimCall(claimOf(ACCOUNT, VENUE, 2)), unknownAccount());
        refuses(abi.encodeCall(registry.retireAccount, (ACCOUNT)), unknownAccount());
        isCoverableUntilThePledgeEnds();
    }

    /// What is recorded of it stays of use: totals of a recorded book, and pledges to a venue that claims already.
    function test_what_a_retired_account_pledged_can_still_be_bound() public {
        claim = claimOf(ACCOUNT, VENUE, 2);
        accepts(claimCall(claim));
        HoldingsStatement memory holdings = holdingsOf(book(), 1, "total");
        registry.retireAccount(ACCOUNT);
        accepts(holdingsCall(book(), holdings));
        pledge = pledgeOf(allocation(), 2, VENUE);
        accepts(bindCall(claim, pledge));
        isCoverableUntilThePledgeEnds();
    }

    /// Retiring hides no second history.
    function test_two_histories_of_a_retired_account_are_a_breach() public {
        registry.retireAccount(ACCOUNT);
        accepts(twoHistories());
        assertState(CoverageState.Breached);
    }

    function test_a_revoked_custodian_allocates_nothing_and_its_pledges_stay_coverable() public {
        address custodian = vm.addr(custodianKey(ACCOUNT));
        registry.revokeSigner(custodian);
        refuses(spending(1), revoked(custodian));
        // Its signature counts nowhere: not as evidence either. Whoever has the key could make that.
        refuses(twoHistories(), revoked(custodian));
        // Books are the attestors' word.
        accepts(bookCall(bookOf(ACCOUNT, list("another root"))));
        accepts(claimCall(claimOf(ACCOUNT, VENUE, 2)));
        claim = claimOf(ACCOUNT, VENUE, 2);
        accepts(bindCall(claim, pledge));
        isCoverableUntilThePledgeEnds();
    }

    function test_a_revoked_venue_signer_claims_nothing_and_its_claim_stands() public {
        address signer = vm.addr(venueKey(VENUE));
        registry.revokeSigner(signer);
        refuses(claimCall(claimOf(ACCOUNT, VENUE, 2)), revoked(signer));
        accepts(spending(1));
        pledge = pledgeOf(allocation(), 2, VENUE);
        accepts(bindCall(claim, pledge));
        isCoverableUntilThePledgeEnds();
    }

    function test_a_revoked_releaser_frees_nothing() public {
        address releaser = vm.addr(releaserKey(VENUE));
        bytes memory spends = spending(1);
        registry.revokeSigner(releaser);
        refuses(spends, revoked(releaser));
        isCoverableUntilThePledgeEnds();
    }

    /// Unlike these, oracles are needed at every round.
    function test_oracles_below_their_threshold_cover_nobody() public {
        accepts(coverage());
        registry.revokeSigner(vm.addr(oracles[0]));
        registry.revokeSigner(vm.addr(oracles[1]));
        vm.warp(START + ROUND_LENGTH);
        refuses(coverage(), revoked(vm.addr(oracles[0])));
        assertState(CoverageState.Covered);
        vm.warp(TOO_OLD);
        assertState(CoverageState.Grace);
    }

    /// Two allocations under the number of the first one.
    function twoHistories() private view returns (bytes memory) {
        AllocationStatement memory first = allocation();
        AllocationStatement memory second = allocation();
        second.nonce = "another";
        uint256 by = custodianKey(ACCOUNT);
        bytes memory ofSecond = signed(by, eip712.digest(second));
        return abi.encodeCall(registry.reportEquivocation, (first, signed(by, eip712.digest(first)), second, ofSecond));
    }
}
