// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement, BookAttestation, Claim, HoldingsStatement, Pledge, PriceRound, Release
} from "../../solidity/Statements.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {HonestSteps} from "./HonestSteps.sol";

/// An account whose shard is allocated in three pledges to a venue, the first of which is bound to the venue's claim.
abstract contract OnePosition is HonestSteps {
    bytes32 internal constant ACCOUNT = "account";
    bytes32 internal constant VENUE = "venue";
    address internal constant SETTLEMENT = address(0x5e771e);
    uint24 internal constant GRACE = 1 hours;
    uint16 internal constant LAG = 2;
    /// When coverage of a round that is taken at `START` ends.
    uint64 internal constant TOO_OLD = START + 3 * ROUND_LENGTH;

    Claim internal claim;
    Pledge internal pledge;
    bytes private _book;
    bytes private _allocation;

    function setUp() public virtual {
        setUpRegistry();
        registerVenue(VENUE, settlement(), GRACE, LAG);
        registerAccount(ACCOUNT);
        allocate();
        claim = claimOf(ACCOUNT, VENUE, 1);
        accepts(claimCall(claim));
        pledge = pledgeOf(allocation(), 1, VENUE);
        accepts(bindCall(claim, pledge));
    }

    function settlement() internal virtual returns (address) {
        return SETTLEMENT;
    }

    /// Of the current epoch.
    function allocate() internal {
        BookAttestation memory made = bookOf(ACCOUNT, list("root", bytes32(block.timestamp)));
        accepts(bookCall(made));
        HoldingsStatement memory holdings = holdingsOf(made, 0, "total");
        accepts(holdingsCall(made, holdings));
        AllocationStatement memory statement = allocationOf(ACCOUNT, VENUE);
        statement.sources[0] = fromTotal(eip712.digest(holdings), "total");
        accepts(allocationCall(statement));
        (_book, _allocation) = (abi.encode(made), abi.encode(statement));
    }

    function book() internal view returns (BookAttestation memory) {
        return abi.decode(_book, (BookAttestation));
    }

    /// The last one of `allocate`.
    function allocation() internal view returns (AllocationStatement memory) {
        return abi.decode(_allocation, (AllocationStatement));
    }

    /// The account's next one: it spends the kept output and a pledge of `allocation`, to which its releaser consents.
    function spending(uint32 output) internal view returns (bytes memory) {
        AllocationStatement memory before = allocation();
        AllocationStatement memory next = repledgeOf(ACCOUNT, VENUE);
        Pledge memory spent = pledgeOf(before, output, VENUE);
        Release memory release = releaseOf(ACCOUNT, spent);
        next.sources[0] = fromKept(spent.allocation, before.outputs[0].commitment);
        next.sources[1] = fromReleased(spent, release);
        return allocationCall(next, list(signedRelease(release, VENUE)));
    }

    /// Coverage of the position at the current round.
    function coverage() internal view returns (bytes memory) {
        PriceRound memory round = roundOf(roundAt(block.timestamp), list(VENUE));
        return updateCall(round, coverageOf(claim, pledge, round));
    }

    function assertState(CoverageState state) internal view {
        vm.assertEq(uint256(registry.stateOf(ACCOUNT, VENUE)), uint256(state));
        vm.assertTrue(registry.isCovered(ACCOUNT, VENUE) == (state == CoverageState.Covered));
    }
}
