//! snarkjs' keys: the transcript is that of the bytes, and what becomes a key comes back.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use solvency_ceremony::{
    Required, RequiredBeacon, Silent, export_zkey, import_zkey, inspect_zkey, verify_chain,
};
use solvency_fuzz::tiny;
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::groth16::Origin;

fuzz_target!(|bytes: &[u8]| {
    let Ok(claims) = inspect_zkey(Cursor::new(bytes), "key") else { return };
    let transcript = tagged_sha256("solvency.v1.ceremony", &[tiny::section(bytes, 10)]).0;
    assert_eq!(claims.transcript.transcript.0, transcript);
    let beacons = claims.transcript.contributions.iter().filter_map(|one| one.beacon.as_ref());
    // Others take minutes.
    if beacons.map(|beacon| 1u64 << beacon.iterations_log2).sum::<u64>() <= 1 << 10 {
        let required = Required { contributions: 1, beacon: RequiredBeacon::None };
        if let Ok(verified) = verify_chain(Cursor::new(bytes), "key", &required, &Silent) {
            assert_eq!(verified, claims.transcript);
        }
    }
    let import = |bytes: &[u8]| {
        import_zkey(tiny::circuit(), Cursor::new(bytes), "key", Origin::Development, 1)
    };
    if let Ok(key) = import(bytes) {
        let mut written = Vec::new();
        export_zkey(&key, tiny::circuit(), &mut written).expect("a key of this circuit");
        let back = import(&written).expect("what was written");
        assert_eq!(back.to_points().expect("points"), key.to_points().expect("points"));
    }
});
