//! What every source's reader hands on.

use std::fmt;

use serde::Serialize;
use solvency_verifier::Address;

use crate::Published;

/// A file of prices: its name for messages, and its bytes.
#[derive(Clone, Copy, Debug)]
pub struct PriceFile<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// All of its bytes.
    pub bytes: &'a [u8],
}

/// Who signs a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Own signed feeds.
    Own,
    /// Pyth, through Wormhole's guardians.
    Pyth,
    /// RedStone's signers.
    RedStone,
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SourceKind::Own => "own",
            SourceKind::Pyth => "pyth",
            SourceKind::RedStone => "redstone",
        })
    }
}

/// One price of one feed, whose signatures were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The feed, as the sources file writes it.
    pub(crate) feed: String,
    /// The file it stands in.
    pub(crate) file: String,
    /// Publish time in Unix milliseconds.
    pub(crate) time_ms: u64,
    pub(crate) published: Published,
    /// Who signed it, among the pinned.
    pub(crate) signers: Vec<Address>,
}

/// Why a package does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No symbol maps its feed.
    NotMapped,
    /// There is a newer one.
    Older,
    /// The same stands in another file.
    Repeated,
    /// Newer, but signed by fewer than the threshold.
    TooFewSigners,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::NotMapped => "no symbol maps it",
            Reason::Older => "there is a newer one",
            Reason::Repeated => "the same stands in another file",
            Reason::TooFewSigners => "newer, but signed by fewer than the threshold",
        })
    }
}

/// A package that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The file it stands in.
    pub file: String,
    /// Its source.
    pub source: SourceKind,
    /// The feed.
    pub feed: String,
    /// Why.
    pub reason: Reason,
}

/// What was taken from files, and what was not.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) readings: Vec<Reading>,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Taken {
    pub(crate) fn leave_out(&mut self, file: &str, source: SourceKind, feed: String, reason: Reason) {
        self.left_out.push(LeftOut { file: file.into(), source, feed, reason });
    }
}
