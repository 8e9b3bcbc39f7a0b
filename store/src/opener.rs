//! Passphrases and key files, and the envelope of the data key that they open: an age file.

use std::io::{Read, Write};
use std::path::Path;

use age::secrecy::{ExposeSecret, SecretString};
use age::{Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use crate::error::{OpenerKind, StoreError};
use crate::keys::{DATA_KEY_BYTES, DataKey};
use crate::placing;

/// Binary logarithm of scrypt's N for a new envelope: about a second, and 256 MiB.
pub const WORK_LOG2: u8 = 18;
/// Least that is accepted for a new envelope.
pub const LEAST_WORK_LOG2: u8 = 10;
/// Most that is used to open or close one: 1 GiB. A file from elsewhere could ask for hours.
pub const MOST_WORK_LOG2: u8 = 20;

/// Longest key file that is read, in bytes.
pub const MAX_KEY_FILE_BYTES: u64 = 64 << 10;
/// Stands before the data key in the envelope.
const LABEL: &[u8; 17] = b"solvency.store.v1";

/// What opens a store: a passphrase, or the identities of a key file.
pub struct Opener(Held);

enum Held {
    Passphrase { passphrase: SecretString, work_log2: u8 },
    KeyFile(Zeroizing<Vec<u8>>),
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opener({})", self.kind())
    }
}

impl Opener {
    /// A passphrase; an envelope made with it uses [`WORK_LOG2`].
    ///
    /// # Errors
    /// [`StoreError::EmptyPassphrase`].
    pub fn passphrase(passphrase: Zeroizing<String>) -> Result<Self, StoreError> {
        Self::passphrase_with_work(passphrase, WORK_LOG2)
    }

    /// A passphrase, and scrypt's N = 2^`work_log2` for envelopes made with it; what opens one uses the envelope's own.
    ///
    /// # Errors
    /// [`StoreError::EmptyPassphrase`], [`StoreError::Work`] outside [`LEAST_WORK_LOG2`] to [`MOST_WORK_LOG2`].
    pub fn passphrase_with_work(passphrase: Zeroizing<String>, work_log2: u8) -> Result<Self, StoreError> {
        if passphrase.is_empty() {
            return Err(StoreError::EmptyPassphrase);
        }
        if !(LEAST_WORK_LOG2..=MOST_WORK_LOG2).contains(&work_log2) {
            return Err(excessive(work_log2));
        }
        let passphrase = SecretString::from(passphrase.as_str());
        Ok(Opener(Held::Passphrase { passphrase, work_log2 }))
    }

    /// The text of a key file: lines of age's X25519 identities, and comments.
    ///
    /// # Errors
    /// [`StoreError::BadKeyFile`].
    pub fn key_file_text(text: Zeroizing<Vec<u8>>) -> Result<Self, StoreError> {
        let opener = Opener(Held::KeyFile(text));
        opener.identities()?;
        Ok(opener)
    }

