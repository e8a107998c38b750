//! One direct stream: framed messages one way, acknowledgements the other.
//!
//! ```text
//! sender   → session (u64)                                    drawn at the sender's start
//! receiver → last sequence it has of that session (u64)       0 if none
//! sender   → length (u32) sequence (u64) bytes …              sequences rise
//! receiver → last sequence (u64) …                            a few milliseconds later, for many at once
//! ```
//! All numbers are big-endian. What was not acknowledged when a stream breaks is written again on the
//! next one, and the receiver shows each sequence once.

use super::{
    Channel, NetworkEvent, Offence,
    counters::add,
    event::Held,
    member::{Inbound, Member, Shared, locked},
    streams::{OpenStream, Opener, Purpose},
};
use bytes::{BufMut, Bytes, BytesMut};
use futures::{AsyncReadExt, AsyncWriteExt, io::BufReader};
use libp2p::Stream;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Notify, OwnedMutexGuard, mpsc};

/// How long acknowledgements are collected.
const ACKNOWLEDGE_AFTER: Duration = Duration::from_millis(5);
/// First and longest pause before a stream is opened again on a live connection.
const REOPEN: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));
/// For opening a stream and the greeting on it.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// Messages up to this size are written together with their header and with those that follow.
const JOIN_BYTES_MAX: usize = 16 * 1024;
const HEADER_BYTES: usize = 12;

