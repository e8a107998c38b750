//! Opens and accepts streams of our own protocols on the newest connection to a member.
//!
//! It moves streams only; what is said on them is in `lane` and `sync`.
//!
//! A stream comes with the news of its connection's end ([`Gone`]): yamux 0.13.10
//! wakes nobody who reads or writes a stream when the connection is closed at *this* end.

use super::Channel;
use futures::future::{Ready, ready};
use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol,
    core::{
        Endpoint, UpgradeInfo,
        transport::PortUse,
        upgrade::{InboundUpgrade, ReadyUpgrade},
    },
    swarm::{
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler,
        StreamUpgradeError, SubstreamProtocol, ToSwarm,
        handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound},
    },
};
use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    io,
    task::{Context, Poll},
    time::Instant,
};
use tokio::sync::{mpsc, oneshot, watch};

/// Streams that may wait to be opened.
const OPENING_MAX: usize = 4096;

/// What a stream is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    Lane(Channel),
    Sync,
}

/// The names of our protocols in one network.
#[derive(Clone, Debug)]
pub(super) struct Protocols(Vec<(StreamProtocol, Purpose)>);

impl Protocols {
    pub(super) fn new(network_id: &[u8; 32]) -> Self {
        let purposes = Channel::ALL.map(Purpose::Lane).into_iter().chain([Purpose::Sync]);
        Self(purposes.map(|purpose| (name(network_id, purpose), purpose)).collect())
    }

    pub(super) fn of(&self, purpose: Purpose) -> Option<StreamProtocol> {
        self.0.iter().find(|(_, known)| *known == purpose).map(|(name, _)| name.clone())
    }

    fn purpose(&self, name: &StreamProtocol) -> Option<Purpose> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, purpose)| *purpose)
    }
}

fn name(network_id: &[u8; 32], purpose: Purpose) -> StreamProtocol {
    let word = match purpose {
        Purpose::Lane(channel) => channel.name(),
        Purpose::Sync => "sync",
    };
    let text = format!("/symbolon/{}/{word}/1", hex::encode(network_id));
    StreamProtocol::try_from_owned(text).unwrap_or(StreamProtocol::new("/symbolon/none"))
}

/// Why a stream could not be opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    #[error("no connection")]
    NotConnected,
    #[error("the network has shut down")]
    Closed,
    #[error("{0}")]
    Refused(String),
}

/// A stream, and what tells that its connection is gone.
#[derive(Debug)]
pub(super) struct OpenStream {
    pub(super) stream: Stream,
    pub(super) gone: Gone,
}

/// Resolves when the connection of a stream has ended.
#[derive(Clone, Debug)]
pub(super) struct Gone(watch::Receiver<()>);

impl Gone {
    /// Runs `talk` while the connection is there.
    pub(super) async fn or<T, E: From<io::Error>>(mut self, talk: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        tokio::select! {
            biased;
            end = talk => end,
            _ = self.0.changed() => Err(E::from(io::ErrorKind::ConnectionAborted.into())),
        }
    }
}

type OpenReply = oneshot::Sender<Result<OpenStream, OpenError>>;

/// A stream somebody wants.
#[derive(Debug)]
pub(super) struct Open {
    peer: PeerId,
    protocol: StreamProtocol,
    reply: OpenReply,
}

/// Asks for streams.
#[derive(Clone, Debug)]
pub(super) struct Opener(mpsc::Sender<Open>);

impl Opener {
    pub(super) async fn open(&self, peer: PeerId, protocol: StreamProtocol) -> Result<OpenStream, OpenError> {
        let (reply, wait) = oneshot::channel();
        self.0.send(Open { peer, protocol, reply }).await.map_err(|_| OpenError::Closed)?;
        // A dropped reply means that the connection closed first.
        wait.await.unwrap_or(Err(OpenError::NotConnected))
    }
}

/// A stream a member opened.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) peer: PeerId,
    pub(super) purpose: Purpose,
    pub(super) open: OpenStream,
}

/// The behaviour: knows the connections, oldest first.
pub(super) struct Streams {
    protocols: Protocols,
    connections: HashMap<PeerId, Vec<(ConnectionId, Instant)>>,
    wanted: mpsc::Receiver<Open>,
    accepted: VecDeque<Accepted>,
}

impl Streams {
    pub(super) fn new(protocols: Protocols) -> (Self, Opener) {
        let (sender, wanted) = mpsc::channel(OPENING_MAX);
        let streams = Self { protocols, connections: HashMap::new(), wanted, accepted: VecDeque::new() };
        (streams, Opener(sender))
    }

