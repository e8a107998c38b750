//! Height 0: what stands on the ledger before its first block.

use crate::file::{Founding, FoundingMember};
use contracts::context::Recorded;
use contracts::registry::{EncryptionKey, Member, Parameters, founding_changes};
use ledger::state::Changes;
use ledger::time::Height;

impl Founding {
    /// The entries of the founding state: the parameters, and each member with its countries and keys.
    pub fn first_state(&self) -> Changes {
        let recorded = Recorded { height: Height::FOUNDING, time: self.time() };
        let parameters = Parameters { environment: self.environment(), name: self.name().to_owned(), founding_time: self.time() };
        let members: Vec<Member> = self.members().iter().map(|member| entry(member, recorded)).collect();
        founding_changes(&parameters, &members)
    }
}

fn entry(member: &FoundingMember, recorded: Recorded) -> Member {
    Member {
        id: member.id,
        name: member.name.clone(),
        countries: member.countries.clone(),
        governance_keys: member.governance_keys.clone(),
        threshold: member.threshold,
        encryption_keys: vec![EncryptionKey { version: 0, key: member.encryption_key, recorded }],
        node_key: member.node_key,
        validator_key: member.validator_key,
    }
}
