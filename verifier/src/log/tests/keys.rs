//! Verifier keys.

use alloc::string::ToString;

use super::*;

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

#[test]
fn keys_of_others_are_read_and_written_the_same() {
    for note in vectors()["notes"].as_array().unwrap() {
        for vkey in note["vkeys"].as_array().unwrap() {
            let parsed = VerifierKey::parse(text(vkey)).unwrap();
            assert_eq!(parsed.kind(), KeyKind::Note);
            assert_eq!(parsed.to_string(), text(vkey));
        }
    }
    let cosigned = &vectors()["cosigned"];
    let witness = VerifierKey::parse(text(&cosigned["witnessVkey"])).unwrap();
    assert_eq!((witness.kind(), witness.name()), (KeyKind::Cosignature, "witness.example/1"));
    assert_eq!(witness, key("witness.example/1", KeyKind::Cosignature, 2));
}

#[test]
fn no_part_of_a_key_and_no_altered_key_is_one() {
    for begin in 0..PETER.len() {
        for end in begin..=PETER.len() {
            let whole = begin == 0 && end == PETER.len();
            assert_eq!(VerifierKey::parse(&PETER[begin..end]).is_ok(), whole, "{begin}..{end}");
        }
    }
    for at in 0..PETER.len() {
        let mut bytes = PETER.as_bytes().to_vec();
        bytes[at] += 1;
        assert!(VerifierKey::parse(core::str::from_utf8(&bytes).unwrap()).is_err(), "{at}");
    }
}

#[test]
fn every_refusal_of_a_key() {
    let error = |text: &str| VerifierKey::parse(text).unwrap_err();
    let name = |name: &str| PETER.replace("PeterNeumann", name);
    assert_eq!(error("PeterNeumann+c74f20a3"), KeyError::Form);
    for bad in ["", "a b", "a\u{2003}b", "a\tb", "a\u{7f}"] {
        assert_eq!(error(&name(bad)), KeyError::Name(bad.into()));
    }
    let longest = "n".repeat(MAX_KEY_NAME);
    assert!(matches!(error(&name(&longest)), KeyError::Hash { .. }));
    assert!(matches!(error(&name(&(format!("{longest}n")))), KeyError::Name(_)));
    // Upper-case digits, and other digits.
    for hash in ["C74F20A3", "c74f20a4", "c74f20a", "0c74f20a3", ""] {
        let got = PETER.replace("c74f20a3", hash);
        assert_eq!(error(&got), KeyError::Hash { got: hash.into(), expected: "c74f20a3".into() });
    }
    // Too short, too long, padded, not of the alphabet; 33 bytes leave no unused bits.
    let encoded = &PETER[22..];
    for bad in [
        &encoded[..40],
        &(format!("{encoded}AAAA")),
        &(format!("{encoded}=")),
        &encoded.replace('/', "_"),
        "",
    ] {
        assert_eq!(error(&PETER.replace(encoded, bad)), KeyError::Encoding, "{bad}");
    }
    for kind in [0u8, 2, 3, 5, 6, 0xff] {
        let mut bytes = Base64::decode_vec(encoded).unwrap();
        bytes[0] = kind;
        let other = PETER.replace(encoded, &Base64::encode_string(&bytes));
        assert_eq!(error(&other), KeyError::Type { got: kind });
    }
}

/// The eight points of small order in all their encodings (as libsodium refuses them), points that are none, and one with a small component.
#[test]
fn keys_that_are_no_points_of_the_prime_order_group_are_refused() {
    let bytes = |digits: &str| <[u8; 32]>::try_from(hex::decode(digits).unwrap()).unwrap();
    let zeros = "00".repeat(31);
    let refused = [
        format!("01{zeros}"),
        format!("01{}80", "00".repeat(30)),
        format!("00{zeros}"),
        format!("00{}80", "00".repeat(30)),
        format!("ec{}7f", "ff".repeat(30)),
        format!("ec{}ff", "ff".repeat(30)),
        // p, p + 1: other encodings of 0 and 1.
        format!("ed{}7f", "ff".repeat(30)),
        format!("ee{}7f", "ff".repeat(30)),
        format!("ee{}ff", "ff".repeat(30)),
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05".into(),
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a".into(),
        // No point has this y.
        format!("02{zeros}"),
    ];
    for digits in refused {
        assert_eq!(
            VerifierKey::new("w", KeyKind::Cosignature, &bytes(&digits)),
            Err(KeyError::Point),
            "{digits}"
        );
    }
    // A right key plus a point of order 8: on the curve, canonical, not of small order.
    let small = ed25519_dalek::VerifyingKey::from_bytes(&bytes(
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ))
    .unwrap();
    let mixed = (signer(1).verifying_key().to_edwards() + small.to_edwards()).compress().to_bytes();
    let read = ed25519_dalek::VerifyingKey::from_bytes(&mixed).unwrap();
    assert!(!read.is_weak());
    assert_eq!(VerifierKey::new("w", KeyKind::Note, &mixed), Err(KeyError::Point));
}

#[test]
fn an_origin_has_one_epoch_and_a_name_that_notes_can_carry() {
    assert_eq!(epoch_origin("log.example/a", 3).unwrap(), "log.example/a/3");
    assert_eq!(epoch_origin(&"n".repeat(200), u64::MAX).unwrap().len(), 221);
    for bad in ["", "a b", "a+b", "a\nb", "é", &"n".repeat(201)] {
        assert_eq!(epoch_origin(bad, 3), Err(KeyError::Name(bad.into())), "{bad:?}");
    }
    for epoch in [0, 3, u64::MAX] {
        assert_eq!(
            origin_epoch(&epoch_origin("log.example/a", epoch).unwrap(), "log.example/a"),
            Some(epoch)
        );
    }
    for bad in [
        "log.example/a/03",
        "log.example/a/+3",
        "log.example/a/",
        "log.example/a3",
        "log.example/a",
        "log.example/b/3",
        "log.example/a/3/3",
    ] {
        assert_eq!(origin_epoch(bad, "log.example/a"), None, "{bad:?}");
    }
    let mut log_key = LogKey {
        custodian: crate::Address([1; 20]),
        account: crate::Bytes32([2; 32]),
        log_origin: "log.example/a".into(),
        public_key: crate::Bytes32(*signer(1).verifying_key().as_bytes()),
        not_before: 0,
        expiry: 1,
    };
    assert_eq!(log_key.verifier_key(3), Ok(key(ORIGIN, KeyKind::Note, 1)));
    log_key.public_key = crate::Bytes32::ZERO;
    assert_eq!(log_key.verifier_key(3), Err(KeyError::Point));
}
