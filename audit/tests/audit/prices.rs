//! What oracles are said to have observed against the prices that they signed.

use solvency_audit::{Audit, Code, Label, MAX_SOURCES_BYTES, PriceFile, PriceState, Report, Severity};
use solvency_feeds::{Amount, FeedPrice, MAX_FILE_BYTES, PriceFeed, SignedFeed};
use solvency_verifier::Address;
use solvency_verifier::encoding::Bytes32;

use crate::packages::{FEED, HEAD, Package, Update, gateway, message, own_section, redstone_section, signed};
use crate::world::{DAY, NOON, World, address, json, key};
use crate::{audit_of, kinds, what};

const UNIT: u64 = 1_000_000_000_000;
/// When the observations are made, unless a test says otherwise.
const AT: u64 = NOON + 20;

/// Every asset from an own feed, of which 2 of 3 signers are needed.
pub(crate) fn own_sources() -> String {
    let feeds = "BTC = \"BTC\"\nETH = \"ETH\"\nSOL = \"SOL\"\nUSDT = \"USDT\"\nUSDC = \"USDC\"\n";
    format!("{HEAD}{}", own_section().replace("USDC = \"USDC\"\n", feeds))
}

fn oracle(number: usize) -> Address {
    address(&key(&format!("oracle-{number}")))
}

/// The round's prices, with another one of bitcoin.
fn prices(bitcoin: u64) -> Vec<(&'static str, u64)> {
    vec![
        ("BTC", bitcoin),
        ("ETH", 3_698_400_000_000_000),
        ("SOL", 172_230_000_000_000),
        ("USDT", UNIT),
        ("USDC", UNIT),
    ]
}

const SIGNED: u64 = 115_770 * UNIT;

pub(crate) fn own_feed(world: &World, prices: &[(&str, u64)], confidence: u64, time: u64) -> Vec<u8> {
    let price = |(symbol, price): &(&str, u64)| FeedPrice {
        symbol: (*symbol).into(),
        price: Amount(*price),
        confidence: Amount(confidence),
    };
    let prices = prices.iter().map(price).collect();
    let feed = PriceFeed { quote: "USD".into(), source: "desk".into(), time, prices };
    let digest = world.digest(&feed);
    let mut document = SignedFeed::unsigned(feed);
    document.signatures = vec![signed(1, &digest), signed(3, &digest)];
    json(&document)
}

/// Adds what an oracle observed: bitcoin at this price, the rest as the round has it.
fn observe(world: &World, audit: &mut Audit, number: usize, bitcoin: u64) {
    let file = own_feed(world, &prices(bitcoin), 0, NOON);
    add(audit, &format!("observation-{number}"), oracle(number), AT, own_sources().as_bytes(), &[&file]);
}

pub(crate) fn add(audit: &mut Audit, name: &str, oracle: Address, at: u64, sources: &[u8], files: &[&[u8]]) {
    let names: Vec<String> = (0..files.len()).map(|index| format!("{name}/{index:02}.json")).collect();
    let files: Vec<PriceFile<'_>> =
        names.iter().zip(files).map(|(file, bytes)| PriceFile { file, bytes }).collect();
    let sources_name = format!("{name}/sources.toml");
    audit.add_observation(name, oracle, at, PriceFile { file: &sources_name, bytes: sources }, &files);
}

/// The audit of one round with observations of bitcoin by the first oracles.
fn observed(bitcoin: &[u64]) -> Report {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    for (index, price) in bitcoin.iter().enumerate() {
        observe(&world, &mut audit, index + 1, *price);
    }
    audit.run()
}

fn figure<'a>(report: &'a Report, start: &str) -> &'a solvency_audit::Figure {
    report.pack().figures.iter().find(|figure| figure.name.starts_with(start)).unwrap()
}

#[test]
fn a_round_without_sources_is_not_checked() {
    let report = observed(&[]);
    assert_eq!(kinds(&report), []);
    assert!(report.pack().prices.is_empty());
    assert!(matches!(figure(&report, "prices against").label, Label::NotChecked { .. }));
}

