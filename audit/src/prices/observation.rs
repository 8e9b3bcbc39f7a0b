//! An observation that was handed over: the files from which an oracle is said to have made its prices, imported again.
//!
//! Its sources' signatures are checked. That the oracle used these files, nothing here shows.

use solvency_feeds::{FeedError, MAX_FILE_BYTES, PriceFile, Report, Side, Sources, import};
use solvency_verifier::encoding::Address;
use solvency_verifier::registry::Registry;

use crate::finding::{Code, Finding};
use crate::input::{Held, Input, InputKind, cut};
use crate::strict::{Unread, bounded};

/// Longest sources file that is read, in bytes.
pub const MAX_SOURCES_BYTES: usize = 1 << 20;

/// What an oracle is said to have observed.
pub(crate) struct Observation {
    pub(crate) name: String,
    pub(crate) oracle: Address,
    /// When it imported, in Unix seconds.
    pub(crate) at: u64,
    /// The sources file and the price files, with why they were not read.
    files: Vec<Held<()>>,
    imported: Option<Result<Report, Box<FeedError>>>,
}

impl Observation {
    /// Reads the files; of their bytes nothing is kept.
    pub(crate) fn read(
        name: &str,
        oracle: Address,
        at: u64,
        sources: PriceFile<'_>,
        files: &[PriceFile<'_>],
        registry: &Registry,
    ) -> Self {
        let parsed = parse(sources);
        let held = |kind, file: &PriceFile<'_>, allowed| {
            Held::new(kind, file.file, None, file.bytes, |bytes| bounded(bytes, allowed))
        };
        let mut listed = vec![held(InputKind::Sources, &sources, MAX_SOURCES_BYTES)];
        listed.extend(files.iter().map(|file| held(InputKind::Prices, file, MAX_FILE_BYTES)));
        let whole = listed.iter().all(|held| held.read.is_ok());
        let imported = match &parsed {
            Ok(sources) if whole => {
                Some(import(sources, registry, Side::Collateral, at, files).map_err(Box::new))
            }
            _ => None,
        };
        if let (Some(held), Err(unread)) = (listed.first_mut(), parsed) {
            held.read = Err(unread);
        }
        Observation { name: cut(name), oracle, at, files: listed, imported }
    }

    /// Lists its files, and says why they were not read or imported; answers the prices.
    pub(crate) fn take(self, inputs: &mut Vec<Input>, findings: &mut Vec<Finding>) -> Option<Taken> {
        for Held { input, read } in self.files {
            match read {
                Ok(()) => {}
                Err(Unread::TooLong { got, allowed }) => {
                    let what = format!(
                        "{got} bytes, at most {allowed} are read of a file of kind {}",
                        input.kind.name()
                    );
                    findings.push(Finding::new(Code::InputTooLong, input.name.clone(), what));
                }
                Err(Unread::Form(what)) => {
                    findings.push(Finding::new(Code::InputUnreadable, input.name.clone(), what));
                }
            }
            inputs.push(input);
        }
        match self.imported? {
            Ok(report) => Some(Taken { name: self.name, oracle: self.oracle, at: self.at, report }),
            Err(error) => {
                let what = format!("no prices come from it: {error}");
                findings.push(Finding::new(Code::ObservationRefused, self.name, what));
                None
            }
        }
    }
}

/// An observation whose prices were made again.
pub(crate) struct Taken {
    pub(crate) name: String,
    pub(crate) oracle: Address,
    pub(crate) at: u64,
    pub(crate) report: Report,
}

fn parse(sources: PriceFile<'_>) -> Result<Sources, Unread> {
    bounded(sources.bytes, MAX_SOURCES_BYTES)?;
    let text = std::str::from_utf8(sources.bytes).map_err(Unread::form)?;
    Sources::parse(sources.file, text).map_err(Unread::form)
}
