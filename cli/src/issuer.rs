//! Signing and submitting: for authorities with their keys, for members with their governance keys.

mod confirm;
mod member;
mod officials;

use confirm::{Confirmed, confirm};
pub use confirm::{NotConfirmed, read_entry, until_shown};
pub use member::{MemberAct, act_id, member_act, still_waiting};
pub use officials::{officials_needed, record_changed};

use crate::client::{Decided, NodeError};
use crate::profile::Profile;
use crate::registry::entries;
use anyhow::{Context as _, ensure};
use contracts::destination::OfficeVerb;
use contracts::kinds::RecordKind;
use contracts::registry::{Authority, KeyOwner};
use ledger::codec::Canonical as _;
use ledger::id::{AuthorityId, KeyNumber, Signer};
use ledger::key::{PublicKey, SecretKey};
use ledger::time::Height;
use ledger::transaction::{ACTS_MAX, Act, SignedAct, TRANSACTION_BYTES_MAX, TRANSACTION_VERSION, Transaction};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// For how many blocks a transaction may wait to be recorded.
const EXPIRY_HEIGHTS: u64 = 1000;
/// After how long it is said what is waited for.
const SAID_AFTER: Duration = Duration::from_secs(2);
/// The node's code of what was not decided in time.
const UNDECIDED: &str = "undecided";
/// What an office does before it sends an act again.
const LOOK_FIRST: &str =
    "before you run the same command again, look whether it took effect: symbolon history FILE, and of holds and uses symbolon uses FILE";
/// What a transaction needs beside its acts, at most.
const ENVELOPE_BYTES: usize = 1024;

/// A key, and whose it is on the ledger.
pub struct Signing {
    /// Who signs.
    pub signer: Signer,
    /// With which of its keys.
    pub number: KeyNumber,
    secret: SecretKey,
    height: Height,
}

impl Signing {
    /// Opens a key file and asks the ledger whose key it is.
    ///
    /// # Errors
    /// If the file may be read by others, or the ledger does not know the key.
    pub fn open(profile: &Profile, path: &Path) -> anyhow::Result<Self> {
        Self::known(profile, path, |public| format!("let it be named: symbolon keys name {public} --key ROOT_KEY"))
    }

    /// As [`Self::open`], with what to do if the ledger does not know the key.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn known(profile: &Profile, path: &Path, remedy: impl Fn(PublicKey) -> String) -> anyhow::Result<Self> {
        let secret = genesis::home::read_signing_key(path)?;
        let place = contracts::key::key_owner(&secret.public());
        let entries = entries(profile, vec![place])?;
        let owner: KeyOwner = entries
            .read(&place)?
            .with_context(|| format!("{}: the ledger does not know this key; {}", path.display(), remedy(secret.public())))?;
        let number = owner.number.with_context(|| format!("{}: this key of {} signs no acts", path.display(), owner.signer))?;
        Ok(Self { signer: owner.signer, number, secret, height: entries.height })
    }

    /// The newest block that was proven when the key was opened: what is signed now is recorded later.
    pub fn height(&self) -> Height {
        self.height
    }

    /// The key of an authority: the one given, else the profile's. That it is the root key is said: it is for naming keys.
    ///
    /// # Errors
    /// As [`Self::open`], or if it is not an authority's.
    pub fn of_authority(profile: &Profile, given: Option<&Path>) -> anyhow::Result<(Self, AuthorityId)> {
        let from_profile = profile.settings.key.as_ref().map(|path| profile.path(path));
        let path = given.map(Path::to_owned).or(from_profile).context("which key signs? give --key FILE, or set 'key' in profile.toml")?;
        let signing = Self::open(profile, &path)?;
        match &signing.signer {
            Signer::Authority(authority) => {
                let authority = authority.clone();
                let entry: Option<Authority> = crate::registry::entry(profile, contracts::key::authority(&authority))?;
                if entry.is_some_and(|entry| entry.root_key() == signing.number) {
                    crate::output::talk(&format!(
                        "{}: this is the root key of {authority}, which names its other keys: keep it offline, and sign with an official's (symbolon keys new, symbolon keys name)",
                        path.display()
                    ));
                }
                Ok((signing, authority))
            }
            Signer::Member(member) => anyhow::bail!("{}: this is a key of member {member}; only an authority does this", path.display()),
        }
    }

    /// The governance keys of the own member: those given, else the profile's.
    ///
    /// # Errors
    /// As [`Self::open`], or if one is not the member's.
    pub fn of_member(profile: &Profile, given: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        let own = profile.member()?;
        let paths: Vec<PathBuf> = if given.is_empty() {
            profile.settings.governance_keys.iter().map(|path| profile.path(path)).collect()
        } else {
            given.to_vec()
        };
        ensure!(!paths.is_empty(), "which governance key signs? give --key FILE, or set 'governance_keys' in profile.toml");
        let open = |path: &PathBuf| {
            let signing = Self::open(profile, path)?;
            ensure!(
                signing.signer == Signer::Member(own),
                "{}: this is a key of {}, not a governance key of {own}",
                path.display(),
                signing.signer
            );
            Ok(signing)
        };
        paths.iter().map(open).collect()
    }
}

