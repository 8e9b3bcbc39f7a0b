//! One contribution to powers of tau.

use std::io::{Read, Seek};

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use blake2::{Blake2b512, Digest};
use solvency_prover::circom::FormatError;

use super::challenge::HalfWay;
use crate::error::{CeremonyError, Refusal};
use crate::format::{Encoded, Extent, G1_BYTES, G2_BYTES, SectionFile, decode_finite, uncompressed};
use crate::parameters::{Beacon, Parameters, check_iterations};
use crate::randomness::Stream;
use crate::ratio::SameRatio;
use crate::subgroup::check_one;
use crate::zkey::Hash;

/// The secrets, in the order of the file.
pub(super) const SECRETS: [&str; 3] = ["τ", "α", "β"];

/// The powers of one of each secret, after a contribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) tau: (G1Affine, G2Affine),
    pub(super) alpha: G1Affine,
    pub(super) beta: (G1Affine, G2Affine),
}

impl State {
    /// Before the first contribution.
    pub(super) fn initial() -> Self {
        let both = (G1Affine::generator(), G2Affine::generator());
        Self { tau: both, alpha: both.0, beta: both }
    }
}

/// `s`, `s·d` and `p·d` for each secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Knowledge {
    pub(super) first: [[G1Affine; 2]; 3],
    pub(super) second: [G2Affine; 3],
}

impl Knowledge {
    /// Of three factors that a stream gives after them, on a challenge.
    pub(super) fn new(factors: &[Fr; 3], stream: &mut Stream, challenge: &Hash) -> Self {
        let mut first = [[G1Affine::zero(); 2]; 3];
        let mut second = [G2Affine::zero(); 3];
        for (secret, factor) in factors.iter().enumerate() {
            let s = stream.first();
            first[secret] = [s, (s * factor).into_affine()];
            second[secret] = (place(secret, challenge, &first[secret]) * factor).into_affine();
        }
        Self { first, second }
    }

    /// What an answer's hash ends with.
    pub(super) fn uncompressed(&self) -> Vec<u8> {
        let mut bytes = uncompressed(self.first.as_flattened());
        bytes.extend(uncompressed(&self.second));
        bytes
    }
}

/// The point of G2 that a proof of knowledge is made with.
fn place(secret: usize, challenge: &Hash, points: &[G1Affine; 2]) -> G2Affine {
    let hasher = Blake2b512::new().chain_update([secret as u8]).chain_update(challenge);
    Stream::of_hash(&hasher.chain_update(uncompressed(points)).finalize().into()).second()
}

/// A contribution as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contribution {
    pub(super) state: State,
    pub(super) knowledge: Knowledge,
    pub(super) answer: HalfWay,
    pub(super) next_challenge: Hash,
    pub(super) parameters: Parameters,
}

const FIRST: usize = G1_BYTES as usize;
const SECOND: usize = G2_BYTES as usize;
/// Bytes of a contribution without its parameters.
const FIXED: usize = 9 * FIRST + 5 * SECOND + HalfWay::BYTES + 64 + 8;

impl Contribution {
    fn read(bytes: &mut &[u8], number: usize, place: &str) -> Result<Self, CeremonyError> {
        let here = || format!("contribution {number}");
        let format = |error| CeremonyError::Format { place: place.to_owned(), error };
        let truncated = |needed: usize, left: usize| {
            format(FormatError::Truncated { place: here(), needed: needed as u64, left: left as u64 })
        };
        let (fixed, rest) = bytes.split_at_checked(FIXED).ok_or_else(|| truncated(FIXED, bytes.len()))?;
        let mut fields = Fields { rest: fixed, number, index: 0 };
        let tau = (fields.point()?, fields.point()?);
        let alpha = fields.point()?;
        let beta = (fields.point()?, fields.point()?);
        let mut first = [[G1Affine::zero(); 2]; 3];
        for point in first.as_flattened_mut() {
            *point = fields.point()?;
        }
        let second = [fields.point()?, fields.point()?, fields.point()?];
        let answer = HalfWay::read(&fields.bytes()).ok_or_else(|| {
            let message = "a hash that waits for more than a block".to_owned();
            format(FormatError::Inconsistent { place: here(), message })
        })?;
        let next_challenge = fields.bytes();
        let (kind, length) =
            (u32::from_le_bytes(fields.bytes()), u32::from_le_bytes(fields.bytes()) as usize);
        let (parameters, rest) =
            rest.split_at_checked(length).ok_or_else(|| truncated(length, rest.len()))?;
        *bytes = rest;
        Ok(Self {
            state: State { tau, alpha, beta },
            knowledge: Knowledge { first, second },
            answer,
            next_challenge,
            parameters: Parameters::read(kind, parameters, &here()).map_err(format)?,
        })
    }

