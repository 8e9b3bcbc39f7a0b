//! RedStone's packages: what is signed, who signs, numbers, median and spread.

use solvency_feeds::{Amount, FeedError, Problem, Published, Reason, Report, Side};

use crate::packages::{
    NOW, Package, address, base64, gateway, import_texts, problem, redstone_section, sign, three,
};

fn read(text: &str) -> Result<Report, FeedError> {
    read_all(Side::Collateral, &[text])
}

fn read_all(side: Side, texts: &[&str]) -> Result<Report, FeedError> {
    import_texts(&[redstone_section()], &["ETH"], side, texts)
}

fn published(side: Side, packages: &[Package]) -> Published {
    read_all(side, &[&gateway(packages)]).unwrap().lines[0].published
}

#[test]
fn the_price_is_the_median_and_the_confidence_the_spread() {
    let odd = Published { price: 250_000_000_000, confidence: 100_000_000, exponent: -8 };
    assert_eq!(published(Side::Collateral, &three()), odd);
    assert_eq!(published(Side::Debt, &three()), odd);
    let mut even = three();
    even.push(Package::ether(24, 250_020_000_000));
    let low = Published { price: 250_000_000_000, confidence: 100_000_000, exponent: -8 };
    let high = Published { price: 250_020_000_000, confidence: 80_000_000, exponent: -8 };
    assert_eq!(published(Side::Collateral, &even), low);
    assert_eq!(published(Side::Debt, &even), high);
    let report = read(&gateway(&three())).unwrap();
    assert_eq!(report.lines[0].adjusted, Amount(2_498_000_000_000_000));
    assert_eq!(report.lines[0].signers, vec![address(21), address(22), address(23)]);
    let debt = read_all(Side::Debt, &[&gateway(&three())]).unwrap();
    assert_eq!(debt.lines[0].adjusted, Amount(2_502_000_000_000_000));
}

#[test]
fn a_bare_list_is_read_too() {
    let packages: Vec<String> = three().iter().map(Package::json).collect();
    assert!(read(&format!("[{}]", packages.join(","))).is_ok());
}

#[test]
fn signers_that_are_no_quorum() {
    let missed = |got| Problem::QuorumMissed { got, needed: 3 };
    assert_eq!(problem(read(&gateway(&three()[..2]))), missed(2));
    let mut twice = three();
    twice[2] = twice[0].clone();
    assert_eq!(problem(read(&gateway(&twice))), Problem::RepeatedSigner(address(21)));
    let mut other_value = three();
    other_value[2] = Package::ether(21, 250_000_000_001);
    assert_eq!(problem(read(&gateway(&other_value))), Problem::RepeatedSigner(address(21)));
    let mut stranger = three();
    stranger.push(Package::ether(26, 250_000_000_000));
    assert_eq!(problem(read(&gateway(&stranger))), Problem::UnknownSigner(address(26)));
    let named = gateway(&three()).replace(&address(21).to_string(), &address(22).to_string());
    let wrong = Problem::WrongSigner { got: address(21), expected: address(22) };
    assert_eq!(problem(read(&named)), wrong);
}

#[test]
fn feed_value_and_time_are_signed() {
    let good = gateway(&three());
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        problem(read(&good.replacen(from, to, 1)))
    };
    let wrong = |problem: Problem| assert!(matches!(problem, Problem::WrongSigner { .. }), "{problem}");
    wrong(changed("\"value\":2500", "\"value\":2500.00000001"));
    wrong(changed("\"timestampMilliseconds\":1790000000000", "\"timestampMilliseconds\":1790000000001"));
    let second = "\"value\":2500},{\"dataFeedId\":\"BTC\",\"value\":1}";
    wrong(changed("\"value\":2500}", second));
    let btc = gateway(&[Package { points: vec![("BTC", "1".into(), 100_000_000)], ..Package::ether(21, 0) }]);
    wrong(problem(read(&btc.replace("BTC", "ETH"))));
    // What is not signed, and not looked at.
    let noise =
        good.replacen("\"signature\"", "\"isSignatureValid\":false,\"dataServiceId\":\"x\",\"signature\"", 1);
    assert!(read(&noise).is_ok());
    assert!(read(&good.replacen("{\"ETH\"", "{\"anything\"", 1)).is_ok());
}

