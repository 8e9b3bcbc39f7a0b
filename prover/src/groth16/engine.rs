//! The sums of a Groth16 proof, behind one trait.
//!
//! A proof is determined by the key, the assignment and the two blinding factors: every engine gives the same points, which is
//! what the tests compare.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use rayon::prelude::*;
use solvency_kernels::fft::{CosetBuffers, OddCoset};
use solvency_kernels::{Multiplier, Path};
use solvency_verifier::groth16::VerifyingKeyPoints;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::columns::{Columns, RawProof};
use super::rows::Evaluations;
use super::tasks::{Sum, Sums, run};

/// The two factors that hide the witness. Erased when dropped.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Blinding {
    pub(crate) r: Fr,
    pub(crate) s: Fr,
}

/// What an engine needs of a key.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) columns: &'a Columns,
    pub(crate) verifying: &'a VerifyingKeyPoints,
}

/// Makes proofs. `wires` and `evaluations` belong together, and were found to satisfy the rows.
pub(crate) trait Engine: Send + Sync {
    /// Its name in reports.
    fn name(&self) -> &'static str;

    /// The proof for these blinding factors.
    fn prove(&self, key: Key<'_>, wires: &[Fr], evaluations: Evaluations, blinding: &Blinding) -> RawProof;
}

/// The four sums of a proof: over A, over B in both groups, and over L and the quotient together.
pub(super) struct Results {
    pub(super) a: G1Projective,
    pub(super) b_first: G1Projective,
    pub(super) b_second: G2Projective,
    pub(super) l_and_quotient: G1Projective,
}

impl Results {
    /// `A = α + a + rδ`, `B = β + b + sδ`, `C = l + q + sA + rB − rsδ`.
    ///
    /// Source: Groth, "On the Size of Pairing-based Non-interactive Arguments", EUROCRYPT 2016, section 3.2.
    pub(super) fn proof(&self, key: Key<'_>, Blinding { r, s }: &Blinding) -> RawProof {
        let Key { columns, verifying } = key;
        let ((a, b_first), b_second) = rayon::join(
            || {
                let a = self.a + verifying.alpha + columns.delta.into_group() * r;
                (a, self.b_first + columns.beta + columns.delta.into_group() * s)
            },
            || self.b_second + verifying.beta + verifying.delta.into_group() * s,
        );
        let (of_a, of_b) = rayon::join(|| a * s, || b_first * r - columns.delta.into_group() * (*r * s));
        let c = self.l_and_quotient + of_a + of_b;
        let first = G1Projective::normalize_batch(&[a, c]);
        RawProof { a: first[0], b: b_second.into_affine(), c: first[1] }
    }
}

/// The fast engine: buckets and transforms of `solvency-kernels`, its buffers and tables kept from proof to proof.
pub(crate) struct Accelerated {
    path: Path,
    multipliers: Mutex<Vec<Multiplier>>,
    transforms: Mutex<HashMap<u32, Arc<OddCoset>>>,
    buffers: Mutex<Vec<CosetBuffers>>,
}

impl Accelerated {
    pub(crate) fn new(path: Path) -> Self {
        Self { path, multipliers: Mutex::default(), transforms: Mutex::default(), buffers: Mutex::default() }
    }

    /// The transform for a domain: its tables are made once.
    fn transform(&self, bits: u32) -> Arc<OddCoset> {
        let mut transforms = self.transforms.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(transforms.entry(bits).or_insert_with(|| Arc::new(OddCoset::new(self.path, bits))))
    }
}

/// Takes something out of a pool, or makes it.
fn taken<T>(pool: &Mutex<Vec<T>>, make: impl FnOnce() -> T) -> T {
    let kept = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
    kept.unwrap_or_else(make)
}

fn put_back<T>(pool: &Mutex<Vec<T>>, value: T) {
    pool.lock().unwrap_or_else(PoisonError::into_inner).push(value);
}

impl Engine for Accelerated {
    fn name(&self) -> &'static str {
        self.path.name()
    }

    fn prove(
        &self,
        key: Key<'_>,
        wires: &[Fr],
        mut evaluations: Evaluations,
        blinding: &Blinding,
    ) -> RawProof {
        let mut buffers = taken(&self.buffers, CosetBuffers::default);
        let bits = evaluations.a.len().trailing_zeros();
        let transform = self.transform(bits);
        let Evaluations { a, b } = &mut evaluations;
        transform.products(a, b, &mut buffers);
        drop(evaluations);
        let scalars = integers(wires);
        let sums = Sums::new(key.columns, &scalars, wires, buffers.products());
        let results = run(&sums, |sum: &Sum<'_>, into| {
            let mut multiplier = taken(&self.multipliers, || Multiplier::new(self.path));
            sum.add_to(&mut multiplier, into);
            put_back(&self.multipliers, multiplier);
        });
        put_back(&self.buffers, buffers);
        results.proof(key, blinding)
    }
}

/// The wires as integers below the modulus.
fn integers(wires: &[Fr]) -> Zeroizing<Vec<[u64; 4]>> {
    let mut integers = Zeroizing::new(vec![[0u64; 4]; wires.len()]);
    integers.par_iter_mut().zip(wires).with_min_len(1 << 11).for_each(|(integer, wire)| {
        *integer = if *wire == Fr::ZERO {
            [0; 4]
        } else if *wire == Fr::ONE {
            [1, 0, 0, 0]
        } else {
            wire.into_bigint().0
        };
    });
    integers
}

/// The engine that every other is compared with, and that takes over where another's proof does not verify: arkworks' sums and
/// transforms over the same key.
pub(crate) struct Reference;

impl Engine for Reference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn prove(&self, key: Key<'_>, wires: &[Fr], evaluations: Evaluations, blinding: &Blinding) -> RawProof {
        super::reference::sums(key.columns, wires, evaluations).proof(key, blinding)
    }
}
