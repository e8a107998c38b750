//! Acts of members on agreements, each for a party that it covers.

use super::overlay::TEXTS_WEIGHT;
use super::{Overlay, Stop, Writes, body};
use crate::acts::{AdoptAgreement, AgreementVerb, LeaveAgreement, NotifyAuthority};
use crate::context::BlockContext;
use crate::key;
use crate::refusal::Refusal;
use crate::registry::{Agreement, AgreementId, AgreementsOf, Member, Notified, adoption};
use ledger::codec::Canonical;
use ledger::transaction::Act;

pub(super) fn writes_of(block: &BlockContext, member: &Member, act: &Act, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    match AgreementVerb::from_number(act.verb).ok_or(Refusal::UnknownVerb)? {
        AgreementVerb::Adopt => {
            let body: AdoptAgreement = body(act)?;
            let place = key::agreement(&body.agreement);
            let own = key::agreements_of(member.id);
            let all: AgreementsOf = ledger.read(&own)?.unwrap_or_default();
            let adopted = adoption::adopted(body, ledger.read_weighed(&place, TEXTS_WEIGHT)?, member, block)?;
            let all = all.with(&adopted.id).ok_or(Refusal::TooManyAgreements)?;
            Ok(vec![(place, adopted.to_bytes()), (own, all.to_bytes())])
        }
        AgreementVerb::Leave => {
            let body: LeaveAgreement = body(act)?;
            let place = key::agreement(&body.agreement);
            let before = known(&body.agreement, ledger)?;
            let left = adoption::left(body, before, member, block)?;
            Ok(vec![(place, left.to_bytes())])
        }
        AgreementVerb::Notify => {
            let body: NotifyAuthority = body(act)?;
            let agreement = known(&body.agreement, ledger)?;
            let authority = ledger.authority(&body.authority)?.ok_or(Refusal::UnknownAuthority)?;
            let place = key::notified(&body.agreement, body.party);
            let before: Notified = ledger.read_weighed(&place, TEXTS_WEIGHT)?.unwrap_or_default();
            let after = adoption::notified(body, &agreement, &authority, before, member, block)?;
            Ok(vec![(place, after.to_bytes())])
        }
    }
}

fn known(id: &AgreementId, ledger: &Overlay<'_>) -> Result<Agreement, Stop> {
    Ok(ledger.read_weighed(&key::agreement(id), TEXTS_WEIGHT)?.ok_or(Refusal::UnknownAgreement)?)
}
