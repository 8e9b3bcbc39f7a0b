use super::*;

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

/// `x² = y` with `y` public, and a boolean.
fn square(x: u64, y: u64) -> (Matrices, Assignment) {
    let mut builder = Builder::<true>::new(1);
    let public = builder.public_input(1, fr(y));
    builder.check("S1");
    let x = builder.private(fr(x));
    builder.enforce_product("square", &x, &x, &public);
    builder.check("S2");
    builder.boolean("flag", true);
    builder.finish_with_matrices()
}

#[test]
fn a_failure_names_row_check_and_gadget() {
    let (matrices, assignment) = square(3, 9);
    assert_eq!(matrices.first_unsatisfied(&assignment), Ok(None));
    let (matrices, wrong) = square(3, 10);
    let failure = Failure { row: 0, check: "S1", gadget: "square" };
    assert_eq!(matrices.first_unsatisfied(&wrong), Ok(Some(failure)));
    let mut wrong = assignment.clone();
    wrong.set(3, fr(2));
    let failure = Failure { row: 1, check: "S2", gadget: "flag" };
    assert_eq!(matrices.first_unsatisfied(&wrong), Ok(Some(failure)));
}

#[test]
fn an_assignment_of_another_circuit_is_refused() {
    let (matrices, _) = square(3, 9);
    let other = Builder::<false>::new(1).finish();
    assert_eq!(matrices.first_unsatisfied(&other), Err(LengthError { wires: 4, got: 2 }));
}

#[test]
fn matrices_do_not_depend_on_values_and_their_hash_on_every_part() {
    let (matrices, _) = square(3, 9);
    let hash = matrices.hash();
    assert_eq!(square(5, 1).0.hash(), hash);
    assert_eq!(matrices.boolean_wires, [3]);
    let changed = |change: fn(&mut Matrices)| {
        let (mut matrices, _) = square(3, 9);
        change(&mut matrices);
        assert_ne!(matrices.hash(), hash);
    };
    changed(|matrices| matrices.public_inputs += 1);
    changed(|matrices| matrices.wires += 1);
    changed(|matrices| matrices.rows[2][0][0].0 = fr(2));
    changed(|matrices| matrices.rows[2][0][0].1 = 2);
    changed(|matrices| {
        let term = matrices.rows[0][0].pop().unwrap();
        matrices.rows[0][1].push(term);
    });
}

#[test]
fn an_inverse_of_zero_is_reported_and_not_satisfied() {
    let mut builder = Builder::<true>::new(0);
    builder.check("I1");
    let zero = builder.private(Fr::ZERO);
    builder.inverses("inverse", &[zero]);
    assert_eq!(builder.without_inverse(), Some("I1"));
    let (matrices, assignment) = builder.finish_with_matrices();
    assert_eq!(matrices.first_unsatisfied(&assignment).unwrap().unwrap().check, "I1");
}

#[test]
fn an_assignment_prints_no_values() {
    let (_, assignment) = square(31_337, 9);
    assert!(!format!("{assignment:?}").contains("31337"));
}

#[test]
fn parts_make_the_wires_of_a_loop_on_any_number_of_threads() {
    fn circuit<const RECORD: bool>(mut builder: Builder<RECORD>) -> Builder<RECORD> {
        builder.check("P1");
        let x = builder.private(fr(3));
        let items: Vec<u64> = (1..=40).collect();
        let products = builder.parts(&items, |builder, item| {
            let y = builder.private(fr(*item));
            let product = builder.product("product", &x, &y);
            if *item == 7 {
                builder.public_input(2, product.value());
            }
            product
        });
        builder.public_input(1, fr(9));
        let sum = Linear::sum(&products);
        builder.private(sum.value());
        builder
    }
    let (matrices, recorded) = circuit(Builder::<true>::new(3)).finish_with_matrices();
    assert_eq!(recorded.wires().len(), 4 + 1 + 2 * 40 + 1);
    assert_eq!(recorded.public_inputs(), [fr(9), fr(21), fr(0)]);
    assert_eq!(matrices.first_unsatisfied(&recorded), Ok(None));
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let values = pool.install(|| circuit(Builder::<false>::new(3)).finish());
        assert_eq!(values.wires(), recorded.wires());
    }
}

#[test]
fn a_zero_in_a_part_is_reported_with_its_check() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    pool.install(|| {
        let mut builder = Builder::<false>::new(0);
        builder.check("I1");
        builder.parts(&[1, 0, 2, 0], |builder, value| {
            let value = builder.private(fr(*value));
            builder.inverses("inverse", &[value]).len()
        });
        assert_eq!(builder.without_inverse(), Some("I1"));
    });
}
