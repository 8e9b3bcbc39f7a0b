//! Another configuration and other trust files while the service runs: all or nothing, in its turn.

use serde_json::{Value, json};
use solvency_server::{ConfigError, PreviousTrust, StartError};
use solvency_verifier::position::Bands;

use crate::support::{
    BANDS, Client, Home, JSON, Server, authorization, bundle, claim, fixture, head, now, private,
};

/// One that pins no development key, so that bundles count under the old one alone.
fn stricter(case: &str) -> Vec<u8> {
    let mut trust: Value = serde_json::from_slice(&fixture(&format!("accept/{case}/trust.json"))).unwrap();
    trust["acceptedDevelopmentKeys"].as_array_mut().unwrap().clear();
    trust.to_string().into_bytes()
}

fn changed(server: &Server) -> Vec<Value> {
    server.reload().ok()["changed"].as_array().unwrap().clone()
}

fn files(home: &Home) -> Vec<Vec<u8>> {
    home.config
        .positions
        .iter()
        .map(|it| std::fs::read(home.file(&format!("{}.position.json", it.name))).unwrap())
        .collect()
}

#[test]
fn a_newer_claim_is_claimed_once() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    assert_eq!(changed(&server), Vec::<Value>::new());
    let before = server.standing("flat")["claim"].clone();
    home.alter_trust(0, |trust| trust["latestClaim"] = claim(5));
    let [change] = &changed(&server)[..] else { panic!("one position") };
    assert_eq!(change["claim"], json!({ "from": before, "to": claim(5) }));
    assert_eq!((&change["trust"], &change["bands"]), (&json!(null), &json!(null)));
    let standing = &change["standing"];
    assert_eq!((&standing["position"], &standing["state"]), (&json!("flat"), &json!("grace")));
    assert_eq!(server.standing("flat"), *standing);
    assert_eq!(changed(&server), Vec::<Value>::new());
    // An older one in the file is not the latest any more, and says nothing.
    server.admin_post("/v1/positions/flat/claims", &claim(6)).ok();
    assert_eq!(changed(&server), Vec::<Value>::new());
    let before = server.standing("flat");
    server.kill();
    let server = home.start();
    assert_eq!(server.standing("flat"), before);
    server.stop();
}

#[test]
fn a_rotation_with_an_overlap_is_the_one_of_a_start() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let next = home.write_trust("next.trust.json", &stricter("flat"));
    let until = now() + 100;
    home.reconfigure(|config| {
        let old = std::mem::replace(&mut config.positions[0].trust, next.clone());
        config.positions[0].previous = Some(PreviousTrust { trust: old, until });
    });
    let [change] = &changed(&server)[..] else { panic!("one position") };
    let trust = &change["trust"];
    assert_eq!(trust["until"], until);
    let written: Value = serde_json::from_slice(&files(&home)[0]).unwrap();
    assert_eq!(
        (&trust["from"], &trust["to"]),
        (&written["previous"]["trust"]["trust"], &written["current"]["trust"])
    );
    // Under the one before, until its end.
    assert_eq!(server.post_bundle("flat", &bundle("flat")).ok()["standing"]["until"], until);
    assert_eq!(changed(&server), Vec::<Value>::new());
    home.set_clock(until);
    assert_eq!(server.standing("flat")["state"], "grace");
    let again = [&bundle("flat")[..], b"\n"].concat();
    assert_eq!(server.post_bundle("flat", &again).refused().1, "development_key");
    server.stop();

    // In its place, without the one before: at once.
    let home = Home::new(&["flat"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    std::fs::write(&home.config.positions[0].trust, stricter("flat")).unwrap();
    let [change] = &changed(&server)[..] else { panic!("one position") };
    assert_eq!((&change["trust"]["until"], &change["standing"]["state"]), (&json!(now()), &json!("grace")));
    server.kill();
    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "grace");
    server.stop();
}

