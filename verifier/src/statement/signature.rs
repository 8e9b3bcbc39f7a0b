//! secp256k1 signatures over EIP-712 digests, alone and as k of n.
//!
//! A valid signature shows that the key signed; not that its holder looked.

use alloc::{string::String, vec::Vec};
use core::fmt;

use k256::ecdsa::{RecoveryId, Signature as Ecdsa, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::encoding::{Address, Bytes32, bytes_from_hex, hex_string, keccak256};

/// `r ‖ s ‖ v`, `v` 27 or 28: the form that `ecrecover` takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 65]);

/// Why a signature does not name a signer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// `r` or `s` is zero or not below the group order.
    #[error("r or s is out of range")]
    OutOfRange,
    /// `s` is in the upper half: the mirror image of another signature of the same message.
    #[error("s is in the upper half of its range")]
    HighS,
    /// `v` is neither 27 nor 28.
    #[error("v is {0}, expected 27 or 28")]
    RecoveryId(u8),
    /// No public key belongs to these values.
    #[error("no public key can be recovered")]
    NotRecoverable,
    /// The recovered address is another one.
    #[error("signed by {got}, expected {expected}")]
    WrongSigner {
        /// Address recovered.
        got: Address,
        /// Address required.
        expected: Address,
    },
}

impl Signature {
    /// From `r ‖ s` and the parity of the nonce point's y.
    pub fn from_parts(rs: &[u8; 64], y_is_odd: bool) -> Self {
        let mut bytes = [0u8; 65];
        for (to, from) in bytes.iter_mut().zip(rs) {
            *to = *from;
        }
        if let Some(v) = bytes.last_mut() {
            *v = if y_is_odd { 28 } else { 27 };
        }
        Signature(bytes)
    }

    /// The address whose key signed this digest.
    ///
    /// # Errors
    /// [`SignatureError`] where the values are out of range, `s` is high, or no key can be recovered.
    pub fn recover(&self, digest: &Bytes32) -> Result<Address, SignatureError> {
        let (rs, v) = self.0.split_at(64);
        let y_is_odd = match v {
            [27] => false,
            [28] => true,
            [other, ..] => return Err(SignatureError::RecoveryId(*other)),
            [] => return Err(SignatureError::OutOfRange),
        };
        let ecdsa = Ecdsa::from_slice(rs).map_err(|_| SignatureError::OutOfRange)?;
        if ecdsa.normalize_s() != ecdsa {
            return Err(SignatureError::HighS);
        }
        let key = VerifyingKey::recover_from_prehash(&digest.0, &ecdsa, RecoveryId::new(y_is_odd, false))
            .map_err(|_| SignatureError::NotRecoverable)?;
        Ok(address_of(&key))
    }
}

/// The Ethereum address of a public key: the last 20 bytes of the Keccak-256 of its coordinates.
fn address_of(key: &VerifyingKey) -> Address {
    let point = key.to_sec1_point(false);
    let coordinates = point.as_bytes().get(1..).unwrap_or_default();
    let hash = keccak256(coordinates);
    let mut address = Address::ZERO;
    for (to, from) in address.0.iter_mut().rev().zip(hash.0.iter().rev()) {
        *to = *from;
    }
    address
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex_string(&self.0))
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = bytes_from_hex(&text).map_err(de::Error::custom)?;
        let bytes: [u8; 65] = bytes.try_into().map_err(|bytes: Vec<u8>| {
            de::Error::custom(alloc::format!("got {} bytes, a signature has 65", bytes.len()))
        })?;
        Ok(Signature(bytes))
    }
}

/// A signature beside the address that it is said to be of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Signed {
    /// The signer's address.
    pub signer: Address,
    /// The signature.
    pub signature: Signature,
}

/// Which signers count, how many are needed, and which no longer count.
#[derive(Clone, Copy, Debug)]
pub struct Quorum<'a> {
    /// Addresses that count.
    pub members: &'a [Address],
    /// How many distinct ones are needed.
    pub threshold: usize,
    /// Addresses that no longer count.
    pub revoked: &'a [Address],
}

/// Why signatures are not a quorum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuorumError {
    /// Fewer signatures than the threshold.
    #[error("{got} signers, {needed} are needed")]
    TooFew {
        /// Distinct valid signers.
        got: usize,
        /// The threshold.
        needed: usize,
    },
    /// A signer twice.
    #[error("{0} signs twice")]
    Repeated(Address),
    /// A signer that is not a member.
    #[error("{0} is not a member of the set")]
    Unknown(Address),
    /// A signer that was revoked.
    #[error("{0} is revoked")]
    Revoked(Address),
    /// A signature that is not the signer's over this message.
    #[error("signature of {signer}: {error}")]
    Invalid {
        /// The signer.
        signer: Address,
        /// Why.
        error: SignatureError,
    },
}

/// Checks one signature of a known signer.
///
/// # Errors
/// [`SignatureError`], with [`SignatureError::WrongSigner`] where another key signed.
pub fn check_signer(
    expected: &Address,
    signature: &Signature,
    digest: &Bytes32,
) -> Result<(), SignatureError> {
    let got = signature.recover(digest)?;
    if got == *expected { Ok(()) } else { Err(SignatureError::WrongSigner { got, expected: *expected }) }
}

