// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {
    Claim,
    CompactSignature,
    CoverageShape,
    CoverageUpdate,
    CoverageWords,
    Pledge,
    PriceRound,
    StatementHash
} from "../Statements.sol";
import {CoverageState, ISolvencyRegistry} from "../interfaces/ISolvencyRegistry.sol";
import {Proofs} from "../Proofs.sol";
import {Calendar} from "./Calendar.sol";
import {Directory, Venue} from "./Directory.sol";
import {Ledger} from "./Ledger.sol";
import {Status, StatusWord} from "./Status.sol";
import {Prices} from "./Prices.sol";
import {RegistryTerms} from "./RegistryDocument.sol";

/// Which pledge backs which claim, until when it covers it, and what follows when it does not (C1–C3, V1, V2, R1, T1, T2).
///
/// Coverage says that haircut value is at least what the claim requires, at signed prices. It is no transfer of anything.
abstract contract Coverage is Ledger, Prices, ISolvencyRegistry {
    /// An account at a venue.
    struct Position {
        /// Hash of everything that a coverage statement must say (`CoverageWords`); zero while no pledge is bound.
        bytes32 binding;
        /// What is read and written at every price round.
        Status status;
        /// Digest of the latest claim, and its number.
        bytes32 claim;
        uint64 claimNumber;
        /// The note of the bound pledge.
        bytes32 pledge;
    }

    mapping(bytes32 accountAndVenue => Position) private _positions;

    event ClaimRecorded(bytes32 indexed account, bytes32 indexed venue, uint64 number, bytes32 claim);
    event PledgeBound(bytes32 indexed account, bytes32 indexed venue, bytes32 allocation, uint32 output);
    event CoverageRecorded(bytes32 indexed account, bytes32 indexed venue, uint64 round, uint64 until);
    /// Coverage ended before its time: a newer claim was recorded, or the pledge was spent. A position is named by the Keccak-256 of account and venue.
    event CoverageEnded(bytes32 indexed position);
    event CoverageExpired(bytes32 indexed account, bytes32 indexed venue, uint64 until);

    /// C1: the claim is for another chain or contract.
    error WrongAudience(uint256 chainId, address settlement);
    /// C1: the pledge would back another liability book.
    error WrongLiabilityBook(bytes32 liabilityBook);
    /// C1: a claim with this number or a later one is recorded.
    error ClaimSuperseded(uint64 number, uint64 latest);
    /// C1: the claim is not the latest one.
    error NotLatestClaim(bytes32 claim, bytes32 latest);
    /// C3: a pledge is bound, and stands.
    error AlreadyBound(bytes32 pledge);
    /// C3: no such unspent pledge of the account in this epoch, with this commitment, and the claim's tag and releaser.
    error UnknownPledge(bytes32 allocation, uint32 output);
    /// C3: the tag does not open to venue and liability book.
    error WrongTag(bytes32 tag);
    /// C2: the statement differs from what claim and pledge fix, chain and contract among it, or no pledge is bound.
    error BindingMismatch(bytes32 account, bytes32 venue);
    /// T1: the coverage ends later than its allocation.
    error OutlivesAllocation(uint64 expiry);
    /// R1: the round is not later than the one recorded.
    error RoundNotLater(uint64 round, uint64 recorded);
    /// There is nothing to record.
    error NoUpdates();
    /// The position is not expired, or that is written down already.
    error NotExpired(bytes32 account, bytes32 venue);

    constructor(RegistryTerms memory terms, address[] memory verifiers, address admin, uint48 adminDelay)
        Directory(terms, admin, adminDelay)
        Calendar(terms)
        Proofs(terms.digest, verifiers)
    {}

    /// Records a venue's newest claim on an account. It ends the coverage of an older one. Anyone may send it.
    function recordClaim(Claim calldata claim, bytes calldata signature) external whileRecording {
        Venue storage venue = _venue(claim.venue);
        _account(claim.account);
        if (claim.chainId != block.chainid || claim.settlement != venue.settlement) {
            revert WrongAudience(claim.chainId, claim.settlement);
        }
        if (claim.liabilityBook != venue.liabilityBook) revert WrongLiabilityBook(claim.liabilityBook);
        _checkWindow(claim.issuedAt, claim.expiry);
        bytes32 digest = _digest(StatementHash.hash(claim));
        _checkSigner(digest, signature, venue.signer);

        bytes32 key = _positionKey(claim.account, claim.venue);
        Position storage position = _positions[key];
        if (position.claim != 0 && claim.number <= position.claimNumber) {
            revert ClaimSuperseded(claim.number, position.claimNumber);
        }
        _unbind(key, position);
        position.claim = digest;
        position.claimNumber = claim.number;
        uint40 end = _time(claim.expiry < VALID_UNTIL ? claim.expiry : VALID_UNTIL);
        position.status = position.status.withClaim(end, venue.grace, venue.roundLag);
        emit ClaimRecorded(claim.account, claim.venue, claim.number, digest);
    }

    /// Binds an unspent pledge of the current epoch to the venue's latest claim. Anyone may send it: the salt opens the tag, which
    /// venue and custodian know.
    function bindPledge(Claim calldata claim, Pledge calldata pledge) external whileRecording {
        _venue(claim.venue);
        if (claim.chainId != block.chainid) revert WrongAudience(claim.chainId, claim.settlement);
        _checkWindow(claim.issuedAt, claim.expiry);
        bytes32 key = _positionKey(claim.account, claim.venue);
        Position storage position = _positions[key];
        bytes32 digest = _digest(StatementHash.hash(claim));
        if (digest != position.claim) revert NotLatestClaim(digest, position.claim);
        if (position.binding != 0 && block.timestamp < position.status.pledgeEnd()) revert AlreadyBound(position.pledge);
        if (StatementHash.pledgeTag(claim.venue, claim.liabilityBook, pledge.tagSalt) != claim.tag) {
            revert WrongTag(claim.tag);
        }
        position.pledge = _noteKey(pledge.allocation, pledge.output);
        position.status = position.status.withPledge(_bindNote(claim, pledge, key));
        position.binding = CoverageWords.bindingOf(claim, digest, pledge);
        emit PledgeBound(claim.account, claim.venue, pledge.allocation, pledge.output);
    }

    /// Records coverage of any number of positions at one price round, all or none. One proof is verified alone, several in one
    /// batch. Anyone may send it.
    function updateCoverage(
        PriceRound calldata round,
        CompactSignature[] calldata signatures,
        CoverageShape shape,
        CoverageUpdate[] calldata updates
    ) external whileRecording {
        uint256 count = updates.length;
        if (count == 0) revert NoUpdates();
        bytes32 roundDigest = _checkRound(round, signatures);
        bytes32 shapeHash = shape == CoverageShape.Flat ? COVERAGE_FLAT : COVERAGE_TIERED;
        CoverageCall memory prepared = _beginCoverageCall(count);
        for (uint256 i = 0; i < count; ++i) {
            CoverageUpdate calldata update = updates[i];
            bytes32 valuation = _valuationOf(round, update.policy);
            bytes32 digest = _cover(update, round.round, shapeHash, roundDigest, valuation);
            bytes32 context = StatementHash.context(shapeHash, digest);
            _putCoverage(prepared, i, update.proof, update.pledge, valuation, update.requirement, context);
        }
        _verifyCoverage(shapeHash, prepared);
    }

    /// Writes down that a position expired; a later coverage clears it. Anyone may send it.
    function markExpired(bytes32 account, bytes32 venue) external whenNotPaused {
        Position storage position = _positions[_positionKey(account, venue)];
        Status status = position.status;
        if (status.expired() || stateOf(account, venue) != CoverageState.Expired) revert NotExpired(account, venue);
        position.status = status.withExpiry();
        emit CoverageExpired(account, venue, uint64(status.until()));
    }

    /// @inheritdoc ISolvencyRegistry
    function stateOf(bytes32 account, bytes32 venue) public view returns (CoverageState) {
        if (_accounts[account].breachedAt != 0) return CoverageState.Breached;
        Status status = _positions[_positionKey(account, venue)].status;
        if (status.recordedAt() == 0) return CoverageState.None;
        if (block.timestamp < status.until()) return CoverageState.Covered;
        bool graceEnded = block.timestamp >= _graceEnd(status.until(), status.grace());
        if (status.expired() || graceEnded) return CoverageState.Expired;
        return CoverageState.Grace;
    }

    /// @inheritdoc ISolvencyRegistry
    function isCovered(bytes32 account, bytes32 venue) external view returns (bool) {
        return stateOf(account, venue) == CoverageState.Covered;
    }

    /// @inheritdoc ISolvencyRegistry
    function coverageOf(bytes32 account, bytes32 venue)
        external
        view
        returns (uint64 until, uint64 round, uint64 recordedAt)
    {
        Status status = _positions[_positionKey(account, venue)].status;
        uint40 breachedAt = _accounts[account].breachedAt;
        until = uint64(status.until());
        if (breachedAt != 0 && breachedAt < until) until = breachedAt;
        return (until, uint64(status.round()), uint64(status.recordedAt()));
    }

    /// The venue's latest claim on the account, and the note of the pledge bound to it; zeros where there is none.
    function bindingOf(bytes32 account, bytes32 venue)
        external
        view
        returns (bytes32 claim, uint64 number, bytes32 pledge)
    {
        Position storage position = _positions[_positionKey(account, venue)];
        return (position.claim, position.claimNumber, position.binding == 0 ? bytes32(0) : position.pledge);
    }

    /// @inheritdoc ISolvencyRegistry
    function accountOperator(bytes32 account) external view returns (address) {
        return _accounts[account].operator;
    }

    /// @inheritdoc ISolvencyRegistry
    function venueOperator(bytes32 venue) external view returns (address) {
        return _venues[venue].operator;
    }

    /// @inheritdoc ISolvencyRegistry
    function settlementOf(bytes32 venue) external view returns (address) {
        return _venues[venue].settlement;
    }

    /// @inheritdoc ISolvencyRegistry
    function checkRound(bytes32 venue, PriceRound calldata round, CompactSignature[] calldata signatures)
        external
        view
        returns (bytes32 digest)
    {
        digest = _checkRound(round, signatures);
        uint256 tooOldAt = _tooOldAt(round.round, _venues[venue].roundLag);
        if (block.timestamp >= tooOldAt) revert RoundStale(tooOldAt);
    }

    /// @inheritdoc ISolvencyRegistry
    function pauseEnd() external view returns (uint64) {
        return _guarded.pauseEnd;
    }

    /// @inheritdoc ISolvencyRegistry
    function paused() public view override(Directory, ISolvencyRegistry) returns (bool) {
        return Directory.paused();
    }

    /// Everything about a statement but its proof, and the new status. Returns the statement's digest.
    function _cover(
        CoverageUpdate calldata update,
        uint64 round,
        bytes32 shape,
        bytes32 roundDigest,
        bytes32 valuation
    ) private returns (bytes32) {
        Position storage position = _positions[_positionKey(update.account, update.venue)];
        (bytes32 binding, bytes32 structHash) = CoverageWords.hashes(update, shape, roundDigest, valuation);
        if (binding != position.binding) revert BindingMismatch(update.account, update.venue);
        Status status = position.status;
        uint64 until = _coveredUntil(status, round, update.notBefore, update.expiry);
        position.status = status.covered(uint40(until), uint40(round), uint40(block.timestamp));
        emit CoverageRecorded(update.account, update.venue, round, until);
        return _digest(structHash);
    }

    /// T1, T2, V2, R1: the end of a coverage that begins now; reverts where it cannot.
    function _coveredUntil(Status status, uint64 round, uint64 notBefore, uint64 expiry)
        private
        view
        returns (uint64)
    {
        _checkWindow(notBefore, expiry);
        if (expiry > status.pledgeEnd()) revert OutlivesAllocation(expiry);
        uint256 until = status.claimEnd();
        if (block.timestamp >= until) revert Expired(uint64(until));
        if (status.recordedAt() != 0 && round <= status.round()) revert RoundNotLater(round, uint64(status.round()));
        uint256 tooOldAt = _tooOldAt(round, status.roundLag());
        if (block.timestamp >= tooOldAt) revert RoundStale(tooOldAt);
        if (expiry < until) until = expiry;
        if (tooOldAt < until) until = tooOldAt;
        return uint64(until);
    }

    /// C3: the pledge is an unspent one of the account, with the claim's tag and releaser. It is bound to the position. Returns its
    /// end.
    function _bindNote(Claim calldata claim, Pledge calldata pledge, bytes32 position) private returns (uint40) {
        Note storage note = _notes[_noteKey(pledge.allocation, pledge.output)];
        bytes32 content = _content(claim.account, pledge.epoch, pledge.commitment, claim.tag, claim.releaser);
        if (pledge.output == 0 || note.content != content || note.spent) {
            revert UnknownPledge(pledge.allocation, pledge.output);
        }
        if (block.timestamp >= note.expiry) revert Expired(note.expiry);
        note.position = position;
        return note.expiry;
    }

    function _pledgeSpent(bytes32 key, bytes32 pledge) internal override {
        Position storage position = _positions[key];
        if (position.pledge == pledge) _unbind(key, position);
    }

    /// Ends what there is of coverage now; grace begins.
    function _unbind(bytes32 key, Position storage position) private {
        position.binding = 0;
        Status status = position.status;
        if (status.until() > block.timestamp) {
            position.status = status.endedAt(uint40(block.timestamp));
            emit CoverageEnded(key);
        }
    }

    function _positionKey(bytes32 account, bytes32 venue) private pure returns (bytes32) {
        return Hashes.efficientKeccak256(account, venue);
    }
}
