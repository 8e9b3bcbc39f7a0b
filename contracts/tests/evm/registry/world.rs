//! A registry on a chain in memory, with the parties of `fixtures/accept/`.

use std::fs;

use revm::primitives::{Address as EvmAddress, hardfork::SpecId};
use solvency_contracts::root;
use solvency_prover::interop::batch_contract_name;
use solvency_prover::signer::Signer;
use solvency_verifier::bundle::{Allocation, Bundle, Proven, SignedClaim, SignedRound};
use solvency_verifier::encoding::{Domain, TypedData, context};
use solvency_verifier::groth16::Proof;
use solvency_verifier::statement::{BookAttestation, CoverageStatement, HoldingsStatement, Output};
use solvency_verifier::trust::Trust;
use solvency_verifier::{
    Address, AllocationPublic, Bytes32, CoveragePublic, HoldingsPublic, PublicInputs, Shape,
};

use super::calls;
use crate::abi::{self, number};
use crate::chain::{Chain, Outcome, SENDER};
use crate::test_keys::TestKey;

/// Seconds of grace of the venue, and rounds that a coverage may be behind.
pub(crate) const GRACE: u64 = 600;
pub(crate) const LAG: u64 = 5;
/// Time at which the fixtures are judged.
pub(crate) const FIXTURE_NOW: u64 = 1_767_520_830;

pub(crate) const COVERED: u64 = 1;
pub(crate) const IN_GRACE: u64 = 2;
pub(crate) const EXPIRED: u64 = 3;
pub(crate) const BREACHED: u64 = 4;

pub(crate) fn signer(byte: u8) -> Signer {
    Signer::from_bytes(&[byte; 32]).unwrap()
}

fn admin() -> Address {
    Address(SENDER.into_array())
}

pub(crate) const CUSTODIAN: u8 = 0x11;
pub(crate) const VENUE_A: u8 = 0x51;
pub(crate) const ATTESTORS: [u8; 2] = [0x21, 0x22];
pub(crate) const ORACLES: [u8; 3] = [0x31, 0x32, 0x33];

