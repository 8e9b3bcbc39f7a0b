//! Thousands of altered proofs and inputs: the verifier crate and the contract say the same of each.
//!
//! It does not show that both are right where they agree; the vectors of `reject.rs` say what is right.

use std::collections::BTreeMap;

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, Field, PrimeField, UniformRand};
use ark_std::rand::rngs::StdRng;
use ark_std::rand::{Rng, SeedableRng};
use solvency_prover::interop::contract_name;
use solvency_prover::interop::evm::selector;
use solvency_verifier::groth16::{PreparedVerifyingKey, Proof, verify};
use solvency_verifier::{CoveragePublic, FieldElement, Shape};

use crate::abi;
use crate::chain::{Chain, Outcome};
use crate::test_keys::TestKey;

const SHAPE: Shape = Shape::CoverageFlat;
const CASES: usize = 10_000;

/// What both verifiers can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Accepted,
    ProofInvalid,
    InputNotInField(usize),
    /// The crate knows why, the precompiles don't say.
    PointRefused,
    WrongLength,
}

/// How a case was made; each has to come to the verdicts that it can come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    None,
    AAndBNegated,
    Rerandomised,
    AnotherInput,
    InputsExchanged,
    InputPlusModulus,
    InputAnyWord,
    AnotherPoint,
    PointNegated,
    PointsExchanged,
    CoordinatePlusModulus,
    CoordinateAnyWord,
    CoordinatesExchanged,
    BOutsideSubgroup,
    Infinity,
    BitOfProof,
    BitOfInputs,
    Length,
}

const CHANGES: [Change; 18] = [
    Change::None,
    Change::AAndBNegated,
    Change::Rerandomised,
    Change::AnotherInput,
    Change::InputsExchanged,
    Change::InputPlusModulus,
    Change::InputAnyWord,
    Change::AnotherPoint,
    Change::PointNegated,
    Change::PointsExchanged,
    Change::CoordinatePlusModulus,
    Change::CoordinateAnyWord,
    Change::CoordinatesExchanged,
    Change::BOutsideSubgroup,
    Change::Infinity,
    Change::BitOfProof,
    Change::BitOfInputs,
    Change::Length,
];

struct Maker {
    test_key: TestKey,
    rng: StdRng,
}

fn word(value: impl PrimeField) -> [u8; 32] {
    value.into_bigint().to_bytes_be().try_into().unwrap()
}

fn swap(bytes: &mut [u8], first: usize, second: usize, length: usize) {
    for i in 0..length {
        bytes.swap(first + i, second + i);
    }
}

fn put_g1(bytes: &mut [u8], point: G1Affine) {
    bytes[..32].copy_from_slice(&word(point.x));
    bytes[32..64].copy_from_slice(&word(point.y));
}

fn put_g2(bytes: &mut [u8], point: G2Affine) {
    for (at, coordinate) in [point.x.c1, point.x.c0, point.y.c1, point.y.c0].into_iter().enumerate() {
        bytes[32 * at..32 * at + 32].copy_from_slice(&word(coordinate));
    }
}

impl Maker {
    /// A proof that holds, or another one of the same inputs.
    fn honest(&mut self, change: Change) -> (Proof, Vec<Fr>) {
        let inputs: Vec<Fr> = (0..SHAPE.public_input_count()).map(|_| Fr::rand(&mut self.rng)).collect();
        let proof = self.test_key.forge_with(Fr::rand(&mut self.rng), Fr::rand(&mut self.rng), &inputs);
        let (a, b, c) = (*proof.a(), *proof.b(), *proof.c());
        let proof = match change {
            Change::AAndBNegated => Proof::new(-a, -b, c),
            // (A/r, r·B + r·s·δ, C + s·A): all that anybody can do without the witness.
            Change::Rerandomised => {
                let (r, s) = (Fr::rand(&mut self.rng), Fr::rand(&mut self.rng));
                let delta = self.test_key.key.points().delta;
                let b = b * r + delta * (r * s);
                Proof::new((a * r.inverse().unwrap()).into(), b.into(), (c + a * s).into())
            }
            _ => Ok(proof),
        };
        (proof.unwrap(), inputs)
    }

