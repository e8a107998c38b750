//! The one task that owns the swarm: admits, calls, listens, and hands streams to their tasks.

use super::{
    Address, Channel, GOSSIP_BYTES_MAX, GossipId, MEMBERS_MAX, NetworkConfig, NetworkError, NetworkEvent, NetworkEvents, NetworkHandle,
    Offence, PeerEntry, PeerId, Timing,
    config::check_members,
    counters::add,
    event::Held,
    lane::{self, ReceiveEnd},
    member::{Member, Shared},
    streams::{Accepted, Opener, Protocols, Purpose, Streams},
    sync,
};
use bytes::Bytes;
use futures::StreamExt;
use libp2p::{
    Multiaddr, Swarm, Transport, allow_block_list,
    connection_limits::{self, ConnectionLimits},
    core::{muxing::StreamMuxerBox, upgrade::Version},
    gossipsub, noise, ping,
    swarm::{
        ConnectionId, DialError, ListenError, NetworkBehaviour, SwarmEvent,
        dial_opts::{DialOpts, PeerCondition},
    },
    tcp, yamux,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{AbortHandle, JoinSet},
    time::Instant,
};

/// Commands that may wait.
const COMMANDS_MAX: usize = 4096;
/// Notices that may wait for the node.
const NOTICES_MAX: usize = 2048;
/// Questions that may wait for the node.
const QUESTIONS_MAX: usize = 256;
/// Connections to one member: two that crossed, and one that takes the place of a dead one.
const CONNECTIONS_PER_PEER_MAX: u32 = 3;
/// Handshakes of callers at the same time.
const HANDSHAKES_MAX: u32 = 128;
/// Streams of one connection whose protocol is being agreed.
const NEGOTIATING_STREAMS_MAX: usize = 32;
/// The node with the larger key gives the other this long to call first, so that calls seldom cross.
const YIELD_FOR: Duration = Duration::from_millis(50);
/// Up to this many members, a gossip message goes straight to all of them.
const FLOOD_MEMBERS_MAX: usize = 16;
/// What gossipsub adds to a message.
const GOSSIP_FRAME_BYTES: usize = 4096;
/// Own gossip messages that wait for a first peer.
const UNSENT_COUNT_MAX: usize = 64;
const UNSENT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Rejected gossip messages after which their forwarder is cut off.
const REJECTED_GOSSIP_MAX: u32 = 8;
/// First and longest time a member is cut off.
const PENALTY: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(300));
/// Notices about strangers in one second; the others are only counted.
const STRANGER_NOTICES_PER_SECOND: u32 = 10;
/// For closing connections at the end.
const GOODBYE: Duration = Duration::from_millis(300);

/// What the node asked.
#[derive(Debug)]
pub(super) enum Command {
    Gossip(Bytes),
    Judge(GossipId, Verdict),
    SetMembers(Vec<PeerEntry>, oneshot::Sender<()>),
    Penalise(PeerId, Offence),
    Shutdown,
}

/// What the node thinks of a gossip message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    Accept,
    Ignore,
    Reject,
}

/// The order matters: the first behaviour that denies a connection spares the others the sight of it.
#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    admission: allow_block_list::Behaviour<allow_block_list::AllowedPeers>,
    limits: connection_limits::Behaviour,
    streams: Streams,
    gossip: gossipsub::Behaviour,
    ping: ping::Behaviour,
}

