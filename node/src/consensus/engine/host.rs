//! The engine's questions, one at a time, on the thread of consensus.
//!
//! Each is answered at once but `Finalized`, whose answer begins the next height and is held back until there is
//! work (by a task: the thread never waits). A fault of our own stops the node and answers nothing more: the engine
//! is not asked to restart a height, which would reset its log.

use super::codec::{SYNC_BATCH_MAX, stream_of};
use super::context::{Address, BlockId, Ctx, Electorate, Height, Part, Sig};
use super::network::Shared;
use super::signing::ValidatorSigner;
use crate::app::{App, Stop};
use crate::config::Pace;
use crate::consensus::chain::{Body, Chain, Precommits, Proposed, Synced};
use arc_malachitebft_app_channel::app::engine::host::{HeightParams, Next, SyncedValueOutcome};
use arc_malachitebft_app_channel::app::types::core::{
    CommitCertificate, ExtendedCommitCertificate, ExtendedCommitSignature, LinearTimeouts, Round, Validity, VoteExtensionPolicy,
};
use arc_malachitebft_app_channel::app::types::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::sync::RawDecidedValue;
use arc_malachitebft_app_channel::app::types::{LocallyProposedValue, ProposedValue};
use arc_malachitebft_app_channel::{AppMsg, NetworkMsg, Reply};
use bytes::Bytes;
use ledger::block::BlockHash;
use ledger::state::Fault;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longest wait of any step, however many rounds fail.
const TIMEOUT_MAX: Duration = Duration::from_secs(60);
/// Which part of the usual time the first round waits for a proposer that is not even connected.
const ABSENT_SHARE: u32 = 8;

/// Answers the engine until it or the node stops.
pub struct Host {
    app: Arc<App>,
    chain: Chain,
    signer: Option<ValidatorSigner>,
    parts: mpsc::Sender<ToNetwork>,
    shared: Arc<Shared>,
    runtime: tokio::runtime::Handle,
}

/// What the engine's channel to its network carries.
pub type ToNetwork = NetworkMsg<Ctx>;

impl Host {
    /// A host of this chain. `signer` is there if this node validates.
    pub fn new(
        app: Arc<App>,
        chain: Chain,
        signer: Option<ValidatorSigner>,
        parts: mpsc::Sender<ToNetwork>,
        shared: Arc<Shared>,
        runtime: tokio::runtime::Handle,
    ) -> Self {
        Self { app, chain, signer, parts, shared, runtime }
    }

    /// Runs on a thread of its own.
    pub fn run(mut self, mut questions: mpsc::Receiver<AppMsg<Ctx>>) {
        while let Some(question) = questions.blocking_recv() {
            if self.app.is_stopping() {
                break;
            }
            if let Err(fault) = self.answer(question) {
                self.app.stop(Stop::Fault(fault));
                break;
            }
        }
    }

