//! Verification in turns, on one core: single, a chain of three, a batch, each with an accelerator and without, and
//! ark-groth16 0.6 on the single proof.

use core::fmt;
use std::time::{Duration, Instant};

use ark_bn254::{Bn254, Fr};
use ark_groth16::Groth16;
use rayon::ThreadPoolBuilder;
use serde::Serialize;
use solvency_circuits::assignment;
use solvency_kernels::{Pairings, Path};
use solvency_prover::keys::ProvingKey;
use solvency_prover::measure::sample;
use solvency_prover::prove::{AssignedInputs, Engines};
use solvency_prover::resident::circuit;
use solvency_verifier::groth16::{Batch, PreparedVerifyingKey, Proof, verify, verify_with};
use solvency_verifier::{FieldElement, Shape};

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
    /// By the verifier crate alone.
    pub alone: Figures,
    /// By the verifier crate with an accelerator.
    pub accelerated: Figures,
    /// The accelerator's path.
    pub accelerator: &'static str,
}

/// Medians of one way, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// One coverage proof, key prepared.
    pub single_ms: f64,
    /// A holdings, an allocation and a coverage proof in one multi-pairing.
    pub chain_ms: f64,
    /// The whole batch of coverage proofs.
    pub batch_ms: f64,
}

/// A proof with what it is verified against.
struct Case {
    key: PreparedVerifyingKey,
    inputs: AssignedInputs,
    proof: Proof,
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
    let path = Path::chosen()?;
    let pairings = Pairings::new(path);
    let mut times: [Vec<Duration>; 7] = Default::default();
    for _ in 0..repeat.max(1) {
        let now: [Result<Duration, Failed>; 7] = [
            timed(|| match Groth16::<Bn254>::verify_proof(&arkworks, &proof, &first.inputs.values)? {
                true => Ok(()),
                false => Err("ark-groth16 refuses a proof".into()),
            }),
            timed(|| done(verify(&first.key, &first.inputs, &first.proof))),
            timed(|| done(collected(chain)?.verify())),
            timed(|| done(collected(many)?.verify())),
            timed(|| done(verify_with(&first.key, &first.inputs, &first.proof, &pairings))),
            timed(|| done(collected(chain)?.verify_with(&pairings))),
            timed(|| done(collected(many)?.verify_with(&pairings))),
        ];
        for (times, time) in times.iter_mut().zip(now) {
            times.push(time?);
        }
    }
    let [arkworks_ms, single_ms, chain_ms, batch_ms, fast_single_ms, fast_chain_ms, fast_batch_ms] =
        times.map(median_ms);
    Ok(Verification {
        repeat,
        batch: many.len(),
        arkworks_ms,
        alone: Figures { single_ms, chain_ms, batch_ms },
        accelerated: Figures { single_ms: fast_single_ms, chain_ms: fast_chain_ms, batch_ms: fast_batch_ms },
        accelerator: path.name(),
    })
}

fn cases(shape: Shape, count: usize) -> Result<Vec<Case>, Failed> {
    let circuit = circuit(shape);
    let key = ProvingKey::generate_development(circuit)?;
    let engines = Engines::new()?;
    let case = |index: usize| {
        let assigned = assignment(shape, &sample(shape), FieldElement(Fr::from(index as u64)))?;
        let proof = engines.prove(&key, circuit, &assigned)?;
        let inputs = AssignedInputs::of(shape, &assigned);
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

/// Whether something was verified.
fn done<T>(answer: Result<T, impl core::error::Error + Send + Sync + 'static>) -> Result<(), Failed> {
    answer.map(drop).map_err(Failed::from)
}

fn collected(cases: &[Case]) -> Result<Batch<'_>, Failed> {
    let mut batch = Batch::new();
    for case in cases {
        batch.push(&case.key, &case.inputs, &case.proof)?;
    }
    Ok(batch)
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
        writeln!(f, "medians of {}, one thread, keys prepared", self.repeat)?;
        writeln!(f, "{:<34}{:>9}{:>16}", "", "ms", "/ ark-groth16")?;
        let mut line = |name: &str, proofs: usize, ms: f64| {
            let of_arkworks = ms / proofs as f64 / self.arkworks_ms;
            writeln!(f, "{name:<34}{:>9.3}{of_arkworks:>16.3}", ms / proofs as f64)
        };
        line("ark-groth16", 1, self.arkworks_ms)?;
        for (way, figures) in [("", &self.alone), (self.accelerator, &self.accelerated)] {
            line(&format!("single {way}"), 1, figures.single_ms)?;
            line(&format!("one of a chain of three {way}"), 3, figures.chain_ms)?;
            line(&format!("one of a batch of {} {way}", self.batch), self.batch, figures.batch_ms)?;
        }
        Ok(())
    }
}
