//! The engine's messages as bytes, on the wire and in its write-ahead log.
//!
//! Borsh, whose numbers and lists have one form; nothing may follow a value. Every message is bounded before it
//! is read, by the channel it came on; lists inside are bounded by the bytes that are there.

use super::context::{Address, BlockId, Ctx, Height, Part, Sig};
use crate::network::{REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX};
use arc_malachitebft_app_channel::app::types::codec::{Codec, HasEncodedLen};
use arc_malachitebft_app_channel::app::types::core::{
    ExtendedCommitCertificate, ExtendedCommitSignature, PolkaCertificate, Round, ValidatorProof,
};
use arc_malachitebft_app_channel::app::types::streaming::{StreamId, StreamMessage};
use arc_malachitebft_app_channel::app::types::{ProposedValue, SignedConsensusMsg};
use arc_malachitebft_core_consensus::LivenessMsg;
use arc_malachitebft_engine::util::streaming::StreamContent;
use arc_malachitebft_sync as sync;
use borsh::{BorshDeserialize, BorshSerialize, io};
use bytes::Bytes;
use ledger::block::{BLOCK_BYTES_MAX, PROPOSAL_BYTES_MAX, VALIDATORS_MAX};
use ledger::hash::{Tag, tagged};

/// The most heights that one answer of value sync may hold.
pub const SYNC_BATCH_MAX: u64 = 5;

/// The one codec.
#[derive(Clone, Copy, Debug)]
pub struct Wire;

macro_rules! plain {
    ($($message:ty),* $(,)?) => { $(
        impl Codec<$message> for Wire {
            type Error = io::Error;
            fn decode(&self, bytes: Bytes) -> Result<$message, io::Error> {
                <$message as BorshDeserialize>::try_from_slice(&bytes)
            }
            fn encode(&self, message: &$message) -> Result<Bytes, io::Error> {
                borsh::to_vec(message).map(Bytes::from)
            }
        }
    )* };
}
plain!(SignedConsensusMsg<Ctx>, LivenessMsg<Ctx>, ProposedValue<Ctx>, PolkaCertificate<Ctx>);

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// A part before its block: everything of fixed length.
#[derive(BorshDeserialize, BorshSerialize)]
struct PartHead {
    height: Height,
    round: u32,
    valid_round: Option<u32>,
    proposer: Address,
    publisher: Address,
    hash: BlockId,
    signature: Sig,
}

impl Codec<Part> for Wire {
    type Error = io::Error;

    fn decode(&self, bytes: Bytes) -> Result<Part, io::Error> {
        let mut rest: &[u8] = &bytes;
        let head = PartHead::deserialize(&mut rest)?;
        if rest.len() > PROPOSAL_BYTES_MAX {
            return Err(invalid("a proposed block of more bytes than one may have"));
        }
        let block = bytes.slice(bytes.len() - rest.len()..);
        let PartHead { height, round, valid_round, proposer, publisher, hash, signature } = head;
        Ok(Part { height, round, valid_round, proposer, publisher, block, hash, signature })
    }

    fn encode(&self, part: &Part) -> Result<Bytes, io::Error> {
        let Part { height, round, valid_round, proposer, publisher, hash, signature, .. } = *part;
        let mut bytes = Vec::with_capacity(part.block.len() + 160);
        PartHead { height, round, valid_round, proposer, publisher, hash, signature }.serialize(&mut bytes)?;
        bytes.extend_from_slice(&part.block);
        Ok(bytes.into())
    }
}

/// A part is a whole stream. Its name is that of what it carries, so that both ends agree on it.
pub fn stream_of(part: Part) -> StreamMessage<Part> {
    let Part { height, round, hash, .. } = &part;
    let name = tagged(Tag::BLOCK, &[&height.0.to_be_bytes(), &round.to_be_bytes(), hash.0.as_bytes()]);
    let id = StreamId::new(Bytes::copy_from_slice(&name.as_bytes()[..16]));
    StreamMessage::new(id, 0, StreamContent::Data(part))
}

impl Codec<StreamMessage<Part>> for Wire {
    type Error = io::Error;
    fn decode(&self, bytes: Bytes) -> Result<StreamMessage<Part>, io::Error> {
        Codec::<Part>::decode(self, bytes).map(stream_of)
    }
    fn encode(&self, message: &StreamMessage<Part>) -> Result<Bytes, io::Error> {
        let part = message.content.as_data().ok_or_else(|| invalid("a stream without its part"))?;
        Codec::<Part>::encode(self, part)
    }
}