/// Checks that all signatures are valid, of distinct unrevoked members, and as many as the threshold.
///
/// One wrong signature among enough right ones is refused too: nothing in a bundle may be without meaning.
///
/// # Errors
/// [`QuorumError`].
pub fn check_quorum(quorum: Quorum<'_>, signatures: &[Signed], digest: &Bytes32) -> Result<(), QuorumError> {
    let mut seen: Vec<Address> = Vec::new();
    for Signed { signer, signature } in signatures {
        if seen.contains(signer) {
            return Err(QuorumError::Repeated(*signer));
        }
        if !quorum.members.contains(signer) {
            return Err(QuorumError::Unknown(*signer));
        }
        if quorum.revoked.contains(signer) {
            return Err(QuorumError::Revoked(*signer));
        }
        check_signer(signer, signature, digest)
            .map_err(|error| QuorumError::Invalid { signer: *signer, error })?;
        seen.push(*signer);
    }
    let needed = quorum.threshold.max(1);
    if seen.len() < needed { Err(QuorumError::TooFew { got: seen.len(), needed }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k256::ecdsa::SigningKey;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_slice(&[seed; 32]).unwrap()
    }

    fn sign(key: &SigningKey, digest: &Bytes32) -> Signed {
        let (signature, id) = key.sign_prehash_recoverable(&digest.0);
        let rs: [u8; 64] = signature.to_bytes().as_slice().try_into().unwrap();
        Signed {
            signer: address_of(key.verifying_key()),
            signature: Signature::from_parts(&rs, id.is_y_odd()),
        }
    }

    const DIGEST: Bytes32 = Bytes32([7; 32]);

    #[test]
    fn an_address_is_the_one_that_ethereum_gives_the_key() {
        // Private key 1: the generator's address, as every Ethereum library shows it.
        let mut one = [0u8; 32];
        one[31] = 1;
        let key = SigningKey::from_slice(&one).unwrap();
        let expected = Address::from_hex("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf").unwrap();
        assert_eq!(address_of(key.verifying_key()), expected);
    }

    #[test]
    fn a_quorum_is_k_distinct_known_unrevoked_signers_and_no_wrong_one() {
        let signed: Vec<Signed> = (1..=4).map(|seed| sign(&key(seed), &DIGEST)).collect();
        let members: Vec<Address> = signed.iter().take(3).map(|s| s.signer).collect();
        let quorum = Quorum { members: &members, threshold: 2, revoked: &[] };
        assert_eq!(check_quorum(quorum, &signed[..2], &DIGEST), Ok(()));
        assert_eq!(check_quorum(quorum, &signed[..3], &DIGEST), Ok(()));
        assert_eq!(
            check_quorum(quorum, &signed[..1], &DIGEST),
            Err(QuorumError::TooFew { got: 1, needed: 2 })
        );
        assert_eq!(check_quorum(quorum, &[], &DIGEST), Err(QuorumError::TooFew { got: 0, needed: 2 }));
        let twice = [signed[0].clone(), signed[0].clone()];
        assert_eq!(check_quorum(quorum, &twice, &DIGEST), Err(QuorumError::Repeated(signed[0].signer)));
        assert_eq!(check_quorum(quorum, &signed, &DIGEST), Err(QuorumError::Unknown(signed[3].signer)));
        let revoked = Quorum { revoked: &members[1..2], ..quorum };
        assert_eq!(check_quorum(revoked, &signed[..2], &DIGEST), Err(QuorumError::Revoked(signed[1].signer)));
        let swapped = Signed { signer: signed[1].signer, signature: signed[0].signature };
        assert!(matches!(
            check_quorum(quorum, &[signed[0].clone(), swapped], &DIGEST),
            Err(QuorumError::Invalid { error: SignatureError::WrongSigner { .. }, .. })
        ));
        assert!(matches!(
            check_quorum(quorum, &signed[..2], &Bytes32([8; 32])),
            Err(QuorumError::Invalid { .. })
        ));
    }

    #[test]
    fn a_signature_is_shown_as_it_is_written() {
        let signed = sign(&key(1), &DIGEST);
        let text = serde_json::to_string(&signed.signature).unwrap();
        assert_eq!(alloc::format!("\"{:?}\"", signed.signature), text);
        assert_eq!(serde_json::from_str::<Signature>(&text).unwrap(), signed.signature);
    }

    #[test]
    fn the_mirror_image_of_a_signature_is_refused() {
        let signed = sign(&key(1), &DIGEST);
        let ecdsa = Ecdsa::from_slice(&signed.signature.0[..64]).unwrap();
        let high = Ecdsa::from_scalars(ecdsa.r().to_bytes(), (-*ecdsa.s()).to_bytes()).unwrap();
        let rs: [u8; 64] = high.to_bytes().as_slice().try_into().unwrap();
        let mirrored = Signature::from_parts(&rs, signed.signature.0[64] == 27);
        assert_eq!(mirrored.recover(&DIGEST), Err(SignatureError::HighS));
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let signed = sign(&key(1), &DIGEST);
        let mut wrong_v = signed.signature;
        wrong_v.0[64] = 29;
        assert_eq!(wrong_v.recover(&DIGEST), Err(SignatureError::RecoveryId(29)));
        let mut zero_r = signed.signature;
        zero_r.0[..32].fill(0);
        assert_eq!(zero_r.recover(&DIGEST), Err(SignatureError::OutOfRange));
        let mut large_s = signed.signature;
        large_s.0[32..64].fill(0xff);
        assert_eq!(large_s.recover(&DIGEST), Err(SignatureError::OutOfRange));
    }
}
