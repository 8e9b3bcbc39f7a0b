//! The formats by other people's examples, and what must be refused.

mod entries;
mod forks;
mod keys;
mod notes;
mod trees;

use alloc::{format, string::String, vec::Vec};

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::Value;

use super::*;

/// `fixtures/log/vectors.json`.
fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../fixtures/log/vectors.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn hash(value: &Value) -> Hash {
    Base64::decode_vec(text(value)).unwrap().try_into().unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn key(name: &str, kind: KeyKind, seed: u8) -> VerifierKey {
    VerifierKey::new(name, kind, signer(seed).verifying_key().as_bytes()).unwrap()
}

const ORIGIN: &str = "log.example/a/3";

/// A checkpoint of some leaves, signed by the log's key (seed 1).
fn signed(size: u64, root: Hash) -> String {
    let head = Checkpoint { origin: ORIGIN.into(), size, root, extensions: Vec::new() };
    let mut note = Note::new(&format!("{head}")).unwrap();
    note.add(NoteSignature {
        name: ORIGIN.into(),
        id: key(ORIGIN, KeyKind::Note, 1).id(),
        bytes: signer(1).sign(note.text().as_bytes()).to_bytes().to_vec(),
    })
    .unwrap();
    format!("{note}")
}

/// The note with a cosignature of the witness `w` (seed 2).
fn cosigned(note: &str, time: u64) -> String {
    let mut note = Note::parse(note).unwrap();
    let signature = signer(2).sign(&cosignature_message(time, note.text()));
    let bytes = [time.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
    note.add(NoteSignature { name: "w".into(), id: key("w", KeyKind::Cosignature, 2).id(), bytes }).unwrap();
    format!("{note}")
}

fn leaves(count: u64, seed: &str) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(format!("{seed} {i}").as_bytes())).collect()
}

/// RFC 6962, section 2.1.2, as it is written there.
fn prove_consistency(old: usize, leaves: &[Hash]) -> Vec<Hash> {
    fn subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if old == leaves.len() {
            return if whole { Vec::new() } else { alloc::vec![root_of(leaves)] };
        }
        let half = leaves.len().next_power_of_two() / 2;
        let (left, right) = leaves.split_at(half);
        let (mut proof, last) = if old <= half {
            (subproof(old, left, whole), root_of(right))
        } else {
            (subproof(old - half, right, false), root_of(left))
        };
        proof.push(last);
        proof
    }
    if old == 0 { Vec::new() } else { subproof(old, leaves, true) }
}

/// RFC 6962, section 2.1.1.
fn prove_inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let half = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(half);
    let (mut proof, last) = if index < half {
        (prove_inclusion(index, left), root_of(right))
    } else {
        (prove_inclusion(index - half, right), root_of(left))
    };
    proof.push(last);
    proof
}