impl Codec<sync::Status<Ctx>> for Wire {
    type Error = io::Error;
    fn decode(&self, bytes: Bytes) -> Result<sync::Status<Ctx>, io::Error> {
        let (peer, tip, earliest) = <([u8; 38], u64, u64)>::try_from_slice(&bytes)?;
        let peer_id = sync::PeerId::from_bytes(&peer).map_err(|_| invalid("not a peer id"))?;
        Ok(sync::Status { peer_id, tip_height: Height(tip), history_min_height: Height(earliest) })
    }
    fn encode(&self, status: &sync::Status<Ctx>) -> Result<Bytes, io::Error> {
        let peer: [u8; 38] = status.peer_id.to_bytes().try_into().map_err(|_| invalid("not an Ed25519 peer id"))?;
        borsh::to_vec(&(peer, status.tip_height.0, status.history_min_height.0)).map(Bytes::from)
    }
}

impl Codec<sync::Request<Ctx>> for Wire {
    type Error = io::Error;
    fn decode(&self, bytes: Bytes) -> Result<sync::Request<Ctx>, io::Error> {
        if bytes.len() > REQUEST_BYTES_MAX {
            return Err(invalid("a question too long"));
        }
        let (first, last) = <(u64, u64)>::try_from_slice(&bytes)?;
        if first == 0 || last < first {
            return Err(invalid("an empty range of heights"));
        }
        Ok(sync::Request::ValueRequest(sync::ValueRequest::new(Height(first)..=Height(last))))
    }
    fn encode(&self, request: &sync::Request<Ctx>) -> Result<Bytes, io::Error> {
        let sync::Request::ValueRequest(request) = request;
        borsh::to_vec(&(request.range.start().0, request.range.end().0)).map(Bytes::from)
    }
}

/// One decided block of an answer.
#[derive(BorshDeserialize, BorshSerialize)]
struct SyncedHead {
    height: Height,
    round: u32,
    hash: BlockId,
    signatures: Vec<(Address, Sig)>,
    block_bytes: u32,
}

impl Codec<sync::Response<Ctx>> for Wire {
    type Error = io::Error;

    fn decode(&self, bytes: Bytes) -> Result<sync::Response<Ctx>, io::Error> {
        if bytes.len() > RESPONSE_BYTES_MAX {
            return Err(invalid("an answer too long"));
        }
        let mut rest: &[u8] = &bytes;
        let start = Height::deserialize(&mut rest)?;
        let mut values = Vec::new();
        while !rest.is_empty() {
            let head = SyncedHead::deserialize(&mut rest)?;
            let length = head.block_bytes as usize;
            if values.len() as u64 >= SYNC_BATCH_MAX || head.signatures.len() > VALIDATORS_MAX || length > BLOCK_BYTES_MAX {
                return Err(invalid("an answer of more than was asked"));
            }
            let from = bytes.len() - rest.len();
            rest = rest.get(length..).ok_or_else(|| invalid("an answer cut short"))?;
            values.push(sync::RawDecidedValue::new(bytes.slice(from..from + length), certificate(head)));
        }
        Ok(sync::Response::ValueResponse(sync::ValueResponse::new(start, values)))
    }

    fn encode(&self, response: &sync::Response<Ctx>) -> Result<Bytes, io::Error> {
        let sync::Response::ValueResponse(response) = response;
        let mut bytes = Vec::with_capacity(encoded_bytes(response));
        response.start_height.serialize(&mut bytes)?;
        for value in &response.values {
            let certificate = &value.certificate;
            let head = SyncedHead {
                height: certificate.height,
                round: certificate.round.as_u32().ok_or_else(|| invalid("a certificate without a round"))?,
                hash: certificate.value_id,
                signatures: certificate.commit_signatures.iter().map(|one| (one.address, one.signature)).collect(),
                block_bytes: u32::try_from(value.value_bytes.len()).map_err(|_| invalid("a block too long"))?,
            };
            head.serialize(&mut bytes)?;
            bytes.extend_from_slice(&value.value_bytes);
        }
        Ok(bytes.into())
    }
}

impl HasEncodedLen<sync::Response<Ctx>> for Wire {
    fn encoded_len(&self, response: &sync::Response<Ctx>) -> Result<usize, io::Error> {
        let sync::Response::ValueResponse(response) = response;
        Ok(encoded_bytes(response))
    }
}

