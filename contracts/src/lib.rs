//! The compiled contracts of this folder, and where everything is.
//!
//! An artefact that agrees with its sources shows nothing about what the contract does; the tests execute it.

pub mod abi;
pub mod calls;
pub mod statements;
pub mod test_keys;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// A compiled contract, as `compile.mjs` wrote it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Artefact {
    /// The contract's name.
    pub contract: String,
    /// Source file, relative to this folder.
    pub source: String,
    /// SHA-256 of each source of ours that went into the contract, in hexadecimal, by path.
    pub sources: BTreeMap<String, String>,
    /// Version of each npm package that sources were imported from.
    pub packages: BTreeMap<String, String>,
    /// Version of the compiler.
    pub compiler: String,
    /// Settings of the compiler.
    pub settings: serde_json::Value,
    /// The contract's interface.
    pub abi: serde_json::Value,
    /// Creation code in hexadecimal.
    pub bytecode: String,
    /// Size of the deployed code in bytes.
    pub runtime_bytes: usize,
}

/// Why an artefact can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// A file can't be read.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Not the document that `compile.mjs` writes, or not a `package.json`.
    #[error("{}: {error}; run node compile.mjs in contracts/", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        error: serde_json::Error,
    },
    /// A source was changed after it was compiled.
    #[error("{contract}: {source_path} changed after compilation; run node compile.mjs in contracts/")]
    Stale {
        /// The contract.
        contract: String,
        /// The source that differs.
        source_path: String,
    },
    /// The contract was compiled with another version of a package than `package.json` names.
    #[error("{contract}: compiled with {package} {recorded}, package.json names {}; run npm ci and node compile.mjs in contracts/", named.as_deref().unwrap_or("none"))]
    StalePackage {
        /// The contract.
        contract: String,
        /// The package.
        package: String,
        /// The version that the contract was compiled with.
        recorded: String,
        /// The version that `package.json` names.
        named: Option<String>,
    },
    /// The creation code is not hexadecimal.
    #[error("{contract}: bytecode: {error}")]
    Bytecode {
        /// The contract.
        contract: String,
        /// Why.
        error: hex::FromHexError,
    },
}

/// Contracts whose artefacts are part of this library, for programs that deploy them.
const EMBEDDED: [&str; 9] = [
    include_str!("../artefacts/Holdings16BatchVerifier.json"),
    include_str!("../artefacts/Allocation2x4BatchVerifier.json"),
    include_str!("../artefacts/Repledge3x4BatchVerifier.json"),
    include_str!("../artefacts/CoverageFlatBatchVerifier.json"),
    include_str!("../artefacts/SolvencyRegistry.json"),
    include_str!("../artefacts/SolvencyVerifier.json"),
    include_str!("../artefacts/CoverageFeed.json"),
    include_str!("../artefacts/MarginEscrow.json"),
    include_str!("../artefacts/QuoteToken.json"),
];

/// This folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Artefact {
    /// Reads a contract's artefact.
    ///
    /// # Errors
    /// [`ArtefactError::Io`], [`ArtefactError::Json`].
    pub fn load(contract: &str) -> Result<Self, ArtefactError> {
        let path = root().join("artefacts").join(format!("{contract}.json"));
        let text = read(&path)?;
        serde_json::from_slice(&text).map_err(|error| ArtefactError::Json { path, error })
    }

    /// The artefacts that are part of this library.
    ///
    /// # Errors
    /// [`ArtefactError::Json`], where this library was built of something else than `compile.mjs` wrote.
    pub fn embedded() -> Result<Vec<Self>, ArtefactError> {
        let parse = |text: &&str| serde_json::from_str(text);
        let parsed: Result<_, serde_json::Error> = EMBEDDED.iter().map(parse).collect();
        parsed.map_err(|error| ArtefactError::Json { path: root().join("artefacts"), error })
    }

    /// Every contract that has an artefact, sorted by name.
    ///
    /// # Errors
    /// [`ArtefactError::Io`].
    pub fn names() -> Result<Vec<String>, ArtefactError> {
        let path = root().join("artefacts");
        let entries = fs::read_dir(&path).map_err(|error| ArtefactError::Io { path, error })?;
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".json").map(String::from))
            .collect();
        names.sort();
        Ok(names)
    }

    /// Compares every source with the hash that was recorded when it was compiled, and the packages with those that `package.json`
    /// names (the lock file holds their hashes; they need not be installed).
    ///
    /// # Errors
    /// [`ArtefactError::Stale`] or [`ArtefactError::StalePackage`] for the first one that differs, [`ArtefactError::Io`],
    /// [`ArtefactError::Json`].
    pub fn check_sources(&self) -> Result<(), ArtefactError> {
        for (source_path, recorded) in &self.sources {
            let text = read(&root().join(source_path))?;
            if hex::encode(Sha256::digest(&text)) != *recorded {
                let (contract, source_path) = (self.contract.clone(), source_path.clone());
                return Err(ArtefactError::Stale { contract, source_path });
            }
        }
        let named = Package::load()?.dev_dependencies;
        for (package, recorded) in &self.packages {
            let named = named.get(package);
            if named != Some(recorded) {
                return Err(ArtefactError::StalePackage {
                    contract: self.contract.clone(),
                    package: package.clone(),
                    recorded: recorded.clone(),
                    named: named.cloned(),
                });
            }
        }
        Ok(())
    }

    /// The creation code.
    ///
    /// # Errors
    /// [`ArtefactError::Bytecode`].
    pub fn creation_code(&self) -> Result<Vec<u8>, ArtefactError> {
        hex::decode(&self.bytecode)
            .map_err(|error| ArtefactError::Bytecode { contract: self.contract.clone(), error })
    }
}

/// What we need of `package.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    dev_dependencies: BTreeMap<String, String>,
}

impl Package {
    fn load() -> Result<Self, ArtefactError> {
        let path = root().join("package.json");
        let text = read(&path)?;
        serde_json::from_slice(&text).map_err(|error| ArtefactError::Json { path, error })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ArtefactError> {
    fs::read(path).map_err(|error| ArtefactError::Io { path: path.to_path_buf(), error })
}