/// What became of one act.
#[derive(Clone, Debug)]
pub struct Done {
    /// The act as signed.
    pub act: SignedAct,
    /// The block; 0 if it was refused before any.
    pub height: u64,
    /// 0 if it was accepted, else the refusal's number.
    pub number: u16,
    /// Of a refusal: what is wrong, and what to do.
    pub message: String,
    /// Of an act that needs further officials: the keys that approved it so far.
    pub waits: Vec<KeyNumber>,
}

/// Signs acts and submits them in one transaction. If the node's rules refuse all of them before they are recorded,
/// each is submitted alone, so that each gets its own refusal.
///
/// # Errors
/// [`NodeError`] if no node said what became of them.
pub fn submit(profile: &Profile, signing: &Signing, acts: Vec<Act>) -> anyhow::Result<Vec<Done>> {
    submit_signed(profile, signing, sign(profile, signing, acts))
}

/// As [`submit`], with acts that [`sign`] signed: for a caller that keeps them, whatever comes.
///
/// # Errors
/// As [`submit`].
pub fn submit_signed(profile: &Profile, signing: &Signing, signed: Signed) -> anyhow::Result<Vec<Done>> {
    let Signed { wire, acts } = signed;
    let count = acts.len();
    let of_office = acts.iter().any(|signed| is_of_office(&signed.act));
    let one = |act: SignedAct, height, number, message| Done { act, height, number, message, waits: Vec::new() };
    match send(profile, &wire, of_office)? {
        Ok(decided) => {
            if decided.outcomes.len() != count {
                return Err(NotConfirmed(format!("the node answered for {} acts, {count} were sent", decided.outcomes.len())).into());
            }
            let outcomes = acts.into_iter().zip(decided.outcomes);
            Ok(outcomes
                .map(|(act, outcome)| one(act, decided.height, outcome.number, refusal_message(outcome.number, outcome.message)))
                .collect())
        }
        Err((number, message)) if count == 1 => {
            Ok(acts.into_iter().map(|act| one(act, 0, number, refusal_message(number, message.clone()))).collect())
        }
        Err(_) => {
            let mut all = Vec::with_capacity(count);
            for signed in acts {
                all.extend(submit(profile, signing, vec![signed.act])?);
            }
            Ok(all)
        }
    }
}

/// Signs and submits one act.
///
/// # Errors
/// As [`submit`].
pub fn submit_one(profile: &Profile, signing: &Signing, act: Act) -> anyhow::Result<Done> {
    submit(profile, signing, vec![act])?.into_iter().next().context("the node named no outcome")
}

