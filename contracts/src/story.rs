//! Tests as stories: a small world of administrations, and one line for each thing that happens in it.
//!
//! ```text
//! issue   origin-1 by CL                   a certificate of origin, by CL's chamber, under key 1
//! revoke  origin-1 by CL effective=2026-03-05
//! verify  origin-1 on=2026-03-04           => Valid
//! issue   origin-1 by CL                   => refused AlreadyRecorded
//! ```
//!
//! Members: CL, CN, NZ, SG (one key each), EU (for DE and FR), JP (two of three keys). Each of the first four has the
//! authorities `-origin`, `-sps` and `-aeo`, with a root key and key 1. SPS and AEO are covered since 2026-01-01.
//! Of any other kind the authority, named after the kind's word, is admitted by the first line that needs it.
//! Offices of the importing side (`CN-customs`, see [`offices`]) are admitted by the first line that needs them.
//! The first block bears the time 2026-03-01T00:00:00Z; each line is a block, one second after the one before.

mod agreement;
mod offices;
mod registry;

pub(crate) use agreement::{any_terms, origin_terms};

use crate::acts::*;
use crate::context::{BlockContext, Known, Recorded};
use crate::document::MediaType;
use crate::execute::{Executed, execute, precheck};
use crate::key;
use crate::kinds::RecordKind;
use crate::refusal::Refusal;
use crate::registry::*;
use crate::standing::*;
use crate::verdict::*;
use ledger::codec::Canonical;
use ledger::commitment::CommitmentRoot;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, KeyNumber, MemberId, NetworkId, Signer};
use ledger::key::{PublicKey, SecretKey, Signature};
use ledger::lookup::{EncryptionSecret, Locator, LocatorOpening, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::state::{Changes, Fault, StateRead};
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::{Act, DecodedTransaction, SignedTransaction, TRANSACTION_VERSION, Transaction, VerifiedTransaction};
use ledger::tree::StateKey;
use std::collections::BTreeMap;

/// Tells a story; panics at the first line that does not end as it says, and if its blocks do not give the same again.
pub(crate) fn check(story: &str) -> World {
    let mut world = World::founded();
    world.tell(story);
    world.replay();
    world
}

pub(crate) fn date(text: &str) -> CalendarDate {
    CalendarDate::parse(text).unwrap_or_else(|| panic!("{text} is no date"))
}

pub(crate) fn member_id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap_or_else(|_| panic!("{text} is no member"))
}

pub(crate) fn record_tag(name: &str) -> RecordTag {
    RecordTag::new(*sha256(format!("record {name}").as_bytes()).as_bytes())
}

/// Who there is in a story. A certificate is made known to all of them where `for=` names no others.
const MEMBERS: [&str; 6] = ["CL", "CN", "EU", "JP", "NZ", "SG"];

pub(crate) fn opening(name: &str, reader: &str) -> LocatorOpening {
    LocatorOpening::new(*sha256(format!("opening {name} {reader}").as_bytes()).as_bytes())
}

pub(crate) fn locator(name: &str, reader: &str) -> Locator {
    opening(name, reader).locator(member_id(reader))
}

pub(crate) fn digest(name: &str) -> Hash {
    sha256(format!("document {name}").as_bytes())
}

pub(crate) fn kind_of(name: &str) -> RecordKind {
    let word = name.split('-').next().unwrap();
    RecordKind::by_word(word).unwrap_or_else(|| panic!("no kind {word}"))
}

pub(crate) fn secret(owner: &str, number: u32) -> SecretKey {
    SecretKey::from_seed(sha256(format!("key {owner} {number}").as_bytes()).as_bytes())
}

/// The state of a world in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory(pub BTreeMap<StateKey, Vec<u8>>);

impl StateRead for Memory {
    fn get(&self, key: &StateKey) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }
}

#[derive(Clone)]
pub(crate) struct World {
    pub state: Memory,
    pub block: BlockContext,
    /// All transactions so far, with their blocks and what these did: to replay.
    pub blocks: Vec<(BlockContext, Vec<VerifiedTransaction>, Executed)>,
}

/// The words of a line: plain ones in order, and `name=value`.
pub struct Words<'a> {
    pub plain: Vec<&'a str>,
    pub named: BTreeMap<&'a str, &'a str>,
}

