//! One change to an honest step, refused by the error of the rule that it breaks.

use revm::primitives::Address as EvmAddress;
use solvency_verifier::bundle::{Allocation, Book, SignedClaim, SignedRound};
use solvency_verifier::commitment::{zero_pledge, zero_source};
use solvency_verifier::encoding::{TypedData, hex_string};
use solvency_verifier::statement::{CoverageStatement, SourceUse};
use solvency_verifier::{Address, Bytes32, FieldElement, Shape};

use super::calls;
use super::world::{ATTESTORS, FIXTURE_NOW, LAG, World, signer};
use crate::abi;
use crate::chain::Outcome;

type Change<T> = fn(&mut T);

/// An s that is above half the order of secp256k1 and has 255 bits.
const ABOVE_HALF: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0x7f;
    bytes
};

#[test]
fn a_book_breaks_b1_to_b5() {
    let cases: [(&str, Change<Book>); 16] = [
        ("WrongAttestorSet(uint32)", |b| b.attestation.attestor_set_version += 1),
        ("UnknownAccount(bytes32)", |b| b.attestation.account.0[0] ^= 1),
        ("WrongCustodian(address)", |b| b.attestation.custodian.0[0] ^= 1),
        ("WrongLogOrigin()", |b| b.attestation.log_origin.push('x')),
        ("WrongEpoch(uint64)", |b| b.attestation.epoch += 1),
        ("WrongEpoch(uint64)", |b| b.attestation.epoch -= 1),
        ("NotExclusive()", |b| b.attestation.exclusive = false),
        ("UnknownShape(bytes32)", |b| b.attestation.shape = Shape::CoverageFlat),
        ("WrongShardCount(uint256,uint32)", |b| b.attestation.shard_count += 1),
        ("WrongShardRange(uint256)", |b| {
            b.attestation.shards[1].id_low = b.attestation.shards[0].id_high - 1
        }),
        ("WrongShardRange(uint256)", |b| b.attestation.shards[0].id_high = b.attestation.shards[0].id_low),
        ("RootTwice(uint256)", |b| b.attestation.shards[1].root = b.attestation.shards[0].root),
        ("SnapshotInFuture(uint64)", |b| b.attestation.as_of = FIXTURE_NOW + 1),
        ("SnapshotStale(uint64)", |b| b.attestation.as_of = FIXTURE_NOW - 86_401),
        ("Outlives(uint64,uint256)", |b| b.attestation.expiry = b.attestation.locked_until + 1),
        ("Expired(uint64)", |b| b.attestation.expiry = FIXTURE_NOW),
    ];
    let mut world = World::new();
    for (error, change) in cases {
        let mut book = world.first.books[0].clone();
        change(&mut book);
        let signed: Vec<_> = ATTESTORS
            .iter()
            .map(|key| signer(*key).sign_as_member(&book.attestation, &world.domain).unwrap())
            .collect();
        world.refuse(error, calls::record_book(&book.attestation, &signed));
    }
    world.accept(world.book());
    world.refuse("AlreadyRecorded(bytes32)", world.book());
}

#[test]
fn a_quorum_is_k_distinct_unrevoked_members() {
    let mut world = World::new();
    let book = world.first.books[0].clone();
    let sign = |world: &World, key: u8| signer(key).sign_as_member(&book.attestation, &world.domain).unwrap();
    let with = |signed: &[_]| calls::record_book(&book.attestation, signed);
    let (one, two) = (sign(&world, 0x21), sign(&world, 0x22));
    world.refuse("TooFewSigners(uint256,uint256)", with(std::slice::from_ref(&one)));
    world.refuse("SignerNotIncreasing(address)", with(&[one.clone(), one.clone()]));
    let oracle = sign(&world, 0x31);
    world.refuse("UnknownSigner(address)", with(&[one.clone(), oracle.clone()]));
    world.refuse("UnknownSigner(address)", with(&[one.clone(), two.clone(), oracle]));
    // s above half the order, as far as 255 bits hold it; the other key of the same signature; no point of the curve.
    let altered = |change: fn(&mut [u8; 65])| {
        let mut other = two.clone();
        change(&mut other.signature.0);
        with(&[one.clone(), other])
    };
    world.refuse(
        "ECDSAInvalidSignatureS(bytes32)",
        altered(|bytes| bytes[32..64].copy_from_slice(&ABOVE_HALF)),
    );
    let outcome = world.send(altered(|bytes| bytes[64] = 55 - bytes[64]));
    let Outcome::Reverted(data) = outcome else { panic!("{outcome:?}") };
    let expected = ["UnknownSigner(address)", "SignerNotIncreasing(address)"].map(abi::selector);
    assert!(expected.iter().any(|selector| data.starts_with(selector)), "{data:02x?}");
    world.refuse("ECDSAInvalidSignature()", altered(|bytes| bytes[..32].fill(0xff)));
    let revoke = calls::revoke_signer(&two.signer);
    world.accept(revoke);
    world.refuse("RevokedSigner(address)", with(&[one.clone(), two]));
    let three = sign(&world, 0x23);
    world.accept(with(&[one, three]));
}

