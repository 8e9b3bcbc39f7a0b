//! Logs of accounts' rounds: since when what a beacon samples stood in them, by witnesses (spec/audit.md, "Commitments").
//!
//! That signatures and proofs existed at that time is not shown, only statements; nor that a round without an entry was a shortage.

mod commitments;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use solvency_log::{find_fork, verify};
use solvency_verifier::bundle::{Bundle, SignedLogKey};
use solvency_verifier::encoding::{Address, Bytes32, TypedData};
use solvency_verifier::log::{
    Checkpoint, Cosignature, EMPTY_ROOT, Hash, LogKey, MAX_NOTE_BYTES, Note, VerifierKey, leaf_hash,
    node_hash, rounds_origin,
};
use solvency_verifier::statement::check_signer;

use crate::audit::Context;
use crate::beacon::Beacon;
use crate::figure::Label;
use crate::finding::Code;
use crate::input::{Input, read_file};
use crate::judge::Judged;
use crate::report::ContinuityLine;
use crate::round_opening::RoundOpening;
use crate::strict::{Unread, bounded, read};
use crate::witnesses::Binding;
use commitments::commitments;
pub(crate) use commitments::figure;

/// Longest statement of a key that is read, in bytes.
pub const MAX_KEY_STATEMENT_BYTES: usize = 64 << 10;
/// Longest checkpoint that is read beside a folder's own, in bytes.
pub const MAX_CHECKPOINT_BYTES: usize = 16 << 10;

/// What was handed over of logs of rounds.
pub(crate) struct RoundsInputs {
    pub(crate) logs: Vec<(Input, PathBuf)>,
    pub(crate) log_keys: Vec<(Input, SignedLogKey)>,
    pub(crate) checkpoints: Vec<(Input, Note)>,
    pub(crate) openings: Vec<(Input, RoundOpening)>,
    /// Whether sampled rounds have to be committed also where nothing was handed over.
    pub(crate) required: bool,
}

/// The folder of an epoch's log of rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundsLogLine {
    /// Name of the input.
    pub name: String,
    /// Origin of the log.
    pub origin: Option<String>,
    /// Its verifier key, which the custodian bound.
    pub key: Option<String>,
    /// Whether it is whole under that key.
    pub whole: bool,
    /// Entries that its checkpoint covers.
    pub size: Option<u64>,
    /// Root of its tree.
    pub root: Option<Bytes32>,
    /// Checkpoints of its tree, its own among them.
    pub checkpoints: u64,
    /// Entries that were opened rightly.
    pub opened: u64,
}

/// A round that a beacon drew, and since when its entry stood in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitmentLine {
    /// Name of the beacon's input.
    pub beacon: String,
    /// Name of the venue's trust file.
    pub venue: String,
    /// Number of the round.
    pub round: u64,
    /// Index of the leaf, where it was opened rightly.
    pub index: Option<u64>,
    /// Size of the checkpoint that shows it.
    pub size: Option<u64>,
    /// When the k-th witness had cosigned that checkpoint, by the witnesses' clocks, in Unix seconds.
    pub committed_at: Option<u64>,
    /// On what it rests.
    #[serde(flatten)]
    pub label: Label,
}

pub(crate) fn read_log_key(bytes: &[u8]) -> Result<SignedLogKey, Unread> {
    read(bytes, MAX_KEY_STATEMENT_BYTES)
}

pub(crate) fn read_checkpoint(bytes: &[u8]) -> Result<Note, Unread> {
    bounded(bytes, MAX_CHECKPOINT_BYTES)?;
    let note = Note::parse(std::str::from_utf8(bytes).map_err(Unread::form)?).map_err(Unread::form)?;
    Checkpoint::parse(note.text()).map_err(Unread::form)?;
    Ok(note)
}

/// A right cosignature, in its key's window.
struct Cosigned {
    witness: Address,
    key: [u8; 32],
    time: u64,
}

/// A checkpoint of a folder's tree, signed by the log's key.
struct Seen {
    size: u64,
    cosigned: Vec<Cosigned>,
}

/// A folder that is whole.
struct RoundsLog<'a> {
    name: &'a str,
    dir: &'a Path,
    account: Bytes32,
    epoch: u64,
    key: VerifierKey,
    /// The custodian's statements of this key.
    bindings: Vec<LogKey>,
    leaves: Vec<Hash>,
    seen: Vec<Seen>,
    opened: u64,
}

/// Where an accepted coverage stands: place of the log, and index of its leaf.
type Places = BTreeMap<Bytes32, Vec<(usize, u64)>>;