/// As [`submit_one`]; that the act was recorded is believed when what it does is proven, and its block is the proven one;
/// or that it waits for further officials, when its approval is proven.
///
/// # Errors
/// As [`submit`], and [`NotConfirmed`].
pub fn submit_confirmed(profile: &Profile, signing: &Signing, act: Act) -> anyhow::Result<Done> {
    match submit_one(profile, signing, act.clone()) {
        // An answer may be lost on the way, and what was sent be recorded all the same.
        Err(error) if error.is::<NotConfirmed>() => {
            let signed = sign(profile, signing, vec![act.clone()]).acts.into_iter().next();
            let done = signed.map(|act| Done { act, height: 0, number: 0, message: String::new(), waits: Vec::new() });
            done.and_then(|done| confirmed(profile, signing, &act, done).ok()).ok_or(error)
        }
        sent => confirmed(profile, signing, &act, sent?),
    }
}

/// That an act which a node says was accepted took effect, or waits, with its proven block.
///
/// # Errors
/// [`NotConfirmed`].
pub fn confirmed(profile: &Profile, signing: &Signing, act: &Act, mut done: Done) -> anyhow::Result<Done> {
    if done.number == 0 {
        match confirm(profile, signing, act)? {
            Confirmed::TookEffect(height) => done.height = height.get(),
            Confirmed::Waits(signed) => done.waits = signed,
        }
    }
    Ok(done)
}

/// A decision, or the number and sentence of a refusal before any.
type Sent = Result<Decided, (u16, String)>;

/// A signed transaction.
pub struct Signed {
    wire: Vec<u8>,
    /// Its acts, each with what proves it alone.
    pub acts: Vec<SignedAct>,
}

/// Signs acts together.
pub fn sign(profile: &Profile, signing: &Signing, acts: Vec<Act>) -> Signed {
    let transaction = Transaction {
        version: TRANSACTION_VERSION,
        network: profile.founding.network_id(),
        signer: signing.signer.clone(),
        key: signing.number,
        expiry: signing.height.saturating_add(EXPIRY_HEIGHTS),
        acts,
    };
    let signed = transaction.sign(&signing.secret);
    let tree = transaction.act_tree(signed.signature);
    let acts = (0..transaction.acts.len()).filter_map(|place| tree.act(place)).collect();
    Signed { wire: signed.to_bytes(), acts }
}

/// The same bytes go to the next node if one is silent; they can be recorded only once.
fn send(profile: &Profile, wire: &[u8], of_office: bool) -> anyhow::Result<Sent> {
    let (mut silent, mut may_be_sent) = (None, false);
    for node in profile.nodes()? {
        let what = format!("waiting for node {}: sent, and not decided yet; more than two thirds of the validators have to", node.url());
        match saying(&what, || node.submit(wire)) {
            Ok(decided) => return Ok(Ok(decided)),
            Err(NodeError::Problem { refusal: Some(number), detail, .. }) => return Ok(Err((number, detail))),
            Err(NodeError::Silent { url, cause, is_reached }) => {
                may_be_sent |= is_reached;
                silent = Some(NodeError::Silent { url, cause, is_reached });
            }
            Err(error) => return Err(unanswered(undecided(error, of_office), true, of_office)),
        }
    }
    Err(silent.map_or_else(|| anyhow::anyhow!("no node is known"), |error| unanswered(error, may_be_sent, of_office)))
}

/// What a person is told who got no answer about what may have been sent. Of an office's act it counts, since each use does, and
/// whatever a node says of it: other acts change nothing when they are sent again.
fn unanswered(error: NodeError, may_be_sent: bool, of_office: bool) -> anyhow::Error {
    let is_undecided = matches!(&error, NodeError::Problem { code, .. } if code == UNDECIDED);
    if !of_office || !may_be_sent || is_undecided || !error.is_silence() {
        return error.into();
    }
    let why = match &error {
        // What a node says then is for acts that may be sent again.
        NodeError::Problem { url, status, code, .. } => format!("node {url} took it with status {status} ({code}) and no outcome"),
        other => other.to_string(),
    };
    NotConfirmed(format!("{why}. {LOOK_FIRST}")).into()
}