/// Attestor, oracle, revoked.
#[test]
fn the_standing_of_a_signer_can_be_read() {
    let mut world = World::new();
    let (attestor, oracle, stranger) =
        (signer(0x21).address(), signer(0x31).address(), signer(0x77).address());
    let standing = |world: &mut World, of: &Address| {
        let word = |flag: bool| abi::number(u64::from(flag));
        let outcome = world.send(calls::standing_of(of));
        [0, 1, 2, 3, 4, 5, 6, 7]
            .map(|bits| [4, 2, 1].map(|bit| bits & bit != 0))
            .into_iter()
            .find(|flags| outcome == Outcome::Returned(flags.map(word).concat()))
    };
    assert_eq!(standing(&mut world, &attestor), Some([true, false, false]));
    assert_eq!(standing(&mut world, &oracle), Some([false, true, false]));
    assert_eq!(standing(&mut world, &stranger), Some([false; 3]));
    for revoked in [&oracle, &stranger] {
        world.accept(calls::revoke_signer(revoked));
    }
    assert_eq!(standing(&mut world, &attestor), Some([true, false, false]));
    assert_eq!(standing(&mut world, &oracle), Some([false, true, true]));
    assert_eq!(standing(&mut world, &stranger), Some([false, false, true]));
}

#[test]
fn holdings_break_h0_and_z1() {
    let mut world = World::new();
    let holdings = world.holdings(0);
    world.refuse("UnknownBook(bytes32)", holdings.clone());
    world.accept(world.book());
    world.accept(holdings.clone());
    world.refuse("AlreadyRecorded(bytes32)", holdings);
    let book = world.first.books[0].clone();
    let mut statement = book.holdings[1].statement.clone();
    let proof = world.holdings_proof(&book.attestation, &statement);
    statement.nonce.0[0] ^= 1;
    world.refuse("ProofInvalid()", calls::record_holdings(&book.attestation, &statement, &proof));
    statement.shard = 2;
    world.refuse("NoSuchShard(uint32)", calls::record_holdings(&book.attestation, &statement, &proof));
    statement.shape = Shape::Holdings256;
    world.refuse("WrongBook(bytes32)", calls::record_holdings(&book.attestation, &statement, &proof));
    world.chain.set_time(book.attestation.expiry);
    world.refuse("Expired(uint64)", world.holdings(1));
}

