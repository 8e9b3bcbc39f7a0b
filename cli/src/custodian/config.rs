//! `solvency.toml`: a custodian's inputs, by name.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use solvency_prover::files;
use solvency_verifier::decimal::parse_decimal;
use solvency_verifier::log::rounds_origin;
use solvency_verifier::registry::Registry;
use solvency_verifier::{Bytes32, SLOTS};

use crate::error::{CliError, CliResult};

/// The configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The registry's file
    pub(crate) registry: PathBuf,
    /// The custodian's signing key
    pub(crate) signing_key: PathBuf,
    /// Directory of proving and verifying keys
    pub(crate) keys: PathBuf,
    /// Directory of the store and of what attestors are handed
    pub(crate) state: PathBuf,
    /// An age key file that opens the store
    pub(crate) store_key: Option<PathBuf>,
    /// A file with the passphrase that opens the store, on its one line
    pub(crate) store_passphrase: Option<PathBuf>,
    /// Tag of the account
    pub(crate) account: Bytes32,
    /// Origin of the account's log
    pub(crate) log_origin: String,
    /// Where the vaults' balances come from
    pub(crate) book: BookConfig,
    /// The signed price round
    pub(crate) round: PathBuf,
    /// The venues that collateral is pledged to
    #[serde(default, rename = "venue")]
    pub(crate) venues: Vec<VenueConfig>,
    /// When to look, to prove and to warn
    #[serde(default)]
    pub(crate) watch: WatchConfig,
    /// The account's log; without it, none is kept
    pub(crate) log: Option<LogConfig>,
    /// Directory that the paths are relative to
    #[serde(skip)]
    directory: PathBuf,
}

/// Where the vaults' balances come from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookConfig {
    /// The export's file, or a list of files that are read as one
    #[serde(deserialize_with = "one_or_several")]
    pub(crate) export: Vec<PathBuf>,
    /// Their form, as for `book import --from`
    pub(crate) format: String,
    /// Seconds for which the vaults are locked
    pub(crate) lock_seconds: u64,
    /// How names of the source become names of the registry
    pub(crate) mapping: PathBuf,
}

/// A venue that collateral is pledged to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VenueConfig {
    /// Name in file names and messages
    pub(crate) name: String,
    /// The venue's policy
    pub(crate) policy: PathBuf,
    /// The venue's signed claim
    pub(crate) claim: PathBuf,
    /// The claim's opening, as the venue handed it over
    pub(crate) opening: PathBuf,
    /// The venue's signed release of the present pledge, where it is to be replaced
    pub(crate) release: Option<PathBuf>,
    /// The bundle to write
    pub(crate) bundle: PathBuf,
    /// Amount in each slot, as "BTC/cold" = "12.5"
    pub(crate) pledge: BTreeMap<String, String>,
    /// Headroom below which to warn, as a part of what is required
    #[serde(default = "default_headroom", deserialize_with = "parts_per_million")]
    pub(crate) warn_headroom: u32,
}

/// When to look, to prove and to warn; times in seconds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WatchConfig {
    /// A new price round waits for the next multiple of this; without it, it is proven at once
    pub(crate) schedule: Option<NonZeroU64>,
    /// Warn so long before a claim, book or coverage ends
    pub(crate) warn_before_end: u64,
    /// Warn where the price round is older
    pub(crate) warn_round_age: u64,
    /// Epochs that stay in the store beside the current one; without it, all do
    pub(crate) keep_epochs: Option<u64>,
    /// Metrics in Prometheus' text format
    pub(crate) metrics: Option<MetricsConfig>,
}

impl Default for WatchConfig {
    fn default() -> Self {
        WatchConfig {
            schedule: None,
            warn_before_end: 3_600,
            warn_round_age: 7_200,
            keep_epochs: None,
            metrics: None,
        }
    }
}

/// The account's log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogConfig {
    /// Directory of static files, a folder for each epoch; public
    pub(crate) directory: PathBuf,
    /// The key that signs checkpoints
    pub(crate) key: PathBuf,
    /// The secret of which salts are made
    pub(crate) salts: PathBuf,
    /// The custodian's signed statement that the key is the log's
    pub(crate) binding: PathBuf,
    /// The witnesses' signed statements of their keys
    #[serde(default)]
    pub(crate) witness_keys: Vec<PathBuf>,
    /// The log of the account's rounds; without it, none is kept
    pub(crate) rounds: Option<RoundsLogConfig>,
}

/// The log of the account's rounds. Its files are others than those of the account's log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundsLogConfig {
    /// Directory of static files, a folder for each epoch
    pub(crate) directory: PathBuf,
    /// The key that signs checkpoints
    pub(crate) key: PathBuf,
    /// The secret of which salts are made
    pub(crate) salts: PathBuf,
    /// The custodian's signed statement that the key is the log's
    pub(crate) binding: PathBuf,
}

/// Which of an account's two logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhichLog {
    /// Of the chain of allocations
    Chain,
    /// Of the rounds
    Rounds,
}

/// A log's origin without the epoch, and its files as seen from here.
#[derive(Debug)]
pub(crate) struct LogFiles {
    pub(crate) log_origin: String,
    pub(crate) directory: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) salts: PathBuf,
    pub(crate) binding: PathBuf,
}

/// Where metrics are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsConfig {
    /// The file, replaced after each look
    pub(crate) file: PathBuf,
    /// Whether headroom is among them: whoever reads the file then sees it
    #[serde(default)]
    pub(crate) headroom: bool,
}

