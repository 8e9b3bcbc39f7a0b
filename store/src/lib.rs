//! What a custodian keeps, in one encrypted file: books, blindings, proofs, the account's chain, and what was published.
//!
//! Not shown: that the file is the newest copy, how much is in it, that a running process keeps its secrets, that what is kept is
//! true. The format, and what a crash at each point leaves, stand in `spec/store.md`.
//!
//! ```
//! use solvency_store::{Access, Kind, Opener, Store};
//! # let folder = tempfile::tempdir().unwrap();
//! # let (key, path) = (folder.path().join("custodian.key"), folder.path().join("custodian.store"));
//! let opener = Opener::new_key_file(&key)?;
//! let mut store = Store::create(&path, &opener)?;
//! store.transaction(|tx| {
//!     let _ = tx.append(7, Kind::Allocation, 0, b"the first allocation")?;
//!     tx.publish(7, "venue-a/bundle.json", Access::Public, b"{}")
//! })?;
//! assert_eq!(store.deliver()?.written, ["venue-a/bundle.json"]);
//! # Ok::<(), solvency_store::StoreError>(())
//! ```
#![forbid(unsafe_code)]

mod error;
mod keys;
mod opener;
mod outbox;
mod placing;
mod reading;
mod record;
mod store;
mod summary;
mod transaction;

#[cfg(test)]
mod tests;

pub use error::{OpenerKind, StoreError};
pub use opener::{LEAST_WORK_LOG2, MAX_KEY_FILE_BYTES, MOST_WORK_LOG2, Opener, WORK_LOG2};
pub use outbox::{Delivery, MAX_PUBLISHED_BYTES, Publication, State};
pub use placing::Access;
pub use record::{Kind, MAX_CONTENT_BYTES, MAX_NAME_BYTES};
pub use store::{STORE_VERSION, Store, Unlocked};
pub use transaction::{Put, Transaction, from_json, to_json};
