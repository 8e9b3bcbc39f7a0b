//! Logs' folders against the chains, the checkpoints in bundles and each other (spec/audit.md, step 4).
//!
//! A folder that is whole shows what its key signed. That there is no other history is for the witnesses ([`crate::witnesses`]), and for
//! whoever has another copy.

use std::path::{Path, PathBuf};

use solvency_log::{Verified, find_fork, verify};
use solvency_verifier::bundle::{Bundle, History};
use solvency_verifier::encoding::{Bytes32, TypedData};
use solvency_verifier::log::{
    Checkpoint, Hash, KeyKind, LogEntry, MAX_NOTE_BYTES, Note, VerifierKey, epoch_origin, leaf_hash, root_of,
};
use solvency_verifier::statement::check_signer;

use crate::audit::Context;
use crate::figure::Label;
use crate::finding::Code;
use crate::input::{Input, read_file};
use crate::judge::{Judged, chain_digests};
use crate::report::LogLine;
use crate::witnesses::{self, Binding};

/// A folder that is whole.
struct Whole<'a> {
    name: &'a str,
    dir: &'a Path,
    key: VerifierKey,
    verified: Verified,
}

pub(crate) fn check(
    context: &mut Context,
    judged: &[Judged<'_>],
    bindings: &[Binding],
    logs: &[(Input, PathBuf)],
) -> Vec<LogLine> {
    let mut lines = Vec::new();
    let mut whole: Vec<Whole<'_>> = Vec::new();
    for (input, dir) in logs {
        let mut line = LogLine {
            name: input.name.clone(),
            origin: None,
            key: None,
            key_from: None,
            whole: false,
            size: None,
            root: None,
            compared: 0,
            signatures: Vec::new(),
            witnesses: Vec::new(),
            as_of: None,
            label: Label::NotChecked { why: "the folder could not be verified".into() },
        };
        match open(context, judged, dir, &mut line) {
            Ok((key, skew, verified)) => {
                witnesses::check(context, bindings, &verified.note, &key, skew, &mut line);
                compare_chains(context, judged, &key, &verified, &mut line);
                whole.push(Whole { name: &input.name, dir, key, verified });
            }
            Err(what) => context.find(Code::LogUnverifiable, input.name.clone(), what),
        }
        lines.push(line);
    }
    compare_folders(context, &whole);
    lines
}

/// Key and clock skew of its venue, and the whole folder.
fn open(
    context: &Context,
    judged: &[Judged<'_>],
    dir: &Path,
    line: &mut LogLine,
) -> Result<(VerifierKey, u64, Verified), String> {
    let bytes =
        read_file(&dir.join("checkpoint"), MAX_NOTE_BYTES as u64).map_err(|unread| format!("{unread:?}"))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| format!("checkpoint: {error}"))?;
    let note = Note::parse(text).map_err(|error| format!("checkpoint: {error}"))?;
    let head = Checkpoint::parse(note.text()).map_err(|error| format!("checkpoint: {error}"))?;
    let (venue, epoch) = of_origin(context, &head.origin)
        .ok_or_else(|| format!("{:?} is the log of no account that is audited here", head.origin))?;
    line.origin = Some(head.origin.clone());
    let (key, from) = key_for(context, judged, venue, epoch).ok_or(
        "no key to verify it by: the trust file pins none, and no accepted bundle has a LogKey that the custodian signed",
    )?;
    line.key = Some(key.to_string());
    line.key_from = Some(from);
    let verified = verify(dir, &key, None).map_err(|error| error.to_string())?;
    line.whole = true;
    line.size = Some(verified.head.size);
    line.root = Some(Bytes32(verified.head.root));
    let skew = context.venues.get(venue).map_or(0, |venue| venue.pinned.limits.max_clock_skew);
    Ok((key, skew, verified))
}

/// The venue of an origin, and its epoch.
fn of_origin(context: &Context, origin: &str) -> Option<(usize, u64)> {
    context.venues.iter().enumerate().find_map(|(index, venue)| {
        let (log_origin, epoch) = origin.rsplit_once('/')?;
        let epoch: u64 = epoch.parse().ok()?;
        let same = venue.pinned.counterparty.log_origin == log_origin;
        (same && epoch_origin(log_origin, epoch).is_ok_and(|written| written == origin))
            .then_some((index, epoch))
    })
}

/// The key that the trust file pins, or one that the custodian signed in a bundle that was accepted.
fn key_for(
    context: &Context,
    judged: &[Judged<'_>],
    venue: usize,
    epoch: u64,
) -> Option<(VerifierKey, &'static str)> {
    let trust = &context.venues.get(venue)?.pinned;
    let counterparty = &trust.counterparty;
    if let Some(public) = trust.history.as_ref().and_then(|history| history.log_key) {
        let origin = epoch_origin(&counterparty.log_origin, epoch).ok()?;
        return Some((VerifierKey::new(&origin, KeyKind::Note, &public.0).ok()?, "trust file"));
    }
    let own = judged.iter().filter(|judged| judged.venue == venue && judged.acceptance().is_some());
    own.filter_map(|judged| Some((judged.given.received_at, judged.given.bundle.history.as_ref()?)))
        .find_map(|(at, history)| {
            let key = &history.log_key.statement;
            let about = key.custodian == counterparty.custodian
                && key.account == counterparty.account
                && key.log_origin == counterparty.log_origin;
            let open = key.not_before <= at && at < key.expiry;
            let digest = key.digest(&context.domain);
            let signed = check_signer(&counterparty.custodian, &history.log_key.signature, &digest).is_ok();
            (about && open && signed).then(|| key.verifier_key(epoch).ok()).flatten()
        })
        .map(|key| (key, "custodian"))
}

/// The entries that a bundle says its chain has in the log.
fn entries(context: &Context, bundle: &Bundle, history: &History) -> Option<Vec<Bytes32>> {
    let digests = chain_digests(context, bundle);
    if history.entries.len() != digests.len() {
        return None;
    }
    let chain = bundle.allocations.iter().zip(&history.entries).zip(digests);
    let entries = chain.map(|((allocation, logged), digest)| {
        LogEntry::of(&allocation.proven.statement, digest, logged).digest(&context.domain)
    });
    Some(entries.collect())
}

/// Accepted bundles with a history of this origin.
fn histories<'a>(
    judged: &'a [Judged<'_>],
    origin: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Bundle, &'a History)> {
    let accepted = judged.iter().filter(|judged| judged.acceptance().is_some());
    accepted.filter_map(move |judged| {
        let bundle = &judged.given.bundle;
        let own = epoch_origin(
            &bundle.allocations.first()?.proven.statement.log_origin,
            bundle.coverage.statement.epoch,
        );
        let history = bundle.history.as_ref()?;
        (own.ok()? == origin).then_some((judged.given.name.as_str(), bundle, history))
    })
}