/// Verifies every folder, checkpoint, key and opening; then each round that a beacon drew.
pub(crate) fn check(
    context: &mut Context,
    judged: &[Judged<'_>],
    beacons: &[(Input, Beacon)],
    continuity: &[ContinuityLine],
    witnesses: &[Binding],
    inputs: &RoundsInputs,
) -> (Vec<RoundsLogLine>, Vec<CommitmentLine>) {
    let keys = bound_log_keys(context, &inputs.log_keys);
    let mut lines = Vec::new();
    let mut logs = Vec::new();
    let mut accounts: BTreeSet<Bytes32> =
        inputs.openings.iter().map(|(_, opening)| opening.account).collect();
    for (input, dir) in &inputs.logs {
        let mut line = RoundsLogLine {
            name: input.name.clone(),
            origin: None,
            key: None,
            whole: false,
            size: None,
            root: None,
            checkpoints: 0,
            opened: 0,
        };
        match open(context, &keys, dir, &mut line, &mut accounts) {
            Ok((own, note)) => {
                let mut log = RoundsLog { name: &input.name, ..own };
                let notes = inputs.checkpoints.iter().map(|(input, note)| (input.name.as_str(), note));
                let notes: Vec<_> = notes.chain([(input.name.as_str(), &note)]).collect();
                checkpoints(context, witnesses, &mut log, &notes);
                logs.push(log);
            }
            Err(what) => context.find(Code::LogUnverifiable, input.name.clone(), what),
        }
        lines.push(line);
    }
    check_placed(context, &logs, &inputs.checkpoints);
    compare_folders(context, &logs);
    let places = openings(context, judged, &mut logs, &inputs.openings);
    for log in &logs {
        for line in lines.iter_mut().filter(|line| line.name == log.name) {
            (line.checkpoints, line.opened) = (log.seen.len() as u64, log.opened);
        }
    }
    let owed = |account: &Bytes32| inputs.required || accounts.contains(account);
    let commitments = commitments(context, judged, beacons, continuity, &logs, &places, owed);
    (lines, commitments)
}

/// The custodians' statements of keys of rounds' logs; a file without one is a finding.
fn bound_log_keys(context: &mut Context, files: &[(Input, SignedLogKey)]) -> Vec<LogKey> {
    let mut bound = Vec::new();
    for (input, SignedLogKey { statement, signature }) in files {
        let of_rounds = context.venues.iter().map(|venue| &venue.pinned.counterparty).any(|counterparty| {
            statement.custodian == counterparty.custodian
                && statement.account == counterparty.account
                && rounds_origin(&counterparty.log_origin).is_ok_and(|origin| statement.log_origin == origin)
        });
        let checked = if of_rounds {
            check_signer(&statement.custodian, signature, &statement.digest(&context.domain))
                .map_err(|error| error.to_string())
        } else {
            Err(format!(
                "{:?} is the log of the rounds of no account that is audited here",
                statement.log_origin
            ))
        };
        match checked {
            Ok(()) => bound.push(statement.clone()),
            Err(what) => context.find(Code::LogUnverifiable, input.name.clone(), what),
        }
    }
    bound
}

/// Origin, key and the whole folder, with its own checkpoint.
fn open<'a>(
    context: &Context,
    keys: &[LogKey],
    dir: &'a Path,
    line: &mut RoundsLogLine,
    accounts: &mut BTreeSet<Bytes32>,
) -> Result<(RoundsLog<'a>, Note), String> {
    let bytes =
        read_file(&dir.join("checkpoint"), MAX_NOTE_BYTES as u64).map_err(|unread| format!("{unread:?}"))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| format!("checkpoint: {error}"))?;
    let note = Note::parse(text).map_err(|error| format!("checkpoint: {error}"))?;
    let head = Checkpoint::parse(note.text()).map_err(|error| format!("checkpoint: {error}"))?;
    let none = || format!("{:?} is the log of the rounds of no account that is audited here", head.origin);
    let (log_origin, number) = head.origin.rsplit_once('/').ok_or_else(none)?;
    let epoch: u64 =
        number.parse().ok().filter(|epoch: &u64| epoch.to_string() == number).ok_or_else(none)?;
    let of_account = context.venues.iter().map(|venue| &venue.pinned.counterparty).find(|counterparty| {
        rounds_origin(&counterparty.log_origin).is_ok_and(|origin| origin == log_origin)
    });
    let account = of_account.ok_or_else(none)?.account;
    line.origin = Some(head.origin.clone());
    accounts.insert(account);
    let mut refused =
        String::from("no key to verify it by: no LogKey of the custodian for it was handed over");
    let own = |key: &&LogKey| key.log_origin == log_origin && key.account == account;
    for bound in keys.iter().filter(own) {
        let key = bound.verifier_key(epoch).map_err(|error| error.to_string())?;
        match verify(dir, &key, None) {
            Err(error) => refused = error.to_string(),
            Ok(verified) => {
                line.key = Some(key.to_string());
                line.whole = true;
                line.size = Some(verified.head.size);
                line.root = Some(Bytes32(verified.head.root));
                let same = |other: &&LogKey| own(other) && other.public_key == bound.public_key;
                let log = RoundsLog {
                    name: "",
                    dir,
                    account,
                    epoch,
                    key,
                    bindings: keys.iter().filter(same).cloned().collect(),
                    leaves: verified.entries.iter().map(|entry| leaf_hash(&entry.0)).collect(),
                    seen: Vec::new(),
                    opened: 0,
                };
                return Ok((log, verified.note));
            }
        }
    }
    Err(refused)
}

