//! `fixtures/reject/groth16.json`: proofs and inputs with the outcome that each must have, on-chain and off.

use std::fs;
use std::path::PathBuf;

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use serde::{Deserialize, Serialize};
use solvency_contracts::root;
use solvency_prover::interop::{batch_contract_name, contract_name, evm::selector};
use solvency_verifier::encoding::{FieldError, bytes_from_hex, hex_string};
use solvency_verifier::groth16::{PointError, PreparedVerifyingKey, Proof, ProofError, verify};
use solvency_verifier::{CoveragePublic, FieldElement, Shape};

use crate::abi;
use crate::chain::{Chain, FORKS, Outcome};
use crate::test_keys::TestKey;

const SHAPE: Shape = Shape::CoverageFlat;

/// What becomes of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expect {
    Accepted,
    ProofRejected,
    PublicInputNotInField,
    CoordinateNotInField,
    PointAtInfinity,
    /// Off the curve or outside the subgroup: the precompile does not say which.
    PointRefused,
    WrongLength,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    expect: Expect,
    proof: String,
    inputs: Vec<String>,
}

struct Maker {
    proof: Vec<u8>,
    inputs: Vec<Vec<u8>>,
    vectors: Vec<Vector>,
}

impl Maker {
    fn add(&mut self, name: &str, expect: Expect, change: impl FnOnce(&mut Vec<u8>, &mut Vec<Vec<u8>>)) {
        let (mut proof, mut inputs) = (self.proof.clone(), self.inputs.clone());
        change(&mut proof, &mut inputs);
        self.vectors.push(Vector {
            name: name.into(),
            expect,
            proof: hex_string(&proof),
            inputs: inputs.iter().map(|input| hex_string(input)).collect(),
        });
    }
}

fn be(value: impl BigInteger) -> Vec<u8> {
    value.to_bytes_be()
}

fn negated(coordinate: &[u8]) -> Vec<u8> {
    be((-Fq::from_be_bytes_mod_order(coordinate)).into_bigint())
}

