//! What a process has used: time on all cores and memory.

use std::fs;
use std::time::Duration;

/// Time that all threads of this process have run so far, in user and system mode; `None` where the system does not say.
pub fn cpu_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::try_from(time).ok()
    }
    #[cfg(not(unix))]
    None
}

/// Resident memory of a process now, in bytes; `None` where there is no `/proc`.
pub fn resident_memory(process: u32) -> Option<u64> {
    status(process, "VmRSS:")
}

/// Most resident memory that a process had since it began or since [`forget_peak_memory`], in bytes; `None` where there is no
/// `/proc`.
pub fn peak_memory(process: u32) -> Option<u64> {
    status(process, "VmHWM:")
}

/// Lets the peak begin anew from what is resident now. Where the system does not allow it, the peak stays what it was.
pub fn forget_peak_memory(process: u32) {
    // Source: proc(5), /proc/pid/clear_refs.
    let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
}

fn status(process: u32, field: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_peak_is_seen_and_forgotten() {
        let process = std::process::id();
        let before = resident_memory(process).unwrap();
        let large = std::hint::black_box(vec![1u8; 64 << 20]);
        assert!(peak_memory(process).unwrap() >= before + (60 << 20));
        drop(large);
        forget_peak_memory(process);
        assert!(peak_memory(process).unwrap() < before + (60 << 20));
    }

    #[test]
    #[cfg(unix)]
    fn work_takes_time() {
        let before = cpu_time().unwrap();
        std::hint::black_box((0..10_000_000u64).fold(1, |sum, step| std::hint::black_box(sum ^ step)));
        assert!(cpu_time().unwrap() > before);
    }
}
