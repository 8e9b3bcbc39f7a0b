//! Why prices are refused: which file, where in it, what was found, what is allowed.

use solvency_verifier::statement::{QuorumError, SignatureError};
use solvency_verifier::{Address, Bytes32};

use crate::{Amount, SourceKind};

/// What is wrong at a place of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {place}: {problem}")]
pub struct FeedError {
    /// Name of the file.
    pub file: String,
    /// Path within the document, byte of an update, or the symbol.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FeedError {
    pub(crate) fn new(file: &str, place: impl Into<String>, problem: Problem) -> Self {
        FeedError { file: file.into(), place: place.into(), problem }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A file that is too long.
    #[error("{got} bytes, at most {allowed} are read")]
    TooLarge {
        /// Its length.
        got: usize,
        /// The longest that is read.
        allowed: usize,
    },
    /// A list that is too long or empty.
    #[error("{got} {what}, from 1 to {allowed} are allowed")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// Entries found; one more than allowed where counting stopped there.
        got: usize,
        /// Most entries.
        allowed: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 from byte {0} on")]
    Utf8(usize),
    /// Not JSON, or not of this kind.
    #[error("{0}")]
    Json(String),
    /// Not TOML of the sources file.
    #[error("{0}")]
    Toml(String),
    /// A field that is not there.
    #[error("the field is missing")]
    Field,
    /// A field or a name twice.
    #[error("{what} {name:?} stands here twice")]
    Repeated {
        /// What.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A document of another format, or not in its one form.
    #[error("{0}")]
    Form(String),
    /// A value that is not allowed.
    #[error("{what} is {got}; {allowed}")]
    Value {
        /// Which value.
        what: &'static str,
        /// What was found.
        got: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A file of a source that the sources file does not have.
    #[error("a file of {0}, which has no section in the sources file; add it, or leave the file out")]
    NoSection(SourceKind),
    /// A symbol that the registry does not have.
    #[error("{0:?} is no asset of the registry")]
    UnknownSymbol(String),
    /// An asset that no section maps.
    #[error("no section of the sources file maps {0}; every asset of the registry needs one")]
    NotMapped(String),
    /// An asset for which no file has a price.
    #[error("no file has a price of feed {feed}, which {source_kind} has to give")]
    Missing {
        /// The feed.
        feed: String,
        /// Its source.
        source_kind: SourceKind,
    },
    /// Another currency.
    #[error("the quote is {got:?}, expected {expected:?}")]
    Quote {
        /// Currency found.
        got: String,
        /// Currency of the sources file or the registry.
        expected: String,
    },
    /// An own feed of another name.
    #[error("the source is {got:?}, expected {expected:?}")]
    Source {
        /// Name found.
        got: String,
        /// Name in the sources file.
        expected: String,
    },
    /// The signatures of an own feed are not its quorum.
    #[error("{0}")]
    Quorum(QuorumError),
    /// A signature that names no signer.
    #[error("{0}")]
    Signature(SignatureError),
    /// A signature of another signer than the one that is named, or of other data.
    #[error(
        "the signature is of {got}, expected {expected}: another signer, or what was signed has been changed"
    )]
    WrongSigner {
        /// Address recovered.
        got: Address,
        /// Address named.
        expected: Address,
    },
    /// A signer that is not pinned.
    #[error("{0} is not among the signers of the sources file")]
    UnknownSigner(Address),
    /// A signer twice for one feed and time.
    #[error("{0} signs this feed twice for the same time")]
    RepeatedSigner(Address),
    /// Too few signers.
    #[error("{got} signers, {needed} are needed")]
    QuorumMissed {
        /// Distinct signers.
        got: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Another guardian set.
    #[error(
        "guardian set {got}, expected {expected}; after a rotation the sources file needs the new set and its addresses"
    )]
    GuardianSet {
        /// Index found.
        got: u32,
        /// Index pinned.
        expected: u32,
    },
    /// A guardian out of order, twice, or beyond the set.
    #[error("guardian {index} is out of order, repeated, or not in a set of {guardians}")]
    GuardianOrder {
        /// Its index.
        index: u8,
        /// Guardians of the set.
        guardians: usize,
    },
    /// Another emitter.
    #[error("emitted by {address} on chain {chain}, which is not the pinned emitter")]
    Emitter {
        /// Chain found.
        chain: u16,
        /// Emitter found.
        address: Bytes32,
    },
    /// The bytes end too early.
    #[error("{what} needs {needed} bytes, {left} are left")]
    Truncated {
        /// What was to be read.
        what: &'static str,
        /// Its bytes.
        needed: usize,
        /// Bytes left.
        left: usize,
    },
    /// Bytes after the end.
    #[error("{left} bytes after the end of {what}")]
    Trailing {
        /// What had ended.
        what: &'static str,
        /// Bytes left.
        left: usize,
    },
    /// Text that is not the hexadecimal or base64 form of bytes.
    #[error("not {0} in its one form")]
    Encoding(&'static str),
    /// A message that is not in the signed tree.
    #[error("the proof of this message does not lead to the signed root")]
    MerkleProof,
    /// `parsed` says something else than what was signed.
    #[error("`parsed` has {got}, which no signed message of the file says")]
    ParsedContradicts {
        /// What stands in `parsed`.
        got: String,
    },
    /// A price of 0 or below, also after scaling.
    #[error("the price is {0}; prices are above 0")]
    NotPositive(String),
    /// An exponent out of bounds.
    #[error("the exponent is {0}, allowed are -18 to 6")]
    Exponent(i32),
    /// A price or a confidence that 64 bits of 10^-12 do not hold.
    #[error("{0} does not fit 64 bits of 10^-12 quote units")]
    Overflow(&'static str),
    /// A number that can't be read exactly.
    #[error("{0} is no decimal number of at most 17 digits and 22 decimals below 2^53")]
    Number(String),
    /// Another number of decimals than 8: it is not signed, so that it must not count.
    #[error("decimals is {0}; it is not signed, and only 8 is taken")]
    Decimals(String),
    /// A feed twice in a file, a package or an update.
    #[error("feed {0} stands here twice")]
    DuplicateFeed(String),
    /// Two packages of one feed and time that do not say the same.
    #[error("feed {feed} at {time_ms} ms: {other} says something else")]
    Conflict {
        /// The feed.
        feed: String,
        /// The time, in Unix milliseconds.
        time_ms: u64,
        /// The file that it contradicts.
        other: String,
    },
    /// A price that is too old.
    #[error("{age_ms} ms old, at most {allowed_ms} are allowed")]
    TooOld {
        /// Its age in milliseconds.
        age_ms: u64,
        /// The highest age.
        allowed_ms: u64,
    },
    /// A price from the future.
    #[error("{ahead_ms} ms ahead of the clock, at most {allowed_ms} are allowed")]
    Future {
        /// How far ahead in milliseconds.
        ahead_ms: u64,
        /// How far is allowed.
        allowed_ms: u64,
    },
    /// A confidence that is too wide: the market is not of one price.
    #[error(
        "the confidence is {confidence} at a price of {price}: wider than {allowed_ppm} millionths of it"
    )]
    TooWide {
        /// The price.
        price: Amount,
        /// The confidence.
        confidence: Amount,
        /// Widest allowed.
        allowed_ppm: u64,
    },
    /// Nothing of the price is left after k times the confidence.
    #[error("k times the confidence of {confidence} leaves nothing of {price}")]
    Uncovered {
        /// The price.
        price: Amount,
        /// The confidence.
        confidence: Amount,
    },
}

