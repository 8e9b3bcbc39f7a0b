//! The seeds of the fuzz targets `zkey`, `ptau` and `manifest`, and the same readers on beginnings and alterations of them. The targets in `fuzz/fuzz_targets` say
//! the same.
//!
//! Two of the seeds have secrets and were drawn once: `ptau/powers` and `zkey/contributed`. The others follow from them, and `REGENERATE=1` writes them.

use std::io::Cursor;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::{env, fs};

use ark_bn254::Fr;
use proptest::prelude::*;
use solvency_ceremony::{
    Beacon, Circuit, Manifest, Name, PowersOfTau, Required, RequiredBeacon, Silent, ZKeyClaims, apply_beacon,
    contribute, export_zkey, finalize, import_zkey, inspect_powers, inspect_zkey, new, ptau, verify_chain,
};
use solvency_circuits::builder::{Builder, Linear, Matrices};
use solvency_prover::keys::Circuit as ShapeCircuit;
use solvency_verifier::Shape;
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::groth16::Origin;

use crate::small::section;

/// `x₁ = u·v`, `x₂ = u + v`, `w = u·u`; x₃ and x₄ stand in no row.
fn matrices() -> Matrices {
    let mut builder = Builder::<true>::new(4);
    let public: Vec<_> = [(1, 42u64), (2, 13), (3, 11), (4, 12)]
        .map(|(place, value)| builder.public_input(place, Fr::from(value)))
        .to_vec();
    let [u, v, w] = [6u64, 7, 36].map(|value| builder.private(Fr::from(value)));
    builder.check("product");
    builder.enforce_product("tiny", &u, &v, &public[0]);
    builder.check("sum");
    builder.enforce_product("tiny", &u.plus(&v), &Linear::constant(Fr::from(1u64)), &public[1]);
    builder.check("square");
    builder.enforce_product("tiny", &u, &u, &w);
    builder.finish_with_matrices().0
}

fn circuit() -> &'static ShapeCircuit {
    static CIRCUIT: OnceLock<ShapeCircuit> = OnceLock::new();
    CIRCUIT.get_or_init(|| ShapeCircuit::new(Shape::CoverageFlat, matrices()))
}

fn beacon() -> Beacon {
    Beacon::new(vec![0x5e, 0xed], 10).unwrap()
}

/// Where a seed is.
fn place(target: &str, name: &str) -> PathBuf {
    PathBuf::from(format!("{}/../fuzz/corpus/{target}/{name}", env!("CARGO_MANIFEST_DIR")))
}

/// A seed that is drawn where it is not there.
fn drawn(target: &str, name: &str, draw: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    let path = place(target, name);
    if !path.exists() && env::var_os("REGENERATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, draw()).unwrap();
    }
    fs::read(path).unwrap()
}

struct Seed {
    target: &'static str,
    name: &'static str,
    bytes: Vec<u8>,
}

/// All seeds, those that are drawn as they are.
fn seeds() -> Vec<Seed> {
    let powers = drawn("ptau", "powers", || {
        let mut bytes = Vec::new();
        ptau::write_test_file(3, &mut bytes, &Silent).unwrap();
        bytes
    });
    let open = || PowersOfTau::open(Cursor::new(&powers), "powers").unwrap();
    let mut initial = Vec::new();
    new(&Circuit::of(circuit().matrices()), &mut open(), &mut initial, &Silent).unwrap();
    let contributed = drawn("zkey", "contributed", || {
        let mut bytes = Vec::new();
        let name = Some(Name::new("Anna").unwrap());
        contribute(Cursor::new(&initial), "initial", &mut bytes, name, b"", &Silent).unwrap();
        bytes
    });
    let mut ended = Vec::new();
    let name = Some(Name::new("beacon").unwrap());
    apply_beacon(Cursor::new(&contributed), "contributed", &mut ended, name, beacon(), &Silent).unwrap();
    let required = Required { contributions: 1, beacon: RequiredBeacon::Named(beacon()) };
    let made = finalize(circuit(), &mut open(), &mut Cursor::new(&ended), "ended", &required, 1, &Silent);
    let manifest = serde_json::to_vec_pretty(&made.unwrap().manifest).unwrap();
    vec![
        Seed { target: "ptau", name: "powers", bytes: powers.clone() },
        Seed { target: "zkey", name: "initial", bytes: initial },
        Seed { target: "zkey", name: "contributed", bytes: contributed },
        Seed { target: "zkey", name: "ended", bytes: ended },
        Seed { target: "manifest", name: "flat", bytes: manifest },
    ]
}

/// Whether the bytes were read; what must hold of them is asserted.
fn read(target: &str, bytes: &[u8]) -> bool {
    match target {
        "ptau" => read_powers(bytes),
        "zkey" => read_zkey(bytes),
        _ => read_manifest(bytes),
    }
}

/// All that is used of powers of tau is read, whatever they are.
fn read_powers(bytes: &[u8]) -> bool {
    let Ok(mut powers) = PowersOfTau::open(Cursor::new(bytes), "powers") else { return false };
    let claims = inspect_powers(&mut powers);
    let made = new(&Circuit::of(circuit().matrices()), &mut powers, &mut Vec::new(), &Silent);
    claims.is_ok() && made.is_ok()
}

