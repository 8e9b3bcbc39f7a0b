//! Each limit at its threshold and one past.

use std::time::Duration;

use crate::support::{Client, Home, JSON, authorization, bundle, head, local};

const BUNDLES: &str = "/v1/positions/flat/bundles";

#[test]
fn a_body_is_read_up_to_its_longest_and_not_a_byte_further() {
    let good = bundle("flat");
    for (longest, accepted) in [(good.len(), true), (good.len() - 1, false)] {
        let mut home = Home::new(&["flat"]);
        home.config.limits.bundle_bytes = longest;
        let server = home.start();
        let answer = server.post_bundle("flat", &good);
        match accepted {
            true => drop(answer.ok()),
            false => assert_eq!(answer.code(413), "too_large"),
        }
        // In chunks no length is stated: the bytes are counted.
        let mut client = server.client();
        let chunked = head("POST", BUNDLES, &[JSON[0], "Transfer-Encoding: chunked"]);
        let body = [format!("{:x}\r\n", good.len()).as_bytes(), &good, b"\r\n0\r\n\r\n"].concat();
        client.write(&[chunked.as_bytes(), &body].concat());
        assert_eq!(client.answer().unwrap().status, if accepted { 200 } else { 413 });
        server.stop();
    }
}

#[test]
fn a_stated_length_that_is_too_great_is_refused_before_a_byte_is_sent() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let longest = home.config.limits.bundle_bytes;
    for stated in [longest + 1, usize::MAX / 2] {
        let mut client = server.client();
        client.write(head("POST", BUNDLES, &[JSON[0], &format!("Content-Length: {stated}")]).as_bytes());
        let answer = client.answer().unwrap();
        assert_eq!(answer.code(413), "too_large");
        assert_eq!(answer.headers["connection"], "close");
    }
    // At the limit it is waited for.
    let mut client = server.client();
    client.write(head("POST", BUNDLES, &[JSON[0], &format!("Content-Length: {longest}")]).as_bytes());
    std::thread::sleep(Duration::from_millis(50));
    assert!(client.is_open());
    server.kill();
}

#[test]
fn evidence_and_admins_bodies_have_lengths_of_their_own() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.evidence_bytes = 100;
    let server = home.start();
    let path = "/v1/positions/flat/evidence";
    assert_eq!(server.post(path, &[b' '; 100]).code(422), "evidence");
    assert_eq!(server.post(path, &[b' '; 101]).code(413), "too_large");
    let authorization = authorization();
    for (length, status) in [(4_096, 200), (4_097, 413)] {
        let body = format!("{{{}}}", " ".repeat(length - 2));
        let mut client = Client::connect(server.admin);
        let headers = [JSON[0], &authorization];
        let answer = client.request("POST", "/v1/positions/flat/notice", &headers, body.as_bytes());
        assert_eq!(answer.status, status, "{length}");
    }
    server.stop();
}

#[test]
fn a_peer_has_its_burst_and_another_peer_its_own() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.burst = 3;
    home.config.limits.requests_per_second = 1;
    let server = home.start();
    let mut client = server.client();
    for _ in 0..3 {
        assert_eq!(client.request("GET", "/v1/health", &[], b"").status, 200);
    }
    let answer = client.request("GET", "/v1/health", &[], b"");
    assert_eq!((answer.code(429).as_str(), answer.headers["retry-after"].as_str()), ("rate", "1"));
    // A header that a client wrote itself makes no other peer of it.
    let forged = ["X-Forwarded-For: 192.0.2.1"];
    assert_eq!(server.client().request("GET", "/v1/health", &forged, b"").status, 429);
    assert_eq!(Client::connect_from(2, server.intake).request("GET", "/v1/health", &[], b"").status, 200);
    server.stop();
}

