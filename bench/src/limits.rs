//! The limits that figures are compared with, measured in the same run: what this machine can do at best.
//!
//! Nothing here is used by the product. The bare pipeline does what a node's path must do and nothing else:
//! check signatures in batches, hash, update a binary trie in memory, and write one synced RocksDB batch a block
//! with as many state values, page bytes and history leaves as the product writes.

use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;

type Key = [u8; 32];

/// A path-compressed binary trie in an arena: the fastest that stays honest about its hashes.
#[derive(Default)]
pub struct BareTrie {
    nodes: Vec<Bare>,
    root: Option<u32>,
}

#[derive(Clone, Copy)]
enum Bare {
    Leaf { key: Key, hash: Key },
    Branch { left: Option<u32>, right: Option<u32>, hash: Key },
}

fn bit(key: &Key, depth: usize) -> bool {
    key[depth / 8] >> (7 - depth % 8) & 1 == 1
}

fn hash_two(prefix: u8, one: &Key, two: &Key) -> Key {
    let mut bytes = [0; 65];
    bytes[0] = prefix;
    bytes[1..33].copy_from_slice(one);
    bytes[33..].copy_from_slice(two);
    Sha256::digest(bytes).into()
}

impl BareTrie {
    /// Inserts entries (key, hash of the value), sorted by key.
    pub fn insert(&mut self, entries: &[(Key, Key)]) {
        self.root = self.put(self.root, entries, 0);
    }

    fn hash(&self, node: Option<u32>) -> Key {
        match node.map(|index| &self.nodes[index as usize]) {
            None => [0; 32],
            Some(Bare::Leaf { hash, .. } | Bare::Branch { hash, .. }) => *hash,
        }
    }

    fn add(&mut self, node: Bare) -> Option<u32> {
        self.nodes.push(node);
        Some(self.nodes.len() as u32 - 1)
    }

    fn put(&mut self, at: Option<u32>, entries: &[(Key, Key)], depth: usize) -> Option<u32> {
        if entries.is_empty() {
            return at;
        }
        let (left, right, inner) = match at.map(|index| self.nodes[index as usize]) {
            None if entries.len() == 1 => {
                let (key, value) = entries[0];
                return self.add(Bare::Leaf { key, hash: hash_two(0, &key, &value) });
            }
            None => (None, None, None),
            Some(Bare::Leaf { key, .. }) if bit(&key, depth) => (None, at, None),
            Some(Bare::Leaf { .. }) => (at, None, None),
            Some(Bare::Branch { left, right, .. }) => (left, right, at),
        };
        let middle = entries.partition_point(|(key, _)| !bit(key, depth));
        let left = self.put(left, &entries[..middle], depth + 1);
        let right = self.put(right, &entries[middle..], depth + 1);
        let branch = Bare::Branch { left, right, hash: hash_two(1, &self.hash(left), &self.hash(right)) };
        match inner {
            Some(index) => {
                self.nodes[index as usize] = branch;
                inner
            }
            None => self.add(branch),
        }
    }
}

/// What the product wrote a block, so that the bare pipeline writes as much.
#[derive(Clone, Copy, Debug)]
pub struct Written {
    /// State values a record.
    pub state_keys: usize,
    /// Bytes of one state value.
    pub state_value_bytes: usize,
    /// Tree pages a block.
    pub pages: usize,
    /// Their bytes.
    pub page_bytes: usize,
}

/// One signed record as the bare pipeline sees it.
pub struct BareRecord {
    /// The key.
    pub key: [u8; 32],
    /// What is signed.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
}

