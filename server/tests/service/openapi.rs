//! The document and the service say the same: each route and status that stands there can be had, and no other.

use std::collections::BTreeSet;

use serde_json::json;
use solvency_server::{OPENAPI, ROUTES, Route};

use crate::conform::document;
use crate::panics::asked_after_a_panic;
use crate::support::{
    Answer, Client, Home, JSON, Server, authorization, bundle, claim, evidence, fixture, head,
};

#[test]
fn its_routes_are_the_services() {
    let document = document();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in
            methods.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters")
        {
            let name = operation["operationId"].as_str().unwrap();
            let admin = operation["x-listener"] == "admin";
            assert_eq!(admin, operation["security"].is_array(), "{name}");
            assert_eq!(path.contains("{name}"), methods["parameters"].is_array(), "{name}");
            documented.insert((path.clone(), method == "post", admin, name.to_owned()));
        }
    }
    let served = ROUTES.iter().map(|it| (it.path.to_owned(), it.post, it.admin, it.name().to_owned()));
    assert_eq!(documented, served.collect());
    let server = Home::new(&["flat"]);
    let server = server.start();
    assert_eq!(server.get("/v1/openapi.json").body, OPENAPI.as_bytes());
    server.stop();
}

#[test]
fn every_schema_and_response_of_it_is_used() {
    let document = document();
    for part in ["schemas", "responses"] {
        for name in document["components"][part].as_object().unwrap().keys() {
            let reference = format!("\"#/components/{part}/{name}\"");
            assert!(OPENAPI.contains(&reference), "{reference}");
        }
    }
}

/// Makes the service answer a route with a status.
fn provoke(home: &Home, server: &Server, route: &Route, status: u16) -> Answer {
    let path = route.path.replace("{name}", if status == 404 { "none" } else { "flat" });
    let authorization = authorization();
    let body = match (route.name(), status) {
        ("bundle", 200) => bundle("flat"),
        ("evidence", 200 | 503) => evidence("flat"),
        ("claim", 200 | 503) => claim(9).to_string().into_bytes(),
        ("claim", 422) => claim(0).to_string().into_bytes(),
        ("resolve", 200 | 503) => {
            let answer = server.post("/v1/positions/flat/evidence", &evidence("flat")).ok();
            json!({ "evidence": answer["evidence"] }).to_string().into_bytes()
        }
        ("reload", 422 | 503) => {
            let trust = json!({ "more": 1 });
            home.alter_trust(0, |it| if status == 503 { it["latestClaim"] = claim(8) } else { *it = trust });
            b"{}".to_vec()
        }
        ("resolve", 422) => json!({ "evidence": claim(1)["digest"] }).to_string().into_bytes(),
        _ => b"{}".to_vec(),
    };
    // The other method, where it is to be the wrong one.
    let method = if route.post == (status != 405) { "POST" } else { "GET" };
    let mut length = format!("Content-Length: {}", body.len());
    let mut headers = Vec::new();
    if route.admin && status != 401 {
        headers.push(authorization.as_str());
    }
    match status {
        415 => headers.push("Content-Type: text/plain"),
        _ => headers.push(JSON[0]),
    }
    match status {
        400 => headers.push(JSON[0]),
        408 => length = "Content-Length: 99".into(),
        413 => length = "Content-Length: 99999999".into(),
        _ => {}
    }
    if method == "POST" {
        headers.push(&length);
    }
    let address = if route.admin || status == 401 { server.admin } else { server.intake };
    if status == 429 {
        for _ in 0..20 {
            let health = Client::connect(address).request("GET", "/v1/health", &[], b"");
            assert_eq!(health.status, 200);
        }
    }
    let aside = home.directory.path().join("aside");
    if status == 503 {
        std::fs::rename(&home.config.state, &aside).unwrap();
    }
    let mut client = Client::connect(address);
    client.write(head(method, &path, &headers).as_bytes());
    if method == "POST" && status != 413 {
        client.write(&body);
    }
    let answer = client.answer().unwrap();
    if status == 503 {
        std::fs::rename(&aside, &home.config.state).unwrap();
    }
    std::fs::write(&home.config.positions[0].trust, fixture("accept/flat/trust.json")).unwrap();
    answer.check(method, &path);
    answer
}

#[test]
fn every_status_of_it_can_be_had() {
    let document = document();
    for route in &ROUTES {
        let method = if route.post { "post" } else { "get" };
        let responses = document["paths"][route.path][method]["responses"].as_object().unwrap();
        let mut home = Home::new(&["flat"]);
        home.config.limits.body_ms = 100;
        let had = |home: &Home, server: &Server, status: u16| {
            let answer = match (route.post, status) {
                (false, 503) => asked_after_a_panic("GET", &route.path.replace("{name}", "flat")),
                _ => provoke(home, server, route, status),
            };
            let text = String::from_utf8_lossy(&answer.body);
            assert_eq!(answer.status, status, "{method} {}: {text}", route.path);
            if [429, 503].contains(&status) {
                assert!(answer.headers["retry-after"].parse::<u64>().unwrap() >= 1);
            }
        };
        let server = home.start();
        // What changes something comes last.
        for status in responses.keys().rev().map(|status| status.parse::<u16>().unwrap()) {
            if status != 429 {
                had(&home, &server, status);
            }
        }
        server.stop();
        home.config.limits.burst = 20;
        home.config.limits.requests_per_second = 1;
        let server = home.start();
        had(&home, &server, 429);
        server.stop();
    }
}
