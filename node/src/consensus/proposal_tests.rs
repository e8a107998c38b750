//! Each refusal of a block, met by a block that is broken in just that place.

use super::*;
use crate::checked::{CHECKED_BYTES_MAX, Checked};
use crate::consensus::testing::{FOUNDED, certificate, founding, founding_ground};
use ledger::id::{KeyNumber, Signer};
use ledger::key::SecretKey;
use ledger::transaction::{Act, DecodedTransaction, SignedTransaction, TRANSACTION_VERSION, Transaction};
use ledger::tree::StateKey;
use ledger_store::Store;

/// A ledger on disk, and rules by which every act writes its body under the transaction's name.
struct Ground {
    _home: tempfile::TempDir,
    store: Store,
    parent: Parent,
    recorded: Vec<TransactionId>,
}

fn secret() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn transaction(parent: &Parent, number: u8, expiry: u64) -> Transaction {
    Transaction {
        version: TRANSACTION_VERSION,
        network: parent.network,
        signer: Signer::parse("NZ").unwrap(),
        key: KeyNumber::new(0),
        expiry: Height::new(expiry),
        acts: vec![Act { kind: 9, verb: 1, body: vec![number].into() }],
    }
}

fn verified(transaction: &Transaction) -> Arc<VerifiedTransaction> {
    let wire = transaction.sign(&secret()).to_bytes();
    let decoded = DecodedTransaction::from_wire(wire, &transaction.network).unwrap();
    Arc::new(decoded.verify(&secret().public()).unwrap())
}

impl Ground {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let parent = founding_ground();
        let store = Store::open(home.path(), parent.network).unwrap();
        store.found(&Changes::from([(StateKey::new([1; 32]), vec![1])])).unwrap();
        Self { _home: home, store, parent, recorded: Vec::new() }
    }

    fn with<T>(&self, work: impl FnOnce(&Rules<'_>) -> T) -> T {
        let view = self.store.view().unwrap();
        work(&Rules {
            is_recorded: &|id| Ok(self.recorded.contains(id)),
            execute: &|_, _, transactions| {
                let write = |one: &&VerifiedTransaction| (StateKey::new(*one.id().as_bytes()), one.wire().to_vec());
                let changes = transactions.iter().map(write).collect();
                Ok((changes, transactions.iter().map(|_| Outcomes::new(vec![0])).collect()))
            },
            update: &|changes| view.update(changes),
        })
    }

    fn build(&self, candidates: &[Arc<VerifiedTransaction>]) -> Block {
        let proposer = self.parent.validators.as_slice()[1].member;
        let commit = (self.parent.height != Height::FOUNDING)
            .then(|| certificate(&self.parent.network, self.parent.height.get(), 0, &self.parent.block, &[0, 1, 2]));
        let now = FOUNDED.saturating_add_ms(60_000);
        self.with(|rules| build(&self.parent, commit, proposer, now, candidates, rules)).unwrap().block
    }

    fn check(&self, block: &Block) -> Result<Executed, CheckError> {
        let bytes = Bytes::from(block.to_bytes());
        let turn = self.parent.validators.as_slice()[1].member;
        check_header(block, bytes.len(), &self.parent, &|member| member == turn)?;
        let wires: Vec<Bytes> = block.transactions.iter().map(|wire| Bytes::copy_from_slice(wire)).collect();
        let checked = Checked::new(self.parent.network, CHECKED_BYTES_MAX);
        let transactions = checked.check(&wires, &|_, _| Ok(Some(secret().public())));
        self.with(|rules| check_body(block.clone(), bytes, transactions, &self.parent, rules))
    }

    fn refusal(&self, block: &Block) -> BadBlock {
        match self.check(block) {
            Err(CheckError::Bad(bad)) => bad,
            other => panic!("expected a refusal, not {other:?}"),
        }
    }

    /// A ground whose parent is a decided empty block of height 1.
    fn at_height_two() -> Self {
        let mut ground = Self::new();
        let first = ground.build(&[]);
        let executed = ground.check(&first).unwrap();
        let commit = certificate(&ground.parent.network, 1, 0, &executed.hash, &[0, 1, 3]);
        ground
            .store
            .commit(ledger_store::Decided {
                block: &first,
                certificate: &commit,
                transactions: &[],
                outcomes: &[],
                changes: &Changes::new(),
                update: executed.update,
            })
            .unwrap();
        ground.parent = Parent { height: Height::new(1), block: executed.hash, time: first.header.time, ..ground.parent };
        ground
    }
}

