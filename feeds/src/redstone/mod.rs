//! RedStone's data packages as its gateway hands them out (spec/prices.md).
//!
//! That k signers agree shows what they signed; not that they looked at different markets.

mod combine;
mod number;
mod package;

pub(crate) use combine::combine;
pub use number::signed_value;
pub(crate) use package::{Spoken, read};