/// What a kind makes of a line ([`Rules::told`](crate::kinds::Rules::told)), where the line does not say it.
pub struct Told {
    /// The class.
    pub class: Option<&'static str>,
    /// The terms; those of `terms=none` and `terms=bad` are the same for all kinds.
    pub terms: Option<Vec<u8>>,
    /// How many lines of goods.
    pub lines: usize,
}

impl<'a> Words<'a> {
    pub fn of(line: &'a str) -> Self {
        let (named, plain): (Vec<&str>, Vec<&str>) = line.split_whitespace().partition(|word| word.contains('='));
        Self { plain, named: named.into_iter().map(|word| word.split_once('=').unwrap()).collect() }
    }

    pub fn after(&self, word: &str) -> &'a str {
        let at = self.plain.iter().position(|plain| *plain == word).unwrap_or_else(|| panic!("'{word}' is missing"));
        self.plain[at + 1]
    }

    pub fn date(&self, name: &str) -> Option<CalendarDate> {
        self.named.get(name).map(|text| date(text))
    }

    pub fn number<T: core::str::FromStr>(&self, name: &str) -> Option<T> {
        self.named.get(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
    }

    pub fn list(&self, name: &str) -> Vec<String> {
        self.named.get(name).map(|text| text.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect()).unwrap_or_default()
    }

    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.date(name).map(CalendarDate::start_utc)
    }
}

pub(crate) const NETWORK: NetworkId = NetworkId::new([7; 32]);

pub(crate) fn member(id: &str, countries: &[&str], threshold: u32, keys: u32) -> Member {
    let founded = Recorded { height: Height::FOUNDING, time: date("2026-01-01").start_utc() };
    Member {
        id: MemberId::parse(id).unwrap(),
        name: format!("Customs of {id}"),
        countries: countries.iter().map(|country| CountryCode::parse(country).unwrap()).collect(),
        governance_keys: (0..keys).map(|number| secret(id, number).public()).collect(),
        threshold,
        encryption_keys: vec![EncryptionKey {
            version: 0,
            key: EncryptionSecret::new(*sha256(id.as_bytes()).as_bytes()).public(),
            recorded: founded,
        }],
        node_key: secret(id, 100).public(),
        validator_key: Some(secret(id, 101).public()),
    }
}

impl World {
    pub(crate) fn founded() -> Self {
        let parameters =
            Parameters { environment: Environment::Test, name: "Story".to_owned(), founding_time: date("2026-01-01").start_utc() };
        let mut members: Vec<Member> = ["CL", "NZ", "SG"].iter().map(|id| member(id, &[id], 1, 1)).collect();
        members.push(member("CN", &["CN", "MO"], 1, 1));
        members.push(member("EU", &["DE", "FR"], 1, 1));
        members.push(member("JP", &["JP"], 2, 3));
        let block = BlockContext { network: NETWORK, height: Height::new(1), time: date("2026-03-01").start_utc() };
        let mut world = Self { state: Memory(founding_changes(&parameters, &members)), block, blocks: Vec::new() };
        for id in ["CL", "CN", "NZ", "SG"] {
            for (kind, more) in [("origin", ""), ("sps", "covers=2026-01-01"), ("aeo", "covers=2026-01-01")] {
                world.tell(&format!("admit {id}-{kind} by {id} kinds={kind} {more}\nname-key 1 by {id}-{kind}"));
            }
        }
        world
    }

