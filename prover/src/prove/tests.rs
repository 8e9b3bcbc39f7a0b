//! What happens when an engine errs: it is caught by the self-check, and the reference makes the proof.

use ark_ec::{AffineRepr, CurveGroup};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_circuits::builder::{Builder, Linear, Matrices};
use solvency_verifier::Shape;

use super::*;
use crate::groth16::{Evaluations, Key};

/// An engine that gets one point of every proof wrong.
struct Faulty {
    wrong: fn(&mut RawProof),
}

impl Engine for Faulty {
    fn name(&self) -> &'static str {
        "faulty"
    }

    fn prove(&self, key: Key<'_>, wires: &[Fr], evaluations: Evaluations, blinding: &Blinding) -> RawProof {
        let mut proof = Reference.prove(key, wires, evaluations, blinding);
        (self.wrong)(&mut proof);
        proof
    }
}

const FAULTS: [fn(&mut RawProof); 5] = [
    |proof| proof.a = -proof.a,
    |proof| proof.b = (proof.b + proof.b).into_affine(),
    |proof| proof.c = proof.a,
    // What is no proof at all: infinity, and a point that is not on the curve.
    |proof| proof.c = AffineRepr::zero(),
    |proof| proof.a.x = proof.a.y,
];

fn build() -> (Matrices, Assignment) {
    let mut builder = Builder::<true>::new(4);
    let [x, y] = [3u64, 5].map(|value| builder.private(Fr::from(value)));
    let public: Vec<_> = (1..=4).map(|index| builder.public_input(index, Fr::from(15u64))).collect();
    builder.enforce_product("tiny", &x, &y, &public[0]);
    builder.enforce_product("tiny", &public[1], &Linear::constant(Fr::from(1u64)), &public[0]);
    builder.finish_with_matrices()
}

fn circuit() -> Circuit {
    Circuit::new(Shape::CoverageFlat, build().0)
}

fn key(circuit: &Circuit) -> ProvingKey {
    ProvingKey::generate_development_from(circuit, 1, &mut StdRng::seed_from_u64(5)).unwrap()
}

#[test]
fn a_wrong_result_is_caught_counted_and_made_again_by_the_reference() {
    let (circuit, (_, assignment)) = (circuit(), build());
    let key = key(&circuit);
    for (position, wrong) in FAULTS.into_iter().enumerate() {
        let engines = Engines::on(Path::portable());
        let faulty = Faulty { wrong };
        let proof = engines.prove_with(&[&faulty, &Reference], &key, &circuit, &assignment);
        assert!(proof.is_ok(), "fault {position}: {proof:?}");
        assert_eq!(engines.fallbacks(), 1);

        // Without anybody to fall back on there is an error, never the wrong proof.
        let refused = engines.prove_with(&[&faulty], &key, &circuit, &assignment);
        let expected = matches!(refused, Err(ProveError::DoesNotVerify(_) | ProveError::Malformed(_)));
        assert!(expected, "fault {position}: {refused:?}");
    }
}

#[test]
fn a_proof_without_memory_is_not_begun() {
    let (circuit, (_, assignment)) = (circuit(), build());
    let key = key(&circuit);
    let mut engines = Engines::on(Path::portable());
    engines.available_memory = || Some(1);
    let refused = engines.prove(&key, &circuit, &assignment);
    assert!(
        matches!(refused, Err(ProveError::Memory(MemoryError::NotFree { available: 1, .. }))),
        "{refused:?}"
    );
    engines.available_memory = || None;
    assert!(engines.prove(&key, &circuit, &assignment).is_ok());
}

#[test]
fn a_right_result_is_not_made_again() {
    let (circuit, (_, assignment)) = (circuit(), build());
    let key = key(&circuit);
    for path in Path::all() {
        let engines = Engines::on(path);
        for _ in 0..3 {
            let _ = engines.prove(&key, &circuit, &assignment).unwrap();
        }
        assert_eq!(engines.fallbacks(), 0);
        assert_eq!(engines.name(), path.name());
    }
}
