//! Each route that takes a body against each fault of spec/service.md: the answer, and that nothing has changed.

use serde_json::{Value, json};
use solvency_server::{ROUTES, Route};

use crate::support::{Answer, Client, Home, JSON, Server, authorization, bundle, claim, evidence, head, now};

/// A body that the route takes.
fn good(route: &Route) -> Vec<u8> {
    match route.name() {
        // Without the line's end, so that nothing can be cut from it.
        "bundle" => bundle("flat").trim_ascii_end().to_vec(),
        "evidence" => evidence("flat"),
        "claim" => claim(2).to_string().into_bytes(),
        "resolve" => json!({ "evidence": claim(1)["digest"] }).to_string().into_bytes(),
        "notice" | "clock" | "reload" => b"{}".to_vec(),
        other => panic!("what does {other} take?"),
    }
}

fn routes() -> impl Iterator<Item = (&'static Route, String)> {
    let posts = ROUTES.iter().filter(|route| route.post);
    posts.map(|route| (route, route.path.replace("{name}", "flat")))
}

/// What is answered to a body that is not of the route's form.
fn is_refused(route: &Route, answer: &Answer, what: &str) {
    let at = format!("{}: {what}", route.path);
    match route.name() {
        "bundle" => assert_eq!(answer.refused(), ("P1".into(), "malformed_bundle".into()), "{at}"),
        "evidence" => assert_eq!(answer.code(422), "evidence", "{at}"),
        _ => assert_eq!(answer.code(400), "form", "{at}"),
    }
}

fn post(client: &mut Client, path: &str, body: &[u8]) -> Answer {
    client.request("POST", path, &[JSON[0], &authorization()], body)
}

/// The position without what was refused, which is counted.
fn state(server: &Server) -> Value {
    let mut standing = server.standing("flat");
    standing["refused"] = Value::Null;
    standing
}

fn with_server(check: impl Fn(&Server, &Route, &str)) {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let before = state(&server);
    for (route, path) in routes() {
        check(&server, route, &path);
        assert_eq!(state(&server), before, "{path}");
    }
    server.stop();
}

#[test]
fn cut_anywhere() {
    with_server(|server, route, path| {
        let good = good(route);
        let mut client = Client::connect(server.admin);
        for length in (0..good.len()).step_by(1 + good.len() / 40).chain([good.len() - 1]) {
            is_refused(route, &post(&mut client, path, &good[..length]), &format!("{length} bytes"));
        }
        // Said to be whole, and cut on the way.
        for sent in [0, 1, good.len() - 1] {
            let mut client = Client::connect(server.admin);
            let length = format!("Content-Length: {}", good.len());
            client.write(head("POST", path, &[JSON[0], &authorization(), &length]).as_bytes());
            client.write(&good[..sent]);
            client.stream.shutdown(std::net::Shutdown::Write).unwrap();
            if let Some(answer) = client.answer() {
                assert_eq!(answer.code(400), "body", "{path} {sent}");
            }
        }
    });
}

#[test]
fn longer_than_is_read() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.bundle_bytes = 6_000;
    home.config.limits.evidence_bytes = 5_000;
    let server = home.start();
    let before = state(&server);
    for (route, path) in routes() {
        let longest = match route.name() {
            "bundle" => 6_000,
            "evidence" => 5_000,
            _ => 4_096,
        };
        for (length, read) in [(longest, true), (longest + 1, false)] {
            let body = vec![b'['; length];
            let answer = post(&mut Client::connect(server.admin), &path, &body);
            // In chunks no length is stated: the bytes are counted.
            let mut client = Client::connect(server.admin);
            let headers = [JSON[0], &authorization(), "Transfer-Encoding: chunked"];
            let chunk = [format!("{length:x}\r\n").as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
            client.write(&[head("POST", &path, &headers).as_bytes(), &chunk].concat());
            for answer in [answer, client.answer().unwrap()] {
                match read {
                    true => is_refused(route, &answer, "the longest"),
                    false => assert_eq!(answer.code(413), "too_large", "{path}"),
                }
            }
        }
    }
    assert_eq!(state(&server), before);
    server.stop();
}

#[test]
fn twice_and_with_what_stands_twice() {
    with_server(|server, route, path| {
        let good = good(route);
        let mut client = Client::connect(server.admin);
        is_refused(route, &post(&mut client, path, &good.repeat(2)), "twice");
        let text = String::from_utf8(good).unwrap();
        let object: Value = serde_json::from_str(&text).unwrap();
        for (name, value) in object.as_object().unwrap() {
            let twice = format!("{{\"{name}\":{value},{}", &text.trim_start()[1..]);
            is_refused(route, &post(&mut client, path, twice.as_bytes()), name);
        }
        let more = format!("{{\"more\":1{}{}", if text == "{}" { "" } else { "," }, &text.trim_start()[1..]);
        is_refused(route, &post(&mut client, path, more.as_bytes()), "a field more");
    });
}