impl Problem {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Problem::TooOld { .. } | Problem::Missing { .. } => "fetch the packages again",
            Problem::Future { .. } => "compare this clock with another: one of the two is wrong",
            Problem::TooWide { .. } | Problem::Uncovered { .. } => {
                "wait until the market is of one price; k and max_confidence_ppm of the sources file say what is too wide"
            }
            Problem::WrongSigner { .. }
            | Problem::Signature(_)
            | Problem::MerkleProof
            | Problem::ParsedContradicts { .. }
            | Problem::Conflict { .. } => {
                "do not use the file: what it says is not what was signed; fetch it again from elsewhere"
            }
            Problem::UnknownSigner(_)
            | Problem::GuardianSet { .. }
            | Problem::Emitter { .. }
            | Problem::GuardianOrder { .. } => {
                "where signers, guardians or emitter have changed, pin the new ones in the sources file; otherwise do not use the file"
            }
            Problem::Quorum(_) | Problem::QuorumMissed { .. } | Problem::RepeatedSigner(_) => {
                "bring packages of more signers, or have more of them sign the feed"
            }
            Problem::Toml(_) | Problem::Value { .. } | Problem::UnknownSymbol(_) | Problem::NotMapped(_) => {
                "spec/prices.md says what a sources file and a feed hold"
            }
            _ => "spec/prices.md says what is read",
        }
    }
}
