//! Proofs of this prover, verified together with the kernels as accelerator and without, on every path of this processor.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

use ark_bn254::Fr;
use solvency_circuits::assignment;
use solvency_kernels::{Pairings, Path};
use solvency_prover::keys::ProvingKey;
use solvency_prover::measure::sample;
use solvency_prover::prove::{AssignedInputs, Engines};
use solvency_prover::resident::circuit;
use solvency_verifier::groth16::{Batch, BatchError, Proof, verify_with};
use solvency_verifier::{FieldElement, Shape};

#[test]
fn batches_are_judged_alike_on_every_path() {
    let shape = Shape::CoverageFlat;
    let circuit = circuit(shape);
    let key = ProvingKey::generate_development(circuit).unwrap();
    let engines = Engines::new().unwrap();
    let mut proofs: Vec<(AssignedInputs, Proof)> = (0..10u64)
        .map(|index| {
            let assigned = assignment(shape, &sample(shape), FieldElement(Fr::from(index))).unwrap();
            let proof = engines.prove(&key, circuit, &assigned).unwrap();
            (AssignedInputs::of(shape, &assigned), proof)
        })
        .collect();
    if Path::ifma().is_none() {
        eprintln!("skipped: no AVX512-IFMA");
    }
    for wrong in [None, Some(3), Some(9)] {
        if let Some(wrong) = wrong {
            let inputs: &mut AssignedInputs = &mut proofs[wrong].0;
            inputs.values[0] += Fr::from(1u64);
        }
        let mut batch = Batch::new();
        for (inputs, proof) in &proofs {
            batch.push(key.verifying(), inputs, proof).unwrap();
        }
        let failed = match wrong {
            None => None,
            Some(3) => Some(vec![3]),
            Some(_) => Some(vec![3, 9]),
        };
        let expected = failed.map(|failed| BatchError::Rejected { failed });
        assert_eq!(batch.verify().err(), expected);
        for path in Path::all() {
            let pairings = Pairings::new(path);
            assert_eq!(batch.verify_with(&pairings).err(), expected, "{path}");
            for (position, (inputs, proof)) in proofs.iter().enumerate() {
                let is_wrong =
                    matches!(&expected, Some(BatchError::Rejected { failed }) if failed.contains(&position));
                let accepted = verify_with(key.verifying(), inputs, proof, &pairings).is_ok();
                assert_eq!(accepted, !is_wrong, "{path}, proof {position}");
            }
        }
    }
}
