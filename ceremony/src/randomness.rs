//! Secrets and points from a seed, bit for bit as snarkjs derives them (spec/ceremony.md).
//!
//! Source: ffjavascript 0.3, `src/chacha.js`, `fromRng` of `src/wasm_field1.js` and `src/wasm_curve.js`; snarkjs 0.7, `src/misc.js`, `src/keypair.js`.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine, g2};
use ark_ec::{AffineRepr, CurveConfig, CurveGroup};
use ark_ff::{AdditiveGroup, BigInt, BitIteratorBE, Fp, MontBackend, MontConfig, PrimeField};
use blake2::{Blake2b512, Digest};
use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::error::CeremonyError;

/// The stream that a seed gives; erased when dropped.
pub(crate) struct Stream(ChaCha20Rng);

impl Stream {
    /// The key is made of the first eight words, big-endian, of a hash.
    pub(crate) fn of_hash(hash: &[u8; 64]) -> Self {
        let mut key = [0; 32];
        key.copy_from_slice(&hash[..32]);
        Self::of_words(key)
    }

    /// The stream of a beacon: SHA-256 applied `2^iterations_log2` times to its value.
    pub(crate) fn of_beacon(value: &[u8], iterations_log2: u8) -> Self {
        let mut hash: [u8; 32] = Sha256::digest(value).into();
        for _ in 1..1u64 << iterations_log2 {
            hash = Sha256::digest(hash).into();
        }
        Self::of_words(hash)
    }

    /// A stream that nobody can foresee who does not know what the operating system gave *and* what was typed.
    pub(crate) fn secret(typed: &[u8]) -> Result<Self, CeremonyError> {
        let mut bytes = Zeroizing::new([0u8; 64]);
        getrandom::fill(bytes.as_mut())?;
        let mut hasher = Blake2b512::new();
        hasher.update(bytes.as_ref());
        hasher.update(typed);
        let mut hash: [u8; 64] = hasher.finalize().into();
        let stream = Self::of_hash(&hash);
        hash.zeroize();
        Ok(stream)
    }

    fn of_words(mut words: [u8; 32]) -> Self {
        words.chunks_exact_mut(4).for_each(<[u8]>::reverse);
        let stream = Self(ChaCha20Rng::from_seed(words));
        words.zeroize();
        stream
    }

    /// A scalar; zero with a probability of 2^−254.
    pub(crate) fn scalar(&mut self) -> Fr {
        self.element()
    }

    /// A point of G1.
    pub(crate) fn first(&mut self) -> G1Affine {
        loop {
            let x: Fq = self.element();
            let greatest = self.bit();
            if let Some(point) = G1Affine::get_point_from_x_unchecked(x, greatest) {
                return point;
            }
        }
    }

    /// A point of G2: of the curve, times the cofactor.
    pub(crate) fn second(&mut self) -> G2Affine {
        let point = loop {
            let x = Fq2::new(self.element(), self.element());
            let greatest = self.bit();
            if let Some(point) = G2Affine::get_point_from_x_unchecked(x, greatest) {
                break point;
            }
        };
        // By doubling and adding: faster ways hold in the subgroup alone, or give another multiple.
        let mut multiple = point.into_group().double() - point.into_group().double();
        for bit in BitIteratorBE::without_leading_zeros(g2::Config::COFACTOR) {
            multiple.double_in_place();
            if bit {
                multiple += point;
            }
        }
        multiple.into_affine()
    }

    /// An element whose Montgomery representation is drawn: four words of 64 bits, the lowest first, cut to 254 bits, until they are below the modulus.
    fn element<C: MontConfig<4>>(&mut self) -> Fp<MontBackend<C, 4>, 4> {
        loop {
            let mut limbs = [0u64; 4];
            for limb in &mut limbs {
                let high = u64::from(self.0.next_u32());
                *limb = high << 32 | u64::from(self.0.next_u32());
            }
            limbs[3] &= u64::MAX >> 2;
            if BigInt(limbs) < Fp::<MontBackend<C, 4>, 4>::MODULUS {
                return Fp::new_unchecked(BigInt(limbs));
            }
        }
    }

    fn bit(&mut self) -> bool {
        self.0.next_u32() & 1 == 1
    }
}

/// Independent 128-bit integers from the operating system: the weights of a random combination.
pub(crate) fn weights(count: usize) -> Result<Vec<u128>, CeremonyError> {
    let mut rng = unforeseeable()?;
    Ok((0..count).map(|_| u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64())).collect())
}

/// Independent words of 64 bits from the operating system.
pub(crate) fn words(count: usize) -> Result<Vec<u64>, CeremonyError> {
    let mut rng = unforeseeable()?;
    Ok((0..count).map(|_| rng.next_u64()).collect())
}

fn unforeseeable() -> Result<ChaCha20Rng, CeremonyError> {
    let mut seed = [0u8; 32];
    getrandom::fill(&mut seed)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::BigInteger;

    const SCALAR: &str = "2f20c65f4c422e9273ace0522d45e39253035966bca1ac5dd6069a75d684fdce";
    const FIRST: [&str; 2] = [
        "1380b61ed52e56d8c04dc9603ccc4f892ff264549ed7790f140c7e2e9af6c5bd",
        "0368c2439a403b5143ac04c36b1345e264350c2388919dcd03b94c8ed9ff5b98",
    ];
    const SECOND: [&str; 4] = [
        "24ac71fe9120a4784be8b0f5c7278a3f4b93e7a646e98195a809ac6e53244d58",
        "15211fe4ebec8e0631ee436ccd8f68407aeeb73a6f9126145eab7f87620446db",
        "0859bdbd64199f10522a7a0701f3adcbb7c40e7076b7ba0f315507a412fa8e42",
        "17542dbf25fabb41d07532a19481dcc688d2dd6848cfe1876c562f941aafdae9",
    ];

    /// Of ffjavascript 0.3.1 with snarkjs 0.7.6: `hashToG2`, `Fr.fromRng`, `G1.fromRng` with the words 0x01020304, 0x05060708, ….
    #[test]
    fn streams_are_those_of_snarkjs() {
        let mut hash = [0u8; 64];
        (0u8..64).zip(&mut hash).for_each(|(index, byte)| *byte = index + 1);
        let mut stream = Stream::of_hash(&hash);
        let hex = |bytes: Vec<u8>| hex::encode(bytes);
        assert_eq!(hex(stream.scalar().into_bigint().to_bytes_be()), SCALAR);
        let first = stream.first();
        assert_eq!(hex(first.x.into_bigint().to_bytes_be()), FIRST[0]);
        assert_eq!(hex(first.y.into_bigint().to_bytes_be()), FIRST[1]);
        let second = Stream::of_hash(&hash).second();
        let got = [second.x.c0, second.x.c1, second.y.c0, second.y.c1];
        assert_eq!(got.map(|coordinate| hex(coordinate.into_bigint().to_bytes_be())), SECOND);
        assert!(second.is_on_curve() && second.is_in_correct_subgroup_assuming_on_curve());
    }

    #[test]
    fn weights_have_128_bits_and_differ() {
        let weights = weights(64).unwrap();
        assert!(weights.iter().any(|weight| weight >> 127 == 1));
        assert!(weights.iter().any(|weight| weight << 127 != 0));
        assert!(weights.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