#[test]
fn a_median_of_what_four_oracles_saw_is_within() {
    let report = observed(&[SIGNED - 10, SIGNED + 20, SIGNED, SIGNED + 10]);
    assert_eq!(kinds(&report), [], "{:?}", report.pack().findings);
    assert!(report.accepted());
    let round = &report.pack().prices[0];
    assert_eq!((round.oracles, round.threshold, round.observations.len()), (4, 3, 4));
    assert!(round.compared() && round.assets.iter().all(|asset| asset.state == PriceState::Within));
    let bitcoin = &round.assets[0];
    assert_eq!((bitcoin.symbol.as_str(), bitcoin.signed.as_str()), ("BTC", "115770"));
    assert_eq!(
        (bitcoin.low.as_deref(), bitcoin.high.as_deref()),
        (Some("115770"), Some("115770.00000000001"))
    );
    let line = &round.observations[0].prices[0];
    assert_eq!((line.source, line.feed.as_str(), line.age_ms), ("own", "BTC", 20_000));
    assert!(
        matches!(&line.label, Label::AttestedBy { role: "signers of an own feed", signers } if signers.len() == 2)
    );
    let whole = figure(&report, "prices against");
    assert_eq!(whole.value, "1 of 1 rounds compared, 0 with a price that they don't allow");
    assert!(
        matches!(&whole.label, Label::AttestedBy { role: "price sources", signers } if signers.len() == 2)
    );
    assert!(matches!(figure(&report, "the price files").label, Label::Assumed { .. }));
    // Each file is listed with its digest; the sources file, which is the same for all, is no repetition.
    assert_eq!(report.pack().inputs.iter().filter(|input| input.name.starts_with("observation-")).count(), 8);
}

#[test]
fn a_price_at_the_end_of_what_is_allowed_is_within_and_one_unit_beyond_is_not() {
    let state = |bitcoin: &[u64]| {
        let report = observed(bitcoin);
        let state = report.pack().prices[0].assets[0].state;
        let expected: &[Code] = if state == PriceState::Outside { &[Code::PriceDiffers] } else { &[] };
        assert_eq!((kinds(&report).as_slice(), report.accepted()), (expected, expected.is_empty()));
        assert!(report.pack().prices[0].assets[1..].iter().all(|asset| asset.state != PriceState::Outside));
        if let [what] = &what(&report, Code::PriceDiffers)[..] {
            assert!(what.starts_with("BTC: the oracles signed 115770,"), "{what}");
            let finding =
                report.pack().findings.iter().find(|finding| finding.code == Code::PriceDiffers).unwrap();
            assert_eq!((finding.severity, finding.about.as_str()), (Severity::Refused, "round 5040"));
            let whole = figure(&report, "prices against");
            assert!(whole.value.ends_with("1 with a price that they don't allow"));
        }
        state
    };
    // Three of four: from the lowest to the highest of them.
    assert_eq!(state(&[SIGNED, SIGNED + 1, SIGNED + 2]), PriceState::Within);
    assert_eq!(state(&[SIGNED + 1, SIGNED + 2, SIGNED + 3]), PriceState::Outside);
    assert_eq!(state(&[SIGNED - 2, SIGNED - 1, SIGNED]), PriceState::Within);
    assert_eq!(state(&[SIGNED - 3, SIGNED - 2, SIGNED - 1]), PriceState::Outside);
    // All four: one of the two in the middle, and none that nobody saw.
    assert_eq!(state(&[SIGNED - 2, SIGNED - 1, SIGNED, SIGNED + 1]), PriceState::Within);
    assert_eq!(state(&[SIGNED - 3, SIGNED - 2, SIGNED - 1, SIGNED]), PriceState::Outside);
    assert_eq!(state(&[SIGNED, SIGNED + 1, SIGNED + 2, SIGNED + 3]), PriceState::Outside);
    assert_eq!(state(&[SIGNED - 2, SIGNED - 1, SIGNED + 1, SIGNED + 2]), PriceState::Outside);
    // Two bound nothing: the others decide.
    assert_eq!(state(&[SIGNED + 1, SIGNED + 2]), PriceState::Unbounded);
}

#[test]
fn too_few_observations_leave_a_round_not_checked() {
    let report = observed(&[1, 2]);
    assert_eq!(kinds(&report), []);
    let round = &report.pack().prices[0];
    assert!(!round.compared());
    assert_eq!(
        round.label,
        Label::NotChecked { why: "2 of 4 observations; 3 bound the median at both ends".into() }
    );
    assert!(matches!(figure(&report, "prices against").label, Label::NotChecked { .. }));

    // Of two rounds one has enough.
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON, NOON + 60]);
    (1..=3).for_each(|number| observe(&world, &mut audit, number, SIGNED));
    let report = audit.run();
    assert_eq!(kinds(&report), []);
    assert_eq!(
        figure(&report, "prices against").value,
        "1 of 2 rounds compared, 0 with a price that they don't allow"
    );
    let others = figure(&report, "rounds whose prices");
    assert_eq!((others.value.as_str(), matches!(others.label, Label::NotChecked { .. })), ("1", true));
}

