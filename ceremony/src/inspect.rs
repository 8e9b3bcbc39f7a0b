//! What files say of themselves, without judging it: sizes and contributions. Of a `.zkey` and a `.ptau` only the form of these parts is checked.

use std::io::{Read, Seek};

use serde::Serialize;

use crate::error::CeremonyError;
use crate::ptau::PowersOfTau;
use crate::summary::{BeaconText, Verified};
use crate::zkey::ZKey;

/// What a `.zkey` says. Nothing shows that it is true; [`crate::verify`] tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ZKeyClaims {
    /// Wires of the circuit, the one and the public inputs among them.
    pub wires: u32,
    /// Public inputs, the one not counted.
    pub public_inputs: u32,
    /// Size of the domain.
    pub domain: u32,
    /// Terms of section 4.
    pub coefficients: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Circuit, contributions and transcript, none of which was checked.
    #[serde(flatten)]
    pub transcript: Verified,
}

/// What powers of tau say. Nothing shows that it is true; [`crate::ptau::verify`] tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PowersClaims {
    /// Domains go up to two to the power of this.
    pub power: u32,
    /// The power of the ceremony that the file is a part of.
    pub ceremony_power: u32,
    /// Whether there are Lagrange bases.
    pub prepared: bool,
    /// Bytes of the file.
    pub bytes: u64,
    /// Names and beacons.
    pub contributions: Vec<PowersContribution>,
}

/// A contribution to powers of tau.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PowersContribution {
    /// What it calls itself.
    pub name: String,
    /// The value, where it is a beacon's.
    pub beacon: Option<BeaconText>,
}

/// Reads header and contributions of a `.zkey`; `place` names it in errors.
///
/// # Errors
/// What is wrong with the form.
pub fn inspect_zkey<R: Read + Seek>(zkey: R, place: &str) -> Result<ZKeyClaims, CeremonyError> {
    let mut zkey = ZKey::open(zkey, place)?;
    let chain = zkey.chain()?;
    Ok(ZKeyClaims {
        wires: zkey.header.wires,
        public_inputs: zkey.header.public_inputs,
        domain: zkey.header.domain,
        coefficients: zkey.terms,
        bytes: zkey.file.length(),
        transcript: Verified::of(&chain),
    })
}

/// Reads the contributions of powers of tau.
///
/// # Errors
/// What is wrong with the form.
pub fn inspect_powers<R: Read + Seek>(ptau: &mut PowersOfTau<R>) -> Result<PowersClaims, CeremonyError> {
    let contributions = ptau.contributions()?.into_iter().map(|contribution| PowersContribution {
        name: contribution.name(),
        beacon: contribution.beacon().map(BeaconText::from),
    });
    Ok(PowersClaims {
        power: ptau.power(),
        ceremony_power: ptau.ceremony_power(),
        prepared: ptau.is_prepared(),
        bytes: ptau.length(),
        contributions: contributions.collect(),
    })
}
