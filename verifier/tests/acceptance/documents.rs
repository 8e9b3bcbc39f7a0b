//! P1, and the whole of a bundle: no value in it can be altered, left out or added to.

use proptest::prelude::*;
use serde_json::{Value, json};
use solvency_verifier::accept::{Verdict, accept};
use solvency_verifier::bundle::{Bundle, BundleError, MAX_BUNDLE_BYTES};
use solvency_verifier::trust::{PreparedTrust, Trust, TrustError};

use crate::story::{CASES, Story, fixture};

/// The reason that this file is about.
pub(crate) const CODE: &str = "malformed_bundle";

pub(crate) struct Case {
    pub(crate) document: Value,
    trust: PreparedTrust,
    now: u64,
}

impl Case {
    pub(crate) fn of(case: &str) -> Self {
        let story = Story::of(case);
        Case {
            document: serde_json::from_slice(&fixture(&format!("accept/{case}/bundle.json"))).unwrap(),
            trust: PreparedTrust::new(story.trust).unwrap(),
            now: story.now,
        }
    }

    pub(crate) fn of_story(story: &Story) -> Self {
        Case {
            document: serde_json::to_value(&story.bundle).unwrap(),
            trust: PreparedTrust::new(story.trust.clone()).unwrap(),
            now: story.now,
        }
    }

    pub(crate) fn code(&self, document: &[u8]) -> Option<&'static str> {
        match accept(document, &self.trust, self.now) {
            Verdict::Accept(_) => None,
            Verdict::Reject(reason) => Some(reason.code()),
        }
    }

    /// The code of the verdict on the bundle with another value at a place.
    pub(crate) fn code_with(&self, pointer: &str, value: Value) -> Option<&'static str> {
        let mut document = self.document.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        self.code(&serde_json::to_vec(&document).unwrap())
    }
}

/// Every place of a document, as JSON pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), out))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), out));
        }
        _ => {}
    }
}

pub(crate) fn all_places(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    places(value, "", &mut out);
    out
}

/// Other well-formed values of a leaf's kind: each is well-formed, though not always in the field or on the curve.
pub(crate) fn other_leaves(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![json!(!value)],
        Value::Number(number) => {
            let number = number.as_u64().unwrap();
            vec![json!(number.wrapping_add(1)), json!(number ^ 2), json!(!number)]
        }
        Value::String(text) if text.starts_with("0x") => {
            let digits = text.len();
            [2, digits / 2, digits - 1].map(|at| json!(with_digit(text, at))).to_vec()
        }
        Value::String(text) => vec![json!(format!("{text}x")), json!(""), json!(text[1..])],
        _ => Vec::new(),
    }
}

