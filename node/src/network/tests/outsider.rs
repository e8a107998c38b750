//! A peer that keeps no rule, and a wire that can be cut.

use super::*;

pub(super) async fn penalised(node: &mut Node, rogue: PeerId, expected: Offence) {
    node.expect("penalty", |event| match event {
        NetworkEvent::PeerPenalised { peer, offence } => {
            assert_eq!((peer, offence), (rogue, expected));
            Some(())
        }
        _ => None,
    })
    .await;
}

/// A swarm of the test's own that keeps no rule: a stranger, or a rogue with a member's key.
pub(super) struct Outsider {
    pub(super) peer: PeerId,
    pub(super) address: Address,
    pub(super) opener: Opener,
    pub(super) calls: mpsc::UnboundedSender<Address>,
    pub(super) happenings: mpsc::UnboundedReceiver<Happening>,
    pub(super) heard: Arc<AtomicU64>,
}

#[derive(Debug)]
pub(super) enum Happening {
    Listening(Address),
    Connected,
    Accepted(Box<streams::Accepted>),
    Closed,
    Failed,
}

#[derive(NetworkBehaviour)]
pub(super) struct OutsiderBehaviour {
    streams: Streams,
    gossip: gossipsub::Behaviour,
    ping: ping::Behaviour,
}

impl Outsider {
    pub(super) async fn start(network_id: [u8; 32], key: &NodeKey) -> Self {
        let hex = hex::encode(network_id);
        let (streams, opener) = Streams::new(Protocols::new(&network_id));
        let config = gossipsub::ConfigBuilder::default()
            .protocol_id_prefix(format!("/symbolon/{hex}/records"))
            .validation_mode(gossipsub::ValidationMode::Anonymous)
            .build()
            .unwrap();
        let mut gossip = gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Anonymous, config).unwrap();
        gossip.subscribe(&gossipsub::IdentTopic::new(format!("/symbolon/{hex}/records/1"))).unwrap();
        let wire = key.wire();
        let transport = tcp::tokio::Transport::new(tcp::Config::default())
            .upgrade(Version::V1)
            .authenticate(noise::Config::new(&wire).unwrap().with_prologue(prologue(&network_id)))
            .multiplex(yamux::Config::default())
            .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
            .boxed();
        let mut swarm = Swarm::new(
            transport,
            OutsiderBehaviour { streams, gossip, ping: ping::Behaviour::default() },
            wire.public().to_peer_id(),
            libp2p::swarm::Config::with_tokio_executor(),
        );
        swarm.listen_on(free_port().wire()).unwrap();
        let (calls, mut called) = mpsc::unbounded_channel::<Address>();
        let (happened, mut happenings) = mpsc::unbounded_channel();
        let heard = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&heard);
        tokio::spawn(async move {
            loop {
                let happening = tokio::select! {
                    event = swarm.select_next_some() => match event {
                        SwarmEvent::NewListenAddr { address, .. } => {
                            Happening::Listening(Address::from_wire(&address).unwrap())
                        }
                        SwarmEvent::Behaviour(OutsiderBehaviourEvent::Streams(accepted)) => {
                            count.fetch_add(1, Ordering::Relaxed);
                            Happening::Accepted(Box::new(accepted))
                        }
                        SwarmEvent::Behaviour(OutsiderBehaviourEvent::Gossip(_)) => {
                            count.fetch_add(1, Ordering::Relaxed);
                            continue;
                        }
                        SwarmEvent::ConnectionEstablished { .. } => Happening::Connected,
                        SwarmEvent::ConnectionClosed { .. } => Happening::Closed,
                        SwarmEvent::IncomingConnectionError { .. }
                        | SwarmEvent::OutgoingConnectionError { .. } => Happening::Failed,
                        _ => continue,
                    },
                    call = called.recv() => match call {
                        Some(address) => {
                            swarm.dial(address.wire()).unwrap();
                            continue;
                        }
                        None => return,
                    },
                };
                let _ = happened.send(happening);
            }
        });
        let Some(Happening::Listening(address)) = happenings.recv().await else { panic!() };
        Self { peer: key.peer(), address, opener, calls, happenings, heard }
    }

    pub(super) fn call(&self, address: &Address) {
        self.calls.send(address.clone()).unwrap();
    }

    /// Streams opened to it, and gossip events: messages and even subscriptions.
    pub(super) fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }

    pub(super) async fn open(&self, network_id: [u8; 32], to: &Node, purpose: Purpose) -> Option<libp2p::Stream> {
        let protocol = Protocols::new(&network_id).of(purpose).unwrap();
        in_time("stream", self.opener.open(to.peer().wire().unwrap(), protocol)).await.ok().map(|open| open.stream)
    }

    pub(super) async fn happens<T>(&mut self, mut pick: impl FnMut(Happening) -> Option<T>) -> T {
        in_time("happening", async {
            loop {
                if let Some(found) = pick(self.happenings.recv().await.expect("it runs")) {
                    return found;
                }
            }
        })
        .await
    }

    pub(super) async fn connected(&mut self) {
        self.happens(|happening| matches!(happening, Happening::Connected).then_some(())).await;
    }

    pub(super) async fn closed(&mut self) {
        self.happens(|happening| matches!(happening, Happening::Closed).then_some(())).await;
    }

    pub(super) async fn closed_or_failed(&mut self) {
        self.happens(|happening| matches!(happening, Happening::Closed | Happening::Failed).then_some(())).await;
    }

    pub(super) async fn accepted(&mut self, wanted: Purpose) -> libp2p::Stream {
        self.happens(|happening| match happening {
            Happening::Accepted(accepted) if accepted.purpose == wanted => Some(accepted.open.stream),
            _ => None,
        })
        .await
    }
}

/// A TCP relay that can be cut and counts what the node sends back to its caller.
pub(super) struct Wire {
    pub(super) address: Address,
    pub(super) bytes_back: Arc<AtomicU64>,
    pub(super) connections: Arc<AtomicU64>,
    pub(super) cuts: watch::Sender<u64>,
}

impl Wire {
    pub(super) async fn to(target: &Address) -> Self {
        let target = SocketAddr::new(target.ip(), target.port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let (bytes_back, connections) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (cuts, _) = watch::channel(0);
        let (back, count, cut) = (Arc::clone(&bytes_back), Arc::clone(&connections), cuts.clone());
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let (back, mut cut) = (Arc::clone(&back), cut.subscribe());
                tokio::spawn(async move {
                    let Ok(mut node) = TcpStream::connect(target).await else {
                        return;
                    };
                    let (mut from_node, mut to_node) = node.split();
                    let (mut from_caller, mut to_caller) = caller.split();
                    let backward = async {
                        let mut buffer = vec![0; 64 * 1024];
                        while let Ok(size_bytes @ 1..) = from_node.read(&mut buffer).await {
                            back.fetch_add(size_bytes as u64, Ordering::Relaxed);
                            if to_caller.write_all(&buffer[..size_bytes]).await.is_err() {
                                return;
                            }
                        }
                    };
                    tokio::select! {
                        () = backward => {}
                        _ = tokio::io::copy(&mut from_caller, &mut to_node) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { address: Address::new(local.ip(), local.port()), bytes_back, connections, cuts }
    }

    pub(super) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}
