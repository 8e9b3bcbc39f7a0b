//! The sources file: whose signatures count, how old and how wide a price may be, and which feed is which asset.
//!
//! It makes nobody honest: whoever writes it answers for the keys in it.

use std::collections::BTreeMap;

use serde::Deserialize;
use solvency_verifier::decimal::parse_decimal;
use solvency_verifier::registry::{Registry, is_plain_name};
use solvency_verifier::{Address, Bytes32};

use crate::amount::MULTIPLIER_DECIMALS;
use crate::{FeedError, MAX_ENTRIES, Problem, SourceKind};

/// The format that this version reads.
pub const SOURCES_FORMAT: &str = "solvency-sources/1";
/// Longest sources file, in bytes.
const MAX_SOURCES_BYTES: usize = 1 << 20;
const MAX_SIGNERS: usize = 64;
const MAX_GUARDIANS: usize = 255;
const MAX_MULTIPLIER: u64 = 100_000_000;

/// A checked sources file.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Name of the file.
    pub file: String,
    /// Currency of all prices.
    pub quote: String,
    /// Highest age of a price, in seconds.
    pub max_age: u64,
    /// How far a signer's clock may be ahead, in seconds.
    pub max_ahead: u64,
    /// Multiplier of the confidence, in 10^-6.
    pub multiplier: u64,
    /// Widest confidence, in millionths of the price.
    pub max_confidence_ppm: u64,
    /// Own signed feeds.
    pub own: Option<OwnSource>,
    /// Pyth.
    pub pyth: Option<PythSource>,
    /// RedStone.
    pub redstone: Option<RedStoneSource>,
}

/// Own signed feeds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSource {
    /// Name that the feeds bear.
    pub source: String,
    /// Who signs.
    pub signers: Vec<Address>,
    /// How many distinct ones are needed; more than half.
    pub threshold: usize,
    /// Symbol in the feed by symbol of the registry.
    pub feeds: BTreeMap<String, String>,
}

/// Pyth's prices as Wormhole's guardians sign them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PythSource {
    /// Index of the guardian set.
    pub guardian_set: u32,
    /// Its addresses, in its order.
    pub guardians: Vec<Address>,
    /// Wormhole's number of the chain that emits.
    pub emitter_chain: u16,
    /// Address of the emitter on it.
    pub emitter: Bytes32,
    /// Feed by symbol of the registry.
    pub feeds: BTreeMap<String, Bytes32>,
}

impl PythSource {
    /// Wormhole's quorum: ⌊2n/3⌋ + 1.
    pub fn quorum(&self) -> usize {
        (self.guardians.len().saturating_mul(2) / 3).saturating_add(1)
    }
}

/// A data service of RedStone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedStoneSource {
    /// Its signers, all of them.
    pub signers: Vec<Address>,
    /// How many distinct ones are needed for each feed; more than half.
    pub threshold: usize,
    /// Feed by symbol of the registry.
    pub feeds: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    quote: String,
    max_age: u64,
    max_ahead: u64,
    k: String,
    max_confidence_ppm: u64,
    own: Option<OwnSource>,
    pyth: Option<PythSource>,
    redstone: Option<RedStoneSource>,
}

