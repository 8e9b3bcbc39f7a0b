//! What the tests share: keys for everybody to know, and packages that are signed with them.

use std::sync::LazyLock;

use k256::ecdsa::SigningKey;
use solvency_feeds::{FeedError, PriceFile, Problem, Report, Side, Sources, import};
use solvency_verifier::encoding::{Domain, hex_string, keccak256};
use solvency_verifier::registry::{Asset, Registry};
use solvency_verifier::statement::{Signature, Signed};
use solvency_verifier::{Address, Bytes32};

/// The time of all test packages, in Unix seconds.
pub(crate) const NOW: u64 = 1_790_000_000;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

pub(crate) fn sign(seed: u8, digest: &Bytes32) -> Signature {
    let (signature, id) = key(seed).sign_prehash_recoverable(&digest.0);
    Signature::from_parts(&signature.to_bytes().into(), id.is_y_odd())
}

pub(crate) fn address(seed: u8) -> Address {
    static ADDRESSES: LazyLock<Vec<Address>> = LazyLock::new(|| {
        (1..=30).map(|seed| sign(seed, &Bytes32::ZERO).recover(&Bytes32::ZERO).unwrap()).collect()
    });
    ADDRESSES[usize::from(seed) - 1]
}

pub(crate) fn signed(seed: u8, digest: &Bytes32) -> Signed {
    Signed { signer: address(seed), signature: sign(seed, digest) }
}

/// A registry with these assets.
pub(crate) fn registry(symbols: &[&str]) -> Registry {
    let text = include_str!("../../../fixtures/registry.json");
    let mut registry: Registry = serde_json::from_str(text).unwrap();
    registry.assets = symbols.iter().map(|symbol| Asset { symbol: (*symbol).into(), decimals: 8 }).collect();
    registry
}

pub(crate) fn domain(symbols: &[&str]) -> Domain {
    Domain::of_registry(&registry(symbols).digest())
}

pub(crate) const HEAD: &str = "format = \"solvency-sources/1\"\nquote = \"USD\"\nmax_age = 60\nmax_ahead = 5\nk = \"2\"\n\
                               max_confidence_ppm = 20000\n";

fn addresses(seeds: impl Iterator<Item = u8>) -> String {
    let texts: Vec<String> = seeds.map(|seed| format!("\"{}\"", address(seed))).collect();
    texts.join(", ")
}

/// 2 of 3: seeds 1 to 3.
pub(crate) fn own_section() -> String {
    let signers = addresses(1..=3);
    format!("[own]\nsource = \"desk\"\nsigners = [{signers}]\nthreshold = 2\n[own.feeds]\nUSDC = \"USDC\"\n")
}

/// 3 of 4: seeds 11 to 14, of set 9.
pub(crate) fn pyth_section() -> String {
    let (guardians, emitter, feed) = (addresses(11..=14), EMITTER, FEED);
    format!(
        "[pyth]\nguardian_set = 9\nguardians = [{guardians}]\nemitter_chain = 26\nemitter = \"{emitter}\"\n\
         [pyth.feeds]\nBTC = \"{feed}\"\n"
    )
}

/// 3 of 5: seeds 21 to 25.
pub(crate) fn redstone_section() -> String {
    let signers = addresses(21..=25);
    format!("[redstone]\nsigners = [{signers}]\nthreshold = 3\n[redstone.feeds]\nETH = \"ETH\"\n")
}

pub(crate) fn parse(sections: &[String]) -> Sources {
    Sources::parse("sources.toml", &format!("{HEAD}{}", sections.concat())).unwrap()
}

/// Imports texts as `file 0`, `file 1`, … for the assets that the sections map.
pub(crate) fn import_texts(
    sections: &[String],
    symbols: &[&str],
    side: Side,
    texts: &[&str],
) -> Result<Report, FeedError> {
    let names: Vec<String> = (0..texts.len()).map(|index| format!("file {index}")).collect();
    let files: Vec<PriceFile<'_>> =
        names.iter().zip(texts).map(|(file, text)| PriceFile { file, bytes: text.as_bytes() }).collect();
    import(&parse(sections), &registry(symbols), side, NOW, &files)
}

