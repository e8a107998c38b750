//! What a receipt must contain: a verdict from a checked receipt is that of the node, and a receipt that leaves out any
//! entry yields a named gap, never a verdict.

use crate::key;
use crate::story::{Memory, NETWORK, World, check, member_id, secret};
use crate::verdict::{Facts, Gap, Word, needed_keys, verdict};
use ledger::block::{CommitCertificate, HEADER_VERSION, Header, Validator, Validators, founding_parent};
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::receipt::{Proven, RECEIPT_VERSION, Receipt, Trust};
use ledger::tree::{DEPTH_MAX, Leaf, Multiproof, Node, Nodes, StateKey, Subtree};
use ledger::vote::{VoteType, vote_bytes};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// A state tree in memory, hashed anew for every proof.
struct Tree<'a> {
    state: &'a Memory,
    leaves: Vec<(Leaf, Hash)>,
}

impl<'a> Tree<'a> {
    fn of(state: &'a Memory) -> Self {
        let leaf = |(key, value): (&StateKey, &Vec<u8>)| {
            let leaf = Leaf::of(*key, value);
            (leaf, leaf.hash())
        };
        Self { state, leaves: state.0.iter().map(leaf).collect() }
    }

    fn root(&self) -> Hash {
        Subtree::of(&self.leaves, 0).hash()
    }

    fn below(&self, depth: u16, path: &StateKey) -> Vec<(Leaf, Hash)> {
        self.leaves.iter().filter(|(leaf, _)| leaf.key.shares(path, depth)).copied().collect()
    }
}

impl Nodes for Tree<'_> {
    type Fault = Infallible;

    fn node(&mut self, depth: u16, path: &StateKey, _: &Hash) -> Result<Node, Infallible> {
        let below = self.below(depth, path);
        Ok(match below.as_slice() {
            [] => Node::Empty,
            [(leaf, _)] => Node::Leaf(*leaf),
            several => {
                assert!(depth < DEPTH_MAX);
                let (left, right): (Vec<_>, Vec<_>) = several.iter().copied().partition(|(leaf, _)| !leaf.key.bit(depth));
                Node::Branch { left: Subtree::of(&left, depth + 1).hash(), right: Subtree::of(&right, depth + 1).hash() }
            }
        })
    }

    fn value(&mut self, leaf: &Leaf) -> Result<Vec<u8>, Infallible> {
        Ok(self.state.0[&leaf.key].clone())
    }
}

/// A receipt of these keys, checked as an officer checks it.
fn proven(world: &World, keys: &BTreeSet<StateKey>) -> Proven {
    let mut tree = Tree::of(&world.state);
    let key = secret("validator", 0);
    let validators = Validators::new(vec![Validator { member: MemberId::parse("CN").unwrap(), key: key.public(), power: 1 }]).unwrap();
    let header = Header {
        version: HEADER_VERSION,
        network: NETWORK,
        height: world.block.height,
        time: world.block.time,
        parent: founding_parent(&NETWORK),
        proposer: MemberId::parse("CN").unwrap(),
        transactions_root: Hash::new([0; 32]),
        outcomes_root: Hash::new([0; 32]),
        state_root: tree.root(),
        history_size: 0,
        history_root: Hash::new([0; 32]),
        validators: validators.hash(),
        next_validators: None,
        previous_commit: None,
    };
    let state = Multiproof::build(&mut tree, &header.state_root, keys).unwrap();
    let vote = key.sign(&vote_bytes(&NETWORK, VoteType::Precommit, header.height, 0, Some(&header.hash())));
    let votes = [(MemberId::parse("CN").unwrap(), vote)];
    let commit = CommitCertificate::collect(header.height, 0, header.hash(), &validators, &votes);
    let receipt = Receipt { version: RECEIPT_VERSION, header, commit: commit.into(), state, issue: None, steps: None };
    receipt.verify(&Trust::found(NETWORK, validators), &mut rand::rng()).unwrap()
}

