//! What `.ptau` and `.zkey` files have in common: sections that are read piece by piece, and points.

mod points;
mod sections;

pub(crate) use points::{Encoded, G1_BYTES, G2_BYTES, decode, decode_finite, is_scalar, uncompressed};
pub(crate) use sections::{Extent, SectionFile, write_header, write_section_header};
