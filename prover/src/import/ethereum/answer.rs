//! The two answers of a node that are read, bare or within a JSON-RPC answer.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::header::HeaderAnswer;
use crate::import::{Document, ImportError};

/// Answer to `eth_getProof`; fields are hexadecimal text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountAnswer {
    pub(super) address: String,
    pub(super) account_proof: Vec<String>,
    pub(super) balance: String,
    pub(super) code_hash: String,
    pub(super) nonce: String,
    pub(super) storage_hash: String,
    pub(super) storage_proof: Vec<StorageAnswer>,
}

/// One storage entry of an answer to `eth_getProof`.
#[derive(Deserialize)]
pub(super) struct StorageAnswer {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) proof: Vec<String>,
}

pub(super) enum Answer {
    Account(AccountAnswer),
    Block(Box<HeaderAnswer>),
}

#[derive(Deserialize)]
struct Envelope<T> {
    result: T,
}

/// Which fields there are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    #[serde(default)]
    account_proof: Option<IgnoredAny>,
    #[serde(default)]
    state_root: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct EnvelopeProbe {
    #[serde(default)]
    result: Option<Probe>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

impl Answer {
    pub(super) fn read(document: Document<'_>) -> Result<Self, ImportError> {
        let envelope: EnvelopeProbe = document.json()?;
        if envelope.error.is_some() {
            return Err(document.at("error").wrong("error", "an error", "a successful answer is expected"));
        }
        let wrapped = envelope.result.is_some();
        let probe = match envelope.result {
            Some(probe) => probe,
            None => document.json()?,
        };
        match (probe.account_proof.is_some(), probe.state_root.is_some()) {
            (true, false) => Ok(Answer::Account(unwrap(document, wrapped)?)),
            (false, true) => Ok(Answer::Block(Box::new(unwrap(document, wrapped)?))),
            _ => {
                let allowed =
                    "an answer to eth_getProof, eth_getBlockByNumber or eth_getBlockByHash is expected";
                Err(document.at("whole file").wrong("answer", "another document", allowed))
            }
        }
    }
}

fn unwrap<T: DeserializeOwned>(document: Document<'_>, wrapped: bool) -> Result<T, ImportError> {
    if wrapped { document.json::<Envelope<T>>().map(|envelope| envelope.result) } else { document.json() }
}
