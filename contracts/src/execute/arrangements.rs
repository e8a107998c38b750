//! Acts of members on arrangements.

use super::overlay::TEXTS_WEIGHT;
use super::{Overlay, Stop, Writes, body};
use crate::acts::{
    AmendArrangement, ApplyArrangement, ResumeRecognition, SignArrangement, SuspendRecognition, TakeBackTermination, TerminateArrangement,
};
use crate::context::BlockContext;
use crate::key;
use crate::refusal::{Refusal, ensure};
use crate::registry::{Arrangement, ArrangementId, ArrangementVerb, ArrangementsBetween, Member, Terms, rules};
use ledger::codec::Canonical;
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use ledger::transaction::Act;
use std::collections::BTreeSet;

pub(super) fn writes_of(block: &BlockContext, member: &Member, act: &Act, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    let verb = ArrangementVerb::from_number(act.verb).ok_or(Refusal::UnknownVerb)?;
    let (id, effective, follows): (ArrangementId, CalendarDate, Option<u32>) = match verb {
        ArrangementVerb::Sign => return sign(block, member.id, body(act)?, ledger),
        ArrangementVerb::Apply => {
            let body: ApplyArrangement = body(act)?;
            let applied = rules::applied(&body, known(&body.arrangement, ledger)?, member.id, block)?;
            return Ok(vec![(key::arrangement(&body.arrangement), applied.to_bytes())]);
        }
        ArrangementVerb::Amend => {
            let body: AmendArrangement = body(act)?;
            let (known, terms) = (known(&body.arrangement, ledger)?, body.terms.clone());
            return written(rules::amendment_signed(body, known, member.id, block)?, &terms, member.id, ledger);
        }
        ArrangementVerb::Suspend => {
            let SuspendRecognition { arrangement, effective, follows } = body(act)?;
            (arrangement, effective, Some(follows))
        }
        ArrangementVerb::Resume => {
            let ResumeRecognition { arrangement, effective, follows } = body(act)?;
            (arrangement, effective, Some(follows))
        }
        ArrangementVerb::Terminate => {
            let TerminateArrangement { arrangement, effective } = body(act)?;
            (arrangement, effective, None)
        }
        ArrangementVerb::TakeBack => {
            let TakeBackTermination { arrangement, effective } = body(act)?;
            (arrangement, effective, None)
        }
    };
    let moved = rules::moved(known(&id, ledger)?, verb, member.id, effective, follows, block)?;
    Ok(vec![(key::arrangement(&id), moved.to_bytes())])
}

fn known(id: &ArrangementId, ledger: &Overlay<'_>) -> Result<Arrangement, Stop> {
    Ok(ledger.read_weighed(&key::arrangement(id), TEXTS_WEIGHT)?.ok_or(Refusal::UnknownArrangement)?)
}

fn sign(block: &BlockContext, member: MemberId, body: SignArrangement, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    let place = key::arrangement(&body.arrangement);
    let signed = rules::signed(body, ledger.read_weighed(&place, TEXTS_WEIGHT)?, member, block)?;
    let terms = signed.terms.clone();
    written(signed, &terms, member, ledger)
}

/// The entries of an arrangement of which a party signed these terms.
fn written(signed: Arrangement, terms: &Terms, member: MemberId, ledger: &mut Overlay<'_>) -> Result<Writes, Stop> {
    for party in &terms.parties {
        ensure(ledger.member(*party)?.is_some(), Refusal::PartyNotAMember)?;
    }
    let mut writes = vec![(key::arrangement(&signed.id), signed.to_bytes())];
    // Each party fills its own lists only, so that nobody else can fill them up.
    let recognised = terms.recognitions.iter().filter(|one| one.recognising == member).map(|one| one.recognised);
    for recognised in recognised.collect::<BTreeSet<_>>() {
        let place = key::arrangements_between(member, recognised);
        let between: ArrangementsBetween = ledger.read(&place)?.unwrap_or_default();
        let between = between.with(&signed.id).ok_or(Refusal::TooManyArrangementsBetween)?;
        writes.push((place, between.to_bytes()));
    }
    Ok(writes)
}
