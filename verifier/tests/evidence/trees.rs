//! Checkpoints of trees, signed and cosigned, with the statements that say whose the keys are.

use ed25519_dalek::SigningKey as LogSigner;
use solvency_verifier::Bytes32;
use solvency_verifier::bundle::{SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::TypedData;
use solvency_verifier::evidence::{Beginning, CosignedCheckpoint, SignedCheckpoint};
use solvency_verifier::log::{
    Checkpoint, Hash, KeyKind, LogKey, Note, VerifierKey, WitnessKey, consistency_proof, leaf_hash, root_of,
};

use crate::ledger::add;
use crate::pairs::{bundle, domain};
use crate::story::{key, party, sign};

/// Origin of the account's log in epoch 3.
pub(crate) const ORIGIN: &str = "log.example/custodian/account-1/3";
/// When witnesses cosign here.
pub(crate) const NOW: u64 = 1_767_520_830;
/// Seeds of the log's key and of the witnesses'.
pub(crate) const LOG: u8 = 1;
pub(crate) const WITNESS: u8 = 11;

/// The leaves of a tree.
pub(crate) fn tree(count: u64, seed: &str) -> Vec<Hash> {
    (0..count).map(|index| leaf_hash(format!("{seed} {index}").as_bytes())).collect()
}

pub(crate) fn head(leaves: &[Hash]) -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.into(),
        size: leaves.len() as u64,
        root: root_of(leaves),
        extensions: Vec::new(),
    }
}

/// What these leaves begin with.
pub(crate) fn beginning(old: usize, leaves: &[Hash]) -> Beginning {
    let consistency = consistency_proof(old, leaves).unwrap().into_iter().map(Bytes32).collect();
    Beginning { root: Bytes32(root_of(&leaves[..old])), consistency }
}

/// A note of a checkpoint with one line: a signature, or a cosignature at a time.
pub(crate) fn note(head: &Checkpoint, name: &str, seed: u8, time: Option<u64>) -> String {
    let mut note = Note::new(&head.to_string()).unwrap();
    let kind = if time.is_some() { KeyKind::Cosignature } else { KeyKind::Note };
    add(&mut note, name, kind, seed, time);
    note.to_string()
}

pub(crate) fn public(seed: u8) -> Bytes32 {
    Bytes32(*LogSigner::from_bytes(&[seed; 32]).verifying_key().as_bytes())
}

/// The custodian says that a key signs the account's logs.
pub(crate) fn log_key(by: &str, seed: u8, alter: impl FnOnce(&mut LogKey)) -> SignedLogKey {
    let statement = &bundle("flat").allocations[0].proven.statement;
    let mut statement = LogKey {
        custodian: statement.custodian,
        account: statement.account,
        log_origin: statement.log_origin.clone(),
        public_key: public(seed),
        not_before: 0,
        expiry: 1,
    };
    alter(&mut statement);
    SignedLogKey { signature: sign(&key(by), &statement.digest(&domain())), statement }
}

/// A member says that a key is its own, around [`NOW`].
pub(crate) fn witness_key(by: &str, seed: u8, alter: impl FnOnce(&mut WitnessKey)) -> SignedWitnessKey {
    let vkey = VerifierKey::new("witness.example/1", KeyKind::Cosignature, &public(seed).0).unwrap();
    let mut statement = WitnessKey {
        witness: party(by),
        vkey: vkey.to_string(),
        not_before: NOW - 1_000,
        expiry: NOW + 1_000,
    };
    alter(&mut statement);
    SignedWitnessKey { signature: sign(&key(by), &statement.digest(&domain())), statement }
}

pub(crate) fn signed(head: &Checkpoint) -> SignedCheckpoint {
    SignedCheckpoint {
        checkpoint: note(head, &head.origin, LOG, None),
        log_key: log_key("custodian", LOG, |_| ()),
    }
}

pub(crate) fn cosigned(head: &Checkpoint, time: u64) -> CosignedCheckpoint {
    CosignedCheckpoint {
        checkpoint: note(head, "witness.example/1", WITNESS, Some(time)),
        witness_key: witness_key("witness-1", WITNESS, |_| ()),
    }
}

pub(crate) fn signed_tree(leaves: &[Hash]) -> SignedCheckpoint {
    signed(&head(leaves))
}

pub(crate) fn cosigned_tree(leaves: &[Hash], time: u64) -> CosignedCheckpoint {
    cosigned(&head(leaves), time)
}