impl Config {
    /// Reads the file; paths in it are relative to it.
    pub(crate) fn load(path: &Path) -> CliResult<Self> {
        let text = files::read_text(path, 1 << 20).map_err(|error| {
            CliError::new(error)
                .hint("name the custodian's configuration with --config, or run `solvency demo` to see one")
        })?;
        let mut config: Config =
            toml::from_str(&text).map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
        config.directory = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut names: Vec<&str> = Vec::new();
        for venue in &config.venues {
            let name = venue.name.as_str();
            if names.contains(&name) || !solvency_verifier::registry::is_plain_name(name) {
                return Err(CliError::new(format!(
                    "{}: venue name {name:?} is repeated or not made of letters, digits, '-', '_' and '.'",
                    path.display()
                )));
            }
            names.push(name);
        }
        if config.store_key.is_some() && config.store_passphrase.is_some() {
            return Err(CliError::new(format!(
                "{}: store_key and store_passphrase are both there: a store has one opener",
                path.display()
            )));
        }
        config.check_logs(path)?;
        Ok(config)
    }

    /// The two logs of an account share no file: one key or secret for both would sign, or salt, what the other is about.
    fn check_logs(&self, path: &Path) -> CliResult<()> {
        let Some(log) = &self.log else { return Ok(()) };
        let Some(rounds) = &log.rounds else { return Ok(()) };
        let same = [
            ("directory", log.directory == rounds.directory),
            ("key", log.key == rounds.key),
            ("salts", log.salts == rounds.salts),
            ("binding", log.binding == rounds.binding),
        ];
        match same.into_iter().find(|(_, same)| *same) {
            None => Ok(()),
            Some((field, _)) => Err(CliError::new(format!(
                "{}: {field} of [log.rounds] is that of [log]: the two logs share no file",
                path.display()
            ))),
        }
    }

    /// One of the account's logs, where it is configured.
    pub(crate) fn log_files(&self, which: WhichLog) -> CliResult<Option<LogFiles>> {
        let Some(log) = &self.log else { return Ok(None) };
        let files = |log_origin, directory, key, salts, binding| LogFiles {
            log_origin,
            directory: self.path(directory),
            key: self.path(key),
            salts: self.path(salts),
            binding: self.path(binding),
        };
        Ok(match which {
            WhichLog::Chain => {
                Some(files(self.log_origin.clone(), &log.directory, &log.key, &log.salts, &log.binding))
            }
            WhichLog::Rounds => match &log.rounds {
                None => None,
                Some(rounds) => {
                    let origin = rounds_origin(&self.log_origin)
                        .map_err(|error| CliError::new(format!("log_origin: {error}")))?;
                    Some(files(origin, &rounds.directory, &rounds.key, &rounds.salts, &rounds.binding))
                }
            },
        })
    }

    /// The exports' files, as seen from here.
    pub(crate) fn exports(&self) -> Vec<PathBuf> {
        self.book.export.iter().map(|path| self.path(path)).collect()
    }

    /// A path of the file, as seen from here.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }
}

/// A tenth of what is required.
fn default_headroom() -> u32 {
    100_000
}

/// Decimal text with up to six decimals, in ppm.
fn parts_per_million<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let text = String::deserialize(deserializer)?;
    let ppm = parse_decimal(&text, 6).map_err(de::Error::custom)?;
    u32::try_from(ppm).map_err(|_| de::Error::custom(format!("{text} is more than 4294")))
}

/// A path, or a list of at least one.
fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    struct Paths;
    impl<'de> Visitor<'de> for Paths {
        type Value = Vec<PathBuf>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the path of a file, or a list of paths")
        }

        fn visit_str<E: de::Error>(self, path: &str) -> Result<Self::Value, E> {
            Ok(vec![path.into()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut paths: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(path) = paths.next_element()? {
                all.push(path);
            }
            if all.is_empty() { Err(de::Error::invalid_length(0, &self)) } else { Ok(all) }
        }
    }
    deserializer.deserialize_any(Paths)
}

/// Reads `ASSET/class` and a decimal amount into slot and ledger units.
pub(crate) fn slot_amount(registry: &Registry, slot: &str, amount: &str) -> CliResult<(usize, u64)> {
    let known = || {
        let assets: Vec<&str> = registry.assets.iter().map(|asset| asset.symbol.as_str()).collect();
        let classes: Vec<&str> = registry.classes.iter().map(|class| class.name.as_str()).collect();
        format!("assets are {}; classes are {}", assets.join(", "), classes.join(", "))
    };
    let (asset, class) = slot
        .split_once('/')
        .ok_or_else(|| CliError::new(format!("slot {slot:?}: expected ASSET/class")).hint(known()))?;
    let number = registry
        .slot(asset, class)
        .ok_or_else(|| CliError::new(format!("slot {slot:?} is not in the registry")).hint(known()))?;
    let decimals =
        registry.asset(asset).and_then(|asset| registry.assets.get(asset)).map_or(0, |a| a.decimals);
    let amount =
        parse_decimal(amount, decimals).map_err(|error| CliError::new(format!("{slot}: {error}")))?;
    Ok((number, amount))
}

/// A balance vector from `"ASSET/class" = "amount"` pairs.
pub(crate) fn vector<'a>(
    registry: &Registry,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> CliResult<[u64; SLOTS]> {
    let mut vector = [0u64; SLOTS];
    let mut set = [false; SLOTS];
    for (slot, amount) in pairs {
        let (number, amount) = slot_amount(registry, slot, amount)?;
        if std::mem::replace(&mut set[number], true) {
            return Err(CliError::new(format!("slot {slot:?} is given twice")));
        }
        vector[number] = amount;
    }
    Ok(vector)
}
