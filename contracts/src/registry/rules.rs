//! What members may do with authorities, authorities with keys, and parties with arrangements: values in, the new
//! entry or a refusal out.

use super::{
    AMENDED_BYTES_MAX, AMENDMENTS_ALONE_MAX, AMENDMENTS_MAX, AMENDMENTS_OF_PARTY_MAX, ARRANGEMENT_ACTS_MAX, AUTHORITY_ACTS_MAX,
    AUTHORITY_KEYS_MAX, Amendment, Arrangement, ArrangementAct, ArrangementVerb, Authority, AuthorityAct, AuthorityKey, AuthorityVerb,
    ENCRYPTION_KEYS_MAX, EncryptionKey, KEYS_PER_ROOT_KEY_MAX, Member, PARTIES_MAX, PROGRAMME_VERSIONS_MAX, Programme, ProgrammeVersion,
    RevokedKey, SCOPES_MAX, Scope, Terms, is_name, is_word, programme,
};
use crate::acts::{
    AdmitAuthority, AmendArrangement, ApplyArrangement, NameKey, ReplaceRootKey, RevokeKey, RotateEncryptionKey, SetProgramme,
    SignArrangement,
};
use crate::context::{BlockContext, Known};
use crate::lifecycle::EFFECTIVE_DAYS_AHEAD_MAX;
use crate::refusal::{Refusal, ensure};
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::time::{CalendarDate, Timestamp};

/// The most bytes of an authority's entry before a suspension; the rest of the tree's limit is kept for that.
const AUTHORITY_BYTES_MAX: usize = 48 * 1024;

fn scopes_in_form(scopes: &[Scope]) -> bool {
    scopes.len() <= SCOPES_MAX && scopes.iter().all(Scope::is_in_form)
}

/// Whether no scope promises that everything is recorded of a time before itself, or before the authority has scopes.
fn promises_in_scope(scopes: &[Scope], first: CalendarDate) -> bool {
    scopes.iter().all(|scope| scope.coverage_since.is_none_or(|since| since >= scope.from.max(first)))
}

fn not_far_ahead(effective: CalendarDate, block: &BlockContext) -> bool {
    block.date().add_days(EFFECTIVE_DAYS_AHEAD_MAX).is_none_or(|latest| effective <= latest)
}

/// The entries of a new authority and of its root key.
pub(crate) fn admitted(body: &AdmitAuthority, member: &Member, block: &BlockContext) -> Result<(Authority, AuthorityKey), Refusal> {
    ensure(body.authority.member() == member.id, Refusal::AuthorityOfAnotherMember)?;
    ensure(member.covers(body.country), Refusal::CountryNotOfMember)?;
    ensure(is_name(&body.name), Refusal::NameNotInForm)?;
    ensure(scopes_in_form(&body.scopes), Refusal::ScopesNotInForm)?;
    ensure(promises_in_scope(&body.scopes, body.effective), Refusal::CoverageBeforeScope)?;
    ensure(not_far_ahead(body.effective, block), Refusal::EffectiveTooFarAhead)?;
    body.root_key.checked().map_err(|_| Refusal::WeakKey)?;
    let recorded = block.recorded();
    let admission = AuthorityAct {
        verb: AuthorityVerb::Admit,
        effective: body.effective,
        recorded,
        scopes: Some(body.scopes.clone()),
        as_of: None,
        root: None,
    };
    let authority =
        Authority { id: body.authority.clone(), country: body.country, name: body.name.clone(), acts: vec![admission], keys: 1 };
    let root = AuthorityKey {
        key: body.root_key,
        valid_from: block.time,
        valid_until: None,
        named: recorded,
        revoked: None,
        revoked_from_naming: None,
        revoked_earlier: None,
    };
    Ok((authority, root))
}

/// An act of a member on an authority that exists.
pub(crate) struct OnAuthority {
    pub authority: AuthorityId,
    pub verb: AuthorityVerb,
    pub effective: CalendarDate,
    pub scopes: Option<Vec<Scope>>,
    pub as_of: Option<Timestamp>,
    pub follows: u32,
}

