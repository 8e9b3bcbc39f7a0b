//! Cosignatures on the checkpoint of a log's folder (spec/audit.md, "Cosignatures on a folder").
//!
//! They show that members of the registry's witnesses had signed no other tree of this log, not that they are honest or that the copy is the
//! newest.

use std::collections::BTreeSet;

use serde::Serialize;
use solvency_verifier::bundle::SignedWitnessKey;
use solvency_verifier::encoding::{Address, TypedData};
use solvency_verifier::log::{Cosignature, KeyKind, Note, NoteSignature, VerifierKey};
use solvency_verifier::statement::check_signer;

use crate::audit::Context;
use crate::figure::{Figure, Label};
use crate::finding::Code;
use crate::input::Input;
use crate::judge::Judged;
use crate::report::LogLine;
use crate::strict::{Unread, read};

/// Longest file of a witness's key that is read, in bytes.
pub const MAX_WITNESS_KEY_BYTES: usize = 64 << 10;

/// What a signature line of a folder's checkpoint is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineState {
    /// The log's own, under which the folder was verified.
    Log,
    /// A witness's right cosignature, which counts.
    Cosigned,
    /// A right one of a member or a key that has counted.
    Repeated,
    /// A right one of a time outside of its key's windows, or after the audit's.
    Outside,
    /// A right one of a revoked member.
    Revoked,
    /// Of a known key's name and id, and not its signature.
    Wrong,
    /// Of no known key: not verified.
    Unknown,
}

/// A signature line of a folder's checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignatureLine {
    /// Name of its key, as the line has it.
    pub name: String,
    /// What it is worth.
    pub state: LineState,
    /// The member of the registry's witnesses whose key it is.
    pub witness: Option<Address>,
    /// When it was made, by the witness's clock, in Unix seconds; of a right cosignature.
    pub time: Option<u64>,
}

/// That a member signed that a key is its own.
pub(crate) struct Binding {
    pub(crate) witness: Address,
    pub(crate) key: VerifierKey,
    pub(crate) not_before: u64,
    pub(crate) expiry: u64,
}

pub(crate) fn read_key(bytes: &[u8]) -> Result<SignedWitnessKey, Unread> {
    read(bytes, MAX_WITNESS_KEY_BYTES)
}

/// Every binding that holds, of accepted bundles' histories and of files; a file without one is a finding.
pub(crate) fn bindings(
    context: &mut Context,
    judged: &[Judged<'_>],
    files: &[(Input, SignedWitnessKey)],
) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for (input, signed) in files {
        match bind(context, signed) {
            Ok(binding) => bindings.push(binding),
            Err(what) => context.find(Code::WitnessKeyUnfounded, input.name.clone(), what),
        }
    }
    let accepted = judged.iter().filter(|judged| judged.acceptance().is_some());
    let histories = accepted.filter_map(|judged| judged.given.bundle.history.as_ref());
    // Where the trust file asks for a history each of these holds; where not, nobody has looked, and what does not hold is no key.
    bindings.extend(
        histories.flat_map(|history| &history.witness_keys).filter_map(|signed| bind(context, signed).ok()),
    );
    let order =
        |binding: &Binding| (binding.witness, binding.key.to_string(), binding.not_before, binding.expiry);
    bindings.sort_by_key(order);
    bindings.dedup_by_key(|binding| order(binding));
    bindings
}

fn bind(context: &Context, signed: &SignedWitnessKey) -> Result<Binding, String> {
    let statement = &signed.statement;
    let witness = statement.witness;
    if !context.registry.witnesses.members.contains(&witness) {
        return Err(format!("{witness} is no witness of the registry"));
    }
    check_signer(&witness, &signed.signature, &statement.digest(&context.domain))
        .map_err(|error| error.to_string())?;
    let key =
        VerifierKey::parse(&statement.vkey).map_err(|error| format!("{:?}: {error}", statement.vkey))?;
    if key.kind() != KeyKind::Cosignature {
        return Err(format!("{key} signs notes, not cosignatures"));
    }
    Ok(Binding { witness, key, not_before: statement.not_before, expiry: statement.expiry })
}