    pub(super) fn append(&self, to: &mut Vec<u8>) {
        let State { tau, alpha, beta } = &self.state;
        tau.0.append(to);
        tau.1.append(to);
        alpha.append(to);
        beta.0.append(to);
        beta.1.append(to);
        self.knowledge.first.as_flattened().iter().for_each(|point| point.append(to));
        self.knowledge.second.iter().for_each(|point| point.append(to));
        to.extend_from_slice(&self.answer.to_bytes());
        to.extend_from_slice(&self.next_challenge);
        self.parameters.append(to);
    }

    /// The hash of the whole answer.
    pub(super) fn answer(&self) -> Hash {
        let mut hasher = self.answer.clone();
        hasher.update(&self.knowledge.uncompressed());
        hasher.finalize()
    }

    /// What it calls itself.
    pub(crate) fn name(&self) -> String {
        self.parameters.name_text()
    }

    pub(crate) fn beacon(&self) -> Option<&Beacon> {
        self.parameters.beacon.as_ref()
    }

    /// That each secret's factor was known, and that each state follows from the one before; with the refusal of each.
    pub(super) fn claims(
        &self,
        number: usize,
        before: &State,
        challenge: &Hash,
    ) -> Vec<(SameRatio, Refusal)> {
        let mut claims = Vec::with_capacity(8);
        let after = &self.state;
        let firsts =
            [(before.tau.0, after.tau.0), (before.alpha, after.alpha), (before.beta.0, after.beta.0)];
        let seconds = [Some((before.tau.1, after.tau.1)), None, Some((before.beta.1, after.beta.1))];
        for (secret, name) in SECRETS.into_iter().enumerate() {
            let points = &self.knowledge.first[secret];
            let (x, y) = (place(secret, challenge, points), self.knowledge.second[secret]);
            let [a, b] = *points;
            claims.push((SameRatio { a, b, x, y }, Refusal::ProofOfKnowledge { number, secret: name }));
            let follows = || Refusal::DoesNotFollow { number, value: name };
            let (before, after) = firsts[secret];
            claims.push((SameRatio { a: before, b: after, x, y }, follows()));
            if let Some((before, after)) = seconds[secret] {
                claims.push((SameRatio { a, b, x: before, y: after }, follows()));
            }
        }
        claims
    }

    /// Whether a beacon's points are those of its value.
    pub(super) fn is_of_beacon(&self, beacon: &Beacon, challenge: &Hash) -> bool {
        let mut stream = Stream::of_beacon(beacon.value(), beacon.iterations_log2());
        let factors = [stream.scalar(), stream.scalar(), stream.scalar()];
        self.knowledge == Knowledge::new(&factors, &mut stream, challenge)
    }
}

/// Reads the fixed fields of a contribution one after the other; there are enough bytes for all.
struct Fields<'a> {
    rest: &'a [u8],
    number: usize,
    index: u64,
}

impl Fields<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        if let Some((head, rest)) = self.rest.split_first_chunk() {
            (bytes, self.rest) = (*head, rest);
        }
        bytes
    }

    fn point<P: Encoded>(&mut self) -> Result<P, Refusal> {
        let number = self.number;
        let (bytes, rest) = self.rest.split_at(P::BYTES.min(self.rest.len()));
        self.rest = rest;
        self.index += 1;
        let points = decode_finite(bytes, "a point", self.index)
            .and_then(|points: Vec<P>| check_one(&points[0], "a point", self.index).map(|()| points[0]));
        points.map_err(|refusal| match refusal {
            Refusal::Point { place, error, .. } => Refusal::ContributionPoint { number, place, error },
            other => other,
        })
    }
}

/// Reads all contributions.
pub(super) fn read_all<R: Read + Seek>(
    file: &mut SectionFile<R>,
    of: Extent,
    place: &str,
) -> Result<Vec<Contribution>, CeremonyError> {
    let bytes = file.read(of, 0, of.length)?;
    let Some((count, mut rest)) = bytes.split_first_chunk() else {
        let error = FormatError::Truncated { place: "section 7".into(), needed: 4, left: bytes.len() as u64 };
        return Err(file.format(error));
    };
    // Grows as contributions are read: the count is a claim.
    let mut contributions = Vec::new();
    for number in 1..=u32::from_le_bytes(*count) as usize {
        contributions.push(Contribution::read(&mut rest, number, place)?);
    }
    if !rest.is_empty() {
        let error = FormatError::TooLong { place: "section 7".into(), bytes: rest.len() as u64 };
        return Err(file.format(error));
    }
    check_iterations(contributions.iter().filter_map(Contribution::beacon), "section 7")
        .map_err(|error| file.format(error))?;
    Ok(contributions)
}
