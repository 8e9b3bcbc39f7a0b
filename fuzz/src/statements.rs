//! What must hold of arbitrary bytes before the verifier: notes, keys, histories, evidence, positions. The targets of these names call it, and
//! so do the tests of the verifier crate on the seeds and on alterations of them.

use std::sync::OnceLock;

use serde_json::Value;
use solvency_verifier::Bytes32;
use solvency_verifier::accept::{Reason, Verdict, accept_bundle};
use solvency_verifier::bundle::{Bundle, History};
use solvency_verifier::evidence::{Evidence, Named, Role};
use solvency_verifier::log::{Checkpoint, Cosignature, Note, VerifierKey};
use solvency_verifier::position::{Accepted, Bands, Position};
use solvency_verifier::trust::{HistoryRequirement, LatestClaim, PreparedTrust, Trust};

const VECTORS: &str = include_str!("../../fixtures/log/vectors.json");
const BUNDLE: &[u8] = include_bytes!("../../fixtures/accept/topup/bundle.json");
const TRUST: &[u8] = include_bytes!("../../fixtures/accept/topup/trust.json");

/// A seed. Read when it is needed, since tests make seeds with what is here.
fn seed(place: &str) -> Vec<u8> {
    let path = format!("{}/../fuzz/corpus/{place}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `now` of `fixtures/accept/keys.json`.
pub const NOW: u64 = 1_767_520_830;

fn trust() -> &'static Trust {
    static TRUSTED: OnceLock<Trust> = OnceLock::new();
    TRUSTED.get_or_init(|| serde_json::from_slice(TRUST).expect("the fixture is read"))
}

/// Notes, checkpoints and cosignatures: what is read is written again in the same bytes, and nothing is signed but what was. Answers whether
/// both keys of the seed signed it.
pub fn note(bytes: &[u8]) -> bool {
    static SIGNED: OnceLock<(String, [VerifierKey; 2])> = OnceLock::new();
    let (signed, [log, witness]) = SIGNED.get_or_init(|| {
        let vectors: Value = serde_json::from_str(VECTORS).expect("the fixture is read");
        let text = |field: &str| vectors["cosigned"][field].as_str().expect("a text").to_owned();
        let key = |field: &str| VerifierKey::parse(&text(field)).expect("a key");
        (text("note"), [key("logVkey"), key("witnessVkey")])
    });
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(note) = Note::parse(text) else { return false };
    assert_eq!(note.to_string(), text);
    if let Ok(head) = Checkpoint::parse(note.text()) {
        assert_eq!(head.to_string(), note.text());
    }
    let by_log = note.check_signed_by(log).is_ok();
    let by_witness = Cosignature::check(&note, witness).is_ok();
    if by_log || by_witness {
        assert!(signed.starts_with(note.text()) && signed.as_bytes().get(note.text().len()) == Some(&b'\n'));
    }
    assert!(note.check_signed_by(witness).is_err() && Cosignature::check(&note, log).is_err());
    by_log && by_witness
}

/// Verifier keys: one text for each.
pub fn vkey(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(key) = VerifierKey::parse(text) else { return false };
    assert_eq!(key.to_string(), text);
    assert_eq!(VerifierKey::new(key.name(), key.kind(), key.public()), Ok(key));
    true
}

/// The history of a bundle whose venue asks for one: none is accepted but of the tree that the witnesses cosigned.
pub fn history(bytes: &[u8]) -> bool {
    static CASE: OnceLock<(Bundle, PreparedTrust, Checkpoint)> = OnceLock::new();
    let (bundle, trust, head) = CASE.get_or_init(|| {
        let bundle = Bundle::from_json(BUNDLE).expect("the fixture is read");
        let mut asking = trust().clone();
        asking.history = Some(HistoryRequirement { max_age: 600, log_key: None });
        let history: History = serde_json::from_slice(&seed("history/topup")).expect("the seed is read");
        let note = Note::parse(&history.checkpoint).expect("a note");
        let head = Checkpoint::parse(note.text()).expect("a checkpoint");
        (bundle, PreparedTrust::new(asking).expect("a trust file"), head)
    });
    let Ok(history) = serde_json::from_slice::<History>(bytes) else { return false };
    let shown = Bundle { history: Some(history), ..bundle.clone() };
    match accept_bundle(&shown, trust, NOW) {
        Verdict::Accept(acceptance) => {
            let witnessed = acceptance.history.expect("a history that was asked for");
            assert_eq!((witnessed.origin, witnessed.size), (head.origin.clone(), head.size));
            assert_eq!(witnessed.root, Bytes32(head.root));
            assert!(witnessed.witnesses.len() >= 2);
            true
        }
        Verdict::Reject(reason) => {
            // All else is the fixture's, which is accepted.
            assert!(reason.rule().starts_with('W') || reason.code() == "too_many_parts", "{reason}");
            false
        }
    }
}

/// Files of evidence: what is read is the same JSON value when it is written, and proves the same. Answers whether it proves something.
pub fn evidence(bytes: &[u8]) -> bool {
    let Trust { audience, counterparty, .. } = trust();
    let (custodians, venues) = ([counterparty.custodian], [(audience.venue, audience.venue_signer)]);
    let Ok(evidence) = Evidence::from_json(bytes) else { return false };
    let read: Value = serde_json::from_slice(bytes).expect("evidence is JSON");
    assert_eq!(serde_json::to_value(&evidence).expect("evidence is written"), read);
    let named = Named { custodians: &custodians, venues: &venues };
    let finding = evidence.check(&trust().registry, &named);
    let written = serde_json::to_vec(&evidence).expect("evidence is written");
    let again = Evidence::from_json(&written).expect("what was written is read");
    assert_eq!(again.check(&trust().registry, &named), finding);
    let Ok(finding) = finding else { return false };
    assert!(!finding.signers().is_empty() && !finding.to_string().is_empty());
    let nobody = evidence.check(&trust().registry, &Named::default()).is_ok();
    assert_eq!(nobody, !matches!(finding.role(), Role::Custodian | Role::Venue), "accused without a name");
    true
}

/// Files of positions: what is read is read again, and no event that follows breaks it.
pub fn position_file(bytes: &[u8]) -> bool {
    let Ok(position) = Position::from_json(bytes) else { return false };
    let read: Value = serde_json::from_slice(bytes).expect("a position is JSON");
    assert_eq!(serde_json::to_value(&position).expect("a position is written"), read);
    let _ = drive(position, bytes);
    true
}

/// Bytes that drive a position: events, clocks and alterations of its file.
pub fn position_events(bytes: &[u8]) -> Position {
    let bands = Bands { warn: 120, restrict: 60, grace: 900, answer: 1_800, max_age: 600 };
    drive(Position::open(trust(), bands, NOW).expect("bands in bounds"), bytes)
}

/// A bundle that was accepted under the trust file and under one that allows more, and the two trust files.
fn accepted() -> &'static [(Accepted, Trust); 2] {
    static ACCEPTED: OnceLock<[(Accepted, Trust); 2]> = OnceLock::new();
    ACCEPTED.get_or_init(|| {
        let bundle = Bundle::from_json(BUNDLE).expect("the fixture is read");
        [0, 1].map(|more| {
            let mut trust = trust().clone();
            trust.limits.max_round_lag += more;
            let prepared = PreparedTrust::new(trust.clone()).expect("a trust file");
            let (accepted, _) =
                Accepted::judge(&bundle, &prepared, NOW, None).expect("the fixture is accepted");
            (accepted, trust)
        })
    })
}

