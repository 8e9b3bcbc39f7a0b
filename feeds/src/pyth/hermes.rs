//! The answer of Hermes: updates in hexadecimal or base64, and a reading of them that nobody signed.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use solvency_verifier::Address;

use super::wire::{Message, Update};
use super::{merkle, vaa};
use crate::json::Value;
use crate::reading::{Reading, Taken};
use crate::{FeedError, MAX_ENTRIES, Problem, Published, PythSource, Reason, SourceKind};

/// Most entries of `parsed`: 64 updates of 255 messages.
const MAX_PARSED: usize = MAX_ENTRIES * 255;

/// Takes the prices that the file's updates prove, each feed once. Messages of feeds that no symbol maps are proven too, but their prices
/// are not looked at.
pub(crate) fn read(document: &Value<'_>, source: &PythSource, taken: &mut Taken) -> Result<(), FeedError> {
    let answer = document.object()?;
    let binary = answer.field("binary")?.object()?;
    let encoding = binary.field("encoding")?;
    let decode = match encoding.text()?.as_str() {
        "hex" => decode_hex,
        "base64" => decode_base64,
        other => {
            let problem = Problem::Value {
                what: "the encoding",
                got: format!("{other:?}"),
                allowed: "hex and base64 are read",
            };
            return Err(encoding.error(problem));
        }
    };
    let mut messages: Vec<(Message, Vec<Address>)> = Vec::new();
    for update in binary.field("data")?.list("updates", MAX_ENTRIES)? {
        let bytes = decode(&update.text()?).map_err(|problem| update.error(problem))?;
        for (message, guardians) in prove(&bytes, source).map_err(|problem| update.error(problem))? {
            if messages.iter().any(|(earlier, _)| earlier.feed == message.feed) {
                return Err(update.error(Problem::DuplicateFeed(message.feed.to_string())));
            }
            messages.push((message, guardians));
        }
    }
    if let Some(parsed) = answer.optional("parsed").filter(|parsed| !parsed.is_null()) {
        check_parsed(&parsed, &messages)?;
    }
    for (message, guardians) in messages {
        if source.feeds.values().any(|feed| *feed == message.feed) {
            let reading = reading(document.file(), &message, guardians);
            taken.readings.push(reading.map_err(|problem| binary.at.error(problem))?);
        } else {
            taken.leave_out(document.file(), SourceKind::Pyth, message.feed.to_string(), Reason::NotMapped);
        }
    }
    Ok(())
}

/// The messages of an update, after all of it was checked.
fn prove(bytes: &[u8], source: &PythSource) -> Result<Vec<(Message, Vec<Address>)>, Problem> {
    let update = Update::read(bytes)?;
    let signed = vaa::check(update.vaa, source)?;
    let mut messages = Vec::new();
    for proven in &update.messages {
        merkle::check(proven.message, &proven.nodes, &signed.root)?;
        messages.push((Message::read(proven.message)?, signed.guardians.clone()));
    }
    Ok(messages)
}

fn reading(file: &str, message: &Message, guardians: Vec<Address>) -> Result<Reading, Problem> {
    let not_positive = || Problem::NotPositive(message.price.to_string());
    let price = u64::try_from(message.price).ok().filter(|price| *price > 0).ok_or_else(not_positive)?;
    let time_ms = u64::try_from(message.publish_time).ok().and_then(|seconds| seconds.checked_mul(1000));
    let time_ms = time_ms.ok_or_else(|| Problem::Value {
        what: "the publish time",
        got: message.publish_time.to_string(),
        allowed: "seconds since 1970",
    })?;
    Ok(Reading {
        feed: message.feed.to_string(),
        file: file.into(),
        time_ms,
        published: Published { price, confidence: message.confidence, exponent: message.exponent },
        signers: guardians,
    })
}

fn decode_hex(text: &str) -> Result<Vec<u8>, Problem> {
    let problem = Problem::Encoding("lower-case hexadecimal digits");
    if text.bytes().any(|c| !matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(problem);
    }
    hex::decode(text).map_err(|_| problem)
}

fn decode_base64(text: &str) -> Result<Vec<u8>, Problem> {
    STANDARD.decode(text).map_err(|_| Problem::Encoding("base64"))
}

/// Checks that what the file shows to people is what was signed.
fn check_parsed(parsed: &Value<'_>, messages: &[(Message, Vec<Address>)]) -> Result<(), FeedError> {
    let signed: BTreeMap<String, &Message> =
        messages.iter().map(|(message, _)| (hex::encode(message.feed.0), message)).collect();
    for entry in parsed.list("parsed prices", MAX_PARSED)? {
        let fields = entry.object()?;
        let id = fields.field("id")?.text()?;
        let price = fields.field("price")?.object()?;
        let (value, confidence) = (price.field("price")?.text()?, price.field("conf")?.text()?);
        let (exponent, time) = (price.field("expo")?.raw(), price.field("publish_time")?.raw());
        let says = |message: &&Message| {
            message.price.to_string() == value
                && message.confidence.to_string() == confidence
                && message.exponent.to_string() == exponent
                && message.publish_time.to_string() == time
        };
        if signed.get(&id).is_none_or(|message| !says(message)) {
            let got = format!("{id}: {value} ± {confidence}, 10^{exponent}, at {time}");
            return Err(entry.error(Problem::ParsedContradicts { got }));
        }
    }
    Ok(())
}
