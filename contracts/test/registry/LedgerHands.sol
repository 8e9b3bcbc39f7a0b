// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement, BookAttestation, HoldingsStatement, Output, Pledge, Release, Source
} from "../../solidity/Statements.sol";
import {ReleasedPledge} from "../../solidity/registry/Ledger.sol";
import {HonestSteps} from "./HonestSteps.sol";

/// Attestors and two custodians who record books, totals and allocations at random, and spend whatever there is and was: of the
/// other account, of another epoch, spent before, twice in one allocation. Beside the registry stands a model of what is spent.
contract LedgerHands is HonestSteps {
    struct Total {
        bytes32 account;
        uint64 epoch;
        bytes32 root;
        bytes32 digest;
        bytes32 commitment;
        uint256 end;
    }

    struct Note {
        bytes32 account;
        /// Output 0 is kept, the others are pledged to the venue.
        Pledge output;
        uint256 end;
        bool spent;
    }

    struct Chain {
        bytes32 head;
        uint256 length;
        uint256 earliest;
        uint256 latest;
    }

    bytes32 private constant VENUE = "venue";
    bytes32[2] private ACCOUNTS = [bytes32("first account"), "second account"];

    bytes[] private _books;
    Total[] private _totals;
    Note[] private _notes;
    mapping(bytes32 digest => bool) private _recorded;
    mapping(uint64 epoch => mapping(bytes32 root => bool)) private _spentRoots;
    mapping(bytes32 account => mapping(uint64 epoch => Chain)) private _chains;
    /// Notes that accepted allocations spent, and totals.
    uint256 private _spentNotes;
    uint256 private _spentTotals;
    mapping(bytes32 step => uint256[2]) private _count;

    constructor() {
        setUpRegistry();
        for (uint256 i = 0; i < 2; ++i) {
            registerAccount(ACCOUNTS[i]);
        }
    }

    function count(bytes32 step) external view returns (uint256[2] memory) {
        return _count[step];
    }

    function wait(uint256 seed) external {
        uint256 time = block.timestamp + 1 + seed % (seed % 8 == 0 ? 12 hours : 2 hours);
        vm.warp(time < VALID_UNTIL ? time : VALID_UNTIL - 1);
    }

    /// One to three of six roots, so that one root stands in several books, of either account. Or a book that is recorded already.
    function book(uint256 seed) external {
        BookAttestation memory made;
        if (seed & 7 == 0 && _books.length > 0) {
            made = abi.decode(_books[(seed >> 8) % _books.length], (BookAttestation));
        } else {
            bytes32[] memory roots = new bytes32[](1 + (seed >> 8) % 3);
            for (uint256 i = 0; i < roots.length; ++i) {
                roots[i] = bytes32(1 + (seed >> (16 + 8 * i)) % 6);
            }
            made = bookOf(ACCOUNTS[seed / 8 % 2], roots);
            uint64 asOf = made.expiry - EPOCH_LENGTH + uint64((seed >> 64) % (SPREAD + 60));
            if (asOf < made.asOf) made.asOf = asOf;
            if (seed >> 96 & 1 == 0) made.expiry = uint64(soonerOf(made.expiry, block.timestamp + (seed >> 100) % 1 days));
            made.nonce = bytes16(uint128(_books.length));
        }
        bytes32 digest = eip712.digest(made);
        bool may = !_recorded[digest] && mayAttest(made);
        if (attempt("book", bookCall(made), may)) {
            _recorded[digest] = true;
            _books.push(abi.encode(made));
            Chain storage chain = _chains[made.account][made.epoch];
            (chain.earliest, chain.latest) = outermost(chain, made.asOf);
        }
    }

    function mayAttest(BookAttestation memory made) private view returns (bool) {
        for (uint256 i = 1; i < made.shards.length; ++i) {
            for (uint256 j = 0; j < i; ++j) {
                if (made.shards[i].root == made.shards[j].root) return false;
            }
        }
        (uint256 earliest, uint256 latest) = outermost(_chains[made.account][made.epoch], made.asOf);
        bool fresh = block.timestamp - made.asOf <= BOOK_AGE && block.timestamp < made.expiry;
        return fresh && latest - earliest <= SPREAD;
    }

    function outermost(Chain storage chain, uint256 asOf) private view returns (uint256 earliest, uint256 latest) {
        (earliest, latest) = (asOf, asOf);
        if (chain.latest == 0) return (earliest, latest);
        if (chain.earliest < asOf) earliest = chain.earliest;
        if (chain.latest > asOf) latest = chain.latest;
    }

    /// One of two totals of a shard: anybody who knows the openings can make another one.
    function holdings(uint256 seed) external {
        if (_books.length == 0) return;
        BookAttestation memory of_ = abi.decode(_books[last(seed, _books.length)], (BookAttestation));
        uint32 shard = uint32((seed >> 16) % of_.shards.length);
        bytes32 commitment = keccak256(abi.encode("total", of_.shards[shard].root, (seed >> 32) % 2)) >> 3;
        HoldingsStatement memory statement = holdingsOf(of_, shard, commitment);
        bytes32 digest = eip712.digest(statement);
        bool may = !_recorded[digest] && block.timestamp < of_.expiry;
        if (attempt("holdings", holdingsCall(of_, statement), may)) {
            _recorded[digest] = true;
            _totals.push(Total(of_.account, of_.epoch, of_.shards[shard].root, digest, commitment, of_.expiry));
        }
    }

    /// Of one or two totals.
    function allocate(uint256 seed) external {
        AllocationStatement memory next = allocationOf(ACCOUNTS[seed % 2], VENUE);
        uint256[2] memory notes = [type(uint256).max, type(uint256).max];
        uint256[2] memory totals = [total(seed >> 8), (seed >> 64) % 2 == 0 ? total(seed >> 72) : type(uint256).max];
        allocateWith(next, notes, totals, seed >> 128);
    }

    /// Of one or two outputs, and perhaps a total.
    function repledge(uint256 seed) external {
        AllocationStatement memory next = repledgeOf(ACCOUNTS[seed % 2], VENUE);
        uint256[2] memory notes = [note(seed >> 8), (seed >> 64) % 2 == 0 ? note(seed >> 72) : type(uint256).max];
        uint256[2] memory totals = [(seed >> 96) % 4 == 0 ? total(seed >> 104) : type(uint256).max, type(uint256).max];
        allocateWith(next, notes, totals, seed >> 128);
    }

    function allocateWith(
        AllocationStatement memory next,
        uint256[2] memory notes,
        uint256[2] memory totals,
        uint256 seed
    ) private {
        bool repledges = next.sources.length == 3;
        if (seed & 7 != 0) next.expiry = uint64(soonerOf(next.expiry, endOf(notes, totals)));
        if (seed >> 8 & 31 == 0) next.sequence = next.sequence ^ 1;
        if (seed >> 8 & 31 == 1) next.predecessor = "another";
        ReleasedPledge[] memory releases = new ReleasedPledge[](2);
        uint256 many = 0;
        for (uint256 i = 0; i < 2; ++i) {
            if (totals[i] < _totals.length) {
                Total storage from = _totals[totals[i]];
                next.sources[repledges ? 2 : i] = fromTotal(from.digest, from.commitment);
            }
            if (notes[i] >= _notes.length) continue;
            Pledge memory output = _notes[notes[i]].output;
            Release memory release = releaseOf(next.account, output);
            if (output.output == 0) {
                next.sources[i] = fromKept(output.allocation, output.commitment);
            } else {
                next.sources[i] = fromReleased(output, release);
                releases[many++] = signedRelease(release, VENUE);
            }
        }
        assembly ("memory-safe") {
            mstore(releases, many)
        }
        bytes32 step = repledges ? bytes32("repledge") : bytes32("allocate");
        if (attempt(step, allocationCall(next, releases), maySpend(next, notes, totals))) spent(next, notes, totals);
        assertHead(next.account, next.epoch);
    }

    // The model

    function maySpend(AllocationStatement memory next, uint256[2] memory notes, uint256[2] memory totals)
        private
        view
        returns (bool)
    {
        Chain storage chain = _chains[next.account][next.epoch];
        if (next.sequence != chain.length || next.predecessor != chain.head) return false;
        for (uint256 i = 0; i < 2; ++i) {
            if (notes[i] < _notes.length) {
                Note storage from = _notes[notes[i]];
                if (from.spent || from.account != next.account || from.output.epoch != next.epoch) return false;
                if (next.expiry > from.end || (i == 1 && notes[0] == notes[1])) return false;
            }
            if (totals[i] < _totals.length) {
                Total storage from = _totals[totals[i]];
                if (from.account != next.account || from.epoch != next.epoch || next.expiry > from.end) return false;
                if (_spentRoots[from.epoch][from.root]) return false;
                if (i == 1 && totals[0] < _totals.length && _totals[totals[0]].root == from.root) return false;
            }
        }
        return true;
    }

    function spent(AllocationStatement memory next, uint256[2] memory notes, uint256[2] memory totals) private {
        for (uint256 i = 0; i < 2; ++i) {
            if (notes[i] < _notes.length) {
                vm.assertFalse(_notes[notes[i]].spent, "an output is spent twice");
                _notes[notes[i]].spent = true;
                ++_spentNotes;
            }
            if (totals[i] < _totals.length) {
                Total storage from = _totals[totals[i]];
                vm.assertFalse(_spentRoots[from.epoch][from.root], "a shard is spent twice");
                _spentRoots[from.epoch][from.root] = true;
                ++_spentTotals;
            }
        }
        for (uint32 i = 0; i < next.outputs.length; ++i) {
            _notes.push(Note(next.account, pledgeOf(next, i, VENUE), next.expiry, false));
        }
        Chain storage chain = _chains[next.account][next.epoch];
        (chain.head, chain.length) = (eip712.digest(next), chain.length + 1);
    }

    /// Numbers have no gap: the head is the last one that was accepted, and its number that of all before it.
    function assertHead(bytes32 account, uint64 epoch) private view {
        (bytes32 head, uint64 length) = registry.headOf(account, epoch);
        vm.assertEq(head, _chains[account][epoch].head);
        vm.assertEq(length, _chains[account][epoch].length, "sequence");
    }

    /// All that is recorded is the model's: each output, spent or not, and their numbers.
    function assertEverything() external view {
        uint256 spentNotes = 0;
        uint256 allocations = 0;
        for (uint256 i = 0; i < _notes.length; ++i) {
            Note storage one = _notes[i];
            (uint64 end, bool isSpent) = registry.outputOf(one.output.allocation, one.output.output);
            vm.assertEq(end, one.end, "end of an output");
            vm.assertTrue(isSpent == one.spent, "spent");
            if (isSpent) ++spentNotes;
        }
        vm.assertEq(spentNotes, _spentNotes, "number of spent outputs");
        for (uint64 epoch = EPOCH; epoch <= epochAt(block.timestamp); ++epoch) {
            for (uint256 i = 0; i < 2; ++i) {
                assertHead(ACCOUNTS[i], epoch);
                allocations += _chains[ACCOUNTS[i]][epoch].length;
            }
        }
        vm.assertEq(_notes.length, 4 * allocations, "number of outputs");
        vm.assertLe(_spentTotals, _totals.length, "number of spent totals");
    }

    // Choices

    function total(uint256 seed) private view returns (uint256) {
        return _totals.length == 0 ? type(uint256).max : last(seed, _totals.length);
    }

    /// Every other time an unspent one, if there is one near.
    function note(uint256 seed) private view returns (uint256 place) {
        if (_notes.length == 0) return type(uint256).max;
        place = last(seed, _notes.length);
        for (uint256 i = 0; i < 8 && seed >> 32 & 1 == 0 && _notes[place].spent; ++i) {
            place = (place + 1) % _notes.length;
        }
    }

    /// One of the last eight, most of the time.
    function last(uint256 seed, uint256 length) private pure returns (uint256) {
        uint256 from = seed & 7 == 0 || length < 8 ? 0 : length - 8;
        return from + (seed >> 8) % (length - from);
    }

    function endOf(uint256[2] memory notes, uint256[2] memory totals) private view returns (uint256 end) {
        end = type(uint64).max;
        for (uint256 i = 0; i < 2; ++i) {
            if (notes[i] < _notes.length) end = soonerOf(end, _notes[notes[i]].end);
            if (totals[i] < _totals.length) end = soonerOf(end, _totals[totals[i]].end);
        }
    }

    function soonerOf(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function attempt(bytes32 step, bytes memory call, bool may) private returns (bool done) {
        (done,) = address(registry).call(call);
        vm.assertTrue(done == may, string(abi.encodePacked(step, may ? " is refused" : " is accepted")));
        ++_count[step][done ? 0 : 1];
    }
}
