//! `.ptau` files: powers of tau, and their Lagrange bases (spec/ceremony.md).
//!
//! Source: snarkjs 0.7, `src/powersoftau_utils.js`, `src/powersoftau_preparephase2.js`.

mod challenge;
mod contribution;
mod known;
mod test_file;
mod verify;

use std::io::{Read, Seek};

use ark_bn254::{Fq, G1Affine, G2Affine};

use crate::error::CeremonyError;
use crate::format::{Encoded, Extent, G1_BYTES, G2_BYTES, SectionFile, decode_finite};
use crate::subgroup::check_subgroup;

pub(crate) use contribution::Contribution;
pub use known::{KNOWN_FILES, KnownFile};
pub use test_file::{TEST_NAME, write_test_file};
pub(crate) use verify::verify_used;
pub use verify::{PowersVerified, verify};

pub(crate) const MAGIC: &str = "ptau";
pub(crate) const VERSION: u32 = 1;

/// The largest power: the field has no domain for more.
pub const MAX_POWER: u32 = 28;

/// A list of points of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List {
    /// Its section.
    pub(crate) section: u32,
    /// Its name, for people.
    pub(crate) name: &'static str,
    /// The section of its Lagrange bases.
    pub(crate) lagrange: u32,
    /// Their name.
    pub(crate) lagrange_name: &'static str,
}

pub(crate) const TAU_FIRST: List = List {
    section: 2,
    name: "τ^i in the first group",
    lagrange: 12,
    lagrange_name: "L_j(τ) in the first group",
};
pub(crate) const TAU_SECOND: List = List {
    section: 3,
    name: "τ^i in the second group",
    lagrange: 13,
    lagrange_name: "L_j(τ) in the second group",
};
pub(crate) const ALPHA: List =
    List { section: 4, name: "α·τ^i", lagrange: 14, lagrange_name: "α·L_j(τ)" };
pub(crate) const BETA: List =
    List { section: 5, name: "β·τ^i", lagrange: 15, lagrange_name: "β·L_j(τ)" };

pub(crate) const HEADER: u32 = 1;
pub(crate) const BETA_SECOND: u32 = 6;
pub(crate) const CONTRIBUTIONS: u32 = 7;
const LAGRANGE: [u32; 4] = [TAU_FIRST.lagrange, TAU_SECOND.lagrange, ALPHA.lagrange, BETA.lagrange];

/// A `.ptau` whose sections have the lengths that its power asks for. Points are read, and checked, piece by piece.
pub struct PowersOfTau<R> {
    pub(crate) file: SectionFile<R>,
    pub(crate) place: String,
    power: u32,
    ceremony_power: u32,
    /// The Lagrange basis of this domain has been found to be in the subgroup.
    checked: Option<u32>,
}

impl<R: Read + Seek> PowersOfTau<R> {
    /// Reads the header; `place` names the file in errors.
    ///
    /// # Errors
    /// [`CeremonyError::Io`], or [`CeremonyError::Format`] for what is wrong with the form: another field, a power above [`MAX_POWER`], a
    /// section that is missing, unknown or not of the length that the power asks for, bytes behind the last one.
    pub fn open(reader: R, place: &str) -> Result<Self, CeremonyError> {
        let mut file = SectionFile::open(reader, place, MAGIC, VERSION)?;
        file.refuse_others(&[HEADER, 2, 3, 4, 5, BETA_SECOND, CONTRIBUTIONS, 12, 13, 14, 15])?;
        let header = file.only_of(HEADER, 4 + 32 + 8)?;
        file.field::<Fq>(header.start)?;
        let (power, ceremony_power) = (file.number(header.start + 36)?, file.number(header.start + 40)?);
        if power == 0 || power > ceremony_power || ceremony_power > MAX_POWER {
            let message = format!(
                "power {power} of a ceremony of power {ceremony_power}; powers go from 1 to {MAX_POWER}"
            );
            return Err(file.inconsistent(message));
        }
        let n = 1u64 << power;
        for (section, count, each) in [
            (TAU_FIRST.section, 2 * n - 1, G1_BYTES),
            (TAU_SECOND.section, n, G2_BYTES),
            (ALPHA.section, n, G1_BYTES),
            (BETA.section, n, G1_BYTES),
            (BETA_SECOND, 1, G2_BYTES),
        ] {
            file.only_of(section, count * each)?;
        }
        if LAGRANGE.iter().any(|section| file.has(*section)) {
            for (section, count, each) in [
                (TAU_FIRST.lagrange, 4 * n - 1, G1_BYTES),
                (TAU_SECOND.lagrange, 2 * n - 1, G2_BYTES),
                (ALPHA.lagrange, 2 * n - 1, G1_BYTES),
                (BETA.lagrange, 2 * n - 1, G1_BYTES),
            ] {
                file.only_of(section, count * each)?;
            }
        }
        file.only(CONTRIBUTIONS)?;
        Ok(Self { file, place: place.to_owned(), power, ceremony_power, checked: None })
    }

