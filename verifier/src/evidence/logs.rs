//! Two trees of one log that keys of one custodian, or of one witness, signed.

use alloc::vec::Vec;

use super::check::{Check, same, two_statements};
use super::finding::{Finding, Kind, Proved};
use super::{Beginning, CosignedCheckpoint, EvidenceError, SignedCheckpoint};
use crate::encoding::{Bytes32, TypedData, tagged_sha256};
use crate::log::fork::{self, Fork, ForkError, Head, Prefix};
use crate::log::{
    Checkpoint, Cosignature, Hash, KeyKind, LogKey, Note, VerifierKey, WitnessKey, cosignature_message,
    origin_epoch,
};
use crate::statement::check_signer;

impl Check<'_> {
    pub(super) fn log_fork(
        &self,
        first: &SignedCheckpoint,
        second: &SignedCheckpoint,
        beginning: Option<&Beginning>,
    ) -> Result<Finding, EvidenceError> {
        let (one, other) = (&first.log_key.statement, &second.log_key.statement);
        same("custodians", &one.custodian, &other.custodian)?;
        same("accounts", &one.account, &other.account)?;
        same("log origins", &one.log_origin, &other.log_origin)?;
        let notes = [read("first", &first.checkpoint)?, read("second", &second.checkpoint)?];
        let [read_first, read_second] = &notes;
        let origin = &read_first.head.origin;
        let epoch = origin_epoch(origin, &one.log_origin).ok_or_else(|| EvidenceError::OtherLog {
            got: origin.clone(),
            expected: one.log_origin.clone(),
        })?;
        let digests =
            two_statements([read_first, read_second].map(|read| signed_digest(read.note.text().as_bytes())))?;
        let fork = contradiction([(read_first, None), (read_second, None)], beginning)?;
        for (read, key) in notes.iter().zip([one, other]) {
            read.signed_by(&log_key(read.place, key, epoch)?)?;
        }
        for (read, signed) in notes.iter().zip([&first.log_key, &second.log_key]) {
            check_signer(&one.custodian, &signed.signature, &signed.statement.digest(&self.domain))
                .map_err(|error| EvidenceError::Signature { place: read.place, error })?;
        }
        self.names_custodian(one.custodian)?;
        let (custodian, account, origin) = (one.custodian, one.account, origin.clone());
        let proved = Proved::LogFork { custodian, account, epoch, origin, fork };
        Ok(self.finding(Kind::LogFork, digests, proved))
    }

    pub(super) fn witness(
        &self,
        first: &CosignedCheckpoint,
        second: &CosignedCheckpoint,
        beginning: Option<&Beginning>,
    ) -> Result<Finding, EvidenceError> {
        let (one, other) = (&first.witness_key.statement, &second.witness_key.statement);
        let witness = one.witness;
        same("witnesses", &witness, &other.witness)?;
        if !self.registry.witnesses.members.contains(&witness) {
            return Err(EvidenceError::NotAWitness { got: witness });
        }
        let (read_first, read_second) =
            (read("first", &first.checkpoint)?, read("second", &second.checkpoint)?);
        let times = [read_first.cosigned_by(one)?, read_second.cosigned_by(other)?];
        let [first_time, second_time] = times;
        let message = |read: &Read, time| signed_digest(&cosignature_message(time, read.note.text()));
        let digests = two_statements([message(&read_first, first_time), message(&read_second, second_time)])?;
        let heads = [(&read_first, Some(first_time)), (&read_second, Some(second_time))];
        let fork = contradiction(heads, beginning)?;
        for (place, signed) in [("first", &first.witness_key), ("second", &second.witness_key)] {
            check_signer(&witness, &signed.signature, &signed.statement.digest(&self.domain))
                .map_err(|error| EvidenceError::Signature { place, error })?;
        }
        let proved = Proved::Witness { witness, origin: read_first.head.origin, fork };
        Ok(self.finding(Kind::Witness, digests, proved))
    }
}

/// A checkpoint of a file. Nothing is checked of its signature.
struct Read {
    place: &'static str,
    note: Note,
    head: Checkpoint,
}

fn read(place: &'static str, checkpoint: &str) -> Result<Read, EvidenceError> {
    let note = Note::parse(checkpoint).map_err(|error| EvidenceError::Note { place, error })?;
    let head = Checkpoint::parse(note.text()).map_err(|error| EvidenceError::Checkpoint { place, error })?;
    Ok(Read { place, note, head })
}

impl Read {
    fn signed_by(&self, key: &VerifierKey) -> Result<(), EvidenceError> {
        let place = self.place;
        self.note.check_signed_by(key).map_err(|error| EvidenceError::Note { place, error })?;
        self.nothing_beside(key)
    }

    /// Answers the time.
    fn cosigned_by(&self, statement: &WitnessKey) -> Result<u64, EvidenceError> {
        let place = self.place;
        let key = VerifierKey::parse(&statement.vkey).map_err(|error| EvidenceError::Key { place, error })?;
        if key.kind() != KeyKind::Cosignature {
            return Err(EvidenceError::NotACosigner { place });
        }
        let Cosignature { time } =
            Cosignature::check(&self.note, &key).map_err(|error| EvidenceError::Note { place, error })?;
        self.nothing_beside(&key)?;
        let (not_before, expiry) = (statement.not_before, statement.expiry);
        if time < not_before || time >= expiry {
            return Err(EvidenceError::OutsideKey { place, time, not_before, expiry });
        }
        Ok(time)
    }

    /// A line of another key would show nothing.
    fn nothing_beside(&self, key: &VerifierKey) -> Result<(), EvidenceError> {
        match self.note.signatures().iter().find(|line| !line.is_of(key)) {
            Some(line) => Err(EvidenceError::Line { place: self.place, name: line.name.clone() }),
            None => Ok(()),
        }
    }
}

fn log_key(place: &'static str, statement: &LogKey, epoch: u64) -> Result<VerifierKey, EvidenceError> {
    statement.verifier_key(epoch).map_err(|error| EvidenceError::Key { place, error })
}

/// The digest of what an Ed25519 key signed.
fn signed_digest(message: &[u8]) -> Bytes32 {
    tagged_sha256("solvency.v1.note", &[message])
}

fn contradiction(
    [(first, first_time), (second, second_time)]: [(&Read, Option<u64>); 2],
    beginning: Option<&Beginning>,
) -> Result<Fork, EvidenceError> {
    let proof: Vec<Hash> =
        beginning.iter().flat_map(|beginning| &beginning.consistency).map(|hash| hash.0).collect();
    let prefix = beginning.map(|beginning| Prefix { root: beginning.root.0, proof: &proof });
    let first = Head { checkpoint: &first.head, time: first_time };
    let second = Head { checkpoint: &second.head, time: second_time };
    fork::check([first, second], prefix).map_err(|error| match error {
        ForkError::Origins { .. } => EvidenceError::Unrelated { field: "origins" },
        ForkError::NoFork => EvidenceError::NoFork,
        ForkError::Proof(error) => EvidenceError::Beginning { error },
        ForkError::Needless => EvidenceError::Needless,
    })
}
