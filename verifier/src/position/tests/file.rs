//! Reading and writing: one form, and nothing that contradicts itself.

use alloc::{string::ToString, vec, vec::Vec};

use serde_json::{Value, json};

use super::*;

/// With something in every field.
fn full() -> Position {
    let mut position = covered();
    position.advance(1_050);
    let _ = position.rotate_to(trust(1, claim(2)), None, 1_150).unwrap();
    position.keep_evidence(open(1, Role::Custodian)).unwrap();
    position.resolved.push(bytes(b'e', 2));
    position.rejected(&Reason::EmptyChain {}, 1_060);
    position.notice = Some(1_060);
    position
}

fn written(position: &Position) -> Value {
    serde_json::to_value(position).unwrap()
}

fn read(document: &Value) -> Result<Position, PositionError> {
    Position::from_json(&serde_json::to_vec(document).unwrap())
}

#[test]
fn what_is_written_is_read() {
    for position in [position(), covered(), full()] {
        assert_eq!(read(&written(&position)), Ok(position));
    }
}

#[test]
fn a_document_that_is_cut_or_altered_in_form_is_refused() {
    let text = serde_json::to_vec(&full()).unwrap();
    for length in 0..text.len() {
        assert!(matches!(Position::from_json(&text[..length]), Err(PositionError::Json { .. })), "{length}");
    }
    let mut longer = text.clone();
    longer.push(b'x');
    assert!(matches!(Position::from_json(&longer), Err(PositionError::Json { .. })));
    let mut spaces = text.clone();
    spaces.resize(MAX_POSITION_BYTES, b' ');
    assert!(Position::from_json(&spaces).is_ok());
    spaces.push(b' ');
    assert_eq!(Position::from_json(&spaces), Err(PositionError::TooLong { got: MAX_POSITION_BYTES + 1 }));
    let twice = serde_json::to_string(&full()).unwrap().replacen("\"clock\"", "\"clock\":1,\"clock\"", 1);
    assert!(matches!(Position::from_json(twice.as_bytes()), Err(PositionError::Json { .. })));
}

#[test]
fn no_field_can_be_left_out_or_added_and_no_object_is_an_array() {
    let document = written(&full());
    let mut objects = vec![];
    collect(&document, "", &mut objects);
    assert!(objects.len() >= 15, "{objects:?}");
    for place in objects {
        let fields = document.pointer(&place).unwrap().as_object().unwrap().clone();
        let with = |value: Value| {
            let mut document = document.clone();
            *document.pointer_mut(&place).unwrap() = value;
            read(&document)
        };
        for field in fields.keys() {
            let mut without = fields.clone();
            without.remove(field);
            let answer = with(Value::Object(without));
            assert!(
                matches!(answer, Err(PositionError::Json { .. } | PositionError::Form { .. })),
                "{place}/{field}"
            );
        }
        let mut more = fields.clone();
        more.insert("more".into(), json!(1));
        assert!(matches!(with(Value::Object(more)), Err(PositionError::Json { .. })), "{place}");
        let array: Vec<Value> = fields.values().cloned().collect();
        let answer = with(Value::Array(array));
        assert!(matches!(answer, Err(PositionError::Json { .. } | PositionError::Form { .. })), "{place}");
    }
}

fn collect(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            out.push(at.to_string());
            fields.iter().for_each(|(name, value)| collect(value, &alloc::format!("{at}/{name}"), out));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| collect(value, &alloc::format!("{at}/{index}"), out));
        }
        _ => {}
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    let contradiction = |change: fn(&mut Position)| {
        let mut position = full();
        change(&mut position);
        match read(&written(&position)) {
            Err(PositionError::Contradiction { place, message }) => (place, message),
            other => panic!("{other:?}"),
        }
    };
    let mut other = full();
    other.format = "solvency-position/2".into();
    let format = PositionError::Format { got: "solvency-position/2".into() };
    assert_eq!(read(&written(&other)), Err(format));
    let mut other = full();
    other.bands.answer = 0;
    assert_eq!(read(&written(&other)), Err(PositionError::Bands(BandError::NoAnswer)));

    type Alter = fn(&mut Position);
    let cases: [(&str, &str, Alter); 21] = [
        ("marks", "more than", |p| p.marks = vec![p.marks[0].clone(); MAX_REGISTRIES + 1]),
        ("marks", "twice", |p| p.marks.push(p.marks[0].clone())),
        ("evidence", "more than", |p| p.evidence = vec![p.evidence[0].clone(); MAX_OPEN + 1]),
        ("evidence", "twice", |p| p.evidence.push(p.evidence[0].clone())),
        ("evidence", "resolved", |p| p.resolved.push(p.evidence[0].id)),
        ("resolved", "more than", |p| p.resolved = vec![p.resolved[0]; MAX_RESOLVED + 1]),
        ("refused", "too long", |p| p.refused.last = Some("x".repeat(65))),
        ("current", "no marks", |p| p.current.registry = bytes(b'x', 0)),
        ("previous", "no marks", |p| p.previous.as_mut().unwrap().trust.registry = bytes(b'x', 0)),
        ("previous", "current", |p| p.previous.as_mut().unwrap().trust.trust = p.current.trust),
        ("previous", "ahead", |p| p.previous.as_mut().unwrap().trust.claim = claim(3)),
        ("previous", "same number", |p| {
            p.previous.as_mut().unwrap().trust.claim =
                LatestClaim { digest: bytes(b'x', 0), ..p.current.claim.clone() };
        }),
        ("calls", "not made", |p| p.calls[0].claim = 3),
        ("calls", "twice", |p| p.calls.push(p.calls[0].clone())),
        ("calls", "more than two", |p| p.calls = [0, 1, 2].map(|claim| Call { claim, by: 9 }).into()),
        ("coverage", "no marks", |p| p.marks[0].seen = None),
        ("coverage", "future", |p| p.coverage.as_mut().unwrap().accepted_at = 1_061),
        ("coverage", "longer", |p| p.coverage.as_mut().unwrap().max_age = BANDS.max_age + 1),
        ("coverage", "longer", |p| p.coverage.as_mut().unwrap().grace = BANDS.grace + 1),
        ("coverage", "longer", |p| p.bands.grace -= 1),
        ("coverage", "not there", |p| p.coverage.as_mut().unwrap().trust = bytes(b'x', 0)),
    ];
    for (place, part, change) in cases {
        let (got, message) = contradiction(change);
        assert!(got == place && message.contains(part), "{place}, {part}: {got}, {message}");
    }
    let not_made = contradiction(|p| p.coverage.as_mut().unwrap().claim = 3);
    assert_eq!(not_made.0, "coverage");
    let mut ended = full();
    let coverage = ended.coverage.as_mut().unwrap();
    (coverage.trust, coverage.ended) = (bytes(b'x', 0), Some(1_050));
    assert!(read(&written(&ended)).is_ok());
}
