//! Why a file can't be imported: which file, where in it, what was found, what is allowed, what to do.

use serde::de::DeserializeOwned;
use solvency_verifier::decimal::DecimalError;
use solvency_verifier::valuation::TierError;

use crate::files::FileError;

/// A text with the name under which errors mention it.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// All of its text.
    pub text: &'a str,
}

/// What is wrong at a place of a file.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {place}: {problem}")]
pub struct ImportError {
    /// Name of the file.
    pub file: String,
    /// Line and column, row, or path within the document.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file can't be read.
    #[error(transparent)]
    File(FileError),
    /// Not JSON of this form: syntax, a missing or repeated field, a number where text is expected.
    #[error("{0}")]
    Json(String),
    /// JSON that ends too early.
    #[error("{0}; the document is cut off")]
    Truncated(String),
    /// A byte order mark in front of the text.
    #[error("the text begins with a byte order mark")]
    ByteOrderMark,
    /// Not CSV: a row of another length, a quote that is not closed.
    #[error("{0}")]
    Csv(String),
    /// Another header than the form has.
    #[error("the columns are {got}, expected {expected}")]
    Columns {
        /// Columns found.
        got: String,
        /// Columns needed.
        expected: String,
    },
    /// Another format or version.
    #[error("format is {got:?}, expected {expected:?}")]
    Format {
        /// Format found.
        got: String,
        /// Format needed.
        expected: &'static str,
    },
    /// A text that is not the decimal number that is needed.
    #[error("{field}: {error}")]
    Decimal {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        error: DecimalError,
    },
    /// An amount below 0.
    #[error("{field} is {got}, below 0")]
    Negative {
        /// Which field.
        field: &'static str,
        /// What was found.
        got: String,
    },
    /// A decimal point in a whole number of base units.
    #[error("{field} is {got}: base units are whole numbers")]
    Unit {
        /// Which field.
        field: &'static str,
        /// What was found.
        got: String,
    },
    /// A field without the value that it must have.
    #[error("{field} is {got:?}, {allowed}")]
    Value {
        /// Which field.
        field: &'static str,
        /// What was found.
        got: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A vault, asset or row twice.
    #[error("{what} {name:?} stands twice")]
    Repeated {
        /// What is repeated.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// An asset, vault or class that nothing maps.
    #[error("{what} {name:?} is not {expected}")]
    Unknown {
        /// What is unknown.
        what: &'static str,
        /// Its name.
        name: String,
        /// Where it should be.
        expected: &'static str,
    },
    /// Nothing to import.
    #[error("no {0}; at least one is needed")]
    Empty(&'static str),
    /// More entries than are read.
    #[error("more than {allowed} {what}")]
    TooMany {
        /// Which entries.
        what: &'static str,
        /// The most that are read.
        allowed: usize,
    },
    /// Parts that do not add up.
    #[error("{whole} is {total}, but {parts} add up to {sum}")]
    Sum {
        /// Field of the whole.
        whole: &'static str,
        /// The whole stated.
        total: Box<str>,
        /// Fields of the parts.
        parts: &'static str,
        /// The sum of the parts.
        sum: Box<str>,
    },
    /// A part that is greater than what it is a part of.
    #[error("{part} is {got}, more than {whole}, which is {allowed}")]
    Exceeds {
        /// The part, or the parts that are added.
        part: &'static str,
        /// Their value.
        got: Box<str>,
        /// The whole.
        whole: &'static str,
        /// Its value.
        allowed: Box<str>,
    },
    /// A proof that doesn't lead to what is claimed.
    #[error("the proof of {what} does not hold: {error}")]
    Proof {
        /// What was to be proven.
        what: &'static str,
        /// Where it broke.
        error: String,
    },
    /// A header that is not that of the trusted block.
    #[error("the header hashes to {got}, the trusted block is {trusted}")]
    Block {
        /// Hash of the header's fields.
        got: String,
        /// Hash that is trusted.
        trusted: String,
    },
    /// A sum beyond 64 bits of ledger units, or beyond 128 bits of 10^-18.
    #[error(
        "the sum of {0} is too large: at most 64 bits of ledger units in a vault, 2^128 / 10^18 over all"
    )]
    Overflow(String),
    /// One vault with two classes.
    #[error("vault {vault:?} is of class {got:?} here and of class {first:?} above; a vault has one class")]
    TwoClasses {
        /// The vault.
        vault: String,
        /// Class found.
        got: String,
        /// Class of an earlier row.
        first: String,
    },
    /// Tiers that are no schedule.
    #[error(transparent)]
    Tiers(TierError),
}

impl ImportError {
    /// What to do about it; empty where the message says it all.
    pub fn hint(&self) -> &'static str {
        match &self.problem {
            Problem::File(_) => "check the path and that the file can be read",
            Problem::Json(_) => "decimals are written as text, \"1.5\", never as JSON numbers",
            Problem::Truncated(_) => "export or copy the file again, whole",
            Problem::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
            Problem::Negative { .. } => "what is owed is no collateral; settle it and export again",
            Problem::Unit { .. } => "export base units (satoshi, wei), not whole assets",
            Problem::Exceeds { .. } => "export again: the snapshot was taken while balances moved",
            Problem::Proof { .. } => "ask the node again, for the block whose state root is trusted",
            Problem::Block { .. } => {
                "check the trusted hash, and that the whole answer to eth_getBlockByNumber is there"
            }
            Problem::Unknown { what: "base unit of asset", .. } => {
                "name the decimals of the source's base unit in base_decimals, as BTC = 8"
            }
            Problem::Csv(_) | Problem::Columns { .. } => {
                "keep the header and the number of columns of the published form"
            }
            Problem::Format { .. } => "this version reads only that format",
            Problem::Decimal { error: DecimalError::TooManyDecimals { .. }, .. } => {
                "correct the file, or name the asset in round_down to drop what is below one ledger unit"
            }
            Problem::Unknown { .. } => "add it to the mapping, or name it among what is ignored",
            Problem::Repeated { .. } => "keep one of the two; a balance must not count twice",
            Problem::Sum { .. } => {
                "export again: a snapshot whose parts do not add up was taken while balances moved"
            }
            Problem::TwoClasses { .. } => "give the part in the other class its own vault",
            _ => "",
        }
    }
}

