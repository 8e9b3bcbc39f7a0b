//! What the histories of two bundles show: of the custodian whose log it is, and of each witness of both.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::find::Finder;
use super::{Beginning, CosignedCheckpoint, Equivocation, Evidence, Named, SignedCheckpoint};
use crate::bundle::{Bundle, History, SignedWitnessKey};
use crate::encoding::{Address, Bytes32, TypedData};
use crate::log::{
    Checkpoint, Cosignature, Hash, LogEntry, Note, VerifierKey, consistency_proof, origin_epoch, root_of,
};
use crate::statement::check_signer;

/// A bundle's history, its checkpoint read.
struct Shown<'a> {
    bundle: &'a Bundle,
    history: &'a History,
    note: Note,
    head: Checkpoint,
}

impl<'a> Shown<'a> {
    fn of(bundle: &'a Bundle) -> Option<Self> {
        let history = bundle.history.as_ref()?;
        let note = Note::parse(&history.checkpoint).ok()?;
        let head = Checkpoint::parse(note.text()).ok()?;
        Some(Shown { bundle, history, note, head })
    }

    /// The checkpoint with the log's line alone.
    fn signed(&self) -> Option<SignedCheckpoint> {
        let statement = &self.history.log_key.statement;
        let epoch = origin_epoch(&self.head.origin, &statement.log_origin)?;
        let note = self.note.only(&statement.verifier_key(epoch).ok()?).ok()?;
        Some(SignedCheckpoint { checkpoint: note.to_string(), log_key: self.history.log_key.clone() })
    }
}

impl Finder<'_> {
    pub(super) fn logs(&self, found: &mut Vec<Evidence>) {
        let (Some(one), Some(other)) = (Shown::of(self.a), Shown::of(self.b)) else { return };
        let beginning = self.beginning(&one, &other);
        if let (Some(first), Some(second)) = (one.signed(), other.signed()) {
            let custodians = [first.log_key.statement.custodian];
            let named = Named { custodians: &custodians, venues: &[] };
            self.keep(found, Equivocation::LogFork { first, second, beginning: beginning.clone() }, &named);
        }
        let mut others = self.cosigned(&other);
        for (witness, first) in self.cosigned(&one) {
            if let Some(second) = others.remove(&witness) {
                let shown = Equivocation::Witness { first, second, beginning: beginning.clone() };
                self.keep(found, shown, &Named::default());
            }
        }
    }

    /// What the larger tree begins with, where that is not the smaller one and its bundle has all of its leaves.
    fn beginning(&self, one: &Shown<'_>, other: &Shown<'_>) -> Option<Beginning> {
        let (smaller, larger) = if one.head.size <= other.head.size { (one, other) } else { (other, one) };
        if smaller.head.size == larger.head.size {
            return None;
        }
        let leaves = self.leaves(larger)?;
        let old = usize::try_from(smaller.head.size).ok()?;
        let root = root_of(leaves.get(..old)?);
        let consistency = consistency_proof(old, &leaves)?.into_iter().map(Bytes32).collect();
        (root != smaller.head.root).then_some(Beginning { root: Bytes32(root), consistency })
    }

    /// The leaves of a bundle's chain, if they are those of its checkpoint.
    fn leaves(&self, shown: &Shown<'_>) -> Option<Vec<Hash>> {
        let pairs = shown.bundle.allocations.iter().zip(&shown.history.entries);
        let leaves = pairs.map(|(allocation, logged)| {
            let statement = &allocation.proven.statement;
            LogEntry::of(statement, statement.digest(&self.domain), logged).leaf(&self.domain)
        });
        let leaves: Vec<Hash> = leaves.collect();
        let whole = leaves.len() as u64 == shown.head.size && root_of(&leaves) == shown.head.root;
        whole.then_some(leaves)
    }

    /// The checkpoint with the line of each member of the registry's witnesses alone: of the first key that it said is its own.
    fn cosigned(&self, shown: &Shown<'_>) -> BTreeMap<Address, CosignedCheckpoint> {
        let mut cosigned = BTreeMap::new();
        for signed in &shown.history.witness_keys {
            let witness = signed.statement.witness;
            if self.registry.witnesses.members.contains(&witness)
                && !cosigned.contains_key(&witness)
                && let Some(note) = self.cosigned_by(&shown.note, signed)
            {
                let checkpoint = note.to_string();
                cosigned.insert(witness, CosignedCheckpoint { checkpoint, witness_key: signed.clone() });
            }
        }
        cosigned
    }

    fn cosigned_by(&self, note: &Note, signed: &SignedWitnessKey) -> Option<Note> {
        let SignedWitnessKey { statement, signature } = signed;
        let key = VerifierKey::parse(&statement.vkey).ok()?;
        let note = note.only(&key).ok()?;
        let Cosignature { time } = Cosignature::check(&note, &key).ok()?;
        check_signer(&statement.witness, signature, &statement.digest(&self.domain)).ok()?;
        (statement.not_before..statement.expiry).contains(&time).then_some(note)
    }
}