fn broken(block: &Block, breaks: impl FnOnce(&mut Block)) -> Block {
    let mut block = block.clone();
    breaks(&mut block);
    block
}

#[test]
fn what_a_member_has_no_share_left_for_waits_for_a_later_block() {
    let ground = Ground::new();
    let of = |signer: &str, number: u8| {
        verified(&Transaction { signer: Signer::parse(signer).unwrap(), ..transaction(&ground.parent, number, 50) })
    };
    let candidates = [of("NZ", 1), of("NZ-mpi", 2), of("CL", 3), of("NZ", 4)];
    let view = ground.store.view().unwrap();
    let block = |of_nz: usize| {
        let rules = Rules {
            is_recorded: &|_| Ok(false),
            // So many transactions of NZ and its authorities have a share.
            execute: &|_, _, transactions| {
                let mut left = of_nz;
                let mut outcome = |one: &&VerifiedTransaction| {
                    let is_nz = one.transaction().signer.member().as_str() == "NZ";
                    let is_spent = is_nz && left == 0;
                    left = left.saturating_sub(usize::from(is_nz));
                    Outcomes::new(vec![if is_spent { Refusal::ShareOfBlockSpent.number() } else { 0 }])
                };
                Ok((Changes::new(), transactions.iter().map(&mut outcome).collect()))
            },
            update: &|changes| view.update(changes),
        };
        let proposer = ground.parent.validators.as_slice()[1].member;
        let built = build(&ground.parent, None, proposer, FOUNDED.saturating_add_ms(60_000), &candidates, &rules).unwrap();
        let kept = |(id, _): &(TransactionId, WireHash)| candidates.iter().position(|candidate| candidate.id() == *id).unwrap();
        (built.names.iter().map(kept).collect::<Vec<_>>(), built.outcomes.iter().map(|outcomes| outcomes.numbers()[0]).collect::<Vec<_>>())
    };
    assert_eq!(block(3), (vec![0, 1, 2, 3], vec![0; 4]));
    assert_eq!(block(2), (vec![0, 1, 2], vec![0; 3]));
    // One that is dearer than a share alone is told so, and stands in nobody's way.
    assert_eq!(block(0), (vec![0, 2], vec![Refusal::ShareOfBlockSpent.number(), 0]));
}

#[test]
fn what_is_built_is_accepted() {
    for ground in [Ground::new(), Ground::at_height_two()] {
        let all: Vec<_> = (0..20).map(|number| verified(&transaction(&ground.parent, number, 50))).collect();
        for count in [0, 1, 20] {
            let block = ground.build(&all[..count]);
            let executed = ground.check(&block).unwrap();
            assert_eq!((executed.names.len(), executed.changes.len()), (count, count));
            assert_eq!(executed.block, block);
        }
    }
}

#[test]
fn a_broken_header_is_refused_in_each_place() {
    let ground = Ground::at_height_two();
    let block = ground.build(&[]);
    let refusal = |breaks: &dyn Fn(&mut Header)| ground.refusal(&broken(&block, |block| breaks(&mut block.header)));
    assert_eq!(refusal(&|h| h.version = 2), BadBlock::Version(2));
    assert_eq!(refusal(&|h| h.network = NetworkId::new([9; 32])), BadBlock::OtherNetwork);
    let other = BadBlock::OtherParent { height: ground.parent.height, parent: ground.parent.block };
    assert_eq!(refusal(&|h| h.height = Height::new(3)), other);
    assert_eq!(refusal(&|h| h.height = Height::new(1)), other);
    assert_eq!(refusal(&|h| h.parent = BlockHash::new([0; 32])), other);
    assert!(matches!(refusal(&|h| h.time = ground.parent.time), BadBlock::Time { .. }));
    assert!(matches!(refusal(&|h| h.time = Timestamp::from_millis(u64::MAX)), BadBlock::Time { .. }));
    let stranger = MemberId::parse("UY").unwrap();
    assert_eq!(refusal(&|h| h.proposer = stranger), BadBlock::Proposer(stranger));
    let not_his_turn = ground.parent.validators.as_slice()[0].member;
    assert_eq!(refusal(&|h| h.proposer = not_his_turn), BadBlock::Proposer(not_his_turn));
    assert_eq!(refusal(&|h| h.validators = Hash::new([0; 32])), BadBlock::Validators);
    assert_eq!(refusal(&|h| h.next_validators = Some(h.validators)), BadBlock::Validators);
    assert_eq!(refusal(&|h| h.previous_commit = None), BadBlock::OtherCertificate);
}

