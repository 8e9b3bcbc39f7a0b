//! Private inputs of a holdings proof.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_verifier::commitment::{POSITIONS, VAULTS_PER_LEAF, Vault, book_root, total_commitment};
use solvency_verifier::{FieldElement, HoldingsPublic, SLOTS, Shape};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::builder::power_of_two;
use crate::failure::WitnessError;

/// A book shard as its custodian knows it. Erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct HoldingsWitness {
    vaults: Vec<Record>,
    leaf_blindings: Vec<Fr>,
    total_blinding: Fr,
    id_low: u64,
    id_high: u64,
}

/// A vault, in a form that can be erased.
#[derive(Clone, Zeroize)]
struct Record {
    id: u64,
    amounts: [u64; POSITIONS],
    slots: [u8; POSITIONS],
}

/// What the circuit opens, as field elements: any values at all, so that tests can try those that a witness can't hold.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    /// `lo + 2^64·hi`, public.
    pub id_range: Fr,
    /// `hi`.
    pub id_high: Fr,
    /// The vaults in the order of their ids.
    pub vaults: Vec<VaultOpening>,
    /// One for each leaf.
    pub leaf_blindings: Vec<Fr>,
    /// `T`.
    pub total: Vec<Fr>,
    /// Blinding of `C_T`.
    pub total_blinding: Fr,
}

/// What the circuit opens of one vault.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct VaultOpening {
    /// The vault's id.
    pub id: Fr,
    /// One for each position.
    pub amounts: [Fr; POSITIONS],
    /// One for each position.
    pub slots: [Fr; POSITIONS],
}

impl HoldingsWitness {
    /// A book shard with ids in `[id_low, id_high)`; nothing is checked before [`HoldingsWitness::open`].
    pub fn new(
        vaults: &[Vault],
        leaf_blindings: Vec<Fr>,
        total_blinding: Fr,
        id_low: u64,
        id_high: u64,
    ) -> Self {
        let record = |vault: &Vault| Record {
            id: vault.id,
            amounts: vault.positions.map(|position| position.amount),
            slots: vault.positions.map(|position| position.slot),
        };
        Self { vaults: vaults.iter().map(record).collect(), leaf_blindings, total_blinding, id_low, id_high }
    }

    /// The public inputs that the proof will have.
    ///
    /// # Errors
    /// [`WitnessError`], as [`HoldingsWitness::open`].
    pub fn public(&self, shape: Shape, context: FieldElement) -> Result<HoldingsPublic, WitnessError> {
        let opening = self.open(shape)?;
        let vaults: Vec<Vault> = self.vaults.iter().map(Record::vault).collect();
        let mut total = [Fr::ZERO; SLOTS];
        total.copy_from_slice(&opening.total);
        let root = book_root(&vaults, &self.leaf_blindings);
        let commitment = total_commitment(&total, self.total_blinding);
        Ok(HoldingsPublic {
            book_root: FieldElement(root.expect("the opening was checked")),
            total: FieldElement(commitment.expect("a total has 64 entries")),
            id_low: self.id_low,
            id_high: self.id_high,
            context,
        })
    }

    /// The sums per slot. A slot above 63 is left out here and refused by [`HoldingsWitness::open`].
    pub fn total(&self) -> [u128; SLOTS] {
        let mut total = [0u128; SLOTS];
        for vault in &self.vaults {
            for (amount, slot) in vault.amounts.iter().zip(&vault.slots) {
                if let Some(sum) = total.get_mut(usize::from(*slot)) {
                    *sum += u128::from(*amount); // at most 5·2^64·(number of vaults)
                }
            }
        }
        total
    }

    /// Checks the book against the shape and opens it.
    ///
    /// # Errors
    /// [`WitnessError`]: another number of vaults or blindings, ids that are not increasing or not in range, a slot above 63.
    pub fn open(&self, shape: Shape) -> Result<Opening, WitnessError> {
        let needed = shape.vaults().ok_or(WitnessError::OtherStatement { shape })?;
        if self.vaults.len() != needed {
            return Err(WitnessError::VaultCount { shape, got: self.vaults.len(), needed });
        }
        let leaves = needed.div_ceil(VAULTS_PER_LEAF);
        if self.leaf_blindings.len() != leaves {
            return Err(WitnessError::BlindingCount { got: self.leaf_blindings.len(), needed: leaves });
        }
        self.check_ids()?;
        for (vault, record) in self.vaults.iter().enumerate() {
            if let Some(position) = record.slots.iter().position(|slot| usize::from(*slot) >= SLOTS) {
                return Err(WitnessError::Slot { vault, position, got: record.slots[position] });
            }
        }
        let high = Fr::from(self.id_high);
        Ok(Opening {
            id_range: Fr::from(self.id_low) + power_of_two(64) * high,
            id_high: high,
            vaults: self.vaults.iter().map(Record::opening).collect(),
            leaf_blindings: self.leaf_blindings.clone(),
            total: self.total().iter().map(|sum| Fr::from(*sum)).collect(),
            total_blinding: self.total_blinding,
        })
    }

    fn check_ids(&self) -> Result<(), WitnessError> {
        let (low, high) = (self.id_low, self.id_high);
        for (vault, record) in self.vaults.iter().enumerate() {
            if record.id < low || record.id >= high {
                return Err(WitnessError::IdOutOfRange { vault, id: record.id, low, high });
            }
            if vault > 0 && self.vaults[vault - 1].id >= record.id {
                return Err(WitnessError::IdNotIncreasing { vault });
            }
        }
        Ok(())
    }
}

impl Record {
    fn vault(&self) -> Vault {
        let mut vault = Vault { id: self.id, ..Vault::default() };
        for ((position, amount), slot) in vault.positions.iter_mut().zip(&self.amounts).zip(&self.slots) {
            (position.amount, position.slot) = (*amount, *slot);
        }
        vault
    }

    fn opening(&self) -> VaultOpening {
        VaultOpening {
            id: Fr::from(self.id),
            amounts: self.amounts.map(Fr::from),
            slots: self.slots.map(Fr::from),
        }
    }
}

impl Opening {
    /// An opening of the right size that does not satisfy the relation: matrices need no better one.
    pub(crate) fn zero(vaults: usize) -> Self {
        let zeros = [Fr::ZERO; POSITIONS];
        let vault = VaultOpening { id: Fr::ZERO, amounts: zeros, slots: zeros };
        Self {
            id_range: Fr::ZERO,
            id_high: Fr::ZERO,
            vaults: vec![vault; vaults],
            leaf_blindings: vec![Fr::ZERO; vaults.div_ceil(VAULTS_PER_LEAF)],
            total: vec![Fr::ZERO; SLOTS],
            total_blinding: Fr::ZERO,
        }
    }
}
