//! The wrapper: typed statements, whose public inputs it computes itself.

use revm::primitives::Address;
use solvency_prover::interop::batch_contract_name;
use solvency_verifier::encoding::{TypedData, keccak256};
use solvency_verifier::groth16::Proof;
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement,
};
use solvency_verifier::{Bytes32, Shape};

use crate::abi::{self, Value, left_padded, number, words};
use crate::chain::{Chain, NOW, Outcome};
use crate::statements::{self, domain};
use crate::test_keys::TestKey;

struct Wrapper {
    chain: Chain,
    address: Address,
}

fn arguments_of_constructor(verifiers: &[Address]) -> Vec<u8> {
    let verifiers = verifiers.iter().map(|address| Value::Word(left_padded(address.as_slice())));
    abi::constructor(vec![Value::Word(statements::REGISTRY.0), Value::Array(verifiers.collect())])
}

fn proof_value(proof: &Proof) -> Value {
    Value::Words(words(&proof.to_bytes()))
}

impl Wrapper {
    fn new() -> Self {
        Self::with_shapes(&Shape::ALL)
    }

    fn with_shapes(shapes: &[Shape]) -> Self {
        let mut chain = Chain::new();
        let verifiers: Vec<_> =
            shapes.iter().map(|shape| chain.deploy(&batch_contract_name(*shape), &[])).collect();
        let address = chain.deploy("SolvencyVerifier", &arguments_of_constructor(&verifiers));
        Wrapper { chain, address }
    }

    fn coverage(&mut self, statement: &CoverageStatement) -> Outcome {
        let proof = TestKey::load(statement.shape).forge(&statements::coverage_inputs(statement));
        self.coverage_with(statement, &proof)
    }

    fn coverage_with(&mut self, statement: &CoverageStatement, proof: &Proof) -> Outcome {
        let signature = format!("checkCoverage({},uint256[8])", statements::COVERAGE);
        let arguments = vec![statements::coverage_value(statement), proof_value(proof)];
        self.chain.call(self.address, abi::call(&signature, arguments))
    }

    fn allocation(&mut self, statement: &AllocationStatement) -> Outcome {
        let proof = TestKey::load(statement.shape).forge(&statements::allocation_inputs(statement));
        let signature = format!("checkAllocation({},uint256[8])", statements::ALLOCATION);
        let arguments = vec![statements::allocation_value(statement), proof_value(&proof)];
        self.chain.call(self.address, abi::call(&signature, arguments))
    }

    fn holdings(&mut self, book: &BookAttestation, statement: &HoldingsStatement) -> Outcome {
        let in_range = (statement.shard as usize) < book.shards.len();
        let inputs = if in_range { statements::holdings_inputs(book, statement) } else { vec![] };
        let proof = TestKey::load(Shape::Holdings16).forge(&inputs);
        let signature = format!("checkHoldings({},{},uint256[8])", statements::BOOK, statements::HOLDINGS);
        let arguments =
            vec![statements::book_value(book), statements::holdings_value(statement), proof_value(&proof)];
        self.chain.call(self.address, abi::call(&signature, arguments))
    }

    /// The honest coverage after a change.
    fn changed_coverage(&mut self, change: impl FnOnce(&mut CoverageStatement)) -> Outcome {
        let mut statement = statements::coverage(&statements::allocation(Shape::Allocation2x4), self.address);
        change(&mut statement);
        self.coverage(&statement)
    }
}

fn returned(digest: Bytes32) -> Outcome {
    Outcome::Returned(digest.0.to_vec())
}

fn reverted(signature: &str, arguments: &[[u8; 32]]) -> Outcome {
    Outcome::Reverted(abi::error(signature, arguments))
}

/// The contract computes digest and context from the statement; the proofs are for those of the verifier crate.
#[test]
fn every_statement_has_the_same_context_on_chain_and_off() {
    let mut wrapper = Wrapper::new();
    let book = statements::book();
    for shard in [0, 1] {
        let statement = statements::holdings(&book, shard);
        assert_eq!(wrapper.holdings(&book, &statement), returned(statement.digest(&domain())));
    }
    for shape in [Shape::Allocation2x4, Shape::Allocation4x8, Shape::Repledge3x4] {
        let statement = statements::allocation(shape);
        assert_eq!(wrapper.allocation(&statement), returned(statement.digest(&domain())));
    }
    for shape in [Shape::CoverageFlat, Shape::CoverageTiered] {
        let mut statement =
            statements::coverage(&statements::allocation(Shape::Allocation2x4), wrapper.address);
        statement.shape = shape;
        assert_eq!(wrapper.coverage(&statement), returned(statement.digest(&domain())));
    }
}