#[test]
fn an_allocation_breaks_a0_to_a2_l1_to_l3_and_t1() {
    let cases: [(&str, Change<Allocation>); 22] = [
        ("UnknownAccount(bytes32)", |a| a.proven.statement.account.0[0] ^= 1),
        ("WrongCustodian(address)", |a| a.proven.statement.custodian.0[0] ^= 1),
        ("WrongLogOrigin()", |a| a.proven.statement.log_origin.push('x')),
        ("WrongEpoch(uint64)", |a| a.proven.statement.epoch += 1),
        ("WrongSequence(uint64,uint64)", |a| a.proven.statement.sequence = 1),
        ("WrongPredecessor(bytes32,bytes32)", |a| a.proven.statement.predecessor.0[0] ^= 1),
        ("NotYetValid(uint64)", |a| a.proven.statement.not_before = FIXTURE_NOW + 1),
        ("WrongCount(uint256,uint256)", |a| a.proven.statement.outputs.truncate(3)),
        ("WrongCount(uint256,uint256)", |a| a.proven.statement.sources.truncate(1)),
        ("UnknownShape(bytes32)", |a| a.proven.statement.shape = Shape::CoverageFlat),
        ("WrongOutput(uint256)", |a| a.proven.statement.outputs[0].tag = Bytes32([1; 32])),
        ("WrongOutput(uint256)", |a| a.proven.statement.outputs[0].releaser = Address([1; 20])),
        ("WrongOutput(uint256)", |a| a.proven.statement.outputs[1].tag = Bytes32::ZERO),
        ("WrongOutput(uint256)", |a| a.proven.statement.outputs[3].releaser = Address::ZERO),
        ("WrongSourceKind(uint256)", |a| a.proven.statement.sources[0].kind = SourceUse::Kept),
        ("WrongSourceKind(uint256)", |a| a.proven.statement.sources[1].kind = SourceUse::Released),
        ("WrongSourceFields(uint256)", |a| a.proven.statement.sources[1].kind = SourceUse::Unused),
        ("WrongSourceFields(uint256)", |a| a.proven.statement.sources[0].index = 1),
        ("UnknownSource(uint256)", |a| a.proven.statement.sources[0].origin.0[0] ^= 1),
        ("WrongSource(uint256)", |a| a.proven.statement.sources[0].commitment = FieldElement::default()),
        ("AlreadySpent(uint256)", |a| a.proven.statement.sources[1] = a.proven.statement.sources[0].clone()),
        ("Outlives(uint64,uint256)", |a| a.proven.statement.expiry = FIXTURE_NOW + 86_400),
    ];
    let mut world = World::new();
    world.accept(world.book());
    for index in 0..2 {
        world.accept(world.holdings(index));
    }
    for (error, change) in cases {
        let mut allocation = world.first.allocations[0].clone();
        change(&mut allocation);
        world.sign_allocation(&mut allocation);
        let proof = world.first.coverage.proof.clone();
        world.refuse(error, calls::record_allocation(&allocation, &proof, &[]));
    }
    let mut allocation = world.first.allocations[0].clone();
    let proof = world.allocation_proof(&allocation);
    allocation.proven.statement.nonce.0[0] ^= 1;
    world.refuse("WrongSigner(address,address)", calls::record_allocation(&allocation, &proof, &[]));
    world.sign_allocation(&mut allocation);
    world.refuse("ProofInvalid()", calls::record_allocation(&allocation, &proof, &[]));
    // T1: one second longer than its source.
    let mut allocation = world.first.allocations[0].clone();
    allocation.proven.statement.expiry = world.first.books[0].attestation.expiry + 1;
    world.sign_allocation(&mut allocation);
    world.refuse("Outlives(uint64,uint256)", calls::record_allocation(&allocation, &proof, &[]));
    allocation.proven.statement.expiry -= 1;
    world.sign_allocation(&mut allocation);
    let proof = world.allocation_proof(&allocation);
    world.accept(calls::record_allocation(&allocation, &proof, &[]));
    world.refuse("WrongSequence(uint64,uint64)", calls::record_allocation(&allocation, &proof, &[]));
}

#[test]
fn the_zero_commitments_are_those_of_the_verifier() {
    let ledger = solvency_contracts::root().join("solidity/registry/Ledger.sol");
    let source = std::fs::read_to_string(ledger).unwrap();
    for (constant, value) in [("ZERO_TOTAL", zero_source()), ("ZERO_PLEDGE", zero_pledge())] {
        let line = format!("bytes32 internal constant {constant} = {};", hex_string(&value.to_be_bytes()));
        assert!(source.contains(&line), "expected: {line}");
    }
}

#[test]
fn a_pledge_is_spent_only_with_its_release() {
    let cases: [(&str, Change<Allocation>); 5] = [
        ("WrongRelease(uint256)", |a| a.releases.clear()),
        ("WrongRelease(uint256)", |a| a.proven.statement.sources[1].release.0[0] ^= 1),
        ("WrongOutputIndex(uint256)", |a| a.proven.statement.sources[1].index = 0),
        ("WrongOutputIndex(uint256)", |a| a.proven.statement.sources[0].index = 1),
        ("ReleaseExpired(uint64)", |a| a.proven.statement.not_before = FIXTURE_NOW),
    ];
    let mut world = World::new().with_ledger();
    for (error, change) in cases {
        let mut allocation = world.second.allocations[1].clone();
        if error.starts_with("ReleaseExpired") {
            // A release that ends as the allocation begins.
            let release = &mut allocation.releases[0];
            release.release.expiry = FIXTURE_NOW;
            release.signature = signer(0x61).sign(&release.release, &world.domain).unwrap();
            allocation.proven.statement.sources[1].release = release.release.digest(&world.domain);
        }
        change(&mut allocation);
        world.sign_allocation(&mut allocation);
        let released = world.released(&allocation);
        let proof = world.first.coverage.proof.clone();
        world.refuse(error, calls::record_allocation(&allocation, &proof, &released));
    }
    let allocation = world.second.allocations[1].clone();
    let proof = world.allocation_proof(&allocation);
    let mut released = world.released(&allocation);
    released[0].releaser = signer(0x62).address();
    world.refuse("WrongSource(uint256)", calls::record_allocation(&allocation, &proof, &released));
    let mut forged = allocation.clone();
    forged.releases[0].signature = signer(0x62).sign(&forged.releases[0].release, &world.domain).unwrap();
    let released = world.released(&allocation);
    world.refuse("WrongSigner(address,address)", calls::record_allocation(&forged, &proof, &released));
    let mut spare = allocation.clone();
    spare.releases.push(spare.releases[0].clone());
    let twice = [released[0].clone(), released[0].clone()];
    world.refuse("ReleaseUnused(uint256)", calls::record_allocation(&spare, &proof, &twice));
    world.accept(calls::record_allocation(&allocation, &proof, &released));
}

