//! EIP-712 typed structured data: the one encoding of every statement (spec/encodings.md).
//!
//! Source: EIP-712, <https://eips.ethereum.org/EIPS/eip-712>.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::{Address, Bytes16, Bytes32, FieldElement};
use crate::shape::Shape;

/// Keccak-256.
pub fn keccak256(bytes: &[u8]) -> Bytes32 {
    Bytes32(Keccak256::digest(bytes).into())
}

/// SHA-256 over a domain tag (ASCII, at most 32 bytes, padded with zeros on the right) and the parts.
pub fn tagged_sha256(tag: &str, parts: &[&[u8]]) -> Bytes32 {
    let mut hasher = Sha256::new();
    hasher.update(padded_right(tag.as_bytes()));
    for part in parts {
        hasher.update(part);
    }
    Bytes32(hasher.finalize().into())
}

fn padded_right(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0u8; 32];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    word
}

/// The 32-byte words of `encodeData`, one a member.
#[derive(Default)]
pub struct Words(Vec<u8>);

impl Words {
    /// A `bytes32`.
    pub fn bytes32(&mut self, value: &Bytes32) -> &mut Self {
        self.0.extend_from_slice(&value.0);
        self
    }

    /// A field element, as a `bytes32`.
    pub fn field(&mut self, value: &FieldElement) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// A `bytes16`: on the left of its word.
    pub fn bytes16(&mut self, value: &Bytes16) -> &mut Self {
        self.0.extend_from_slice(&padded_right(&value.0));
        self
    }

    /// An `address`: on the right of its word.
    pub fn address(&mut self, value: &Address) -> &mut Self {
        self.0.extend_from_slice(&[0u8; 12]);
        self.0.extend_from_slice(&value.0);
        self
    }

    /// Any `uint` up to 64 bits: on the right of its word.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.0.extend_from_slice(&[0u8; 24]);
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// A `bool`.
    pub fn boolean(&mut self, value: bool) -> &mut Self {
        self.uint(u64::from(value))
    }

    /// A `string`: its Keccak-256.
    pub fn string(&mut self, value: &str) -> &mut Self {
        self.bytes32(&keccak256(value.as_bytes()))
    }

    /// An array of structs: the Keccak-256 of their struct hashes.
    pub fn structs<T: TypedData>(&mut self, values: &[T]) -> &mut Self {
        let mut hashes = Vec::new();
        for value in values {
            hashes.extend_from_slice(&value.struct_hash().0);
        }
        self.bytes32(&keccak256(&hashes))
    }

    /// An array of `bytes32`: the Keccak-256 of their words.
    pub fn bytes32s(&mut self, values: &[Bytes32]) -> &mut Self {
        let mut words = Words::default();
        for value in values {
            words.bytes32(value);
        }
        self.bytes32(&keccak256(&words.0))
    }

    /// An array of `uint64`: the Keccak-256 of their words.
    pub fn uints(&mut self, values: &[u64]) -> &mut Self {
        let mut words = Words::default();
        for value in values {
            words.uint(*value);
        }
        self.bytes32(&keccak256(&words.0))
    }
}

/// A struct of EIP-712.
pub trait TypedData {
    /// `encodeType`: the struct's signature, followed by those of the structs that it refers to.
    const TYPE: &'static str;

    /// `encodeData`: one word for each member, in the order of [`Self::TYPE`].
    fn encode_data(&self, words: &mut Words);

    /// `hashStruct = keccak256(typeHash ‖ encodeData)`.
    fn struct_hash(&self) -> Bytes32 {
        let mut words = Words::default();
        words.bytes32(&keccak256(Self::TYPE.as_bytes()));
        self.encode_data(&mut words);
        keccak256(&words.0)
    }

    /// What is signed and what other statements refer to: `keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)`.
    fn digest(&self, domain: &Domain) -> Bytes32 {
        let mut bytes = Vec::with_capacity(66);
        bytes.extend_from_slice(&[0x19, 0x01]);
        bytes.extend_from_slice(&domain.separator.0);
        bytes.extend_from_slice(&self.struct_hash().0);
        keccak256(&bytes)
    }
}

/// The EIP-712 domain of a registry: name `solvency`, version `1`, salt = digest of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    separator: Bytes32,
}

impl Domain {
    /// The type of the domain.
    pub const TYPE: &'static str = "EIP712Domain(string name,string version,bytes32 salt)";
    /// The domain's name.
    pub const NAME: &'static str = "solvency";
    /// The domain's version, which is the protocol's.
    pub const VERSION: &'static str = "1";

    /// The domain of the registry with this digest.
    pub fn of_registry(registry: &Bytes32) -> Self {
        let mut words = Words::default();
        words.string(Self::TYPE).string(Self::NAME).string(Self::VERSION).bytes32(registry);
        Domain { separator: keccak256(&words.0) }
    }

    /// `hashStruct` of the domain.
    pub fn separator(&self) -> &Bytes32 {
        &self.separator
    }
}

/// The context of a statement: the public input that binds a proof to everything that its statement says.
///
/// `SHA-256("solvency.v1.context" ‖ keccak256(shape id) ‖ digest)`, truncated to 253 bits (spec/encodings.md).
pub fn context(shape: Shape, digest: &Bytes32) -> FieldElement {
    let shape = keccak256(shape.id().as_bytes());
    FieldElement::from_truncated_digest(&tagged_sha256("solvency.v1.context", &[&shape.0, &digest.0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of EIP-712 itself (`Mail`), so that the encoding is checked against someone else's figures.
    #[test]
    fn the_example_of_the_eip_has_its_published_hashes() {
        struct Person(&'static str, Address);
        impl TypedData for Person {
            const TYPE: &'static str = "Person(string name,address wallet)";
            fn encode_data(&self, words: &mut Words) {
                words.string(self.0).address(&self.1);
            }
        }
        struct Mail(Person, Person, &'static str);
        impl TypedData for Mail {
            const TYPE: &'static str =
                "Mail(Person from,Person to,string contents)Person(string name,address wallet)";
            fn encode_data(&self, words: &mut Words) {
                words.bytes32(&self.0.struct_hash()).bytes32(&self.1.struct_hash()).string(self.2);
            }
        }
        let cow = Address::from_hex("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826").unwrap();
        let bob = Address([0xbb; 20]);
        let mail = Mail(Person("Cow", cow), Person("Bob", bob), "Hello, Bob!");
        let expected = "0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e";
        assert_eq!(mail.struct_hash(), Bytes32::from_hex(expected).unwrap());
    }
}
