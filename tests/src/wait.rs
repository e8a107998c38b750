//! Waiting for conditions. No test sleeps to let something happen: it says what must become true, and by when.

use std::time::{Duration, Instant};

/// Between two looks at a condition.
const PAUSE: Duration = Duration::from_millis(10);

/// Waits until `look` gives a value.
///
/// # Panics
/// If that takes longer than `most`; `what` says what was waited for.
pub fn wait_until<T>(what: &str, most: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + most;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {most:?}");
        std::thread::sleep(PAUSE);
    }
}

/// Whether a condition stays true for the whole of `during`.
pub fn holds_for(during: Duration, mut look: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + during;
    while Instant::now() < end {
        if !look() {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
    true
}
