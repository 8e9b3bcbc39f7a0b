//! Helpers of the relations' tests.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use crate::builder::{Assignment, Builder, Failure, Matrices};
use crate::circuit::Circuit;
use crate::failure::CheckFailed;

/// The opening's assignment without the checks that a witness goes through, and with any public inputs put in its place.
pub(crate) fn unchecked<C: Circuit>(opening: &C, public: Option<&[Fr]>) -> Assignment {
    let mut assignment = assigned(opening);
    for (index, value) in public.into_iter().flatten().enumerate() {
        assignment.set(1 + index, *value);
    }
    assignment
}

/// The opening's assignment, which is the same, wire by wire, where rows are recorded with it, and on one thread as on four.
pub(crate) fn assigned<C: Circuit>(opening: &C) -> Assignment {
    let context = Fr::from(424_242u64);
    let mut recorder = Builder::<true>::new(opening.public_inputs());
    opening.synthesize(&mut recorder, context);
    let (_, recorded) = recorder.finish_with_matrices();
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let values = pool.install(|| opening.assign(context)).expect("no challenge is a slot");
        let differs =
            values.wires().iter().zip(recorded.wires()).position(|(value, recorded)| value != recorded);
        assert_eq!(differs, None, "the first wire that differs, with {threads} threads");
        assert_eq!(values.wires().len(), recorded.wires().len());
        assert_eq!(values.public_inputs(), recorded.public_inputs());
    }
    recorded
}

/// Both twins accept.
pub(crate) fn assert_accepted<C: Circuit>(
    matrices: &Matrices,
    opening: &C,
    native: impl Fn(&[Fr], &C) -> Result<(), CheckFailed>,
) {
    let assignment = unchecked(opening, None);
    assert_eq!(matrices.first_unsatisfied(&assignment), Ok(None));
    assert_eq!(native(assignment.public_inputs(), opening), Ok(()));
}

/// Both twins refuse, by this check.
pub(crate) fn assert_refused<C: Circuit>(
    matrices: &Matrices,
    opening: &C,
    public: Option<&[Fr]>,
    native: impl Fn(&[Fr], &C) -> Result<(), CheckFailed>,
    check: &str,
) {
    let assignment = unchecked(opening, public);
    let failure: Option<Failure> = matrices.first_unsatisfied(&assignment).unwrap();
    assert_eq!(failure.map(|failure| failure.check), Some(check), "the circuit");
    let refusal = native(assignment.public_inputs(), opening).map_err(|failed| failed.check);
    assert_eq!(refusal, Err(check), "the native relation");
}

/// The same verdict, by the same check.
pub(crate) fn verdicts<C: Circuit>(
    matrices: &Matrices,
    opening: &C,
    public: Option<&[Fr]>,
    native: impl Fn(&[Fr], &C) -> Result<(), CheckFailed>,
) -> (Option<&'static str>, Option<&'static str>) {
    let assignment = unchecked(opening, public);
    let circuit = matrices.first_unsatisfied(&assignment).unwrap().map(|failure| failure.check);
    let native = native(assignment.public_inputs(), opening).err().map(|failed| failed.check);
    (circuit, native)
}

/// Wires that can be changed alone, by one or by another number, with every row still satisfied.
pub(crate) fn free_wires(matrices: &Matrices, assignment: &Assignment) -> Vec<usize> {
    let wires = assignment.wires();
    let dot =
        |row: &[(Fr, usize)]| row.iter().fold(Fr::ZERO, |sum, (factor, wire)| sum + *factor * wires[*wire]);
    let values: [Vec<Fr>; 3] = matrices.rows.each_ref().map(|rows| rows.iter().map(|row| dot(row)).collect());
    // For each wire, the rows in which it stands and its coefficients in A, B and C.
    let mut columns: Vec<Vec<(usize, [Fr; 3])>> = vec![Vec::new(); matrices.wires];
    for (matrix, rows) in matrices.rows.iter().enumerate() {
        for (row, terms) in rows.iter().enumerate() {
            for (factor, wire) in terms {
                let mut coefficients = [Fr::ZERO; 3];
                coefficients[matrix] = *factor;
                columns[*wire].push((row, coefficients));
            }
        }
    }
    for column in &mut columns {
        column.sort_by_key(|(row, _)| *row);
        column.dedup_by(|(from_row, from), (row, into)| {
            let same = from_row == row;
            if same {
                into.iter_mut().zip(from).for_each(|(into, from)| *into += *from);
            }
            same
        });
    }
    let breaks = |step: Fr, column: &[(usize, [Fr; 3])]| {
        column.iter().any(|(row, coefficients)| {
            let [a, b, c] = [0, 1, 2].map(|matrix| values[matrix][*row] + step * coefficients[matrix]);
            a * b != c
        })
    };
    let flip = |wire: usize| Fr::ONE - wires[wire].double();
    let steps = |wire: usize| [Fr::ONE, -Fr::ONE, Fr::from(1_000_003u64), flip(wire)];
    let is_free = |wire: &usize| steps(*wire).into_iter().any(|step| !breaks(step, &columns[*wire]));
    (1..matrices.wires).filter(is_free).collect()
}
