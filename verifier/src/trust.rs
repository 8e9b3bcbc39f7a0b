//! The trust file: everything that a venue decides for itself before it reads a bundle.
//!
//! Whoever can change this file decides what is accepted. It belongs to the venue, never to the custodian.

use alloc::{string::String, string::ToString, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes32, StrictError, read_strict};
use crate::groth16::{Accelerator, KeyId, PreparedVerifyingKey, VerifyingKey};
use crate::log::{KeyKind, VerifierKey, epoch_origin};
use crate::policy::Policy;
use crate::registry::Registry;
use crate::shape::Shape;
use crate::totals::{CheckedTotals, Totals, TotalsError};

/// The format that this version reads and writes.
pub const TRUST_FORMAT: &str = "solvency-trust/1";

/// A verifying key that the venue takes proofs under.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PinnedKey {
    /// Shape of the key's circuit.
    pub shape: Shape,
    /// Id of the key: must be that of `key`.
    pub id: KeyId,
    /// Not used at or after this time, in Unix seconds.
    pub not_after: u64,
    /// The key, in its canonical bytes.
    pub key: VerifyingKey,
}

/// Who must have sent the bundle, and for whom it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Audience {
    /// The venue.
    pub venue: Bytes32,
    /// Address with which the venue signs claims.
    pub venue_signer: Address,
    /// The liability book that the pledge must back.
    pub liability_book: Bytes32,
    /// Chain of the contract that may act on the pledge; 0 where none may.
    pub chain_id: u64,
    /// That contract; zero where none may.
    pub settlement: Address,
}

/// Whose collateral is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counterparty {
    /// Address with which the custodian signs allocations.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Origin of the account's log.
    pub log_origin: String,
}

/// The venue's latest claim on the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LatestClaim {
    /// Its number.
    pub number: u64,
    /// Its digest.
    pub digest: Bytes32,
}

/// What no longer counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Revoked {
    /// Attestors, oracles and other signers.
    pub signers: Vec<Address>,
    /// Verifying keys.
    pub keys: Vec<KeyId>,
    /// Policies, by digest.
    pub policies: Vec<Bytes32>,
    /// Registries, by digest.
    pub registries: Vec<Bytes32>,
}

/// What the venue has accepted last; a bundle must not go back behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Seen {
    /// Epoch of the last accepted bundle.
    pub epoch: u64,
    /// Sequence of the last allocation in it.
    pub sequence: u64,
    /// Digest of that allocation.
    pub allocation: Bytes32,
    /// Number of its price round.
    pub round: u64,
}

/// Tolerances of the venue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Limits {
    /// How many rounds behind the current one a price round may be.
    pub max_round_lag: u64,
    /// How far ahead of this clock a time may lie, in seconds.
    pub max_clock_skew: u64,
}

/// That a bundle must come with the account's witnessed log (spec/log.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HistoryRequirement {
    /// A cosignature counts for less than this many seconds; not 0.
    pub max_age: u64,
    /// The Ed25519 key of the account's log, or null for any that the custodian signed.
    pub log_key: Option<Bytes32>,
}

/// That what a bundle's chain spends must be in the custodian's certified totals (spec/totals.md).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TotalsRequirement {
    /// Who must have certified them; not zero.
    pub auditor: Address,
    /// Reserves count for less than this many seconds; not 0.
    pub max_age: u64,
}

/// Everything that a bundle is judged by.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Trust {
    /// [`TRUST_FORMAT`].
    pub format: String,
    /// For whom a bundle must be.
    pub audience: Audience,
    /// From whom it must be.
    pub counterparty: Counterparty,
    /// The registry, in full: its digest is the domain of every statement.
    pub registry: Registry,
    /// The venue's collateral policy, in full.
    pub policy: Policy,
    /// The verifying keys.
    pub keys: Vec<PinnedKey>,
    /// Development keys that are taken nevertheless, by id. Whoever ran their set-up can forge.
    pub accepted_development_keys: Vec<KeyId>,
    /// What no longer counts.
    pub revoked: Revoked,
    /// The venue's latest claim.
    pub latest_claim: LatestClaim,
    /// What was accepted last, or null.
    pub seen: Option<Seen>,
    /// Tolerances.
    pub limits: Limits,
    /// What is asked of the account's log; left out, never null, where nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryRequirement>,
    /// What is asked of the custodian's totals; left out, never null, where nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<TotalsRequirement>,
}

/// Why a document is not a trust file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not the strict JSON form.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// One-based line.
        line: usize,
        /// One-based column.
        column: usize,
        /// What was found and what is allowed.
        message: String,
    },
    /// Values that are right, not in the one form in which they are written.
    #[error("{place:?} is not in its one form: an array in place of an object, or a field is missing")]
    Form {
        /// JSON pointer to the first such place; empty for the whole document.
        place: String,
    },
    /// Another format or version.
    #[error("format is {got:?}, expected {TRUST_FORMAT:?}")]
    Format {
        /// The format found.
        got: String,
    },
    /// A key whose bytes have another id or shape than is written beside it.
    #[error("keys[{index}]: the key's bytes are {got}, not {stated}")]
    KeyMismatch {
        /// Position in `keys`.
        index: usize,
        /// Shape and id of the bytes.
        got: String,
        /// Shape and id stated.
        stated: String,
    },
    /// A key id twice.
    #[error("keys[{index}]: {id} is pinned twice")]
    KeyTwice {
        /// Position of the second.
        index: usize,
        /// The id.
        id: KeyId,
    },
    /// A registry, policy or requirement that contradicts itself.
    #[error("{0}")]
    Document(String),
}

