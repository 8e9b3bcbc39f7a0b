//! What is handed over: read at once, listed with its SHA-256, never passed over.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use solvency_feeds::MAX_FILES;
use solvency_verifier::encoding::Bytes32;

use crate::finding::{Code, Finding};
use crate::strict::{Unread, sha256};

/// Longest name of an input, in bytes; a longer one is cut.
pub const MAX_NAME: usize = 200;

/// Kinds of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum InputKind {
    /// A trust file.
    Trust,
    /// A bundle.
    Bundle,
    /// A bundle that somebody else got.
    Counterpart,
    /// Evidence of equivocation.
    Evidence,
    /// A log's folder.
    Log,
    /// A vault opening.
    Opening,
    /// A beacon.
    Beacon,
    /// A ceremony's manifest.
    Ceremony,
    /// The sources file of an observation.
    Sources,
    /// A price file of an observation.
    Prices,
    /// The manifest that came of a verified transcript.
    Transcript,
    /// Custody-wide totals.
    Totals,
    /// The opening of totals.
    TotalsOpening,
    /// Reserves.
    Reserves,
    /// The folder of a log of rounds.
    RoundsLog,
    /// The custodian's signed key of a log of rounds.
    RoundsKey,
    /// A checkpoint of a log of rounds.
    Checkpoint,
    /// An opening of an entry of a log of rounds.
    RoundOpening,
    /// A witness's signed key.
    WitnessKey,
}

impl InputKind {
    /// The name in the document.
    pub fn name(self) -> &'static str {
        match self {
            InputKind::Trust => "trust",
            InputKind::Bundle => "bundle",
            InputKind::Counterpart => "counterpart",
            InputKind::Evidence => "evidence",
            InputKind::Log => "log",
            InputKind::Opening => "opening",
            InputKind::Beacon => "beacon",
            InputKind::Ceremony => "ceremony",
            InputKind::Sources => "sources",
            InputKind::Prices => "prices",
            InputKind::Transcript => "transcript",
            InputKind::Totals => "totals",
            InputKind::TotalsOpening => "totalsOpening",
            InputKind::Reserves => "reserves",
            InputKind::RoundsLog => "roundsLog",
            InputKind::RoundsKey => "roundsKey",
            InputKind::Checkpoint => "checkpoint",
            InputKind::RoundOpening => "roundOpening",
            InputKind::WitnessKey => "witnessKey",
        }
    }

    /// Whether there is more of it than the bytes that are listed.
    fn is_folder(self) -> bool {
        matches!(self, InputKind::Log | InputKind::RoundsLog)
    }

    /// How many are read; of observations, one sources file each.
    pub fn limit(self) -> usize {
        match self {
            InputKind::Bundle | InputKind::Counterpart | InputKind::Opening => 4096,
            InputKind::Checkpoint | InputKind::RoundOpening => 16_384,
            InputKind::Sources => 1024,
            // As many as an import reads, for each observation.
            InputKind::Prices => 1024 * MAX_FILES,
            InputKind::Evidence | InputKind::Log | InputKind::WitnessKey => 256,
            InputKind::RoundsLog | InputKind::RoundsKey => 256,
            InputKind::Trust | InputKind::Beacon | InputKind::Ceremony | InputKind::Transcript => 64,
            InputKind::Totals | InputKind::TotalsOpening | InputKind::Reserves => 64,
        }
    }
}

/// One input. Ordered by kind, time, name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// Its kind.
    pub kind: InputKind,
    /// When it was received, of a bundle.
    pub received_at: Option<u64>,
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes; of a log, of its checkpoint. Zero of what could not be opened.
    pub sha256: Bytes32,
    /// Its length.
    pub bytes: u64,
}

/// An input with what was read of it.
pub(crate) struct Held<T> {
    pub(crate) input: Input,
    pub(crate) read: Result<T, Unread>,
}

impl<T> Held<T> {
    pub(crate) fn new(
        kind: InputKind,
        name: &str,
        received_at: Option<u64>,
        bytes: &[u8],
        read: impl FnOnce(&[u8]) -> Result<T, Unread>,
    ) -> Self {
        let input =
            Input { kind, received_at, name: cut(name), sha256: sha256(bytes), bytes: bytes.len() as u64 };
        Held { input, read: read(bytes) }
    }
}

pub(crate) fn cut(name: &str) -> String {
    let mut end = name.len().min(MAX_NAME);
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    name.get(..end).unwrap_or_default().into()
}

/// Lists every input; answers those that were read and are no repetition, in the order of their times and names.
pub(crate) fn take<T>(
    mut all: Vec<Held<T>>,
    inputs: &mut Vec<Input>,
    findings: &mut Vec<Finding>,
) -> Vec<(Input, T)> {
    all.sort_by(|a, b| a.input.cmp(&b.input));
    if let Some(Held { input, .. }) = all.first()
        && all.len() > input.kind.limit()
    {
        let what =
            format!("{} of kind {}, at most {} are read", all.len(), input.kind.name(), input.kind.limit());
        findings.push(Finding::new(Code::TooManyInputs, input.kind.name(), what));
        all.truncate(input.kind.limit());
    }
    let mut by_digest: BTreeMap<Bytes32, String> = BTreeMap::new();
    let mut taken = Vec::new();
    for Held { input, read } in all {
        inputs.push(input.clone());
        let name = input.name.clone();
        match read {
            Err(Unread::TooLong { got, allowed }) => {
                let what = format!("{got} bytes, at most {allowed} are read of a {}", input.kind.name());
                findings.push(Finding::new(Code::InputTooLong, name, what));
            }
            Err(Unread::Form(what)) => findings.push(Finding::new(Code::InputUnreadable, name, what)),
            Ok(value) => match by_digest.get(&input.sha256).filter(|_| !input.kind.is_folder()) {
                Some(first) => {
                    let what = format!("the same bytes as {first:?}; left aside");
                    findings.push(Finding::new(Code::InputRepeated, name, what));
                }
                None => {
                    by_digest.insert(input.sha256, name);
                    taken.push((input, value));
                }
            },
        }
    }
    taken
}

/// Names that stand twice.
pub(crate) fn check_names(inputs: &[Input], findings: &mut Vec<Finding>) {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for input in inputs {
        let count = names.entry(&input.name).or_default();
        *count = count.saturating_add(1);
    }
    for (name, count) in names.into_iter().filter(|(_, count)| *count > 1) {
        let what =
            format!("{count} inputs have this name: which one a line of this audit is about can't be told");
        findings.push(Finding::new(Code::InputNamedTwice, name, what));
    }
}

/// A file's bytes up to a bound.
pub(crate) fn read_file(path: &Path, allowed: u64) -> Result<Vec<u8>, Unread> {
    use std::io::Read;
    let shown = path.display();
    let fail = |error: std::io::Error| Unread::Form(format!("{shown}: {error}"));
    let file = std::fs::File::open(path).map_err(fail)?;
    if !file.metadata().map_err(fail)?.is_file() {
        return Err(Unread::Form(format!("{shown}: not a file")));
    }
    let mut bytes = Vec::new();
    file.take(allowed.saturating_add(1)).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > allowed {
        let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
        return Err(Unread::TooLong { got: bytes.len(), allowed });
    }
    Ok(bytes)
}
