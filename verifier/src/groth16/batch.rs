//! Verification of many proofs, under one or several keys, at the cost of one pairing each and three a key.
//!
//! # What a batch does not do
//!
//! It is no aggregate proof: whoever verifies needs every proof and every public input. And its soundness is computational where a single
//! verification's is exact: with 128-bit weights that are drawn after everything is fixed, a batch with a wrong proof
//! passes with a probability of about 2^-128 for each attempt at choosing the batch.
//!
//! Source: Bellare, Garay, Rabin, "Fast batch verification for modular exponentiation and digital signatures", EUROCRYPT
//! 1998, section 3 (small random exponents).

use alloc::{collections::BTreeMap, vec, vec::Vec};

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{CurveGroup, pairing::PairingOutput};
use ark_ff::AdditiveGroup;

use super::{
    accelerator::{self, Accelerator},
    comb,
    key_id::KeyId,
    miller::{G2Prepared, product_of_pairings},
    prepared::PreparedVerifyingKey,
    proof::Proof,
    verify::{Verified, VerifyError, checked_inputs, verify_inputs},
};
use crate::encoding::{Bytes32, FieldElement, tagged_sha256};
use crate::public_inputs::PublicInputs;

/// Proofs to be verified together.
#[derive(Default)]
pub struct Batch<'a> {
    items: Vec<Item<'a>>,
}

#[derive(Clone)]
struct Item<'a> {
    key: &'a PreparedVerifyingKey,
    inputs: Vec<Fr>,
    proof: &'a Proof,
}

/// Why a batch is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Nothing was to be verified; that is no reason to accept.
    #[error("the batch is empty")]
    Empty,
    /// These proofs don't verify; all others do.
    #[error("{} of the batch's proofs are refused, at {failed:?}", failed.len())]
    Rejected {
        /// Zero-based positions in the order in which the proofs were added, ascending.
        failed: Vec<usize>,
    },
}

impl<'a> Batch<'a> {
    /// A batch without proofs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a proof and returns its position.
    ///
    /// # Errors
    /// [`VerifyError`] where the public inputs are of another statement or of another number than the key's; the batch is then
    /// unchanged.
    pub fn push<P: PublicInputs>(
        &mut self,
        key: &'a PreparedVerifyingKey,
        public: &P,
        proof: &'a Proof,
    ) -> Result<usize, VerifyError> {
        let inputs = checked_inputs(key, public)?;
        self.items.push(Item { key, inputs, proof });
        Ok(self.items.len().saturating_sub(1))
    }

    /// Number of proofs.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// True where there is no proof.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Verifies all proofs at once; where that fails, each one, to say which.
    ///
    /// # Errors
    /// [`BatchError`]: no proofs, or the positions of those that don't verify.
    pub fn verify(&self) -> Result<Vec<Verified>, BatchError> {
        self.verify_by(None)
    }

    /// As [`Batch::verify`], by an accelerator. Where it finds the batch wrong, each proof is verified without it.
    ///
    /// # Errors
    /// [`BatchError`].
    pub fn verify_with(&self, accelerator: &dyn Accelerator) -> Result<Vec<Verified>, BatchError> {
        self.verify_by(Some(accelerator))
    }

    /// Adds another batch's proofs.
    pub(crate) fn extend(&mut self, other: &Batch<'a>) {
        self.items.extend(other.items.iter().cloned());
    }

    /// Whether there are proofs and all of them verify.
    pub(crate) fn holds(&self, accelerator: Option<&dyn Accelerator>) -> bool {
        let weights = self.weights();
        !self.is_empty()
            && match accelerator {
                None => self.combination_holds(&weights),
                Some(accelerator) => self.combination_holds_by(accelerator, &weights),
            }
    }

    pub(crate) fn verify_by(
        &self,
        accelerator: Option<&dyn Accelerator>,
    ) -> Result<Vec<Verified>, BatchError> {
        if self.is_empty() {
            return Err(BatchError::Empty);
        }
        if self.holds(accelerator) {
            return Ok(self.items.iter().map(|item| Verified::under(item.key)).collect());
        }
        let outcomes = self.items.iter().map(|item| verify_inputs(item.key, &item.inputs, item.proof));
        let mut verified = Vec::new();
        let mut failed = Vec::new();
        for (position, outcome) in outcomes.enumerate() {
            match outcome {
                Ok(outcome) => verified.push(outcome),
                Err(_) => failed.push(position),
            }
        }
        if failed.is_empty() { Ok(verified) } else { Err(BatchError::Rejected { failed }) }
    }