impl Document<'_> {
    pub(crate) fn error(&self, place: impl Into<String>, problem: Problem) -> ImportError {
        ImportError { file: self.file.into(), place: place.into(), problem }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ImportError> {
        serde_json::from_str(self.text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            let problem = if error.is_eof() { Problem::Truncated } else { Problem::Json };
            self.error(place, problem(error.to_string()))
        })
    }

    /// The rows of a CSV document with exactly these columns, each with its line.
    pub(crate) fn rows<const N: usize>(
        &self,
        columns: [&str; N],
    ) -> Result<Vec<(u64, [String; N])>, ImportError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(self.text.as_bytes());
        let mut rows = Vec::new();
        let mut header = None;
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                self.error(format!("line {line}"), Problem::Csv(error.to_string()))
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let fields: Vec<String> = record.iter().map(str::to_owned).collect();
            if header.is_none() {
                if fields != columns {
                    let problem = Problem::Columns { got: fields.join(","), expected: columns.join(",") };
                    return Err(self.error(format!("line {line}"), problem));
                }
                header = Some(());
                continue;
            }
            let got = fields.len();
            let fields = fields.try_into().map_err(|_| {
                self.error(format!("line {line}"), Problem::Csv(format!("{got} fields, expected {N}")))
            })?;
            rows.push((line, fields));
        }
        match header {
            Some(()) => Ok(rows),
            None => Err(self.error("line 1", Problem::Empty("header"))),
        }
    }
}
