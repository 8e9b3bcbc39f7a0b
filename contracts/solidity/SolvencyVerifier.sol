// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement, StatementHash
} from "./Statements.sol";

/// What this contract reads of a generated verifier (a batch verifier, which says what it verifies) besides
/// `verifyProof(uint256[8],uint256[N])`.
interface GeneratedVerifier {
    function CIRCUIT() external view returns (bytes32);
}

/// Checks that proofs belong to typed statements: the public inputs are computed here, from the statement, never taken.
///
/// What this does not show, and a contract that acts on it has to know or to check itself:
/// - who signed: attestors, custodian, venue and oracles sign statements that are named here by digest only;
/// - that `valuation` is the digest of prices and a policy that anybody agreed on, or that `claim` is the latest;
/// - that an allocation is the account's only one, or that no later one spends the pledge: only the account's log shows that;
/// - where an allocation's sources come from: see `verifyHoldings` and the rules L1 to L4 of spec/acceptance.md;
/// - anything about replay: a statement is accepted as often as it is shown. Key replay protection on the statement's digest,
///   never on proof bytes, which are malleable.
///
/// A settlement contract inherits this one: a coverage statement names the contract that may act on it.
contract SolvencyVerifier {
    /// The EIP-712 domain of the registry.
    bytes32 public immutable DOMAIN;
    /// The generated verifier of a shape, by the Keccak-256 of the shape's id.
    mapping(bytes32 shape => address verifier) public verifierOf;

    /// Two verifiers for one shape were given to the constructor.
    error DuplicateShape(bytes32 shape);
    /// The shape is not one of the statement's, or no verifier was given for it.
    error UnknownShape(string shape);
    /// The statement is not valid before this time.
    error NotYetValid(uint64 notBefore);
    /// The statement is not valid at or after this time.
    error Expired(uint64 expiry);
    /// The statement is for this contract on this chain.
    error WrongAudience(uint256 chainId, address settlement);
    /// The number of sources or outputs is not the shape's.
    error WrongCount(uint256 sources, uint256 outputs);
    /// The holdings statement is for the book with this digest.
    error WrongBook(bytes32 book);
    /// The book has no such shard, or states another number of shards than it has.
    error NoSuchShard(uint32 shard);
    /// The coverage statement is for the allocation with this digest.
    error WrongAllocation(bytes32 allocation);
    /// The coverage statement's account or epoch is not its allocation's.
    error WrongAccount();
    /// The output is none of the allocation's pledges, or its commitment or tag is another.
    error WrongPledge(uint32 output);
    /// The coverage statement is valid for longer than its allocation.
    error OutlivesAllocation(uint64 expiry);
    constructor(bytes32 registry, address[] memory verifiers) {
        DOMAIN = StatementHash.domain(registry);
        for (uint256 i = 0; i < verifiers.length; ++i) {
            bytes32 shape = GeneratedVerifier(verifiers[i]).CIRCUIT();
            if (verifierOf[shape] != address(0)) revert DuplicateShape(shape);
            verifierOf[shape] = verifiers[i];
        }
    }

    /// Reverts unless `proof` shows that the shard of `book` sums to the statement's commitment. Returns the statement's digest.
    function verifyHoldings(
        BookAttestation calldata book,
        HoldingsStatement calldata statement,
        uint256[8] calldata proof
    ) public view returns (bytes32 digest) {
        bytes32 shape = keccak256(bytes(statement.shape));
        if (shape != keccak256("holdings-16/1") && shape != keccak256("holdings-256/1")) {
            revert UnknownShape(statement.shape);
        }
        bytes32 bookDigest = StatementHash.digest(DOMAIN, StatementHash.hash(book));
        if (statement.book != bookDigest || keccak256(bytes(book.shape)) != shape) revert WrongBook(statement.book);
        if (book.shardCount != book.shards.length || statement.shard >= book.shards.length) {
            revert NoSuchShard(statement.shard);
        }
        if (block.timestamp < book.asOf) revert NotYetValid(book.asOf);
        if (block.timestamp >= book.expiry) revert Expired(book.expiry);
        if (block.timestamp >= book.lockedUntil) revert Expired(book.lockedUntil);

        digest = StatementHash.digest(DOMAIN, StatementHash.hash(statement));
        bytes memory inputs = abi.encode(
            book.shards[statement.shard].root,
            statement.total,
            uint256(book.shards[statement.shard].idLow) | (uint256(book.shards[statement.shard].idHigh) << 64),
            StatementHash.context(shape, digest)
        );
        _verifyProof(statement.shape, bytes4(keccak256("verifyProof(uint256[8],uint256[4])")), proof, inputs);
    }

    /// Reverts unless `proof` shows that the statement's sources are distributed to its outputs. Returns the statement's digest.
    function verifyAllocation(AllocationStatement calldata statement, uint256[8] calldata proof)
        public
        view
        returns (bytes32 digest)
    {
        bytes32 shape = keccak256(bytes(statement.shape));
        bytes4 selector = _allocationSelector(statement, shape);
        _checkWindow(statement.notBefore, statement.expiry);

        digest = StatementHash.digest(DOMAIN, StatementHash.hash(statement));
        uint256 sources = statement.sources.length;
        bytes32[] memory inputs = new bytes32[](sources + statement.outputs.length + 1);
        for (uint256 i = 0; i < sources; ++i) {
            inputs[i] = statement.sources[i].commitment;
        }
        for (uint256 i = 0; i < statement.outputs.length; ++i) {
            inputs[sources + i] = statement.outputs[i].commitment;
        }
        inputs[inputs.length - 1] = StatementHash.context(shape, digest);
        _verifyProof(statement.shape, selector, proof, abi.encodePacked(inputs));
    }

    /// Reverts unless `proof` shows that the statement's pledge covers its requirement, for this contract, now. Returns the
    /// statement's digest. Alone this says nothing about collateral: the pledge must stand in an accepted allocation.
    function verifyCoverage(CoverageStatement calldata statement, uint256[8] calldata proof)
        public
        view
        returns (bytes32 digest)
    {
        bytes32 shape = keccak256(bytes(statement.shape));
        if (shape != keccak256("coverage-flat/1") && shape != keccak256("coverage-tiered/1")) {
            revert UnknownShape(statement.shape);
        }
        if (statement.chainId != block.chainid || statement.settlement != address(this)) {
            revert WrongAudience(statement.chainId, statement.settlement);
        }
        _checkWindow(statement.notBefore, statement.expiry);

        digest = StatementHash.digest(DOMAIN, StatementHash.hash(statement));
        bytes memory inputs = abi.encode(
            statement.pledge, statement.valuation, statement.requirement, StatementHash.context(shape, digest)
        );
        _verifyProof(statement.shape, bytes4(keccak256("verifyProof(uint256[8],uint256[4])")), proof, inputs);
    }

    /// Reverts unless both proofs hold and the coverage's pledge is the one that the allocation gives to its venue and
    /// liability book. Returns the coverage statement's digest.
    function verifyPledge(
        AllocationStatement calldata allocation,
        uint256[8] calldata allocationProof,
        CoverageStatement calldata coverage,
        uint256[8] calldata coverageProof,
        bytes16 tagSalt
    ) public view returns (bytes32 digest) {
        if (verifyAllocation(allocation, allocationProof) != coverage.allocation) {
            revert WrongAllocation(coverage.allocation);
        }
        if (coverage.account != allocation.account || coverage.epoch != allocation.epoch) revert WrongAccount();
        if (coverage.expiry > allocation.expiry) revert OutlivesAllocation(coverage.expiry);
        // Output 0 is what the account keeps.
        uint32 output = coverage.output;
        if (output == 0 || output >= allocation.outputs.length) revert WrongPledge(output);
        bytes32 tag = StatementHash.pledgeTag(coverage.venue, coverage.liabilityBook, tagSalt);
        if (allocation.outputs[output].commitment != coverage.pledge || allocation.outputs[output].tag != tag) {
            revert WrongPledge(output);
        }
        digest = verifyCoverage(coverage, coverageProof);
    }

    function _checkWindow(uint64 notBefore, uint64 expiry) private view {
        if (block.timestamp < notBefore) revert NotYetValid(notBefore);
        if (block.timestamp >= expiry) revert Expired(expiry);
    }

    /// The verifier's function for the shape's number of inputs; the split into sources and outputs is checked here, because two
    /// shapes may have the same sum.
    function _allocationSelector(AllocationStatement calldata statement, bytes32 shape) private pure returns (bytes4) {
        (uint256 sources, uint256 outputs) = (statement.sources.length, statement.outputs.length);
        if (shape == keccak256("allocation-2x4/1")) {
            if (sources != 2 || outputs != 4) revert WrongCount(sources, outputs);
            return bytes4(keccak256("verifyProof(uint256[8],uint256[7])"));
        }
        if (shape == keccak256("repledge-3x4/1")) {
            if (sources != 3 || outputs != 4) revert WrongCount(sources, outputs);
            return bytes4(keccak256("verifyProof(uint256[8],uint256[8])"));
        }
        if (shape == keccak256("allocation-4x8/1")) {
            if (sources != 4 || outputs != 8) revert WrongCount(sources, outputs);
            return bytes4(keccak256("verifyProof(uint256[8],uint256[13])"));
        }
        revert UnknownShape(statement.shape);
    }

    /// Calls the shape's verifier. What it reverts with is passed on: `ProofInvalid` where the proof is not one of this statement.
    function _verifyProof(string calldata shape, bytes4 selector, uint256[8] calldata proof, bytes memory inputs)
        private
        view
    {
        address verifier = verifierOf[keccak256(bytes(shape))];
        // A call of an address without code succeeds, and a verifier has nothing more to say than that.
        if (verifier.code.length == 0) revert UnknownShape(shape);
        (bool answered, bytes memory answer) = verifier.staticcall(abi.encodePacked(selector, proof, inputs));
        if (!answered) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }
}
