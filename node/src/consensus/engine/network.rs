//! Between the engine and the members' network: decodes, checks and hands up what comes; encodes what goes.
//!
//! Nothing reaches the engine before it was bounded, decoded and its signature checked under the key of a validator
//! of the height. Nothing that this validator signed leaves before the sign-once record is on disk.

use super::codec::Wire;
use super::context::{Address, BlockId, Ctx, Electorate, Height, Part, Vote};
use super::signing::{Checker, proposal_request, vote_request};
use crate::consensus::guard::Guard;
use crate::consensus::standstill::Heard;
use crate::consensus::wake::Wake;
use crate::network::{Channel, NetworkEvent, NetworkHandle, Offence, PeerId, RequestError, RequestId};
use arc_malachitebft_app_channel::app::engine::network::{NetworkEvent as Raised, NetworkMsg, NetworkRef, Status, Subscriber};
use arc_malachitebft_app_channel::app::types::codec::Codec;
use arc_malachitebft_app_channel::app::types::core::{
    Context as _, ExtendedCommitCertificate, NilOrVal, PolkaCertificate, Round, RoundCertificate, SignedProposal, SignedVote, Validator,
    ValidatorSet, Vote as _, VoteType,
};
use arc_malachitebft_app_channel::app::types::{PeerId as EnginePeer, SignedConsensusMsg};
use arc_malachitebft_core_consensus::LivenessMsg;
use arc_malachitebft_network::Channel as EngineChannel;
use arc_malachitebft_sync::{InboundRequestId, OutboundFailureReason, OutboundRequestId, Request, Response, Status as WireStatus};
use bytes::Bytes;
use ledger::id::MemberId;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

/// How far above the height in progress messages are taken at all.
const HEIGHTS_AHEAD_MAX: u64 = 8;
/// How far above the round in progress messages are taken is the engine's own business; this bounds the number.
const ROUND_MAX: u32 = 1 << 20;
/// Questions of others that wait for an answer, at most.
const QUESTIONS_MAX: usize = 1024;
/// Certificates of answers that are kept.
const CLAIMED_MAX: usize = 256;

type Subscribers = Vec<Box<dyn Subscriber<Raised<Ctx>>>>;

/// What the actor and the receiving task share.
pub struct Shared {
    peers: NetworkHandle,
    /// Which member stands behind a peer.
    members: BTreeMap<PeerId, MemberId>,
    member: MemberId,
    checker: Checker,
    guard: Option<Arc<Guard>>,
    wake: Arc<Wake>,
    heard: Arc<Heard>,
    subscribers: Mutex<Subscribers>,
    connected: Mutex<BTreeSet<PeerId>>,
    electorate: RwLock<Option<Electorate>>,
    questions: Mutex<HashMap<InboundRequestId, RequestId>>,
    /// Certificates that came with answers of value sync, unchecked: for heights not yet decided here.
    claimed: Mutex<BTreeMap<(Height, BlockId), ExtendedCommitCertificate<Ctx>>>,
    numbers: AtomicU64,
    /// Messages refused here, by their senders' fault.
    refused: AtomicU64,
}

impl Shared {
    /// `members` are all members by their node's key; `guard` is there if this node validates.
    pub fn new(
        peers: NetworkHandle,
        members: BTreeMap<PeerId, MemberId>,
        member: MemberId,
        checker: Checker,
        guard: Option<Arc<Guard>>,
        wake: Arc<Wake>,
        heard: Arc<Heard>,
    ) -> Arc<Self> {
        Arc::new(Self {
            peers,
            members,
            member,
            checker,
            guard,
            wake,
            heard,
            subscribers: Mutex::default(),
            connected: Mutex::default(),
            electorate: RwLock::default(),
            questions: Mutex::default(),
            claimed: Mutex::default(),
            numbers: AtomicU64::new(1),
            refused: AtomicU64::new(0),
        })
    }

    /// How many messages were refused for their content.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Whether the first proposer of a height is not connected to this node, though a quorum is.
    pub fn misses_proposer(&self, height: Height, electorate: &Electorate) -> bool {
        let proposer = Ctx.select_proposer(electorate, height, Round::ZERO).address().0;
        let mut here: Vec<MemberId> = lock(&self.connected).iter().filter_map(|peer| self.members.get(peer).copied()).collect();
        here.push(self.member);
        let power: u64 = here.iter().filter_map(|member| electorate.get_by_address(&Address(*member))).map(Validator::voting_power).sum();
        !here.contains(&proposer) && power.saturating_mul(3) > electorate.total_voting_power().saturating_mul(2)
    }