/// Bitcoin from Pyth, ether from RedStone, the rest from an own feed with a confidence.
pub(crate) fn mixed(world: &World) -> (String, [Vec<u8>; 3]) {
    let guardians = crate::packages::pyth_section();
    let own = own_section().replace("USDC = \"USDC\"\n", "SOL = \"SOL\"\nUSDT = \"USDT\"\nUSDC = \"USDC\"\n");
    let sources = format!("{HEAD}{own}{guardians}{}", redstone_section());
    // 115,790.00 ± 10.00: 115,770 counts.
    let pyth = Update::new(vec![message(FEED, 11_579_000, 1_000, -2, NOON as i64)]).hermes();
    let ether = |seed: u8, value: u128| Package { time_ms: NOON * 1000 + 500, ..Package::ether(seed, value) };
    // 3,699.00 ± 0.30: 3,698.40 counts.
    let redstone =
        gateway(&[ether(21, 369_900_000_000), ether(22, 369_930_000_000), ether(23, 369_880_000_000)]);
    let rest = [("SOL", 172_230_000_000_000 + 2), ("USDT", UNIT + 2), ("USDC", UNIT + 2)];
    (sources, [pyth.into_bytes(), redstone.into_bytes(), own_feed(world, &rest, 1, NOON + 3)])
}

#[test]
fn every_source_is_read_and_its_signers_named() {
    let world = World::new();
    let (sources, [pyth, redstone, own]) = mixed(&world);
    let mut audit = audit_of(&world, &[NOON]);
    for number in 1..=3 {
        add(
            &mut audit,
            &format!("o{number}"),
            oracle(number),
            AT,
            sources.as_bytes(),
            &[&pyth, &redstone, &own],
        );
    }
    let report = audit.run();
    assert_eq!(kinds(&report), [], "{:?}", report.pack().findings);
    let lines = &report.pack().prices[0].observations[0].prices;
    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            let Label::AttestedBy { role, signers } = &line.label else { panic!("{:?}", line.label) };
            let numbers = [&line.price, &line.confidence, &line.observed].map(String::as_str);
            (line.symbol.as_str(), line.source, numbers, line.age_ms, *role, signers.len())
        })
        .collect();
    assert_eq!(
        shown[..3],
        [
            ("BTC", "pyth", ["115790", "10", "115770"], 20_000, "Wormhole guardians", 3),
            ("ETH", "redstone", ["3699", "0.3", "3698.4"], 19_500, "RedStone signers", 3),
            (
                "SOL",
                "own",
                ["172.230000000002", "0.000000000001", "172.23"],
                17_000,
                "signers of an own feed",
                2
            ),
        ]
    );
    let page = report.to_html();
    for part in [
        "attested by Wormhole guardians",
        "attested by RedStone signers",
        "attested by price sources",
        "✓ within",
        "0.3",
        "19500\u{a0}ms",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let pack: serde_json::Value = serde_json::from_str(report.to_json()).unwrap();
    let round = &pack["prices"][0];
    assert_eq!((&round["label"], &round["assets"][0]["state"]), (&"attested_by".into(), &"within".into()));
    assert_eq!(round["observations"][0]["prices"][1]["publishedAtMs"], NOON * 1000 + 500);
}

/// The reason for which no prices come from files imported at a time.
fn refused(sources: &str, at: u64, files: &[&[u8]]) -> String {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    add(&mut audit, "o", oracle(1), at, sources.as_bytes(), files);
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::ObservationRefused], "{:?}", report.pack().findings);
    assert!(!report.accepted() && report.pack().prices.is_empty());
    what(&report, Code::ObservationRefused)[0].clone()
}

