//! Errors as a person meets them: what happened, and what to do about it.

use std::fmt;

/// Why a command did not do its work: exit code 2.
#[derive(Debug)]
pub(crate) struct CliError {
    message: String,
    hint: Option<String>,
}

impl CliError {
    /// Says what happened.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        CliError { message: message.to_string(), hint: None }
    }

    /// Adds what to do about it.
    pub(crate) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// What to do about it.
    pub(crate) fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<E: std::error::Error> From<E> for CliError {
    fn from(error: E) -> Self {
        CliError::new(error)
    }
}

/// What a command answers.
pub(crate) type CliResult<T = Outcome> = Result<T, CliError>;

/// How a command ended when nothing went wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Accepted, or done: exit code 0.
    Done,
    /// Rejected: exit code 1.
    Rejected,
}
