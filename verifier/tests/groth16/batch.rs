//! Batches: one wrong proof spoils the batch, and the batch says which.

use ark_bn254::{Bn254, G1Projective};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use solvency_verifier::groth16::{
    Batch, BatchError, PreparedVerifyingKey, Proof, Verified, VerifyError, verify, verify_with,
};
use solvency_verifier::{CoveragePublic, Shape};

use crate::accelerators::{Loops, Nonsense, Right};
use crate::trapdoor::{Trapdoor, coverage, coverage_trapdoor, g1, prepared, proof_of};

/// What a batch comes to, which is the same with an accelerator.
fn verified(items: &[(&PreparedVerifyingKey, CoveragePublic, Proof)]) -> Result<Vec<Verified>, BatchError> {
    let alone = batch_of(items).verify();
    assert_eq!(batch_of(items).verify_with(&Right), alone);
    alone
}

fn rejected(failed: &[usize]) -> Result<Vec<Verified>, BatchError> {
    Err(BatchError::Rejected { failed: failed.to_vec() })
}

fn batch_of<'a>(items: &'a [(&'a PreparedVerifyingKey, CoveragePublic, Proof)]) -> Batch<'a> {
    let mut batch = Batch::new();
    for (position, (key, public, proof)) in items.iter().enumerate() {
        assert_eq!(batch.push(key, public, proof), Ok(position));
    }
    batch
}

#[test]
fn proofs_under_several_keys_are_accepted_together() {
    let (one, two) = (coverage_trapdoor(), Trapdoor::new(Shape::CoverageFlat, 2));
    let keys = [prepared(&one), prepared(&two)];
    let items: Vec<_> = (0..7u64)
        .map(|i| {
            let public = coverage([i, i + 1, i + 2, i + 3]);
            let (key, trapdoor) = if i % 3 == 0 { (&keys[0], &one) } else { (&keys[1], &two) };
            let proof = proof_of(trapdoor, &public, i);
            (key, public, proof)
        })
        .collect();
    let verified = verified(&items).unwrap();
    let ids: Vec<_> = verified.iter().map(|verified| verified.key).collect();
    let expected: Vec<_> = items.iter().map(|(key, ..)| key.id()).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_single_proof_is_a_batch_and_no_proof_is_none() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let public = coverage([1, 2, 3, 4]);
    let items = [(&key, public.clone(), proof_of(&trapdoor, &public, 1))];
    assert_eq!(verified(&items).unwrap().len(), 1);
    assert_eq!(Batch::new().verify(), Err(BatchError::Empty));
    assert_eq!(Batch::new().verify_with(&Right), Err(BatchError::Empty));
}

#[test]
fn the_positions_of_wrong_proofs_are_named() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let mut items: Vec<_> = (0..6u64)
        .map(|i| {
            let public = coverage([i, 2, 3, 4]);
            let proof = proof_of(&trapdoor, &public, i);
            (&key, public, proof)
        })
        .collect();
    items[1].1.context.0 += ark_bn254::Fr::from(1u64);
    items[4].1.pledge.0 += ark_bn254::Fr::from(1u64);
    assert_eq!(verified(&items), rejected(&[1, 4]));
}

#[test]
fn a_proof_under_the_wrong_key_of_the_batch_is_refused() {
    let (one, two) = (coverage_trapdoor(), Trapdoor::new(Shape::CoverageFlat, 2));
    let keys = [prepared(&one), prepared(&two)];
    let public = coverage([1, 2, 3, 4]);
    let items = [
        (&keys[0], public.clone(), proof_of(&two, &public, 1)),
        (&keys[1], public.clone(), proof_of(&one, &public, 1)),
    ];
    assert_eq!(verified(&items), rejected(&[0, 1]));
}

/// Add a point to one proof's C and take it off another's: the errors cancel in a plain sum. Only weights that the forger doesn't
/// know when choosing the proofs tell them apart.
#[test]
fn two_wrong_proofs_that_cancel_with_equal_weights_are_refused() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let publics = [coverage([1, 2, 3, 4]), coverage([5, 6, 7, 8])];
    let honest = [proof_of(&trapdoor, &publics[0], 1), proof_of(&trapdoor, &publics[1], 2)];
    let shift = g1(ark_bn254::Fr::from(77u64));
    let wrong = [
        Proof::new(*honest[0].a(), *honest[0].b(), (*honest[0].c() + shift).into_affine()).unwrap(),
        Proof::new(*honest[1].a(), *honest[1].b(), (honest[1].c().into_group() - shift).into_affine())
            .unwrap(),
    ];
    for (public, proof) in publics.iter().zip(&wrong) {
        assert_eq!(verify(&key, public, proof), Err(VerifyError::Rejected { key: key.id() }));
    }
    // With weights 1 and 1 the C's add up to what they should: the whole sum can't tell.
    let sum = |proofs: &[Proof]| proofs.iter().map(|proof| proof.c().into_group()).sum::<G1Projective>();
    assert_eq!(sum(&wrong), sum(&honest));
    let delta = key.key().points().delta;
    assert_eq!(Bn254::pairing(sum(&wrong), delta), Bn254::pairing(sum(&honest), delta));

    let [first, second] = publics;
    let [wrong_first, wrong_second] = wrong;
    let items = [(&key, first, wrong_first), (&key, second, wrong_second)];
    assert_eq!(verified(&items), rejected(&[0, 1]));
}

