//! What members may do with agreements: values in, the new entry or a refusal out.

use super::{
    ADOPTIONS_MAX, AGREEMENT_VERSIONS_MAX, Adoption, Agreement, AgreementTerms, AgreementVersion, Authority, Member, NOTICE_DAYS_MAX,
    NOTIFICATIONS_MAX, Notification, Notified, VERSIONS_OF_MEMBER_MAX,
};
use crate::acts::{AdoptAgreement, LeaveAgreement, NotifyAuthority};
use crate::context::BlockContext;
use crate::lifecycle::EFFECTIVE_DAYS_AHEAD_MAX;
use crate::refusal::{Refusal, ensure};
use ledger::codec::{Canonical, encode, strictly_ascending};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;

/// How many versions a member may have put on the ledger that no other member's party has adopted.
const VERSIONS_ALONE_MAX: usize = 2;
/// How many dated acts of one member a version holds before its parties leave for good: a quarter of those that are not kept for
/// that.
pub(crate) const ADOPTIONS_OF_MEMBER_MAX: usize = ADOPTIONS_MAX / 8;
/// How many dated acts of one party a version holds before it leaves for good.
const ADOPTIONS_OF_PARTY_MAX: usize = 16;
/// The most bytes of an agreement's entry before a party leaves for good: as much again is kept for that.
pub(crate) const AGREEMENT_BYTES_MAX: usize = 30 * 1024;
/// The most bytes of one member's terms and acts in an agreement's entry: a quarter.
pub(crate) const AGREEMENT_BYTES_OF_MEMBER_MAX: usize = AGREEMENT_BYTES_MAX / 4;

/// The agreement once a party adopted a version of its terms. `known` is what stands on the ledger.
pub(crate) fn adopted(body: AdoptAgreement, known: Option<Agreement>, member: &Member, block: &BlockContext) -> Result<Agreement, Refusal> {
    let AdoptAgreement { agreement, terms, party, partners, effective } = body;
    ensure(terms.is_in_form(), Refusal::TermsOfAgreementNotInForm)?;
    speaks_for(member, party)?;
    ensure(terms.has_party(party), Refusal::NotAPartyOfAgreement)?;
    ensure(partners_in_form(&partners, party, &terms), Refusal::PartnersNotInForm)?;
    let latest = block.date().add_days(EFFECTIVE_DAYS_AHEAD_MAX);
    ensure(latest.is_none_or(|latest| effective <= latest), Refusal::AgreementFarAhead)?;
    let mut entry = known.unwrap_or(Agreement { id: agreement, versions: Vec::new() });
    let digest = terms.digest();
    let index = match entry.versions.iter().position(|version| version.terms.digest() == digest) {
        Some(index) => index,
        None => {
            // Otherwise one member could fill the places of all others, or two that adopt what the other puts there.
            let is_alone = |version: &&AgreementVersion| version.adoptions.iter().all(|act| is_own(member, act));
            ensure(entry.versions.iter().filter(is_alone).count() < VERSIONS_ALONE_MAX, Refusal::VersionsAlone)?;
            let opened = entry.versions.iter().filter(|version| opened_by(version, member)).count();
            ensure(opened < VERSIONS_OF_MEMBER_MAX, Refusal::VersionsOfMember)?;
            ensure(entry.versions.len() < AGREEMENT_VERSIONS_MAX, Refusal::TooManyVersions)?;
            entry.versions.push(AgreementVersion { terms, adoptions: Vec::new() });
            entry.versions.len().saturating_sub(1)
        }
    };
    let version = entry.versions.get_mut(index).ok_or(Refusal::UnknownTerms)?;
    ensure(!says_nothing_new(version, party, &partners, effective), Refusal::AlreadyAdopted)?;
    has_room(version, party, member)?;
    version.adoptions.push(Adoption { party, partners, applies: true, effective, recorded: block.recorded() });
    ensure(bytes_of(&entry, member) <= AGREEMENT_BYTES_OF_MEMBER_MAX, Refusal::AgreementShareFull)?;
    ensure(entry.to_bytes().len() <= AGREEMENT_BYTES_MAX, Refusal::TooManyAdoptions)?;
    Ok(entry)
}

/// Whether a party's last word towards each of these partners, or towards all, is that it applies the version since then already.
fn says_nothing_new(version: &AgreementVersion, party: CountryCode, partners: &[CountryCode], effective: CalendarDate) -> bool {
    let own = || version.adoptions.iter().rev().filter(|act| act.party == party);
    let applies_since = |last: Option<&Adoption>| last.is_some_and(|last| last.applies && last.effective <= effective);
    let towards = |partner: &CountryCode| applies_since(own().find(|act| act.partners.is_empty() || act.partners.contains(partner)));
    // Towards all: whoever left one of them since does not apply it to all.
    let towards_all = || applies_since(own().find(|act| act.partners.is_empty() || !act.applies));
    if partners.is_empty() { towards_all() } else { partners.iter().all(towards) }
}