/// Opens the port and starts the network's tasks on the present tokio runtime.
///
/// # Errors
/// [`NetworkError`] if an address, key or member list is refused, or the system refuses the port.
pub async fn start(config: NetworkConfig) -> Result<(NetworkHandle, NetworkEvents), NetworkError> {
    let own = config.key.peer();
    let members = check_members(own, config.members.clone())?;
    if config.listen.is_empty() {
        let reason = "no address given".to_owned();
        return Err(NetworkError::Listen { address: String::new(), reason });
    }
    let protocols = Protocols::new(&config.network_id);
    let (streams, opener) = Streams::new(protocols.clone());
    let topic = gossipsub::IdentTopic::new(format!("/symbolon/{}/records/1", hex::encode(config.network_id)));
    let mut gossip = gossip_behaviour(&config, members.len())?;
    gossip.subscribe(&topic).map_err(|error| NetworkError::Transport(error.to_string()))?;
    let behaviour = Behaviour {
        admission: allow_block_list::Behaviour::default(),
        limits: connection_limits::Behaviour::new(
            ConnectionLimits::default()
                .with_max_pending_incoming(Some(HANDSHAKES_MAX))
                .with_max_established_per_peer(Some(CONNECTIONS_PER_PEER_MAX))
                .with_max_established(Some(CONNECTIONS_PER_PEER_MAX * MEMBERS_MAX as u32)),
        ),
        streams,
        gossip,
        ping: ping::Behaviour::new(ping::Config::new().with_interval(config.timing.ping_interval).with_timeout(config.timing.ping_timeout)),
    };
    let mut swarm = build_swarm(&config, behaviour)?;
    for address in &config.listen {
        swarm
            .listen_on(address.wire())
            .map_err(|error| NetworkError::Listen { address: address.to_string(), reason: error.to_string() })?;
    }

    let shared = Arc::new(Shared::new(own, config.timing, protocols));
    let (commands, command_queue) = mpsc::channel(COMMANDS_MAX);
    let (notices, notice_queue) = mpsc::channel(NOTICES_MAX);
    let (messages, message_queue) = mpsc::unbounded_channel();
    let (requests, request_queue) = mpsc::channel(QUESTIONS_MAX);
    let (gossip_in, gossip_queue) = mpsc::unbounded_channel();
    let (ended, ended_watch) = watch::channel(false);
    let mut driver = Driver {
        swarm,
        topic: topic.hash(),
        shared: Arc::clone(&shared),
        opener: opener.clone(),
        notices,
        messages,
        requests,
        gossip_in,
        tasks: JoinSet::new(),
        members: BTreeMap::new(),
        wire_names: HashMap::new(),
        unsent: VecDeque::new(),
        unsent_bytes: 0,
        stranger_notices: (Instant::now(), 0),
    };
    driver.set_members(members);
    tokio::spawn(driver.run(command_queue, ended));
    let handle = NetworkHandle { shared, commands, opener, ended: ended_watch };
    let events = NetworkEvents { notices: notice_queue, messages: message_queue, requests: request_queue, gossip: gossip_queue, streak: 0 };
    Ok((handle, events))
}

fn build_swarm(config: &NetworkConfig, behaviour: Behaviour) -> Result<Swarm<Behaviour>, NetworkError> {
    let key = config.key.wire();
    let noise =
        noise::Config::new(&key).map_err(|error| NetworkError::Transport(error.to_string()))?.with_prologue(prologue(&config.network_id));
    // Any setter on this yamux configuration would silently fall back to yamux 0.12.
    let transport = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(noise)
        .multiplex(yamux::Config::default())
        .timeout(config.timing.handshake)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed();
    let swarm_config = libp2p::swarm::Config::with_tokio_executor().with_max_negotiating_inbound_streams(NEGOTIATING_STREAMS_MAX);
    Ok(Swarm::new(transport, behaviour, key.public().to_peer_id(), swarm_config))
}

/// What both ends of a handshake must know.
pub(super) fn prologue(network_id: &[u8; 32]) -> Vec<u8> {
    [b"symbolon/network/1\0".as_slice(), network_id].concat()
}

