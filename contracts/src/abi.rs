//! Just enough of Solidity's ABI to call the contracts of this folder.

use solvency_verifier::encoding::keccak256;

/// A value of the ABI.
#[derive(Clone, Debug)]
pub enum Value {
    /// Anything that fills one word.
    Word([u8; 32]),
    /// A `string`.
    Text(String),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// A struct, or a function's arguments.
    Tuple(Vec<Value>),
    /// A fixed array of words.
    Words(Vec<[u8; 32]>),
    /// A dynamic array.
    Array(Vec<Value>),
}

impl Value {
    fn is_dynamic(&self) -> bool {
        match self {
            Value::Word(_) | Value::Words(_) => false,
            Value::Text(_) | Value::Bytes(_) | Value::Array(_) => true,
            Value::Tuple(members) => members.iter().any(Value::is_dynamic),
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Value::Word(word) => word.to_vec(),
            Value::Words(words) => words.concat(),
            Value::Text(text) => encode_bytes(text.as_bytes()),
            Value::Bytes(bytes) => encode_bytes(bytes),
            Value::Tuple(members) => encode_members(members),
            Value::Array(items) => [number(items.len() as u64).to_vec(), encode_members(items)].concat(),
        }
    }
}

fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = number(bytes.len() as u64).to_vec();
    out.extend_from_slice(bytes);
    out.resize(32 + bytes.len().div_ceil(32) * 32, 0);
    out
}

fn encode_members(members: &[Value]) -> Vec<u8> {
    let encoded: Vec<_> = members.iter().map(|member| (member.is_dynamic(), member.encode())).collect();
    let head_length: usize =
        encoded.iter().map(|(dynamic, bytes)| if *dynamic { 32 } else { bytes.len() }).sum();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for (dynamic, bytes) in encoded {
        if dynamic {
            head.extend_from_slice(&number((head_length + tail.len()) as u64));
            tail.extend(bytes);
        } else {
            head.extend(bytes);
        }
    }
    [head, tail].concat()
}

/// An unsigned integer as a word.
pub fn number(value: u64) -> [u8; 32] {
    left_padded(&value.to_be_bytes())
}

/// Bytes on the right of a word: integers and addresses.
pub fn left_padded(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0u8; 32];
    for (to, from) in word.iter_mut().rev().zip(bytes.iter().rev()) {
        *to = *from;
    }
    word
}

/// Bytes on the left of a word: `bytes16`.
pub fn right_padded(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0u8; 32];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    word
}

/// The words of bytes whose length is a multiple of 32.
pub fn words(bytes: &[u8]) -> Vec<[u8; 32]> {
    bytes.as_chunks::<32>().0.to_vec()
}

/// First four bytes of the Keccak-256 of a function's or an error's signature.
pub fn selector(signature: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = keccak256(signature.as_bytes()).0;
    [a, b, c, d]
}

/// Calldata of a function.
pub fn call(signature: &str, arguments: Vec<Value>) -> Vec<u8> {
    [selector(signature).to_vec(), Value::Tuple(arguments).encode()].concat()
}

/// Arguments of a constructor.
pub fn constructor(arguments: Vec<Value>) -> Vec<u8> {
    Value::Tuple(arguments).encode()
}

/// What a contract reverts with: an error's selector and its words.
pub fn error(signature: &str, arguments: &[[u8; 32]]) -> Vec<u8> {
    [selector(signature).to_vec(), arguments.concat()].concat()
}
