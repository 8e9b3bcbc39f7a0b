//! Data packages: read from the gateway's JSON, put into the bytes that were signed, and their signers recovered.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use solvency_verifier::encoding::keccak256;
use solvency_verifier::statement::Signature;
use solvency_verifier::{Address, Bytes32};

use super::number::{VALUE_DECIMALS, signed_text_value, signed_value};
use crate::json::Value;
use crate::reading::Taken;
use crate::sources::is_feed_name;
use crate::{FeedError, Problem, Reason, RedStoneSource, SourceKind};

/// Most packages of one feed, or of a file that is a list.
const MAX_PACKAGES: usize = 1024;
/// Most data points of a package.
const MAX_POINTS: usize = 4096;
const SIGNATURE_BYTES: usize = 65;
const VALUE_BYTES: u32 = 32;
const TIME_BYTES: usize = 6;
const COUNT_BYTES: usize = 3;
/// The longest feed that stands in its 32 bytes as text.
const MAX_TEXT_FEED: usize = 31;

/// What one signer said of one feed.
#[derive(Clone, Debug)]
pub(crate) struct Spoken {
    pub(crate) feed: String,
    pub(crate) file: String,
    pub(crate) time_ms: u64,
    pub(crate) signer: Address,
    /// In 10^-8 quote units.
    pub(crate) value: u64,
}

/// Reads the packages of a file: a list, or an object of lists, whose names are not signed and don't count. Packages without a feed that
/// a symbol maps are left out unread.
pub(crate) fn read(
    document: &Value<'_>,
    source: &RedStoneSource,
    spoken: &mut Vec<Spoken>,
    taken: &mut Taken,
) -> Result<(), FeedError> {
    let before = spoken.len();
    let mut unmapped = BTreeSet::new();
    if document.is_list() {
        read_list(document, source, spoken, &mut unmapped)?;
    } else {
        for list in document.object()?.values() {
            read_list(&list, source, spoken, &mut unmapped)?;
        }
    }
    for feed in unmapped {
        taken.leave_out(document.file(), SourceKind::RedStone, feed, Reason::NotMapped);
    }
    let mut seen = BTreeSet::new();
    for one in spoken.get(before..).unwrap_or_default() {
        if !seen.insert((&one.feed, one.time_ms, one.signer)) {
            return Err(FeedError::new(document.file(), &one.feed, Problem::RepeatedSigner(one.signer)));
        }
    }
    Ok(())
}

fn read_list(
    list: &Value<'_>,
    source: &RedStoneSource,
    spoken: &mut Vec<Spoken>,
    unmapped: &mut BTreeSet<String>,
) -> Result<(), FeedError> {
    for package in list.list("packages", MAX_PACKAGES)? {
        let fields = package.object()?;
        let points = fields.field("dataPoints")?.list("data points", MAX_POINTS)?;
        let feeds = points.iter().map(feed_of).collect::<Result<Vec<String>, FeedError>>()?;
        let is_mapped = |feed: &String| source.feeds.values().any(|mapped| mapped == feed);
        unmapped.extend(feeds.iter().filter(|feed| !is_mapped(feed)).cloned());
        if !feeds.iter().any(is_mapped) {
            continue;
        }
        let time = fields.field("timestampMilliseconds")?;
        let time_ms = time.integer()?;
        let values = points.iter().map(value_of).collect::<Result<Vec<u128>, FeedError>>()?;
        let mut pairs: Vec<(String, u128)> = feeds.into_iter().zip(values).collect();
        let digest = digest(time_ms, &mut pairs).map_err(|problem| package.error(problem))?;
        let signer = signer_of(&fields.field("signature")?, &fields.field("signerAddress")?, &digest)?;
        if !source.signers.contains(&signer) {
            return Err(package.error(Problem::UnknownSigner(signer)));
        }
        for (feed, value) in pairs.into_iter().filter(|(feed, _)| is_mapped(feed)) {
            let value = u64::try_from(value).map_err(|_| package.error(Problem::Overflow("the price")))?;
            if value == 0 {
                return Err(package.error(Problem::NotPositive(format!("0 in units of 10^-8, feed {feed}"))));
            }
            spoken.push(Spoken { feed, file: package.file().into(), time_ms, signer, value });
        }
    }
    Ok(())
}