fn gossip_behaviour(config: &NetworkConfig, member_count: usize) -> Result<gossipsub::Behaviour, NetworkError> {
    let refused = |error: &dyn std::fmt::Display| NetworkError::Transport(error.to_string());
    let gossip_config = gossipsub::ConfigBuilder::default()
        .protocol_id_prefix(format!("/symbolon/{}/records", hex::encode(config.network_id)))
        .validation_mode(gossipsub::ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| gossipsub::MessageId::new(&Sha256::digest(&message.data)))
        .max_transmit_size(GOSSIP_BYTES_MAX + GOSSIP_FRAME_BYTES)
        .flood_publish(member_count <= FLOOD_MEMBERS_MAX)
        // The mesh of two to four nodes is everybody; a smaller mesh than `mesh_n_low` is no error.
        .mesh_outbound_min(1)
        .mesh_n_low(3)
        .mesh_n(6)
        .mesh_n_high(12)
        .heartbeat_initial_delay(Duration::from_millis(200))
        .heartbeat_interval(Duration::from_millis(500))
        // Ten heartbeats: the node has five seconds to judge a message.
        .history_length(10)
        .history_gossip(6)
        .connection_handler_queue_len(512)
        .build()
        .map_err(|error| refused(&error))?;
    gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Anonymous, gossip_config).map_err(|error| refused(&error))
}

/// What only the driver knows of a member.
struct Link {
    member: Arc<Member>,
    senders: Vec<AbortHandle>,
    readers: [Option<AbortHandle>; 4],
    answerers: Vec<AbortHandle>,
    /// When to call it, unless it is connected, being called, or cut off.
    call_at: Option<Instant>,
    pause: Duration,
    cut_until: Option<Instant>,
    penalty: Duration,
    rejected_gossip_count: u32,
}

impl Link {
    fn abort_all(&mut self) {
        for task in self.senders.drain(..).chain(self.answerers.drain(..)) {
            task.abort();
        }
        for task in self.readers.iter_mut().filter_map(Option::take) {
            task.abort();
        }
    }
}

/// What became of a task: somebody's offence, or nothing to tell.
type TaskEnd = Option<(PeerId, Offence)>;

struct Driver {
    swarm: Swarm<Behaviour>,
    topic: gossipsub::TopicHash,
    shared: Arc<Shared>,
    opener: Opener,
    notices: mpsc::Sender<NetworkEvent>,
    messages: mpsc::UnboundedSender<Held>,
    requests: mpsc::Sender<NetworkEvent>,
    gossip_in: mpsc::UnboundedSender<Held>,
    tasks: JoinSet<TaskEnd>,
    members: BTreeMap<PeerId, Link>,
    wire_names: HashMap<libp2p::PeerId, PeerId>,
    unsent: VecDeque<Bytes>,
    unsent_bytes: usize,
    /// Start of the present second, and notices in it.
    stranger_notices: (Instant, u32),
}

impl Driver {
    async fn run(mut self, mut commands: mpsc::Receiver<Command>, ended: watch::Sender<bool>) {
        loop {
            let wake_at = self.next_wake();
            tokio::select! {
                event = self.swarm.select_next_some() => self.on_swarm_event(event),
                command = commands.recv() => match command {
                    Some(Command::Shutdown) | None => break,
                    Some(command) => self.on_command(command),
                },
                Some(end) = self.tasks.join_next() => {
                    if let Ok(Some((peer, offence))) = end {
                        self.penalise(peer, offence);
                    }
                }
                () = sleep_until(wake_at) => self.on_wake(),
            }
        }
        commands.close();
        self.end().await;
        let _ = ended.send(true);
    }

    async fn end(mut self) {
        self.tasks.shutdown().await;
        for link in self.members.values() {
            link.member.connected.send_replace(0);
        }
        let connected: Vec<_> = self.swarm.connected_peers().copied().collect();
        for peer in connected {
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        let _ = tokio::time::timeout(GOODBYE, async {
            while self.swarm.connected_peers().next().is_some() {
                self.swarm.select_next_some().await;
            }
        })
        .await;
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Gossip(bytes) => self.gossip(bytes),
            Command::Judge(id, verdict) => self.judge(&id, verdict),
            Command::SetMembers(members, done) => {
                self.set_members(members);
                let _ = done.send(());
            }
            Command::Penalise(peer, offence) => self.penalise(peer, offence),
            Command::Shutdown => {}
        }
    }