fn encoded_bytes(response: &sync::ValueResponse<Ctx>) -> usize {
    let one = |value: &sync::RawDecidedValue<Ctx>| 52 + 66 * value.certificate.commit_signatures.len() + value.value_bytes.len();
    8 + response.values.iter().map(one).sum::<usize>()
}

fn certificate(head: SyncedHead) -> ExtendedCommitCertificate<Ctx> {
    ExtendedCommitCertificate {
        height: head.height,
        round: Round::new(head.round),
        value_id: head.hash,
        commit_signatures: head
            .signatures
            .into_iter()
            .map(|(address, signature)| ExtendedCommitSignature::new(address, signature, None))
            .collect(),
    }
}

/// The engine's own network would exchange these; ours knows members by their registered keys.
impl Codec<ValidatorProof<Ctx>> for Wire {
    type Error = io::Error;
    fn decode(&self, _: Bytes) -> Result<ValidatorProof<Ctx>, io::Error> {
        Err(invalid("validator proofs are not exchanged on this network"))
    }
    fn encode(&self, _: &ValidatorProof<Ctx>) -> Result<Bytes, io::Error> {
        Err(invalid("validator proofs are not exchanged on this network"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::block::BlockHash;
    use ledger::id::MemberId;
    use ledger::key::Signature;

    fn part(block: usize) -> Part {
        let member = |text| Address(MemberId::parse(text).unwrap());
        Part {
            height: Height(7),
            round: 1,
            valid_round: Some(0),
            proposer: member("CL"),
            publisher: member("NZ"),
            block: vec![3; block].into(),
            hash: BlockId(BlockHash::new([4; 32])),
            signature: Sig(Signature::ed25519([5; 64])),
        }
    }

    #[test]
    fn a_part_is_read_as_written_up_to_its_limit() {
        for size in [0, 1, PROPOSAL_BYTES_MAX] {
            let bytes = Wire.encode(&part(size)).unwrap();
            assert!(bytes.len() <= crate::network::PROPOSAL_PART_BYTES_MAX);
            assert_eq!(Codec::<Part>::decode(&Wire, bytes).unwrap(), part(size));
        }
        let over = Wire.encode(&part(PROPOSAL_BYTES_MAX + 1)).unwrap();
        assert!(Codec::<Part>::decode(&Wire, over).is_err());
    }

    #[test]
    fn an_answer_of_sync_is_read_as_written_and_not_beyond_its_batch() {
        let value = |height| {
            let head = SyncedHead {
                height: Height(height),
                round: 2,
                hash: BlockId(BlockHash::new([4; 32])),
                signatures: vec![(Address(MemberId::parse("CL").unwrap()), Sig(Signature::ed25519([5; 64])))],
                block_bytes: 0,
            };
            sync::RawDecidedValue::new(vec![height as u8; 30].into(), certificate(head))
        };
        let answer = |count| sync::Response::ValueResponse(sync::ValueResponse::new(Height(1), (1..=count).map(value).collect()));
        let bytes = Wire.encode(&answer(SYNC_BATCH_MAX)).unwrap();
        assert_eq!(bytes.len(), Wire.encoded_len(&answer(SYNC_BATCH_MAX)).unwrap());
        assert_eq!(Codec::<sync::Response<Ctx>>::decode(&Wire, bytes.clone()).unwrap(), answer(SYNC_BATCH_MAX));
        assert!(Codec::<sync::Response<Ctx>>::decode(&Wire, bytes.slice(..bytes.len() - 1)).is_err());
        let over = Wire.encode(&answer(SYNC_BATCH_MAX + 1)).unwrap();
        assert!(Codec::<sync::Response<Ctx>>::decode(&Wire, over).is_err());
    }

    #[test]
    fn noise_is_refused_and_never_panics() {
        for length in 0..200_usize {
            let noise: Bytes = (0..length).map(|i| (i * 37 + length) as u8).collect::<Vec<u8>>().into();
            let _ = Codec::<Part>::decode(&Wire, noise.clone());
            let _ = Codec::<SignedConsensusMsg<Ctx>>::decode(&Wire, noise.clone());
            let _ = Codec::<LivenessMsg<Ctx>>::decode(&Wire, noise.clone());
            let _ = Codec::<sync::Response<Ctx>>::decode(&Wire, noise.clone());
            let _ = Codec::<sync::Request<Ctx>>::decode(&Wire, noise.clone());
            let _ = Codec::<sync::Status<Ctx>>::decode(&Wire, noise);
        }
    }
}
