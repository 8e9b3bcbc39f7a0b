//! Every byte of an update counts: cut off anywhere, altered anywhere, or with more at its end, it is refused.

use solvency_feeds::Problem;

use crate::packages::{NOW, Update, bitcoin, hermes, message, problem};
use crate::pyth::read;
use solvency_verifier::Bytes32;

fn update() -> Update {
    Update::new(vec![bitcoin(), message(Bytes32([1; 32]), 5, 1, 0, NOW as i64)])
}

#[test]
fn cut_off_anywhere_it_is_refused() {
    let whole = update().bytes();
    for length in 0..whole.len() {
        let got = problem(read(&hermes(&[whole[..length].to_vec()])));
        assert!(matches!(got, Problem::Truncated { .. }), "{length}: {got}");
    }
    let longer = [whole, vec![0]].concat();
    assert_eq!(problem(read(&hermes(&[longer]))), Problem::Trailing { what: "the update", left: 1 });
}

#[test]
fn a_vaa_that_is_cut_off_is_refused() {
    let update = update();
    let vaa = update.vaa();
    for length in 0..vaa.len() {
        let got = problem(read(&hermes(&[update.with_vaa(&vaa[..length])])));
        // Where the body is cut, its digest is another one, and the signatures no longer fit.
        let wrong =
            matches!(got, Problem::WrongSigner { .. } | Problem::Signature(_)) && length >= 6 + 3 * 66;
        assert!(wrong || matches!(got, Problem::Truncated { .. }), "{length}: {got}");
    }
}

#[test]
fn altered_anywhere_it_is_refused() {
    let whole = update().bytes();
    for place in 0..whole.len() {
        for bit in [0, 7] {
            let mut altered = whole.clone();
            altered[place] ^= 1 << bit;
            assert!(read(&hermes(&[altered])).is_err(), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn magic_and_versions() {
    let whole = update().bytes();
    let with = |place: usize, byte: u8| {
        let mut altered = whole.clone();
        altered[place] = byte;
        problem(read(&hermes(&[altered])))
    };
    let expect = |problem: Problem, name: &str| {
        assert!(matches!(&problem, Problem::Value { what, .. } if *what == name), "{problem}");
    };
    expect(with(0, b'Q'), "the update's magic");
    expect(with(4, 2), "the update's major version");
    expect(with(5, 1), "the update's minor version");
    expect(with(6, 1), "the length of the trailing header");
    expect(with(7, 1), "the update's type");
    expect(with(10, 2), "the VAA's version");
    expect(with(10 + 6 + 65, 2), "a signature's recovery");
    let number = 10 + update().vaa().len();
    assert!(matches!(with(number, 0), Problem::TooMany { what: "messages", got: 0, .. }));
    assert!(matches!(with(number, 1), Problem::Trailing { what: "the update", .. }));
}