#[test]
fn a_wrong_root_is_refused_and_named() {
    let ground = Ground::at_height_two();
    let block = ground.build(&[verified(&transaction(&ground.parent, 1, 50))]);
    let named = |breaks: &dyn Fn(&mut Header)| match ground.refusal(&broken(&block, |block| breaks(&mut block.header))) {
        BadBlock::Root { what, .. } => what,
        other => panic!("{other:?}"),
    };
    let zero = Hash::new([0; 32]);
    assert_eq!(named(&|h| h.transactions_root = zero), "the transactions root");
    assert_eq!(named(&|h| h.outcomes_root = zero), "the outcomes root");
    assert_eq!(named(&|h| h.state_root = zero), "the state root");
    assert_eq!(named(&|h| h.history_root = zero), "the history root");
    assert_eq!(named(&|h| h.history_size = 7), "the history's size");
}

#[test]
fn the_certificate_must_be_the_parents_and_check() {
    let ground = Ground::at_height_two();
    let block = ground.build(&[]);
    let carrying = |commit: Option<CommitCertificate>| {
        broken(&block, |block| {
            block.header.previous_commit = commit.as_ref().map(CommitCertificate::hash);
            block.previous_commit = commit;
        })
    };
    let network = &ground.parent.network;
    let good = |signers: &[usize]| certificate(network, 1, 0, &ground.parent.block, signers);
    assert!(ground.check(&carrying(Some(good(&[1, 2, 3])))).is_ok());
    assert_eq!(ground.refusal(&carrying(None)), BadBlock::OtherCertificate);
    let other_block = certificate(network, 1, 0, &BlockHash::new([8; 32]), &[0, 1, 2]);
    assert_eq!(ground.refusal(&carrying(Some(other_block))), BadBlock::OtherCertificate);
    let other_height = certificate(network, 2, 0, &ground.parent.block, &[0, 1, 2]);
    assert_eq!(ground.refusal(&carrying(Some(other_height))), BadBlock::OtherCertificate);
    assert!(matches!(ground.refusal(&carrying(Some(good(&[1, 2])))), BadBlock::Certificate(BadCertificate::NoQuorum { .. })));
    let other_round = CommitCertificate { round: 1, ..good(&[0, 1, 2]) };
    assert_eq!(ground.refusal(&carrying(Some(other_round))), BadBlock::Certificate(BadCertificate::Signature));
    let swapped = broken(&block, |block| block.previous_commit = Some(good(&[1, 2, 3])));
    assert_eq!(ground.refusal(&swapped), BadBlock::OtherCertificate, "another than the header's");

    let first = Ground::new();
    let block = first.build(&[]);
    let early = broken(&block, |block| {
        let commit = certificate(network, 0, 0, &first.parent.block, &[0, 1, 2]);
        block.header.previous_commit = Some(commit.hash());
        block.previous_commit = Some(commit);
    });
    assert_eq!(first.refusal(&early), BadBlock::OtherCertificate, "at height 1 there is none");
}

#[test]
fn a_bad_signature_in_a_proposal_is_refused_though_nobody_saw_the_transaction_before() {
    let ground = Ground::new();
    let good = transaction(&ground.parent, 1, 50);
    let forged = good.sign(&SecretKey::from_seed(&[8; 32])).to_bytes();
    let truncated = forged[..forged.len() - 1].to_vec();
    let foreign = Transaction { network: NetworkId::new([4; 32]), ..good.clone() }.sign(&secret()).to_bytes();
    let block = ground.build(&[verified(&good)]);
    for bytes in [forged, truncated, foreign] {
        let block = broken(&block, |block| block.transactions[0] = bytes.clone().into());
        assert!(matches!(ground.refusal(&block), BadBlock::Transaction { index: 0, .. }));
    }
}

