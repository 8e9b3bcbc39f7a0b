//! The Poseidon gadget; its native twin is [`solvency_verifier::poseidon::hash`].
//!
//! It shows that a wire is the hash of others, nothing else: range and meaning of the inputs are up to the caller.

mod matrix;
mod partial;
mod template;

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_verifier::poseidon::{FULL_ROUNDS, MAX_INPUTS, Parameters, parameters};

use crate::builder::{Builder, Linear, ONE};
use matrix::dot;
use partial::PartialRounds;
use template::{Input, Layout, Template};

/// Where the result of a hash goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// To a new private wire.
    Private,
    /// To the public input of this index, counted from 1: the hash *is* the public input, no row compares them.
    Public(usize),
}

/// A wire that is the tagged hash of 1 to 16 inputs, in `3·(8t + R_P) − 3` rows for `t` = inputs + 1.
///
/// # Panics
/// With another number of inputs; circuits have fixed numbers.
pub fn hash<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    tag: Fr,
    inputs: &[Linear<RECORD>],
    output: Output,
) -> Linear<RECORD> {
    let width = Width::of(inputs.len() + 1);
    let first_local = builder.next_wire();
    let result = width.assign(builder, tag, inputs);
    let result = match output {
        Output::Private => builder.derived(result),
        Output::Public(index) => builder.public_input(index, result),
    };
    if RECORD {
        let result_wire = match output {
            Output::Private => builder.next_wire() - 1,
            Output::Public(index) => index,
        };
        width.emit(builder, tag, inputs, first_local, result_wire);
    }
    result
}

/// All constants of one width.
struct Width {
    parameters: &'static Parameters,
    partial: PartialRounds,
    template: OnceLock<Template>,
}

impl Width {
    fn of(width: usize) -> &'static Width {
        static CACHE: [OnceLock<Width>; MAX_INPUTS] = [const { OnceLock::new() }; MAX_INPUTS];
        let parameters = parameters(width).expect("a circuit hashes 1 to 16 elements");
        CACHE[width - 2].get_or_init(|| Width {
            parameters,
            partial: PartialRounds::new(parameters),
            template: OnceLock::new(),
        })
    }

    /// Runs the permutation and makes the wires, in the order of [`Layout::boxes`].
    fn assign<const RECORD: bool>(
        &self,
        builder: &mut Builder<RECORD>,
        tag: Fr,
        inputs: &[Linear<RECORD>],
    ) -> Fr {
        let layout = Layout::of(self.parameters);
        let mut lanes: Vec<Fr> = core::iter::once(tag).chain(inputs.iter().map(Linear::value)).collect();
        for round in 0..FULL_ROUNDS / 2 {
            add(&mut lanes, &self.parameters.round_constants[round]);
            self.full_round(builder, layout, round, &mut lanes);
        }
        add(&mut lanes, &self.parameters.round_constants[FULL_ROUNDS / 2]);
        self.partial_rounds(builder, layout, &mut lanes);
        for round in layout.second_half()..=layout.last_round() {
            if round > layout.second_half() {
                add(&mut lanes, &self.parameters.round_constants[round]);
            }
            self.full_round(builder, layout, round, &mut lanes);
        }
        lanes[0]
    }

    fn full_round<const RECORD: bool>(
        &self,
        builder: &mut Builder<RECORD>,
        layout: Layout,
        round: usize,
        lanes: &mut Vec<Fr>,
    ) {
        for (index, lane) in lanes.iter_mut().enumerate() {
            *lane = if (round, index) == (0, 0) {
                fifth_power(*lane)
            } else {
                s_box(
                    builder,
                    *lane,
                    layout.has_input_wire(round, index),
                    layout.has_output_wire(round, index),
                )
            };
        }
        *lanes = matrix::times_vector(&self.parameters.matrix, lanes);
    }

    /// From the lanes after the constants of the first partial round to those after the constants of the round behind them.
    fn partial_rounds<const RECORD: bool>(
        &self,
        builder: &mut Builder<RECORD>,
        layout: Layout,
        lanes: &mut Vec<Fr>,
    ) {
        let mut u = lanes.split_off(1);
        let mut x = lanes[0];
        for (index, round) in self.partial.rounds.iter().enumerate() {
            let y = s_box(builder, x, layout.has_input_wire(FULL_ROUNDS / 2 + index, 0), false);
            x = self.partial.corner * y + dot(&round.a, &u) + round.k;
            for (u, b) in u.iter_mut().zip(&round.b) {
                *u += *b * y;
            }
        }
        lanes[0] = x;
        lanes.extend(matrix::times_vector(&self.partial.exit, &u));
        add(&mut lanes[1..], &self.partial.exit_constants);
    }

    fn emit<const RECORD: bool>(
        &self,
        builder: &mut Builder<RECORD>,
        tag: Fr,
        inputs: &[Linear<RECORD>],
        first_local: usize,
        result: usize,
    ) {
        let template = self.template.get_or_init(|| Template::new(self.parameters, &self.partial));
        let tag_output = fifth_power(tag + self.parameters.round_constants[0][0]);
        let wire = |slot: usize| match slot {
            template::ONE | template::TAG_OUTPUT => ONE,
            template::RESULT => result,
            local => first_local + local - template::FIRST_LOCAL,
        };
        let global = |terms: &[(usize, Fr)]| -> Vec<(Fr, usize)> {
            let factor = |slot| if slot == template::TAG_OUTPUT { tag_output } else { Fr::ONE };
            let terms = terms.iter().map(|(slot, coefficient)| (*coefficient * factor(*slot), wire(*slot)));
            crate::builder::canonical(terms.collect())
        };
        let single = |slot: usize| vec![(Fr::ONE, wire(slot))];
        for s_box in &template.boxes {
            let x = match &s_box.x {
                Input::Element(index, constant) => inputs[*index].plus_constant(*constant).canonical_terms(),
                Input::Local(terms) => global(terms),
            };
            let (square, fourth) = (single(s_box.square), single(s_box.fourth));
            builder.record("poseidon", [x.clone(), x.clone(), square.clone()]);
            builder.record("poseidon", [square.clone(), square, fourth.clone()]);
            builder.record("poseidon", [fourth, x, global(&s_box.y)]);
        }
        debug_assert_eq!(
            template.locals + usize::from(result >= first_local),
            builder.next_wire() - first_local
        );
    }
}

/// Makes the wires of one S-box and gives its output.
fn s_box<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    x: Fr,
    has_input_wire: bool,
    has_output_wire: bool,
) -> Fr {
    let square = x.square();
    let fourth = square.square();
    let y = fourth * x;
    if has_input_wire {
        builder.push(x);
    }
    builder.push(square);
    builder.push(fourth);
    if has_output_wire {
        builder.push(y);
    }
    y
}

fn fifth_power(x: Fr) -> Fr {
    x.square().square() * x
}

fn add(lanes: &mut [Fr], constants: &[Fr]) {
    for (lane, constant) in lanes.iter_mut().zip(constants) {
        *lane += constant;
    }
}

/// Rows of one hash of so many inputs, from first principles: three for each S-box but the tag's first one.
pub fn constraints(inputs: usize) -> usize {
    let width = inputs + 1;
    let partial = parameters(width).map_or(0, |parameters| parameters.partial_rounds);
    3 * (FULL_ROUNDS * width + partial) - 3
}

#[cfg(test)]
mod tests;