/// With other decimals the same signature fits another price: 25,000 with 7 decimals is signed as 2,500 with 8.
#[test]
fn decimals_are_not_signed_and_not_believed() {
    let good = gateway(&three());
    let with = |decimals: &str, value: &str| {
        read(&good.replacen("\"value\":2500", &format!("\"decimals\":{decimals},\"value\":{value}"), 1))
    };
    assert!(with("8", "2500").is_ok());
    assert_eq!(problem(with("7", "25000")), Problem::Decimals("7".into()));
    assert_eq!(problem(with("8.0", "2500")), Problem::Decimals("8.0".into()));
    assert_eq!(problem(with("null", "2500")), Problem::Decimals("null".into()));
    let size = good.replacen("\"value\":2500", "\"valueByteSize\":31,\"value\":2500", 1);
    assert!(matches!(problem(read(&size)), Problem::Value { what: "the size of the value", .. }));
    let size = good.replacen("\"value\":2500", "\"valueByteSize\":32,\"value\":2500", 1);
    assert!(read(&size).is_ok());
}

#[test]
fn numbers_are_read_exactly() {
    let signed_as = |text: &str, value: u128| {
        let point = |seed| Package { points: vec![("ETH", text.into(), value)], ..Package::ether(seed, 0) };
        read(&gateway(&[point(21), point(22), point(23)]))
    };
    for (text, value) in [
        ("2500.123456789", 250_012_345_679),
        ("2.5e3", 250_000_000_000),
        ("1E-8", 1),
        ("\"2500.000000005\"", 250_000_000_001),
        ("0.001953125", 195_313),
        ("1.000000005", 100_000_000),
        ("\"1.000000005\"", 100_000_001),
    ] {
        assert_eq!(signed_as(text, value).unwrap().lines[0].published.price, value as u64, "{text}");
    }
    assert!(matches!(problem(signed_as("1.000000005", 100_000_001)), Problem::WrongSigner { .. }));
    for text in
        ["12345678901234567.8", "1e-23", "9007199254740992", "\"\"", "\"x\"", "null", "[1]", "{}", "true"]
    {
        assert!(matches!(problem(signed_as(text, 1)), Problem::Number(_)), "{text}");
    }
    assert!(matches!(problem(signed_as("0", 0)), Problem::NotPositive(_)));
    assert!(matches!(problem(signed_as("4.9e-9", 0)), Problem::NotPositive(_)));
    let mut one_of_three = three();
    one_of_three[0] = Package::ether(21, 0);
    assert!(matches!(problem(read(&gateway(&one_of_three))), Problem::NotPositive(_)));
    assert!(matches!(problem(signed_as("-1", 1)), Problem::NotPositive(_)));
    assert!(matches!(problem(signed_as("\"-1\"", 1)), Problem::NotPositive(_)));
    // 18,446,744.07 is the last price of 64 bits of 10^-12.
    assert!(signed_as("18446744.07370955", 1_844_674_407_370_955).is_ok());
    assert_eq!(
        problem(signed_as("18446744.07370956", 1_844_674_407_370_956)),
        Problem::Overflow("the price")
    );
    let huge = 200_000_000_000u128 * 100_000_000;
    assert_eq!(problem(signed_as("2e11", huge)), Problem::Overflow("the price"));
}