/// The roots of the beginnings of these sizes, which increase, of a tree.
fn roots(leaves: &[Hash], sizes: &BTreeSet<u64>) -> BTreeMap<u64, Hash> {
    let mut roots = BTreeMap::new();
    let mut subtrees: Vec<Hash> = Vec::new();
    let fold = |subtrees: &[Hash]| {
        let right_to_left = subtrees.iter().rev().copied();
        right_to_left.reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY_ROOT)
    };
    if sizes.contains(&0) {
        roots.insert(0, EMPTY_ROOT);
    }
    for (index, leaf) in leaves.iter().enumerate() {
        let mut node = *leaf;
        for _ in 0..index.trailing_ones() {
            if let Some(left) = subtrees.pop() {
                node = node_hash(&left, &node);
            }
        }
        subtrees.push(node);
        let size = (index as u64).saturating_add(1);
        if sizes.contains(&size) {
            roots.insert(size, fold(&subtrees));
        }
    }
    roots
}

/// Which checkpoints are of the folder's tree, and who cosigned them when.
fn checkpoints(
    context: &mut Context,
    witnesses: &[Binding],
    log: &mut RoundsLog<'_>,
    notes: &[(&str, &Note)],
) {
    let head = |note: &Note| Checkpoint::parse(note.text()).ok().filter(|head| head.origin == log.key.name());
    let heads: Vec<_> = notes.iter().filter_map(|(name, note)| Some((*name, *note, head(note)?))).collect();
    let roots = roots(&log.leaves, &heads.iter().map(|(_, _, head)| head.size).collect());
    for (name, note, head) in heads {
        let refused = if !head.extensions.is_empty() {
            Some((Code::LogUnverifiable, String::from("a checkpoint with extension lines")))
        } else if let Err(error) = note.check_signed_by(&log.key) {
            Some((Code::LogUnverifiable, error.to_string()))
        } else {
            match roots.get(&head.size) {
                Some(root) if *root == head.root => None,
                Some(_) => {
                    let what = format!(
                        "{} signed size {}, of another history than the {} entries of {}",
                        log.key.name(),
                        head.size,
                        log.leaves.len(),
                        log.name
                    );
                    Some((Code::LogFork, what))
                }
                None => {
                    let what = format!(
                        "a checkpoint of {} entries, the copy {} has {}: hand over a newer one",
                        head.size,
                        log.name,
                        log.leaves.len()
                    );
                    Some((Code::LogUnverifiable, what))
                }
            }
        };
        match refused.map_or_else(|| cosignatures(note, witnesses), Err) {
            Ok(cosigned) => log.seen.push(Seen { size: head.size, cosigned }),
            Err((code, what)) => context.find(code, name, what),
        }
    }
}

/// The right cosignatures of known keys, each of a time in its window. A line of a known key that is not its signature spoils the note.
fn cosignatures(note: &Note, witnesses: &[Binding]) -> Result<Vec<Cosigned>, (Code, String)> {
    let mut cosigned = Vec::new();
    for bound in witnesses.iter().filter(|bound| note.signature_of(&bound.key).is_ok()) {
        let Cosignature { time } = Cosignature::check(note, &bound.key)
            .map_err(|error| (Code::LogUnverifiable, error.to_string()))?;
        if (bound.not_before..bound.expiry).contains(&time) {
            cosigned.push(Cosigned { witness: bound.witness, key: *bound.key.public(), time });
        }
    }
    Ok(cosigned)
}

