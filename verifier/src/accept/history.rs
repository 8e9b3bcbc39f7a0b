//! W1–W7: where the trust file asks for it, the chain is the whole witnessed history of the account's epoch (spec/log.md).
//!
//! It shows that k members of the registry's witnesses signed no other tree of this log before, not that they are honest.

use alloc::{format, string::ToString, vec::Vec};

use serde::Serialize;

use super::chain::Chain;
use super::window::Window;
use super::{Judge, Reason, bounded, insert_new, place};
use crate::bundle::{Bundle, History, SignedWitnessKey};
use crate::encoding::{Address, Bytes32, TypedData};
use crate::log::{
    Checkpoint, Cosignature, Hash, KeyKind, LogEntry, Note, NoteSignature, VerifierKey, epoch_origin, root_of,
};
use crate::statement::check_signer;
use crate::trust::HistoryRequirement;

/// The witnessed history that was accepted: what a venue can compare with what others were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WitnessedHistory {
    /// Origin of the log.
    pub origin: alloc::string::String,
    /// Its size: the number of allocations.
    pub size: u64,
    /// Root of its tree.
    pub root: Bytes32,
    /// The witnesses that cosigned it.
    pub witnesses: Vec<Address>,
    /// When the first of them did, in Unix seconds.
    pub as_of: u64,
    /// Number of the claim for which the pledge was logged.
    pub claim: u64,
}

