//! The file of a position: strict, and refused where it contradicts itself.

use alloc::string::ToString;

use super::{
    MAX_OPEN, MAX_POSITION_BYTES, MAX_REGISTRIES, MAX_RESOLVED, POSITION_FORMAT, Position, PositionError,
};
use crate::encoding::{Bytes32, StrictError, read_strict};

/// Longest code of a refusal.
const MAX_CODE: usize = 64;

impl Position {
    /// Reads the strict JSON form, as serde writes it.
    ///
    /// # Errors
    /// [`PositionError`] where the document is too long, is not of this format, is not in its one form, or contradicts itself.
    pub fn from_json(document: &[u8]) -> Result<Self, PositionError> {
        if document.len() > MAX_POSITION_BYTES {
            return Err(PositionError::TooLong { got: document.len() });
        }
        let position: Position = read_strict(document)?;
        if position.format != POSITION_FORMAT {
            return Err(PositionError::Format { got: position.format });
        }
        position.bands.check()?;
        position.check_lists()?;
        position.check_trusted()?;
        position.check_claims()?;
        position.check_coverage()?;
        Ok(position)
    }

    fn check_lists(&self) -> Result<(), PositionError> {
        let too_many = |place| contradiction(place, "more than are kept");
        if self.marks.len() > MAX_REGISTRIES {
            return Err(too_many("marks"));
        }
        if self.evidence.len() > MAX_OPEN {
            return Err(too_many("evidence"));
        }
        if self.resolved.len() > MAX_RESOLVED {
            return Err(too_many("resolved"));
        }
        let (open, resolved) = (self.evidence.iter().map(|open| &open.id), self.resolved.iter());
        if !distinct(self.marks.iter().map(|marks| &marks.registry)) {
            return Err(contradiction("marks", "a registry stands twice"));
        }
        if !distinct(open.chain(resolved)) {
            return Err(contradiction("evidence", "a piece of evidence stands twice, or was resolved"));
        }
        if self.refused.last.as_ref().is_some_and(|code| code.len() > MAX_CODE) {
            return Err(contradiction("refused", "the code is too long"));
        }
        Ok(())
    }

    fn check_trusted(&self) -> Result<(), PositionError> {
        let trusted = |registry: &Bytes32| self.marks.iter().any(|marks| marks.registry == *registry);
        if !trusted(&self.current.registry) {
            return Err(contradiction("current", "its registry has no marks"));
        }
        let Some(previous) = &self.previous else { return Ok(()) };
        if !trusted(&previous.trust.registry) {
            return Err(contradiction("previous", "its registry has no marks"));
        }
        if previous.trust.trust == self.current.trust {
            return Err(contradiction("previous", "it is the current one"));
        }
        Ok(())
    }

    fn check_claims(&self) -> Result<(), PositionError> {
        let latest = &self.current.claim;
        if let Some(previous) = &self.previous {
            let claim = &previous.trust.claim;
            if claim.number > latest.number || (claim.number == latest.number && claim != latest) {
                return Err(contradiction(
                    "previous",
                    "its claim is ahead, or another one of the same number",
                ));
            }
        }
        if self.calls.iter().any(|call| call.claim > latest.number) {
            return Err(contradiction("calls", "a claim that was not made"));
        }
        if self.calls.len() > 2 || !distinct(self.calls.iter().map(|call| call.claim)) {
            return Err(contradiction("calls", "a claim stands twice, or more than two wait"));
        }
        Ok(())
    }

    fn check_coverage(&self) -> Result<(), PositionError> {
        let Some(coverage) = &self.coverage else { return Ok(()) };
        if self.seen(&coverage.registry).is_none() {
            return Err(contradiction("coverage", "its registry has no marks"));
        }
        if coverage.accepted_at > self.clock || coverage.claim > self.current.claim.number {
            return Err(contradiction(
                "coverage",
                "accepted in the future, or for a claim that was not made",
            ));
        }
        // A band that was shortened since leaves it no more than its age by now.
        let age = self.clock.saturating_sub(coverage.accepted_at);
        if coverage.max_age > self.bands.max_age.max(age) || coverage.grace > self.bands.grace {
            return Err(contradiction("coverage", "it counts longer, or has more grace, than the bands say"));
        }
        let previous = self.previous.as_ref().map(|previous| &previous.trust.trust);
        let known = coverage.trust == self.current.trust || previous == Some(&coverage.trust);
        if !known && coverage.ended.is_none() {
            return Err(contradiction("coverage", "under a trust file that is not there"));
        }
        Ok(())
    }
}

fn contradiction(place: &'static str, message: &'static str) -> PositionError {
    PositionError::Contradiction { place, message }
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T> + Clone) -> bool {
    let mut rest = values;
    while let Some(value) = rest.next() {
        if rest.clone().any(|other| other == value) {
            return false;
        }
    }
    true
}

impl From<StrictError> for PositionError {
    fn from(error: StrictError) -> Self {
        match error {
            StrictError::Json(error) => {
                PositionError::Json { line: error.line(), column: error.column(), message: error.to_string() }
            }
            StrictError::Form(place) => PositionError::Form { place },
        }
    }
}
