//! The holdings relation, natively: the twin of the circuit.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, PrimeField};
use solvency_verifier::SLOTS;
use solvency_verifier::commitment::{
    AMOUNT_BITS, ID_BITS, SLOT_BITS, Vault, book_root, gamma, total_commitment,
};

use super::witness::{Opening, VaultOpening};
use crate::builder::power_of_two;
use crate::failure::{CheckFailed, ensure};
use crate::gadgets::is_in_range;

/// Whether the relation holds for `[root, C_T, id_range, context]`.
///
/// # Errors
/// [`CheckFailed`] with the first check that does not hold.
pub fn check(public: &[Fr; 4], opening: &Opening) -> Result<(), CheckFailed> {
    let [root, total, id_range, _context] = *public;

    // H1: ids increase strictly within [lo, hi), both below 2^64.
    let high = opening.id_high;
    let low = id_range - power_of_two(ID_BITS) * high;
    ensure(is_in_range(high, ID_BITS), "H1", "upper end", 0)?;
    ensure(is_in_range(low, ID_BITS), "H1", "lower end", 0)?;
    let mut floor = low;
    for (index, vault) in opening.vaults.iter().enumerate() {
        ensure(is_in_range(vault.id - floor, ID_BITS), "H1", "vault", index)?;
        floor = vault.id + Fr::ONE;
    }
    ensure(is_in_range(high - floor, ID_BITS), "H1", "last vault", opening.vaults.len() - 1)?;

    // H2: every amount is below 2^64.  H3: every slot is below 64.
    for (index, amount) in positions(opening, |vault| &vault.amounts) {
        ensure(is_in_range(amount, AMOUNT_BITS), "H2", "amount", index)?;
    }
    for (index, slot) in positions(opening, |vault| &vault.slots) {
        ensure(is_in_range(slot, SLOT_BITS), "H3", "slot", index)?;
    }

    // H4: the root is that of the book.
    let vaults: Vec<Vault> = opening.vaults.iter().map(integers).collect();
    ensure(book_root(&vaults, &opening.leaf_blindings) == Some(root), "H4", "root", 0)?;

    // H5: C_T opens to T.
    let mut entries = [Fr::ZERO; SLOTS];
    entries.copy_from_slice(&opening.total);
    ensure(total_commitment(&entries, opening.total_blinding) == Some(total), "H5", "total", 0)?;

    // H6: the challenge.  H7: it is no slot.
    let gamma = gamma(root, total).expect("two elements have a hash");
    for slot in 0..SLOTS {
        ensure(gamma != Fr::from(slot as u64), "H7", "slot", slot)?;
    }

    // H8: both sides of the identity agree at the challenge.
    ensure(difference_at(gamma, opening) == Fr::ZERO, "H8", "sum", 0)
}

/// `Σ a/(γ − s)` over all positions less `Σ T_s/(γ − s)` over all slots.
pub(super) fn difference_at(gamma: Fr, opening: &Opening) -> Fr {
    let inverse = |slot: Fr| (gamma - slot).inverse().unwrap_or(Fr::ZERO);
    let mut sum = Fr::ZERO;
    for vault in &opening.vaults {
        for (amount, slot) in vault.amounts.iter().zip(&vault.slots) {
            sum += *amount * inverse(*slot);
        }
    }
    for (slot, entry) in opening.total.iter().enumerate() {
        sum -= *entry * inverse(Fr::from(slot as u64));
    }
    sum
}

fn positions(opening: &Opening, part: impl Fn(&VaultOpening) -> &[Fr]) -> impl Iterator<Item = (usize, Fr)> {
    opening.vaults.iter().flat_map(move |vault| part(vault).to_vec()).enumerate()
}

/// The vault in integers, after H1, H2 and H3.
fn integers(vault: &VaultOpening) -> Vault {
    let low_word = |value: Fr| value.into_bigint().0[0];
    let mut integers = Vault { id: low_word(vault.id), ..Vault::default() };
    for ((position, amount), slot) in integers.positions.iter_mut().zip(&vault.amounts).zip(&vault.slots) {
        position.amount = low_word(*amount);
        position.slot = low_word(*slot) as u8;
    }
    integers
}
