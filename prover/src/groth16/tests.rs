//! Every engine makes the proof that ark-groth16 makes of the same key, assignment and blinding.

use ark_bn254::Bn254;
use ark_ff::UniformRand;
use ark_groth16::Groth16;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_circuits::assignment;
use solvency_circuits::builder::{Assignment, Builder, Linear, Matrices, Replay};
use solvency_kernels::Path;
use solvency_verifier::{FieldElement, Shape};

use super::*;
use crate::measure::sample;

const SEED: u64 = 7;

/// `count` squarings of a secret, with a boolean wire that no row but its own uses after each: every size of domain.
fn squarings(count: usize) -> (Matrices, Assignment) {
    let mut builder = Builder::<true>::new(2);
    let secret = Fr::from(0x1234_5678_9abc_def1u64);
    let mut wire = builder.private(secret);
    for step in 0..count {
        wire = builder.product("square", &wire, &wire);
        let _ = builder.boolean("boolean", step % 3 == 0);
    }
    let public = builder.public_input(1, wire.value());
    builder.enforce_product("result", &wire, &Linear::constant(Fr::from(1u64)), &public);
    let other = builder.public_input(2, wire.value() * wire.value());
    builder.enforce_product("square of the result", &public, &public, &other);
    builder.finish_with_matrices()
}

fn blinding() -> Blinding {
    let mut rng = StdRng::seed_from_u64(99);
    Blinding { r: Fr::rand(&mut rng), s: Fr::rand(&mut rng) }
}

/// The key and the proof of ark-groth16 from the same randomness.
fn of_arkworks(matrices: &Matrices, assignment: &Assignment) -> (ark_groth16::VerifyingKey<Bn254>, RawProof) {
    let replay = Replay { matrices, assignment: None };
    let mut rng = StdRng::seed_from_u64(SEED);
    let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(replay, &mut rng).unwrap();
    let Blinding { r, s } = &blinding();
    let proof = Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
        &key,
        *r,
        *s,
        &matrices.rows,
        matrices.public_inputs + 1,
        matrices.constraints(),
        assignment.wires(),
    );
    (key.vk, proof.unwrap())
}

fn check(matrices: &Matrices, assignment: &Assignment, levels: &[usize]) {
    let (verifying, proof) = of_arkworks(matrices, assignment);
    let rows = Rows::of(matrices);
    for levels in levels {
        let mut rng = StdRng::seed_from_u64(SEED);
        let (points, columns) = set_up(&rows, &matrices.boolean_wires, *levels, &mut rng).unwrap();
        assert_eq!(points.inputs, verifying.gamma_abc_g1);
        let (second, of_arkworks) = (
            [points.beta, points.gamma, points.delta],
            [verifying.beta_g2, verifying.gamma_g2, verifying.delta_g2],
        );
        assert_eq!((points.alpha, second), (verifying.alpha_g1, of_arkworks));
        let key = Key { columns: &columns, verifying: &points };
        let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(Reference)];
        for path in Path::all() {
            engines.push(Box::new(Accelerated::new(path)));
        }
        for engine in engines {
            // Twice: the second proof finds buffers that were used.
            for _ in 0..2 {
                let evaluations = rows.evaluate(assignment.wires()).ok().unwrap();
                let made = engine.prove(key, assignment.wires(), evaluations, &blinding());
                assert!(made == proof, "{} with {levels} levels, domain {}", engine.name(), rows.domain());
            }
        }
    }
}

#[test]
fn small_circuits_of_every_domain_give_arkworks_proofs() {
    for count in [0, 1, 2, 3, 6, 14, 30, 61, 62, 200] {
        let (matrices, assignment) = squarings(count);
        check(&matrices, &assignment, &[1, 3]);
    }
}

#[test]
fn coverage_gives_arkworks_proofs_with_and_without_tables() {
    let shape = Shape::CoverageFlat;
    let assignment = assignment(shape, &sample(shape), FieldElement(Fr::from(7u64))).unwrap();
    check(&solvency_circuits::matrices(shape), &assignment, &[1, 4, 32]);
}

#[test]
fn a_row_that_does_not_hold_is_found_wherever_it_is() {
    let (matrices, honest) = squarings(700);
    let rows = Rows::of(&matrices);
    assert!(rows.evaluate(honest.wires()).is_ok());
    // Private wires: the secret, then a square and a boolean in turns. Square `k` is made by row `2k`.
    for step in [0usize, 1, 127, 128, 255, 256, 699] {
        let mut wires = honest.wires().to_vec();
        wires[4 + 2 * step] += Fr::from(1u64);
        assert_eq!(rows.evaluate(&wires).err(), Some(2 * step));
        let mut wires = honest.wires().to_vec();
        wires[5 + 2 * step] += Fr::from(2u64);
        assert_eq!(rows.evaluate(&wires).err(), Some(2 * step + 1));
    }
}

fn path() -> Path {
    Path::chosen().unwrap()
}

/// Other tools' points, and back: the same key, whose proofs are arkworks' own.
#[test]
fn plain_points_and_back_are_the_same_key() {
    for count in [0, 3, 6, 61] {
        let (matrices, _) = squarings(count);
        let rows = Rows::of(&matrices);
        let (_, columns) = set_up(&rows, &matrices.boolean_wires, 3, &mut StdRng::seed_from_u64(7)).unwrap();
        let plain = PlainPoints::of(Path::portable(), &rows, &columns).unwrap();
        // arkworks has L without anything of the quotient.
        let replay = Replay { matrices: &matrices, assignment: None };
        let mut rng = StdRng::seed_from_u64(7);
        let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(replay, &mut rng).unwrap();
        assert_eq!(plain.l, key.l_query);
        assert_eq!(
            (&plain.a, &plain.b_first, &plain.b_second),
            (&key.a_query, &key.b_g1_query, &key.b_g2_query)
        );
        let back = plain.clone().columns(path(), &rows, &matrices.boolean_wires, 3).unwrap();
        assert_eq!(PlainPoints::of(path(), &rows, &back).unwrap(), plain);
        let owned = |columns: &Columns| {
            let owned = sections::Owned::of(&rows, columns);
            sections::write(&rows, columns, &owned).map(<[u8]>::to_vec)
        };
        assert!(owned(&back) == owned(&columns));
    }
}

#[test]
fn plain_points_of_another_size_are_no_key() {
    let (matrices, _) = squarings(3);
    let rows = Rows::of(&matrices);
    let (_, columns) = set_up(&rows, &matrices.boolean_wires, 1, &mut StdRng::seed_from_u64(7)).unwrap();
    let plain = PlainPoints::of(Path::portable(), &rows, &columns).unwrap();
    let columns = |change: fn(&mut PlainPoints)| {
        let mut changed = plain.clone();
        change(&mut changed);
        changed.columns(path(), &rows, &matrices.boolean_wires, 1).is_some()
    };
    assert!(columns(|_| ()));
    assert!(!columns(|points| points.a.truncate(points.a.len() - 1)));
    assert!(!columns(|points| points.b_first.truncate(points.b_first.len() - 1)));
    assert!(!columns(|points| points.b_second.truncate(points.b_second.len() - 1)));
    assert!(!columns(|points| points.l.truncate(points.l.len() - 1)));
    assert!(!columns(|points| points.quotient.truncate(points.quotient.len() - 1)));
    assert!(!columns(|points| points.quotient[1] = ark_bn254::G1Affine::default()));
}
