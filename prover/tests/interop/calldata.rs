//! Calldata of a generated contract, and the text that snarkjs prints for its own.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use solvency_prover::interop::evm::{calldata, read_calldata, selector};
use solvency_prover::interop::snarkjs::{MAX_BYTES, calldata_text, read_calldata_text};
use solvency_prover::interop::{ForeignInputs, InteropError, NumberError};
use solvency_verifier::Shape;
use solvency_verifier::groth16::{PointError, Proof};

use crate::fixture::{Fixture, accepts, outside_subgroup, refused};

type Read = Result<(Proof, ForeignInputs), InteropError>;

/// The bytes with words set, counted from the selector.
fn with_words(words: &[(usize, [u8; 32])]) -> Read {
    let fixture = Fixture::flat();
    let mut bytes = calldata(&fixture.proof, &fixture.inputs);
    for (index, word) in words {
        bytes[4 + 32 * index..][..32].copy_from_slice(word);
    }
    read_calldata(&bytes, fixture.shape)
}

/// The text with some of it replaced.
fn with_text(change: impl FnOnce(String) -> String) -> Read {
    let fixture = Fixture::flat();
    read_calldata_text(change(calldata_text(&fixture.proof, &fixture.inputs)).as_bytes(), fixture.shape)
}

/// The text with words set, counted from its beginning.
fn with_text_words(words: &[(usize, &str)]) -> Read {
    with_text(|text| {
        let mut parts: Vec<&str> = text.split('"').collect();
        for (index, word) in words {
            parts[2 * index + 1] = word;
        }
        parts.join("\"")
    })
}

fn word(value: impl BigInteger) -> [u8; 32] {
    value.to_bytes_be().try_into().unwrap()
}

fn hex_word(value: impl BigInteger) -> String {
    format!("0x{}", hex::encode(word(value)))
}

#[test]
fn calldata_of_every_shape_comes_back() {
    for fixture in Fixture::all() {
        let bytes = calldata(&fixture.proof, &fixture.inputs);
        let (proof, inputs) = read_calldata(&bytes, fixture.shape).unwrap();
        assert_eq!((&proof, &inputs), (&fixture.proof, &fixture.foreign_inputs()));
        assert!(accepts(&fixture.key, &proof, &inputs));
        let text = calldata_text(&fixture.proof, &fixture.inputs);
        assert_eq!(read_calldata_text(text.as_bytes(), fixture.shape).unwrap(), (proof, inputs));
    }
}

/// Both forms hold the same words in the same order.
#[test]
fn text_and_bytes_have_the_same_words() {
    let fixture = Fixture::flat();
    let text = calldata_text(&fixture.proof, &fixture.inputs);
    let words: String = text.split('"').skip(1).step_by(2).map(|word| &word[2..]).collect();
    assert_eq!(words, hex::encode(&calldata(&fixture.proof, &fixture.inputs)[4..]));
    assert!(
        text.starts_with("[\"0x") && text.contains("\"],[[\"0x") && text.contains("\"]],[\"0x"),
        "{text}"
    );
}

#[test]
fn other_lengths_and_selectors_are_refused() {
    let fixture = Fixture::flat();
    let bytes = calldata(&fixture.proof, &fixture.inputs);
    assert_eq!(bytes.len(), 388);
    for length in 0..bytes.len() {
        refused(
            read_calldata(&bytes[..length], fixture.shape),
            &format!("calldata: {length} bytes, expected 388"),
        );
    }
    let longer = [&bytes[..], &[0]].concat();
    refused(read_calldata(&longer, fixture.shape), "calldata: 389 bytes, expected 388");
    refused(read_calldata(&bytes, Shape::Allocation2x4), "calldata: 388 bytes, expected 484");
    for place in 0..4 {
        let mut other = bytes.clone();
        other[place] ^= 1;
        let error = read_calldata(&other, fixture.shape).unwrap_err();
        let got: [u8; 4] = other[..4].try_into().unwrap();
        assert_eq!(error, InteropError::Selector { got, expected: selector(4) });
    }
}

#[test]
fn words_of_bytes_are_reduced() {
    let (q, r) = (word(Fq::MODULUS), word(Fr::MODULUS));
    for index in 0..8 {
        let text = format!("proof[{index}]: not below the base field's modulus");
        refused(with_words(&[(index, q)]), &text);
        refused(with_words(&[(index, [0xff; 32])]), &text);
    }
    for index in 0..4 {
        let text = format!("inputs[{index}]: not below the scalar field's modulus");
        refused(with_words(&[(8 + index, r)]), &text);
        let mut below = Fr::MODULUS;
        below.sub_with_borrow(&1u64.into());
        assert!(with_words(&[(8 + index, word(below))]).is_ok());
    }
}

