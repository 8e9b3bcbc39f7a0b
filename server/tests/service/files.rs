//! Restarts, kills, damaged files and disks that do not write.

use serde_json::{Value, json};
use solvency_server::{ConfigError, StartError, open_position};
use solvency_verifier::position::{BandError, PositionError, RotationRefused};

use crate::support::{Home, bundle, claim, fixture, now, private};

fn refused(home: &Home) -> StartError {
    match home.try_start() {
        Ok(_) => panic!("it started"),
        Err(error) => error,
    }
}

#[test]
fn after_a_kill_everything_is_as_it_was_answered() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    server.admin_post("/v1/positions/tiered/claims", &claim(7)).ok();
    let before = ["flat", "tiered"].map(|name| server.standing(name));
    server.kill();
    // What a crash left of a file that was being written is no file.
    std::fs::write(home.file(".flat.position.json.part"), b"{\"format\":").unwrap();
    let server = home.start();
    assert_eq!(["flat", "tiered"].map(|name| server.standing(name)), before);
    let replayed = [&bundle("flat")[..], b" "].concat();
    assert_eq!(server.post_bundle("flat", &replayed).refused().1, "round_replayed");
    server.stop();
}

#[test]
fn a_damaged_file_stops_the_service_and_is_no_empty_position() {
    let home = Home::new(&["flat"]);
    home.start().stop();
    let path = home.file("flat.position.json");
    let whole = std::fs::read(&path).unwrap();
    let truncated = (0..whole.len()).step_by(97).map(|length| whole[..length].to_vec());
    let altered = String::from_utf8(whole.clone()).unwrap().replace("\"clock\"", "\"cloak\"").into_bytes();
    for damaged in truncated.chain([altered, [&whole[..], b"x"].concat(), vec![0; whole.len()]]) {
        std::fs::write(&path, damaged).unwrap();
        let error = refused(&home);
        assert!(matches!(error, StartError::Position { error: PositionError::Json { .. }, .. }), "{error}");
        assert!(error.to_string().contains("flat.position.json"));
    }
    std::fs::write(&path, vec![b' '; 1 << 20]).unwrap();
    assert!(matches!(refused(&home), StartError::File { .. }));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(refused(&home), StartError::Missing { .. }));
    std::fs::write(&path, &whole).unwrap();
    private(&path, 0o620);
    assert!(matches!(refused(&home), StartError::Open { .. }));
    private(&path, 0o600);
    for receipt in ["", "{}", "{\"format\":\"solvency-receipt/2\"}"] {
        std::fs::write(home.file("flat.receipt.json"), receipt).unwrap();
        private(&home.file("flat.receipt.json"), 0o600);
        assert!(matches!(refused(&home), StartError::Receipt { .. }), "{receipt}");
    }
    std::fs::remove_file(home.file("flat.receipt.json")).unwrap();
    home.start().stop();
}

#[test]
fn a_position_is_opened_once() {
    let home = Home::unopened(&["flat"]);
    assert!(matches!(refused(&home), StartError::Missing { .. }));
    let (state, position) = (&home.config.state, &home.config.positions[0]);
    open_position(state, position, now()).unwrap();
    assert!(matches!(open_position(state, position, now()), Err(StartError::AlreadyOpen { .. })));
    let server = home.start();
    // Neither while a service runs, nor a second service.
    assert!(matches!(open_position(state, position, now()), Err(StartError::InUse { .. })));
    assert!(matches!(refused(&home), StartError::InUse { .. }));
    server.stop();
    home.start().stop();
}

#[test]
fn where_the_disk_does_not_write_nothing_is_counted() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let before = server.standing("flat");
    let aside = home.directory.path().join("aside");
    std::fs::rename(&home.config.state, &aside).unwrap();
    assert_eq!(server.post_bundle("flat", &bundle("flat")).code(503), "state");
    assert_eq!(server.post_bundle("flat", b"{}").code(503), "state");
    assert_eq!(server.admin_post("/v1/positions/flat/claims", &claim(2)).code(503), "state");
    assert_eq!(server.admin_post("/v1/positions/flat/notice", &json!({})).code(503), "state");
    assert_eq!(server.standing("flat"), before);
    let metrics = String::from_utf8(server.admin_get("/metrics").body).unwrap();
    assert!(metrics.contains("solvency_unwritten_total 4\n"), "{metrics}");
    std::fs::rename(&aside, &home.config.state).unwrap();
    // It can be sent again: it is judged, not repeated.
    assert_eq!(server.post_bundle("flat", &bundle("flat")).ok()["repeated"], false);
    server.stop();
}