    /// One weight in `[1, 2^128)` a proof, each of which depends on every key, input and proof of the batch.
    fn weights(&self) -> Vec<u128> {
        let mut transcript = Vec::new();
        transcript.extend_from_slice(&length_word(self.items.len()));
        for item in &self.items {
            transcript.extend_from_slice(&item.key.id().0.0);
            transcript.extend_from_slice(&length_word(item.inputs.len()));
            for input in &item.inputs {
                transcript.extend_from_slice(&FieldElement(*input).to_be_bytes());
            }
            transcript.extend_from_slice(&item.proof.to_bytes());
        }
        let seed = tagged_sha256("solvency.v1.batch", &[&transcript]);
        (0..self.items.len()).map(|position| weight(&seed, position)).collect()
    }

    /// `Π e(w·A, B) = Π_key e(Σw·α, β)·e(Σw·IC(x), γ)·e(Σw·C, δ)`.
    fn combination_holds(&self, weights: &[u128]) -> bool {
        let mut first = comb::weighted(&self.terms(weights, Proof::a));
        let of_proofs: Vec<G2Prepared> = self.items.iter().map(|item| (*item.proof.b()).into()).collect();
        let of_c = self.terms(weights, Proof::c);
        let mut of_keys = Vec::new();
        for sums in self.by_key(weights) {
            let c: Vec<_> = sums.proofs.iter().filter_map(|position| of_c.get(*position)).copied().collect();
            first.extend([sums.alpha(), sums.inputs(), comb::weighted_sum(&c)]);
            of_keys.extend([&sums.key.beta, &sums.key.minus_gamma, &sums.key.minus_delta]);
        }
        let pairs = G1Projective::normalize_batch(&first).into_iter();
        product_of_pairings(pairs.zip(of_proofs.iter().chain(of_keys))) == Some(PairingOutput::ZERO)
    }

    /// The same, by an accelerator.
    fn combination_holds_by(&self, accelerator: &dyn Accelerator, weights: &[u128]) -> bool {
        let mut terms = self.terms(weights, Proof::a);
        terms.extend(self.terms(weights, Proof::c));
        let multiples = accelerator.multiples(&terms);
        let (of_a, of_c) = multiples.split_at_checked(self.len()).unwrap_or_default();
        if of_c.len() != self.len() {
            return false;
        }
        let mut first = Vec::new();
        let mut second = Vec::new();
        for sums in self.by_key(weights) {
            let c = sums.proofs.iter().filter_map(|position| of_c.get(*position));
            first.extend([sums.alpha(), sums.inputs(), c.sum()]);
            let points = sums.key.key().points();
            second.extend([points.beta, -points.gamma, -points.delta]);
        }
        let of_proofs = of_a.iter().copied().zip(self.items.iter().map(|item| *item.proof.b()));
        let of_keys = G1Projective::normalize_batch(&first).into_iter().zip(second);
        let pairs: Vec<_> = of_proofs.chain(of_keys).collect();
        accelerator::product_of_pairings(accelerator, &pairs) == Some(PairingOutput::ZERO)
    }

    /// A point of each proof, with the proof's weight.
    fn terms(&self, weights: &[u128], point: impl Fn(&Proof) -> &G1Affine) -> Vec<(G1Affine, u128)> {
        self.items.iter().map(|item| *point(item.proof)).zip(weights.iter().copied()).collect()
    }

    fn by_key(&self, weights: &[u128]) -> impl Iterator<Item = KeySums<'a>> {
        let mut of_key: BTreeMap<KeyId, KeySums<'a>> = BTreeMap::new();
        for (position, (item, weight)) in self.items.iter().zip(weights).enumerate() {
            let sums = of_key.entry(item.key.id()).or_insert_with(|| KeySums::of(item.key));
            sums.add(position, &item.inputs, *weight);
        }
        of_key.into_values()
    }
}

/// What the proofs under one key have in common.
struct KeySums<'a> {
    key: &'a PreparedVerifyingKey,
    /// `Σw`, then `Σw·x` for each public input.
    coefficients: Vec<Fr>,
    /// Positions of the proofs.
    proofs: Vec<usize>,
}

impl<'a> KeySums<'a> {
    fn of(key: &'a PreparedVerifyingKey) -> Self {
        let coefficients = vec![Fr::ZERO; key.key().points().inputs.len()];
        Self { key, coefficients, proofs: Vec::new() }
    }

