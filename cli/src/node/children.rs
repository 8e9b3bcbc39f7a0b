//! Child processes that end with this one, however it ends.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::CliResult;

/// The children that run, and a folder that goes with them when a signal ends the program.
///
/// Each child leads a process group: npm's `anvil` is a script that starts the real one, and ending only the script would leave that behind.
/// A group of its own also keeps the terminal's Ctrl-C from the child, so that it ends when we say so.
pub(crate) struct Children {
    running: Mutex<Vec<Child>>,
}

/// A running child.
pub(crate) struct ChildId(u32);

impl Children {
    /// No children yet. From now on SIGINT and SIGTERM end all children and remove `unfinished` before they end the program.
    pub(crate) fn guarded(unfinished: &Path) -> CliResult<Arc<Self>> {
        let children = Arc::new(Children { running: Mutex::default() });
        end_with_signals(Arc::clone(&children), unfinished.to_owned())?;
        Ok(children)
    }

    /// Starts a command in a process group of its own.
    pub(crate) fn spawn(
        &self,
        mut command: Command,
    ) -> io::Result<(ChildId, Option<std::process::ChildStdout>)> {
        // The lock is held while the child starts: a signal ends it or keeps it from starting.
        let mut running = self.lock();
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (id, stdout) = (ChildId(child.id()), child.stdout.take());
        running.push(child);
        Ok((id, stdout))
    }

    /// Whether a child has ended by itself. Its number stays taken until [`Self::end`].
    pub(crate) fn has_ended(&self, id: &ChildId) -> bool {
        let mut running = self.lock();
        running.iter_mut().find(|child| child.id() == id.0).is_none_or(has_ended)
    }

    /// Asks a child to end by itself.
    pub(crate) fn terminate(&self, id: &ChildId) {
        let mut running = self.lock();
        if let Some(child) = running.iter_mut().find(|child| child.id() == id.0) {
            terminate(child);
        }
    }

    /// Ends a child and waits until it has.
    pub(crate) fn end(&self, id: &ChildId) {
        let mut running = self.lock();
        if let Some(index) = running.iter().position(|child| child.id() == id.0) {
            end(&mut running.swap_remove(index));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Child>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
fn terminate(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}

#[cfg(not(unix))]
fn terminate(child: &mut Child) {
    let _ = child.kill();
}

#[cfg(unix)]
fn has_ended(child: &mut Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return true };
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), look), Ok(None))
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// The group first: its number is the child's, which nobody else gets before the child was waited for.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // Errors mean that it has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
fn end_with_signals(children: Arc<Children>, unfinished: PathBuf) -> CliResult<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // Never unlocked again: no further child starts.
            let mut running = children.lock();
            running.iter_mut().for_each(end);
            let _ = std::fs::remove_dir_all(&unfinished);
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(())
}

/// Where there are no such signals, the system ends the children of a console with it.
#[cfg(not(unix))]
fn end_with_signals(_: Arc<Children>, _: PathBuf) -> CliResult<()> {
    Ok(())
}
