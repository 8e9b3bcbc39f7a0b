//! Keys that nobody has to trust: phase 2 of a Groth16 set-up by many participants, in snarkjs' file formats (spec/ceremony.md).
//!
//! # What a checked ceremony does not show
//!
//! That any participant was honest and erased its secret, that two participants were not one, or that a participant is who its name says:
//! the format's hashes do not cover names. Participants publish the hashes of their contributions; compare them.

mod circuit;
mod contribute;
mod error;
mod finalize;
mod format;
mod initial;
mod inspect;
mod keys;
mod manifest;
mod new;
mod parameters;
mod points;
mod progress;
pub mod ptau;
mod randomness;
mod ratio;
mod subgroup;
mod summary;
mod verify;
mod zkey;

pub use circuit::Circuit;
pub use contribute::{apply_beacon, contribute};
pub use error::{CeremonyError, Group, PointError, Refusal};
pub use finalize::{Finalized, finalize};
pub use inspect::{PowersClaims, PowersContribution, ZKeyClaims, inspect_powers, inspect_zkey};
pub use keys::{export_zkey, import_zkey};
pub use manifest::{Manifest, ManifestError, PowersOfTauText, ZKeyText};
pub use new::new;
pub use parameters::{Beacon, MAX_ITERATIONS_LOG2, MIN_ITERATIONS_LOG2, Name};
pub use progress::{Progress, Silent};
pub use ptau::PowersOfTau;
pub use summary::{BeaconText, Contributed, Verified};
pub use verify::{verify, verify_chain};
pub use zkey::{Hash, Required, RequiredBeacon};