/// Whether an act is an office's, which does the same again if it is sent again: each use counts.
fn is_of_office(act: &Act) -> bool {
    RecordKind::from_number(act.kind).is_some() && OfficeVerb::from_number(act.verb).is_some()
}

/// What a person does about an act that was not decided in time; the node's own words are for programs.
fn undecided(error: NodeError, of_office: bool) -> NodeError {
    match error {
        NodeError::Problem { url, status, code, refusal, .. } if code == UNDECIDED => {
            let then = if of_office {
                LOOK_FIRST
            } else {
                "run the same command again later: what is recorded by then is refused, or changes nothing"
            };
            let detail =
                format!("sent, and not decided in time: too few validators may run. It is not lost, and waits until it expires; {then}");
            NodeError::Problem { url, status, code, refusal, detail }
        }
        other => other,
    }
}

/// Does something that may take a while, and says after a moment what is waited for.
fn saying<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (working, over) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if over.recv_timeout(SAID_AFTER) == Err(RecvTimeoutError::Timeout) {
                crate::output::talk(what);
            }
        });
        let done = work();
        drop(working);
        done
    })
}

/// Splits acts into transactions that keep the limits of count and bytes.
pub fn batches<T>(items: Vec<(T, Act)>) -> Vec<Vec<(T, Act)>> {
    let mut batches: Vec<Vec<(T, Act)>> = Vec::new();
    let mut bytes = 0;
    for (item, act) in items {
        let size = act.body.len() + 16;
        let fits = bytes + size <= TRANSACTION_BYTES_MAX - ENVELOPE_BYTES;
        match batches.last_mut() {
            Some(batch) if fits && batch.len() < ACTS_MAX => {
                bytes += size;
                batch.push((item, act));
            }
            _ => {
                bytes = size;
                batches.push(vec![(item, act)]);
            }
        }
    }
    batches
}

/// The sentence of a refusal: this program's own, since a node could say anything; the node's for newer numbers.
fn refusal_message(number: u16, from_node: String) -> String {
    match contracts::refusal::Refusal::from_number(number) {
        Some(refusal) => refusal.message(),
        None => contracts::document::escape_for_terminal(&from_node).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::standing::Verb;

    #[test]
    fn what_was_not_decided_in_time_is_told_with_a_command_and_no_address() {
        let problem = |code: &str| NodeError::Problem {
            url: "http://x".into(),
            status: 504,
            code: code.into(),
            refusal: None,
            detail: "look whether GET /v1/status shows new blocks".into(),
        };
        let kind = RecordKind::CertificateOfOrigin.number();
        let act = |kind, verb| Act { kind, verb, body: Vec::new().into() };
        let acts = [
            act(contracts::acts::REGISTRY, OfficeVerb::Consume.number()),
            act(kind, Verb::Suspend.number()),
            act(kind, OfficeVerb::Consume.number()),
        ];
        for (act, says) in acts.iter().zip(["run the same command again later", "run the same command again later", "symbolon uses FILE"]) {
            let said = undecided(problem("undecided"), is_of_office(act)).to_string();
            assert!(said.contains(says) && !said.contains("GET /"), "{said}");
        }
        assert!(undecided(problem("behind"), false).to_string().contains("GET /"));
    }

    #[test]
    fn acts_are_split_by_count_and_by_bytes() {
        let act = |bytes: usize| Act { kind: 1, verb: 1, body: vec![0; bytes].into() };
        let sizes = |acts: Vec<Act>| batches(acts.into_iter().map(|act| ((), act)).collect()).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(vec![]), Vec::<usize>::new());
        assert_eq!(sizes((0..257).map(|_| act(10)).collect()), [256, 1]);
        assert_eq!(sizes((0..9).map(|_| act(60_000)).collect()), [4, 4, 1]);
    }
}