    pub(crate) fn tell(&mut self, story: &str) {
        for line in story.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (what, expected) = line.split_once("=>").map_or((line, "accepted"), |(what, expected)| (what.trim(), expected.trim()));
            let found = self.line(what);
            assert_eq!(found, expected, "{line}");
        }
    }

    /// Does what a line says, and tells how it ended.
    pub(crate) fn tell_one(&mut self, line: &str) -> String {
        self.line(line)
    }

    fn line(&mut self, line: &str) -> String {
        let words = Words::of(line);
        match words.plain[0] {
            "wait" => {
                let amount: u64 = words.plain[1].parse().unwrap();
                let unit = match words.plain[2] {
                    "days" => 86_400_000,
                    "hours" => 3_600_000,
                    other => panic!("{other}"),
                };
                self.block.time = self.block.time.saturating_add_ms(amount * unit);
                "accepted".to_owned()
            }
            "left" => self.left(&words),
            "held" => self.held(&words),
            verb if offices::verb(verb).is_some() => self.by_office(&words),
            "verify" | "look" => {
                let verdict = self.verdict_of(line);
                format!("{:?} {}", verdict.word, verdict.reason.code())
            }
            _ => {
                if let Some(found) = registry::looked_at(self, &words, line) {
                    return found;
                }
                self.admit_for(&words);
                let (signer, key, act) = self.act(&words);
                self.submit_one(&signer, key, act)
            }
        }
    }

    /// Puts one act into a block of its own, and tells how it ended.
    fn submit_one(&mut self, signer: &str, key: u32, act: Act) -> String {
        self.submit(signer, key, vec![act]).pop().unwrap().map_or("accepted".to_owned(), |refusal| format!("refused {refusal:?}"))
    }

    /// Puts the acts of one signer into a block of their own.
    pub(crate) fn submit(&mut self, signer: &str, key: u32, acts: Vec<Act>) -> Vec<Option<Refusal>> {
        let transaction = self.transaction(signer, key, acts);
        let foreseen = precheck(&self.block, transaction.transaction(), &self.state).unwrap();
        let executed = self.run(vec![transaction]);
        let outcomes: Vec<Option<Refusal>> = executed.outcomes[0]
            .numbers()
            .iter()
            .map(|number| (*number != 0).then(|| Refusal::from_number(*number).expect("a known number")))
            .collect();
        assert_eq!(foreseen.iter().map(|refused| refused.as_ref().map(|refused| refused.refusal)).collect::<Vec<_>>(), outcomes);
        if outcomes.iter().all(Option::is_some) {
            assert_eq!(executed.changes, Changes::new(), "a refused act leaves nothing behind");
        }
        outcomes
    }

    pub(crate) fn transaction(&self, signer: &str, key: u32, acts: Vec<Act>) -> VerifiedTransaction {
        let transaction = Transaction {
            version: TRANSACTION_VERSION,
            network: NETWORK,
            signer: Signer::parse(signer).unwrap(),
            key: KeyNumber::new(key),
            expiry: self.block.height.saturating_add(100),
            acts,
        };
        let signed = SignedTransaction { body: transaction.to_bytes().into(), signature: Signature::ed25519([0; 64]) };
        // The signature is the caller's business, not the rules'.
        DecodedTransaction::from_wire(signed.to_bytes(), &NETWORK).unwrap().assume_verified()
    }

    /// Executes one block and goes on to the next.
    pub(crate) fn run(&mut self, transactions: Vec<VerifiedTransaction>) -> Executed {
        let executed = execute(&self.block, &transactions.iter().collect::<Vec<_>>(), &self.state).unwrap();
        self.state.0.extend(executed.changes.clone());
        self.blocks.push((self.block, transactions, executed.clone()));
        self.block.height = self.block.height.next().unwrap();
        self.block.time = self.block.time.saturating_add_ms(1000);
        executed
    }

    /// Executes all blocks after the founding once more, as another node would: changes and outcomes are the same, to the byte.
    pub(crate) fn replay(&self) {
        let founded = Self::founded();
        let mut state = founded.state;
        for (block, transactions, executed) in self.blocks.iter().skip(founded.blocks.len()) {
            let again = execute(block, &transactions.iter().collect::<Vec<_>>(), &state).unwrap();
            assert_eq!(again, *executed, "block {} executed once more", block.height);
            state.0.extend(again.changes);
        }
        assert_eq!(state.0, self.state.0);
    }

    pub(crate) fn entry<T: Canonical>(&self, key: &StateKey) -> Option<T> {
        crate::execute::read_entry(&self.state, key).unwrap()
    }

    /// Where the record with this name lies; if there is none, where NZ would record it.
    pub(crate) fn record_key(&self, name: &str) -> RecordKey {
        self.record_key_or(name, member_id("NZ"))
    }

    fn record_key_or(&self, name: &str, member: MemberId) -> RecordKey {
        let keys = MEMBERS.map(|id| record_tag(name).record_key(member_id(id)));
        let found = keys.into_iter().find(|record| self.state.0.contains_key(&key::standing(record)));
        found.unwrap_or_else(|| record_tag(name).record_key(member))
    }

    pub(crate) fn standing(&self, name: &str) -> Standing {
        self.entry(&key::standing(&self.record_key(name))).unwrap_or_else(|| panic!("{name} has no standing"))
    }

    /// The member whose authority issued a certificate, if it stands here.
    fn issuer_of(&self, name: &str) -> Option<MemberId> {
        self.entry::<Standing>(&key::standing(&self.record_key(name))).map(|standing| standing.authority.member())
    }

    fn today(&self) -> CalendarDate {
        self.block.date()
    }

    /// Who signs a line, and under which key.
    pub(crate) fn signer_of(&self, line: &str) -> (String, u32) {
        let (signer, key, _) = self.act(&Words::of(line));
        (signer, key)
    }

    pub(crate) fn act_of(&self, line: &str) -> Act {
        self.act(&Words::of(line)).2
    }

    /// Signer, key number and act of a line.
    fn act(&self, words: &Words<'_>) -> (String, u32, Act) {
        let by = words.after("by");
        let name = words.plain[1];
        let effective = words.date("effective").unwrap_or(self.today());
        let key = words.number("key");
        let of_member = |act: Act| (by.to_owned(), key.unwrap_or(0), act);
        let acts_of =
            |id: &str| self.entry::<Authority>(&key::authority(&AuthorityId::parse(id).unwrap())).map_or(0, |a| a.acts.len() as u32);
        let arrangement = || ArrangementId::parse(name).unwrap();
        let known = || self.entry::<Arrangement>(&key::arrangement(&arrangement()));
        let follows = || words.number("follows").unwrap_or_else(|| known().map_or(0, |known| known.acts.len() as u32));
        match words.plain[0] {
            "issue" | "replace" | "draft" => {
                let kind = words.named.get("as").map_or_else(|| kind_of(name), |kind| kind_of(kind));
                let issue = self.issue(words, name);
                let mut act = issue.into_act(kind);
                act.verb = Verb::ALL.iter().find(|verb| verb.as_str() == words.plain[0]).unwrap().number();
                (self.authority_of(by, kind), key.unwrap_or(1), act)
            }
            "share" => {
                let kind = words.named.get("as").map_or_else(|| kind_of(name), |kind| kind_of(kind));
                let acts = self.entry::<Standing>(&key::standing(&self.record_key(name))).map_or(0, |standing| standing.acts.len() as u32);
                let share = Share {
                    record_key: self.record_key(name),
                    locator: locator(words.named.get("number").unwrap_or(&name), words.named["with"]),
                    follows: words.number("follows").unwrap_or(acts),
                };
                (self.authority_of(by, kind), key.unwrap_or(1), share.into_act(kind))
            }
            word if registry::verb_of(word).is_some() => {
                let kind = words.named.get("as").map_or_else(|| kind_of(name), |kind| kind_of(kind));
                let verb = registry::verb_of(word).unwrap();
                let acts = self.entry::<Standing>(&key::standing(&self.record_key(name))).map_or(0, |standing| standing.acts.len() as u32);
                let change = StandingChange {
                    record_key: self.record_key(name),
                    effective,
                    reason: words.number("reason"),
                    follows: words.number("follows").unwrap_or(acts),
                    until: registry::until(words),
                    version: words
                        .named
                        .get("form")
                        .map(|form| Version { document_digest: digest(form), commitment_root: CommitmentRoot::new([2; 32]) }),
                    stands_by: words.named.get("acts").map(|acts| acts.split(',').map(|number| number.parse().unwrap()).collect()),
                };
                (self.authority_of(by, kind), key.unwrap_or(1), change.into_act(kind, verb))
            }
            "admit" => {
                let authority = AuthorityId::parse(name).unwrap();
                let country = words.named.get("country").copied().unwrap_or(&name[..2]);
                let root_key = match words.named.get("root").copied() {
                    Some("weak") => PublicKey::ed25519([2; 32]),
                    Some(other) => secret(other, 0).public(),
                    None => secret(name, 0).public(),
                };
                let name = words.named.get("name").copied().unwrap_or("An Authority").to_owned();
                let effective = words.date("effective").unwrap_or(date("2020-01-01"));
                let admit = AdmitAuthority {
                    authority,
                    country: CountryCode::parse(country).unwrap(),
                    name,
                    scopes: scopes(words),
                    root_key,
                    effective,
                };
                of_member(admit.into_act())
            }
            "scopes" => {
                let follows = words.number("follows").unwrap_or(acts_of(name));
                of_member(SetScopes { authority: AuthorityId::parse(name).unwrap(), effective, scopes: scopes(words), follows }.into_act())
            }
            "stop" => {
                let follows = words.number("follows").unwrap_or(acts_of(name));
                of_member(SuspendAuthority { authority: AuthorityId::parse(name).unwrap(), effective, follows }.into_act())
            }
            "restart" => {
                let follows = words.number("follows").unwrap_or(acts_of(name));
                of_member(ReinstateAuthority { authority: AuthorityId::parse(name).unwrap(), effective, follows }.into_act())
            }
            "name-key" => {
                let number: u32 = name.parse().unwrap();
                let key = match words.named.get("public").copied() {
                    Some("weak") => PublicKey::ed25519([2; 32]),
                    Some(other) => secret(other, 0).public(),
                    None => secret(by, number).public(),
                };
                let valid_from = words.time("from").unwrap_or(date("2026-01-01").start_utc());
                let act = NameKey { number: KeyNumber::new(number), key, valid_from, valid_until: words.time("until") }.into_act();
                of_member(act)
            }
            "revoke-key" => {
                let number = KeyNumber::new(name.parse().unwrap());
                of_member(RevokeKey { number, as_of: words.time("as-of").unwrap_or(self.block.time) }.into_act())
            }
            "rotate" => {
                let key = match words.named.get("public").copied() {
                    Some("weak") => ledger::lookup::EncryptionPublic::new([0; 32]),
                    _ => EncryptionSecret::new([9; 32]).public(),
                };
                of_member(RotateEncryptionKey { version: name.parse().unwrap(), key }.into_act())
            }
            "sign" => of_member(SignArrangement { arrangement: arrangement(), terms: terms(words, name), effective }.into_act()),
            "apply" => {
                let terms_digest = known().map_or(Hash::new([0; 32]), |known| known.terms.digest());
                let amended = words.number::<usize>("number").map(|number| known().unwrap().amendments()[number].terms.digest());
                let terms_digest = amended.unwrap_or(terms_digest);
                let terms_digest = if words.named.contains_key("terms") { Hash::new([1; 32]) } else { terms_digest };
                of_member(ApplyArrangement { arrangement: arrangement(), terms_digest, effective }.into_act())
            }
            "hold" => of_member(SuspendRecognition { arrangement: arrangement(), effective, follows: follows() }.into_act()),
            "resume" => of_member(ResumeRecognition { arrangement: arrangement(), effective, follows: follows() }.into_act()),
            "leave" => of_member(TerminateArrangement { arrangement: arrangement(), effective }.into_act()),
            "stay" => of_member(TakeBackTermination { arrangement: arrangement(), effective }.into_act()),
            "adopt" | "denounce" | "notify" | "strike" => of_member(self.agreement_act(words, effective)),
            "raw" => {
                let verb = words.number("verb").unwrap();
                (by.to_owned(), key.unwrap_or(0), Act { kind: name.parse().unwrap(), verb, body: vec![0xa0].into() })
            }
            other => of_member(registry::act_of(self, words).unwrap_or_else(|| panic!("no such line: {other}"))),
        }
    }

    /// Admits the authority `NZ-word` of a kind whose authorities are not there from the beginning, for `issue word-1 by NZ`.
    fn admit_for(&mut self, words: &Words<'_>) {
        let kind = words.plain.get(1).and_then(|name| RecordKind::by_word(name.split('-').next().unwrap()));
        let by = ["CL", "CN", "NZ", "SG"].into_iter().find(|member| words.plain.contains(&"by") && words.after("by") == *member);
        let (Some(kind), Some(by)) = (kind, by) else { return };
        let authority = self.authority_of(by, kind);
        if self.entry::<Authority>(&key::authority(&AuthorityId::parse(&authority).unwrap())).is_none() {
            self.tell(&format!("admit {authority} by {by} kinds={}\nname-key 1 by {authority}", kind.rules().word()));
        }
    }

    fn authority_of(&self, by: &str, kind: RecordKind) -> String {
        let word = kind.rules().word();
        if by.len() == 2 && !by.starts_with('@') { format!("{by}-{word}") } else { by.trim_start_matches('@').to_owned() }
    }

    fn issue(&self, words: &Words<'_>, name: &str) -> Issue {
        let kind = kind_of(name);
        let by = words.after("by").trim_start_matches('@');
        let readers = if words.named.contains_key("for") {
            words.list("for")
        } else {
            MEMBERS.iter().filter(|member| !by.starts_with(**member)).map(ToString::to_string).collect()
        };
        let mut locators: Vec<Locator> = readers.iter().map(|reader| locator(words.named.get("number").unwrap_or(&name), reader)).collect();
        locators.sort();
        if words.named.contains_key("unsorted") {
            locators.reverse();
        }
        let told = kind.rules().told(words);
        let class = match words.named.get("class").copied() {
            Some("none") => None,
            Some(class) => Some(class.replace('_', " ")),
            None => told.class.map(str::to_owned),
        };
        let terms = match words.named.get("terms").copied() {
            Some("none") => None,
            Some("bad") => Some(vec![0xa0].into()),
            _ => told.terms.map(Into::into),
        };
        let lines = words.number("lines").unwrap_or(told.lines);
        let first = words.number("first-line").unwrap_or(1);
        let own = member_id(&by[..2]);
        let link = |other: &str| match other {
            "elsewhere" => Link::NotOnThisLedger,
            itself if itself == name => Link::Record(record_tag(name).record_key(own)),
            other => Link::Record(self.record_key_or(other, own)),
        };
        let flags = minicbor::decode(&ledger::codec::encode(&words.number::<u32>("flags").unwrap_or(0))).unwrap();
        let goes_on = words.plain[0] != "draft" && kind.rules().goes_on_with_its_base(flags, class.as_deref());
        Issue {
            record_tag: record_tag(name),
            locators,
            commitment_root: CommitmentRoot::new([1; 32]),
            document_digest: digest(words.named.get("document").unwrap_or(&name)),
            media_type: MediaType::Xml,
            country: CountryCode::parse(words.named.get("country").unwrap_or(&&by[..2])).unwrap(),
            class,
            issue_date: words.date("date").unwrap_or(self.today()),
            valid_from: words.date("from"),
            valid_until: words.date("until"),
            flags,
            bases: words.list("on").iter().map(|base| link(base)).collect(),
            predecessor: words.plain.contains(&"for").then(|| link(words.after("for"))),
            lines: (first..).zip(0..lines).map(|(number, index)| offices::line(words, number, index)).collect(),
            terms,
            shares_pool: words.named.get("shares").map(|text| *text == "yes"),
            draws: self.draws(words, goes_on),
            fingerprints: registry::fingerprints(words, &readers),
            sealed_numbers: registry::sealed(self, words, &record_tag(name).record_key(own)),
        }
    }

    /// The subject and the question of a `verify` or `look` line.
    pub(crate) fn question_of(&self, line: &str) -> (Subject, Question) {
        let words = Words::of(line);
        let name = words.plain[1];
        let country = |text: &str| CountryCode::parse(text).unwrap();
        let subject = if words.plain[0] == "verify" {
            Subject::Record(self.record_key(name))
        } else {
            let from = words.named["from"];
            let issuer = if ["DE", "FR"].contains(&from) { "EU" } else { from };
            Subject::Number { issuer: MemberId::parse(issuer).unwrap(), country: country(from), locator: locator(name, words.after("by")) }
        };
        let known = match words.named.get("known").copied() {
            None => Known::Now,
            Some(text) if text.contains('-') => Known::AtTime(date(text).start_utc()),
            Some(text) => Known::AtHeight(Height::new(text.parse().unwrap())),
        };
        let question = Question {
            known,
            for_country: words.named.get("for").map(|text| country(text)),
            kind: words.named.get("kind").map(|text| kind_of(text)),
            class: words.named.get("class").map(|text| text.to_string()),
            authority: words.named.get("authority").map(|text| AuthorityId::parse(text).unwrap()),
            country: words.named.get("country").map(|text| country(text)),
            issue_date: words.date("issued"),
            document: words.named.get("document").map(|text| DocumentCheck {
                digest: digest(text),
                changed_fields: words.list("changed"),
                states: words.date("states-from").map(|from| StatedValidity { from, until: words.date("states-until") }),
                base_dates: words.date("base-dated").map(Some).into_iter().collect(),
            }),
            finds_by_number: words.named.get("finds").map(|text| *text == "yes"),
            role: words.named.get("role").map(|text| text.to_string()),
            flow: words.number::<u16>("flow").map_or(Flow::Import, |number| Flow::from_number(number).unwrap()),
            is_holder: words.named.get("holder").map(|text| *text == "yes"),
            declared: words.named.contains_key("declaration").then(|| offices::declared(&words)),
            amount_step: words.number("step"),
            recorded_by: Some(RecordedBy { signers: 3, validators: 4 }),
            freshness: match words.named.get("fresh").copied() {
                Some("no") => Freshness::Stale { why: "the newest head is 90 s old".to_owned() },
                _ => Freshness::Fresh { age_s: 2, members: vec![MemberId::parse("CN").unwrap()] },
            },
            ..Question::on(words.date("on").unwrap_or(self.today()))
        };
        (subject, question)
    }

    pub(crate) fn now(&self) -> Recorded {
        self.block.recorded()
    }

    pub(crate) fn verdict_of(&self, line: &str) -> Verdict {
        let (subject, question) = self.question_of(line);
        let facts = Facts::from_state(&self.state, self.now(), &subject, &question).unwrap();
        verdict(&facts, &question)
    }
}

