//! The adapter to the consensus engine (Malachite 0.8.2): the only folder that names it.

mod codec;
mod context;
mod host;
mod network;
mod signing;

use self::codec::{SYNC_BATCH_MAX, Wire};
use self::context::{Address, Ctx};
use self::host::{Host, ToNetwork};
use self::network::Shared;
use self::signing::{Checker, ValidatorSigner};
use crate::app::{App, Stop};
use crate::consensus::chain::Chain;
use crate::consensus::guard::Guard;
use crate::consensus::log_seal;
use crate::network::{NetworkEvent, NetworkHandle, PeerId};
use anyhow::Context as _;
use arc_malachitebft_app_channel::app::config::{ConsensusConfig, NodeConfig, ValuePayload, ValueSyncConfig};
use arc_malachitebft_app_channel::{ConsensusContext, EngineBuilder, EngineHandle, RequestContext, SyncContext, WalContext};
use ledger::id::MemberId;
use ledger::key::SecretKey;
use ledger::state::Fault;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;

/// How often a node tells its tip to the others while nothing is decided.
const STATUS_INTERVAL: Duration = Duration::from_secs(2);
/// How long one question of value sync may take.
const SYNC_TIMEOUT: Duration = Duration::from_secs(10);
/// Heights and messages a height that may wait for their turn; one round of 190 validators needs 379.
const QUEUE_HEIGHTS_MAX: usize = 10;
const QUEUE_MESSAGES_MAX: usize = 2048;
/// Questions that may wait in a channel of the engine.
const CHANNEL_MAX: usize = 100;

struct EngineConfig {
    moniker: String,
    consensus: ConsensusConfig,
    sync: ValueSyncConfig,
}

impl NodeConfig for EngineConfig {
    fn moniker(&self) -> &str {
        &self.moniker
    }
    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }
    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }
    fn value_sync(&self) -> &ValueSyncConfig {
        &self.sync
    }
    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.sync
    }
}

impl EngineConfig {
    fn of(app: &App) -> Self {
        let consensus = ConsensusConfig {
            // Without its key a member follows, whether or not the founding file has it among the validators.
            enabled: app.config.validates,
            value_payload: ValuePayload::ProposalAndParts,
            queue_capacity: QUEUE_HEIGHTS_MAX,
            queue_per_height_capacity: QUEUE_MESSAGES_MAX,
            ..ConsensusConfig::default()
        };
        let sync = ValueSyncConfig {
            enabled: true,
            status_update_interval: STATUS_INTERVAL,
            request_timeout: SYNC_TIMEOUT,
            batch_size: SYNC_BATCH_MAX as usize,
            parallel_requests: 5,
            ..ValueSyncConfig::default()
        };
        Self { moniker: app.member.to_string(), consensus, sync }
    }
}

/// A running engine.
pub struct Engine {
    shared: Arc<Shared>,
    guard: Option<Arc<Guard>>,
    handle: EngineHandle,
    host: Option<std::thread::JoinHandle<()>>,
}

/// Where the network's events go that are consensus's business.
#[derive(Clone)]
pub struct Inlet(Arc<Shared>);

impl Inlet {
    /// Takes one event; never waits.
    pub fn take(&self, event: NetworkEvent) {
        self.0.take(event);
    }
}

