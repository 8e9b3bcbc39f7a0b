//! Making and opening a custodian's store: with a key file, with a passphrase from a file, or with one that is typed.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use solvency_prover::files;
use solvency_store::{Opener, Store, StoreError, Unlocked};
use zeroize::Zeroizing;

use super::config::Config;
use crate::error::{CliError, CliResult};
use crate::output::Output;

/// The store's file in the state directory.
const STORE_FILE: &str = "custodian.store";
/// Longest file with a passphrase, in bytes.
const MAX_PASSPHRASE_BYTES: u64 = 4096;
/// How long to wait for another command that has the store open.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(50);

/// Where the configured store is.
pub(crate) fn store_path(config: &Config) -> PathBuf {
    config.path(&config.state).join(STORE_FILE)
}

/// Makes the configured store, and its key file where that is named and not there yet.
pub(crate) fn create(config: &Config) -> CliResult<Store> {
    let path = store_path(config);
    if path.symlink_metadata().is_ok() {
        return Err(explained(StoreError::AlreadyExists { path: path.display().to_string() }));
    }
    let opener = new_opener(config)?;
    if let Some(folder) = path.parent() {
        make_private(folder)?;
    }
    Store::create(&path, &opener).map_err(explained)
}

/// The opener of a store that is made, or that gets another one.
pub(crate) fn new_opener(config: &Config) -> CliResult<Opener> {
    match &config.store_key {
        Some(key) if config.path(key).symlink_metadata().is_err() => {
            Opener::new_key_file(&config.path(key)).map_err(explained)
        }
        _ => opener(config, true),
    }
}

/// Opens the configured store. What opens it again is kept, so that a passphrase is asked for once.
pub(crate) fn open(config: &Config, kept: &mut Option<Unlocked>, output: &Output) -> CliResult<Store> {
    let path = store_path(config);
    if !path.exists() {
        return Err(CliError::new(format!("{}: there is no store", path.display())).hint(
            "restore it from your newest backup; only where there never was one, run `solvency store new`: \
             a second chain beside one that venues have seen is equivocation",
        ));
    }
    let store = match kept {
        Some(unlocked) => waiting(output, || Store::reopen(&path, unlocked))?,
        None => {
            let opener = opener(config, false)?;
            waiting(output, || Store::open(&path, &opener))?
        }
    };
    *kept = Some(store.unlocked());
    Ok(store)
}

/// A store's error with what to do about it.
pub(crate) fn explained(error: StoreError) -> CliError {
    match error.hint() {
        Some(hint) => CliError::new(&error).hint(hint),
        None => CliError::new(error),
    }
}

fn opener(config: &Config, new: bool) -> CliResult<Opener> {
    let from_file = |path: &Path| Opener::key_file(&config.path(path));
    let opener = match (&config.store_key, &config.store_passphrase) {
        (Some(key), _) => from_file(key),
        (None, Some(file)) => Opener::passphrase(one_line(&config.path(file))?),
        (None, None) => Opener::passphrase(typed(new)?),
    };
    opener.map_err(explained)
}

/// A file's one line.
fn one_line(path: &Path) -> CliResult<Zeroizing<String>> {
    let text = Zeroizing::new(files::read_text(path, MAX_PASSPHRASE_BYTES)?);
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.contains(['\n', '\r']) {
        return Err(CliError::new(format!("{}: more than one line", path.display()))
            .hint("the passphrase stands alone in this file"));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

fn typed(new: bool) -> CliResult<Zeroizing<String>> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::new("the store's passphrase can't be asked for without a terminal")
            .hint("name a key file as store_key, or a file with the passphrase as store_passphrase"));
    }
    let ask = |prompt: &str| rpassword::prompt_password(prompt).map(Zeroizing::new);
    let passphrase = ask("Passphrase of the store: ")?;
    if new && *ask("The same again: ")? != *passphrase {
        return Err(CliError::new("the two passphrases differ"));
    }
    Ok(passphrase)
}

/// Opens the store once nobody else has it open.
fn waiting(output: &Output, open: impl Fn() -> Result<Store, StoreError>) -> CliResult<Store> {
    let started = Instant::now();
    let mut working = None;
    loop {
        match open() {
            Err(StoreError::InUse { .. }) if started.elapsed() < PATIENCE => {
                working.get_or_insert_with(|| output.working("another command has the store open"));
                std::thread::sleep(AGAIN);
            }
            result => return result.map_err(explained),
        }
    }
}

/// Makes a directory for its owner alone, where there is none.
pub(crate) fn make_private(folder: &Path) -> CliResult<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| CliError::new(format!("{}: {error}", folder.display())))
}
