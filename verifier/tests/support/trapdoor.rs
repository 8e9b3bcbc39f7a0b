//! Keys whose secrets the tests know, so that they can make proofs of anything without a circuit.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{Field, UniformRand};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_verifier::groth16::{Origin, PreparedVerifyingKey, Proof, VerifyingKey, VerifyingKeyPoints};
use solvency_verifier::{Bytes32, CoveragePublic, FieldElement, PublicInputs, Shape};

/// The secrets of a set-up.
pub(crate) struct Trapdoor {
    pub(crate) alpha: Fr,
    pub(crate) beta: Fr,
    pub(crate) gamma: Fr,
    pub(crate) delta: Fr,
    pub(crate) inputs: Vec<Fr>,
}

pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub(crate) fn g1(scalar: Fr) -> G1Affine {
    (G1Projective::generator() * scalar).into_affine()
}

pub(crate) fn g2(scalar: Fr) -> G2Affine {
    (G2Projective::generator() * scalar).into_affine()
}

impl Trapdoor {
    /// Uniform secrets for `shape`.
    pub(crate) fn new(shape: Shape, seed: u64) -> Self {
        let mut rng = rng(seed);
        let mut draw = || Fr::rand(&mut rng);
        Self {
            alpha: draw(),
            beta: draw(),
            gamma: draw(),
            delta: draw(),
            inputs: (0..=shape.public_input_count()).map(|_| draw()).collect(),
        }
    }

    pub(crate) fn points(&self) -> VerifyingKeyPoints {
        VerifyingKeyPoints {
            alpha: g1(self.alpha),
            beta: g2(self.beta),
            gamma: g2(self.gamma),
            delta: g2(self.delta),
            inputs: self.inputs.iter().map(|scalar| g1(*scalar)).collect(),
        }
    }

    /// `(A, B, C)` that satisfies the equation for `inputs`: `C = (a·b − α·β − γ·IC(x))/δ`.
    pub(crate) fn prove(&self, inputs: &[Fr], seed: u64) -> Proof {
        let mut rng = rng(seed);
        let (a, b) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let mut input = self.inputs[0];
        for (scalar, value) in self.inputs[1..].iter().zip(inputs) {
            input += *scalar * value;
        }
        let c = (a * b - self.alpha * self.beta - self.gamma * input) * self.delta.inverse().unwrap();
        Proof::new(g1(a), g2(b), g1(c)).unwrap()
    }
}

pub(crate) fn coverage_trapdoor() -> Trapdoor {
    Trapdoor::new(Shape::CoverageFlat, 1)
}

pub(crate) fn coverage_key(trapdoor: &Trapdoor) -> VerifyingKey {
    let matrices = Bytes32([7; 32]);
    VerifyingKey::new(Shape::CoverageFlat, matrices, Origin::Development, trapdoor.points()).unwrap()
}

pub(crate) fn prepared(trapdoor: &Trapdoor) -> PreparedVerifyingKey {
    PreparedVerifyingKey::new(coverage_key(trapdoor))
}

pub(crate) fn coverage(values: [u64; 4]) -> CoveragePublic {
    let [pledge, valuation, requirement, context] = values.map(|value| FieldElement(Fr::from(value)));
    CoveragePublic { pledge, valuation, requirement, context }
}

pub(crate) fn proof_of(trapdoor: &Trapdoor, public: &CoveragePublic, seed: u64) -> Proof {
    trapdoor.prove(&public.to_field_elements(), seed)
}

/// A point on the second curve that is not in the subgroup.
pub(crate) fn outside_subgroup() -> G2Affine {
    use ark_bn254::Fq2;
    (1u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}
