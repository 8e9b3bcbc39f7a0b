//! The demo's steps: commands that can be repeated by hand, run in this process.

use clap::Parser;

use crate::args::Cli;
use crate::error::{CliResult, Outcome};
use crate::output::{Answer, Output};

/// Runs a command, shown as a shell would take it, with its answer.
pub(crate) fn shown(title: &str, arguments: &[String], output: &Output) -> CliResult<(Outcome, Answer)> {
    output.note(&format!("\n# {title}\n$ solvency {}", shell(arguments)));
    let (outcome, answer) = silent(arguments, output)?;
    output.note(answer.text.trim_end());
    Ok((outcome, answer))
}

/// Runs a command without showing it.
pub(crate) fn silent(arguments: &[String], output: &Output) -> CliResult<(Outcome, Answer)> {
    let words = std::iter::once("solvency".to_owned()).chain(arguments.iter().cloned());
    let cli = Cli::try_parse_from(words)?;
    let (outcome, answer) = output.captured(|inner| crate::run(&cli.command, inner));
    Ok((outcome?, answer))
}

/// A command line as a shell would take it.
fn shell(arguments: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,".contains(c);
    let quoted = arguments.iter().map(|word| match word.chars().all(plain) {
        true => word.clone(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    });
    quoted.collect::<Vec<_>>().join(" ")
}
