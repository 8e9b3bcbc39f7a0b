//! The page: nothing from elsewhere, nothing that was not escaped.

use solvency_audit::{Audit, BEACON_FORMAT, Beacon, Interval};
use solvency_verifier::Bytes32;
use solvency_verifier::log::{Note, NoteSignature};

use crate::audit_of;
use crate::packages::{Package, gateway};
use crate::world::{NOON, World, address, json, key};

const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror='y'>&\u{202e}\u{0}";

/// Tags of a page, with their attributes.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag).collect()
}

fn hostile() -> String {
    let mut world = World::new();
    world.trust.registry.name = HOSTILE.into();
    world.trust.policy.name = HOSTILE.into();
    world.trust.policy.registry = world.registry();
    let mut audit = Audit::new(HOSTILE, &world.trust_bytes(), NOON + 3_600).unwrap();
    audit.add_bundle(&format!("1{HOSTILE}"), NOON + 30, &json(&world.bundle(NOON)));
    audit.add_bundle(&format!("2{HOSTILE}"), NOON + 31, HOSTILE.as_bytes());
    audit.add_log(&format!("3{HOSTILE}"), std::path::Path::new(HOSTILE));
    let beacon = Beacon {
        format: BEACON_FORMAT.into(),
        name: HOSTILE.into(),
        account: world.trust.counterparty.account,
        value: Bytes32([4; 32]),
        published_at: NOON + 600,
        intervals: vec![Interval { from: NOON, until: NOON + 600 }],
        rounds: 1,
        leaves: 0,
    };
    audit.add_beacon(&format!("4{HOSTILE}"), &json(&beacon));
    audit.run().to_html()
}

/// A page whose hostile text is in what others signed or published: a feed's name, and a signature line's.
fn hostile_evidence() -> String {
    const SCRIPT: &str = "<script>alert(1)</script>";
    let (world, root) = (World::new(), tempfile::tempdir().unwrap());
    let special = crate::world::Special { log: Some(root.path()), ..Default::default() };
    let mut audit = audit_of(&world, &[]);
    audit.add_bundle("bundle", NOON + 30, &json(&world.special(NOON, &special)));
    let (sources, [pyth, _, own]) = crate::prices::mixed(&world);
    let sources = sources.replace("ETH = \"ETH\"", &format!("ETH = {SCRIPT:?}"));
    let package = |seed: u8| {
        let points = vec![(SCRIPT, "3698.4".to_owned(), 369_840_000_000)];
        Package { seed, time_ms: NOON * 1000, points }
    };
    let redstone = gateway(&[package(21), package(22), package(23)]);
    let files = [&pyth[..], redstone.as_bytes(), &own];
    crate::prices::add(&mut audit, HOSTILE, address(&key("oracle-1")), NOON, sources.as_bytes(), &files);

    let checkpoint = root.path().join("3/checkpoint");
    let mut note = Note::parse(&std::fs::read_to_string(&checkpoint).unwrap()).unwrap();
    note.add(NoteSignature { name: SCRIPT.into(), id: [1; 4], bytes: vec![1; 72] }).unwrap();
    std::fs::write(&checkpoint, note.to_string()).unwrap();
    audit.add_log(&format!("3{HOSTILE}"), &root.path().join("3"));
    let report = audit.run();
    assert_eq!((report.pack().prices.len(), report.pack().logs[0].signatures.len()), (1, 2));
    assert_eq!(report.pack().prices[0].observations[0].prices[1].feed, SCRIPT);
    report.to_html()
}

#[test]
fn hostile_text_stays_text() {
    [hostile(), hostile_evidence()].iter().for_each(|page| is_text(page));
}

fn is_text(page: &str) {
    assert!(page.contains(
        "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;y&#39;&gt;&amp;\u{fffd}"
    ));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{0}'));
    let names = tags(page);
    assert!(names.len() > 200);
    for tag in names {
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '!')
            .collect();
        let known = [
            "!DOCTYPE",
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "main",
            "h1",
            "h2",
            "div",
            "strong",
            "p",
            "b",
            "nav",
            "ul",
            "ol",
            "li",
            "a",
            "section",
            "span",
            "svg",
            "rect",
            "path",
            "figure",
            "figcaption",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "code",
            "details",
            "summary",
        ];
        assert!(known.contains(&name.as_str()) || name == "!", "{tag}");
        // Quoted values were escaped; what is outside of quotes are the names of attributes.
        let names: String = tag.split('"').step_by(2).collect();
        assert!(!names.contains(" on") && !names.contains("src") && !names.contains("style="), "{tag}");
    }
}

