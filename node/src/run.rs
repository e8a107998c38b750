//! Starts a node, keeps its parts together, and stops them in order.

use crate::api::{Door, Server};
use crate::app::{App, NodeSecrets, Stop};
use crate::clock;
use crate::config::{Config, cause};
use crate::consensus::engine::Engine;
use crate::consensus::log_seal::Age;
use crate::consensus::{abstains, log_seal, standstill};
use crate::gossip;
use crate::machine;
use crate::network::{self, NetworkConfig, NetworkEvent, NetworkEvents, NetworkHandle, NodeKey, PeerEntry, PeerId};
use anyhow::{Context as _, bail, ensure};
use genesis::Founding;
use genesis::home::{Home, read_encryption_key, read_signing_key};
use ledger::key::SecretKey;
use ledger::state::Fault;
use ledger::time::Height;
use ledger_store::{Options, Store};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A running node.
pub struct Node {
    app: Arc<App>,
    network: NetworkHandle,
    engine: Option<Engine>,
    api: Option<Server>,
    tasks: Vec<JoinHandle<()>>,
}

impl Node {
    /// Starts the node of a home.
    ///
    /// # Errors
    /// One line that says what is wrong and what to do.
    pub async fn start(home: &Home) -> anyhow::Result<Self> {
        Self::start_where(home, false).await
    }

    /// Starts the node of a home; `moved` says that it has come from another machine and runs there no more.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_where(home: &Home, moved: bool) -> anyhow::Result<Self> {
        let (config, founding) = Config::read(home).map_err(|error| cause(home, error.into()))?;
        if clock::now() < clock::EARLIEST {
            bail!("this machine's clock says {}, which cannot be: set it (NTP) and start again", clock::now());
        }
        let secrets = read_secrets(home, &config, &founding).map_err(|error| cause(home, error))?;
        for exposed in home.exposed() {
            tracing::warn!("{exposed}");
        }
        // The store locks the home and is open before anything listens.
        let store = {
            let (directory, network) = (home.directory().to_owned(), founding.network_id());
            let options = Options { cache_bytes: config.state_cache_bytes, reserve_bytes: config.disk_reserve_bytes, ..Options::default() };
            let (first_state, founded, validates) = (founding.first_state(), founding.time(), config.validates);
            tokio::task::spawn_blocking(move || -> Result<_, Fault> {
                let store = Store::open_with(&directory, network, options)?;
                store.found(&first_state)?;
                if validates {
                    machine::check(&store, &directory, machine::this_one(), moved)?;
                }
                log_seal::open(&store, &log_seal::path(&directory), Age { founded, now: clock::now() })?;
                Ok(Arc::new(store))
            })
            .await?
            .map_err(|fault| cause(home, fault.into()))?
        };
        // All that a person may have forgotten is asked for before anything votes, speaks or listens.
        let door = Door::open(&config).await?;
        check_members_port(&config.p2p_listen)?;
        let node = secrets.node.clone();
        let (app, outbox) = App::new(config, founding, store, NodeSecrets { node: secrets.node, encryption: secrets.encryption })?;
        let (network, events) = network::start(network_config(&app, &node)?).await?;
        app.set_peers(network.clone());
        let engine = Engine::start(&app, network.clone(), secrets.validator).await?;
        let mut tasks = Vec::new();
        let (inbox, heard) = mpsc::channel(gossip::INBOX_MAX);
        tasks.push(tokio::spawn(gossip::tell(network.clone(), outbox)));
        tasks.push(tokio::spawn(gossip::hear(Arc::clone(&app), network.clone(), heard)));
        tasks.push(tokio::spawn(standstill::watch(Arc::clone(&app))));
        tasks.push(tokio::spawn(sort(events, engine.inlet(), network.clone(), inbox)));
        // Last, so that nobody is answered by half a node.
        let mut node = Self { app: Arc::clone(&app), network, engine: Some(engine), api: None, tasks };
        match Server::start(Arc::clone(&app), door) {
            Ok(api) => node.api = Some(api),
            Err(error) => {
                // What runs already is stopped in order, so that the reason is the last that is heard of it.
                node.stop().await;
                return Err(error);
            }
        }
        if app.config.misses_validator_key {
            tracing::error!(
                "{} is missing: {} is a validator of this network, and this node follows without a vote. \
                 Put the key back and start again, unless the heights at which it may have voted are not decided yet",
                app.config.home.validator_key().display(),
                app.member
            );
        }
        if let Some(height) = app.signs_nothing_up_to() {
            tracing::warn!("{}", abstains::told(height));
        }
        let tip = app.tip();
        tracing::info!(
            member = %app.member, network = %app.network, environment = %app.founding.environment(),
            height = %tip.height, validates = app.config.validates, "the node runs"
        );
        Ok(node)
    }

    /// What its rooms share.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Waits until somebody asks the node to stop, or it must.
    pub async fn wait(&mut self) -> Stop {
        let app = Arc::clone(&self.app);
        let mut stop = app.stopping();
        if let Some(engine) = &mut self.engine {
            tokio::select! {
                () = engine.ended(&app) => {}
                _ = stop.wait_for(Option::is_some) => {}
            }
        }
        let reason = stop.borrow().clone();
        reason.unwrap_or(Stop::Asked)
    }

    /// The newest block that is on disk.
    pub fn height(&self) -> Height {
        self.app.store.tip().height
    }

    /// Stops all parts: first consensus, so that the block being written is whole, then the network.
    pub async fn stop(mut self) {
        self.app.stop(Stop::Asked);
        let (engine, api) = (self.engine.take(), self.api.take());
        tokio::join!(
            async {
                if let Some(engine) = engine {
                    engine.stop().await;
                }
            },
            async {
                if let Some(api) = api {
                    api.stop().await;
                }
            }
        );
        let _ = tokio::time::timeout(Duration::from_secs(2), self.network.shutdown()).await;
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
        let app = self.app;
        let _ = tokio::task::spawn_blocking(move || {
            if let Err(fault) = app.store.settle() {
                tracing::warn!("pages of the state tree were not written; the next start computes them again: {fault}");
            }
            log_seal::keep(&app.store, &log_seal::path(app.config.home.directory()));
        })
        .await;
    }
}

