//! What a custodian keeps of an epoch: one directory, every file replaced in one step.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use solvency_prover::account::{PledgeOpening, TotalOpening};
use solvency_prover::book::Book;
use solvency_prover::files::{self, Access};
use solvency_verifier::bundle::{Allocation, Proven};
use solvency_verifier::statement::{BookAttestation, CoverageStatement, HoldingsStatement, Signed};

use crate::error::CliResult;

/// A book's attestation with the signatures so far: public.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SignedAttestation {
    pub(crate) attestation: BookAttestation,
    pub(crate) signatures: Vec<Signed>,
}

/// A shard's holdings proof and the opening of its total: secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct HeldShard {
    pub(crate) proven: Proven<HoldingsStatement>,
    pub(crate) opening: TotalOpening,
}

/// An allocation of the chain and the openings of its outputs: secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ChainEntry {
    pub(crate) allocation: Allocation,
    pub(crate) openings: Vec<PledgeOpening>,
    /// The venue of each output; null for what is kept or unused.
    pub(crate) venues: Vec<Option<String>>,
}

/// The directory of one epoch.
pub(crate) struct EpochState {
    directory: PathBuf,
}

impl EpochState {
    /// The epoch's directory below the state directory; it is made when something is written.
    pub(crate) fn new(state: &Path, epoch: u64) -> Self {
        EpochState { directory: state.join(format!("epoch-{epoch}")) }
    }

    /// The secret openings of the book.
    pub(crate) fn book_path(&self) -> PathBuf {
        self.directory.join("book.json")
    }

    /// The attestation that attestors sign.
    pub(crate) fn attestation_path(&self) -> PathBuf {
        self.directory.join("attestation.json")
    }

    pub(crate) fn book(&self) -> CliResult<Option<Book>> {
        read_if_there(&self.book_path())
    }

    pub(crate) fn save_book(&self, book: &Book) -> CliResult<()> {
        write(&self.book_path(), book, Access::Secret)
    }

    pub(crate) fn attestation(&self) -> CliResult<Option<SignedAttestation>> {
        read_if_there(&self.attestation_path())
    }

    pub(crate) fn save_attestation(&self, attestation: &SignedAttestation) -> CliResult<()> {
        write(&self.attestation_path(), attestation, Access::Public)
    }

    pub(crate) fn holdings(&self) -> CliResult<Vec<HeldShard>> {
        Ok(read_if_there(&self.directory.join("holdings.json"))?.unwrap_or_default())
    }

    pub(crate) fn save_holdings(&self, holdings: &[HeldShard]) -> CliResult<()> {
        write(&self.directory.join("holdings.json"), &holdings, Access::Secret)
    }

    pub(crate) fn chain(&self) -> CliResult<Vec<ChainEntry>> {
        Ok(read_if_there(&self.directory.join("chain.json"))?.unwrap_or_default())
    }

    pub(crate) fn save_chain(&self, chain: &[ChainEntry]) -> CliResult<()> {
        write(&self.directory.join("chain.json"), &chain, Access::Secret)
    }

    pub(crate) fn coverage(&self, venue: &str) -> CliResult<Option<Proven<CoverageStatement>>> {
        read_if_there(&self.directory.join(format!("coverage-{venue}.json")))
    }

    pub(crate) fn save_coverage(&self, venue: &str, coverage: &Proven<CoverageStatement>) -> CliResult<()> {
        write(&self.directory.join(format!("coverage-{venue}.json")), coverage, Access::Public)
    }
}

fn read_if_there<T: DeserializeOwned>(path: &Path) -> CliResult<Option<T>> {
    if path.exists() { Ok(Some(files::read_json(path)?)) } else { Ok(None) }
}

fn write<T: Serialize>(path: &Path, value: &T, access: Access) -> CliResult<()> {
    Ok(files::write_json(path, value, access)?)
}
