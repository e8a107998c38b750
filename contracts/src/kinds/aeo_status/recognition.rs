//! Recognition of foreign operators: the conditions of DOMAIN section 4.4, from the third to the sixth.
//!
//! The first two (the record exists and is genuine; the status is in force on the date) are judged for every kind.

use super::AeoTerms;
use crate::registry::{Arrangement, ArrangementAct, Benefit, Terms, Unrecognised};
use crate::verdict::{Case, DecidingFact, Facts, Question, Reason, RecordFacts, Said, Word};
use std::collections::BTreeMap;

/// How the reader stands to the issuer.
pub(super) enum Partnership<'a> {
    /// Nobody said for which country it is judged.
    NotAsked,
    /// The reader's own operator: no arrangement is needed.
    Domestic,
    /// Arrangements in operation on the date.
    Partners(Vec<Partner<'a>>),
}

/// An arrangement in operation on the date.
pub(super) struct Partner<'a> {
    /// The arrangement.
    pub arrangement: &'a Arrangement,
    /// Its terms on the date.
    pub terms: &'a Terms,
    /// The act that decides.
    pub act: &'a ArrangementAct,
}

/// What recognition rests on and grants.
#[derive(Default)]
pub(super) struct Due {
    /// The fact that decides, if there is an arrangement.
    pub deciding: Option<DecidingFact>,
    /// What it grants, by all arrangements that recognise the status.
    pub benefits: Vec<Benefit>,
}

/// The third condition: an arrangement is in operation in this direction on the date. Whoever has none gets the same
/// answer whether or not the record exists, so that nothing of the record is looked at here.
pub(super) fn partnership<'a>(facts: &'a Facts, question: &Question) -> Result<Partnership<'a>, Said> {
    let Some(country) = question.for_country else { return Ok(Partnership::NotAsked) };
    let Some(reader) = &facts.reader else {
        return Err(failed(Reason::NoArrangement, format!("no member of this ledger covers {country}"), None));
    };
    let Some(arranged) = &facts.arrangements else { return Ok(Partnership::Domestic) };
    let (recognising, recognised) = (arranged.recognising, arranged.recognised);
    let mut operating = Vec::new();
    let mut nearest: Option<(&Arrangement, Unrecognised)> = None;
    // What the reader signed later did not exist for it then.
    let signed = |arrangement: &&Arrangement| arrangement.is_signed_by(recognising, question.known);
    for arrangement in arranged.arrangements.iter().filter(signed) {
        match arrangement.operates(recognising, recognised, question.on, question.known) {
            Ok(act) => {
                let terms = arrangement.terms_on(question.on, question.known).map_or(&arrangement.terms, |(terms, _)| terms);
                operating.push(Partner { arrangement, terms, act });
            }
            Err(why) if nearest.is_none_or(|(_, before)| rank(why) > rank(before)) => nearest = Some((arrangement, why)),
            Err(_) => {}
        }
    }
    if !operating.is_empty() {
        return Ok(Partnership::Partners(operating));
    }
    let on = question.on;
    Err(match nearest {
        Some((arrangement, Unrecognised::Suspended(by, recorded))) => failed(
            Reason::ArrangementSuspended,
            format!("{by} has suspended its recognition under {} on {on}", arrangement.id),
            Some(DecidingFact { what: format!("{by} suspended its recognition under {}", arrangement.id), recorded }),
        ),
        Some((arrangement, Unrecognised::Terminated(by, recorded))) => failed(
            Reason::ArrangementTerminated,
            format!("{by} has left the arrangement {} on {on}", arrangement.id),
            Some(DecidingFact { what: format!("{by} left {}", arrangement.id), recorded }),
        ),
        Some((arrangement, Unrecognised::NotApplied(by))) => {
            failed(Reason::ArrangementNotApplied, format!("{by} has not applied the arrangement {} on {on}", arrangement.id), None)
        }
        Some((arrangement, Unrecognised::NotSigned(by))) => {
            failed(Reason::ArrangementNotSigned, format!("{by} has not signed the arrangement {} on {on}", arrangement.id), None)
        }
        _ => failed(Reason::NoArrangement, format!("{} has no arrangement that recognises operators of {recognised}", reader.id), None),
    })
}

