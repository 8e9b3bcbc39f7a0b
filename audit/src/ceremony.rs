//! The pinned keys, where they come from, and the manifests of their ceremonies (spec/audit.md, step 5; spec/ceremony.md).
//!
//! A manifest describes a ceremony. That its transcript holds is for `ceremony verify`, with files that an auditor of bundles does not have.

use serde::{Deserialize, Serialize};
use solvency_verifier::Shape;
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::groth16::{KeyId, Origin, VerifyingKey};

use crate::figure::Label;
use crate::strict::{Unread, read};

/// The format of manifests.
pub const CEREMONY_FORMAT: &str = "solvency.ceremony/1";
/// Longest manifest that is read, in bytes.
pub const MAX_CEREMONY_BYTES: usize = 1 << 20;

/// The manifest beside a key of a ceremony, as `ceremony finalize` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CeremonyRecord {
    /// [`CEREMONY_FORMAT`].
    pub format: String,
    /// The circuit's shape.
    pub shape: Shape,
    /// Hash of the circuit's matrices.
    pub matrices: Bytes32,
    /// Rows of the circuit.
    pub constraints: u64,
    /// Its wires.
    pub wires: u64,
    /// Size of the domain.
    pub domain: u64,
    /// The file that it began with.
    pub powers_of_tau: PowersOfTau,
    /// The file that it ended with.
    pub zkey: ZKey,
    /// In their order.
    pub contributions: Vec<Contribution>,
    /// Names the transcript; the key's origin.
    pub transcript: Bytes32,
    /// The verifying key's id.
    pub verifying_key: KeyId,
}

/// A file of powers of tau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PowersOfTau {
    /// BLAKE2b-512 of all its bytes, in hexadecimal.
    pub blake2b: String,
    /// Domains go up to two to the power of this.
    pub power: u32,
    /// Its name, where it is one of the published files.
    pub known: Option<String>,
    /// How many contributed.
    pub contributions: u64,
    /// Whether its maker named it a test file.
    pub for_tests: bool,
}

/// The last file of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ZKey {
    /// BLAKE2b-512 of all its bytes, in hexadecimal.
    pub blake2b: String,
    /// Its length.
    pub bytes: u64,
    /// The circuit's hash, as snarkjs shows it.
    pub circuit: String,
}

/// A contribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Contribution {
    /// From 1.
    pub number: u64,
    /// What it calls itself.
    pub name: String,
    /// BLAKE2b-512 in hexadecimal.
    pub hash: String,
    /// The value, where it is a beacon's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub beacon: Option<CeremonyBeacon>,
}

/// A beacon of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CeremonyBeacon {
    /// In hexadecimal.
    pub value: String,
    /// It is hashed two to the power of this times.
    pub iterations_log2: u8,
}

/// A pinned key in the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyLine {
    /// Its id.
    pub id: KeyId,
    /// Its shape.
    pub shape: Shape,
    /// Not used at or after this time.
    pub not_after: u64,
    /// `development` or `ceremony`.
    pub origin: &'static str,
    /// Hash of the ceremony's transcript.
    pub transcript: Option<Bytes32>,
    /// Contributions besides beacons that its manifest names; none without a manifest.
    pub participants: Option<u64>,
    /// Whether the transcript was verified in the same run, and gave this key.
    pub transcript_verified: bool,
    /// Hash of the circuit's matrices.
    pub matrices: Bytes32,
    /// Proofs of accepted bundles under it.
    pub proofs: u64,
    /// On what its origin rests.
    #[serde(flatten)]
    pub label: Label,
}

impl CeremonyRecord {
    pub(crate) fn from_json(document: &[u8]) -> Result<Self, Unread> {
        let record: CeremonyRecord = read(document, MAX_CEREMONY_BYTES)?;
        if record.format == CEREMONY_FORMAT {
            Ok(record)
        } else {
            Err(Unread::Form(format!("format is {:?}, expected {CEREMONY_FORMAT:?}", record.format)))
        }
    }

    /// What the manifest says otherwise than the key.
    pub(crate) fn difference(&self, key: &VerifyingKey) -> Option<&'static str> {
        let Origin::Ceremony { transcript } = key.origin() else {
            return Some("it is the manifest of a ceremony, the key is a development key");
        };
        let checks = [
            (self.shape == key.shape(), "its shape is not the key's"),
            (self.matrices == *key.matrices(), "its matrices are not the key's"),
            (self.transcript == transcript, "its transcript is not the key's"),
            (self.participants() > 0, "it names no contribution besides beacons"),
        ];
        checks.into_iter().find(|(right, _)| !right).map(|(_, what)| what)
    }

    /// Contributions besides beacons.
    pub fn participants(&self) -> u64 {
        self.contributions.iter().filter(|contribution| contribution.beacon.is_none()).count() as u64
    }
}