    /// Domains go up to two to the power of this.
    pub fn power(&self) -> u32 {
        self.power
    }

    /// The power of the ceremony that the file is a part of.
    pub fn ceremony_power(&self) -> u32 {
        self.ceremony_power
    }

    /// Whether the Lagrange bases are there.
    pub fn is_prepared(&self) -> bool {
        self.file.has(TAU_FIRST.lagrange)
    }

    /// Bytes of the file.
    pub fn length(&self) -> u64 {
        self.file.length()
    }

    /// The contributions.
    pub(crate) fn contributions(&mut self) -> Result<Vec<Contribution>, CeremonyError> {
        let extent = self.file.only(CONTRIBUTIONS)?;
        contribution::read_all(&mut self.file, extent, &self.place)
    }

    /// Points of a list from the `start`-th on: finite, on the curve, in the subgroup.
    pub(crate) fn points<P: Encoded>(
        &mut self,
        list: List,
        start: u64,
        count: u64,
    ) -> Result<Vec<P>, CeremonyError> {
        let extent = self.file.only(list.section)?;
        let points = self.read(extent, list.name, start, count)?;
        check_subgroup(&points, list.name, start)?;
        Ok(points)
    }

    /// As [`Self::points`], of points that have been found to be in the subgroup.
    fn points_checked_before<P: Encoded>(
        &mut self,
        list: List,
        start: u64,
        count: u64,
    ) -> Result<Vec<P>, CeremonyError> {
        let extent = self.file.only(list.section)?;
        self.read(extent, list.name, start, count)
    }

    /// Points of the Lagrange basis of a domain of `2^power` from the `start`-th on: finite, on the curve, in the subgroup.
    pub(crate) fn lagrange<P: Encoded>(
        &mut self,
        list: List,
        power: u32,
        start: u64,
        count: u64,
    ) -> Result<Vec<P>, CeremonyError> {
        if !self.file.has(list.lagrange) {
            return Err(CeremonyError::NotPrepared { section: list.lagrange });
        }
        let extent = self.file.only(list.lagrange)?;
        // Bases of smaller domains come before.
        let start = (1 << power) - 1 + start;
        let points = self.read(extent, list.lagrange_name, start, count)?;
        if self.checked != Some(power) {
            check_subgroup(&points, list.lagrange_name, start)?;
        }
        Ok(points)
    }

    /// As [`Self::lagrange`], a whole basis, behind other points.
    pub(crate) fn append_lagrange<P: Encoded>(
        &mut self,
        list: List,
        power: u32,
        to: &mut Vec<P>,
    ) -> Result<(), CeremonyError> {
        const AT_ONCE: usize = 1 << 11;
        let n = 1u64 << power;
        for start in (0..n).step_by(AT_ONCE) {
            to.extend(self.lagrange::<P>(list, power, start, (AT_ONCE as u64).min(n - start))?);
        }
        Ok(())
    }

    /// α and β in the first group, β in the second.
    pub(crate) fn alpha_beta(&mut self) -> Result<(G1Affine, G1Affine, G2Affine), CeremonyError> {
        let alpha = self.points(ALPHA, 0, 1)?[0];
        let beta = self.points(BETA, 0, 1)?[0];
        let extent = self.file.only(BETA_SECOND)?;
        let second = self.read(extent, "β in the second group", 0, 1)?;
        check_subgroup(&second, "β in the second group", 0)?;
        Ok((alpha, beta, second[0]))
    }

    fn read<P: Encoded>(
        &mut self,
        of: Extent,
        name: &'static str,
        start: u64,
        count: u64,
    ) -> Result<Vec<P>, CeremonyError> {
        let each = P::BYTES as u64;
        let bytes = self.file.read(of, start * each, count * each)?;
        Ok(decode_finite(&bytes, name, start)?)
    }
}
