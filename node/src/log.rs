//! What the log leaves out: the engine's lines of error at a stop that tell of none, and its lines about signatures that
//! this node itself withheld.

use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Whether the node stops: its parts end one after the other, and what one tells another that has ended is no error.
static STOPPING: AtomicBool = AtomicBool::new(false);

/// What the engine's parts say of one that has ended: where they say it, and how it begins.
const SAID_OF_THE_ENDED: [(&str, &str); 4] = [
    ("::wal::thread", "Failed to send WAL "),
    ("_engine::network", "Failed to send message to subscriber"),
    ("::util::ticker", "Failed to send tick message"),
    ("::util::ractor", "Actor dropped reply channel"),
];

/// What the engine says of a message of its own that was not signed. Those of other members are checked before the engine
/// sees them (`consensus/engine/network.rs`), so it says this of none of theirs.
const SAID_OF_THE_WITHHELD: [(&str, &str); 2] =
    [("::handle::proposal", "Received invalid signature for proposal"), ("::handle::vote", "Received vote with invalid signature")];

/// Says that the node stops from now on.
pub fn stopping() {
    STOPPING.store(true, Ordering::Relaxed);
}

/// Leaves out, once the node stops, that parts of the engine have nobody to tell any more. All else stays, such as an entry
/// that cannot be written; and while the node runs, these lines stay as well. What the engine says of a signature that was
/// withheld reads like an attack, and is left out always: the guard says what it refused.
pub struct NobodyToTell(&'static AtomicBool);

impl Default for NobodyToTell {
    fn default() -> Self {
        Self(&STOPPING)
    }
}

impl<S: Subscriber> Layer<S> for NobodyToTell {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let target = event.metadata().target();
        let ended = SAID_OF_THE_ENDED.iter().filter(|_| self.0.load(Ordering::Relaxed));
        let mut about = ended.chain(&SAID_OF_THE_WITHHELD).filter(|(place, _)| target.ends_with(place)).peekable();
        if about.peek().is_none() {
            return true;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        !about.any(|(_, begins)| message.0.starts_with(begins))
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt as _;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn that_nobody_is_there_any_more_is_no_error_at_a_stop_and_a_lost_entry_is_one() {
        // Other tests stop nodes meanwhile.
        static HERE: AtomicBool = AtomicBool::new(false);
        let lines = Lines::default();
        let writer = lines.clone();
        let shown = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        let say = || {
            tracing::error!(target: "arc_malachitebft_engine::wal::thread", "Failed to send WAL reset reply");
            tracing::error!(target: "arc_malachitebft_engine::network", "Failed to send message to subscriber: {:?}", "SendErr");
            tracing::error!(target: "arc_malachitebft_engine::wal::thread", "ATTENTION: Failed to append entry to WAL: {}", "full");
            tracing::error!(target: "symbolon_node", "Failed to send WAL reset reply");
            tracing::warn!(target: "arc_malachitebft_core_consensus::handle::proposal", "Received invalid signature for proposal: {}", "own");
            tracing::warn!(target: "arc_malachitebft_core_consensus::handle::vote", "Received vote with invalid signature: {}", "own");
        };
        let said = || String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(shown).with(NobodyToTell(&HERE)), || {
            say();
            assert_eq!(said().lines().count(), 4, "{}", said());
            HERE.store(true, Ordering::Relaxed);
            say();
        });
        let after: Vec<String> = said().lines().skip(4).map(str::to_owned).collect();
        assert!(
            matches!(&after[..], [lost, other] if lost.contains("Failed to append entry to WAL: full") && other.contains("symbolon_node")),
            "{after:?}"
        );
    }
}
