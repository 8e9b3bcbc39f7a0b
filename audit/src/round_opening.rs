//! An entry of the log of an account's rounds, opened to an auditor (spec/log.md, "Rounds").
//!
//! With the bundle it gives a leaf. That the leaf is in a log, and since when, it does not show.

use serde::{Deserialize, Serialize};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Bytes32, Domain, TypedData};
use solvency_verifier::log::RoundEntry;

use crate::report::pretty;
use crate::strict::{Unread, read};

/// The format that this version reads and writes.
pub const ROUND_OPENING_FORMAT: &str = "solvency-round-opening/1";
/// Longest opening that is read, in bytes.
pub const MAX_ROUND_OPENING_BYTES: usize = 4 << 10;

/// What of an entry is not in the bundle, and what says which bundle it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RoundOpening {
    /// [`ROUND_OPENING_FORMAT`].
    pub format: String,
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the log.
    pub epoch: u64,
    /// Number of the price round.
    pub round: u64,
    /// Zero-based index of the leaf.
    pub index: u64,
    /// Digest of the chain's last allocation when the entry was made.
    pub head: Bytes32,
    /// Digest of the coverage statement.
    pub coverage: Bytes32,
    /// The entry's salt.
    pub salt: Bytes32,
}

/// Why an opening is not of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoundOpeningError {
    /// Of another coverage.
    #[error("it opens coverage {got}, the bundle has {expected}")]
    Coverage {
        /// The opening's.
        got: Bytes32,
        /// The bundle's.
        expected: Bytes32,
    },
    /// Of another account, epoch or round.
    #[error("its {what} is not the bundle's")]
    Differs {
        /// Which of them.
        what: &'static str,
    },
    /// A head that the bundle's chain does not have.
    #[error("its head {head} is no allocation of the bundle's chain")]
    Head {
        /// The opening's.
        head: Bytes32,
    },
    /// A head from before the pledge: there was none yet.
    #[error("its head is allocation {head} of the chain, the pledge is of allocation {pledge}")]
    BeforePledge {
        /// Zero-based.
        head: usize,
        /// Zero-based.
        pledge: usize,
    },
}

impl RoundOpening {
    pub(crate) fn from_json(document: &[u8]) -> Result<Self, Unread> {
        let opening: RoundOpening = read(document, MAX_ROUND_OPENING_BYTES)?;
        if opening.format == ROUND_OPENING_FORMAT {
            Ok(opening)
        } else {
            Err(Unread::Form(format!("format is {:?}, expected {ROUND_OPENING_FORMAT:?}", opening.format)))
        }
    }

    /// The one form that is read.
    pub fn to_json(&self) -> String {
        pretty(self)
    }

    /// The entry that it opens, with the books of a bundle that was accepted.
    ///
    /// # Errors
    /// [`RoundOpeningError`] where it is not of this bundle.
    pub fn entry(&self, bundle: &Bundle, domain: &Domain) -> Result<RoundEntry, RoundOpeningError> {
        let coverage = &bundle.coverage.statement;
        let expected = coverage.digest(domain);
        if self.coverage != expected {
            return Err(RoundOpeningError::Coverage { got: self.coverage, expected });
        }
        for (what, same) in [
            ("account", self.account == coverage.account),
            ("epoch", self.epoch == coverage.epoch),
            ("round", self.round == bundle.round.round.round),
        ] {
            if !same {
                return Err(RoundOpeningError::Differs { what });
            }
        }
        let place = |digest: &Bytes32| {
            bundle
                .allocations
                .iter()
                .position(|allocation| allocation.proven.statement.digest(domain) == *digest)
        };
        let head = place(&self.head).ok_or(RoundOpeningError::Head { head: self.head })?;
        let pledge = place(&coverage.allocation).unwrap_or(usize::MAX);
        if head < pledge {
            return Err(RoundOpeningError::BeforePledge { head, pledge });
        }
        Ok(RoundEntry {
            account: self.account,
            epoch: self.epoch,
            round: self.round,
            books: bundle.books.iter().map(|book| book.attestation.digest(domain)).collect(),
            head: self.head,
            coverage: self.coverage,
            salt: self.salt,
        })
    }
}
