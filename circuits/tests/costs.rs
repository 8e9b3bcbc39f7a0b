//! `costs.csv`: what each shape and gadget costs, and a hash of each shape's matrices. A difference is either a mistake or
//! a new version of the shape (`Shape::version`). `REGENERATE=1 cargo test -p solvency-circuits --test costs` rewrites it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_circuits::builder::{Builder, Linear, Matrices};
use solvency_circuits::gadgets::{Bounded, enforce_member, open_pledge, open_total, tree};
use solvency_circuits::poseidon::{self, Output};
use solvency_verifier::Shape;
use solvency_verifier::commitment::Tag;

const HEADER: &str = "name,constraints,public_inputs,variables,boolean_wires,non_zeros_a,non_zeros_b,non_zeros_c,domain,\
                      matrices_sha256";

fn line(name: &str, matrices: &Matrices) -> String {
    let [a, b, c] = matrices.non_zeros();
    let (constraints, domain) = (matrices.constraints(), matrices.domain());
    let (public, booleans) = (matrices.public_inputs, matrices.boolean_wires.len());
    let hash = matrices.hash();
    format!("{name},{constraints},{public},{},{booleans},{a},{b},{c},{domain},{hash}\n", matrices.wires)
}

fn gadget(build: impl FnOnce(&mut Builder<true>)) -> Matrices {
    let mut builder = Builder::new(0);
    build(&mut builder);
    builder.matrices()
}

fn wires(builder: &mut Builder<true>, count: usize) -> Vec<Linear<true>> {
    (0..count).map(|_| builder.private(Fr::ONE)).collect()
}

fn table() -> String {
    let mut table = format!("{HEADER}\n");
    for shape in Shape::ALL {
        table += &line(&shape.id(), &solvency_circuits::matrices(shape));
    }
    for inputs in 1..=16 {
        let hash = gadget(|builder| {
            let inputs = wires(builder, inputs);
            poseidon::hash(builder, Tag::BOOK.root(), &inputs, Output::Private);
        });
        table += &line(&format!("poseidon of {inputs}"), &hash);
    }
    let range = gadget(|builder| {
        Bounded::<true, 64>::private(builder, Fr::ONE);
    });
    table += &line("range of 64 bits", &range);
    let member = gadget(|builder| {
        let options = wires(builder, 12);
        let value = builder.private(Fr::ONE);
        enforce_member(builder, &value, &options);
    });
    table += &line("member of 12", &member);
    for elements in [24, 210] {
        let tree = gadget(|builder| {
            let elements = wires(builder, elements);
            tree(builder, Tag::BOOK, &elements, Output::Private);
        });
        table += &line(&format!("tree of {elements}"), &tree);
    }
    let total = gadget(|builder| {
        let entries = wires(builder, 64);
        open_total(builder, &entries, Fr::ONE, Output::Private);
    });
    table += &line("opening of a total", &total);
    let pledge = gadget(|builder| {
        let entries: Vec<_> = (0..64).map(|_| Bounded::private(builder, Fr::ONE)).collect();
        open_pledge(builder, &entries, Fr::ONE, Output::Private);
    });
    table + &line("opening of a pledge with its ranges", &pledge)
}

#[test]
fn costs_are_those_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("costs.csv");
    let now = table();
    if std::env::var_os("REGENERATE").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    let mut differences = String::new();
    for (now, committed) in now.lines().zip(committed.lines()).filter(|(now, committed)| now != committed) {
        writeln!(differences, "is  {now}\nwas {committed}").unwrap();
    }
    assert!(now == committed, "costs.csv differs:\n{differences}");
}

/// Ceilings: with its public inputs and the one, each shape has to stay in its domain.
#[test]
fn every_shape_stays_below_its_power_of_two() {
    for (shape, constraints, domain) in [
        (Shape::Holdings16, 11_500, 1 << 14),
        (Shape::Holdings256, 129_300, 1 << 17),
        (Shape::Allocation2x4, 25_500, 1 << 15),
        (Shape::Allocation4x8, 50_900, 1 << 16),
        (Shape::Repledge3x4, 32_650, 1 << 15),
        (Shape::CoverageFlat, 7_820, 1 << 13),
        (Shape::CoverageTiered, 19_850, 1 << 15),
    ] {
        let matrices = solvency_circuits::matrices(shape);
        assert!(matrices.constraints() <= constraints, "{shape}: {}", matrices.constraints());
        assert_eq!(matrices.domain(), domain, "{shape}");
        assert_eq!(matrices.public_inputs, shape.public_input_count(), "{shape}");
    }
}

/// The breakdown in spec/relations.md: rows of each check, from first principles.
#[test]
fn rows_of_each_check_are_as_derived() {
    let hash = poseidon::constraints;
    let total = 4 * hash(16) + hash(5);
    let pledge = hash(16) + hash(3);
    let derived: [(Shape, &[(&str, usize)]); 4] = [
        (
            Shape::Holdings256,
            &[
                ("H1", (256 + 3) * 64),
                ("H2", 1280 * 64),
                ("H3", 1280 * 6),
                ("H4", 28 * hash(16) + hash(8) + hash(16) + hash(14)),
                ("H5", total),
                ("H6", hash(2)),
                ("H7", 64),
                ("H8", 1280 + 64 + 1),
            ],
        ),
        (
            Shape::Repledge3x4,
            &[
                ("A1", 4 * 64 * 64),
                ("A2", 4 * pledge),
                ("A3", 2 * 64 * 64),
                ("A4", 2 * pledge),
                ("A5", total),
                ("A6", 64),
            ],
        ),
        (
            Shape::CoverageFlat,
            &[
                ("C1", 64 * 64),
                ("C2", pledge),
                ("C3", 64 * 20),
                ("C4", hash(16) + hash(9)),
                ("C5", 64),
                ("C6", hash(2)),
                ("C7", 64 + 16),
                ("C8", 1 + 155),
            ],
        ),
        (
            Shape::CoverageTiered,
            &[
                ("C1", 64 * 64),
                ("C2", pledge),
                ("C5", 64),
                ("C6", hash(2)),
                ("T1", 16 * (4 * 47 + 5 * 20)),
                ("T2", 16 * 11),
                ("T3", 13 * hash(16) + hash(15)),
                ("T4", 16 * (1 + 64)),
                ("T5", 16 * (1 + 4 + 1 + 1 + 1)),
                ("T6", 1 + 136),
            ],
        ),
    ];
    for (shape, checks) in derived {
        let matrices = solvency_circuits::matrices(shape);
        for (check, rows) in checks {
            let got = matrices.labels.iter().filter(|label| label.check == *check).count();
            assert_eq!(got, *rows, "{check} of {shape}");
        }
        let all: usize = checks.iter().map(|(_, rows)| rows).sum();
        assert_eq!(matrices.constraints(), all, "{shape}");
    }
}