/// The authority's entry after an act on it.
pub(crate) fn acted(act: OnAuthority, authority: &Authority, member: MemberId, block: &BlockContext) -> Result<Authority, Refusal> {
    ensure(authority.member() == member, Refusal::AuthorityOfAnotherMember)?;
    ensure(usize::try_from(act.follows) == Ok(authority.acts.len()), Refusal::RegistryMoved)?;
    ensure(authority.revoked(Known::Now).is_none(), Refusal::AuthorityRevoked)?;
    ensure(act.scopes.as_deref().is_none_or(scopes_in_form), Refusal::ScopesNotInForm)?;
    ensure(act.as_of.is_none_or(|as_of| as_of <= block.time), Refusal::RevokedAsOfFuture)?;
    match act.verb {
        AuthorityVerb::Suspend => ensure(authority.suspension().is_none(), Refusal::AuthorityAlreadySuspended)?,
        AuthorityVerb::Reinstate => {
            // Back to the suspension's own date, and no further: what was before it is not judged anew. Today's date ends one that
            // is announced as well.
            let suspended = authority.suspension().ok_or(Refusal::AuthorityNotSuspended)?.effective;
            ensure(act.effective >= suspended.min(block.date()), Refusal::ReinstatedBeforeSuspension)?;
        }
        AuthorityVerb::Admit | AuthorityVerb::SetScopes | AuthorityVerb::Revoke | AuthorityVerb::ReplaceRoot => {}
    }
    // An admission whose date was mistaken is corrected by scopes from an earlier date on.
    let ends = act.verb == AuthorityVerb::Revoke;
    let since = authority.since(Known::Now);
    ensure(ends || act.scopes.is_some() || since.is_none_or(|since| act.effective >= since), Refusal::EffectiveBeforeAdmission)?;
    let first = since.map_or(act.effective, |since| since.min(act.effective));
    ensure(act.scopes.as_deref().is_none_or(|scopes| promises_in_scope(scopes, first)), Refusal::CoverageBeforeScope)?;
    ensure(not_far_ahead(act.effective, block), Refusal::EffectiveTooFarAhead)?;
    let suspends = act.verb == AuthorityVerb::Suspend;
    let recorded = block.recorded();
    let OnAuthority { verb, effective, scopes, as_of, .. } = act;
    let mut authority = authority.clone();
    authority.acts.push(AuthorityAct { verb, effective, recorded, scopes, as_of, root: None });
    // The last two places are kept: one for a suspension, one for the revocation.
    ensure(has_room(&authority) || suspends || ends, Refusal::TooManyAuthorityActs)?;
    Ok(authority)
}

fn has_room(authority: &Authority) -> bool {
    authority.acts.len() < AUTHORITY_ACTS_MAX.saturating_sub(1) && authority.to_bytes().len() <= AUTHORITY_BYTES_MAX
}

/// The authority's entry with another of its own keys as its root key, and the entry of the root key before, revoked. The member
/// names no key of its own making: it chooses among those that the authority named under a root key which was not a thief's.
pub(crate) fn root_replaced(
    body: &ReplaceRootKey,
    authority: &Authority,
    before: &AuthorityKey,
    key: &AuthorityKey,
    member: MemberId,
    block: &BlockContext,
) -> Result<(Authority, AuthorityKey), Refusal> {
    ensure(authority.member() == member, Refusal::AuthorityOfAnotherMember)?;
    ensure(usize::try_from(body.follows) == Ok(authority.acts.len()), Refusal::RegistryMoved)?;
    ensure(authority.revoked(Known::Now).is_none(), Refusal::AuthorityRevoked)?;
    ensure(body.as_of <= block.time, Refusal::RevokedAsOfFuture)?;
    let signs = key.revoked.is_none() && key.is_in_window(block.time);
    let is_another = body.number != authority.root_key();
    ensure(is_another && signs && key.named.time < body.as_of, Refusal::NoKeyForRoot)?;
    let recorded = block.recorded();
    let as_of = Some(body.as_of);
    let (verb, effective) = (AuthorityVerb::ReplaceRoot, block.date());
    let (mut authority, mut before) = (authority.clone(), before.clone());
    authority.acts.push(AuthorityAct { verb, effective, recorded, scopes: None, as_of, root: Some(body.number) });
    ensure(has_room(&authority), Refusal::TooManyAuthorityActs)?;
    before.revoked = before.revoked.or(Some(RevokedKey { as_of: body.as_of, recorded }));
    Ok((authority, before))
}

