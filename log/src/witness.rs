//! A witness: cosigns a checkpoint only if it goes on from the last one that it cosigned (C2SP tlog-witness).
//!
//! Its memory is its state's folder. A witness whose folder was removed, or put back from an older copy, is no witness any more.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use solvency_verifier::log::{
    Checkpoint, CheckpointError, Cosignature, EMPTY_ROOT, KeyError, KeyKind, MAX_TIME, Note, NoteError,
    ProofError, VerifierKey, cosignature_message, epoch_origin, verify_consistency,
};
use solvency_verifier::registry::Schedule;

use crate::error::LogError;
use crate::files;
use crate::keys::SecretKey;
use crate::log::{CHECKPOINT, read_checkpoint};
use crate::request::AddCheckpoint;

/// The logs of an account that a witness cosigns: those of the current epoch, of the one before and of the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessedLog {
    /// Origin of the account's logs, without the epoch.
    pub log_origin: String,
    /// The Ed25519 key that signs them.
    pub public_key: [u8; 32],
    /// The registry's epochs.
    pub epochs: Schedule,
}

/// Why a witness does not cosign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// No log that it cosigns.
    #[error(
        "{origin:?} is no log that this witness cosigns, or not one of this epoch, the one before or the next"
    )]
    UnknownLog {
        /// Origin found.
        origin: String,
    },
    /// Not signed by the log.
    #[error("{0}")]
    Signature(NoteError),
    /// Not a checkpoint.
    #[error("{0}")]
    Checkpoint(#[from] CheckpointError),
    /// The proof begins after where it ends.
    #[error("an old size of {old}, the checkpoint has {size}")]
    OldSize {
        /// Old size.
        old: u64,
        /// Size of the checkpoint.
        size: u64,
    },
    /// The proof does not begin where the witness is.
    #[error("an old size of {old}, this witness has cosigned {known}")]
    Conflict {
        /// Old size.
        old: u64,
        /// What it has cosigned.
        known: u64,
    },
    /// Not what follows from the last checkpoint: of the same log, two histories.
    #[error("the checkpoint of size {size} does not go on from that of size {known}: {error}")]
    Inconsistent {
        /// Size of the checkpoint.
        size: u64,
        /// What it has cosigned.
        known: u64,
        /// Why.
        error: ProofError,
    },
    /// The clock shows an earlier time than the last cosignature, or one beyond any.
    #[error("the clock shows {now}; the last cosignature was at {last}")]
    Clock {
        /// The clock.
        now: u64,
        /// When it cosigned last.
        last: u64,
    },
    /// Its memory can't be read or written.
    #[error(transparent)]
    State(#[from] LogError),
}

impl WitnessError {
    /// The status with which tlog-witness answers.
    pub fn status(&self) -> u16 {
        match self {
            WitnessError::UnknownLog { .. } => 404,
            WitnessError::Signature(_) => 403,
            WitnessError::Checkpoint(_) | WitnessError::OldSize { .. } => 400,
            WitnessError::Conflict { .. } => 409,
            WitnessError::Inconsistent { .. } => 422,
            WitnessError::Clock { .. } | WitnessError::State(_) => 500,
        }
    }
}

/// A witness with its key and its memory.
#[derive(Debug)]
pub struct Witness {
    state: PathBuf,
    key: SecretKey,
    /// Keys that it had before, by which it may have cosigned what it remembers.
    former: Vec<VerifierKey>,
    logs: Vec<WitnessedLog>,
}

impl Witness {
    /// A witness whose memory is in this folder, which is made where there is none.
    ///
    /// # Errors
    /// [`LogError::Kind`] for a key that does not make cosignatures, [`LogError::Key`] for a log whose origin or key is none, [`LogError::Io`].
    pub fn new(state: &Path, key: SecretKey, logs: Vec<WitnessedLog>) -> Result<Self, LogError> {
        key.expect_kind(KeyKind::Cosignature)?;
        for log in &logs {
            let _ = log_key(log, 0)?;
        }
        files::make_folders(state, state)?;
        Ok(Witness { state: state.into(), key, former: Vec::new(), logs })
    }

    /// The same witness, which goes on from what it cosigned with these keys before it replaced them. Without them a new key can't read the
    /// memory of the old one, and with an empty folder it would be a witness that forgot.
    #[must_use]
    pub fn with_former_keys(mut self, keys: Vec<VerifierKey>) -> Self {
        self.former = keys;
        self
    }

    /// The key that verifies its cosignatures.
    pub fn verifier_key(&self) -> &VerifierKey {
        self.key.verifier_key()
    }

    /// Cosigns a checkpoint; answers the signature line. The checkpoint is remembered, durably, before the line exists outside.
    ///
    /// `now` is the witness's clock in Unix seconds.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn add_checkpoint(&self, request: &AddCheckpoint, now: u64) -> Result<String, WitnessError> {
        let head = Checkpoint::parse(request.checkpoint.text())?;
        let log_key = self.key_of_log(&head.origin, now)?;
        request.checkpoint.check_signed_by(&log_key).map_err(WitnessError::Signature)?;
        if request.old > head.size {
            return Err(WitnessError::OldSize { old: request.old, size: head.size });
        }
        let _in_turn = files::lock_in_turn(&self.state.join(".lock"))?;
        let known = self.remembered(&head.origin)?;
        let (size, root, last) =
            known.map_or((0, EMPTY_ROOT, 0), |known| (known.head.size, known.head.root, known.time));
        if request.old != size {
            return Err(WitnessError::Conflict { old: request.old, known: size });
        }
        verify_consistency(size, head.size, &root, &head.root, &request.proof)
            .map_err(|error| WitnessError::Inconsistent { size: head.size, known: size, error })?;
        if now < last || now > MAX_TIME {
            return Err(WitnessError::Clock { now, last });
        }

        let own = self.key.verifier_key();
        let line = self.key.line(own, Some(now), &cosignature_message(now, request.checkpoint.text()));
        let mut note = Note::new(request.checkpoint.text()).map_err(LogError::from)?;
        let of_log = request.checkpoint.signature_of(&log_key).map_err(WitnessError::Signature)?;
        note.add(of_log.clone()).and_then(|()| note.add(line.clone())).map_err(LogError::from)?;
        files::write(&self.state, &self.path(&head.origin), note.to_string().as_bytes())?;
        Ok(line.to_string())
    }

    /// The last checkpoint of this origin that it cosigned, with the log's line and its own; may be served.
    ///
    /// # Errors
    /// [`LogError::Damaged`] where it can't be read or is not cosigned by this witness with a key that it has or had, [`LogError::Io`].
    pub fn latest(&self, origin: &str) -> Result<Option<Note>, LogError> {
        Ok(self.remembered(origin)?.map(|remembered| remembered.note))
    }

    fn remembered(&self, origin: &str) -> Result<Option<Remembered>, LogError> {
        let path = self.path(origin);
        let Some((note, head)) = read_checkpoint(&path)? else { return Ok(None) };
        let by_own = Cosignature::check(&note, self.key.verifier_key());
        let by_former = || self.former.iter().find_map(|key| Cosignature::check(&note, key).ok());
        let Cosignature { time } = by_own
            .or_else(|error| by_former().ok_or(error))
            .map_err(|error| LogError::damaged(&path, error.to_string()))?;
        if head.origin != origin {
            return Err(LogError::damaged(&path, format!("a checkpoint of {:?}", head.origin)));
        }
        Ok(Some(Remembered { note, head, time }))
    }

    fn path(&self, origin: &str) -> PathBuf {
        let folder = hex::encode(Sha256::digest(origin.as_bytes()));
        self.state.join(folder).join(CHECKPOINT)
    }

    /// The key of a log that is `<logOrigin>/<epoch>`, with the epoch of now, the one before or the next.
    fn key_of_log(&self, origin: &str, now: u64) -> Result<VerifierKey, WitnessError> {
        for log in &self.logs {
            let Some(current) = log.epochs.number_at(now) else { continue };
            for epoch in [current.checked_sub(1), Some(current), current.checked_add(1)].into_iter().flatten()
            {
                if epoch_origin(&log.log_origin, epoch).is_ok_and(|known| known == origin) {
                    return log_key(log, epoch).map_err(|error| WitnessError::State(error.into()));
                }
            }
        }
        Err(WitnessError::UnknownLog { origin: origin.into() })
    }
}

struct Remembered {
    note: Note,
    head: Checkpoint,
    time: u64,
}

fn log_key(log: &WitnessedLog, epoch: u64) -> Result<VerifierKey, KeyError> {
    VerifierKey::new(&epoch_origin(&log.log_origin, epoch)?, KeyKind::Note, &log.public_key)
}
