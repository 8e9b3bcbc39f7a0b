//! Own signed feeds, `solvency-feed/1`: prices with confidences that k of n pinned signers signed (spec/prices.md).
//!
//! The signatures show that the signers stand for these figures; not where they have them from.

use serde::{Deserialize, Serialize};
use solvency_verifier::Address;
use solvency_verifier::encoding::{Domain, TypedData, Words};
use solvency_verifier::registry::is_plain_name;
use solvency_verifier::statement::{Quorum, QuorumError, Signed, check_quorum, check_signer};

use crate::reading::{Reading, Taken};
use crate::{Amount, FeedError, MAX_ENTRIES, OwnSource, Problem, Published, Reason, SourceKind};

/// The format that this version reads and writes.
pub const SIGNED_FEED_FORMAT: &str = "solvency-feed/1";
/// Most signatures of a feed.
const MAX_SIGNATURES: usize = 64;

/// The price of one symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedPrice {
    /// Symbol.
    pub symbol: String,
    /// Price of one whole asset, above 0.
    pub price: Amount,
    /// How far it may be off.
    pub confidence: Amount,
}

impl TypedData for FeedPrice {
    const TYPE: &'static str = "FeedPrice(string symbol,uint64 price,uint64 confidence)";
    fn encode_data(&self, words: &mut Words) {
        words.string(&self.symbol).uint(self.price.0).uint(self.confidence.0);
    }
}

/// What is signed: prices of one source at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFeed {
    /// Currency of the prices.
    pub quote: String,
    /// Name of the source.
    pub source: String,
    /// When the prices were observed, in Unix seconds.
    pub time: u64,
    /// 1 to 64 prices, each symbol once.
    pub prices: Vec<FeedPrice>,
}

impl TypedData for PriceFeed {
    const TYPE: &'static str = "PriceFeed(string quote,string source,uint64 time,FeedPrice[] prices)\
FeedPrice(string symbol,uint64 price,uint64 confidence)";
    fn encode_data(&self, words: &mut Words) {
        words.string(&self.quote).string(&self.source).uint(self.time).structs(&self.prices);
    }
}

impl PriceFeed {
    /// Reads and checks the part of a feed that is signed: an object of `quote`, `source`, `time` and `prices`.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, FeedError> {
        let feed: PriceFeed = read_strict(file, text)?;
        feed.check(file)?;
        Ok(feed)
    }

    /// Checks names, number and prices.
    ///
    /// # Errors
    /// [`Problem::Value`], [`Problem::TooMany`], [`Problem::DuplicateFeed`], [`Problem::NotPositive`].
    pub fn check(&self, file: &str) -> Result<(), FeedError> {
        let name = |what: &'static str, name: &String| {
            let allowed = "1 to 32 ASCII letters, digits, '-', '_' and '.'";
            let problem = Problem::Value { what, got: format!("{name:?}"), allowed };
            if is_plain_name(name) { Ok(()) } else { Err(FeedError::new(file, what, problem)) }
        };
        name("quote", &self.quote)?;
        name("source", &self.source)?;
        if self.prices.is_empty() || self.prices.len() > MAX_ENTRIES {
            let problem = Problem::TooMany { what: "prices", got: self.prices.len(), allowed: MAX_ENTRIES };
            return Err(FeedError::new(file, "prices", problem));
        }
        for (index, price) in self.prices.iter().enumerate() {
            name("symbol", &price.symbol)?;
            let place = format!("prices[{index}]");
            if self.prices.iter().take(index).any(|earlier| earlier.symbol == price.symbol) {
                return Err(FeedError::new(file, place, Problem::DuplicateFeed(price.symbol.clone())));
            }
            if price.price.0 == 0 {
                return Err(FeedError::new(file, place, Problem::NotPositive("0".into())));
            }
        }
        Ok(())
    }
}

/// A feed with its signatures: the document `solvency-feed/1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedFeed {
    /// [`SIGNED_FEED_FORMAT`].
    pub format: String,
    /// What is signed.
    pub feed: PriceFeed,
    /// Signatures of distinct signers over the feed's digest in the registry's domain.
    pub signatures: Vec<Signed>,
}

impl SignedFeed {
    /// A feed that nobody has signed yet.
    pub fn unsigned(feed: PriceFeed) -> Self {
        SignedFeed { format: SIGNED_FEED_FORMAT.into(), feed, signatures: Vec::new() }
    }

