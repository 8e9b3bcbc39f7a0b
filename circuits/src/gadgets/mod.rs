//! Gadgets: wires with a property that rows enforce.

mod balances;
mod limbs;
mod membership;
mod range;
mod tree;

pub use balances::{open_pledge, open_total};
pub use limbs::Packer;
pub use membership::enforce_member;
pub(crate) use membership::is_member;
pub use range::{Bounded, is_in_range};
pub use tree::tree;

#[cfg(test)]
mod tests;