    /// Starts the actor that the engine talks to.
    pub async fn spawn(self: &Arc<Self>) -> Result<NetworkRef<Ctx>, ractor::SpawnErr> {
        let (actor, _) = Actor::spawn(None, Adapter(Arc::clone(self)), ()).await?;
        Ok(actor)
    }

    fn raise(&self, event: Raised<Ctx>) {
        let subscribers = lock(&self.subscribers);
        if let Some((last, others)) = subscribers.split_last() {
            others.iter().for_each(|subscriber| subscriber.send(event.clone()));
            last.send(event);
        }
    }

    /// Takes one event of the network that is the engine's business. Gossip is not.
    pub fn take(self: &Arc<Self>, event: NetworkEvent) {
        match event {
            NetworkEvent::PeerConnected { peer } => {
                lock(&self.connected).insert(peer);
                self.raise(Raised::PeerConnected(to_engine(&peer)));
                // The engine answers with its own height to all: so who comes back learns at once what he missed.
                self.raise(Raised::PeerSubscribed(to_engine(&peer), EngineChannel::Sync));
            }
            NetworkEvent::PeerDisconnected { peer } => {
                lock(&self.connected).remove(&peer);
                self.raise(Raised::PeerDisconnected(to_engine(&peer)));
            }
            NetworkEvent::Message { from, channel, bytes } => {
                if let Err(fault) = self.message(from, channel, bytes) {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    tracing::debug!(%from, ?channel, fault = fault.0, "message refused");
                    if fault.1 {
                        self.peers.penalise(from, Offence::Malformed);
                    }
                }
            }
            NetworkEvent::Request { from, id, bytes } => match Codec::<Request<Ctx>>::decode(&Wire, bytes) {
                Ok(request) => self.question(from, id, request),
                Err(_) => {
                    self.peers.decline(id);
                    self.peers.penalise(from, Offence::Malformed);
                }
            },
            NetworkEvent::Listening { .. }
            | NetworkEvent::Gossip { .. }
            | NetworkEvent::StrangerRefused { .. }
            | NetworkEvent::PeerPenalised { .. } => {}
        }
    }

    fn message(self: &Arc<Self>, from: PeerId, channel: Channel, bytes: Bytes) -> Result<(), Fault> {
        let peer = to_engine(&from);
        match channel {
            Channel::Consensus => match decode(bytes)? {
                SignedConsensusMsg::Vote(vote) => self.vote(peer, vote),
                SignedConsensusMsg::Proposal(proposal) => self.proposal(peer, proposal),
            },
            Channel::Liveness => match decode(bytes)? {
                LivenessMsg::Vote(vote) => self.vote(peer, vote),
                LivenessMsg::PolkaCertificate(certificate) => self.polka(peer, certificate),
                LivenessMsg::SkipRoundCertificate(certificate) => self.skip(peer, certificate),
            },
            Channel::ProposalParts => {
                let part: Part = decode(bytes)?;
                self.part(from, part)
            }
            Channel::Status => {
                let status: WireStatus<Ctx> = decode(bytes)?;
                if status.peer_id != peer {
                    return Err(Fault("a status in another's name", true));
                }
                self.wake.peer_tip(status.tip_height.0);
                self.raise(Raised::Status(peer, Status::new(status.tip_height, status.history_min_height)));
                Ok(())
            }
        }
    }

    /// The key of a validator, when the height is one that messages are taken for.
    fn key_of(&self, validator: &Address, height: Height, round: Round) -> Result<ledger::key::PublicKey, Fault> {
        let base = self.wake.height();
        if height.0 < base {
            return Err(Fault("an old height", false));
        }
        if height.0 > base.saturating_add(HEIGHTS_AHEAD_MAX) {
            // Whoever is that far ahead has what we need: value sync gets it.
            return Err(Fault("a height too far ahead", false));
        }
        if round.as_u32().is_none_or(|round| round > ROUND_MAX) {
            return Err(Fault("a round that cannot be", true));
        }
        let electorate = self.electorate.read().unwrap_or_else(PoisonError::into_inner);
        let electorate = electorate.as_ref().ok_or(Fault("before the first height", false))?;
        electorate.get_by_address(validator).map(|validator| *validator.public_key()).ok_or(Fault("not a validator", false))
    }

