//! Memory that proving takes, and whether there is as much.

use ark_bn254::Fr;

use crate::keys::ProvingKey;

/// Memory that proving needs, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryReport {
    /// The proving key's points.
    pub key: u64,
    /// The circuit's matrices.
    pub matrices: u64,
    /// The assignment.
    pub assignment: u64,
    /// Polynomials and scalars while proving: an upper estimate.
    pub working: u64,
}

impl MemoryReport {
    /// What proving with this key takes.
    pub fn of(key: &ProvingKey) -> Self {
        let element = size_of::<Fr>() as u64;
        let (wires, domain) = (key.rows().wires() as u64, key.domain() as u64);
        MemoryReport {
            key: key.bytes(),
            matrices: key.row_bytes(),
            assignment: element * wires,
            // Two polynomials as field elements and in lanes, their product as integers, the assignment as integers twice.
            working: element * (6 * domain + 2 * wires),
        }
    }

    /// The sum.
    pub fn total(&self) -> u64 {
        self.key + self.matrices + self.assignment + self.working
    }
}

/// Less memory than a proof takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// The system has less to give.
    #[error(
        "a proof takes {needed} bytes of memory beyond its key, {available} are free; end other programs, or prove elsewhere"
    )]
    NotFree {
        /// Bytes needed.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// The process may not have as much.
    #[error(
        "a proof takes {needed} bytes of memory beyond its key, more than this process may have; raise its limit"
    )]
    NotAllowed {
        /// Bytes needed.
        needed: u64,
    },
}

impl MemoryReport {
    /// Refuses to begin a proof that there is no memory for, given what is [`available`]: a program that runs out of it half way
    /// is ended by the system without a word.
    pub(super) fn ensure_room_in(&self, available: Option<u64>) -> Result<(), MemoryError> {
        // The key is mapped, and the assignment is there.
        let needed = self.working;
        if let Some(available) = available.filter(|available| *available < needed) {
            return Err(MemoryError::NotFree { needed, available });
        }
        let not_allowed = MemoryError::NotAllowed { needed };
        let bytes = usize::try_from(needed).map_err(|_| not_allowed)?;
        Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| not_allowed)
    }
}

/// What the system could give without swapping; nothing where it does not say.
///
/// Source: proc(5), MemAvailable.
pub(super) fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(working: u64) -> MemoryReport {
        MemoryReport { key: 0, matrices: 0, assignment: 0, working }
    }

    #[test]
    fn a_proof_begins_only_where_its_memory_is_free() {
        assert_eq!(report(1000).ensure_room_in(Some(1000)), Ok(()));
        let error = MemoryError::NotFree { needed: 1000, available: 999 };
        assert_eq!(report(1000).ensure_room_in(Some(999)), Err(error));
        assert_eq!(report(1000).ensure_room_in(None), Ok(()));
    }

    #[test]
    fn more_than_any_process_may_have_is_refused() {
        for needed in [u64::MAX, 1 << 62] {
            assert_eq!(report(needed).ensure_room_in(None), Err(MemoryError::NotAllowed { needed }));
        }
    }

    #[test]
    fn what_is_available_is_read_on_linux() {
        if cfg!(target_os = "linux") {
            assert!(available().is_some_and(|bytes| bytes > 1 << 20));
        } else {
            eprintln!("skipped: not Linux");
        }
    }
}