/// Evidence that is shown to positions.
const EVIDENCE: [&str; 3] = ["allocations", "logFork", "rounds"];

fn evidence_seeds() -> &'static [Evidence; 3] {
    static SEEDS: OnceLock<[Evidence; 3]> = OnceLock::new();
    SEEDS.get_or_init(|| {
        EVIDENCE
            .map(|name| Evidence::from_json(&seed(&format!("evidence/{name}"))).expect("the seed is read"))
    })
}

/// Numbers and choices, zero where the bytes are over.
struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    /// Near a number, or anything.
    fn near(&mut self, number: u64) -> u64 {
        let more = u64::from(self.next());
        match self.next() % 8 {
            0 => u64::from_be_bytes([0; 8].map(|_: u8| self.next())),
            1 => number.saturating_sub(more),
            2 => number.saturating_add(more << 8),
            3 => number.saturating_sub(more << 8),
            4 => u64::MAX - more,
            _ => number.saturating_add(more),
        }
    }
}

/// Most events that are made of some bytes.
const MAX_EVENTS: usize = 64;

fn drive(mut position: Position, bytes: &[u8]) -> Position {
    let mut bytes = Bytes(bytes.iter());
    let registry = trust().registry.digest();
    for _ in 0..MAX_EVENTS {
        if bytes.0.len() == 0 {
            break;
        }
        let before = position.clone();
        let (clock, seen) = (position.clock(), position.seen(&registry).cloned());
        let now = bytes.near(clock);
        let mut restarted = false;
        match bytes.next() % 12 {
            0 => drop(position.observe(now)),
            1 => {
                let number = bytes.near(position.claim().number);
                let claim = LatestClaim { number, digest: Bytes32([bytes.next(); 32]) };
                drop(position.claimed(claim, now));
            }
            2 => drop(position.noticed(now)),
            3 => position.rejected(&Reason::HistoryMissing {}, now),
            4 => drop(position.accepted(&accepted()[0].0, now)),
            5 => drop(position.accepted(&accepted()[1].0, now)),
            6 => {
                let which = usize::from(bytes.next()) % EVIDENCE.len();
                drop(position.shown(&evidence_seeds()[which], &accepted()[0].1, now));
            }
            7 => {
                let which = usize::from(bytes.next());
                let open = position.evidence().get(which).map(|open| open.id);
                drop(position.resolve(&open.unwrap_or(Bytes32([1; 32])), now));
            }
            8 | 9 => {
                let mut to = accepted()[usize::from(bytes.next()) % 2].1.clone();
                to.latest_claim = position.claim().clone();
                to.latest_claim.number = to.latest_claim.number.saturating_add(u64::from(bytes.next() % 2));
                let until = bytes.near(now);
                drop(position.rotate(&to, until, now));
            }
            10 => {
                drop(position.restart_clock(now));
                restarted = true;
            }
            _ => {
                let mut file = serde_json::to_vec(&position).expect("a position is written");
                let place = usize::from(u16::from_be_bytes([bytes.next(), bytes.next()])) % file.len();
                file[place] = bytes.next();
                // Another position, of which nothing is said but that it holds by itself.
                if let Ok(other) = Position::from_json(&file) {
                    position = other;
                }
                continue;
            }
        }
        let at = position.clock();
        // Back by a person alone, and ahead by what the machine was told; a verdict's time tells it too.
        let told = clock.max(now);
        assert!(if restarted { at == now } else { at >= told && at <= told.max(NOW) }, "the clock");
        if let (Some(before), Some(after)) = (&seen, position.seen(&registry)) {
            let order = |seen: &solvency_verifier::trust::Seen| (seen.epoch, seen.sequence);
            assert!(order(after) >= order(before) && after.round >= before.round, "marks went back");
        } else {
            assert!(seen.is_none(), "marks were forgotten");
        }
        assert!(position.claim().number >= before.claim().number, "a claim went back");
        assert!(position.next_change().is_none_or(|next| next > at), "a change that was");
        let written = serde_json::to_vec(&position).expect("a position is written");
        assert_eq!(Position::from_json(&written), Ok(position.clone()), "a file that is not read again");
    }
    position
}
