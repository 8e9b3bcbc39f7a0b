//! Poseidon parameters of circomlib for BN254, generated as the Poseidon paper prescribes.
//!
//! Source: Grassi, Khovratovich, Rechberger, Roy, Schofnegger, *Poseidon: A New Hash Function for Zero-Knowledge Proof
//! Systems*, USENIX Security 2021, appendices E and F (Grain LFSR in self-shrinking mode).

use alloc::{vec, vec::Vec};

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};

/// Full rounds, half of them before the partial rounds and half after.
pub const FULL_ROUNDS: usize = 8;

/// Partial rounds for `t = 2..=17` lanes.
pub const PARTIAL_ROUNDS: [usize; 16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];

/// Round constants and matrix of one width.
pub struct Parameters {
    /// Lanes of the state: inputs and one capacity lane.
    pub width: usize,
    /// Partial rounds.
    pub partial_rounds: usize,
    /// One constant for each lane of each round.
    pub round_constants: Vec<Vec<Fr>>,
    /// The MDS matrix, by rows.
    pub matrix: Vec<Vec<Fr>>,
}

impl Parameters {
    /// Parameters for this many lanes; `None` outside `2..=17`.
    pub fn generate(width: usize) -> Option<Self> {
        let partial_rounds = *PARTIAL_ROUNDS.get(width.checked_sub(2)?)?;
        let rounds = FULL_ROUNDS.checked_add(partial_rounds)?;
        let mut grain = Grain::new(width, partial_rounds);
        let mut round_constants = Vec::with_capacity(rounds);
        for _ in 0..rounds {
            round_constants.push((0..width).map(|_| grain.element_by_rejection()).collect());
        }
        // The Cauchy matrix 1/(x_i + y_j); two equal or opposite elements, of negligible chance, would have no inverse.
        let x: Vec<Fr> = (0..width).map(|_| grain.element_by_reduction()).collect();
        let y: Vec<Fr> = (0..width).map(|_| grain.element_by_reduction()).collect();
        let mut matrix = vec![vec![Fr::ZERO; width]; width];
        for (row, x) in matrix.iter_mut().zip(&x) {
            for (entry, y) in row.iter_mut().zip(&y) {
                *entry = (*x + y).inverse()?;
            }
        }
        Some(Parameters { width, partial_rounds, round_constants, matrix })
    }
}

/// The Grain LFSR: 80 bits of state, of whose output pairs of bits every second one is kept where the first is one.
struct Grain {
    state: [bool; 80],
    head: usize,
}

const FIELD_BITS: usize = 254;

impl Grain {
    fn new(width: usize, partial_rounds: usize) -> Self {
        // field GF(p) = 1 (2 bits), S-box x^alpha = 0 (4), field size (12), width (12), full and partial rounds (10 each), ones (30)
        let fields = [(1, 2), (0, 4), (FIELD_BITS, 12), (width, 12), (FULL_ROUNDS, 10), (partial_rounds, 10)];
        let bits =
            fields.into_iter().flat_map(|(value, len)| (0..len).rev().map(move |i| (value >> i) & 1 == 1));
        let mut state = [true; 80];
        for (to, bit) in state.iter_mut().zip(bits) {
            *to = bit;
        }
        let mut grain = Grain { state, head: 0 };
        for _ in 0..160 {
            grain.clock();
        }
        grain
    }

    fn tap(&self, offset: usize) -> bool {
        self.state.get(self.head.wrapping_add(offset) % 80).copied().unwrap_or_default()
    }

    fn clock(&mut self) -> bool {
        let bit = [62, 51, 38, 23, 13, 0].into_iter().fold(false, |sum, offset| sum ^ self.tap(offset));
        if let Some(oldest) = self.state.get_mut(self.head) {
            *oldest = bit;
        }
        self.head = self.head.wrapping_add(1) % 80;
        bit
    }

    fn kept_bit(&mut self) -> bool {
        while !self.clock() {
            self.clock();
        }
        self.clock()
    }

    /// 254 bits, most significant first.
    fn integer(&mut self) -> BigInt<4> {
        let mut limbs = [0u64; 4];
        for index in (0..FIELD_BITS).rev() {
            let bit = u64::from(self.kept_bit());
            if let Some(limb) = limbs.get_mut(index / 64) {
                *limb |= bit << (index % 64);
            }
        }
        BigInt(limbs)
    }

    /// The first integer below the modulus.
    fn element_by_rejection(&mut self) -> Fr {
        loop {
            if let Some(element) = Fr::from_bigint(self.integer()) {
                return element;
            }
        }
    }

    /// An integer modulo the modulus; 254 bits are below twice the modulus.
    fn element_by_reduction(&mut self) -> Fr {
        use ark_ff::BigInteger;
        Fr::from_le_bytes_mod_order(&self.integer().to_bytes_le())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_crypto_primitives::sponge::poseidon::find_poseidon_ark_and_mds;

    #[test]
    fn parameters_are_those_of_arkworks_for_every_width() {
        for width in 2..=17 {
            let ours = Parameters::generate(width).unwrap();
            let partial = ours.partial_rounds as u64;
            let (constants, matrix) =
                find_poseidon_ark_and_mds::<Fr>(254, width - 1, FULL_ROUNDS as u64, partial, 0);
            assert_eq!(ours.round_constants, constants, "t = {width}");
            assert_eq!(ours.matrix, matrix, "t = {width}");
        }
    }

    #[test]
    fn widths_outside_the_table_have_no_parameters() {
        for width in [0, 1, 18, usize::MAX] {
            assert!(Parameters::generate(width).is_none());
        }
    }
}
