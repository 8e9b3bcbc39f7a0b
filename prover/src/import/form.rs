//! The forms in which balances come, and how they are read.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use solvency_verifier::Bytes32;
use solvency_verifier::registry::Registry;

use super::ledger::Ledger;
use super::{
    Document, ImportError, MAX_IMPORT_BYTES, Mapping, Problem, VaultExport, binance_balance, bitgo, ceffu,
    coinbase, copper, ethereum, fireblocks, okx_balance, vault_csv,
};
use crate::files;

/// The forms of vault exports. `spec/imports.md` says of each what counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultForm {
    /// Fireblocks' `GET /v1/vault/accounts_paged`, or a bare list of its accounts.
    Fireblocks,
    /// Copper's `GET /platform/wallets`.
    Copper,
    /// BitGo's `GET /api/v2/wallets`.
    BitGo,
    /// Coinbase Prime's balances of a portfolio or a wallet, which is the vault of this name.
    Coinbase {
        /// Name of the vault.
        reference: String,
    },
    /// Ceffu's `GET /open-api/v1/mirrorX/positions/list`.
    Ceffu,
    /// OKX's `GET /api/v5/account/balance`: one account, which is the vault of this name.
    Okx {
        /// Name of the vault.
        reference: String,
    },
    /// Binance's `GET /papi/v1/balance`: one portfolio-margin account, which is the vault of this name.
    Binance {
        /// Name of the vault.
        reference: String,
    },
    /// Columns `vault,asset,class,amount`.
    Csv,
    /// Answers to `eth_getProof`, and the block that they are proven against.
    Ethereum(TrustedState),
}

/// What a reader of Ethereum proofs trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustedState {
    /// Hash of a block, whose header is among the files.
    BlockHash(Bytes32),
    /// Root of a state.
    StateRoot(Bytes32),
}

/// Forms by name, for messages.
pub const VAULT_FORMS: &str = "fireblocks, copper, bitgo, coinbase:NAME, ceffu, okx:NAME, binance:NAME, csv, \
                               ethereum:BLOCKHASH and ethereum-root:STATEROOT";

impl FromStr for VaultForm {
    type Err = String;

    /// As in [`VAULT_FORMS`]; hashes are `0x` and 64 lower-case hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, String> {
        let hash = |digits: &str| Bytes32::from_hex(digits).map_err(|error| format!("{text:?}: {error}"));
        let split = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
        Ok(match split {
            ("fireblocks", None) => VaultForm::Fireblocks,
            ("copper", None) => VaultForm::Copper,
            ("bitgo", None) => VaultForm::BitGo,
            ("ceffu", None) => VaultForm::Ceffu,
            ("csv", None) => VaultForm::Csv,
            ("coinbase", Some(name)) if !name.is_empty() => VaultForm::Coinbase { reference: name.into() },
            ("okx", Some(name)) if !name.is_empty() => VaultForm::Okx { reference: name.into() },
            ("binance", Some(name)) if !name.is_empty() => VaultForm::Binance { reference: name.into() },
            ("ethereum", Some(digits)) => VaultForm::Ethereum(TrustedState::BlockHash(hash(digits)?)),
            ("ethereum-root", Some(digits)) => VaultForm::Ethereum(TrustedState::StateRoot(hash(digits)?)),
            _ => return Err(format!("{text:?} is no form of vault export; {VAULT_FORMS} are")),
        })
    }
}

impl fmt::Display for VaultForm {
    /// What [`FromStr`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VaultForm::Fireblocks => f.write_str("fireblocks"),
            VaultForm::Copper => f.write_str("copper"),
            VaultForm::BitGo => f.write_str("bitgo"),
            VaultForm::Ceffu => f.write_str("ceffu"),
            VaultForm::Csv => f.write_str("csv"),
            VaultForm::Coinbase { reference } => write!(f, "coinbase:{reference}"),
            VaultForm::Okx { reference } => write!(f, "okx:{reference}"),
            VaultForm::Binance { reference } => write!(f, "binance:{reference}"),
            VaultForm::Ethereum(TrustedState::BlockHash(hash)) => write!(f, "ethereum:{hash}"),
            VaultForm::Ethereum(TrustedState::StateRoot(root)) => write!(f, "ethereum-root:{root}"),
        }
    }
}

/// Reads vault exports of one form from files.
///
/// # Errors
/// [`ImportError`] with file, place, what was found and what is allowed. Files are at most [`MAX_IMPORT_BYTES`] long, which is seen before they are parsed.
pub fn read_vaults<P: AsRef<Path>>(
    paths: &[P],
    form: &VaultForm,
    mapping: &Mapping,
    registry: &Registry,
) -> Result<VaultExport, ImportError> {
    let read = |path: &P| {
        let file = path.as_ref().display().to_string();
        let text = files::read_text(path.as_ref(), MAX_IMPORT_BYTES).map_err(|error| ImportError {
            file: file.clone(),
            place: "whole file".into(),
            problem: Problem::File(error),
        })?;
        Ok((file, text))
    };
    let texts: Vec<(String, String)> = paths.iter().map(read).collect::<Result<_, _>>()?;
    let documents: Vec<Document<'_>> = texts.iter().map(|(file, text)| Document { file, text }).collect();
    vaults(&documents, form, mapping, registry)
}

/// Reads vault exports of one form.
///
/// # Errors
/// [`ImportError`].
pub fn vaults(
    documents: &[Document<'_>],
    form: &VaultForm,
    mapping: &Mapping,
    registry: &Registry,
) -> Result<VaultExport, ImportError> {
    if let Some(document) = documents.iter().find(|document| document.text.starts_with('\u{feff}')) {
        return Err(document.error("line 1", Problem::ByteOrderMark));
    }
    let with_symbols;
    let mapping = match form {
        VaultForm::Csv => {
            with_symbols = vault_csv::with_symbols(mapping, registry);
            &with_symbols
        }
        _ => mapping,
    };
    let mut ledger = Ledger::new(mapping, registry);
    if let VaultForm::Ethereum(trusted) = form {
        ethereum::read(documents, *trusted, &mut ledger)?;
        return ledger.finish(documents);
    }
    for document in documents.iter().copied() {
        match form {
            VaultForm::Fireblocks => fireblocks::read(document, &mut ledger)?,
            VaultForm::Copper => copper::read(document, &mut ledger)?,
            VaultForm::BitGo => bitgo::read(document, &mut ledger)?,
            VaultForm::Coinbase { reference } => coinbase::read(document, reference, &mut ledger)?,
            VaultForm::Ceffu => ceffu::read(document, &mut ledger)?,
            VaultForm::Okx { reference } => okx_balance::read(document, reference, &mut ledger)?,
            VaultForm::Binance { reference } => binance_balance::read(document, reference, &mut ledger)?,
            VaultForm::Csv => vault_csv::read(document, &mut ledger)?,
            VaultForm::Ethereum(_) => {}
        }
    }
    ledger.finish(documents)
}
