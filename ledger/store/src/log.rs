//! The history log on disk: the hashes of full subtrees, in rows of 16.
//!
//! Row `(level, number)` holds hashes 16 × number to 16 × number + 15 of the full subtrees over 16^level leaves.
//! What lies between two levels is computed from one row. A row is full, or the last of its level; a full row is never
//! written again. So a leaf costs about 34 bytes, and a proof one row for each level.

use crate::disk::{Batch, Column, Read, damaged};
use ledger::hash::Hash;
use ledger::history::{BuildError, ConsistencyProof, Frontier, InclusionProof, frontier, merkle_root, prove_consistency, prove_inclusion};
use ledger::state::Fault;

const ROW: u64 = 16;

/// The key of a row.
pub(crate) fn row_key(level: u32, number: u64) -> Vec<u8> {
    let mut key = vec![level as u8];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// The hashes of a row; none if it was never written.
pub(crate) fn row(disk: &impl Read, level: u32, number: u64) -> Result<Vec<Hash>, Fault> {
    let key = row_key(level, number);
    let bytes = disk.get(Column::History, &key)?.unwrap_or_default();
    let (hashes, rest) = bytes.as_chunks();
    if !rest.is_empty() || hashes.len() as u64 > ROW {
        return Err(damaged(Column::History, &key, "is not a row of hashes"));
    }
    Ok(hashes.iter().map(|hash| Hash::new(*hash)).collect())
}

/// The hash of a full subtree over 2^level leaves.
fn full(disk: &impl Read, level: u32, number: u64) -> Result<Hash, Fault> {
    let (row_level, count) = (level / 4, 1_u64 << (level % 4));
    let first = number * count;
    let hashes = row(disk, row_level, first / ROW)?;
    let from = (first % ROW) as usize;
    match hashes.get(from..from + count as usize) {
        Some(below) => Ok(merkle_root(below)),
        None => Err(damaged(Column::History, &row_key(row_level, first / ROW), "is missing or has too few hashes")),
    }
}

/// Takes the log up where it was left.
pub(crate) fn read_frontier(disk: &impl Read, size: u64) -> Result<Frontier, Fault> {
    frontier(size, &mut |level, number| full(disk, level, number))
}

/// That a leaf stands at a place in the log of `size` leaves.
pub(crate) fn inclusion(disk: &impl Read, index: u64, size: u64) -> Result<InclusionProof, BuildError<Fault>> {
    prove_inclusion(index, size, &mut |level, number| full(disk, level, number))
}

/// That the log of `size` leaves begins with the log of its first `earlier`.
pub(crate) fn consistency(disk: &impl Read, earlier: u64, size: u64) -> Result<ConsistencyProof, BuildError<Fault>> {
    prove_consistency(earlier, size, &mut |level, number| full(disk, level, number))
}

/// The rows that change when leaves are appended to a log of `size` leaves.
pub(crate) fn grow(
    size: u64,
    leaf_hashes: &[Hash],
    mut last_row: impl FnMut(u32, u64) -> Result<Vec<Hash>, Fault>,
) -> Result<Vec<(u32, u64, Vec<Hash>)>, Fault> {
    let mut rows = Vec::new();
    let mut new = leaf_hashes.to_vec();
    let mut level = 0;
    while !new.is_empty() {
        let have = size.checked_shr(4 * level).unwrap_or(0);
        let mut number = have / ROW;
        let mut hashes = if have.is_multiple_of(ROW) { Vec::new() } else { last_row(level, number)? };
        hashes.truncate((have % ROW) as usize);
        if hashes.len() as u64 != have % ROW {
            return Err(damaged(Column::History, &row_key(level, number), "is missing or has too few hashes"));
        }
        let mut above = Vec::new();
        for hash in new {
            hashes.push(hash);
            if hashes.len() as u64 == ROW {
                above.push(merkle_root(&hashes));
                rows.push((level, number, std::mem::take(&mut hashes)));
                number += 1;
            }
        }
        if !hashes.is_empty() {
            rows.push((level, number, hashes));
        }
        new = above;
        level += 1;
    }
    Ok(rows)
}

/// Puts new leaves into a block's batch.
pub(crate) fn append(disk: &impl Read, size: u64, leaf_hashes: &[Hash], batch: &mut Batch<'_>) -> Result<(), Fault> {
    for (level, number, hashes) in grow(size, leaf_hashes, |level, number| row(disk, level, number))? {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| *hash.as_bytes()).collect();
        batch.put(Column::History, &row_key(level, number), &bytes);
    }
    Ok(())
}
