//! When to begin the next height: at once while there is work, else with the heartbeat.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

/// What is known of the heights around us. All calls are cheap and never wait but [`Wake::wanted`].
#[derive(Debug, Default)]
pub struct Wake {
    /// The height in progress: the next after what is on disk.
    height: AtomicU64,
    /// The greatest height that a checked message of a validator was for.
    seen: AtomicU64,
    /// The greatest tip that a peer told of.
    peers: AtomicU64,
    changed: Notify,
}

impl Wake {
    /// The height in progress.
    pub fn height(&self) -> u64 {
        self.height.load(Ordering::Acquire)
    }

    /// The next height is `height`.
    pub fn advance(&self, height: u64) {
        self.height.store(height, Ordering::Release);
    }

    /// A checked message for this height came.
    pub fn message_for(&self, height: u64) {
        if self.seen.fetch_max(height, Ordering::AcqRel) < height {
            self.changed.notify_waiters();
        }
    }

    /// A peer has this height on its disk.
    pub fn peer_tip(&self, height: u64) {
        if self.peers.fetch_max(height, Ordering::AcqRel) < height {
            self.changed.notify_waiters();
        }
    }

    /// The greatest tip that a peer told of.
    pub fn greatest_peer_tip(&self) -> u64 {
        self.peers.load(Ordering::Acquire)
    }

    /// Waits until somebody else is at work on `height` or beyond it.
    pub async fn wanted(&self, height: u64) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.seen.load(Ordering::Acquire) >= height || self.peers.load(Ordering::Acquire) >= height {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_for_the_next_height_wakes_and_an_old_one_does_not() {
        let wake = Wake::default();
        wake.message_for(6);
        let mut waiting = std::pin::pin!(wake.wanted(7));
        assert!(futures::poll!(&mut waiting).is_pending());
        wake.message_for(6);
        wake.peer_tip(6);
        assert!(futures::poll!(&mut waiting).is_pending());
        wake.message_for(7);
        assert!(futures::poll!(&mut waiting).is_ready());
        assert!(futures::poll!(std::pin::pin!(wake.wanted(7))).is_ready());
    }
}
