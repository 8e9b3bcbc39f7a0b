//! Clients that go away: before their turn, and while they are judged.

use std::net::Shutdown;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{CASES, Client, Home, JSON, authorization, bundle, head, wait_until};

#[test]
fn who_leaves_before_its_turn_is_not_judged_and_the_next_one_is() {
    let leave: [fn(Client); 2] = [drop, |client| {
        client.stream.shutdown(Shutdown::Write).unwrap();
        // It still could read an answer.
        std::thread::sleep(Duration::from_millis(100));
    }];
    for leave in leave {
        let home = Home::new(&CASES);
        let server = home.start();
        home.gate.close();
        let mut first = server.send_bundle("tiered", &bundle("tiered"));
        home.gate.wait_for_worker();
        let left = server.send_bundle("flat", &bundle("flat"));
        let notice = {
            let mut client = Client::connect(server.admin);
            let headers = [JSON[0], &authorization(), "Content-Length: 2"];
            client.write(head("POST", "/v1/positions/flat/notice", &headers).as_bytes());
            client.write(b"{}");
            client
        };
        let mut next = server.send_bundle("topup", &bundle("topup"));
        std::thread::sleep(Duration::from_millis(100));
        leave(left);
        leave(notice);
        std::thread::sleep(Duration::from_millis(100));
        home.gate.open();
        first.answer().unwrap().ok();
        next.answer().unwrap().ok();
        let standing = server.standing("flat");
        assert_eq!((&standing["state"], &standing["seen"]), (&json!("expired"), &Value::Null));
        assert_eq!(standing["refused"]["count"], 0);
        let metrics = server.metrics();
        assert!(metrics.contains("solvency_batch_bundles_sum 2\n"), "{metrics}");
        // It has lost nothing: it can be sent again.
        assert_eq!(server.post_bundle("flat", &bundle("flat")).ok()["repeated"], false);
        server.stop();
    }
}

#[test]
fn who_leaves_later_is_judged_and_written_and_gets_the_verdict_when_it_comes_again() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    home.gate.close();
    let client = server.send_bundle("flat", &bundle("flat"));
    home.gate.wait_for_worker();
    drop(client);
    std::thread::sleep(Duration::from_millis(50));
    home.gate.open();
    wait_until("it is judged", || server.standing("flat")["state"] == "covered");
    server.kill();
    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "covered");
    assert_eq!(server.post_bundle("flat", &bundle("flat")).ok()["repeated"], true);
    server.stop();
}
