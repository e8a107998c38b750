//! Transactions between members: gathered for a few milliseconds, many in one message, checked in one batch.
//!
//! A message is transactions one after another, each behind its length (u32, big-endian). A message goes on only
//! when every transaction in it is well signed: an honest member forwards no other, so whoever does is told apart.

use crate::app::App;
use crate::checked::AdmissionError;
use crate::network::{GOSSIP_BYTES_MAX, GossipId, NetworkHandle};
use bytes::{Buf, Bytes};
use ledger::transaction::{TRANSACTION_BYTES_MAX, VerifiedTransaction};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long transactions wait for others when some were told just before.
pub const GATHER_FOR: Duration = Duration::from_millis(5);
/// How many transactions one message may hold.
pub const MESSAGE_TRANSACTIONS_MAX: usize = 4096;
/// Messages that wait to be checked; further ones are not forwarded.
pub const INBOX_MAX: usize = 64;

/// Tells other members what was submitted here, until `outbox` closes: at once after a pause, and otherwise not more
/// often than every [`GATHER_FOR`].
pub async fn tell(network: NetworkHandle, mut outbox: mpsc::Receiver<Arc<VerifiedTransaction>>) {
    let mut message = Vec::new();
    let mut next_at = Instant::now();
    while let Some(first) = outbox.recv().await {
        tokio::time::sleep_until(next_at).await;
        next_at = Instant::now() + GATHER_FOR;
        let mut count = 0;
        let mut next = Some(first);
        while let Some(transaction) = next.take() {
            let wire = transaction.wire();
            if message.len() + wire.len() + 4 > GOSSIP_BYTES_MAX || count >= MESSAGE_TRANSACTIONS_MAX {
                send(&network, &mut message);
                count = 0;
            }
            // A transaction has at most TRANSACTION_BYTES_MAX bytes, which fits.
            message.extend_from_slice(&u32::try_from(wire.len()).unwrap_or(0).to_be_bytes());
            message.extend_from_slice(wire);
            count += 1;
            next = outbox.try_recv().ok();
        }
        send(&network, &mut message);
    }
}

fn send(network: &NetworkHandle, message: &mut Vec<u8>) {
    if message.is_empty() {
        return;
    }
    if let Err(error) = network.gossip(std::mem::take(message)) {
        tracing::debug!(%error, "transactions not told; our own proposal still carries them");
    }
}

/// Checks what other members tell, until `inbox` closes.
pub async fn hear(app: Arc<App>, network: NetworkHandle, mut inbox: mpsc::Receiver<(GossipId, Bytes)>) {
    while let Some((id, bytes)) = inbox.recv().await {
        let app = Arc::clone(&app);
        let judged = tokio::task::spawn_blocking(move || judge(&app, bytes)).await;
        match judged {
            Ok(Judgement::Accept) => network.accept_gossip(id),
            Ok(Judgement::Reject) => network.reject_gossip(id),
            Ok(Judgement::Ignore) | Err(_) => network.ignore_gossip(id),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Judgement {
    Accept,
    Ignore,
    Reject,
}

fn judge(app: &App, bytes: Bytes) -> Judgement {
    let Some(wires) = split(bytes) else { return Judgement::Reject };
    let mut judgement = Judgement::Ignore;
    for answer in app.check_batch(&wires) {
        match answer {
            Ok(transaction) => match app.hear(transaction) {
                Ok(true) => judgement = Judgement::Accept,
                Ok(false) => {}
                Err(fault) => {
                    tracing::error!(%fault, "transactions of other members cannot be taken");
                    return Judgement::Ignore;
                }
            },
            Err(AdmissionError::Bad(_) | AdmissionError::Signature { .. }) => return Judgement::Reject,
            // We may not have the block yet that names the key.
            Err(AdmissionError::UnknownKey { .. } | AdmissionError::Fault(_)) => {}
        }
    }
    judgement
}

fn split(mut bytes: Bytes) -> Option<Vec<Bytes>> {
    let mut wires = Vec::new();
    while bytes.has_remaining() {
        let length = bytes.try_get_u32().ok()? as usize;
        if length == 0 || length > TRANSACTION_BYTES_MAX || length > bytes.remaining() || wires.len() >= MESSAGE_TRANSACTIONS_MAX {
            return None;
        }
        wires.push(bytes.split_to(length));
    }
    (!wires.is_empty()).then_some(wires)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_split_as_it_was_joined_and_nothing_else_is_read() {
        let message: Bytes = [&[0, 0, 0, 2][..], b"ab", &[0, 0, 0, 1], b"c"].concat().into();
        assert_eq!(split(message.clone()), Some(vec![Bytes::from_static(b"ab"), Bytes::from_static(b"c")]));
        for cut in 1..message.len() {
            if cut != 6 {
                assert_eq!(split(message.slice(..cut)), None, "{cut}");
            }
        }
        assert_eq!(split(Bytes::new()), None);
        assert_eq!(split(vec![0; 4].into()), None);
        assert_eq!(split(vec![0xff; 64].into()), None);
        let many: Vec<u8> = [0, 0, 0, 1, 7].repeat(MESSAGE_TRANSACTIONS_MAX + 1);
        assert_eq!(split(many.into()), None);
    }
}