    fn answer(&mut self, question: AppMsg<Ctx>) -> Result<(), Fault> {
        match question {
            AppMsg::ConsensusReady { reply } => {
                let height = self.chain.height().into();
                let _ = reply.send((height, self.params()));
            }
            AppMsg::StartedRound { height, round, proposer, role, reply_value } => {
                self.app.round.store(u64::from(number(round)), Ordering::Relaxed);
                if number(round) > 0 {
                    tracing::warn!(%height, round = number(round), %proposer, ?role, "another round");
                }
                let known = self.chain.started_round(height.ledger(), number(round))?;
                let _ = reply_value.send(known.iter().map(value).collect());
            }
            AppMsg::GetValue { height, reply, .. } if self.app.abstains_at(height.ledger()) => {
                // No answer would be an error to the engine; a value of no round is left aside, and the round times out.
                let _ = reply.send(LocallyProposedValue::new(height, Round::Nil, BlockId(BlockHash::new([0; 32]))));
            }
            AppMsg::GetValue { height, round, reply, .. } => {
                if let Some(executed) = self.chain.propose(height.ledger(), number(round))? {
                    let id = BlockId(executed.hash);
                    // Others execute it while it is written here. What proposes it is signed only after the reply.
                    self.publish(height, number(round), None, id, executed.bytes.clone());
                    self.chain.persist(number(round), &executed)?;
                    let _ = reply.send(LocallyProposedValue::new(height, round, id));
                }
            }
            AppMsg::ReceivedProposalPart { part, reply, .. } => {
                let _ = reply.send(self.receive(part)?.as_ref().map(value));
            }
            AppMsg::RestreamProposal { height, round, valid_round, address, value_id } => {
                if let Some(bytes) = self.chain.body(height.ledger(), &value_id.0)? {
                    self.publish_for(height, number(round), valid_round.as_u32(), address, value_id, bytes);
                }
            }
            AppMsg::Decided { certificate, reply, .. } => {
                self.chain.decided(&precommits(&certificate))?;
                let _ = reply.send(());
            }
            AppMsg::Finalized { evidence, reply, .. } => {
                if !evidence.is_empty() {
                    let count = evidence
                        .proposals
                        .iter()
                        .map(|(_, pairs)| pairs.len())
                        .chain(evidence.votes.iter().map(|(_, pairs)| pairs.len()))
                        .sum::<usize>();
                    self.app.equivocations.fetch_add(count as u64, Ordering::Relaxed);
                    tracing::error!(?evidence, "a validator signed two different messages for one step");
                }
                self.begin_next(reply);
            }
            AppMsg::GetDecidedValues { range, reply } => {
                let values = self.chain.values(range.start().0, range.end().0, SYNC_BATCH_MAX)?;
                let _ = reply.send(values.into_iter().map(|(bytes, precommits)| raw(bytes, &precommits)).collect());
            }
            AppMsg::GetHistoryMinHeight { reply } => {
                // Bodies are not pruned yet: the first block is always here, once there is one.
                let _ = reply.send(Height(u64::from(self.chain.height().get() > 1)));
            }
            AppMsg::ProcessSyncedValue { height, round, proposer, value_bytes, reply } => {
                let _ = reply.send(self.synced(height, round, proposer, value_bytes)?);
            }
            // Extensions stay out of votes.
            AppMsg::ExtendVote { reply, .. } => drop(reply.send(None)),
            AppMsg::VerifyVoteExtensions { extensions, reply, .. } => {
                let _ = reply.send(extensions.into_iter().map(|(address, _)| (address, Ok(()))).collect());
            }
        }
        Ok(())
    }

    /// The parameters of the height in progress: a pure function of the blocks before it.
    fn params(&self) -> HeightParams<Ctx> {
        let (validators, passed_over) = self.chain.electorate();
        let electorate = Electorate::new(validators, passed_over.to_vec());
        HeightParams::new(electorate, timeouts(&self.app.config.pace, false), None)
            .with_vote_extension_policy(VoteExtensionPolicy::Disabled)
    }

    /// Answers when there is work for the next height, or with the heartbeat.
    fn begin_next(&self, reply: Reply<Next<Ctx>>) {
        let height: Height = self.chain.height().into();
        let mut params = self.params();
        let (app, shared) = (Arc::clone(&self.app), Arc::clone(&self.shared));
        self.runtime.spawn(async move {
            let mut arrivals = app.pool.arrivals();
            let mut stop = app.stopping();
            arrivals.mark_unchanged();
            if app.pool.is_empty() {
                tokio::select! {
                    _ = arrivals.changed() => {}
                    () = app.wake.wanted(height.0) => {}
                    () = tokio::time::sleep(app.config.pace.heartbeat) => {}
                    _ = stop.wait_for(Option::is_some) => {}
                }
            }
            params.timeouts = timeouts(&app.config.pace, shared.misses_proposer(height, &params.validator_set));
            let _ = reply.send(Next::Start(height, params));
        });
    }

    fn receive(&mut self, message: StreamMessage<Part>) -> Result<Option<Proposed>, Fault> {
        let Some(part) = message.content.into_data() else { return Ok(None) };
        self.chain.receive(Body {
            height: part.height.ledger(),
            round: part.round,
            valid_round: part.valid_round,
            proposer: part.proposer.0,
            publisher: part.publisher.0,
            hash: part.hash.0,
            bytes: part.block,
        })
    }

