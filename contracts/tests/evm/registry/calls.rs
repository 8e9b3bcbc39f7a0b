//! The registry's functions as calldata.

use solvency_verifier::bundle::{Allocation, SignedClaim, SignedRelease, SignedRound};
use solvency_verifier::encoding::Bytes16;
use solvency_verifier::groth16::Proof;
use solvency_verifier::statement::{
    BookAttestation, Claim, CoverageStatement, HoldingsStatement, PriceRound, Signature, Signed,
};
use solvency_verifier::{Address, Bytes32, FieldElement};

use crate::abi::{self, Value, left_padded, number, right_padded, words};
use crate::statements::{self, ALLOCATION, COVERAGE, HOLDINGS, book_type};

pub(crate) const CLAIM: &str =
    "(bytes32,bytes32,bytes32,bytes32,uint64,bytes32,bytes32,address,uint64,uint64,uint256,address,bytes16)";
pub(crate) const ROUND: &str = "(uint32,uint64,uint64,uint64[],(bytes32,bytes32)[])";
pub(crate) const RELEASE: &str = "(bytes32,uint64,bytes32,uint32,bytes32,bytes32,uint64,bytes16)";

pub(crate) fn word(value: &Bytes32) -> Value {
    Value::Word(value.0)
}

fn field(value: &FieldElement) -> Value {
    Value::Word(value.to_be_bytes())
}

pub(crate) fn uint(value: u64) -> Value {
    Value::Word(number(value))
}

pub(crate) fn address(value: &Address) -> Value {
    Value::Word(left_padded(&value.0))
}

fn nonce(value: &Bytes16) -> Value {
    Value::Word(right_padded(&value.0))
}

fn signature(value: &Signature) -> Value {
    Value::Bytes(value.0.to_vec())
}

/// In the order in which the contract takes them: by address.
pub(crate) fn signatures(signed: &[Signed]) -> Value {
    let mut signed = signed.to_vec();
    signed.sort_by_key(|one| one.signer.0);
    Value::Array(signed.iter().map(|one| signature(&one.signature)).collect())
}

pub(crate) fn proof(value: &Proof) -> Value {
    Value::Words(words(&value.to_bytes()))
}

pub(crate) fn claim(c: &Claim) -> Value {
    Value::Tuple(vec![
        word(&c.venue),
        word(&c.liability_book),
        word(&c.account),
        word(&c.tag),
        uint(c.number),
        field(&c.requirement),
        word(&c.policy),
        address(&c.releaser),
        uint(c.issued_at),
        uint(c.expiry),
        uint(c.chain_id),
        address(&c.settlement),
        nonce(&c.nonce),
    ])
}

pub(crate) fn round(r: &PriceRound) -> Value {
    let valuations = r.valuations.iter().map(|v| Value::Tuple(vec![word(&v.policy), field(&v.digest)]));
    Value::Tuple(vec![
        uint(u64::from(r.oracle_set_version)),
        uint(r.round),
        uint(r.time),
        Value::Array(r.prices.iter().map(|price| uint(*price)).collect()),
        Value::Array(valuations.collect()),
    ])
}

fn release(signed: &SignedRelease, tag: &Bytes32, releaser: &Address) -> Value {
    let r = &signed.release;
    let statement = Value::Tuple(vec![
        word(&r.account),
        uint(r.epoch),
        word(&r.allocation),
        uint(u64::from(r.output)),
        field(&r.commitment),
        field(&r.replacement),
        uint(r.expiry),
        nonce(&r.nonce),
    ]);
    Value::Tuple(vec![word(tag), address(releaser), statement, signature(&signed.signature)])
}

pub(crate) fn record_book(book: &BookAttestation, signed: &[Signed]) -> Vec<u8> {
    let name = format!("recordBook({},bytes[])", book_type());
    abi::call(&name, vec![statements::book_value(book), signatures(signed)])
}

pub(crate) fn record_holdings(book: &BookAttestation, statement: &HoldingsStatement, by: &Proof) -> Vec<u8> {
    let name = format!("recordHoldings({},{HOLDINGS},uint256[8])", book_type());
    abi::call(&name, vec![statements::book_value(book), statements::holdings_value(statement), proof(by)])
}

/// The releases with the tag and releaser of the output that each one is of.
pub(crate) fn record_allocation(
    allocation: &Allocation,
    by: &Proof,
    released: &[(Bytes32, Address)],
) -> Vec<u8> {
    let name = format!("recordAllocation({ALLOCATION},bytes,uint256[8],(bytes32,address,{RELEASE},bytes)[])");
    let releases = allocation
        .releases
        .iter()
        .zip(released)
        .map(|(signed, (tag, releaser))| release(signed, tag, releaser));
    let arguments = vec![
        statements::allocation_value(&allocation.proven.statement),
        signature(&allocation.signature),
        proof(by),
        Value::Array(releases.collect()),
    ];
    abi::call(&name, arguments)
}

pub(crate) fn report_equivocation(first: &Allocation, second: &Allocation) -> Vec<u8> {
    let name = format!("reportEquivocation({ALLOCATION},bytes,{ALLOCATION},bytes)");
    let of =
        |one: &Allocation| [statements::allocation_value(&one.proven.statement), signature(&one.signature)];
    abi::call(&name, of(first).into_iter().chain(of(second)).collect())
}

pub(crate) fn record_claim(signed: &SignedClaim) -> Vec<u8> {
    let name = format!("recordClaim({CLAIM},bytes)");
    abi::call(&name, vec![claim(&signed.claim), signature(&signed.signature)])
}

pub(crate) fn bind_pledge(signed: &Claim, coverage: &CoverageStatement, salt: &Bytes16) -> Vec<u8> {
    let name = format!("bindPledge({CLAIM},(uint64,bytes32,uint32,bytes32,bytes16))");
    let pledge = vec![
        uint(coverage.epoch),
        word(&coverage.allocation),
        uint(u64::from(coverage.output)),
        field(&coverage.pledge),
        nonce(salt),
    ];
    abi::call(&name, vec![claim(signed), Value::Tuple(pledge)])
}

pub(crate) fn update_coverage(prices: &SignedRound, rows: &[(CoverageStatement, Proof)]) -> Vec<u8> {
    let name = format!("updateCoverage({ROUND},bytes[],{COVERAGE}[],uint256[8][])");
    let arguments = vec![
        round(&prices.round),
        signatures(&prices.signatures),
        Value::Array(rows.iter().map(|(statement, _)| statements::coverage_value(statement)).collect()),
        Value::Array(rows.iter().map(|(_, by)| proof(by)).collect()),
    ];
    abi::call(&name, arguments)
}

pub(crate) fn check_round(venue: &Bytes32, prices: &SignedRound) -> Vec<u8> {
    let name = format!("checkRound(bytes32,{ROUND},bytes[])");
    abi::call(&name, vec![word(venue), round(&prices.round), signatures(&prices.signatures)])
}

/// A function of account and venue.
pub(crate) fn of_position(name: &str, account: &Bytes32, venue: &Bytes32) -> Vec<u8> {
    abi::call(&format!("{name}(bytes32,bytes32)"), vec![word(account), word(venue)])
}
