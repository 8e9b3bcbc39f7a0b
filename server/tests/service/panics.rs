//! A worker that panics, which it should never: nothing is answered or written any more, and the service ends with an error.

use std::time::Duration;

use serde_json::{Value, json};
use solvency_server::StartError;

use crate::support::{Answer, Client, Home, JSON, authorization, bundle, claim, head, wait_until};

/// What a request is answered that has begun before the worker panics, and ends later.
pub(crate) fn asked_after_a_panic(method: &str, path: &str) -> Answer {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let mut client = Client::connect(server.admin);
    let headers = [JSON[0], &authorization(), "Content-Length: 2"];
    let headers = if method == "GET" { &headers[1..2] } else { &headers[..] };
    let whole = head(method, path, headers);
    let (begin, end) = whole.split_at(whole.len() - 2);
    client.write(begin.as_bytes());
    std::thread::sleep(Duration::from_millis(50));
    home.gate.panics();
    assert_eq!(server.post_bundle("flat", &bundle("flat")).code(503), "failed");
    client.write(end.as_bytes());
    if method == "POST" {
        client.write(b"{}");
    }
    let answer = client.answer().unwrap();
    assert!(matches!(server.ended(), StartError::WorkerFailed));
    answer
}

#[test]
fn after_a_panic_nothing_but_metrics_is_answered() {
    for (method, path) in [
        ("GET", "/v1/health"),
        ("GET", "/v1/positions/flat"),
        ("GET", "/v1/positions"),
        ("POST", "/v1/positions/flat/notice"),
        ("POST", "/v1/reload"),
    ] {
        assert_eq!(asked_after_a_panic(method, path).code(503), "failed", "{method} {path}");
    }
    assert_eq!(asked_after_a_panic("GET", "/metrics").status, 200);
}

#[test]
fn what_waits_is_refused_and_the_next_start_goes_on_from_the_files() {
    let home = Home::new(&["flat", "tiered"]);
    let server = home.start();
    server.admin_post("/v1/positions/tiered/claims", &claim(7)).ok();
    let before = ["flat", "tiered"].map(|name| server.standing(name));
    home.gate.close();
    home.gate.panics();
    let mut first = server.send_bundle("flat", &bundle("flat"));
    home.gate.wait_for_worker();
    let mut waits = server.send_bundle("tiered", &bundle("tiered"));
    std::thread::sleep(Duration::from_millis(100));
    home.gate.open();
    assert_eq!(first.answer().unwrap().code(503), "failed");
    assert_eq!(waits.answer().unwrap().code(503), "failed");
    let intake = server.intake;
    assert!(matches!(server.ended(), StartError::WorkerFailed));
    assert!(std::net::TcpStream::connect(intake).is_err());

    let server = home.start();
    assert_eq!(["flat", "tiered"].map(|name| server.standing(name)), before);
    server.post_bundle("flat", &bundle("flat")).ok();
    server.stop();
}

#[test]
fn a_panic_while_it_stops_is_an_error_too() {
    let home = Home::new(&["flat"]);
    let mut server = home.start();
    home.gate.close();
    home.gate.panics();
    let mut first = server.send_bundle("flat", &bundle("flat"));
    home.gate.wait_for_worker();
    server.tell_to_stop();
    std::thread::sleep(Duration::from_millis(100));
    home.gate.open();
    assert_eq!(first.answer().unwrap().code(503), "failed");
    assert!(matches!(server.ended(), StartError::WorkerFailed));
}

/// Not while an event is applied: in the look at the positions of every second. The clock's lock is poisoned, so that it panics.
#[test]
fn a_panic_between_events_ends_the_service_too() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let clock = home.clock.clone();
    let poisoned = std::thread::spawn(move || {
        let _held = clock.held.lock().unwrap();
        panic!("a panic that a test asked for");
    });
    assert!(poisoned.join().is_err());
    assert!(matches!(server.ended(), StartError::WorkerFailed));
    let written: Value =
        serde_json::from_slice(&std::fs::read(home.file("flat.position.json")).unwrap()).unwrap();
    assert_eq!(written["coverage"], json!(null));
    home.clock.held.clear_poison();
    let server = home.start();
    wait_until("it serves", || server.get("/v1/health").status == 200);
    server.stop();
}