#[test]
fn a_proof_of_another_statement_is_refused() {
    let mut wrapper = Wrapper::new();
    let honest = statements::coverage(&statements::allocation(Shape::Allocation2x4), wrapper.address);
    let proof = TestKey::load(honest.shape).forge(&statements::coverage_inputs(&honest));
    let changes: [fn(&mut CoverageStatement); 16] = [
        |s| s.account.0[0] ^= 1,
        |s| s.epoch += 1,
        |s| s.allocation.0[0] ^= 1,
        |s| s.output += 1,
        |s| s.pledge.0 += ark_bn254::Fr::from(1u64),
        |s| s.claim.0[0] ^= 1,
        |s| s.round.0[0] ^= 1,
        |s| s.policy.0[0] ^= 1,
        |s| s.valuation.0 += ark_bn254::Fr::from(1u64),
        |s| s.requirement.0 += ark_bn254::Fr::from(1u64),
        |s| s.venue.0[0] ^= 1,
        |s| s.liability_book.0[0] ^= 1,
        |s| s.not_before += 1,
        |s| s.expiry += 1,
        |s| s.nonce.0[0] ^= 1,
        |s| s.shape = Shape::CoverageTiered,
    ];
    assert_eq!(wrapper.coverage_with(&honest, &proof), returned(honest.digest(&domain())));
    for (position, change) in changes.into_iter().enumerate() {
        let mut changed = honest.clone();
        change(&mut changed);
        let outcome = wrapper.coverage_with(&changed, &proof);
        assert_eq!(outcome, reverted("ProofInvalid()", &[]), "change {position}");
    }
}

#[test]
fn a_coverage_counts_from_its_beginning_until_just_before_its_end() {
    let mut wrapper = Wrapper::new();
    let statement = statements::coverage(&statements::allocation(Shape::Allocation2x4), wrapper.address);
    let (begin, end) = (statement.not_before, statement.expiry);
    let accepted = returned(statement.digest(&domain()));
    let early = reverted("NotYetValid(uint64)", &[number(begin)]);
    let late = reverted("Expired(uint64)", &[number(end)]);
    for (time, outcome) in [(begin - 1, &early), (begin, &accepted), (end - 1, &accepted), (end, &late)] {
        wrapper.chain.set_time(time);
        assert_eq!(wrapper.coverage(&statement), *outcome, "{time}");
    }
}

/// Here is no state to act on, so whoever wants to can check what another chain's contract acts on.
#[test]
fn a_coverage_for_another_chain_or_contract_can_be_checked() {
    let mut wrapper = Wrapper::new();
    for (chain_id, settlement) in [(2, [9; 20]), (0, [0; 20])] {
        let mut statement =
            statements::coverage(&statements::allocation(Shape::Allocation2x4), wrapper.address);
        (statement.chain_id, statement.settlement) = (chain_id, solvency_verifier::Address(settlement));
        assert_eq!(wrapper.coverage(&statement), returned(statement.digest(&domain())));
    }
}

#[test]
fn a_shape_of_another_statement_or_without_verifier_is_refused() {
    let mut wrapper = Wrapper::with_shapes(&[Shape::CoverageFlat]);
    let unknown = |shape: Shape| reverted("UnknownShape(bytes32)", &[keccak256(shape.id().as_bytes()).0]);
    assert_eq!(wrapper.changed_coverage(|s| s.shape = Shape::CoverageTiered), unknown(Shape::CoverageTiered));
    assert_eq!(
        wrapper.allocation(&statements::allocation(Shape::Allocation2x4)),
        unknown(Shape::Allocation2x4)
    );
    let mut wrapper = Wrapper::new();
    let mut statement = statements::coverage(&statements::allocation(Shape::Allocation2x4), wrapper.address);
    let proof = TestKey::load(Shape::Holdings16).forge(&statements::coverage_inputs(&statement));
    statement.shape = Shape::Holdings16;
    assert_eq!(wrapper.coverage_with(&statement, &proof), unknown(Shape::Holdings16));
}

#[test]
fn an_input_that_is_not_in_the_field_keeps_the_verifiers_own_error() {
    let mut wrapper = Wrapper::new();
    let statement = statements::coverage(&statements::allocation(Shape::Allocation2x4), wrapper.address);
    let proof = TestKey::load(statement.shape).forge(&statements::coverage_inputs(&statement));
    let Value::Tuple(mut members) = statements::coverage_value(&statement) else { unreachable!() };
    // The pledge, plus the modulus.
    members[5] = Value::Word([0xff; 32]);
    let signature = format!("checkCoverage({},uint256[8])", statements::COVERAGE);
    let bytes = abi::call(&signature, vec![Value::Tuple(members), proof_value(&proof)]);
    assert_eq!(
        wrapper.chain.call(wrapper.address, bytes),
        reverted("InputNotInField(uint256)", &[number(0)])
    );
}

