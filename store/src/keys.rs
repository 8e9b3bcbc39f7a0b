//! The data key, what is derived from it, and how a record is sealed (spec/store.md, "File").

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::StoreError;

pub(crate) const DATA_KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// Binds everything to this format and its version.
const DOMAIN: &[u8] = b"solvency.store.v1 ";

/// Where a record stands in its table: group and place.
pub(crate) type RecordKey = [u8; 32];
/// Bytes of a group, which begin each of its records' keys.
pub(crate) const GROUP_BYTES: usize = 16;

/// The key that the envelope holds.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct DataKey([u8; DATA_KEY_BYTES]);

impl DataKey {
    pub(crate) fn random() -> Result<Self, StoreError> {
        let mut key = DataKey([0; DATA_KEY_BYTES]);
        fill_random(&mut key.0)?;
        Ok(key)
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = DataKey([0; DATA_KEY_BYTES]);
        (bytes.len() == DATA_KEY_BYTES).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; DATA_KEY_BYTES] {
        &self.0
    }
}

/// The keys in use.
pub(crate) struct Keys {
    seal: Zeroizing<[u8; 32]>,
    name: Zeroizing<[u8; 32]>,
    fingerprint: Zeroizing<[u8; 32]>,
}

impl Keys {
    pub(crate) fn derive(key: &DataKey) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, key.bytes());
        let expand = |purpose: &[u8]| {
            let mut derived = Zeroizing::new([0; 32]);
            let info = [DOMAIN, purpose].concat();
            hkdf.expand(&info, derived.as_mut()).expect("32 bytes are less than 255 hashes");
            derived
        };
        Keys { seal: expand(b"seal"), name: expand(b"name"), fingerprint: expand(b"fingerprint") }
    }

    /// The beginning of the keys of all records of a kind, epoch and form.
    pub(crate) fn group(&self, kind: u8, epoch: u64, sequence: bool) -> [u8; GROUP_BYTES] {
        let parts: [&[u8]; 4] = [b"group", &[kind], &epoch.to_be_bytes(), &[u8::from(sequence)]];
        first_half(&keyed_hash(&self.name, &parts))
    }

    /// The key of a record of a group.
    pub(crate) fn place(&self, group: [u8; GROUP_BYTES], name: &[u8]) -> RecordKey {
        let place: [u8; 16] = first_half(&keyed_hash(&self.name, &[b"place", &group, name]));
        let mut key = [0; 32];
        key[..GROUP_BYTES].copy_from_slice(&group);
        key[GROUP_BYTES..].copy_from_slice(&place);
        key
    }

    /// A name for something outside the store that says nothing of what it is for.
    pub(crate) fn pseudonym(&self, name: &[u8]) -> [u8; 16] {
        first_half(&keyed_hash(&self.name, &[b"pseudonym", name]))
    }

    /// What a record adds to the summary; its nonce and tag stand for its content.
    ///
    /// None where the value is too short to be sealed.
    pub(crate) fn fingerprint(&self, key: &RecordKey, sealed: &[u8]) -> Option<[u8; 32]> {
        let tag = sealed.len().checked_sub(TAG_BYTES).filter(|at| *at >= NONCE_BYTES)?;
        Some(keyed_hash(&self.fingerprint, &[key, &sealed[..NONCE_BYTES], &sealed[tag..]]))
    }

    /// Encrypts a value for its place.
    pub(crate) fn seal(&self, table: &str, key: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce)?;
        let aad = associated_data(table, key);
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plaintext, aad: &aad })
            .map_err(|_| StoreError::TooLong { length: plaintext.len(), most: crate::MAX_CONTENT_BYTES })?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts the value of a place, none where it was altered or belongs elsewhere.
    pub(crate) fn open(&self, table: &str, key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let aad = associated_data(table, key);
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad });
        opened.ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.seal).into())
    }
}

fn associated_data(table: &str, key: &[u8]) -> Vec<u8> {
    [DOMAIN, table.as_bytes(), &[0], key].concat()
}

fn keyed_hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

fn fill_random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|error| StoreError::Io {
        path: "random numbers".into(),
        error: std::io::Error::other(error.to_string()),
    })
}