pub(crate) struct Secrets {
    node: SecretKey,
    validator: Option<SecretKey>,
    encryption: ledger::lookup::EncryptionSecret,
}

/// Reads the keys and compares each with what the founding file says of this member (rule 18 of the engine's page).
pub(crate) fn read_secrets(home: &Home, config: &Config, founding: &Founding) -> anyhow::Result<Secrets> {
    let member = founding.member(config.member).context("this member is not in founding.cbor")?;
    let present = |file: PathBuf| {
        ensure!(file.exists(), "{} is missing: restore it from your copy of the home; nobody else has it", file.display());
        Ok(file)
    };
    present(home.token())?;
    let node = read_signing_key(&present(home.node_key())?)?;
    if node.public() != member.node_key {
        bail!(
            "keys/node.key is not the key that founding.cbor names for {}: restore the right file, or the founding file of the network that this home is of",
            config.member
        );
    }
    let encryption = read_encryption_key(&present(home.encryption_key())?)?;
    if encryption.public() != member.encryption_key {
        bail!(
            "keys/encryption.key is not the key that founding.cbor names for {}: restore the right file, or the founding file of the network that this home is of",
            config.member
        );
    }
    let validator = config.validates.then(|| read_signing_key(&home.validator_key())).transpose()?;
    if let Some(validator) = &validator
        && Some(validator.public()) != member.validator_key
    {
        bail!(
            "keys/validator.key is not the key that founding.cbor names for {}: restore the right file, or the founding file of the network that this home is of",
            config.member
        );
    }
    Ok(Secrets { node, validator, encryption })
}

/// The members' network would share its port with any other process that is ready to share it, such as a copy of this
/// node; this asks for it alone.
fn check_members_port(listen: &network::Address) -> anyhow::Result<()> {
    let port = TcpListener::bind((listen.ip(), listen.port()));
    port.map(drop).with_context(|| {
        format!("the members' network cannot listen on {listen}: choose another p2p_listen in node.toml, or stop whoever has it")
    })
}

fn network_config(app: &App, node: &SecretKey) -> anyhow::Result<NetworkConfig> {
    let key = NodeKey::from_secret(*node.seed())?;
    let mut config = NetworkConfig::new(*app.network.as_bytes(), key, vec![app.config.p2p_listen.clone()]);
    config.members = app
        .founding
        .members()
        .iter()
        .map(|member| {
            let addresses = app.config.peers.iter().filter(|(peer, _)| *peer == member.id).map(|(_, address)| address.clone());
            Ok(PeerEntry {
                peer: PeerId::from_public_key(*member.node_key.as_bytes())?,
                addresses: addresses.collect(),
                validator: member.validator_key.is_some(),
            })
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(config)
}

/// Gives each event of the network to whom it concerns.
async fn sort(
    mut events: NetworkEvents,
    consensus: crate::consensus::engine::Inlet,
    network: NetworkHandle,
    inbox: mpsc::Sender<(network::GossipId, bytes::Bytes)>,
) {
    while let Some(event) = events.recv().await {
        match event {
            NetworkEvent::Gossip { id, bytes, .. } => {
                if let Err(full) = inbox.try_send((id, bytes)) {
                    network.ignore_gossip(full.into_inner().0);
                }
            }
            NetworkEvent::StrangerRefused { peer, address } => tracing::warn!(?peer, address, "a stranger was refused"),
            NetworkEvent::PeerPenalised { peer, offence } => tracing::warn!(%peer, ?offence, "a member was cut off for a while"),
            NetworkEvent::Listening { address } => tracing::info!(%address, "listening for members"),
            event => consensus.take(event),
        }
    }
}