/// Sends one lane's messages to one member, for as long as it is a member.
pub(super) async fn send(shared: Arc<Shared>, opener: Opener, member: Arc<Member>, channel: Channel) {
    let Some(protocol) = shared.protocols.of(Purpose::Lane(channel)) else {
        return;
    };
    let mut connected = member.connected.subscribe();
    let mut pause = REOPEN.0;
    loop {
        if connected.wait_for(|connections| *connections != 0).await.is_err() {
            return;
        }
        let greeted = tokio::time::timeout(GREETING_TIMEOUT, async {
            let OpenStream { mut stream, gone } = opener.open(member.wire, protocol.clone()).await.map_err(io::Error::other)?;
            let mut number = [0; 8];
            gone.clone()
                .or(async {
                    stream.write_all(&shared.session.to_be_bytes()).await?;
                    stream.flush().await?;
                    stream.read_exact(&mut number).await
                })
                .await?;
            Ok::<_, io::Error>((stream, gone, u64::from_be_bytes(number)))
        });
        match greeted.await {
            Ok(Ok((stream, gone, last_sequence))) => {
                pause = REOPEN.0;
                {
                    let mut queue = locked(&member.lane(channel).queue);
                    queue.rewind();
                    queue.acknowledge(last_sequence);
                }
                let end = gone.or(write_and_listen(&shared, &member, channel, stream)).await;
                tracing::debug!(peer = ?member.peer, ?channel, ?end, "stream ended");
            }
            Ok(Err(error)) => {
                tracing::debug!(peer = ?member.peer, ?channel, %error, "stream not opened");
            }
            Err(_) => tracing::debug!(peer = ?member.peer, ?channel, "stream not opened in time"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(REOPEN.1);
    }
}

async fn write_and_listen(shared: &Shared, member: &Member, channel: Channel, stream: Stream) -> io::Result<()> {
    let (mut read, mut write) = stream.split();
    let lane = member.lane(channel);
    let counters = shared.counters.channel(channel);
    let writing = async {
        let mut joined = BytesMut::new();
        loop {
            let (next, stale_count) = locked(&lane.queue).next(Instant::now());
            add(&counters.dropped, stale_count);
            let Some((sequence, bytes)) = next else {
                if !joined.is_empty() {
                    write.write_all(&joined).await?;
                    joined.clear();
                    continue;
                }
                write.flush().await?;
                lane.added.notified().await;
                continue;
            };
            add(&counters.messages_out, 1);
            add(&counters.bytes_out, bytes.len());
            joined.put_u32(u32::try_from(bytes.len()).map_err(io::Error::other)?);
            joined.put_u64(sequence);
            if bytes.len() <= JOIN_BYTES_MAX {
                joined.put_slice(&bytes);
            }
            if joined.len() > JOIN_BYTES_MAX || bytes.len() > JOIN_BYTES_MAX {
                write.write_all(&joined).await?;
                joined.clear();
            }
            if bytes.len() > JOIN_BYTES_MAX {
                write.write_all(&bytes).await?;
            }
        }
    };
    let listening = async {
        let mut number = [0; 8];
        loop {
            read.read_exact(&mut number).await?;
            locked(&lane.queue).acknowledge(u64::from_be_bytes(number));
        }
    };
    tokio::select! {
        end = writing => end,
        end = listening => end,
    }
}

/// Why a stream of a member is read no further.
#[derive(Debug)]
pub(super) enum ReceiveEnd {
    Io(io::Error),
    Offence(Offence),
    NodeGone,
}

impl From<io::Error> for ReceiveEnd {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Receives one lane of one member until its stream ends.
pub(super) async fn receive(
    shared: Arc<Shared>,
    member: Arc<Member>,
    channel: Channel,
    open: OpenStream,
    messages: mpsc::UnboundedSender<Held>,
) -> ReceiveEnd {
    let OpenStream { stream, gone } = open;
    // The reader of an older stream has been told to stop; its lock goes with it.
    let inbound = Arc::clone(&member.inbound[channel.index()]).lock_owned().await;
    gone.or(receive_locked(&shared, &member, channel, stream, &messages, inbound)).await.unwrap_or_else(|end| end)
}

async fn receive_locked(
    shared: &Shared,
    member: &Member,
    channel: Channel,
    mut stream: Stream,
    messages: &mpsc::UnboundedSender<Held>,
    mut inbound: OwnedMutexGuard<Inbound>,
) -> Result<ReceiveEnd, ReceiveEnd> {
    let mut number = [0; 8];
    let greeting = async {
        stream.read_exact(&mut number).await?;
        let session = u64::from_be_bytes(number);
        if inbound.session != session {
            *inbound = Inbound { session, last_sequence: 0 };
        }
        stream.write_all(&inbound.last_sequence.to_be_bytes()).await?;
        stream.flush().await
    };
    tokio::time::timeout(GREETING_TIMEOUT, greeting).await.map_err(io::Error::from)??;

    let (read, mut write) = stream.split();
    let mut read = BufReader::with_capacity(JOIN_BYTES_MAX, read);
    let last_sequence = AtomicU64::new(inbound.last_sequence);
    let received = Notify::new();
    let counters = shared.counters.channel(channel);
    let reading = async {
        loop {
            let (sequence, message) = read_frame(&mut read, member, channel).await?;
            if sequence <= inbound.last_sequence {
                add(&counters.repeated, 1);
            } else {
                let Some((bytes, share)) = message else {
                    return Err(ReceiveEnd::NodeGone);
                };
                add(&counters.messages_in, 1);
                add(&counters.bytes_in, bytes.len());
                let event = NetworkEvent::Message { from: member.peer, channel, bytes };
                messages.send(Held { event, _share: share }).map_err(|_| ReceiveEnd::NodeGone)?;
                inbound.last_sequence = sequence;
            }
            last_sequence.store(inbound.last_sequence, Ordering::Release);
            received.notify_one();
        }
    };
    let acknowledging = async {
        loop {
            received.notified().await;
            tokio::time::sleep(ACKNOWLEDGE_AFTER).await;
            write.write_all(&last_sequence.load(Ordering::Acquire).to_be_bytes()).await?;
            write.flush().await?;
        }
    };
    tokio::select! {
        end = reading => end,
        end = acknowledging => end,
    }
}

type Share = tokio::sync::OwnedSemaphorePermit;

/// Reads one frame. Memory is taken from the member's share before the bytes are read.
async fn read_frame(
    read: &mut (impl futures::AsyncRead + Unpin),
    member: &Member,
    channel: Channel,
) -> Result<(u64, Option<(Bytes, Share)>), ReceiveEnd> {
    let mut header = [0; HEADER_BYTES];
    read.read_exact(&mut header).await?;
    let [l0, l1, l2, l3, sequence @ ..] = header;
    let size_bytes = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
    if size_bytes > channel.message_bytes_max() {
        return Err(ReceiveEnd::Offence(Offence::TooLarge));
    }
    let share = Arc::clone(&member.share).acquire_many_owned(member.cost(size_bytes)).await.ok();
    let mut bytes = vec![0; size_bytes];
    read.read_exact(&mut bytes).await?;
    Ok((u64::from_be_bytes(sequence), share.map(|share| (Bytes::from(bytes), share))))
}