/// The authority's entry and the new key's.
pub(crate) fn key_named(body: &NameKey, authority: &Authority, block: &BlockContext) -> Result<(Authority, AuthorityKey), Refusal> {
    let root_keys = authority.acts.iter().filter(|act| act.root.is_some()).count().saturating_add(1);
    let room = u32::try_from(root_keys).unwrap_or(u32::MAX).saturating_mul(KEYS_PER_ROOT_KEY_MAX).min(AUTHORITY_KEYS_MAX);
    ensure(authority.keys < room, Refusal::TooManyKeys)?;
    ensure(body.number.get() == authority.keys, Refusal::KeyNumberTaken)?;
    ensure(body.valid_until.is_none_or(|until| body.valid_from <= until), Refusal::KeyWindowEmpty)?;
    body.key.checked().map_err(|_| Refusal::WeakKey)?;
    let authority = Authority { keys: authority.keys.saturating_add(1), ..authority.clone() };
    let key = AuthorityKey {
        key: body.key,
        valid_from: body.valid_from,
        valid_until: body.valid_until,
        named: block.recorded(),
        revoked: None,
        revoked_from_naming: None,
        revoked_earlier: None,
    };
    Ok((authority, key))
}

/// The key's entry once it is revoked.
pub(crate) fn key_revoked(
    body: &RevokeKey,
    authority: &Authority,
    mut key: AuthorityKey,
    block: &BlockContext,
) -> Result<AuthorityKey, Refusal> {
    ensure(body.number != authority.root_key(), Refusal::RootKeyStays)?;
    ensure(body.as_of <= block.time, Refusal::RevokedAsOfFuture)?;
    let revoked = Some(RevokedKey { as_of: body.as_of, recorded: block.recorded() });
    match key.revocation(Known::Now) {
        None => key.revoked = revoked,
        // The theft turned out to be older: what was in doubt stays so.
        Some(before) => {
            ensure(body.as_of < before.as_of && key.revoked_earlier.is_none(), Refusal::KeyAlreadyRevoked)?;
            key.revoked_earlier = revoked;
        }
    }
    Ok(key)
}

/// The member's entry with its new encryption key.
pub(crate) fn rotated(body: &RotateEncryptionKey, mut member: Member, block: &BlockContext) -> Result<Member, Refusal> {
    ensure(member.encryption_keys.len() < ENCRYPTION_KEYS_MAX, Refusal::TooManyEncryptionKeys)?;
    ensure(usize::try_from(body.version) == Ok(member.encryption_keys.len()), Refusal::EncryptionKeyVersion)?;
    body.key.checked().map_err(|_| Refusal::WeakEncryptionKey)?;
    member.encryption_keys.push(EncryptionKey { version: body.version, key: body.key, recorded: block.recorded() });
    Ok(member)
}

/// The arrangement once a party signed. `known` is what the others signed before.
pub(crate) fn signed(
    body: SignArrangement,
    known: Option<Arrangement>,
    member: MemberId,
    block: &BlockContext,
) -> Result<Arrangement, Refusal> {
    ensure(body.terms.is_in_form(), Refusal::TermsOfArrangementNotInForm)?;
    ensure(body.terms.has_party(member), Refusal::NotAParty)?;
    let arrangement = match known {
        None => {
            ensure(body.arrangement.names(member), Refusal::NameOfOthers)?;
            Arrangement { id: body.arrangement, terms: body.terms, acts: Vec::new(), amendments: None }
        }
        Some(known) => {
            ensure(known.terms.digest() == body.terms.digest(), Refusal::TermsDiffer)?;
            ensure(!known.has(ArrangementVerb::Sign, member), Refusal::AlreadySigned)?;
            known
        }
    };
    dated(arrangement, ArrangementVerb::Sign, member, body.effective, None, block)
}

