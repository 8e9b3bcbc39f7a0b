//! The challenges that contributions to powers of tau answer, and the hash of an answer, which is kept half way.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use blake2::{Blake2b512, Digest};

use super::known::INITIAL_CHALLENGE_28;
use crate::format::uncompressed;
use crate::zkey::Hash;

/// The challenge that the first contribution answers: the hash of powers of one.
pub(super) fn initial(ceremony_power: u32) -> Hash {
    if ceremony_power == 28 {
        let mut hash = [0; 64];
        if hex::decode_to_slice(INITIAL_CHALLENGE_28, &mut hash).is_ok() {
            return hash;
        }
    }
    let n = 1usize << ceremony_power;
    let first = uncompressed(&[G1Affine::generator()]);
    let second = uncompressed(&[G2Affine::generator()]);
    let mut hasher = Blake2b512::new().chain_update(Blake2b512::digest([]));
    let mut repeat = |point: &[u8], times: usize| {
        const AT_ONCE: usize = 1 << 10;
        let many = point.repeat(AT_ONCE.min(times));
        for start in (0..times).step_by(AT_ONCE) {
            hasher.update(&many[..point.len() * AT_ONCE.min(times - start)]);
        }
    };
    repeat(&first, 2 * n - 1);
    repeat(&second, n);
    repeat(&first, 2 * n);
    repeat(&second, 1);
    hasher.finalize().into()
}

/// BLAKE2b-512 half way, as files keep it of each answer: the points that were hashed before are not in the file any more.
///
/// Well-kept implementations let nobody set their state; this one is only for that, and is compared with one of them.
///
/// Source: RFC 7693; the layout of the state is that of snarkjs, `fromPartialHash` in `src/misc.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HalfWay {
    state: [u64; 8],
    /// Bytes that were compressed.
    length: u128,
    /// Bytes that were not: at most a block.
    rest: Vec<u8>,
}

const BLOCK: usize = 128;

impl HalfWay {
    /// Bytes of the form in files: a block, the state, bytes compressed, bytes of the block that count, eight that say nothing.
    pub(super) const BYTES: usize = BLOCK + 64 + 8 + 8 + 8;

    /// A hash that nothing was given to.
    pub(super) fn new() -> Self {
        let mut state = IV;
        // 64 bytes of output, no key.
        state[0] ^= 0x0101_0040;
        Self { state, length: 0, rest: Vec::new() }
    }

    /// Reads the form in files; none where more than a block is said to wait.
    pub(super) fn read(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let words: Vec<u64> = bytes[BLOCK..].chunks_exact(8).map(word).collect();
        let (state, [length, waiting, _]) = words.split_first_chunk::<8>()? else { return None };
        let rest = bytes[..BLOCK].get(..usize::try_from(*waiting).ok()?)?;
        Some(Self { state: *state, length: u128::from(*length), rest: rest.to_vec() })
    }

    /// The form in files.
    pub(super) fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..self.rest.len()].copy_from_slice(&self.rest);
        let words = self.state.into_iter().chain([self.length as u64, self.rest.len() as u64]);
        for (place, word) in bytes[BLOCK..].chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // The last block is compressed at the end, and differently: a full one waits until there is more.
            if self.rest.len() == BLOCK {
                self.compress(false);
            }
            self.rest.push(*byte);
        }
    }

    pub(super) fn finalize(mut self) -> Hash {
        self.compress(true);
        let mut hash = [0; 64];
        for (place, word) in hash.chunks_exact_mut(8).zip(self.state) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        hash
    }

    fn compress(&mut self, is_last: bool) {
        self.length = self.length.wrapping_add(self.rest.len() as u128);
        self.rest.resize(BLOCK, 0);
        let mut message = [0u64; 16];
        message.iter_mut().zip(self.rest.chunks_exact(8)).for_each(|(place, bytes)| *place = word(bytes));
        self.rest.clear();
        let mut v = [0u64; 16];
        v[..8].copy_from_slice(&self.state);
        v[8..].copy_from_slice(&IV);
        v[12] ^= self.length as u64;
        v[13] ^= (self.length >> 64) as u64;
        if is_last {
            v[14] = !v[14];
        }
        for round in 0..12 {
            let order = &ORDER[round % 10];
            let mut mix = |place: usize, [a, b, c, d]: [usize; 4]| {
                let (x, y) = (message[order[2 * place]], message[order[2 * place + 1]]);
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                v[d] = (v[d] ^ v[a]).rotate_right(32);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(24);
                v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                v[d] = (v[d] ^ v[a]).rotate_right(16);
                v[c] = v[c].wrapping_add(v[d]);
                v[b] = (v[b] ^ v[c]).rotate_right(63);
            };
            for place in 0..4 {
                mix(place, [place, place + 4, place + 8, place + 12]);
            }
            for place in 0..4 {
                mix(place + 4, [place, (place + 1) % 4 + 4, (place + 2) % 4 + 8, (place + 3) % 4 + 12]);
            }
        }
        for (index, word) in self.state.iter_mut().enumerate() {
            *word ^= v[index] ^ v[index + 8];
        }
    }
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// RFC 7693, section 2.6.
const IV: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// RFC 7693, section 2.7.
const ORDER: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_that_rests_half_way_is_the_hash() {
        let bytes: Vec<u8> = (0u32..1000).map(|index| (index * 7 % 251) as u8).collect();
        for whole in [0, 1, 127, 128, 129, 255, 256, 257, 640, 1000] {
            for split in [0, 1, 64, 127, 128, 129, 256, whole / 2].into_iter().filter(|split| *split <= whole)
            {
                let mut hasher = HalfWay::new();
                hasher.update(&bytes[..split]);
                let mut hasher = HalfWay::read(&hasher.to_bytes()).unwrap();
                hasher.update(&bytes[split..whole]);
                let expected: Hash = Blake2b512::digest(&bytes[..whole]).into();
                assert_eq!(hasher.finalize(), expected, "{whole} bytes at {split}");
            }
        }
    }

    #[test]
    fn more_than_a_block_can_not_wait() {
        let mut bytes = HalfWay::new().to_bytes();
        bytes[HalfWay::BYTES - 16] = 128;
        assert!(HalfWay::read(&bytes).is_some());
        bytes[HalfWay::BYTES - 16] = 129;
        assert!(HalfWay::read(&bytes).is_none());
        bytes[HalfWay::BYTES - 9] = 255;
        assert!(HalfWay::read(&bytes).is_none());
    }

    /// `snarkjs powersoftau new bn128 3`, which prints it.
    #[test]
    fn initial_challenges_are_those_of_snarkjs() {
        assert_eq!(hex::encode(initial(3)), INITIAL_3);
        assert_eq!(hex::encode(initial(28)), INITIAL_CHALLENGE_28);
    }

    const INITIAL_3: &str = "45f580c564b26059f533418e8c0cbdbcdd73543f221bfa741c1a5eeb71b0c2cd\
                             4ab44f2f0600f3d7ba93203f9b04e2de3f325a88d0cdfcd902b08b85e071a471";
}