/// The later condition that failed is the nearer one.
fn rank(why: Unrecognised) -> u8 {
    match why {
        Unrecognised::Direction => 0,
        Unrecognised::NotSigned(_) => 1,
        Unrecognised::NotApplied(_) => 2,
        Unrecognised::Terminated(..) => 3,
        Unrecognised::Suspended(..) => 4,
        Unrecognised::Programme | Unrecognised::Type | Unrecognised::Role | Unrecognised::Flow => 5,
    }
}

/// The fourth to the sixth condition: type, role and flow within the terms; consent; the declaration's party.
/// Gives what decides and what is due.
pub(super) fn recognised(partnership: &Partnership<'_>, case: &Case<'_>, terms: &AeoTerms) -> Result<Due, Said> {
    let Case { facts, record, question } = *case;
    let due = match partnership {
        Partnership::NotAsked | Partnership::Domestic => Due::default(),
        Partnership::Partners(partners) => {
            let due = within_terms(partners, facts, record, terms, question)?;
            if !terms.consent_to_exchange {
                return Err(failed(Reason::NoConsent, "the holder has not consented to the exchange with partners".to_owned(), None));
            }
            due
        }
    };
    if question.is_holder == Some(false) {
        return Err(failed(Reason::OtherHolder, "the party in the declaration is not the holder of this status".to_owned(), None));
    }
    if let Some(role) = question.role.as_ref().filter(|role| !terms.roles.contains(role)) {
        return Err(failed(Reason::RoleOutOfScope, format!("the holder is not certified as {role}"), None));
    }
    Ok(due)
}

fn within_terms(partners: &[Partner<'_>], facts: &Facts, record: &RecordFacts, terms: &AeoTerms, question: &Question) -> Result<Due, Said> {
    let programme = record.standing.class.as_deref().unwrap_or_default();
    let roles: Vec<&str> = match &question.role {
        Some(role) => vec![role],
        None => terms.roles.iter().map(String::as_str).collect(),
    };
    let (mut nearest, mut deciding) = (None, None);
    let mut benefits: BTreeMap<_, Benefit> = BTreeMap::new();
    for Partner { arrangement, terms: agreed, act } in partners {
        let (Some(issuer), Some(reader)) = (&record.issuer, &facts.reader) else { continue };
        match agreed.recognises(reader.id, &issuer.authority, programme, &terms.operator_type, &roles, question.flow) {
            Ok(recognition) => {
                for benefit in recognition.benefits.iter().flatten() {
                    // Of two rates the lower one is due.
                    let better = benefits.get(&benefit.kind).is_none_or(|known| benefit.percent < known.percent);
                    if better {
                        benefits.insert(benefit.kind, *benefit);
                    }
                }
                let what = format!("{} recognises operators of {} under {}", reader.id, issuer.authority.member(), arrangement.id);
                deciding = deciding.or(Some(DecidingFact { what, recorded: act.recorded }));
            }
            Err(why) => nearest = Some((arrangement, why)),
        }
    }
    if deciding.is_some() {
        return Ok(Due { deciding, benefits: benefits.into_values().collect() });
    }
    let named = |reason, what: String| match nearest {
        Some((arrangement, _)) => failed(reason, format!("the arrangement {} does not cover {what}", arrangement.id), None),
        None => failed(reason, format!("no arrangement covers {what}"), None),
    };
    Err(match nearest.map(|(_, why)| why) {
        Some(Unrecognised::Type) => named(Reason::TypeOutOfScope, format!("the type {}", terms.operator_type)),
        Some(Unrecognised::Role) => named(Reason::RoleOutOfScope, format!("the role {}", roles.join(", "))),
        Some(Unrecognised::Flow) => named(Reason::FlowOutOfScope, format!("goods on {}", question.flow)),
        _ => named(Reason::ProgrammeOutOfScope, format!("the programme {programme}")),
    })
}

fn failed(reason: Reason, why: String, deciding: Option<DecidingFact>) -> Said {
    Said { deciding, ..Said::new(Word::NotRecognised, reason, format!("{why}: treat as any other trader")) }
}