impl Trust {
    /// Reads the strict JSON form and prepares the keys.
    ///
    /// # Errors
    /// [`TrustError`] where the document is not of this format, a key is not what its id says, or registry or policy are invalid.
    pub fn from_json(document: &[u8]) -> Result<PreparedTrust, TrustError> {
        let trust: Trust = read_strict(document)?;
        PreparedTrust::new(trust)
    }
}

/// A requirement that some bundle can meet.
fn check_history(history: &HistoryRequirement, counterparty: &Counterparty) -> Result<(), TrustError> {
    let document = |message: String| TrustError::Document(alloc::format!("history: {message}"));
    if history.max_age == 0 {
        return Err(document("maxAge is 0: no cosignature would be recent enough".into()));
    }
    let origin = epoch_origin(&counterparty.log_origin, 0)
        .map_err(|error| document(alloc::format!("counterparty.logOrigin can't name a log: {error}")))?;
    if let Some(key) = &history.log_key {
        VerifierKey::new(&origin, KeyKind::Note, &key.0)
            .map_err(|error| document(alloc::format!("logKey: {error}")))?;
    }
    Ok(())
}

fn check_totals(totals: &TotalsRequirement) -> Result<(), TrustError> {
    let refuse = |message: &str| Err(TrustError::Document(message.to_string()));
    if totals.max_age == 0 {
        return refuse("totals: maxAge is 0, so no reserves would ever count");
    }
    if totals.auditor.is_zero() {
        return refuse("totals: auditor is the zero address, which nobody can sign with");
    }
    Ok(())
}

/// A trust file whose keys are checked and prepared: made once, used for many bundles.
pub struct PreparedTrust {
    pub(crate) trust: Trust,
    pub(crate) keys: Vec<PreparedVerifyingKey>,
    /// What is attached, checked under this very trust file.
    pub(crate) totals: Option<CheckedTotals>,
}

impl PreparedTrust {
    /// Checks that every key is what its id says, and prepares it.
    ///
    /// # Errors
    /// As [`Trust::from_json`], without the errors of reading.
    pub fn new(trust: Trust) -> Result<Self, TrustError> {
        if trust.format != TRUST_FORMAT {
            return Err(TrustError::Format { got: trust.format });
        }
        trust.registry.validate().map_err(|error| TrustError::Document(error.to_string()))?;
        trust.policy.validate(&trust.registry).map_err(|error| TrustError::Document(error.to_string()))?;
        if let Some(history) = &trust.history {
            check_history(history, &trust.counterparty)?;
        }
        if let Some(totals) = &trust.totals {
            check_totals(totals)?;
        }
        let mut keys = Vec::new();
        for (index, pinned) in trust.keys.iter().enumerate() {
            let (shape, id) = (pinned.key.shape(), pinned.key.id());
            if shape != pinned.shape || id != pinned.id {
                return Err(TrustError::KeyMismatch {
                    index,
                    got: alloc::format!("{shape} {id}"),
                    stated: alloc::format!("{} {}", pinned.shape, pinned.id),
                });
            }
            if trust.keys.iter().take(index).any(|earlier| earlier.id == id) {
                return Err(TrustError::KeyTwice { index, id });
            }
            keys.push(PreparedVerifyingKey::new(pinned.key.clone()));
        }
        Ok(PreparedTrust { trust, keys, totals: None })
    }

    /// The trust file.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Checks the custodian's totals under this trust file and keeps them for the bundles to come, in place of what was attached before.
    /// `now` is the verifier's clock in Unix seconds.
    ///
    /// # Errors
    /// [`TotalsError`]; what was attached before is then gone.
    pub fn attach_totals(
        &mut self,
        totals: &Totals,
        now: u64,
        accelerator: Option<&dyn Accelerator>,
    ) -> Result<&CheckedTotals, TotalsError> {
        self.totals = None;
        let checked = totals.check(self, now, accelerator)?;
        Ok(self.totals.insert(checked))
    }

    /// Leaves no totals attached.
    pub fn detach_totals(&mut self) {
        self.totals = None;
    }

    /// The totals that are attached.
    pub fn totals(&self) -> Option<&CheckedTotals> {
        self.totals.as_ref()
    }

    /// What the venue keeps up to date between bundles; the keys stay prepared.
    pub fn move_on(&mut self, seen: Option<Seen>, latest_claim: LatestClaim) {
        self.trust.seen = seen;
        self.trust.latest_claim = latest_claim;
    }

    pub(crate) fn key(&self, id: &KeyId) -> Option<(&PinnedKey, &PreparedVerifyingKey)> {
        self.trust.keys.iter().zip(&self.keys).find(|(pinned, _)| pinned.id == *id)
    }
}

impl From<StrictError> for TrustError {
    fn from(error: StrictError) -> Self {
        match error {
            StrictError::Json(error) => {
                TrustError::Json { line: error.line(), column: error.column(), message: error.to_string() }
            }
            StrictError::Form(place) => TrustError::Form { place },
        }
    }
}