#[test]
fn packages_of_several_feeds() {
    let long = "A_FEED_OF_MORE_THAN_THIRTY_ONE_CHARACTERS";
    let several = |seed| Package {
        points: vec![
            (long, "1e15".into(), 100_000_000_000_000_000_000_000),
            ("ETH", "2500".into(), 250_000_000_000),
            ("BTC", "0".into(), 0),
        ],
        ..Package::ether(seed, 0)
    };
    let all: Vec<Package> = [21, 22, 23].map(several).to_vec();
    let report = read(&gateway(&all)).unwrap();
    assert_eq!(report.lines[0].published.price, 250_000_000_000);
    assert_eq!(report.left_out.len(), 2);
    let mut twice = all.clone();
    twice[0].points.push(("ETH", "1".into(), 100_000_000));
    assert_eq!(problem(read(&gateway(&twice))), Problem::DuplicateFeed("ETH".into()));
}

#[test]
fn packages_that_nobody_maps_are_left_out_unread() {
    let text = "{\"ETH\":[@],\"X\":[{\"dataPoints\":[{\"dataFeedId\":\"X\",\"value\":\"a text\"}]}]}";
    let packages: Vec<String> = three().iter().map(Package::json).collect();
    let report = read(&text.replace('@', &packages.join(","))).unwrap();
    let left: Vec<(&str, &Reason)> = report.left_out.iter().map(|left| (&*left.feed, &left.reason)).collect();
    assert_eq!(left, vec![("X", &Reason::NotMapped)]);
}

#[test]
fn over_files_a_signer_says_the_same() {
    let (one, two) = (gateway(&three()[..2]), gateway(&three()[1..]));
    let report = read_all(Side::Collateral, &[&one, &two]).unwrap();
    assert_eq!(report.lines[0].signers.len(), 3);
    assert_eq!((report.left_out.len(), &report.left_out[0].reason), (1, &Reason::Repeated));
    let other = gateway(&[Package::ether(22, 250_100_000_001), Package::ether(23, 249_950_000_000)]);
    let (feed, time_ms) = ("ETH".into(), NOW * 1000);
    let conflict = Problem::Conflict { feed, time_ms, other: "file 0".into() };
    assert_eq!(problem(read_all(Side::Collateral, &[&one, &other])), conflict);
}

#[test]
fn the_newest_time_with_a_quorum_counts() {
    let at = |seed, value, time_ms| Package { time_ms, ..Package::ether(seed, value) };
    let time = NOW * 1000 - 500;
    let older: Vec<Package> = [21, 22, 23].map(|seed| at(seed, 240_000_000_000, time)).to_vec();
    // One signer is ahead of the others, and does not stop them.
    let ahead = [older.clone(), vec![at(24, 250_000_000_000, time + 1)]].concat();
    let report = read(&gateway(&ahead)).unwrap();
    assert_eq!(report.lines[0].published.price, 240_000_000_000);
    assert_eq!((report.lines[0].time_ms, report.lines[0].age_ms), (time, 500));
    assert_eq!(report.left_out[0].reason, Reason::TooFewSigners);
    let newer: Vec<Package> = [22, 23, 25].map(|seed| at(seed, 250_000_000_000, time + 1)).to_vec();
    let report = read(&gateway(&[older.clone(), newer].concat())).unwrap();
    assert_eq!(report.lines[0].published.price, 250_000_000_000);
    assert_eq!(report.left_out[0].reason, Reason::Older);
    // Signers of two times are not one quorum.
    let split = [older[..2].to_vec(), vec![at(23, 240_000_000_000, time + 1), at(24, 1, time + 1)]].concat();
    assert_eq!(problem(read(&gateway(&split))), Problem::QuorumMissed { got: 2, needed: 3 });
}

