//! A custodian's store as a test looks into it, exchanges it, or puts an old copy back.

use std::path::{Path, PathBuf};

use solvency_store::{Kind, Opener, Store};

const STORE: &str = "custodian/state/custodian.store";

/// The demo's store, opened with its key file.
pub(crate) fn open(demo: &Path) -> Store {
    Store::open(&demo.join(STORE), &opener(demo)).unwrap()
}

fn opener(demo: &Path) -> Opener {
    Opener::key_file(&demo.join("custodian/store.key")).unwrap()
}

/// A store that can be put in the place of another one.
pub(crate) struct Other {
    place: PathBuf,
    other: PathBuf,
}

/// A copy as it is now.
pub(crate) fn copy(demo: &Path) -> Other {
    let other = Other { place: demo.join(STORE), other: demo.join("custodian/other.store") };
    std::fs::copy(&other.place, &other.other).unwrap();
    other
}

/// A copy of epoch 0 with other sequences.
pub(crate) fn with_copy(demo: &Path, change: impl Fn(Kind, &mut Vec<Vec<u8>>)) -> Other {
    let other = Other { place: demo.join(STORE), other: demo.join("custodian/other.store") };
    let _ = std::fs::remove_file(&other.other);
    let (from, mut to) = (open(demo), Store::create(&other.other, &opener(demo)).unwrap());
    to.transaction(|tx| {
        for kind in Kind::ALL {
            for name in from.names(0, kind)? {
                let content = from.get(0, kind, &name)?.unwrap();
                let _ = tx.replace(0, kind, &name, &content)?;
            }
            let mut contents: Vec<Vec<u8>> =
                from.sequence(0, kind)?.iter().map(|content| content.to_vec()).collect();
            change(kind, &mut contents);
            for (number, content) in contents.iter().enumerate() {
                let _ = tx.append(0, kind, number as u64, content)?;
            }
        }
        Ok::<(), solvency_store::StoreError>(())
    })
    .unwrap();
    other
}

impl Other {
    /// Runs something with the other store in the place of the present one. Answers with the other one, as it was before.
    pub(crate) fn while_there(self, run: impl FnOnce()) -> Other {
        let again = self.other.with_extension("again");
        std::fs::copy(&self.other, &again).unwrap();
        let aside = self.place.with_extension("aside");
        std::fs::rename(&self.place, &aside).unwrap();
        std::fs::rename(&self.other, &self.place).unwrap();
        run();
        std::fs::rename(aside, &self.place).unwrap();
        std::fs::rename(again, &self.other).unwrap();
        self
    }
}
