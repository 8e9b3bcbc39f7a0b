//! Signed price packages as checked prices with a confidence (spec/prices.md).
//!
//! Reads own signed feeds, Pyth's updates from Hermes and RedStone's data packages, checks every signature against the signers that the
//! sources file pins, and makes from them the prices of one side: collateral at price − k·confidence, rounded down; debts at
//! price + k·confidence, rounded up.
//!
//! # What this does not show
//!
//! That the market traded there, that no newer package exists, or that the pinned signers are the right ones. What comes out is what one
//! oracle observed: it counts for a verifier only in a round that k oracles signed.
//!
//! # Use
//!
//! ```
//! use solvency_feeds::{FeedError, PriceFile, Report, Side, Sources, import};
//! use solvency_verifier::registry::Registry;
//!
//! fn collateral(sources: &str, registry: &Registry, now: u64, files: &[PriceFile<'_>]) -> Result<Report, FeedError> {
//!     let sources = Sources::parse("sources.toml", sources)?;
//!     import(&sources, registry, Side::Collateral, now, files)
//! }
//! ```
#![forbid(unsafe_code)]

mod amount;
mod error;
mod import;
mod json;
mod own;
mod pyth;
mod reading;
mod redstone;
mod sources;

pub use amount::{Amount, Published, Side};
pub use error::{FeedError, Problem};
pub use import::{Line, Report, import};
pub use own::{FeedPrice, PriceFeed, SIGNED_FEED_FORMAT, SignedFeed};
pub use reading::{LeftOut, PriceFile, Reason, SourceKind};
pub use redstone::signed_value;
pub use sources::{OwnSource, PythSource, RedStoneSource, SOURCES_FORMAT, Sources};

/// Longest file of prices, in bytes: several times what RedStone's gateway says of all its feeds.
pub const MAX_FILE_BYTES: usize = 16 << 20;
/// Most files of one import.
pub const MAX_FILES: usize = 64;
/// Most prices of an own feed, and most updates of a Hermes file.
pub const MAX_ENTRIES: usize = 64;