    /// Reads and checks the document, without its signatures.
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, FeedError> {
        let signed: SignedFeed = read_strict(file, text)?;
        if signed.format != SIGNED_FEED_FORMAT {
            let problem =
                Problem::Form(format!("format is {:?}, expected {SIGNED_FEED_FORMAT:?}", signed.format));
            return Err(FeedError::new(file, "format", problem));
        }
        if signed.signatures.len() > MAX_SIGNATURES {
            let got = signed.signatures.len();
            let problem = Problem::TooMany { what: "signatures", got, allowed: MAX_SIGNATURES };
            return Err(FeedError::new(file, "signatures", problem));
        }
        signed.feed.check(file)?;
        Ok(signed)
    }

    /// Adds a signature over the feed's digest in this domain.
    ///
    /// # Errors
    /// [`QuorumError::Repeated`] where this signer has signed, [`QuorumError::Invalid`] where the signature is not its.
    pub fn add(&mut self, signed: Signed, domain: &Domain) -> Result<(), QuorumError> {
        if self.signatures.iter().any(|earlier| earlier.signer == signed.signer) {
            return Err(QuorumError::Repeated(signed.signer));
        }
        check_signer(&signed.signer, &signed.signature, &self.feed.digest(domain))
            .map_err(|error| QuorumError::Invalid { signer: signed.signer, error })?;
        self.signatures.push(signed);
        Ok(())
    }

    /// The document as text.
    ///
    /// # Errors
    /// [`FeedError`] where the feed does not pass [`PriceFeed::check`].
    pub fn to_json(&self, file: &str) -> Result<String, FeedError> {
        self.feed.check(file)?;
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| FeedError::new(file, "whole file", Problem::Json(error.to_string())))?;
        Ok(text + "\n")
    }

    /// Checks that a quorum of these signers signed the feed in this domain.
    ///
    /// # Errors
    /// [`QuorumError`].
    pub fn verify(&self, source: &OwnSource, domain: &Domain) -> Result<(), QuorumError> {
        let quorum = Quorum { members: &source.signers, threshold: source.threshold, revoked: &[] };
        check_quorum(quorum, &self.signatures, &self.feed.digest(domain))
    }
}

/// Takes the prices of a signed feed that symbols map.
pub(crate) fn read(
    file: &str,
    text: &str,
    quote: &str,
    source: &OwnSource,
    domain: &Domain,
    taken: &mut Taken,
) -> Result<(), FeedError> {
    let signed = SignedFeed::parse(file, text)?;
    let feed = &signed.feed;
    if feed.quote != quote {
        let problem = Problem::Quote { got: feed.quote.clone(), expected: quote.into() };
        return Err(FeedError::new(file, "feed.quote", problem));
    }
    if feed.source != source.source {
        let problem = Problem::Source { got: feed.source.clone(), expected: source.source.clone() };
        return Err(FeedError::new(file, "feed.source", problem));
    }
    let time_ms = feed
        .time
        .checked_mul(1000)
        .ok_or_else(|| FeedError::new(file, "feed.time", Problem::Overflow("the time in milliseconds")))?;
    signed
        .verify(source, domain)
        .map_err(|error| FeedError::new(file, "signatures", Problem::Quorum(error)))?;
    let signers: Vec<Address> = signed.signatures.iter().map(|signed| signed.signer).collect();
    for price in &feed.prices {
        if source.feeds.values().any(|mapped| *mapped == price.symbol) {
            let published = Published { price: price.price.0, confidence: price.confidence.0, exponent: -12 };
            let (feed, signers) = (price.symbol.clone(), signers.clone());
            taken.readings.push(Reading { feed, file: file.into(), time_ms, published, signers });
        } else {
            taken.leave_out(file, SourceKind::Own, price.symbol.clone(), Reason::NotMapped);
        }
    }
    Ok(())
}

/// Reads a document of ours, and refuses it where writing it again gives another one: arrays in place of objects.
fn read_strict<T: serde::de::DeserializeOwned + Serialize>(file: &str, text: &str) -> Result<T, FeedError> {
    let json =
        |error: serde_json::Error| FeedError::new(file, "whole file", Problem::Json(error.to_string()));
    let value: T = serde_json::from_str(text).map_err(json)?;
    let got: serde_json::Value = serde_json::from_str(text).map_err(json)?;
    if serde_json::to_value(&value).map_err(json)? == got {
        Ok(value)
    } else {
        let problem = Problem::Form("the document is not as it would be written".into());
        Err(FeedError::new(file, "whole file", problem))
    }
}
