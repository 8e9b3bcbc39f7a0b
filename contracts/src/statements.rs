//! The protocol's statements as the contracts' structs (`solidity/Statements.sol`).
//!
//! Each function says the struct's type as it stands in a function's signature, and the value.

use solvency_verifier::bundle::{Proven, SignedRelease, SignedRound};
use solvency_verifier::encoding::Bytes16;
use solvency_verifier::groth16::Proof;
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, Claim, CoverageStatement, HoldingsStatement, Output, PriceRound,
    Release, Signature, Signed,
};
use solvency_verifier::{Address, Bytes32, FieldElement};

use crate::abi::{Value, left_padded, number, right_padded};

/// `Shard`.
pub const SHARD: &str = "(bytes32,uint64,uint64)";
/// `HoldingsStatement`.
pub const HOLDINGS: &str = "(bytes32,uint32,string,bytes32,bytes16)";
/// `CoverageStatement`.
pub const COVERAGE: &str = "(bytes32,string,uint64,bytes32,uint32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,\
bytes32,uint256,address,uint64,uint64,bytes16)";
/// `AllocationStatement`.
pub const ALLOCATION: &str = "(address,bytes32,string,uint64,uint64,bytes32,(uint8,bytes32,bytes32,uint32,bytes32)[],\
(bytes32,bytes32,address)[],uint64,uint64,string,bytes16)";
/// `Claim`.
pub const CLAIM: &str =
    "(bytes32,bytes32,bytes32,bytes32,uint64,bytes32,bytes32,address,uint64,uint64,uint256,address,bytes16)";
/// `PriceRound`.
pub const ROUND: &str = "(uint32,uint64,uint64,uint64[],(bytes32,bytes32)[])";
/// `ReleasedPledge`.
pub const RELEASED: &str =
    "(bytes32,address,(bytes32,uint64,bytes32,uint32,bytes32,bytes32,uint64,bytes16),bytes)";
/// `CoverageUpdate`.
pub const UPDATE: &str = "(bytes32,uint64,bytes32,uint32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,address,uint64,uint64,\
bytes16,uint256[8])";
/// `CompactSignature[]`.
pub const SIGNATURES: &str = "(bytes32,bytes32)[]";
/// `BookAttestation`.
pub const BOOK: &str = "(address,bytes32,string,(bytes32,uint64,uint64)[],uint32,uint64,uint64,uint64,uint64,string,uint32,\
bytes32,bool,bytes16)";

/// 32 bytes.
pub fn bytes32(value: &Bytes32) -> Value {
    Value::Word(value.0)
}

/// A field element.
pub fn field(value: &FieldElement) -> Value {
    Value::Word(value.to_be_bytes())
}

/// An unsigned integer of any width.
pub fn integer(value: u64) -> Value {
    Value::Word(number(value))
}

/// An unsigned integer of at least 128 bits.
pub fn large(value: u128) -> Value {
    Value::Word(left_padded(&value.to_be_bytes()))
}

/// An address.
pub fn address(value: &Address) -> Value {
    Value::Word(left_padded(&value.0))
}

/// A nonce or salt.
pub fn nonce(value: &Bytes16) -> Value {
    Value::Word(right_padded(&value.0))
}

/// A proof.
pub fn proof(value: &Proof) -> Value {
    Value::Words(crate::abi::words(&value.to_bytes()))
}

/// A signature.
pub fn signature(value: &Signature) -> Value {
    Value::Bytes(value.0.to_vec())
}

/// A quorum's signatures, in increasing order of their signers' addresses.
pub fn signatures(values: &[Signed]) -> Value {
    let mut sorted: Vec<&Signed> = values.iter().collect();
    sorted.sort_by_key(|signed| signed.signer.0);
    Value::Array(sorted.iter().map(|signed| compact(&signed.signature)).collect())
}

/// A signature in the 64 bytes of EIP-2098: 28 as its last byte sets the top bit of s, which a low s leaves free. Any other last
/// byte is taken as 27.
fn compact(value: &Signature) -> Value {
    let [r, mut vs] = [0, 32].map(|at| std::array::from_fn(|i| value.0[at + i]));
    if value.0[64] == 28 {
        vs[0] |= 0x80;
    }
    Value::Tuple(vec![Value::Word(r), Value::Word(vs)])
}

/// A book's attestation.
pub fn book(s: &BookAttestation) -> Value {
    let shards = s
        .shards
        .iter()
        .map(|shard| Value::Tuple(vec![field(&shard.root), integer(shard.id_low), integer(shard.id_high)]));
    Value::Tuple(vec![
        address(&s.custodian),
        bytes32(&s.account),
        Value::Text(s.shape.id()),
        Value::Array(shards.collect()),
        integer(u64::from(s.shard_count)),
        integer(s.epoch),
        integer(s.as_of),
        integer(s.locked_until),
        integer(s.expiry),
        Value::Text(s.log_origin.clone()),
        integer(u64::from(s.attestor_set_version)),
        bytes32(&s.evidence),
        integer(u64::from(s.exclusive)),
        nonce(&s.nonce),
    ])
}

