// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement,
    BookAttestation,
    Claim,
    CompactSignature,
    CoverageShape,
    CoverageStatement,
    CoverageUpdate,
    HoldingsStatement,
    Output,
    Pledge,
    PriceRound,
    Release,
    Shard,
    Source,
    Valuation
} from "../../solidity/Statements.sol";
import {ReleasedPledge} from "../../solidity/registry/Ledger.sol";
import {mockProof} from "./MockVerifier.sol";
import {RegistryFixture} from "./RegistryFixture.sol";

/// Coverage of positions at one price round, before it is sent: as many proofs as statements.
struct Update {
    PriceRound round;
    CompactSignature[] signatures;
    CoverageStatement[] statements;
    uint256[8][] proofs;
}

/// Honest statements of every kind, for a test to change, and the call that sends each: signed, and proven for the public inputs
/// that the specification names.
abstract contract HonestSteps is RegistryFixture {
    uint8 internal constant UNUSED = 0;
    uint8 internal constant HOLDINGS = 1;
    uint8 internal constant KEPT = 2;
    uint8 internal constant RELEASED = 3;
    /// Commitments to nothing, of spec/commitments.md.
    bytes32 internal constant NO_TOTAL = 0x0743b9c4c04deb774fb7371ae9c16de916628902bb9a87bd8d17f136edfefd03;
    bytes32 internal constant NO_PLEDGE = 0x1b6e246842e556990bc931669e2aebc889d43c0e076334cb68eac240b317e929;

    // The calendar

    function epochAt(uint256 time) internal pure returns (uint64) {
        return uint64((time + EPOCH * EPOCH_LENGTH - START) / EPOCH_LENGTH);
    }

    function epochEnd(uint64 epoch) internal pure returns (uint64) {
        return START + (epoch + 1) * EPOCH_LENGTH - EPOCH * EPOCH_LENGTH;
    }

    function roundAt(uint256 time) internal pure returns (uint64) {
        return uint64((time + ROUND * ROUND_LENGTH - START) / ROUND_LENGTH);
    }

    function roundBegin(uint64 round) internal pure returns (uint64) {
        return START + round * ROUND_LENGTH - ROUND * ROUND_LENGTH;
    }

    // Books and holdings

    /// Of the current epoch, seen now, with as many shards as roots.
    function bookOf(bytes32 account, bytes32[] memory roots) internal view returns (BookAttestation memory book) {
        book.custodian = vm.addr(custodianKey(account));
        book.account = account;
        book.shape = "holdings-16/1";
        book.shards = new Shard[](roots.length);
        for (uint64 i = 0; i < roots.length; ++i) {
            book.shards[i] = Shard(roots[i], 100 * i, 100 * i + 100);
        }
        book.shardCount = uint32(roots.length);
        book.epoch = epochAt(block.timestamp);
        book.asOf = uint64(block.timestamp);
        book.lockedUntil = epochEnd(book.epoch);
        book.expiry = book.lockedUntil;
        book.logOrigin = LOG_ORIGIN;
        book.attestorSetVersion = ATTESTOR_SET;
        book.exclusive = true;
    }

    function bookCall(BookAttestation memory book) internal view returns (bytes memory) {
        CompactSignature[] memory signatures = quorum(attestors, ATTESTORS_NEEDED, eip712.digest(book));
        return abi.encodeCall(registry.recordBook, (book, signatures));
    }

    function holdingsOf(BookAttestation memory book, uint32 shard, bytes32 total)
        internal
        view
        returns (HoldingsStatement memory)
    {
        return HoldingsStatement(eip712.digest(book), shard, book.shape, total, bytes16(0));
    }

    function holdingsCall(BookAttestation memory book, HoldingsStatement memory statement)
        internal
        view
        returns (bytes memory)
    {
        Shard memory shard = book.shards[statement.shard];
        uint256 range = uint256(shard.idLow) + (uint256(shard.idHigh) << 64);
        bytes32 context = contextOf(statement.shape, eip712.digest(statement));
        bytes memory inputs = abi.encode(shard.root, statement.total, range, context);
        return abi.encodeCall(registry.recordHoldings, (book, statement, mockProof(inputs)));
    }

    // Allocations

    function noTotal() internal pure returns (Source memory source) {
        source.commitment = NO_TOTAL;
    }

    function noPledge() internal pure returns (Source memory source) {
        source.commitment = NO_PLEDGE;
    }

    function fromTotal(bytes32 holdings, bytes32 commitment) internal pure returns (Source memory) {
        return Source(HOLDINGS, commitment, holdings, 0, 0);
    }

    function fromKept(bytes32 allocation, bytes32 commitment) internal pure returns (Source memory) {
        return Source(KEPT, commitment, allocation, 0, 0);
    }

    function fromReleased(Pledge memory p, Release memory release) internal view returns (Source memory) {
        return Source(RELEASED, p.commitment, p.allocation, p.output, eip712.digest(release));
    }

    function saltOf(bytes32 venue) internal pure returns (bytes16) {
        return bytes16(keccak256(abi.encode("salt", venue)));
    }

    function tagOf(bytes32 venue) internal pure returns (bytes32) {
        bytes32 book = liabilityBook(venue);
        return sha256(abi.encode(bytes32("solvency.v1.pledge-tag"), venue, book, saltOf(venue)));
    }

    function pledgedTo(bytes32 venue, bytes32 commitment) internal pure returns (Output memory) {
        return Output(commitment, tagOf(venue), vm.addr(releaserKey(venue)));
    }

    /// The account's next one in the current epoch, until the epoch's end: from nothing, three pledges to the venue.
    function allocationOf(bytes32 account, bytes32 venue) internal view returns (AllocationStatement memory statement) {
        statement.custodian = vm.addr(custodianKey(account));
        statement.account = account;
        statement.shape = "allocation-2x4/1";
        statement.epoch = epochAt(block.timestamp);
        (statement.predecessor, statement.sequence) = registry.headOf(account, statement.epoch);
        statement.sources = new Source[](2);
        (statement.sources[0], statement.sources[1]) = (noTotal(), noTotal());
        statement.outputs = new Output[](4);
        statement.outputs[0].commitment = commitmentOf(statement, 0);
        for (uint256 i = 1; i < 4; ++i) {
            statement.outputs[i] = pledgedTo(venue, commitmentOf(statement, i));
        }
        statement.notBefore = uint64(block.timestamp);
        statement.expiry = epochEnd(statement.epoch);
        statement.logOrigin = LOG_ORIGIN;
    }

    /// As `allocationOf`, of two pledges that are released or kept and a total that is not used.
    function repledgeOf(bytes32 account, bytes32 venue) internal view returns (AllocationStatement memory statement) {
        statement = allocationOf(account, venue);
        statement.shape = "repledge-3x4/1";
        statement.sources = new Source[](3);
        (statement.sources[0], statement.sources[1], statement.sources[2]) = (noPledge(), noPledge(), noTotal());
    }

    /// A commitment like no other: of this output of this allocation.
    function commitmentOf(AllocationStatement memory s, uint256 output) internal pure returns (bytes32) {
        return keccak256(abi.encode("commitment", s.account, s.epoch, s.sequence, output)) >> 3;
    }

    /// Of a pledge of the account, until the registry's end.
    function releaseOf(bytes32 account, Pledge memory p) internal pure returns (Release memory) {
        return Release(account, p.epoch, p.allocation, p.output, p.commitment, 0, VALID_UNTIL, 0);
    }

    function signedRelease(Release memory release, bytes32 venue) internal view returns (ReleasedPledge memory) {
        bytes memory signature = signed(releaserKey(venue), eip712.digest(release));
        return ReleasedPledge(tagOf(venue), vm.addr(releaserKey(venue)), release, signature);
    }

    function allocationCall(AllocationStatement memory s, ReleasedPledge[] memory releases)
        internal
        view
        returns (bytes memory)
    {
        bytes32 digest = eip712.digest(s);
        bytes memory inputs = "";
        for (uint256 i = 0; i < s.sources.length; ++i) {
            inputs = bytes.concat(inputs, s.sources[i].commitment);
        }
        for (uint256 i = 0; i < s.outputs.length; ++i) {
            inputs = bytes.concat(inputs, s.outputs[i].commitment);
        }
        inputs = bytes.concat(inputs, contextOf(s.shape, digest));
        bytes memory signature = signed(custodianKey(s.account), digest);
        return abi.encodeCall(registry.recordAllocation, (s, signature, mockProof(inputs), releases));
    }

    function allocationCall(AllocationStatement memory s) internal view returns (bytes memory) {
        return allocationCall(s, new ReleasedPledge[](0));
    }

    // Claims and pledges

    function policyOf(bytes32 venue) internal pure returns (bytes32) {
        return keccak256(abi.encode("policy", venue));
    }

    /// Issued now, until the registry's end.
    function claimOf(bytes32 account, bytes32 venue, uint64 number) internal view returns (Claim memory claim) {
        claim.venue = venue;
        claim.liabilityBook = liabilityBook(venue);
        claim.account = account;
        claim.tag = tagOf(venue);
        claim.number = number;
        claim.requirement = keccak256(abi.encode("requirement", account, venue, number)) >> 3;
        claim.policy = policyOf(venue);
        claim.releaser = vm.addr(releaserKey(venue));
        claim.issuedAt = uint64(block.timestamp);
        claim.expiry = VALID_UNTIL;
        claim.chainId = block.chainid;
        claim.settlement = registry.settlementOf(venue);
    }

    function claimCall(Claim memory claim) internal view returns (bytes memory) {
        return abi.encodeCall(registry.recordClaim, (claim, signed(venueKey(claim.venue), eip712.digest(claim))));
    }

    function pledgeOf(AllocationStatement memory s, uint32 output, bytes32 venue) internal view returns (Pledge memory) {
        return Pledge(s.epoch, eip712.digest(s), output, s.outputs[output].commitment, saltOf(venue));
    }

    function bindCall(Claim memory claim, Pledge memory pledge) internal view returns (bytes memory) {
        return abi.encodeCall(registry.bindPledge, (claim, pledge));
    }

    // Price rounds and coverage

    function valuationOf(bytes32 policy, uint64 round) internal pure returns (bytes32) {
        return keccak256(abi.encode("valuation", policy, round)) >> 3;
    }

    /// With a valuation for each of the venues' policies, taken at the beginning of its interval.
    function roundOf(uint64 number, bytes32[] memory venues) internal pure returns (PriceRound memory round) {
        round.oracleSetVersion = ORACLE_SET;
        (round.round, round.time) = (number, roundBegin(number));
        round.prices = new uint64[](ASSETS);
        (round.prices[0], round.prices[1]) = (50_000e12, 2_500e12);
        round.valuations = new Valuation[](venues.length);
        for (uint256 i = 0; i < venues.length; ++i) {
            bytes32 policy = policyOf(venues[i]);
            round.valuations[i] = Valuation(policy, valuationOf(policy, number));
        }
    }

    function oracleSignatures(PriceRound memory round) internal view returns (CompactSignature[] memory) {
        return quorum(oracles, ORACLES_NEEDED, eip712.digest(round));
    }

    /// From the round's beginning until the epoch's end.
    function coverageOf(Claim memory claim, Pledge memory pledge, PriceRound memory round)
        internal
        view
        returns (CoverageStatement memory s)
    {
        (s.account, s.venue, s.liabilityBook) = (claim.account, claim.venue, claim.liabilityBook);
        s.shape = "coverage-flat/1";
        (s.epoch, s.allocation, s.output, s.pledge) = (pledge.epoch, pledge.allocation, pledge.output, pledge.commitment);
        (s.claim, s.round) = (eip712.digest(claim), eip712.digest(round));
        (s.policy, s.valuation) = (claim.policy, valuationOf(claim.policy, round.round));
        (s.requirement, s.chainId, s.settlement) = (claim.requirement, claim.chainId, claim.settlement);
        (s.notBefore, s.expiry) = (round.time, epochEnd(pledge.epoch));
    }

    function coverageProof(CoverageStatement memory s) internal view returns (uint256[8] memory) {
        bytes32 context = contextOf(s.shape, eip712.digest(s));
        return mockProof(abi.encode(s.pledge, s.valuation, s.requirement, context));
    }

    function updateOf(PriceRound memory round, CoverageStatement[] memory statements)
        internal
        view
        returns (Update memory update)
    {
        (update.round, update.signatures, update.statements) = (round, oracleSignatures(round), statements);
        update.proofs = new uint256[8][](statements.length);
        for (uint256 i = 0; i < statements.length; ++i) {
            update.proofs[i] = coverageProof(statements[i]);
        }
    }

    /// The one place that says how coverage is sent: without what the contract knows, all as of the first one's shape.
    function updateCall(Update memory u) internal view returns (bytes memory) {
        CoverageUpdate[] memory updates = new CoverageUpdate[](u.statements.length);
        CoverageShape shape = CoverageShape.Flat;
        for (uint256 i = 0; i < updates.length; ++i) {
            CoverageStatement memory s = u.statements[i];
            if (i == 0 && keccak256(bytes(s.shape)) == keccak256("coverage-tiered/1")) shape = CoverageShape.Tiered;
            CoverageUpdate memory update = updates[i];
            (update.account, update.epoch, update.allocation, update.output) = (s.account, s.epoch, s.allocation, s.output);
            (update.pledge, update.claim, update.policy, update.requirement) = (s.pledge, s.claim, s.policy, s.requirement);
            (update.venue, update.liabilityBook, update.settlement) = (s.venue, s.liabilityBook, s.settlement);
            (update.notBefore, update.expiry, update.nonce) = (s.notBefore, s.expiry, s.nonce);
            update.proof = u.proofs[i];
        }
        return abi.encodeCall(registry.updateCoverage, (u.round, u.signatures, shape, updates));
    }

    /// Of one position.
    function updateCall(PriceRound memory round, CoverageStatement memory s) internal view returns (bytes memory) {
        CoverageStatement[] memory one = new CoverageStatement[](1);
        one[0] = s;
        return updateCall(updateOf(round, one));
    }

    // Lists

    function list(bytes32 a) internal pure returns (bytes32[] memory made) {
        made = new bytes32[](1);
        made[0] = a;
    }

    function list(bytes32 a, bytes32 b) internal pure returns (bytes32[] memory made) {
        made = new bytes32[](2);
        (made[0], made[1]) = (a, b);
    }

    function list(ReleasedPledge memory a) internal pure returns (ReleasedPledge[] memory made) {
        made = new ReleasedPledge[](1);
        made[0] = a;
    }

    /// A proof's last public input: SHA-256 below 2^253.
    function contextOf(string memory shape, bytes32 digest) private pure returns (bytes32) {
        bytes32 full = sha256(abi.encode(bytes32("solvency.v1.context"), keccak256(bytes(shape)), digest));
        return (full << 3) >> 3;
    }
}
