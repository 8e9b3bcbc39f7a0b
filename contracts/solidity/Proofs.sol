// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement, StatementHash
} from "./Statements.sol";

/// What this contract reads of a generated verifier, single or for batches, besides `verifyProof(uint256[8],uint256[N])` and
/// `verifyBatch(uint256[8][],uint256[N][])`, which revert unless the proofs verify.
interface GeneratedVerifier {
    function KEY_ID() external view returns (bytes32);
    function SHAPE() external view returns (string memory);
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
    address private immutable _FLAT_BATCH;
    address private immutable _TIERED;
    address private immutable _TIERED_BATCH;
    /// The generated verifier of any other shape, by the Keccak-256 of the shape's id.
    mapping(bytes32 shape => address verifier) private _verifiers;

    /// Two verifiers for one shape were given to the constructor.
    error DuplicateShape(string shape);
    /// A batch verifier for a shape that is not one of coverage, or whose single verifier was not given or has another key.
    error BatchKey(string shape, bytes32 key);
    /// K1: the shape is not one of the statement's, or no verifier was given for it.
    error UnknownShape(bytes32 shape);
    /// T2: the statement is not valid before this time.
    error NotYetValid(uint64 notBefore);
    /// T2: the statement is not valid at or after this time.
    error Expired(uint64 expiry);
    /// A2: the number of sources or outputs is not the shape's.
    error WrongCount(uint256 sources, uint256 outputs);
    /// H0: the holdings statement is for the book with this digest.
    error WrongBook(bytes32 book);
    /// H0, B3: the book has no such shard, or states another number of shards than it has.
    error NoSuchShard(uint32 shard);

    constructor(bytes32 registry, address[] memory verifiers, address[] memory batchVerifiers) {
        DOMAIN = StatementHash.domain(registry);
        (address flat, address tiered) = (address(0), address(0));
        for (uint256 i = 0; i < verifiers.length; ++i) {
            string memory shapeId = GeneratedVerifier(verifiers[i]).SHAPE();
            bytes32 shape = keccak256(bytes(shapeId));
            if (_verifiers[shape] != address(0)) revert DuplicateShape(shapeId);
            _verifiers[shape] = verifiers[i];
            if (shape == COVERAGE_FLAT) flat = verifiers[i];
            if (shape == COVERAGE_TIERED) tiered = verifiers[i];
        }
        (_FLAT, _TIERED) = (flat, tiered);

        (address flatBatch, address tieredBatch) = (address(0), address(0));
        for (uint256 i = 0; i < batchVerifiers.length; ++i) {
            GeneratedVerifier batch = GeneratedVerifier(batchVerifiers[i]);
            string memory shapeId = batch.SHAPE();
            bytes32 shape = keccak256(bytes(shapeId));
            address single = shape == COVERAGE_FLAT ? flat : shape == COVERAGE_TIERED ? tiered : address(0);
            if (single == address(0) || GeneratedVerifier(single).KEY_ID() != batch.KEY_ID()) {
                revert BatchKey(shapeId, batch.KEY_ID());
            }
            if ((shape == COVERAGE_FLAT ? flatBatch : tieredBatch) != address(0)) revert DuplicateShape(shapeId);
            if (shape == COVERAGE_FLAT) flatBatch = address(batch);
            else tieredBatch = address(batch);
        }
        (_FLAT_BATCH, _TIERED_BATCH) = (flatBatch, tieredBatch);
    }

    /// The generated verifier of a shape, and for shapes of coverage that of batches, by the Keccak-256 of the shape's id; zero
    /// where none was given.
    function verifierOf(bytes32 shape) external view returns (address single, address batch) {
        single = _verifiers[shape];
        batch = shape == COVERAGE_FLAT ? _FLAT_BATCH : shape == COVERAGE_TIERED ? _TIERED_BATCH : address(0);
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
        for (uint256 i = 0; i < sources; ++i) {
            inputs[i] = statement.sources[i].commitment;
        }
        for (uint256 i = 0; i < outputs; ++i) {
            inputs[sources + i] = statement.outputs[i].commitment;
        }
        inputs[inputs.length - 1] = StatementHash.context(shape, digest);
        bytes4 selector = shape == ALLOCATION_2X4 ? VERIFY_7 : shape == REPLEDGE_3X4 ? VERIFY_8 : VERIFY_13;
        _verify(shape, selector, proof, abi.encodePacked(inputs));
    }

    /// The public inputs of a coverage proof.
    function _coverageInputs(CoverageStatement calldata statement, bytes32 shape, bytes32 digest)
        internal
        pure
        returns (uint256[4] memory inputs)
    {
        inputs[0] = uint256(statement.pledge);
        inputs[1] = uint256(statement.valuation);
        inputs[2] = uint256(statement.requirement);
        inputs[3] = uint256(StatementHash.context(shape, digest));
    }

    /// Z1: all proofs of coverage hold, one alone, more in one batch.
    function _verifyCoverage(bytes32 shape, uint256[8][] calldata proofs, uint256[4][] memory inputs) internal view {
        (address single, address batch) = (_FLAT, _FLAT_BATCH);
        if (shape == COVERAGE_TIERED) (single, batch) = (_TIERED, _TIERED_BATCH);
        else if (shape != COVERAGE_FLAT) revert UnknownShape(shape);
        address verifier = proofs.length == 1 ? single : batch;
        if (verifier == address(0)) revert UnknownShape(shape);
        _call(
            verifier,
            proofs.length == 1
                ? abi.encodeWithSelector(VERIFY_4, proofs[0], inputs[0])
                : abi.encodeWithSelector(VERIFY_BATCH_4, proofs, inputs)
        );
    }

    /// What a statement with this hashStruct is referred to by, and what is signed of it.
    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return StatementHash.digest(DOMAIN, structHash);
    }

    function _checkWindow(uint64 notBefore, uint64 expiry) internal view {
        if (block.timestamp < notBefore) revert NotYetValid(notBefore);
        if (block.timestamp >= expiry) revert Expired(expiry);
    }

    function _verify(bytes32 shape, bytes4 selector, uint256[8] calldata proof, bytes memory inputs) private view {
        address verifier = _verifiers[shape];
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