#[test]
fn the_fields_of_a_package() {
    let good = gateway(&three());
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        problem(read(&good.replacen(from, to, 1)))
    };
    for field in ["signature", "signerAddress", "timestampMilliseconds", "dataPoints", "dataFeedId", "value"]
    {
        assert_eq!(changed(&format!("\"{field}\""), "\"other\""), Problem::Field, "{field}");
        let twice = changed(&format!("\"{field}\""), &format!("\"{field}\":0,\"{field}\""));
        assert_eq!(twice, Problem::Repeated { what: "field", name: field.into() });
    }
    assert!(matches!(changed("\"value\":2500", "\"value\":02500"), Problem::Json(_)));
    assert!(matches!(changed(":1790000000000", ":1790000000000.0"), Problem::Json(_)));
    assert!(matches!(changed(":1790000000000", ":-1"), Problem::Json(_)));
    assert!(matches!(changed(":1790000000000", ":281474976710656"), Problem::Overflow(_)));
    assert!(matches!(changed("\"dataFeedId\":\"ETH\"", "\"dataFeedId\":\"\""), Problem::Value { .. }));
    let points = good[good.find("\"dataPoints\":").unwrap()..].split_once(']').unwrap().0.to_string() + "]";
    assert!(matches!(
        changed(&points, "\"dataPoints\":[]"),
        Problem::TooMany { what: "data points", got: 0, .. }
    ));
    let upper =
        good.replace(&address(21).to_string(), &address(21).to_string().to_uppercase().replace("0X", "0x"));
    assert!(read(&upper).is_ok(), "capitals of EIP-55");
    assert!(matches!(changed("\"signerAddress\":\"0x", "\"signerAddress\":\""), Problem::Form(_)));
    for length in (0..good.len()).step_by(7) {
        assert!(matches!(problem(read(&good[..length])), Problem::Json(_)), "{length}");
    }
}

#[test]
fn signatures_have_65_bytes_in_base64() {
    let package = Package::ether(21, 250_000_000_000);
    let bytes = sign(21, &package.digest()).0;
    let good = gateway(&three());
    let with = |signature: &str| {
        assert!(good.contains(&base64(&bytes)));
        problem(read(&good.replacen(&base64(&bytes), signature, 1)))
    };
    let length = |problem: Problem| matches!(problem, Problem::Value { what: "the signature's length", .. });
    assert!(length(with(&base64(&bytes[..64]))));
    assert!(length(with(&base64(&[&bytes[..], &[0]].concat()))));
    assert!(length(with("")));
    assert_eq!(with("?"), Problem::Encoding("base64"));
    assert_eq!(with(base64(&bytes).trim_end_matches('=')), Problem::Encoding("base64"));
    let mut zero_or_one = bytes;
    zero_or_one[64] -= 27;
    assert!(matches!(with(&base64(&zero_or_one)), Problem::Signature(_)));
    for place in 0..65 {
        let mut altered = bytes;
        altered[place] ^= 1;
        let got = with(&base64(&altered));
        assert!(matches!(got, Problem::WrongSigner { .. } | Problem::Signature(_)), "{place}: {got}");
    }
}

#[test]
fn lists_are_bounded() {
    let empty = "{\"ETH\":[]}";
    assert!(matches!(problem(read(empty)), Problem::TooMany { what: "packages", got: 0, .. }));
    let deep = format!("{{\"ETH\":[{}{}]}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(problem(read(&deep)), Problem::Json(_)));
    let many = format!("[{}]", vec!["0"; 1025].join(","));
    assert!(matches!(problem(read(&many)), Problem::TooMany { what: "packages", got: 1025, allowed: 1024 }));
    let points = vec!["{\"dataFeedId\":\"X\"}"; 4097].join(",");
    let many = format!("[{{\"dataPoints\":[{points}]}}]");
    assert!(matches!(
        problem(read(&many)),
        Problem::TooMany { what: "data points", got: 4097, allowed: 4096 }
    ));
    let fields: Vec<String> = (0..8193).map(|index| format!("\"F{index}\":[0]")).collect();
    let many = format!("{{{}}}", fields.join(","));
    assert!(matches!(problem(read(&many)), Problem::TooMany { what: "fields", allowed: 8192, .. }));
}