/// Whatever is wrong with the second position's, nothing of the first one's good change is taken.
#[test]
fn what_is_broken_or_refused_changes_nothing() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    server.post_bundle("tiered", &bundle("tiered")).ok();
    let standings = || ["flat", "tiered"].map(|name| server.standing(name));
    let (before, written) = (standings(), files(&home));
    let path = home.config.positions[1].trust.clone();
    let whole = std::fs::read(&path).unwrap();
    home.alter_trust(0, |trust| trust["latestClaim"] = claim(5));
    let refused = |said: &[&str]| {
        let answer = server.reload();
        assert_eq!(answer.code(422), "reload");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(said.iter().all(|said| message.contains(said)), "{message}");
        assert_eq!((standings(), files(&home)), (before.clone(), written.clone()), "{message}");
    };
    let file = path.display().to_string();
    for length in (0..whole.len()).step_by(1 + whole.len() / 9) {
        std::fs::write(&path, &whole[..length]).unwrap();
        refused(&[&file]);
    }
    std::fs::remove_file(&path).unwrap();
    refused(&[&file]);
    std::fs::create_dir(&path).unwrap();
    refused(&[&file, "not a file"]);
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, &whole).unwrap();
    private(&path, 0o602);
    refused(&[&file, "chmod 600"]);
    private(&path, 0o600);
    std::fs::write(&path, fixture("accept/flat/trust.json")).unwrap();
    refused(&["tiered", "other parties"]);
    std::fs::write(&path, &whole).unwrap();
    home.alter_trust(1, |trust| trust["latestClaim"]["digest"] = claim(99)["digest"].clone());
    refused(&["tiered", "greater number"]);
    std::fs::write(&path, stricter("tiered")).unwrap();
    home.alter_trust(1, |trust| trust["latestClaim"] = claim(0));
    refused(&["tiered", "claim"]);
    std::fs::write(&path, &whole).unwrap();

    let reread = |alter: fn(&mut solvency_server::Config), said: &[&str]| {
        home.reconfigure(alter);
        refused(said);
        *home.reread.lock().unwrap() = Ok(home.config.clone());
    };
    reread(|it| it.positions[1].bands.grace += 1, &["tiered", "bands_before"]);
    let other = |it: &mut solvency_server::Config| {
        it.positions[1].bands_before = Some(Bands { warn: 61, ..BANDS });
        it.positions[1].bands.grace += 1;
    };
    reread(other, &["tiered", "bands_before"]);
    reread(|it| it.positions[1].bands_before = Some(BANDS), &["tiered", "bands_before are the bands"]);
    reread(|it| it.positions[1].bands.answer = 0, &["tiered", "answer"]);
    let previous = |it: &mut solvency_server::Config| {
        let trust = it.state.join("none.json");
        it.positions[1].previous = Some(PreviousTrust { trust, until: 0 });
    };
    reread(previous, &["none.json"]);
    reread(|it| it.positions[1].name = "other".into(), &["positions", "needs a start"]);
    reread(|it| drop(it.positions.pop()), &["positions", "needs a start"]);
    reread(|it| it.intake.set_port(1), &["intake", "needs a start"]);
    reread(|it| it.admin.set_port(1), &["admin", "needs a start"]);
    reread(|it| it.admin_token.push("x"), &["admin_token", "needs a start"]);
    reread(|it| it.state.push("x"), &["state", "needs a start"]);
    reread(|it| it.fronts.push([192, 0, 2, 1].into()), &["fronts", "needs a start"]);
    reread(|it| it.limits.batch += 1, &["limits", "needs a start"]);
    reread(|it| it.limits.batch = 0, &["batch", "allowed are"]);
    *home.reread.lock().unwrap() = Err("serve.toml: no such file".into());
    refused(&["serve.toml"]);
    *home.reread.lock().unwrap() = Ok(home.config.clone());

    // The first one's change was good all the time. The order in which positions stand is none.
    home.reconfigure(|it| it.positions.reverse());
    let [change] = &changed(&server)[..] else { panic!("one position") };
    assert_eq!(change["claim"]["to"], claim(5));
    assert_eq!(server.standing("tiered"), before[1]);
    server.stop();
}

