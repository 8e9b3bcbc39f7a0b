//! `solvency serve`: the venue's HTTP service (spec/service.md).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use solvency_prover::files;
use solvency_server::{Config, Parts, StartError, open_position, run as run_service};

use crate::args::{OpenPositionArgs, ServeArgs, ServeCommand};
use crate::clock;
use crate::custodian::unlock::make_private;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &ServeArgs, output: &Output) -> CliResult {
    let config = load(&args.config)?;
    match &args.command {
        Some(ServeCommand::Open(open)) => open_one(&config, open, output),
        None => serve(config, &args.config, output),
    }
}

/// Reads the configuration; paths in it are relative to it.
fn load(path: &Path) -> CliResult<Config> {
    let text = files::read_text(path, 1 << 20)?;
    let mut config: Config = toml::from_str(&text).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display())).hint("spec/service.md says what the file holds")
    })?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let at = |path: &mut PathBuf| *path = folder.join(&*path);
    at(&mut config.admin_token);
    at(&mut config.state);
    for position in &mut config.positions {
        at(&mut position.trust);
        position.totals.as_mut().map(at);
        if let Some(previous) = &mut position.previous {
            at(&mut previous.trust);
        }
    }
    config.check().map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
    Ok(config)
}

/// Opens the position of an account that was never covered. Done once: a service that finds no file does not start.
fn open_one(config: &Config, args: &OpenPositionArgs, output: &Output) -> CliResult {
    let position = config.positions.iter().find(|position| position.name == args.name).ok_or_else(|| {
        CliError::new(format!("the configuration has no position {:?}", args.name))
            .hint("add it under [[positions]]")
    })?;
    if !config.state.exists() {
        make_private(&config.state)?;
    }
    open_position(&config.state, position, clock::now(None)?).map_err(explained)?;
    output.result(json!({ "opened": args.name, "state": config.state }), || {
        format!("{}: opened in {}", args.name, config.state.display())
    });
    Ok(Outcome::Done)
}

fn serve(config: Config, path: &Path, output: &Output) -> CliResult {
    let path = path.to_owned();
    let read_config = move || load(&path).map_err(|error| error.to_string());
    let parts = Parts { read_config: Some(Arc::new(read_config)), ..Parts::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let bound = |intake: std::net::SocketAddr, admin: std::net::SocketAddr| {
        output.result(json!({ "intake": intake.to_string(), "admin": admin.to_string() }), || {
            format!("intake at http://{intake}, admin at http://{admin}; SIGINT or SIGTERM ends it")
        });
    };
    runtime.block_on(run_service(config, parts, bound, asked_to_end())).map_err(explained)?;
    Ok(Outcome::Done)
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    let _ = tokio::signal::ctrl_c().await;
}

fn explained(error: StartError) -> CliError {
    CliError::new(error)
        .hint("spec/service.md says what the service needs before it starts, and when it ends by itself")
}
