//! Custody-wide totals: the document, what was opened of it, and whether accepted bundles are in it (spec/audit.md, step 11).
//!
//! Necessary, not sufficient: that every account is in the totals, no document shows (spec/totals.md).

use serde::Serialize;
use solvency_verifier::encoding::{Address, Bytes32, TypedData};
use solvency_verifier::totals::{CheckedTotals, OpeningError, Reserves, Totals, TotalsError, TotalsOpening};

use crate::audit::{Context, Venue};
use crate::figure::{Figure, Label};
use crate::finding::Code;
use crate::input::Input;
use crate::judge::Judged;
use crate::strict::Unread;

/// Totals in the pack, without what they open to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TotalsLine {
    /// Name of the input.
    pub name: String,
    /// Digest of the custodian's statement; none where the document is refused.
    pub digest: Option<Bytes32>,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When they were made, in Unix seconds.
    pub made_at: u64,
    /// Shards that are summed.
    pub shards: u64,
    /// Who certified them, if anybody has.
    pub auditor: Option<Address>,
    /// The time of the certificate's reserves, in Unix seconds.
    pub reserves_as_of: Option<u64>,
    /// Holdings of accepted bundles of the epoch that are among the sources.
    pub among: u64,
    /// Holdings of accepted bundles, received by the time of making, that are not.
    pub left_out: u64,
    /// Whether an opening and reserves were handed over and agree.
    pub opened: bool,
    /// On what the sum rests.
    #[serde(flatten)]
    pub label: Label,
}

/// What was handed over of totals.
pub(crate) struct Given {
    pub(crate) totals: Vec<(Input, Totals)>,
    pub(crate) openings: Vec<(Input, TotalsOpening)>,
    pub(crate) reserves: Vec<(Input, Reserves)>,
}

pub(crate) fn read_totals(bytes: &[u8]) -> Result<Totals, Unread> {
    Totals::from_json(bytes).map_err(unread)
}

pub(crate) fn read_opening(bytes: &[u8]) -> Result<TotalsOpening, Unread> {
    TotalsOpening::from_json(bytes).map_err(unread_opening)
}

pub(crate) fn read_reserves(bytes: &[u8]) -> Result<Reserves, Unread> {
    Reserves::from_json(bytes).map_err(unread_opening)
}

fn unread(error: TotalsError) -> Unread {
    match error {
        TotalsError::TooLong { got, allowed } => Unread::TooLong { got, allowed },
        other => Unread::form(other),
    }
}

fn unread_opening(error: OpeningError) -> Unread {
    match error {
        OpeningError::Unread(error) => unread(error),
        other => Unread::form(other),
    }
}

/// Attaches to a venue's trust file what the venue had at a time: of the epoch's totals with a certificate of its auditor, the last one that
/// was signed by then. Where there is none, what was attached before stays, and the rules of acceptance judge by it.
pub(crate) fn attach(venue: &mut Venue, epoch: u64, at: u64, given: &[(Input, Totals)]) {
    let Some(required) = &venue.pinned.totals else { return };
    let signed = |totals: &Totals| totals.certificate.as_ref().map(|signed| signed.certificate.clone());
    let usable = given.iter().enumerate().filter(|(_, (_, totals))| {
        let certificate = signed(totals);
        let by_then = |signed_at: u64| signed_at <= at;
        totals.epoch == epoch
            && certificate.is_some_and(|it| it.auditor == required.auditor && by_then(it.signed_at))
    });
    let newest = usable.max_by_key(|(_, (_, totals))| signed(totals).map(|it| it.signed_at));
    let Some((index, (_, totals))) = newest else { return };
    if venue.attached == Some(index) {
        return;
    }
    // Refused totals are a finding of `check`; here they are as good as none, and later bundles don't make them right.
    let _ = venue.prepared.attach_totals(totals, at, None);
    venue.attached = Some(index);
}