#[test]
fn a_claim_breaks_c1_and_t2() {
    let cases: [(&str, Change<SignedClaim>); 8] = [
        ("UnknownVenue(bytes32)", |c| c.claim.venue.0[0] ^= 1),
        ("UnknownAccount(bytes32)", |c| c.claim.account.0[0] ^= 1),
        ("WrongAudience(uint256,address)", |c| c.claim.chain_id = 2),
        ("WrongAudience(uint256,address)", |c| c.claim.settlement.0[0] ^= 1),
        ("WrongLiabilityBook(bytes32)", |c| c.claim.liability_book.0[0] ^= 1),
        ("NotYetValid(uint64)", |c| c.claim.issued_at = FIXTURE_NOW + 1),
        ("Expired(uint64)", |c| c.claim.expiry = FIXTURE_NOW),
        ("ClaimSuperseded(uint64,uint64)", |c| c.claim.nonce.0[0] ^= 1),
    ];
    let mut world = World::new().bound();
    for (error, change) in cases {
        let mut claim = world.first.claim.clone();
        change(&mut claim);
        world.sign_claim(&mut claim);
        world.refuse(error, calls::record_claim(&claim));
    }
    let mut claim = world.first.claim.clone();
    claim.claim.number += 1;
    world.refuse("WrongSigner(address,address)", calls::record_claim(&claim));
}

#[test]
fn a_binding_breaks_c1_and_c3() {
    let mut world = World::new().with_ledger();
    world.refuse("NotLatestClaim(bytes32,bytes32)", world.bind(&world.first));
    let claim = world.first.claim.clone();
    world.accept(calls::record_claim(&claim));
    let coverage = world.first.coverage.statement.clone();
    let salt = world.first.tag_salt;
    let cases: [Change<CoverageStatement>; 5] = [
        |s| s.output = 2,
        |s| s.output = 0,
        |s| s.allocation.0[0] ^= 1,
        |s| s.epoch += 1,
        |s| s.pledge = FieldElement::default(),
    ];
    for change in cases {
        let mut other = coverage.clone();
        change(&mut other);
        world.refuse("UnknownPledge(bytes32,uint32)", calls::bind_pledge(&claim, &other, &salt));
    }
    let mut other = salt;
    other.0[0] ^= 1;
    world.refuse("WrongTag(bytes32)", calls::bind_pledge(&claim, &coverage, &other));
    world.accept(world.bind(&world.first));
    world.refuse("AlreadyBound(bytes32)", world.bind(&world.first));
}

#[test]
fn a_coverage_breaks_c2_t1_t2_v2_v3_and_z1() {
    let cases: [(&str, Change<CoverageStatement>); 15] = [
        ("BindingMismatch(bytes32,bytes32)", |s| s.account.0[0] ^= 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.epoch += 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.allocation.0[0] ^= 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.output += 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.pledge = FieldElement::default()),
        ("BindingMismatch(bytes32,bytes32)", |s| s.claim.0[0] ^= 1),
        ("ValuationNotSigned(bytes32)", |s| s.policy.0[0] ^= 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.requirement = FieldElement::default()),
        ("BindingMismatch(bytes32,bytes32)", |s| s.venue.0[0] ^= 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.liability_book.0[0] ^= 1),
        ("BindingMismatch(bytes32,bytes32)", |s| s.settlement.0[0] ^= 1),
        ("NotYetValid(uint64)", |s| s.not_before = FIXTURE_NOW + 1),
        ("Expired(uint64)", |s| s.expiry = FIXTURE_NOW),
        ("OutlivesAllocation(uint64)", |s| s.expiry = u64::MAX),
        ("ProofInvalid()", |s| s.nonce.0[0] ^= 1),
    ];
    let mut world = World::new().bound();
    let round = world.round(0);
    let honest = world.proven(&world.statement(&world.first, &round));
    for (error, change) in cases {
        let mut other = honest.clone();
        change(&mut other.statement);
        world.refuse(error, calls::update_coverage(&round, &[&other]));
    }
    // A policy whose valuation the oracles signed, but not the claim's.
    let mut other = honest.clone();
    let policies = round.round.valuations.iter().map(|valuation| valuation.policy);
    other.statement.policy = policies.into_iter().find(|policy| *policy != honest.statement.policy).unwrap();
    world.refuse("BindingMismatch(bytes32,bytes32)", calls::update_coverage(&round, &[&other]));
    // A proof of what the contract adds itself is one of nothing else: another chain, round, valuation or shape.
    let others: [Change<CoverageStatement>; 4] = [
        |s| s.chain_id = 2,
        |s| s.round.0[0] ^= 1,
        |s| s.valuation = FieldElement::default(),
        |s| s.shape = Shape::CoverageTiered,
    ];
    for change in others {
        let mut statement = honest.statement.clone();
        change(&mut statement);
        let mut other = world.proven(&statement);
        other.statement.shape = honest.statement.shape;
        world.refuse("ProofInvalid()", calls::update_coverage(&round, &[&other]));
    }
    world.refuse("NoUpdates()", calls::update_coverage(&round, &[]));
    world.accept(calls::update_coverage(&round, &[&honest]));
    // Replay: of the statement, and of its round with another nonce.
    world.refuse("RoundNotLater(uint64,uint64)", calls::update_coverage(&round, &[&honest]));
}

