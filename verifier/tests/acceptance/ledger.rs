//! The log of a story's account: written, cosigned and signed anew whenever the story is linked again.
//!
//! What a test alters here is altered before everything is signed; what it alters in the bundle's `history` is altered after that.

use ed25519_dalek::{Signer, SigningKey as LogSigner};
use k256::ecdsa::SigningKey;
use solvency_verifier::bundle::{Bundle, History, LoggedEntry, SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::{Bytes32, Domain, TypedData};
use solvency_verifier::log::{
    Checkpoint, ClaimMark, KeyKind, LogEntry, LogKey, Note, NoteSignature, VerifierKey, WitnessKey,
    cosignature_message, key_id, root_of,
};
use solvency_verifier::statement::SourceUse;
use solvency_verifier::trust::{HistoryRequirement, Trust};

use crate::story::{address, key, sign};

/// A witness of the story.
pub(crate) struct Witness {
    /// Signs the binding.
    pub(crate) member: SigningKey,
    pub(crate) name: String,
    pub(crate) kind: KeyKind,
    /// Its Ed25519 key.
    pub(crate) seed: u8,
    pub(crate) not_before: u64,
    pub(crate) expiry: u64,
    /// What it says its key is, where that is not its key.
    pub(crate) vkey: Option<&'static str>,
    /// When it cosigns; never, where there is none.
    pub(crate) time: Option<u64>,
}

/// What goes into the history of a bundle.
pub(crate) struct Ledger {
    pub(crate) seed: u8,
    pub(crate) witnesses: Vec<Witness>,
    /// Alters the log key before the custodian signs it.
    pub(crate) log_key: fn(&mut LogKey),
    /// Alters an entry before it is a leaf; the bundle keeps salt and claims as they were.
    pub(crate) entry: fn(&mut LogEntry),
    /// Alters the mark before it is logged, and in the bundle.
    pub(crate) mark: fn(&mut ClaimMark),
    /// Alters the checkpoint before it is signed.
    pub(crate) head: fn(&mut Checkpoint),
    /// Number and digest of the claim that is logged; the accepted one's where there is none.
    pub(crate) claim: Option<(u64, Bytes32)>,
    pub(crate) log_expiry: u64,
}

/// How old cosignatures may be in stories.
pub(crate) const MAX_AGE: u64 = 600;

impl Ledger {
    /// Of an account with two witnesses, who cosigned a minute and two minutes ago.
    pub(crate) fn new(now: u64) -> Self {
        let witness = |number: u8| Witness {
            member: key(&format!("witness-{number}")),
            name: format!("witness.example/{number}"),
            kind: KeyKind::Cosignature,
            seed: 10 + number,
            not_before: now - 1_000,
            expiry: now + 10_000,
            vkey: None,
            time: Some(now - 60 * u64::from(number)),
        };
        Ledger {
            seed: 1,
            witnesses: vec![witness(1), witness(2)],
            log_key: |_| {},
            entry: |_| {},
            mark: |_| {},
            head: |_| {},
            claim: None,
            log_expiry: now + 20_000,
        }
    }

    /// What the trust file asks for.
    pub(crate) fn requirement(&self) -> HistoryRequirement {
        HistoryRequirement { max_age: MAX_AGE, log_key: Some(public(self.seed)) }
    }

    /// The history of a bundle, with everything signed.
    pub(crate) fn history(&self, bundle: &Bundle, trust: &Trust) -> History {
        let domain = Domain::of_registry(&trust.registry.digest());
        let claim = &bundle.claim.claim;
        let (number, digest) = self.claim.unwrap_or((claim.number, claim.digest(&domain)));
        let mut mark = ClaimMark { claim: digest, number, salt: Bytes32([0x77; 32]) };
        (self.mark)(&mut mark);

        let coverage = &bundle.coverage.statement;
        let mut entries = Vec::new();
        let mut leaves = Vec::new();
        for (index, allocation) in bundle.allocations.iter().enumerate() {
            let statement = &allocation.proven.statement;
            let allocation = statement.digest(&domain);
            let mut claims: Vec<Bytes32> =
                (1..statement.outputs.len()).map(|output| Bytes32([0x40 + output as u8; 32])).collect();
            if allocation == coverage.allocation
                && let Some(claim) = claims.get_mut((coverage.output as usize).wrapping_sub(1))
            {
                *claim = mark.digest(&domain);
            }
            let salt = Bytes32([0x20 + index as u8; 32]);
            entries.push(LoggedEntry { salt, claims: claims.clone() });
            let releases = statement.sources.iter().filter(|source| source.kind == SourceUse::Released);
            let mut entry = LogEntry {
                account: statement.account,
                epoch: statement.epoch,
                sequence: statement.sequence,
                allocation,
                releases: releases.map(|source| source.release).collect(),
                claims,
                salt,
            };
            (self.entry)(&mut entry);
            leaves.push(entry.leaf(&domain));
        }

        let counterparty = &trust.counterparty;
        let mut log_key = LogKey {
            custodian: counterparty.custodian,
            account: counterparty.account,
            log_origin: counterparty.log_origin.clone(),
            public_key: public(self.seed),
            not_before: 0,
            expiry: self.log_expiry,
        };
        (self.log_key)(&mut log_key);
        let mut head = Checkpoint {
            origin: format!("{}/{}", counterparty.log_origin, coverage.epoch),
            size: leaves.len() as u64,
            root: root_of(&leaves),
            extensions: Vec::new(),
        };
        let name = head.origin.clone();
        (self.head)(&mut head);
        let mut note = Note::new(&head.to_string()).expect("a text");
        add(&mut note, &name, KeyKind::Note, self.seed, None);
        for witness in &self.witnesses {
            if let Some(time) = witness.time {
                add(&mut note, &witness.name, witness.kind, witness.seed, Some(time));
            }
        }
        History {
            checkpoint: note.to_string(),
            log_key: SignedLogKey {
                signature: sign(&key("custodian"), &log_key.digest(&domain)),
                statement: log_key,
            },
            witness_keys: self.witnesses.iter().map(|witness| bound(witness, &domain)).collect(),
            entries,
            claim: mark,
        }
    }
}

fn bound(witness: &Witness, domain: &Domain) -> SignedWitnessKey {
    let signer = LogSigner::from_bytes(&[witness.seed; 32]);
    let vkey =
        VerifierKey::new(&witness.name, witness.kind, signer.verifying_key().as_bytes()).expect("a key");
    let statement = WitnessKey {
        witness: address(&witness.member),
        vkey: witness.vkey.map_or_else(|| vkey.to_string(), String::from),
        not_before: witness.not_before,
        expiry: witness.expiry,
    };
    SignedWitnessKey { signature: sign(&witness.member, &statement.digest(domain)), statement }
}

/// Signs a note, or cosigns it at a time, with the key of a seed.
pub(crate) fn add(note: &mut Note, name: &str, kind: KeyKind, seed: u8, time: Option<u64>) {
    let signer = LogSigner::from_bytes(&[seed; 32]);
    let id = key_id(name, kind, signer.verifying_key().as_bytes());
    let bytes = match time {
        None => signer.sign(note.text().as_bytes()).to_bytes().to_vec(),
        Some(time) => {
            let signature = signer.sign(&cosignature_message(time, note.text()));
            [time.to_be_bytes().as_slice(), &signature.to_bytes()].concat()
        }
    };
    note.add(NoteSignature { name: name.into(), id, bytes }).expect("one line of each key");
}

fn public(seed: u8) -> Bytes32 {
    Bytes32(*LogSigner::from_bytes(&[seed; 32]).verifying_key().as_bytes())
}