/// A checkpoint of no whole folder is told.
fn check_placed(context: &mut Context, logs: &[RoundsLog<'_>], checkpoints: &[(Input, Note)]) {
    for (input, note) in checkpoints {
        let Ok(head) = Checkpoint::parse(note.text()) else { continue };
        if !logs.iter().any(|log| log.key.name() == head.origin) {
            let what = format!(
                "a checkpoint of {:?}, of which no whole folder of rounds was handed over",
                head.origin
            );
            context.find(Code::LogUnverifiable, input.name.clone(), what);
        }
    }
}

/// Folders of one origin against each other.
fn compare_folders(context: &mut Context, logs: &[RoundsLog<'_>]) {
    for (index, one) in logs.iter().enumerate() {
        for other in logs.iter().skip(index.saturating_add(1)).filter(|other| other.key == one.key) {
            let about = format!("{} and {}", one.name, other.name);
            match find_fork(one.dir, other.dir, &one.key) {
                Ok(None) => {}
                Ok(Some(evidence)) => {
                    let what = format!("{} signed two histories: {:?}", one.key.name(), evidence.fork);
                    context.find(Code::LogFork, about, what);
                }
                Err(error) => context.find(Code::LogUnverifiable, about, error.to_string()),
            }
        }
    }
}

/// Recomputes the leaf of every opening; answers where the coverages of accepted bundles stand.
fn openings(
    context: &mut Context,
    judged: &[Judged<'_>],
    logs: &mut [RoundsLog<'_>],
    openings: &[(Input, RoundOpening)],
) -> Places {
    let mut bundles: BTreeMap<Bytes32, Vec<&Bundle>> = BTreeMap::new();
    for judged in judged.iter().filter(|judged| judged.acceptance().is_some()) {
        let bundle = &judged.given.bundle;
        bundles.entry(bundle.coverage.statement.digest(&context.domain)).or_default().push(bundle);
    }
    let mut places = Places::new();
    for (input, opening) in openings {
        let name = input.name.clone();
        let Some(own) = bundles.get(&opening.coverage) else {
            let of_round = |bundle: &&Bundle| {
                (bundle.coverage.statement.account, bundle.round.round.round)
                    == (opening.account, opening.round)
            };
            let (code, what) = if bundles.values().flatten().any(of_round) {
                (
                    Code::CommitmentSpare,
                    "it opens another coverage of its round than an accepted bundle's; not recomputed",
                )
            } else {
                (Code::OpeningUnplaced, "no accepted bundle is of its account and round")
            };
            context.find(code, name, what);
            continue;
        };
        // Several bundles of one coverage differ in what came later: one of them is enough.
        let mut entry = Err(String::new());
        for bundle in own {
            if entry.is_err() {
                entry = opening.entry(bundle, &context.domain).map_err(|error| error.to_string());
            }
        }
        let leaf = match entry {
            Ok(entry) => entry.leaf(&context.domain),
            Err(what) => {
                context.find(Code::CommitmentWrong, name, what);
                continue;
            }
        };
        let of_epoch = |log: &RoundsLog<'_>| log.account == opening.account && log.epoch == opening.epoch;
        for (place, log) in logs.iter_mut().enumerate().filter(|(_, log)| of_epoch(log)) {
            let index = usize::try_from(opening.index).unwrap_or(usize::MAX);
            match log.leaves.get(index) {
                Some(there) if *there == leaf => {
                    log.opened = log.opened.saturating_add(1);
                    places.entry(opening.coverage).or_default().push((place, opening.index));
                }
                Some(_) => {
                    let what = format!("it does not give leaf {index} of {}", log.name);
                    context.find(Code::CommitmentWrong, name.clone(), what);
                }
                // The copy may end before it: what is sampled is then missing.
                None => {}
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use solvency_verifier::log::root_of;

    use super::*;

    #[test]
    fn roots_of_beginnings_are_those_of_the_trees() {
        let leaves: Vec<Hash> = (0..70u8).map(|index| leaf_hash(&[index])).collect();
        let all: BTreeSet<u64> = (0..=71).collect();
        let roots = roots(&leaves, &all);
        assert_eq!(roots.len(), 71, "nothing beyond the leaves");
        for (size, root) in roots {
            assert_eq!(root, root_of(&leaves[..size as usize]), "{size}");
        }
        assert!(super::roots(&leaves, &BTreeSet::new()).is_empty());
    }
}