#[test]
fn the_page_loads_nothing_and_links_only_to_itself() {
    [hostile(), hostile_evidence()].iter().for_each(|page| loads_nothing(page));
}

fn loads_nothing(page: &str) {
    for part in [
        "http:",
        "https:",
        "url(",
        "@import",
        "javascript:",
        "<link",
        "<iframe",
        "<script",
        "<object",
        "<form",
    ] {
        assert!(!page.contains(part), "{part}");
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(links.len(), 14);
    for link in links {
        let id = link.strip_prefix('#').expect("a link within the page");
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(page.contains("Content-Security-Policy\" content=\"default-src 'none'"));
    assert!(page.contains("prefers-color-scheme:dark") && page.contains("@media print"));
}

#[test]
fn elements_are_closed_in_their_order() {
    [hostile(), hostile_evidence(), audit_of_everything()].iter().for_each(|page| is_closed(page));
}

fn is_closed(page: &str) {
    let mut open: Vec<String> = Vec::new();
    for tag in tags(page) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        if name.is_empty() || name == "meta" || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_ref(), Some(&name), "{tag}");
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn every_section_and_label_is_on_the_page() {
    let page = audit_of(&World::new(), &[NOON, NOON + 60]).run().to_html();
    for part in [
        "proved</span>",
        "attested by attestors</span>",
        "assumed</span>",
        "not checked</span>",
        "✓ Accepted",
        "✓ same digest",
        "</svg>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Written beside the sources' target folder where somebody wants to look at it.
    if let Ok(path) = std::env::var("AUDIT_PAGE") {
        std::fs::write(path, audit_of_everything()).unwrap();
    }
}

/// A page with something in every section.
fn audit_of_everything() -> String {
    let world = World::new();
    let root = tempfile::tempdir().unwrap();
    let times: Vec<u64> =
        (0..10).filter(|round| *round < 3 || *round == 9).map(|round| NOON + 60 * round).collect();
    let mut audit = audit_of(&world, &times);
    let special = crate::world::Special { log: Some(root.path()), ..Default::default() };
    audit.add_bundle("with-history.json", NOON + 640, &json(&world.special(NOON + 600, &special)));
    audit.add_bundle("cut.json", NOON + 400, b"{");
    let mut altered = world.bundle(NOON + 660);
    altered.round.signatures.pop();
    audit.add_bundle("altered.json", NOON + 700, &json(&altered));
    audit.add_log("log-of-epoch-3", &root.path().join("3"));
    crate::witnesses::cosign_for_page(&world, root.path(), &mut audit);
    let (sources, [pyth, redstone, own]) = crate::prices::mixed(&world);
    for number in 1..=3 {
        let oracle = address(&key(&format!("oracle-{number}")));
        let files = [&pyth[..], &redstone, &own];
        crate::prices::add(
            &mut audit,
            &format!("observation-{number}"),
            oracle,
            NOON + 20,
            sources.as_bytes(),
            &files,
        );
        let prices = [
            ("BTC", 115_770_000_000_000_000 + 1_000_000_000 * number as u64),
            ("ETH", 3_698_400_000_000_000),
        ];
        let rest = [("SOL", 172_230_000_000_000), ("USDT", 1_000_000_000_000), ("USDC", 1_000_000_000_000)];
        let file = crate::prices::own_feed(&world, &[&prices[..], &rest].concat(), 0, NOON + 60);
        let sources = crate::prices::own_sources();
        let name = format!("next-{number}");
        crate::prices::add(&mut audit, &name, oracle, NOON + 80, sources.as_bytes(), &[&file]);
    }
    audit.add_opening("opening.json", &json(&world.opening(NOON, 0, 1)));
    let beacon = Beacon {
        format: BEACON_FORMAT.into(),
        name: "a public beacon".into(),
        account: world.trust.counterparty.account,
        value: Bytes32([4; 32]),
        published_at: NOON + 600,
        intervals: vec![Interval { from: NOON, until: NOON + 600 }],
        rounds: 4,
        leaves: 1,
    };
    audit.add_beacon("beacon.json", &json(&beacon));
    audit.set_period(NOON, NOON + 1_800).unwrap();
    audit.run().to_html()
}
