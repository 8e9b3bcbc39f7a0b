//! Own signed feeds: what is signed, by whom, and the one form of the document.

use solvency_feeds::{Amount, FeedPrice, PriceFeed, Problem, Report, Side, SignedFeed, SourceKind};
use solvency_verifier::encoding::{TypedData, keccak256};
use solvency_verifier::statement::{QuorumError, SignatureError};

use crate::packages::{NOW, address, domain, import_texts, own_section, problem, signed};

fn feed() -> PriceFeed {
    let price =
        FeedPrice { symbol: "USDC".into(), price: Amount(999_800_000_000), confidence: Amount(200_000_000) };
    PriceFeed { quote: "USD".into(), source: "desk".into(), time: NOW, prices: vec![price] }
}

fn signed_feed(feed: PriceFeed, seeds: &[u8]) -> SignedFeed {
    let digest = feed.digest(&domain(&["USDC"]));
    let mut document = SignedFeed::unsigned(feed);
    document.signatures = seeds.iter().map(|seed| signed(*seed, &digest)).collect();
    document
}

fn read(text: &str) -> Result<Report, solvency_feeds::FeedError> {
    import_texts(&[own_section()], &["USDC"], Side::Collateral, &[text])
}

fn text(document: &SignedFeed) -> String {
    serde_json::to_string(document).unwrap()
}

#[test]
fn two_of_three_signers_are_believed() {
    let report = read(&text(&signed_feed(feed(), &[1, 3]))).unwrap();
    let line = &report.lines[0];
    assert_eq!(
        (line.source, line.price, line.confidence),
        (SourceKind::Own, Amount(999_800_000_000), Amount(200_000_000))
    );
    assert_eq!(line.adjusted, Amount(999_400_000_000));
    assert_eq!(line.signers, vec![address(1), address(3)]);
    let debt =
        import_texts(&[own_section()], &["USDC"], Side::Debt, &[&text(&signed_feed(feed(), &[1, 2, 3]))]);
    assert_eq!(debt.unwrap().lines[0].adjusted, Amount(1_000_200_000_000));
}

/// The bytes of EIP-712, put together by hand from the type string of spec/prices.md.
#[test]
fn the_digest_is_that_of_the_specification() {
    let word = |value: u64| [&[0; 24], &value.to_be_bytes()[..]].concat();
    let of = |text: &str| keccak256(text.as_bytes()).0.to_vec();
    let price_type = "FeedPrice(string symbol,uint64 price,uint64 confidence)";
    let price = [of(price_type), of("USDC"), word(999_800_000_000), word(200_000_000)].concat();
    let prices = keccak256(&keccak256(&price).0).0.to_vec();
    let feed_type =
        format!("PriceFeed(string quote,string source,uint64 time,FeedPrice[] prices){price_type}");
    let whole = [of(&feed_type), of("USD"), of("desk"), word(NOW), prices].concat();
    assert_eq!(feed().struct_hash(), keccak256(&whole));
}

#[test]
fn every_field_is_signed() {
    let original = signed_feed(feed(), &[1, 2]);
    let changes: [fn(&mut PriceFeed); 6] = [
        |feed| feed.time += 1,
        |feed| feed.prices[0].price.0 += 1,
        |feed| feed.prices[0].confidence.0 -= 1,
        |feed| feed.prices[0].symbol = "USDT".into(),
        |feed| feed.prices.push(FeedPrice { symbol: "BTC".into(), ..feed.prices[0].clone() }),
        |feed| feed.prices.insert(0, FeedPrice { symbol: "BTC".into(), ..feed.prices[0].clone() }),
    ];
    for change in changes {
        let mut changed = original.clone();
        change(&mut changed.feed);
        let got = problem(read(&text(&changed)));
        let invalid = |error: &QuorumError| {
            matches!(error, QuorumError::Invalid { error: SignatureError::WrongSigner { .. }, .. })
        };
        assert!(matches!(&got, Problem::Quorum(error) if invalid(error)), "{got}");
    }
}

#[test]
fn quorums_that_are_none() {
    let got = |seeds: &[u8]| problem(read(&text(&signed_feed(feed(), seeds))));
    assert_eq!(got(&[1]), Problem::Quorum(QuorumError::TooFew { got: 1, needed: 2 }));
    assert_eq!(got(&[]), Problem::Quorum(QuorumError::TooFew { got: 0, needed: 2 }));
    assert_eq!(got(&[1, 1]), Problem::Quorum(QuorumError::Repeated(address(1))));
    assert_eq!(got(&[1, 2, 4]), Problem::Quorum(QuorumError::Unknown(address(4))));
    let mut swapped = signed_feed(feed(), &[1, 2]);
    swapped.signatures[0].signer = address(3);
    assert!(matches!(problem(read(&text(&swapped))), Problem::Quorum(QuorumError::Invalid { .. })));
}

#[test]
fn a_feed_for_another_registry_is_refused() {
    let mut document = SignedFeed::unsigned(feed());
    let digest = feed().digest(&domain(&["USDC", "BTC"]));
    document.signatures = vec![signed(1, &digest), signed(2, &digest)];
    assert!(matches!(problem(read(&text(&document))), Problem::Quorum(QuorumError::Invalid { .. })));
}

