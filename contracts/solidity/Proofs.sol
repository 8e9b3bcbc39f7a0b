// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement, StatementHash
} from "./Statements.sol";

/// What this contract reads of a generated batch verifier, besides `verifyProof(uint256[8],uint256[N])` and
/// `verifyBatch(uint256[8][],uint256[N][])`, which revert unless the proofs hold.
interface GeneratedVerifier {
    function CIRCUIT() external view returns (bytes32);
}

/// Knows the generated verifiers, and computes the public inputs of a typed statement; it never takes them.
///
/// That a proof verifies shows what its statement says of hidden amounts, and nothing of who made or signed the statement.
abstract contract Proofs {
    bytes32 internal constant HOLDINGS_16 = keccak256("holdings-16/1");
    bytes32 internal constant HOLDINGS_256 = keccak256("holdings-256/1");
    bytes32 internal constant ALLOCATION_2X4 = keccak256("allocation-2x4/1");
    bytes32 internal constant ALLOCATION_4X8 = keccak256("allocation-4x8/1");
    bytes32 internal constant REPLEDGE_3X4 = keccak256("repledge-3x4/1");
    bytes32 internal constant COVERAGE_FLAT = keccak256("coverage-flat/1");
    bytes32 internal constant COVERAGE_TIERED = keccak256("coverage-tiered/1");

    bytes4 private constant VERIFY_4 = bytes4(keccak256("verifyProof(uint256[8],uint256[4])"));
    bytes4 private constant VERIFY_7 = bytes4(keccak256("verifyProof(uint256[8],uint256[7])"));
    bytes4 private constant VERIFY_8 = bytes4(keccak256("verifyProof(uint256[8],uint256[8])"));
    bytes4 private constant VERIFY_13 = bytes4(keccak256("verifyProof(uint256[8],uint256[13])"));
    bytes4 private constant VERIFY_BATCH_4 = bytes4(keccak256("verifyBatch(uint256[8][],uint256[4][])"));

    /// The EIP-712 domain of the registry.
    bytes32 public immutable DOMAIN;
    /// The verifiers of coverage: in code, because they are called at every price round. Zero where none was given.
    address private immutable _FLAT;
    address private immutable _TIERED;
    /// The generated verifier of a shape, by the Keccak-256 of the shape's id.
    mapping(bytes32 shape => address verifier) public verifierOf;

    /// Two verifiers for one shape were given to the constructor.
    error DuplicateShape(bytes32 shape);
    /// K1, B3, A2: the shape is not one of the statement's, or no verifier was given for it.
    error UnknownShape(bytes32 shape);
    /// T2: the statement is not valid before this time.
    error NotYetValid(uint64 notBefore);
    /// T2, B5: the statement is not valid at or after this time.
    error Expired(uint64 expiry);
    /// A2: the number of sources or outputs is not the shape's.
    error WrongCount(uint256 sources, uint256 outputs);
    /// H0: the holdings statement is for the book with this digest.
    error WrongBook(bytes32 book);
    /// H0, B3: the book has no such shard, or states another number of shards than it has.
    error NoSuchShard(uint32 shard);

    constructor(bytes32 registry, address[] memory verifiers) {
        DOMAIN = StatementHash.domain(registry);
        (address flat, address tiered) = (address(0), address(0));
        for (uint256 i = 0; i < verifiers.length; ++i) {
            bytes32 shape = GeneratedVerifier(verifiers[i]).CIRCUIT();
            if (verifierOf[shape] != address(0)) revert DuplicateShape(shape);
            verifierOf[shape] = verifiers[i];
            if (shape == COVERAGE_FLAT) flat = verifiers[i];
            if (shape == COVERAGE_TIERED) tiered = verifiers[i];
        }
        (_FLAT, _TIERED) = (flat, tiered);
    }

    /// H0, B5, Z1. Returns the digest of the holdings statement.
    function _verifyHoldings(
        BookAttestation calldata book,
        HoldingsStatement calldata statement,
        uint256[8] calldata proof
    ) internal view returns (bytes32 digest) {
        bytes32 shape = keccak256(bytes(statement.shape));
        if (shape != HOLDINGS_16 && shape != HOLDINGS_256) revert UnknownShape(shape);
        if (statement.book != _digest(StatementHash.hash(book))) revert WrongBook(statement.book);
        if (keccak256(bytes(book.shape)) != shape) revert WrongBook(statement.book);
        if (book.shardCount != book.shards.length || statement.shard >= book.shards.length) {
            revert NoSuchShard(statement.shard);
        }
        if (block.timestamp >= book.expiry) revert Expired(book.expiry);

        digest = _digest(StatementHash.hash(statement));
        uint256 idLow = book.shards[statement.shard].idLow;
        uint256 idHigh = book.shards[statement.shard].idHigh;
        bytes memory inputs = abi.encode(
            book.shards[statement.shard].root,
            statement.total,
            idLow | (idHigh << 64),
            StatementHash.context(shape, digest)
        );
        _verify(shape, VERIFY_4, proof, inputs);
    }

    /// A2: the shape is one of allocations, and has as many sources and outputs. Their sum alone would not tell shapes apart.
    function _checkArity(AllocationStatement calldata statement) internal pure {
        bytes32 shape = keccak256(bytes(statement.shape));
        (uint256 sources, uint256 outputs) = (2, 4);
        if (shape == REPLEDGE_3X4) sources = 3;
        else if (shape == ALLOCATION_4X8) (sources, outputs) = (4, 8);
        else if (shape != ALLOCATION_2X4) revert UnknownShape(shape);
        if (statement.sources.length != sources || statement.outputs.length != outputs) {
            revert WrongCount(statement.sources.length, statement.outputs.length);
        }
    }

    /// Z1, of a statement whose numbers of sources and outputs are those of its shape.
    function _verifyAllocation(AllocationStatement calldata statement, bytes32 digest, uint256[8] calldata proof)
        internal
        view
    {
        bytes32 shape = keccak256(bytes(statement.shape));
        uint256 sources = statement.sources.length;
        uint256 outputs = statement.outputs.length;
        bytes32[] memory inputs = new bytes32[](sources + outputs + 1);
        for (uint256 i = 0; i < sources + outputs; ++i) {
            inputs[i] = i < sources ? statement.sources[i].commitment : statement.outputs[i - sources].commitment;
        }
        inputs[sources + outputs] = StatementHash.context(shape, digest);
        bytes4 selector = shape == ALLOCATION_2X4 ? VERIFY_7 : shape == REPLEDGE_3X4 ? VERIFY_8 : VERIFY_13;
        _verify(shape, selector, proof, abi.encodePacked(inputs));
    }

    /// A call of a verifier of coverage that is being put together in memory: where proofs and inputs of the first statement
    /// stand, and where the call begins and ends.
    struct CoverageCall {
        uint256 proofs;
        uint256 inputs;
        uint256 begin;
        uint256 end;
    }

    /// Room for a call with so many proofs, and what stands around them: `verifyProof` takes eight words of proof and four of
    /// inputs, `verifyBatch` two arrays of such. By hand, because the compiler copies arrays word by word.
    function _beginCoverageCall(uint256 count) internal pure returns (CoverageCall memory prepared) {
        bytes4 single = VERIFY_4;
        bytes4 batch = VERIFY_BATCH_4;
        uint256 begin;
        uint256 proofs;
        uint256 inputs;
        uint256 end;
        assembly ("memory-safe") {
            begin := mload(0x40)
            proofs := add(begin, 0x04)
            switch count
            case 1 {
                mstore(begin, single)
                inputs := add(proofs, 0x100)
            }
            default {
                mstore(begin, batch)
                mstore(proofs, 0x40)
                mstore(add(proofs, 0x20), add(0x60, shl(8, count)))
                mstore(add(proofs, 0x40), count)
                proofs := add(proofs, 0x60)
                inputs := add(proofs, shl(8, count))
                mstore(inputs, count)
                inputs := add(inputs, 0x20)
            }
            end := add(inputs, shl(7, count))
            mstore(0x40, and(add(end, 0x1f), not(0x1f)))
        }
        (prepared.begin, prepared.proofs, prepared.inputs, prepared.end) = (begin, proofs, inputs, end);
    }

    /// Puts the proof and public inputs of a statement into a call that has room for more than `index` of them.
    function _putCoverage(
        CoverageCall memory prepared,
        uint256 index,
        uint256[8] calldata proof,
        bytes32 pledge,
        bytes32 valuation,
        bytes32 requirement,
        bytes32 context
    ) internal pure {
        uint256 proofs = prepared.proofs;
        uint256 inputs = prepared.inputs;
        assembly ("memory-safe") {
            calldatacopy(add(proofs, shl(8, index)), proof, 0x100)
            let at := add(inputs, shl(7, index))
            mstore(at, pledge)
            mstore(add(at, 0x20), valuation)
            mstore(add(at, 0x40), requirement)
            mstore(add(at, 0x60), context)
        }
    }

    /// Z1: all proofs of coverage hold, one alone, more in one batch.
    function _verifyCoverage(bytes32 shape, CoverageCall memory prepared) internal view {
        address verifier = shape == COVERAGE_FLAT ? _FLAT : shape == COVERAGE_TIERED ? _TIERED : address(0);
        if (verifier == address(0)) revert UnknownShape(shape);
        (uint256 begin, uint256 end) = (prepared.begin, prepared.end);
        assembly ("memory-safe") {
            if iszero(staticcall(gas(), verifier, begin, sub(end, begin), 0, 0)) {
                returndatacopy(begin, 0, returndatasize())
                revert(begin, returndatasize())
            }
        }
    }

    /// What a statement with this hashStruct is referred to by, and what is signed of it.
    function _digest(bytes32 structHash) internal view returns (bytes32 digest) {
        bytes32 domain = DOMAIN;
        assembly ("memory-safe") {
            let message := mload(0x40)
            mstore(message, shl(240, 0x1901))
            mstore(add(message, 0x02), domain)
            mstore(add(message, 0x22), structHash)
            digest := keccak256(message, 0x42)
        }
    }

    function _checkWindow(uint64 notBefore, uint64 expiry) internal view {
        if (block.timestamp < notBefore) revert NotYetValid(notBefore);
        if (block.timestamp >= expiry) revert Expired(expiry);
    }

    function _verify(bytes32 shape, bytes4 selector, uint256[8] calldata proof, bytes memory inputs) private view {
        address verifier = verifierOf[shape];
        if (verifier == address(0)) revert UnknownShape(shape);
        _call(verifier, abi.encodePacked(selector, proof, inputs));
    }

    /// Calls a generated verifier. What it reverts with (an input that is not in the field, a proof that does not verify) is
    /// passed on. It was given to the constructor, so it has code, and answers nothing.
    function _call(address verifier, bytes memory data) private view {
        (bool accepted, bytes memory reason) = verifier.staticcall(data);
        if (!accepted) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}
