//! Updates of Pyth: signatures, emitter, proofs, messages, and the JSON around them.

use solvency_feeds::{Amount, FeedError, Problem, Published, Reason, Report, Side};
use solvency_verifier::Bytes32;
use solvency_verifier::encoding::keccak256;

use crate::packages::{
    EMITTER, FEED, NOW, Update, address, base64, bitcoin, hermes, hex_digits, import_texts, leaf, message,
    node, problem, pyth_section, tree,
};

pub(crate) fn read(text: &str) -> Result<Report, FeedError> {
    read_all(&[text])
}

fn read_all(texts: &[&str]) -> Result<Report, FeedError> {
    import_texts(&[pyth_section()], &["BTC"], Side::Collateral, texts)
}

const OTHER: Bytes32 = Bytes32([0xc3; 32]);

fn others(number: u8) -> Vec<Vec<u8>> {
    (0..number).map(|index| message(Bytes32([index; 32]), 1 + i64::from(index), 0, 0, NOW as i64)).collect()
}

#[test]
fn an_update_of_three_of_four_guardians_is_believed() {
    for number in [0, 1, 2, 4, 6] {
        let mut messages = others(number);
        messages.insert(usize::from(number) / 2, bitcoin());
        let report = read(&Update::new(messages).hermes()).unwrap();
        let line = &report.lines[0];
        assert_eq!(line.published, Published { price: 6_500_000, confidence: 2_000, exponent: -2 });
        assert_eq!(line.price, Amount(65_000_000_000_000_000));
        assert_eq!(line.adjusted, Amount(64_960_000_000_000_000));
        assert_eq!(line.signers, vec![address(11), address(12), address(14)]);
        assert_eq!(report.left_out.len(), usize::from(number));
        assert!(report.left_out.iter().all(|left| left.reason == Reason::NotMapped));
    }
    let text = Update::new(vec![bitcoin()]).hermes();
    let debt = import_texts(&[pyth_section()], &["BTC"], Side::Debt, &[&text]).unwrap();
    assert_eq!(debt.lines[0].adjusted, Amount(65_040_000_000_000_000));
}

/// A refusal of an update that was changed and then signed by the test guardians.
fn refused(change: impl Fn(&mut Update)) -> Problem {
    let mut update = Update::new(vec![bitcoin(), message(OTHER, 5, 1, 0, NOW as i64)]);
    assert!(read(&update.hermes()).is_ok());
    change(&mut update);
    problem(read(&update.hermes()))
}

#[test]
fn guardians_that_are_no_quorum() {
    assert_eq!(
        refused(|u| u.guardians = vec![(0, 11), (1, 12)]),
        Problem::QuorumMissed { got: 2, needed: 3 }
    );
    assert_eq!(refused(|u| u.guardians.clear()), Problem::QuorumMissed { got: 0, needed: 3 });
    let order = |index| Problem::GuardianOrder { index, guardians: 4 };
    assert_eq!(refused(|u| u.guardians = vec![(0, 11), (1, 12), (1, 12)]), order(1));
    assert_eq!(refused(|u| u.guardians = vec![(1, 12), (0, 11), (2, 13)]), order(0));
    assert_eq!(refused(|u| u.guardians = vec![(0, 11), (1, 12), (4, 14)]), order(4));
    let wrong = Problem::WrongSigner { got: address(15), expected: address(14) };
    assert_eq!(refused(|u| u.guardians = vec![(0, 11), (1, 12), (3, 15)]), wrong);
    // One wrong signature beside a quorum.
    assert_eq!(refused(|u| u.guardians = vec![(0, 11), (1, 12), (2, 13), (3, 15)]), wrong);
    let all = Update { guardians: vec![(0, 11), (1, 12), (2, 13), (3, 14)], ..Update::new(vec![bitcoin()]) };
    assert!(read(&all.hermes()).is_ok());
}

#[test]
fn another_guardian_set_or_emitter_is_refused() {
    assert_eq!(refused(|u| u.set = 10), Problem::GuardianSet { got: 10, expected: 9 });
    assert_eq!(refused(|u| u.chain = 27), Problem::Emitter { chain: 27, address: EMITTER });
    assert_eq!(refused(|u| u.emitter = OTHER), Problem::Emitter { chain: 26, address: OTHER });
}

