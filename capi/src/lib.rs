//! The verifier for programs that are not written in Rust. `include/solvency.h` says what each function does.
//!
//! Nothing is decided here: documents go in, the verifier crate answers. What could panic is caught, and is then no acceptance. The only
//! `unsafe` is that of taking and giving pointers; a caller that keeps to the header can't do harm by any *document*.

use std::ffi::{CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use serde::{Deserialize, Serialize};
use solvency_verifier::accept::{Verdict, accept};
use solvency_verifier::encoding::read_strict;
use solvency_verifier::totals::Totals;
use solvency_verifier::trust::{LatestClaim, PreparedTrust, Seen, Trust};

/// Accepted, or done.
pub const ACCEPTED: c_int = 0;
/// Refused by a rule.
pub const REJECTED: c_int = 1;
/// A null pointer, a document that can't be used, or a fault of the library.
pub const UNUSABLE: c_int = 2;

/// A prepared trust file behind a pointer.
pub struct SolvencyTrust(PreparedTrust);

/// A text for C; null where it holds a zero byte.
fn text(value: String) -> *mut c_char {
    CString::new(value).map_or(ptr::null_mut(), CString::into_raw)
}

/// Writes to where the caller asked for it, if it did.
///
/// # Safety
/// `place` is null or may be written.
unsafe fn put<T>(place: *mut *mut T, value: *mut T) {
    if !place.is_null() {
        // SAFETY: not null, and the caller may write there.
        unsafe { place.write(value) };
    }
}

/// The caller's bytes; none where the pointer is null or the length beyond what an object may have.
///
/// # Safety
/// `bytes` is null, or `length` bytes may be read there for as long as the slice is used.
unsafe fn slice<'a>(bytes: *const u8, length: usize) -> Option<&'a [u8]> {
    if bytes.is_null() || isize::try_from(length).is_err() {
        return None;
    }
    // SAFETY: not null, readable, not too long.
    Some(unsafe { std::slice::from_raw_parts(bytes, length) })
}

/// Runs something; a panic is a fault of the library, and no acceptance.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err("a fault of the library: please report it".into()))
}

/// Writes what is wrong, if anything is.
///
/// # Safety
/// As [`put`].
unsafe fn told(done: Result<(), String>, message: *mut *mut c_char) -> c_int {
    let (code, wrong) = match done {
        Ok(()) => (ACCEPTED, ptr::null_mut()),
        Err(wrong) => (UNUSABLE, text(wrong)),
    };
    // SAFETY: the caller's promise.
    unsafe { put(message, wrong) };
    code
}

const NULL: &str = "a pointer is null, or a length too large";

/// See the header.
///
/// # Safety
/// The pointers are null or as the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn solvency_trust_read(
    document: *const u8,
    length: usize,
    trust: *mut *mut SolvencyTrust,
    message: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    let document = unsafe { slice(document, length) };
    let read = guarded(|| {
        let document = document.filter(|_| !trust.is_null()).ok_or(NULL)?;
        Trust::from_json(document).map_err(|error| error.to_string())
    });
    let (made, done) = match read {
        Ok(prepared) => (Box::into_raw(Box::new(SolvencyTrust(prepared))), Ok(())),
        Err(wrong) => (ptr::null_mut(), Err(wrong)),
    };
    // SAFETY: the caller's promise.
    unsafe {
        put(trust, made);
        told(done, message)
    }
}

/// See the header.
///
/// # Safety
/// The pointers are null or as the header says; nothing else uses `trust` meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn solvency_trust_attach_totals(
    trust: *mut SolvencyTrust,
    document: *const u8,
    length: usize,
    now: u64,
    message: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    let (trust, document) = unsafe { (trust.as_mut(), slice(document, length)) };
    let done = guarded(|| {
        let (SolvencyTrust(trust), document) = trust.zip(document).ok_or(NULL)?;
        trust.detach_totals();
        let totals = Totals::from_json(document).map_err(|error| error.to_string())?;
        trust.attach_totals(&totals, now, None).map(drop).map_err(|error| error.to_string())
    });
    // SAFETY: the caller's promise.
    unsafe { told(done, message) }
}

/// See the header.
///
/// # Safety
/// The pointers are null or as the header says; nothing else uses `trust` meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn solvency_trust_move_on(
    trust: *mut SolvencyTrust,
    document: *const u8,
    length: usize,
    message: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    let (trust, document) = unsafe { (trust.as_mut(), slice(document, length)) };
    let done = guarded(|| {
        let (SolvencyTrust(trust), document) = trust.zip(document).ok_or(NULL)?;
        let (seen, claim) = moved(document)?;
        trust.move_on(seen, claim);
        Ok(())
    });
    // SAFETY: the caller's promise.
    unsafe { told(done, message) }
}

/// Both fields, each in its one form, and nothing else.
fn moved(document: &[u8]) -> Result<(Option<Seen>, LatestClaim), String> {
    let moved: Moved = read_strict(document).map_err(|error| error.to_string())?;
    Ok((moved.seen, moved.latest_claim))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Moved {
    seen: Option<Seen>,
    latest_claim: LatestClaim,
}

/// See the header.
///
/// # Safety
/// `trust` is null or of [`solvency_trust_read`], not freed, and nothing else uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn solvency_trust_free(trust: *mut SolvencyTrust) {
    if !trust.is_null() {
        // SAFETY: made by `Box::into_raw`, and given back once.
        drop(unsafe { Box::from_raw(trust) });
    }
}

/// See the header.
///
/// # Safety
/// The pointers are null or as the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn solvency_accept(
    trust: *const SolvencyTrust,
    bundle: *const u8,
    length: usize,
    now: u64,
    verdict: *mut *mut c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    let (trust, bundle) = unsafe { (trust.as_ref(), slice(bundle, length)) };
    let judged = guarded(|| {
        let (SolvencyTrust(trust), bundle) = trust.zip(bundle).ok_or(NULL)?;
        let judged = accept(bundle, trust, now);
        let shown = serde_json::to_string(&judged).map_err(|error| error.to_string())?;
        Ok((judged, shown))
    });
    let (code, shown) = match judged {
        Ok((Verdict::Accept(_), shown)) => (ACCEPTED, text(shown)),
        Ok((Verdict::Reject(_), shown)) => (REJECTED, text(shown)),
        Err(_) => (UNUSABLE, ptr::null_mut()),
    };
    if verdict.is_null() {
        // SAFETY: made above, and nobody has it.
        unsafe { solvency_text_free(shown) };
    }
    // SAFETY: the caller's promise.
    unsafe { put(verdict, shown) };
    code
}

/// See the header.
///
/// # Safety
/// `text` is null or of a function of this library, and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn solvency_text_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: made by `CString::into_raw`, and given back once.
        drop(unsafe { CString::from_raw(text) });
    }
}
