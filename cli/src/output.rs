//! Results on stdout, as text or as one JSON object; progress on stderr.

use std::cell::RefCell;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::error::CliError;

/// How results are shown.
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    captured: Option<RefCell<Answer>>,
}

/// A result that was kept instead of shown.
#[derive(Default)]
pub(crate) struct Answer {
    /// For machines.
    pub(crate) value: Value,
    /// For people.
    pub(crate) text: String,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Output { json, quiet, captured: None }
    }

    /// Runs something whose result is kept instead of shown.
    pub(crate) fn captured<T>(&self, run: impl FnOnce(&Output) -> T) -> (T, Answer) {
        let inner = Output { json: self.json, quiet: self.quiet, captured: Some(RefCell::default()) };
        let outcome = run(&inner);
        (outcome, inner.captured.map(RefCell::into_inner).unwrap_or_default())
    }

    /// Shows a result: `value` to machines, `text` to people.
    pub(crate) fn result(&self, value: Value, text: impl FnOnce() -> String) {
        use std::io::Write;
        if let Some(captured) = &self.captured {
            *captured.borrow_mut() = Answer { value, text: text() };
            return;
        }
        let shown = if self.json { value.to_string() } else { text() };
        // A reader that closed the pipe has seen what it wanted.
        let _ = writeln!(std::io::stdout().lock(), "{}", shown.trim_end_matches('\n'));
    }

    /// Shows an error with its hint.
    pub(crate) fn error(&self, error: &CliError) {
        if self.json {
            let value = serde_json::json!({ "error": error.to_string(), "hint": error.hint_text() });
            self.result(value, String::new);
        }
        self.report(error);
    }

    /// Shows an error with its hint on stderr alone: the command goes on.
    pub(crate) fn report(&self, error: &CliError) {
        eprintln!("error: {error}");
        if let Some(hint) = error.hint_text() {
            eprintln!("hint: {hint}");
        }
    }

    /// Something that went wrong without stopping the command, on stderr, also where no progress is shown.
    pub(crate) fn warning(&self, text: &str) {
        eprintln!("warning: {text}");
    }

    /// A line for people on stderr.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// Whether no progress is shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A spinner on stderr while something takes long; it vanishes when dropped.
    pub(crate) fn working(&self, what: &str) -> Working {
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        Working(bar)
    }
}

/// A running spinner.
pub(crate) struct Working(ProgressBar);

impl Working {
    /// Says how far it is.
    pub(crate) fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