fn read<T: serde::de::DeserializeOwned>(path: &str) -> T {
    let text = fs::read_to_string(root().join("../fixtures/accept").join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

pub(crate) struct World {
    pub(crate) chain: Chain,
    pub(crate) registry: EvmAddress,
    pub(crate) domain: Domain,
    /// Venue A's first claim, covered by an output of the first allocation.
    pub(crate) first: Bundle,
    /// Its second one, after the first pledge was released for a larger one.
    pub(crate) second: Bundle,
    pub(crate) trust: Trust,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::at(SpecId::OSAKA, crate::chain::CHAIN_ID)
    }

    /// A registry with venue A and the account, nothing recorded.
    pub(crate) fn at(spec: SpecId, chain_id: u64) -> Self {
        let trust: Trust = read("flat/trust.json");
        let mut chain = Chain::with_id(spec, chain_id);
        chain.set_time(FIXTURE_NOW);
        let verifiers: Vec<_> = Shape::ALL
            .iter()
            .map(|shape| chain.deploy(&batch_contract_name(*shape), &[]))
            .map(|address| Address(address.into_array()))
            .collect();
        let arguments = calls::new(&trust.registry.canonical_bytes(), &verifiers, &admin());
        let registry = chain.deploy("SolvencyRegistry", &arguments);
        let domain = Domain::of_registry(&trust.registry.digest());
        let (first, second) = (read("flat/bundle.json"), read("topup/bundle.json"));
        let mut world = World { chain, registry, domain, first, second, trust };
        for role in ["REGISTRAR_ROLE", "GUARDIAN_ROLE"] {
            world.accept(calls::grant_role(role, &admin()));
        }
        let claim = world.first.claim.claim.clone();
        let account = claim.account;
        world.accept(world.register_venue(&claim.venue));
        world.accept(world.register_account(&account));
        world
    }

    pub(crate) fn register_venue(&self, venue: &Bytes32) -> Vec<u8> {
        let claim = &self.first.claim.claim;
        calls::register_venue(&calls::Venue {
            id: *venue,
            signer: signer(VENUE_A).address(),
            operator: Address([0x0b; 20]),
            liability_book: claim.liability_book,
            settlement: claim.settlement,
            grace: GRACE,
            round_lag: LAG,
        })
    }

    pub(crate) fn register_account(&self, account: &Bytes32) -> Vec<u8> {
        let (custodian, operator) = (signer(CUSTODIAN).address(), Address([0x0a; 20]));
        calls::register_account(account, &custodian, &operator, &self.trust.counterparty.log_origin)
    }

    pub(crate) fn send(&mut self, calldata: Vec<u8>) -> Outcome {
        self.chain.call(self.registry, calldata)
    }

    #[track_caller]
    pub(crate) fn accept(&mut self, calldata: Vec<u8>) {
        let outcome = self.send(calldata);
        assert!(matches!(outcome, Outcome::Returned(_)), "{outcome:02x?}");
    }

    /// The call is refused by the error with this signature, whatever its arguments.
    #[track_caller]
    pub(crate) fn refuse(&mut self, error: &str, calldata: Vec<u8>) {
        match self.send(calldata) {
            Outcome::Reverted(data) => {
                assert_eq!(data.get(..4), Some(&abi::selector(error)[..]), "{error}: {data:02x?}")
            }
            other => panic!("{error}: {other:02x?}"),
        }
    }

    pub(crate) fn state(&mut self) -> u64 {
        let claim = self.first.claim.claim.clone();
        match self.send(calls::state_of(&claim.account, &claim.venue)) {
            Outcome::Returned(word) => u64::from(word[31]),
            other => panic!("{other:?}"),
        }
    }

    /// Covered until, round, recorded at.
    pub(crate) fn coverage(&mut self) -> [u64; 3] {
        let claim = self.first.claim.claim.clone();
        let Outcome::Returned(data) = self.send(calls::coverage_of(&claim.account, &claim.venue)) else {
            panic!("coverageOf")
        };
        std::array::from_fn(|i| u64::from_be_bytes(data[32 * i + 24..32 * i + 32].try_into().unwrap()))
    }

    pub(crate) fn holdings_proof(&self, book: &BookAttestation, statement: &HoldingsStatement) -> Proof {
        let shard = &book.shards[statement.shard as usize];
        let public = HoldingsPublic {
            book_root: shard.root,
            total: statement.total,
            id_low: shard.id_low,
            id_high: shard.id_high,
            context: context(statement.shape, &statement.digest(&self.domain)),
        };
        TestKey::load(statement.shape).forge(&public.to_field_elements())
    }

    pub(crate) fn allocation_proof(&self, allocation: &Allocation) -> Proof {
        let statement = &allocation.proven.statement;
        let public = AllocationPublic {
            sources: statement.sources.iter().map(|source| source.commitment).collect(),
            outputs: statement.outputs.iter().map(|output| output.commitment).collect(),
            context: context(statement.shape, &statement.digest(&self.domain)),
        };
        TestKey::load(statement.shape).forge(&public.to_field_elements())
    }

    pub(crate) fn coverage_proof(&self, statement: &CoverageStatement) -> Proof {
        let public = CoveragePublic {
            pledge: statement.pledge,
            valuation: statement.valuation,
            requirement: statement.requirement,
            context: context(statement.shape, &statement.digest(&self.domain)),
        };
        TestKey::load(statement.shape).forge(&public.to_field_elements())
    }

    pub(crate) fn proven(&self, statement: &CoverageStatement) -> Proven<CoverageStatement> {
        calls::proven(statement, &self.coverage_proof(statement))
    }

    pub(crate) fn book(&self) -> Vec<u8> {
        let book = &self.first.books[0];
        calls::record_book(&book.attestation, &book.signatures)
    }

    pub(crate) fn holdings(&self, index: usize) -> Vec<u8> {
        let book = &self.first.books[0];
        let statement = &book.holdings[index].statement;
        calls::record_holdings(
            &book.attestation,
            statement,
            &self.holdings_proof(&book.attestation, statement),
        )
    }

    /// The pledges of the first allocation that another one releases.
    pub(crate) fn released(&self, allocation: &Allocation) -> Vec<Output> {
        let outputs = &self.first.allocations[0].proven.statement.outputs;
        let of = |index: u32| outputs.get(index as usize).cloned();
        allocation.releases.iter().filter_map(|signed| of(signed.release.output)).collect()
    }

    pub(crate) fn allocation(&self, allocation: &Allocation) -> Vec<u8> {
        let proof = self.allocation_proof(allocation);
        calls::record_allocation(allocation, &proof, &self.released(allocation))
    }

    /// Everything up to the first allocation.
    pub(crate) fn with_ledger(mut self) -> Self {
        self.accept(self.book());
        for index in 0..self.first.books[0].holdings.len() {
            self.accept(self.holdings(index));
        }
        let allocation = self.first.allocations[0].clone();
        self.accept(self.allocation(&allocation));
        self
    }

    /// Everything up to the binding of the first claim.
    pub(crate) fn bound(self) -> Self {
        let mut world = self.with_ledger();
        let claim = world.first.claim.clone();
        world.accept(calls::record_claim(&claim));
        world.accept(world.bind(&world.first));
        world
    }

    pub(crate) fn bind(&self, bundle: &Bundle) -> Vec<u8> {
        calls::bind_pledge(&bundle.claim, &bundle.coverage.statement, &bundle.tag_salt)
    }

    /// A round that the oracles signed, this many seconds after that of the fixtures.
    pub(crate) fn round(&self, later: u64) -> SignedRound {
        let mut signed = self.first.round.clone();
        signed.round.time += later;
        signed.round.round = self.trust.registry.round.number_at(signed.round.time).unwrap();
        self.sign_round(&mut signed);
        signed
    }

    pub(crate) fn sign_round(&self, signed: &mut SignedRound) {
        signed.signatures = ORACLES
            .iter()
            .map(|key| signer(*key).sign_as_member(&signed.round, &self.domain).unwrap())
            .collect();
    }

    /// The statement of a bundle at another round.
    pub(crate) fn statement(&self, bundle: &Bundle, round: &SignedRound) -> CoverageStatement {
        let mut statement = bundle.coverage.statement.clone();
        statement.round = round.round.digest(&self.domain);
        statement
    }

    pub(crate) fn update_with(&self, round: &SignedRound, statement: &CoverageStatement) -> Vec<u8> {
        calls::update_coverage(round, &[&self.proven(statement)])
    }

    pub(crate) fn update(&self, bundle: &Bundle, later: u64) -> Vec<u8> {
        let round = self.round(later);
        self.update_with(&round, &self.statement(bundle, &round))
    }

    pub(crate) fn sign_claim(&self, claim: &mut SignedClaim) {
        claim.signature = signer(VENUE_A).sign(&claim.claim, &self.domain).unwrap();
    }

    pub(crate) fn sign_allocation(&self, allocation: &mut Allocation) {
        allocation.signature = signer(CUSTODIAN).sign(&allocation.proven.statement, &self.domain).unwrap();
    }

    pub(crate) fn guardian(&mut self, function: &str) -> Outcome {
        self.send(abi::call(function, vec![]))
    }
}

/// A word as what a function returns.
pub(crate) fn returned(value: u64) -> Outcome {
    Outcome::Returned(number(value).to_vec())
}
