//! One honest set of statements, in Rust and in the contract's ABI.

use revm::primitives::Address as EvmAddress;
use solvency_verifier::encoding::{Bytes16, Domain, TypedData, context};
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, CoverageStatement, HoldingsStatement, Output, Shard, Source,
    SourceUse, pledge_tag,
};
use solvency_verifier::{
    Address, AllocationPublic, Bytes32, CoveragePublic, FieldElement, HoldingsPublic, PublicInputs, Shape,
};

use crate::chain::{CHAIN_ID, NOW};

pub(crate) use solvency_contracts::statements::{
    ALLOCATION, BOOK, COVERAGE, HOLDINGS, allocation as allocation_value, book as book_value,
    coverage as coverage_value, holdings as holdings_value,
};

pub(crate) const TAG_SALT: Bytes16 = Bytes16([0x5a; 16]);
pub(crate) const REGISTRY: Bytes32 = Bytes32([0xee; 32]);

pub(crate) fn domain() -> Domain {
    Domain::of_registry(&REGISTRY)
}

fn element(value: u64) -> FieldElement {
    FieldElement(ark_bn254::Fr::from(value))
}

pub(crate) fn book() -> BookAttestation {
    BookAttestation {
        custodian: Address([0xc0; 20]),
        account: Bytes32([0xac; 32]),
        shape: Shape::Holdings16,
        shards: vec![
            Shard { root: element(100), id_low: 1, id_high: 1 << 60 },
            Shard { root: element(101), id_low: 1 << 60, id_high: u64::MAX },
        ],
        shard_count: 2,
        epoch: 7,
        as_of: NOW - 100,
        locked_until: NOW + 2_000,
        expiry: NOW + 1_000,
        log_origin: "log.example/an-account-with-a-name-of-more-than-32-bytes".into(),
        attestor_set_version: 3,
        evidence: Bytes32([0xed; 32]),
        exclusive: true,
        nonce: Bytes16([1; 16]),
    }
}

pub(crate) fn holdings(book: &BookAttestation, shard: u32) -> HoldingsStatement {
    HoldingsStatement {
        book: book.digest(&domain()),
        shard,
        shape: book.shape,
        total: element(200),
        nonce: Bytes16([2; 16]),
    }
}

pub(crate) fn venue() -> (Bytes32, Bytes32) {
    (Bytes32([0x7e; 32]), Bytes32([0x1b; 32]))
}

pub(crate) fn allocation(shape: Shape) -> AllocationStatement {
    let sizes = shape.allocation().unwrap();
    let (venue, liability_book) = venue();
    let tag = pledge_tag(&venue, &liability_book, &TAG_SALT);
    AllocationStatement {
        custodian: Address([0xc0; 20]),
        account: Bytes32([0xac; 32]),
        shape,
        epoch: 7,
        sequence: 0,
        predecessor: Bytes32::ZERO,
        sources: (0..sizes.sources.len() as u64)
            .map(|i| Source {
                kind: SourceUse::Holdings,
                commitment: element(300 + i),
                origin: Bytes32([0x40; 32]),
                index: 0,
                release: Bytes32::ZERO,
            })
            .collect(),
        outputs: (0..sizes.outputs as u64)
            .map(|i| Output {
                commitment: element(400 + i),
                tag: if i == 2 { tag } else { Bytes32([i as u8; 32]) },
                releaser: Address([i as u8; 20]),
            })
            .collect(),
        not_before: NOW - 10,
        expiry: NOW + 500,
        log_origin: "log.example/a".into(),
        nonce: Bytes16([3; 16]),
    }
}

/// A coverage of output 2 of `allocation`, for `contract`.
pub(crate) fn coverage(allocation: &AllocationStatement, contract: EvmAddress) -> CoverageStatement {
    let (venue, liability_book) = venue();
    CoverageStatement {
        account: allocation.account,
        shape: Shape::CoverageFlat,
        epoch: allocation.epoch,
        allocation: allocation.digest(&domain()),
        output: 2,
        pledge: allocation.outputs[2].commitment,
        claim: Bytes32([0xc1; 32]),
        round: Bytes32([0x20; 32]),
        policy: Bytes32([0x90; 32]),
        valuation: element(500),
        requirement: element(600),
        venue,
        liability_book,
        chain_id: CHAIN_ID,
        settlement: Address(contract.into_array()),
        not_before: NOW - 5,
        expiry: NOW + 400,
        nonce: Bytes16([4; 16]),
    }
}

/// The public inputs that the specification demands, by the verifier crate's own encoding.
pub(crate) fn holdings_inputs(book: &BookAttestation, statement: &HoldingsStatement) -> Vec<ark_bn254::Fr> {
    let shard = &book.shards[statement.shard as usize];
    let public = HoldingsPublic {
        book_root: shard.root,
        total: statement.total,
        id_low: shard.id_low,
        id_high: shard.id_high,
        context: context(statement.shape, &statement.digest(&domain())),
    };
    public.to_field_elements()
}

pub(crate) fn allocation_inputs(statement: &AllocationStatement) -> Vec<ark_bn254::Fr> {
    let public = AllocationPublic {
        sources: statement.sources.iter().map(|source| source.commitment).collect(),
        outputs: statement.outputs.iter().map(|output| output.commitment).collect(),
        context: context(statement.shape, &statement.digest(&domain())),
    };
    public.to_field_elements()
}

pub(crate) fn coverage_inputs(statement: &CoverageStatement) -> Vec<ark_bn254::Fr> {
    let public = CoveragePublic {
        pledge: statement.pledge,
        valuation: statement.valuation,
        requirement: statement.requirement,
        context: context(statement.shape, &statement.digest(&domain())),
    };
    public.to_field_elements()
}
