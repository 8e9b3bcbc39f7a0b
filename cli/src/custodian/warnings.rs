//! What a custodian should look at before a venue stops accepting: headroom that shrinks, and ends that come near.

use solvency_verifier::bundle::SignedRound;

use super::daily::{Chain, Daily, Made, Venue, Warning};
use super::headroom::{HeadroomRecord, VenueHeadroom, percent};
use super::state::SignedAttestation;
use crate::error::CliResult;

impl Daily<'_> {
    /// Computes every venue's headroom at the round's prices, and keeps it.
    pub(super) fn note_headroom(
        &self,
        venues: &[Venue<'_>],
        chain: &Chain<'_>,
        round: &SignedRound,
        made: &mut Made,
    ) -> CliResult<()> {
        let mut all = Vec::new();
        for venue in venues {
            let name = &venue.config.name;
            let pledge = self.current_pledge(chain.entries, name).and_then(|pledge| pledge.amounts);
            let Some(pledge) = pledge else { continue };
            let (prices, requirement) = (&round.round.prices, venue.opening.requirement);
            all.push(VenueHeadroom::at(name, &self.registry, &venue.policy, prices, &pledge, requirement)?);
        }
        let record = HeadroomRecord {
            time: self.now,
            round: round.round.round,
            round_time: round.round.time,
            venues: all,
        };
        // A venue whose files can't be read just now would be a gap in its line.
        if record.venues.len() == self.config.venues.len() {
            self.state.note_headroom(&record)?;
        }
        made.headroom = Some(record);
        Ok(())
    }

    /// Adds what is to be warned of, and when the next warning is due.
    pub(super) fn warn(&self, attestation: &SignedAttestation, venues: &[Venue<'_>], made: &mut Made) {
        let watch = &self.config.watch;
        if let Some(record) = &made.headroom {
            for (venue, headroom) in pairs(venues, record) {
                let threshold = venue.config.warn_headroom;
                if headroom.covers() && headroom.is_below(threshold) {
                    let is = percent(headroom.headroom_ppm.unwrap_or_default());
                    let text = format!("headroom is {is}, below {}", percent(i64::from(threshold)));
                    let venue = Some(venue.config.name.clone());
                    made.warnings.push(Warning { venue, subject: "the headroom", text });
                }
            }
            let due = record.round_time.saturating_add(watch.warn_round_age);
            if self.now >= due {
                let age = self.now.saturating_sub(record.round_time);
                made.warnings.push(Warning {
                    venue: None,
                    subject: "the price round",
                    text: format!("the price round is {age} s old"),
                });
            } else {
                made.ends.push(due);
            }
        }
        // A coverage ends with the first of the two.
        let mut ends = vec![(None, "the book", attestation.attestation.expiry)];
        for venue in venues {
            ends.push((Some(venue.config.name.clone()), "the claim", venue.claim.claim.expiry));
        }
        for (venue, what, end) in ends {
            let due = end.saturating_sub(watch.warn_before_end);
            if self.now < due {
                made.ends.push(due);
            } else if self.now < end {
                let text = format!("{what} ends in {} s", end - self.now);
                made.warnings.push(Warning { venue, subject: what, text });
            }
        }
    }
}

fn pairs<'v>(
    venues: &'v [Venue<'_>],
    record: &'v HeadroomRecord,
) -> impl Iterator<Item = (&'v Venue<'v>, &'v VenueHeadroom)> {
    venues.iter().filter_map(|venue| {
        let headroom = record.venues.iter().find(|headroom| headroom.venue == venue.config.name)?;
        Some((venue, headroom))
    })
}