/// What is wrong, of a refusal.
pub(crate) fn problem(outcome: Result<Report, FeedError>) -> Problem {
    outcome.unwrap_err().problem
}

// Pyth

pub(crate) const EMITTER: Bytes32 = Bytes32([0xe1; 32]);
pub(crate) const FEED: Bytes32 = Bytes32([0xb7; 32]);

pub(crate) fn message(feed: Bytes32, price: i64, confidence: u64, exponent: i32, time: i64) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend_from_slice(&feed.0);
    bytes.extend_from_slice(&price.to_be_bytes());
    bytes.extend_from_slice(&confidence.to_be_bytes());
    bytes.extend_from_slice(&exponent.to_be_bytes());
    bytes.extend_from_slice(&time.to_be_bytes());
    bytes.extend_from_slice(&(time - 1).to_be_bytes());
    bytes.extend_from_slice(&price.to_be_bytes());
    bytes.extend_from_slice(&confidence.to_be_bytes());
    bytes
}

/// 65,000.00 ± 20.00 at [`NOW`].
pub(crate) fn bitcoin() -> Vec<u8> {
    message(FEED, 6_500_000, 2_000, -2, NOW as i64)
}

pub(crate) type Node = [u8; 20];

pub(crate) fn cut(bytes: &[u8]) -> Node {
    keccak256(bytes).0[..20].try_into().unwrap()
}

pub(crate) fn node(one: &Node, other: &Node) -> Node {
    let (smaller, larger) = if one <= other { (one, other) } else { (other, one) };
    cut(&[&[1], &smaller[..], &larger[..]].concat())
}

pub(crate) fn leaf(message: &[u8]) -> Node {
    cut(&[&[0], message].concat())
}

/// Root and paths of a tree over these messages, filled up with the hash of 2.
pub(crate) fn tree(messages: &[Vec<u8>]) -> (Node, Vec<Vec<Node>>) {
    let mut level: Vec<Node> = messages.iter().map(|message| leaf(message)).collect();
    level.resize(messages.len().next_power_of_two(), cut(&[2]));
    let mut paths = vec![Vec::new(); messages.len()];
    let mut depth = 0;
    while level.len() > 1 {
        for (index, path) in paths.iter_mut().enumerate() {
            path.push(level[(index >> depth) ^ 1]);
        }
        level = level.chunks(2).map(|pair| node(&pair[0], &pair[1])).collect();
        depth += 1;
    }
    (level[0], paths)
}

/// An update, before it is put together. Each field may be made wrong.
#[derive(Clone)]
pub(crate) struct Update {
    pub(crate) messages: Vec<Vec<u8>>,
    pub(crate) paths: Vec<Vec<Node>>,
    pub(crate) set: u32,
    /// Index and seed.
    pub(crate) guardians: Vec<(u8, u8)>,
    pub(crate) chain: u16,
    pub(crate) emitter: Bytes32,
    pub(crate) payload: Vec<u8>,
}

impl Update {
    pub(crate) fn new(messages: Vec<Vec<u8>>) -> Self {
        let (root, paths) = tree(&messages);
        let mut payload = b"AUWV\0".to_vec();
        payload.extend_from_slice(&77u64.to_be_bytes());
        payload.extend_from_slice(&10_000u32.to_be_bytes());
        payload.extend_from_slice(&root);
        let guardians = vec![(0, 11), (1, 12), (3, 14)];
        Update { messages, paths, set: 9, guardians, chain: 26, emitter: EMITTER, payload }
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = (NOW as u32).to_be_bytes().to_vec();
        body.extend_from_slice(&[0; 4]);
        body.extend_from_slice(&self.chain.to_be_bytes());
        body.extend_from_slice(&self.emitter.0);
        body.extend_from_slice(&5u64.to_be_bytes());
        body.push(1);
        body.extend_from_slice(&self.payload);
        body
    }

    pub(crate) fn vaa(&self) -> Vec<u8> {
        let body = self.body();
        let digest = keccak256(&keccak256(&body).0);
        let mut vaa = vec![1];
        vaa.extend_from_slice(&self.set.to_be_bytes());
        vaa.push(self.guardians.len() as u8);
        for (index, seed) in &self.guardians {
            let signature = sign(*seed, &digest).0;
            vaa.push(*index);
            vaa.extend_from_slice(&signature[..64]);
            vaa.push(signature[64] - 27);
        }
        vaa.extend_from_slice(&body);
        vaa
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.with_vaa(&self.vaa())
    }

