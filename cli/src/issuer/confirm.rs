//! No node is believed that an act was recorded: what the act does is asked for, and comes with a proof.

use super::Signing;
use super::member::{act_id, still_waiting};
use crate::failure::one_line;
use crate::officer::{About, Question, ask_own};
use crate::profile::Profile;
use anyhow::{Context as _, bail};
use contracts::acts::{
    AGREEMENT, ARRANGEMENT, AdmitAuthority, AdoptAgreement, AgreementVerb, AmendArrangement, Answer, ApplyArrangement, Issue,
    LeaveAgreement, NameKey, NotifyAuthority, OfficeAct, REGISTRY, RegistryVerb, ReinstateAuthority, ReplaceRootKey, ResumeRecognition,
    RevokeAuthority, RevokeKey, RotateEncryptionKey, SetProgramme, SetScopes, Share, SignArrangement, StandingChange, SuspendAuthority,
    SuspendRecognition, TakeBackTermination, TerminateArrangement, UseLine,
};
use contracts::destination::{Destination, DestinationAct, OfficeVerb, Use, UseName};
use contracts::key;
use contracts::registry::{
    Adoption, Agreement, Approvals, Arrangement, ArrangementAct, ArrangementId, ArrangementVerb, Authority, AuthorityKey, AuthorityVerb,
    Member, Notification, Notified, Programme, Scope,
};
use contracts::standing::{Life, Standing, Verb, Version};
use ledger::codec::Canonical;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, KeyNumber, MemberId, Signer};
use ledger::receipt::Proven;
use ledger::time::{CalendarDate, Height};
use ledger::transaction::Act;
use ledger::tree::{Fact, StateKey};
use std::time::Duration;

/// How often a node that does not show the act yet is asked again, and how long to wait in between.
const RETRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(400);

/// An act was sent, and no proof came that it was recorded.
#[derive(Debug, thiserror::Error)]
#[error("sent, not confirmed: {0}; look whether it took effect before you send it again")]
pub struct NotConfirmed(pub String);

/// Reads from what is proven in which block the act took effect, if it did.
type Shown = Box<dyn Fn(&Proven) -> Result<Option<Height>, String>>;

/// What an act does to the ledger's state.
struct Effect {
    /// The entries that show it.
    keys: Vec<StateKey>,
    /// The block that recorded it, if the entries show it.
    shown: Shown,
}

/// What is proven of a signed act.
pub enum Confirmed {
    /// It took effect in this block.
    TookEffect(Height),
    /// It waits for further keys of its signer; these approved it.
    Waits(Vec<KeyNumber>),
}

/// That a signed act took effect, or waits for others with the approval of this key.
///
/// # Errors
/// [`NotConfirmed`] if no node's answer proves either.
pub fn confirm(profile: &Profile, signing: &Signing, act: &Act) -> anyhow::Result<Confirmed> {
    let effect = Effect::of(profile, signing, act)?;
    let place = key::approvals(&signing.signer, &act_id(act));
    let question = Question::about(About::Keys(effect.keys.iter().copied().chain([place]).collect()));
    let accept = |proven: &Proven| {
        if let Some(height) = (effect.shown)(proven)? {
            return Ok(Confirmed::TookEffect(height));
        }
        let approvals = read_entry::<Approvals>(proven, &place)?.unwrap_or_default();
        if approvals.has(signing.number) {
            Ok(Confirmed::Waits(still_waiting(&approvals)))
        } else {
            Err("the ledger shows neither the act nor the approval".to_owned())
        }
    };
    until_shown(|| Ok(ask_own(profile, &question, accept)?.facts))
}

