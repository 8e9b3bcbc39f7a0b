//! What is behind `solvency audit`: verifies again, offline, what was published to a venue, and writes an evidence pack (spec/audit.md).
//!
//! # What an audit does not show
//!
//! That what was attested is true, that everything was handed over, or when it was received. Each figure of a pack says on what it rests
//! ([`Label`]); the page ends with what no line of it shows.
//!
//! # Use
//!
//! ```
//! use solvency_audit::{Audit, AuditError, Report};
//!
//! fn audit(trust: &[u8], bundles: &[(&str, u64, &[u8])], now: u64) -> Result<Report, AuditError> {
//!     let mut audit = Audit::new("trust.json", trust, now)?;
//!     for (name, received_at, bytes) in bundles {
//!         audit.add_bundle(name, *received_at, bytes);
//!     }
//!     Ok(audit.run())
//! }
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod audit;
mod beacon;
mod ceremony;
mod compare;
mod coverage;
mod error;
mod figure;
mod finding;
mod html;
mod input;
mod judge;
mod keys;
mod logs;
mod opening;
mod prices;
mod report;
mod round_opening;
mod rounds;
mod samples;
mod signed;
mod strict;
mod tables;
mod totals;
mod witnesses;

pub use audit::{Audit, MAX_TRUST_BYTES};
pub use beacon::{
    BEACON_FORMAT, Beacon, BeaconError, Interval, MAX_BEACON_BYTES, MAX_INTERVALS, MAX_SAMPLES, ONE, escape,
};
pub use ceremony::{
    CEREMONY_FORMAT, CeremonyBeacon, CeremonyRecord, Contribution, KeyLine, MAX_CEREMONY_BYTES, PowersOfTau,
    ZKey,
};
pub use coverage::Timeline;
pub use error::{AuditError, SignError};
pub use figure::{Figure, Label};
pub use finding::{Code, Finding, Severity};
pub use html::{escape_text, utc};
pub use input::{Input, InputKind, MAX_NAME};
pub use opening::{
    MAX_OPENING_BYTES, MAX_REFERENCE, OPENING_FORMAT, OpenedPosition, OpenedVault, OpeningError,
    VaultOpening, leaf_count, vault_id,
};
pub use prices::{AssetPrice, MAX_SOURCES_BYTES, ObservationLine, PriceState, RoundPrices, SourcePrice};
pub use report::{
    AUDIT_FORMAT, AuditVerdict, BundleLine, ContinuityLine, LogLine, MemberLine, OpeningLine, Pack, Report,
    SignerLine,
};
pub use round_opening::{MAX_ROUND_OPENING_BYTES, ROUND_OPENING_FORMAT, RoundOpening, RoundOpeningError};
pub use rounds::{CommitmentLine, MAX_CHECKPOINT_BYTES, MAX_KEY_STATEMENT_BYTES, RoundsLogLine};
pub use samples::LeafPlace;
pub use signed::{AuditStatement, MAX_SIGNATURE_BYTES, SIGNATURE_FORMAT, SignedReport};
pub use solvency_feeds::PriceFile;
pub use strict::sha256;
pub use tables::{AssetTerms, ClassTerms, TierRow, ValuationTable};
pub use totals::TotalsLine;
pub use witnesses::{LineState, MAX_WITNESS_KEY_BYTES, SignatureLine};
