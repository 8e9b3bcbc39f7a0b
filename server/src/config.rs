//! What the service is told before it starts. Everything has bounds, and defaults that a small venue can keep.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;
use solvency_verifier::bundle::MAX_BUNDLE_BYTES;
use solvency_verifier::evidence::MAX_EVIDENCE_BYTES;
use solvency_verifier::position::Bands;

use crate::error::ConfigError;

/// Longest body of an admin's request, in bytes.
pub const MAX_ADMIN_BYTES: usize = 4 << 10;
/// Most positions of a service.
pub const MAX_POSITIONS: usize = 10_000;

/// The bands of a position, as the verifier has them.
pub type BandsConfig = Bands;

/// The configuration, as a TOML or JSON document would write it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where custodians' requests arrive.
    pub intake: SocketAddr,
    /// Where the venue's own systems ask; a loopback address.
    pub admin: SocketAddr,
    /// File of the admin's token, mode 0600.
    pub admin_token: PathBuf,
    /// Directory of the positions' files; the owner's alone to write.
    pub state: PathBuf,
    /// Addresses of what terminates TLS in front: from these alone `X-Forwarded-For` is believed.
    #[serde(default)]
    pub fronts: Vec<IpAddr>,
    /// Limits.
    #[serde(default)]
    pub limits: Limits,
    /// The positions.
    pub positions: Vec<PositionConfig>,
}

/// One account at the venue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionConfig {
    /// Its name in paths: 1 to 64 of `a`–`z`, `0`–`9` and `-`, not `-` first.
    pub name: String,
    /// The trust file.
    pub trust: PathBuf,
    /// The trust file before, while it counts.
    #[serde(default)]
    pub previous: Option<PreviousTrust>,
    /// The custodian's certified totals, where the trust file asks for them; a reload brings the next epoch's.
    #[serde(default)]
    pub totals: Option<PathBuf>,
    /// The venue's bands.
    pub bands: BandsConfig,
    /// The bands before, where they are changed: a position with any others is refused.
    #[serde(default)]
    pub bands_before: Option<BandsConfig>,
}

/// A trust file that was rotated away from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviousTrust {
    /// The file.
    pub trust: PathBuf,
    /// First Unix second at which it does not count any more.
    pub until: u64,
}

/// The limits of spec/service.md.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Longest body of a bundle, in bytes; at most the verifier's.
    pub bundle_bytes: usize,
    /// Longest body of evidence, in bytes; at most the verifier's.
    pub evidence_bytes: usize,
    /// Milliseconds for the headers of a request, and idle before them.
    pub header_ms: u64,
    /// Milliseconds for a body.
    pub body_ms: u64,
    /// Milliseconds after which a connection ends with the request that runs.
    pub connection_ms: u64,
    /// Milliseconds for what runs when the service stops.
    pub drain_ms: u64,
    /// Connections at once, of both listeners each.
    pub connections: usize,
    /// Connections of one peer at once.
    pub peer_connections: usize,
    /// Requests of one peer, a second.
    pub requests_per_second: u32,
    /// Requests of one peer at once, after a pause.
    pub burst: u32,
    /// Peers that are remembered.
    pub peers: usize,
    /// Bundles and events that wait.
    pub waiting: usize,
    /// Bundles whose proofs are verified together.
    pub batch: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bundle_bytes: MAX_BUNDLE_BYTES,
            evidence_bytes: MAX_EVIDENCE_BYTES,
            header_ms: 10_000,
            body_ms: 60_000,
            connection_ms: 300_000,
            drain_ms: 90_000,
            connections: 64,
            peer_connections: 16,
            requests_per_second: 5,
            burst: 20,
            peers: 4_096,
            waiting: 32,
            batch: 16,
        }
    }
}

impl Config {
    /// Checks bounds and names.
    ///
    /// # Errors
    /// [`ConfigError`] with the first contradiction.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.admin.ip().is_loopback() {
            return Err(ConfigError::AdminBeyondLoopback { got: self.admin });
        }
        self.limits.check()?;
        if self.positions.is_empty() || self.positions.len() > MAX_POSITIONS {
            return Err(ConfigError::Positions { got: self.positions.len() });
        }
        let mut names: Vec<&str> = self.positions.iter().map(|position| position.name.as_str()).collect();
        names.sort_unstable();
        let twice = names.iter().zip(names.iter().skip(1)).find(|(one, next)| one == next);
        if let Some((name, _)) = twice {
            return Err(ConfigError::NameTwice { name: (*name).into() });
        }
        self.positions.iter().try_for_each(PositionConfig::check)
    }
}

impl Config {
    /// What differs from another configuration of which a reload takes no other; trust files and bands it takes.
    pub(crate) fn needs_start(&self, new: &Config) -> Option<&'static str> {
        let Config { intake, admin, admin_token, state, fronts, limits, positions } = self;
        fn names(positions: &[PositionConfig]) -> Vec<&str> {
            let mut names: Vec<&str> = positions.iter().map(|position| position.name.as_str()).collect();
            names.sort_unstable();
            names
        }
        let differs = [
            ("intake", *intake != new.intake),
            ("admin", *admin != new.admin),
            ("admin_token", *admin_token != new.admin_token),
            ("state", *state != new.state),
            ("fronts", *fronts != new.fronts),
            ("limits", *limits != new.limits),
            ("positions", names(positions) != names(&new.positions)),
        ];
        differs.into_iter().find_map(|(what, differs)| differs.then_some(what))
    }
}

impl PositionConfig {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let name = &self.name;
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 64 || name.starts_with('-') || !name.bytes().all(allowed) {
            return Err(ConfigError::Name { name: name.chars().take(80).collect() });
        }
        if self.bands_before == Some(self.bands) {
            return Err(ConfigError::SameBands { name: name.clone() });
        }
        self.bands.check().map_err(|error| ConfigError::Bands { name: name.clone(), error })
    }
}

impl Limits {
    fn check(&self) -> Result<(), ConfigError> {
        const DAY: u64 = 86_400_000;
        let within = |limit, got: u64, allowed: u64| {
            if (1..=allowed).contains(&got) {
                Ok(())
            } else {
                Err(ConfigError::Limit { limit, got, allowed })
            }
        };
        within("bundle_bytes", self.bundle_bytes as u64, MAX_BUNDLE_BYTES as u64)?;
        within("evidence_bytes", self.evidence_bytes as u64, MAX_EVIDENCE_BYTES as u64)?;
        within("header_ms", self.header_ms, DAY)?;
        within("body_ms", self.body_ms, DAY)?;
        within("connection_ms", self.connection_ms, DAY)?;
        within("drain_ms", self.drain_ms, DAY)?;
        within("connections", self.connections as u64, 65_536)?;
        within("peer_connections", self.peer_connections as u64, self.connections as u64)?;
        within("requests_per_second", self.requests_per_second.into(), 1_000_000)?;
        within("burst", self.burst.into(), 1_000_000)?;
        within("peers", self.peers as u64, 1 << 20)?;
        within("waiting", self.waiting as u64, 65_536)?;
        within("batch", self.batch as u64, 1_024)
    }
}
