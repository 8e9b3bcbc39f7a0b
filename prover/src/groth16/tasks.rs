//! A proof's sums as tasks for the threads of the pool: the most expensive first, each cut so that no thread waits long.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ff::{AdditiveGroup, Field};
use solvency_kernels::msm::Bases;
use solvency_kernels::{Multiplier, PackedG1, PackedG2, PackedPoint};
use zeroize::Zeroizing;

use super::columns::{Columns, Levels, Points, Wires};
use super::engine::Results;

/// What an addition in the second group costs, in additions in the first.
const SECOND_GROUP: usize = 5;
const FIRST_GROUP: usize = 2;
/// Tasks a thread, about: more balance better, fewer sum their buckets up less often.
const TASKS_PER_THREAD: usize = 3;
/// Less is not cut any further, in points of the first group.
const SMALLEST: usize = 2048;

/// Which of the results a sum goes to.
#[derive(Clone, Copy)]
enum Target {
    A,
    BFirst,
    LAndQuotient,
}

/// A part of a sum.
pub(super) struct Sum<'a> {
    cost: usize,
    what: What<'a>,
}

enum What<'a> {
    First(Target, Product<'a, PackedG1>),
    Second(Product<'a, PackedG2>),
    AddFirst(Target, &'a [PackedG1], &'a [u32]),
    AddSecond(&'a [PackedG2], &'a [u32]),
}

struct Product<'a, P> {
    bases: Bases<'a, P>,
    scalars: &'a [[u64; 4]],
}

/// All scalars of a proof's sums. Erased when dropped.
pub(super) struct Sums<'a> {
    columns: &'a Columns,
    quotient: &'a [[u64; 4]],
    a: Scalars,
    b: Scalars,
    l: Scalars,
}

/// The scalars of a sum over wires: which of the boolean ones are one, and the values of the others.
struct Scalars {
    ones: Zeroizing<Vec<u32>>,
    full: Zeroizing<Vec<[u64; 4]>>,
}

impl Scalars {
    fn of(wires: &Wires, integers: &[[u64; 4]], values: &[Fr]) -> Self {
        let is_one = |(_, wire): &(u32, &u32)| values[**wire as usize] == Fr::ONE;
        let ones = (0u32..).zip(wires.boolean.iter()).filter(is_one).map(|(place, _)| place).collect();
        let full = wires.full.iter().map(|wire| integers[*wire as usize]).collect();
        Self { ones: Zeroizing::new(ones), full: Zeroizing::new(full) }
    }
}

impl<'a> Sums<'a> {
    pub(super) fn new(
        columns: &'a Columns,
        integers: &[[u64; 4]],
        values: &[Fr],
        quotient: &'a [[u64; 4]],
    ) -> Self {
        let scalars = |wires| Scalars::of(wires, integers, values);
        let ((a, b), l) = rayon::join(
            || (scalars(&columns.a_wires), scalars(&columns.b_wires)),
            || scalars(&columns.l_wires),
        );
        Self { columns, quotient, a, b, l }
    }

    /// The tasks, the most expensive first.
    fn tasks(&self, threads: usize) -> Vec<Sum<'_>> {
        let columns = self.columns;
        let mut whole = Vec::new();
        let first = [
            (Target::A, &columns.a, &self.a),
            (Target::BFirst, &columns.b_first, &self.b),
            (Target::LAndQuotient, &columns.l, &self.l),
        ];
        for (target, points, scalars) in first {
            whole.push(What::AddFirst(target, &points.boolean, &scalars.ones));
            whole.extend(product(&points.full, &scalars.full).map(|product| What::First(target, product)));
        }
        let second: &Points<PackedG2> = &columns.b_second;
        whole.push(What::AddSecond(&second.boolean, &self.b.ones));
        whole.extend(product(&second.full, &self.b.full).map(What::Second));
        let quotient = product(&columns.quotient, &self.quotient[..columns.quotient.count()]);
        whole.extend(quotient.map(|product| What::First(Target::LAndQuotient, product)));

