//! The rows of one permutation, made once for each width.
//!
//! Each S-box takes three rows, `x·x = x2`, `x2·x2 = x4`, `x4·x = y`. `x` stands in A and B three times, `y` in C once; so
//! the S-box *inputs* are the wires and the outputs the dense combinations. That leaves the number of rows as it is and
//! makes A and B sparse, which is what proving key and prover pay for.
//!
//! Which combination `y` is, follows by solving the linear layer backwards:
//!
//! * full rounds: `y_r = MDS^{-1}·(x_{r+1} − c_{r+1})`;
//! * the first round: lane 0 is the tag, a constant, so its `t − 1` outputs follow from the first `t − 1` lanes of round 1,
//!   and the last lane of round 1 is a combination of the others and no wire;
//! * partial rounds: backwards in the coordinates of [`PartialRounds`], from the lanes at their end;
//! * the last round: the result is a wire (it may be a public input), lanes 1 to t − 1 have their outputs as wires.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use solvency_verifier::poseidon::{FULL_ROUNDS, Parameters};

use super::matrix;
use super::partial::PartialRounds;

/// What a coefficient of a template multiplies: see [`Slot`]'s constants, else local wires in their order.
pub(super) type Slot = usize;
/// The constant one.
pub(super) const ONE: Slot = 0;
/// The output of the tag's S-box in the first round, a constant of the tag.
pub(super) const TAG_OUTPUT: Slot = 1;
/// The result.
pub(super) const RESULT: Slot = 2;
/// The first local wire.
pub(super) const FIRST_LOCAL: Slot = 3;

/// A linear combination of slots.
pub(super) type Sparse = Vec<(Slot, Fr)>;

/// What goes into an S-box.
pub(super) enum Input {
    /// The hash's input of this index, plus a round constant.
    Element(usize, Fr),
    /// A combination of local wires.
    Local(Sparse),
}

/// Three rows.
pub(super) struct SBox {
    pub(super) x: Input,
    pub(super) square: Slot,
    pub(super) fourth: Slot,
    pub(super) y: Sparse,
}

/// All rows of one permutation.
pub(super) struct Template {
    pub(super) boxes: Vec<SBox>,
    /// Local wires, the result not among them.
    pub(super) locals: usize,
}

/// Which S-boxes of a permutation have which wires of their own.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) partial_rounds: usize,
}

impl Layout {
    pub(super) fn of(parameters: &Parameters) -> Self {
        Self { width: parameters.width, partial_rounds: parameters.partial_rounds }
    }

    pub(super) fn last_round(self) -> usize {
        FULL_ROUNDS + self.partial_rounds - 1
    }

    /// The first round after the partial ones.
    pub(super) fn second_half(self) -> usize {
        FULL_ROUNDS / 2 + self.partial_rounds
    }

    /// Whether the S-box's input is a wire of its own.
    pub(super) fn has_input_wire(self, round: usize, lane: usize) -> bool {
        round > 1 || (round == 1 && lane < self.width - 1)
    }

    /// Whether the S-box's output is a wire of its own.
    pub(super) fn has_output_wire(self, round: usize, lane: usize) -> bool {
        round == self.last_round() && lane > 0
    }

    /// The S-boxes that have rows, in the order of their wires: all but the tag's in the first round.
    fn boxes(self) -> impl Iterator<Item = (usize, usize)> {
        let partial = FULL_ROUNDS / 2..self.second_half();
        (0..=self.last_round()).flat_map(move |round| {
            let lanes = if partial.contains(&round) { 1 } else { self.width };
            (0..lanes).filter(move |lane| (round, *lane) != (0, 0)).map(move |lane| (round, lane))
        })
    }
}

/// Wires of one S-box.
struct Wires {
    round: usize,
    lane: usize,
    input: Option<Slot>,
    square: Slot,
    fourth: Slot,
    output: Option<Slot>,
}

/// A combination with one coefficient for each slot.
#[derive(Clone)]
struct Dense(Vec<Fr>);

impl Dense {
    fn add(&mut self, other: &Dense, factor: Fr) {
        for (to, from) in self.0.iter_mut().zip(&other.0) {
            if *from != Fr::ZERO {
                *to += factor * from;
            }
        }
    }

    fn sparse(&self) -> Sparse {
        let terms = self.0.iter().enumerate().filter(|(_, coefficient)| **coefficient != Fr::ZERO);
        terms.map(|(slot, coefficient)| (slot, *coefficient)).collect()
    }
}

impl Template {
    pub(super) fn new(parameters: &Parameters, partial: &PartialRounds) -> Self {
        let layout = Layout::of(parameters);
        let (wires, slots) = allocate(layout);
        let mut solver = Solver { parameters, partial, layout, slots, x: Vec::new(), y: Vec::new() };
        solver.place_wires(&wires);
        solver.solve_first_round();
        let entry = solver.solve_partial_rounds();
        solver.solve_full_rounds(&entry);
        solver.solve_last_round();
        let boxes = wires.iter().map(|wires| SBox {
            x: match wires.round {
                0 => Input::Element(wires.lane - 1, parameters.round_constants[0][wires.lane]),
                round => Input::Local(solver.x[round][wires.lane].sparse()),
            },
            square: wires.square,
            fourth: wires.fourth,
            y: solver.y[wires.round][wires.lane].sparse(),
        });
        Template { boxes: boxes.collect(), locals: slots - FIRST_LOCAL }
    }
}