    fn vote(&self, peer: EnginePeer, vote: SignedVote<Ctx>) -> Result<(), Fault> {
        let key = self.key_of(vote.validator_address(), vote.message.height, vote.message.round)?;
        if !self.checker.vote(&vote.message, &vote.signature, &key) {
            return Err(Fault("a vote with a bad signature", true));
        }
        self.wake.message_for(vote.message.height.0);
        self.heard(&vote.message);
        self.raise(Raised::Vote(peer, vote));
        Ok(())
    }

    fn heard(&self, vote: &Vote) {
        self.heard.vote(vote.validator.0, vote.height.0, Instant::now());
    }

    fn proposal(&self, peer: EnginePeer, proposal: SignedProposal<Ctx>) -> Result<(), Fault> {
        let key = self.key_of(&proposal.message.proposer, proposal.message.height, proposal.message.round)?;
        if !self.checker.proposal(&proposal.message, &proposal.signature, &key) {
            return Err(Fault("a proposal with a bad signature", true));
        }
        self.wake.message_for(proposal.message.height.0);
        self.raise(Raised::Proposal(peer, proposal));
        Ok(())
    }

    fn polka(&self, peer: EnginePeer, certificate: PolkaCertificate<Ctx>) -> Result<(), Fault> {
        if certificate.polka_signatures.len() > ledger::block::VALIDATORS_MAX {
            return Err(Fault("more signatures than validators", true));
        }
        for signature in &certificate.polka_signatures {
            let key = self.key_of(&signature.address, certificate.height, certificate.round)?;
            let value = NilOrVal::Val(certificate.value_id);
            let vote =
                Vote { step: VoteType::Prevote, height: certificate.height, round: certificate.round, value, validator: signature.address };
            if !self.checker.vote(&vote, &signature.signature, &key) {
                return Err(Fault("a certificate with a bad signature", true));
            }
        }
        self.wake.message_for(certificate.height.0);
        self.raise(Raised::PolkaCertificate(peer, certificate));
        Ok(())
    }

    fn skip(&self, peer: EnginePeer, certificate: RoundCertificate<Ctx>) -> Result<(), Fault> {
        if certificate.round_signatures.len() > 2 * ledger::block::VALIDATORS_MAX {
            return Err(Fault("more signatures than validators", true));
        }
        for signature in &certificate.round_signatures {
            let key = self.key_of(&signature.address, certificate.height, certificate.round)?;
            let (step, value, validator) = (signature.vote_type, signature.value_id, signature.address);
            let vote = Vote { step, height: certificate.height, round: certificate.round, value, validator };
            if !self.checker.vote(&vote, &signature.signature, &key) {
                return Err(Fault("a certificate with a bad signature", true));
            }
        }
        self.wake.message_for(certificate.height.0);
        self.raise(Raised::RoundCertificate(peer, certificate));
        Ok(())
    }

    fn part(&self, from: PeerId, part: Part) -> Result<(), Fault> {
        // Parts come straight from their publisher: nobody passes on another's.
        if self.members.get(&from) != Some(&part.publisher.0) {
            return Err(Fault("a part in another's name", true));
        }
        let key = self.key_of(&part.publisher, part.height, Round::new(part.round))?;
        if !self.checker.part(&part, &key) {
            return Err(Fault("a part with a bad signature", true));
        }
        self.wake.message_for(part.height.0);
        let peer = to_engine(&from);
        self.raise(Raised::ProposalPart(peer, Some(peer), super::codec::stream_of(part)));
        Ok(())
    }

    fn question(&self, from: PeerId, id: RequestId, request: Request<Ctx>) {
        let name = InboundRequestId::new(self.numbers.fetch_add(1, Ordering::Relaxed));
        {
            let mut questions = lock(&self.questions);
            if questions.len() >= QUESTIONS_MAX {
                return self.peers.decline(id);
            }
            questions.insert(name.clone(), id);
        }
        self.raise(Raised::SyncRequest(name, to_engine(&from), request));
    }

