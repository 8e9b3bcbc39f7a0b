//! Private inputs of an allocation proof.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_verifier::commitment::{AMOUNT_BITS, pledge_commitment, total_commitment};
use solvency_verifier::{AllocationPublic, AllocationShape, FieldElement, SLOTS, Shape, SourceKind};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::failure::WitnessError;

/// Entries of a holdings total are below `2^75`: sums of at most 1,280 amounts.
const TOTAL_BITS: usize = 75;

/// What an account has and how it is distributed. Erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AllocationWitness {
    /// One for each source of the shape, in its order; an unused one is nothing with blinding zero.
    pub sources: Vec<SourceBalance>,
    /// One for each output; output 0 is what the account keeps. An unused one is nothing with a fresh blinding.
    pub outputs: Vec<OutputBalance>,
}

/// Entries of a source, in ledger units, and its blinding.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SourceBalance {
    /// One for each slot; below 2^75 for a total, below 2^64 for an earlier output.
    pub entries: [u128; SLOTS],
    /// Blinding of its commitment.
    pub blinding: Fr,
}

/// Entries of an output, in ledger units, and its blinding.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OutputBalance {
    /// One for each slot.
    pub entries: [u64; SLOTS],
    /// Blinding of its commitment, uniform and fresh.
    pub blinding: Fr,
}

/// What the circuit opens, as field elements: any values at all.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    /// Kinds of sources, number of outputs.
    #[zeroize(skip)]
    pub shape: AllocationShape,
    /// The sources.
    pub sources: Vec<BalanceOpening>,
    /// The outputs.
    pub outputs: Vec<BalanceOpening>,
}

/// What the circuit opens of one commitment.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BalanceOpening {
    /// One for each slot.
    pub entries: [Fr; SLOTS],
    /// Blinding of the commitment.
    pub blinding: Fr,
}

impl AllocationWitness {
    /// The public inputs that the proof will have.
    ///
    /// # Errors
    /// [`WitnessError`], as [`AllocationWitness::open`].
    pub fn public(&self, shape: Shape, context: FieldElement) -> Result<AllocationPublic, WitnessError> {
        let opening = self.open(shape)?;
        let sources =
            opening.shape.sources.iter().zip(&self.sources).map(|(kind, source)| source.commitment(*kind));
        Ok(AllocationPublic {
            sources: sources.collect(),
            outputs: self.outputs.iter().map(OutputBalance::commitment).collect(),
            context,
        })
    }

    /// Checks the balances against the shape and opens them.
    ///
    /// # Errors
    /// [`WitnessError`]: another number of sources or outputs, an entry that is too wide, a slot that does not balance.
    pub fn open(&self, shape: Shape) -> Result<Opening, WitnessError> {
        let sizes = shape.allocation().ok_or(WitnessError::OtherStatement { shape })?;
        let (got, needed) = (self.sources.len(), sizes.sources.len());
        if got != needed {
            return Err(WitnessError::SourceCount { shape, got, needed });
        }
        let (got, needed) = (self.outputs.len(), sizes.outputs);
        if got != needed {
            return Err(WitnessError::OutputCount { shape, got, needed });
        }
        for (source_index, (kind, source)) in sizes.sources.iter().zip(&self.sources).enumerate() {
            let bits = if *kind == SourceKind::Pledge { AMOUNT_BITS } else { TOTAL_BITS };
            if let Some(slot) = source.entries.iter().position(|entry| entry >> bits != 0) {
                return Err(WitnessError::SourceEntry { source_index, slot, bits });
            }
        }
        for slot in 0..SLOTS {
            // At most 4·2^75 and 8·2^64.
            let sources: u128 = self.sources.iter().map(|source| source.entries[slot]).sum();
            let outputs: u128 = self.outputs.iter().map(|output| u128::from(output.entries[slot])).sum();
            if sources != outputs {
                return Err(WitnessError::Unbalanced { slot, outputs_exceed: outputs > sources });
            }
        }
        let source = |source: &SourceBalance| BalanceOpening {
            entries: source.entries.map(Fr::from),
            blinding: source.blinding,
        };
        let output = |output: &OutputBalance| BalanceOpening {
            entries: output.entries.map(Fr::from),
            blinding: output.blinding,
        };
        Ok(Opening {
            shape: sizes,
            sources: self.sources.iter().map(source).collect(),
            outputs: self.outputs.iter().map(output).collect(),
        })
    }
}

impl SourceBalance {
    /// Nothing with blinding zero: the source that is not used.
    pub fn unused() -> Self {
        Self { entries: [0; SLOTS], blinding: Fr::ZERO }
    }

    /// An entry above 64 bits of an earlier output is cut here and refused by [`AllocationWitness::open`].
    fn commitment(&self, kind: SourceKind) -> FieldElement {
        let commitment = match kind {
            SourceKind::Total => total_commitment(&self.entries.map(Fr::from), self.blinding),
            SourceKind::Pledge => pledge_commitment(&self.entries.map(|entry| entry as u64), self.blinding),
        };
        FieldElement(commitment.expect("a balance vector has 64 entries"))
    }
}

impl OutputBalance {
    /// `C_Q` of the output.
    pub fn commitment(&self) -> FieldElement {
        let commitment = pledge_commitment(&self.entries, self.blinding);
        FieldElement(commitment.expect("a balance vector has 64 entries"))
    }
}

impl Opening {
    /// An opening of nothing with blindings zero.
    pub(crate) fn zero(shape: AllocationShape) -> Self {
        let nothing = BalanceOpening { entries: [Fr::ZERO; SLOTS], blinding: Fr::ZERO };
        let sources = vec![nothing.clone(); shape.sources.len()];
        Self { shape, sources, outputs: vec![nothing; shape.outputs] }
    }
}