#[test]
fn a_round_breaks_v1_to_v3() {
    let cases: [(&str, Change<SignedRound>); 6] = [
        ("WrongOracleSet(uint32)", |r| r.round.oracle_set_version += 1),
        ("WrongPriceCount(uint256)", |r| r.round.prices.truncate(4)),
        ("RoundOffSchedule(uint64,uint64)", |r| r.round.round += 1),
        ("RoundOffSchedule(uint64,uint64)", |r| r.round.round -= 1),
        ("ValuationNotSigned(bytes32)", |r| _ = r.round.valuations.remove(0)),
        ("ValuationNotSigned(bytes32)", |r| r.round.valuations.push(r.round.valuations[0].clone())),
    ];
    let mut world = World::new().bound();
    for (error, change) in cases {
        let mut round = world.first.round.clone();
        let venue_a = world.first.claim.claim.policy;
        round.round.valuations.sort_by_key(|valuation| valuation.policy != venue_a);
        change(&mut round);
        world.sign_round(&mut round);
        let statement = world.statement(&world.first, &round);
        world.refuse(error, world.update_with(&round, &statement));
    }
    let mut round = world.round(0);
    round.signatures.truncate(2);
    let statement = world.statement(&world.first, &round);
    world.refuse("TooFewSigners(uint256,uint256)", world.update_with(&round, &statement));
    // The clock: a round of the future, and the last second and the first one past the lag.
    let update = world.update(&world.first, 0);
    let time = world.round(0).round.time;
    world.chain.set_time(time - 1);
    world.refuse("RoundInFuture(uint64)", update.clone());
    let schedule = world.trust.registry.round;
    let too_old = schedule.zero + (world.round(0).round.round + LAG + 1) * schedule.seconds;
    let venue = world.first.claim.claim.venue;
    let check = calls::check_round(&venue, &world.round(0));
    world.chain.set_time(too_old);
    world.refuse("RoundStale(uint256)", update.clone());
    world.refuse("RoundStale(uint256)", check.clone());
    world.chain.set_time(too_old - 1);
    world.accept(check);
    world.accept(update);
}

#[test]
fn roles_are_those_of_the_admin() {
    let mut world = World::new();
    let stranger = EvmAddress::repeat_byte(0x99);
    let calls = [
        world.register_venue(&Bytes32([1; 32])),
        world.register_account(&Bytes32([1; 32])),
        calls::retire_venue(&Bytes32([1; 32])),
        calls::retire_account(&Bytes32([1; 32])),
        calls::revoke_signer(&Address([1; 20])),
        abi::call("pause()", vec![]),
        abi::call("unpause()", vec![]),
    ];
    for calldata in calls {
        let outcome = world.chain.call_as(stranger, world.registry, calldata);
        let Outcome::Reverted(data) = outcome else { panic!("{outcome:?}") };
        assert_eq!(data[..4], abi::selector("AccessControlUnauthorizedAccount(address,bytes32)"));
    }
    let claim = world.first.claim.claim.clone();
    let again = world.register_venue(&claim.venue);
    world.refuse("AlreadyRegistered(bytes32)", again);
    let again = world.register_account(&claim.account);
    world.refuse("AlreadyRegistered(bytes32)", again);
}