    // Members.

    fn set_members(&mut self, entries: Vec<PeerEntry>) {
        let gone: Vec<PeerId> = self.members.keys().filter(|peer| !entries.iter().any(|entry| entry.peer == **peer)).copied().collect();
        for peer in gone {
            self.remove_member(peer);
        }
        let member_count = entries.len();
        for entry in entries {
            if let Some(link) = self.members.get_mut(&entry.peer) {
                if link.member.entry().addresses != entry.addresses && !link.member.is_connected() {
                    link.call_at = Some(Instant::now());
                }
                link.member.set_entry(entry);
            } else {
                self.add_member(entry, member_count);
            }
        }
    }

    fn add_member(&mut self, entry: PeerEntry, member_count: usize) {
        let Ok(wire) = entry.peer.wire() else { return };
        let member = Arc::new(Member::new(entry, wire, member_count));
        let peer = member.peer;
        self.shared.insert_member(Arc::clone(&member));
        self.wire_names.insert(wire, peer);
        self.swarm.behaviour_mut().admission.allow_peer(wire);
        let senders = Channel::ALL
            .map(|channel| {
                let (shared, opener, member) = (Arc::clone(&self.shared), self.opener.clone(), Arc::clone(&member));
                self.tasks.spawn(async move {
                    lane::send(shared, opener, member, channel).await;
                    None
                })
            })
            .into();
        let link = Link {
            pause: self.pauses(&member).0,
            member,
            senders,
            readers: [const { None }; 4],
            answerers: Vec::new(),
            call_at: Some(Instant::now() + self.courtesy(&peer)),
            cut_until: None,
            penalty: PENALTY.0,
            rejected_gossip_count: 0,
        };
        self.members.insert(peer, link);
    }

    fn remove_member(&mut self, peer: PeerId) {
        let Some(mut link) = self.members.remove(&peer) else {
            return;
        };
        link.abort_all();
        self.wire_names.remove(&link.member.wire);
        self.shared.remove_member(&peer);
        if link.member.connected.send_replace(0) != 0 {
            self.notify(NetworkEvent::PeerDisconnected { peer });
        }
        self.swarm.behaviour_mut().admission.disallow_peer(link.member.wire);
    }

    fn penalise(&mut self, peer: PeerId, offence: Offence) {
        let Some(link) = self.members.get_mut(&peer) else {
            return;
        };
        if link.cut_until.is_some() {
            return;
        }
        tracing::warn!(%peer, ?offence, "member cut off");
        link.cut_until = Some(Instant::now() + link.penalty);
        link.penalty = (link.penalty * 2).min(PENALTY.1);
        link.rejected_gossip_count = 0;
        link.call_at = None;
        let wire = link.member.wire;
        self.swarm.behaviour_mut().admission.disallow_peer(wire);
        add(&self.shared.counters.plain.penalties, 1);
        self.notify(NetworkEvent::PeerPenalised { peer, offence });
    }

    // Calling.

    fn pauses(&self, member: &Member) -> (Duration, Duration) {
        let timing: &Timing = &self.shared.timing;
        if member.entry().addresses.iter().all(|address| address.ip().is_loopback()) { timing.reconnect_loopback } else { timing.reconnect }
    }

    fn courtesy(&self, peer: &PeerId) -> Duration {
        if self.shared.own < *peer { Duration::ZERO } else { YIELD_FOR }
    }

    fn next_wake(&self) -> Option<Instant> {
        self.members.values().flat_map(|link| [link.call_at, link.cut_until]).flatten().min()
    }

    fn on_wake(&mut self) {
        let now = Instant::now();
        let due: Vec<PeerId> = self
            .members
            .iter()
            .filter(|(_, link)| [link.call_at, link.cut_until].iter().flatten().any(|at| *at <= now))
            .map(|(peer, _)| *peer)
            .collect();
        for peer in due {
            let Some(link) = self.members.get_mut(&peer) else {
                continue;
            };
            if link.cut_until.is_some_and(|until| until <= now) {
                link.cut_until = None;
                self.swarm.behaviour_mut().admission.allow_peer(link.member.wire);
            } else if link.cut_until.is_some() {
                link.call_at = None;
                continue;
            }
            self.call(peer);
        }
    }