#[test]
fn an_allocation_has_the_number_of_sources_and_outputs_of_its_shape() {
    let mut wrapper = Wrapper::new();
    let refused =
        |sources, outputs| reverted("WrongCount(uint256,uint256)", &[number(sources), number(outputs)]);
    let mut statement = statements::allocation(Shape::Allocation2x4);
    // Three sources and three outputs are seven inputs as well.
    statement.sources.push(statement.sources[0].clone());
    statement.outputs.truncate(3);
    assert_eq!(wrapper.allocation(&statement), refused(3, 3));
    statement.sources.truncate(2);
    assert_eq!(wrapper.allocation(&statement), refused(2, 3));
    let mut statement = statements::allocation(Shape::Allocation4x8);
    statement.sources.truncate(3);
    assert_eq!(wrapper.allocation(&statement), refused(3, 8));
    let mut statement = statements::allocation(Shape::Repledge3x4);
    statement.outputs.truncate(0);
    assert_eq!(wrapper.allocation(&statement), refused(3, 0));
}

#[test]
fn an_allocation_counts_from_its_beginning_until_just_before_its_end() {
    let mut wrapper = Wrapper::new();
    let statement = statements::allocation(Shape::Allocation2x4);
    let (begin, end) = (statement.not_before, statement.expiry);
    let accepted = returned(statement.digest(&domain()));
    let early = reverted("NotYetValid(uint64)", &[number(begin)]);
    let late = reverted("Expired(uint64)", &[number(end)]);
    for (time, outcome) in [(begin - 1, &early), (begin, &accepted), (end - 1, &accepted), (end, &late)] {
        wrapper.chain.set_time(time);
        assert_eq!(wrapper.allocation(&statement), *outcome, "{time}");
    }
}

#[test]
fn holdings_belong_to_their_book_and_shard() {
    let mut wrapper = Wrapper::new();
    let book = statements::book();
    let statement = statements::holdings(&book, 0);
    let mut other = book.clone();
    other.exclusive = false;
    let wrong_book = reverted("WrongBook(bytes32)", &[statement.book.0]);
    assert_eq!(wrapper.holdings(&other, &statement), wrong_book);
    let no_shard = |shard| reverted("NoSuchShard(uint32)", &[number(shard)]);
    assert_eq!(wrapper.holdings(&book, &statements::holdings(&book, 2)), no_shard(2));
    let mut miscounted = book.clone();
    miscounted.shard_count = 3;
    assert_eq!(wrapper.holdings(&miscounted, &statements::holdings(&miscounted, 0)), no_shard(0));
    let mut other_shape = book;
    other_shape.shape = Shape::Holdings256;
    let mut statement = statements::holdings(&other_shape, 0);
    statement.shape = Shape::Holdings16;
    let wrong_book = reverted("WrongBook(bytes32)", &[statement.book.0]);
    assert_eq!(wrapper.holdings(&other_shape, &statement), wrong_book);
}

#[test]
fn holdings_count_until_the_book_or_its_lock_ends() {
    let mut wrapper = Wrapper::new();
    let expiring = statements::book();
    let mut unlocking = expiring.clone();
    unlocking.locked_until = NOW + 50;
    let late = |end| reverted("Expired(uint64)", &[number(end)]);
    for (book, end) in [(&expiring, expiring.expiry), (&unlocking, unlocking.locked_until)] {
        let statement = statements::holdings(book, 0);
        wrapper.chain.set_time(end - 1);
        assert_eq!(wrapper.holdings(book, &statement), returned(statement.digest(&domain())));
        wrapper.chain.set_time(end);
        assert_eq!(wrapper.holdings(book, &statement), late(end));
        wrapper.chain.set_time(book.as_of - 1);
        let early = reverted("NotYetValid(uint64)", &[number(book.as_of)]);
        assert_eq!(wrapper.holdings(book, &statement), early);
    }
}

#[test]
fn two_verifiers_for_one_shape_are_refused() {
    let mut chain = Chain::new();
    let verifiers = [(); 2].map(|()| chain.deploy("CoverageFlatBatchVerifier", &[]));
    let (outcome, _) = chain.try_deploy("SolvencyVerifier", &arguments_of_constructor(&verifiers));
    let shape = keccak256(Shape::CoverageFlat.id().as_bytes());
    let refused = reverted("DuplicateShape(bytes32)", &[shape.0]);
    assert_eq!(outcome, Err(refused));
}