#[test]
fn files_from_which_an_import_makes_no_prices_are_refused() {
    let world = World::new();
    let sources = own_sources();
    let feed = |confidence, time| own_feed(&world, &prices(SIGNED), confidence, time);
    let is = |got: String, part: &str| assert!(got.contains(part), "{got}");

    // Exactly as old as allowed is taken, a second older is not.
    let mut audit = audit_of(&world, &[NOON]);
    add(&mut audit, "o", oracle(1), AT, sources.as_bytes(), &[&feed(0, AT - 60)]);
    assert_eq!(kinds(&audit.run()), []);
    is(refused(&sources, AT, &[&feed(0, AT - 61)]), "61000 ms");
    is(refused(&sources, AT, &[&feed(0, AT + 6)]), "6000 ms");
    is(refused(&sources, AT, &[&feed(UNIT / 50 + 1, NOON)]), "USDT");

    let mut altered: SignedFeed = serde_json::from_slice(&feed(0, NOON)).unwrap();
    altered.feed.prices[0].price.0 += 1;
    is(
        refused(&sources, AT, &[&json(&altered)]),
        "signature of 0x1a642f0e3c3af545e7acbd38b07251b3990914f1: signed by",
    );
    let mut few: SignedFeed = serde_json::from_slice(&feed(0, NOON)).unwrap();
    few.signatures.pop();
    is(refused(&sources, AT, &[&json(&few)]), "1 signers, 2 are needed");
    is(refused(&sources, AT, &[&own_feed(&world, &prices(SIGNED)[..4], 0, NOON)]), "USDC");
    let whole = feed(0, NOON);
    is(refused(&sources, AT, &[&whole[..whole.len() - 1]]), "EOF");
    is(refused(&sources, AT, &[b"{}"]), "neither an own signed feed");
    is(refused(&sources, AT, &[]), "0 files of prices");
    is(refused(&sources, AT, &vec![&whole[..]; 65]), "65 files of prices");
    is(refused(&sources.replace("\"USD\"", "\"EUR\""), AT, &[&whole]), "EUR");
    // Pinned to other signers: whose word it is says the sources file alone.
    is(
        refused(
            &sources
                .replace(&crate::packages::address(1).to_string(), &crate::packages::address(9).to_string()),
            AT,
            &[&whole],
        ),
        "is not a member of the set",
    );
}

#[test]
fn an_observation_has_its_place_in_a_round_and_of_an_oracle() {
    let world = World::new();
    let run = |of: &[(Address, u64)]| {
        let mut audit = audit_of(&world, &[NOON]);
        for (index, (oracle, at)) in of.iter().enumerate() {
            let file = own_feed(&world, &prices(SIGNED), 0, *at);
            add(&mut audit, &format!("o{index}"), *oracle, *at, own_sources().as_bytes(), &[&file]);
        }
        let report = audit.run();
        (kinds(&report), what(&report, Code::ObservationUnplaced))
    };
    let placed = (vec![], vec![]);
    assert_eq!(run(&[(oracle(1), NOON), (oracle(2), NOON + 59)]), placed);
    let unplaced = |of: &[(Address, u64)], part: &str| {
        let (kinds, what) = run(of);
        assert_eq!((kinds, what.len()), (vec![Code::ObservationUnplaced], 1));
        assert!(what[0].contains(part), "{what:?}");
    };
    unplaced(&[(oracle(1), NOON + 60)], "in the round of no accepted bundle");
    unplaced(&[(oracle(1), NOON - 1)], "in the round of no accepted bundle");
    unplaced(&[(address(&key("custodian")), NOON)], "is no oracle of the registry");
    unplaced(&[(oracle(1), NOON), (oracle(1), NOON + 1)], "a second observation");

    // A round that was refused has no price to compare with.
    let mut audit = audit_of(&world, &[]);
    let mut bundle = world.bundle(NOON);
    bundle.round.signatures.pop();
    audit.add_bundle("refused", NOON + 30, &json(&bundle));
    observe(&world, &mut audit, 1, SIGNED);
    assert!(kinds(&audit.run()).contains(&Code::ObservationUnplaced));
}

#[test]
fn a_second_observation_does_not_count_for_another_oracle() {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    observe(&world, &mut audit, 1, SIGNED + 1);
    observe(&world, &mut audit, 2, SIGNED + 2);
    let again = own_feed(&world, &prices(SIGNED + 3), 0, NOON);
    add(&mut audit, "again", oracle(2), AT, own_sources().as_bytes(), &[&again]);
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::ObservationUnplaced]);
    assert_eq!(report.pack().prices[0].assets[0].state, PriceState::Unbounded);
    assert_eq!(report.pack().prices[0].observations.len(), 2);
}