    pub(crate) fn with_vaa(&self, vaa: &[u8]) -> Vec<u8> {
        let mut bytes = b"PNAU\x01\0\0\0".to_vec();
        bytes.extend_from_slice(&(vaa.len() as u16).to_be_bytes());
        bytes.extend_from_slice(vaa);
        bytes.push(self.messages.len() as u8);
        for (message, path) in self.messages.iter().zip(&self.paths) {
            bytes.extend_from_slice(&(message.len() as u16).to_be_bytes());
            bytes.extend_from_slice(message);
            bytes.push(path.len() as u8);
            bytes.extend(path.iter().flatten());
        }
        bytes
    }

    pub(crate) fn hermes(&self) -> String {
        hermes(&[self.bytes()])
    }
}

pub(crate) fn hex_digits(bytes: &[u8]) -> String {
    hex_string(bytes)[2..].into()
}

pub(crate) fn hermes(updates: &[Vec<u8>]) -> String {
    let data: Vec<String> = updates.iter().map(|bytes| format!("\"{}\"", hex_digits(bytes))).collect();
    format!("{{\"binary\":{{\"encoding\":\"hex\",\"data\":[{}]}}}}", data.join(","))
}

// RedStone

/// A package of one signer: feeds with the JSON of their values and the integers that are signed for them.
#[derive(Clone)]
pub(crate) struct Package {
    pub(crate) seed: u8,
    pub(crate) time_ms: u64,
    pub(crate) points: Vec<(&'static str, String, u128)>,
}

/// A value of 10^-8 as decimal text.
fn text_of(value: u128) -> String {
    solvency_verifier::decimal::format_decimal(value, 8)
}

impl Package {
    /// ETH alone, at [`NOW`].
    pub(crate) fn ether(seed: u8, value: u128) -> Self {
        Package { seed, time_ms: NOW * 1000, points: vec![("ETH", text_of(value), value)] }
    }

    pub(crate) fn digest(&self) -> Bytes32 {
        let mut points = self.points.clone();
        points.sort_by_key(|(feed, ..)| *feed);
        let mut bytes = Vec::new();
        for (feed, _, value) in &points {
            let mut word = [0; 32];
            if feed.len() > 31 {
                word = keccak256(feed.as_bytes()).0;
            } else {
                word[..feed.len()].copy_from_slice(feed.as_bytes());
            }
            bytes.extend_from_slice(&word);
            bytes.extend_from_slice(&[0; 16]);
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        bytes.extend_from_slice(&self.time_ms.to_be_bytes()[2..]);
        bytes.extend_from_slice(&[0, 0, 0, 32]);
        bytes.extend_from_slice(&(points.len() as u32).to_be_bytes()[1..]);
        keccak256(&bytes)
    }

    pub(crate) fn json(&self) -> String {
        let point = |(feed, value, _): &(&str, String, u128)| {
            format!("{{\"dataFeedId\":\"{feed}\",\"value\":{value}}}")
        };
        let points: Vec<String> = self.points.iter().map(point).collect();
        format!(
            "{{\"timestampMilliseconds\":{},\"signature\":\"{}\",\"dataPoints\":[{}],\"signerAddress\":\"{}\"}}",
            self.time_ms,
            base64(&sign(self.seed, &self.digest()).0),
            points.join(","),
            address(self.seed)
        )
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() { letter as char } else { '=' });
        }
    }
    text
}

/// The gateway's answer for one feed.
pub(crate) fn gateway(packages: &[Package]) -> String {
    let packages: Vec<String> = packages.iter().map(Package::json).collect();
    format!("{{\"ETH\":[{}]}}", packages.join(","))
}

/// Three signers: 2,500.00, 2,501.00 and 2,499.50.
pub(crate) fn three() -> Vec<Package> {
    vec![
        Package::ether(21, 250_000_000_000),
        Package::ether(22, 250_100_000_000),
        Package::ether(23, 249_950_000_000),
    ]
}
