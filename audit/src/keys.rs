//! Pinned keys against the manifests of their ceremonies, and who signed (spec/audit.md, step 5).

use std::collections::BTreeMap;

use solvency_verifier::encoding::Address;
use solvency_verifier::groth16::{KeyId, Origin};
use solvency_verifier::registry::SignerSet;

use crate::audit::Context;
use crate::ceremony::{CeremonyRecord, KeyLine};
use crate::figure::Label;
use crate::finding::Code;
use crate::html::utc;
use crate::input::Input;
use crate::judge::{Judged, proof_keys};
use crate::report::{MemberLine, SignerLine};

pub(crate) fn check(
    context: &mut Context,
    judged: &[Judged<'_>],
    records: &[(Input, CeremonyRecord)],
    transcripts: &[(Input, CeremonyRecord)],
) -> Vec<KeyLine> {
    let mut proofs: BTreeMap<KeyId, u64> = BTreeMap::new();
    for judged in judged.iter().filter(|judged| judged.acceptance().is_some()) {
        for id in proof_keys(&judged.given.bundle) {
            let count = proofs.entry(id).or_default();
            *count = count.saturating_add(1);
        }
    }
    let pinned: Vec<_> = context.venues.iter().flat_map(|venue| venue.pinned.keys.iter().cloned()).collect();
    let mut lines: BTreeMap<KeyId, KeyLine> = BTreeMap::new();
    for key in &pinned {
        let matching = |records: &[(Input, CeremonyRecord)]| {
            let own = records.iter().map(|(_, record)| record).filter(|it| it.verifying_key == key.id);
            own.filter(|record| record.difference(&key.key).is_none())
                .map(|record| (record.participants(), record.powers_of_tau.for_tests))
                .next()
        };
        let verified = matching(transcripts);
        let (participants, for_tests) = verified.or_else(|| matching(records)).unzip();
        let (origin, transcript, label) = match key.key.origin() {
            Origin::Development => {
                let why = "that its maker, who can forge, did not";
                ("development", None, Label::Assumed { why: why.into() })
            }
            Origin::Ceremony { transcript } => {
                let why = match participants {
                    Some(_) if for_tests == Some(true) => {
                        "that whoever made the powers of tau, which are for tests, and can forge, did not"
                            .into()
                    }
                    Some(count) if verified.is_some() => format!(
                        "that one of {count} participants was honest, and one of those of the powers of tau; the transcript was verified here"
                    ),
                    Some(count) => format!(
                        "that one of {count} participants was honest; the transcript was not verified here"
                    ),
                    None => {
                        "that one participant was honest; neither transcript nor manifest was handed over"
                            .into()
                    }
                };
                ("ceremony", Some(transcript), Label::Assumed { why })
            }
        };
        if key.not_after <= context.now {
            let what = format!("key of {} ended at {}, {}", key.shape, utc(key.not_after), key.not_after);
            context.find(Code::KeyEnded, key.id.to_string(), what);
        }
        let line = KeyLine {
            id: key.id,
            shape: key.shape,
            not_after: key.not_after,
            origin,
            transcript,
            participants,
            transcript_verified: verified.is_some() && transcript.is_some(),
            matrices: *key.key.matrices(),
            proofs: proofs.get(&key.id).copied().unwrap_or_default(),
            label,
        };
        // Where two trust files pin a key until different times, the earlier one is shown.
        let kept = lines.entry(key.id).or_insert_with(|| line.clone());
        kept.not_after = kept.not_after.min(line.not_after);
    }
    for (input, record) in records.iter().chain(transcripts) {
        let key = pinned.iter().find(|key| key.id == record.verifying_key);
        let difference = match key {
            None => Some("no trust file pins its key"),
            Some(key) => record.difference(&key.key),
        };
        if let Some(what) = difference {
            context.find(Code::CeremonyDiffers, input.name.clone(), what);
        }
    }
    lines.into_values().collect()
}

/// The registry's sets, with how many accepted bundles each member signed.
pub(crate) fn signers(context: &Context, judged: &[Judged<'_>]) -> Vec<SignerLine> {
    let accepted = || judged.iter().filter_map(|judged| Some((&judged.given.bundle, judged.acceptance()?)));
    let attested = |member: &Address| {
        let by = |(bundle, _): &(&solvency_verifier::bundle::Bundle, _)| {
            bundle.books.iter().flat_map(|book| &book.signatures).any(|signed| signed.signer == *member)
        };
        accepted().filter(by).count() as u64
    };
    let priced = |member: &Address| {
        accepted()
            .filter(|(bundle, _)| bundle.round.signatures.iter().any(|signed| signed.signer == *member))
            .count() as u64
    };
    let witnessed = |member: &Address| {
        let by = |accepted: &solvency_verifier::accept::Acceptance| {
            accepted.history.as_ref().is_some_and(|history| history.witnesses.contains(member))
        };
        accepted().filter(|(_, accepted)| by(accepted)).count() as u64
    };
    let registry = &context.registry;
    vec![
        line(context, "attestors", &registry.attestors, attested),
        line(context, "oracles", &registry.oracles, priced),
        line(context, "witnesses", &registry.witnesses, witnessed),
    ]
}

fn line(
    context: &Context,
    role: &'static str,
    set: &SignerSet,
    signed: impl Fn(&Address) -> u64,
) -> SignerLine {
    let revoked =
        |member: &Address| context.venues.iter().any(|venue| venue.pinned.revoked.signers.contains(member));
    let members = set.members.iter();
    let members = members.map(|member| MemberLine {
        address: *member,
        signed: signed(member),
        revoked: revoked(member),
    });
    SignerLine { role, version: set.version, threshold: set.threshold, members: members.collect() }
}
