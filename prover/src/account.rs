//! An account's balance vectors and their openings, as the custodian keeps them.

use serde::{Deserialize, Serialize};
use solvency_verifier::commitment::{pledge_commitment, total_commitment};
use solvency_verifier::{FieldElement, SLOTS};

use crate::random::{self, RandomnessError};

/// The opening of a holdings total: secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TotalOpening {
    /// Sums per slot, in ledger units, below 2^75.
    pub entries: Vec<u128>,
    /// The commitment's blinding.
    pub blinding: FieldElement,
}

/// The opening of a pledge, or of what the account keeps: secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PledgeOpening {
    /// Amounts per slot, in ledger units.
    pub entries: Vec<u64>,
    /// The commitment's blinding.
    pub blinding: FieldElement,
}

/// A vector that has not 64 entries.
#[derive(Debug, thiserror::Error)]
#[error("a balance vector has {SLOTS} entries, got {0}")]
pub struct LengthError(usize);

impl TotalOpening {
    /// A fresh commitment's opening.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn fresh(entries: [u128; SLOTS]) -> Result<Self, RandomnessError> {
        Ok(TotalOpening { entries: entries.to_vec(), blinding: random::field_element()? })
    }

    /// The entries.
    ///
    /// # Errors
    /// [`LengthError`] where a file held another number.
    pub fn entries(&self) -> Result<[u128; SLOTS], LengthError> {
        self.entries.clone().try_into().map_err(|entries: Vec<u128>| LengthError(entries.len()))
    }

    /// `C_T`.
    ///
    /// # Errors
    /// [`LengthError`].
    pub fn commitment(&self) -> Result<FieldElement, LengthError> {
        let entries = self.entries()?.map(ark_bn254::Fr::from);
        Ok(FieldElement(total_commitment(&entries, self.blinding.0).unwrap_or_default()))
    }
}

impl PledgeOpening {
    /// A fresh commitment's opening.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn fresh(entries: [u64; SLOTS]) -> Result<Self, RandomnessError> {
        Ok(PledgeOpening { entries: entries.to_vec(), blinding: random::field_element()? })
    }

    /// The entries.
    ///
    /// # Errors
    /// [`LengthError`] where a file held another number.
    pub fn entries(&self) -> Result<[u64; SLOTS], LengthError> {
        self.entries.clone().try_into().map_err(|entries: Vec<u64>| LengthError(entries.len()))
    }

    /// `C_Q`.
    ///
    /// # Errors
    /// [`LengthError`].
    pub fn commitment(&self) -> Result<FieldElement, LengthError> {
        Ok(FieldElement(pledge_commitment(&self.entries()?, self.blinding.0).unwrap_or_default()))
    }
}

impl Drop for TotalOpening {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.entries);
        zeroize::Zeroize::zeroize(&mut self.blinding.0);
    }
}

impl Drop for PledgeOpening {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.entries);
        zeroize::Zeroize::zeroize(&mut self.blinding.0);
    }
}
