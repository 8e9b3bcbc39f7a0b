// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {AllocationStatement, BookAttestation, Release} from "../../solidity/Statements.sol";
import {Ledger} from "../../solidity/registry/Ledger.sol";
import {OnePosition} from "./OnePosition.sol";

/// What the ledger refuses, at each threshold and one past it. (The other refusals are tested in Rust.)
contract LedgerTest is OnePosition {
    function seenAt(bytes32 account, uint64 time) private view returns (bytes memory) {
        BookAttestation memory seen = bookOf(account, list(bytes32(uint256(time))));
        seen.asOf = time;
        return bookCall(seen);
    }

    function apart(uint64 time) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Ledger.SnapshotsApart.selector, time);
    }

    function test_a_later_snapshot_is_within_the_spread_of_the_earliest() public {
        vm.warp(START + SPREAD + 1);
        refuses(seenAt(ACCOUNT, START + SPREAD + 1), apart(START + SPREAD + 1));
        accepts(seenAt(ACCOUNT, START + SPREAD));
    }

    function test_an_earlier_snapshot_is_within_the_spread_of_the_latest() public {
        refuses(seenAt(ACCOUNT, START - SPREAD - 1), apart(START - SPREAD - 1));
        accepts(seenAt(ACCOUNT, START - SPREAD));
    }

    /// What counts are the outermost ones, however many lie between, in whatever order they came.
    function test_the_outermost_snapshots_count() public {
        vm.warp(START + SPREAD);
        accepts(seenAt(ACCOUNT, START + 100));
        accepts(seenAt(ACCOUNT, START - 100));
        refuses(seenAt(ACCOUNT, START - 100 + SPREAD + 1), apart(START - 100 + SPREAD + 1));
        refuses(seenAt(ACCOUNT, START + 100 - SPREAD - 1), apart(START + 100 - SPREAD - 1));
        accepts(seenAt(ACCOUNT, START - 100 + SPREAD));
        refuses(seenAt(ACCOUNT, START - 101), apart(START - 101));
        accepts(seenAt(ACCOUNT, START - 99));
    }

    /// A refused snapshot moves no bound.
    function test_a_refused_snapshot_leaves_the_others_their_room() public {
        refuses(seenAt(ACCOUNT, START - SPREAD - 1), apart(START - SPREAD - 1));
        vm.warp(START + SPREAD);
        accepts(seenAt(ACCOUNT, START + SPREAD));
    }

    function test_each_account_and_epoch_has_its_own_snapshots() public {
        registerAccount("another account");
        vm.warp(START + SPREAD + 1);
        accepts(seenAt("another account", START + SPREAD + 1));
        vm.warp(START + EPOCH_LENGTH);
        accepts(seenAt(ACCOUNT, START + EPOCH_LENGTH));
    }

    function test_an_allocation_begins_no_sooner_than_the_one_before() public {
        vm.warp(START + 100);
        AllocationStatement memory next = allocationOf(ACCOUNT, VENUE);
        next.notBefore = START - 1;
        refuses(
            allocationCall(next), abi.encodeWithSelector(Ledger.BeginsBeforePredecessor.selector, START - 1)
        );
        next.notBefore = START + 50;
        accepts(allocationCall(next));
        // It is the last one that counts, not the first one.
        next = allocationOf(ACCOUNT, VENUE);
        next.notBefore = START + 49;
        refuses(
            allocationCall(next), abi.encodeWithSelector(Ledger.BeginsBeforePredecessor.selector, START + 49)
        );
        next.notBefore = START + 50;
        accepts(allocationCall(next));
    }

    function test_the_first_allocation_of_an_epoch_may_have_begun_at_any_time() public {
        vm.warp(START + EPOCH_LENGTH);
        AllocationStatement memory first = allocationOf(ACCOUNT, VENUE);
        first.notBefore = 0;
        accepts(allocationCall(first));
    }

    /// Spends the first pledge by a release for `replacement`.
    function replacing(bytes32 replacement) private view returns (bytes memory) {
        AllocationStatement memory next = repledgeOf(ACCOUNT, VENUE);
        Release memory release = releaseOf(ACCOUNT, pledge);
        release.replacement = replacement;
        next.sources[0] = fromReleased(pledge, release);
        return allocationCall(next, list(signedRelease(release, VENUE)));
    }

    function test_a_replacement_is_one_of_the_pledges() public {
        AllocationStatement memory next = repledgeOf(ACCOUNT, VENUE);
        bytes32 unknown = commitmentOf(next, 4);
        refuses(replacing(unknown), abi.encodeWithSelector(Ledger.WrongReplacement.selector, unknown));
        // What the operator keeps replaces no pledge.
        bytes32 keeps = next.outputs[0].commitment;
        refuses(replacing(keeps), abi.encodeWithSelector(Ledger.WrongReplacement.selector, keeps));
        // Nor does what is released itself.
        bytes32 old = allocation().outputs[1].commitment;
        refuses(replacing(old), abi.encodeWithSelector(Ledger.WrongReplacement.selector, old));
        accepts(replacing(next.outputs[3].commitment));
    }

    function test_a_release_may_ask_for_no_replacement() public {
        accepts(replacing(0));
    }
}