/// Verifies the signature lines of a whole folder's note, and what they come to.
pub(crate) fn check(
    context: &mut Context,
    bindings: &[Binding],
    note: &Note,
    log_key: &VerifierKey,
    skew: u64,
    line: &mut LogLine,
) {
    let mut counted = Counted { latest: context.now.saturating_add(skew), ..Counted::default() };
    let revoked =
        |member: &Address| context.venues.iter().any(|venue| venue.pinned.revoked.signers.contains(member));
    for signature in note.signatures() {
        let checked = if signature.is_of(log_key) {
            SignatureLine { name: signature.name.clone(), state: LineState::Log, witness: None, time: None }
        } else {
            counted.check(note, signature, bindings, revoked)
        };
        line.signatures.push(checked);
    }
    let needed = context.registry.witnesses.threshold().max(1);
    let got = counted.members.len();
    line.as_of = counted.oldest;
    line.witnesses = counted.members.into_iter().collect();
    line.label = if got < needed {
        Label::NotChecked {
            why: format!("right cosignatures of {got} of the registry's witnesses, {needed} are needed"),
        }
    } else {
        Label::AttestedBy { role: "witnesses", signers: line.witnesses.clone() }
    };
    for wrong in line.signatures.iter().filter(|signature| signature.state == LineState::Wrong) {
        let what = format!("the line of {:?} is not the signature of that witness's key", wrong.name);
        context.find(Code::CosignatureWrong, line.name.clone(), what);
    }
    if got < needed {
        let unknown =
            line.signatures.iter().filter(|signature| signature.state == LineState::Unknown).count();
        let what = format!(
            "its checkpoint has right cosignatures of {got} of the registry's witnesses, {needed} are needed; {unknown} lines are of unknown keys"
        );
        context.find(Code::CosignaturesFew, line.name.clone(), what);
    }
}

/// Members and public keys that have counted.
#[derive(Default)]
struct Counted {
    /// The latest time that is not of the future, in Unix seconds.
    latest: u64,
    members: BTreeSet<Address>,
    keys: BTreeSet<[u8; 32]>,
    oldest: Option<u64>,
}

impl Counted {
    fn check(
        &mut self,
        note: &Note,
        line: &NoteSignature,
        bindings: &[Binding],
        revoked: impl Fn(&Address) -> bool,
    ) -> SignatureLine {
        // Another member can find a key of the same name and id: a line is wrong only where it is no known key's. Of several bindings the
        // one by which it is worth most is its own.
        let known = bindings.iter().filter(|binding| line.is_of(&binding.key));
        let best = known
            .map(|binding| match Cosignature::check(note, &binding.key) {
                Err(_) => (LineState::Wrong, binding, None),
                Ok(Cosignature { time }) => (self.state(binding, time, &revoked), binding, Some(time)),
            })
            .min_by_key(|(state, ..)| rank(*state));
        let Some((state, binding, time)) = best else {
            return SignatureLine {
                name: line.name.clone(),
                state: LineState::Unknown,
                witness: None,
                time: None,
            };
        };
        if state == LineState::Cosigned {
            self.members.insert(binding.witness);
            self.keys.insert(*binding.key.public());
            self.oldest = self.oldest.into_iter().chain(time).min();
        }
        SignatureLine { name: line.name.clone(), state, witness: Some(binding.witness), time }
    }

    /// Of a right cosignature.
    fn state(&self, binding: &Binding, time: u64, revoked: impl Fn(&Address) -> bool) -> LineState {
        if revoked(&binding.witness) {
            LineState::Revoked
        } else if time < binding.not_before || time >= binding.expiry || time > self.latest {
            LineState::Outside
        } else if self.members.contains(&binding.witness) || self.keys.contains(binding.key.public()) {
            LineState::Repeated
        } else {
            LineState::Cosigned
        }
    }
}

/// The less, the more a line is worth.
fn rank(state: LineState) -> u8 {
    match state {
        LineState::Log | LineState::Cosigned => 0,
        LineState::Repeated => 1,
        LineState::Outside => 2,
        LineState::Revoked => 3,
        LineState::Wrong => 4,
        LineState::Unknown => 5,
    }
}

/// What the audit as a whole says of the cosignatures on folders.
pub(crate) fn figure(logs: &[LogLine]) -> Figure {
    let full = logs.iter().filter(|line| matches!(line.label, Label::AttestedBy { .. }));
    let signers: BTreeSet<Address> = full.clone().flat_map(|line| line.witnesses.iter().copied()).collect();
    let value = format!("{} of {} folders have the quorum", full.count(), logs.len());
    let label = if signers.is_empty() {
        let why = "no folder's checkpoint has enough cosignatures of known keys; those in bundles are verified where the trust file asks for a history";
        Label::NotChecked { why: why.into() }
    } else {
        Label::AttestedBy { role: "witnesses", signers: signers.into_iter().collect() }
    };
    Figure::new("cosignatures on logs' folders", value, label)
}