/// The arrangement once a party applied the first terms or an amendment's: the body names them by their digest.
pub(crate) fn applied(
    body: &ApplyArrangement,
    mut arrangement: Arrangement,
    member: MemberId,
    block: &BlockContext,
) -> Result<Arrangement, Refusal> {
    use ArrangementVerb::{Amend, Apply, Sign};
    if arrangement.terms.digest() == body.terms_digest {
        ensure(arrangement.terms.has_party(member), Refusal::NotAParty)?;
        not_left(&arrangement, member, block)?;
        ensure(!arrangement.has(Apply, member), Refusal::AlreadyApplied)?;
        ensure(arrangement.last_agreed().is_none(), Refusal::AmendmentOvertaken)?;
        ensure(arrangement.has(Sign, member), Refusal::NotSigned)?;
        ensure(arrangement.terms.parties.iter().all(|party| arrangement.has(Sign, *party)), Refusal::NotSignedByAll)?;
        return dated(arrangement, Apply, member, body.effective, None, block);
    }
    let number = arrangement.amendments().iter().position(|one| one.terms.digest() == body.terms_digest);
    let mut amendment = number.and_then(|number| arrangement.amendments().get(number)).ok_or(Refusal::TermsDiffer)?.clone();
    let needed = arrangement.needed_for(&amendment, block.date(), Known::Now);
    not_left(&arrangement, member, block)?;
    ensure(needed.contains(&member), Refusal::NotAParty)?;
    ensure(!amendment.has(Apply, member), Refusal::AlreadyApplied)?;
    ensure(!arrangement.is_overtaken(&amendment), Refusal::AmendmentOvertaken)?;
    ensure(amendment.has(Amend, member), Refusal::NotSigned)?;
    ensure(needed.iter().all(|party| amendment.has(Amend, *party)), Refusal::NotSignedByAll)?;
    with_act(&mut amendment, Apply, member, body.effective, block)?;
    if needed.iter().all(|party| amendment.has(Apply, *party)) {
        amendment.agreed = Some(block.recorded());
    }
    with_amendment(&mut arrangement, number, amendment);
    Ok(arrangement)
}

/// The arrangement once a party signed other terms.
pub(crate) fn amendment_signed(
    body: AmendArrangement,
    mut arrangement: Arrangement,
    member: MemberId,
    block: &BlockContext,
) -> Result<Arrangement, Refusal> {
    use ArrangementVerb::{Amend, Sign};
    ensure(body.terms.is_in_form(), Refusal::TermsOfArrangementNotInForm)?;
    not_left(&arrangement, member, block)?;
    ensure(arrangement.terms.parties.iter().all(|party| arrangement.has(Sign, *party)), Refusal::NotSignedByAll)?;
    let number = usize::try_from(body.number).map_err(|_| Refusal::AmendmentNumber)?;
    let is_new = number == arrangement.amendments().len();
    let mut amendment = if is_new {
        opened(body.terms, &arrangement, member)?
    } else {
        let known = arrangement.amendments().get(number).ok_or(Refusal::AmendmentNumber)?;
        ensure(known.terms.digest() == body.terms.digest(), Refusal::TermsDiffer)?;
        ensure(arrangement.needed_for(known, block.date(), Known::Now).contains(&member), Refusal::NotAParty)?;
        ensure(!known.has(Amend, member), Refusal::AlreadySigned)?;
        ensure(!arrangement.is_overtaken(known), Refusal::AmendmentOvertaken)?;
        known.clone()
    };
    with_act(&mut amendment, Amend, member, body.effective, block)?;
    with_amendment(&mut arrangement, Some(number), amendment);
    ensure(!is_new || arrangement.to_bytes().len() <= AMENDED_BYTES_MAX, Refusal::TooManyAmendments)?;
    Ok(arrangement)
}

