//! Verification in turns, on one core: single, a chain of three, a batch, and ark-groth16 0.6 on the same proofs.

use core::fmt;
use std::time::{Duration, Instant};

use ark_bn254::{Bn254, Fr};
use ark_groth16::Groth16;
use rayon::ThreadPoolBuilder;
use serde::Serialize;
use solvency_circuits::assignment;
use solvency_prover::keys::ProvingKey;
use solvency_prover::measure::sample;
use solvency_prover::prove::Engines;
use solvency_prover::resident::circuit;
use solvency_verifier::groth16::{Batch, PreparedVerifyingKey, Proof, verify};
use solvency_verifier::{FieldElement, PublicInputs, Shape, Statement};

/// Why there are no figures.
pub type Failed = Box<dyn core::error::Error + Send + Sync>;

/// The statements behind one coverage, each under its own key.
const CHAIN: [Shape; 3] = [Shape::Holdings16, Shape::Allocation2x4, Shape::CoverageFlat];

/// Medians, in milliseconds, of as many repetitions; every proof verifies.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Repetitions.
    pub repeat: u32,
    /// Proofs of the batch.
    pub batch: usize,
    /// One coverage proof by ark-groth16, key prepared.
    pub arkworks_ms: f64,
    /// The same proof, key prepared.
    pub single_ms: f64,
    /// A holdings, an allocation and a coverage proof, one after the other.
    pub three_singles_ms: f64,
    /// The same in one multi-pairing.
    pub chain_ms: f64,
    /// The whole batch of coverage proofs.
    pub batch_ms: f64,
}

/// A proof with what it is verified against.
struct Case {
    key: PreparedVerifyingKey,
    inputs: Inputs,
    proof: Proof,
}

struct Inputs {
    statement: Statement,
    values: Vec<Fr>,
}

impl PublicInputs for Inputs {
    fn statement(&self) -> Statement {
        self.statement
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        self.values.clone()
    }
}

/// Makes keys and proofs, then verifies in turns on one thread.
///
/// # Errors
/// Whatever makes a key or a proof impossible, and any proof that does not verify.
pub fn measure(repeat: u32, batch: usize) -> Result<Verification, Failed> {
    let mut chain = Vec::new();
    for shape in CHAIN {
        chain.extend(cases(shape, 1)?);
    }
    let many = cases(Shape::CoverageFlat, batch)?;
    let one_thread = ThreadPoolBuilder::new().num_threads(1).build()?;
    one_thread.install(|| in_turns(repeat, &chain, &many))
}

fn in_turns(repeat: u32, chain: &[Case], many: &[Case]) -> Result<Verification, Failed> {
    let Some(first) = many.first() else { return Err("a batch of no proofs".into()) };
    let arkworks = ark_groth16::prepare_verifying_key(&verifying_key(&first.key));
    let proof = ark_groth16::Proof { a: *first.proof.a(), b: *first.proof.b(), c: *first.proof.c() };
    let mut times: [Vec<Duration>; 5] = Default::default();
    for _ in 0..repeat.max(1) {
        let now: [Result<Duration, Failed>; 5] = [
            timed(|| match Groth16::<Bn254>::verify_proof(&arkworks, &proof, &first.inputs.values)? {
                true => Ok(()),
                false => Err("ark-groth16 refuses a proof".into()),
            }),
            timed(|| single(first)),
            timed(|| chain.iter().try_for_each(single)),
            timed(|| together(chain)),
            timed(|| together(many)),
        ];
        for (times, time) in times.iter_mut().zip(now) {
            times.push(time?);
        }
    }
    let [arkworks_ms, single_ms, three_singles_ms, chain_ms, batch_ms] = times.map(median_ms);
    let batch = many.len();
    Ok(Verification { repeat, batch, arkworks_ms, single_ms, three_singles_ms, chain_ms, batch_ms })
}

fn cases(shape: Shape, count: usize) -> Result<Vec<Case>, Failed> {
    let circuit = circuit(shape);
    let key = ProvingKey::generate_development(circuit)?;
    let engines = Engines::new()?;
    let case = |index: usize| {
        let assigned = assignment(shape, &sample(shape), FieldElement(Fr::from(index as u64)))?;
        let proof = engines.prove(&key, circuit, &assigned)?;
        let inputs = Inputs { statement: shape.statement(), values: assigned.public_inputs().to_vec() };
        Ok(Case { key: key.verifying().clone(), inputs, proof })
    };
    (0..count).map(case).collect()
}

fn verifying_key(key: &PreparedVerifyingKey) -> ark_groth16::VerifyingKey<Bn254> {
    let points = key.key().points();
    ark_groth16::VerifyingKey {
        alpha_g1: points.alpha,
        beta_g2: points.beta,
        gamma_g2: points.gamma,
        delta_g2: points.delta,
        gamma_abc_g1: points.inputs.clone(),
    }
}

fn single(case: &Case) -> Result<(), Failed> {
    let _verified = verify(&case.key, &case.inputs, &case.proof)?;
    Ok(())
}

fn together(cases: &[Case]) -> Result<(), Failed> {
    let mut batch = Batch::new();
    for case in cases {
        batch.push(&case.key, &case.inputs, &case.proof)?;
    }
    batch.verify()?;
    Ok(())
}

fn timed(run: impl FnOnce() -> Result<(), Failed>) -> Result<Duration, Failed> {
    let started = Instant::now();
    run()?;
    Ok(started.elapsed())
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e3
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_batch = self.batch_ms / self.batch as f64;
        writeln!(f, "medians of {}, one thread, keys prepared", self.repeat)?;
        writeln!(f, "{:<28}{:>9}{:>12}", "", "ms", "/ single")?;
        for (name, ms) in [
            ("ark-groth16".to_string(), self.arkworks_ms),
            ("single".to_string(), self.single_ms),
            ("three, one by one".to_string(), self.three_singles_ms),
            ("three, a chain".to_string(), self.chain_ms),
            (format!("one of {} in a batch", self.batch), of_batch),
        ] {
            writeln!(f, "{name:<28}{ms:>9.3}{:>12.2}", ms / self.single_ms)?;
        }
        writeln!(f, "batch: {:.1} times as fast as single", self.single_ms / of_batch)
    }
}
