//! Asking, and believing nothing: every answer is checked against what the profile pinned.
//!
//! Questions about certificates go to one's own member only. Other members are asked for their signed head on a
//! random nonce, never with a number, record key or locator (DESIGN section 4). A node whose answer does not check is
//! named and set aside; the next one of one's own member is asked.

use crate::client::{Node, NodeError};
use crate::failure::one_line;
use crate::freshness::{Freshness, NotFresh, judge, liars_max};
use crate::profile::{Profile, went_back};
use anyhow::Context as _;
use contracts::context::{Known, Recorded};
use contracts::kinds::RecordKind;
use ledger::id::{AuthorityId, CertificateNumber, MemberId, NetworkId};
use ledger::key::PublicKey;
use ledger::lookup::{Locator, LocatorOpening, LookupProof, LookupSecret, RecordKey};
use ledger::place::CountryCode;
use ledger::receipt::{Head, Proven};
use ledger::time::{Height, Timestamp};
use ledger::tree::StateKey;
use serde_json::{Value, json};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// How often a node that is a little behind what was seen is asked again, and how long to wait in between.
const BEHIND_RETRIES: u32 = 3;
const BEHIND_PAUSE: Duration = Duration::from_millis(300);
/// How many other members are asked for their head, if it need not be more to outvote those who may lie.
const OTHERS_ASKED_MAX: usize = 8;
/// How long the first of their answers is waited for, and how long those that come along with it.
const HEADS_WAIT: Duration = Duration::from_secs(4);
const HEADS_GRACE: Duration = Duration::from_millis(5);

/// What is asked about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum About {
    /// A record by its key.
    Record(RecordKey),
    /// What lies at a locator of an issuing member.
    Number {
        /// The issuing member.
        issuer: MemberId,
        /// The issuing country.
        country: CountryCode,
        /// Where the number leads.
        locator: Locator,
    },
    /// Entries of the state by their keys.
    Keys(Vec<StateKey>),
}

/// A question to one's own member: the parts of [`contracts::verdict::Question`] that decide what a receipt holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// About what.
    pub about: About,
    /// For which country the answer is meant.
    pub for_country: Option<CountryCode>,
    /// What is known of the certificate.
    pub kind: Option<RecordKind>,
    /// Its agreement, document type or programme.
    pub class: Option<String>,
    /// Its issuing authority.
    pub authority: Option<AuthorityId>,
    /// Its issuing country.
    pub country: Option<CountryCode>,
    /// Known by when.
    pub known: Known,
    /// Whether the issuing act is wanted with its transaction's place in the history.
    pub issue: bool,
}

impl Question {
    /// A question about something and nothing else.
    pub fn about(about: About) -> Self {
        Self { about, for_country: None, kind: None, class: None, authority: None, country: None, known: Known::Now, issue: false }
    }

