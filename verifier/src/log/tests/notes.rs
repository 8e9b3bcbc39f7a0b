//! Notes, checkpoints and cosignatures.

use alloc::string::ToString;
use alloc::vec;

use proptest::prelude::*;

use super::*;

#[test]
fn notes_of_others_are_read_written_the_same_and_verified() {
    for vector in vectors()["notes"].as_array().unwrap() {
        let note = Note::parse(text(&vector["note"])).unwrap();
        assert_eq!(note.to_string(), text(&vector["note"]));
        for vkey in vector["vkeys"].as_array().unwrap() {
            assert_eq!(note.check_signed_by(&VerifierKey::parse(text(vkey)).unwrap()), Ok(()));
        }
        let stranger = key("stranger", KeyKind::Note, 9);
        assert_eq!(note.check_signed_by(&stranger), Err(NoteError::NotSigned { key: stranger.to_string() }));
    }
}

#[test]
fn a_checkpoint_and_a_cosignature_of_another_implementation_are_verified_and_made_again() {
    let vector = &vectors()["cosigned"];
    let note = Note::parse(text(&vector["note"])).unwrap();
    let log = VerifierKey::parse(text(&vector["logVkey"])).unwrap();
    let witness = VerifierKey::parse(text(&vector["witnessVkey"])).unwrap();
    let time = vector["time"].as_u64().unwrap();
    assert_eq!(note.check_signed_by(&log), Ok(()));
    assert_eq!(Cosignature::check(&note, &witness), Ok(Cosignature { time }));
    let head = Checkpoint::parse(note.text()).unwrap();
    assert_eq!((head.size, head.to_string().as_str()), (3, note.text()));
    let signature = signer(2).sign(&cosignature_message(time, note.text()));
    assert_eq!(note.signatures()[1].bytes[8..], signature.to_bytes());
}

#[test]
fn a_key_of_one_kind_verifies_nothing_of_the_other() {
    let note = Note::parse(&cosigned(&signed(1, [7; 32]), 5)).unwrap();
    assert_eq!(note.check_signed_by(&key(ORIGIN, KeyKind::Note, 1)), Ok(()));
    let cosigner = key("w", KeyKind::Cosignature, 2);
    assert_eq!(Cosignature::check(&note, &cosigner), Ok(Cosignature { time: 5 }));
    assert_eq!(note.check_signed_by(&cosigner), Err(NoteError::WrongSignature { key: cosigner.to_string() }));
    let log = key(ORIGIN, KeyKind::Note, 1);
    assert_eq!(Cosignature::check(&note, &log), Err(NoteError::WrongSignature { key: log.to_string() }));
    // A log's key whose signature is long enough for a cosignature, of a cosignature's message.
    let mut other = Note::new(note.text()).unwrap();
    let bytes =
        [5u64.to_be_bytes().as_slice(), &signer(1).sign(&cosignature_message(5, note.text())).to_bytes()]
            .concat();
    other.add(NoteSignature { name: ORIGIN.into(), id: log.id(), bytes }).unwrap();
    assert!(matches!(Cosignature::check(&other, &log), Err(NoteError::WrongSignature { .. })));
}

#[test]
fn a_note_of_one_line_is_the_same_text() {
    let whole = Note::parse(&cosigned(&signed(1, [7; 32]), 5)).unwrap();
    for key in [key(ORIGIN, KeyKind::Note, 1), key("w", KeyKind::Cosignature, 2)] {
        let alone = whole.only(&key).unwrap();
        assert_eq!((alone.text(), alone.signatures().len()), (whole.text(), 1));
        assert!(alone.signatures()[0].is_of(&key));
        assert_eq!(Note::parse(&alone.to_string()), Ok(alone));
    }
    let stranger = key("w", KeyKind::Cosignature, 9);
    assert_eq!(whole.only(&stranger), Err(NoteError::NotSigned { key: stranger.to_string() }));
}

/// The id is a hash of the name too, and lines are looked up by both.
#[test]
fn a_line_of_another_name_or_id_is_not_the_keys() {
    let whole = Note::parse(&signed(1, [7; 32])).unwrap();
    let log = key(ORIGIN, KeyKind::Note, 1);
    let line = &whole.signatures()[0];
    for other in [
        NoteSignature { name: "log.example/b/3".into(), ..line.clone() },
        NoteSignature { id: [9; 4], ..line.clone() },
    ] {
        let mut note = Note::new(whole.text()).unwrap();
        note.add(other).unwrap();
        assert_eq!(note.check_signed_by(&log), Err(NoteError::NotSigned { key: log.to_string() }));
    }
}

