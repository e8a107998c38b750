//! Signatures for the engine: checked once each, and never given twice for one step.

use super::context::{Ctx, Part, Proposal, Sig, Vote};
use crate::consensus::guard::Guard;
use crate::consensus::sign_once::{Request, Step};
use arc_malachitebft_app_channel::app::types::core::{
    NilOrVal, Round, SignedMessage, SignedProposal, SignedVote, ValidatorProof, VoteExtensionScope, VoteType,
};
use arc_malachitebft_signing::{Error, Signer, VerificationResult, Verifier};
use ledger::hash::{Hash, sha256};
use ledger::id::NetworkId;
use ledger::key::{PublicKey, SecretKey};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// How many good signatures are remembered.
const REMEMBERED_MAX: usize = 8192;

/// The signatures that were checked and found good, so that network and engine do not both pay for them.
#[derive(Debug, Default)]
struct Remembered {
    set: HashSet<Hash>,
    order: VecDeque<Hash>,
}

/// Checks signatures of votes, proposals and parts (ZIP-215, canonical R).
#[derive(Clone, Debug)]
pub struct Checker {
    network: NetworkId,
    good: Arc<Mutex<Remembered>>,
}

impl Checker {
    /// A checker for one network.
    pub fn new(network: NetworkId) -> Self {
        Self { network, good: Arc::default() }
    }

    /// Whether the vote is signed by the key.
    pub fn vote(&self, vote: &Vote, signature: &Sig, key: &PublicKey) -> bool {
        vote.signed_bytes(&self.network).is_some_and(|bytes| self.check(&bytes, signature, key))
    }

    /// Whether the proposal is signed by the key.
    pub fn proposal(&self, proposal: &Proposal, signature: &Sig, key: &PublicKey) -> bool {
        proposal.signed_bytes(&self.network).is_some_and(|bytes| self.check(&bytes, signature, key))
    }

    /// Whether the part is signed by its publisher's key.
    pub fn part(&self, part: &Part, key: &PublicKey) -> bool {
        let bytes = Part::signed_bytes(&self.network, part.height, part.round, &part.hash);
        self.check(&bytes, &part.signature, key)
    }

    fn check(&self, bytes: &[u8], signature: &Sig, key: &PublicKey) -> bool {
        let mut name = Vec::with_capacity(bytes.len() + 96);
        name.extend_from_slice(key.as_bytes());
        name.extend_from_slice(signature.0.as_bytes());
        name.extend_from_slice(bytes);
        let name = sha256(&name);
        if self.good.lock().unwrap_or_else(PoisonError::into_inner).set.contains(&name) {
            return true;
        }
        if key.verify(bytes, &signature.0).is_err() {
            return false;
        }
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if good.set.insert(name) {
            good.order.push_back(name);
            if good.order.len() > REMEMBERED_MAX
                && let Some(oldest) = good.order.pop_front()
            {
                good.set.remove(&oldest);
            }
        }
        true
    }
}

#[async_trait::async_trait]
impl Verifier<Ctx> for Checker {
    async fn verify_signed_vote(&self, vote: &Vote, signature: &Sig, key: &PublicKey) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::from_bool(self.vote(vote, signature, key)))
    }

    async fn verify_signed_proposal(&self, proposal: &Proposal, signature: &Sig, key: &PublicKey) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::from_bool(self.proposal(proposal, signature, key)))
    }

    async fn verify_signed_vote_extension(
        &self,
        _: &VoteExtensionScope<Ctx>,
        _: &Vec<u8>,
        _: &Sig,
        _: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }

    async fn verify_validator_proof(&self, _: &ValidatorProof<Ctx>) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::Invalid)
    }
}

/// Signs with the validator's key what the sign-once record permits.
#[derive(Clone)]
pub struct ValidatorSigner {
    network: NetworkId,
    key: Arc<SecretKey>,
    guard: Arc<Guard>,
}

impl ValidatorSigner {
    /// A signer under the guard of the record.
    pub fn new(network: NetworkId, key: SecretKey, guard: Arc<Guard>) -> Self {
        Self { network, key: Arc::new(key), guard }
    }

    /// Signs a part. Parts are no votes: any validator may send any block again.
    pub fn part(&self, part: &Part) -> Sig {
        Sig(self.key.sign(&Part::signed_bytes(&self.network, part.height, part.round, &part.hash)))
    }

    fn sign(&self, request: Option<Request>, bytes: Option<Vec<u8>>) -> Sig {
        match (request, bytes) {
            (Some(request), Some(bytes)) if self.guard.permits(&request) => Sig(self.key.sign(&bytes)),
            _ => Sig::WITHHELD,
        }
    }
}

/// What the sign-once record is asked about this vote.
pub fn vote_request(vote: &Vote) -> Option<Request> {
    Some(Request {
        height: vote.height.ledger(),
        round: vote.round.as_u32()?,
        step: if vote.step == VoteType::Prevote { Step::Prevote } else { Step::Precommit },
        block: match &vote.value {
            NilOrVal::Nil => None,
            NilOrVal::Val(id) => Some(id.0),
        },
        proof_of_lock: None,
    })
}

/// What the sign-once record is asked about this proposal.
pub fn proposal_request(proposal: &Proposal) -> Option<Request> {
    Some(Request {
        height: proposal.height.ledger(),
        round: proposal.round.as_u32()?,
        step: Step::Propose,
        block: Some(proposal.value.0),
        proof_of_lock: Round::as_u32(&proposal.proof_of_lock),
    })
}

#[async_trait::async_trait]
impl Signer<Ctx> for ValidatorSigner {
    async fn sign_vote(&self, vote: Vote) -> Result<SignedVote<Ctx>, Error> {
        let signature = self.sign(vote_request(&vote), vote.signed_bytes(&self.network));
        Ok(SignedMessage::new(vote, signature))
    }

    async fn sign_proposal(&self, proposal: Proposal) -> Result<SignedProposal<Ctx>, Error> {
        let signature = self.sign(proposal_request(&proposal), proposal.signed_bytes(&self.network));
        Ok(SignedMessage::new(proposal, signature))
    }

    async fn sign_vote_extension(&self, _: VoteExtensionScope<Ctx>, extension: Vec<u8>) -> Result<SignedMessage<Ctx, Vec<u8>>, Error> {
        Ok(SignedMessage::new(extension, Sig::WITHHELD))
    }

    async fn sign_validator_proof(&self, public_key: Vec<u8>, peer_id: Vec<u8>) -> Result<ValidatorProof<Ctx>, Error> {
        Ok(ValidatorProof::new(public_key, peer_id, Sig::WITHHELD))
    }
}
