//! Nothing dated is overwritten: what was known at any of 5,000 heights is answered from today's root, after a restart.

use contracts::acts::{AdmitAuthority, NameKey, Places, ReinstateAuthority, RevokeKey, SuspendAuthority, issue_from_document};
use contracts::context::Known;
use contracts::document::read_document;
use contracts::kinds::RecordKind;
use contracts::standing::Verb;
use contracts::verdict::{Facts, Question, Reason, Subject, Word, needed_keys, verdict};
use genesis::{Environment, Founding, FoundingMember};
use ledger::block::CommitCertificate;
use ledger::commitment::Seed;
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::key::SecretKey;
use ledger::lookup::{EncryptionSecret, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::receipt::{RECEIPT_VERSION, Receipt};
use ledger::time::{Height, Timestamp};
use ledger::transaction::{Act, DecodedTransaction, TRANSACTION_VERSION, Transaction};
use ledger::vote::{VoteType, vote_bytes};
use ledger_store::{Decided, Options, Store};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use symbolon_node::consensus::proposal::{Parent, Rules, build};
use symbolon_node::rules;
use symbolon_tests::cast;
use symbolon_tests::issuer::{change, date};

const HEIGHTS: u64 = 5_000;
/// The blocks lie this far apart: the whole takes about seven months.
const HOUR_MS: u64 = 3_600_000;

/// One member's chain on disk, made by the rooms of the node without its network.
struct Chain {
    store: Store,
    founding: Founding,
    certificate: Option<CommitCertificate>,
    time: Timestamp,
}

fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(ledger::hash::sha256(name.as_bytes()).as_bytes())
}

fn authority() -> AuthorityId {
    AuthorityId::parse("NZ-customs").unwrap()
}

const TAG: RecordTag = RecordTag::new([7; 32]);

fn record() -> RecordKey {
    TAG.record_key(authority().member())
}

fn founding() -> Founding {
    let member = FoundingMember {
        id: MemberId::parse("NZ").unwrap(),
        name: "New Zealand Customs Service".into(),
        countries: vec![CountryCode::parse("NZ").unwrap()],
        governance_keys: vec![key("governance").public()],
        threshold: 1,
        encryption_key: EncryptionSecret::new([3; 32]).public(),
        node_key: key("node").public(),
        validator_key: Some(key("validator").public()),
    };
    Founding::new(Environment::Test, "Past", date("2026-01-01").start_utc(), vec![member]).unwrap()
}

impl Chain {
    fn open(home: &Path) -> Self {
        let founding = founding();
        let store = Store::open_with(home, founding.network_id(), Options { reserve_bytes: 1024 * 1024, ..Options::default() }).unwrap();
        let tip = store.found(&founding.first_state()).unwrap();
        let time = store.header(tip.height).unwrap().map_or(founding.time(), |header| header.time);
        let certificate = store.certificate(tip.height).unwrap();
        Self { store, founding, certificate, time }
    }

    fn height(&self) -> Height {
        self.store.tip().height
    }

    /// Decides one block, an hour after the last, with these acts of one signer.
    fn decide(&mut self, signer: Signer, number: u32, secret: &SecretKey, acts: Vec<Act>) {
        let (network, validators, tip) = (self.founding.network_id(), self.founding.validators(), self.store.tip());
        let empty = acts.is_empty();
        let transaction = Transaction {
            version: TRANSACTION_VERSION,
            network,
            signer,
            key: KeyNumber::new(number),
            expiry: tip.height.saturating_add(100),
            acts,
        };
        let wire = ledger::codec::encode(&transaction.sign(secret));
        let candidates = if empty {
            Vec::new()
        } else {
            vec![Arc::new(DecodedTransaction::from_wire(wire, &network).unwrap().verify(&secret.public()).unwrap())]
        };
        let parent = Parent {
            network,
            height: tip.height,
            block: tip.block,
            time: self.time,
            frontier: self.store.frontier(),
            validators_before: validators.clone(),
            validators: validators.clone(),
        };
        let view = self.store.view().unwrap();
        let made = build(
            &parent,
            self.certificate.clone(),
            MemberId::parse("NZ").unwrap(),
            self.time.saturating_add_ms(HOUR_MS),
            &candidates,
            &Rules {
                is_recorded: &|id| Ok(self.store.transaction(id)?.is_some()),
                execute: &|height, time, transactions| rules::execute(network, height, time, transactions, &view),
                update: &|changes| view.update(changes),
            },
        )
        .unwrap();
        drop(view);
        assert!(made.outcomes.iter().all(|outcomes| outcomes.numbers().iter().all(|number| *number == 0)), "{:?}", made.outcomes);
        let header = &made.block.header;
        let vote = vote_bytes(&network, VoteType::Precommit, header.height, 0, Some(&made.hash));
        let certificate =
            CommitCertificate::collect(header.height, 0, made.hash, validators, &[(header.proposer, key("validator").sign(&vote))]);
        self.time = header.time;
        self.store
            .commit(Decided {
                block: &made.block,
                certificate: &certificate,
                transactions: &made.names,
                outcomes: &made.outcomes,
                changes: &made.changes,
                update: made.update,
            })
            .unwrap();
        self.certificate = Some(certificate);
    }

