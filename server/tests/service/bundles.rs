//! Bundles: accepted, repeated, replayed, another venue's, many at once, under two trust files.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use solvency_server::PreviousTrust;
use solvency_verifier::bundle::Bundle;
use solvency_verifier::registry::Registry;

use crate::support::{CASES, Home, bundle, claim, evidence, fixture, now, private};

#[test]
fn an_accepted_bundle_covers_and_its_file_says_so_before_the_answer() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let before = server.standing("flat");
    assert_eq!((&before["state"], &before["action"]), (&json!("expired"), &json!("restrict")));
    let answer = server.post_bundle("flat", &bundle("flat")).ok();
    let verdict = &answer["verdict"];
    assert_eq!((&verdict["outcome"], &verdict["judgedAt"]), (&json!("accept"), &json!(now())));
    assert_eq!(verdict["acceptance"]["notShown"][0], "no_log_history");
    let standing = &answer["standing"];
    assert_eq!((&standing["state"], &standing["action"]), (&json!("covered"), &json!("none")));
    assert_eq!(standing["seen"]["allocation"], verdict["acceptance"]["head"]);
    let written: Value =
        serde_json::from_slice(&std::fs::read(home.file("flat.position.json")).unwrap()).unwrap();
    assert_eq!(written["format"], "solvency-position/1");
    assert_eq!(written["coverage"]["until"], verdict["acceptance"]["until"]);
    // Nothing of the bundle but numbers and digests.
    let text = answer.to_string();
    let sent = Bundle::from_json(&bundle("flat")).unwrap();
    let commitment = serde_json::to_value(&sent.coverage.statement).unwrap();
    for secret in ["tagSalt", "requirement", "proof"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(commitment.is_object());
    assert_eq!(server.standing("flat"), *standing);
    server.stop();
}

#[test]
fn the_same_bytes_again_get_the_same_verdict_and_other_replays_none() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let first = server.post_bundle("flat", &bundle("flat")).ok();
    home.set_clock(now() + 5);
    let again = server.post_bundle("flat", &bundle("flat")).ok();
    assert_eq!((&first["repeated"], &again["repeated"]), (&json!(false), &json!(true)));
    assert_eq!(again["verdict"], first["verdict"]);
    assert_eq!(again["standing"]["at"], now() + 5);
    assert_eq!(again["standing"]["refused"]["count"], 0);
    // The same bundle in other bytes is a replay.
    let other = [&bundle("flat")[..], b"\n"].concat();
    assert_eq!(server.post_bundle("flat", &other).refused(), ("R1".into(), "round_replayed".into()));
    assert_eq!(server.standing("flat")["refused"]["count"], 1);
    // A verdict of before is no standing of now.
    server.admin_post("/v1/positions/flat/notice", &json!({})).ok();
    let again = server.post_bundle("flat", &bundle("flat")).ok();
    assert_eq!((&again["repeated"], &again["standing"]["state"]), (&json!(true), &json!("breached")));
    // A repeat survives a restart.
    server.stop();
    let server = home.start();
    assert_eq!(server.post_bundle("flat", &bundle("flat")).ok()["repeated"], true);
    // A receipt whose marks are not the position's counts for nothing.
    server.stop();
    let path = home.file("flat.receipt.json");
    let mut receipt: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    receipt["shows"]["round"] = json!(1);
    std::fs::write(&path, receipt.to_string()).unwrap();
    let server = home.start();
    assert_eq!(server.post_bundle("flat", &bundle("flat")).refused().1, "round_replayed");
    server.stop();
}

#[test]
fn a_bundle_for_another_venue_or_claim_is_refused_by_its_rule() {
    let home = Home::new(&CASES);
    let server = home.start();
    for (position, other, rule) in
        [("flat", "tiered", "C1"), ("tiered", "flat", "C1"), ("flat", "topup", "C1")]
    {
        let (got, code) = server.post_bundle(position, &bundle(other)).refused();
        assert_eq!(got, rule, "{position}, {other}: {code}");
        assert_eq!(server.standing(position)["state"], "expired");
    }
    let mut wrong = Bundle::from_json(&bundle("flat")).unwrap();
    wrong.coverage.statement.nonce.0[0] ^= 1;
    let wrong = serde_json::to_vec(&wrong).unwrap();
    assert_eq!(server.post_bundle("flat", &wrong).refused(), ("Z1".into(), "proof_rejected".into()));
    let refused = &server.standing("flat")["refused"];
    assert_eq!((&refused["count"], &refused["last"]), (&json!(3), &json!("proof_rejected")));
    server.post_bundle("flat", &bundle("flat")).ok();
    server.stop();
}