#[test]
fn where_one_file_is_not_written_nothing_is_changed() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    let standings = || ["flat", "tiered"].map(|name| server.standing(name));
    let (before, written) = (standings(), files(&home));
    home.alter_trust(0, |trust| trust["latestClaim"] = claim(5));
    home.alter_trust(1, |trust| trust["latestClaim"] = claim(6));
    // No file can be written; or only the second one can't be, before any is put in its place.
    let aside = home.directory.path().join("aside");
    std::fs::rename(&home.config.state, &aside).unwrap();
    assert_eq!(server.reload().code(503), "state");
    std::fs::rename(&aside, &home.config.state).unwrap();
    let blocked = home.file(".tiered.position.json.part");
    std::fs::create_dir(&blocked).unwrap();
    assert_eq!(server.reload().code(503), "state");
    std::fs::remove_dir(&blocked).unwrap();
    assert_eq!((standings(), files(&home)), (before.clone(), written));
    assert!(server.metrics().contains("solvency_unwritten_total 2\n"));
    // The second one can't be put in its place: the first one's file is ahead, and memory says what counts.
    let (path, kept) = (home.file("tiered.position.json"), home.file("kept"));
    std::fs::rename(&path, &kept).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(server.reload().code(503), "state");
    assert_eq!(standings(), before);
    std::fs::remove_dir(&path).unwrap();
    std::fs::rename(&kept, &path).unwrap();
    assert_eq!(changed(&server).len(), 2);
    server.stop();
}

#[test]
fn it_has_its_turn_among_what_waits() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    home.gate.close();
    let mut first = server.send_bundle("tiered", &bundle("tiered"));
    home.gate.wait_for_worker();
    let pause = || std::thread::sleep(std::time::Duration::from_millis(50));
    let again = [&bundle("flat")[..], b"\n"].concat();
    let mut before = server.send_bundle("flat", &bundle("flat"));
    pause();
    std::fs::write(&home.config.positions[0].trust, stricter("flat")).unwrap();
    let mut reload = Client::connect(server.admin);
    let headers = [JSON[0], &authorization(), "Content-Length: 2"];
    reload.write(head("POST", "/v1/reload", &headers).as_bytes());
    reload.write(b"{}");
    pause();
    let mut after = server.send_bundle("flat", &again);
    pause();
    home.gate.open();
    first.answer().unwrap().ok();
    assert_eq!(before.answer().unwrap().ok()["standing"]["state"], "covered");
    let reloaded = reload.answer().unwrap().ok();
    assert_eq!(reloaded["changed"][0]["standing"]["state"], "grace");
    assert_eq!(after.answer().unwrap().refused().1, "development_key");
    server.stop();
}

#[test]
fn one_whose_sender_has_left_is_not_done() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    home.gate.close();
    let mut first = server.send_bundle("tiered", &bundle("tiered"));
    home.gate.wait_for_worker();
    home.alter_trust(0, |trust| trust["latestClaim"] = claim(5));
    let mut reload = Client::connect(server.admin);
    let headers = [JSON[0], &authorization(), "Content-Length: 2"];
    reload.write(head("POST", "/v1/reload", &headers).as_bytes());
    reload.write(b"{}");
    std::thread::sleep(std::time::Duration::from_millis(100));
    drop(reload);
    std::thread::sleep(std::time::Duration::from_millis(100));
    home.gate.open();
    first.answer().unwrap().ok();
    // Behind it in the queue.
    server.post_bundle("tiered", &bundle("tiered")).ok();
    assert_eq!(server.standing("flat")["claim"]["number"], 1);
    server.stop();
}

const SHORTER: Bands = Bands { warn: 60, restrict: 30, grace: 300, answer: 600, max_age: 300 };

