//! arkworks' own Groth16 as a second opinion: its proofs are accepted, and its verifier reaches the same verdicts.

use ark_bn254::{Bn254, Fr};
use ark_ff::UniformRand;
use ark_groth16::{Groth16, prepare_verifying_key};
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, Result as R1csResult};
use ark_relations::lc;
use solvency_verifier::groth16::{
    Origin, PreparedVerifyingKey, Proof, VerifyError, VerifyingKey, VerifyingKeyPoints, verify,
};
use solvency_verifier::{Bytes32, Shape};

use crate::trapdoor::{coverage, rng};

/// `x₀ = a·b`, `x₁ = a + b`; `x₂` and `x₃` are free, as a context is.
#[derive(Clone, Copy)]
struct ProductAndSum {
    a: u64,
    b: u64,
    free: [u64; 2],
}

impl ConstraintSynthesizer<Fr> for ProductAndSum {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> R1csResult<()> {
        let product = cs.new_input_variable(|| Ok(Fr::from(self.a * self.b)))?;
        let sum = cs.new_input_variable(|| Ok(Fr::from(self.a + self.b)))?;
        for value in self.free {
            let _free = cs.new_input_variable(|| Ok(Fr::from(value)))?;
        }
        let a = cs.new_witness_variable(|| Ok(Fr::from(self.a)))?;
        let b = cs.new_witness_variable(|| Ok(Fr::from(self.b)))?;
        let one = ark_relations::gr1cs::Variable::one();
        cs.enforce_r1cs_constraint(|| lc!() + a, || lc!() + b, || lc!() + product)?;
        cs.enforce_r1cs_constraint(|| lc!() + a + b, || lc!() + one, || lc!() + sum)
    }
}

pub(crate) fn arkworks_key(points: &VerifyingKeyPoints) -> ark_groth16::VerifyingKey<Bn254> {
    ark_groth16::VerifyingKey {
        alpha_g1: points.alpha,
        beta_g2: points.beta,
        gamma_g2: points.gamma,
        delta_g2: points.delta,
        gamma_abc_g1: points.inputs.clone(),
    }
}

pub(crate) fn arkworks_accepts(points: &VerifyingKeyPoints, proof: &Proof, inputs: &[Fr]) -> bool {
    let proof = ark_groth16::Proof { a: *proof.a(), b: *proof.b(), c: *proof.c() };
    Groth16::<Bn254>::verify_proof(&prepare_verifying_key(&arkworks_key(points)), &proof, inputs).unwrap()
}

#[test]
fn a_proof_made_by_arkworks_is_accepted_and_both_verifiers_agree() {
    let mut rng = rng(42);
    let circuit = ProductAndSum { a: 6, b: 7, free: [11, 12] };
    let proving = Groth16::<Bn254>::generate_random_parameters_with_reduction(circuit, &mut rng).unwrap();
    let points = VerifyingKeyPoints {
        alpha: proving.vk.alpha_g1,
        beta: proving.vk.beta_g2,
        gamma: proving.vk.gamma_g2,
        delta: proving.vk.delta_g2,
        inputs: proving.vk.gamma_abc_g1.clone(),
    };
    let key = VerifyingKey::new(Shape::CoverageFlat, Bytes32([7; 32]), Origin::Development, points.clone())
        .unwrap();
    let key = PreparedVerifyingKey::new(key);
    let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    let proof = Groth16::<Bn254>::create_proof_with_reduction(circuit, &proving, r, s).unwrap();
    let proof = Proof::new(proof.a, proof.b, proof.c).unwrap();

    assert!(verify(&key, &coverage([42, 13, 11, 12]), &proof).is_ok());
    let refused = Err(VerifyError::Rejected { key: key.id() });
    for values in [[41, 13, 11, 12], [42, 14, 11, 12], [42, 13, 0, 12], [42, 13, 11, 0]] {
        assert!(!arkworks_accepts(&points, &proof, &values.map(Fr::from)));
        assert_eq!(verify(&key, &coverage(values), &proof), refused);
    }
}