#[test]
fn another_quote_source_or_time_is_refused() {
    let got = |change: fn(&mut PriceFeed)| {
        let mut feed = feed();
        change(&mut feed);
        problem(read(&text(&signed_feed(feed, &[1, 2]))))
    };
    assert_eq!(got(|f| f.quote = "EUR".into()), Problem::Quote { got: "EUR".into(), expected: "USD".into() });
    assert_eq!(
        got(|f| f.source = "other".into()),
        Problem::Source { got: "other".into(), expected: "desk".into() }
    );
    assert_eq!(got(|f| f.time = u64::MAX / 1000 + 1), Problem::Overflow("the time in milliseconds"));
    assert!(matches!(got(|f| f.time = u64::MAX / 1000), Problem::Future { .. }));
    assert_eq!(got(|f| f.prices[0].price = Amount(0)), Problem::NotPositive("0".into()));
    assert_eq!(got(|f| f.prices.push(f.prices[0].clone())), Problem::DuplicateFeed("USDC".into()));
    assert!(matches!(got(|f| f.prices.clear()), Problem::TooMany { what: "prices", got: 0, .. }));
    assert!(matches!(got(|f| f.prices[0].symbol = "a/b".into()), Problem::Value { what: "symbol", .. }));
    assert!(matches!(got(|f| f.source = String::new()), Problem::Value { what: "source", .. }));
    let many = |f: &mut PriceFeed, number: usize| {
        let price = f.prices[0].clone();
        f.prices = (0..number).map(|i| FeedPrice { symbol: format!("S{i}"), ..price.clone() }).collect();
        f.prices[0].symbol = "USDC".into();
    };
    let mut most = feed();
    many(&mut most, 64);
    assert!(read(&text(&signed_feed(most.clone(), &[1, 2]))).is_ok());
    many(&mut most, 65);
    let got = problem(read(&text(&signed_feed(most, &[1, 2]))));
    assert!(matches!(got, Problem::TooMany { what: "prices", got: 65, allowed: 64 }));
}

#[test]
fn the_document_has_one_form() {
    let good = text(&signed_feed(feed(), &[1, 2]));
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        problem(read(&good.replacen(from, to, 1)))
    };
    let json = |problem: Problem| assert!(matches!(problem, Problem::Json(_)), "{problem}");
    let form = |problem: Problem| assert!(matches!(problem, Problem::Form(_)), "{problem}");
    form(changed("solvency-feed/1", "solvency-feed/2"));
    json(changed("\"time\":", "\"more\":1,\"time\":"));
    json(changed("\"quote\":\"USD\",", ""));
    json(changed("\"quote\":\"USD\",", "\"quote\":\"USD\",\"quote\":\"USD\","));
    json(changed("\"0.9998\"", "0.9998"));
    json(changed("\"0.9998\"", "\"0.99980\""));
    json(changed("\"0.9998\"", "\"-0.9998\""));
    json(changed("\"0.9998\"", "\"9.998e-1\""));
    json(changed("\"0.9998\"", "\"0.9998000000001\""));
    json(changed("\"0.9998\"", "\"18446744.073709551616\""));
    json(changed("1790000000", "1790000000.0"));
    let object = r#"{"symbol":"USDC","price":"0.9998","confidence":"0.0002"}"#;
    form(changed(object, r#"["USDC","0.9998","0.0002"]"#));
    json(problem(read(&format!("{good}x"))));
    assert!(read(&format!(" {good}\n")).is_ok());
    for length in 0..good.len() {
        json(problem(read(&good[..length])));
    }
}

#[test]
fn too_many_signatures_are_not_looked_at() {
    let mut document = signed_feed(feed(), &[1, 2]);
    document.signatures = vec![document.signatures[0].clone(); 65];
    let got = problem(read(&text(&document)));
    assert_eq!(got, Problem::TooMany { what: "signatures", got: 65, allowed: 64 });
    document.signatures.pop();
    assert_eq!(problem(read(&text(&document))), Problem::Quorum(QuorumError::Repeated(address(1))));
}

#[test]
fn a_feed_is_made_step_by_step() {
    let domain = domain(&["USDC"]);
    let unsigned = serde_json::to_string(&feed()).unwrap();
    let feed = PriceFeed::parse("feed.json", &unsigned).unwrap();
    let digest = feed.digest(&domain);
    let mut document = SignedFeed::unsigned(feed);
    document.add(signed(1, &digest), &domain).unwrap();
    assert_eq!(document.add(signed(1, &digest), &domain), Err(QuorumError::Repeated(address(1))));
    let other = signed(2, &keccak256(b"something else"));
    assert!(matches!(document.add(other, &domain), Err(QuorumError::Invalid { .. })));
    document.add(signed(2, &digest), &domain).unwrap();
    let written = document.to_json("feed.json").unwrap();
    assert_eq!(SignedFeed::parse("feed.json", &written), Ok(document.clone()));
    assert!(read(&written).is_ok());
    document.feed.prices[0].price = Amount(0);
    assert_eq!(document.to_json("feed.json").unwrap_err().problem, Problem::NotPositive("0".into()));
}
