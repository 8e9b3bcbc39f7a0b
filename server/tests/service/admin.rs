//! What only admins do, and that nobody else does it.

use serde_json::json;

use crate::support::{CASES, Client, Home, JSON, TOKEN, authorization, bundle, claim, now};

#[test]
fn a_claim_ends_coverage_and_a_claim_again_is_the_same_one() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    server.post_bundle("flat", &bundle("flat")).ok();
    let path = "/v1/positions/flat/claims";
    assert_eq!(server.admin_post(path, &claim(1)).code(422), "claim");
    let standing = &server.admin_post(path, &claim(2)).ok()["standing"];
    assert_eq!((&standing["state"], &standing["claim"]), (&json!("grace"), &claim(2)));
    assert_eq!(server.admin_post(path, &claim(2)).ok()["standing"]["claim"], claim(2));
    let mut other = claim(2);
    other["digest"] = claim(9)["digest"].clone();
    assert_eq!(server.admin_post(path, &other).code(422), "claim");
    // Unanswered at its time it is a breach: the second before and the second itself.
    home.set_clock(now() + 1_799);
    assert_ne!(server.standing("flat")["state"], "breached");
    home.set_clock(now() + 1_800);
    let standing = server.standing("flat");
    assert_eq!(standing["breach"], json!({ "since": now() + 1_800, "cause": "unanswered", "claim": 2 }));
    server.stop();
}

#[test]
fn a_notice_breaches_and_the_list_has_every_position() {
    let home = Home::new(&CASES);
    let server = home.start();
    let standing = &server.admin_post("/v1/positions/tiered/notice", &json!({})).ok()["standing"];
    assert_eq!(standing["breach"], json!({ "since": now(), "cause": "notice", "claim": null }));
    let list = server.admin_get("/v1/positions").ok();
    let names: Vec<&str> =
        list["positions"].as_array().unwrap().iter().map(|it| it["position"].as_str().unwrap()).collect();
    assert_eq!(names, CASES);
    let metrics = String::from_utf8(server.admin_get("/metrics").body).unwrap();
    assert!(metrics.contains("solvency_action{position=\"tiered\"} 3\n"), "{metrics}");
    assert!(!metrics.contains("0x") && !metrics.contains(TOKEN), "{metrics}");
    server.stop();
}

#[test]
fn without_the_token_the_admin_listener_answers_health_alone() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let wrong = [
        String::new(),
        format!("Authorization: Bearer {}", &TOKEN[1..]),
        format!("Authorization: Bearer {TOKEN}0"),
        format!("Authorization: Basic {TOKEN}"),
        format!("Authorization: {TOKEN}"),
    ];
    for header in &wrong {
        let headers: Vec<&str> = [header.as_str()].into_iter().filter(|header| !header.is_empty()).collect();
        for (method, path) in
            [("GET", "/v1/positions"), ("GET", "/metrics"), ("GET", "/v1/positions/flat"), ("GET", "/none")]
        {
            let answer = Client::connect(server.admin).request(method, path, &headers, b"");
            assert_eq!(answer.code(401), "token", "{header} {path}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
        let headers = [&headers[..], &JSON].concat();
        let notice =
            Client::connect(server.admin).request("POST", "/v1/positions/flat/notice", &headers, b"{}");
        assert_eq!(notice.code(401), "token");
    }
    assert_eq!(server.standing("flat")["state"], "expired");
    assert_eq!(Client::connect(server.admin).request("GET", "/v1/health", &[], b"").status, 200);
    server.stop();
}

#[test]
fn on_the_intake_admins_routes_are_not_there_token_or_not() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let authorization = authorization();
    for header in [JSON[0], &authorization] {
        for path in ["claims", "notice", "resolve", "clock"] {
            let mut client = server.client();
            client.write(
                crate::support::head(
                    "POST",
                    &format!("/v1/positions/flat/{path}"),
                    &[JSON[0], header, "Content-Length: 2"][usize::from(header == JSON[0])..],
                )
                .as_bytes(),
            );
            client.write(b"{}");
            assert_eq!(client.answer().unwrap().code(404), "route", "{path}");
        }
        let mut client = server.client();
        let headers = [JSON[0], header, "Content-Length: 2"];
        let headers = &headers[usize::from(header == JSON[0])..];
        client.write(crate::support::head("POST", "/v1/reload", headers).as_bytes());
        client.write(b"{}");
        assert_eq!(client.answer().unwrap().code(404), "route");
        for path in ["/v1/positions", "/metrics"] {
            let mut client = server.client();
            client.write(crate::support::head("GET", path, &[header]).as_bytes());
            assert_eq!(client.answer().unwrap().code(404), "route", "{path}");
        }
    }
    server.stop();
}

#[test]
fn an_admins_body_is_the_one_object() {
    let home = Home::new(&["flat"]);
    let server = home.start();
    let digest = claim(2)["digest"].clone();
    let bodies = [
        "".to_owned(),
        "[]".into(),
        format!("[2,{digest}]"),
        "{}".into(),
        "{\"number\":2}".into(),
        format!("{{\"number\":2,\"digest\":{digest},\"more\":1}}"),
        format!("{{\"number\":2,\"number\":2,\"digest\":{digest}}}"),
        format!("{{\"number\":\"2\",\"digest\":{digest}}}"),
        format!("{{\"number\":2.0,\"digest\":{digest}}}"),
        format!("{{\"number\":-2,\"digest\":{digest}}}"),
        format!("{{\"number\":2,\"digest\":{digest}}} x"),
        format!("{{\"number\":2,\"digest\":{digest}"),
    ];
    let authorization = authorization();
    for body in bodies {
        let headers = [JSON[0], &authorization];
        let mut client = Client::connect(server.admin);
        let answer = client.request("POST", "/v1/positions/flat/claims", &headers, body.as_bytes());
        assert_eq!(answer.code(400), "form", "{body}");
    }
    for path in ["/v1/positions/flat/notice", "/v1/positions/flat/clock", "/v1/reload"] {
        for body in [json!([]), json!({ "a": 1 }), json!(null)] {
            assert_eq!(server.admin_post(path, &body).code(400), "form");
        }
    }
    assert_eq!(server.standing("flat")["claim"]["number"], 1);
    server.stop();
}
