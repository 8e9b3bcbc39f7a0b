//! `solvency store`: making a store, looking at it, forgetting old epochs, changing what opens it.

use serde_json::json;
use solvency_store::{Kind, Store};

use crate::args::StoreCommand;
use crate::custodian::config::Config;
use crate::custodian::state::forget_before;
use crate::custodian::unlock::{self, explained};
use crate::error::{CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &StoreCommand, output: &Output) -> CliResult {
    let config = Config::load(command.config())?;
    match command {
        StoreCommand::New(_) => new(&config, output),
        StoreCommand::Status(_) => status(&unlock::open(&config, &mut None, output)?, output),
        StoreCommand::Forget(args) => {
            let mut store = unlock::open(&config, &mut None, output)?;
            let forgotten = forget_before(&mut store, &config.path(&config.state), args.before)?;
            output.result(json!({ "forgotten": forgotten }), || {
                format!("{} epochs before {} forgotten", forgotten.len(), args.before)
            });
            Ok(Outcome::Done)
        }
        StoreCommand::Rekey(args) => {
            let other = Config::load(&args.opener_of)?;
            let mut store = unlock::open(&config, &mut None, output)?;
            store.change_opener(&unlock::new_opener(&other)?).map_err(explained)?;
            output.result(json!({ "generation": store.generation() }), || {
                "the store is opened with the new one; old copies of it still open with the old one".into()
            });
            Ok(Outcome::Done)
        }
    }
}

fn new(config: &Config, output: &Output) -> CliResult {
    drop(unlock::create(config)?);
    let (store, key) = (unlock::store_path(config), config.store_key.as_ref().map(|key| config.path(key)));
    output.result(json!({ "store": store, "key": key }), || {
        let mut text = store.display().to_string();
        if let Some(key) = &key {
            text.push_str(&format!(
                "\nopened by {}: keep a copy of it elsewhere, without it nothing can be read",
                key.display()
            ));
        }
        text
    });
    Ok(Outcome::Done)
}

/// What is in a store, without any amount.
fn status(store: &Store, output: &Output) -> CliResult {
    let mut epochs = Vec::new();
    for epoch in store.epochs().map_err(explained)? {
        let count = |kind| store.sequence(epoch, kind).map(|all| all.len()).map_err(explained);
        let published: Vec<_> = store
            .publications(epoch)
            .map_err(explained)?
            .iter()
            .map(|one| {
                json!({ "path": one.target, "sha256": hex::encode(one.sha256), "bytes": one.length, "state": one.state })
            })
            .collect();
        epochs.push(json!({
            "epoch": epoch,
            "books": store.names(epoch, Kind::Book).map_err(explained)?.len(),
            "signed": store.names(epoch, Kind::Attestation).map_err(explained)?.iter().any(|name| name == "signed"),
            "holdings": count(Kind::Holdings)?,
            "allocations": count(Kind::Allocation)?,
            "coverages": store.names(epoch, Kind::Coverage).map_err(explained)?,
            "headroom": count(Kind::Headroom)?,
            "published": published,
        }));
    }
    let waiting = store.waiting().map_err(explained)?;
    let value = json!({ "generation": store.generation(), "epochs": epochs, "waiting": waiting });
    output.result(value, || {
        let mut text = format!("generation {}\n", store.generation());
        for epoch in &epochs {
            text.push_str(&format!(
                "epoch {}: {} books{}, {} holdings, {} allocations, coverages {}, {} published\n",
                epoch["epoch"],
                epoch["books"],
                if epoch["signed"] == true { ", one signed" } else { "" },
                epoch["holdings"],
                epoch["allocations"],
                epoch["coverages"],
                epoch["published"].as_array().map_or(0, Vec::len),
            ));
        }
        for path in &waiting {
            text.push_str(&format!("  still to be written: {path}\n"));
        }
        text
    });
    Ok(Outcome::Done)
}