    fn by_member(&mut self, act: Act) {
        self.decide(Signer::Member(MemberId::parse("NZ").unwrap()), 0, &key("governance"), vec![act]);
    }

    fn by_root(&mut self, act: Act) {
        self.decide(Signer::Authority(authority()), 0, &key("root"), vec![act]);
    }

    fn by_official(&mut self, act: Act) {
        self.decide(Signer::Authority(authority()), 1, &key("official"), vec![act]);
    }

    fn heartbeat(&mut self) {
        self.decide(Signer::Authority(authority()), 1, &key("official"), Vec::new());
    }

    /// An officer's answer by a receipt against today's root, checked from its bytes on.
    fn answer(&self, on: &str, known: Known) -> (Word, Reason) {
        let subject = Subject::Record(record());
        let question = Question { known, for_country: CountryCode::parse("NZ").ok(), ..Question::on(date(on)) };
        let view = self.store.view().unwrap();
        let keys: BTreeSet<_> = needed_keys(&view, &subject, &question).unwrap().into_iter().collect();
        let receipt = Receipt {
            version: RECEIPT_VERSION,
            header: view.header().unwrap().unwrap(),
            commit: view.certificate().unwrap().unwrap().into(),
            state: view.prove(&keys).unwrap(),
            issue: None,
            steps: None,
        };
        let receipt: Receipt =
            ledger::codec::decode("receipt", ledger::receipt::RECEIPT_BYTES_MAX, &ledger::codec::encode(&receipt)).unwrap();
        let proven = receipt.verify(&self.founding.trust(), &mut rand::rng()).unwrap();
        let facts = Facts::from_proven(&proven, &subject, &question).unwrap();
        let verdict = verdict(&facts, &question);
        (verdict.word, verdict.reason)
    }
}

/// The days asked about.
const DAYS: [&str; 5] = ["2026-01-15", "2026-02-10", "2026-03-10", "2026-05-20", "2026-07-20"];

#[test]
fn what_was_known_at_each_height_is_answered_from_todays_root_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let mut chain = Chain::open(home.path());
    let admit = AdmitAuthority {
        authority: authority(),
        country: CountryCode::parse("NZ").unwrap(),
        name: "Customs".into(),
        scopes: vec![cast::scope("aeo NZ-SES")],
        root_key: key("root").public(),
        effective: date(cast::SINCE),
    };
    chain.by_member(admit.into_act());
    let name =
        NameKey { number: KeyNumber::new(1), key: key("official").public(), valid_from: Timestamp::from_millis(0), valid_until: None };
    chain.by_root(name.into_act());
    let document = read_document(cast::OPERATOR.as_bytes()).unwrap();
    let places = Places { record_tag: TAG, locators: Vec::new(), bases: Vec::new(), predecessor: None };
    let issue = issue_from_document(&document, cast::OPERATOR.as_bytes(), &Seed::new([1; 16]), places).unwrap();
    chain.by_official(issue.into_act(RecordKind::AeoStatus));

    let change = |verb, effective: &str, follows| change(record(), effective, follows).into_act(RecordKind::AeoStatus, verb);
    let mut seen = Vec::new();
    while chain.height().get() < HEIGHTS {
        match chain.height().get() {
            500 => chain.by_official(change(Verb::Suspend, "2026-02-01", 0)),
            1_200 => chain.by_official(change(Verb::Reinstate, "2026-03-01", 1)),
            2_000 => chain.by_official(change(Verb::Suspend, "2026-05-15", 2)),
            2_600 => chain.by_member(SuspendAuthority { authority: authority(), effective: date("2026-04-20"), follows: 1 }.into_act()),
            2_900 => chain.by_member(ReinstateAuthority { authority: authority(), effective: date("2026-05-02"), follows: 2 }.into_act()),
            3_600 => chain.by_official(change(Verb::Reinstate, "2026-06-01", 3)),
            4_300 => chain.by_official(change(Verb::Revoke, "2026-07-01", 4)),
            4_700 => chain.by_root(RevokeKey { number: KeyNumber::new(1), as_of: date("2026-05-25").start_utc() }.into_act()),
            _ => chain.heartbeat(),
        }
        if chain.height().get().is_multiple_of(100) {
            let answers = DAYS.map(|day| chain.answer(day, Known::Now));
            seen.push((chain.height(), chain.time, answers));
        }
    }
    drop(chain);

    let chain = Chain::open(home.path());
    assert_eq!(chain.height().get(), HEIGHTS);
    let mut words = BTreeSet::new();
    for (height, time, answers) in seen {
        for known in [Known::AtHeight(height), Known::AtTime(time)] {
            assert_eq!(DAYS.map(|day| chain.answer(day, known)), answers, "as known at {known:?}");
        }
        words.extend(answers.iter().map(|(word, _)| *word));
    }
    let all: BTreeSet<Word> = [Word::Valid, Word::Suspended, Word::Revoked].into();
    assert!(words.is_superset(&all), "{words:?}");
    assert_eq!(chain.answer(DAYS[0], Known::AtHeight(Height::new(2))), (Word::Unknown, Reason::RecordedLater));
}