impl Engine {
    /// Starts consensus on a network that listens already. `secret` is the validator's key, if this node validates.
    ///
    /// # Errors
    /// If the chain or the sign-once record cannot be read, or the engine's log is in use or damaged.
    pub async fn start(app: &Arc<App>, peers: NetworkHandle, secret: Option<SecretKey>) -> anyhow::Result<Self> {
        let checker = Checker::new(app.network);
        let opened = {
            let app = Arc::clone(app);
            let validates = secret.is_some();
            tokio::task::spawn_blocking(move || -> Result<_, Fault> {
                let guard = validates.then(|| Guard::open(Arc::clone(&app.store))).transpose()?;
                Ok((Chain::open(app)?, guard.map(Arc::new)))
            })
        };
        let (chain, guard) = opened.await??;
        let members = members(app)?;
        let shared = Shared::new(peers, members, app.member, checker.clone(), guard.clone(), Arc::clone(&app.wake), Arc::clone(&app.heard));
        let network = shared.spawn().await.context("the engine's network")?;
        let (to_network, mut from_host) = mpsc::channel::<ToNetwork>(CHANNEL_MAX);
        tokio::spawn({
            let network = network.clone();
            async move {
                while let Some(message) = from_host.recv().await {
                    if network.cast(message.into()).is_err() {
                        break;
                    }
                }
            }
        });
        let address = Address(app.member);
        let signer = secret.zip(guard.clone()).map(|(secret, guard)| ValidatorSigner::new(app.network, secret, guard));
        let consensus = match &signer {
            Some(signer) => ConsensusContext::new_validator(address, Box::new(checker), Box::new(signer.clone())),
            None => ConsensusContext::new_full_node(address, Box::new(checker)),
        };
        let log = log_seal::path(app.config.home.directory());
        let (to_engine, unused) = mpsc::channel(1);
        drop(unused);
        let (channels, handle) = EngineBuilder::new(Ctx, EngineConfig::of(app))
            .with_default_wal(WalContext::new(log, Wire))
            .with_custom_network(network, to_engine)
            .with_default_sync(SyncContext::new(Wire))
            .with_default_consensus(consensus)
            .with_default_request(RequestContext::new(CHANNEL_MAX))
            .build()
            .await
            .map_err(|error| anyhow::anyhow!("the consensus engine did not start: {error:#}"))?;
        let host = Host::new(Arc::clone(app), chain, signer, to_network, Arc::clone(&shared), tokio::runtime::Handle::current());
        let questions = channels.consensus;
        let host = std::thread::Builder::new().name("consensus".into()).spawn(move || host.run(questions))?;
        Ok(Self { shared, guard, handle, host: Some(host) })
    }

    /// Where the network's events go.
    pub fn inlet(&self) -> Inlet {
        Inlet(Arc::clone(&self.shared))
    }

    /// Messages of members that were refused for their content.
    pub fn refused(&self) -> u64 {
        self.shared.refused()
    }

    /// Ends when the engine does, which it does of itself only when it cannot go on. A safety failure freezes it
    /// instead: that is told in `app`, and the node keeps serving what it has.
    pub async fn ended(&mut self, app: &App) {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                _ = &mut self.handle.handle => {
                    app.stop(Stop::Fault(Fault {
                        what: "the consensus engine ended".into(),
                        remedy: "see the lines before this one; start the node again".into(),
                    }));
                    return;
                }
                _ = tick.tick() => {
                    if let Some(fault) = self.guard.as_ref().and_then(|guard| guard.failed()) {
                        app.stop(Stop::Fault(fault));
                        return;
                    }
                    let gone = self.host.as_ref().is_none_or(std::thread::JoinHandle::is_finished);
                    if gone && !app.is_stopping() && !app.safety_failure.swap(true, Ordering::Relaxed) {
                        tracing::error!(
                            "the consensus engine froze: it cannot be sure what it signed. \
                             Do not restart this validator before the height in progress is decided"
                        );
                    }
                }
            }
        }
    }

    /// Stops the engine and waits for the thread of consensus, so that a block that is being written is whole.
    pub async fn stop(mut self) {
        self.handle.actor.get_cell().stop_children(None);
        self.handle.actor.stop(None);
        let _ = tokio::time::timeout(Duration::from_secs(2), &mut self.handle.handle).await;
        if let Some(host) = self.host.take() {
            let _ = tokio::time::timeout(Duration::from_secs(3), tokio::task::spawn_blocking(move || host.join())).await;
        }
    }
}

/// Which member stands behind which peer: the node keys of the founding file.
fn members(app: &App) -> anyhow::Result<BTreeMap<PeerId, MemberId>> {
    app.founding.members().iter().map(|member| Ok((PeerId::from_public_key(*member.node_key.as_bytes())?, member.id))).collect()
}

/// The engine's own metrics in the form of Prometheus.
pub fn metrics() -> String {
    let mut text = String::new();
    arc_malachitebft_metrics::export(&mut text);
    text
}