    fn call(&mut self, peer: PeerId) {
        let Some(link) = self.members.get_mut(&peer) else {
            return;
        };
        link.call_at = None;
        let addresses: Vec<Multiaddr> = link.member.entry().addresses.iter().map(Address::wire).collect();
        if link.member.is_connected() || addresses.is_empty() {
            return;
        }
        let options = DialOpts::peer_id(link.member.wire)
            .condition(PeerCondition::DisconnectedAndNotDialing)
            .addresses(addresses)
            // From the listening port, a restarted node would meet its old connection in TIME_WAIT.
            .allocate_new_port()
            .build();
        if let Err(error) = self.swarm.dial(options)
            && !matches!(error, DialError::DialPeerConditionFalse(_))
        {
            self.call_later(peer, true);
        }
    }

    /// Plans the next call; after a failed one the pause doubles.
    fn call_later(&mut self, peer: PeerId, failed: bool) {
        let courtesy = self.courtesy(&peer);
        let Some(link) = self.members.get(&peer) else {
            return;
        };
        let (first, longest) = self.pauses(&link.member);
        let Some(link) = self.members.get_mut(&peer) else {
            return;
        };
        if link.cut_until.is_some() {
            return;
        }
        link.pause = if failed { (link.pause * 2).clamp(first, longest) } else { first };
        // Up to a quarter more, so that nodes that fell together do not call together.
        let jitter = link.pause.mul_f64(f64::from(rand::random::<u8>()) / 1024.0);
        let pause = if failed { link.pause + jitter } else { first + courtesy };
        link.call_at = Some(Instant::now() + pause);
    }

    // The swarm.

