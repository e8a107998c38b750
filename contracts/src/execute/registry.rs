//! Acts of members on authorities and on themselves, and of authorities on their keys.

use super::overlay::TEXTS_WEIGHT;
use super::{Decided, Overlay, Signing, Stop, Writes, body};
use crate::acts::{
    AdmitAuthority, NameKey, RegistryVerb, ReinstateAuthority, ReplaceRootKey, RevokeAuthority, RevokeKey, RotateEncryptionKey,
    SetProgramme, SetScopes, SuspendAuthority,
};
use crate::context::BlockContext;
use crate::key;
use crate::refusal::{Refusal, ensure};
use crate::registry::rules::{self, OnAuthority};
use crate::registry::{Approval, Approvals, AuthoritiesOf, Authority, AuthorityKey, AuthorityVerb, KeyOwner, Member, RevokedKey, Scope};
use ledger::codec::{Canonical, encode};
use ledger::hash::sha256;
use ledger::id::{KeyNumber, Signer};
use ledger::key::PublicKey;
use ledger::transaction::Act;
use ledger::tree::StateKey;

pub(super) fn writes_of(block: &BlockContext, signing: &Signing, act: &Act, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    let verb = RegistryVerb::from_number(act.verb).ok_or(Refusal::UnknownVerb)?;
    match (verb, signing) {
        (RegistryVerb::NameKey | RegistryVerb::RevokeKey, Signing::Member(..)) => Err(Refusal::AuthorityOnly.into()),
        (RegistryVerb::NameKey | RegistryVerb::RevokeKey, Signing::Authority(authority, key)) => {
            ensure(*key == authority.root_key(), Refusal::RootKeyOnly)?;
            if verb == RegistryVerb::NameKey {
                name_key(block, authority, &body(act)?, ledger)
            } else {
                revoke_key(block, authority, &body(act)?, ledger)
            }
        }
        (_, Signing::Authority(..)) => Err(Refusal::MemberOnly.into()),
        (_, Signing::Member(member, key)) => {
            let writes = of_member(block, member, verb, act, ledger)?;
            approved(block, &Signer::Member(member.id), member.threshold, *key, act, ledger, writes)
        }
    }
}

fn of_member(block: &BlockContext, member: &Member, verb: RegistryVerb, act: &Act, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    let act = match verb {
        RegistryVerb::AdmitAuthority => return admit(block, member, &body(act)?, ledger),
        RegistryVerb::RotateEncryptionKey => {
            let body: RotateEncryptionKey = body(act)?;
            let rotated = rules::rotated(&body, member.clone(), block)?;
            return Ok(vec![(key::member(member.id), rotated.to_bytes())]);
        }
        RegistryVerb::SetProgramme => {
            let body: SetProgramme = body(act)?;
            let place = key::programme(member.id, &body.programme);
            let programme = rules::programme_set(body, ledger.read_weighed(&place, TEXTS_WEIGHT)?, member.id, block)?;
            return Ok(vec![(place, programme.to_bytes())]);
        }
        RegistryVerb::ReplaceRootKey => return replace_root(block, member, &body(act)?, ledger),
        RegistryVerb::RevokeAuthority => {
            let RevokeAuthority { authority, as_of, follows } = body(act)?;
            let effective = block.date();
            OnAuthority { authority, verb: AuthorityVerb::Revoke, effective, scopes: None, as_of: Some(as_of), follows }
        }
        RegistryVerb::SetScopes => {
            let SetScopes { authority, effective, scopes, follows } = body(act)?;
            OnAuthority { authority, verb: AuthorityVerb::SetScopes, effective, scopes: Some(scopes), as_of: None, follows }
        }
        RegistryVerb::SuspendAuthority => {
            let SuspendAuthority { authority, effective, follows } = body(act)?;
            OnAuthority { authority, verb: AuthorityVerb::Suspend, effective, scopes: None, as_of: None, follows }
        }
        RegistryVerb::ReinstateAuthority => {
            let ReinstateAuthority { authority, effective, follows } = body(act)?;
            OnAuthority { authority, verb: AuthorityVerb::Reinstate, effective, scopes: None, as_of: None, follows }
        }
        RegistryVerb::NameKey | RegistryVerb::RevokeKey => return Err(Refusal::AuthorityOnly.into()),
    };
    let place = key::authority(&act.authority);
    let authority = ledger.authority(&act.authority)?.ok_or(Refusal::UnknownAuthority)?;
    let mut writes = Writes::new();
    if let Some(scopes) = &act.scopes {
        writes.push(listed(&authority, scopes, ledger)?);
    }
    ledger.works_on(&authority);
    let authority = rules::acted(act, &authority, member.id, block)?;
    writes.push((place, authority.to_bytes()));
    Ok(writes)
}