const WORLD: &str = "
    issue   sps-1 by NZ
    issue   sps-2 by CL class=657 on=sps-1
    issue   sps-3 by NZ number=7 for=CN
    issue   origin-4 by NZ number=7 for=CN
    replace sps-5 for sps-3 by NZ
    issue   aeo-1 by NZ
    suspend aeo-1 by NZ
    name-key 2 by NZ-aeo
    reinstate aeo-1 by NZ key=2
    sign    CN-NZ-1 by CN
    sign    CN-NZ-1 by NZ
    apply   CN-NZ-1 by CN
    apply   CN-NZ-1 by NZ
    sign    CN-NZ-2 by CN
    admit   NZ-vet by NZ kinds=sps classes=853
    adopt   RCEP by CL from=2026-01-01
    adopt   RCEP by SG from=2026-01-01
    notify  CL-origin under=RCEP by CL from=2026-01-01
    issue   origin-10 by CL class=RCEP until=2027-01-01
    issue   origin-11 by SG class=RCEP flags=8 on=origin-10 until=2027-01-01
    deny    origin-10 by SG reason=2
    name-key 2 by NZ-sps
    ask     sps-1 by SG deadline=2026-06-01
    answer  sps-1 by NZ to=SG confirmed=yes key=2
    name-key 2 by CL-origin
    ask     origin-10 by SG deadline=2026-06-01
    answer  origin-10 by CL to=SG confirmed=yes key=2
";

const QUESTIONS: [&str; 15] = [
    "verify origin-11 for=CL",
    "verify sps-1 for=CN document=sps-1",
    "verify sps-2",
    "verify sps-9",
    "verify sps-1 known=3",
    "look 7 by CN from=NZ kind=sps",
    "look 7 by CN from=NZ",
    "look 8 by CN from=NZ kind=sps class=851 issued=2026-02-01",
    "look 8 by CN from=NZ kind=sps",
    "look 8 by CN from=NZ authority=NZ-sps",
    "look 8 by CN from=DE kind=sps",
    "look 8 by CN from=ZZ",
    "verify aeo-1 for=CN",
    "verify aeo-1 for=CL",
    "verify aeo-1 for=ZZ",
];

#[test]
fn a_verdict_from_a_receipt_is_that_from_the_state() {
    let world = check(WORLD);
    let mut words = BTreeSet::new();
    for line in QUESTIONS {
        let (subject, question) = world.question_of(line);
        let keys: BTreeSet<StateKey> = needed_keys(&world.state, &subject, &question).unwrap().into_iter().collect();
        assert!(keys.len() <= 20, "{line} needs {} entries", keys.len());
        let facts = Facts::from_proven(&proven(&world, &keys), &subject, &question).unwrap();
        assert_eq!(verdict(&facts, &question), world.verdict_of(line), "{line}");
        words.insert(verdict(&facts, &question).word);
    }
    assert!(words.len() >= 6, "{words:?}");
}

#[test]
fn a_receipt_made_for_one_country_is_judged_for_any_other_with_the_founding_file() {
    let world = check(
        "
        adopt RCEP by NZ
        adopt RCEP by CN
        issue origin-1 by NZ class=RCEP
        issue origin-2 by NZ
        ask   origin-2 by CN deadline=2026-05-30
        deny  origin-2 by SG reason=2
    ",
    );
    let mut words = BTreeSet::new();
    for (record, country) in ["origin-1", "origin-2"].into_iter().flat_map(|record| ["CN", "SG", "NZ"].map(|country| (record, country))) {
        let made_for = world.question_of(&format!("verify {record} for=CL"));
        let keys = needed_keys(&world.state, &made_for.0, &made_for.1).unwrap().into_iter().collect();
        let line = format!("verify {record} for={country}");
        let (subject, question) = world.question_of(&line);
        let founded = [key::country(question.for_country.unwrap()), key::member(member_id(country))];
        let founded = founded.into_iter().map(|key| (key, world.state.0[&key].clone())).collect();
        let proven = proven(&world, &keys);
        let facts = Facts::from_proven_and_founded(&proven, &founded, &subject, &question).unwrap();
        assert_eq!(verdict(&facts, &question), world.verdict_of(&line), "{line}");
        words.insert(verdict(&facts, &question).word);
    }
    assert_eq!(words, BTreeSet::from([Word::NotRecognised, Word::Rejected, Word::UnderVerification, Word::Valid]));
}

