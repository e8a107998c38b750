//! What must hold before a network is founded.

use crate::file::{COUNTRIES_MAX, FOUNDING_BYTES_MAX, FOUNDING_VERSION, FoundingMember, GOVERNANCE_KEYS_MAX, MEMBERS_MAX, NAME_BYTES_MAX};
use ledger::block::BadValidators;
use ledger::codec::{Malformed, strictly_ascending};
use ledger::id::MemberId;
use ledger::key::{PublicKey, WeakKey};
use ledger::place::CountryCode;
use std::collections::BTreeMap;

/// Why a network cannot be founded so. Each says whose part is wrong and what to do.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadFounding {
    /// The bytes are wrong.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A version that this program does not know.
    #[error("founding file version {0} is not known here (this program reads {FOUNDING_VERSION}); update the program")]
    Version(u32),
    /// More bytes than a founding file may have.
    #[error("the founding file would have {0} bytes, the most is {FOUNDING_BYTES_MAX}; found with fewer members")]
    TooLong(usize),
    /// The network's name.
    #[error("the network's name {0}; choose another")]
    NetworkName(&'static str),
    /// No members, or too many.
    #[error("a network is founded by 1 to {MEMBERS_MAX} members, not {0}")]
    Members(usize),
    /// Members out of order in a file that was not made by this program.
    #[error("members stand in the order of their letters, each once; {0} does not")]
    Order(MemberId),
    /// One member twice.
    #[error("member {0} comes twice; give one member file for each member")]
    MemberTwice(MemberId),
    /// Two members claim one country.
    #[error("country {country} is claimed by {one} and by {other}; one of them has to give it up and sign a new member file")]
    CountryTwice {
        /// The country.
        country: CountryCode,
        /// One member.
        one: MemberId,
        /// The other.
        other: MemberId,
    },
    /// One key in two places.
    #[error("the {what} of {member} is also the {other_what} of {other}; every key has one use, so make a new one")]
    KeyTwice {
        /// Which key.
        what: &'static str,
        /// Whose.
        member: MemberId,
        /// Its other use.
        other_what: &'static str,
        /// By whom.
        other: MemberId,
    },
    /// A key that is refused.
    #[error("the {what} of {member} is weak: {cause}; make a new one")]
    WeakKey {
        /// Which key.
        what: &'static str,
        /// Whose.
        member: MemberId,
        /// Why.
        cause: String,
    },
    /// A member's own particulars.
    #[error("member {member}: {what}")]
    Member {
        /// Who.
        member: MemberId,
        /// What is wrong, and what to do.
        what: String,
    },
    /// Nobody validates.
    #[error("no member validates, so nothing could ever be recorded; at least one member joins with --validator")]
    NoValidator,
    /// A set of validators that cannot be.
    #[error(transparent)]
    Validators(#[from] BadValidators),
}

/// Checks a network's name and members.
pub(crate) fn check(name: &str, members: &[FoundingMember]) -> Result<(), BadFounding> {
    check_name(name).map_err(BadFounding::NetworkName)?;
    if members.is_empty() || members.len() > MEMBERS_MAX {
        return Err(BadFounding::Members(members.len()));
    }
    for (one, next) in members.iter().zip(members.iter().skip(1)) {
        if one.id == next.id {
            return Err(BadFounding::MemberTwice(one.id));
        }
        if one.id > next.id {
            return Err(BadFounding::Order(next.id));
        }
    }
    let mut countries = BTreeMap::new();
    let mut keys = BTreeMap::new();
    for member in members {
        check_member(member)?;
        for country in &member.countries {
            if let Some(one) = countries.insert(*country, member.id) {
                return Err(BadFounding::CountryTwice { country: *country, one, other: member.id });
            }
        }
        let all = signing_keys(member).into_iter().map(|(what, key)| (what, *key.as_bytes()));
        for (what, bytes) in all.chain([("encryption key", *member.encryption_key.as_bytes())]) {
            if let Some((other_what, other)) = keys.insert(bytes, (what, member.id)) {
                return Err(BadFounding::KeyTwice { what, member: member.id, other_what, other });
            }
        }
    }
    if members.iter().all(|member| member.validator_key.is_none()) {
        return Err(BadFounding::NoValidator);
    }
    Ok(())
}

/// Checks what one member says of itself.
pub(crate) fn check_member(member: &FoundingMember) -> Result<(), BadFounding> {
    let wrong = |what: String| Err(BadFounding::Member { member: member.id, what });
    if let Err(what) = check_name(&member.name) {
        return wrong(format!("its name {what}; choose another"));
    }
    let countries = member.countries.len();
    if countries == 0 || countries > COUNTRIES_MAX || !strictly_ascending(&member.countries) {
        return wrong(format!(
            "it covers 1 to {COUNTRIES_MAX} countries, each once and in the order of their letters; this one has {countries}"
        ));
    }
    let governance = member.governance_keys.len();
    if governance == 0 || governance > GOVERNANCE_KEYS_MAX {
        return wrong(format!("it has 1 to {GOVERNANCE_KEYS_MAX} governance keys, not {governance}"));
    }
    if member.threshold == 0 || usize::try_from(member.threshold).map_or(true, |threshold| threshold > governance) {
        return wrong(format!("its threshold is {} of {governance} governance keys; choose 1 to {governance}", member.threshold));
    }
    for (what, key) in signing_keys(member) {
        key.checked().map_err(|cause: WeakKey| BadFounding::WeakKey { what, member: member.id, cause: cause.to_string() })?;
    }
    member.encryption_key.checked().map_err(|cause| BadFounding::WeakKey {
        what: "encryption key",
        member: member.id,
        cause: cause.to_string(),
    })?;
    Ok(())
}

/// The member's keys that sign, each with its use.
pub(crate) fn signing_keys(member: &FoundingMember) -> Vec<(&'static str, PublicKey)> {
    let governance = member.governance_keys.iter().map(|key| ("governance key", *key));
    governance.chain([("node key", member.node_key)]).chain(member.validator_key.map(|key| ("validator key", key))).collect()
}

/// Names are shown in terminals and pages: no control and no direction characters, no blank but the space and none at the ends.
fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Err("is empty or longer than 200 bytes");
    }
    if name.trim() != name {
        return Err("begins or ends with white space");
    }
    if !contracts::document::is_seen_as_it_is(name) || name.contains('\\') {
        return Err("holds a backslash, a control character, an invisible one or a blank that is no space");
    }
    Ok(())
}