impl Sources {
    /// Reads and checks a sources file (spec/prices.md).
    ///
    /// # Errors
    /// [`FeedError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, FeedError> {
        let error = |place: &str, problem| FeedError::new(file, place, problem);
        if text.len() > MAX_SOURCES_BYTES {
            let problem = Problem::TooLarge { got: text.len(), allowed: MAX_SOURCES_BYTES };
            return Err(error("whole file", problem));
        }
        let document: Document =
            toml::from_str(text).map_err(|got| error("whole file", Problem::Toml(got.to_string())))?;
        if document.format != SOURCES_FORMAT {
            let problem =
                Problem::Form(format!("format is {:?}, expected {SOURCES_FORMAT:?}", document.format));
            return Err(error("format", problem));
        }
        let multiplier = parse_decimal(&document.k, MULTIPLIER_DECIMALS)
            .map_err(|got| error("k", Problem::Form(got.to_string())))?;
        let sources = Sources {
            file: file.into(),
            quote: document.quote,
            max_age: document.max_age,
            max_ahead: document.max_ahead,
            multiplier,
            max_confidence_ppm: document.max_confidence_ppm,
            own: document.own,
            pyth: document.pyth,
            redstone: document.redstone,
        };
        sources.check().map_err(|(place, problem)| error(&place, problem))?;
        Ok(sources)
    }

    fn check(&self) -> Result<(), (String, Problem)> {
        let bounds: [(&'static str, u64, u64, u64, &'static str); 4] = [
            ("max_age", self.max_age, 1, 86_400, "from 1 to 86400 seconds"),
            ("max_ahead", self.max_ahead, 0, 3_600, "at most 3600 seconds"),
            ("k", self.multiplier, 0, MAX_MULTIPLIER, "at most 100, here in 10^-6"),
            ("max_confidence_ppm", self.max_confidence_ppm, 0, 1_000_000, "at most 1000000 millionths"),
        ];
        for (what, got, least, most, allowed) in bounds {
            if got < least || got > most {
                return Err((what.into(), Problem::Value { what, got: got.to_string(), allowed }));
            }
        }
        check_name("quote", &self.quote)?;
        if let Some(own) = &self.own {
            check_name("own.source", &own.source)?;
            check_signers("own.signers", &own.signers, MAX_SIGNERS)?;
            check_threshold("own.threshold", own.threshold, own.signers.len())?;
            check_feeds("own.feeds", &own.feeds)?;
            for feed in own.feeds.values() {
                check_name("own.feeds", feed)?;
            }
        }
        if let Some(pyth) = &self.pyth {
            check_signers("pyth.guardians", &pyth.guardians, MAX_GUARDIANS)?;
            check_feeds("pyth.feeds", &pyth.feeds)?;
        }
        if let Some(redstone) = &self.redstone {
            check_signers("redstone.signers", &redstone.signers, MAX_SIGNERS)?;
            check_threshold("redstone.threshold", redstone.threshold, redstone.signers.len())?;
            check_feeds("redstone.feeds", &redstone.feeds)?;
            for feed in redstone.feeds.values() {
                if !is_feed_name(feed) {
                    let problem = Problem::Value {
                        what: "feed",
                        got: format!("{feed:?}"),
                        allowed: "1 to 64 characters of printable ASCII",
                    };
                    return Err(("redstone.feeds".into(), problem));
                }
            }
        }
        Ok(())
    }

    /// Source and feed of each symbol; a symbol that several sections map stands here several times.
    fn mapped(&self) -> impl Iterator<Item = (&str, SourceKind, String)> {
        let own = self.own.iter().flat_map(|own| &own.feeds);
        let pyth = self.pyth.iter().flat_map(|pyth| &pyth.feeds);
        let redstone = self.redstone.iter().flat_map(|redstone| &redstone.feeds);
        own.map(|(symbol, feed)| (symbol.as_str(), SourceKind::Own, feed.clone()))
            .chain(pyth.map(|(symbol, feed)| (symbol.as_str(), SourceKind::Pyth, feed.to_string())))
            .chain(redstone.map(|(symbol, feed)| (symbol.as_str(), SourceKind::RedStone, feed.clone())))
    }

    /// Source and feed of every asset of the registry, in its order.
    ///
    /// # Errors
    /// [`Problem::Quote`], [`Problem::UnknownSymbol`], [`Problem::NotMapped`], [`Problem::Repeated`] for a symbol of two sections.
    pub fn for_registry(&self, registry: &Registry) -> Result<Vec<(String, SourceKind, String)>, FeedError> {
        let error = |place: &str, problem| FeedError::new(&self.file, place, problem);
        if self.quote != registry.quote {
            let problem = Problem::Quote { got: self.quote.clone(), expected: registry.quote.clone() };
            return Err(error("quote", problem));
        }
        if let Some((symbol, kind, _)) = self.mapped().find(|(symbol, ..)| registry.asset(symbol).is_none()) {
            return Err(error(&format!("{kind}.feeds"), Problem::UnknownSymbol(symbol.into())));
        }
        let mut assets = Vec::new();
        for asset in &registry.assets {
            let mut found = self.mapped().filter(|(symbol, ..)| *symbol == asset.symbol);
            let Some((symbol, kind, feed)) = found.next() else {
                return Err(error("feeds", Problem::NotMapped(asset.symbol.clone())));
            };
            if let Some((_, again, _)) = found.next() {
                let problem = Problem::Repeated { what: "the symbol", name: asset.symbol.clone() };
                return Err(error(&format!("{again}.feeds"), problem));
            }
            assets.push((symbol.into(), kind, feed));
        }
        Ok(assets)
    }
}

/// Printable ASCII without blanks: what RedStone's feeds are called.
pub(crate) fn is_feed_name(feed: &str) -> bool {
    (1..=64).contains(&feed.len()) && feed.bytes().all(|c| c.is_ascii_graphic())
}

fn check_name(what: &'static str, name: &str) -> Result<(), (String, Problem)> {
    if is_plain_name(name) {
        return Ok(());
    }
    let allowed = "1 to 32 ASCII letters, digits, '-', '_' and '.'";
    Err((what.into(), Problem::Value { what, got: format!("{name:?}"), allowed }))
}

fn check_signers(what: &'static str, signers: &[Address], allowed: usize) -> Result<(), (String, Problem)> {
    if signers.is_empty() || signers.len() > allowed {
        return Err((what.into(), Problem::TooMany { what: "signers", got: signers.len(), allowed }));
    }
    for (index, signer) in signers.iter().enumerate() {
        if signers.iter().take(index).any(|earlier| earlier == signer) {
            return Err((what.into(), Problem::Repeated { what: "the signer", name: signer.to_string() }));
        }
        if signer.is_zero() {
            let allowed = "no key has the zero address";
            return Err((what.into(), Problem::Value { what, got: signer.to_string(), allowed }));
        }
    }
    Ok(())
}

fn check_threshold(what: &'static str, threshold: usize, signers: usize) -> Result<(), (String, Problem)> {
    if threshold > signers / 2 && threshold <= signers {
        return Ok(());
    }
    let allowed = "more than half of the signers, and at most all";
    Err((what.into(), Problem::Value { what, got: format!("{threshold} of {signers}"), allowed }))
}

fn check_feeds<T: PartialEq + ToString>(
    what: &'static str,
    feeds: &BTreeMap<String, T>,
) -> Result<(), (String, Problem)> {
    if feeds.is_empty() || feeds.len() > MAX_ENTRIES {
        return Err((
            what.into(),
            Problem::TooMany { what: "feeds", got: feeds.len(), allowed: MAX_ENTRIES },
        ));
    }
    for (index, feed) in feeds.values().enumerate() {
        if feeds.values().take(index).any(|earlier| earlier == feed) {
            return Err((what.into(), Problem::DuplicateFeed(feed.to_string())));
        }
    }
    Ok(())
}
