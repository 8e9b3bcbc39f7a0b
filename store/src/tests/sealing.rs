//! What is sealed for one place opens there alone, and is what was put in.

use crate::keys::{DataKey, Keys};
use crate::record::{Family, Group, Kind, Mode, decode, encode};

fn keys() -> Keys {
    Keys::derive(&DataKey::from_slice(&[7; 32]).unwrap())
}

#[test]
fn a_sealed_value_opens_under_its_own_table_key_and_data_key_alone() {
    let keys = keys();
    let sealed = keys.seal("records", &[1; 32], b"opening").unwrap();
    assert_eq!(**keys.open("records", &[1; 32], &sealed).unwrap(), *b"opening");
    assert!(keys.open("record", &[1; 32], &sealed).is_none());
    assert!(keys.open("records", &[2; 32], &sealed).is_none());
    assert!(keys.open("records", &[1; 31], &sealed).is_none());
    let other = Keys::derive(&DataKey::from_slice(&[8; 32]).unwrap());
    assert!(other.open("records", &[1; 32], &sealed).is_none());
    for length in 0..sealed.len() {
        assert!(keys.open("records", &[1; 32], &sealed[..length]).is_none(), "{length} bytes");
    }
    assert!((0..40).all(|length| keys.fingerprint(&[1; 32], &sealed[..length]).is_none()));
}

#[test]
fn no_nonce_is_used_twice() {
    let keys = keys();
    let sealed = |_| keys.seal("records", &[1; 32], b"opening").unwrap()[..24].to_vec();
    let nonces: std::collections::BTreeSet<Vec<u8>> = (0..1000).map(sealed).collect();
    assert_eq!(nonces.len(), 1000);
}

#[test]
fn each_kind_epoch_form_and_name_has_a_place_of_its_own() {
    let keys = keys();
    let mut places = std::collections::BTreeSet::new();
    let mut groups = std::collections::BTreeSet::new();
    let families = Kind::ALL.map(Family::Kept);
    let own = [Family::Epochs, Family::Log, Family::Newest, Family::Waiting];
    for family in families.into_iter().chain(own) {
        for (epoch, sequence) in [(0, false), (0, true), (1, false), (u64::MAX, true)] {
            let group = Group { family, epoch, sequence };
            let (first, last) = group.keys(&keys);
            assert!(groups.insert(first));
            for name in ["a", "b", "ab"] {
                let place = group.key(&keys, name.as_bytes());
                assert!(first < place && place < last && places.insert(place));
            }
        }
    }
}

#[test]
fn a_record_is_read_as_it_was_written_and_in_no_other_group() {
    let group = Group::named(Kind::Book, 7);
    for length in [0, 1, 200, 255, 256, 257, 5000] {
        let content = vec![3; length];
        let bytes = encode(Mode::Once, &group, b"book", &content).unwrap();
        assert_eq!(bytes.len() % 256, 0);
        let record = decode(&group, &bytes).unwrap();
        assert_eq!((record.mode, record.name.as_slice()), (Mode::Once, &b"book"[..]));
        assert_eq!(*record.content, content);
        for other in [Group::named(Kind::Book, 8), Group::named(Kind::Opening, 7), Group::log(7)] {
            assert!(decode(&other, &bytes).is_none());
        }
        let used = 16 + 4 + length;
        for cut in 0..used {
            assert!(decode(&group, &bytes[..cut]).is_none(), "{cut} of {length}");
        }
        assert!(decode(&group, &[&bytes[..], &[0; 256]].concat()).is_none(), "more padding");
    }
}

#[test]
fn a_record_in_another_form_is_not_read() {
    let group = Group::named(Kind::Book, 7);
    let bytes = encode(Mode::Once, &group, b"book", b"content").unwrap();
    let altered = |at: usize, byte: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] = byte;
        decode(&group, &bytes)
    };
    assert!(altered(0, 3).is_none(), "an unknown mode");
    assert!(altered(255, 1).is_none(), "something in the padding");
    assert!(altered(10, 0xff).is_none(), "a name longer than the record");
    assert!(altered(16, 0xff).is_none(), "a content longer than the record");
}