/// Asks again for a moment: a node may be a block behind the one that answered.
///
/// # Errors
/// [`NotConfirmed`] with what the last answer lacked.
pub fn until_shown<T>(ask: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut tries = 0;
    loop {
        match ask() {
            Ok(shown) => return Ok(shown),
            Err(_) if tries < RETRIES => {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            Err(error) => return Err(NotConfirmed(one_line(&error)).into()),
        }
    }
}

/// The entry at a key; `None` if it is proven to be absent.
///
/// # Errors
/// If nothing is proven of it, or it is not what it should be.
pub fn read_entry<T: Canonical>(proven: &Proven, key: &StateKey) -> Result<Option<T>, String> {
    match proven.entry(key) {
        Some(Fact::Present(bytes)) => T::from_bytes(bytes).map(Some).map_err(|error| error.to_string()),
        Some(Fact::Absent) => Ok(None),
        None => Err(format!("the receipt says nothing of entry {key}")),
    }
}

impl Effect {
    fn of(profile: &Profile, signing: &Signing, act: &Act) -> anyhow::Result<Self> {
        let body = &act.body[..];
        match (act.kind, &signing.signer) {
            (REGISTRY, Signer::Authority(authority)) => match RegistryVerb::from_number(act.verb) {
                Some(RegistryVerb::NameKey) => Ok(named(authority, NameKey::from_bytes(body)?)),
                Some(RegistryVerb::RevokeKey) => Ok(revoked(authority, &RevokeKey::from_bytes(body)?)),
                _ => bail!("an authority does no such act"),
            },
            (REGISTRY, Signer::Member(member)) => of_member(*member, act),
            (ARRANGEMENT, Signer::Member(member)) => on_arrangement(*member, act),
            (AGREEMENT, Signer::Member(_)) => on_agreement(act),
            (_, Signer::Authority(authority)) => match (Verb::from_number(act.verb), OfficeVerb::from_number(act.verb)) {
                (Some(verb @ (Verb::Issue | Verb::Replace | Verb::Draft)), _) => Ok(issued(authority, verb, Issue::from_bytes(body)?)),
                (Some(Verb::Share), _) => Ok(on_sharing(signing.number, Share::from_bytes(body)?)),
                (Some(verb), _) => Ok(on_standing(verb, signing.number, StandingChange::from_bytes(body)?)),
                (None, Some(verb)) if verb.is_use() => of_line(profile, signing, verb, authority, &UseLine::from_bytes(body)?),
                (None, Some(OfficeVerb::Answer)) => Ok(answered(signing, authority.clone(), &Answer::from_bytes(body)?)),
                (None, Some(verb)) => Ok(of_office(signing.number, verb, authority.clone(), &OfficeAct::from_bytes(body)?)),
                (None, None) => bail!("an authority does no such act"),
            },
            _ => bail!("a member does no such act"),
        }
    }

    /// One entry that shows it.
    fn at<T: Canonical>(key: StateKey, shown: impl Fn(T) -> Option<Height> + 'static) -> Self {
        Self { keys: vec![key], shown: Box::new(move |proven| Ok(read_entry(proven, &key)?.and_then(&shown))) }
    }
}

fn of_member(member: MemberId, act: &Act) -> anyhow::Result<Effect> {
    let body = &act.body[..];
    Ok(match RegistryVerb::from_number(act.verb) {
        Some(RegistryVerb::AdmitAuthority) => admitted(AdmitAuthority::from_bytes(body)?),
        Some(RegistryVerb::SetScopes) => {
            let SetScopes { authority, effective, scopes, follows } = SetScopes::from_bytes(body)?;
            on_authority(&authority, AuthorityVerb::SetScopes, effective, Some(scopes), follows)
        }
        Some(RegistryVerb::SuspendAuthority) => {
            let SuspendAuthority { authority, effective, follows } = SuspendAuthority::from_bytes(body)?;
            on_authority(&authority, AuthorityVerb::Suspend, effective, None, follows)
        }
        Some(RegistryVerb::ReinstateAuthority) => {
            let ReinstateAuthority { authority, effective, follows } = ReinstateAuthority::from_bytes(body)?;
            on_authority(&authority, AuthorityVerb::Reinstate, effective, None, follows)
        }
        Some(RegistryVerb::RevokeAuthority) => {
            let RevokeAuthority { authority, as_of, follows } = RevokeAuthority::from_bytes(body)?;
            Effect::at(key::authority(&authority), move |entry: Authority| {
                let act = entry.acts.get(usize::try_from(follows).ok()?)?;
                (act.verb == AuthorityVerb::Revoke && act.as_of == Some(as_of)).then_some(act.recorded.height)
            })
        }
        Some(RegistryVerb::ReplaceRootKey) => {
            let ReplaceRootKey { authority, number, as_of, follows } = ReplaceRootKey::from_bytes(body)?;
            Effect::at(key::authority(&authority), move |entry: Authority| {
                let act = entry.acts.get(usize::try_from(follows).ok()?)?;
                (act.root == Some(number) && act.as_of == Some(as_of)).then_some(act.recorded.height)
            })
        }
        Some(RegistryVerb::SetProgramme) => {
            let SetProgramme { programme, effective, types, follows } = SetProgramme::from_bytes(body)?;
            Effect::at(key::programme(member, &programme), move |entry: Programme| {
                let version = entry.versions.get(usize::try_from(follows).ok()?)?;
                (version.effective == effective && version.types == types).then_some(version.recorded.height)
            })
        }
        Some(RegistryVerb::RotateEncryptionKey) => {
            let rotation = RotateEncryptionKey::from_bytes(body)?;
            Effect::at(key::member(member), move |entry: Member| {
                let rotated = entry.encryption_keys.iter().find(|one| one.version == rotation.version && one.key == rotation.key);
                rotated.map(|one| one.recorded.height)
            })
        }
        _ => bail!("a member does no such act"),
    })
}

fn admitted(admission: AdmitAuthority) -> Effect {
    let (entry, root) = (key::authority(&admission.authority), key::authority_key(&admission.authority, KeyNumber::ROOT));
    let shown = move |proven: &Proven| {
        let (Some(authority), Some(root)) = (read_entry::<Authority>(proven, &entry)?, read_entry::<AuthorityKey>(proven, &root)?) else {
            return Ok(None);
        };
        let same = authority.country == admission.country && authority.name == admission.name && root.key == admission.root_key;
        let first = authority.acts.first().filter(|act| {
            act.verb == AuthorityVerb::Admit && act.effective == admission.effective && act.scopes.as_ref() == Some(&admission.scopes)
        });
        Ok(first.filter(|_| same).map(|act| act.recorded.height))
    };
    Effect { keys: vec![entry, root], shown: Box::new(shown) }
}

fn on_authority(id: &AuthorityId, verb: AuthorityVerb, effective: CalendarDate, scopes: Option<Vec<Scope>>, follows: u32) -> Effect {
    Effect::at(key::authority(id), move |entry: Authority| {
        let act = entry.acts.get(usize::try_from(follows).ok()?)?;
        (act.verb == verb && act.effective == effective && act.scopes == scopes).then_some(act.recorded.height)
    })
}

fn named(authority: &AuthorityId, naming: NameKey) -> Effect {
    Effect::at(key::authority_key(authority, naming.number), move |entry: AuthorityKey| {
        let same = entry.key == naming.key && entry.valid_from == naming.valid_from && entry.valid_until == naming.valid_until;
        same.then_some(entry.named.height)
    })
}

fn revoked(authority: &AuthorityId, revocation: &RevokeKey) -> Effect {
    let as_of = revocation.as_of;
    Effect::at(key::authority_key(authority, revocation.number), move |entry: AuthorityKey| {
        entry.revocations().find(|revoked| revoked.as_of == as_of).map(|revoked| revoked.recorded.height)
    })
}

fn on_standing(verb: Verb, number: KeyNumber, change: StandingChange) -> Effect {
    Effect::at(key::standing(&change.record_key), move |entry: Standing| {
        let act = entry.acts.get(usize::try_from(change.follows).ok()?)?;
        let same = act.verb == verb && act.effective == change.effective && act.reason == change.reason && act.key == number;
        let same = same && act.version == change.version && act.stands_by == change.stands_by;
        same.then_some(act.recorded.height)
    })
}

fn on_sharing(number: KeyNumber, share: Share) -> Effect {
    Effect::at(key::standing(&share.record_key), move |entry: Standing| {
        let act = entry.acts.get(usize::try_from(share.follows).ok()?)?;
        (act.locator == Some(share.locator) && act.key == number).then_some(act.recorded.height)
    })
}

/// A recorded certificate, or its draft.
fn issued(by: &AuthorityId, verb: Verb, issue: Issue) -> Effect {
    let by = by.clone();
    Effect::at(key::standing(&issue.record_key(by.member())), move |entry: Standing| {
        let version = Version { document_digest: issue.document_digest, commitment_root: issue.commitment_root };
        let later = entry.acts.iter().find(|act| verb == Verb::Draft && act.verb == verb && act.version == Some(version));
        if let Some(later) = later.filter(|_| entry.authority == by) {
            return Some(later.recorded.height);
        }
        let same =
            entry.document_digest == issue.document_digest && entry.commitment_root == issue.commitment_root && entry.authority == by;
        let same = same && (verb == Verb::Draft) == (entry.life() == Life::Draft);
        same.then_some(entry.issued.height)
    })
}

fn of_office(number: KeyNumber, verb: OfficeVerb, by: AuthorityId, act: &OfficeAct) -> Effect {
    let follows = act.follows;
    Effect::at(key::destination(&act.record_key, by.member()), move |entry: Destination| {
        let act = entry.as_slice().get(usize::try_from(follows).ok()?)?;
        (act.verb == verb && act.by == by && act.key == number).then_some(act.recorded.height)
    })
}

fn answered(signing: &Signing, by: AuthorityId, answer: &Answer) -> Effect {
    let (number, opened) = (signing.number, signing.height());
    Effect::at(key::destination(&answer.record_key, answer.asked_by), move |entry: Destination| {
        let is_it = |act: &&DestinationAct| act.verb == OfficeVerb::Answer && act.by == by && act.key == number;
        entry.as_slice().iter().rev().find(is_it).map(|act| act.recorded.height).filter(|height| *height > opened)
    })
}

/// A use of a line: it lies where the pool of the certificate is.
fn of_line(profile: &Profile, signing: &Signing, verb: OfficeVerb, by: &AuthorityId, act: &UseLine) -> anyhow::Result<Effect> {
    let standing: Standing =
        crate::registry::entry(profile, key::standing(&act.record_key))?.context("nothing is recorded under the act's record key")?;
    let pool = standing.pool.unwrap_or(act.record_key);
    let name = UseName { member: act.of.unwrap_or(by.member()), declaration: act.declaration };
    let (number, opened, by) = (signing.number, signing.height(), by.clone());
    Ok(Effect::at(key::use_of(&pool, act.line, &name), move |entry: Use| {
        let last = entry.acts.last().filter(|act| act.verb == verb && act.by == by && act.key == number)?;
        (last.recorded.height > opened).then_some(last.recorded.height)
    }))
}

fn on_agreement(act: &Act) -> anyhow::Result<Effect> {
    let body = &act.body[..];
    let (agreement, terms, like) = match AgreementVerb::from_number(act.verb) {
        Some(AgreementVerb::Adopt) => {
            let AdoptAgreement { agreement, terms, party, partners, effective } = AdoptAgreement::from_bytes(body)?;
            (agreement, terms.digest(), (party, partners, true, effective))
        }
        Some(AgreementVerb::Leave) => {
            let LeaveAgreement { agreement, terms_digest, party, partners, effective } = LeaveAgreement::from_bytes(body)?;
            (agreement, terms_digest, (party, partners, false, effective))
        }
        Some(AgreementVerb::Notify) => {
            let NotifyAuthority { agreement, party, authority, is_notified, effective } = NotifyAuthority::from_bytes(body)?;
            return Ok(Effect::at(key::notified(&agreement, party), move |list: Notified| {
                let is_it =
                    |one: &&Notification| one.authority == authority && one.is_notified == is_notified && one.effective == effective;
                list.as_slice().iter().rev().find(is_it).map(|one| one.recorded.height)
            }));
        }
        None => bail!("a member does no such act"),
    };
    let (party, partners, applies, effective) = like;
    Ok(Effect::at(key::agreement(&agreement), move |entry: Agreement| {
        let version = entry.versions.iter().find(|version| version.terms.digest() == terms)?;
        let is_it = |act: &&Adoption| (act.party, act.applies, act.effective) == (party, applies, effective) && act.partners == partners;
        version.adoptions.iter().rev().find(is_it).map(|act| act.recorded.height)
    }))
}

fn on_arrangement(by: MemberId, act: &Act) -> anyhow::Result<Effect> {
    let body = &act.body[..];
    let Some(verb) = ArrangementVerb::from_number(act.verb) else { bail!("a member does no such act") };
    let (id, effective, follows, terms): (ArrangementId, CalendarDate, Option<u32>, Option<Hash>) = match verb {
        ArrangementVerb::Sign => {
            let SignArrangement { arrangement, terms, effective } = SignArrangement::from_bytes(body)?;
            (arrangement, effective, None, Some(terms.digest()))
        }
        ArrangementVerb::Apply => {
            let ApplyArrangement { arrangement, terms_digest, effective } = ApplyArrangement::from_bytes(body)?;
            (arrangement, effective, None, Some(terms_digest))
        }
        ArrangementVerb::Amend => {
            let AmendArrangement { arrangement, terms, effective, .. } = AmendArrangement::from_bytes(body)?;
            (arrangement, effective, None, Some(terms.digest()))
        }
        ArrangementVerb::Suspend => {
            let SuspendRecognition { arrangement, effective, follows } = SuspendRecognition::from_bytes(body)?;
            (arrangement, effective, Some(follows), None)
        }
        ArrangementVerb::Resume => {
            let ResumeRecognition { arrangement, effective, follows } = ResumeRecognition::from_bytes(body)?;
            (arrangement, effective, Some(follows), None)
        }
        ArrangementVerb::Terminate => {
            let TerminateArrangement { arrangement, effective } = TerminateArrangement::from_bytes(body)?;
            (arrangement, effective, None, None)
        }
        ArrangementVerb::TakeBack => {
            let TakeBackTermination { arrangement, effective } = TakeBackTermination::from_bytes(body)?;
            (arrangement, effective, None, None)
        }
    };
    Ok(Effect::at(key::arrangement(&id), move |entry: Arrangement| {
        // A party leaves and stays in turns.
        let leaves = [ArrangementVerb::Terminate, ArrangementVerb::TakeBack];
        if leaves.contains(&verb) {
            let last = entry.last(&leaves, by)?;
            return (last.verb == verb && last.effective == effective).then_some(last.recorded.height);
        }
        // What names terms is recorded with them: the first ones, or an amendment's.
        let amended = terms.filter(|terms| entry.terms.digest() != *terms);
        let acts: &[ArrangementAct] = match amended {
            None => &entry.acts,
            Some(terms) => &entry.amendments().iter().find(|one| one.terms.digest() == terms)?.acts,
        };
        // A suspension says which acts it follows, and so its place; the others a party does once.
        let from = follows.map_or(Some(0), |follows| usize::try_from(follows).ok())?;
        let mut acts = acts.get(from..)?.iter();
        let act = acts.find(|act| follows.is_some() || (act.verb == verb && act.by == by))?;
        (act.verb == verb && act.by == by && act.effective == effective).then_some(act.recorded.height)
    }))
}