#[test]
fn the_same_wrong_proof_twice_with_opposite_signs_is_refused() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let public = coverage([1, 2, 3, 4]);
    let proof = proof_of(&trapdoor, &public, 1);
    let negated = Proof::new(-*proof.a(), *proof.b(), -*proof.c()).unwrap();
    let items = [(&key, public.clone(), negated), (&key, public.clone(), proof)];
    assert_eq!(verified(&items), rejected(&[0]));
}

#[test]
fn inputs_that_do_not_fit_the_key_are_refused_when_added() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let public = coverage([1, 2, 3, 4]);
    let proof = proof_of(&trapdoor, &public, 1);
    let allocation = solvency_verifier::AllocationPublic {
        sources: vec![public.pledge],
        outputs: vec![public.valuation, public.requirement],
        context: public.context,
    };
    let mut batch = Batch::new();
    assert!(matches!(batch.push(&key, &allocation, &proof), Err(VerifyError::Statement { .. })));
    assert!(batch.is_empty());
}

/// An accelerator that errs on the side of rejection changes no answer: proofs are then verified without it.
#[test]
fn an_accelerators_nonsense_makes_no_batch_accepted_or_refused() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let mut items: Vec<_> = (0..3u64)
        .map(|i| {
            let public = coverage([i, 2, 3, 4]);
            let proof = proof_of(&trapdoor, &public, i);
            (&key, public, proof)
        })
        .collect();
    // With a number of multiples that can't be, not even loops that always give one are believed.
    let nonsense = [
        (0, Loops::Zero),
        (0, Loops::TooMany),
        (1, Loops::TooMany),
        (1, Loops::One),
        (3, Loops::One),
        (100, Loops::One),
    ];
    let nonsense = nonsense.map(|(missing, loops)| Nonsense { missing, loops });
    for nonsense in &nonsense {
        assert_eq!(batch_of(&items).verify_with(nonsense).unwrap().len(), 3);
    }
    items[1].1.context.0 += ark_bn254::Fr::from(1u64);
    for nonsense in &nonsense {
        assert_eq!(batch_of(&items).verify_with(nonsense), rejected(&[1]));
    }
}

#[test]
fn a_single_proof_is_judged_alike_with_an_accelerator() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let (public, other) = (coverage([1, 2, 3, 4]), coverage([1, 2, 3, 5]));
    let proof = proof_of(&trapdoor, &public, 5);
    for public in [&public, &other] {
        assert_eq!(verify_with(&key, public, &proof, &Right), verify(&key, public, &proof));
    }
    assert!(verify_with(&key, &public, &proof, &Right).is_ok());
    assert!(verify_with(&key, &other, &proof, &Right).is_err());
    let zero = Nonsense { missing: 0, loops: Loops::Zero };
    let rejected = Err(VerifyError::Rejected { key: key.id() });
    assert_eq!(verify_with(&key, &public, &proof, &zero), rejected);
}
