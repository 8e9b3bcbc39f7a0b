//! Clients that take their time.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::support::{Home, JSON, bundle, head};

const BUNDLES: &str = "/v1/positions/flat/bundles";

fn home() -> Home {
    let mut home = Home::new(&["flat"]);
    home.config.limits.header_ms = 300;
    home.config.limits.body_ms = 500;
    home
}

#[test]
fn headers_in_drops_end_at_their_time() {
    let home = home();
    let server = home.start();
    let mut client = server.client();
    let began = Instant::now();
    let whole = head("GET", "/v1/health", &["X-Slow: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"]);
    let dropped = whole.bytes().any(|byte| {
        std::thread::sleep(Duration::from_millis(20));
        client.stream.write_all(&[byte]).is_err()
    });
    assert!(dropped || client.answer().is_none_or(|answer| answer.status == 408), "served");
    assert!(began.elapsed() >= Duration::from_millis(300));
    server.post_bundle("flat", &bundle("flat")).ok();
    server.stop();
}

#[test]
fn a_connection_that_says_nothing_ends_before_and_between_requests() {
    let home = home();
    let server = home.start();
    let mut silent = server.client();
    let mut idle = server.client();
    assert_eq!(idle.request("GET", "/v1/health", &[], b"").status, 200);
    assert!(silent.is_open() && idle.is_open());
    let began = Instant::now();
    assert!(silent.is_closed());
    assert!(idle.is_closed());
    assert!(began.elapsed() < Duration::from_secs(3));
    server.stop();
}

#[test]
fn a_body_in_drops_is_told_so_at_its_time() {
    let home = home();
    let server = home.start();
    let good = bundle("flat");
    let mut client = server.client();
    let length = format!("Content-Length: {}", good.len());
    client.write(head("POST", BUNDLES, &[JSON[0], &length]).as_bytes());
    let began = Instant::now();
    for byte in &good[..50] {
        std::thread::sleep(Duration::from_millis(15));
        if client.stream.write_all(&[*byte]).is_err() {
            break;
        }
    }
    let answer = client.answer().unwrap();
    assert_eq!((answer.code(408).as_str(), answer.headers["connection"].as_str()), ("slow", "close"));
    assert!(began.elapsed() >= Duration::from_millis(500));
    // Slow, but in time.
    let mut client = server.client();
    client.write(head("POST", BUNDLES, &[JSON[0], &length]).as_bytes());
    let half = good.len() / 2;
    client.write(&good[..half]);
    std::thread::sleep(Duration::from_millis(200));
    client.write(&good[half..]);
    client.answer().unwrap().ok();
    server.stop();
}

#[test]
fn a_connection_has_an_end_however_busy_it_is() {
    let mut home = home();
    home.config.limits.connection_ms = 400;
    let server = home.start();
    let mut client = server.client();
    let began = Instant::now();
    let mut served = 0;
    loop {
        if client.stream.write_all(head("GET", "/v1/health", &[]).as_bytes()).is_err() {
            break;
        }
        match client.answer() {
            Some(answer) => assert_eq!(answer.status, 200),
            None => break,
        }
        served += 1;
        assert!(began.elapsed() < Duration::from_secs(3), "{served} requests");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(served > 3 && began.elapsed() >= Duration::from_millis(390), "{served}");
    server.stop();
}

/// Requests without end, and not one answer read.
#[test]
fn a_client_that_reads_nothing_loses_its_place() {
    let mut home = home();
    home.config.limits.connections = 1;
    home.config.limits.peer_connections = 1;
    home.config.limits.connection_ms = 300;
    home.config.limits.body_ms = 300;
    let server = home.start();
    let mut greedy = server.client();
    let request = head("GET", "/v1/openapi.json", &[]).repeat(200);
    greedy.stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    while greedy.stream.write_all(request.as_bytes()).is_ok() {}
    assert_eq!(server.get("/v1/health").status, 200);
    server.stop();
}
