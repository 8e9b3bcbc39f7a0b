//! `solvency circuit`: what can be shown of a circuit without a witness.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use solvency_circuits::uniqueness::{self, Discharge, Report};
use solvency_verifier::Shape;

use crate::args::CircuitCommand;
use crate::error::{CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &CircuitCommand, output: &Output) -> CliResult {
    let CircuitCommand::Check { shapes } = command;
    let shapes = super::keys::shapes(shapes, &Shape::ALL)?;
    let mut reports = Vec::new();
    for shape in shapes {
        let _working = output.working(&format!("checking {shape}"));
        reports.push((shape, uniqueness::check(&solvency_circuits::matrices(shape))));
    }
    let values: Vec<Value> = reports.iter().map(|(shape, report)| value(*shape, report)).collect();
    output.result(json!({ "circuits": values }), || {
        reports.iter().map(|(shape, report)| describe(*shape, report)).collect()
    });
    let unambiguous = reports.iter().all(|(_, report)| report.is_unambiguous());
    Ok(if unambiguous { Outcome::Done } else { Outcome::Rejected })
}

fn value(shape: Shape, report: &Report) -> Value {
    let undetermined: Vec<Value> = report
        .undetermined
        .iter()
        .map(|(wire, row)| json!({ "wire": wire, "check": row.map(|row| row.check), "gadget": row.map(|row| row.gadget) }))
        .collect();
    let obligations: Vec<Value> = report
        .obligations
        .iter()
        .map(|obligation| {
            json!({
                "row": obligation.row,
                "check": obligation.label.check,
                "gadget": obligation.label.gadget,
                "reason": reason(obligation.discharge),
            })
        })
        .collect();
    json!({
        "shape": shape,
        "wires": report.wires,
        "given": report.given,
        "undetermined": undetermined,
        "obligations": obligations,
        "freePublicInputs": report.free_public_inputs,
        "unusedWires": report.unused,
    })
}

fn describe(shape: Shape, report: &Report) -> String {
    let missing = report.undetermined.len();
    let derived = report.wires - report.given;
    let mut text = format!(
        "{shape}: {} of {derived} wires follow from {} given ones\n",
        derived - missing,
        report.given
    );
    for (wire, row) in &report.undetermined {
        let place = row.map_or("in no row".into(), |row| format!("{}, {}", row.check, row.gadget));
        text.push_str(&format!("  wire {wire} is not determined ({place})\n"));
    }
    let mut by_reason: BTreeMap<String, usize> = BTreeMap::new();
    for obligation in &report.obligations {
        *by_reason.entry(reason(obligation.discharge)).or_default() += 1;
    }
    for (reason, count) in by_reason {
        text.push_str(&format!("  {count} divisors are not zero: {reason}\n"));
    }
    text.push_str(&format!(
        "  public inputs that don't follow from private ones: {:?}; wires in no row: {:?}\n",
        report.free_public_inputs, report.unused
    ));
    text
}

fn reason(discharge: Discharge) -> String {
    match discharge {
        Discharge::OwnRow => "their own row does not hold otherwise".into(),
        Discharge::Range { most } => {
            format!(
                "they are x − s with s in 0..={most} by a range check, and x is none of these by other rows"
            )
        }
    }
}