/// A cosigner's key says nothing of a text alone, even where its signature of it is right.
#[test]
fn a_cosigners_signature_of_a_text_is_no_logs() {
    let cosigner = key("w", KeyKind::Cosignature, 2);
    let mut note = Note::new("text\n").unwrap();
    let bytes = signer(2).sign(b"text\n").to_bytes().to_vec();
    note.add(NoteSignature { name: "w".into(), id: cosigner.id(), bytes }).unwrap();
    assert_eq!(note.check_signed_by(&cosigner), Err(NoteError::WrongSignature { key: cosigner.to_string() }));
}

/// With the identity as `R`, `s = k·a` satisfies the equation of verification for who has the secret `a`; the strict one refuses it. Computed
/// for the key of seed 1 from RFC 8032.
#[test]
fn a_signature_with_a_point_of_small_order_is_none() {
    let log = key(ORIGIN, KeyKind::Note, 1);
    let scalar = hex::decode("3777571940ee7be9f8ff4e09e1fb6f0740d2ca4e806a6ab4c0d6f35bddf19c0f").unwrap();
    let mut identity = vec![0; 32];
    identity[0] = 1;
    let bytes = [identity, scalar].concat();
    let loose = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
    let public = signer(1).verifying_key();
    assert!(ed25519_dalek::Verifier::verify(&public, b"text\n", &loose).is_ok());
    let mut note = Note::new("text\n").unwrap();
    note.add(NoteSignature { name: ORIGIN.into(), id: log.id(), bytes }).unwrap();
    assert_eq!(note.check_signed_by(&log), Err(NoteError::WrongSignature { key: log.to_string() }));
}

/// With the key id, 8,190 bytes are the longest that the bound on the text lets through.
#[test]
fn a_signature_has_a_longest_form() {
    let line = |length| NoteSignature { name: "w".into(), id: [1; 4], bytes: vec![7; length] }.to_string();
    assert!(NoteSignature::parse_line(&line(8_186)).is_ok());
    assert_eq!(NoteSignature::parse_line(&line(8_187)), Err(SignatureLineError::Encoding));
}

/// Nobody can make another signature of one: each bit counts, and `s + L` is refused.
#[test]
fn every_bit_of_a_signature_and_of_the_text_counts() {
    let (log, witness) = (key(ORIGIN, KeyKind::Note, 1), key("w", KeyKind::Cosignature, 2));
    let whole = Note::parse(&cosigned(&signed(1, [7; 32]), 5)).unwrap();
    let altered = |line: usize, bytes: Vec<u8>| {
        let mut note = Note::new(whole.text()).unwrap();
        for (index, signature) in whole.signatures().iter().enumerate() {
            let mut signature = signature.clone();
            if index == line {
                signature.bytes.clone_from(&bytes);
            }
            note.add(signature).unwrap();
        }
        (note.check_signed_by(&log), Cosignature::check(&note, &witness))
    };
    for line in 0..2 {
        let bytes = &whole.signatures()[line].bytes;
        let failed = |results: (Result<(), NoteError>, Result<Cosignature, NoteError>)| {
            let wrong = |error: Option<NoteError>| matches!(error, Some(NoteError::WrongSignature { .. }));
            wrong(if line == 0 { results.0.err() } else { results.1.err() })
        };
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(failed(altered(line, other)), "line {line}, bit {bit}");
        }
        for length in [1, 63, bytes.len() - 1, bytes.len() + 1] {
            let mut other = bytes.clone();
            other.resize(length, 0);
            assert!(failed(altered(line, other)), "line {line}, {length} bytes");
        }
        // s + L, which a verifier without the check would take.
        let mut larger = bytes.clone();
        let at = bytes.len() - 32;
        let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
        let mut carry = 0u16;
        for (byte, more) in larger[at..].iter_mut().zip(order) {
            carry += u16::from(*byte) + u16::from(more);
            *byte = carry as u8;
            carry >>= 8;
        }
        assert!(failed(altered(line, larger)), "line {line}");
    }
    let text = whole.to_string();
    let body = whole.text().len();
    for at in 0..body - 1 {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(other) = String::from_utf8(bytes) else { continue };
        let Ok(note) = Note::parse(&other) else { continue };
        assert!(note.check_signed_by(&log).is_err() && Cosignature::check(&note, &witness).is_err(), "{at}");
    }
}

