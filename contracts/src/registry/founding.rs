//! The first entries: what the founding file says of the network and its members.

use super::{CoveredBy, KeyOwner, Member, Parameters};
use crate::key;
use ledger::codec::Canonical;
use ledger::id::{KeyNumber, Signer};
use ledger::state::Changes;

/// The state at height 0. The caller has checked the founding file: no key, country or member stands in it twice.
pub fn founding_changes(parameters: &Parameters, members: &[Member]) -> Changes {
    let mut changes = Changes::new();
    changes.insert(key::parameters(), parameters.to_bytes());
    for member in members {
        changes.insert(key::member(member.id), member.to_bytes());
        for country in &member.countries {
            changes.insert(key::country(*country), CoveredBy { member: member.id }.to_bytes());
        }
        let owner = |number| KeyOwner { signer: Signer::Member(member.id), number }.to_bytes();
        changes.insert(key::key_owner(&member.node_key), owner(None));
        if let Some(validator) = &member.validator_key {
            changes.insert(key::key_owner(validator), owner(None));
        }
        for (number, governance) in (0..).zip(&member.governance_keys) {
            changes.insert(key::key_owner(governance), owner(Some(KeyNumber::new(number))));
        }
    }
    changes
}