    /// Asks a peer in a task of its own; the answer or its absence is raised.
    fn ask(self: &Arc<Self>, to: EnginePeer, request: &Request<Ctx>) -> OutboundRequestId {
        let name = OutboundRequestId::new(self.numbers.fetch_add(1, Ordering::Relaxed));
        let question = Codec::<Request<Ctx>>::encode(&Wire, request);
        let (shared, asked) = (Arc::clone(self), name.clone());
        tokio::spawn(async move {
            let answer = match (from_engine(&to), question) {
                (Some(peer), Ok(question)) => shared.peers.request(peer, question).await,
                _ => Err(RequestError::NotMember),
            };
            shared.raise(match answer {
                Ok(bytes) => {
                    let response = Codec::<Response<Ctx>>::decode(&Wire, bytes).ok();
                    response.iter().for_each(|response| shared.claim(response));
                    Raised::SyncResponse(asked, to, response)
                }
                Err(error) => Raised::SyncRequestFailed(asked, to, reason(&error)),
            });
        });
        name
    }

    fn claim(&self, response: &Response<Ctx>) {
        let Response::ValueResponse(response) = response;
        let mut claimed = lock(&self.claimed);
        let base = Height(self.wake.height());
        claimed.retain(|(height, _), _| *height >= base);
        for value in &response.values {
            if claimed.len() < CLAIMED_MAX && value.certificate.height >= base {
                claimed.insert((value.certificate.height, value.certificate.value_id), value.certificate.clone());
            }
        }
    }

    /// What a peer sent as the certificate of this block, unchecked.
    pub fn certified(&self, height: Height, block: &BlockId) -> Option<ExtendedCommitCertificate<Ctx>> {
        lock(&self.claimed).get(&(height, *block)).cloned()
    }

    /// Whether a signed message may leave: it is another's, or the record of it is on disk.
    async fn may_leave(&self, validator: &Address, request: Option<crate::consensus::sign_once::Request>) -> bool {
        if validator.0 != self.member {
            return true;
        }
        let (Some(guard), Some(request)) = (&self.guard, request) else { return false };
        let guard = Arc::clone(guard);
        tokio::task::spawn_blocking(move || guard.record(&request)).await.unwrap_or(false)
    }

    fn send(&self, channel: Channel, bytes: Result<Bytes, impl std::fmt::Display>) {
        match bytes {
            Ok(bytes) => {
                if let Err(error) = self.peers.publish(channel, bytes) {
                    tracing::warn!(%error, ?channel, "message not sent");
                }
            }
            Err(error) => tracing::error!(%error, ?channel, "message not encoded"),
        }
    }

    async fn publish(&self, message: SignedConsensusMsg<Ctx>) {
        let may = match &message {
            SignedConsensusMsg::Vote(vote) => self.may_leave(&vote.message.validator, vote_request(&vote.message)).await,
            SignedConsensusMsg::Proposal(proposal) => self.may_leave(&proposal.message.proposer, proposal_request(&proposal.message)).await,
        };
        if may && *message.signature() != super::context::Sig::WITHHELD {
            if let SignedConsensusMsg::Vote(vote) = &message {
                self.heard(&vote.message);
            }
            self.send(Channel::Consensus, Codec::<SignedConsensusMsg<Ctx>>::encode(&Wire, &message));
        }
    }

    async fn publish_liveness(&self, message: LivenessMsg<Ctx>) {
        if let LivenessMsg::Vote(vote) = &message {
            let may = self.may_leave(&vote.message.validator, vote_request(&vote.message)).await;
            if !may || vote.signature == super::context::Sig::WITHHELD {
                return;
            }
            self.heard(&vote.message);
        }
        self.send(Channel::Liveness, Codec::<LivenessMsg<Ctx>>::encode(&Wire, &message));
    }
}

