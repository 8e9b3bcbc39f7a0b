//! T2: every window is open, and the verdict ends with the first that closes.

use alloc::string::{String, ToString};

use super::Reason;

/// The intersection of all windows.
pub(super) struct Window {
    now: u64,
    end: Option<(u64, String)>,
    start: Option<(u64, String)>,
}

impl Window {
    pub(super) fn new(now: u64) -> Self {
        Window { now, end: None, start: None }
    }

    /// Something is valid from this time on.
    pub(super) fn begins(&mut self, place: &str, time: u64) {
        if self.start.as_ref().is_none_or(|(latest, _)| time > *latest) {
            self.start = Some((time, place.to_string()));
        }
    }

    /// Something is not valid at or after this time.
    pub(super) fn ends(&mut self, place: &str, time: u64) {
        if self.end.as_ref().is_none_or(|(earliest, _)| time < *earliest) {
            self.end = Some((time, place.to_string()));
        }
    }

    /// The exclusive end of all windows; an error where one is not open.
    pub(super) fn check(self) -> Result<u64, Reason> {
        let now = self.now;
        if let Some((not_before, place)) = self.start
            && now < not_before
        {
            return Err(Reason::NotYetValid { place, not_before, now });
        }
        match self.end {
            Some((expiry, _)) if now < expiry => Ok(expiry),
            Some((expiry, place)) => Err(Reason::Expired { place, expiry, now }),
            None => Err(Reason::Expired { place: String::from("nothing"), expiry: 0, now }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(now: u64) -> Window {
        let mut window = Window::new(now);
        window.begins("a", 5);
        window.begins("b", 10);
        window.ends("c", 30);
        window.ends("d", 20);
        window
    }

    #[test]
    fn the_first_second_is_in_and_the_last_is_out() {
        assert_eq!(window(10).check(), Ok(20));
        assert_eq!(window(19).check(), Ok(20));
        assert!(matches!(window(9).check(), Err(Reason::NotYetValid { not_before: 10, now: 9, .. })));
        assert!(matches!(window(20).check(), Err(Reason::Expired { expiry: 20, now: 20, .. })));
    }

    /// Reasons name the same place whatever comes later.
    #[test]
    fn of_equal_times_the_first_is_named() {
        let mut window = Window::new(9);
        window.begins("a", 10);
        window.begins("b", 10);
        assert!(matches!(window.check(), Err(Reason::NotYetValid { place, .. }) if place == "a"));
        let mut window = Window::new(10);
        window.ends("a", 10);
        window.ends("b", 10);
        assert!(matches!(window.check(), Err(Reason::Expired { place, .. }) if place == "a"));
    }

    #[test]
    fn without_any_end_nothing_is_accepted() {
        assert!(Window::new(0).check().is_err());
    }
}