fn feed_of(point: &Value<'_>) -> Result<String, FeedError> {
    let field = point.object()?.field("dataFeedId")?;
    let feed = field.text()?;
    if is_feed_name(&feed) {
        return Ok(feed);
    }
    let allowed = "1 to 64 characters of printable ASCII without blanks";
    Err(field.error(Problem::Value { what: "the feed", got: format!("{feed:?}"), allowed }))
}

/// The integer that was signed for a data point.
fn value_of(point: &Value<'_>) -> Result<u128, FeedError> {
    let fields = point.object()?;
    if let Some(decimals) = fields.optional("decimals")
        && decimals.raw() != VALUE_DECIMALS.to_string()
    {
        return Err(decimals.error(Problem::Decimals(decimals.raw().into())));
    }
    if let Some(size) = fields.optional("valueByteSize")
        && size.raw() != VALUE_BYTES.to_string()
    {
        let (got, allowed) = (size.raw().into(), "32 is read");
        return Err(size.error(Problem::Value { what: "the size of the value", got, allowed }));
    }
    let value = fields.field("value")?;
    let signed = if value.is_text() { signed_text_value(&value.text()?) } else { signed_value(value.raw()) };
    signed.ok_or_else(|| {
        let shown: String = value.raw().chars().take(64).collect();
        let negative = shown.trim_start_matches('"').starts_with('-');
        value.error(if negative { Problem::NotPositive(shown) } else { Problem::Number(shown) })
    })
}

/// Keccak-256 of the package's bytes. Sorts the data points as they were signed.
fn digest(time_ms: u64, points: &mut [(String, u128)]) -> Result<Bytes32, Problem> {
    points.sort_by_key(|(feed, _)| feed_word(feed));
    let mut bytes = Vec::new();
    let mut last = None;
    for (feed, value) in points.iter() {
        let word = feed_word(feed);
        if last == Some(word) {
            return Err(Problem::DuplicateFeed(feed.clone()));
        }
        last = Some(word);
        bytes.extend_from_slice(&word);
        bytes.extend_from_slice(&[0; 16]);
        bytes.extend_from_slice(&value.to_be_bytes());
    }
    let time = time_ms.to_be_bytes();
    let (high, low) = time.split_at(time.len() - TIME_BYTES);
    if high.iter().any(|byte| *byte != 0) {
        return Err(Problem::Overflow("the time in milliseconds, of 48 bits,"));
    }
    bytes.extend_from_slice(low);
    bytes.extend_from_slice(&VALUE_BYTES.to_be_bytes());
    // At most MAX_POINTS of them.
    let count = u32::try_from(points.len()).unwrap_or(u32::MAX).to_be_bytes();
    bytes.extend_from_slice(count.split_at(count.len() - COUNT_BYTES).1);
    Ok(keccak256(&bytes))
}

/// A feed in 32 bytes: its text, or the hash of one that is too long.
fn feed_word(feed: &str) -> [u8; 32] {
    if feed.len() > MAX_TEXT_FEED {
        let digits = feed.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
        return keccak256(digits.as_deref().unwrap_or(feed.as_bytes())).0;
    }
    let mut word = [0; 32];
    for (to, from) in word.iter_mut().zip(feed.bytes()) {
        *to = from;
    }
    word
}

/// The recovered signer, which has to be the one that the package names.
fn signer_of(signature: &Value<'_>, named: &Value<'_>, digest: &Bytes32) -> Result<Address, FeedError> {
    let bytes =
        STANDARD.decode(signature.text()?).map_err(|_| signature.error(Problem::Encoding("base64")))?;
    let length = bytes.len();
    let bytes = <[u8; SIGNATURE_BYTES]>::try_from(bytes).map_err(|_| {
        let (got, allowed) = (length.to_string(), "65 bytes");
        signature.error(Problem::Value { what: "the signature's length", got, allowed })
    })?;
    // Gateways write addresses with the capitals of EIP-55; which letters are capitals is no part of the address.
    let expected = Address::from_hex(&named.text()?.to_ascii_lowercase())
        .map_err(|error| named.error(Problem::Form(error.to_string())))?;
    let got = Signature(bytes).recover(digest).map_err(|error| signature.error(Problem::Signature(error)))?;
    if got == expected { Ok(got) } else { Err(signature.error(Problem::WrongSigner { got, expected })) }
}
