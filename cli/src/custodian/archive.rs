//! Every bundle that was published, kept by epoch, round and venue (spec/operations.md, "Published bundles").
//!
//! A file shows what was made, not that it was published: the store's log of publications says that.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use solvency_prover::files::{self, Access};
use solvency_verifier::bundle::{Bundle, MAX_BUNDLE_BYTES};

use super::unlock::make_private;
use crate::error::{CliError, CliResult};

/// The folder of kept bundles in the state directory.
const FOLDER: &str = "bundles";
/// What a temporary file begins with, which a run that was killed left.
const UNFINISHED: &str = ".solvency-";

/// The kept bundles of a custodian.
pub(crate) struct Archive {
    directory: PathBuf,
}

/// A file of the archive, by its name alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeptBundle {
    /// In which it was published.
    pub(crate) epoch: u64,
    /// Number of its price round.
    pub(crate) round: u64,
    pub(crate) venue: String,
    /// Of its bytes.
    pub(crate) sha256: [u8; 32],
}

impl KeptBundle {
    /// Its name below the epoch's folder.
    fn file_name(&self) -> String {
        format!("{}-{}-{}.json", self.round, hex::encode(self.sha256), self.venue)
    }

    /// Reads a name; nothing where another one would be written.
    fn from_name(epoch: u64, name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(".json")?.splitn(3, '-');
        let (round, sha256, venue) = (parts.next()?, parts.next()?, parts.next()?);
        let sha256 = hex::decode(sha256).ok()?.try_into().ok()?;
        let kept = KeptBundle { epoch, round: round.parse().ok()?, venue: venue.into(), sha256 };
        (kept.file_name() == name).then_some(kept)
    }
}

impl Archive {
    /// The archive of a state directory.
    pub(crate) fn new(state: &Path) -> Self {
        Archive { directory: state.join(FOLDER) }
    }

    /// Keeps a bundle that is about to be published. What is there already as it is to be is left alone.
    pub(crate) fn keep(&self, epoch: u64, round: u64, venue: &str, bytes: &[u8]) -> CliResult<()> {
        let sha256 = Sha256::digest(bytes).into();
        let path = self.path(&KeptBundle { epoch, round, venue: venue.into(), sha256 });
        let there = files::read_bytes(&path, MAX_BUNDLE_BYTES as u64);
        if there.is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        let write = || -> CliResult<()> {
            make_private(&self.epoch(epoch))?;
            Ok(files::write_atomically(&path, bytes, Access::Secret)?)
        };
        write().map_err(|error| {
            CliError::new(format!("a bundle is not kept: {error}")).hint(
                "see that it can be written: auditors may ask for it (`solvency audit open`); it is tried again while it is the one \
                 to show",
            )
        })
    }

    /// All kept bundles, in the order of epochs and rounds.
    pub(crate) fn list(&self) -> CliResult<Vec<KeptBundle>> {
        let mut all = Vec::new();
        for epoch in self.epochs()? {
            let names = names(&self.epoch(epoch))?;
            all.extend(names.iter().filter_map(|name| KeptBundle::from_name(epoch, name)));
        }
        all.sort();
        Ok(all)
    }

    /// A kept bundle and its bytes.
    pub(crate) fn read(&self, kept: &KeptBundle) -> CliResult<(Vec<u8>, Bundle)> {
        let path = self.path(kept);
        let wrong = |what: &str| CliError::new(format!("{}: {what}", path.display()));
        let bytes = files::read_bytes(&path, MAX_BUNDLE_BYTES as u64)?;
        if Sha256::digest(&bytes)[..] != kept.sha256 {
            return Err(wrong("altered since it was published"));
        }
        let bundle = Bundle::from_json(&bytes)
            .map_err(|error| wrong(&format!("not a bundle of this version: {error}")))?;
        if bundle.round.round.round != kept.round {
            return Err(wrong(&format!("of round {}", bundle.round.round.round)));
        }
        Ok((bytes, bundle))
    }

