//! The header of a `.zkey`.

use std::io::{Read, Seek};

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};

use crate::error::CeremonyError;
use crate::format::{Encoded, Extent, G1_BYTES, G2_BYTES, SectionFile, decode_finite};
use crate::subgroup::check_subgroup;

/// Sizes, and the points that have no wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Wires, the one and the public inputs among them.
    pub(crate) wires: u32,
    /// Public inputs, the one not counted.
    pub(crate) public_inputs: u32,
    /// Size of the domain, a power of two.
    pub(crate) domain: u32,
    pub(crate) alpha: G1Affine,
    pub(crate) beta_first: G1Affine,
    pub(crate) beta_second: G2Affine,
    pub(crate) gamma: G2Affine,
    pub(crate) delta_first: G1Affine,
    pub(crate) delta_second: G2Affine,
}

const SIZES: u64 = 2 * (4 + 32) + 3 * 4;

impl Header {
    /// Length of the section.
    pub(crate) const BYTES: u64 = SIZES + 3 * G1_BYTES + 3 * G2_BYTES;

    pub(super) fn read<R: Read + Seek>(file: &mut SectionFile<R>, of: Extent) -> Result<Self, CeremonyError> {
        file.field::<Fq>(of.start)?;
        file.field::<Fr>(of.start + 36)?;
        let sizes = of.start + 72;
        let (wires, public_inputs, domain) =
            (file.number(sizes)?, file.number(sizes + 4)?, file.number(sizes + 8)?);
        if wires <= public_inputs {
            let message = format!("{wires} wires with {public_inputs} public inputs and the one");
            return Err(file.inconsistent(message));
        }
        if !domain.is_power_of_two() || domain > 1 << 28 {
            return Err(file.inconsistent(format!("a domain of {domain} elements")));
        }
        let mut offset = SIZES;
        let first = |file: &mut SectionFile<R>, offset: &mut u64, place| -> Result<G1Affine, CeremonyError> {
            let bytes = file.read(of, *offset, G1_BYTES)?;
            *offset += G1_BYTES;
            Ok(decode_finite::<G1Affine>(&bytes, place, 0)?[0])
        };
        let second =
            |file: &mut SectionFile<R>, offset: &mut u64, place| -> Result<G2Affine, CeremonyError> {
                let bytes = file.read(of, *offset, G2_BYTES)?;
                *offset += G2_BYTES;
                let points = decode_finite::<G2Affine>(&bytes, place, 0)?;
                check_subgroup(&points, place, 0)?;
                Ok(points[0])
            };
        Ok(Self {
            wires,
            public_inputs,
            domain,
            alpha: first(file, &mut offset, "α")?,
            beta_first: first(file, &mut offset, "β in the first group")?,
            beta_second: second(file, &mut offset, "β in the second group")?,
            gamma: second(file, &mut offset, "γ")?,
            delta_first: first(file, &mut offset, "δ in the first group")?,
            delta_second: second(file, &mut offset, "δ in the second group")?,
        })
    }

    /// The section's content.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::BYTES as usize);
        for modulus in [Fq::MODULUS, Fr::MODULUS] {
            bytes.extend_from_slice(&32u32.to_le_bytes());
            bytes.extend(modulus.to_bytes_le());
        }
        for size in [self.wires, self.public_inputs, self.domain] {
            bytes.extend_from_slice(&size.to_le_bytes());
        }
        self.alpha.append(&mut bytes);
        self.beta_first.append(&mut bytes);
        self.beta_second.append(&mut bytes);
        self.gamma.append(&mut bytes);
        self.delta_first.append(&mut bytes);
        self.delta_second.append(&mut bytes);
        bytes
    }

    /// What the hash of a circuit begins with.
    pub(crate) fn hashed(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.alpha.append_uncompressed(&mut bytes);
        self.beta_first.append_uncompressed(&mut bytes);
        self.beta_second.append_uncompressed(&mut bytes);
        self.gamma.append_uncompressed(&mut bytes);
        self.delta_first.append_uncompressed(&mut bytes);
        self.delta_second.append_uncompressed(&mut bytes);
        bytes
    }
}
