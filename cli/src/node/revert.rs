//! Names of what contracts revert with, from their interfaces.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use solvency_verifier::encoding::{hex_string, keccak256};

const WORD: usize = 32;

/// The errors of some contracts, by selector.
pub(crate) struct Reverts(BTreeMap<[u8; 4], Known>);

struct Known {
    name: String,
    types: Vec<String>,
}

/// What a call reverted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revert {
    /// Name of the error, or its bytes in hexadecimal where no contract is known that has it.
    pub(crate) name: String,
    arguments: Vec<String>,
}

impl Reverts {
    /// The errors that these interfaces name, and the two of Solidity itself.
    pub(crate) fn of<'a>(interfaces: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut known = BTreeMap::new();
        for entry in interfaces.into_iter().filter_map(Value::as_array).flatten() {
            let (Some("error"), Some(name)) = (entry["type"].as_str(), entry["name"].as_str()) else {
                continue;
            };
            let types = entry["inputs"].as_array().into_iter().flatten().map(canonical).collect();
            insert(&mut known, name, types);
        }
        insert(&mut known, "Error", vec!["string".into()]);
        insert(&mut known, "Panic", vec!["uint256".into()]);
        Reverts(known)
    }

    /// Names what a call gave back.
    pub(crate) fn name(&self, data: &[u8]) -> Revert {
        let known =
            data.split_first_chunk::<4>().and_then(|(selector, rest)| Some((self.0.get(selector)?, rest)));
        match known {
            Some((Known { name, types }, rest)) => {
                let argument = |(index, kind): (usize, &String)| show(kind, index, rest);
                Revert { name: name.clone(), arguments: types.iter().enumerate().map(argument).collect() }
            }
            None if data.is_empty() => Revert { name: "nothing".into(), arguments: Vec::new() },
            None => Revert { name: hex_string(data), arguments: Vec::new() },
        }
    }
}

fn insert(known: &mut BTreeMap<[u8; 4], Known>, name: &str, types: Vec<String>) {
    let digest = keccak256(format!("{name}({})", types.join(",")).as_bytes());
    let [a, b, c, d, ..] = digest.0;
    known.insert([a, b, c, d], Known { name: name.into(), types });
}

/// A parameter's type as it stands in a signature: a tuple is its members' types.
fn canonical(parameter: &Value) -> String {
    let kind = parameter["type"].as_str().unwrap_or_default();
    match kind.strip_prefix("tuple") {
        Some(array) => {
            let members: Vec<String> =
                parameter["components"].as_array().into_iter().flatten().map(canonical).collect();
            format!("({}){array}", members.join(","))
        }
        None => kind.to_owned(),
    }
}

/// An argument for people. Only what fills a word or is a text is read; where another one stands before, places are not those of words,
/// and no contract here has such an error.
fn show(kind: &str, index: usize, data: &[u8]) -> String {
    let Some(word) = word(data, index * WORD) else { return "missing".into() };
    match kind {
        "address" => hex_string(&word[12..]),
        "bool" => (word[WORD - 1] == 1).to_string(),
        "string" => text(data, &word).unwrap_or_else(|| "unreadable".into()),
        kind if kind.starts_with("uint") => {
            number(&word).map_or_else(|| hex_string(&word), |number| number.to_string())
        }
        _ => hex_string(&word),
    }
}

/// A number of at most 128 bits.
fn number(word: &[u8; WORD]) -> Option<u128> {
    let (high, low) = word.split_first_chunk::<16>()?;
    if *high == [0; 16] { Some(u128::from_be_bytes(low.try_into().ok()?)) } else { None }
}

fn word(data: &[u8], at: usize) -> Option<[u8; WORD]> {
    data.get(at..at.checked_add(WORD)?)?.try_into().ok()
}

/// A place or length: at most what can be in memory.
fn size(word: &[u8; WORD]) -> Option<usize> {
    usize::try_from(number(word)?).ok()
}

fn text(data: &[u8], place: &[u8; WORD]) -> Option<String> {
    let at = size(place)?;
    let length = size(&word(data, at)?)?;
    let start = at.checked_add(WORD)?;
    let bytes = data.get(start..start.checked_add(length)?)?;
    Some(format!("{:?}", String::from_utf8_lossy(bytes)))
}

impl fmt::Display for Revert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.arguments.is_empty() { Ok(()) } else { write!(f, "({})", self.arguments.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reverts() -> Reverts {
        let interface = json!([
            { "type": "function", "name": "Expired", "inputs": [] },
            { "type": "error", "name": "Expired", "inputs": [{ "type": "uint64" }] },
            { "type": "error", "name": "WrongAudience", "inputs": [{ "type": "uint256" }, { "type": "address" }] },
            { "type": "error", "name": "UnknownShape", "inputs": [{ "type": "string" }] },
            { "type": "error", "name": "Pair", "inputs": [{ "type": "tuple[]", "components": [{ "type": "bool" }] }] },
            { "type": "error", "name": "ProofRejected", "inputs": [] },
        ]);
        Reverts::of([&interface])
    }

    fn encoded(signature: &str, words: &[&str]) -> Vec<u8> {
        let mut data = keccak256(signature.as_bytes()).0[..4].to_vec();
        for word in words {
            data.extend(hex::decode(format!("{word:0>64}")).unwrap());
        }
        data
    }

    #[test]
    fn an_error_is_named_with_its_arguments() {
        let name = |data: &[u8]| reverts().name(data).to_string();
        assert_eq!(name(&encoded("ProofRejected()", &[])), "ProofRejected");
        assert_eq!(name(&encoded("Expired(uint64)", &["ff"])), "Expired(255)");
        assert_eq!(
            name(&encoded("WrongAudience(uint256,address)", &["7a69", &"11".repeat(20)])),
            format!("WrongAudience(31337, 0x{})", "11".repeat(20))
        );
        // A text of three bytes, padded on the right.
        let mut text = encoded("UnknownShape(string)", &["20", "3"]);
        text.extend(*b"abc");
        text.resize(4 + 3 * WORD, 0);
        assert_eq!(name(&text), "UnknownShape(\"abc\")");
        assert_eq!(reverts().name(&encoded("Pair((bool)[])", &["20", "0"])).name, "Pair");
        assert_eq!(name(&encoded("Panic(uint256)", &["11"])), "Panic(17)");
    }

    #[test]
    fn what_is_unknown_or_cut_short_is_shown_as_it_is() {
        let name = |data: &[u8]| reverts().name(data).to_string();
        assert_eq!(name(&[]), "nothing");
        assert_eq!(name(&[1, 2, 3]), "0x010203");
        assert_eq!(name(&encoded("Other()", &[])), hex_string(&encoded("Other()", &[])));
        assert_eq!(name(&encoded("Expired(uint64)", &[])), "Expired(missing)");
        // Lengths and places beyond the data.
        for place in ["21", "ffffffffffffffff", &"ff".repeat(32)] {
            assert_eq!(name(&encoded("UnknownShape(string)", &[place, "3"])), "UnknownShape(unreadable)");
        }
        let long = encoded("UnknownShape(string)", &["20", &"ff".repeat(8)]);
        assert_eq!(name(&long), "UnknownShape(unreadable)");
        let large = "ff".repeat(32);
        assert_eq!(name(&encoded("Expired(uint64)", &[&large])), format!("Expired(0x{large})"));
    }
}