#[test]
fn what_cannot_be_read_is_a_finding() {
    let world = World::new();
    let whole = own_feed(&world, &prices(SIGNED), 0, NOON);
    let run = |sources: &[u8], file: &[u8]| {
        let mut audit = Audit::new("trust.json", &world.trust_bytes(), NOON + DAY).unwrap();
        add(&mut audit, "o", oracle(1), AT, sources, &[file]);
        let report = audit.run();
        assert!(!report.accepted() && report.pack().prices.is_empty());
        assert_eq!(report.pack().inputs.len(), 3);
        kinds(&report).into_iter().filter(|code| *code != Code::NothingAccepted).collect::<Vec<_>>()
    };
    let sources = own_sources();
    // Whole, it is only of a round that nobody accepted.
    assert_eq!(run(sources.as_bytes(), &whole), [Code::ObservationUnplaced]);
    let mut audit = Audit::new("trust.json", &world.trust_bytes(), NOON + DAY).unwrap();
    for end in 0..sources.len() - 1 {
        add(&mut audit, &format!("{end:04}"), oracle(1), AT, &sources.as_bytes()[..end], &[&whole]);
    }
    let report = audit.run();
    // Cut between two lines of its feeds it is a sources file, without one of the assets.
    let cut = [Code::InputUnreadable, Code::ObservationRefused];
    let of = |end: usize| {
        let about = [format!("{end:04}"), format!("{end:04}/sources.toml")];
        report.pack().findings.iter().filter(move |finding| about.contains(&finding.about))
    };
    for end in 0..sources.len() - 1 {
        assert!(of(end).count() == 1 && of(end).all(|finding| cut.contains(&finding.code)), "{end}");
    }
    assert_eq!(run(b"\xff", &whole), [Code::InputUnreadable]);
    assert_eq!(run(format!("{sources}more = 1\n").as_bytes(), &whole), [Code::InputUnreadable]);
    let long = |length: usize| [sources.as_bytes(), &vec![b'\n'; length - sources.len()]].concat();
    assert_eq!(run(&long(MAX_SOURCES_BYTES), &whole), [Code::ObservationUnplaced]);
    assert_eq!(run(&long(MAX_SOURCES_BYTES + 1), &whole), [Code::InputTooLong]);
    assert_eq!(run(sources.as_bytes(), &vec![b' '; MAX_FILE_BYTES + 1]), [Code::InputTooLong]);
}

#[test]
fn no_more_observations_are_read_than_the_bound() {
    let world = World::new();
    let run = |count: u64| {
        let mut audit = Audit::new("trust.json", &world.trust_bytes(), NOON + DAY).unwrap();
        for index in 0..count {
            add(&mut audit, &format!("o{index}"), oracle(1), index, b"", &[]);
        }
        let report = audit.run();
        (what(&report, Code::TooManyInputs), report.pack().inputs.len())
    };
    assert_eq!(run(1024), (vec![], 1025));
    assert_eq!(run(1025), (vec!["1025 observations, at most 1024 are read".into()], 1025));
}

#[test]
fn two_files_of_one_name_are_told() {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    let file = own_feed(&world, &prices(SIGNED), 0, NOON);
    for number in 1..=2 {
        add(&mut audit, "same", oracle(number), AT, own_sources().as_bytes(), &[&file]);
    }
    assert_eq!(kinds(&audit.run()), [Code::InputNamedTwice]);
}

#[test]
fn the_order_of_adding_observations_changes_nothing() {
    let world = World::new();
    let run = |order: [usize; 4]| {
        let mut audit = audit_of(&world, &[NOON]);
        order.into_iter().for_each(|number| observe(&world, &mut audit, number, SIGNED - 2 + number as u64));
        audit.run().to_json().to_owned()
    };
    assert_eq!(run([1, 2, 3, 4]), run([4, 2, 1, 3]));
}

#[test]
fn a_registry_of_another_deployment_has_other_feeds() {
    // A feed is signed in its registry's domain.
    let (world, mut other) = (World::new(), World::new());
    other.trust.registry.name = "other".into();
    let feed = {
        let domain = solvency_verifier::encoding::Domain::of_registry(&other.registry());
        let mut document: SignedFeed =
            serde_json::from_slice(&own_feed(&world, &prices(SIGNED), 0, NOON)).unwrap();
        let digest: Bytes32 = solvency_verifier::encoding::TypedData::digest(&document.feed, &domain);
        document.signatures = vec![signed(1, &digest), signed(3, &digest)];
        json(&document)
    };
    assert!(refused(&own_sources(), AT, &[&feed]).contains("0914f1: signed by"));
}