#[test]
fn bands_are_changed_by_naming_the_old_and_the_new() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let until = server.post_bundle("flat", &bundle("flat")).ok()["standing"]["until"].as_u64().unwrap();
    home.set_clock(now() + 5);
    home.reconfigure(|it| {
        it.positions[0].bands = Bands { grace: 300, ..BANDS };
        it.positions[0].bands_before = Some(BANDS);
    });
    let [change] = &changed(&server)[..] else { panic!("one position") };
    assert_eq!(
        (&change["bands"]["from"]["grace"], &change["bands"]["to"]["grace"]),
        (&json!(900), &json!(300))
    );
    assert_eq!((&change["trust"], &change["claim"]), (&json!(null), &json!(null)));
    assert_eq!(change["standing"]["until"], until);
    // Done once: the same configuration says nothing new.
    assert_eq!(changed(&server), Vec::<Value>::new());
    home.set_clock(until);
    assert_eq!(server.standing("flat")["until"], until + 300);
    // Longer again gives nothing back.
    home.reconfigure(|it| {
        it.positions[0].bands_before = Some(it.positions[0].bands);
        it.positions[0].bands = BANDS;
    });
    assert_eq!(changed(&server).len(), 1);
    assert_eq!(server.standing("flat")["until"], until + 300);
    server.stop();
}

#[test]
fn bands_are_changed_at_a_start_where_both_are_named() {
    let mut home = Home::new(&["flat"]);
    let refused = |home: &Home| match home.try_start() {
        Ok(_) => panic!("it started"),
        Err(error) => error,
    };
    home.config.positions[0].bands = SHORTER;
    assert!(matches!(refused(&home), StartError::OtherBands { .. }));
    home.config.positions[0].bands_before = Some(Bands { grace: 901, ..BANDS });
    assert!(matches!(refused(&home), StartError::OtherBands { .. }));
    home.config.positions[0].bands_before = Some(SHORTER);
    let same = refused(&home);
    assert!(matches!(same, StartError::Config(ConfigError::SameBands { .. })), "{same}");
    home.config.positions[0].bands_before = Some(BANDS);
    home.start().stop();
    let written: Value = serde_json::from_slice(&files(&home)[0]).unwrap();
    assert_eq!(written["bands"], serde_json::to_value(SHORTER).unwrap());
    // Again it is no change; back without a word it is refused.
    home.start().stop();
    home.config.positions[0].bands = BANDS;
    home.config.positions[0].bands_before = None;
    assert!(matches!(refused(&home), StartError::OtherBands { .. }));
}

#[test]
fn certified_totals_come_with_a_reload_and_broken_ones_change_nothing() {
    let mut home = Home::new(&["totals"]);
    let server = home.start();
    let refused = |server: &Server| server.post_bundle("totals", &bundle("totals")).refused().1;
    assert_eq!(refused(&server), "totals_missing");
    let totals = fixture("accept/totals/totals.json");
    let path = home.write_trust("totals.json", &totals[1..]);
    home.reconfigure(|config| config.positions[0].totals = Some(path.clone()));
    let broken = |said: &str| {
        let answer = server.reload();
        assert_eq!(answer.code(422), "reload");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(said) && message.contains("totals.json"), "{message}");
        assert_eq!(refused(&server), "totals_missing");
    };
    broken("line 2");
    let mut altered: Value = serde_json::from_slice(&totals).unwrap();
    altered["madeAt"] = json!(1);
    std::fs::write(&path, altered.to_string()).unwrap();
    broken("custodian");
    std::fs::write(&path, &totals).unwrap();
    private(&path, 0o602);
    broken("chmod 600");
    private(&path, 0o600);
    assert_eq!(changed(&server), Vec::<Value>::new());
    assert_eq!(server.post_bundle("totals", &bundle("totals")).ok()["standing"]["state"], "covered");
    server.stop();

    // At a start as well: what can't be used stops it.
    home.config.positions[0].totals = Some(path.clone());
    std::fs::write(&path, altered.to_string()).unwrap();
    assert!(matches!(home.try_start(), Err(StartError::Totals { .. })));
    std::fs::write(&path, &totals).unwrap();
    let server = home.start();
    assert_eq!(server.standing("totals")["state"], "covered");
    server.stop();
}
