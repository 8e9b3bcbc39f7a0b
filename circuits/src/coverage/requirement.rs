//! C1, C2, C5 and C6, which both kinds of coverage have: the openings of pledge and requirement.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use solvency_verifier::commitment::{AMOUNT_BITS, Tag, pledge_commitment, requirement_commitment};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{PLEDGE, REQUIREMENT, REQUIREMENT_SCALE};
use crate::allocation::BalanceOpening;
use crate::builder::{Builder, Linear};
use crate::failure::{CheckFailed, ensure};
use crate::gadgets::{Bounded, is_in_range, open_pledge};
use crate::poseidon::{self, Output};

/// Bits of a requirement.
const REQUIREMENT_BITS: usize = 64;

/// What the circuit opens of `C_R`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RequirementOpening {
    /// `R` in 10^-6 quote units.
    pub requirement: Fr,
    /// At least 128 uniform bits.
    pub salt: Fr,
}

/// Range-checked amounts of a pledge.
pub(super) type Balances<const RECORD: bool> = Vec<Bounded<RECORD, AMOUNT_BITS>>;

/// C1 and C2: `C_Q` opens to amounts below 2^64.
pub(super) fn open_balances<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    pledge: &BalanceOpening,
) -> Balances<RECORD> {
    // C1: every entry b is in [0, 2^64). The limbs determine the entries only if they are in range here.
    builder.check("C1");
    let balances: Balances<RECORD> =
        pledge.entries.iter().map(|entry| Bounded::private(builder, *entry)).collect();

    // C2: C_Q opens to b.
    builder.check("C2");
    open_pledge(builder, &balances, pledge.blinding, Output::Public(PLEDGE));
    balances
}

/// C5 and C6: `C_R` opens to a requirement below 2^64.
pub(super) fn open_requirement<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    opening: &RequirementOpening,
) -> Linear<RECORD> {
    // C5: R is in [0, 2^64): a larger one could make θ·R·10^15 wrap around.
    builder.check("C5");
    let requirement = Bounded::<RECORD, REQUIREMENT_BITS>::private(builder, opening.requirement);

    // C6: C_R = H_requirement(R, salt).
    builder.check("C6");
    let salt = builder.private(opening.salt);
    let inputs = [requirement.value().clone(), salt];
    poseidon::hash(builder, Tag::REQUIREMENT.root(), &inputs, Output::Public(REQUIREMENT));
    requirement.value().clone()
}

/// The last check: `value − θ·R·10^15` is in `[0, 2^BITS)`, which is to say not negative (spec/numbers.md).
pub(super) fn enforce_covered<const RECORD: bool, const BITS: usize>(
    builder: &mut Builder<RECORD>,
    value: &Linear<RECORD>,
    theta: &Linear<RECORD>,
    requirement: &Linear<RECORD>,
) {
    let mut excess = value.clone();
    excess.add_scaled(&builder.product("product", theta, requirement), -Fr::from(REQUIREMENT_SCALE));
    Bounded::<RECORD, BITS>::enforce(builder, excess);
}

/// The native twin of [`open_balances`].
pub(super) fn check_balances(public: &[Fr; 4], pledge: &BalanceOpening) -> Result<(), CheckFailed> {
    for (slot, entry) in pledge.entries.iter().enumerate() {
        ensure(is_in_range(*entry, AMOUNT_BITS), "C1", "slot", slot)?;
    }
    let entries = pledge.entries.map(low_word);
    ensure(pledge_commitment(&entries, pledge.blinding) == Some(public[PLEDGE - 1]), "C2", "pledge", 0)
}

/// The native twin of [`open_requirement`].
pub(super) fn check_requirement(public: &[Fr; 4], opening: &RequirementOpening) -> Result<(), CheckFailed> {
    ensure(is_in_range(opening.requirement, REQUIREMENT_BITS), "C5", "requirement", 0)?;
    let commitment = requirement_commitment(low_word(opening.requirement), opening.salt);
    ensure(commitment == Some(public[REQUIREMENT - 1]), "C6", "requirement", 0)
}

/// The native twin of [`enforce_covered`]: whether the value is enough.
pub(super) fn is_covered<const BITS: usize>(value: Fr, theta: Fr, requirement: Fr) -> bool {
    is_in_range(value - theta * requirement * Fr::from(REQUIREMENT_SCALE), BITS)
}

/// The integer of an element that is below 2^64.
fn low_word(value: Fr) -> u64 {
    value.into_bigint().0[0]
}