#[test]
fn an_expired_transaction_and_one_that_expires_too_late_are_refused_and_never_built_in() {
    let ground = Ground::at_height_two();
    let latest = 1 + EXPIRY_HEIGHTS_MAX;
    for (expiry, fine) in [(1, false), (2, true), (latest, true), (latest + 1, false)] {
        let one = verified(&transaction(&ground.parent, 1, expiry));
        let built = ground.build(&[Arc::clone(&one)]);
        assert_eq!(built.transactions.len(), usize::from(fine), "{expiry}");
        let block = broken(&ground.build(&[]), |block| block.transactions = vec![one.wire().to_vec().into()]);
        let refused = matches!(ground.refusal(&block), BadBlock::Expiry { index: 0, .. });
        assert_eq!(refused, !fine, "{expiry}");
    }
}

#[test]
fn a_transaction_twice_is_refused_and_never_built_in() {
    let mut ground = Ground::new();
    let one = verified(&transaction(&ground.parent, 1, 50));
    let block = ground.build(&[Arc::clone(&one), Arc::clone(&one)]);
    assert_eq!(block.transactions.len(), 1);
    let twice = broken(&block, |block| block.transactions.push(block.transactions[0].clone()));
    assert_eq!(ground.refusal(&twice), BadBlock::Duplicate { index: 1 });
    // The same body under another signature is the same transaction.
    let other = SignedTransaction { signature: secret().sign(b"other"), ..SignedTransaction::from_bytes(one.wire()).unwrap() };
    let decoded = DecodedTransaction::from_wire(other.to_bytes(), &ground.parent.network).unwrap();
    assert_eq!(decoded.id(), one.id());
    ground.recorded.push(one.id());
    assert_eq!(ground.refusal(&block), BadBlock::Duplicate { index: 0 });
    assert_eq!(ground.build(&[one]).transactions.len(), 0);
}

#[test]
fn a_block_is_filled_to_its_limit_and_one_byte_more_is_refused() {
    let ground = Ground::at_height_two();
    let large = |number: u8| {
        let mut transaction = transaction(&ground.parent, number, 50);
        transaction.acts[0].body = vec![number; 60_000].into();
        verified(&transaction)
    };
    let many: Vec<_> = (0..30).map(large).collect();
    let block = ground.build(&many);
    let size = block.to_bytes().len();
    assert!(size <= PROPOSAL_BYTES_MAX && size > PROPOSAL_BYTES_MAX - 62_000, "{size}");
    assert!(ground.check(&block).is_ok());
    let member = block.header.proposer;
    let at = |bytes| check_header(&block, bytes, &ground.parent, &|other| other == member);
    assert_eq!(at(PROPOSAL_BYTES_MAX), Ok(()));
    assert!(matches!(at(PROPOSAL_BYTES_MAX + 1), Err(BadBlock::TooLarge { .. })));
    let count = broken(&block, |block| block.transactions = vec![vec![0].into(); BLOCK_TRANSACTIONS_MAX + 1]);
    assert!(matches!(ground.refusal(&count), BadBlock::TooLarge { .. }));
}

#[test]
fn a_clock_that_stands_behind_the_parent_still_makes_a_later_block() {
    let ground = Ground::at_height_two();
    let proposer = ground.parent.validators.as_slice()[1].member;
    let commit = certificate(&ground.parent.network, 1, 0, &ground.parent.block, &[0, 1, 2]);
    let built = ground.with(|rules| build(&ground.parent, Some(commit), proposer, FOUNDED, &[], rules)).unwrap();
    assert_eq!(built.block.header.time, ground.parent.time.saturating_add_ms(1));
    assert!(ground.check(&built.block).is_ok());
}

#[test]
fn the_founding_has_four_validators_and_a_follower() {
    assert_eq!(founding().0.members().len(), 5);
    assert_eq!(founding().1.len(), 4);
}