    fn on_swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Streams(accepted)) => self.on_stream(accepted),
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(event)) => self.on_gossip(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(event)) => self.on_ping(event),
            SwarmEvent::NewListenAddr { address, .. } => {
                if let Some(address) = Address::from_wire(&address) {
                    self.notify(NetworkEvent::Listening { address });
                }
            }
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, .. } => {
                self.on_connected(peer_id, connection_id);
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, cause, .. } => {
                self.on_disconnected(peer_id, cause.map(|cause| cause.to_string()));
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, peer_id, .. } => {
                self.on_refused(&send_back_addr, error, peer_id);
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(wire), error, .. } => {
                if let Some(peer) = self.wire_names.get(&wire).copied() {
                    tracing::debug!(%peer, %error, "call failed");
                    if self.members.get(&peer).is_some_and(|link| !link.member.is_connected()) {
                        self.call_later(peer, true);
                    }
                }
            }
            SwarmEvent::ListenerClosed { addresses, reason, .. } => {
                tracing::error!(?addresses, ?reason, "listener closed");
            }
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "listener"),
            _ => {}
        }
    }

    fn on_connected(&mut self, wire: libp2p::PeerId, newest: ConnectionId) {
        add(&self.shared.counters.plain.connections_made, 1);
        let Some(peer) = self.wire_names.get(&wire).copied() else {
            return;
        };
        let Some(link) = self.members.get_mut(&peer) else {
            return;
        };
        link.call_at = None;
        let mut first = false;
        link.member.connected.send_modify(|connections| {
            first = *connections == 0;
            *connections += 1;
        });
        // Calls that crossed leave two connections, which is well. But nobody calls who is connected:
        // an old connection beside a new one is dead at the other end. Then all are closed, because
        // gossipsub tells its topics only on the first connection and would never tell them again.
        let crossing = self.shared.timing.calls_cross_within;
        let known = self.swarm.behaviour().streams.connections(&wire);
        if known.iter().any(|(id, since)| *id != newest && since.elapsed() > crossing) {
            tracing::debug!(%peer, "called while connected: starting afresh");
            let _ = self.swarm.disconnect_peer_id(wire);
        }
        if first {
            self.notify(NetworkEvent::PeerConnected { peer });
        }
    }

    fn on_disconnected(&mut self, wire: libp2p::PeerId, cause: Option<String>) {
        let Some(peer) = self.wire_names.get(&wire).copied() else {
            return;
        };
        let Some(link) = self.members.get_mut(&peer) else {
            return;
        };
        tracing::debug!(%peer, ?cause, "disconnected");
        if link.member.connected.send_replace(0) != 0 {
            self.notify(NetworkEvent::PeerDisconnected { peer });
        }
        self.call_later(peer, false);
    }

    fn on_refused(&mut self, from: &Multiaddr, error: ListenError, wire: Option<libp2p::PeerId>) {
        let counters = &self.shared.counters.plain;
        match error {
            ListenError::Denied { cause } => {
                if cause.downcast::<allow_block_list::NotAllowed>().is_err() {
                    return;
                }
                add(&counters.strangers_refused, 1);
            }
            ListenError::WrongPeerId { .. } | ListenError::Transport(_) => {
                add(&counters.handshakes_failed, 1);
            }
            ListenError::Aborted | ListenError::LocalPeerId { .. } => return,
        }
        let peer = wire.as_ref().and_then(PeerId::from_wire);
        let now = Instant::now();
        if now.duration_since(self.stranger_notices.0) >= Duration::from_secs(1) {
            self.stranger_notices = (now, 0);
        }
        if self.stranger_notices.1 < STRANGER_NOTICES_PER_SECOND {
            self.stranger_notices.1 += 1;
            self.notify(NetworkEvent::StrangerRefused { peer, address: from.to_string() });
        }
    }

    fn on_ping(&mut self, event: ping::Event) {
        match event.result {
            Ok(round_trip) => {
                if let Some(link) = self.wire_names.get(&event.peer).and_then(|p| self.members.get(p)) {
                    link.member.set_round_trip(round_trip);
                }
            }
            Err(error) => {
                tracing::debug!(peer = %event.peer, %error, "ping failed, connection closed");
                self.swarm.close_connection(event.connection);
            }
        }
    }

    fn on_stream(&mut self, accepted: Accepted) {
        let Accepted { peer: wire, purpose, open } = accepted;
        let Some(peer) = self.wire_names.get(&wire).copied() else {
            return;
        };
        let Some(link) = self.members.get_mut(&peer) else {
            return;
        };
        if link.cut_until.is_some() {
            return;
        }
        let (shared, member) = (Arc::clone(&self.shared), Arc::clone(&link.member));
        let end = move |end| match end {
            ReceiveEnd::Offence(offence) => Some((peer, offence)),
            ReceiveEnd::Io(error) => {
                tracing::trace!(?peer, ?purpose, %error, "stream ended");
                None
            }
            ReceiveEnd::NodeGone => None,
        };
        match purpose {
            Purpose::Lane(channel) => {
                let messages = self.messages.clone();
                let reader = self.tasks.spawn(async move { end(lane::receive(shared, member, channel, open, messages).await) });
                // The sender opens a new stream only when it gave the old one up.
                if let Some(older) = link.readers[channel.index()].replace(reader) {
                    older.abort();
                }
            }
            Purpose::Sync => {
                let requests = self.requests.clone();
                link.answerers.retain(|task| !task.is_finished());
                // Two refusals may be under way beside each question that is being answered.
                if link.answerers.len() >= 3 * super::REQUESTS_PER_PEER_MAX {
                    add(&self.shared.counters.plain.requests_refused, 1);
                    return;
                }
                link.answerers.push(self.tasks.spawn(async move { end(sync::answer(shared, member, open, requests).await) }));
            }
        }
    }

    // Gossip.

    fn on_gossip(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                self.on_gossip_message(propagation_source, &message_id, message.data);
            }
            gossipsub::Event::Subscribed { .. } => {
                self.unsent_bytes = 0;
                for bytes in std::mem::take(&mut self.unsent) {
                    self.gossip(bytes);
                }
            }
            gossipsub::Event::SlowPeer { peer_id, failed_messages } => {
                tracing::debug!(%peer_id, ?failed_messages, "slow at gossip");
            }
            _ => {}
        }
    }

    fn on_gossip_message(&mut self, source: libp2p::PeerId, message_id: &gossipsub::MessageId, data: Vec<u8>) {
        let counters = &self.shared.counters.plain;
        let member = self.wire_names.get(&source).and_then(|peer| self.members.get(peer));
        let hash: Option<[u8; 32]> = message_id.0.as_slice().try_into().ok();
        let (Some(link), Some(hash), true) = (member, hash, data.len() <= GOSSIP_BYTES_MAX) else {
            self.report(message_id, &source, gossipsub::MessageAcceptance::Ignore);
            return;
        };
        let member = &link.member;
        let share = Arc::clone(&member.gossip_share).try_acquire_many_owned(member.cost(data.len()));
        let Ok(share) = share else {
            add(&counters.gossip_dropped, 1);
            self.report(message_id, &source, gossipsub::MessageAcceptance::Ignore);
            return;
        };
        add(&counters.gossip_in, 1);
        add(&counters.gossip_bytes_in, data.len());
        let id = GossipId { hash, from: member.peer };
        let event = NetworkEvent::Gossip { from: member.peer, id, bytes: Bytes::from(data) };
        let _ = self.gossip_in.send(Held { event, _share: share });
    }

    fn judge(&mut self, id: &GossipId, verdict: Verdict) {
        let Ok(source) = id.from.wire() else { return };
        let message_id = gossipsub::MessageId::new(&id.hash);
        let acceptance = match verdict {
            Verdict::Accept => gossipsub::MessageAcceptance::Accept,
            Verdict::Ignore => gossipsub::MessageAcceptance::Ignore,
            Verdict::Reject => gossipsub::MessageAcceptance::Reject,
        };
        self.report(&message_id, &source, acceptance);
        if verdict == Verdict::Reject {
            add(&self.shared.counters.plain.gossip_rejected, 1);
            if let Some(link) = self.members.get_mut(&id.from) {
                link.rejected_gossip_count += 1;
                if link.rejected_gossip_count >= REJECTED_GOSSIP_MAX {
                    self.penalise(id.from, Offence::RejectedGossip);
                }
            }
        }
    }

    fn report(&mut self, message_id: &gossipsub::MessageId, source: &libp2p::PeerId, acceptance: gossipsub::MessageAcceptance) {
        self.swarm.behaviour_mut().gossip.report_message_validation_result(message_id, source, acceptance);
    }

    fn gossip(&mut self, bytes: Bytes) {
        let counters = &self.shared.counters.plain;
        let topic = self.topic.clone();
        match self.swarm.behaviour_mut().gossip.publish(topic, bytes.to_vec()) {
            Ok(_) => add(&counters.gossip_out, 1),
            Err(gossipsub::PublishError::Duplicate) => {}
            Err(gossipsub::PublishError::NoPeersSubscribedToTopic) => {
                self.unsent_bytes += bytes.len();
                self.unsent.push_back(bytes);
                while self.unsent.len() > UNSENT_COUNT_MAX || self.unsent_bytes > UNSENT_BYTES_MAX {
                    let oldest = self.unsent.pop_front().map_or(0, |bytes| bytes.len());
                    self.unsent_bytes -= oldest;
                    add(&counters.gossip_dropped, 1);
                }
            }
            Err(error) => {
                tracing::debug!(%error, "gossip not sent");
                add(&counters.gossip_dropped, 1);
            }
        }
    }

    fn notify(&self, event: NetworkEvent) {
        if self.notices.try_send(event).is_err() {
            add(&self.shared.counters.plain.notices_dropped, 1);
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