#[test]
fn behind_a_front_the_peers_are_those_that_it_names() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.burst = 1;
    home.config.limits.requests_per_second = 1;
    home.config.fronts = vec![local(1)];
    let server = home.start();
    let asked = |named: &str| server.client().request("GET", "/v1/health", &[named], b"").status;
    assert_eq!(asked("X-Forwarded-For: 192.0.2.1"), 200);
    assert_eq!(asked("X-Forwarded-For: 192.0.2.1"), 429);
    // The client may write what stands before the last one.
    assert_eq!(asked("X-Forwarded-For: 198.51.100.9, 192.0.2.1"), 429);
    assert_eq!(asked("X-Forwarded-For: 192.0.2.2"), 200);
    server.stop();
}

#[test]
fn idle_connections_of_a_peer_take_no_place_from_another() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.connections = 6;
    home.config.limits.peer_connections = 4;
    let server = home.start();
    let mut idle: Vec<Client> = (0..40).map(|_| Client::connect_from(2, server.intake)).collect();
    server.post_bundle("flat", &bundle("flat")).ok();
    let open = idle.iter_mut().map(Client::is_open).filter(|open| *open).count();
    assert_eq!(open, 4, "as many as a peer may have");
    assert_eq!(server.get("/v1/health").status, 200);
    let metrics = String::from_utf8(server.admin_get("/metrics").body).unwrap();
    assert!(metrics.contains("solvency_connections_turned_away_total 36\n"), "{metrics}");
    server.kill();
}

#[test]
fn where_every_place_is_taken_a_good_client_is_served_after_the_idle_ones_time() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.connections = 4;
    home.config.limits.peer_connections = 4;
    home.config.limits.header_ms = 300;
    let server = home.start();
    let mut idle: Vec<Client> = (0..8).map(|_| server.client()).collect();
    // Admins have places of their own.
    server.admin_get("/v1/positions").ok();
    server.post_bundle("flat", &bundle("flat")).ok();
    for client in &mut idle {
        assert!(client.is_closed());
    }
    server.stop();
}

#[test]
fn as_many_wait_as_may_and_the_next_is_told_to_come_again() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.waiting = 2;
    let server = home.start();
    let held = home.clock.held.lock().unwrap();
    let good = bundle("flat");
    let mut clients: Vec<Client> = Vec::new();
    // Two wait; one more occupies the worker, unless its look at the positions of every second does.
    for _ in 0..4 {
        let mut client = server.client();
        let length = format!("Content-Length: {}", good.len());
        client.write(&[head("POST", BUNDLES, &[JSON[0], &length]).as_bytes(), &good].concat());
        clients.push(client);
        std::thread::sleep(Duration::from_millis(100));
    }
    let refused = clients.pop().unwrap().answer().unwrap();
    assert_eq!((refused.code(503).as_str(), refused.headers["retry-after"].as_str()), ("queue", "1"));
    drop(held);
    let answers: Vec<_> = clients.iter_mut().map(|client| client.answer().unwrap()).collect();
    assert_eq!(answers[0].ok()["repeated"], false);
    assert_eq!(answers[1].ok()["repeated"], true);
    assert!([200, 503].contains(&answers[2].status));
    server.stop();
}

#[test]
fn headers_beyond_the_limits_end_the_connection() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    // Host is one more.
    for (extra, status) in [(63, 200), (64, 431)] {
        let headers: Vec<String> = (0..extra).map(|number| format!("X-{number}: y")).collect();
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let mut client = server.client();
        client.write(head("GET", "/v1/health", &headers).as_bytes());
        assert_eq!(client.answer().unwrap().status, status, "{extra}");
    }
    let long = format!("X-Long: {}", "y".repeat(64 << 10));
    let mut client = server.client();
    let _ = std::io::Write::write_all(&mut client.stream, head("GET", "/v1/health", &[&long]).as_bytes());
    assert!(client.answer().is_none_or(|answer| answer.status == 431));
    assert_eq!(server.get("/v1/health").status, 200);
    server.stop();
}