fn admit(block: &BlockContext, member: &Member, admission: &AdmitAuthority, ledger: &Overlay<'_>) -> Result<Writes, Stop> {
    ledger.checks_a_key();
    let (authority, root) = rules::admitted(admission, member, block)?;
    let place = key::authority(&authority.id);
    ensure(!ledger.has(&place)?, Refusal::AuthorityExists)?;
    Ok(vec![
        listed(&authority, &admission.scopes, ledger)?,
        owned(&root.key, &authority, KeyNumber::ROOT, ledger)?,
        (key::authority_key(&authority.id, KeyNumber::ROOT), root.to_bytes()),
        (place, authority.to_bytes()),
    ])
}

/// The list of the member's authorities, with this one and the kinds of its scopes.
fn listed(authority: &Authority, scopes: &[Scope], ledger: &Overlay<'_>) -> Result<(StateKey, Vec<u8>), Stop> {
    let place = key::authorities_of(authority.member());
    let list: AuthoritiesOf = ledger.read(&place)?.unwrap_or_default();
    let list = list.with(&authority.id, authority.country, scopes).ok_or(Refusal::TooManyAuthorities)?;
    Ok((place, list.to_bytes()))
}

/// The entry that gives a public key to its one owner.
fn owned(key: &PublicKey, authority: &Authority, number: KeyNumber, ledger: &Overlay<'_>) -> Result<(StateKey, Vec<u8>), Stop> {
    let place = key::key_owner(key);
    ensure(!ledger.has(&place)?, Refusal::KeyTaken)?;
    Ok((place, KeyOwner { signer: Signer::Authority(authority.id.clone()), number: Some(number) }.to_bytes()))
}

fn name_key(block: &BlockContext, authority: &Authority, body: &NameKey, ledger: &Overlay<'_>) -> Result<Writes, Stop> {
    ledger.works_on(authority);
    ledger.checks_a_key();
    let (authority, key) = rules::key_named(body, authority, block)?;
    Ok(vec![
        owned(&key.key, &authority, body.number, ledger)?,
        (key::authority_key(&authority.id, body.number), key.to_bytes()),
        (key::authority(&authority.id), authority.to_bytes()),
    ])
}

fn replace_root(block: &BlockContext, member: &Member, body: &ReplaceRootKey, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    let authority = ledger.authority(&body.authority)?.ok_or(Refusal::UnknownAuthority)?;
    ensure(rules::has_key(&authority, body.number), Refusal::UnknownKeyNumber)?;
    let key = ledger.authority_key(&body.authority, body.number)?.ok_or(Refusal::UnknownKeyNumber)?;
    let before = authority.root_key();
    let place = key::authority_key(&body.authority, before);
    let before = ledger.authority_key(&body.authority, before)?.ok_or(Refusal::UnknownKeyNumber)?;
    ledger.works_on(&authority);
    let (authority, before) = rules::root_replaced(body, &authority, &before, &key, member.id, block)?;
    let mut writes = named_since(body, block, &authority, ledger)?;
    writes.extend([(place, before.to_bytes()), (key::authority(&authority.id), authority.to_bytes())]);
    Ok(writes)
}

/// The keys that were named since the time as of which a root key is revoked: they may be a thief's, and are revoked with it.
/// They are the last of the authority: those of one root key, and of each before it that was put in its place since that time.
fn named_since(body: &ReplaceRootKey, block: &BlockContext, authority: &Authority, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    let mut writes = Writes::new();
    for number in (0..authority.keys).rev().map(KeyNumber::new) {
        ledger.may_read_on()?;
        ledger.works_on_a_key();
        let Some(key) = ledger.authority_key(&authority.id, number)?.filter(|key| key.named.time >= body.as_of) else { break };
        let revoked = AuthorityKey::clone(&key).revoked_with_root(RevokedKey { as_of: body.as_of, recorded: block.recorded() });
        if revoked != *key {
            writes.push((key::authority_key(&authority.id, number), revoked.to_bytes()));
        }
    }
    Ok(writes)
}

