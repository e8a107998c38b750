//! Acts of the own member: they take effect when as many of its governance keys signed the same act as it asks for.

use super::confirm::{Confirmed, confirm};
use super::{Signing, submit_one};
use crate::profile::Profile;
use crate::registry::entry;
use anyhow::Context as _;
use contracts::key;
use contracts::refusal::Refusal;
use contracts::registry::{APPROVAL_DAYS_MAX, Approvals, Member};
use ledger::codec::encode;
use ledger::hash::{Hash, sha256};
use ledger::id::{KeyNumber, Signer};
use ledger::transaction::Act;
use std::path::PathBuf;

/// What became of an act of the own member.
pub enum MemberAct {
    /// It took effect.
    Done {
        /// The block.
        height: u64,
    },
    /// It waits for further governance keys.
    Waiting {
        /// How many signed, now and before.
        signed: usize,
        /// How many must.
        threshold: u32,
        /// Whether one of them signed now.
        own: bool,
    },
    /// The rules said no.
    Refused {
        /// The refusal's number.
        number: u16,
        /// What to do.
        message: String,
    },
}

/// What the ledger knows a waiting act by.
pub fn act_id(act: &Act) -> Hash {
    sha256(&encode(act))
}

/// The governance keys whose approvals of an act still count, as far as this computer's clock is right.
pub fn still_waiting(approvals: &Approvals) -> Vec<KeyNumber> {
    let oldest = crate::officer::own_clock().saturating_sub_ms(APPROVAL_DAYS_MAX.saturating_mul(86_400_000));
    approvals.as_slice().iter().filter(|approval| approval.recorded.time >= oldest).map(|approval| approval.key).collect()
}

/// Signs an act of the own member with as many governance keys as it still needs and as are at hand.
///
/// # Errors
/// If keys or node fail, and [`super::NotConfirmed`].
pub fn member_act(profile: &Profile, keys: &[PathBuf], act: &Act) -> anyhow::Result<MemberAct> {
    let own = profile.member()?;
    let threshold = entry::<Member>(profile, key::member(own))?.map_or(1, |member| member.threshold);
    let signings = Signing::of_member(profile, keys)?;
    let wanted = usize::try_from(threshold).unwrap_or(usize::MAX);
    let approvals: Approvals = entry(profile, key::approvals(&Signer::Member(own), &act_id(act)))?.unwrap_or_default();
    let mut approved = still_waiting(&approvals);
    let mut last = None;
    for signing in &signings {
        if approved.len() >= wanted {
            break;
        }
        if approved.contains(&signing.number) {
            continue;
        }
        let done = submit_one(profile, signing, act.clone())?;
        match Refusal::from_number(done.number) {
            // It came in on another way.
            _ if done.number == 0 => last = Some(signing),
            Some(Refusal::AlreadyApproved) => {}
            _ => return Ok(MemberAct::Refused { number: done.number, message: done.message }),
        }
        approved.push(signing.number);
    }
    let own = last.is_some();
    let last = last.or(signings.first()).context("no governance key signed")?;
    match confirm(profile, last, act)? {
        Confirmed::TookEffect(height) => Ok(MemberAct::Done { height: height.get() }),
        Confirmed::Waits(signed) => Ok(MemberAct::Waiting { signed: signed.len(), threshold, own }),
    }
}
