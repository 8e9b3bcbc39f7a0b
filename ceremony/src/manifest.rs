//! The manifest of a ceremony: what everybody can compare with what was published.

use serde::{Deserialize, Serialize};
use solvency_verifier::groth16::{KeyId, Origin, VerifyingKey};
use solvency_verifier::{Bytes32, Shape};

use crate::summary::Contributed;

/// Where a key comes from (spec/ceremony.md). A manifest is a description: [`Manifest::check`] compares it with a key, only [`crate::verify`] with a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// [`Manifest::FORMAT`].
    pub format: String,
    /// The circuit's shape.
    pub shape: Shape,
    /// Hash of the circuit's matrices (spec/keys.md).
    pub matrices: Bytes32,
    /// Rows of the circuit.
    pub constraints: usize,
    /// Its wires, the one and the public inputs among them.
    pub wires: usize,
    /// Size of the domain.
    pub domain: u64,
    /// The file that it began with.
    pub powers_of_tau: PowersOfTauText,
    /// The file that it ended with.
    pub zkey: ZKeyText,
    /// In their order; the last may be a beacon's.
    pub contributions: Vec<Contributed>,
    /// Names the transcript; the key's origin.
    pub transcript: Bytes32,
    /// The verifying key's id, which trust files pin.
    pub verifying_key: KeyId,
}

/// A file of powers of tau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PowersOfTauText {
    /// BLAKE2b-512 of all its bytes, in hexadecimal.
    pub blake2b: String,
    /// Domains go up to two to the power of this.
    pub power: u32,
    /// Its name, where it is one of the published files.
    pub known: Option<String>,
    /// How many contributed.
    pub contributions: usize,
    /// Whether its maker named it a test file.
    pub for_tests: bool,
}

/// The last file of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZKeyText {
    /// BLAKE2b-512 of all its bytes, in hexadecimal.
    pub blake2b: String,
    /// Its length.
    pub bytes: u64,
    /// The circuit's hash, as snarkjs shows it.
    pub circuit: String,
}

/// Why a manifest is not a key's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Another format.
    #[error("format {0:?} is not known")]
    Format(String),
    /// Something that the key says otherwise.
    #[error("its {0} is not the key's")]
    Differs(&'static str),
    /// The key is a development key.
    #[error("the key comes from no ceremony")]
    NoCeremony,
}

impl Manifest {
    /// Version of the document.
    pub const FORMAT: &'static str = "solvency.ceremony/1";

    /// Compares everything that a key holds too.
    ///
    /// # Errors
    /// [`ManifestError`] for the first difference.
    pub fn check(&self, key: &VerifyingKey) -> Result<(), ManifestError> {
        let Origin::Ceremony { transcript } = key.origin() else { return Err(ManifestError::NoCeremony) };
        if self.format != Self::FORMAT {
            return Err(ManifestError::Format(self.format.clone()));
        }
        for (same, what) in [
            (self.shape == key.shape(), "shape"),
            (self.matrices == *key.matrices(), "hash of the matrices"),
            (self.transcript == transcript, "transcript"),
            (self.verifying_key == key.id(), "id"),
        ] {
            if !same {
                return Err(ManifestError::Differs(what));
            }
        }
        Ok(())
    }

    /// Contributions besides beacons.
    pub fn participants(&self) -> usize {
        self.contributions.iter().filter(|contribution| contribution.beacon.is_none()).count()
    }
}