/// The transcript is that of the bytes; what becomes a key, and that key's file, are the same key.
fn read_zkey(bytes: &[u8]) -> bool {
    let Ok(claims) = inspect_zkey(Cursor::new(bytes), "key") else { return false };
    let transcript = tagged_sha256("solvency.v1.ceremony", &[&bytes[section(bytes, 10)]]).0;
    assert_eq!(claims.transcript.transcript.0, transcript);
    if iterations(&claims) <= 1 << 10 {
        let required = Required { contributions: 1, beacon: RequiredBeacon::None };
        if let Ok(verified) = verify_chain(Cursor::new(bytes), "key", &required, &Silent) {
            assert_eq!(verified, claims.transcript);
        }
    }
    if let Ok(key) = import_zkey(circuit(), Cursor::new(bytes), "key", Origin::Development, 1) {
        let mut written = Vec::new();
        export_zkey(&key, circuit(), &mut written).unwrap();
        let back = import_zkey(circuit(), Cursor::new(&written), "key", Origin::Development, 1).unwrap();
        assert_eq!((back.id(), back.to_points().unwrap()), (key.id(), key.to_points().unwrap()));
    }
    true
}

fn iterations(claims: &ZKeyClaims) -> u64 {
    let beacons = claims.transcript.contributions.iter().filter_map(|one| one.beacon.as_ref());
    beacons.map(|beacon| 1u64 << beacon.iterations_log2).sum()
}

fn read_manifest(bytes: &[u8]) -> bool {
    let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) else { return false };
    let written = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(serde_json::from_slice::<Manifest>(&written).unwrap(), manifest);
    true
}

#[test]
fn seeds_are_the_committed_ones_and_are_read() {
    for Seed { target, name, bytes } in seeds() {
        let path = place(target, name);
        if env::var_os("REGENERATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        assert!(fs::read(&path).unwrap() == bytes, "{target}/{name}");
        assert!(read(target, &bytes), "{target}/{name}");
    }
    // They are what they say.
    let powers = fs::read(place("ptau", "powers")).unwrap();
    let mut powers = PowersOfTau::open(Cursor::new(powers), "powers").unwrap();
    assert!(ptau::verify(&mut powers, &Silent).unwrap().prepared);
}

#[test]
fn every_beginning_of_a_seed_is_refused() {
    for Seed { target, name, bytes } in seeds() {
        for length in 0..bytes.len() {
            assert!(!read(target, &bytes[..length]), "{target}/{name}: {length}");
        }
    }
}

/// Every number of a file in turn, as large as it can be: read or refused at once, whatever it counts. The other keys have no number that the ended one has not.
#[test]
fn hostile_numbers_are_read_or_refused() {
    for Seed { target, bytes, .. } in
        committed().into_iter().filter(|seed| ["powers", "ended"].contains(&seed.name))
    {
        for place in numbers(target, &bytes).into_iter().flatten() {
            for width in [1, 4, 8] {
                let mut hostile = bytes.clone();
                hostile[place..].iter_mut().take(width).for_each(|byte| *byte = 0xff);
                read(target, &hostile);
            }
        }
    }
}

/// Where a file's numbers are: its head, the heads of its sections, the sizes in its header, of a key the terms of section 4 without their values, and the contributions.
fn numbers(target: &str, bytes: &[u8]) -> Vec<Range<usize>> {
    let start = |number| section(bytes, number).start;
    let (sections, mut places): (Vec<u32>, _) = if target == "zkey" {
        let terms = section(bytes, 4);
        let heads = (terms.start + 4..terms.end).step_by(44).map(|term| term..term + 12);
        let places = [start(2)..start(2) + 84, terms.start..terms.start + 4, section(bytes, 10)];
        ((1..=10).collect(), heads.chain(places).collect())
    } else {
        ((1..=7).chain(12..=15).collect(), vec![section(bytes, 1), section(bytes, 7)])
    };
    places.push(0..12);
    places.extend(sections.into_iter().map(|number| start(number) - 12..start(number)));
    places
}

/// One alteration of bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, u8),
    Repeat(prop::sample::Index, u8),
    Move(prop::sample::Index, prop::sample::Index, u8),
}

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        let place = any::<prop::sample::Index>;
        prop_oneof![
            (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
            (place(), any::<u8>()).prop_map(|(at, length)| Change::Remove(at, length)),
            (place(), any::<u8>()).prop_map(|(at, length)| Change::Repeat(at, length)),
            (place(), place(), any::<u8>()).prop_map(|(from, to, length)| Change::Move(from, to, length)),
        ]
    }

    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let all = bytes.len();
        let range = |at: &prop::sample::Index, length: u8| {
            let start = at.index(all);
            start..all.min(start + usize::from(length))
        };
        match self {
            Change::Set(at, byte) => bytes[at.index(all)] = *byte,
            Change::Remove(at, length) => drop(bytes.drain(range(at, *length))),
            Change::Repeat(at, length) => {
                let range = range(at, *length);
                let copy = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, copy);
            }
            // Lengths stay as they are: points and numbers in the place of others.
            Change::Move(from, to, length) => {
                let (from, to) = (range(from, *length), range(to, *length));
                let length = from.len().min(to.len());
                bytes.copy_within(from.start..from.start + length, to.start);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn altered_seeds_are_read_or_refused(changes in prop::collection::vec(Change::any(), 1..4)) {
        for Seed { target, mut bytes, .. } in committed() {
            changes.iter().for_each(|change| change.apply(&mut bytes));
            read(target, &bytes);
        }
    }
}

/// The seeds as they stand there.
fn committed() -> Vec<Seed> {
    [
        ("ptau", "powers"),
        ("zkey", "initial"),
        ("zkey", "contributed"),
        ("zkey", "ended"),
        ("manifest", "flat"),
    ]
    .map(|(target, name)| Seed { target, name, bytes: fs::read(place(target, name)).unwrap() })
    .into()
}
