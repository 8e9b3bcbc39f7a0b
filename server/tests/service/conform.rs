//! Every answer that a test gets is compared with the document: its status stands there, and its fields are those that stand there.

use serde_json::Value;
use solvency_server::OPENAPI;

pub(crate) fn document() -> Value {
    serde_json::from_str(OPENAPI).expect("JSON")
}

fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(pointer) => {
            let pointer = pointer.strip_prefix('#').expect("a reference within the document");
            follow(document, document.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there")))
        }
        None => value,
    }
}

/// The operation of a request, by its path's template.
pub(crate) fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let paths = document["paths"].as_object().expect("paths");
    let parts = |path: &str| path.split('/').map(String::from).collect::<Vec<_>>();
    let asked = parts(path);
    let matches = |template: &str| {
        let template = parts(template);
        template.len() == asked.len()
            && template.iter().zip(&asked).all(|(one, other)| one.starts_with('{') || one == other)
    };
    let methods = paths.iter().find(|(template, _)| matches(template))?.1;
    // 405 is of a path, not of a method.
    Some(methods.get(method.to_lowercase()).unwrap_or_else(|| {
        let known = ["get", "post"].iter().find_map(|known| methods.get(*known));
        known.expect("an operation")
    }))
}

/// Checks an answer against the document.
pub(crate) fn check(method: &str, path: &str, status: u16, kind: &str, body: &[u8]) {
    let document = document();
    let at = format!("{method} {path} {status}");
    let schema = match operation(&document, method, path) {
        None => {
            assert!([400, 401, 404, 429].contains(&status), "{at} is of no path of the document");
            &document["components"]["schemas"]["Error"]
        }
        Some(operation) => {
            let response = &operation["responses"][status.to_string()];
            assert!(response.is_object(), "{at} is not in the document");
            let content = &follow(&document, response)["content"];
            if kind.starts_with("text/plain") {
                assert!(content["text/plain"].is_object(), "{at}: {kind}");
                return;
            }
            &content["application/json"]["schema"]
        }
    };
    assert!(schema.is_object(), "{at}: the document has no schema");
    let body: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{at}: {error}"));
    if let Err(why) = fits(&document, schema, &body, "") {
        panic!("{at}: {why} in {body:#}");
    }
}

/// The part of JSON Schema that the document uses; anything else in a schema is an error.
pub(crate) fn fits(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let schema = follow(document, schema);
    for (key, rule) in schema.as_object().expect("a schema") {
        let holds = match key.as_str() {
            "description" | "required" => true,
            "type" => kind(value, rule.as_str().expect("a type")),
            "const" => value == rule,
            "enum" => rule.as_array().expect("values").contains(value),
            "minimum" => value.as_u64() >= rule.as_u64(),
            "pattern" => value.as_str().is_some_and(|text| pattern(rule.as_str().expect("a pattern"), text)),
            "anyOf" => {
                let rules = rule.as_array().expect("schemas");
                rules.iter().filter(|rule| fits(document, rule, value, at).is_ok()).count() == 1
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(document, rule, item, &format!("{at}/{index}"))?;
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(rule, false);
                let known = schema["properties"].as_object().expect("properties");
                value.as_object().into_iter().flatten().all(|(name, _)| known.contains_key(name))
            }
            "properties" => {
                for (name, rule) in rule.as_object().expect("properties") {
                    match value.get(name) {
                        Some(value) => fits(document, rule, value, &format!("{at}/{name}"))?,
                        None if schema["required"]
                            .as_array()
                            .is_some_and(|all| all.contains(&name.as_str().into())) =>
                        {
                            return Err(format!("{at}: {name} is missing"));
                        }
                        None => {}
                    }
                }
                true
            }
            other => panic!("{at}: the tests do not know {other}"),
        };
        if !holds {
            return Err(format!("{at}: {key} does not hold for {value}"));
        }
    }
    Ok(())
}

fn kind(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}

fn pattern(pattern: &str, text: &str) -> bool {
    let hexadecimal = |digits: usize| {
        text.strip_prefix("0x").is_some_and(|rest| {
            rest.len() == digits && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
    };
    match pattern {
        "^0x[0-9a-f]{64}$" => hexadecimal(64),
        "^0x[0-9a-f]{40}$" => hexadecimal(40),
        "^[a-z0-9][a-z0-9-]{0,63}$" => !text.is_empty() && text.len() <= 64 && !text.starts_with('-'),
        other => panic!("the tests do not know the pattern {other}"),
    }
}
