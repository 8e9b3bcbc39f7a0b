//! Requests that are none, and bodies that are no bundles.

use crate::support::{Client, Home, JSON, bundle, head};

const BUNDLES: &str = "/v1/positions/flat/bundles";

/// A head alone, then perhaps bytes: what is answered to it.
fn sent(client: &mut Client, headers: &[&str], body: &[u8]) -> Option<(u16, String)> {
    client.write(&[head("POST", BUNDLES, headers).as_bytes(), body].concat());
    let answer = client.answer()?;
    let code = if answer.body.is_empty() { String::new() } else { answer.code(answer.status) };
    Some((answer.status, code))
}

#[test]
fn a_body_that_is_no_bundle_is_judged_by_rule_p1() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let good = bundle("flat");
    let cut = good.len() / 2;
    let not_utf8 = [&good[..cut], b"\xff\xfe", &good[cut..]].concat();
    let twice = [&good[..], &good[..]].concat();
    let deep = vec![b'['; 100_000];
    let bodies: [&[u8]; 8] = [b"", b"{}", b"null", &good[..cut], &not_utf8, &twice, &deep, b"\xff"];
    for body in bodies {
        let answer = server.post_bundle("flat", body);
        assert_eq!(answer.refused(), ("P1".into(), "malformed_bundle".into()));
    }
    assert_eq!(server.standing("flat")["refused"]["count"], bodies.len());
    server.post_bundle("flat", &good).ok();
    server.stop();
}

#[test]
fn truncated_at_any_length_it_changes_nothing() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let good = bundle("flat");
    let length = format!("Content-Length: {}", good.len());
    for sent in (0..good.len()).step_by(911).chain([good.len() - 1]) {
        let mut client = server.client();
        client.write(&[head("POST", BUNDLES, &[JSON[0], &length]).as_bytes(), &good[..sent]].concat());
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        if let Some(answer) = client.answer() {
            assert_eq!(answer.code(400), "body", "{sent}");
        }
    }
    let standing = server.standing("flat");
    assert_eq!(
        (&standing["seen"], standing["refused"]["count"].as_u64()),
        (&serde_json::Value::Null, Some(0))
    );
    server.post_bundle("flat", &good).ok();
    server.stop();
}

#[test]
fn types_and_encodings_are_refused_before_the_body() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let type_of = |headers: &[&str]| sent(&mut server.client(), headers, b"{}").unwrap();
    let length = "Content-Length: 2";
    let media = (415, "media_type".into());
    assert_eq!(type_of(&[length]), media);
    assert_eq!(type_of(&[length, "Content-Type: text/plain"]), media);
    assert_eq!(type_of(&[length, "Content-Type: application/json; charset=latin1"]), media);
    let encoding = (415, "encoding".into());
    assert_eq!(type_of(&[length, JSON[0], "Content-Encoding: gzip"]), encoding);
    assert_eq!(type_of(&[length, JSON[0], "Content-Encoding: br, gzip"]), encoding);
    assert_eq!(server.standing("flat")["refused"]["count"], 0);
    server.stop();
}

#[test]
fn headers_that_stand_twice_are_refused() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let twice = |headers: &[&str]| sent(&mut server.client(), headers, b"{}").unwrap();
    let repeated = (400, "repeated_header".to_owned());
    assert_eq!(twice(&["Content-Length: 2", JSON[0], JSON[0]]), repeated);
    assert_eq!(twice(&["Content-Length: 2", JSON[0], "Host: other"]), repeated);
    let authorization = crate::support::authorization();
    assert_eq!(twice(&["Content-Length: 2", JSON[0], &authorization, &authorization]), repeated);
    assert_eq!(twice(&["Content-Length: 2", "Content-Length: 3", JSON[0]]).0, 400);
    assert_eq!(twice(&["Content-Length: 2x", JSON[0]]).0, 400);
    assert_eq!(twice(&["Content-Length: -1", JSON[0]]).0, 400);
    assert_eq!(server.standing("flat")["refused"]["count"], 0);
    // The same length twice the HTTP library takes as one, as RFC 9110, 8.6 allows: the body is judged.
    let mut client = server.client();
    let headers = ["Content-Length: 2", "Content-Length: 2", JSON[0]];
    client.write(&[head("POST", BUNDLES, &headers).as_bytes(), b"{}"].concat());
    assert_eq!(client.answer().unwrap().refused().0, "P1");
    server.stop();
}

#[test]
fn what_is_no_http_ends_the_connection_and_nothing_else() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let garbage: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00",
        b"\r\n\r\n\0\0",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for bytes in garbage {
        let mut client = server.client();
        client.write(bytes);
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(client.answer().is_none_or(|answer| (400..=505).contains(&answer.status)), "{bytes:?}");
        assert_eq!(server.get("/v1/health").status, 200);
    }
    server.stop();
}

#[test]
fn unknown_paths_positions_and_methods() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    for path in [
        "/",
        "/v1",
        "/v2/health",
        "/v1/health/",
        "/v1/positions/flat/none",
        "/v1/positions/flat/../flat",
        "//v1/health",
    ] {
        assert_eq!(server.get(path).code(404), "route", "{path}");
    }
    for name in ["none", "FLAT", "flat%2f..", "%2e%2e", "flat.position.json", "%ff", "flat%00"] {
        assert_eq!(server.get(&format!("/v1/positions/{name}")).code(404), "position", "{name}");
        assert_eq!(server.post_bundle(name, b"{}").code(404), "position", "{name}");
    }
    for (method, path, allow) in [
        ("POST", "/v1/health", "GET,HEAD"),
        ("DELETE", "/v1/positions/flat", "GET,HEAD"),
        ("GET", BUNDLES, "POST"),
        ("PUT", BUNDLES, "POST"),
        ("OPTIONS", BUNDLES, "POST"),
    ] {
        let answer = server.client().request(method, path, &JSON, b"");
        assert_eq!(answer.code(405), "method", "{method} {path}");
        assert_eq!(answer.headers["allow"], allow);
    }
    server.stop();
}
