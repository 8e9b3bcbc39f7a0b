//! The file: one form, and no value in it that could be another.

use serde_json::{Value, json};
use solvency_verifier::evidence::{Evidence, EvidenceError, MAX_EVIDENCE_BYTES, Named};

use crate::pairs::*;

fn documents() -> Vec<(&'static str, Value)> {
    let documents = each_kind().into_iter();
    documents.map(|(name, shown)| (name, serde_json::to_value(evidence(shown)).unwrap())).collect()
}

fn judge(document: &Value) -> Result<(), EvidenceError> {
    let evidence = Evidence::from_json(&serde_json::to_vec(document).unwrap())?;
    let (custodians, venues) = (custodians(), venues());
    evidence.check(registry(), &Named { custodians: &custodians, venues: &venues }).map(drop)
}

fn is_form(answer: &Result<(), EvidenceError>) -> bool {
    matches!(answer, Err(EvidenceError::Json { .. } | EvidenceError::Form { .. }))
}

fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), out));
        }
        _ => {}
    }
}

fn each_place(document: &Value, mut f: impl FnMut(&str, &Value)) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    for place in all {
        f(&place, document.pointer(&place).unwrap());
    }
}

fn with(document: &Value, place: &str, value: Value) -> Value {
    let mut document = document.clone();
    *document.pointer_mut(place).unwrap() = value;
    document
}

#[test]
fn what_is_written_is_read_and_checked() {
    for (name, document) in documents() {
        assert_eq!(judge(&document), Ok(()), "{name}");
        assert_eq!(document["shown"]["kind"], name);
        let read = Evidence::from_json(&serde_json::to_vec(&document).unwrap()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), document);
    }
}

/// Nothing of a bundle but the statements and their signatures is in a file.
#[test]
fn there_is_no_proof_and_no_opening_in_a_file() {
    for (name, document) in documents() {
        each_place(&document, |place, _| {
            let field = place.rsplit('/').next().unwrap();
            let private = ["proof", "tagSalt", "releases", "holdings", "openings", "blinding", "key"];
            assert!(!private.contains(&field), "{name}: {place}");
        });
    }
}

#[test]
fn every_leaf_matters() {
    for (name, document) in documents() {
        let mut altered = 0;
        each_place(&document, |place, value| {
            let other = match value {
                Value::Number(number) => json!(number.as_u64().unwrap() ^ 1),
                Value::Bool(value) => json!(!value),
                Value::String(text) if text.starts_with("0x") => {
                    let (rest, last) = text.split_at(text.len() - 1);
                    json!(format!("{rest}{}", if last == "1" { "2" } else { "1" }))
                }
                Value::String(text) => json!(format!("{text}x")),
                _ => return,
            };
            altered += 1;
            let answer = judge(&with(&document, place, other));
            assert!(answer.is_err(), "{name}{place}");
        });
        assert!(altered > 15, "{name}: {altered}");
    }
}

#[test]
fn no_field_can_be_left_out_or_added_and_no_object_is_an_array() {
    for (name, document) in documents() {
        each_place(&document, |place, value| {
            let Value::Object(fields) = value else { return };
            for field in fields.keys() {
                let mut without = fields.clone();
                without.remove(field);
                let answer = judge(&with(&document, place, Value::Object(without)));
                assert!(is_form(&answer), "{name}{place}/{field}: {answer:?}");
            }
            let mut more = fields.clone();
            more.insert("more".into(), json!(1));
            let answer = judge(&with(&document, place, Value::Object(more)));
            assert!(is_form(&answer), "{name}{place}: {answer:?}");
            let array = fields.values().cloned().collect();
            let answer = judge(&with(&document, place, Value::Array(array)));
            assert!(is_form(&answer), "{name}{place}: {answer:?}");
        });
    }
}

#[test]
fn what_is_cut_repeated_longer_or_of_another_format_is_refused() {
    for (name, document) in documents() {
        let text = serde_json::to_string(&document).unwrap();
        for length in 0..text.len() {
            let answer = Evidence::from_json(&text.as_bytes()[..length]);
            assert!(matches!(answer, Err(EvidenceError::Json { .. })), "{name}: {length}");
        }
        for field in ["\"registry\":", "\"kind\":", "\"signature\":", "\"round\":", "\"nonce\":"] {
            let Some((before, after)) = text.split_once(field) else { continue };
            let twice = format!("{before}{field}1,{field}{after}");
            assert!(
                matches!(Evidence::from_json(twice.as_bytes()), Err(EvidenceError::Json { .. })),
                "{name}: {field}"
            );
        }
        let after = Evidence::from_json(format!("{text}1").as_bytes());
        assert!(matches!(after, Err(EvidenceError::Json { .. })), "{name}");
        let mut spaces = text.into_bytes();
        spaces.resize(MAX_EVIDENCE_BYTES, b' ');
        assert!(Evidence::from_json(&spaces).is_ok());
        spaces.push(b' ');
        let too_long = EvidenceError::TooLong { got: MAX_EVIDENCE_BYTES + 1, allowed: MAX_EVIDENCE_BYTES };
        assert_eq!(Evidence::from_json(&spaces).unwrap_err(), too_long);
        let format = judge(&with(&document, "/format", json!("solvency-evidence/2")));
        assert_eq!(format, Err(EvidenceError::Format { got: "solvency-evidence/2".into() }), "{name}");
        let kind = judge(&with(&document, "/shown/kind", json!("logs")));
        assert!(matches!(kind, Err(EvidenceError::Json { .. })), "{name}");
    }
}
