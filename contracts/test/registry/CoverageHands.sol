// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {AllocationStatement, Claim, CoverageStatement, Pledge, PriceRound, Release} from "../../solidity/Statements.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {HonestSteps} from "./HonestSteps.sol";

/// What the specification says of a position.
struct Told {
    Claim claim;
    bool claimed;
    Pledge pledge;
    /// The pledge is bound, and nothing ended that.
    bool bound;
    uint256 pledgeEnd;
    bool everCovered;
    uint256 until;
    uint256 round;
    uint256 recordedAt;
    bool marked;
}

/// Two accounts at two venues, their custodians and claims, price rounds, a guardian and the clock, acting at random. Beside the
/// registry stands a model of it, in the specification's words: each step has to be accepted or refused as the model says, and
/// after each step every position has to read as the model's.
contract CoverageHands is HonestSteps {
    struct Note {
        bytes32 venue;
        Pledge pledge;
        uint256 end;
        bool spent;
    }

    struct Pause {
        uint256 start;
        uint256 end;
    }

    bytes32[2] private ACCOUNTS = [bytes32("first account"), "second account"];
    bytes32[2] private VENUES = [bytes32("first venue"), "second venue"];
    uint24[2] private GRACES = [1 hours, 3 days];
    uint16[2] private LAGS = [2, 24];

    mapping(bytes32 account => mapping(bytes32 venue => Told)) private _told;
    mapping(bytes32 account => Note[]) private _notes;
    mapping(bytes32 account => uint256) private _breachedAt;
    Pause[] private _pauses;
    /// The latest round that was ever read.
    mapping(bytes32 account => mapping(bytes32 venue => uint256)) private _highest;
    /// How often a step was accepted, and how often refused.
    mapping(bytes32 step => uint256[2]) private _count;
    /// How often a position was seen in a state.
    mapping(CoverageState => uint256) public seen;

    constructor() {
        setUpRegistry();
        for (uint256 i = 0; i < 2; ++i) {
            registerAccount(ACCOUNTS[i]);
            registerVenue(VENUES[i], address(0x5e771e), GRACES[i], LAGS[i]);
        }
    }

    function count(bytes32 step) external view returns (uint256[2] memory) {
        return _count[step];
    }

    // The clock

    /// Minutes, hours or days; or to where something of a position ends, or to the second before.
    function wait(uint256 seed) external {
        uint24[4] memory most = [10 minutes, 10 minutes, 8 hours, 2 days];
        uint256 time = block.timestamp + 1 + (seed >> 8) % most[(seed >> 4) % 4];
        if (seed % 2 == 0) {
            (bytes32 account, bytes32 venue) = bound_(seed >> 64);
            Told storage told = _told[account][venue];
            uint256 graceEnd = told.until + graceOf(venue);
            uint256[6] memory ends =
                [told.until, graceEnd, graceEnd, told.pledgeEnd, told.claim.expiry, pausedUntil()];
            uint256 end = ends[(seed >> 72) % 6];
            if (end > 0 && (seed >> 80) % 2 == 0) --end;
            if (end > block.timestamp && end < block.timestamp + 4 days) time = end;
        }
        vm.warp(time);
        afterwards();
    }

    function pause(uint256 seed) external {
        if (seed % 2 != 0) return;
        bool may = !paused() && (_pauses.length == 0 || block.timestamp >= pausedUntil() + 7 days);
        if (attempt("pause", abi.encodeCall(registry.pause, ()), may)) {
            _pauses.push(Pause(block.timestamp, block.timestamp + 7 days));
        }
        afterwards();
    }

    function unpause() external {
        bool may = paused();
        if (attempt("unpause", abi.encodeCall(registry.unpause, ()), may)) {
            _pauses[_pauses.length - 1].end = block.timestamp;
        }
        afterwards();
    }

    // Account and venue

    /// Three new pledges, two to the first venue, out of nothing: what they hold is no matter here.
    function allocate(uint256 seed) external {
        allocating(ACCOUNTS[seed % 2], seed / 2 % 2 == 0 ? block.timestamp + 1 + seed % 12 hours : type(uint64).max);
        afterwards();
    }

    function allocating(bytes32 account, uint256 end) private {
        AllocationStatement memory statement = allocationOf(account, VENUES[0]);
        statement.expiry = until(statement.expiry, end);
        pledgesOut(statement);
        if (attempt("allocate", allocationCall(statement), recording())) keep(statement);
    }

    /// Spends a pledge: with luck an unspent one of this epoch, perhaps a bound one. Three others take its place.
    function spend(uint256 seed) external {
        bytes32 account = ACCOUNTS[seed % 2];
        if (_notes[account].length == 0) return;
        uint256 place = last(seed >> 8, _notes[account].length);
        Note storage note = _notes[account][place];
        AllocationStatement memory next = repledgeOf(account, VENUES[0]);
        if (seed >> 64 & 7 != 0) next.expiry = until(next.expiry, note.end);
        pledgesOut(next);
        bool may = recording() && !note.spent && note.pledge.epoch == next.epoch && next.expiry <= note.end;
        if (attempt("spend", spendingCall(next, note), may)) {
            note.spent = true;
            keep(next);
            Told storage told = _told[account][note.venue];
            bool same = told.pledge.allocation == note.pledge.allocation && told.pledge.output == note.pledge.output;
            if (same) unbind(told);
        }
        afterwards();
    }

    function claim(uint256 seed) external {
        (bytes32 account, bytes32 venue) = chosen(seed);
        uint64 number = _told[account][venue].claim.number + (seed >> 8 & 7 == 0 ? 0 : 1);
        claiming(account, venue, number, seed >> 16 & 1 == 0 ? block.timestamp + (seed >> 24) % 2 days : VALID_UNTIL);
        afterwards();
    }

    function claiming(bytes32 account, bytes32 venue, uint64 number, uint256 end) private {
        Told storage told = _told[account][venue];
        Claim memory made = claimOf(account, venue, number);
        made.expiry = uint64(end);
        bool may = recording() && made.expiry > block.timestamp && (!told.claimed || number > told.claim.number);
        if (attempt("claim", claimCall(made), may)) {
            (told.claim, told.claimed) = (made, true);
            unbind(told);
        }
    }

    /// Some pledge of the account to the venue's last claim, or to one that is none.
    function bind(uint256 seed) external {
        (bytes32 account, bytes32 venue) = chosen(seed);
        Claim memory latest = _told[account][venue].claim;
        if (seed >> 64 & 15 == 0) latest.requirement = "less";
        if (_notes[account].length > 0) binding(account, venue, latest, last(seed >> 8, _notes[account].length));
        afterwards();
    }

    function binding(bytes32 account, bytes32 venue, Claim memory named, uint256 place) private {
        Told storage told = _told[account][venue];
        if (!told.claimed) return;
        Note storage note = _notes[account][place];
        bool may = recording() && block.timestamp < named.expiry && named.requirement == told.claim.requirement;
        if (told.bound && block.timestamp < told.pledgeEnd) may = false;
        if (note.venue != venue || note.spent || block.timestamp >= note.end) may = false;
        if (attempt("bind", bindCall(named, note.pledge), may)) {
            (told.pledge, told.pledgeEnd, told.bound) = (note.pledge, note.end, true);
        }
    }

    /// Everything that an account needs to be covered at both venues, from the allocation on.
    function renew(uint256 seed) external {
        bytes32 account = ACCOUNTS[seed % 2];
        allocating(account, type(uint64).max);
        uint256 many = _notes[account].length;
        CoverageStatement[] memory one = new CoverageStatement[](1);
        for (uint256 i = 0; i < 2 && many > 0; ++i) {
            Told storage told = _told[account][VENUES[i]];
            claiming(account, VENUES[i], told.claim.number + 1, VALID_UNTIL);
            binding(account, VENUES[i], told.claim, many - 3 + i);
            PriceRound memory round = roundOf(roundAt(block.timestamp), list(VENUES[0], VENUES[1]));
            one[0] = coverageOf(told.claim, told.pledge, round);
            one[0].expiry = uint64(told.pledgeEnd);
            if (attempt("update", updateCall(updateOf(round, one)), recording() && mayCover(told, one[0], round.round))) {
                covered(one[0], round.round);
            }
        }
        afterwards();
    }

    // Coverage

    /// One to three positions, perhaps one of them twice, at one round that may be too old.
    function update(uint256 seed) external {
        uint64 number = roundAt(block.timestamp) - uint64(seed & 3 == 0 ? (seed >> 8) % 27 : 0);
        PriceRound memory round = roundOf(number, list(VENUES[0], VENUES[1]));
        uint256 many = 1 + (seed >> 16) % 3;
        CoverageStatement[] memory statements = new CoverageStatement[](many);
        bool may = recording();
        for (uint256 i = 0; i < many; ++i) {
            (bytes32 account, bytes32 venue) = bound_(seed >> (24 + 8 * i));
            Told storage told = _told[account][venue];
            statements[i] = coverageOf(told.claim, told.pledge, round);
            // Now and then one second too long.
            statements[i].expiry = uint64(told.pledgeEnd + (seed >> (64 + 8 * i) & 15 == 0 ? 1 : 0));
            if (seed >> (96 + 8 * i) & 3 == 0) {
                statements[i].expiry = until(statements[i].expiry, block.timestamp + (seed >> 128) % 1 hours);
            }
            if (!mayCover(told, statements[i], number)) may = false;
            for (uint256 j = 0; j < i; ++j) {
                if (statements[j].account == account && statements[j].venue == venue) may = false;
            }
        }
        if (attempt(many == 1 ? bytes32("update") : bytes32("batch"), updateCall(updateOf(round, statements)), may)) {
            for (uint256 i = 0; i < many; ++i) {
                covered(statements[i], number);
            }
        }
        afterwards();
    }

    function mayCover(Told storage told, CoverageStatement memory statement, uint64 number) private view returns (bool) {
        if (!told.bound || (told.everCovered && number <= told.round)) return false;
        if (statement.expiry > told.pledgeEnd || block.timestamp >= statement.expiry) return false;
        return block.timestamp < told.claim.expiry && block.timestamp < tooOld(number, statement.venue);
    }

    function covered(CoverageStatement memory statement, uint64 number) private {
        Told storage told = _told[statement.account][statement.venue];
        told.until = until(until(statement.expiry, told.claim.expiry), until(VALID_UNTIL, tooOld(number, statement.venue)));
        (told.round, told.recordedAt) = (number, block.timestamp);
        (told.everCovered, told.marked) = (true, false);
    }

    function markExpired(uint256 seed) external {
        (bytes32 account, bytes32 venue) = chosen(seed);
        Told storage told = _told[account][venue];
        bool may = !paused() && !told.marked && stateTold(account, venue) == CoverageState.Expired;
        if (attempt("markExpired", abi.encodeCall(registry.markExpired, (account, venue)), may)) told.marked = true;
        afterwards();
    }

    /// Two allocations of one number; neither has to be recorded.
    function equivocate(uint256 seed) external {
        if (seed % 8 != 0) return;
        bytes32 account = ACCOUNTS[seed / 8 % 2];
        AllocationStatement memory first = allocationOf(account, VENUES[0]);
        bytes memory ofFirst = signed(custodianKey(account), eip712.digest(first));
        AllocationStatement memory second = allocationOf(account, VENUES[1]);
        bytes memory ofSecond = signed(custodianKey(account), eip712.digest(second));
        bool may = !paused() && _breachedAt[account] == 0;
        bytes memory call = abi.encodeCall(registry.reportEquivocation, (first, ofFirst, second, ofSecond));
        if (attempt("equivocate", call, may)) _breachedAt[account] = block.timestamp;
        afterwards();
    }

    // The model

    function stateTold(bytes32 account, bytes32 venue) private view returns (CoverageState) {
        Told storage told = _told[account][venue];
        if (_breachedAt[account] != 0) return CoverageState.Breached;
        if (!told.everCovered) return CoverageState.None;
        if (block.timestamp < told.until) return CoverageState.Covered;
        if (told.marked || unpausedSince(told.until) >= graceOf(venue)) return CoverageState.Expired;
        return CoverageState.Grace;
    }

    /// Seconds since then that no pause had.
    function unpausedSince(uint256 time) private view returns (uint256 seconds_) {
        seconds_ = block.timestamp - time;
        for (uint256 i = 0; i < _pauses.length; ++i) {
            uint256 from = _pauses[i].start > time ? _pauses[i].start : time;
            uint256 to = until(_pauses[i].end, block.timestamp);
            if (from < to) seconds_ -= to - from;
        }
    }

    function pausedUntil() private view returns (uint256) {
        return _pauses.length == 0 ? 1 : _pauses[_pauses.length - 1].end;
    }

    function paused() private view returns (bool) {
        return block.timestamp < pausedUntil();
    }

    function recording() private view returns (bool) {
        return !paused() && block.timestamp < VALID_UNTIL;
    }

    function graceOf(bytes32 venue) private view returns (uint256) {
        return GRACES[venue == VENUES[0] ? 0 : 1];
    }

    function tooOld(uint64 number, bytes32 venue) private view returns (uint256) {
        return roundBegin(number) + (LAGS[venue == VENUES[0] ? 0 : 1] + 1) * uint256(ROUND_LENGTH);
    }

    /// Claim or pledge changed: what there is of coverage ends now.
    function unbind(Told storage told) private {
        told.bound = false;
        if (told.until > block.timestamp) told.until = block.timestamp;
    }

    // Steps

    function pledgesOut(AllocationStatement memory statement) private view {
        statement.outputs[2] = pledgedTo(VENUES[1], statement.outputs[2].commitment);
    }

    function spendingCall(AllocationStatement memory next, Note storage note) private view returns (bytes memory) {
        Release memory release = releaseOf(next.account, note.pledge);
        next.sources[0] = fromReleased(note.pledge, release);
        return allocationCall(next, list(signedRelease(release, note.venue)));
    }

    function keep(AllocationStatement memory statement) private {
        for (uint32 i = 1; i < 4; ++i) {
            bytes32 venue = VENUES[i == 2 ? 1 : 0];
            _notes[statement.account].push(Note(venue, pledgeOf(statement, i, venue), statement.expiry, false));
        }
    }

    function attempt(bytes32 step, bytes memory call, bool may) private returns (bool done) {
        (done,) = address(registry).call(call);
        vm.assertTrue(done == may, string(abi.encodePacked(step, may ? " is refused" : " is accepted")));
        ++_count[step][done ? 0 : 1];
    }

    function chosen(uint256 seed) private view returns (bytes32 account, bytes32 venue) {
        return (ACCOUNTS[seed % 2], VENUES[seed / 2 % 2]);
    }

    /// With luck a bound position.
    function bound_(uint256 seed) private view returns (bytes32 account, bytes32 venue) {
        for (uint256 i = 0; i < 4; ++i) {
            (account, venue) = chosen(seed + i);
            if (_told[account][venue].bound) break;
        }
    }

    /// One of the last six, most of the time.
    function last(uint256 seed, uint256 length) private pure returns (uint256) {
        uint256 from = seed & 7 == 0 || length < 6 ? 0 : length - 6;
        return from + (seed >> 8) % (length - from);
    }

    function until(uint256 a, uint256 b) private pure returns (uint64) {
        return uint64(a < b ? a : b);
    }

    /// Every position reads as the model's.
    function afterwards() public {
        for (uint256 i = 0; i < 4; ++i) {
            (bytes32 account, bytes32 venue) = chosen(i);
            Told storage told = _told[account][venue];
            CoverageState state = registry.stateOf(account, venue);
            vm.assertEq(uint256(state), uint256(stateTold(account, venue)), "state");
            ++seen[state];
            vm.assertTrue(registry.isCovered(account, venue) == (state == CoverageState.Covered), "covered");
            (uint64 end, uint64 round, uint64 recordedAt) = registry.coverageOf(account, venue);
            vm.assertTrue(!registry.isCovered(account, venue) || block.timestamp < end, "covered after its end");
            uint256 breachedAt = _breachedAt[account];
            uint256 endTold = breachedAt != 0 && breachedAt < told.until ? breachedAt : told.until;
            vm.assertEq(end, endTold, "until");
            vm.assertEq(round, told.round, "round");
            vm.assertEq(recordedAt, told.recordedAt, "recorded at");
            vm.assertGe(round, _highest[account][venue], "an earlier round");
            _highest[account][venue] = round;
        }
    }
}