    fn json(&self, since: u64) -> Value {
        let subject = match &self.about {
            About::Record(key) => json!({ "record": key.to_string() }),
            About::Number { issuer, country, locator } => {
                json!({ "issuer": issuer.as_str(), "country": country.as_str(), "locator": locator.to_string() })
            }
            About::Keys(keys) => json!({ "keys": keys.iter().map(ToString::to_string).collect::<Vec<_>>() }),
        };
        let mut question = json!({ "subject": subject, "issue": self.issue, "since": since });
        let known = match self.known {
            Known::Now => None,
            Known::AtHeight(height) => Some(json!({ "height": height.get() })),
            Known::AtTime(time) => Some(json!({ "time": time.millis() })),
        };
        let hints = [
            ("for", self.for_country.map(|country| country.as_str().into())),
            ("kind", self.kind.map(|kind| kind.number().into())),
            ("class", self.class.clone().map(Value::from)),
            ("authority", self.authority.as_ref().map(|authority| authority.as_str().into())),
            ("country", self.country.map(|country| country.as_str().into())),
            ("known", known),
        ];
        if let Some(object) = question.as_object_mut() {
            object.extend(hints.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        question
    }
}

/// An answer that was checked against the pinned network.
pub struct Checked<T> {
    /// What it proves.
    pub proven: Proven,
    /// What the caller made of it.
    pub facts: T,
    /// The receipt's bytes.
    pub receipt: Vec<u8>,
    /// How new it is; absent if that was not asked.
    pub freshness: Option<Freshness>,
}

/// What asking gave.
pub struct Answer<T> {
    /// The first answer that checks and is fresh, else the first that checks; `None` if none does.
    pub checked: Option<Checked<T>>,
    /// Whether any node answered at all.
    pub answered: bool,
    /// Nodes whose answers were set aside, and clocks that disagree: one sentence each.
    pub remarks: Vec<String>,
}

/// This computer's clock.
pub fn own_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Asks one's own member's nodes in their order, and other members for their heads, until an answer stands.
/// `accept` makes facts of what was proven, or says what a complete answer would hold.
///
/// # Errors
/// If the profile does not allow to ask at all.
pub fn ask<T>(profile: &Profile, question: &Question, accept: impl Fn(&Proven) -> Result<T, String>) -> anyhow::Result<Answer<T>> {
    let own = profile.member()?;
    let nodes = profile.nodes()?;
    let others = profile.others()?;
    let members = profile.founding.members().len();
    let mut heads = Heads::ask(profile, &others);
    let (mut remarks, mut stale, mut answered) = (Vec::new(), None, false);
    for node in &nodes {
        let own_head_of = || Asked::new(profile, own, node)?.head();
        let first = proven(profile, node, question, Height::FOUNDING, &accept).and_then(|checked| Ok((checked, own_head_of()?)));
        let (mut checked, mut own_head) = match first {
            Ok(first) => first,
            Err(error) => {
                answered |= !matches!(error.downcast_ref::<NodeError>(), Some(NodeError::Silent { .. }));
                remarks.push(named(own, node, &error));
                continue;
            }
        };
        answered = true;
        heads.wait_for_one();
        // If another member is ahead already, the node is asked once more for an answer that is as new.
        let latest = own_clock().saturating_add_ms(profile.freshness_ms());
        let ahead = heads.checked.iter().filter(|head| head.block_time <= latest).map(|head| head.height).max();
        if let Some(ahead) = ahead.filter(|ahead| *ahead > checked.proven.header().height)
            && let Ok(newer) = proven(profile, node, question, ahead, &accept)
            && let Ok(head) = own_head_of()
        {
            (checked, own_head) = (newer, head);
        }
        let fresh = loop {
            let fresh = judge(own_clock(), checked.proven.header().time, &own_head, &heads.checked, members, profile.freshness_ms());
            // The first to answer may be the one that is behind, or lies about the time: the others are waited for.
            if !matches!(fresh.judged, Err(NotFresh::Unconfirmed(_))) || !heads.wait_for_more() {
                break fresh;
            }
        };
        remarks.append(&mut heads.remarks);
        remarks.extend(fresh.remarks.iter().cloned());
        let why = match &fresh.judged {
            Ok(_) => {
                let checked = Some(Checked { freshness: Some(fresh), ..checked });
                return Ok(Answer { checked, answered, remarks });
            }
            Err(NotFresh::Stale(why) | NotFresh::Unconfirmed(why)) => why.clone(),
        };
        remarks.push(format!("{own}: the answer of node {} is not taken for new: {why}", node.url()));
        stale = stale.or(Some(Checked { freshness: Some(fresh), ..checked }));
    }
    remarks.dedup();
    Ok(Answer { checked: stale, answered, remarks })
}

/// A member whose node is asked for its head.
struct Asked {
    network: NetworkId,
    member: MemberId,
    key: PublicKey,
    node: Node,
}

impl Asked {
    fn new(profile: &Profile, member: MemberId, node: &Node) -> anyhow::Result<Self> {
        let entry = profile.founding.member(member).with_context(|| format!("{member} is no member of this network"))?;
        Ok(Self { network: profile.founding.network_id(), member, key: entry.node_key, node: node.clone() })
    }

    /// The head, on a nonce that nobody could know before.
    fn head(&self) -> anyhow::Result<Head> {
        let nonce: [u8; 32] = rand::random();
        let signed = self.node.head(&nonce)?;
        let head = signed.verify(&self.network, self.member, &nonce, &self.key).with_context(|| format!("node {}", self.node.url()))?;
        Ok(head.clone())
    }
}

/// The heads of other members, as they come in.
struct Heads {
    coming: Receiver<(MemberId, anyhow::Result<Head>)>,
    deadline: Instant,
    checked: Vec<Head>,
    remarks: Vec<String>,
}

impl Heads {
    /// Asks other members all at once. Who does not answer in time is not waited for.
    fn ask(profile: &Profile, others: &[(MemberId, Node)]) -> Self {
        let (sender, coming) = mpsc::channel();
        let mut remarks = Vec::new();
        let most = liars_max(profile.founding.members().len()).saturating_mul(2).saturating_add(1).max(OTHERS_ASKED_MAX);
        for (member, node) in others.iter().take(most) {
            match Asked::new(profile, *member, node) {
                Err(error) => remarks.push(format!("{error:#}")),
                Ok(asked) => {
                    let sender = sender.clone();
                    // Nobody listens any more once the verdict is made.
                    std::thread::spawn(move || drop(sender.send((asked.member, asked.head()))));
                }
            }
        }
        Self { coming, deadline: Instant::now() + HEADS_WAIT, checked: Vec::new(), remarks }
    }

    /// Takes the next answer, if one comes within `most`.
    fn take(&mut self, most: Duration) -> bool {
        match self.coming.recv_timeout(most) {
            Ok((_, Ok(head))) => self.checked.push(head),
            Ok((member, Err(error))) => self.remarks.push(match error.downcast_ref() {
                Some(NodeError::Silent { .. }) => format!("{member}: its node does not answer"),
                _ => format!("{member}: {}", one_line(&error)),
            }),
            Err(_) => return false,
        }
        true
    }

    /// Waits until at least one head checks, and a moment longer for those that come along with it.
    fn wait_for_one(&mut self) {
        while self.checked.is_empty() && self.take(self.deadline.saturating_duration_since(Instant::now())) {}
        while self.take(HEADS_GRACE) {}
    }

    /// Waits for another answer; `false` if none comes.
    fn wait_for_more(&mut self) -> bool {
        self.take(self.deadline.saturating_duration_since(Instant::now()))
    }
}

/// Asks one's own member's nodes without the question how new the answer is: for tools that go on to act, where the
/// ledger itself refuses what rests on old knowledge.
///
/// # Errors
/// If no node's answer checks; each is named.
pub fn ask_own<T>(profile: &Profile, question: &Question, accept: impl Fn(&Proven) -> Result<T, String>) -> anyhow::Result<Checked<T>> {
    let own = profile.member()?;
    let (mut first, mut set_aside) = (None, Vec::new());
    for node in &profile.nodes()? {
        match proven(profile, node, question, Height::FOUNDING, &accept) {
            Ok(checked) => {
                set_aside.iter().for_each(|remark: &String| crate::output::talk(remark));
                let header = checked.proven.header();
                profile.answered(Recorded { height: header.height, time: header.time });
                return Ok(checked);
            }
            Err(error) => {
                set_aside.push(named(own, node, &error));
                first = first.or(Some(error));
            }
        }
    }
    match first {
        // What the node refuses to be asked is the asker's to correct.
        Some(error) if error.downcast_ref::<NodeError>().is_some_and(|error| !error.is_silence()) => Err(error),
        Some(error) => Err(NothingStands(format!("no node of {own} gave an answer that checks: {error:#}")).into()),
        None => Err(NothingStands(format!("no node of {own} is known")).into()),
    }
}

/// Nobody gave an answer that can be relied on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NothingStands(String);

impl NothingStands {
    /// With the reason in one sentence.
    pub fn because(why: String) -> Self {
        Self(why)
    }
}

fn named(own: MemberId, node: &Node, error: &anyhow::Error) -> String {
    match error.downcast_ref::<NodeError>() {
        Some(error) => format!("{own}: {error}"),
        None => format!("{own}: the answer of node {} is set aside: {}", node.url(), one_line(error)),
    }
}

/// One node's answer, checked in full, and remembered as the newest seen.
///
/// The node is asked for an answer at `since` or later, and never for one before what was seen already.
fn proven<T>(
    profile: &Profile,
    node: &Node,
    question: &Question,
    since: Height,
    accept: &impl Fn(&Proven) -> Result<T, String>,
) -> anyhow::Result<Checked<T>> {
    let mut tries = 0;
    loop {
        let trust = profile.trust()?;
        let (receipt, bytes) = node.receipt(&question.json(trust.newest().max(since).get()))?;
        let steps = receipt.steps.clone().unwrap_or_default();
        let proven = receipt.verify(&trust, &mut rand::rng())?;
        match profile.observe(&steps, proven.header()) {
            Ok(()) => {}
            Err(error) if went_back(&error) && tries < BEHIND_RETRIES => {
                tries += 1;
                std::thread::sleep(BEHIND_PAUSE);
                continue;
            }
            Err(error) => return Err(error),
        }
        let facts = accept(&proven).map_err(|gap| anyhow::anyhow!("it is incomplete: {gap}"))?;
        return Ok(Checked { proven, facts, receipt: bytes, freshness: None });
    }
}

/// Where a number of `issuer` leads for one's own member.
///
/// # Errors
/// As [`lookup_secret`].
pub fn locator(profile: &Profile, issuer: MemberId, number: &CertificateNumber) -> anyhow::Result<Locator> {
    Ok(lookup_secret(profile, issuer, profile.member()?)?.locator(number))
}

/// What an act of a `reader`'s office on another member's certificate shows; `None` for the member's own certificates.
///
/// # Errors
/// If the office is of another member than the profile; else as [`lookup_secret`].
pub fn opening(
    profile: &Profile,
    issuer: MemberId,
    reader: MemberId,
    number: &CertificateNumber,
) -> anyhow::Result<Option<LocatorOpening>> {
    if issuer == reader {
        return Ok(None);
    }
    let own = profile.member()?;
    anyhow::ensure!(reader == own, "the key is of an authority of {reader}, and the profile of {own}; act with a profile of {reader}");
    lookup_secret(profile, issuer, reader).map(|secret| Some(secret.opening(number)))
}

/// The look-up secret of two members, of whom one is one's own, where the profile keeps it from an earlier question.
pub fn known_lookup_secret(profile: &Profile, issuer: MemberId, reader: MemberId) -> Option<LookupSecret> {
    let bytes = profile.cached_lookup(partner(profile.member().ok()?, issuer, reader))?;
    checked_lookup(profile, issuer, reader, &bytes).ok()
}

/// With whom one's own member shares a secret; one proof serves both directions.
fn partner(own: MemberId, issuer: MemberId, reader: MemberId) -> MemberId {
    if issuer == own { reader } else { issuer }
}

fn checked_lookup(profile: &Profile, issuer: MemberId, reader: MemberId, bytes: &[u8]) -> anyhow::Result<LookupSecret> {
    let own = profile.member()?;
    let key = |member: MemberId| {
        profile.founding.member(member).map(|entry| entry.encryption_key).with_context(|| format!("{member} is no member of this network"))
    };
    let (prover, other) = (key(own)?, key(partner(own, issuer, reader))?);
    let proof: LookupProof = ledger::codec::decode("look-up proof", 1024, bytes)?;
    Ok(proof.verify(&profile.founding.network_id(), &prover, &other, issuer, reader)?)
}

/// What `issuer` and `reader`, of whom one is one's own member, share for the numbers of `issuer`: it comes from one's
/// own node with a proof, is checked against both members' registered keys, and is cached in the profile.
///
/// # Errors
/// If no node hands out a secret that checks.
pub fn lookup_secret(profile: &Profile, issuer: MemberId, reader: MemberId) -> anyhow::Result<LookupSecret> {
    let own = profile.member()?;
    if let Some(secret) = known_lookup_secret(profile, issuer, reader) {
        return Ok(secret);
    }
    let with = partner(own, issuer, reader);
    let check = |bytes: &[u8]| checked_lookup(profile, issuer, reader, bytes);
    let (mut answered, mut remarks) = (false, Vec::new());
    for node in profile.nodes()? {
        let answer = node.lookup_proof(with.as_str()).map_err(anyhow::Error::from).and_then(|proof| {
            let bytes = ledger::codec::encode(&proof);
            Ok((check(&bytes).with_context(|| format!("node {} is set aside", node.url()))?, bytes))
        });
        match answer {
            Ok((secret, bytes)) => {
                profile.cache_lookup(with, &bytes);
                return Ok(secret);
            }
            Err(error) => {
                answered |= !matches!(error.downcast_ref::<NodeError>(), Some(NodeError::Silent { .. }));
                remarks.push(named(own, &node, &error));
            }
        }
    }
    Err(NoLookup { answered, remarks, with }.into())
}

/// No node of one's own member gave a look-up secret that checks.
#[derive(Debug, thiserror::Error)]
#[error("the look-up secret shared with {with} is not to be had: {}", remarks.join("; "))]
pub struct NoLookup {
    /// Whether any node answered at all.
    pub answered: bool,
    /// What each node answered.
    pub remarks: Vec<String>,
    /// With whom it is shared.
    with: MemberId,
}