    fn case(&mut self, change: Change) -> Vec<u8> {
        let (proof, inputs) = self.honest(change);
        let mut bytes = proof.to_bytes();
        bytes.extend(inputs.iter().flat_map(|input| word(*input)));
        let rng = &mut self.rng;
        let input = 256 + 32 * rng.gen_range(0..inputs.len());
        let coordinate = 32 * rng.gen_range(0..8);
        match change {
            Change::None | Change::AAndBNegated | Change::Rerandomised => {}
            Change::AnotherInput => bytes[input..input + 32].copy_from_slice(&word(Fr::rand(rng))),
            Change::InputsExchanged => swap(&mut bytes, 256, 256 + 32 * rng.gen_range(1..inputs.len()), 32),
            Change::InputPlusModulus => {
                let mut value = Fr::from_be_bytes_mod_order(&bytes[input..input + 32]).into_bigint();
                for _ in 0..rng.gen_range(1..=4) {
                    assert!(!value.add_with_carry(&Fr::MODULUS));
                }
                bytes[input..input + 32].copy_from_slice(&value.to_bytes_be());
            }
            Change::InputAnyWord => rng.fill(&mut bytes[input..input + 32]),
            Change::AnotherPoint => match rng.gen_range(0..3) {
                0 => put_g1(&mut bytes, G1Affine::rand(rng)),
                1 => put_g2(&mut bytes[64..], G2Affine::rand(rng)),
                _ => put_g1(&mut bytes[192..], G1Affine::rand(rng)),
            },
            Change::PointNegated => match rng.gen_range(0..3) {
                0 => put_g1(&mut bytes, -*proof.a()),
                1 => put_g2(&mut bytes[64..], -*proof.b()),
                _ => put_g1(&mut bytes[192..], -*proof.c()),
            },
            Change::PointsExchanged => swap(&mut bytes, 0, 192, 64),
            Change::CoordinatePlusModulus => {
                let mut value =
                    Fq::from_be_bytes_mod_order(&bytes[coordinate..coordinate + 32]).into_bigint();
                for _ in 0..rng.gen_range(1..=4) {
                    assert!(!value.add_with_carry(&Fq::MODULUS));
                }
                bytes[coordinate..coordinate + 32].copy_from_slice(&value.to_bytes_be());
            }
            Change::CoordinateAnyWord => rng.fill(&mut bytes[coordinate..coordinate + 32]),
            Change::CoordinatesExchanged => {
                let (first, second) =
                    [(0, 32), (64, 96), (128, 160), (64, 128), (192, 224)][rng.gen_range(0..5)];
                swap(&mut bytes, first, second, 32);
            }
            Change::BOutsideSubgroup => {
                let outside = std::iter::repeat_with(|| Fq::rand(rng))
                    .filter_map(|x| G2Affine::get_point_from_x_unchecked(ark_bn254::Fq2::new(x, x), false))
                    .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
                    .unwrap();
                put_g2(&mut bytes[64..], outside);
            }
            Change::Infinity => {
                let range = [0..64, 64..192, 192..256][rng.gen_range(0..3)].clone();
                bytes[range].fill(0);
            }
            Change::BitOfProof => bytes[rng.gen_range(0..256)] ^= 1 << rng.gen_range(0..8),
            Change::BitOfInputs => {
                let at = rng.gen_range(256..bytes.len());
                bytes[at] ^= 1 << rng.gen_range(0..8);
            }
            Change::Length => {
                let length =
                    [bytes.len() - 1, bytes.len() + 1, rng.gen_range(0..bytes.len()), bytes.len() + 32];
                bytes.resize(length[rng.gen_range(0..4)], 0);
            }
        }
        bytes
    }
}

