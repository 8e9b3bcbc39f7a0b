//! The seeds of the fuzz targets, and readers on altered seeds: they refuse or read, and what they read comes back.

use std::path::PathBuf;
use std::{env, fs};

use proptest::prelude::*;
use solvency_prover::interop::arkworks::{self, Form};
use solvency_prover::interop::{evm, snarkjs};
use solvency_verifier::{Bytes32, Shape};

use crate::fixture::Fixture;

const SHAPE: Shape = Shape::CoverageFlat;
const MATRICES: Bytes32 = Bytes32([1; 32]);

/// A fuzz target: its seeds, and what must hold of bytes that are read. The targets in `fuzz/fuzz_targets` say the same.
struct Target {
    name: &'static str,
    seeds: Vec<(&'static str, Vec<u8>)>,
    /// Whether the bytes were read.
    holds: fn(&[u8]) -> bool,
}

fn targets() -> Vec<Target> {
    let Fixture { key, proof, inputs, .. } = Fixture::flat();
    let json = |value: serde_json::Value| value.to_string().into_bytes();
    let both = |bytes: &dyn Fn(Form) -> Vec<u8>| {
        vec![("compressed", bytes(Form::Compressed)), ("uncompressed", bytes(Form::Uncompressed))]
    };
    vec![
        Target {
            name: "verification_key_json",
            seeds: vec![("flat", json(snarkjs::verification_key_json(&key)))],
            holds: |bytes| {
                snarkjs::read_verification_key(bytes, SHAPE, MATRICES).is_ok_and(|key| {
                    let written = snarkjs::verification_key_json(&key).to_string();
                    assert_eq!(snarkjs::read_verification_key(written.as_bytes(), SHAPE, MATRICES), Ok(key));
                    true
                })
            },
        },
        Target {
            name: "proof_json",
            seeds: vec![("flat", json(snarkjs::proof_json(&proof)))],
            holds: |bytes| {
                snarkjs::read_proof(bytes).is_ok_and(|proof| {
                    let written = snarkjs::proof_json(&proof).to_string();
                    assert_eq!(snarkjs::read_proof(written.as_bytes()), Ok(proof));
                    true
                })
            },
        },
        Target {
            name: "public_json",
            seeds: vec![("flat", json(snarkjs::public_json(&inputs)))],
            holds: |bytes| {
                snarkjs::read_public(bytes, SHAPE).is_ok_and(|inputs| {
                    let written = snarkjs::public_json(inputs.values()).to_string();
                    assert_eq!(snarkjs::read_public(written.as_bytes(), SHAPE), Ok(inputs));
                    true
                })
            },
        },
        Target {
            name: "calldata_text",
            seeds: vec![("flat", snarkjs::calldata_text(&proof, &inputs).into_bytes())],
            holds: |bytes| {
                snarkjs::read_calldata_text(bytes, SHAPE).is_ok_and(|(proof, inputs)| {
                    let written = snarkjs::calldata_text(&proof, inputs.values());
                    assert_eq!(snarkjs::read_calldata_text(written.as_bytes(), SHAPE), Ok((proof, inputs)));
                    true
                })
            },
        },
        Target {
            name: "calldata",
            seeds: vec![("flat", evm::calldata(&proof, &inputs))],
            holds: |bytes| {
                evm::read_calldata(bytes, SHAPE).is_ok_and(|(proof, inputs)| {
                    assert_eq!(evm::calldata(&proof, inputs.values()), bytes);
                    true
                })
            },
        },
        Target {
            name: "arkworks_proof",
            seeds: both(&|form| arkworks::proof_bytes(&proof, form)),
            holds: |bytes| {
                arkworks::read_proof(bytes).is_ok_and(|proof| {
                    let form = if bytes.len() == 128 { Form::Compressed } else { Form::Uncompressed };
                    assert_eq!(arkworks::proof_bytes(&proof, form), bytes);
                    true
                })
            },
        },
        Target {
            name: "arkworks_key",
            seeds: both(&|form| arkworks::key_bytes(&key, form)),
            holds: |bytes| {
                arkworks::read_key(bytes, SHAPE, MATRICES).is_ok_and(|key| {
                    let form = if bytes.len() == 392 { Form::Compressed } else { Form::Uncompressed };
                    assert_eq!(arkworks::key_bytes(&key, form), bytes);
                    true
                })
            },
        },
        Target {
            name: "arkworks_inputs",
            seeds: vec![("flat", arkworks::inputs_bytes(&inputs))],
            holds: |bytes| {
                arkworks::read_inputs(bytes, SHAPE).is_ok_and(|inputs| {
                    assert_eq!(arkworks::inputs_bytes(inputs.values()), bytes);
                    true
                })
            },
        },
    ]
}

/// `REGENERATE=1` writes them.
#[test]
fn seeds_are_the_committed_ones_and_are_read() {
    for target in targets() {
        let folder = PathBuf::from(format!("{}/../fuzz/corpus/{}", env!("CARGO_MANIFEST_DIR"), target.name));
        for (name, seed) in &target.seeds {
            if env::var_os("REGENERATE").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(name), seed).unwrap();
            }
            assert_eq!(&fs::read(folder.join(name)).unwrap(), seed, "{}/{name}", target.name);
            assert!((target.holds)(seed), "{}/{name}", target.name);
        }
    }
}

#[test]
fn every_beginning_of_a_seed_is_refused() {
    for target in targets() {
        for (name, seed) in &target.seeds {
            for length in 0..seed.len() {
                assert!(!(target.holds)(&seed[..length]), "{}/{name}: {length}", target.name);
            }
        }
    }
}

/// One alteration of bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, u8),
    Repeat(prop::sample::Index, u8),
    Fill(prop::sample::Index, u8, u8),
}

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        let place = any::<prop::sample::Index>;
        prop_oneof![
            (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
            (place(), any::<u8>()).prop_map(|(at, length)| Change::Remove(at, length)),
            (place(), any::<u8>()).prop_map(|(at, length)| Change::Repeat(at, length)),
            // Bytes that mean something in one of the forms, as often as others.
            (place(), any::<u8>(), prop::sample::select(b"\x00\xff[]{}\",:019f \\x".to_vec()))
                .prop_map(|(at, length, byte)| Change::Fill(at, length, byte)),
        ]
    }

    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let all = bytes.len();
        let range = |at: &prop::sample::Index, length: u8| {
            let start = at.index(all);
            start..all.min(start + usize::from(length % 66))
        };
        match self {
            Change::Set(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Change::Remove(at, length) => drop(bytes.drain(range(at, *length))),
            Change::Repeat(at, length) => {
                let range = range(at, *length);
                let copy = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, copy);
            }
            Change::Fill(at, length, byte) => bytes[range(at, *length)].fill(*byte),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn altered_seeds_are_read_or_refused(changes in prop::collection::vec(Change::any(), 1..4)) {
        for target in targets() {
            for (_, mut bytes) in target.seeds {
                changes.iter().for_each(|change| change.apply(&mut bytes));
                (target.holds)(&bytes);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..1_000)) {
        for target in targets() {
            (target.holds)(&bytes);
        }
    }
}
