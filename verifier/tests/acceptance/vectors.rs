//! `fixtures/reject/bundles.json`: what a stranger can do to a bundle, as patches that any implementation can apply.

use serde::Deserialize;
use serde_json::Value;
use solvency_verifier::accept::{Reason, Verdict, accept};
use solvency_verifier::trust::PreparedTrust;

use crate::story::{Story, fixture};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    format: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    case: String,
    patch: Vec<Patch>,
    expect: String,
    rule: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    pointer: String,
    value: Value,
}

fn refusal(vector: &Vector) -> Reason {
    let mut document: Value =
        serde_json::from_slice(&fixture(&format!("accept/{}/bundle.json", vector.case))).unwrap();
    for Patch { pointer, value } in &vector.patch {
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer below the document");
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("{}: no {parent}", vector.name)) {
            Value::Object(fields) => {
                fields.insert(field.into(), value.clone());
            }
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value.clone(),
            _ => panic!("{}: {parent} is a leaf", vector.name),
        }
    }
    let story = Story::of(&vector.case);
    let trust = PreparedTrust::new(story.trust).unwrap();
    match accept(&serde_json::to_vec(&document).unwrap(), &trust, story.now) {
        Verdict::Accept(_) => panic!("{}: accepted", vector.name),
        Verdict::Reject(reason) => reason,
    }
}

#[test]
fn every_vector_is_refused_for_its_reason() {
    let vectors: Vectors = serde_json::from_slice(&fixture("reject/bundles.json")).unwrap();
    assert_eq!(vectors.format, "solvency-reject-bundles/1");
    for vector in &vectors.vectors {
        let reason = refusal(vector);
        assert_eq!(
            (reason.code(), reason.rule()),
            (vector.expect.as_str(), vector.rule.as_str()),
            "{}",
            vector.name
        );
    }
}