/// By the verifier crate, in the contract's order: length, inputs, points, equation.
fn off_chain(key: &PreparedVerifyingKey, bytes: &[u8]) -> Verdict {
    let count = SHAPE.public_input_count();
    if bytes.len() != Proof::BYTES + 32 * count {
        return Verdict::WrongLength;
    }
    let (proof, inputs) = bytes.split_at(Proof::BYTES);
    let mut elements = Vec::new();
    for (index, word) in inputs.as_chunks::<32>().0.iter().enumerate() {
        match FieldElement::from_be_bytes(word) {
            Ok(element) => elements.push(element),
            Err(_) => return Verdict::InputNotInField(index),
        }
    }
    let Ok(proof) = Proof::from_bytes(proof) else { return Verdict::PointRefused };
    let [pledge, valuation, requirement, context] = elements.try_into().unwrap();
    let public = CoveragePublic { pledge, valuation, requirement, context };
    if verify(key, &public, &proof).is_ok() { Verdict::Accepted } else { Verdict::ProofInvalid }
}

fn on_chain(outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Returned(data) if data.is_empty() => Verdict::Accepted,
        Outcome::Reverted(data) if *data == abi::error("ProofInvalid()", &[]) => Verdict::ProofInvalid,
        Outcome::Reverted(data) if *data == abi::error("PrecompileFailed()", &[]) => Verdict::PointRefused,
        Outcome::Reverted(data) if *data == abi::error("WrongLength()", &[]) => Verdict::WrongLength,
        Outcome::Reverted(data) if data.starts_with(&abi::selector("InputNotInField(uint256)")) => {
            assert_eq!(data.len(), 36);
            Verdict::InputNotInField(usize::from(data[35]))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "takes minutes: run with the feature `heavy`")]
fn heavy_ten_thousand_altered_calls_have_the_same_verdict_on_chain_and_off() {
    let mut maker = Maker { test_key: TestKey::load(SHAPE), rng: StdRng::seed_from_u64(0x50_1e_4c_59) };
    let key = PreparedVerifyingKey::new(maker.test_key.key.clone());
    let mut chain = Chain::new();
    let address = chain.deploy(&contract_name(SHAPE), &[]);
    let mut counts: BTreeMap<(Change, Verdict), usize> = BTreeMap::new();
    for index in 0..CASES {
        let change = CHANGES[index % CHANGES.len()];
        let bytes = maker.case(change);
        let expected = off_chain(&key, &bytes);
        let outcome = chain.call(address, [&selector(SHAPE.public_input_count())[..], &bytes].concat());
        assert_eq!(on_chain(&outcome), expected, "case {index}, {change:?}: {bytes:02x?}");
        *counts.entry((change, expected)).or_default() += 1;
    }
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for ((change, verdict), count) in &counts {
        println!("{change:?}: {verdict:?} {count}");
        *verdicts.entry(*verdict).or_default() += count;
    }
    println!("{verdicts:?}");
    let mut all = vec![Verdict::Accepted, Verdict::ProofInvalid, Verdict::PointRefused, Verdict::WrongLength];
    all.extend((0..SHAPE.public_input_count()).map(Verdict::InputNotInField));
    for verdict in all {
        assert!(verdicts.get(&verdict).is_some_and(|count| *count >= 100), "{verdict:?}: too few");
    }
    // Who changes nothing that counts is accepted, who changes what counts is not.
    let accepted = [Change::None, Change::AAndBNegated, Change::Rerandomised];
    for change in CHANGES {
        let of = |verdict| counts.get(&(change, verdict)).copied().unwrap_or_default();
        let all: usize = counts.iter().filter(|((made, _), _)| *made == change).map(|(_, count)| count).sum();
        assert_eq!(of(Verdict::Accepted), if accepted.contains(&change) { all } else { 0 }, "{change:?}");
    }
}