/// The text with another hexadecimal digit at a place.
fn with_digit(text: &str, at: usize) -> String {
    let other = if text.as_bytes()[at] == b'1' { "2" } else { "1" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

#[test]
fn every_leaf_matters() {
    for name in CASES {
        let case = Case::of(name);
        let mut altered = 0;
        for place in all_places(&case.document) {
            for other in other_leaves(case.document.pointer(&place).unwrap()) {
                altered += 1;
                assert!(
                    case.code_with(&place, other.clone()).is_some(),
                    "{name}{place} = {other} is accepted"
                );
            }
        }
        assert!(altered > 300, "{name}: {altered}");
    }
}

#[test]
fn no_field_can_be_left_out_or_added_and_no_object_is_an_array() {
    for name in CASES {
        let case = Case::of(name);
        for place in all_places(&case.document) {
            let Some(Value::Object(fields)) = case.document.pointer(&place) else { continue };
            for field in fields.keys() {
                let mut without = fields.clone();
                without.remove(field);
                assert_eq!(
                    case.code_with(&place, Value::Object(without)),
                    Some(CODE),
                    "{name}{place}/{field}"
                );
            }
            let mut with = fields.clone();
            with.insert("unknown".into(), Value::Null);
            assert_eq!(case.code_with(&place, Value::Object(with)), Some(CODE), "{name}{place}");
        }
    }
}

/// The typed reader takes the values of an object's fields, in the order of the type, in place of the object.
#[test]
fn an_array_of_values_is_no_object() {
    let mut case = Case::of("topup");
    let bundle: Bundle = serde_json::from_value(case.document.clone()).unwrap();
    let signed = &bundle.round.signatures[0];
    let array = json!([signed.signer, signed.signature]);
    assert_eq!(case.code_with("/round/signatures/0", array.clone()), Some(CODE));
    *case.document.pointer_mut("/round/signatures/0").unwrap() = array;
    let error = Bundle::from_json(&serde_json::to_vec(&case.document).unwrap()).unwrap_err();
    assert_eq!(error, BundleError::Form { place: "/round/signatures/0".into() });
}

#[test]
fn no_list_can_be_shortened_or_lengthened() {
    for name in CASES {
        let case = Case::of(name);
        for place in all_places(&case.document) {
            let Some(Value::Array(items)) = case.document.pointer(&place) else { continue };
            let Some(last) = items.last() else { continue };
            let shorter = items[..items.len() - 1].to_vec();
            assert!(case.code_with(&place, json!(shorter)).is_some(), "{name}{place} without its last");
            let mut longer = items.clone();
            longer.push(last.clone());
            assert!(case.code_with(&place, json!(longer)).is_some(), "{name}{place} with its last twice");
        }
    }
}

#[test]
fn every_value_has_one_form() {
    for name in CASES {
        let case = Case::of(name);
        for place in all_places(&case.document) {
            let forms = match case.document.pointer(&place).unwrap() {
                Value::Number(number) => {
                    let number = number.as_u64().unwrap();
                    vec![
                        json!(number as f64),
                        json!(number.to_string()),
                        json!(-1),
                        json!(null),
                        json!([number]),
                    ]
                }
                Value::String(text) if text.starts_with("0x") => {
                    let digits = &text[2..];
                    vec![
                        json!(format!("0X{digits}")),
                        json!(format!("0x{}A{}", &digits[..1], &digits[2..])),
                        json!(digits),
                        json!(format!("0x00{digits}")),
                        json!(format!("0x{}", &digits[2..])),
                        json!(format!("{text} ")),
                        json!(null),
                    ]
                }
                Value::Bool(value) => vec![json!(u8::from(*value)), json!(value.to_string())],
                _ => continue,
            };
            for form in forms {
                assert_eq!(case.code_with(&place, form.clone()), Some(CODE), "{name}{place} = {form}");
            }
        }
    }
}

#[test]
fn bytes_around_and_within_a_document() {
    let case = Case::of("flat");
    let text = String::from_utf8(fixture("accept/flat/bundle.json")).unwrap();
    assert_eq!(case.code(text.as_bytes()), None);
    let salt = text.find("\"tagSalt\"").unwrap();
    let number = text.find("\"chainId\": 1").unwrap() + "\"chainId\": ".len();
    let with = |at: usize, insert: &str| format!("{}{insert}{}", &text[..at], &text[at..]);
    let refused = [
        format!("\u{feff}{text}"),
        format!("{text}x"),
        format!("{text}{{}}"),
        format!("{text}\0"),
        with(salt, &format!("{},", text[salt..].split_inclusive('"').take(4).collect::<String>())),
        with(number, "0"),
        with(number, "+"),
        with(number + 1, ".0"),
        with(number + 1, "e0"),
        with(number, "// comment\n"),
        text.trim_end().trim_end_matches('}').to_owned(),
        text.replace("\"tagSalt\"", "\"tagsalt\""),
        text.replace("\"tagSalt\"", "\"tag_salt\""),
        text.replace("solvency-bundle/1", "solvency-bundle/2"),
        String::new(),
        "null".into(),
        "[]".into(),
        "[".repeat(100_000),
        "{\"format\":".repeat(100_000),
        " ".repeat(MAX_BUNDLE_BYTES + 1),
        format!("{text}{}", " ".repeat(MAX_BUNDLE_BYTES)),
    ];
    for document in refused {
        assert_eq!(case.code(document.as_bytes()), Some(CODE), "{:.60}", document);
    }
    let mut bytes = text.into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'x').unwrap();
    bytes[at] = 0xff;
    assert_eq!(case.code(&bytes), Some(CODE));
}

#[test]
fn a_trust_file_has_one_form_too() {
    let document: Value = serde_json::from_slice(&fixture("accept/tiered/trust.json")).unwrap();
    let read = |document: &Value| Trust::from_json(&serde_json::to_vec(document).unwrap()).map(|_| ());
    assert_eq!(read(&document), Ok(()));
    for place in all_places(&document) {
        let Some(Value::Object(fields)) = document.pointer(&place) else { continue };
        for field in fields.keys() {
            let mut without = document.clone();
            without.pointer_mut(&place).and_then(Value::as_object_mut).unwrap().remove(field);
            assert!(read(&without).is_err(), "{place} without {field}");
        }
        let mut with = document.clone();
        with.pointer_mut(&place)
            .and_then(Value::as_object_mut)
            .unwrap()
            .insert("unknown".into(), Value::Null);
        assert!(matches!(read(&with), Err(TrustError::Json { .. })), "{place}");
    }
    let mut without_seen = document.clone();
    without_seen.as_object_mut().unwrap().remove("seen");
    assert_eq!(read(&without_seen), Err(TrustError::Form { place: "/seen".into() }));
    let mut other = document.clone();
    other["keys"][0]["shape"] = json!("holdings-256/1");
    assert!(matches!(read(&other), Err(TrustError::KeyMismatch { index: 0, .. })));
    let mut twice = document.clone();
    twice["keys"][1] = twice["keys"][0].clone();
    assert!(matches!(read(&twice), Err(TrustError::KeyTwice { index: 1, .. })));
    let mut policy = document;
    policy["policy"]["registry"] = json!(format!("0x{}", "07".repeat(32)));
    assert!(matches!(read(&policy), Err(TrustError::Document(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn reading_any_bytes_does_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(Bundle::from_json(&bytes).is_err());
        prop_assert!(Trust::from_json(&bytes).is_err());
    }

    #[test]
    fn reading_altered_documents_does_not_panic(
        case in 0..CASES.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        for file in ["bundle", "trust"] {
            let mut bytes = fixture(&format!("accept/{}/{file}.json", CASES[case]));
            for (at, byte) in &edits {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = Bundle::from_json(&bytes);
            let _ = Trust::from_json(&bytes);
            bytes.truncate(cut.index(bytes.len()));
            prop_assert!(Bundle::from_json(&bytes).is_err());
        }
    }
}