#[test]
fn a_time_beyond_its_range_is_refused() {
    let witness = key("w", KeyKind::Cosignature, 2);
    for (time, taken) in [(0, true), (MAX_TIME, true), (MAX_TIME + 1, false), (u64::MAX, false)] {
        let note = Note::parse(&cosigned(&signed(1, [7; 32]), time)).unwrap();
        assert_eq!(Cosignature::check(&note, &witness).is_ok(), taken, "{time}");
    }
}

#[test]
fn a_signature_under_another_name_or_key_is_another() {
    let note = Note::parse(&signed(1, [7; 32])).unwrap();
    for other in [key("log.example/a/4", KeyKind::Note, 1), key(ORIGIN, KeyKind::Note, 3)] {
        assert!(matches!(note.check_signed_by(&other), Err(NoteError::NotSigned { .. })));
    }
    // The name and id of a key, the signature of another.
    let mut forged = Note::new(note.text()).unwrap();
    let bytes = signer(3).sign(note.text().as_bytes()).to_bytes().to_vec();
    forged.add(NoteSignature { name: ORIGIN.into(), id: key(ORIGIN, KeyKind::Note, 1).id(), bytes }).unwrap();
    assert!(matches!(
        forged.check_signed_by(&key(ORIGIN, KeyKind::Note, 1)),
        Err(NoteError::WrongSignature { .. })
    ));
}

#[test]
fn every_refusal_of_a_note() {
    let note = signed(1, [7; 32]);
    let (body, line) = note.split_once("\n\n").unwrap();
    let line = line.trim_end();
    let refused = |note: &str| Note::parse(note).unwrap_err();
    let line_error = |line: &str| match refused(&format!("{body}\n\n{line}")) {
        NoteError::Line { line: 0, error } => error,
        other => panic!("{other}"),
    };
    assert_eq!(refused(""), NoteError::Form);
    assert_eq!(refused(body), NoteError::Form);
    assert_eq!(refused(&format!("{body}\n{line}\n")), NoteError::Form);
    assert_eq!(refused(&format!("{body}\n\n")), NoteError::Count { got: 0 });
    for at in [0, 5, note.len()] {
        for control in ['\0', '\r', '\t', '\u{1f}'] {
            let mut text = note.clone();
            text.insert(at, control);
            assert_eq!(refused(&text), NoteError::Control { at });
        }
    }
    assert_eq!(refused(&format!("{body}\n\n{line}\n{line}\n")), NoteError::Repeated { name: ORIGIN.into() });
    assert_eq!(line_error(line), SignatureLineError::Newline);
    assert_eq!(line_error(&format!("- {}\n", &line[4..])), SignatureLineError::Dash);
    assert_eq!(line_error(&format!(" {line}\n")), SignatureLineError::Dash);
    assert_eq!(line_error("\u{2014} nothing\n"), SignatureLineError::Form);
    assert_eq!(line_error("\u{2014} a+b AAAAAAA=\n"), SignatureLineError::Name);
    assert_eq!(line_error("\u{2014}  AAAAAAA=\n"), SignatureLineError::Name);
    assert_eq!(line_error("\u{2014} a\u{a0}b AAAAAAA=\n"), SignatureLineError::Name);
    assert_eq!(line_error("\u{2014} a AAAA\n"), SignatureLineError::Short);
    assert_eq!(line_error("\u{2014} a AAAAAA==\n"), SignatureLineError::Short);
    assert_eq!(line_error("\u{2014} a \n"), SignatureLineError::Short);
    // Unpadded, with bits that mean nothing, with spaces, of the other alphabet.
    for encoded in ["AAAAAAA", "AAAAAAB=", "AAAAAAA= ", " AAAAAAA=", "AAA_AAA=", "AAAAAAA=\u{2014}"] {
        assert_eq!(line_error(&format!("\u{2014} a {encoded}\n")), SignatureLineError::Encoding, "{encoded}");
    }
    assert_eq!(
        refused(&format!("{body}\n\n\u{2014} a AAAAAAA=\n\u{2014} b AAAAAAA=")),
        NoteError::Line { line: 1, error: SignatureLineError::Newline }
    );
}

