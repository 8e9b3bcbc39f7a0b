//! The contributions of a `.zkey`, one on the other.

use std::io::{Read, Seek};

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use rayon::prelude::*;
use solvency_prover::circom::FormatError;

use super::contribution::{Contribution, Hash, Transcript, first_delta};
use crate::error::{CeremonyError, Refusal};
use crate::format::{Extent, SectionFile};
use crate::parameters::{Beacon, check_iterations};
use crate::randomness::Stream;
use crate::ratio::{SameRatio, first_wrong};

/// What the last section of a `.zkey` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Hash of the circuit.
    pub(crate) circuit: Hash,
    pub(crate) contributions: Vec<Contribution>,
}

impl Chain {
    /// Reads all contributions, one at a time.
    pub(crate) fn read<R: Read + Seek>(
        file: &mut SectionFile<R>,
        of: Extent,
        place: &str,
    ) -> Result<Self, CeremonyError> {
        let bytes = file.read(of, 0, of.length)?;
        let truncated = |needed: u64, left: usize| {
            let place = "section 10".to_owned();
            file.format(FormatError::Truncated { place, needed, left: left as u64 })
        };
        let Some((circuit, rest)) = bytes.split_first_chunk() else { return Err(truncated(64, bytes.len())) };
        let Some((count, mut rest)) = rest.split_first_chunk() else { return Err(truncated(4, rest.len())) };
        // Grows as contributions are read: the count is a claim.
        let mut contributions = Vec::new();
        for number in 1..=u32::from_le_bytes(*count) as usize {
            contributions.push(Contribution::read(&mut rest, number, place)?);
        }
        if !rest.is_empty() {
            let error = FormatError::TooLong { place: "section 10".into(), bytes: rest.len() as u64 };
            return Err(file.format(error));
        }
        check_iterations(contributions.iter().filter_map(Contribution::beacon), "section 10")
            .map_err(|error| file.format(error))?;
        Ok(Self { circuit: *circuit, contributions })
    }

    /// The section's content.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.circuit.to_vec();
        bytes.extend_from_slice(&(self.contributions.len() as u32).to_le_bytes());
        self.contributions.iter().for_each(|contribution| contribution.append(&mut bytes));
        bytes
    }

    /// The transcript that the next contribution is made on.
    pub(crate) fn transcript(&self) -> Transcript {
        let mut transcript = Transcript::of_circuit(&self.circuit);
        self.contributions.iter().for_each(|contribution| transcript.push(contribution));
        transcript
    }

    /// δ after all contributions.
    pub(crate) fn delta(&self) -> G1Affine {
        self.contributions.last().map_or_else(first_delta, |last| last.delta)
    }

    /// Contributions that are no beacon's.
    pub(crate) fn participants(&self) -> usize {
        self.contributions.iter().filter(|contribution| contribution.beacon().is_none()).count()
    }

    /// Checks every transcript, proof of knowledge and beacon, and that each δ follows from the one before.
    ///
    /// # Errors
    /// The first refusal, in the order of the contributions for each kind.
    pub(crate) fn verify(&self) -> Result<(), CeremonyError> {
        let mut transcript = Transcript::of_circuit(&self.circuit);
        for (number, contribution) in (1..).zip(&self.contributions) {
            let knowledge = &contribution.knowledge;
            if transcript.before(&knowledge.s, &knowledge.sx) != contribution.transcript {
                return Err(Refusal::Transcript { number }.into());
            }
            transcript.push(contribution);
        }
        let claims: Vec<[SameRatio; 2]> =
            (0..self.contributions.len()).into_par_iter().map(|index| self.claims(index)).collect();
        if let Some(wrong) = first_wrong(claims.as_flattened())? {
            let number = wrong / 2 + 1;
            return Err(match wrong % 2 {
                0 => Refusal::ProofOfKnowledge { number, secret: "δ" },
                _ => Refusal::DoesNotFollow { number, value: "δ" },
            }
            .into());
        }
        // The only work that the file itself can ask for without end: after everything else is known to be right.
        let beacons = (1..).zip(&self.contributions);
        let mut beacons =
            beacons.filter_map(|(number, contribution)| Some((number, contribution, contribution.beacon()?)));
        match beacons.find(|(_, contribution, beacon)| !is_of_beacon(contribution, beacon)) {
            Some((number, ..)) => Err(Refusal::BeaconPoints { number }.into()),
            None => Ok(()),
        }
    }

    /// `s·d` to `s` as `p·d` to `p`, and δ to the one before as `p·d` to `p`.
    fn claims(&self, index: usize) -> [SameRatio; 2] {
        let contribution = &self.contributions[index];
        let before = match index.checked_sub(1) {
            Some(before) => self.contributions[before].delta,
            None => first_delta(),
        };
        let p = Stream::of_hash(&contribution.transcript).second();
        let knowledge = &contribution.knowledge;
        [(knowledge.s, knowledge.sx), (before, contribution.delta)].map(|(a, b)| SameRatio {
            a,
            b,
            x: p,
            y: knowledge.px,
        })
    }
}

/// Whether a beacon's `s` and `s·d` are those of its value.
fn is_of_beacon(contribution: &Contribution, beacon: &Beacon) -> bool {
    let mut stream = Stream::of_beacon(beacon.value(), beacon.iterations_log2());
    let (secret, s) = (stream.scalar(), stream.first());
    contribution.knowledge.s == s && contribution.knowledge.sx == s * secret
}

/// What of the contributions a key must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// Contributions besides beacons; one is always required.
    pub contributions: usize,
    /// The last contribution has to be a beacon: this one, where it was named.
    pub beacon: RequiredBeacon,
}

/// Whether a beacon is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequiredBeacon {
    /// A last contribution of any kind.
    None,
    /// A beacon.
    Any,
    /// The beacon that was named before the ceremony ended.
    Named(Beacon),
}

impl Required {
    /// Checks number and end of contributions.
    pub(crate) fn check(&self, chain: &Chain) -> Result<(), Refusal> {
        let got = chain.participants();
        if got == 0 {
            return Err(Refusal::NoContribution);
        }
        if got < self.contributions {
            return Err(Refusal::TooFewContributions { got, required: self.contributions });
        }
        let last = chain.contributions.last().and_then(Contribution::beacon);
        match (&self.beacon, last) {
            (RequiredBeacon::None, _) | (RequiredBeacon::Any, Some(_)) => Ok(()),
            (RequiredBeacon::Any | RequiredBeacon::Named(_), None) => Err(Refusal::NoBeacon),
            (RequiredBeacon::Named(expected), Some(got)) if expected == got => Ok(()),
            (RequiredBeacon::Named(expected), Some(got)) => {
                Err(Refusal::OtherBeacon { got: got.to_string(), expected: expected.to_string() })
            }
        }
    }
}

/// That `δ` is the same in both groups.
pub(crate) fn delta_agrees(first: G1Affine, second: G2Affine) -> bool {
    SameRatio { a: G1Affine::generator(), b: first, x: G2Affine::generator(), y: second }.holds()
}