fn leaves(entries: &[Bytes32]) -> Vec<Hash> {
    entries.iter().map(|entry| leaf_hash(&entry.0)).collect()
}

/// The folder's entries against those of the chains, its tree against the checkpoints in bundles.
fn compare_chains(
    context: &mut Context,
    judged: &[Judged<'_>],
    key: &VerifierKey,
    log: &Verified,
    line: &mut LogLine,
) {
    let tree = leaves(&log.entries);
    let mut longest = 0usize;
    for (bundle_name, bundle, history) in histories(judged, key.name()) {
        let Some(expected) = entries(context, bundle, history) else { continue };
        longest = longest.max(expected.len());
        let pairs = log.entries.iter().zip(&expected);
        line.compared = line.compared.max(pairs.len() as u64);
        let about = format!("{} and {bundle_name}", line.name);
        if let Some(index) = pairs.clone().position(|(entry, expected)| entry != expected) {
            context.find(
                Code::LogDiffers,
                about.clone(),
                format!("entry {index} of the log is not the chain's"),
            );
        }
        let Some(head) = signed_head(history, key) else { continue };
        let size = usize::try_from(head.size).unwrap_or(usize::MAX);
        // What each signed for the shorter of both trees: of the longer one, all leaves are here.
        let (got, signed) = match tree.get(..size) {
            Some(beginning) => (Some(root_of(beginning)), head.root),
            None => {
                let own = leaves(&expected);
                let is_its_tree = own.len() == size && root_of(&own) == head.root;
                (own.get(..tree.len()).filter(|_| is_its_tree).map(root_of), log.head.root)
            }
        };
        if got.is_some_and(|got| got != signed) {
            let what =
                format!("{} signed sizes {} and {} of two histories", key.name(), log.head.size, head.size);
            context.find(Code::LogFork, about, what);
        }
    }
    let size = log.entries.len();
    if longest > size {
        let what = format!("{size} entries, an accepted chain has {longest}");
        context.find(Code::LogBehind, line.name.clone(), what);
    }
    if size > longest {
        let what = format!(
            "{size} entries, the longest accepted chain with a history has {longest}: the others were not handed over"
        );
        context.find(Code::LogAhead, line.name.clone(), what);
    }
}

fn signed_head(history: &History, key: &VerifierKey) -> Option<Checkpoint> {
    let note = Note::parse(&history.checkpoint).ok()?;
    note.check_signed_by(key).ok()?;
    Checkpoint::parse(note.text()).ok().filter(|head| head.origin == key.name())
}

/// Folders of one origin against each other.
fn compare_folders(context: &mut Context, whole: &[Whole<'_>]) {
    for (index, one) in whole.iter().enumerate() {
        for other in whole.iter().skip(index.saturating_add(1)).filter(|other| other.key == one.key) {
            let about = format!("{} and {}", one.name, other.name);
            match find_fork(one.dir, other.dir, &one.key) {
                Ok(None) => {}
                Ok(Some(forked)) => {
                    let (first, second) = (one.verified.head.size, other.verified.head.size);
                    let what = format!(
                        "{} signed sizes {first} and {second} of two histories: {}",
                        one.key.name(),
                        forked.fork
                    );
                    context.find(Code::LogFork, about, what);
                }
                Err(error) => context.find(Code::LogUnverifiable, about, error.to_string()),
            }
        }
    }
}