    fn synced(&mut self, height: Height, round: Round, proposer: Address, bytes: Bytes) -> Result<SyncedValueOutcome<Ctx>, Fault> {
        let outcome = self.chain.synced(height.ledger(), number(round), proposer.0, bytes)?;
        let Synced::Read(proposed) = outcome else { return Ok(SyncedValueOutcome::PeerFault) };
        if !proposed.valid
            && let Some(certified) = self.shared.certified(height, &BlockId(proposed.hash))
        {
            // The engine would only log it and wait for ever: two thirds decided what we find bad.
            let precommits = extended(&certified);
            if self.chain.is_decision(&precommits) {
                let why = self.chain.why_bad(&proposed.hash).map_or_else(|| "no reason".into(), ToString::to_string);
                return Err(Fault {
                    what: format!("more than two thirds decided block {} at height {height}, which is bad here: {why}", proposed.hash),
                    remedy: "run `symbolon-node audit` and compare the program's version with the other members'; \
                             restore from a copy or start with an empty home"
                        .into(),
                });
            }
        }
        Ok(SyncedValueOutcome::Verdict(value(&proposed)))
    }

    fn publish(&self, height: Height, round: u32, valid_round: Option<u32>, hash: BlockId, block: Bytes) {
        self.publish_for(height, round, valid_round, Address(self.app.member), hash, block);
    }

    fn publish_for(&self, height: Height, round: u32, valid_round: Option<u32>, proposer: Address, hash: BlockId, block: Bytes) {
        let Some(signer) = &self.signer else { return };
        let publisher = Address(self.app.member);
        let mut part = Part { height, round, valid_round, proposer, publisher, block, hash, signature: Sig::WITHHELD };
        part.signature = signer.part(&part);
        let _ = self.parts.blocking_send(NetworkMsg::PublishProposalPart(stream_of(part)));
    }
}

/// How long this node waits for what. Nodes need not agree on it: who waits less long votes nil earlier, no more.
/// Further rounds are as patient as ever, whoever is away.
fn timeouts(pace: &Pace, first_proposer_is_away: bool) -> LinearTimeouts {
    let usual = LinearTimeouts {
        propose: pace.propose,
        propose_delta: pace.propose / 2,
        prevote: pace.vote,
        prevote_delta: pace.vote / 2,
        precommit: pace.vote,
        precommit_delta: pace.vote / 2,
        rebroadcast: pace.rebroadcast,
        max_timeout: TIMEOUT_MAX,
    };
    if !first_proposer_is_away {
        return usual;
    }
    LinearTimeouts {
        propose: pace.propose / ABSENT_SHARE,
        propose_delta: pace.propose,
        precommit: pace.vote / ABSENT_SHARE,
        precommit_delta: pace.vote,
        ..usual
    }
}

fn number(round: Round) -> u32 {
    round.as_u32().unwrap_or(0)
}

fn value(proposed: &Proposed) -> ProposedValue<Ctx> {
    ProposedValue {
        height: proposed.height.into(),
        round: Round::new(proposed.round),
        valid_round: Round::from(proposed.valid_round),
        proposer: Address(proposed.proposer),
        value: BlockId(proposed.hash),
        validity: Validity::from_bool(proposed.valid),
    }
}

fn precommits(certificate: &CommitCertificate<Ctx>) -> Precommits {
    Precommits {
        height: certificate.height.ledger(),
        round: number(certificate.round),
        block: certificate.value_id.0,
        votes: certificate.commit_signatures.iter().map(|one| (one.address.0, one.signature.0)).collect(),
    }
}

fn extended(certificate: &ExtendedCommitCertificate<Ctx>) -> Precommits {
    Precommits {
        height: certificate.height.ledger(),
        round: number(certificate.round),
        block: certificate.value_id.0,
        votes: certificate.commit_signatures.iter().map(|one| (one.address.0, one.signature.0)).collect(),
    }
}

fn raw(bytes: Bytes, precommits: &Precommits) -> RawDecidedValue<Ctx> {
    let commit_signatures =
        precommits.votes.iter().map(|(member, signature)| ExtendedCommitSignature::new(Address(*member), Sig(*signature), None)).collect();
    RawDecidedValue::new(
        bytes,
        ExtendedCommitCertificate {
            height: precommits.height.into(),
            round: Round::new(precommits.round),
            value_id: BlockId(precommits.block),
            commit_signatures,
        },
    )
}
