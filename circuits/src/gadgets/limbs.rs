//! Packing of range-checked values into limbs; the native twin is [`solvency_verifier::commitment::limbs`].

use solvency_verifier::commitment::LIMB_BITS;

use super::Bounded;
use crate::builder::{Linear, power_of_two};

/// Concatenates values, lowest bit first, in limbs of 252 bits; takes no rows.
///
/// It takes only range-checked values, since others could be packed in two ways.
pub struct Packer<const RECORD: bool> {
    /// What the limbs still to come begin with, the last one first.
    heads: Vec<Linear<RECORD>>,
    head_bits: usize,
    limbs: Vec<Linear<RECORD>>,
    current: Linear<RECORD>,
    filled: usize,
}

impl<const RECORD: bool> Default for Packer<RECORD> {
    fn default() -> Self {
        Self::with_heads(Vec::new(), 0)
    }
}

impl<const RECORD: bool> Packer<RECORD> {
    /// The first limbs begin with a head each, which is never cut. The caller shows that heads are below `2^head_bits`.
    pub fn with_heads(mut heads: Vec<Linear<RECORD>>, head_bits: usize) -> Self {
        heads.reverse();
        let mut packer = Self { heads, head_bits, limbs: Vec::new(), current: Linear::zero(), filled: 0 };
        packer.begin_limb();
        packer
    }

    /// Appends a value; one that straddles two limbs is split by its bits.
    pub fn push<const BITS: usize>(&mut self, value: &Bounded<RECORD, BITS>) {
        let room = LIMB_BITS - self.filled;
        if BITS <= room {
            self.append(value.value(), BITS);
        } else {
            let (low, high) = value.split(room);
            self.append(&low, room);
            self.append(&high, BITS - room);
        }
    }

    fn append(&mut self, value: &Linear<RECORD>, bits: usize) {
        self.current.add_scaled(value, power_of_two(self.filled));
        self.filled += bits;
        if self.filled == LIMB_BITS {
            self.end_limb();
        }
    }

    fn begin_limb(&mut self) {
        (self.current, self.filled) = match self.heads.pop() {
            Some(head) => (head, self.head_bits),
            None => (Linear::zero(), 0),
        };
    }

    fn end_limb(&mut self) {
        self.limbs.push(core::mem::replace(&mut self.current, Linear::zero()));
        self.begin_limb();
    }

    /// The limbs; the last one may hold fewer bits.
    pub fn finish(mut self) -> Vec<Linear<RECORD>> {
        while self.filled > 0 {
            self.end_limb();
        }
        self.limbs
    }
}
