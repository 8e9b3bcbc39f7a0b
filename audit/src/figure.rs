//! Figures and on what each of them rests (spec/audit.md, "Labels").

use serde::Serialize;
use solvency_verifier::encoding::Address;

/// On what a figure rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase", tag = "label")]
pub enum Label {
    /// A proof or recomputed arithmetic shows it.
    Proved {
        /// Which.
        by: String,
    },
    /// Signers say so.
    AttestedBy {
        /// Their role.
        role: &'static str,
        /// Their addresses.
        signers: Vec<Address>,
    },
    /// A premise.
    Assumed {
        /// Whose.
        why: String,
    },
    /// Not checked.
    NotChecked {
        /// What was missing.
        why: String,
    },
}

/// A figure of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// What it says.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// On what it rests.
    #[serde(flatten)]
    pub label: Label,
}

impl Figure {
    pub(crate) fn new(name: &'static str, value: impl ToString, label: Label) -> Self {
        Figure { name, value: value.to_string(), label }
    }
}
