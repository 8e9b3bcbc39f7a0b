//! `solvency serve` and `solvency audit pack`: what a venue runs, and what an auditor makes of what it was shown.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use solvency_feeds::Amount;

use crate::daily_work::{edit, read};
use crate::runner::run;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Part of the demo's test: venue a takes its bundle over HTTP, refuses venue b's, and remembers over a restart.
#[cfg(unix)]
pub(crate) fn a_venue_serves_its_position(demo: &Path) {
    let token = "0123456789abcdef0123456789abcdef";
    std::fs::write(demo.join("admin.token"), token).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(demo.join("admin.token"), private).unwrap();
    let config = "intake = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\nadmin_token = \"admin.token\"\nstate = \"positions\"\n\
                  [[positions]]\nname = \"account-1\"\ntrust = \"trust-a.json\"\n\
                  bands = { warn = 3600, restrict = 600, grace = 900, answer = 3600, maxAge = 86400 }\n";
    std::fs::write(demo.join("serve.toml"), config).unwrap();
    run(demo, "serve").expect_error(&["positions"]);
    run(demo, "serve open nobody").expect_error(&["no position \"nobody\""]);
    run(demo, "serve open account-1").expect(0);
    run(demo, "serve open account-1").expect(2);
    for round in 0..2 {
        let service = Service::start(demo);
        let path = "/v1/positions/account-1";
        let state = |answer: &Value| answer["state"].to_string();
        let before = service.ask("GET", path, b"").1;
        assert_eq!(state(&before).contains("covered"), round == 1, "{before}");
        let (status, refused) = service.ask(
            "POST",
            &format!("{path}/bundles"),
            &std::fs::read(demo.join("bundle-b.json")).unwrap(),
        );
        assert_eq!((status, refused["verdict"]["rule"].as_str()), (422, Some("C1")), "{refused}");
        let (status, taken) = service.ask(
            "POST",
            &format!("{path}/bundles"),
            &std::fs::read(demo.join("bundle-a.json")).unwrap(),
        );
        assert_eq!((status, &taken["repeated"]), (200, &Value::Bool(round == 1)), "{taken}");
        assert!(service.ask("GET", path, b"").1["state"].to_string().contains("covered"));
        assert_eq!(service.ask("POST", &format!("{path}/claims"), b"{}").0, 404, "claims are the admin's");
        a_reload_reads_the_configuration_anew(demo, &service, token);
        assert_eq!(service.end(), Some(0));
    }
    for file in ["admin.token", "serve.toml"] {
        std::fs::remove_file(demo.join(file)).unwrap();
    }
    std::fs::remove_dir_all(demo.join("positions")).unwrap();
}

fn a_reload_reads_the_configuration_anew(demo: &Path, service: &Service, token: &str) {
    let path = demo.join("serve.toml");
    let whole = std::fs::read_to_string(&path).unwrap();
    let reload = || service.ask_admin("POST", "/v1/reload", token, b"{}");
    assert_eq!(reload(), (200, serde_json::json!({ "changed": [] })));
    for (broken, said) in [
        (String::new(), "serve.toml"),
        (whole.replace("trust-a.json", "none.json"), "none.json"),
        (whole.replace("trust-a.json", "trust-b.json"), "account-1"),
        (whole.replace("grace = 900", "grace = 901"), "bands_before"),
    ] {
        std::fs::write(&path, broken).unwrap();
        let (status, answer) = reload();
        assert!(status == 422 && answer.to_string().contains(said), "{said}: {status} {answer}");
    }
    std::fs::write(&path, whole).unwrap();
}

/// A running service.
struct Service {
    child: std::process::Child,
    intake: String,
    admin: String,
}

