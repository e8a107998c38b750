//! One question and one answer, on a stream of its own.
//!
//! ```text
//! asker    → length (u32) question
//! answerer → 0x00 length (u32) answer,  or  0x01: declined
//! ```

use super::{
    NetworkEvent, Offence, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX, RequestError,
    counters::add,
    lane::ReceiveEnd,
    member::{Member, Shared},
    streams::{OpenStream, Opener, Purpose},
};
use bytes::Bytes;
use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::Stream;
use std::{io, sync::Arc};
use tokio::sync::mpsc;

const ANSWERED: u8 = 0;
const DECLINED: u8 = 1;

/// Asks; the caller bounds the time.
pub(super) async fn ask(shared: &Shared, opener: &Opener, member: &Member, question: Bytes) -> Result<Bytes, RequestError> {
    let _turn = member.asks.acquire().await.map_err(|_| RequestError::Closed)?;
    let protocol = shared.protocols.of(Purpose::Sync).ok_or(RequestError::Closed)?;
    let OpenStream { stream, gone } =
        opener.open(member.wire, protocol).await.map_err(|error| RequestError::Connection(error.to_string()))?;
    gone.or(ask_on(stream, &question)).await
}

async fn ask_on(mut stream: Stream, question: &[u8]) -> Result<Bytes, RequestError> {
    write_framed(&mut stream, question).await?;
    let mut word = [0; 1];
    stream.read_exact(&mut word).await?;
    if word != [ANSWERED] {
        return Err(RequestError::Declined);
    }
    let size_bytes = read_size(&mut stream).await?;
    if size_bytes > RESPONSE_BYTES_MAX {
        return Err(RequestError::AnswerTooLarge);
    }
    let mut answer = vec![0; size_bytes];
    stream.read_exact(&mut answer).await?;
    Ok(Bytes::from(answer))
}

impl From<io::Error> for RequestError {
    fn from(error: io::Error) -> Self {
        Self::Connection(error.to_string())
    }
}

/// Answers one question with the node's help.
pub(super) async fn answer(shared: Arc<Shared>, member: Arc<Member>, open: OpenStream, requests: mpsc::Sender<NetworkEvent>) -> ReceiveEnd {
    let OpenStream { stream, gone } = open;
    let serve = gone.or(serve(&shared, &member, stream, &requests));
    match tokio::time::timeout(shared.timing.request, serve).await {
        Ok(Ok(())) => ReceiveEnd::Io(io::ErrorKind::UnexpectedEof.into()),
        Ok(Err(end)) => end,
        Err(elapsed) => ReceiveEnd::Io(elapsed.into()),
    }
}

async fn serve(shared: &Shared, member: &Member, mut stream: Stream, requests: &mpsc::Sender<NetworkEvent>) -> Result<(), ReceiveEnd> {
    let size_bytes = read_size(&mut stream).await?;
    if size_bytes > REQUEST_BYTES_MAX {
        return Err(ReceiveEnd::Offence(Offence::TooLarge));
    }
    let Ok(_turn) = Arc::clone(&member.questions).try_acquire_owned() else {
        add(&shared.counters.plain.requests_refused, 1);
        stream.write_all(&[DECLINED]).await?;
        stream.close().await?;
        return Ok(());
    };
    let mut question = vec![0; size_bytes];
    stream.read_exact(&mut question).await?;
    add(&shared.counters.plain.requests_in, 1);
    let (id, wait) = shared.open_question();
    let _forget = Forget { shared, id };
    let event = NetworkEvent::Request { from: member.peer, id, bytes: Bytes::from(question) };
    requests.send(event).await.map_err(|_| ReceiveEnd::NodeGone)?;
    match wait.await {
        Ok(answer) => {
            stream.write_all(&[ANSWERED]).await?;
            write_framed(&mut stream, &answer).await?;
        }
        Err(_) => stream.write_all(&[DECLINED]).await?,
    }
    stream.close().await?;
    Ok(())
}

/// Takes the question off the list however the answering ends.
struct Forget<'a> {
    shared: &'a Shared,
    id: super::RequestId,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        drop(self.shared.take_question(self.id));
    }
}

async fn read_size(stream: &mut Stream) -> io::Result<usize> {
    let mut size = [0; 4];
    stream.read_exact(&mut size).await?;
    Ok(u32::from_be_bytes(size) as usize)
}

async fn write_framed(stream: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    let size = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&size.to_be_bytes()).await?;
    stream.write_all(bytes).await?;
    stream.flush().await
}