fn vectors() -> Vec<Vector> {
    let test_key = TestKey::load(SHAPE);
    let other = test_key.forge(&[Fr::from(9u64); 4]).to_bytes();
    let outside = (1u64..)
        .filter_map(|x| ark_bn254::G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let outside =
        [outside.x.c1, outside.x.c0, outside.y.c1, outside.y.c0].map(|c| be(c.into_bigint())).concat();
    let mut maker = Maker {
        proof: test_key.proof.to_bytes(),
        inputs: test_key.inputs.iter().map(|input| be(input.into_bigint())).collect(),
        vectors: Vec::new(),
    };
    maker.add("honest", Expect::Accepted, |_, _| ());
    maker.add("a_and_b_negated", Expect::Accepted, |proof, _| {
        for word in [1, 4, 5] {
            let opposite = negated(&proof[32 * word..][..32]);
            proof[32 * word..][..32].copy_from_slice(&opposite);
        }
    });
    maker.add("a_negated", Expect::ProofRejected, |proof, _| {
        let opposite = negated(&proof[32..64]);
        proof[32..64].copy_from_slice(&opposite);
    });
    maker.add("proof_of_other_inputs", Expect::ProofRejected, |proof, _| proof.copy_from_slice(&other));
    maker.add("inputs_exchanged", Expect::ProofRejected, |_, inputs| inputs.swap(0, 1));
    for position in 0..maker.inputs.len() {
        let input = Fr::from_be_bytes_mod_order(&maker.inputs[position]);
        let mut aliased = input.into_bigint();
        assert!(!aliased.add_with_carry(&Fr::MODULUS));
        let name = |what| format!("input_{position}_{what}");
        maker.add(&name("plus_one"), Expect::ProofRejected, |_, inputs| {
            inputs[position] = be((input + Fr::from(1u64)).into_bigint());
        });
        maker.add(&name("plus_modulus"), Expect::PublicInputNotInField, |_, inputs| {
            inputs[position] = be(aliased);
        });
        maker.add(&name("is_modulus"), Expect::PublicInputNotInField, |_, inputs| {
            inputs[position] = be(Fr::MODULUS);
        });
        maker.add(&name("is_modulus_minus_one"), Expect::ProofRejected, |_, inputs| {
            inputs[position] = be((-Fr::from(1u64)).into_bigint());
        });
    }
    for word in 0..8 {
        let name = format!("coordinate_{word}_is_modulus");
        maker.add(&name, Expect::CoordinateNotInField, |proof, _| {
            proof[32 * word..][..32].copy_from_slice(&be(Fq::MODULUS));
        });
    }
    for (name, range) in [("a", 0..64), ("b", 64..192), ("c", 192..256)] {
        let last = range.end - 1;
        maker.add(&format!("{name}_off_curve"), Expect::PointRefused, |proof, _| proof[last] ^= 1);
        maker.add(&format!("{name}_at_infinity"), Expect::PointAtInfinity, |proof, _| proof[range].fill(0));
    }
    maker.add("b_outside_subgroup", Expect::PointRefused, |proof, _| {
        proof[64..192].copy_from_slice(&outside);
    });
    maker.add("last_input_missing", Expect::WrongLength, |_, inputs| inputs.truncate(3));
    maker.add("proof_truncated", Expect::WrongLength, |proof, _| proof.truncate(255));
    maker.add("input_too_many", Expect::WrongLength, |_, inputs| inputs.push(vec![0; 32]));
    maker.vectors
}

/// What the verifier crate says.
fn off_chain(key: &PreparedVerifyingKey, vector: &Vector) -> Expect {
    let inputs: Result<Vec<_>, _> = vector.inputs.iter().map(|text| FieldElement::from_hex(text)).collect();
    let inputs = match inputs {
        Ok(inputs) => inputs,
        Err(FieldError::NotInField(_)) => return Expect::PublicInputNotInField,
        Err(other) => panic!("{other}"),
    };
    let Ok([pledge, valuation, requirement, context]) = <[FieldElement; 4]>::try_from(inputs) else {
        return Expect::WrongLength;
    };
    let proof = match Proof::from_hex(&vector.proof) {
        Ok(proof) => proof,
        Err(ProofError::Length { .. }) => return Expect::WrongLength,
        Err(ProofError::Hex(error)) => panic!("{error}"),
        Err(ProofError::Point { error, .. }) => {
            return match error {
                PointError::CoordinateNotInField { .. } => Expect::CoordinateNotInField,
                PointError::Infinity => Expect::PointAtInfinity,
                PointError::OffCurve | PointError::OutsideSubgroup => Expect::PointRefused,
            };
        }
    };
    let public = CoveragePublic { pledge, valuation, requirement, context };
    if verify(key, &public, &proof).is_ok() { Expect::Accepted } else { Expect::ProofRejected }
}

impl Expect {
    /// What the contract does: the precompiles don't say why they refuse a point.
    fn on_chain(self, input: Option<usize>) -> Outcome {
        let reverted =
            |signature, arguments: &[[u8; 32]]| Outcome::Reverted(abi::error(signature, arguments));
        match self {
            Expect::Accepted => Outcome::Returned(vec![]),
            Expect::ProofRejected => reverted("ProofInvalid()", &[]),
            Expect::PublicInputNotInField => {
                let input = input.expect("the vector has such an input") as u64;
                reverted("InputNotInField(uint256)", &[abi::number(input)])
            }
            Expect::CoordinateNotInField | Expect::PointAtInfinity | Expect::PointRefused => {
                reverted("PrecompileFailed()", &[])
            }
            Expect::WrongLength => reverted("WrongLength()", &[]),
        }
    }
}

fn path() -> PathBuf {
    root().join("../fixtures/reject/groth16.json")
}

#[test]
fn the_committed_vectors_are_those_of_the_test_key() {
    let text = serde_json::to_string_pretty(&vectors()).unwrap() + "\n";
    if std::env::var_os("REGENERATE").is_some() {
        fs::create_dir_all(path().parent().unwrap()).unwrap();
        fs::write(path(), text).unwrap();
    } else {
        assert!(fs::read_to_string(path()).unwrap_or_default() == text, "set REGENERATE=1");
    }
}

#[test]
fn every_vector_has_its_outcome_on_chain_and_off() {
    let vectors: Vec<Vector> = serde_json::from_slice(&fs::read(path()).unwrap()).unwrap();
    assert!(vectors.len() > 30);
    let key = PreparedVerifyingKey::new(TestKey::load(SHAPE).key);
    for vector in &vectors {
        assert_eq!(off_chain(&key, vector), vector.expect, "{} off-chain", vector.name);
    }
    for fork in FORKS {
        let mut chain = Chain::at(fork);
        let contracts =
            [contract_name(SHAPE), batch_contract_name(SHAPE)].map(|name| chain.deploy(&name, &[]));
        for vector in &vectors {
            let mut bytes = selector(4).to_vec();
            bytes.extend(bytes_from_hex(&vector.proof).unwrap());
            bytes.extend(vector.inputs.iter().flat_map(|input| bytes_from_hex(input).unwrap()));
            let first_refused = vector.inputs.iter().position(|text| FieldElement::from_hex(text).is_err());
            for contract in contracts {
                let outcome = chain.call(contract, bytes.clone());
                assert_eq!(outcome, vector.expect.on_chain(first_refused), "{} at {fork:?}", vector.name);
            }
        }
    }
}
