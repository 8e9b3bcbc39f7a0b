//! One contribution to a `.zkey`: δ after it, and the proof that its maker knew the factor.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use blake2::{Blake2b512, Digest};
use solvency_prover::circom::FormatError;

use crate::error::{CeremonyError, Refusal};
use crate::format::{Encoded, G1_BYTES, G2_BYTES, decode_finite};
use crate::parameters::{Beacon, Parameters};
use crate::randomness::Stream;
use crate::subgroup::check_one;

/// BLAKE2b-512.
pub type Hash = [u8; 64];

/// Bytes of a contribution without its parameters.
const FIXED: usize = (3 * G1_BYTES + G2_BYTES) as usize + 64 + 8;

/// A contribution as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contribution {
    /// δ after it.
    pub(crate) delta: G1Affine,
    pub(crate) knowledge: Knowledge,
    pub(crate) transcript: Hash,
    pub(crate) parameters: Parameters,
}

/// `s`, `s·d` and `p·d`: shows that somebody knew d when the transcript that p depends on was what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Knowledge {
    pub(crate) s: G1Affine,
    pub(crate) sx: G1Affine,
    pub(crate) px: G2Affine,
}

impl Contribution {
    /// Makes a contribution to a δ with a secret, on a transcript.
    pub(crate) fn new(
        secret: &Fr,
        s: G1Affine,
        delta: &G1Affine,
        transcript: &Transcript,
        parameters: Parameters,
    ) -> Self {
        let sx = (s * secret).into_affine();
        let transcript = transcript.before(&s, &sx);
        let px = (Stream::of_hash(&transcript).second() * secret).into_affine();
        let delta = (*delta * secret).into_affine();
        Self { delta, knowledge: Knowledge { s, sx, px }, transcript, parameters }
    }

    /// Reads a contribution from the front of `bytes`. `number` counts from one.
    pub(crate) fn read(bytes: &mut &[u8], number: usize, place: &str) -> Result<Self, CeremonyError> {
        let format = |error| CeremonyError::Format { place: place.to_owned(), error };
        let truncated = |needed: usize, left: usize| {
            let place = format!("contribution {number}");
            format(FormatError::Truncated { place, needed: needed as u64, left: left as u64 })
        };
        let (fixed, rest) = bytes.split_at_checked(FIXED).ok_or_else(|| truncated(FIXED, bytes.len()))?;
        let (points, rest_of_fixed) = fixed.split_at((3 * G1_BYTES) as usize);
        let first: Vec<G1Affine> =
            decode_finite(points, "contribution", 0).map_err(|refusal| at(refusal, number))?;
        let (point, rest_of_fixed) = rest_of_fixed.split_at(G2_BYTES as usize);
        let second: Vec<G2Affine> =
            decode_finite(point, "contribution", 3).map_err(|refusal| at(refusal, number))?;
        check_one(&second[0], "contribution", 3).map_err(|refusal| at(refusal, number))?;
        let mut transcript = [0; 64];
        transcript.copy_from_slice(&rest_of_fixed[..64]);
        let word = |at: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&rest_of_fixed[at..at + 4]);
            u32::from_le_bytes(word)
        };
        let (kind, length) = (word(64), word(68) as usize);
        let (parameters, rest) =
            rest.split_at_checked(length).ok_or_else(|| truncated(length, rest.len()))?;
        *bytes = rest;
        let parameters =
            Parameters::read(kind, parameters, &format!("contribution {number}")).map_err(format)?;
        Ok(Self {
            delta: first[0],
            knowledge: Knowledge { s: first[1], sx: first[2], px: second[0] },
            transcript,
            parameters,
        })
    }

    /// Appends the form in files.
    pub(crate) fn append(&self, to: &mut Vec<u8>) {
        let Knowledge { s, sx, px } = &self.knowledge;
        [&self.delta, s, sx].iter().for_each(|point| point.append(to));
        px.append(to);
        to.extend_from_slice(&self.transcript);
        self.parameters.append(to);
    }

    /// The hash that a participant publishes.
    pub(crate) fn hash(&self) -> Hash {
        let mut hasher = Blake2b512::new();
        hasher.update(self.hashed());
        hasher.finalize().into()
    }

    /// Whose points these are, if a beacon's.
    pub(crate) fn beacon(&self) -> Option<&Beacon> {
        self.parameters.beacon.as_ref()
    }

    /// What of it goes into hashes: not its parameters.
    fn hashed(&self) -> Vec<u8> {
        let Knowledge { s, sx, px } = &self.knowledge;
        let mut bytes = Vec::with_capacity(FIXED);
        [&self.delta, s, sx].iter().for_each(|point| point.append_uncompressed(&mut bytes));
        px.append_uncompressed(&mut bytes);
        bytes.extend_from_slice(&self.transcript);
        bytes
    }
}

fn at(refusal: Refusal, number: usize) -> Refusal {
    match refusal {
        Refusal::Point { index, error, .. } => {
            let place = ["δ", "s", "s·d", "p·d"][index.min(3) as usize];
            Refusal::ContributionPoint { number, place, error }
        }
        other => other,
    }
}

/// The hash over the circuit's hash and the contributions so far.
#[derive(Clone)]
pub(crate) struct Transcript(Blake2b512);

impl Transcript {
    pub(crate) fn of_circuit(hash: &Hash) -> Self {
        Self(Blake2b512::new().chain_update(hash))
    }

    pub(crate) fn push(&mut self, contribution: &Contribution) {
        self.0.update(contribution.hashed());
    }

    /// The transcript of the next contribution.
    pub(crate) fn before(&self, s: &G1Affine, sx: &G1Affine) -> Hash {
        let mut bytes = Vec::with_capacity(2 * G1_BYTES as usize);
        [s, sx].iter().for_each(|point| point.append_uncompressed(&mut bytes));
        self.0.clone().chain_update(bytes).finalize().into()
    }
}

/// δ before the first contribution.
pub(crate) fn first_delta() -> G1Affine {
    G1Affine::generator()
}
