//! Who points to the records: the nodes of one's own member, and every block read by this program itself.
//!
//! A node that points proves nothing, and could leave something out. So all are asked, what any of them names is taken
//! and proven elsewhere, and who left out what was proven is named. Whoever reads every block needs to believe nobody:
//! each block's hash stands in the one after it, up to the header that the validators signed.

use crate::client::{ActAt, Node};
use crate::failure::one_line;
use crate::officer::NothingStands;
use crate::output::talk;
use anyhow::{Context as _, ensure};
use contracts::impact::{RECORDS_SEARCHED_MAX, Search, Why, acted_on};
use ledger::block::{Block, BlockHash, Header, transactions_root};
use ledger::codec::Bytes;
use ledger::id::NetworkId;
use ledger::lookup::RecordKey;
use ledger::time::Height;
use ledger::transaction::{DecodedTransaction, Transaction, WireHash};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many acts are taken from one node for one question.
const POINTERS_MAX: usize = 1_000_000;
/// How many bytes of transactions are kept of all blocks that are read here.
const KEPT_BYTES_MAX: usize = 512 * 1024 * 1024;
/// After how many blocks it is said how far the reading is.
const BLOCKS_A_REMARK: u64 = 5_000;

/// An act that somebody points to: its block, its record, and which of the records asked for that one rests on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Pointer {
    /// The record.
    pub record: RecordKey,
    /// The block.
    pub height: Height,
    /// The record on which it rests; `None` for an act of the signer.
    pub names: Option<RecordKey>,
}

/// One node with what it pointed to.
pub struct Source {
    node: Node,
    /// What it pointed to.
    pub pointers: BTreeSet<Pointer>,
    /// Why it is not asked any more.
    pub failed: Option<String>,
}

impl Source {
    /// Its address.
    pub fn name(&self) -> &str {
        self.node.url()
    }
}

/// All who point.
pub struct Sources {
    /// The nodes.
    pub nodes: Vec<Source>,
    /// The transactions of every block, if they were read.
    pub blocks: Option<Blocks>,
    until: Height,
}

impl Sources {
    /// The nodes, to be asked about the blocks up to `until`.
    pub fn new(nodes: Vec<Node>, until: Height) -> Self {
        let nodes = nodes.into_iter().map(|node| Source { node, pointers: BTreeSet::new(), failed: None }).collect();
        Self { nodes, blocks: None, until }
    }

    /// What anybody points to, from a block on.
    ///
    /// # Errors
    /// If nobody answers.
    pub fn ask(&mut self, search: &Search, from: Height) -> anyhow::Result<BTreeSet<Pointer>> {
        let mut all = self.blocks.as_ref().map(|blocks| blocks.ask(search)).unwrap_or_default();
        for source in self.nodes.iter_mut().filter(|source| source.failed.is_none()) {
            match asked(&source.node, search, from, self.until) {
                Ok(pointers) => {
                    all.extend(&pointers);
                    source.pointers.extend(pointers);
                }
                Err(error) => source.failed = Some(one_line(&error)),
            }
        }
        let nobody = self.blocks.is_none() && self.nodes.iter().all(|source| source.failed.is_some());
        if nobody {
            let why: Vec<&str> = self.nodes.iter().filter_map(|source| source.failed.as_deref()).collect();
            return Err(NothingStands::because(format!("no node says which records there are: {}", why.join("; "))).into());
        }
        Ok(all)
    }

    /// Reads every block from `from` to the proven header, newest first, and keeps the transactions that may be asked for.
    ///
    /// # Errors
    /// If a block cannot be had that fits.
    pub fn read_every_block(&mut self, header: &Header, from: Height, search: &Search) -> anyhow::Result<()> {
        let (mut expected, mut height) = (header.hash(), header.height);
        let mut blocks = Blocks { from, until: height, kept: Vec::new() };
        let mut kept_bytes = 0_usize;
        while height >= from && height > Height::FOUNDING {
            let is_next = |block: &Block| block.header.hash() == expected && block.header.height == height;
            let (parent, transactions) = self.block(height, &header.network, is_next)?;
            for (transaction, bytes) in transactions {
                let is_wanted =
                    !search.among(&transaction, |_| true).is_empty() || acted_on(&transaction).iter().any(|acted| !acted.names.is_empty());
                if is_wanted {
                    kept_bytes = kept_bytes.saturating_add(bytes);
                    may_be_kept(kept_bytes, height)?;
                    blocks.kept.push((height, transaction));
                }
            }
            expected = parent;
            let read = blocks.until.get() - height.get() + 1;
            if read.is_multiple_of(BLOCKS_A_REMARK) {
                talk(&format!("{read} blocks read, down to block {from}"));
            }
            height = Height::new(height.get() - 1);
        }
        self.blocks = Some(blocks);
        Ok(())
    }