impl Judge<'_> {
    /// Checks the history where the trust file asks for one; answers it, or nothing where nothing was asked.
    pub(super) fn check_history(
        &self,
        bundle: &Bundle,
        chain: &Chain<'_>,
        window: &mut Window,
    ) -> Result<Option<WitnessedHistory>, Reason> {
        let Some(required) = &self.trust.history else { return Ok(None) };
        let Some(history) = &bundle.history else { return Err(Reason::HistoryMissing {}) };
        bounded("entries of the history", history.entries.len())?;
        bounded("witness keys", history.witness_keys.len())?;
        let log_key = self.check_log_key(history, required, window)?;
        let (note, head) = self.check_checkpoint(history, &log_key)?;
        self.check_leaves(bundle, history, chain, &head)?;
        let witnesses = self.check_witness_keys(history, window)?;
        let as_of = self.check_cosignatures(&note, &witnesses, history, required, window)?;
        no_other_lines(&note, &log_key, &witnesses)?;
        self.check_mark(bundle, history, chain)?;
        Ok(Some(WitnessedHistory {
            origin: head.origin,
            size: head.size,
            root: Bytes32(head.root),
            witnesses: history.witness_keys.iter().map(|signed| signed.statement.witness).collect(),
            as_of,
            claim: history.claim.number,
        }))
    }

    /// W2: the custodian says that this key signs the account's logs, now. Answers it as this epoch's.
    fn check_log_key(
        &self,
        history: &History,
        required: &HistoryRequirement,
        window: &mut Window,
    ) -> Result<VerifierKey, Reason> {
        let counterparty = &self.trust.counterparty;
        let statement = &history.log_key.statement;
        let field = if statement.custodian != counterparty.custodian {
            Some("custodian")
        } else if statement.account != counterparty.account {
            Some("account")
        } else if statement.log_origin != counterparty.log_origin {
            Some("log origin")
        } else {
            None
        };
        if let Some(field) = field {
            return Err(Reason::LogKeyOf { field });
        }
        check_signer(&counterparty.custodian, &history.log_key.signature, &statement.digest(&self.domain))
            .map_err(|error| Reason::LogKeySignature { error })?;
        if let Some(expected) = required.log_key
            && statement.public_key != expected
        {
            return Err(Reason::LogKeyNotPinned { got: statement.public_key, expected });
        }
        let (not_before, expiry, now) = (statement.not_before, statement.expiry, self.now);
        if now < not_before || now >= expiry {
            return Err(Reason::LogKeyWindow { not_before, expiry, now });
        }
        window.ends("log key", expiry);
        statement.verifier_key(self.epoch).map_err(|error| Reason::LogKeyInvalid { error })
    }

    /// W3: a checkpoint of this epoch's log, signed by its key.
    fn check_checkpoint(
        &self,
        history: &History,
        log_key: &VerifierKey,
    ) -> Result<(Note, Checkpoint), Reason> {
        let malformed = |message| Reason::CheckpointMalformed { message };
        let note = Note::parse(&history.checkpoint).map_err(|error| malformed(error.to_string()))?;
        let head = Checkpoint::parse(note.text()).map_err(|error| malformed(error.to_string()))?;
        if !head.extensions.is_empty() {
            return Err(Reason::CheckpointExtended { lines: head.extensions.len() });
        }
        let expected = epoch_origin(&self.trust.counterparty.log_origin, self.epoch)
            .map_err(|error| Reason::LogKeyInvalid { error })?;
        if head.origin != expected {
            return Err(Reason::CheckpointOrigin { got: head.origin, expected });
        }
        note.check_signed_by(log_key).map_err(|error| Reason::CheckpointSignature { error })?;
        Ok((note, head))
    }

    /// W4: the tree has exactly the chain's allocations as leaves.
    fn check_leaves(
        &self,
        bundle: &Bundle,
        history: &History,
        chain: &Chain<'_>,
        head: &Checkpoint,
    ) -> Result<(), Reason> {
        let links = chain.links();
        let (got, expected) = (history.entries.len(), links.len());
        if got != expected {
            return Err(Reason::HistoryEntries { got, expected });
        }
        let mut leaves: Vec<Hash> = Vec::new();
        for (index, (entry, link)) in history.entries.iter().zip(links).enumerate() {
            let (got, expected) = (entry.claims.len(), link.statement.outputs.len().saturating_sub(1));
            if got != expected {
                return Err(Reason::HistoryClaims { place: place("history.entries", index), got, expected });
            }
            leaves.push(LogEntry::of(link.statement, link.digest, entry).leaf(&self.domain));
        }
        let expected = bundle.allocations.len() as u64;
        if head.size != expected {
            return Err(Reason::CheckpointSize { got: head.size, expected });
        }
        let expected = root_of(&leaves);
        if head.root != expected {
            return Err(Reason::CheckpointRoot { got: Bytes32(head.root), expected: Bytes32(expected) });
        }
        Ok(())
    }

    /// W5: k distinct members of the registry's witnesses say which keys are theirs, now.
    fn check_witness_keys(&self, history: &History, window: &mut Window) -> Result<Vec<VerifierKey>, Reason> {
        let set = &self.trust.registry.witnesses;
        let mut members = Vec::new();
        let mut keys: Vec<VerifierKey> = Vec::new();
        for (index, SignedWitnessKey { statement, signature }) in history.witness_keys.iter().enumerate() {
            let at = place("history.witnessKeys", index);
            let witness = statement.witness;
            if !set.members.contains(&witness) {
                return Err(Reason::WitnessUnknown { place: at, witness });
            }
            if self.revoked_signers().contains(&witness) {
                return Err(Reason::WitnessRevoked { place: at, witness });
            }
            check_signer(&witness, signature, &statement.digest(&self.domain))
                .map_err(|error| Reason::WitnessKeySignature { place: at.clone(), error })?;
            let key = VerifierKey::parse(&statement.vkey)
                .map_err(|error| Reason::WitnessKeyInvalid { place: at.clone(), error })?;
            if key.kind() != KeyKind::Cosignature {
                return Err(Reason::WitnessKeyKind { place: at });
            }
            let same_key = keys.iter().any(|other| other.public() == key.public());
            if !insert_new(&mut members, witness) || same_key {
                return Err(Reason::WitnessTwice { place: at, witness });
            }
            let (not_before, expiry, now) = (statement.not_before, statement.expiry, self.now);
            if now < not_before || now >= expiry {
                return Err(Reason::WitnessKeyWindow { place: at, not_before, expiry, now });
            }
            window.ends(&at, expiry);
            keys.push(key);
        }
        let (got, needed) = (keys.len(), set.threshold().max(1));
        if got < needed { Err(Reason::WitnessesTooFew { got, needed }) } else { Ok(keys) }
    }

    /// W6: each of these keys cosigned the checkpoint not long ago. Answers the time of the oldest cosignature.
    fn check_cosignatures(
        &self,
        note: &Note,
        keys: &[VerifierKey],
        history: &History,
        required: &HistoryRequirement,
        window: &mut Window,
    ) -> Result<u64, Reason> {
        let mut oldest = u64::MAX;
        for (index, (key, signed)) in keys.iter().zip(&history.witness_keys).enumerate() {
            let at = place("history.witnessKeys", index);
            let Cosignature { time } = Cosignature::check(note, key)
                .map_err(|error| Reason::CosignatureInvalid { place: at.clone(), error })?;
            let not_before = signed.statement.not_before;
            if time < not_before {
                return Err(Reason::CosignatureBeforeKey { place: at, time, not_before });
            }
            if time > self.latest_present() {
                return Err(Reason::CosignatureInFuture { place: at, time, now: self.now });
            }
            let end = time.saturating_add(required.max_age);
            if self.now >= end {
                let (now, allowed) = (self.now, required.max_age);
                return Err(Reason::CosignatureStale { place: at, time, now, allowed });
            }
            window.ends(&format!("cosignature of {at}"), end);
            oldest = oldest.min(time);
        }
        Ok(oldest)
    }

    /// W7: the log says for which claim of this venue the pledge was made, and it is none that the venue has yet to make.
    fn check_mark(&self, bundle: &Bundle, history: &History, chain: &Chain<'_>) -> Result<(), Reason> {
        let coverage = &bundle.coverage.statement;
        let sequence = chain.link(&coverage.allocation).map(|link| link.sequence);
        let entry = sequence.and_then(|sequence| history.entries.get(usize::try_from(sequence).ok()?));
        let output = usize::try_from(coverage.output).ok().and_then(|output| output.checked_sub(1));
        let mark = entry.zip(output).and_then(|(entry, output)| entry.claims.get(output));
        if mark != Some(&history.claim.digest(&self.domain)) {
            return Err(Reason::ClaimMarkMismatch {});
        }
        let (got, latest) = (history.claim.number, &self.trust.latest_claim);
        let is_latest = got == latest.number && history.claim.claim == latest.digest;
        if got < latest.number || is_latest {
            Ok(())
        } else {
            Err(Reason::ClaimMarkNumber { got, latest: latest.number })
        }
    }
}

/// W3: nothing in a bundle is without meaning, so each line is of the log's key or of a bound one.
fn no_other_lines(note: &Note, log_key: &VerifierKey, witnesses: &[VerifierKey]) -> Result<(), Reason> {
    let unknown =
        |line: &&NoteSignature| !line.is_of(log_key) && !witnesses.iter().any(|witness| line.is_of(witness));
    match note.signatures().iter().find(unknown) {
        Some(line) => Err(Reason::CheckpointLine { name: line.name.clone() }),
        None => Ok(()),
    }
}
