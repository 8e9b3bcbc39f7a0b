// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement,
    BookAttestation,
    CompactSignature,
    HoldingsStatement,
    Output,
    Release,
    Shard,
    Source,
    StatementHash
} from "../Statements.sol";
import {Proofs} from "../Proofs.sol";
import {Account, Directory} from "./Directory.sol";
import {Calendar} from "./Calendar.sol";

/// A pledge that is spent: what stands beside its commitment in its allocation, and its releaser's consent.
struct ReleasedPledge {
    bytes32 tag;
    address releaser;
    Release release;
    bytes signature;
}

/// What is there to be pledged, and what was: books, holdings, and each account's chain of allocations, in which nothing is spent
/// twice (B1–B5, H0, A0–A2, L1–L4, T1).
///
/// It does not show that the vaults hold what the attestors signed. Within one registry on one chain it does show that the
/// custodian has no second history of the account that this contract would accept.
abstract contract Ledger is Directory, Calendar, Proofs {
    /// What a source is: `kind` of `Source`.
    uint8 private constant UNUSED = 0;
    uint8 private constant HOLDINGS = 1;
    uint8 private constant KEPT = 2;
    uint8 private constant RELEASED = 3;
    /// The commitments to nothing with blinding zero, of a total and of a pledge (spec/commitments.md).
    bytes32 internal constant ZERO_TOTAL = 0x0743b9c4c04deb774fb7371ae9c16de916628902bb9a87bd8d17f136edfefd03;
    bytes32 internal constant ZERO_PLEDGE = 0x1b6e246842e556990bc931669e2aebc889d43c0e076334cb68eac240b317e929;
    uint256 private constant MAX_SHARDS = 64;

    /// A proven total of a shard.
    struct Holding {
        /// Hash of account, epoch and commitment.
        bytes32 content;
        /// What is spent with it: the shard's root in its epoch.
        bytes32 shard;
        /// End of the book.
        uint40 expiry;
    }

    /// An output of an allocation.
    struct Note {
        /// Hash of account, epoch, commitment, tag and releaser.
        bytes32 content;
        /// End of the allocation.
        uint40 expiry;
        bool spent;
        /// The position that the pledge is bound to, if it is.
        bytes32 position;
    }

    /// An account's epoch.
    struct Chain {
        /// Digest of the last allocation.
        bytes32 head;
        /// Number of allocations: the next one's sequence.
        uint40 length;
        /// When the last allocation begins.
        uint40 notBefore;
        /// Number of books, and their earliest and latest snapshots.
        uint40 books;
        uint40 earliest;
        uint40 latest;
    }

    mapping(bytes32 digest => bool) private _books;
    mapping(bytes32 digest => Holding) private _holdings;
    mapping(bytes32 shard => bool) private _spentShards;
    mapping(bytes32 key => Note) internal _notes;
    mapping(bytes32 accountAndEpoch => Chain) private _chains;

    event BookRecorded(bytes32 indexed account, uint64 indexed epoch, bytes32 book, uint64 expiry);
    event HoldingsRecorded(bytes32 indexed account, bytes32 indexed book, uint32 shard, bytes32 holdings);
    event AllocationRecorded(bytes32 indexed account, uint64 indexed epoch, uint64 sequence, bytes32 allocation);
    /// Two histories of the account were shown: from now on no coverage of it counts.
    event Equivocation(bytes32 indexed account, bytes32 first, bytes32 second);

    /// The statement is recorded already.
    error AlreadyRecorded(bytes32 digest);
    /// B1: the book is of another attestor set.
    error WrongAttestorSet(uint32 version);
    /// B2, A0: the custodian is not the account's.
    error WrongCustodian(address custodian);
    /// B2, A0: the log is not the account's.
    error WrongLogOrigin();
    /// B2: the attestors did not sign that the vaults are in no other book.
    error NotExclusive();
    /// B3: the number of shards is zero, more than 64, or not the one stated.
    error WrongShardCount(uint256 shards, uint32 stated);
    /// B3: the shard's ids are empty, or not after those of the shard before.
    error WrongShardRange(uint256 shard);
    /// B4: the snapshot is of a time to come.
    error SnapshotInFuture(uint64 asOf);
    /// B4: the snapshot is too old.
    error SnapshotStale(uint64 asOf);
    /// B4: the snapshot is too far from that of another book.
    error SnapshotsApart(uint64 asOf);
    /// B5, T1: it ends later than it may.
    error Outlives(uint64 expiry, uint256 limit);
    /// H0: the book is not recorded.
    error UnknownBook(bytes32 book);
    /// A1: the next allocation has another number.
    error WrongSequence(uint64 sequence, uint64 expected);
    /// A1: the allocation before is another one.
    error WrongPredecessor(bytes32 predecessor, bytes32 expected);
    /// A2: a source in a place of the other kind, or of no kind.
    error WrongSourceKind(uint256 source);
    /// A2: output 0 has neither tag nor releaser, every other output has both.
    error WrongOutput(uint256 output);
    /// L1: the source's commitment, account or epoch is not its origin's.
    error WrongSource(uint256 source);
    /// L2: it was spent before.
    error AlreadySpent(uint256 source);
    /// L2: two shards of the book have one root.
    error RootTwice(uint256 shard);
    /// L3: nothing is recorded under the source's origin.
    error UnknownSource(uint256 source);
    /// L1, L3: a field that this kind of source does not use is not zero, or an unused source is not the constant zero one.
    error WrongSourceFields(uint256 source);
    /// L4: a kept source is output 0, a released one another.
    error WrongOutputIndex(uint256 source);
    /// L4: no release of the pledge, or one of something else.
    error WrongRelease(uint256 source);
    /// L4: the release's replacement is not among the pledges.
    error WrongReplacement(bytes32 replacement);
    /// L4: the allocation begins at or after the release's end.
    error ReleaseExpired(uint64 expiry);
    /// L4: more releases than released sources.
    error ReleaseUnused(uint256 releases);
    /// T1: the allocation begins before the one before.
    error BeginsBeforePredecessor(uint64 notBefore);
    /// The two allocations are not evidence: of different accounts, epochs or sequences, or one and the same.
    error NoEquivocation();

    /// Something is recorded only while the registry is in force and not paused.
    modifier whileRecording() {
        _checkRecording();
        _;
    }

    /// Records a book that a quorum of attestors signed. Anyone may send it.
    function recordBook(BookAttestation calldata book, CompactSignature[] calldata signatures)
        external
        whileRecording
    {
        if (book.attestorSetVersion != ATTESTOR_SET_VERSION) revert WrongAttestorSet(book.attestorSetVersion);
        bytes32 digest = _digest(StatementHash.hash(book));
        if (_books[digest]) revert AlreadyRecorded(digest);
        _checkAttestors(digest, signatures);

        Account storage account = _account(book.account);
        if (book.custodian != account.custodian) revert WrongCustodian(book.custodian);
        if (keccak256(bytes(book.logOrigin)) != account.logOrigin) revert WrongLogOrigin();
        if (!book.exclusive) revert NotExclusive();
        _checkShards(book);
        _checkSnapshot(book);

        _books[digest] = true;
        emit BookRecorded(book.account, book.epoch, digest, book.expiry);
    }

    /// Records what a shard of a recorded book sums to. Anyone may send it. A shard may have several; one of them can be spent.
    function recordHoldings(
        BookAttestation calldata book,
        HoldingsStatement calldata statement,
        uint256[8] calldata proof
    ) external whileRecording {
        if (!_books[statement.book]) revert UnknownBook(statement.book);
        bytes32 digest = _verifyHoldings(book, statement, proof);
        if (_holdings[digest].content != 0) revert AlreadyRecorded(digest);
        _holdings[digest] = Holding({
            content: keccak256(abi.encode(book.account, book.epoch, statement.total)),
            shard: keccak256(abi.encode(book.epoch, book.shards[statement.shard].root)),
            expiry: _time(book.expiry)
        });
        emit HoldingsRecorded(book.account, statement.book, statement.shard, digest);
    }

    /// Records the next allocation of an account's epoch, and spends its sources. Anyone may send it. The releases are those of the
    /// released sources, in their order.
    function recordAllocation(
        AllocationStatement calldata statement,
        bytes calldata signature,
        uint256[8] calldata proof,
        ReleasedPledge[] calldata releases
    ) external whileRecording {
        Account storage account = _account(statement.account);
        if (statement.custodian != account.custodian) revert WrongCustodian(statement.custodian);
        if (keccak256(bytes(statement.logOrigin)) != account.logOrigin) revert WrongLogOrigin();
        uint256 epochEnd = _checkEpoch(statement.epoch);
        if (statement.expiry > epochEnd) revert Outlives(statement.expiry, epochEnd);
        bytes32 digest = _digest(StatementHash.hash(statement));
        _checkSigner(digest, signature, statement.custodian);

        _append(statement, digest);
        _checkArity(statement);
        _checkOutputs(statement);
        _spend(statement, releases);
        _verifyAllocation(statement, digest, proof);
        for (uint256 i = 0; i < statement.outputs.length; ++i) {
            Note storage note = _notes[_noteKey(digest, i)];
            Output calldata output = statement.outputs[i];
            note.content =
                _content(statement.account, statement.epoch, output.commitment, output.tag, output.releaser);
            note.expiry = _time(statement.expiry);
        }
        emit AllocationRecorded(statement.account, statement.epoch, statement.sequence, digest);
    }

    /// Two allocations of one account, epoch and sequence, both signed by its custodian: no coverage of the account counts any
    /// more. Anyone may send them; they need not be recorded, in force or proven.
    function reportEquivocation(
        AllocationStatement calldata first,
        bytes calldata firstSignature,
        AllocationStatement calldata second,
        bytes calldata secondSignature
    ) external whenNotPaused {
        Account storage account = _accounts[first.account];
        if (account.custodian == address(0)) revert UnknownAccount(first.account);
        if (account.breachedAt != 0) revert AlreadyRecorded(first.account);
        bytes32 firstDigest = _digest(StatementHash.hash(first));
        bytes32 secondDigest = _digest(StatementHash.hash(second));
        bool same = first.account == second.account && first.epoch == second.epoch && first.sequence == second.sequence;
        if (!same || firstDigest == secondDigest) revert NoEquivocation();
        _checkSigner(firstDigest, firstSignature, account.custodian);
        _checkSigner(secondDigest, secondSignature, account.custodian);
        account.breachedAt = uint40(block.timestamp);
        emit Equivocation(first.account, firstDigest, secondDigest);
    }

    /// The last allocation of an account's epoch, and how many there are.
    function headOf(bytes32 account, uint64 epoch) external view returns (bytes32 allocation, uint64 length) {
        Chain storage chain = _chains[keccak256(abi.encode(account, epoch))];
        return (chain.head, chain.length);
    }

    /// When an output's allocation ends, zero where it is not recorded; and whether it was spent.
    function outputOf(bytes32 allocation, uint32 output) external view returns (uint64 expiry, bool spent) {
        Note storage note = _notes[_noteKey(allocation, output)];
        return (note.expiry, note.spent);
    }

    function _checkRecording() private view {
        _requireNotPaused();
        _checkInForce();
    }

    /// A pledge was spent to which this position was bound.
    function _pledgeSpent(bytes32 position, bytes32 pledge) internal virtual;

    /// B3: shards are counted, of a holdings shape, with disjoint ranges; and L2: with distinct roots.
    function _checkShards(BookAttestation calldata book) private pure {
        bytes32 shape = keccak256(bytes(book.shape));
        if (shape != HOLDINGS_16 && shape != HOLDINGS_256) revert UnknownShape(shape);
        uint256 count = book.shards.length;
        if (count == 0 || count > MAX_SHARDS || count != book.shardCount) {
            revert WrongShardCount(count, book.shardCount);
        }
        uint64 lowest = 0;
        for (uint256 i = 0; i < count; ++i) {
            Shard calldata shard = book.shards[i];
            if (shard.idLow >= shard.idHigh || shard.idLow < lowest) revert WrongShardRange(i);
            lowest = shard.idHigh;
            for (uint256 j = 0; j < i; ++j) {
                if (book.shards[j].root == shard.root) revert RootTwice(i);
            }
        }
    }

    /// B2, B4, B5: the snapshot is of this epoch, recent, near those of the other books, and ends with lock and epoch.
    function _checkSnapshot(BookAttestation calldata book) private {
        uint256 limit = _checkEpoch(book.epoch);
        if (book.asOf > block.timestamp) revert SnapshotInFuture(book.asOf);
        if (block.timestamp - book.asOf > MAX_BOOK_AGE) revert SnapshotStale(book.asOf);
        if (book.lockedUntil < limit) limit = book.lockedUntil;
        if (book.expiry > limit) revert Outlives(book.expiry, limit);
        if (block.timestamp >= book.expiry) revert Expired(book.expiry);

        Chain storage chain = _chains[keccak256(abi.encode(book.account, book.epoch))];
        uint40 asOf = uint40(book.asOf);
        uint40 earliest = chain.books == 0 || asOf < chain.earliest ? asOf : chain.earliest;
        uint40 latest = chain.books == 0 || asOf > chain.latest ? asOf : chain.latest;
        if (latest - earliest > MAX_AS_OF_SPREAD) revert SnapshotsApart(book.asOf);
        (chain.books, chain.earliest, chain.latest) = (chain.books + 1, earliest, latest);
    }

    /// A1, T1, T2: the next one of the chain, which has begun. That it has not ended is no condition: its place in the chain is
    /// taken all the same, and its outputs are of no use.
    function _append(AllocationStatement calldata statement, bytes32 digest) private {
        Chain storage chain = _chains[keccak256(abi.encode(statement.account, statement.epoch))];
        if (statement.sequence != chain.length) revert WrongSequence(statement.sequence, chain.length);
        if (statement.predecessor != chain.head) revert WrongPredecessor(statement.predecessor, chain.head);
        if (statement.notBefore < chain.notBefore) revert BeginsBeforePredecessor(statement.notBefore);
        if (block.timestamp < statement.notBefore) revert NotYetValid(statement.notBefore);
        chain.head = digest;
        (chain.length, chain.notBefore) = (chain.length + 1, uint40(statement.notBefore));
    }

    /// A2: output 0 is kept, the others are pledges.
    function _checkOutputs(AllocationStatement calldata statement) private pure {
        for (uint256 i = 0; i < statement.outputs.length; ++i) {
            Output calldata output = statement.outputs[i];
            if ((output.tag == 0) != (i == 0) || (output.releaser == address(0)) != (i == 0)) revert WrongOutput(i);
        }
    }

    /// L1–L4, T1: every source is what it says, unspent, outlives the allocation, and is spent now.
    function _spend(AllocationStatement calldata statement, ReleasedPledge[] calldata releases) private {
        bool repledge = keccak256(bytes(statement.shape)) == REPLEDGE_3X4;
        uint256 used = 0;
        for (uint256 i = 0; i < statement.sources.length; ++i) {
            Source calldata source = statement.sources[i];
            bool total = !repledge || i == 2;
            uint8 kind = source.kind;
            uint256 end = type(uint256).max;
            if (kind == UNUSED) {
                bytes32 zero = total ? ZERO_TOTAL : ZERO_PLEDGE;
                bool nothing = source.origin == 0 && source.index == 0 && source.release == 0;
                if (source.commitment != zero || !nothing) revert WrongSourceFields(i);
            } else if (kind > RELEASED || (kind == HOLDINGS) != total) {
                revert WrongSourceKind(i);
            } else if (kind == HOLDINGS) {
                end = _spendHoldings(statement, i);
            } else if (kind == KEPT) {
                if (source.index != 0) revert WrongOutputIndex(i);
                if (source.release != 0) revert WrongSourceFields(i);
                end = _spendNote(statement, i, 0, address(0));
            } else {
                if (source.index == 0) revert WrongOutputIndex(i);
                if (used == releases.length) revert WrongRelease(i);
                ReleasedPledge calldata released = releases[used++];
                end = _spendNote(statement, i, released.tag, released.releaser);
                _checkRelease(statement, i, released);
            }
            if (statement.expiry > end) revert Outlives(statement.expiry, end);
        }
        if (used != releases.length) revert ReleaseUnused(releases.length);
    }

    function _spendHoldings(AllocationStatement calldata statement, uint256 index) private returns (uint256) {
        Source calldata source = statement.sources[index];
        Holding storage held = _holdings[source.origin];
        if (held.content == 0) revert UnknownSource(index);
        if (source.index != 0 || source.release != 0) revert WrongSourceFields(index);
        bytes32 content = keccak256(abi.encode(statement.account, statement.epoch, source.commitment));
        if (held.content != content) revert WrongSource(index);
        if (_spentShards[held.shard]) revert AlreadySpent(index);
        _spentShards[held.shard] = true;
        return held.expiry;
    }

    function _spendNote(AllocationStatement calldata statement, uint256 index, bytes32 tag, address releaser)
        private
        returns (uint256)
    {
        Source calldata source = statement.sources[index];
        bytes32 key = _noteKey(source.origin, source.index);
        Note storage note = _notes[key];
        if (note.content == 0) revert UnknownSource(index);
        bytes32 content = _content(statement.account, statement.epoch, source.commitment, tag, releaser);
        if (note.content != content) revert WrongSource(index);
        if (note.spent) revert AlreadySpent(index);
        note.spent = true;
        if (note.position != 0) _pledgeSpent(note.position, key);
        return note.expiry;
    }

    /// L4: the pledge's releaser consents to this spending.
    function _checkRelease(AllocationStatement calldata statement, uint256 index, ReleasedPledge calldata released)
        private
        view
    {
        Source calldata source = statement.sources[index];
        Release calldata release = released.release;
        bytes32 digest = _digest(StatementHash.hash(release));
        bool same = digest == source.release && release.account == statement.account
            && release.epoch == statement.epoch && release.allocation == source.origin && release.output == source.index
            && release.commitment == source.commitment;
        if (!same) revert WrongRelease(index);
        _checkSigner(digest, released.signature, released.releaser);
        if (release.replacement != 0) {
            bool found = false;
            for (uint256 i = 1; i < statement.outputs.length; ++i) {
                if (statement.outputs[i].commitment == release.replacement) found = true;
            }
            if (!found) revert WrongReplacement(release.replacement);
        }
        if (statement.notBefore >= release.expiry) revert ReleaseExpired(release.expiry);
    }

    function _noteKey(bytes32 allocation, uint256 output) internal pure returns (bytes32) {
        return keccak256(abi.encode(allocation, output));
    }

    /// What who spends or binds an output must show.
    function _content(bytes32 account, uint64 epoch, bytes32 commitment, bytes32 tag, address releaser)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(account, epoch, commitment, tag, releaser));
    }
}