/// The receipt is written, the position is not: a folder stands in its place.
#[test]
fn a_receipt_alone_counts_for_nothing() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let (path, aside) = (home.file("flat.position.json"), home.file("aside"));
    std::fs::rename(&path, &aside).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(server.post_bundle("flat", &bundle("flat")).code(503), "state");
    assert!(home.file("flat.receipt.json").exists());
    server.kill();
    std::fs::remove_dir(&path).unwrap();
    std::fs::rename(&aside, &path).unwrap();
    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "expired");
    assert_eq!(server.post_bundle("flat", &bundle("flat")).ok()["repeated"], false);
    server.stop();
}

#[test]
fn trust_files_and_bands_that_do_not_fit_stop_the_service() {
    let mut home = Home::new(&["flat"]);
    let path = home.config.positions[0].trust.clone();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, fixture("accept/tiered/trust.json")).unwrap();
    let error = refused(&home);
    assert!(matches!(error, StartError::Rotation { error: RotationRefused::OtherPosition, .. }), "{error}");
    std::fs::write(&path, &whole[1..]).unwrap();
    assert!(matches!(refused(&home), StartError::Trust { .. }));
    std::fs::write(&path, &whole).unwrap();
    private(&path, 0o666);
    assert!(matches!(refused(&home), StartError::Open { .. }));
    private(&path, 0o600);
    home.config.positions[0].bands.grace += 1;
    assert!(matches!(refused(&home), StartError::OtherBands { .. }));
    home.config.positions[0].bands.grace -= 1;
    private(&home.config.state, 0o777);
    assert!(matches!(refused(&home), StartError::Open { .. }));
    private(&home.config.state, 0o700);
    home.start().stop();
}

#[test]
fn a_newer_claim_in_the_trust_file_is_claimed_at_the_start() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    server.stop();
    let path = &home.config.positions[0].trust;
    let mut trust: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    trust["latestClaim"] = claim(5);
    std::fs::write(path, trust.to_string()).unwrap();
    let server = home.start();
    let standing = server.standing("flat");
    assert_eq!((&standing["claim"], &standing["state"]), (&claim(5), &json!("grace")));
    server.stop();
}

#[test]
fn a_configuration_has_bounds() {
    let check = |alter: fn(&mut solvency_server::Config)| {
        let mut config = Home::unopened(&["flat"]).config;
        alter(&mut config);
        config.check().unwrap_err()
    };
    let beyond = check(|config| config.admin = "0.0.0.0:1".parse().unwrap());
    assert!(matches!(beyond, ConfigError::AdminBeyondLoopback { .. }));
    let none = check(|config| config.positions.clear());
    assert_eq!(none, ConfigError::Positions { got: 0 });
    let twice = check(|config| config.positions.push(config.positions[0].clone()));
    assert_eq!(twice, ConfigError::NameTwice { name: "flat".into() });
    let bands = check(|config| config.positions[0].bands.answer = 0);
    assert_eq!(bands, ConfigError::Bands { name: "flat".into(), error: BandError::NoAnswer });
    let limit = |alter| match check(alter) {
        ConfigError::Limit { limit, .. } => limit,
        other => panic!("{other}"),
    };
    assert_eq!(limit(|config| config.limits.bundle_bytes += 1), "bundle_bytes");
    assert_eq!(limit(|config| config.limits.evidence_bytes += 1), "evidence_bytes");
    assert_eq!(limit(|config| config.limits.header_ms = 0), "header_ms");
    assert_eq!(limit(|config| config.limits.peer_connections = 65), "peer_connections");
    assert_eq!(limit(|config| config.limits.requests_per_second = 0), "requests_per_second");
    let mut config = Home::unopened(&["flat"]).config;
    let mut name = |name: &str| {
        config.positions[0].name = name.into();
        config.check()
    };
    for good in ["a", "0", "a-", &"a".repeat(64)] {
        assert_eq!(name(good), Ok(()), "{good}");
    }
    for bad in ["", "-a", "A", "a.b", "a/b", "..", "a b", "ä", &"a".repeat(65)] {
        assert!(matches!(name(bad), Err(ConfigError::Name { .. })), "{bad}");
    }
}

#[test]
fn the_token_is_the_owners_alone() {
    let home = Home::new(&["flat"]);
    private(&home.config.admin_token, 0o644);
    assert!(matches!(refused(&home), StartError::Open { what: "read", .. }));
    private(&home.config.admin_token, 0o600);
    std::fs::write(&home.config.admin_token, "short").unwrap();
    assert!(matches!(refused(&home), StartError::Token { .. }));
}
