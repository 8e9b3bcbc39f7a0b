//! A circuit of a few rows, powers of tau of 2^5, and keys of a ceremony over them.

use std::io::Cursor;
use std::sync::OnceLock;

use ark_bn254::Fr;
use solvency_ceremony::{
    Beacon, CeremonyError, Circuit, Name, PowersOfTau, Refusal, Required, RequiredBeacon, Silent, Verified,
    apply_beacon, contribute, new, ptau, verify,
};
use solvency_circuits::builder::{Assignment, Builder, Linear, Matrices};
use solvency_prover::keys::Circuit as ShapeCircuit;
use solvency_verifier::Shape;

pub(crate) const POWER: u32 = 5;
pub(crate) const PARTICIPANTS: usize = 3;

/// `x₁ = u·v`, `x₂ = u + v`, squares of u; two public inputs are in no row, as a statement's context is. `factor` changes the matrices.
pub(crate) fn build(factor: u64) -> (Matrices, Assignment) {
    let mut builder = Builder::<true>::new(4);
    let public: Vec<_> = [(1, 42u64), (2, 13 * factor), (3, 11), (4, 12)]
        .map(|(place, value)| builder.public_input(place, Fr::from(value)))
        .to_vec();
    let [u, v] = [6u64, 7].map(|value| builder.private(Fr::from(value)));
    builder.check("product");
    builder.enforce_product("small", &u, &v, &public[0]);
    builder.check("sum");
    builder.enforce_product("small", &u.plus(&v), &Linear::constant(Fr::from(factor)), &public[1]);
    builder.check("squares");
    let mut square = u;
    for step in 0..8 {
        square = builder.product("small", &square, &square);
        let _ = builder.boolean("small", step % 2 == 0);
    }
    builder.finish_with_matrices()
}

pub(crate) fn matrices() -> &'static Matrices {
    static MATRICES: OnceLock<Matrices> = OnceLock::new();
    MATRICES.get_or_init(|| build(1).0)
}

pub(crate) fn shape_circuit() -> ShapeCircuit {
    ShapeCircuit::new(Shape::CoverageFlat, build(1).0)
}

pub(crate) fn powers_bytes() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(other_powers)
}

/// Powers of another τ each time.
pub(crate) fn other_powers() -> Vec<u8> {
    let mut bytes = Vec::new();
    ptau::write_test_file(POWER, &mut bytes, &Silent).unwrap();
    bytes
}

pub(crate) type Powers<'a> = PowersOfTau<Cursor<&'a [u8]>>;

pub(crate) fn powers(bytes: &[u8]) -> Powers<'_> {
    PowersOfTau::open(Cursor::new(bytes), "powers").unwrap()
}

pub(crate) fn beacon() -> Beacon {
    Beacon::new(vec![1, 2, 3, 4], 10).unwrap()
}

/// The key before any contribution.
pub(crate) fn initial(matrices: &Matrices) -> Vec<u8> {
    let mut bytes = Vec::new();
    new(&Circuit::of(matrices), &mut powers(powers_bytes()), &mut bytes, &Silent).unwrap();
    bytes
}

pub(crate) fn contributed(old: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let name = Some(Name::new(name).unwrap());
    contribute(Cursor::new(old), "old", &mut bytes, name, b"typed", &Silent).unwrap();
    bytes
}

pub(crate) fn with_beacon(old: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    apply_beacon(Cursor::new(old), "old", &mut bytes, None, beacon(), &Silent).unwrap();
    bytes
}

/// All keys of a ceremony: before, after each participant, after the beacon.
pub(crate) fn ceremony() -> &'static [Vec<u8>] {
    static KEYS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut keys = vec![initial(matrices())];
        for name in ["Anna", "Bob", "Carl"] {
            keys.push(contributed(keys.last().unwrap(), name));
        }
        keys.push(with_beacon(keys.last().unwrap()));
        keys
    })
}

pub(crate) fn last() -> Vec<u8> {
    ceremony().last().unwrap().clone()
}

pub(crate) fn required() -> Required {
    Required { contributions: PARTICIPANTS, beacon: RequiredBeacon::Named(beacon()) }
}

pub(crate) fn check_with(
    matrices: &Matrices,
    powers_bytes: &[u8],
    key: &[u8],
    required: &Required,
) -> Result<Verified, CeremonyError> {
    let mut powers = PowersOfTau::open(Cursor::new(powers_bytes), "powers")?;
    verify(&Circuit::of(matrices), &mut powers, Cursor::new(key), "key", required, &Silent)
}

pub(crate) fn check(key: &[u8]) -> Result<Verified, CeremonyError> {
    check_with(matrices(), powers_bytes(), key, &required())
}

pub(crate) fn refusal<T: core::fmt::Debug>(result: Result<T, CeremonyError>) -> Refusal {
    match result {
        Err(CeremonyError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Where each section's content is, by number.
pub(crate) fn section(bytes: &[u8], number: u32) -> core::ops::Range<usize> {
    let mut at = 12;
    loop {
        let id = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let length = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
        if id == number {
            return at + 12..at + 12 + length;
        }
        at += 12 + length;
    }
}

/// The file with another content in a section.
pub(crate) fn with_section(bytes: &[u8], number: u32, content: &[u8]) -> Vec<u8> {
    let range = section(bytes, number);
    let mut out = bytes[..range.start - 8].to_vec();
    out.extend((content.len() as u64).to_le_bytes());
    out.extend_from_slice(content);
    out.extend_from_slice(&bytes[range.end..]);
    out
}

/// Where contributions are in section 10: their places in the file, by number from zero.
pub(crate) fn contributions(key: &[u8]) -> Vec<core::ops::Range<usize>> {
    let range = section(key, 10);
    let mut at = range.start + 68;
    let mut found = Vec::new();
    while at < range.end {
        let length = u32::from_le_bytes(key[at + 388..at + 392].try_into().unwrap()) as usize;
        found.push(at..at + 392 + length);
        at += 392 + length;
    }
    found
}

/// Whether a byte is part of a name, which nothing covers.
pub(crate) fn is_name(key: &[u8], at: usize) -> bool {
    contributions(key)
        .iter()
        .any(|range| (range.start + 394..range.end).contains(&at) && key[range.start + 384] == 0)
}
