//! What arkworks' gadgets do that ours must not rely on; no circuit here uses them. A test that begins to fail says that a
//! trap is gone, not that something broke.

use ark_bn254::Fr;
use ark_ff::Field;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use solvency_circuits::builder::{Builder, Linear};

/// `FpVar::conditional_enforce_equal` of ark-r1cs-std 0.6.0 passes two unequal constants.
#[test]
fn two_unequal_constants_pass_arkworks_conditional_equality() {
    let (one, two) = (FpVar::Constant(Fr::from(1u64)), FpVar::Constant(Fr::from(2u64)));
    assert!(one.conditional_enforce_equal(&two, &Boolean::TRUE).is_ok());
}

/// Ours has no special case for constants: a row is emitted, and it is not satisfied.
#[test]
fn two_unequal_constants_do_not_pass_here() {
    let mut builder = Builder::<true>::new(0);
    let (one, two) = (Linear::constant(Fr::ONE), Linear::constant(Fr::from(2u64)));
    builder.enforce_zero("equal", &one.minus(&two));
    let (matrices, assignment) = builder.finish_with_matrices();
    assert_eq!(matrices.first_unsatisfied(&assignment).unwrap().unwrap().gadget, "equal");
}
