// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Proofs} from "./Proofs.sol";
import {
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement, StatementHash
} from "./Statements.sol";

/// Checks that proofs belong to typed statements: the public inputs are computed here, from the statement, never taken.
///
/// What this does not show, and a contract that acts on it has to know or to check itself:
/// - who signed: attestors, custodian, venue and oracles sign statements that are named here by digest only;
/// - that `valuation` is the digest of prices and a policy that anybody agreed on, or that `claim` is the latest;
/// - that an allocation is the account's only one, or that no later one spends the pledge;
/// - where an allocation's sources come from: the rules L1 to L4 of spec/acceptance.md;
/// - that the coverage is for this chain or this contract;
/// - anything about replay: a statement passes as often as it is shown. Key replay protection on the statement's digest,
///   never on proof bytes, which are malleable.
///
/// `SolvencyRegistry` adds what is missing of these. Here is no state: on every chain, whoever wants to can check statements with it,
/// also those that another chain acts on.
contract SolvencyVerifier is Proofs {
    /// Takes the registry's digest and the generated batch verifier of each shape.
    constructor(bytes32 registry, address[] memory verifiers) Proofs(registry, verifiers) {}

    /// Reverts unless `proof` shows that the shard of `book` sums to the statement's commitment. Returns the statement's digest.
    function checkHoldings(
        BookAttestation calldata book,
        HoldingsStatement calldata statement,
        uint256[8] calldata proof
    ) external view returns (bytes32 digest) {
        if (block.timestamp < book.asOf) revert NotYetValid(book.asOf);
        if (block.timestamp >= book.lockedUntil) revert Expired(book.lockedUntil);
        digest = _verifyHoldings(book, statement, proof);
    }

    /// Reverts unless `proof` shows that the statement's sources are distributed to its outputs. Returns the statement's digest.
    function checkAllocation(AllocationStatement calldata statement, uint256[8] calldata proof)
        external
        view
        returns (bytes32 digest)
    {
        _checkWindow(statement.notBefore, statement.expiry);
        _checkArity(statement);
        digest = _digest(StatementHash.hash(statement));
        _verifyAllocation(statement, digest, proof);
    }

    /// Reverts unless `proof` shows that the statement's pledge covers its requirement, now, for whomever the statement is. Returns
    /// the statement's digest. Alone this says nothing about collateral: the pledge must stand in an accepted allocation.
    function checkCoverage(CoverageStatement calldata statement, uint256[8] calldata proof)
        external
        view
        returns (bytes32 digest)
    {
        _checkWindow(statement.notBefore, statement.expiry);
        bytes32 shape = keccak256(bytes(statement.shape));
        digest = _digest(StatementHash.hash(statement));
        CoverageCall memory prepared = _beginCoverageCall(1);
        bytes32 context = StatementHash.context(shape, digest);
        _putCoverage(prepared, 0, proof, statement.pledge, statement.valuation, statement.requirement, context);
        _verifyCoverage(shape, prepared);
    }
}
