//! Blocks by height and by hash, with what belongs to them: where each lies on disk, and how it is read back.
//!
//! A block's bytes are written once, when it is proposed, under its height and hash; deciding it adds the header,
//! which names the hash. What is read back is compared with the names it was found under.

use crate::disk::{Column, Read, damaged};
use crate::store::TransactionPlace;
use ledger::block::{Block, BlockHash, CommitCertificate, Header};
use ledger::codec::{self, Canonical};
use ledger::hash::Hash;
use ledger::state::Fault;
use ledger::time::Height;
use ledger::transaction::Outcomes;

/// The kinds of rows in the column of blocks, behind the height.
const HEADER: u8 = 0;
const OUTCOMES: u8 = 1;
const BODY: u8 = 2;
/// More than the outcomes of the fullest block take.
const OUTCOMES_BYTES_MAX: usize = 16 * 1024 * 1024;

pub(crate) fn height_key(height: Height) -> [u8; 8] {
    height.get().to_be_bytes()
}

pub(crate) fn header_key(height: Height) -> Vec<u8> {
    [&height_key(height)[..], &[HEADER]].concat()
}

pub(crate) fn outcomes_key(height: Height) -> Vec<u8> {
    [&height_key(height)[..], &[OUTCOMES]].concat()
}

pub(crate) fn body_key(height: Height, block: &BlockHash) -> Vec<u8> {
    [&height_key(height)[..], &[BODY], block.as_bytes()].concat()
}

/// The keys of a transaction: by its id, which its signature does not touch, and by its wire hash.
pub(crate) fn id_key(id: &[u8; 32]) -> Vec<u8> {
    [&b"i"[..], id].concat()
}

/// See [`id_key`].
pub(crate) fn wire_key(wire_hash: &[u8; 32]) -> Vec<u8> {
    [&b"w"[..], wire_hash].concat()
}

pub(crate) fn place_bytes(place: &TransactionPlace) -> Vec<u8> {
    [&place.height.get().to_be_bytes()[..], &place.index.to_be_bytes()].concat()
}

/// Reads a row of canonical bytes.
fn read<T: Canonical>(disk: &impl Read, column: Column, key: &[u8]) -> Result<Option<T>, Fault> {
    let Some(bytes) = disk.get(column, key)? else { return Ok(None) };
    T::from_bytes(&bytes).map(Some).map_err(|wrong| damaged(column, key, &format!("is not readable: {wrong}")))
}

pub(crate) fn header(disk: &impl Read, height: Height) -> Result<Option<Header>, Fault> {
    let key = header_key(height);
    let header: Option<Header> = read(disk, Column::Blocks, &key)?;
    match header {
        Some(header) if header.height != height => Err(damaged(Column::Blocks, &key, "is the header of another height")),
        header => Ok(header),
    }
}

/// The canonical bytes of a block that was decided.
pub(crate) fn block_bytes(disk: &impl Read, height: Height) -> Result<Option<Vec<u8>>, Fault> {
    let Some(header) = header(disk, height)? else { return Ok(None) };
    let key = body_key(height, &header.hash());
    disk.get(Column::Blocks, &key)?.map(Some).ok_or_else(|| damaged(Column::Blocks, &key, "is missing"))
}

/// A block that was proposed or decided.
pub(crate) fn candidate(disk: &impl Read, height: Height, hash: &BlockHash) -> Result<Option<Block>, Fault> {
    let key = body_key(height, hash);
    let block: Option<Block> = read(disk, Column::Blocks, &key)?;
    match block {
        Some(block) if block.header.hash() != *hash => Err(damaged(Column::Blocks, &key, "is another block than its name says")),
        block => Ok(block),
    }
}

pub(crate) fn block(disk: &impl Read, height: Height) -> Result<Option<Block>, Fault> {
    let Some(header) = header(disk, height)? else { return Ok(None) };
    let hash = header.hash();
    let block = candidate(disk, height, &hash)?;
    block.map(Some).ok_or_else(|| damaged(Column::Blocks, &body_key(height, &hash), "is missing"))
}

pub(crate) fn encode_outcomes(outcomes: &[Outcomes]) -> Vec<u8> {
    codec::encode(outcomes)
}

pub(crate) fn outcomes(disk: &impl Read, height: Height) -> Result<Option<Vec<Outcomes>>, Fault> {
    let key = outcomes_key(height);
    disk.get(Column::Blocks, &key)?.map(|bytes| decode_outcomes(&key, &bytes)).transpose()
}

pub(crate) fn decode_outcomes(key: &[u8], bytes: &[u8]) -> Result<Vec<Outcomes>, Fault> {
    codec::decode("outcomes of a block", OUTCOMES_BYTES_MAX, bytes)
        .map_err(|wrong| damaged(Column::Blocks, key, &format!("is not readable: {wrong}")))
}

pub(crate) fn certificate(disk: &impl Read, height: Height) -> Result<Option<CommitCertificate>, Fault> {
    read(disk, Column::Certificates, &height_key(height))
}

pub(crate) fn height_of(disk: &impl Read, block: &BlockHash) -> Result<Option<Height>, Fault> {
    let key = block.as_bytes();
    let Some(bytes) = disk.get(Column::Index, key)? else { return Ok(None) };
    let height = bytes.try_into().map_err(|_| damaged(Column::Index, key, "is not a height"))?;
    Ok(Some(Height::new(u64::from_be_bytes(height))))
}

/// Where a transaction stands; `key` is [`id_key`] or [`wire_key`].
pub(crate) fn place_of(disk: &impl Read, key: &[u8]) -> Result<Option<TransactionPlace>, Fault> {
    let Some(bytes) = disk.get(Column::Transactions, key)? else { return Ok(None) };
    let place = bytes.split_first_chunk().and_then(|(height, index)| {
        let index = u32::from_be_bytes(index.try_into().ok()?);
        Some(TransactionPlace { height: Height::new(u64::from_be_bytes(*height)), index })
    });
    place.map(Some).ok_or_else(|| damaged(Column::Transactions, key, "is not a height and an index"))
}

/// Where in the history the leaves of a block begin.
pub(crate) fn history_start(disk: &impl Read, height: Height) -> Result<u64, Fault> {
    match height.previous() {
        None | Some(Height::FOUNDING) => Ok(0),
        Some(before) => match header(disk, before)? {
            Some(header) => Ok(header.history_size),
            None => Err(damaged(Column::Blocks, &header_key(before), "is missing")),
        },
    }
}

/// Why an inconsistency between two things that are both readable is our fault.
pub(crate) fn refused(what: String) -> Fault {
    Fault { what, remedy: "this is a bug of this program or a damaged memory; keep the home as it is and report it".into() }
}

/// Compares two hashes of a block that is about to be written.
pub(crate) fn same(height: Height, name: &str, claimed: &Hash, computed: &Hash) -> Result<(), Fault> {
    if claimed == computed {
        return Ok(());
    }
    Err(refused(format!("{name} differs at height {}: the block says {claimed}, here it is {computed}", height.get())))
}