    fn add(&mut self, position: usize, inputs: &[Fr], weight: u128) {
        let weight = Fr::from(weight);
        let terms = core::iter::once(Fr::from(1u64)).chain(inputs.iter().copied());
        for (sum, term) in self.coefficients.iter_mut().zip(terms) {
            *sum += weight * term;
        }
        self.proofs.push(position);
    }

    /// `−Σw·α`.
    fn alpha(&self) -> G1Projective {
        let weight = self.coefficients.first().copied().unwrap_or(Fr::ZERO);
        comb::multiply([&self.key.alpha], &[-weight])
    }

    /// `Σw·IC(x)`.
    fn inputs(&self) -> G1Projective {
        comb::multiply(&self.key.inputs, &self.coefficients)
    }
}

fn weight(seed: &Bytes32, position: usize) -> u128 {
    let digest = tagged_sha256("solvency.v1.batch.weight", &[&seed.0, &length_word(position)]);
    let (halves, _) = digest.0.as_chunks::<16>();
    let weight = halves.first().map_or(1, |half| u128::from_be_bytes(*half));
    // A proof of weight 0 would not be checked at all.
    weight.max(1)
}

fn length_word(length: usize) -> [u8; 8] {
    u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes()
}

/// Where a combination does not hold each proof is verified alone, and the answer is right all the same: that right batches need none of that shows here only.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::VerifyingKey;
    use ark_bn254::{Bn254, Fq12, G2Affine};
    use ark_ec::{AffineRepr, pairing::Pairing};

    /// arkworks' own multiples and loops.
    struct Right;

    impl Accelerator for Right {
        fn multiples(&self, terms: &[(G1Affine, u128)]) -> Vec<G1Affine> {
            let multiple = |(point, weight): &(G1Affine, u128)| {
                point.mul_bigint([*weight as u64, (*weight >> 64) as u64]).into_affine()
            };
            terms.iter().map(multiple).collect()
        }

        fn miller_loops(&self, pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
            let (p, q): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            Bn254::multi_miller_loop(p, q).0
        }
    }

    /// Keys, inputs and proofs of two shapes; the first serves twice.
    fn proven() -> [(PreparedVerifyingKey, Vec<Fr>, Proof); 2] {
        [
            include_str!("../../../fixtures/onchain/coverage-flat.json"),
            include_str!("../../../fixtures/onchain/holdings-16.json"),
        ]
        .map(|text| {
            let fixture: serde_json::Value = serde_json::from_str(text).unwrap();
            let key: VerifyingKey = serde_json::from_value(fixture["verifyingKey"].clone()).unwrap();
            let inputs: Vec<FieldElement> = serde_json::from_value(fixture["inputs"].clone()).unwrap();
            let proof = serde_json::from_value(fixture["proof"].clone()).unwrap();
            (PreparedVerifyingKey::new(key), inputs.iter().map(|input| input.0).collect(), proof)
        })
    }

    fn batch(proven: &[(PreparedVerifyingKey, Vec<Fr>, Proof); 2]) -> Batch<'_> {
        let items = [0, 1, 0].map(|index| {
            let (key, inputs, proof) = &proven[index];
            Item { key, inputs: inputs.clone(), proof }
        });
        Batch { items: items.into() }
    }

    #[test]
    fn right_proofs_are_verified_together_and_not_one_by_one() {
        let proven = proven();
        let mut batch = batch(&proven);
        assert_eq!(batch.len(), 3);
        let weights = batch.weights();
        assert!(batch.combination_holds(&weights));
        assert!(batch.combination_holds_by(&Right, &weights));
        // Other weights serve as well.
        assert!(batch.combination_holds(&[5, 7, 11]));
        assert!(batch.combination_holds_by(&Right, &[5, 7, 11]));
        for position in 0..3 {
            batch.items[position].inputs[1] += Fr::from(1u64);
            assert!(!batch.combination_holds(&weights), "{position}");
            assert!(!batch.combination_holds_by(&Right, &weights), "{position}");
            batch.items[position].inputs[1] -= Fr::from(1u64);
        }
        assert!(batch.combination_holds(&weights));
    }

    #[test]
    fn weights_are_large_and_depend_on_everything() {
        let proven = proven();
        let mut batch = batch(&proven);
        let weights = batch.weights();
        assert!(weights.iter().all(|weight| weight >> 96 != 0));
        assert!(weights[0] != weights[2], "the same proof twice");
        batch.items[1].inputs[2] += Fr::from(1u64);
        assert!(batch.weights().iter().zip(&weights).all(|(one, other)| one != other));
        batch.items.pop();
        assert!(batch.weights().iter().zip(&weights).all(|(one, other)| one != other));
    }
}