fn revoke_key(block: &BlockContext, authority: &Authority, body: &RevokeKey, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    ensure(rules::has_key(authority, body.number), Refusal::UnknownKeyNumber)?;
    let key = ledger.authority_key(&authority.id, body.number)?.ok_or(Refusal::UnknownKeyNumber)?;
    let key = rules::key_revoked(body, authority, (*key).clone(), block)?;
    Ok(vec![(key::authority_key(&authority.id, body.number), key.to_bytes())])
}

/// Whether a key of the signer signs at the block's time.
fn signs(signer: &Signer, number: KeyNumber, block: &BlockContext, ledger: &Overlay<'_>) -> Result<bool, Stop> {
    Ok(match signer {
        Signer::Member(id) => ledger.read::<Member>(&key::member(*id))?.is_some_and(|member| member.governance_key(number).is_some()),
        Signer::Authority(id) => {
            let entry: Option<AuthorityKey> = ledger.read(&key::authority_key(id, number))?;
            entry.is_some_and(|entry| entry.revoked.is_none() && entry.is_in_window(block.time))
        }
    })
}

/// Where the approvals of an act stand.
struct Before {
    place: StateKey,
    /// Those that were given before and still count.
    counting: Approvals,
    /// Those of other keys.
    others: Approvals,
}

fn approvals_before(block: &BlockContext, signer: &Signer, key: KeyNumber, act: &Act, ledger: &Overlay<'_>) -> Result<Before, Stop> {
    let place = key::approvals(signer, &sha256(&encode(act)));
    let approvals: Approvals = ledger.read(&place)?.unwrap_or_default();
    let mut counting = Approvals::default();
    for approval in approvals.still_waiting(block).as_slice() {
        // Who approved with a key that does not sign any more has not approved.
        if signs(signer, approval.key, block, ledger)? {
            counting = counting.with(approval.key, approval.recorded);
        }
    }
    let others = counting.without(key);
    Ok(Before { place, counting, others })
}

impl Before {
    /// Whether with this key's signature enough have signed. It may have signed before: fewer may be asked for than then.
    fn is_enough(&self, needed: u32) -> bool {
        u32::try_from(self.others.as_slice().len()).map_or(true, |count| count.saturating_add(1) >= needed)
    }

    /// With this key's approval, which is not enough.
    fn waits(self, block: &BlockContext, key: KeyNumber) -> Result<Writes, Stop> {
        ensure(!self.counting.has(key), Refusal::AlreadyApproved)?;
        Ok(vec![(self.place, self.counting.with(key, block.recorded()).to_bytes())])
    }

    /// What is left of the approvals once the act took effect.
    fn done(self) -> (StateKey, Vec<u8>) {
        (self.place, Approvals::default().to_bytes())
    }
}

/// An act of a member takes effect with the last approval that its threshold asks for; before that, only the approval is
/// written.
pub(super) fn approved(
    block: &BlockContext,
    signer: &Signer,
    needed: u32,
    key: KeyNumber,
    act: &Act,
    ledger: &Overlay<'_>,
    mut writes: Writes,
) -> Result<Writes, Stop> {
    if needed <= 1 {
        return Ok(writes);
    }
    let before = approvals_before(block, signer, key, act, ledger)?;
    if !before.is_enough(needed) {
        return before.waits(block, key);
    }
    writes.push(before.done());
    Ok(writes)
}

/// An act of an authority takes effect with the last official that the scope asks for, and names those who signed before;
/// until then, only the approval is written. `decide` says how many are asked for, and what is written if these signed.
pub(super) fn by_officials(
    block: &BlockContext,
    authority: &Authority,
    key: KeyNumber,
    act: &Act,
    ledger: &mut Overlay<'_>,
    mut decide: impl FnMut(&[Approval], &mut Overlay<'_>) -> Result<Decided, Stop>,
) -> Result<Writes, Stop> {
    let (writes, officials) = decide(&[], ledger)?;
    if officials <= 1 {
        return Ok(writes);
    }
    let before = approvals_before(block, &Signer::Authority(authority.id.clone()), key, act, ledger)?;
    if !before.is_enough(officials) {
        return before.waits(block, key);
    }
    let (mut writes, _) = decide(before.others.as_slice(), ledger)?;
    writes.push(before.done());
    Ok(writes)
}