#[test]
fn a_receipt_that_leaves_out_any_entry_yields_a_named_gap() {
    let world = check(WORLD);
    for line in QUESTIONS {
        let (subject, question) = world.question_of(line);
        let keys: BTreeSet<StateKey> = needed_keys(&world.state, &subject, &question).unwrap().into_iter().collect();
        for left_out in &keys {
            let mut others = keys.clone();
            others.remove(left_out);
            // A proof has at least one key: something that nobody asked about.
            others.insert(StateKey::new([0x55; 32]));
            let answer = Facts::from_proven(&proven(&world, &others), &subject, &question);
            match answer {
                Err(Gap::Missing { key, what }) => assert_eq!((key, what.is_empty()), (*left_out, false), "{line}"),
                other => panic!("{line} without {left_out}: {other:?}"),
            }
        }
    }
}

#[test]
fn the_document_in_hand_changes_nothing_of_what_is_asked() {
    let world = check(WORLD);
    for line in QUESTIONS {
        let (subject, question) = world.question_of(line);
        let (_, with) =
            world.question_of(&format!("{line} document=origin-4 issued=2026-03-01 holder=yes role=exporter fresh=no on=2026-03-03"));
        assert_eq!(needed_keys(&world.state, &subject, &question), needed_keys(&world.state, &subject, &with), "{line}");
    }
    // Facts that were gathered without the document answer with it.
    let (subject, question) = world.question_of("look 7 by CN from=NZ");
    let facts = Facts::from_state(&world.state, world.now(), &subject, &question).unwrap();
    let (_, with) = world.question_of("look 7 by CN from=NZ document=origin-4");
    assert_eq!((verdict(&facts, &question).word, verdict(&facts, &with).word), (Word::Ambiguous, Word::Valid));
}

#[test]
fn a_receipt_of_another_record_or_place_does_not_answer() {
    let world = check(WORLD);
    let (asked, question) = world.question_of("look 7 by CN from=NZ kind=sps");
    for other in ["look 8 by CN from=NZ kind=sps", "look 7 by SG from=NZ kind=sps", "verify sps-5"] {
        let (subject, question_of_other) = world.question_of(other);
        let keys: BTreeSet<StateKey> = needed_keys(&world.state, &subject, &question_of_other).unwrap().into_iter().collect();
        let answer = Facts::from_proven(&proven(&world, &keys), &asked, &question);
        assert!(matches!(answer, Err(Gap::Missing { .. })), "{other}");
    }
}

#[test]
fn entries_that_contradict_each_other_do_not_answer() {
    use crate::key;
    use ledger::codec::Canonical;
    let good = check(WORLD);
    let (subject, question) = good.question_of("look 7 by CN from=NZ kind=sps");
    let sps = key::standing(&good.record_key("sps-3"));

    // The record at the locator is another member's.
    let mut world = good.clone();
    let mut standing = good.standing("sps-3");
    standing.authority = ledger::id::AuthorityId::parse("CL-sps").unwrap();
    world.state.0.insert(sps, standing.to_bytes());
    let keys: BTreeSet<StateKey> = needed_keys(&good.state, &subject, &question).unwrap().into_iter().collect();
    assert!(matches!(Facts::from_proven(&proven(&world, &keys), &subject, &question), Err(Gap::Misfit(_))));

    // The record at the locator is not there, or not readable.
    let mut world = good.clone();
    world.state.0.remove(&sps);
    assert!(matches!(Facts::from_proven(&proven(&world, &keys), &subject, &question), Err(Gap::Absent { .. })));
    world.state.0.insert(sps, vec![0xa0]);
    assert!(matches!(Facts::from_proven(&proven(&world, &keys), &subject, &question), Err(Gap::Unreadable { .. })));

    // The authority's entry is another's.
    let mut world = good.clone();
    let other = world.state.0[&key::authority(&ledger::id::AuthorityId::parse("NZ-aeo").unwrap())].clone();
    world.state.0.insert(key::authority(&ledger::id::AuthorityId::parse("NZ-sps").unwrap()), other);
    assert!(matches!(Facts::from_proven(&proven(&world, &keys), &subject, &question), Err(Gap::Misfit(_))));
}