    /// The connections to a peer and when they were made, oldest first.
    pub(super) fn connections(&self, peer: &PeerId) -> &[(ConnectionId, Instant)] {
        self.connections.get(peer).map_or(&[], Vec::as_slice)
    }

    fn handler(&self) -> Handler {
        Handler { protocols: self.protocols.clone(), opening: VecDeque::new(), accepted: VecDeque::new(), lives: watch::Sender::new(()) }
    }
}

impl NetworkBehaviour for Streams {
    type ConnectionHandler = Handler;
    type ToSwarm = Accepted;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler())
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler())
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        match event {
            FromSwarm::ConnectionEstablished(made) => {
                self.connections.entry(made.peer_id).or_default().push((made.connection_id, Instant::now()));
            }
            FromSwarm::ConnectionClosed(closed) => {
                if let Some(known) = self.connections.get_mut(&closed.peer_id) {
                    known.retain(|(id, _)| *id != closed.connection_id);
                    if known.is_empty() {
                        self.connections.remove(&closed.peer_id);
                    }
                }
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, _: ConnectionId, (purpose, open): (Purpose, OpenStream)) {
        self.accepted.push_back(Accepted { peer, purpose, open });
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Accepted, Opening>> {
        if let Some(accepted) = self.accepted.pop_front() {
            return Poll::Ready(ToSwarm::GenerateEvent(accepted));
        }
        while let Poll::Ready(Some(Open { peer, protocol, reply })) = self.wanted.poll_recv(cx) {
            match self.connections(&peer).last() {
                Some((newest, _)) => {
                    return Poll::Ready(ToSwarm::NotifyHandler {
                        peer_id: peer,
                        handler: NotifyHandler::One(*newest),
                        event: Opening { protocol, reply },
                    });
                }
                None => {
                    let _ = reply.send(Err(OpenError::NotConnected));
                }
            }
        }
        Poll::Pending
    }
}

/// A stream on its way.
#[derive(Debug)]
pub(super) struct Opening {
    protocol: StreamProtocol,
    reply: OpenReply,
}

/// The half that lives with one connection.
pub(super) struct Handler {
    protocols: Protocols,
    opening: VecDeque<Opening>,
    accepted: VecDeque<(Purpose, OpenStream)>,
    /// Dropped with the connection.
    lives: watch::Sender<()>,
}

impl Handler {
    fn with_news(&self, stream: Stream) -> OpenStream {
        OpenStream { stream, gone: Gone(self.lives.subscribe()) }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Opening;
    type ToBehaviour = (Purpose, OpenStream);
    type InboundProtocol = Accept;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = OpenReply;

    fn listen_protocol(&self) -> SubstreamProtocol<Accept> {
        SubstreamProtocol::new(Accept(self.protocols.clone()), ())
    }

    fn connection_keep_alive(&self) -> bool {
        // Members stay connected however quiet they are; ping finds the dead ones.
        true
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<ReadyUpgrade<StreamProtocol>, OpenReply, (Purpose, OpenStream)>> {
        if let Some(accepted) = self.accepted.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(accepted));
        }
        if let Some(Opening { protocol, reply }) = self.opening.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(ReadyUpgrade::new(protocol), reply),
            });
        }
        // The swarm polls again after each event it hands in.
        Poll::Pending
    }

    fn on_behaviour_event(&mut self, opening: Opening) {
        self.opening.push_back(opening);
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<Accept, ReadyUpgrade<StreamProtocol>, (), OpenReply>) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. }) => {
                let (name, stream) = protocol;
                if let Some(purpose) = self.protocols.purpose(&name) {
                    self.accepted.push_back((purpose, self.with_news(stream)));
                }
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol: stream, info: reply }) => {
                let _ = reply.send(Ok(self.with_news(stream)));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info: reply, error }) => {
                let reason = match error {
                    StreamUpgradeError::Timeout => "timeout".to_owned(),
                    StreamUpgradeError::NegotiationFailed => "protocol not spoken".to_owned(),
                    StreamUpgradeError::Io(error) => error.to_string(),
                    StreamUpgradeError::Apply(never) => match never {},
                };
                let _ = reply.send(Err(OpenError::Refused(reason)));
            }
            _ => {}
        }
    }
}

/// Agrees to any of our protocols and hands the bare stream on.
#[derive(Clone, Debug)]
pub(super) struct Accept(Protocols);

impl UpgradeInfo for Accept {
    type Info = StreamProtocol;
    type InfoIter = std::vec::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.0.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>().into_iter()
    }
}

impl InboundUpgrade<Stream> for Accept {
    type Output = (StreamProtocol, Stream);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, name: StreamProtocol) -> Self::Future {
        ready(Ok((name, stream)))
    }
}