#[test]
fn the_payload_is_a_root_and_nothing_else() {
    assert!(matches!(refused(|u| u.payload[0] = b'B'), Problem::Value { what: "the payload's magic", .. }));
    assert!(matches!(refused(|u| u.payload[4] = 1), Problem::Value { what: "the payload's type", .. }));
    assert_eq!(refused(|u| u.payload.push(0)), Problem::Trailing { what: "the payload", left: 1 });
    assert_eq!(
        refused(|u| u.payload.truncate(36)),
        Problem::Truncated { what: "the root", needed: 20, left: 19 }
    );
    assert_eq!(refused(|u| u.payload[36] ^= 1), Problem::MerkleProof);
}

#[test]
fn a_message_that_is_not_in_the_tree_is_refused() {
    assert_eq!(refused(|u| u.messages[0][40] ^= 1), Problem::MerkleProof);
    assert_eq!(refused(|u| u.messages[1][40] ^= 1), Problem::MerkleProof, "of a feed that nobody maps too");
    assert_eq!(refused(|u| u.paths[0][0][19] ^= 1), Problem::MerkleProof);
    assert_eq!(refused(|u| u.paths[0].clear()), Problem::MerkleProof);
    assert_eq!(refused(|u| u.paths[0].push([0; 20])), Problem::MerkleProof);
    assert_eq!(refused(|u| u.paths.swap(0, 1)), Problem::MerkleProof);
    assert!(matches!(
        refused(|u| u.paths[0] = vec![[0; 20]; 33]),
        Problem::TooMany { what: "nodes", got: 33, allowed: 32 }
    ));
    assert_eq!(refused(|u| u.paths[0] = vec![[0; 20]; 32]), Problem::MerkleProof);
}

#[test]
fn a_node_is_no_leaf() {
    let messages = vec![bitcoin(), others(1).remove(0), others(2).remove(1), others(3).remove(2)];
    let (root, paths) = tree(&messages);
    let (left, right) = (leaf(&messages[0]), leaf(&messages[1]));
    let inner = node(&left, &right);
    assert_eq!(node(&inner, &paths[0][1]), root);
    let (smaller, larger) = if left <= right { (left, right) } else { (right, left) };
    for forged in [[&smaller[..], &larger[..]].concat(), [&[1], &smaller[..], &larger[..]].concat()] {
        let mut update = Update::new(messages.clone());
        update.messages = vec![forged];
        update.paths = vec![vec![paths[0][1]]];
        assert_eq!(problem(read(&update.hermes())), Problem::MerkleProof);
    }
}

#[test]
fn messages_are_price_feeds_of_their_length() {
    let got = |bytes: Vec<u8>| problem(read(&Update::new(vec![bytes]).hermes()));
    let long = [bitcoin(), vec![0]].concat();
    assert_eq!(got(long), Problem::Trailing { what: "the message", left: 1 });
    let mut twap = bitcoin();
    twap[0] = 1;
    assert!(matches!(got(twap), Problem::Value { what: "the message's type", .. }));
    for length in 0..bitcoin().len() {
        assert!(matches!(got(bitcoin()[..length].to_vec()), Problem::Truncated { .. }), "{length}");
    }
}

#[test]
fn prices_that_are_none() {
    let got = |price, confidence, exponent, time| {
        problem(read(&Update::new(vec![message(FEED, price, confidence, exponent, time)]).hermes()))
    };
    let now = NOW as i64;
    assert_eq!(got(0, 0, -8, now), Problem::NotPositive("0".into()));
    assert_eq!(got(-1, 0, -8, now), Problem::NotPositive("-1".into()));
    assert_eq!(got(i64::MIN, 0, -8, now), Problem::NotPositive(i64::MIN.to_string()));
    assert!(matches!(got(999_999, 0, -18, now), Problem::NotPositive(_)));
    assert_eq!(got(5, 0, -19, now), Problem::Exponent(-19));
    assert_eq!(got(5, 0, 7, now), Problem::Exponent(7));
    assert_eq!(got(5, 0, i32::MIN, now), Problem::Exponent(i32::MIN));
    assert_eq!(got(5, 0, i32::MAX, now), Problem::Exponent(i32::MAX));
    assert_eq!(got(19, 0, 6, now), Problem::Overflow("the price"));
    assert_eq!(got(5, u64::MAX, -8, now), Problem::Overflow("the confidence"));
    assert!(matches!(got(5, 0, -8, -1), Problem::Value { what: "the publish time", .. }));
    assert!(matches!(got(5, 0, -8, i64::MAX), Problem::Future { .. } | Problem::Value { .. }));
    assert!(matches!(got(100, 3, -8, now), Problem::TooWide { allowed_ppm: 20_000, .. }));
    // A price of 0 of a feed that nobody maps is nobody's.
    assert!(read(&Update::new(vec![bitcoin(), message(OTHER, 0, 0, 99, -1)]).hermes()).is_ok());
}

