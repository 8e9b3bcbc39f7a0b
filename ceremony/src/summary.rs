//! What is told of contributions and keys.

use serde::{Deserialize, Serialize};
use solvency_verifier::Bytes32;
use solvency_verifier::encoding::tagged_sha256;

use crate::parameters::Beacon;
use crate::zkey::{Chain, Contribution};

/// A contribution, as manifests and people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contributed {
    /// From 1.
    pub number: usize,
    /// What it calls itself: nothing shows that this is true.
    pub name: String,
    /// BLAKE2b-512 in hexadecimal, as its maker published it.
    pub hash: String,
    /// The value, where it is a beacon's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub beacon: Option<BeaconText>,
}

/// A beacon in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeaconText {
    /// In hexadecimal.
    pub value: String,
    /// It is hashed two to the power of this times.
    pub iterations_log2: u8,
}

impl From<&Beacon> for BeaconText {
    fn from(beacon: &Beacon) -> Self {
        Self { value: hex::encode(beacon.value()), iterations_log2: beacon.iterations_log2() }
    }
}

impl Contributed {
    fn of(number: usize, contribution: &Contribution) -> Self {
        Self {
            number,
            name: contribution.parameters.name_text(),
            hash: hex::encode(contribution.hash()),
            beacon: contribution.beacon().map(BeaconText::from),
        }
    }

    /// The last contribution of a chain that has one.
    pub(crate) fn last_of(chain: &Chain) -> Self {
        let number = chain.contributions.len();
        chain.contributions.last().map_or_else(
            || Self { number, name: String::new(), hash: String::new(), beacon: None },
            |contribution| Self::of(number, contribution),
        )
    }

    pub(crate) fn all_of(chain: &Chain) -> Vec<Self> {
        (1..).zip(&chain.contributions).map(|(number, contribution)| Self::of(number, contribution)).collect()
    }
}

/// A transcript that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// The circuit's hash in hexadecimal, as snarkjs shows it.
    pub circuit: String,
    /// Every contribution.
    pub contributions: Vec<Contributed>,
    /// Names the transcript: SHA-256 of `"solvency.v1.ceremony"` and the last section of the `.zkey` (spec/ceremony.md).
    pub transcript: Bytes32,
}

impl Verified {
    pub(crate) fn of(chain: &Chain) -> Self {
        Self {
            circuit: hex::encode(chain.circuit),
            contributions: Contributed::all_of(chain),
            transcript: Bytes32(tagged_sha256("solvency.v1.ceremony", &[&chain.to_bytes()]).0),
        }
    }
}