#[test]
fn in_another_encoding() {
    with_server(|server, route, path| {
        let good = good(route);
        let text = String::from_utf8(good.clone()).unwrap();
        let mut client = Client::connect(server.admin);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_marked = [&b"\xff\xfe"[..], &utf16].concat();
        let marked = [&b"\xef\xbb\xbf"[..], &good].concat();
        let latin1 = [&good[..good.len() - 1], b"\xe4", &good[good.len() - 1..]].concat();
        let nul = [&good[..], b"\0"].concat();
        let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec();
        for (what, body) in [
            ("UTF-16", utf16),
            ("UTF-16 with a mark", utf16_marked),
            ("a byte order mark", marked),
            ("a byte that is no UTF-8", latin1),
            ("a zero byte", nul),
            ("gzip without a word", gzip),
        ] {
            is_refused(route, &post(&mut client, path, &body), what);
        }
        for (header, code) in [
            ("Content-Encoding: gzip", "encoding"),
            ("Content-Encoding: deflate", "encoding"),
            ("Content-Type: application/json; charset=utf-16", "media_type"),
            ("Content-Type: text/json", "media_type"),
        ] {
            let authorization = authorization();
            let mut headers = vec![header, &authorization];
            headers.extend(header.starts_with("Content-Encoding").then_some(JSON[0]));
            let answer = Client::connect(server.admin).request("POST", path, &headers, &good);
            assert_eq!(answer.code(415), code, "{path} {header}");
        }
    });
}

#[test]
fn slower_than_is_waited_for() {
    let mut home = Home::new(&["flat"]);
    (home.config.limits.body_ms, home.config.limits.header_ms) = (150, 150);
    let server = home.start();
    let before = state(&server);
    let mut waiting = Vec::new();
    for (route, path) in routes() {
        let good = good(route);
        let length = format!("Content-Length: {}", good.len());
        let whole = head("POST", &path, &[JSON[0], &authorization(), &length]);
        // All but the last byte of the body; of the head.
        for sent in [
            [whole.as_bytes(), &good[..good.len() - 1]].concat(),
            whole.as_bytes()[..whole.len() - 1].to_vec(),
        ] {
            let mut client = Client::connect(server.admin);
            client.write(&sent);
            waiting.push((path.clone(), client));
        }
    }
    for pair in waiting.chunks_mut(2) {
        let [(path, body), (_, head)] = pair else { panic!("pairs") };
        assert_eq!(body.answer().unwrap().code(408), "slow", "{path}");
        assert!(head.answer().is_none_or(|answer| answer.status == 408), "{path}");
    }
    assert_eq!(state(&server), before);
    server.stop();
}

#[test]
fn no_http_on_either_listener() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let authorization = authorization();
    for address in [server.intake, server.admin] {
        for (_, path) in routes() {
            let garbage = [
                format!("POST {path}\r\n\r\n"),
                format!("POST {path} HTTP/3\r\n\r\n"),
                format!(
                    "POST {path} HTTP/1.1\r\n{authorization}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}"
                ),
                format!(
                    "POST {path} HTTP/1.1\r\n{authorization}\r\nTransfer-Encoding: chunked\r\n{}\r\n\r\nxyz\r\n",
                    JSON[0]
                ),
                format!("POST {path} HTTP/1.1\r\n{authorization}\r\nBad Header: x\r\n\r\n"),
            ];
            for text in garbage {
                let mut client = Client::connect(address);
                client.write(text.as_bytes());
                client.stream.shutdown(std::net::Shutdown::Write).unwrap();
                assert!(client.answer().is_none_or(|answer| (400..=505).contains(&answer.status)), "{text}");
            }
        }
        assert_eq!(Client::connect(address).request("GET", "/v1/health", &[], b"").status, 200);
    }
    assert_eq!(server.standing("flat")["state"], "expired");
    server.stop();
}

/// A clock that goes back revives and un-says nothing: each event is at the latest time that was seen. One that ran ahead counts.
#[test]
fn with_a_clock_that_is_wrong() {
    for (route, path) in routes() {
        let home = Home::new(&["flat"]);
        let server = home.start();
        let ahead = now() + 20;
        home.set_clock(ahead);
        assert_eq!(server.standing("flat")["at"], ahead);
        for clock in [now() - 3_600, 0, ahead] {
            home.set_clock(clock);
            if route.name() == "clock" {
                continue;
            }
            let answer = post(&mut Client::connect(server.admin), &path, &good(route));
            assert!([200, 422].contains(&answer.status), "{path} {}", answer.status);
            let standing = server.standing("flat");
            assert_eq!(standing["at"], ahead, "{path}");
            let begins = match route.name() {
                "notice" => &standing["breach"]["since"],
                "evidence" => &standing["evidence"][0]["since"],
                _ => continue,
            };
            assert_eq!(begins, ahead, "{path}");
        }
        if route.name() == "clock" {
            home.set_clock(now());
            let answer = post(&mut Client::connect(server.admin), &path, b"{}").ok();
            assert_eq!(answer["standing"]["at"], now());
            assert_eq!(server.standing("flat")["at"], now());
        }
        server.kill();
        let server = home.start();
        let at = server.standing("flat")["at"].as_u64().unwrap();
        // What was written says the latest time; what changed nothing wrote nothing.
        let wrote = !["resolve", "reload", "clock"].contains(&route.name());
        assert!(
            at == home.clock.now.load(std::sync::atomic::Ordering::SeqCst).max(if wrote { ahead } else { 0 })
        );
        server.stop();
    }
}