/// Checks each document under the first trust file, its opening where there is one, and whether accepted bundles are in it.
pub(crate) fn check(context: &mut Context, judged: &[Judged<'_>], given: &Given) -> Vec<TotalsLine> {
    let mut lines = Vec::new();
    for (input, totals) in &given.totals {
        let name = input.name.clone();
        let Some(venue) = context.venues.first() else { continue };
        let mut line = TotalsLine {
            name: name.clone(),
            digest: None,
            epoch: totals.epoch,
            made_at: totals.made_at,
            shards: totals.sources.len() as u64,
            auditor: None,
            reserves_as_of: None,
            among: 0,
            left_out: 0,
            opened: false,
            label: Label::NotChecked { why: "the document is refused".into() },
        };
        match totals.check(&venue.prepared, totals.made_at, None) {
            Err(error) => context.find(Code::TotalsRefused, name, error.to_string()),
            Ok(checked) => {
                line.digest = Some(checked.digest);
                if let Some(certificate) = &checked.certificate {
                    line.auditor = Some(certificate.auditor);
                    line.reserves_as_of = Some(certificate.reserves_as_of);
                }
                compare(context, judged, &checked, &mut line);
                line.opened = open(context, given, totals, &checked, &name);
                line.label = label(&line);
            }
        }
        lines.push(line);
    }
    for (input, opening) in &given.openings {
        if !lines.iter().any(|line| line.digest == Some(opening.totals)) {
            let what = format!("no totals that were handed over and hold have digest {}", opening.totals);
            context.find(Code::TotalsRefused, input.name.clone(), what);
        }
    }
    lines
}

/// Whether the holdings of accepted bundles are among the sources. Those received after the totals were made need not be.
fn compare(context: &mut Context, judged: &[Judged<'_>], checked: &CheckedTotals, line: &mut TotalsLine) {
    let mut seen: Vec<Bytes32> = Vec::new();
    for judged in judged.iter().filter(|judged| judged.acceptance().is_some()) {
        let bundle = &judged.given.bundle;
        if bundle.coverage.statement.epoch != checked.epoch {
            continue;
        }
        for proven in bundle.books.iter().flat_map(|book| &book.holdings) {
            let digest = proven.statement.digest(&context.domain);
            if seen.contains(&digest) {
                continue;
            }
            seen.push(digest);
            if checked.holds(&digest) {
                line.among = line.among.saturating_add(1);
            } else if judged.given.received_at <= checked.made_at {
                line.left_out = line.left_out.saturating_add(1);
                let what = format!(
                    "holdings {digest}, accepted at {}, are not among the sources of totals {}, which the custodian made at {}",
                    judged.given.received_at, checked.digest, checked.made_at
                );
                context.find(Code::TotalsWithout, judged.given.name.clone(), what);
            }
        }
    }
}

/// Whether an opening and reserves were handed over that agree with the totals.
fn open(context: &mut Context, given: &Given, totals: &Totals, checked: &CheckedTotals, name: &str) -> bool {
    let Some((_, opening)) = given.openings.iter().find(|(_, opening)| opening.totals == checked.digest)
    else {
        return false;
    };
    // Those that the certificate is about, or the latest.
    let certified = checked.certificate.as_ref().map(|certificate| certificate.reserves_as_of);
    let own = || given.reserves.iter().map(|(_, it)| it).filter(|it| it.custodian == checked.custodian);
    let found = own().find(|it| Some(it.as_of) == certified).or_else(|| own().max_by_key(|it| it.as_of));
    let Some(reserves) = found else { return false };
    let Some(venue) = context.venues.first() else { return false };
    match opening.check(totals, reserves, &venue.pinned) {
        Ok(()) => true,
        Err(error) => {
            let code = match error {
                OpeningError::Short { .. } => Code::TotalsShort,
                _ => Code::TotalsRefused,
            };
            // The amounts are the auditor's to know, and no part of a pack.
            let what = match error {
                OpeningError::Short { slot, .. } => {
                    format!("slot {slot}: the books hold more together than the reserves")
                }
                other => other.to_string(),
            };
            context.find(code, name, what);
            false
        }
    }
}

fn label(line: &TotalsLine) -> Label {
    match (line.opened, line.auditor) {
        (true, _) => Label::Proved {
            by: "proofs of the sum, its opening and the attested books; the reserves are the auditor's own"
                .into(),
        },
        (false, Some(auditor)) => Label::AttestedBy { role: "auditor", signers: vec![auditor] },
        (false, None) => {
            Label::NotChecked { why: "the sum is proved; no opening with reserves was handed over".into() }
        }
    }
}

/// The figure about all accounts together.
pub(crate) fn figure(lines: &[TotalsLine]) -> Figure {
    const NAME: &str = "all accounts of the custodian together";
    let held = || lines.iter().filter(|line| line.digest.is_some());
    match held().next_back() {
        None => {
            let why = "no totals were handed over; and none would show that every account is in them";
            Figure::new(NAME, "none", Label::NotChecked { why: why.into() })
        }
        Some(last) => {
            let value = format!(
                "{} documents; the last one sums {} shards, {} of accepted bundles among them; necessary, not sufficient",
                held().count(),
                last.shards,
                last.among
            );
            Figure::new(NAME, value, last.label.clone())
        }
    }
}
