//! Why an audit can't begin, or its statement not be signed. What is wrong with an input is a finding, not an error.

use solvency_verifier::encoding::{Address, Bytes32};
use solvency_verifier::statement::SignatureError;
use solvency_verifier::trust::TrustError;

/// Why an audit can't begin: without the trust file there is nothing to judge by.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// A trust file beyond its bound.
    #[error("{name}: {got} bytes, at most {allowed} are read of a trust file")]
    TrustTooLong {
        /// Its name.
        name: String,
        /// Its length.
        got: usize,
        /// What is read.
        allowed: usize,
    },
    /// A trust file that can't be read.
    #[error("{name}: {error}")]
    Trust {
        /// Its name.
        name: String,
        /// Why.
        error: TrustError,
    },
    /// A trust file of another registry than the first one's.
    #[error("{name}: of registry {got}, the first trust file is of {expected}; audit each registry alone")]
    OtherRegistry {
        /// Its name.
        name: String,
        /// Digest of its registry.
        got: Bytes32,
        /// Digest of the first one's.
        expected: Bytes32,
    },
    /// Two trust files for one venue, liability book and account.
    #[error("{name}: there is a trust file for this venue, liability book and account already")]
    SameVenue {
        /// The second one's name.
        name: String,
    },
    /// More trust files than are read.
    #[error("more than {allowed} trust files")]
    TooMany {
        /// What is read.
        allowed: usize,
    },
    /// A period that is empty or not of the past.
    #[error("the period [{from}, {until}) is empty or ends after now, {now}")]
    Period {
        /// Its beginning.
        from: u64,
        /// Its end.
        until: u64,
        /// The audit's time.
        now: u64,
    },
}

/// Why a statement is not signed, or a signed one not the pack's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Whoever signs said why.
    #[error("the signer: {0}")]
    Signer(String),
    /// Not the auditor's signature.
    #[error("auditor: {0}")]
    Signature(#[from] SignatureError),
    /// Not the strict form.
    #[error("not a signed audit: {0}")]
    Form(String),
    /// Of another registry.
    #[error("of registry {got}, expected {expected}")]
    Registry {
        /// Registry named.
        got: Bytes32,
        /// Registry expected.
        expected: Bytes32,
    },
    /// Another auditor.
    #[error("signed as {got}, expected {expected}")]
    Auditor {
        /// Address named.
        got: Address,
        /// Address expected.
        expected: Address,
    },
    /// Other bytes than were signed.
    #[error("the {what} has SHA-256 {got}, signed was {expected}")]
    Differs {
        /// `pack` or `page`.
        what: &'static str,
        /// Of the bytes.
        got: Bytes32,
        /// Signed.
        expected: Bytes32,
    },
}
