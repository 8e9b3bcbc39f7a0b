//! Why a file of a ceremony can't be read, or is refused.

use std::io;

use solvency_prover::circom::FormatError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A file can't be read or written.
    #[error("{place}: {error}")]
    Io {
        /// Which file.
        place: String,
        /// Why.
        error: io::Error,
    },
    /// A file is not what its format asks for.
    #[error("{place}: {error}")]
    Format {
        /// Which file.
        place: String,
        /// What is wrong.
        error: FormatError,
    },
    /// A file has the right form and the wrong content: it is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The circuit needs more powers of tau than the file has.
    #[error("the circuit needs powers of tau for a domain of 2^{needed}, the file has them up to 2^{got}")]
    TooFewPowers {
        /// What the circuit needs.
        needed: u32,
        /// What the file has.
        got: u32,
    },
    /// The file of powers of tau has no Lagrange bases.
    #[error("the file of powers of tau is not prepared for phase 2 (section {section} is missing)")]
    NotPrepared {
        /// The first section that is missing.
        section: u32,
    },
    /// A circuit that no key can be made for.
    #[error("no key can be made for this circuit: {0}")]
    Circuit(String),
    /// Points were multiplied wrongly: nothing of what was written can be used.
    #[error("this machine multiplied points wrongly; nothing of what was written can be used")]
    Miscomputed,
    /// The points make no key.
    #[error(transparent)]
    Key(#[from] solvency_prover::keys::SetUpError),
    /// Something that a contributor typed can't be used.
    #[error("{0}")]
    Argument(String),
    /// The arithmetic that was asked for can't be had.
    #[error(transparent)]
    Path(#[from] solvency_kernels::PathError),
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// A group of BN254.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// G1.
    First,
    /// G2.
    Second,
}

/// What is wrong with a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// A coordinate is not below the base field's modulus.
    #[error("a coordinate is not below the modulus")]
    NotReduced,
    /// It is on no curve.
    #[error("not on the curve")]
    NotOnCurve,
    /// It is outside the subgroup of order r.
    #[error("not in the subgroup of order r")]
    NotInSubgroup,
    /// It is the point at infinity where none can be.
    #[error("the point at infinity")]
    Infinity,
}

/// Why a transcript, a key or powers of tau are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A point that can't be one.
    #[error("{place}, point {index}: {error}")]
    Point {
        /// The section or the field.
        place: &'static str,
        /// Zero-based index in it.
        index: u64,
        /// Why.
        error: PointError,
    },
    /// A point of a contribution that can't be one.
    #[error("contribution {number}, {place}: {error}")]
    ContributionPoint {
        /// From 1.
        number: usize,
        /// Which of its points.
        place: &'static str,
        /// Why.
        error: PointError,
    },
    /// Nobody contributed: δ is one, and with γ = δ everybody can forge.
    #[error("nobody contributed: with this key everybody can forge proofs")]
    NoContribution,
    /// Fewer contributions than required, beacons not counted.
    #[error("{got} contributions, at least {required} are required")]
    TooFewContributions {
        /// In the file.
        got: usize,
        /// Required.
        required: usize,
    },
    /// The last contribution is no beacon.
    #[error("the last contribution is no beacon, which is required")]
    NoBeacon,
    /// The beacon is not the one that was named beforehand.
    #[error("the beacon is {got}, not {expected}")]
    OtherBeacon {
        /// In the file: value and iterations.
        got: String,
        /// Named beforehand.
        expected: String,
    },
    /// The transcript that a contribution was made on is not the one that stands before it.
    #[error("contribution {number}: its transcript is not that of what stands before it")]
    Transcript {
        /// From 1.
        number: usize,
    },
    /// A contribution's proof that its maker knew the secret does not hold.
    #[error("contribution {number}: the proof of knowledge does not hold")]
    ProofOfKnowledge {
        /// From 1.
        number: usize,
        /// The secret.
        secret: &'static str,
    },
    /// A contribution does not multiply what was before by the secret that it proves to know.
    #[error("contribution {number}: {value} does not follow from the contribution before")]
    DoesNotFollow {
        /// From 1.
        number: usize,
        /// What.
        value: &'static str,
    },
    /// A beacon whose points are not those of its value.
    #[error("contribution {number}: its points are not those of the beacon's value")]
    BeaconPoints {
        /// From 1.
        number: usize,
    },
    /// A field of the header is another than it has to be.
    #[error("{field} is not what {expected} has")]
    Header {
        /// The field.
        field: &'static str,
        /// Where the right one is.
        expected: &'static str,
    },
    /// A section differs from what circuit and powers of tau give.
    #[error("{section} at {index} is not what circuit and powers of tau give")]
    Section {
        /// Its name.
        section: &'static str,
        /// Zero-based index of the point or term.
        index: u64,
    },
    /// The points of a section are not those that circuit and powers of tau give, divided by δ.
    #[error("{section} does not match circuit, powers of tau and δ")]
    Ratio {
        /// Its name.
        section: &'static str,
    },
    /// The hash of the circuit is not the one in the transcript.
    #[error("the transcript is for another circuit or other powers of tau")]
    CircuitHash,
    /// Sections that are no powers of one τ.
    #[error("{section} has no consecutive powers of one τ")]
    Powers {
        /// Its name.
        section: &'static str,
    },
    /// A Lagrange basis that is not the transform of the powers.
    #[error("{section} is not the Lagrange basis of 2^{power} that the powers give")]
    Lagrange {
        /// Its name.
        section: &'static str,
        /// Of the domain's size.
        power: u32,
    },
    /// The challenge after the last contribution is not the hash of the sections.
    #[error("the challenge after the last contribution is not the hash of the powers")]
    Challenge,
}