/// A holdings statement.
pub fn holdings(s: &HoldingsStatement) -> Value {
    Value::Tuple(vec![
        bytes32(&s.book),
        integer(u64::from(s.shard)),
        Value::Text(s.shape.id()),
        field(&s.total),
        nonce(&s.nonce),
    ])
}

/// An allocation.
pub fn allocation(s: &AllocationStatement) -> Value {
    let sources = s.sources.iter().map(|source| {
        Value::Tuple(vec![
            integer(source.kind as u64),
            field(&source.commitment),
            bytes32(&source.origin),
            integer(u64::from(source.index)),
            bytes32(&source.release),
        ])
    });
    Value::Tuple(vec![
        address(&s.custodian),
        bytes32(&s.account),
        Value::Text(s.shape.id()),
        integer(s.epoch),
        integer(s.sequence),
        bytes32(&s.predecessor),
        Value::Array(sources.collect()),
        Value::Array(s.outputs.iter().map(output).collect()),
        integer(s.not_before),
        integer(s.expiry),
        Value::Text(s.log_origin.clone()),
        nonce(&s.nonce),
    ])
}

fn output(output: &Output) -> Value {
    Value::Tuple(vec![field(&output.commitment), bytes32(&output.tag), address(&output.releaser)])
}

/// A pledge that is spent: tag and releaser as they stand in its allocation, and its release.
pub fn released(released: &Output, signed: &SignedRelease) -> Value {
    let Release { account, epoch, allocation, output: index, commitment, replacement, expiry, nonce: once } =
        &signed.release;
    let release = Value::Tuple(vec![
        bytes32(account),
        integer(*epoch),
        bytes32(allocation),
        integer(u64::from(*index)),
        field(commitment),
        field(replacement),
        integer(*expiry),
        nonce(once),
    ]);
    Value::Tuple(vec![
        bytes32(&released.tag),
        address(&released.releaser),
        release,
        signature(&signed.signature),
    ])
}

/// A claim.
pub fn claim(s: &Claim) -> Value {
    Value::Tuple(vec![
        bytes32(&s.venue),
        bytes32(&s.liability_book),
        bytes32(&s.account),
        bytes32(&s.tag),
        integer(s.number),
        field(&s.requirement),
        bytes32(&s.policy),
        address(&s.releaser),
        integer(s.issued_at),
        integer(s.expiry),
        integer(s.chain_id),
        address(&s.settlement),
        nonce(&s.nonce),
    ])
}

/// A price round.
pub fn round(s: &PriceRound) -> Value {
    let valuations =
        s.valuations.iter().map(|one| Value::Tuple(vec![bytes32(&one.policy), field(&one.digest)]));
    Value::Tuple(vec![
        integer(u64::from(s.oracle_set_version)),
        integer(s.round),
        integer(s.time),
        Value::Array(s.prices.iter().map(|price| integer(*price)).collect()),
        Value::Array(valuations.collect()),
    ])
}

/// A price round and its oracles' signatures: two arguments.
pub fn signed_round(signed: &SignedRound) -> [Value; 2] {
    [round(&signed.round), signatures(&signed.signatures)]
}

/// A coverage statement without what a contract knows (shape, round, valuation, chain), and its proof.
pub fn update(proven: &Proven<CoverageStatement>) -> Value {
    let s = &proven.statement;
    Value::Tuple(vec![
        bytes32(&s.account),
        integer(s.epoch),
        bytes32(&s.allocation),
        integer(u64::from(s.output)),
        field(&s.pledge),
        bytes32(&s.claim),
        bytes32(&s.policy),
        field(&s.requirement),
        bytes32(&s.venue),
        bytes32(&s.liability_book),
        address(&s.settlement),
        integer(s.not_before),
        integer(s.expiry),
        nonce(&s.nonce),
        proof(&proven.proof),
    ])
}

/// A coverage statement.
pub fn coverage(s: &CoverageStatement) -> Value {
    Value::Tuple(vec![
        bytes32(&s.account),
        Value::Text(s.shape.id()),
        integer(s.epoch),
        bytes32(&s.allocation),
        integer(u64::from(s.output)),
        field(&s.pledge),
        bytes32(&s.claim),
        bytes32(&s.round),
        bytes32(&s.policy),
        field(&s.valuation),
        field(&s.requirement),
        bytes32(&s.venue),
        bytes32(&s.liability_book),
        integer(s.chain_id),
        address(&s.settlement),
        integer(s.not_before),
        integer(s.expiry),
        nonce(&s.nonce),
    ])
}