fn scopes(words: &Words<'_>) -> Vec<Scope> {
    let classes_of = |index: usize| {
        let mut all = words.named.get("classes").unwrap_or(&"").split('/');
        let classes = all.clone().nth(index).or_else(|| all.next()).unwrap_or_default();
        let mut classes: Vec<String> = classes.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect();
        if !words.named.contains_key("unsorted") {
            classes.sort();
        }
        classes
    };
    words
        .list("kinds")
        .iter()
        .enumerate()
        .map(|(index, kind)| {
            registry::limited(
                words,
                index,
                Scope {
                    classes: classes_of(index),
                    until: words.date("until"),
                    coverage_since: words.date("covers"),
                    office: offices::scope(words, kind_of(kind), index),
                    authorisation: words.named.get("authorisation").map(|number| number.to_string()),
                    ..Scope::issuing(kind_of(kind), words.date("from").unwrap_or(date("2020-01-01")))
                },
            )
        })
        .collect()
}

/// The terms of an arrangement between the members whose letters its name begins with, in all directions.
fn terms(words: &Words<'_>, name: &str) -> Terms {
    let mut parties: Vec<String> = words.list("parties");
    if parties.is_empty() {
        parties = name.split('-').filter(|part| part.len() == 2 && part.chars().all(char::is_alphabetic)).map(str::to_owned).collect();
    }
    if !words.named.contains_key("unsorted") {
        parties.sort();
    }
    let parties: Vec<MemberId> = parties.iter().map(|party| MemberId::parse(party).unwrap()).collect();
    let mut recognitions = Vec::new();
    for recognising in &parties {
        for recognised in parties.iter().filter(|other| *other != recognising) {
            let only = words.named.get("only");
            if only.is_none_or(|only| **only == *recognising.as_str()) {
                recognitions.push(Recognition {
                    recognising: *recognising,
                    recognised: *recognised,
                    programme: words.named.get("programme").unwrap_or(&"SES").to_string(),
                    types: words.list("types"),
                    roles: words.list("roles"),
                    flow: words.number::<u16>("flow").map_or(Flow::Both, |number| Flow::from_number(number).unwrap()),
                    benefits: registry::benefits(words),
                    kind: words.named.get("recognises").map(|kind| kind_of(kind)),
                });
            }
        }
    }
    Terms { parties, recognitions, notice_days: words.number("notice").unwrap_or(60), text_digest: None }
}