#[test]
fn as_many_signatures_and_bytes_as_are_read_and_one_more() {
    let with = |count: usize| {
        let lines: String = (0..count).map(|i| format!("\u{2014} k{i} AAAAAAA=\n")).collect();
        Note::parse(&format!("text\n\n{lines}"))
    };
    assert_eq!(with(MAX_SIGNATURES).unwrap().signatures().len(), MAX_SIGNATURES);
    assert_eq!(with(MAX_SIGNATURES + 1), Err(NoteError::Count { got: MAX_SIGNATURES + 1 }));
    let mut full = with(MAX_SIGNATURES).unwrap();
    let one = NoteSignature { name: "one".into(), id: [0; 4], bytes: vec![0] };
    assert_eq!(full.add(one), Err(NoteError::Count { got: MAX_SIGNATURES + 1 }));
    let line = "\n\n\u{2014} k AAAAAAA=\n";
    let longest = "x".repeat(MAX_NOTE_BYTES - line.len()) + line;
    assert!(Note::parse(&longest).is_ok());
    assert_eq!(Note::parse(&(format!("x{longest}"))), Err(NoteError::TooLong { got: MAX_NOTE_BYTES + 1 }));
}

#[test]
fn a_note_cut_anywhere_is_none() {
    let note = cosigned(&signed(1, [7; 32]), 5);
    let first_line_ends = note.find("= \u{2014}").unwrap_or_else(|| note.rfind("\u{2014} w").unwrap());
    for (at, _) in note.char_indices() {
        assert_eq!(Note::parse(&note[..at]).is_ok(), at == first_line_ends, "{at}");
    }
}

#[test]
fn text_may_hold_empty_lines_and_signatures_can_be_taken_out() {
    let mut note = Note::parse("a\n\nb\n\n\n\u{2014} k AAAAAAA=\n").unwrap();
    assert_eq!(note.text(), "a\n\nb\n\n");
    assert_eq!(Note::parse(&note.to_string()), Ok(note.clone()));
    note.remove(|signature| signature.name == "k");
    assert_eq!(note.signatures(), []);
    assert_eq!(Note::new("no newline"), Err(NoteError::Form));
    assert_eq!(Note::new(""), Err(NoteError::Form));
}

#[test]
fn every_refusal_of_a_checkpoint() {
    let root = Base64::encode_string(&[7; 32]);
    let parse = |text: &str| Checkpoint::parse(text);
    let whole = format!("o\n1\n{root}\n");
    assert_eq!(parse(&whole).unwrap().to_string(), whole);
    let extended = format!("o\n0\n{root}\nmore\nand more\n");
    assert_eq!(parse(&extended).unwrap().extensions, ["more", "and more"]);
    assert_eq!(parse(&extended).unwrap().to_string(), extended);
    assert_eq!(parse(whole.trim_end()), Err(CheckpointError::Newline));
    assert_eq!(parse("o\n1\n"), Err(CheckpointError::Lines));
    assert_eq!(parse("\n"), Err(CheckpointError::Empty { line: 0 }));
    assert_eq!(parse(&format!("o\n1\n{root}\n\n")), Err(CheckpointError::Empty { line: 3 }));
    for size in ["01", "-1", "+1", "1 ", "1.0", "0x1", "9223372036854775808", "18446744073709551616"] {
        assert_eq!(parse(&format!("o\n{size}\n{root}\n")), Err(CheckpointError::Size), "{size}");
    }
    assert_eq!(parse(&format!("o\n9223372036854775807\n{root}\n")).unwrap().size, MAX_TIME);
    let short = Base64::encode_string(&[7; 31]);
    let long = Base64::encode_string(&[7; 33]);
    for root in [&short, &long, &root[..43], &root.replace("c=", "d="), "x"] {
        assert_eq!(parse(&format!("o\n1\n{root}\n")), Err(CheckpointError::Root), "{root}");
    }
}

proptest! {
    #[test]
    fn reading_anything_does_not_panic(text in "(\u{2014}| |\n|[a-z+=0-9A-Z/]){0,60}") {
        if let Ok(note) = Note::parse(&text) {
            prop_assert_eq!(note.to_string(), text.clone());
        }
        if let Ok(head) = Checkpoint::parse(&text) {
            prop_assert_eq!(head.to_string(), text.clone());
        }
        if let Ok(key) = VerifierKey::parse(&text) {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}