#[test]
fn points_of_bytes_are_checked() {
    let zero = [0; 32];
    refused(with_words(&[(0, zero), (1, zero)]), "a: the point is at infinity");
    refused(with_words(&[(2, zero), (3, zero), (4, zero), (5, zero)]), "b: the point is at infinity");
    refused(with_words(&[(6, zero), (7, zero)]), "c: the point is at infinity");
    refused(with_words(&[(1, zero)]), "a: the point is not on the curve");
    refused(with_words(&[(7, zero)]), "c: the point is not on the curve");
    let outside = outside_subgroup();
    let [x, y] = [outside.x, outside.y].map(|c| [c.c1, c.c0].map(|c| word(c.into_bigint())));
    let words = [(2, x[0]), (3, x[1]), (4, y[0]), (5, y[1])];
    refused(with_words(&words), "b: the point is not in the subgroup of prime order");
}

#[test]
fn words_of_text_have_one_form() {
    let (q, r) = (hex_word(Fq::MODULUS), hex_word(Fr::MODULUS));
    let places = ["a[0]", "a[1]", "b[0][0]", "b[0][1]", "b[1][0]", "b[1][1]", "c[0]", "c[1]"];
    for (index, place) in places.iter().enumerate() {
        refused(with_text_words(&[(index, &q)]), &format!("{place}: not below the base field's modulus"));
    }
    for index in 0..4 {
        let text = format!("inputs[{index}]: not below the scalar field's modulus");
        refused(with_text_words(&[(8 + index, &r)]), &text);
    }
    let upper = r.to_uppercase().replace("0X", "0x");
    let long = format!("0x0{}", &r[2..]);
    for form in ["", "0x", "1", "0x1", &r[..65], &long, &r[2..], &r.replace("0x", "0X"), &upper] {
        let error =
            refused(with_text_words(&[(9, form)]), "inputs[1]: not 0x and 64 lower-case hexadecimal digits");
        assert!(matches!(error, InteropError::Number { error: NumberError::NotWord, .. }));
    }
    let not_hex = format!("0x{}", "g".repeat(64));
    refused(with_text_words(&[(0, &not_hex)]), "a[0]: not 0x and 64 lower-case hexadecimal digits");
}

#[test]
fn points_of_text_are_checked() {
    let zero = &format!("0x{}", "0".repeat(64));
    let infinity = refused(with_text_words(&[(0, zero), (1, zero)]), "a: the point is at infinity");
    assert!(matches!(infinity, InteropError::Point { error: PointError::Infinity, .. }));
    let words = [(2, zero.as_str()), (3, zero), (4, zero), (5, zero)];
    refused(with_text_words(&words), "b: the point is at infinity");
    refused(with_text_words(&[(6, zero)]), "c: the point is not on the curve");
    let outside = outside_subgroup();
    let [x, y] = [outside.x, outside.y].map(|c| [c.c1, c.c0].map(|c| hex_word(c.into_bigint())));
    let words = [(2, x[0].as_str()), (3, &x[1]), (4, &y[0]), (5, &y[1])];
    refused(with_text_words(&words), "b: the point is not in the subgroup of prime order");
}

#[test]
fn the_text_has_four_lists() {
    refused(with_text(|_| String::new()), "calldata: 0, expected 4");
    refused(with_text(|text| text + ",[]"), "calldata: 5, expected 4");
    refused(
        with_text(|text| text.replacen("[\"", "[[\"", 1).replacen("\"],", "\"]],", 1)),
        "a: 1, expected 2",
    );
    refused(with_text(|_| "1,2,3,4".into()), "a: expected a list");
    refused(with_text(|_| "[1]x".into()), "line 1, column 4: expected `,` or `]`");
    let spaced = with_text(|text| text.replace(',', " ,\n ") + "\n");
    assert!(spaced.is_ok(), "{spaced:?}");
    let shorter = Fixture::of(Shape::Allocation2x4);
    let text = calldata_text(&shorter.proof, &shorter.inputs);
    refused(read_calldata_text(text.as_bytes(), Shape::CoverageFlat), "inputs: 7, expected 4");
    // What closes the list too early.
    let error = with_text(|text| text + "],[").unwrap_err();
    assert!(matches!(error, InteropError::Json { .. }), "{error}");
    let long = " ".repeat(MAX_BYTES - 1);
    let error = with_text(|_| long).unwrap_err();
    assert!(matches!(error, InteropError::TooLong { .. }), "{error}");
}