impl Service {
    fn start(demo: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_solvency"))
            .current_dir(demo)
            .args(["--quiet", "--json", "serve"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let bound: Value = serde_json::from_str(&line).unwrap();
        let address = |name: &str| bound[name].as_str().unwrap().to_owned();
        Service { child, intake: address("intake"), admin: address("admin") }
    }

    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        Self::sent(&self.intake, method, path, "", body)
    }

    fn ask_admin(&self, method: &str, path: &str, token: &str, body: &[u8]) -> (u16, Value) {
        Self::sent(&self.admin, method, path, &format!("authorization: Bearer {token}\r\n"), body)
    }

    fn sent(address: &str, method: &str, path: &str, header: &str, body: &[u8]) -> (u16, Value) {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: venue\r\nconnection: close\r\ncontent-type: application/json\r\n{header}content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn end(mut self) -> Option<i32> {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Part of the demo's test: what venue a was shown, audited offline.
pub(crate) fn an_auditor_takes_it_apart(demo: &Path) {
    let at = now();
    run(demo, "signer new auditor.key").expect(0);
    let line = |bundle: &str, out: &str| {
        format!(
            "audit pack --trust trust-a.json --bundle {bundle}@{at} --at {} --key auditor.key --out {out} --json",
            at + 5
        )
    };
    let accepted = run(demo, &line("bundle-a.json", "pack")).expect(0).json();
    assert_eq!(accepted["accepted"], true, "{accepted}");
    let pack = read(&demo.join("pack/audit.json"));
    assert!(pack["format"].as_str().unwrap().starts_with("solvency-audit/"));
    let page = std::fs::read_to_string(demo.join("pack/audit.html")).unwrap();
    assert!(page.contains("<html") && !page.contains("<script") && !page.contains("http://"));
    assert!(demo.join("pack/audit.signature.json").exists());
    run(demo, &line("bundle-a.json", "pack")).expect_error(&["pack exists"]);

    with_what_oracles_observed(demo, &line("bundle-a.json", "observed"));
    std::fs::copy(demo.join("bundle-a.json"), demo.join("altered.json")).unwrap();
    edit(&demo.join("altered.json"), |text| text.replacen("\"number\": 1", "\"number\": 2", 1));
    let refused = run(demo, &line("altered.json", "altered")).expect(1).json();
    assert_eq!(refused["accepted"], false, "{refused}");
    std::fs::write(demo.join("altered.json"), "{").unwrap();
    run(demo, &line("altered.json", "cut")).expect(1);
    run(demo, "audit pack --trust trust-a.json --bundle bundle-a.json --out x")
        .expect_error(&["FILE@SECONDS"]);
    run(demo, "audit pack --trust bundle-a.json --out x").expect(2);
    assert!(!demo.join("x").exists());
    for folder in ["pack", "altered", "cut"] {
        std::fs::remove_dir_all(demo.join(folder)).unwrap();
    }
    for file in ["auditor.key", "altered.json"] {
        std::fs::remove_file(demo.join(file)).unwrap();
    }
}

/// The same with the price files of three oracles, from a feed of the bundle's prices that the auditor's own key signs here.
fn with_what_oracles_observed(demo: &Path, line: &str) {
    let address = |key: &str| {
        let shown = run(demo, &format!("signer address {key} --json")).expect(0).json();
        shown["address"].as_str().unwrap().to_owned()
    };
    let round = read(&demo.join("bundle-a.json"))["round"]["round"].clone();
    let assets = read(&demo.join("registry.json"))["assets"].as_array().unwrap().clone();
    let symbols: Vec<&str> = assets.iter().map(|asset| asset["symbol"].as_str().unwrap()).collect();
    let signed = round["prices"].as_array().unwrap().iter().map(|price| price.as_u64().unwrap());
    let prices: Vec<Value> = symbols
        .iter()
        .zip(signed)
        .map(|(symbol, price)| serde_json::json!({ "symbol": symbol, "price": Amount(price), "confidence": "0" }))
        .collect();
    let time = round["time"].as_u64().unwrap();
    let feed = |prices: &[Value]| {
        serde_json::json!({ "quote": "USD", "source": "desk", "time": time, "prices": prices }).to_string()
    };
    let feeds: Vec<String> = symbols.iter().map(|symbol| format!("{symbol} = \"{symbol}\"")).collect();
    let sources = format!(
        "format = \"solvency-sources/1\"\nquote = \"USD\"\nmax_age = 60\nmax_ahead = 5\nk = \"2\"\nmax_confidence_ppm = 0\n\
         [own]\nsource = \"desk\"\nsigners = [\"{}\"]\nthreshold = 1\nfeeds = {{ {} }}\n",
        address("auditor.key"),
        feeds.join(", ")
    );
    let observe = |folder: &str, prices: &[Value]| {
        std::fs::create_dir(demo.join(folder)).unwrap();
        std::fs::write(demo.join(folder).join("sources.toml"), &sources).unwrap();
        std::fs::write(demo.join("feed.json"), feed(prices)).unwrap();
        run(
            demo,
            &format!(
                "prices sign feed.json --registry registry.json --key auditor.key --out {folder}/feed.json"
            ),
        )
        .expect(0);
    };
    observe("right", &prices);
    let mut lower = prices.clone();
    lower[0]["price"] = "1".into();
    observe("lower", &lower);
    let given = |folders: [&str; 3]| {
        // One folder for two oracles has each of its names twice: which one a line is about could not be told.
        let mut given = String::new();
        for (index, folder) in folders.iter().enumerate() {
            let (oracle, copy) = (address(&format!("oracle-{}/oracle.key", index + 1)), format!("o{index}"));
            let _ = std::fs::remove_dir_all(demo.join(&copy));
            std::fs::create_dir(demo.join(&copy)).unwrap();
            for file in ["sources.toml", "feed.json"] {
                std::fs::copy(demo.join(folder).join(file), demo.join(&copy).join(file)).unwrap();
            }
            given.push_str(&format!(" --observation {oracle}={copy}@{time}"));
        }
        given
    };
    let right = given(["right", "right", "lower"]);
    run(demo, &format!("{line}{right}")).expect(0);
    let pack = read(&demo.join("observed/audit.json"));
    let round = &pack["prices"][0];
    assert_eq!(
        (&round["observations"][2]["at"], &round["assets"][0]["state"]),
        (&time.into(), &"within".into()),
        "{round}"
    );
    assert_eq!(round["label"], "attested_by");
    std::fs::remove_dir_all(demo.join("observed")).unwrap();

    let refused = run(demo, &format!("{line}{}", given(["lower", "lower", "lower"]))).expect(1).json();
    assert!(refused["findings"].to_string().contains("price_differs"), "{refused}");
    std::fs::remove_dir_all(demo.join("observed")).unwrap();
    std::fs::remove_file(demo.join("o0/sources.toml")).unwrap();
    run(demo, &format!("{line}{right}")).expect_error(&["no sources.toml", "hint"]);
    run(demo, &format!("{line} --observation o1@{time}")).expect_error(&["ORACLE=DIR@SECONDS"]);
    run(demo, &format!("{line} --observation 0x12=o1@{time}")).expect_error(&["no address"]);
    for folder in ["right", "lower", "o0", "o1", "o2"] {
        std::fs::remove_dir_all(demo.join(folder)).unwrap();
    }
    std::fs::remove_file(demo.join("feed.json")).unwrap();
}