fn allocate(layout: Layout) -> (Vec<Wires>, usize) {
    let mut next = FIRST_LOCAL;
    let mut take = || {
        next += 1;
        next - 1
    };
    let wires = layout.boxes().map(|(round, lane)| Wires {
        round,
        lane,
        input: layout.has_input_wire(round, lane).then(&mut take),
        square: take(),
        fourth: take(),
        output: layout.has_output_wire(round, lane).then(&mut take),
    });
    let wires = wires.collect();
    (wires, next)
}

/// Finds each S-box's input and output as combinations of slots.
struct Solver<'a> {
    parameters: &'a Parameters,
    partial: &'a PartialRounds,
    layout: Layout,
    slots: usize,
    /// By round and lane; zero where there is no S-box.
    x: Vec<Vec<Dense>>,
    y: Vec<Vec<Dense>>,
}

impl Solver<'_> {
    fn zero(&self) -> Dense {
        Dense(vec![Fr::ZERO; self.slots])
    }

    fn unit(&self, slot: Slot) -> Dense {
        let mut unit = self.zero();
        unit.0[slot] = Fr::ONE;
        unit
    }

    fn place_wires(&mut self, wires: &[Wires]) {
        let zeros = vec![vec![self.zero(); self.layout.width]; self.layout.last_round() + 1];
        (self.x, self.y) = (zeros.clone(), zeros);
        for Wires { round, lane, input, output, .. } in wires {
            if let Some(slot) = input {
                self.x[*round][*lane] = self.unit(*slot);
            }
            if let Some(slot) = output {
                self.y[*round][*lane] = self.unit(*slot);
            }
        }
    }

    /// `Σ_j row_j · (lanes_j − constants_j)`.
    fn mix_back(&self, row: &[Fr], lanes: &[Dense], constants: &[Fr]) -> Dense {
        let mut sum = self.zero();
        for ((factor, lane), constant) in row.iter().zip(lanes).zip(constants) {
            sum.add(lane, *factor);
            sum.0[ONE] -= *factor * constant;
        }
        sum
    }

    fn solve_first_round(&mut self) {
        let (matrix, last) = (&self.parameters.matrix, self.layout.width - 1);
        let constants = &self.parameters.round_constants[1];
        // Lane i < last of round 1 is  Σ_{j ≥ 1} M_ij·y_j + M_i0·(tag's output) + c_i.
        let minor: Vec<Vec<Fr>> = matrix[..last].iter().map(|row| row[1..].to_vec()).collect();
        for (lane, row) in matrix::inverse(&minor).iter().enumerate() {
            let mut y = self.mix_back(row, &self.x[1][..last], &constants[..last]);
            let tag_part = row.iter().zip(matrix).fold(Fr::ZERO, |sum, (factor, row)| sum + *factor * row[0]);
            y.0[TAG_OUTPUT] -= tag_part;
            self.y[0][lane + 1] = y;
        }
        let mut x = self.zero();
        x.0[ONE] = constants[last];
        x.0[TAG_OUTPUT] = matrix[last][0];
        for (factor, y) in matrix[last].iter().zip(&self.y[0]).skip(1) {
            x.add(y, *factor);
        }
        self.x[1][last] = x;
    }

    /// Gives lanes 1 to t − 1 at the start of the partial rounds.
    fn solve_partial_rounds(&mut self) -> Vec<Dense> {
        let (first, after) = (FULL_ROUNDS / 2, self.layout.second_half());
        let exit = matrix::inverse(&self.partial.exit);
        let back = |row: &Vec<Fr>| self.mix_back(row, &self.x[after][1..], &self.partial.exit_constants);
        let mut u: Vec<Dense> = exit.iter().map(back).collect();
        let schur_inverse = self.partial.schur.inverse().expect("the MDS matrix is invertible");
        for (index, round) in self.partial.rounds.iter().enumerate().rev() {
            // x_{r+1} = m·y + a·(u_{r+1} − b·y) + k, so y = (x_{r+1} − a·u_{r+1} − k) / (m − a·b).
            let mut y = self.zero();
            y.add(&self.x[first + index + 1][0], schur_inverse);
            y.0[ONE] -= round.k * schur_inverse;
            for (a, u) in round.a.iter().zip(&u) {
                y.add(u, -*a * schur_inverse);
            }
            for (b, u) in round.b.iter().zip(&mut u) {
                u.add(&y, -*b);
            }
            self.y[first + index][0] = y;
        }
        u
    }

    fn solve_full_rounds(&mut self, entry: &[Dense]) {
        let inverse = matrix::inverse(&self.parameters.matrix);
        let half = FULL_ROUNDS / 2;
        for round in (1..half).chain(self.layout.second_half()..self.layout.last_round()) {
            let mut next = self.x[round + 1].clone();
            if round + 1 == half {
                next.splice(1.., entry.iter().cloned());
            }
            let constants = &self.parameters.round_constants[round + 1];
            // The entry lanes hold their constants already, as x does in every other round.
            let solved = inverse.iter().map(|row| self.mix_back(row, &next, constants)).collect();
            self.y[round] = solved;
        }
    }

    /// `result = Σ_j M_0j·y_j`, solved for `y_0`.
    fn solve_last_round(&mut self) {
        let row = &self.parameters.matrix[0];
        let mut y = self.unit(RESULT);
        let last = self.layout.last_round();
        for (factor, lane) in row.iter().zip(&self.y[last]).skip(1) {
            y.add(lane, -*factor);
        }
        let corner_inverse = self.partial.corner.inverse().expect("no entry of a Cauchy matrix is zero");
        let mut scaled = self.zero();
        scaled.add(&y, corner_inverse);
        self.y[last][0] = scaled;
    }
}