#[test]
fn a_feed_stands_once_in_a_file() {
    let twice = Update::new(vec![bitcoin(), bitcoin()]);
    assert_eq!(problem(read(&twice.hermes())), Problem::DuplicateFeed(FEED.to_string()));
    let one = Update::new(vec![bitcoin()]).bytes();
    assert_eq!(problem(read(&hermes(&[one.clone(), one]))), Problem::DuplicateFeed(FEED.to_string()));
    let unmapped = Update::new(vec![others(1).remove(0), bitcoin(), others(1).remove(0)]);
    assert_eq!(problem(read(&unmapped.hermes())), Problem::DuplicateFeed(Bytes32([0; 32]).to_string()));
}

#[test]
fn of_several_files_the_newest_counts_and_equals_agree() {
    let at = |price, time: u64| Update::new(vec![message(FEED, price, 0, -2, time as i64)]).hermes();
    let (old, new) = (at(1_000, NOW - 2), at(2_000, NOW - 1));
    for texts in [[&*old, &*new], [&*new, &*old]] {
        let report = read_all(&texts).unwrap();
        assert_eq!(report.lines[0].published.price, 2_000);
        assert_eq!(report.left_out.len(), 1);
        assert_eq!(report.left_out[0].reason, Reason::Older);
    }
    let again = read_all(&[&new, &new]).unwrap();
    assert_eq!((again.lines[0].published.price, &again.left_out[0].reason), (2_000, &Reason::Repeated));
    let conflict = problem(read_all(&[&new, &at(2_001, NOW - 1)]));
    let time_ms = (NOW - 1) * 1000;
    assert_eq!(conflict, Problem::Conflict { feed: FEED.to_string(), time_ms, other: "file 0".into() });
    // The same price in another exponent is another package.
    let same = Update::new(vec![message(FEED, 20_000, 0, -3, NOW as i64 - 1)]).hermes();
    assert!(matches!(problem(read_all(&[&new, &same])), Problem::Conflict { .. }));
    // A newer one from too far ahead is not passed over for an older one.
    assert!(matches!(problem(read_all(&[&new, &at(2_000, NOW + 6)])), Problem::Future { .. }));
}

#[test]
fn hexadecimal_digits_and_base64_have_one_form() {
    let bytes = Update::new(vec![bitcoin()]).bytes();
    let file = |encoding: &str, data: &str| {
        read(&format!("{{\"binary\":{{\"encoding\":\"{encoding}\",\"data\":[\"{data}\"]}}}}"))
    };
    let (digits, letters) = (hex_digits(&bytes), base64(&bytes));
    assert!(file("hex", &digits).is_ok());
    assert!(file("base64", &letters).is_ok());
    let hex_problem = Problem::Encoding("lower-case hexadecimal digits");
    assert_eq!(problem(file("hex", &digits.to_uppercase())), hex_problem);
    assert_eq!(problem(file("hex", &format!("0x{digits}"))), hex_problem);
    assert_eq!(problem(file("hex", &digits[1..])), hex_problem);
    assert_eq!(problem(file("hex", &letters)), hex_problem);
    let base64_problem = Problem::Encoding("base64");
    assert_eq!(problem(file("base64", &format!("{letters}="))), base64_problem);
    assert_eq!(problem(file("base64", &letters[1..])), base64_problem);
    assert_eq!(problem(file("base64", &format!(" {letters}"))), base64_problem);
    assert!(matches!(problem(file("Hex", &digits)), Problem::Value { what: "the encoding", .. }));
    assert!(matches!(problem(file("hex", "")), Problem::Truncated { .. }));
}