/// One batch with everything in it: the worker is held while they arrive.
#[test]
fn bundles_that_wait_are_judged_together_and_one_bad_one_spoils_none() {
    let home = Home::new(&CASES);
    let server = home.start();
    let mut wrong = Bundle::from_json(&bundle("tiered")).unwrap();
    wrong.coverage.statement.nonce.0[0] ^= 1;
    let wrong = serde_json::to_vec(&wrong).unwrap();
    let sent = [
        ("flat", bundle("flat")),
        ("tiered", wrong),
        ("topup", bundle("topup")),
        ("tiered", bundle("tiered")),
    ];
    let held = home.clock.held.lock().unwrap();
    let mut clients: Vec<_> = Vec::new();
    // The first one occupies the worker, which asks for the time.
    for (position, body) in [&[("flat", b"{}".to_vec())][..], &sent[..]].concat() {
        let mut client = server.client();
        let path = format!("/v1/positions/{position}/bundles");
        let length = format!("Content-Length: {}", body.len());
        let head = crate::support::head("POST", &path, &[crate::support::JSON[0], &length]);
        client.write(&[head.as_bytes(), &body].concat());
        clients.push(client);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(held);
    let statuses: Vec<u16> = clients.iter_mut().map(|client| client.answer().unwrap().status).collect();
    assert_eq!(statuses, [422, 200, 422, 200, 200]);
    let metrics = String::from_utf8(server.admin_get("/metrics").body).unwrap();
    // Three together, then the second one of a position on its own.
    assert!(metrics.contains("solvency_batch_bundles_count 2\n"), "{metrics}");
    assert!(metrics.contains("solvency_batch_bundles_sum 4\n"), "{metrics}");
    server.stop();
}

#[test]
fn during_an_overlap_bundles_count_under_either_trust_file() {
    let mut home = Home::new(&["flat"]);
    // The new trust file pins one key less, so that the bundle counts under the old one alone.
    let mut trust: Value = serde_json::from_slice(&fixture("accept/flat/trust.json")).unwrap();
    trust["acceptedDevelopmentKeys"].as_array_mut().unwrap().clear();
    let path = home.directory.path().join("next.trust.json");
    std::fs::write(&path, trust.to_string()).unwrap();
    private(&path, 0o600);
    let old = std::mem::replace(&mut home.config.positions[0].trust, path);
    let until = now() + 100;
    home.config.positions[0].previous = Some(PreviousTrust { trust: old, until });
    let server = home.start();
    let answer = server.post_bundle("flat", &bundle("flat")).ok();
    assert_eq!(answer["standing"]["until"], until);
    server.stop();
    // Started again it is no other rotation; at its end the old one counts no more.
    home.set_clock(until);
    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "grace");
    let other = [&bundle("flat")[..], b"\n"].concat();
    assert_eq!(server.post_bundle("flat", &other).refused().1, "development_key");
    server.stop();
}

/// Statements are signed under a registry: evidence of the one before is checked under the trust file that pins it.
#[test]
fn during_an_overlap_evidence_counts_under_either_trust_file() {
    for (overlap, counts) in [(100, true), (0, false)] {
        let mut home = Home::new(&["flat"]);
        let old = home.write_trust("old.trust.json", &fixture("accept/flat/trust.json"));
        home.alter_trust(0, |trust| {
            trust["registry"]["maxBookAge"] = json!(86_399);
            let registry: Registry = serde_json::from_value(trust["registry"].clone()).unwrap();
            trust["policy"]["registry"] = json!(registry.digest());
            trust["latestClaim"] = claim(2);
        });
        home.config.positions[0].previous = Some(PreviousTrust { trust: old, until: now() + overlap });
        let server = home.start();
        let answer = server.post("/v1/positions/flat/evidence", &evidence("flat"));
        match counts {
            true => assert_eq!(answer.ok()["standing"]["state"], "equivocated"),
            false => assert_eq!(answer.code(422), "evidence"),
        }
        server.stop();
    }
}

#[test]
fn a_clock_that_goes_back_revives_nothing() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let until = server.post_bundle("flat", &bundle("flat")).ok()["standing"]["until"].as_u64().unwrap();
    home.set_clock(until - 1);
    assert_eq!(server.standing("flat")["state"], "covered");
    home.set_clock(until);
    assert_eq!(server.standing("flat")["state"], "grace");
    home.set_clock(now());
    let standing = server.standing("flat");
    assert_eq!((&standing["state"], &standing["at"]), (&json!("grace"), &json!(until)));
    // The worker writes it within a second, so that a restart revives nothing either.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    let clock = || -> Value {
        let file = std::fs::read(home.file("flat.position.json")).unwrap();
        serde_json::from_slice::<Value>(&file).unwrap()["clock"].clone()
    };
    while clock() != json!(until) {
        assert!(std::time::Instant::now() < deadline, "not written");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server.kill();
    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "grace");
    // Somebody restarts the clock: the coverage stays over.
    let standing = &server.admin_post("/v1/positions/flat/clock", &json!({})).ok()["standing"];
    assert_eq!((&standing["at"], &standing["state"]), (&json!(now()), &json!("grace")));
    assert_eq!(home.clock.now.load(Ordering::SeqCst), now());
    assert_eq!(server.standing("flat")["at"], now());
    home.set_clock(now() + 1);
    assert_eq!(server.standing("flat")["at"], now() + 1);
    server.stop();
}

#[test]
fn evidence_counts_once_and_until_a_person_has_looked() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    let path = "/v1/positions/flat/evidence";
    let shown = server.post(path, &evidence("flat")).ok();
    let standing = &shown["standing"];
    assert_eq!((&standing["state"], &standing["action"]), (&json!("equivocated"), &json!("liquidate")));
    assert_eq!((&standing["evidence"][0]["id"], &shown["repeated"]), (&shown["evidence"], &json!(false)));
    assert_eq!(server.post(path, &evidence("flat")).ok()["repeated"], true);
    let mut same: Value = serde_json::from_slice(&evidence("flat")).unwrap();
    same["shown"]["second"] = same["shown"]["first"].clone();
    assert_eq!(server.post(path, same.to_string().as_bytes()).code(422), "evidence");
    assert_eq!(server.post(path, b"{}").code(422), "evidence");
    server.kill();

    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "equivocated");
    let resolve = "/v1/positions/flat/resolve";
    let unknown = json!({ "evidence": claim(1)["digest"] });
    assert_eq!(server.admin_post(resolve, &unknown).code(422), "resolve");
    let resolved = server.admin_post(resolve, &json!({ "evidence": shown["evidence"] })).ok();
    assert_eq!(resolved["standing"]["state"], "covered");
    assert_eq!(server.post(path, &evidence("flat")).code(422), "evidence");
    server.stop();
}