/// A new amendment of the terms that were agreed last. Only a party of them opens one, so that nobody else takes its place.
fn opened(terms: Terms, arrangement: &Arrangement, member: MemberId) -> Result<Amendment, Refusal> {
    ensure(arrangement.agreed_terms().has_party(member), Refusal::NotAParty)?;
    let all = arrangement.amendments();
    ensure(all.len() < AMENDMENTS_MAX, Refusal::TooManyAmendments)?;
    let waits = |one: &&Amendment| one.agreed.is_none() && !arrangement.is_overtaken(one);
    let alone = all.iter().filter(waits).filter(|one| one.acts.iter().all(|act| act.by == member)).count();
    ensure(alone < AMENDMENTS_ALONE_MAX, Refusal::AmendmentsAlone)?;
    let opened = all.iter().filter(waits).filter(|one| one.acts.first().is_some_and(|act| act.by == member)).count();
    ensure(opened < AMENDMENTS_OF_PARTY_MAX, Refusal::AmendmentsOfParty)?;
    let digest = terms.digest();
    ensure(arrangement.all_terms().all(|terms| terms.digest() != digest), Refusal::TermsUnchanged)?;
    let amends = arrangement.last_agreed().map(u32::try_from).transpose().map_err(|_| Refusal::AmendmentNumber)?;
    Ok(Amendment { terms, acts: Vec::new(), amends, agreed: None })
}

fn with_act(
    amendment: &mut Amendment,
    verb: ArrangementVerb,
    by: MemberId,
    effective: CalendarDate,
    block: &BlockContext,
) -> Result<(), Refusal> {
    ensure(not_far_ahead(effective, block), Refusal::ArrangementFarAhead)?;
    amendment.acts.push(ArrangementAct { verb, by, effective, recorded: block.recorded() });
    Ok(())
}

/// Puts an amendment in its place, or behind the others.
fn with_amendment(arrangement: &mut Arrangement, number: Option<usize>, amendment: Amendment) {
    let all = arrangement.amendments.get_or_insert_default();
    match number.and_then(|number| all.get_mut(number)) {
        Some(place) => *place = amendment,
        None => all.push(amendment),
    }
}

/// Until its termination takes effect, a party has all rights and duties of one.
fn not_left(arrangement: &Arrangement, member: MemberId, block: &BlockContext) -> Result<(), Refusal> {
    ensure(!arrangement.has_left(member, block.date(), Known::Now), Refusal::AlreadyTerminated)
}

/// The arrangement after another act of a party; `follows` where the act names how many it follows.
pub(crate) fn moved(
    arrangement: Arrangement,
    verb: ArrangementVerb,
    member: MemberId,
    effective: CalendarDate,
    follows: Option<u32>,
    block: &BlockContext,
) -> Result<Arrangement, Refusal> {
    use ArrangementVerb::{Amend, Apply, Resume, Sign, Suspend, TakeBack, Terminate};
    if verb == TakeBack {
        // What is announced for a later date is taken back before that date, and named by it.
        let announced = arrangement.leaving(member, Known::Now).filter(|act| act.effective > block.date());
        ensure(announced.is_some_and(|act| act.effective == effective), Refusal::NoTerminationAnnounced)?;
        return dated(arrangement, verb, member, effective, follows, block);
    }
    not_left(&arrangement, member, block)?;
    ensure(arrangement.is_party(member, block.date()), Refusal::NotAParty)?;
    let suspended = arrangement.last(&[Suspend, Resume], member).filter(|act| act.verb == Suspend);
    match verb {
        // These have bodies or rules of their own.
        Sign | Apply | Amend | TakeBack => return Err(Refusal::UnknownVerb),
        Suspend => {
            ensure(arrangement.has_applied(member), Refusal::NotApplied)?;
            // One that is announced for a later date is overtaken by an earlier one.
            let is_earlier = |act: &ArrangementAct| act.effective > block.date() && effective < act.effective;
            ensure(suspended.is_none_or(is_earlier), Refusal::RecognitionAlreadySuspended)?;
            // A date before the last one can be named again and again: that is no suspension that always fits.
            ensure(suspended.is_none() || has_room_to_turn(&arrangement), Refusal::TooManyArrangementActs)?;
        }
        Resume => ensure(suspended.is_some(), Refusal::RecognitionNotSuspended)?,
        Terminate => {
            ensure(arrangement.leaving(member, Known::Now).is_none(), Refusal::AlreadyTerminated)?;
            ensure(arrangement.has_signed(member), Refusal::NotSigned)?;
            let earliest = block.date().add_days(arrangement.notice_days(member, block.date(), Known::Now));
            ensure(earliest.is_some_and(|earliest| effective >= earliest), Refusal::NoticeTooShort)?;
        }
    }
    dated(arrangement, verb, member, effective, follows, block)
}