#[test]
fn the_fields_of_the_answer() {
    let good = Update::new(vec![bitcoin()]).hermes();
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        problem(read(&good.replacen(from, to, 1)))
    };
    assert_eq!(changed("\"data\"", "\"date\""), Problem::Field);
    assert_eq!(changed("\"encoding\"", "\"coding\""), Problem::Field);
    let repeated = Problem::Repeated { what: "field", name: "encoding".into() };
    assert_eq!(changed("\"encoding\"", "\"encoding\":\"hex\",\"encoding\""), repeated);
    assert!(matches!(changed("[\"504e", "[5,\"504e"), Problem::Json(_)));
    let none = "{\"binary\":{\"encoding\":\"hex\",\"data\":[]}}";
    assert!(matches!(problem(read(none)), Problem::TooMany { what: "updates", got: 0, allowed: 64 }));
    let many = hermes(&vec![Vec::new(); 65]);
    assert!(matches!(problem(read(&many)), Problem::TooMany { what: "updates", got: 65, allowed: 64 }));
    let empty = hermes(&vec![Vec::new(); 64]);
    assert!(matches!(problem(read(&empty)), Problem::Truncated { .. }));
}

/// The part of the answer that nobody signed.
fn parsed(id: &str, price: &str, confidence: &str, exponent: &str, time: &str) -> String {
    let good = Update::new(vec![bitcoin()]).hermes();
    let entry = format!(
        "{{\"id\":\"{id}\",\"price\":{{\"price\":\"{price}\",\"conf\":\"{confidence}\",\"expo\":{exponent},\
         \"publish_time\":{time}}},\"ema_price\":{{}},\"metadata\":{{\"slot\":1}}}}"
    );
    format!("{},\"parsed\":[{entry}]}}", &good[..good.len() - 1])
}

#[test]
fn what_nobody_signed_may_not_contradict_what_was_signed() {
    let (id, time) = (hex_digits(&FEED.0), NOW.to_string());
    assert!(read(&parsed(&id, "6500000", "2000", "-2", &time)).is_ok());
    let contradictions = [
        parsed(&hex_digits(&OTHER.0), "6500000", "2000", "-2", &time),
        parsed(&id, "6500001", "2000", "-2", &time),
        parsed(&id, "06500000", "2000", "-2", &time),
        parsed(&id, "6500000", "2001", "-2", &time),
        parsed(&id, "6500000", "2000", "-3", &time),
        parsed(&id, "6500000", "2000", "-2", "1790000001"),
    ];
    for text in contradictions {
        assert!(matches!(problem(read(&text)), Problem::ParsedContradicts { .. }), "{text}");
    }
    let good = Update::new(vec![bitcoin()]).hermes();
    assert!(read(&format!("{},\"parsed\":null}}", &good[..good.len() - 1])).is_ok());
    let without = parsed(&id, "6500000", "2000", "-2", &time).replace("\"conf\":\"2000\",", "");
    assert_eq!(problem(read(&without)), Problem::Field);
}

#[test]
fn a_mirrored_signature_is_refused() {
    let update = Update::new(vec![bitcoin()]);
    let mut vaa = update.vaa();
    // s of the first signature, subtracted from the group order, and the other recovery.
    let order = hex::decode("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").unwrap();
    let at = 6 + 1 + 32;
    let mut borrow = 0i32;
    for place in (0..32).rev() {
        let difference = i32::from(order[place]) - i32::from(vaa[at + place]) - borrow;
        borrow = i32::from(difference < 0);
        vaa[at + place] = difference.rem_euclid(256) as u8;
    }
    vaa[at + 32] ^= 1;
    let got = problem(read(&hermes(&[update.with_vaa(&vaa)])));
    assert_eq!(got, Problem::Signature(solvency_verifier::statement::SignatureError::HighS));
}

#[test]
fn the_digest_is_hashed_twice() {
    let update = Update::new(vec![bitcoin()]);
    let once = keccak256(&update.body());
    let mut vaa = update.vaa();
    let signature = crate::packages::sign(11, &once).0;
    vaa[7..71].copy_from_slice(&signature[..64]);
    vaa[71] = signature[64] - 27;
    let got = problem(read(&hermes(&[update.with_vaa(&vaa)])));
    assert!(matches!(got, Problem::WrongSigner { expected, .. } if expected == address(11)), "{got}");
}
