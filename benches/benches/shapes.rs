//! Witness, prove, verify and batch verify of every shape, with constraints and peak memory.
//!
//! `cargo bench -p solvency-benches`, or one shape with `-- coverage-flat`. Compare within one run only.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use solvency_circuits::assignment;
use solvency_prover::keys::ProvingKey;
use solvency_prover::measure::{peak_memory, sample};
use solvency_prover::prove::{AssignedInputs, Engines};
use solvency_prover::resident::circuit;
use solvency_verifier::groth16::{Batch, verify};
use solvency_verifier::{FieldElement, Shape};

fn shape(criterion: &mut Criterion, shape: Shape) {
    let witness = sample(shape);
    let context = FieldElement::default();
    let circuit = circuit(shape);
    let key = ProvingKey::generate_development(circuit).expect("a set-up");
    let assigned = assignment(shape, &witness, context).expect("a true statement");
    let engines = Engines::new().expect("a path of this processor");
    let make = || engines.prove(&key, circuit, &assigned).expect("a proof");
    let proof = make();
    let inputs = AssignedInputs::of(shape, &assigned);
    let constraints = circuit.matrices().constraints();

    let mut group = criterion.benchmark_group(shape.name());
    group.sample_size(10);
    group.bench_function("witness", |bench| bench.iter(|| assignment(shape, black_box(&witness), context)));
    group.bench_function("prove", |bench| bench.iter(make));
    group
        .bench_function("verify", |bench| bench.iter(|| verify(key.verifying(), &inputs, black_box(&proof))));
    group.bench_function("batch verify of 16", |bench| {
        bench.iter(|| {
            let mut batch = Batch::new();
            for _ in 0..16 {
                batch.push(key.verifying(), &inputs, black_box(&proof)).expect("inputs that fit the key");
            }
            batch.verify()
        })
    });
    group.finish();
    let peak = peak_memory().map_or("unknown".into(), |bytes| format!("{} MB", bytes / 1_000_000));
    println!("{shape}: {constraints} constraints, peak memory of the process so far {peak}\n");
}

fn shapes(criterion: &mut Criterion) {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for one in Shape::ALL {
        let name = one.name();
        if wanted.is_empty()
            || wanted.iter().any(|word| word.starts_with(name) || name.starts_with(word.as_str()))
        {
            shape(criterion, one);
        }
    }
}

criterion_group!(benches, shapes);
criterion_main!(benches);