/// What was wrong with a message, and whether its sender must have known.
struct Fault(&'static str, bool);

fn decode<T>(bytes: Bytes) -> Result<T, Fault>
where
    Wire: Codec<T>,
{
    Wire.decode(bytes).map_err(|_| Fault("unreadable", true))
}

fn reason(error: &RequestError) -> OutboundFailureReason {
    match error {
        RequestError::Connection(_) | RequestError::Closed => OutboundFailureReason::ConnectionClosed,
        RequestError::Timeout => OutboundFailureReason::Timeout,
        RequestError::NotMember => OutboundFailureReason::DialFailure,
        RequestError::QuestionTooLarge | RequestError::Declined | RequestError::AnswerTooLarge => OutboundFailureReason::Io,
    }
}

/// The libp2p peer id of an Ed25519 key: an identity multihash of 36 bytes of protobuf.
const PEER_ID_HEAD: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// The engine's name of a peer.
///
/// # Panics
/// Never: the bytes always have the one shape that is read.
pub fn to_engine(peer: &PeerId) -> EnginePeer {
    let mut bytes = [0; 38];
    bytes[..6].copy_from_slice(&PEER_ID_HEAD);
    bytes[6..].copy_from_slice(peer.as_bytes());
    EnginePeer::from_bytes(&bytes).expect("an identity multihash of 36 bytes is a peer id")
}

fn from_engine(peer: &EnginePeer) -> Option<PeerId> {
    let bytes = peer.to_bytes();
    let key = bytes.strip_prefix(&PEER_ID_HEAD)?;
    PeerId::from_public_key(key.try_into().ok()?).ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The actor that stands where the engine expects its own network.
struct Adapter(Arc<Shared>);

#[ractor::async_trait]
impl Actor for Adapter {
    type Msg = NetworkMsg<Ctx>;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<NetworkMsg<Ctx>>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(&self, _: ActorRef<NetworkMsg<Ctx>>, message: NetworkMsg<Ctx>, (): &mut ()) -> Result<(), ActorProcessingErr> {
        let shared = &self.0;
        match message {
            NetworkMsg::Subscribe(subscriber) => {
                // The network listens before the engine is built; this is what the engine waits for.
                if let Ok(address) = "/memory/0".parse() {
                    subscriber.send(Raised::Listening(address));
                }
                for peer in lock(&shared.connected).iter() {
                    subscriber.send(Raised::PeerConnected(to_engine(peer)));
                    subscriber.send(Raised::PeerSubscribed(to_engine(peer), EngineChannel::Sync));
                }
                lock(&shared.subscribers).push(subscriber);
            }
            NetworkMsg::PublishConsensusMsg(message) => shared.publish(message).await,
            NetworkMsg::PublishLivenessMsg(message) => shared.publish_liveness(message).await,
            NetworkMsg::PublishProposalPart(message) => {
                if let Some(part) = message.content.as_data() {
                    shared.send(Channel::ProposalParts, Codec::<Part>::encode(&Wire, part));
                }
            }
            NetworkMsg::BroadcastStatus(status) => {
                let status = WireStatus {
                    peer_id: to_engine(&shared.peers.local_peer()),
                    tip_height: status.tip_height,
                    history_min_height: status.history_min_height,
                };
                shared.send(Channel::Status, Codec::<WireStatus<Ctx>>::encode(&Wire, &status));
            }
            NetworkMsg::OutgoingRequest(peer, request, reply) => {
                let _ = reply.send(shared.ask(peer, &request));
            }
            // The question's own task ends with its timeout, and the engine drops a late answer.
            NetworkMsg::CancelRequest(_) => {}
            NetworkMsg::OutgoingResponse(name, response) => {
                let Some(id) = lock(&shared.questions).remove(&name) else { return Ok(()) };
                match Codec::<Response<Ctx>>::encode(&Wire, &response) {
                    Ok(bytes) => drop(shared.peers.respond(id, bytes)),
                    Err(_) => shared.peers.decline(id),
                }
            }
            NetworkMsg::CancelInboundRequest(name) => {
                if let Some(id) = lock(&shared.questions).remove(&name) {
                    shared.peers.decline(id);
                }
            }
            NetworkMsg::UpdateValidatorSet(electorate) => {
                *shared.electorate.write().unwrap_or_else(PoisonError::into_inner) = Some(electorate);
            }
            NetworkMsg::DumpState(reply) => drop(reply.send(None)),
            // Members are those of the ledger; there is nobody to add by hand, and no proof to store.
            NetworkMsg::UpdatePersistentPeers(_, reply) => {
                let _ = reply.send(Err(arc_malachitebft_app_channel::app::engine::network::PersistentPeerError::NetworkStopped));
            }
            NetworkMsg::ValidatorProofVerified { .. } | NetworkMsg::NewEvent(_) => {}
        }
        Ok(())
    }
}