        let total: usize = whole.iter().map(What::cost).sum();
        let most = (total / (TASKS_PER_THREAD * threads)).max(SMALLEST * FIRST_GROUP * 20);
        let mut tasks = Vec::new();
        for what in whole {
            what.cut(most, &mut tasks);
        }
        tasks.sort_by_key(|task: &Sum<'_>| core::cmp::Reverse(task.cost));
        tasks
    }
}

/// A product, where the points are what they say they are: keys are checked when they are opened.
fn product<'a, P: PackedPoint>(levels: &'a Levels<P>, scalars: &'a [[u64; 4]]) -> Option<Product<'a, P>> {
    let bases = levels.bases().ok()?;
    Some(Product { bases, scalars })
}

impl<'a> What<'a> {
    /// Additions, with those in the second group weighted.
    fn cost(&self) -> usize {
        match self {
            What::First(_, product) => FIRST_GROUP * product.scalars.len() * 20,
            What::Second(product) => SECOND_GROUP * product.scalars.len() * 20,
            What::AddFirst(_, _, indices) => FIRST_GROUP * indices.len(),
            What::AddSecond(_, indices) => SECOND_GROUP * indices.len(),
        }
    }

    /// In parts of at most such a cost.
    fn cut(self, most: usize, tasks: &mut Vec<Sum<'a>>) {
        let parts = self.cost().div_ceil(most).max(1);
        match self {
            What::First(target, product) => {
                tasks.extend(product.parts(parts).map(|part| Sum::of(What::First(target, part))));
            }
            What::Second(product) => {
                tasks.extend(product.parts(parts).map(|part| Sum::of(What::Second(part))));
            }
            sum => tasks.push(Sum::of(sum)),
        }
    }
}

impl<'a, P: PackedPoint> Product<'a, P> {
    fn parts(self, parts: usize) -> impl Iterator<Item = Self> {
        let count = self.scalars.len();
        (0..parts).map(move |part| {
            let range = part * count / parts..(part + 1) * count / parts;
            Self { bases: self.bases.range(range.clone()), scalars: &self.scalars[range] }
        })
    }
}

impl<'a> Sum<'a> {
    fn of(what: What<'a>) -> Self {
        Self { cost: what.cost(), what }
    }

    /// Computes it and adds it to the result that it is a part of.
    pub(super) fn add_to(&self, multiplier: &mut Multiplier, results: &Mutex<Results>) {
        let (target, sum) = match &self.what {
            What::First(target, Product { bases, scalars }) => {
                (*target, multiplier.multiply_g1(bases, scalars))
            }
            What::AddFirst(target, points, indices) => (*target, multiplier.sum_g1(points, indices)),
            What::Second(Product { bases, scalars }) => {
                let sum = multiplier.multiply_g2(bases, scalars);
                return add_second(results, sum);
            }
            What::AddSecond(points, indices) => {
                let sum = multiplier.sum_g2(points, indices);
                return add_second(results, sum);
            }
        };
        let mut results = results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match target {
            Target::A => results.a += sum,
            Target::BFirst => results.b_first += sum,
            Target::LAndQuotient => results.l_and_quotient += sum,
        }
    }
}

fn add_second(results: &Mutex<Results>, sum: G2Projective) {
    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).b_second += sum;
}

/// Runs all tasks on the threads of the current pool.
pub(super) fn run(sums: &Sums<'_>, each: impl Fn(&Sum<'_>, &Mutex<Results>) + Sync) -> Results {
    let threads = rayon::current_num_threads();
    let tasks = sums.tasks(threads);
    let zero = G1Projective::ZERO;
    let results =
        Mutex::new(Results { a: zero, b_first: zero, b_second: G2Projective::ZERO, l_and_quotient: zero });
    let next = AtomicUsize::new(0);
    rayon::scope(|scope| {
        for _ in 0..threads.min(tasks.len()) {
            scope.spawn(|_| {
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    each(task, &results);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}