/// The agreement once a party left a version of its terms, towards some parties or for good.
pub(crate) fn left(body: LeaveAgreement, mut entry: Agreement, member: &Member, block: &BlockContext) -> Result<Agreement, Refusal> {
    let LeaveAgreement { terms_digest, party, partners, effective, .. } = body;
    speaks_for(member, party)?;
    let version = entry.versions.iter_mut().find(|version| version.terms.digest() == terms_digest).ok_or(Refusal::UnknownTerms)?;
    ensure(partners_in_form(&partners, party, &version.terms), Refusal::PartnersNotInForm)?;
    // Treaties end for what is to come: certificates that were issued and presented before stay what they were.
    ensure(effective >= block.date(), Refusal::LeavingDatedBack)?;
    let latest = block.date().add_days(NOTICE_DAYS_MAX);
    ensure(latest.is_none_or(|latest| effective <= latest), Refusal::AgreementFarAhead)?;
    let for_good = partners.is_empty();
    if for_good {
        ensure(version.is_adopted_at_all(party), Refusal::NotAdopted)?;
    } else {
        ensure(partners.iter().all(|partner| version.is_adopted_towards(party, *partner)), Refusal::NotAdopted)?;
        has_room(version, party, member)?;
    }
    version.adoptions.push(Adoption { party, partners, applies: false, effective, recorded: block.recorded() });
    ensure(for_good || bytes_of(&entry, member) <= AGREEMENT_BYTES_OF_MEMBER_MAX, Refusal::AgreementShareFull)?;
    ensure(for_good || entry.to_bytes().len() <= AGREEMENT_BYTES_MAX, Refusal::TooManyAdoptions)?;
    Ok(entry)
}

/// The list of a party's notified authorities, with one more or one less.
///
/// Both are dated back where a list on paper was late or mistaken: a body that was struck off there on a day issued nothing under
/// the agreement from that day on, whenever the ledger is told, and what was held on its certificates meanwhile is not used up. A
/// party that leaves (612) ends a treaty, and its certificates of before are the other party's rights.
pub(crate) fn notified(
    body: NotifyAuthority,
    agreement: &Agreement,
    authority: &Authority,
    known: Notified,
    member: &Member,
    block: &BlockContext,
) -> Result<Notified, Refusal> {
    speaks_for(member, body.party)?;
    ensure(agreement.versions.iter().any(|version| version.terms.has_party(body.party)), Refusal::NotAPartyOfAgreement)?;
    ensure(authority.member() == member.id, Refusal::AuthorityOfAnotherMember)?;
    let of_party = |version: &AgreementVersion| version.terms.party_of(authority.country, Some(member)) == Some(body.party);
    ensure(agreement.versions.iter().any(of_party), Refusal::AuthorityOfAnotherParty)?;
    let latest = block.date().add_days(EFFECTIVE_DAYS_AHEAD_MAX);
    ensure(latest.is_none_or(|latest| body.effective <= latest), Refusal::AgreementFarAhead)?;
    let last = known.as_slice().iter().rev().find(|one| one.authority == body.authority);
    if body.is_notified {
        ensure(last.is_none_or(|last| !last.is_notified || body.effective < last.effective), Refusal::AlreadyNotified)?;
        // For each notification there is room to strike it off.
        ensure(known.as_slice().len() < NOTIFICATIONS_MAX / 2, Refusal::TooManyNotifications)?;
    } else {
        ensure(last.is_some_and(|last| last.is_notified), Refusal::NotNotified)?;
    }
    Ok(known.with(Notification {
        authority: body.authority,
        is_notified: body.is_notified,
        effective: body.effective,
        recorded: block.recorded(),
    }))
}

/// A member speaks for the countries that it covers, and a union for itself.
fn is_of(member: &Member, party: CountryCode) -> bool {
    member.covers(party) || member.as_union() == Some(party)
}

fn speaks_for(member: &Member, party: CountryCode) -> Result<(), Refusal> {
    ensure(is_of(member, party), Refusal::PartyNotOfMember)
}

/// Whether an act is one of the member's own.
fn is_own(member: &Member, act: &Adoption) -> bool {
    is_of(member, act.party)
}

/// Whether the member put a version on the ledger: its first act says that.
fn opened_by(version: &AgreementVersion, member: &Member) -> bool {
    version.adoptions.first().is_some_and(|first| is_own(member, first))
}

/// How many bytes of an agreement's entry are the member's: the terms that it put there, and its acts.
fn bytes_of(entry: &Agreement, member: &Member) -> usize {
    let of_version = |version: &AgreementVersion| {
        let terms = if opened_by(version, member) { encode(&version.terms).len() } else { 0 };
        let acts = version.adoptions.iter().filter(|act| is_own(member, act)).map(|act| encode(act).len());
        acts.fold(terms, usize::saturating_add)
    };
    entry.versions.iter().map(of_version).fold(0, usize::saturating_add)
}

fn partners_in_form(partners: &[CountryCode], party: CountryCode, terms: &AgreementTerms) -> bool {
    partners.len() <= super::AGREEMENT_PARTIES_MAX
        && strictly_ascending(partners)
        && partners.iter().all(|partner| *partner != party && terms.has_party(*partner))
}

/// Half of a version's places are kept, so that every party that adopted it can leave it for good.
fn has_room(version: &AgreementVersion, party: CountryCode, member: &Member) -> Result<(), Refusal> {
    let of_party = version.adoptions.iter().filter(|act| act.party == party).count();
    ensure(version.adoptions.len() < ADOPTIONS_MAX / 2 && of_party < ADOPTIONS_OF_PARTY_MAX, Refusal::TooManyAdoptions)?;
    let own = version.adoptions.iter().filter(|act| is_own(member, act)).count();
    ensure(own < ADOPTIONS_OF_MEMBER_MAX, Refusal::AgreementShareFull)
}
