//! Files of proving keys, behind checksums that are made right: read and used, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use solvency_fuzz::tiny;
use solvency_prover::keys::ProvingKey;
use solvency_prover::prove::prove;
use solvency_verifier::groth16::VerifyingKey;

/// Places in the header: its length, the sections' checksum, the verifying key's length, the verifying key (prover/src/keys/file.rs).
const LENGTH: usize = 16;
const PAYLOAD_DIGEST: usize = 32;
const VERIFYING_LENGTH: usize = 96;
const VERIFYING: usize = 104 + 16 * 24;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    let Some(id) = with_checksums(&mut bytes) else { return };
    let folder = std::env::temp_dir().join(format!("solvency-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("key.pk");
    // A record would spare the next file its check.
    let _ = std::fs::remove_file(folder.join("key.pk.checked"));
    std::fs::write(&path, &bytes).expect("a file");
    if let Ok(key) = ProvingKey::load(&path, id, tiny::circuit().hash()) {
        let _ = prove(&key, tiny::circuit(), tiny::assignment());
    }
});

/// The id of the key within, where there is one.
fn with_checksums(bytes: &mut [u8]) -> Option<solvency_verifier::groth16::KeyId> {
    let header = u64::from_le_bytes(bytes.get(LENGTH..LENGTH + 8)?.try_into().ok()?);
    let header = usize::try_from(header).ok().filter(|header| *header >= VERIFYING + 32)?;
    let payload = Sha256::digest(bytes.get(header..)?);
    bytes[PAYLOAD_DIGEST..PAYLOAD_DIGEST + 32].copy_from_slice(&payload);
    let digest = Sha256::digest(&bytes[..header - 32]);
    bytes[header - 32..header].copy_from_slice(&digest);
    let length = u32::from_le_bytes(bytes[VERIFYING_LENGTH..][..4].try_into().ok()?) as usize;
    let verifying = bytes.get(VERIFYING..VERIFYING.checked_add(length)?)?;
    VerifyingKey::from_bytes(verifying).ok().map(|key| key.id())
}