/// Records a second of the bare pipeline, two threads, over the given blocks.
pub fn bare_pipeline(directory: &Path, preload: u64, blocks: &[Vec<BareRecord>], written: Written) -> anyhow::Result<f64> {
    let mut options = rocksdb::Options::default();
    options.create_if_missing(true);
    options.set_write_buffer_size(64 << 20);
    let database = rocksdb::DB::open(&options, directory)?;
    let mut trie = BareTrie::default();
    let mut filler: Vec<(Key, Key)> =
        (0..preload).map(|index| Sha256::digest((index | 1 << 60).to_be_bytes()).into()).map(|key| (key, key)).collect();
    filler.sort_unstable();
    trie.insert(&filler);
    drop(filler);

    let records: usize = blocks.iter().map(Vec::len).sum();
    let (to_disk, from_checks) = mpsc::sync_channel::<(Vec<(Key, Key)>, Vec<&[u8]>)>(2);
    let started = Instant::now();
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let (database, trie) = (&database, &mut trie);
        let writer = scope.spawn(move || -> anyhow::Result<()> {
            let page = vec![0x5a; written.page_bytes / written.pages.max(1)];
            let value = vec![0x7e; written.state_value_bytes];
            for (height, (mut entries, bodies)) in from_checks.into_iter().enumerate() {
                entries.sort_unstable();
                trie.insert(&entries);
                let mut batch = rocksdb::WriteBatch::default();
                let mut body = Vec::with_capacity(bodies.iter().map(|bytes| bytes.len()).sum());
                bodies.iter().for_each(|bytes| body.extend_from_slice(bytes));
                batch.put([b"block".as_slice(), &height.to_be_bytes()].concat(), body);
                for (key, _) in &entries {
                    batch.put(key, &value);
                }
                for index in 0..written.pages {
                    batch.put(Sha256::digest([height.to_be_bytes(), index.to_be_bytes()].concat()), &page);
                }
                for index in 0..bodies.len() {
                    batch.put([b"leaf".as_slice(), &height.to_be_bytes(), &index.to_be_bytes()].concat(), [0x11; 32]);
                }
                batch.put(b"root", trie.hash(trie.root));
                let mut synced = rocksdb::WriteOptions::default();
                synced.set_sync(true);
                database.write_opt(batch, &synced)?;
            }
            Ok(())
        });
        for block in blocks {
            let mut batch = ed25519_zebra::batch::Verifier::new();
            for record in block {
                batch.queue((record.key.into(), record.signature.into(), &record.message));
            }
            batch.verify(rand::rng()).map_err(|_| anyhow::anyhow!("a signature of the bare pipeline does not check"))?;
            let mut entries = Vec::with_capacity(block.len() * written.state_keys);
            for record in block {
                let mut hash: Key = Sha256::digest(&record.message).into();
                for _ in 0..written.state_keys {
                    entries.push((hash, hash));
                    hash = Sha256::digest(hash).into();
                }
            }
            let bodies = block.iter().map(|record| record.message.as_slice()).collect();
            to_disk.send((entries, bodies)).map_err(|_| anyhow::anyhow!("the bare writer stopped"))?;
        }
        drop(to_disk);
        writer.join().map_err(|_| anyhow::anyhow!("the bare writer panicked"))?
    })?;
    Ok(records as f64 / started.elapsed().as_secs_f64())
}

/// Microseconds of `count` signature checks, one by one and in one batch: the cheaper of the two.
pub fn signature_checks_micros(count: u8) -> f64 {
    let signed: Vec<_> = (0..count)
        .map(|index| {
            let secret = ed25519_zebra::SigningKey::from([index + 1; 32]);
            (ed25519_zebra::VerificationKeyBytes::from(&secret), secret.sign(b"the same bytes for all of them, as votes are"))
        })
        .collect();
    let message = b"the same bytes for all of them, as votes are";
    let single = median_micros(200, || {
        for (key, signature) in &signed {
            let key = ed25519_zebra::VerificationKey::try_from(*key).expect("a key");
            assert!(key.verify(signature, message).is_ok());
        }
    });
    let batched = median_micros(200, || {
        let mut batch = ed25519_zebra::batch::Verifier::new();
        for (key, signature) in &signed {
            batch.queue((*key, *signature, message));
        }
        assert!(batch.verify(rand::rng()).is_ok());
    });
    single.min(batched)
}

/// Microseconds of one signature in a batch of 256 by 16 issuers, each over bytes of its own: the best of 30 batches.
pub fn batched_signature_micros() -> f64 {
    let issuers: Vec<_> = (0..16).map(|index| ed25519_zebra::SigningKey::from([index + 1; 32])).collect();
    let signed: Vec<_> = (0..256_u32)
        .map(|index| {
            let (issuer, message) = (&issuers[index as usize % issuers.len()], index.to_be_bytes());
            (ed25519_zebra::VerificationKeyBytes::from(issuer), issuer.sign(&message), message)
        })
        .collect();
    let checked = || {
        let began = Instant::now();
        let mut batch = ed25519_zebra::batch::Verifier::new();
        for (key, signature, message) in &signed {
            batch.queue((*key, *signature, message));
        }
        assert!(batch.verify(rand::rng()).is_ok());
        began.elapsed()
    };
    let best = (0..30).map(|_| checked()).min().unwrap_or_default();
    best.as_secs_f64() * 1e6 / signed.len() as f64
}

/// The median of the times that `work` takes, in microseconds.
pub fn median_micros(times: usize, mut work: impl FnMut()) -> f64 {
    let mut taken: Vec<f64> = (0..times)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}
