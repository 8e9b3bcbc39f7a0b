//! What a record is: kind, epoch, name, the way in which it is written, and its bytes.

use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::keys::{Keys, RecordKey};

/// Longest content of a record, in bytes: as long as the longest JSON document that is read elsewhere.
pub const MAX_CONTENT_BYTES: usize = 64 << 20;
/// Longest name of a record, or path of a publication, in bytes.
pub const MAX_NAME_BYTES: usize = 4096;
/// Lengths are hidden up to a multiple of this, in bytes.
const PADDING: usize = 256;

/// What a custodian keeps of an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A book with its blindings.
    Book,
    /// A book's attestation and its signatures.
    Attestation,
    /// A shard's holdings proof.
    Holdings,
    /// An opening of a commitment.
    Opening,
    /// An allocation of the chain.
    Allocation,
    /// A venue's claim and its opening.
    Claim,
    /// A venue's coverage proof.
    Coverage,
    /// How far pledges were above what is required; for the custodian's eyes.
    Headroom,
    /// What one run added to the log of the rounds.
    Round,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 9] = [
        Kind::Book,
        Kind::Attestation,
        Kind::Holdings,
        Kind::Opening,
        Kind::Allocation,
        Kind::Claim,
        Kind::Coverage,
        Kind::Headroom,
        Kind::Round,
    ];

    const fn code(self) -> u8 {
        match self {
            Kind::Book => 1,
            Kind::Attestation => 2,
            Kind::Holdings => 3,
            Kind::Opening => 4,
            Kind::Allocation => 5,
            Kind::Claim => 6,
            Kind::Coverage => 7,
            Kind::Headroom => 8,
            Kind::Round => 9,
        }
    }
}

/// A kind, or what the store keeps for itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Kept(Kind),
    /// The epochs of which there is something.
    Epochs,
    /// The log of an epoch's publications.
    Log,
    /// The newest bytes by path.
    Newest,
    /// The paths that have still to be written.
    Waiting,
}

impl Family {
    const fn code(self) -> u8 {
        match self {
            Family::Kept(kind) => kind.code(),
            Family::Epochs => 0,
            Family::Log => 0x80,
            Family::Newest => 0x81,
            Family::Waiting => 0x82,
        }
    }
}

/// The records of a kind and epoch: by name, or numbered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Group {
    pub(crate) family: Family,
    /// Zero where the records belong to no epoch.
    pub(crate) epoch: u64,
    pub(crate) sequence: bool,
}

impl Group {
    pub(crate) fn named(kind: Kind, epoch: u64) -> Self {
        Group { family: Family::Kept(kind), epoch, sequence: false }
    }

    pub(crate) fn numbered(kind: Kind, epoch: u64) -> Self {
        Group { family: Family::Kept(kind), epoch, sequence: true }
    }

    pub(crate) fn log(epoch: u64) -> Self {
        Group { family: Family::Log, epoch, sequence: true }
    }

    /// Records that belong to no epoch.
    pub(crate) fn timeless(family: Family) -> Self {
        Group { family, epoch: 0, sequence: false }
    }

    /// The first and last key that its records can have.
    pub(crate) fn keys(&self, keys: &Keys) -> (RecordKey, RecordKey) {
        let group = keys.group(self.family.code(), self.epoch, self.sequence);
        let (mut first, mut last) = ([0; 32], [0xff; 32]);
        first[..group.len()].copy_from_slice(&group);
        last[..group.len()].copy_from_slice(&group);
        (first, last)
    }

    pub(crate) fn key(&self, keys: &Keys, name: &[u8]) -> RecordKey {
        keys.place(keys.group(self.family.code(), self.epoch, self.sequence), name)
    }
}

impl std::fmt::Display for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.family {
            Family::Kept(kind) => write!(f, "{kind:?} of epoch {}", self.epoch),
            Family::Log => write!(f, "the log of epoch {}", self.epoch),
            Family::Epochs | Family::Newest | Family::Waiting => write!(f, "{:?}", self.family),
        }
    }
}

/// How a record is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Once,
    Replaced,
    Appended,
}

impl Mode {
    const ALL: [(u8, Mode); 3] = [(0, Mode::Once), (1, Mode::Replaced), (2, Mode::Appended)];

    pub(crate) fn rule(self) -> &'static str {
        match self {
            Mode::Once => "is written once, and can't be replaced",
            Mode::Replaced => "is replaced with every change, and can't be put once",
            Mode::Appended => "is an entry of a sequence",
        }
    }
}

/// A record's name, in front of what it is.
pub(crate) fn checked_name(name: &[u8]) -> Result<(), StoreError> {
    if (1..=MAX_NAME_BYTES).contains(&name.len()) {
        return Ok(());
    }
    Err(StoreError::Name { length: name.len(), most: MAX_NAME_BYTES })
}

/// A record as it is sealed.
pub(crate) struct Record {
    pub(crate) mode: Mode,
    pub(crate) name: Vec<u8>,
    pub(crate) content: Zeroizing<Vec<u8>>,
}

/// The bytes that are sealed.
///
/// # Errors
/// [`StoreError::Name`], [`StoreError::TooLong`].
pub(crate) fn encode(
    mode: Mode,
    group: &Group,
    name: &[u8],
    content: &[u8],
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    checked_name(name)?;
    if content.len() > MAX_CONTENT_BYTES {
        return Err(StoreError::TooLong { length: content.len(), most: MAX_CONTENT_BYTES });
    }
    let (name_length, content_length) = (name.len() as u16, content.len() as u32);
    let mut bytes = Zeroizing::new(Vec::with_capacity(name.len() + content.len() + 2 * PADDING));
    bytes.extend_from_slice(&[mode as u8, group.family.code()]);
    bytes.extend_from_slice(&group.epoch.to_be_bytes());
    bytes.extend_from_slice(&name_length.to_be_bytes());
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(&content_length.to_be_bytes());
    bytes.extend_from_slice(content);
    let padded = bytes.len().next_multiple_of(PADDING);
    bytes.resize(padded, 0);
    Ok(bytes)
}

/// What was sealed, none where it is not a record of the group.
pub(crate) fn decode(group: &Group, bytes: &[u8]) -> Option<Record> {
    let ([mode, family], rest) = bytes.split_first_chunk()?;
    let (epoch, rest) = rest.split_first_chunk()?;
    let (name_length, rest) = rest.split_first_chunk()?;
    let (name, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*name_length)))?;
    let (content_length, rest) = rest.split_first_chunk()?;
    let content_length = usize::try_from(u32::from_be_bytes(*content_length)).ok()?;
    let (content, padding) = rest.split_at_checked(content_length)?;
    let (_, mode) = Mode::ALL.into_iter().find(|(code, _)| code == mode)?;
    let fits = *family == group.family.code()
        && u64::from_be_bytes(*epoch) == group.epoch
        && padding.iter().all(|byte| *byte == 0)
        && padding.len() < PADDING;
    fits.then(|| Record { mode, name: name.to_vec(), content: Zeroizing::new(content.to_vec()) })
}
