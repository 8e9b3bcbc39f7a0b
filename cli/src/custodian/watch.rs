//! The state of everything that a run reads, to see when it has to run again.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use solvency_prover::files;
use solvency_verifier::registry::Registry;

use super::config::Config;
use super::history::checkpoint_path;
use super::state::HandOver;

/// A file's state: length, time of modification, and the file itself, which is another one where it was replaced.
pub(crate) type Stamp = Option<(u64, Option<SystemTime>, u64)>;

/// Key files and their states.
pub(crate) type Keys = BTreeMap<PathBuf, Stamp>;

/// The state of the inputs at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    files: BTreeMap<PathBuf, Stamp>,
    /// The price round.
    round: Option<(PathBuf, Stamp)>,
    /// Key files: a prover that has them open is kept as long as they stay the same.
    pub(crate) keys: Keys,
    /// Epoch of the registry.
    pub(crate) epoch: Option<u64>,
}

impl Inputs {
    /// Looks at all files that a run would read now. Taken before the run, so that what changes meanwhile is seen at the next look.
    pub(crate) fn now(config: &Path, now: u64) -> Self {
        let mut inputs = Inputs::default();
        inputs.look_at(config.to_owned());
        let Ok(config) = Config::load(config) else { return inputs };
        inputs.round = Some(stamped(config.path(&config.round)));
        let mut paths = vec![&config.registry, &config.signing_key];
        for venue in &config.venues {
            paths.extend([&venue.policy, &venue.claim, &venue.opening]);
            paths.extend(&venue.release);
        }
        for path in paths {
            inputs.look_at(config.path(path));
        }
        let registry: Option<Registry> = files::read_json(&config.path(&config.registry)).ok();
        inputs.epoch = registry.and_then(|registry| registry.epoch.number_at(now));
        if let Some(epoch) = inputs.epoch {
            inputs.look_at(HandOver::new(&config.path(&config.state), epoch).attestation_path());
            if let Some(log) = &config.log {
                inputs.look_at(checkpoint_path(config.path(&log.directory), epoch));
            }
        }
        let keys = fs::read_dir(config.path(&config.keys)).into_iter().flatten().flatten();
        let is_key = |path: &PathBuf| path.extension().is_some_and(|end| end == "pk" || end == "vk");
        inputs.keys = keys.map(|entry| entry.path()).filter(is_key).map(stamped).collect();
        inputs
    }

    /// What is not as it was, for people.
    pub(crate) fn changes_since(&self, before: &Inputs) -> Vec<String> {
        let all = |inputs: &Inputs| -> BTreeMap<PathBuf, Stamp> {
            let round = inputs.round.iter().map(|(path, stamp)| (path, stamp));
            let all = inputs.files.iter().chain(&inputs.keys).chain(round);
            all.map(|(path, stamp)| (path.clone(), *stamp)).collect()
        };
        let (now, before_then) = (all(self), all(before));
        let paths: std::collections::BTreeSet<&PathBuf> = now.keys().chain(before_then.keys()).collect();
        let differs = |path: &&&PathBuf| now.get(**path) != before_then.get(**path);
        let mut changes: Vec<String> =
            paths.iter().filter(differs).map(|path| path.display().to_string()).collect();
        if let Some(epoch) = self.epoch.filter(|_| self.epoch != before.epoch) {
            changes.push(format!("epoch {epoch}"));
        }
        changes
    }

    /// Whether nothing but the price round is not as it was.
    pub(crate) fn only_round_differs(&self, before: &Inputs) -> bool {
        self.round != before.round && Inputs { round: before.round.clone(), ..self.clone() } == *before
    }

    fn look_at(&mut self, path: PathBuf) {
        let (path, stamp) = stamped(path);
        self.files.insert(path, stamp);
    }
}

fn stamped(path: PathBuf) -> (PathBuf, Stamp) {
    let stamp = fs::metadata(&path).ok().map(|file| (file.len(), file.modified().ok(), identity(&file)));
    (path, stamp)
}

#[cfg(unix)]
fn identity(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(file)
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> u64 {
    0
}
