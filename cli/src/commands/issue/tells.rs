//! To whom a replacement tells both numbers: the parties of either certificate, for ever, and nobody else.

use super::Item;
use super::place::Secrets;
use crate::officer;
use crate::profile::Profile;
use crate::registry::entries;
use contracts::standing::{RecordsAtLocator, SEALED_NUMBERS_MAX};
use ledger::commitment::{Replacement, ReplacementNumbers, SealedNumbers, Seed};
use ledger::id::{CertificateNumber, MemberId};
use ledger::lookup::{LookupSecret, RecordKey};
use std::collections::BTreeMap;

/// The numbers of `item` and of what it replaces, sealed for each reader of either: whoever holds that one's seed, where
/// this office holds it, the members that find one of the two by its number, and one's own. With the members that find that one, and
/// not this.
///
/// # Errors
/// If no node's answer checks.
pub fn sealed(
    profile: &Profile,
    item: &Item,
    replaced: (&CertificateNumber, &RecordKey),
    seed: Option<&Seed>,
    secrets: &Secrets,
) -> anyhow::Result<(Vec<SealedNumbers>, Vec<MemberId>)> {
    let (own, successor) = (profile.member()?, &item.record());
    let numbers = &ReplacementNumbers { replaced: replaced.0.clone(), successor: item.document.number.clone() };
    let replacement = Replacement { replaced: replaced.1, successor };
    let mut readers: BTreeMap<MemberId, LookupSecret> = secrets.clone();
    let mut left = Vec::new();
    for (member, secret) in readers_of(profile, own, replaced)? {
        if !secrets.contains_key(&member) && member != own {
            left.push(member);
        }
        readers.entry(member).or_insert(secret);
    }
    let by_seed = seed.map(|seed| SealedNumbers::seal(numbers, replacement, seed));
    let by_members = readers.values().map(|secret| SealedNumbers::seal(numbers, replacement, secret));
    Ok((by_seed.into_iter().chain(by_members).take(SEALED_NUMBERS_MAX).collect(), left))
}

/// The members that find a certificate of one's own by its number, with what they share with the own one.
pub fn readers_of(
    profile: &Profile,
    own: MemberId,
    (number, record): (&CertificateNumber, &RecordKey),
) -> anyhow::Result<Vec<(MemberId, LookupSecret)>> {
    // A member whose secret no node hands out finds nothing by it either.
    let members = profile.founding.members().iter().map(|member| member.id);
    let secrets = members.filter_map(|member| Some((member, officer::lookup_secret(profile, own, member).ok()?)));
    let place = |secret: &LookupSecret| contracts::key::locator(own, &secret.locator(number));
    let secrets: Vec<(MemberId, LookupSecret)> = secrets.collect();
    let found = entries(profile, secrets.iter().map(|(_, secret)| place(secret)).collect())?;
    let mut readers = Vec::new();
    for (member, secret) in secrets {
        let at: Option<RecordsAtLocator> = found.read(&place(&secret))?;
        if member == own || at.is_some_and(|at| at.as_slice().contains(record)) {
            readers.push((member, secret));
        }
    }
    Ok(readers)
}