/// Whether a signature, an application, a suspension and a termination by each party still fit after another act.
fn has_room_to_turn(arrangement: &Arrangement) -> bool {
    arrangement.acts.len() < ARRANGEMENT_ACTS_MAX.saturating_sub(4 * PARTIES_MAX)
}

fn dated(
    mut arrangement: Arrangement,
    verb: ArrangementVerb,
    by: MemberId,
    effective: CalendarDate,
    follows: Option<u32>,
    block: &BlockContext,
) -> Result<Arrangement, Refusal> {
    let count = arrangement.acts.len();
    ensure(follows.is_none_or(|follows| usize::try_from(follows) == Ok(count)), Refusal::ArrangementMoved)?;
    // A termination may lie ahead without a bound: its notice asks for much. After one there is only its taking back, and then it
    // is as if neither had been.
    let leaves = |verb| matches!(verb, ArrangementVerb::Terminate | ArrangementVerb::TakeBack);
    ensure(leaves(verb) || not_far_ahead(effective, block), Refusal::ArrangementFarAhead)?;
    // A suspension that is announced, or its end, is overtaken by what is recorded after it, from whatever date on.
    let turns = |verb| matches!(verb, ArrangementVerb::Suspend | ArrangementVerb::Resume);
    let is_overtaken = |act: &ArrangementAct| turns(act.verb) && act.effective > block.date();
    let mut own = arrangement.acts.iter().rev().filter(|act| act.by == by && act.verb != ArrangementVerb::Sign && !leaves(act.verb));
    let own = own.find(|act| !is_overtaken(act));
    ensure(own.is_none_or(|last| effective >= last.effective), Refusal::EffectiveBeforeLastAct)?;
    let turns_back = matches!(verb, ArrangementVerb::Resume | ArrangementVerb::TakeBack);
    ensure(!turns_back || has_room_to_turn(&arrangement), Refusal::TooManyArrangementActs)?;
    arrangement.acts.push(ArrangementAct { verb, by, effective, recorded: block.recorded() });
    Ok(arrangement)
}

/// Whether a key number was ever given.
pub(crate) fn has_key(authority: &Authority, number: KeyNumber) -> bool {
    number.get() < authority.keys
}

/// The programme once its member gave it terms. `known` is what it has.
pub(crate) fn programme_set(
    body: SetProgramme,
    known: Option<Programme>,
    member: MemberId,
    block: &BlockContext,
) -> Result<Programme, Refusal> {
    ensure(is_word(&body.programme) && programme::types_in_form(&body.types), Refusal::ProgrammeNotInForm)?;
    let mut programme = known.unwrap_or(Programme { name: body.programme, member, versions: Vec::new() });
    ensure(usize::try_from(body.follows) == Ok(programme.versions.len()), Refusal::RegistryMoved)?;
    ensure(programme.versions.len() < PROGRAMME_VERSIONS_MAX, Refusal::TooManyProgrammeVersions)?;
    ensure(not_far_ahead(body.effective, block), Refusal::EffectiveTooFarAhead)?;
    programme.versions.push(ProgrammeVersion { effective: body.effective, recorded: block.recorded(), types: body.types });
    Ok(programme)
}