    /// A key file of at most [`MAX_KEY_FILE_BYTES`].
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::BadKeyFile`].
    pub fn key_file(path: &Path) -> Result<Self, StoreError> {
        let mut text = Zeroizing::new(Vec::with_capacity(4096));
        let file = std::fs::File::open(path).map_err(StoreError::io(path))?;
        file.take(MAX_KEY_FILE_BYTES + 1).read_to_end(&mut text).map_err(StoreError::io(path))?;
        if text.len() as u64 > MAX_KEY_FILE_BYTES {
            return Err(StoreError::BadKeyFile { message: "it is too long" });
        }
        Self::key_file_text(text)
    }

    /// Writes a key file with one fresh identity, mode 0600, where nothing is yet.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Io`].
    pub fn new_key_file(path: &Path) -> Result<Self, StoreError> {
        let identity = age::x25519::Identity::generate();
        let mut text = Zeroizing::new(Vec::with_capacity(512));
        let public = identity.to_public();
        let secret = identity.to_string();
        text.extend_from_slice(format!("# public key: {public}\n").as_bytes());
        text.extend_from_slice(secret.expose_secret().as_bytes());
        text.push(b'\n');
        placing::write_new(path, &text)?;
        Self::key_file_text(text)
    }

    /// Which of the two it is.
    #[must_use]
    pub fn kind(&self) -> OpenerKind {
        match self.0 {
            Held::Passphrase { .. } => OpenerKind::Passphrase,
            Held::KeyFile(_) => OpenerKind::KeyFile,
        }
    }

    fn identities(&self) -> Result<age::IdentityFile<age::NoCallbacks>, StoreError> {
        let Held::KeyFile(text) = &self.0 else {
            return Err(StoreError::BadKeyFile { message: "it is a passphrase" });
        };
        let parsed = age::IdentityFile::from_buffer(text.as_slice())
            .map_err(|_| StoreError::BadKeyFile { message: "a line is neither an identity nor a comment" })?;
        if parsed.to_recipients().is_ok_and(|recipients| !recipients.is_empty()) {
            Ok(parsed)
        } else {
            Err(StoreError::BadKeyFile { message: "it has no identity" })
        }
    }

    /// The data key in an envelope for this opener.
    pub(crate) fn wrap(&self, key: &DataKey) -> Result<Vec<u8>, StoreError> {
        let encryptor = match &self.0 {
            Held::Passphrase { passphrase, work_log2 } => {
                let mut recipient = scrypt::Recipient::new(passphrase.clone());
                recipient.set_work_factor(*work_log2);
                Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            }
            Held::KeyFile(_) => {
                let recipients = self.identities()?.to_recipients();
                let recipients =
                    recipients.map_err(|_| StoreError::BadKeyFile { message: "it has no identity" })?;
                Encryptor::with_recipients(
                    recipients.iter().map(|recipient| recipient.as_ref() as &dyn age::Recipient),
                )
            }
        }
        .map_err(|_| StoreError::BadKeyFile { message: "its identities can't be used together" })?;
        let mut envelope = Vec::new();
        let write = |envelope: &mut Vec<u8>| {
            let mut writer = encryptor.wrap_output(envelope)?;
            writer.write_all(LABEL)?;
            writer.write_all(key.bytes())?;
            writer.finish().map(|_| ())
        };
        write(&mut envelope).map_err(StoreError::io(Path::new("envelope")))?;
        Ok(envelope)
    }

    /// The data key of an envelope.
    pub(crate) fn unwrap(&self, envelope: &[u8]) -> Result<DataKey, StoreError> {
        let malformed = || StoreError::damaged("the envelope is not an age file");
        let decryptor = Decryptor::new_buffered(envelope).map_err(|_| malformed())?;
        let made_for = if decryptor.is_scrypt() { OpenerKind::Passphrase } else { OpenerKind::KeyFile };
        if made_for != self.kind() {
            return Err(StoreError::OtherOpener { wanted: made_for });
        }
        let reader = match &self.0 {
            Held::Passphrase { passphrase, .. } => {
                let mut identity = scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(MOST_WORK_LOG2);
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
            }
            Held::KeyFile(_) => {
                let identities = self.identities()?.into_identities();
                let identities =
                    identities.map_err(|_| StoreError::BadKeyFile { message: "it has no identity" })?;
                decryptor.decrypt(identities.iter().map(|identity| identity.as_ref() as &dyn age::Identity))
            }
        };
        let mut reader = reader.map_err(|error| match error {
            age::DecryptError::ExcessiveWork { required, .. } => excessive(required),
            age::DecryptError::NoMatchingKeys
            | age::DecryptError::DecryptionFailed
            | age::DecryptError::KeyDecryptionFailed => match made_for {
                OpenerKind::Passphrase => StoreError::WrongPassphrase,
                OpenerKind::KeyFile => StoreError::WrongKeyFile,
            },
            _ => malformed(),
        })?;
        let mut content = Zeroizing::new(Vec::with_capacity(LABEL.len() + DATA_KEY_BYTES + 1));
        let bound = (LABEL.len() + DATA_KEY_BYTES + 1) as u64;
        reader.by_ref().take(bound).read_to_end(&mut content).map_err(|_| malformed())?;
        content.strip_prefix(LABEL).and_then(DataKey::from_slice).ok_or_else(malformed)
    }
}

fn excessive(log2: u8) -> StoreError {
    StoreError::Work { log2, least: LEAST_WORK_LOG2, most: MOST_WORK_LOG2 }
}