#[test]
fn the_key_of_an_answer_is_shown_where_it_confirms_and_is_not_shown_already() {
    let mut world = check("name-key 2 by NZ-origin\nissue origin-1 by NZ until=2027-01-01\nask origin-1 by CN deadline=2026-06-01");
    let needed = |world: &World| {
        let (subject, question) = world.question_of("verify origin-1 for=CN");
        needed_keys(&world.state, &subject, &question).unwrap().len()
    };
    let before = needed(&world);
    world.tell("answer origin-1 by NZ to=CN confirmed=no key=2");
    assert_eq!(needed(&world), before, "it only takes away");
    world.tell("ask origin-1 by CN deadline=2026-06-01\nanswer origin-1 by NZ to=CN confirmed=yes key=1");
    assert_eq!(needed(&world), before, "the certificate rests on that key already");
    world.tell("ask origin-1 by CN deadline=2026-06-01\nanswer origin-1 by NZ to=CN confirmed=yes key=2");
    assert_eq!(needed(&world), before + 1);
}

#[test]
fn the_largest_answer_fits_one_proof() {
    let mut world = check("issue aeo-0 by NZ number=7 for=CN");
    for number in 2..=crate::standing::STANDING_KEYS_MAX - crate::standing::STANDING_KEYS_KEPT {
        world.tell(&format!("name-key {number} by NZ-aeo\nsuspend aeo-0 by NZ\nreinstate aeo-0 by NZ key={number}"));
    }
    // One authority fills at most half of a locator.
    world.tell("admit NZ-aeo2 by NZ kinds=aeo\nname-key 1 by NZ-aeo2");
    for index in 1..16 {
        let by = if index < 8 { "NZ" } else { "@NZ-aeo2" };
        world.tell(&format!("issue aeo-{index} by {by} number=7 for=CN"));
        world.tell(&format!("sign CN-NZ-{index} by CN"));
    }
    for index in 0..130 {
        world.tell(&format!("admit NZ-vet{index} by NZ kinds=aeo"));
    }
    for (line, most) in [
        ("look 7 by CN from=NZ for=CN kind=aeo document=aeo-0", 200),
        ("look 7 by CN from=NZ for=CN kind=aeo", 200),
        ("look 8 by CN from=NZ for=CN kind=aeo", 60),
        ("look 7 by CN from=NZ for=CN authority=NZ-sps", 60),
    ] {
        let (subject, question) = world.question_of(line);
        let keys = needed_keys(&world.state, &subject, &question).unwrap();
        assert!(keys.len() <= most, "{line}: {}", keys.len());
    }
    world.tell("look 8 by CN from=NZ kind=aeo => Unknown not-covered");
}

#[test]
fn a_member_that_does_not_cover_the_country_has_no_such_certificate() {
    let world = check(WORLD);
    let (subject, question) = world.question_of("look 7 by CN from=NZ kind=sps");
    let crate::verdict::Subject::Number { country, locator, .. } = subject else { panic!() };
    let asked = crate::verdict::Subject::Number { issuer: MemberId::parse("CL").unwrap(), country, locator };
    let facts = Facts::from_state(&world.state, world.now(), &asked, &question).unwrap();
    assert_eq!(verdict(&facts, &question).word, Word::Unknown);
}

#[test]
fn no_question_about_this_world_is_valid_without_a_record() {
    let world = check(WORLD);
    for line in QUESTIONS {
        let verdict = world.verdict_of(line);
        assert!(verdict.word != Word::Valid || verdict.record.is_some(), "{line}");
        assert!(!verdict.sentence.is_empty() && verdict.checks.len() == 6);
    }
}