    /// The transactions of a block, each with its size, and the hash of the block before, of the first node whose block fits.
    fn block(
        &self,
        height: Height,
        network: &NetworkId,
        is_next: impl Fn(&Block) -> bool,
    ) -> anyhow::Result<(BlockHash, Vec<(Transaction, usize)>)> {
        let mut why = Vec::new();
        for source in &self.nodes {
            match source.node.block(height.get()) {
                Ok(Some(block)) if is_next(&block) => match transactions(&block, network) {
                    Some(transactions) => return Ok((block.header.parent, transactions)),
                    None => why.push(format!("node {} gives it with other transactions than its header names", source.name())),
                },
                Ok(Some(_)) => why.push(format!("the block of node {} is not the one that the block after it names", source.name())),
                Ok(None) => why.push(format!("node {} has none", source.name())),
                Err(error) => why.push(error.to_string()),
            }
        }
        Err(NothingStands::because(format!("block {height} is not to be had: {}", why.join("; "))).into())
    }
}

/// The transactions of a block, each with its size, if they are those of its header.
fn transactions(block: &Block, network: &NetworkId) -> Option<Vec<(Transaction, usize)>> {
    let decode = |wire: &Bytes| DecodedTransaction::from_wire(wire.to_vec(), network).ok().map(|decoded| (decoded, wire.len()));
    let decoded: Vec<(DecodedTransaction, usize)> = block.transactions.iter().map(decode).collect::<Option<_>>()?;
    let hashes: Vec<WireHash> = decoded.iter().map(|(transaction, _)| transaction.wire_hash()).collect();
    let fit = transactions_root(&hashes) == block.header.transactions_root;
    fit.then(|| decoded.into_iter().map(|(decoded, bytes)| (decoded.transaction().clone(), bytes)).collect())
}

/// The transactions of every block that may matter.
pub struct Blocks {
    /// The first block.
    pub from: Height,
    /// The last block.
    pub until: Height,
    kept: Vec<(Height, Transaction)>,
}

impl Blocks {
    /// What a search finds among them; refused acts as well, which the state does not show.
    pub fn ask(&self, search: &Search) -> BTreeSet<Pointer> {
        let found = self.kept.iter().flat_map(|(height, transaction)| {
            search.among(transaction, |_| true).into_iter().map(|found| Pointer {
                record: found.record,
                height: *height,
                names: match found.why {
                    Why::Signed => None,
                    Why::Names(record) => Some(record),
                },
            })
        });
        found.collect()
    }
}

/// All that one node points to, page by page.
fn asked(node: &Node, search: &Search, from: Height, until: Height) -> anyhow::Result<BTreeSet<Pointer>> {
    let records: Vec<RecordKey> = search.records.iter().copied().collect();
    let mut chunks: Vec<&[RecordKey]> = records.chunks(RECORDS_SEARCHED_MAX).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let mut all = BTreeSet::new();
    for some in chunks {
        let mut next = Some(from);
        while let Some(from) = next.filter(|from| *from <= until) {
            let page = node.acts(&question(search, some, from, until))?;
            for act in &page.acts {
                all.insert(pointer(act).with_context(|| format!("node {} names a record that is none", node.url()))?);
            }
            may_be_pointed_to(all.len(), node.url())?;
            next = page.next.map(Height::new);
            ensure!(next.is_none_or(|next| next > from), "node {} does not go on after block {from}", node.url());
        }
    }
    Ok(all)
}

fn may_be_pointed_to(acts: usize, by: &str) -> anyhow::Result<()> {
    ensure!(acts <= POINTERS_MAX, "node {by} points to more than {POINTERS_MAX} acts; ask about one key");
    Ok(())
}

fn may_be_kept(bytes: usize, from: Height) -> anyhow::Result<()> {
    ensure!(
        bytes <= KEPT_BYTES_MAX,
        "the blocks from {from} on hold more than {KEPT_BYTES_MAX} bytes of transactions that may matter; leave --every-block out, and ask a second node with --also"
    );
    Ok(())
}

fn question(search: &Search, records: &[RecordKey], from: Height, until: Height) -> Value {
    let mut question = json!({ "from": from.get(), "until": until.get() });
    let signer = search.signer.as_ref();
    let parts = [
        ("signer", signer.map(|(authority, _)| authority.as_str().into())),
        ("key", signer.and_then(|(_, key)| *key).map(|key| key.get().into())),
        ("records", (!records.is_empty()).then(|| records.iter().map(ToString::to_string).collect::<Vec<_>>().into())),
    ];
    if let Some(object) = question.as_object_mut() {
        object.extend(parts.into_iter().filter_map(|(name, value): (_, Option<Value>)| Some((name.to_owned(), value?))));
    }
    question
}

fn pointer(act: &ActAt) -> Option<Pointer> {
    let names = act.names.as_deref().map(RecordKey::from_hex);
    Some(Pointer {
        record: RecordKey::from_hex(&act.record)?,
        height: Height::new(act.height),
        names: match names {
            None => None,
            Some(names) => Some(names?),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_acts_are_taken_from_a_node_and_so_many_bytes_are_kept() {
        assert!(may_be_pointed_to(POINTERS_MAX, "http://a").is_ok());
        let error = may_be_pointed_to(POINTERS_MAX + 1, "http://a").unwrap_err().to_string();
        assert_eq!(error, "node http://a points to more than 1000000 acts; ask about one key");
        assert!(may_be_kept(KEPT_BYTES_MAX, Height::new(7)).is_ok());
        let error = may_be_kept(KEPT_BYTES_MAX + 1, Height::new(7)).unwrap_err().to_string();
        assert!(error.starts_with("the blocks from 7 on") && error.ends_with("--also"), "{error}");
    }
}