    /// Removes what was kept of epochs before one. Whatever else somebody put there stays.
    pub(crate) fn forget_before(&self, first: u64) -> CliResult<()> {
        for epoch in self.epochs()?.into_iter().filter(|epoch| *epoch < first) {
            let folder = self.epoch(epoch);
            for name in names(&folder)? {
                if KeptBundle::from_name(epoch, &name).is_some() || name.starts_with(UNFINISHED) {
                    let path = folder.join(name);
                    fs::remove_file(&path).map_err(|error| io(&path, &error))?;
                }
            }
            match fs::remove_dir(&folder) {
                Err(error) if error.kind() != ErrorKind::DirectoryNotEmpty => {
                    return Err(io(&folder, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn epochs(&self) -> CliResult<Vec<u64>> {
        let names = names(&self.directory)?;
        let number = |name: &String| {
            let number: u64 = name.strip_prefix("epoch-")?.parse().ok()?;
            (*name == format!("epoch-{number}")).then_some(number)
        };
        Ok(names.iter().filter_map(number).collect())
    }

    fn epoch(&self, epoch: u64) -> PathBuf {
        self.directory.join(format!("epoch-{epoch}"))
    }

    fn path(&self, kept: &KeptBundle) -> PathBuf {
        self.epoch(kept.epoch).join(kept.file_name())
    }
}

/// Names in a folder that are UTF-8; none where there is no folder.
fn names(folder: &Path) -> CliResult<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| io(folder, &error))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(|error| io(folder, &error))?.file_name().into_string());
    }
    Ok(names)
}

fn io(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Vec<u8> {
        include_bytes!("../../../fixtures/accept/flat/bundle.json").to_vec()
    }

    fn round() -> u64 {
        Bundle::from_json(&bundle()).unwrap().round.round.round
    }

    #[test]
    fn what_is_kept_is_found_and_read_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let archive = Archive::new(dir.path());
        assert_eq!(archive.list().unwrap(), []);
        let (bytes, round) = (bundle(), round());
        for venue in ["a-5", "..", "a"] {
            archive.keep(7, round, venue, &bytes).unwrap();
            archive.keep(7, round, venue, &bytes).unwrap();
        }
        let all = archive.list().unwrap();
        let venues: Vec<_> = all.iter().map(|kept| (kept.epoch, kept.round, kept.venue.as_str())).collect();
        assert_eq!(venues, [(7, round, ".."), (7, round, "a"), (7, round, "a-5")]);
        assert!(all.iter().all(|kept| archive.read(kept).unwrap().0 == bytes));
        assert_eq!(names(dir.path()).unwrap(), [FOLDER]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&archive.path(&all[0])), mode(&archive.epoch(7))), (0o600, 0o700));
        }
    }

    #[test]
    fn what_is_not_as_it_was_is_refused_and_kept_again() {
        let dir = tempfile::tempdir().unwrap();
        let archive = Archive::new(dir.path());
        let (bytes, round) = (bundle(), round());
        let said = |kept: &KeptBundle| archive.read(kept).unwrap_err().to_string();
        archive.keep(7, round, "a", &bytes).unwrap();
        let kept = archive.list().unwrap().remove(0);
        fs::write(archive.path(&kept), &bytes[1..]).unwrap();
        assert!(said(&kept).contains("altered since it was published"));
        archive.keep(7, round, "a", &bytes).unwrap();
        assert_eq!(archive.read(&kept).unwrap().0, bytes);
        // Under the name of another round, and no bundle under its own name.
        archive.keep(7, round + 1, "a", &bytes).unwrap();
        assert!(
            said(&KeptBundle { round: round + 1, ..kept.clone() }).contains(&format!("of round {round}"))
        );
        archive.keep(7, 1, "b", b"{}").unwrap();
        let other =
            KeptBundle { round: 1, venue: "b".into(), sha256: Sha256::digest(b"{}").into(), ..kept.clone() };
        assert!(said(&other).contains("not a bundle"));
        fs::remove_file(archive.path(&kept)).unwrap();
        assert!(archive.read(&kept).is_err());
    }

    #[test]
    fn names_have_one_form() {
        let digest = "ab".repeat(32);
        let read = |name: &str| KeptBundle::from_name(0, name).is_some();
        assert!(read(&format!("5-{digest}-a.json")) && read(&format!("0-{digest}-a-5.json.json")));
        for name in [
            format!("05-{digest}-a.json"),
            format!("+5-{digest}-a.json"),
            format!("-5-{digest}-a.json"),
            format!("5-{}-a.json", digest.to_uppercase()),
            format!("5-{}-a.json", &digest[2..]),
            format!("5-{digest}.json"),
            format!("5-{digest}-a.JSON"),
            format!("5-{digest}-a"),
            format!("18446744073709551616-{digest}-a.json"),
        ] {
            assert!(!read(&name), "{name}");
        }
    }

    #[test]
    fn old_epochs_go_and_what_is_not_of_the_archive_stays() {
        let dir = tempfile::tempdir().unwrap();
        let archive = Archive::new(dir.path());
        for epoch in [3, 4, 5] {
            archive.keep(epoch, 1, "a", b"x").unwrap();
        }
        fs::write(archive.epoch(3).join(".solvency-cut"), b"x").unwrap();
        fs::write(archive.epoch(4).join("note.txt"), b"x").unwrap();
        fs::create_dir(archive.directory.join("epoch-03")).unwrap();
        archive.forget_before(5).unwrap();
        archive.forget_before(5).unwrap();
        let mut left = names(&archive.directory).unwrap();
        left.sort();
        assert_eq!(left, ["epoch-03", "epoch-4", "epoch-5"]);
        assert_eq!(names(&archive.epoch(4)).unwrap(), ["note.txt"]);
        assert_eq!(archive.list().unwrap().len(), 1);
    }
}
